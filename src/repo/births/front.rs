//! The commits that something is still sought in, the younger first.

use std::collections::BTreeMap;
use std::collections::BinaryHeap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::births::Trait;
use crate::repo::commit::Links;

/// A commit that something is sought in; its headers are read once.
pub(super) struct Stand {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    pub(super) links: Links,
    pub(super) bytes: Arc<Vec<u8>>,
}

/// Something sought, as it looks in one commit.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its place among all that is sought.
    pub(super) number: usize,
    /// Where it stands.
    pub(super) path: RepoPath,
    /// What it is, as it looked where it was last read.
    pub(super) is: Trait,
    /// It was told by its line alone since then: what else it says may be another here.
    pub(super) is_carried: bool,
    /// How often its line stands in that file.
    pub(super) twins: usize,
    /// Its file had so many in the tip that looking for each line by itself would not end.
    pub(super) is_crowded: bool,
}

/// What is still sought in a commit, by path.
pub(super) type Pending = BTreeMap<RepoPath, Vec<Item>>;

/// Sorts items by their paths.
pub(super) fn pending(items: impl IntoIterator<Item = Item>) -> Pending {
    let mut pending = Pending::new();
    for item in items {
        pending.entry(item.path.clone()).or_default().push(item);
    }
    pending
}

#[derive(Default)]
pub(super) struct Front {
    pending: HashMap<ObjectId, (Stand, Pending)>,
    /// The younger first; ties by id, so that every run goes the same way.
    order: BinaryHeap<(Option<UnixTime>, ObjectId)>,
}

impl Front {
    /// Something is sought in a commit.
    pub(super) fn add(&mut self, commit: Stand, more: Pending) {
        if more.is_empty() {
            return;
        }
        match self.pending.get_mut(&commit.id) {
            Some((_, there)) if there.len() < more.len() => {
                let fewer = std::mem::replace(there, more);
                join(there, fewer);
            }
            Some((_, there)) => join(there, more),
            None => {
                self.order.push((commit.links.committed, commit.id));
                self.pending.insert(commit.id, (commit, more));
            }
        }
    }

    pub(super) fn next(&mut self) -> Option<(Stand, Pending)> {
        let (_, commit) = self.order.pop()?;
        self.pending.remove(&commit)
    }
}

pub(super) fn join(into: &mut Pending, from: Pending) {
    for (path, more) in from {
        into.entry(path).or_default().extend(more);
    }
}
