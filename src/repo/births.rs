//! Which commit brought something in that stands in files now: found by content, through edits, moves and renames, for
//! all of it in one pass over history.
//!
//! From the tip backwards each commit hands what stands in it to the parents that have it already: a file that is the same
//! in a parent goes there whole and is not even read; of a changed file what the parent's text has, too; of the rest what
//! another file has lost in this commit. What no parent has was born here. History is read commit by commit, the younger
//! first; a commit that is reached again later (clocks are wrong) is simply asked again.

mod trace;

use std::collections::BTreeMap;
use std::collections::BinaryHeap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::Identity;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::Objects as _;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::changes::Readers;
use crate::repo::commit;

use trace::Step;

/// What is looked for in older texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// The whole of what it says: what is alike in this is the same, in whatever file.
    pub content: [u8; 20],
    /// The heart of it: what is alike in this, in the same file, is the same, edited. `None` where there is too little.
    pub heart: Option<[u8; 20]>,
    /// The bytes from its beginning to the end of its line: a text that has them need not be taken apart.
    pub line: Arc<[u8]>,
}

/// Something of which the birth is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The file that it stands in.
    pub path: RepoPath,
    /// What it is.
    pub is: Trait,
}

/// Where something came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The commit that brought it in.
    pub commit: ObjectId,
    /// Who wrote that, as the object says.
    pub author: Identity,
    /// When it was committed; `None` where that cannot be read.
    pub time: Option<UnixTime>,
    /// Whether this is only as far back as a shallow clone goes.
    pub is_cut: bool,
}

/// Finds all that may be sought in a text.
pub type Find<'f> = dyn Fn(&RepoPath, &[u8]) -> Vec<Trait> + 'f;

/// What is still sought in a commit: by path, numbers of what is sought with how it looks there.
type Pending = BTreeMap<RepoPath, Vec<(usize, Trait)>>;

/// The births of all that is sought in the tree of `tip`, in their order.
///
/// # Errors
/// An object that decides is absent (save where a shallow clone was cut), damaged, or beyond a limit.
pub fn births(
    repository: &Repository,
    tip: ObjectId,
    sought: &[Sought],
    find: &Find<'_>,
    progress: &dyn Progress,
) -> Result<Vec<Option<Birth>>, RepoError> {
    let mut found: Vec<Option<Birth>> = vec![None; sought.len()];
    let mut first = Pending::new();
    for (number, one) in sought.iter().enumerate() {
        first.entry(one.path.clone()).or_default().push((number, one.is.clone()));
    }
    let mut front = Front::default();
    front.add(tip, None, first);
    let readers = Readers::new(repository, std::iter::empty());
    let total = u64::try_from(sought.len()).unwrap_or(u64::MAX);
    let mut born = 0_u64;
    readers.with(|reader| {
        while let Some((id, pending)) = front.next() {
            let parsed = commit::parse(&reader.objects.objects().commit(id)?);
            let mut parents = Vec::new();
            let mut is_cut = false;
            for parent in &parsed.parents {
                match reader.objects.objects().commit(*parent) {
                    Ok(bytes) => {
                        parents.push((*parent, commit::tree_of(&bytes), commit::links(&bytes).committed));
                    }
                    Err(RepoError::Missing { .. }) if repository.shallow.contains(&id) => is_cut = true,
                    Err(error) => return Err(error),
                }
            }
            let trees: Vec<ObjectId> = parents.iter().map(|(_, tree, _)| *tree).collect();
            let step = Step { reader, find, tree: parsed.tree, parents: &trees };
            let (handed, here) = step.hand_over(pending)?;
            for ((parent, _, time), pending) in parents.into_iter().zip(handed) {
                front.add(parent, time, pending);
            }
            for number in here {
                let birth = Birth { commit: id, author: parsed.author.clone(), time: parsed.committed, is_cut };
                if let Some(place) = found.get_mut(number) {
                    *place = Some(birth);
                }
                born = born.saturating_add(1);
            }
            progress.tick(born, total, "looking for births");
        }
        Ok(())
    })??;
    Ok(found)
}

/// The commits that something is still sought in.
#[derive(Default)]
struct Front {
    pending: HashMap<ObjectId, Pending>,
    /// The younger first; ties by id, so that every run goes the same way.
    order: BinaryHeap<(Option<UnixTime>, ObjectId)>,
}

impl Front {
    fn add(&mut self, commit: ObjectId, time: Option<UnixTime>, pending: Pending) {
        if pending.is_empty() {
            return;
        }
        match self.pending.get_mut(&commit) {
            Some(there) if there.len() < pending.len() => {
                let fewer = std::mem::replace(there, pending);
                join(there, fewer);
            }
            Some(there) => join(there, pending),
            None => {
                self.pending.insert(commit, pending);
                self.order.push((time, commit));
            }
        }
    }

    fn next(&mut self) -> Option<(ObjectId, Pending)> {
        let (_, commit) = self.order.pop()?;
        self.pending.remove(&commit).map(|pending| (commit, pending))
    }
}

fn join(into: &mut Pending, from: Pending) {
    for (path, more) in from {
        into.entry(path).or_default().extend(more);
    }
}

#[cfg(test)]
mod tests;
