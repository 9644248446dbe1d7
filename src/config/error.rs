//! What is wrong with a policy: every problem, each with its place and its remedy.

use std::fmt;
use std::sync::Arc;

use miette::Diagnostic;
use miette::LabeledSpan;
use miette::NamedSource;
use miette::SourceCode;

use crate::finding::Location;
use crate::policy::PolicyText;

/// More problems than these are counted, not shown; and more than those are not even kept.
const SHOWN: usize = 50;
const KEPT: usize = 1000;
/// Nobody can read a snippet with longer lines.
const MAX_LINE: usize = 1000;

/// A policy, or a file that it extends, cannot be used. Exit code 2.
///
/// Every problem is a [related](Diagnostic::related) diagnostic with its own snippet.
#[derive(Debug)]
pub struct ConfigError {
    name: Arc<str>,
    problems: Vec<Problem>,
    unshown: usize,
}

/// One thing that is wrong with a policy.
#[derive(Debug)]
pub struct Problem {
    fault: Fault,
    message: String,
    help: Option<String>,
    places: Vec<Place>,
    source: Option<Arc<NamedSource<Arc<str>>>>,
}

/// A place that a problem points at, the first of a problem being the one that it is about.
#[derive(Debug, Clone)]
struct Place {
    at: Location,
    note: Option<String>,
}

/// Collects problems while a policy is read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: Vec<Problem>,
    count: usize,
    texts: Vec<PolicyText>,
    are_shipped: bool,
    subject: Option<String>,
}

/// The kinds of problems, each named after the bad thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A file of more than 1 MiB, or of more than 100,000 values.
    FileTooLarge,
    /// Bytes that are not UTF-8: UTF-16, a single-byte encoding, a binary file.
    NotUtf8,
    /// A character that a terminal obeys or that reorders the text around it.
    ControlCharacter,
    /// No YAML.
    YamlSyntax,
    /// A second document after `---`.
    SeveralDocuments,
    /// An anchor, an alias.
    AnchorOrAlias,
    /// A tag such as `!name`.
    Tag,
    /// Nothing but blanks and comments.
    EmptyFile,
    /// A key that stands twice in one mapping.
    DuplicateKey,
    /// A key that nobody knows there.
    UnknownKey,
    /// A key that must be there and is not.
    MissingKey,
    /// A key that only a policy may have, in a file that it extends.
    KeyNotInPack,
    /// Several keys of which only one may be there.
    ConflictingKeys,
    /// A key without a value.
    NoValue,
    /// A list where a text is needed, and the like.
    WrongType,
    /// A text that is none of the known names.
    UnknownName,
    /// No number, or one out of its range.
    BadNumber,
    /// No percentage, or one out of its range.
    BadPercentage,
    /// A version of the format that this program does not read.
    UnsupportedVersion,
    /// No window, or one out of its range.
    BadWindow,
    /// No e-mail address.
    BadAddress,
    /// No date.
    BadDate,
    /// A membership that ends before it begins.
    DatesReversed,
    /// A text that is no name for a team, a rule, a trailer, an owner, or a name that is taken.
    BadName,
    /// A regular expression that does not compile or is too big, or a wildcard that fits everything.
    BadPattern,
    /// A path pattern that is malformed or can never match.
    BadGlob,
    /// No full commit id.
    BadCommit,
    /// A team in which nobody is.
    EmptyTeam,
    /// An address that stands twice in one team at one time.
    RepeatedAddress,
    /// A person of several teams at one time, whose parts are not declared.
    UndeclaredParts,
    /// Parts of a person that add up to more than a whole.
    PartsOverWhole,
    /// A waiver that the sponsor has not approved.
    WaiverUnapproved,
    /// Two rules of one id in one file.
    DuplicateRule,
    /// More than 200 rules of one sort in one file, or more than 10,000 of anything.
    TooManyEntries,
    /// A pack that does not ship with the program.
    UnknownPack,
    /// A path that is not inside the repository.
    PathLeavesRepository,
    /// A file that is not there or cannot be read.
    UnreadableFile,
    /// Files that extend each other in a circle, too deeply, or too many of them.
    ExtendsTooFar,
}

