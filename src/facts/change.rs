//! What a commit changed.

use crate::facts::RepoPath;

/// The paths that a commit changed: against its parent, or against nothing where it is a root. Of a merge, the paths that
/// differ from all its parents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// In order of the paths' bytes, each once. Submodules and mode changes count as changed paths without lines.
    pub paths: Vec<PathChange>,
}

/// One changed path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathChange {
    /// Where.
    pub path: RepoPath,
    /// How much.
    pub lines: Lines,
}

/// How many lines of a path a commit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// Lines added and removed, as `git log --numstat` counts them (Myers, no rename detection).
    Text {
        /// Lines that only the new side has.
        added: u64,
        /// Lines that only the old side has.
        removed: u64,
    },
    /// A binary file, a submodule, or a mode change alone: 0 lines.
    None,
    /// Left out of the measure by the policy's `ignore` or the trusted `.gitattributes`; its blobs were not read.
    Ignored,
}

impl Changes {
    /// Lines added and removed outside ignored paths.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.paths.iter().map(|change| change.lines.count()).fold(0, u64::saturating_add)
    }

    /// Whether something was changed, and all of it is ignored.
    #[must_use]
    pub fn only_ignored(&self) -> bool {
        !self.paths.is_empty() && self.paths.iter().all(|change| change.lines == Lines::Ignored)
    }
}

impl Lines {
    /// Added and removed lines together; 0 for what has none or is ignored.
    #[must_use]
    pub const fn count(self) -> u64 {
        match self {
            Self::Text { added, removed } => added.saturating_add(removed),
            Self::None | Self::Ignored => 0,
        }
    }
}
