//! Objects of one thread, with the last ones read kept at hand.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use crate::facts::ObjectId;
use crate::repo::Blob;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::lines::LARGEST_TEXT;

/// Bytes of trees kept, at most.
const TREES: usize = 16 << 20;
/// Bytes of blobs kept, at most.
const BLOBS: usize = 16 << 20;

/// Reads through a small cache, so that what a commit leaves behind is at hand when its child is compared with it.
pub(super) struct Cached<O> {
    objects: O,
    trees: RefCell<Recent>,
    blobs: RefCell<Recent>,
    /// The trees that were asked for since it was last taken.
    asked: RefCell<Vec<ObjectId>>,
}

/// Two generations: what is asked for moves to the young one; when that is full it becomes the old one, and what was
/// old is forgotten.
struct Recent {
    young: HashMap<ObjectId, Arc<[u8]>>,
    old: HashMap<ObjectId, Arc<[u8]>>,
    young_bytes: usize,
    half: usize,
}

impl<O: Objects> Cached<O> {
    /// An empty cache before some objects.
    pub(super) fn new(objects: O) -> Self {
        Self {
            objects,
            trees: RefCell::new(Recent::new(TREES)),
            blobs: RefCell::new(Recent::new(BLOBS)),
            asked: RefCell::default(),
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
    pub(super) fn tree(&self, id: ObjectId) -> Result<Arc<[u8]>, RepoError> {
        self.asked.borrow_mut().push(id);
        if let Some(bytes) = self.trees.borrow_mut().get(id) {
            return Ok(bytes);
        }
        let bytes: Arc<[u8]> = Arc::from(&*self.objects.tree(id)?);
        self.trees.borrow_mut().put(id, &bytes);
        Ok(bytes)
    }

    /// The trees that were asked for since the last call.
    pub(super) fn take_asked(&self) -> Vec<ObjectId> {
        self.asked.take()
    }

    /// A file's bytes; `None` where it is so large that git takes it for binary.
    ///
    /// # Errors
    /// It is absent, damaged, or no blob.
    pub(super) fn blob(&self, id: ObjectId) -> Result<Option<Arc<[u8]>>, RepoError> {
        if let Some(bytes) = self.blobs.borrow_mut().get(id) {
            return Ok(Some(bytes));
        }
        let Blob::Bytes(bytes) = self.objects.blob(id, LARGEST_TEXT)? else { return Ok(None) };
        let bytes: Arc<[u8]> = Arc::from(&*bytes);
        self.blobs.borrow_mut().put(id, &bytes);
        Ok(Some(bytes))
    }
}

impl Recent {
    fn new(bytes: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), young_bytes: 0, half: bytes / 2 }
    }

    fn get(&mut self, id: ObjectId) -> Option<Arc<[u8]>> {
        if let Some(bytes) = self.young.get(&id) {
            return Some(Arc::clone(bytes));
        }
        let bytes = self.old.remove(&id)?;
        self.put(id, &bytes);
        Some(bytes)
    }

    fn put(&mut self, id: ObjectId, bytes: &Arc<[u8]>) {
        if bytes.len() > self.half / 4 {
            return;
        }
        self.young_bytes = self.young_bytes.saturating_add(bytes.len());
        self.young.insert(id, Arc::clone(bytes));
        if self.young_bytes > self.half {
            self.old = mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

impl<O> std::fmt::Debug for Cached<O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cached").finish_non_exhaustive()
    }
}
