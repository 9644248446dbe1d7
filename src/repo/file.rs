//! Single files out of a commit's tree.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Blob;
use crate::repo::ObjectStore;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::changes::Reader;
use crate::repo::commit;
use crate::repo::error;
use crate::repo::tree;
use crate::repo::tree::Entry;
use crate::repo::tree::Mode;

impl Repository {
    /// The content of the file at a path (`/` between its parts) in a commit's tree; `None` when nothing is there.
    ///
    /// # Errors
    /// At the path, or on the way to it, lies something else than a file: links and submodules are not followed. Or
    /// it is larger than `limit` bytes, or what is needed is absent or damaged.
    pub fn read_file(
        &self,
        commit: ObjectId,
        path: impl AsRef<[u8]>,
        limit: u64,
    ) -> Result<Option<Vec<u8>>, RepoError> {
        read(&self.store()?, commit, path.as_ref(), limit)
    }

    /// The same for many files, of which most lie in the same few directories.
    ///
    /// # Errors
    /// The object database cannot be opened.
    pub fn files(&self) -> Result<Files, RepoError> {
        Ok(Files { objects: self.store()?, directories: RefCell::default() })
    }
}

/// Reads files by their paths; what a directory holds is remembered, so that thousands of its files take no time by the square.
#[derive(Debug)]
pub struct Files {
    objects: ObjectStore,
    directories: RefCell<BTreeMap<ObjectId, Rc<Directory>>>,
}

/// What stands in a directory, by name; `None` under a name that stands twice.
type Directory = BTreeMap<Box<[u8]>, Option<Entry>>;

impl Files {
    /// As [`Repository::read_file`].
    ///
    /// # Errors
    /// As there.
    pub fn read(&self, commit: ObjectId, path: impl AsRef<[u8]>, limit: u64) -> Result<Option<Vec<u8>>, RepoError> {
        let entry = |tree, name: &[u8]| match self.directory(tree)?.get(name) {
            Some(None) => Err(RepoError::MalformedTree { id: tree, reason: TWICE }),
            found => Ok(found.copied().flatten()),
        };
        read_by(&self.objects, (commit, path.as_ref()), limit, entry)
    }

    fn directory(&self, id: ObjectId) -> Result<Rc<Directory>, RepoError> {
        if let Some(known) = self.directories.borrow().get(&id) {
            return Ok(Rc::clone(known));
        }
        let mut directory = Directory::new();
        for found in tree::entries(&self.objects.tree(id)?, id.format()) {
            let found = found.map_err(|reason| RepoError::MalformedTree { id, reason })?;
            directory.entry(found.name.into()).and_modify(|twice| *twice = None).or_insert(Some(found.entry));
        }
        let directory = Rc::new(directory);
        self.directories.borrow_mut().insert(id, Rc::clone(&directory));
        Ok(directory)
    }
}

/// As [`Repository::read_file`], from a store that is open.
pub(super) fn read(
    objects: &dyn Objects,
    commit: ObjectId,
    path: &[u8],
    limit: u64,
) -> Result<Option<Vec<u8>>, RepoError> {
    read_by(objects, (commit, path), limit, |tree, name| find(tree, &objects.tree(tree)?, name))
}

/// The file at a path of a commit, where directories are asked by their objects for what stands under a name.
fn read_by(
    objects: &dyn Objects,
    (commit, path): (ObjectId, &[u8]),
    limit: u64,
    entry: impl Fn(ObjectId, &[u8]) -> Result<Option<Entry>, RepoError>,
) -> Result<Option<Vec<u8>>, RepoError> {
    let mut tree = commit::tree_of(commit.format(), &objects.commit(commit)?);
    let not_a_file = |kind| RepoError::NotAFile { path: error::shown(path), commit, what: what(kind) };
    let mut parts = path.split(|byte| *byte == b'/').peekable();
    while let Some(part) = parts.next() {
        let Some(Entry { mode, id }) = entry(tree, part)? else { return Ok(None) };
        match (mode, parts.peek().is_some()) {
            (Mode::Tree, true) => tree = id,
            // A file where a directory would have to be: the path is simply not there.
            (Mode::File | Mode::Executable, true) => return Ok(None),
            (Mode::File | Mode::Executable, false) => {
                return match objects.blob(id, limit)? {
                    Blob::Bytes(bytes) => Ok(Some(bytes.into_vec())),
                    Blob::TooLarge(size) => {
                        Err(RepoError::FileTooLarge { path: error::shown(path), commit, size, limit })
                    }
                };
            }
            (other, _) => return Err(not_a_file(other)),
        }
    }
    Ok(None)
}

