//! The files of a commit's tree.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::files::Content;
use crate::repo::files::Visit;
use crate::repo::files::Visited;
use crate::repo::files::is_below;
use crate::repo::pack::Start;
use crate::repo::tree;
use crate::repo::tree::Limits;
use crate::repo::tree::Mode;

/// So many files go to one thread at a time: neighbours in a pack stand on one another.
const NEIGHBOURS: usize = 256;
/// The same of directories.
const DIRECTORIES: usize = 16;

impl Repository {
    /// Visits all files of a commit's tree that lie below a folder (the empty one is the root), or the file of that path.
    ///
    /// # Errors
    /// A tree or a file is absent, damaged or malformed; the tree is beyond a limit; the visitor's own. Files that a
    /// partial clone left out are counted first, and reported together.
    pub fn visit_tree<V: Visit>(
        &self,
        commit: ObjectId,
        below: &RepoPath,
        visit: &V,
        progress: &dyn Progress,
    ) -> Result<Visited<V::Found>, RepoError> {
        let stores = Stores { repository: self, idle: Mutex::new(Vec::new()) };
        let root = stores.with(|store| Ok(commit::tree_of(&store.commit(commit)?)))?;
        let leaves = leaves(&stores, root, below.as_bytes(), visit, &Limits::OURS)?;
        let seen: Vec<Result<Option<V::Found>, RepoError>> =
            leaves.par_iter().with_min_len(NEIGHBOURS).map(|leaf| seen(leaf, visit)).collect();
        let mut found: Vec<Option<Result<V::Found, RepoError>>> = Vec::with_capacity(leaves.len());
        let mut unread: Vec<Unread<'_>> = Vec::new();
        for (leaf, seen) in leaves.iter().zip(seen) {
            let place = found.len();
            found.push(match seen.transpose() {
                None => {
                    unread.push(Unread { start: None, place, leaf });
                    None
                }
                at_sight => at_sight,
            });
        }
        for (place, error) in locate(&stores, &mut unread)? {
            if let Some(slot) = found.get_mut(place) {
                *slot = Some(Err(error));
            }
        }
        unread.retain(|unread| found.get(unread.place).is_some_and(Option::is_none));
        unread.par_sort_unstable_by_key(|unread| (unread.start.is_none(), unread.start, unread.place));

        let done = AtomicU64::new(0);
        let total = count(unread.len());
        let read = |neighbours: &[Unread<'_>]| {
            stores.with(|store| {
                let found = read(store, neighbours, visit);
                let before = done.fetch_add(count(neighbours.len()), Ordering::Relaxed);
                progress.tick(before.saturating_add(count(neighbours.len())), total, "reading files");
                Ok(found)
            })
        };
        let read: Vec<Vec<_>> = unread.par_chunks(NEIGHBOURS).map(read).collect::<Result<_, RepoError>>()?;
        for (unread, read) in unread.iter().zip(read.into_iter().flatten()) {
            if let Some(place) = found.get_mut(unread.place) {
                *place = Some(read);
            }
        }
        let mut all = Vec::with_capacity(leaves.len());
        let mut absent = BTreeSet::new();
        for (leaf, found) in leaves.into_iter().zip(found) {
            match found {
                Some(Ok(found)) => all.push((leaf.path, found)),
                Some(Err(RepoError::Partial { id, kind: ObjectKind::Blob })) => {
                    absent.insert(id);
                }
                Some(Err(error)) => return Err(error),
                // All that was not found at sight was read.
                None => {}
            }
        }
        match absent.first() {
            Some(first) => Err(RepoError::PartialBlobs { first: *first, count: absent.len() }),
            None => Ok(all),
        }
    }
}

impl Repository {
    /// A commit's own committer time, if it has a readable one.
    ///
    /// # Errors
    /// The commit is absent or damaged.
    pub fn time_of(&self, commit: ObjectId) -> Result<Option<UnixTime>, RepoError> {
        Ok(commit::links(&self.store()?.commit(commit)?).committed)
    }
}

