//! Objects, read raw and checked against their own names.
//!
//! Three sources are asked in turn. Packs are read in `pack.rs`: what is unpacked on the way to one object is at hand for
//! the next, which makes it several times faster than libgit2. Loose objects are unpacked in `loose.rs`, because libgit2
//! 1.9.7 never returns from a truncated one (libgit2#7342). What neither finds, libgit2 is asked for: it knows
//! older formats, and looks again for what was packed in the meantime. It does not know SHA-256: there, other packs are looked
//! through instead.
//!
//! Every object is checked against its name with the processor's instructions; libgit2's own check runs in software
//! and is switched off. The check knows no collisions; git's own transport refuses colliding objects when they are fetched.

use std::cell::OnceCell;
use std::fmt;
use std::io;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Once;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error;
use crate::repo::loose::Loose;
use crate::repo::object::is_empty_tree;
use crate::repo::object::verify;
use crate::repo::open::unreadable;
use crate::repo::pack;
use crate::repo::pack::Packed;
use crate::repo::pack::Packs;

/// Commits larger than this are not taken apart further than their headers; see [`Defect::TooLong`](crate::facts::Defect::TooLong).
pub(super) const LONG_COMMIT: usize = 1 << 20;

/// No commit, tree or tag larger than this is read.
const LARGEST_NODE: u64 = 512 << 20;

/// A source of objects. What it returns has the name that was asked for, or is an error.
pub(super) trait Objects {
    /// A commit's bytes.
    ///
    /// # Errors
    /// It is absent, damaged, or no commit.
    fn commit(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError>;

    /// A tree's bytes. The empty tree is always there.
    ///
    /// # Errors
    /// It is absent, damaged, or no tree.
    fn tree(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError>;

    /// A file's bytes, unless there are more than `limit`: then its size alone.
    ///
    /// # Errors
    /// It is absent, damaged, or no blob.
    fn blob(&self, id: ObjectId, limit: u64) -> Result<Blob<'_>, RepoError>;

    /// Whether an object is there, by the indexes alone: nothing is read. What is kept of an object is used only then.
    fn has(&self, _id: ObjectId) -> bool {
        false
    }
}

/// What was read of a file.
#[derive(Debug)]
pub(super) enum Blob<'s> {
    /// All of it.
    Bytes(ObjectBytes<'s>),
    /// Nothing: it has this many bytes.
    TooLarge(u64),
}

/// An object's bytes, where the reader put them: nothing is copied.
pub(super) struct ObjectBytes<'s>(Inner<'s>);

enum Inner<'s> {
    Lent(git2::OdbObject<'s>),
    Own(Arc<Vec<u8>>),
}

impl ObjectBytes<'_> {
    /// Bytes that somebody else read.
    #[must_use]
    pub(super) fn owned(bytes: Vec<u8>) -> Self {
        Self(Inner::Own(Arc::new(bytes)))
    }

    /// The bytes to keep.
    #[must_use]
    pub(super) fn into_vec(self) -> Vec<u8> {
        match self.0 {
            Inner::Lent(object) => object.data().to_vec(),
            Inner::Own(bytes) => Arc::unwrap_or_clone(bytes),
        }
    }

    /// The bytes to keep, together with the reader where it keeps them, too.
    #[must_use]
    pub(super) fn into_shared(self) -> Arc<Vec<u8>> {
        match self.0 {
            Inner::Lent(object) => Arc::new(object.data().to_vec()),
            Inner::Own(bytes) => bytes,
        }
    }
}

impl Deref for ObjectBytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            // An empty object's pointer is never null: libgit2 ends every buffer with a zero byte.
            Inner::Lent(object) => object.data(),
            Inner::Own(bytes) => bytes,
        }
    }
}

impl fmt::Debug for ObjectBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.len())
    }
}

/// What came of unpacking an object up to a limit: not compared with its name yet.
pub(super) enum Unpacked {
    Content(ObjectKind, Arc<Vec<u8>>),
    /// Its size, as the header says.
    TooLarge(ObjectKind, u64),
}