impl ConfigError {
    /// The problems, in the order of their files and lines; at most 50.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Problem {
    /// What kind of problem it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }

    /// Where it is; `None` for a file as a whole.
    #[must_use]
    pub fn at(&self) -> Option<&Location> {
        self.places.first().map(|place| &place.at)
    }

    pub(super) fn new(fault: Fault, message: impl Into<String>) -> Self {
        Self { fault, message: message.into(), help: None, places: Vec::new(), source: None }
    }

    /// Points at a place: the caret.
    pub(super) fn at_place(mut self, at: &Location) -> Self {
        self.places.push(Place { at: at.clone(), note: None });
        self
    }

    /// Points at a place and says what is there.
    pub(super) fn noting(mut self, at: &Location, note: impl Into<String>) -> Self {
        self.places.push(Place { at: at.clone(), note: Some(note.into()) });
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Problems {
    /// Makes a text known, so that problems can show it.
    pub(super) fn know(&mut self, name: &Arc<str>, text: &Arc<str>) {
        self.texts.push(PolicyText { name: Arc::clone(name), text: Arc::clone(text) });
    }

    pub(super) fn push(&mut self, problem: Problem) {
        self.count += 1;
        if self.found.len() < KEPT {
            self.found.push(problem);
        }
    }

    /// Whether what is read now ships with the program.
    pub(super) const fn are_shipped(&self) -> bool {
        self.are_shipped
    }

    /// Reads what ships with the program.
    pub(super) fn in_shipped<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.are_shipped, true);
        let read = read(self);
        self.are_shipped = before;
        read
    }

    /// What is read now, as messages call it: a key, or an entry of it. `None` for a file as a whole.
    pub(super) fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Reads something that messages call so.
    pub(super) fn reading<T>(&mut self, subject: impl FnOnce() -> String, read: impl FnOnce(&mut Self) -> T) -> T {
        // Of what ships there is nothing to be told.
        if self.are_shipped {
            return read(self);
        }
        let before = self.subject.replace(subject());
        let read = read(self);
        self.subject = before;
        read
    }

    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// The error about the policy of that name.
    pub(super) fn into_error(self, name: &Arc<str>) -> ConfigError {
        let Self { mut found, count, texts, .. } = self;
        let rank = |file: &Arc<str>| texts.iter().position(|text| text.name == *file);
        found.sort_by_key(|problem| problem.at().map(|at| (rank(&at.file), at.span.start)));
        found.truncate(SHOWN);
        let unshown = count.saturating_sub(found.len());
        for problem in &mut found {
            let Some(at) = problem.at().cloned() else { continue };
            let text = texts.iter().find(|text| text.name == at.file);
            match text.filter(|text| text.text.lines().all(|line| line.len() <= MAX_LINE)) {
                Some(text) => problem.source = Some(Arc::new(NamedSource::new(&text.name, Arc::clone(&text.text)))),
                None => {
                    let place = format!(" ({}, line {}, column {})", at.file, at.line, at.column);
                    problem.message.push_str(&place);
                }
            }
        }
        ConfigError { name: Arc::clone(name), problems: found, unshown }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len() + self.unshown;
        let (name, s) = (&self.name, if count == 1 { "" } else { "s" });
        write!(f, "the policy {name} cannot be used: {count} problem{s}")?;
        if self.unshown > 0 {
            write!(f, ", of which {} are shown", self.problems.len())?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl Diagnostic for ConfigError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("policy-invalid"))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new("`debtlint schema` prints a JSON Schema for your editor; `debtlint rules` lists the packs"))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.problems.iter().map(|problem| -> &dyn Diagnostic { problem })))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl Diagnostic for Problem {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.fault.name()))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| -> Box<dyn fmt::Display> { Box::new(help) })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| -> &dyn SourceCode { source.as_ref() })
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        // A snippet shows one file; a place in another one is told in words.
        let file = &self.at().filter(|_| self.source.is_some())?.file;
        let here = self.places.iter().filter(move |place| place.at.file == *file);
        Some(Box::new(here.enumerate().map(|(index, place)| {
            let span = place.at.span.clone();
            if index == 0 {
                LabeledSpan::new_primary_with_span(place.note.clone(), span)
            } else {
                LabeledSpan::new_with_span(place.note.clone(), span)
            }
        })))
    }
}

