//! Compares a tree with one or more others.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Cached;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::tree::Entry;
use crate::repo::tree::Limits;
use crate::repo::tree::Mode;
use crate::repo::tree::cursor::Cursor;
use crate::repo::tree::cursor::Order;
use crate::repo::tree::cursor::Stop;
use crate::repo::tree::cursor::in_order;

/// What a changed path takes in memory beside its name, about.
const BYTES_A_PATH: u64 = 150;

/// A path whose entry differs from that of every old tree. Never a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::repo) struct Delta {
    /// Where.
    pub(in crate::repo) path: RepoPath,
    /// What stands there now.
    pub(in crate::repo) new: Option<Entry>,
    /// What stands there in each of the old trees, in their order.
    pub(in crate::repo) old: Old,
}

impl Delta {
    /// What stands there in the first of the old trees.
    pub(in crate::repo) fn first_old(&self) -> Option<Entry> {
        self.old.first().copied().flatten()
    }

    /// Whether something came, or went, against one of the old trees.
    pub(in crate::repo) fn is_move(&self) -> bool {
        self.old.iter().any(|old| old.is_some() != self.new.is_some())
    }
}

/// What stands in each of some old trees: nearly always there is one, and there are hundreds of thousands of these.
pub(in crate::repo) type Old = SmallVec<[Option<Entry>; 1]>;

/// The paths at which a tree differs from every one of some others, in the order of the paths' bytes. `None` is a tree
/// without entries. Subtrees that equal one of the others are not read.
///
/// A file in the place of a directory is its own path, and so is each file that the directory had.
///
/// # Errors
///
/// A tree that is missing, damaged or malformed, and one beyond the limits of this module.
pub(in crate::repo) fn compare<O: Objects>(
    objects: &Cached<O>,
    new: Option<ObjectId>,
    old: &[Option<ObjectId>],
) -> Result<Vec<Delta>, RepoError> {
    within(&Limits::OURS, objects, new, old, &|_, _| true)
}

/// As [`compare`], of the paths that are wanted: what is asked for a directory says whether to look below it.
pub(in crate::repo) fn compare_some<O: Objects>(
    objects: &Cached<O>,
    new: Option<ObjectId>,
    old: &[Option<ObjectId>],
    wanted: &Wanted<'_>,
) -> Result<Vec<Delta>, RepoError> {
    within(&Limits::OURS, objects, new, old, wanted)
}

/// Whether a path is to be compared, by its bytes and what stands there.
pub(in crate::repo) type Wanted<'w> = dyn Fn(&[u8], Mode) -> bool + 'w;

fn within<O: Objects>(
    limits: &Limits,
    objects: &Cached<O>,
    new: Option<ObjectId>,
    old: &[Option<ObjectId>],
    wanted: &Wanted<'_>,
) -> Result<Vec<Delta>, RepoError> {
    if old.contains(&new) {
        return Ok(Vec::new());
    }
    let trees: Vec<_> = std::iter::once(new).chain(old.iter().copied()).collect();
    // One of them is there, or `new` would equal an old one.
    let Some(root) = trees.iter().flatten().next().copied() else { return Ok(Vec::new()) };
    let mut found = match Comparison::new(limits, objects, root, wanted, Order::AsWritten).run(&trees) {
        Err(Failure::Unsorted) => Comparison::new(limits, objects, root, wanted, Order::Sorted).run(&trees),
        read => read,
    }
    .map_err(|failure| match failure {
        Failure::Repo(error) => error,
        // Only a cursor that takes entries as they are written says so.
        Failure::Unsorted => RepoError::MalformedTree { id: root, reason: "its entries are in no order" },
    })?;
    if !found.is_sorted_by(|a, b| a.path <= b.path) {
        found.sort_by(|a, b| a.path.cmp(&b.path));
    }
    Ok(found)
}

struct Comparison<'o, O> {
    limits: &'o Limits,
    objects: &'o Cached<O>,
    /// One of the trees, for messages.
    root: ObjectId,
    wanted: &'o Wanted<'o>,
    order: Order,
    entries: u64,
    bytes: u64,
    path: Vec<u8>,
    found: Vec<Delta>,
}

enum Failure {
    Repo(RepoError),
    Unsorted,
}

enum Step {
    /// Go on with the next name.
    Next,
    /// The directory has no further name.
    End,
    /// Go into these directories: they differ.
    Below(Vec<Option<ObjectId>>),
}

struct Directory {
    /// The new tree's, then those of the old trees; `None` where there is no such directory.
    cursors: Vec<Option<(Cursor, ObjectId)>>,
    /// How much of the path names the directory, with the slash behind it.
    path_length: usize,
    /// Whether it matters that entries are in order which were passed without a look: not where two trees have the same names
    /// one by one, which are then the same pairs in any order.
    needs_order: bool,
}

impl<'o, O: Objects> Comparison<'o, O> {
    fn new(limits: &'o Limits, objects: &'o Cached<O>, root: ObjectId, wanted: &'o Wanted<'o>, order: Order) -> Self {
        Self { limits, objects, root, wanted, order, entries: 0, bytes: 0, path: Vec::new(), found: Vec::new() }
    }

    fn run(mut self, trees: &[Option<ObjectId>]) -> Result<Vec<Delta>, Failure> {
        // Not by recursion: a forged tree is deeper than any stack.
        let mut open = vec![self.open(trees)?];
        while let Some(directory) = open.last_mut() {
            self.path.truncate(directory.path_length);
            match self.step(directory)? {
                Step::Next => {}
                Step::End => {
                    if directory.needs_order {
                        directory.check_order()?;
                    }
                    open.pop();
                }
                Step::Below(trees) => {
                    if open.len() >= self.limits.depth {
                        return Err(Failure::Repo(RepoError::TreeTooDeep { id: self.root, limit: self.limits.depth }));
                    }
                    self.path.push(b'/');
                    open.push(self.open(&trees)?);
                }
            }
        }
        Ok(self.found)
    }