/// One thread's view of a repository's objects. Objects that are packed while it lives are found again.
pub(super) struct ObjectStore {
    packed: Packed,
    loose: Loose,
    objects_dir: PathBuf,
    /// Opened when it is first needed.
    #[expect(clippy::disallowed_types, reason = "the one place that reads objects")]
    odb: OnceCell<git2::Odb<'static>>,
    /// The file of a pack that the system does not open; looked for when something cannot be read.
    refused: OnceCell<Option<(PathBuf, io::Error)>>,
    is_partial: bool,
}

impl fmt::Debug for ObjectStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectStore").field("packed", &self.packed).field("loose", &self.loose).finish_non_exhaustive()
    }
}

impl Repository {
    /// A store of the repository's objects, for one thread.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub(super) fn store(&self) -> Result<ObjectStore, RepoError> {
        self.store_with(pack::MANY_BASES)
    }

    /// The same for objects that are read in the order of what they stand on.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub(super) fn store_by_root(&self) -> Result<ObjectStore, RepoError> {
        self.store_with(pack::FEW_BASES)
    }

    fn store_with(&self, bases: usize) -> Result<ObjectStore, RepoError> {
        let packs = self.packs.get_or_init(|| Arc::new(Packs::open(&self.object_dirs, self.format)));
        Ok(ObjectStore {
            packed: Packed::new(Arc::clone(packs), bases),
            loose: Loose::new(self.object_dirs.clone()),
            objects_dir: self.objects_dir(),
            odb: OnceCell::new(),
            refused: OnceCell::new(),
            is_partial: self.is_partial,
        })
    }
}

impl ObjectStore {
    /// An object of any kind, unless it is absurdly large.
    pub(super) fn any(&self, id: ObjectId) -> Result<(ObjectKind, ObjectBytes<'_>), RepoError> {
        whole(id, self.fetch(id, ObjectKind::Commit, LARGEST_NODE)?)
    }

