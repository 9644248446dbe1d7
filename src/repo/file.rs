//! One file out of a commit's tree.

use crate::facts::ObjectId;
use crate::repo::Blob;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::error;
use crate::repo::tree::Entries;
use crate::repo::tree::Entry;
use crate::repo::tree::EntryKind;

impl Repository {
    /// The content of the file at a path (`/` between its parts) in a commit's tree; `None` when nothing is there.
    ///
    /// # Errors
    /// At the path, or on the way to it, lies something else than a file: links and submodules are not followed. Or
    /// it is larger than `limit` bytes, or what is needed is absent or damaged.
    pub fn read_file(&self, commit: ObjectId, path: &str, limit: u64) -> Result<Option<Vec<u8>>, RepoError> {
        read(&self.store()?, commit, path, limit)
    }
}

fn read(objects: &dyn Objects, commit: ObjectId, path: &str, limit: u64) -> Result<Option<Vec<u8>>, RepoError> {
    let mut tree = commit::tree_of(&objects.commit(commit)?);
    let not_a_file = |kind| RepoError::NotAFile { path: error::shown(path.as_bytes()), commit, what: what(kind) };
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let bytes = objects.tree(tree)?;
        let Some((kind, id)) = find(tree, &bytes, part.as_bytes())? else { return Ok(None) };
        match (kind, parts.peek().is_some()) {
            (EntryKind::Tree, true) => tree = id,
            // A file where a directory would have to be: the path is simply not there.
            (EntryKind::File, true) => return Ok(None),
            (EntryKind::File, false) => {
                return match objects.blob(id, limit)? {
                    Blob::Bytes(bytes) => Ok(Some(bytes.into_vec())),
                    Blob::TooLarge(size) => {
                        Err(RepoError::FileTooLarge { path: error::shown(path.as_bytes()), commit, size, limit })
                    }
                };
            }
            (other, _) => return Err(not_a_file(other)),
        }
    }
    Ok(None)
}

fn find(id: ObjectId, tree: &[u8], name: &[u8]) -> Result<Option<(EntryKind, ObjectId)>, RepoError> {
    for entry in Entries::of(tree) {
        let entry: Entry<'_> = entry.map_err(|reason| RepoError::MalformedTree { id, reason })?;
        if entry.name == name {
            return Ok(Some((entry.kind(), entry.id)));
        }
    }
    Ok(None)
}

const fn what(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "file",
        EntryKind::Link => "symbolic link",
        EntryKind::Tree => "directory",
        EntryKind::Submodule => "submodule",
        EntryKind::Unknown => "thing of an unknown mode",
    }
}