const TWICE: &str = "a name stands in it twice";

impl<O: Objects> Reader<'_, O> {
    /// What stands at a path in a commit's tree; nothing where the way there is no directory.
    pub(super) fn entry_at(&self, commit: ObjectId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        self.entry_below(self.tree_of(commit)?, path)
    }

    /// As [`Self::entry_at`], below a tree.
    pub(super) fn entry_below(&self, root: ObjectId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        let mut found = Entry { mode: Mode::Tree, id: root };
        for part in path.as_bytes().split(|byte| *byte == b'/') {
            if found.mode != Mode::Tree {
                return Ok(None);
            }
            match find(found.id, &self.objects.tree(found.id)?, part)? {
                Some(entry) => found = entry,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }
}

/// The entry of that name in a tree's bytes.
///
/// A name that stands twice is refused: which of the two somebody else takes is not known.
fn find(id: ObjectId, bytes: &[u8], name: &[u8]) -> Result<Option<Entry>, RepoError> {
    let mut entry = None;
    for found in tree::entries(bytes, id.format()) {
        let found = found.map_err(|reason| RepoError::MalformedTree { id, reason })?;
        if found.name == name && entry.replace(found.entry).is_some() {
            return Err(RepoError::MalformedTree { id, reason: TWICE });
        }
    }
    Ok(entry)
}

const fn what(mode: Mode) -> &'static str {
    match mode {
        Mode::File | Mode::Executable => "file",
        Mode::Symlink => "symbolic link",
        Mode::Tree => "directory",
        Mode::Submodule => "submodule",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::ObjectKind;
    use crate::repo::memory::entry;
    use crate::repo::testing::TestRepo;

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let [id, other] = [1, 2].map(|byte| ObjectId::from_bytes([byte; 20]));
        let bytes =
            [("a", id), ("b", id), ("b", other), ("c", id)].map(|(name, id)| entry("100644", name, id)).concat();
        assert_eq!(find(id, &bytes, b"a").unwrap().map(|entry| entry.id), Some(id));
        assert_eq!(find(id, &bytes, b"d").unwrap(), None);
        assert!(matches!(find(id, &bytes, b"b"), Err(RepoError::MalformedTree { .. })));
    }
    #[test]
    fn many_files_are_read_as_one_is_and_a_directory_once() {
        let repo = TestRepo::new();
        let [one, two] = ["one", "two"].map(|text| repo.object(ObjectKind::Blob, text.as_bytes()));
        let tree = |entries: &[(&str, &str, ObjectId)]| {
            let entries = entries.iter().map(|(mode, name, id)| entry(mode, name, *id)).collect::<Vec<_>>();
            repo.object(ObjectKind::Tree, &entries.concat())
        };
        let below = tree(&[("100644", "a", one), ("120000", "l", two), ("100644", "t", one), ("100644", "t", two)]);
        let root = tree(&[("100644", "b", two), ("40000", "d", below)]);
        let text = format!("tree {root}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\nx\n");
        let commit = repo.object(ObjectKind::Commit, text.as_bytes());
        let opened = repo.open();
        let files = opened.files().unwrap();
        for path in ["b", "d/a", "d/l", "d/t", "d", "d/x", "x/a", "b/a", "", "d/"] {
            for limit in [2, 9] {
                let [many, single] = [files.read(commit, path, limit), opened.read_file(commit, path, limit)];
                assert_eq!(format!("{many:?}"), format!("{single:?}"), "{path}");
            }
        }
        repo.remove(below);
        assert_eq!(files.read(commit, "d/a", 9).unwrap().as_deref(), Some(&b"one"[..]));
        assert!(opened.read_file(commit, "d/a", 9).is_err());
    }
}
