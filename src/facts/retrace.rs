//! Changes that follow earlier ones in content.

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
