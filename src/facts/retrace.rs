//! Changes that follow earlier ones in content, and changes without content.

use std::collections::BTreeSet;

use crate::facts::ObjectId;

/// That the content of one change undoes or repeats that of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retrace {
    /// The later change: a commit, or a merge that stands for all it brought in.
    pub later: ObjectId,
    /// The earlier change.
    pub earlier: ObjectId,
    /// Which of the two.
    pub kind: RetraceKind,
    /// Whether this holds only together with the other retraces of the same later change that say so: it undoes several
    /// changes in one.
    pub together: bool,
}

impl Retrace {
    /// The retraces that are left where a change that undoes several others in one counts only if `is_so` holds for each of them.
    pub fn whole(retraces: &[Self], is_so: impl Fn(&ObjectId) -> bool) -> impl Iterator<Item = &Self> {
        let halved = retraces.iter().filter(|retrace| retrace.together && !is_so(&retrace.earlier));
        let halved: BTreeSet<ObjectId> = halved.map(|retrace| retrace.later).collect();
        let is_halved = move |retrace: &Self| retrace.kind == RetraceKind::Undoes && halved.contains(&retrace.later);
        retraces.iter().filter(move |retrace| !is_halved(retrace))
    }
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
