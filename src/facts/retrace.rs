//! Changes that follow earlier ones in content, and changes without content.

use crate::facts::ObjectId;

/// That the content of one change undoes or repeats that of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retrace {
    /// The later change: a commit, or a merge that stands for all it brought in.
    pub later: ObjectId,
    /// The earlier change.
    pub earlier: ObjectId,
    /// Which of both.
    pub kind: RetraceKind,
}

/// How a change follows an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RetraceKind {
    /// It takes back what the earlier one did.
    Undoes,
    /// It does the same again.
    Repeats,
}

/// What keeps a commit that is labelled as paydown from being work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hollow {
    /// But for blanks, comments and the names of files nothing is different.
    WithoutChange,
    /// It is a merge, and each word and sign of its own content comes from one of its parents.
    PutTogether,
    /// It changes many files, and nearly all changed lines are in files that only look different.
    MassChange,
}
