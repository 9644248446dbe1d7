//! Whose mistake an error is, and how texts from a repository stand in it.

use crate::repo::RepoError;

impl RepoError {
    /// Whether what was typed is wrong (exit 2), rather than what was found (exit 3).
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoSuchRevision { .. }
                | Self::AmbiguousRevision { .. }
                | Self::AbbreviatedId { .. }
                | Self::RevisionSyntax { .. }
                | Self::NotACommit { .. }
                | Self::NoWorkingTree { .. }
        )
    }
}

/// Text out of a repository's files, fit to stand in an error: control characters escaped, and not endless.
pub(in crate::repo) fn shown(bytes: &[u8]) -> String {
    const ENOUGH: usize = 120;
    let text = String::from_utf8_lossy(bytes);
    let mut shown: String = text.chars().take(ENOUGH).flat_map(char::escape_debug).collect();
    if text.chars().nth(ENOUGH).is_some() {
        shown.push('…');
    }
    shown
}