/// One store a thread.
struct Stores<'r> {
    repository: &'r Repository,
    idle: Mutex<Vec<ObjectStore>>,
}

impl Stores<'_> {
    /// Does some work with a store that nobody else uses meanwhile.
    fn with<T>(&self, work: impl FnOnce(&ObjectStore) -> Result<T, RepoError>) -> Result<T, RepoError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let store = match idle {
            Some(store) => store,
            None => self.repository.store()?,
        };
        let done = work(&store);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(store);
        done
    }
}

/// Something in a tree that is no directory.
struct Leaf {
    path: RepoPath,
    id: ObjectId,
    mode: Mode,
}

/// A file that has to be read.
struct Unread<'l> {
    /// Where it starts; `None` where it is in no pack.
    start: Option<Start>,
    /// Its place among all leaves.
    place: usize,
    leaf: &'l Leaf,
}

/// What a leaf comes to before anything is read; `None` where it has to be.
fn seen<V: Visit>(leaf: &Leaf, visit: &V) -> Result<Option<V::Found>, RepoError> {
    match leaf.mode {
        Mode::Symlink => Ok(Some(visit.read(&leaf.path, Content::Symlink))),
        Mode::Submodule | Mode::Tree => Ok(Some(visit.read(&leaf.path, Content::Submodule))),
        Mode::File | Mode::Executable => visit.at_sight(&leaf.path),
    }
}

/// Finds out where files start; gives those of which that cannot be known, by their places.
fn locate(stores: &Stores<'_>, unread: &mut [Unread<'_>]) -> Result<Vec<(usize, RepoError)>, RepoError> {
    // Names that follow one another stand side by side in an index.
    unread.par_sort_unstable_by_key(|unread| (unread.leaf.id, unread.place));
    let start = |neighbours: &mut [Unread<'_>]| {
        stores.with(|store| {
            let mut failed = Vec::new();
            for unread in neighbours {
                match store.start(unread.leaf.id) {
                    Ok(start) => unread.start = start,
                    Err(error) => failed.push((unread.place, error)),
                }
            }
            Ok(failed)
        })
    };
    let failed: Vec<Vec<_>> = unread.par_chunks_mut(NEIGHBOURS).map(start).collect::<Result<_, RepoError>>()?;
    Ok(failed.into_iter().flatten().collect())
}

