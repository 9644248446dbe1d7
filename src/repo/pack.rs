//! Objects in packs.
//!
//! Packs are mapped, and their indexes once much is asked of them, as git does it: nothing is copied, and what is not asked
//! for is not read. (A file that shrinks under a map ends the process with a signal, which the supervisor tells; git only
//! adds packs and deletes them.) What is read here is unchecked; whoever asked compares it with its name. Whatever a pack
//! says of sizes and bases is looked at before memory is taken for it, so that a forged one ends in an error.
//!
//! Only packs with an index of version 2 are read, and kept open for all that is asked of them. What lies elsewhere (an index of
//! version 1, a pack that appeared later, more packs than are kept open) is left to libgit2; in a SHA-256 repository, which
//! libgit2 does not know, such packs are [looked through](Packed::read_elsewhere) each time.

mod delta;
mod entry;
mod index;
mod roots;
mod unpacker;

use std::cell::RefCell;
use std::fs::DirEntry;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::RepoError;
use crate::repo::error;
use crate::repo::objects::Unpacked;
use crate::repo::pack::delta::Delta;
use crate::repo::pack::entry::Base;
use crate::repo::pack::index::Index;
pub(super) use crate::repo::pack::roots::Roots;
use crate::repo::pack::unpacker::Unpacker;
use crate::repo::recent::Recent;

/// At most this many packs are kept open, the largest ones.
const MOST_OPEN: usize = 100;

/// Deltas upon deltas; git itself makes no more than 4,095.
const LONGEST_CHAIN: usize = 10_000;

/// Nothing larger is unpacked on the way to an object: git makes no deltas of files above 512 MiB.
const LARGEST_BASE: u64 = 512 << 20;

/// Bytes of unpacked bases that each thread keeps where objects are read in the order of history or of paths.
pub(super) const MANY_BASES: usize = 8 << 20;
/// The same where they are read in the order of what they stand on.
pub(super) const FEW_BASES: usize = 4 << 20;

/// The packs of some object directories, shared by all threads.
#[derive(Debug)]
pub(super) struct Packs(Vec<Pack>);

struct Pack {
    index: Index,
    data: gix_pack::data::File<gix_pack::MMap>,
}

/// Where an object starts. In this order, once [`Roots`] have completed it, objects that stand on the same one come one
/// after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    /// The pack's number.
    pack: usize,
    /// Where what it stands on at last starts.
    root: u64,
    /// How far into the pack it is.
    at: u64,
    /// Whether something else that is to be read may stand on the same.
    is_shared: bool,
}

impl Start {
    /// Whether two objects stand on the same one.
    pub(super) fn is_beside(self, other: Self) -> bool {
        (self.pack, self.root) == (other.pack, other.root)
    }

    /// Nothing else that is to be read stands on the same: what is unpacked on the way need not be kept.
    pub(super) const fn alone(self) -> Self {
        Self { is_shared: false, ..self }
    }
}

/// Why an object cannot be read.
type Damage = &'static str;

impl Packs {
    /// Opens the packs that can be read here.
    pub(super) fn open(object_dirs: &[PathBuf], format: ObjectFormat) -> Self {
        let mut found: Vec<(u64, PathBuf)> = listed(object_dirs)
            .map(|(file, path)| (file.metadata().map_or(0, |metadata| metadata.len()), path))
            .collect();
        // The largest first, since most objects are there.
        found.sort_unstable_by(|a, b| b.cmp(a));
        Self(found.iter().take(MOST_OPEN).filter_map(|(_, path)| Pack::open(path, format)).collect())
    }
}

/// The packs that lie in some object directories.
fn listed(object_dirs: &[PathBuf]) -> impl Iterator<Item = (DirEntry, PathBuf)> {
    // A directory that cannot be listed is one without packs; what is missing then is missed later.
    let files = object_dirs.iter().flat_map(|dir| std::fs::read_dir(dir.join("pack"))).flatten().flatten();
    files
        .map(|file| (file.path(), file))
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "pack"))
        .map(|(path, file)| (file, path))
}

