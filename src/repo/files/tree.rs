//! The files of a commit's tree.

mod order;

use std::collections::BTreeSet;
use std::mem;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::beside;
use crate::repo::commit;
use crate::repo::files::Content;
use crate::repo::files::Gather;
use crate::repo::files::Visit;
use crate::repo::files::is_below;
use crate::repo::files::tree::order::Turn;
use crate::repo::shared::Idle;
use crate::repo::tree;
use crate::repo::tree::Limits;
use crate::repo::tree::Mode;

/// So many files go to one thread at a time: neighbours in a pack stand on one another.
const NEIGHBOURS: usize = 256;
/// The same of directories.
const DIRECTORIES: usize = 4;
/// So many directories are looked into before a tree's size is looked at.
const SLICE: usize = 4_096;

impl Repository {
    /// Visits all files of a commit's tree that lie below a folder (the empty one is the root), or the file of that path.
    ///
    /// # Errors
    /// A tree or a file is absent, damaged or malformed; the tree is beyond a limit; the visitor's own. Files that a
    /// partial clone left out are counted first, and reported together.
    pub fn visit_tree<V: Visit, G: Gather<Found = V::Found>>(
        &self,
        commit: ObjectId,
        below: &RepoPath,
        visit: &V,
        progress: &dyn Progress,
    ) -> Result<G, RepoError> {
        let stores = Stores { repository: self, idle: Idle::default() };
        let root = stores.with(|store| Ok(commit::tree_of(commit.format(), &store.commit(commit)?)))?;
        let Seen { gathered, unread, .. } = leaves(&stores, root, below.as_bytes(), visit, &Limits::OURS)?;
        let turns = order::by_root(&stores, &unread)?;

        let done = AtomicU64::new(0);
        let total = count(unread.len());
        let read = |neighbours: &[Turn]| {
            stores.with(|store| {
                let here = count(neighbours.len());
                let found = read(store, neighbours, &unread, visit);
                let before = done.fetch_add(here, Ordering::Relaxed);
                progress.tick(before.saturating_add(here), total, "reading files");
                Ok(found)
            })
        };
        let read = turns.par_chunks(NEIGHBOURS).map(read);
        let read: Gathered<G> = read.try_reduce(Gathered::default, |one, other| Ok(one.and(other)))?;
        // So many paths take their time to be forgotten.
        beside(move || drop(unread));
        gathered.and(read).done()
    }
}

/// One store a thread.
struct Stores<'r> {
    repository: &'r Repository,
    idle: Idle<ObjectStore>,
}

impl Stores<'_> {
    /// Does some work with a store that nobody else uses meanwhile.
    fn with<T>(&self, work: impl FnOnce(&ObjectStore) -> Result<T, RepoError>) -> Result<T, RepoError> {
        self.idle.with(|| self.repository.store_by_root(), work)?
    }
}

/// Something in a tree that has to be read: a directory or a file.
struct Entry {
    path: RepoPath,
    id: ObjectId,
}

/// What was gathered, and what could not be read.
struct Gathered<G> {
    found: G,
    /// The first in the order of paths.
    failed: Option<(RepoPath, RepoError)>,
    /// Files that a partial clone left out.
    absent: BTreeSet<ObjectId>,
}

impl<G: Gather> Default for Gathered<G> {
    fn default() -> Self {
        Self { found: G::default(), failed: None, absent: BTreeSet::new() }
    }
}

impl<G: Gather> Gathered<G> {
    fn add(&mut self, path: RepoPath, found: Result<G::Found, RepoError>) {
        match found {
            Ok(found) => self.found.add(path, found),
            Err(RepoError::Partial { id, kind: ObjectKind::Blob }) => {
                self.absent.insert(id);
            }
            Err(error) => self.fail((path, error)),
        }
    }

