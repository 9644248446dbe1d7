//! One file out of a commit's tree.

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Blob;
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
}

/// As [`Repository::read_file`], from a store that is open.
pub(super) fn read(
    objects: &dyn Objects,
    commit: ObjectId,
    path: &[u8],
    limit: u64,
) -> Result<Option<Vec<u8>>, RepoError> {
    let mut tree = commit::tree_of(&objects.commit(commit)?);
    let not_a_file = |kind| RepoError::NotAFile { path: error::shown(path), commit, what: what(kind) };
    let mut parts = path.split(|byte| *byte == b'/').peekable();
    while let Some(part) = parts.next() {
        let bytes = objects.tree(tree)?;
        let Some(Entry { mode, id }) = find(tree, &bytes, part)? else { return Ok(None) };
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
    for found in tree::entries(bytes) {
        let found = found.map_err(|reason| RepoError::MalformedTree { id, reason })?;
        if found.name == name && entry.replace(found.entry).is_some() {
            return Err(RepoError::MalformedTree { id, reason: "a name stands in it twice" });
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
    use crate::repo::memory::entry;

    #[test]
    fn a_name_that_stands_twice_is_refused() {
        let [id, other] = [1, 2].map(|byte| ObjectId::from_bytes([byte; 20]));
        let bytes =
            [("a", id), ("b", id), ("b", other), ("c", id)].map(|(name, id)| entry("100644", name, id)).concat();
        assert_eq!(find(id, &bytes, b"a").unwrap().map(|entry| entry.id), Some(id));
        assert_eq!(find(id, &bytes, b"d").unwrap(), None);
        assert!(matches!(find(id, &bytes, b"b"), Err(RepoError::MalformedTree { .. })));
    }
}
