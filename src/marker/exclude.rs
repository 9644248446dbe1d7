//! Paths that are left out of a search by default: fixtures, what was vendored, what was generated.

use globset::GlobBuilder;

use crate::facts::RepoPath;
use crate::marker::find::ScannerError;
use crate::policy::Languages;
use crate::policy::PathGlobs;

/// The shipped globs, all asked at once.
#[derive(Debug, Clone, Default)]
pub struct Exclusion {
    globs: PathGlobs,
    /// The reason of each glob.
    reasons: Vec<String>,
}

impl Exclusion {
    /// The exclusions of a table of languages.
    ///
    /// # Errors
    /// One of the globs is none, or together they are too big.
    pub fn new(languages: &Languages) -> Result<Self, ScannerError> {
        let (mut globs, mut reasons) = (Vec::new(), Vec::new());
        for excluded in &languages.excluded {
            for glob in &excluded.globs {
                let built = GlobBuilder::new(glob).literal_separator(true).build();
                globs.push(built.map_err(ScannerError::BadGlob)?);
                reasons.push(excluded.reason.clone());
            }
        }
        Ok(Self { globs: PathGlobs::new(&globs).map_err(ScannerError::BadGlob)?, reasons })
    }

    /// Why a path is left out, if it is: `fixture`, `vendored`, `generated`.
    #[must_use]
    pub fn reason(&self, path: &RepoPath) -> Option<&str> {
        let first = self.globs.fitting(path).into_iter().min()?;
        self.reasons.get(first).map(String::as_str)
    }
}
