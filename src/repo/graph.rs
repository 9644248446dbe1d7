//! The part of history that has been read: commits by number, each object read once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::ObjectKind;
use crate::repo::Objects;
use crate::repo::Progress;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;

/// How many commits are read between two reports of progress.
const TICK: u64 = 512;

/// A commit's number in a [`Graph`]; made by it only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ix(u32);

/// Commits that are known by name, with their parents once they have been read.
pub(super) struct Graph<'r> {
    objects: &'r dyn Objects,
    repository: &'r Repository,
    progress: &'r dyn Progress,
    // The default hasher, keyed at random: names of commits can be chosen to collide.
    numbers: HashMap<ObjectId, Ix>,
    nodes: Vec<Node>,
    edges: Vec<Ix>,
    read: u64,
}

struct Node {
    id: ObjectId,
    is_read: bool,
    time: Option<UnixTime>,
    /// From and until, in the edges.
    parents: (u32, u32),
    /// The object, kept for what will be taken apart in full.
    raw: Option<Box<[u8]>>,
}

/// Whether an object's bytes are kept behind its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// They will be taken apart in full.
    Bytes,
    /// Only the shape of history counts.
    Links,
}

/// Whether a parent is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It is, and was read.
    Here,
    /// It is not, because the clone is shallow.
    Cut,
}

impl<'r> Graph<'r> {
    pub(super) fn new(objects: &'r dyn Objects, repository: &'r Repository, progress: &'r dyn Progress) -> Self {
        let (numbers, nodes, edges) = (HashMap::new(), Vec::new(), Vec::new());
        Self { objects, repository, progress, numbers, nodes, edges, read: 0 }
    }

    /// The number of a commit that must be there.
    pub(super) fn start(&mut self, id: ObjectId, keep: Keep) -> Result<Ix, RepoError> {
        let ix = self.number(id)?;
        self.read(ix, keep)?;
        Ok(ix)
    }

    /// Reads a parent, if that has not been done. It may be absent only where a shallow clone was cut at the child.
    pub(super) fn parent(&mut self, child: Ix, parent: Ix, keep: Keep) -> Result<Presence, RepoError> {
        match self.read(parent, keep) {
            Ok(()) => Ok(Presence::Here),
            Err(error) if self.repository.is_cut_at(self.id(child), self.id(parent), &error) => Ok(Presence::Cut),
            // Commits are never left out of a partial clone.
            Err(RepoError::Partial { id, kind: ObjectKind::Commit }) => {
                Err(RepoError::Missing { id, kind: ObjectKind::Commit })
            }
            Err(error) => Err(error),
        }
    }

    /// Tells nobody any more how far it has come.
    pub(super) fn quieten(&mut self) {
        self.progress = &Quiet;
    }

    /// The commits that were read.
    pub(super) fn all_read(&self) -> Vec<ObjectId> {
        self.nodes.iter().filter(|node| node.is_read).map(|node| node.id).collect()
    }

    /// How many commits were read.
    pub(super) const fn reads(&self) -> u64 {
        self.read
    }

    pub(super) fn id(&self, ix: Ix) -> ObjectId {
        self.node(ix).id
    }

    pub(super) fn time(&self, ix: Ix) -> Option<UnixTime> {
        self.node(ix).time
    }

    /// The parents of a commit that was read, in order.
    pub(super) fn parents(&self, ix: Ix) -> &[Ix] {
        let (from, until) = self.node(ix).parents;
        self.edges.get(place(from)..place(until)).unwrap_or_default()
    }

    /// One of the parents of a commit that was read.
    pub(super) fn parent_at(&self, ix: Ix, at: usize) -> Option<Ix> {
        self.parents(ix).get(at).copied()
    }

    /// Gives a commit's bytes up.
    pub(super) fn forget(&mut self, ix: Ix) {
        self.node_mut(ix).raw = None;
    }

    /// The bytes of a commit: those that were kept, or else read again.
    pub(super) fn take_bytes(&mut self, id: ObjectId) -> Result<Box<[u8]>, RepoError> {
        let known = self.numbers.get(&id).copied();
        let raw = match (known.and_then(|ix| self.node_mut(ix).raw.take()), self.repository.kept.commit(id)) {
            (Some(raw), _) => raw,
            // It is there, or its links would not have been taken.
            (None, Some(kept)) => return Ok(kept),
            (None, None) => self.objects.commit(id)?.into_vec().into_boxed_slice(),
        };
        self.repository.kept.learn_commit(id, &raw);
        Ok(raw)
    }

    fn read(&mut self, ix: Ix, keep: Keep) -> Result<(), RepoError> {
        let node = self.node(ix);
        if node.is_read {
            return Ok(());
        }
        let id = node.id;
        let (links, raw) = match self.repository.kept.links(id, |id| self.objects.has(id)) {
            Some(links) => (links, None),
            None => {
                let bytes = self.objects.commit(id)?;
                let links = commit::links(id.format(), &bytes);
                self.repository.kept.learn_links(id, &links);
                (links, (keep == Keep::Bytes).then(|| bytes.into_vec().into_boxed_slice()))
            }
        };
        let from = self.next_edge()?;
        for parent in links.parents {
            let parent = self.number(parent)?;
            self.edges.push(parent);
        }
        let until = self.next_edge()?;
        let node = self.node_mut(ix);
        node.is_read = true;
        node.time = links.committed;
        node.parents = (from, until);
        node.raw = raw;
        self.read = self.read.saturating_add(1);
        if self.read.is_multiple_of(TICK) {
            self.progress.tick(self.read, 0, "reading history");
        }
        Ok(())
    }

    fn number(&mut self, id: ObjectId) -> Result<Ix, RepoError> {
        let next = u32::try_from(self.nodes.len()).map_err(|_full| RepoError::TooManyCommits)?;
        match self.numbers.entry(id) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(free) => {
                self.nodes.push(Node { id, is_read: false, time: None, parents: (0, 0), raw: None });
                Ok(*free.insert(Ix(next)))
            }
        }
    }

    fn next_edge(&self) -> Result<u32, RepoError> {
        u32::try_from(self.edges.len()).map_err(|_full| RepoError::TooManyCommits)
    }

    #[expect(clippy::indexing_slicing, reason = "a number is made together with its node, and nodes are never removed")]
    fn node(&self, ix: Ix) -> &Node {
        &self.nodes[place(ix.0)]
    }

    #[expect(clippy::indexing_slicing, reason = "a number is made together with its node, and nodes are never removed")]
    fn node_mut(&mut self, ix: Ix) -> &mut Node {
        &mut self.nodes[place(ix.0)]
    }
}

/// A value for every commit of a graph; what was never set has the default.
#[derive(Debug, Clone, Default)]
pub(super) struct PerCommit<T>(Vec<T>);

impl<T: Copy + Default> PerCommit<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn get(&self, ix: Ix) -> T {
        self.0.get(place(ix.0)).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, ix: Ix, value: T) {
        let at = place(ix.0);
        if self.0.len() <= at {
            self.0.resize(at.saturating_add(1), T::default());
        }
        if let Some(slot) = self.0.get_mut(at) {
            *slot = value;
        }
    }
}

/// A number as a place in memory.
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