    fn fail(&mut self, failed: (RepoPath, RepoError)) {
        if self.failed.as_ref().is_none_or(|(first, _)| failed.0 < *first) {
            self.failed = Some(failed);
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.found.join(other.found);
        self.absent.extend(other.absent);
        if let Some(failed) = other.failed {
            self.fail(failed);
        }
        self
    }

    fn done(mut self) -> Result<G, RepoError> {
        match (self.failed, self.absent.first()) {
            (Some((_, error)), _) => Err(error),
            (None, Some(first)) => Err(RepoError::PartialBlobs { first: *first, count: self.absent.len() }),
            (None, None) => {
                self.found.sort();
                Ok(self.found)
            }
        }
    }
}

/// What was seen in some directories.
struct Seen<G> {
    gathered: Gathered<G>,
    /// Files.
    unread: Vec<Entry>,
    /// Directories.
    next: Vec<Entry>,
    /// So much of a tree's limits was used.
    entries: u64,
    bytes: u64,
}

impl<G: Gather> Default for Seen<G> {
    fn default() -> Self {
        Self { gathered: Gathered::default(), unread: Vec::new(), next: Vec::new(), entries: 0, bytes: 0 }
    }
}

impl<G: Gather> Seen<G> {
    /// Takes an entry: what it comes to before anything is read, or that it has to be read.
    fn take<V: Visit<Found = G::Found>>(
        &mut self,
        entry: Entry,
        mode: Mode,
        folder: &mut Option<V::Folder>,
        visit: &V,
    ) {
        let at_sight = match mode {
            Mode::Tree => return self.next.push(entry),
            Mode::Symlink => Ok(Some(visit.read(&entry.path, Content::Symlink))),
            Mode::Submodule => Ok(Some(visit.read(&entry.path, Content::Submodule))),
            Mode::File | Mode::Executable => {
                match folder.take().map_or_else(|| visit.folder(entry.path.folder()), Ok) {
                    Ok(known) => visit.at_sight(folder.insert(known), &entry.path),
                    Err(error) => Err(error),
                }
            }
        };
        match at_sight.transpose() {
            Some(found) => self.gathered.add(entry.path, found),
            None => self.unread.push(entry),
        }
    }