/// The first file of a pack that is there and cannot be opened, and why: what it holds is not missing.
pub(super) fn refused(object_dirs: &[PathBuf]) -> Option<(PathBuf, std::io::Error)> {
    let folders = object_dirs.iter().filter_map(|dir| std::fs::read_dir(dir.join("pack")).ok());
    let files = folders.flatten().flatten().map(|file| file.path());
    let mut of_packs = files.filter(|path| path.extension().is_some_and(|ends| ends == "pack" || ends == "idx"));
    of_packs.find_map(|path| {
        let error = std::fs::File::open(&path).err()?;
        (error.kind() != std::io::ErrorKind::NotFound).then_some((path, error))
    })
}

impl Pack {
    /// Opens a pack and its index; `None` where these are not what is known here.
    fn open(path: &Path, format: ObjectFormat) -> Option<Self> {
        let index = Index::open(&path.with_extension("idx"), format)?;
        let data = gix_pack::data::File::at(path, index::kind(format)).ok()?;
        (data.num_objects() == index.count()).then_some(Self { index, data })
    }

    /// The bytes from a place on, up to where the objects end.
    fn from(&self, at: u64) -> &[u8] {
        let end = u64::try_from(self.data.pack_end()).unwrap_or(u64::MAX);
        self.data.entry_slice(at.min(end)..end).unwrap_or_default()
    }
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("index", &self.index).finish_non_exhaustive()
    }
}

/// One thread's view of some packs.
pub(super) struct Packed {
    packs: Arc<Packs>,
    state: RefCell<State>,
}

struct State {
    /// The pack in which the last object was found: the next one is likely to be there, too.
    last: usize,
    unpacker: Unpacker,
    /// What was unpacked so far of the pack at the number, by where it starts.
    bases: Recent<(usize, u64), Known>,
    /// The deltas on the way from the object to what is not one: where their data start, how large these are, and where
    /// they themselves start.
    chain: Vec<(u64, u64, u64)>,
}

/// An object that others stand on.
type Known = (ObjectKind, Arc<Vec<u8>>);

impl Packed {
    /// Keeps so many bytes of unpacked bases.
    pub(super) fn new(packs: Arc<Packs>, bases: usize) -> Self {
        let state = State { last: 0, unpacker: Unpacker::new(), bases: Recent::new(bases), chain: Vec::new() };
        Self { packs, state: RefCell::new(state) }
    }

    /// Whether an index names an object.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.packs.0.iter().any(|pack| pack.index.find(id).is_some())
    }

    /// Where an object starts; `None` when it is in none of the packs.
    pub(super) fn start(&self, id: ObjectId) -> Result<Option<Start>, RepoError> {
        let state = &mut *self.state.borrow_mut();
        let others = (0..self.packs.0.len()).filter(|number| *number != state.last);
        for number in std::iter::once(state.last).chain(others) {
            let Some(pack) = self.packs.0.get(number) else { continue };
            if let Some(at) = pack.index.find(id) {
                state.last = number;
                return Ok(Some(Start { pack: number, root: at, at, is_shared: true }));
            }
        }
        Ok(None)
    }

    /// Completes starts.
    pub(super) fn roots(&self) -> Roots<'_> {
        Roots::new(&self.packs)
    }

    /// Reads an object, unchecked; `None` when it is in none of the packs.
    pub(super) fn read(&self, id: ObjectId, limit: u64) -> Result<Option<Unpacked>, RepoError> {
        match self.start(id)? {
            Some(start) => self.read_at(id, start, limit),
            None => Ok(None),
        }
    }

    /// Reads an object that starts somewhere, unchecked; `None` when there is no such pack.
    pub(super) fn read_at(&self, id: ObjectId, start: Start, limit: u64) -> Result<Option<Unpacked>, RepoError> {
        let Some(pack) = self.packs.0.get(start.pack) else { return Ok(None) };
        let state = &mut *self.state.borrow_mut();
        state.unpack(pack, start, limit).map(Some).map_err(|damage| told(id, pack.data.path(), damage))
    }
}

