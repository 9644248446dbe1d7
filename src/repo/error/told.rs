//! Whose mistake an error is, and how texts from a repository stand in it.

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::ObjectKind;
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
                | Self::NoParent(_)
                | Self::NotACommit { .. }
                | Self::NoWorkingTree { .. }
        )
    }

    /// Whether it says that an object is not there: damage, or what a partial clone or a shallow one left out.
    #[must_use]
    pub fn lacks(&self, object: ObjectId) -> bool {
        matches!(self, Self::Missing { id, .. } | Self::Partial { id, .. } if *id == object)
    }

    /// Whether the clone has not the content of a file.
    #[must_use]
    pub const fn lacks_a_file(&self) -> bool {
        let of_a_blob =
            matches!(self, Self::Missing { kind, .. } | Self::Partial { kind, .. } if matches!(kind, ObjectKind::Blob));
        of_a_blob || matches!(self, Self::MissingFile { .. } | Self::PartialBlobs { .. })
    }

    /// Where a file is missing, whoever reads it wants to know which: the policy may leave it out. `commit` is the one that changed it.
    pub(in crate::repo) fn of_file(self, path: &RepoPath, commit: Option<ObjectId>) -> Self {
        match self {
            Self::Missing { id, kind: ObjectKind::Blob } => {
                Self::MissingFile { id, path: shown(path.as_bytes()), commit }
            }
            other => other,
        }
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