/// Reads some files, one after the other; what stands at several paths, once.
fn read<V: Visit>(store: &ObjectStore, files: &[Unread<'_>], visit: &V) -> Vec<Result<V::Found, RepoError>> {
    let mut last: Option<(ObjectId, Blob<'_>)> = None;
    let mut found = Vec::with_capacity(files.len());
    for Unread { start, leaf, .. } in files {
        if last.as_ref().is_none_or(|(id, _)| *id != leaf.id) {
            let read = match start {
                Some(start) => store.blob_at(leaf.id, *start, visit.limit()),
                None => store.blob(leaf.id, visit.limit()),
            };
            match read {
                Ok(blob) => last = Some((leaf.id, blob)),
                Err(error) => {
                    found.push(Err(error));
                    continue;
                }
            }
        }
        found.extend(last.as_ref().map(|(_, blob)| {
            Ok(match blob {
                Blob::Bytes(bytes) => visit.read(&leaf.path, Content::Bytes(bytes)),
                Blob::TooLarge(size) => visit.read(&leaf.path, Content::TooLarge(*size)),
            })
        }));
    }
    found
}

/// All that is no directory, sorted by path. Read level by level: the directories of a level on all cores.
fn leaves<V: Visit>(
    stores: &Stores<'_>,
    root: ObjectId,
    below: &[u8],
    visit: &V,
    limits: &Limits,
) -> Result<Vec<Leaf>, RepoError> {
    let mut found = Vec::new();
    let mut level: Vec<(Box<[u8]>, ObjectId)> = vec![(Box::default(), root)];
    let (mut entries, mut bytes) = (0_u64, 0_u64);
    let mut depth = 0_usize;
    while !level.is_empty() {
        if depth >= limits.depth {
            return Err(RepoError::TreeTooDeep { id: root, limit: limits.depth });
        }
        depth = depth.saturating_add(1);
        let mut next = Vec::new();
        // A slice of the level at a time, so that a tree bomb is noticed before it has filled the memory.
        for slice in level.chunks(DIRECTORIES.saturating_mul(256)) {
            let read: Vec<Vec<Leaf>> = slice
                .par_chunks(DIRECTORIES)
                .map(|neighbours| stores.with(|store| directories(store, neighbours, below, visit)))
                .collect::<Result<_, _>>()?;
            for leaf in read.into_iter().flatten() {
                entries = entries.saturating_add(1);
                bytes = bytes.saturating_add(count(leaf.path.as_bytes().len()));
                if entries > limits.entries || bytes > limits.bytes {
                    return Err(RepoError::TreeTooLarge { id: root, limit: limits.entries });
                }
                match leaf.mode {
                    Mode::Tree => next.push((leaf.path.as_bytes().into(), leaf.id)),
                    _ => found.push(leaf),
                }
            }
        }
        level = next;
    }
    found.par_sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// The entries of some directories, as far as they lead to, or lie in, the wanted folder.
fn directories<V: Visit>(
    store: &ObjectStore,
    directories: &[(Box<[u8]>, ObjectId)],
    below: &[u8],
    visit: &V,
) -> Result<Vec<Leaf>, RepoError> {
    let mut found = Vec::new();
    for (folder, id) in directories {
        let bytes = store.tree(*id)?;
        visit.directory(*id, &bytes);
        for entry in tree::entries(&bytes) {
            let entry = entry.map_err(|reason| RepoError::MalformedTree { id: *id, reason })?;
            let path: Vec<u8> =
                if folder.is_empty() { entry.name.to_vec() } else { [folder, &b"/"[..], entry.name].concat() };
            let leads_there = entry.entry.mode == Mode::Tree && is_below(below, &path);
            if leads_there || is_below(&path, below) {
                found.push(Leaf { path: RepoPath::new(path), id: entry.entry.id, mode: entry.entry.mode });
            }
        }
    }
    Ok(found)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::testing::TestRepo;

    fn tree(repo: &TestRepo, names: &str, id: ObjectId) -> ObjectId {
        let entry = |name: char| [format!("40000 {name}\0").as_bytes(), id.as_bytes()].concat();
        repo.object(ObjectKind::Tree, &names.chars().flat_map(entry).collect::<Vec<_>>())
    }

    struct Nothing;

    impl Visit for Nothing {
        type Found = ();

        fn at_sight(&self, _path: &RepoPath) -> Result<Option<()>, RepoError> {
            Ok(Some(()))
        }

        fn read(&self, _path: &RepoPath, _content: Content<'_>) {}

        fn limit(&self) -> u64 {
            0
        }
    }

    #[test]
    fn trees_without_an_end_are_refused() {
        let repo = TestRepo::new();
        let (mut bomb, mut deep) = (repo.object(ObjectKind::Tree, b""), repo.object(ObjectKind::Tree, b""));
        for _level in 0..10 {
            bomb = tree(&repo, "abcdefghij", bomb);
            deep = tree(&repo, "d", deep);
        }
        let refused = |root, limits: &Limits| {
            let opened = repo.open();
            let stores = Stores { repository: &opened, idle: Mutex::default() };
            leaves(&stores, root, b"", &Nothing, limits).err().unwrap()
        };
        let few = Limits { entries: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &few), RepoError::TreeTooLarge { id, .. } if id == bomb));
        let short = Limits { bytes: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &short), RepoError::TreeTooLarge { .. }));
        let shallow = Limits { depth: 10, ..Limits::OURS };
        assert!(matches!(refused(deep, &shallow), RepoError::TreeTooDeep { id, .. } if id == deep));
    }
}