macro_rules! names {
    ($($variant:ident $name:literal,)*) => {
        impl Fault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as it is shown.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

names! {
    FileTooLarge "file-too-large",
    NotUtf8 "not-utf-8",
    ControlCharacter "control-character",
    YamlSyntax "yaml-syntax",
    SeveralDocuments "several-documents",
    AnchorOrAlias "anchor-or-alias",
    Tag "tag",
    EmptyFile "empty-file",
    DuplicateKey "duplicate-key",
    UnknownKey "unknown-key",
    MissingKey "missing-key",
    KeyNotInPack "key-not-in-pack",
    ConflictingKeys "conflicting-keys",
    NoValue "no-value",
    WrongType "wrong-type",
    UnknownName "unknown-name",
    BadNumber "bad-number",
    BadPercentage "bad-percentage",
    UnsupportedVersion "unsupported-version",
    BadWindow "bad-window",
    BadAddress "bad-address",
    BadDate "bad-date",
    DatesReversed "dates-reversed",
    BadName "bad-name",
    BadPattern "bad-pattern",
    BadGlob "bad-glob",
    BadCommit "bad-commit",
    EmptyTeam "empty-team",
    RepeatedAddress "repeated-address",
    UndeclaredParts "undeclared-parts",
    PartsOverWhole "parts-over-whole",
    WaiverUnapproved "waiver-unapproved",
    DuplicateRule "duplicate-rule",
    TooManyEntries "too-many-entries",
    UnknownPack "unknown-pack",
    PathLeavesRepository "path-leaves-repository",
    UnreadableFile "unreadable-file",
    ExtendsTooFar "extends-too-far",
}

/// So much of a name's beginning says which one is meant, where only one begins so. In bytes.
const LEAST_BEGINNING: usize = 4;

/// The one of some known names that a mistyped one is nearest to, if it is near; or else the only one that begins with it.
#[must_use]
pub fn nearest<'n>(typed: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let typed = typed.to_lowercase();
    let near = |name: &&str| {
        let distance = strsim::damerau_levenshtein(&typed, &name.to_lowercase());
        (distance <= 1 + typed.chars().count().max(name.chars().count()) / 4).then_some(distance)
    };
    // A long text is no slip of the finger, and comparing it costs its length squared.
    if typed.len() > 100 {
        return None;
    }
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known.iter().filter_map(|name| Some((near(name)?, *name))).min_by_key(|(distance, _)| *distance);
    let mut longer = known.iter().copied().filter(|name| name.to_lowercase().starts_with(&typed));
    let only = longer.next().filter(|_| typed.len() >= LEAST_BEGINNING && longer.next().is_none());
    nearest.map(|(_, name)| name).or(only)
}

/// Somebody's text for a message: in backticks, escaped, shortened.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", escaped(text))
}

/// As [`quoted`], without the backticks.
pub(super) fn escaped(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    // `escape_debug` also escapes quotes, which are harmless and common in patterns.
    short.replace("\\\"", "\"").replace("\\'", "'").replace("\\\\", "\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_names() {
        let known = ["allocation", "attribution", "teams", "marker-budget", "marker-denied"];
        for (typed, found) in [
            ("alocation", Some("allocation")),
            ("Allocation", Some("allocation")),
            ("team", Some("teams")),
            ("taems", Some("teams")),
            ("Attr", Some("attribution")),
            ("att", None),
            ("budget", None),
            ("marker", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, known), found, "{typed}");
        }
    }

    #[test]
    fn quoting_disarms() {
        assert_eq!(quoted("a\u{1b}[31m\n"), r"`a\u{1b}[31m\n`");
        assert_eq!(quoted(r#"^DEBT-\d+ "x"$"#), r#"`^DEBT-\d+ "x"$`"#);
        assert_eq!(quoted(&"x".repeat(100)), format!("`{}…`", "x".repeat(60)));
    }
}