    fn and(mut self, mut other: Self) -> Self {
        self.gathered = self.gathered.and(other.gathered);
        self.unread.append(&mut other.unread);
        self.next.append(&mut other.next);
        self.entries = self.entries.saturating_add(other.entries);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self
    }
}

/// Reads some files, one after the other; what stands at several paths, once.
fn read<V: Visit, G: Gather<Found = V::Found>>(
    store: &ObjectStore,
    turns: &[Turn],
    entries: &[Entry],
    visit: &V,
) -> Gathered<G> {
    let mut last: Option<(ObjectId, Blob<'_>)> = None;
    let mut gathered = Gathered::default();
    for (Entry { path, id }, start) in turns.iter().filter_map(|turn| turn.of(entries)) {
        if last.as_ref().is_none_or(|(last, _)| last != id) {
            let read = match start {
                Some(start) => store.blob_at(*id, start, visit.limit()),
                None => store.blob(*id, visit.limit()),
            };
            match read {
                Ok(blob) => last = Some((*id, blob)),
                Err(error) => {
                    gathered.add(path.clone(), Err(error.of_file(path, None)));
                    continue;
                }
            }
        }
        let found = match &last {
            Some((_, Blob::Bytes(bytes))) => visit.read(path, Content::Bytes(bytes)),
            Some((_, Blob::TooLarge(size))) => visit.read(path, Content::TooLarge(*size)),
            None => continue,
        };
        gathered.add(path.clone(), Ok(found));
    }
    gathered
}

/// All that is no directory. Read level by level: the directories of a level on all cores.
fn leaves<V: Visit, G: Gather<Found = V::Found>>(
    stores: &Stores<'_>,
    root: ObjectId,
    below: &[u8],
    visit: &V,
    limits: &Limits,
) -> Result<Seen<G>, RepoError> {
    let mut seen = Seen::default();
    let mut level = vec![Entry { path: RepoPath::new(*b""), id: root }];
    let mut depth = 0_usize;
    while !level.is_empty() {
        if depth >= limits.depth {
            return Err(RepoError::TreeTooDeep { id: root, limit: limits.depth });
        }
        depth = depth.saturating_add(1);
        // A slice of the level at a time, so that a tree bomb is noticed before it has filled the memory.
        for slice in level.chunks(SLICE) {
            let turns = order::in_packs(stores, slice)?;
            let read = |neighbours: &[Turn]| stores.with(|store| directories(store, neighbours, slice, below, visit));
            let read = turns.par_chunks(DIRECTORIES).map(read);
            seen = seen.and(read.try_reduce(Seen::default, |one, other| Ok(one.and(other)))?);
            if seen.entries > limits.entries || seen.bytes > limits.bytes {
                return Err(RepoError::TreeTooLarge { id: root, limit: limits.entries });
            }
        }
        level = mem::take(&mut seen.next);
    }
    Ok(seen)
}

/// What is in some directories, as far as it leads to, or lies in, the wanted folder.
fn directories<V: Visit, G: Gather<Found = V::Found>>(
    store: &ObjectStore,
    turns: &[Turn],
    entries: &[Entry],
    below: &[u8],
    visit: &V,
) -> Result<Seen<G>, RepoError> {
    let mut seen = Seen::default();
    let mut path = Vec::new();
    for (Entry { path: folder, id }, start) in turns.iter().filter_map(|turn| turn.of(entries)) {
        let bytes = match start {
            Some(start) => store.tree_at(*id, start)?,
            None => store.tree(*id)?,
        };
        visit.directory(*id, &bytes);
        let mut known = None;
        path.clear();
        path.extend_from_slice(folder.as_bytes());
        if !path.is_empty() {
            path.push(b'/');
        }
        let folder = path.len();
        for entry in tree::entries(&bytes, id.format()) {
            let tree::Named { name, entry } = entry.map_err(|reason| RepoError::MalformedTree { id: *id, reason })?;
            path.truncate(folder);
            path.extend_from_slice(name);
            let is_wanted = is_below(&path, below);
            if !is_wanted && (entry.mode != Mode::Tree || !is_below(below, &path)) {
                continue;
            }
            seen.entries = seen.entries.saturating_add(1);
            seen.bytes = seen.bytes.saturating_add(count(path.len()));
            let found = Entry { path: RepoPath::new(path.as_slice()), id: entry.id };
            seen.take(found, entry.mode, &mut known, visit);
        }
    }
    Ok(seen)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::files::Visited;
    use crate::repo::testing::TestRepo;

    struct Nothing;

    impl Visit for Nothing {
        type Found = ();
        type Folder = ();

        fn folder(&self, _path: &[u8]) -> Result<(), RepoError> {
            Ok(())
        }

        fn at_sight(&self, _folder: &(), _path: &RepoPath) -> Result<Option<()>, RepoError> {
            Ok(Some(()))
        }

        fn read(&self, _path: &RepoPath, _content: Content<'_>) {}

        fn limit(&self) -> u64 {
            0
        }
    }

    #[test]
    fn of_what_fails_the_first_path_is_told_and_what_is_absent_is_counted() {
        let id = |byte| ObjectId::from_bytes([byte; 20]);
        let gathered = |path: &str, found| {
            let mut gathered = Gathered::<Visited<()>>::default();
            gathered.add(RepoPath::new(path.as_bytes()), found);
            gathered
        };
        let missing = |path, byte| gathered(path, Err(RepoError::Missing { id: id(byte), kind: ObjectKind::Blob }));
        let absent = |path, byte| gathered(path, Err(RepoError::Partial { id: id(byte), kind: ObjectKind::Blob }));
        let fine = |path| gathered(path, Ok(()));
        for all in [missing("a", 1).and(missing("b", 2)).and(absent("0", 3)), missing("b", 2).and(missing("a", 1))] {
            assert!(matches!(all.done(), Err(RepoError::Missing { id: first, .. }) if first == id(1)));
        }
        let all = absent("x", 5).and(fine("y")).and(absent("z", 4)).and(absent("w", 5));
        assert!(matches!(all.done(), Err(RepoError::PartialBlobs { first, count: 2 }) if first == id(4)));
        let found = fine("b").and(fine("a")).done().unwrap();
        assert_eq!(found.iter().map(|(path, ())| path.as_bytes()).collect::<Vec<_>>(), [b"a", b"b"]);
    }

    #[test]
    fn trees_without_an_end_are_refused() {
        let repo = TestRepo::new();
        let (bomb, deep) = repo.bomb_and_pit();
        let refused = |root, limits: &Limits| {
            let opened = repo.open();
            let stores = Stores { repository: &opened, idle: Idle::default() };
            leaves::<_, Visited<()>>(&stores, root, b"", &Nothing, limits).err().unwrap()
        };
        let few = Limits { entries: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &few), RepoError::TreeTooLarge { id, .. } if id == bomb));
        let short = Limits { bytes: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &short), RepoError::TreeTooLarge { .. }));
        let shallow = Limits { depth: 10, ..Limits::OURS };
        assert!(matches!(refused(deep, &shallow), RepoError::TreeTooDeep { id, .. } if id == deep));
    }
}
