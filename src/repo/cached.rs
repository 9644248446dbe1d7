//! Objects of one thread, with the last ones read kept at hand.

use std::cell::RefCell;
use std::sync::Arc;

use foldhash::HashSet;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Blob;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Watch;
use crate::repo::lines::LARGEST_TEXT;
use crate::repo::recent::Recent;
use crate::repo::tree::Entry;

/// Bytes of trees kept, at most.
const TREES: usize = 6 << 20;
/// Bytes of blobs kept, at most.
const BLOBS: usize = 8 << 20;

/// Reads through a small cache, so that what a commit leaves behind is at hand when its child is compared with it.
pub(super) struct Cached<O> {
    objects: O,
    trees: RefCell<Recent<ObjectId, Arc<Vec<u8>>>>,
    blobs: RefCell<Recent<ObjectId, Arc<Vec<u8>>>>,
    /// The objects that were asked for since it was last taken.
    asked: RefCell<Vec<ObjectId>>,
    /// The paths that were found so far.
    paths: RefCell<HashSet<RepoPath>>,
    watch: Option<Arc<dyn Watch>>,
}

impl<O: Objects> Cached<O> {
    /// An empty cache before some objects.
    pub(super) fn new(objects: O) -> Self {
        Self {
            objects,
            trees: RefCell::new(Recent::new(TREES)),
            blobs: RefCell::new(Recent::new(BLOBS)),
            asked: RefCell::default(),
            paths: RefCell::default(),
            watch: None,
        }
    }

    /// The same, with somebody who is shown what is compared.
    pub(super) fn watched_by(self, watch: Option<Arc<dyn Watch>>) -> Self {
        Self { watch, ..self }
    }

    /// Shows what was read under a path to whoever watches.
    pub(super) fn show(&self, path: &RepoPath, entry: Option<Entry>, bytes: &[u8]) {
        if let Some((watch, entry)) = self.watch.as_ref().zip(entry).filter(|(_, entry)| entry.mode.is_file()) {
            watch.see(path, entry.id, bytes);
        }
    }

    /// The objects themselves.
    pub(super) const fn objects(&self) -> &O {
        &self.objects
    }

    /// A tree's bytes.
    ///
    /// # Errors
    /// It is absent, damaged, or no tree.
    pub(super) fn tree(&self, id: ObjectId) -> Result<Arc<Vec<u8>>, RepoError> {
        self.note(id);
        if let Some(bytes) = self.trees.borrow_mut().get(id) {
            return Ok(bytes);
        }
        let bytes = self.objects.tree(id)?.into_shared();
        self.trees.borrow_mut().put(id, Arc::clone(&bytes), bytes.len());
        Ok(bytes)
    }

    /// Takes note of an object that was read past the cache.
    pub(super) fn note(&self, id: ObjectId) {
        self.asked.borrow_mut().push(id);
    }

    /// The objects that were asked for since the last call of this or of [`Self::forget_asked`].
    pub(super) fn take_asked(&self) -> Vec<ObjectId> {
        // Without the room behind them, since they are kept.
        let asked = self.asked.borrow().as_slice().to_vec();
        self.forget_asked();
        asked
    }

    /// What was asked for is of no interest.
    pub(super) fn forget_asked(&self) {
        self.asked.borrow_mut().clear();
    }

    /// A path, as the same one in memory as before: the same files change again and again.
    pub(super) fn path(&self, path: &RepoPath) -> RepoPath {
        let mut paths = self.paths.borrow_mut();
        if let Some(known) = paths.get(path) {
            return known.clone();
        }
        paths.insert(path.clone());
        path.clone()
    }

    /// A file's bytes; `None` where it is so large that git takes it for binary.
    ///
    /// # Errors
    /// It is absent, damaged, or no blob.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.blob_up_to(id, LARGEST_TEXT)
    }

    /// A file's bytes; `None` where there are more than the limit, unless they are at hand.
    ///
    /// # Errors
    /// It is absent, damaged, or no blob.
    pub(super) fn blob_up_to(&self, id: ObjectId, limit: u64) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.note(id);
        if let Some(bytes) = self.blobs.borrow_mut().get(id) {
            return Ok(Some(bytes));
        }
        let Blob::Bytes(bytes) = self.objects.blob(id, limit)? else { return Ok(None) };
        let bytes = bytes.into_shared();
        self.blobs.borrow_mut().put(id, Arc::clone(&bytes), bytes.len());
        Ok(Some(bytes))
    }
}

impl<O> std::fmt::Debug for Cached<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}
