//! What is left of a commit once all that came in with it has.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::changes::Reader;
use crate::repo::hollow::against_first_parent;
use crate::repo::hollow::own;
use crate::repo::tree::Delta;
use crate::repo::tree::compare;

/// What a mainline merge, or the change that is judged, leaves of all that it brings.
pub(super) struct Left {
    /// Where something differs from what was there before.
    paths: BTreeSet<RepoPath>,
    /// The objects that stand there now.
    objects: BTreeSet<ObjectId>,
    /// The commits that were there before.
    before: Vec<ObjectId>,
    /// The commits that the work began at.
    forks: Vec<ObjectId>,
}

impl Left {
    /// Of a mainline merge, held against its first parent. `forks` are the commits that what it brings in began at.
    pub(super) fn of_merge<O: Objects>(
        reader: &Reader<'_, O>,
        merge: &CommitFact,
        forks: &BTreeSet<ObjectId>,
    ) -> Result<Self, RepoError> {
        let mut left = Self::nothing(merge.parents.iter().take(1).copied().collect(), forks.iter().copied().collect());
        left.add(&against_first_parent(reader, merge)?);
        Ok(left)
    }

    /// Of a change, held against all commits that it began at.
    pub(super) fn of_change<O: Objects>(
        reader: &Reader<'_, O>,
        head: ObjectId,
        forks: &[ObjectId],
    ) -> Result<Self, RepoError> {
        let mut left = Self::nothing(forks.to_vec(), forks.to_vec());
        for fork in forks {
            left.add(&compare(reader.objects, Some(reader.tree_of(head)?), &[Some(reader.tree_of(*fork)?)])?);
        }
        Ok(left)
    }

    const fn nothing(before: Vec<ObjectId>, forks: Vec<ObjectId>) -> Self {
        Self { paths: BTreeSet::new(), objects: BTreeSet::new(), before, forks }
    }

    fn add(&mut self, deltas: &[Delta]) {
        self.paths.extend(deltas.iter().map(|delta| delta.path.clone()));
        self.objects.extend(deltas.iter().filter_map(|delta| Some(delta.new?.id)));
    }

    /// Whether nothing is left of what a commit did at some paths: each is as it was before, or came and went with the work.
    ///
    /// A path that others took away since, or that the work itself gave another name, tells nothing.
    pub(super) fn is_gone<O: Objects>(
        &self,
        reader: &Reader<'_, O>,
        fact: &CommitFact,
        paths: &BTreeSet<&RepoPath>,
    ) -> Result<bool, RepoError> {
        if paths.iter().any(|path| self.paths.contains(*path)) {
            return Ok(false);
        }
        let stands = |commits: &[ObjectId], path: &RepoPath| -> Result<bool, RepoError> {
            for commit in commits {
                if reader.entry_at(*commit, path)?.is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        for delta in own(reader, fact)?.iter().filter(|delta| paths.contains(&delta.path)) {
            if stands(&self.before, &delta.path)? {
                continue;
            }
            let is_carried_on = delta.new.is_some_and(|new| self.objects.contains(&new.id));
            // Unrelated histories begin nowhere: their paths may be others here.
            if is_carried_on || self.forks.is_empty() || stands(&self.forks, &delta.path)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The commits that what each of some mainline merges brings in began at: parents that came in with another landing.
pub(super) fn forks(history: &[CommitFact], merges: &BTreeSet<ObjectId>) -> BTreeMap<ObjectId, BTreeSet<ObjectId>> {
    let brought =
        || history.iter().filter(|fact| merges.contains(&fact.landing.commit) && fact.landing.commit != fact.id);
    let landings: BTreeMap<ObjectId, ObjectId> = brought().map(|fact| (fact.id, fact.landing.commit)).collect();
    let mut forks: BTreeMap<ObjectId, BTreeSet<ObjectId>> = BTreeMap::new();
    for fact in brought() {
        let is_fork = |parent: &&ObjectId| landings.get(*parent) != Some(&fact.landing.commit);
        forks.entry(fact.landing.commit).or_default().extend(fact.parents.iter().filter(is_fork));
    }
    forks
}