    fn open(&self, trees: &[Option<ObjectId>]) -> Result<Directory, Failure> {
        let cursor = |id: &Option<ObjectId>| -> Result<_, Failure> {
            let Some(id) = *id else { return Ok(None) };
            let bytes: Arc<Vec<u8>> = self.objects.tree(id).map_err(Failure::Repo)?;
            Ok(Some((Cursor::new(bytes, id.format(), self.order).map_err(|stop| failure(&stop, id))?, id)))
        };
        let cursors = trees.iter().map(cursor).collect::<Result<_, _>>()?;
        Ok(Directory { cursors, path_length: self.path.len(), needs_order: trees.len() > 2 })
    }

    /// Looks at the next name of a directory.
    fn step(&mut self, directory: &mut Directory) -> Result<Step, Failure> {
        self.count(1)?;
        if let Some(step) = self.pass(directory)? {
            return Ok(step);
        }
        let heads = directory.cursors.iter().flatten().filter_map(|(cursor, _)| cursor.head());
        let Some(next) = heads.min_by(in_order) else { return Ok(Step::End) };
        let found: SmallVec<[Option<Entry>; 2]> = directory
            .cursors
            .iter()
            .map(|cursor| cursor.as_ref().and_then(|(cursor, _)| cursor.head()))
            .map(|head| head.filter(|head| in_order(head, &next).is_eq()).map(|head| head.entry))
            .collect();
        let is_tree = next.entry.mode == Mode::Tree;
        let differs = found.split_first().is_some_and(|(new, old)| !old.contains(new));
        if differs {
            self.path.extend_from_slice(next.name);
            directory.needs_order |= found.contains(&None);
        }
        let here = directory.cursors.iter_mut().zip(&found).filter(|(_, entry)| entry.is_some());
        for (cursor, id) in here.filter_map(|(cursor, _)| cursor.as_mut()) {
            cursor.advance().map_err(|stop| failure(&stop, *id))?;
        }
        if !differs || !(self.wanted)(&self.path, if is_tree { Mode::Tree } else { Mode::File }) {
            return Ok(Step::Next);
        }
        if is_tree {
            return Ok(Step::Below(found.iter().map(|entry| entry.map(|entry| entry.id)).collect()));
        }
        let bytes = u64::try_from(self.path.len()).unwrap_or(u64::MAX).saturating_add(BYTES_A_PATH);
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.bytes {
            return Err(Failure::Repo(RepoError::TreeTooLarge { id: self.root, limit: self.limits.entries }));
        }
        let (new, old) = found.split_first().map_or((None, &[][..]), |(new, old)| (*new, old));
        self.found.push(Delta { path: RepoPath::new(self.path.as_slice()), new, old: Old::from_slice(old) });
        Ok(Step::Next)
    }

    /// Passes what the new tree has in common with one of the old ones from here on, most of most directories: nothing of it
    /// differs, whatever stands in the others there.
    fn pass(&mut self, directory: &mut Directory) -> Result<Option<Step>, Failure> {
        let Some((Some((new, new_id)), old)) = directory.cursors.split_first_mut() else { return Ok(None) };
        let Some(rest) = new.rest().filter(|_| !new.raw().is_empty()) else { return Ok(None) };
        let is_like =
            |other: &Option<(Cursor, ObjectId)>| other.as_ref().is_some_and(|(other, _)| other.raw() == new.raw());
        let at = old.iter().position(is_like).unwrap_or(old.len());
        let (before, from) = old.split_at_mut(at);
        let Some((Some((like, like_id)), behind)) = from.split_first_mut() else { return Ok(None) };
        let Some(others) = like.rest() else { return Ok(None) };
        if rest == others {
            return Ok(Some(Step::End));
        }
        let passed = new.pass_common(others).map_err(|stop| failure(&stop, *new_id))?;
        like.follow(&passed).map_err(|stop| failure(&stop, *like_id))?;
        self.count(passed.entries.saturating_sub(1))?;
        let until = [&*new, &*like].into_iter().filter_map(Cursor::head).min_by(in_order);
        for (cursor, id) in before.iter_mut().chain(behind).flatten() {
            let entries = cursor.pass_until(until.as_ref(), new.before(&passed));
            self.count(entries.map_err(|stop| failure(&stop, *id))?)?;
        }
        Ok(Some(Step::Next))
    }

    const fn count(&mut self, entries: u64) -> Result<(), Failure> {
        self.entries = self.entries.saturating_add(entries);
        if self.entries > self.limits.entries {
            return Err(Failure::Repo(RepoError::TreeTooLarge { id: self.root, limit: self.limits.entries }));
        }
        Ok(())
    }
}

impl Directory {
    /// Looks whether what was passed without a look is in order in all trees.
    fn check_order(&mut self) -> Result<(), Failure> {
        let Some((Some((new, id)), old)) = self.cursors.split_first_mut() else { return Ok(()) };
        // What was passed in the others stands in the new tree, too, and where it begins and ends was looked at in each.
        new.check_order().map_err(|stop| failure(&stop, *id))?;
        old.iter_mut().flatten().try_for_each(|(cursor, id)| {
            cursor.pass_until(None, new.rest().unwrap_or_default()).map(drop).map_err(|stop| failure(&stop, *id))
        })
    }
}

const fn failure(stop: &Stop, tree: ObjectId) -> Failure {
    match stop {
        Stop::Malformed(reason) => Failure::Repo(RepoError::MalformedTree { id: tree, reason }),
        Stop::Unsorted => Failure::Unsorted,
    }
}

#[cfg(test)]
mod tests;
