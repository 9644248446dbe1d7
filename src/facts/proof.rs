//! What the content of a commit says for its label.

use crate::facts::RepoPath;
use crate::facts::Untrusted;

/// What bears a paydown label out, besides the word of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The best that was found.
    pub grade: Grade,
    /// The first few places that it rests on.
    pub grounds: Vec<Ground>,
    /// Whether the age of removed lines could be looked at: a clone may not reach back so far.
    pub age: Age,
}

/// How well a paydown label is borne out, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// By its label alone.
    None,
    /// It removes old lines, and no tests.
    OldCode,
    /// It leaves fewer suppressed warnings, or fewer things marked as deprecated.
    Suppression,
    /// It leaves fewer markers.
    Marker,
    /// It removes all that was left of a debt which it says it resolves: every marker of a ticket that it names.
    NamedDebt,
}

/// A place in a commit that bears its label out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The file.
    pub path: RepoPath,
    /// What is gone from it.
    pub what: Untrusted,
}

/// Whether the age of removed lines is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// It was looked at, or there was no need to.
    Known,
    /// History, or the contents of files, that would tell are not in this clone.
    Unknown,
}

impl Grade {
    /// The grade as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OldCode => "reworks-old-code",
            Self::Suppression => "removes-suppression",
            Self::Marker => "removes-marker",
            Self::NamedDebt => "resolves-named-debt",
        }
    }

    /// Whether something beside the label speaks for it.
    #[must_use]
    pub fn is_proven(self) -> bool {
        self > Self::None
    }
}