    /// A commit, a tree, or a tag.
    fn node(&self, id: ObjectId, expected: ObjectKind) -> Result<ObjectBytes<'_>, RepoError> {
        node(id, expected, self.fetch(id, expected, LARGEST_NODE)?)
    }

    /// Where an object starts in a pack; `None` where it lies elsewhere. Objects that are read in this order are read
    /// several times faster than in that of paths.
    pub(super) fn start(&self, id: ObjectId) -> Result<Option<pack::Start>, RepoError> {
        self.packed.start(id)
    }

    /// Completes what [`Self::start`] says.
    pub(super) fn roots(&self) -> pack::Roots<'_> {
        self.packed.roots()
    }

    /// As [`Objects::tree`], of a directory of which is known where it [starts](Self::start).
    pub(super) fn tree_at(&self, id: ObjectId, start: pack::Start) -> Result<ObjectBytes<'_>, RepoError> {
        let read = self.packed.read_at(id, start, LARGEST_NODE)?;
        node(id, ObjectKind::Tree, self.checked(id, read, ObjectKind::Tree, LARGEST_NODE)?)
    }

    /// As [`Objects::blob`], of a file of which is known where it [starts](Self::start).
    pub(super) fn blob_at(&self, id: ObjectId, start: pack::Start, limit: u64) -> Result<Blob<'_>, RepoError> {
        blob(id, self.checked(id, self.packed.read_at(id, start, limit)?, ObjectKind::Blob, limit)?)
    }

    /// Reads and checks an object of at most `limit` bytes. What is `wanted` matters to messages only.
    fn fetch(&self, id: ObjectId, wanted: ObjectKind, limit: u64) -> Result<Fetched<'_>, RepoError> {
        self.checked(id, self.packed.read(id, limit)?, wanted, limit)
    }

    /// Checks what was found in a pack, or looks for it elsewhere.
    fn checked(
        &self,
        id: ObjectId,
        packed: Option<Unpacked>,
        wanted: ObjectKind,
        limit: u64,
    ) -> Result<Fetched<'_>, RepoError> {
        let found = match packed {
            Some(found) => Some(found),
            None => self.loose.read(id, limit)?,
        };
        match found {
            Some(Unpacked::Content(kind, bytes)) => {
                verify(id, kind, &bytes)?;
                Ok(Fetched::Whole(kind, ObjectBytes(Inner::Own(bytes))))
            }
            Some(Unpacked::TooLarge(kind, size)) => Ok(Fetched::TooLarge(kind, size)),
            None => self.fetch_elsewhere(id, wanted, limit),
        }
    }

    /// Asks libgit2, or in a SHA-256 repository, which it does not know, whether there are other packs.
    #[expect(clippy::disallowed_types, reason = "the one place that reads objects")]
    fn fetch_elsewhere(&self, id: ObjectId, wanted: ObjectKind, limit: u64) -> Result<Fetched<'_>, RepoError> {
        if id.format() == ObjectFormat::Sha256 {
            return match self.packed.read_elsewhere(self.loose.dirs(), id, limit) {
                Ok(None) => Err(self.refused().unwrap_or_else(|| self.absent(id, wanted))),
                Ok(found) => self.checked(id, found, wanted, limit),
                Err(damaged) => Err(self.refused().unwrap_or(damaged)),
            };
        }
        let odb = self.library()?;
        let oid = git2::Oid::from_bytes(id.as_bytes()).map_err(|error| self.failed(id, wanted, &error))?;
        // The size first, so that a few bytes in a pack cannot unfold into all memory.
        let (size, kind) = odb.read_header(oid).map_err(|error| self.failed(id, wanted, &error))?;
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        if size > limit {
            return Ok(Fetched::TooLarge(known(id, kind)?, size));
        }
        let object = odb.read(oid).map_err(|error| self.failed(id, wanted, &error))?;
        let kind = known(id, object.kind())?;
        verify(id, kind, object.data())?;
        Ok(Fetched::Whole(kind, ObjectBytes(Inner::Lent(object))))
    }

    /// libgit2's view of the objects, opened when it is first needed.
    #[expect(clippy::disallowed_types, reason = "the one place that reads objects")]
    fn library(&self) -> Result<&git2::Odb<'static>, RepoError> {
        if let Some(odb) = self.odb.get() {
            return Ok(odb);
        }
        let opened = self.open_library()?;
        Ok(self.odb.get_or_init(|| opened))
    }

    /// A bare object database instead of a `git2::Repository`: no configuration is read, nothing is discovered, and
    /// neither `shallow` nor `info/grafts` can shorten or break anything.
    #[expect(clippy::disallowed_types, reason = "the one place that reads objects")]
    fn open_library(&self) -> Result<git2::Odb<'static>, RepoError> {
        prepare_library();
        let dir = &self.objects_dir;
        let unreadable = |reason: &str| unreadable(dir, &io::Error::other(reason.to_owned()));
        let name = dir.to_str().ok_or_else(|| unreadable("its path is not UTF-8"))?;
        git2::Odb::new()
            .and_then(|odb| odb.add_disk_alternate(name).map(|()| odb))
            .map_err(|error| unreadable(error.message()))
    }

    fn failed(&self, id: ObjectId, kind: ObjectKind, error: &git2::Error) -> RepoError {
        if let Some(refused) = self.refused() {
            return refused;
        }
        if matches!(error.class(), git2::ErrorClass::Os | git2::ErrorClass::NoMemory) {
            return unreadable(&self.objects_dir, &io::Error::other(error.message().to_owned()));
        }
        match error.code() {
            git2::ErrorCode::NotFound => self.absent(id, kind),
            _ => RepoError::Corrupt { id, reason: error::shown(error.message().as_bytes()) },
        }
    }

    /// What the system refuses is neither missing nor damaged: another user's file, a limit of memory or of files.
    fn refused(&self) -> Option<RepoError> {
        let refused = self.refused.get_or_init(|| pack::refused(self.loose.dirs()));
        refused.as_ref().map(|(path, reason)| unreadable(path, reason))
    }

    const fn absent(&self, id: ObjectId, kind: ObjectKind) -> RepoError {
        if self.is_partial { RepoError::Partial { id, kind } } else { RepoError::Missing { id, kind } }
    }
}