impl Packed {
    /// Looks for an object in packs that are not open, as libgit2 does for SHA-1: such as came later, and more than are kept open.
    /// One that cannot be opened is an error where nothing else has the object.
    pub(super) fn read_elsewhere(
        &self,
        object_dirs: &[PathBuf],
        id: ObjectId,
        limit: u64,
    ) -> Result<Option<Unpacked>, RepoError> {
        let mut damaged = None;
        for path in self.closed(object_dirs) {
            let Some(pack) = Pack::open(&path, id.format()) else {
                damaged = Some(path);
                continue;
            };
            if let Some(at) = pack.index.find(id) {
                // Under no pack's number, and nothing of it is kept.
                let start = Start { pack: usize::MAX, root: at, at, is_shared: false };
                let read = self.state.borrow_mut().unpack(&pack, start, limit);
                return read.map(Some).map_err(|damage| told(id, &path, damage));
            }
        }
        damaged.map_or(Ok(None), |path| Err(told(id, &path, "the pack or its index is not whole")))
    }

    /// Whether a pack that is not open has an object.
    pub(super) fn is_elsewhere(&self, object_dirs: &[PathBuf], id: ObjectId) -> bool {
        let has = |path: PathBuf| Pack::open(&path, id.format()).is_some_and(|pack| pack.index.find(id).is_some());
        self.closed(object_dirs).any(has)
    }

    fn closed(&self, object_dirs: &[PathBuf]) -> impl Iterator<Item = PathBuf> {
        let is_open = |path: &PathBuf| self.packs.0.iter().any(|pack| pack.data.path() == path);
        listed(object_dirs).map(|(_, path)| path).filter(move |path| !is_open(path))
    }
}

fn told(id: ObjectId, path: &Path, damage: Damage) -> RepoError {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    RepoError::Corrupt { id, reason: error::shown(format!("in {name}, {damage}").as_bytes()) }
}

impl State {
    fn unpack(&mut self, pack: &Pack, from: Start, limit: u64) -> Result<Unpacked, Damage> {
        self.chain.clear();
        let Start { pack: number, at: mut start, is_shared, .. } = from;
        let (kind, mut bytes) = loop {
            if let Some(known) = self.bases.get((number, start)) {
                break known;
            }
            let entry = entry::parse(pack.index.format, pack.from(start))?;
            let data = start.saturating_add(entry.header);
            // deflate makes nothing more than about a thousand times smaller.
            if entry.size / 1_032 > len(pack.from(data)) {
                return Err("an object is said to be larger than it can be");
            }
            let is_asked = self.chain.is_empty();
            let base = match entry.base {
                Base::None(kind) if is_asked && entry.size > limit => return Ok(Unpacked::TooLarge(kind, entry.size)),
                _ if entry.size > limit.max(LARGEST_BASE) => return Err("a base is too large"),
                Base::None(kind) => {
                    self.unpacker.run(pack.from(data), entry.size)?;
                    let bytes = Arc::new(self.unpacker.take());
                    if is_shared {
                        self.keep(number, start, kind, &bytes);
                    }
                    break (kind, bytes);
                }
                // Before the object itself, so that this comes to an end.
                Base::Behind(distance) => start.checked_sub(distance).filter(|base| *base < start),
                Base::Named(id) => pack.index.find(id),
            };
            if self.chain.len() >= LONGEST_CHAIN {
                return Err("deltas stand on one another without end");
            }
            self.chain.push((data, entry.size, start));
            start = base.ok_or("a delta has no base")?;
        };
        if self.chain.is_empty() && len(&bytes) > limit {
            return Ok(Unpacked::TooLarge(kind, len(&bytes)));
        }
        while let Some((data, size, start)) = self.chain.pop() {
            self.unpacker.run(pack.from(data), size)?;
            let delta = Delta::parse(self.unpacker.bytes(), &bytes)?;
            if self.chain.is_empty() && delta.size() > limit {
                return Ok(Unpacked::TooLarge(kind, delta.size()));
            }
            if delta.size() > limit.max(LARGEST_BASE) {
                return Err("a base is too large");
            }
            bytes = Arc::new(delta.apply()?);
            if is_shared {
                self.keep(number, start, kind, &bytes);
            }
        }
        Ok(Unpacked::Content(kind, bytes))
    }

    /// Keeps what others may stand on. Commits seldom do.
    fn keep(&mut self, number: usize, start: u64, kind: ObjectKind, bytes: &Arc<Vec<u8>>) {
        if matches!(kind, ObjectKind::Tree | ObjectKind::Blob) || !self.chain.is_empty() {
            self.bases.put((number, start), (kind, Arc::clone(bytes)), bytes.len());
        }
    }
}

fn len(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").field("packs", &self.packs).finish_non_exhaustive()
    }
}
