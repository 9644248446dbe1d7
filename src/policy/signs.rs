//! What in a file's text is debt besides markers: suppressed warnings, deprecated things; and which files are tests.

use crate::policy::PathGlobs;

/// The table of signs, `rules/suppressions.yml`.
#[derive(Debug, Clone)]
pub struct Signs {
    /// What is counted.
    pub list: Vec<Sign>,
    /// Which files are tests.
    pub tests: PathGlobs,
}

/// One sign of debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// The text, a whole word where it begins or ends with a letter.
    pub text: String,
    /// Where it has to stand.
    pub place: SignPlace,
    /// In which languages, by the names of the table of languages.
    pub languages: Vec<String>,
}

/// Where a sign has to stand to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignPlace {
    /// In a comment.
    Comment,
    /// Outside of comments.
    Code,
}