impl Objects for ObjectStore {
    fn commit(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        self.node(id, ObjectKind::Commit)
    }

    fn tree(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        if is_empty_tree(id) {
            return Ok(ObjectBytes::owned(Vec::new()));
        }
        self.node(id, ObjectKind::Tree)
    }

    fn blob(&self, id: ObjectId, limit: u64) -> Result<Blob<'_>, RepoError> {
        blob(id, self.fetch(id, ObjectKind::Blob, limit)?)
    }

    #[expect(clippy::disallowed_types, reason = "the one place that reads objects")]
    fn has(&self, id: ObjectId) -> bool {
        let library_has = || {
            let oid = git2::Oid::from_bytes(id.as_bytes()).ok();
            oid.is_some_and(|oid| self.library().is_ok_and(|odb| odb.exists(oid)))
        };
        // The library takes a file for an object that has only its name.
        let is_elsewhere = || match id.format() {
            ObjectFormat::Sha1 => library_has(),
            ObjectFormat::Sha256 => self.packed.is_elsewhere(self.loose.dirs(), id),
        };
        let is_outside_packs = || if self.loose.is_listed(id) { self.loose.has(id) } else { is_elsewhere() };
        is_empty_tree(id) || self.packed.has(id) || is_outside_packs()
    }
}

/// What came of reading an object up to a limit.
enum Fetched<'s> {
    Whole(ObjectKind, ObjectBytes<'s>),
    /// Its size, by its unverified header.
    TooLarge(ObjectKind, u64),
}

fn whole(id: ObjectId, fetched: Fetched<'_>) -> Result<(ObjectKind, ObjectBytes<'_>), RepoError> {
    match fetched {
        Fetched::Whole(kind, bytes) => Ok((kind, bytes)),
        Fetched::TooLarge(kind, size) => Err(RepoError::ObjectTooLarge { id, kind, size, limit: LARGEST_NODE }),
    }
}

fn node(id: ObjectId, expected: ObjectKind, fetched: Fetched<'_>) -> Result<ObjectBytes<'_>, RepoError> {
    let (found, bytes) = whole(id, fetched)?;
    if found == expected { Ok(bytes) } else { Err(RepoError::WrongKind { id, expected, found }) }
}

fn blob(id: ObjectId, fetched: Fetched<'_>) -> Result<Blob<'_>, RepoError> {
    let expected = ObjectKind::Blob;
    match fetched {
        Fetched::Whole(ObjectKind::Blob, bytes) => Ok(Blob::Bytes(bytes)),
        Fetched::TooLarge(ObjectKind::Blob, size) => Ok(Blob::TooLarge(size)),
        Fetched::Whole(found, _) | Fetched::TooLarge(found, _) => Err(RepoError::WrongKind { id, expected, found }),
    }
}

fn known(id: ObjectId, kind: git2::ObjectType) -> Result<ObjectKind, RepoError> {
    match kind {
        git2::ObjectType::Commit => Ok(ObjectKind::Commit),
        git2::ObjectType::Tree => Ok(ObjectKind::Tree),
        git2::ObjectType::Blob => Ok(ObjectKind::Blob),
        git2::ObjectType::Tag => Ok(ObjectKind::Tag),
        git2::ObjectType::Any => Err(RepoError::Corrupt { id, reason: "it is of no known kind".to_owned() }),
    }
}

/// Settings of libgit2 that hold for the whole process.
fn prepare_library() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Done above, and faster.
        git2::opts::strict_hash_verification(false);
        // Nothing is read twice: libgit2's cache of objects would only hold memory.
        git2::opts::enable_caching(false);
    });
}
