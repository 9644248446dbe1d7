//! Finds the commits that brought in what stands in files now: by content, through edits, moves and renames, and for
//! everything in one pass over history.
//!
//! From the tip backwards each commit hands what stands in it to the parents that have it already: a file that is the same
//! in a parent goes there whole and is not even read; of a changed file what the parent's text has, too; of the rest what
//! another file has lost in this commit. What no parent has was born here. History is read commit by commit, the younger
//! first; a commit that is reached again later (clocks are wrong) is simply asked again.
//!
//! Every thread goes through history for its own share. Shares are cut so that what is alike, and what stands in one file,
//! is in one share: the others have no say in where it came from, and the births are the same for any number of threads.

mod front;
mod line;
mod moved;
mod shares;
mod split;
mod trace;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::facts::Identity;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::changes::Reader;
use crate::repo::changes::Readers;
use crate::repo::commit;

pub use line::Line;

use front::Front;
use front::Item;
use front::Stand;
use trace::Step;

/// What is looked for in older texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trait {
    /// The whole of what it says: what is alike in this is the same, in whatever file.
    pub content: [u8; 20],
    /// The heart of it: what is alike in this, in the same file, is the same, edited. `None` where there is too little.
    pub heart: Option<[u8; 20]>,
    /// The bytes from its beginning to the end of its line: a text that has them need not be taken apart. Empty where they
    /// say too little of it.
    pub line: Line,
    /// Words that every text has in which something is alike in content or heart: what lacks one of them need not be taken
    /// apart either. Empty where nothing is sure.
    pub words: Arc<[Box<[u8]>]>,
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
    /// Whether history was cut here by a shallow clone, so that the true birth may be older.
    pub is_cut: bool,
}

/// Finds all that may be sought in a text.
pub type Find<'f> = dyn Fn(&RepoPath, &[u8]) -> Vec<Trait> + Sync + 'f;

/// The birth of each thing that is sought in the tree of `tip`, in their order.
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
    let readers = Readers::of(repository);
    let total = u64::try_from(sought.len()).unwrap_or(u64::MAX);
    let born = AtomicU64::new(0);
    let tick = |more: u64| {
        let born = born.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        progress.tick(born, total, "looking for births");
    };
    let shares = shares::shares(sought, rayon::current_num_threads());
    let trace =
        |share: Vec<Item>| readers.with(|reader| Trace { repository, reader, find, tick: &tick }.births(tip, share))?;
    let traced: Vec<Vec<(usize, Birth)>> = shares.into_par_iter().map(trace).collect::<Result<_, RepoError>>()?;
    let mut found: Vec<Option<Birth>> = vec![None; sought.len()];
    for (number, birth) in traced.into_iter().flatten() {
        if let Some(place) = found.get_mut(number) {
            *place = Some(birth);
        }
    }
    Ok(found)
}

/// One share's way back through history.
struct Trace<'t> {
    repository: &'t Repository,
    reader: &'t Reader<'t, ObjectStore>,
    find: &'t Find<'t>,
    tick: &'t (dyn Fn(u64) + Sync),
}

impl Trace<'_> {
    fn births(&self, tip: ObjectId, share: Vec<Item>) -> Result<Vec<(usize, Birth)>, RepoError> {
        let mut found = Vec::with_capacity(share.len());
        let mut front = Front::default();
        front.add(self.stand(tip)?, front::pending(share));
        while let Some((commit, pending)) = front.next() {
            let read = |parent: &ObjectId| self.parent(commit.id, *parent);
            let step = Step { reader: self.reader, find: self.find, tree: commit.tree };
            let handed = step.hand_over(pending, &commit.links.parents, &read)?;
            for (parent, pending) in handed.parents {
                front.add(parent, pending);
            }
            if handed.here.is_empty() {
                continue;
            }
            let author = commit::parse(commit.id.format(), &commit.bytes).author;
            for item in &handed.here {
                let (author, time) = (author.clone(), commit.links.committed);
                found.push((item.number, Birth { commit: commit.id, author, time, is_cut: handed.is_cut }));
            }
            (self.tick)(u64::try_from(handed.here.len()).unwrap_or(u64::MAX));
        }
        Ok(found)
    }

    fn stand(&self, id: ObjectId) -> Result<Stand, RepoError> {
        let bytes = self.reader.objects.objects().commit(id)?;
        let (tree, links) = commit::tree_and_links(id.format(), &bytes);
        Ok(Stand { id, tree, links, bytes: bytes.into_shared() })
    }

    /// A parent; `None` where a shallow clone was cut.
    fn parent(&self, child: ObjectId, id: ObjectId) -> Result<Option<Stand>, RepoError> {
        match self.stand(id) {
            Ok(parent) => Ok(Some(parent)),
            Err(error) if self.repository.is_cut_at(child, id, &error) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
