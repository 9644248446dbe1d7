//! Objects in memory, for tests.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Landing;
use crate::facts::Message;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::object::name_of;
use crate::repo::objects::ObjectBytes;

/// Objects by their names, and which of them were asked for.
#[derive(Debug, Default)]
pub(super) struct Memory {
    objects: BTreeMap<ObjectId, (ObjectKind, Vec<u8>)>,
    pub(super) asked: RefCell<Vec<ObjectId>>,
}

impl Memory {
    pub(super) fn put(&mut self, kind: ObjectKind, content: &[u8]) -> ObjectId {
        let id = name_of(ObjectFormat::Sha1, kind, content);
        self.objects.insert(id, (kind, content.to_vec()));
        id
    }

    pub(super) fn remove(&mut self, id: ObjectId) {
        self.objects.remove(&id);
    }

    /// A tree of files; see [`write_tree`].
    pub(super) fn files(&mut self, files: &[(&str, &str)]) -> ObjectId {
        write_tree(files, &mut |kind, content| self.put(kind, content))
    }

    fn read(&self, id: ObjectId, kind: ObjectKind) -> Result<ObjectBytes<'_>, RepoError> {
        self.asked.borrow_mut().push(id);
        match self.objects.get(&id) {
            Some((found, content)) if *found == kind => Ok(ObjectBytes::owned(content.clone())),
            _ if kind == ObjectKind::Blob => Err(RepoError::Partial { id, kind }),
            _ => Err(RepoError::Missing { id, kind }),
        }
    }
}

impl Objects for Memory {
    fn commit(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        self.read(id, ObjectKind::Commit)
    }

    fn tree(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        self.read(id, ObjectKind::Tree)
    }

    fn blob(&self, id: ObjectId, limit: u64) -> Result<Blob<'_>, RepoError> {
        let bytes = self.read(id, ObjectKind::Blob)?;
        let size = u64::try_from(bytes.len()).unwrap();
        Ok(if size > limit { Blob::TooLarge(size) } else { Blob::Bytes(bytes) })
    }
}

/// Writes files as nested trees, in git's order. A path may say what it is: `x:run.sh` is executable, `l:link` a link,
/// `s:module` a submodule (its content names no object).
pub(super) fn write_tree(files: &[(&str, &str)], put: &mut dyn FnMut(ObjectKind, &[u8]) -> ObjectId) -> ObjectId {
    let mut entries: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut below: BTreeMap<&str, Vec<(String, &str)>> = BTreeMap::new();
    for (path, content) in files {
        let (mark, path) = path.split_once(':').unwrap_or(("", path));
        if let Some((directory, rest)) = path.split_once('/') {
            let rest = if mark.is_empty() { rest.to_owned() } else { format!("{mark}:{rest}") };
            below.entry(directory).or_default().push((rest, content));
            continue;
        }
        let (mode, id) = match mark {
            "s" => ("160000", name_of(ObjectFormat::Sha1, ObjectKind::Commit, content.as_bytes())),
            "x" => ("100755", put(ObjectKind::Blob, content.as_bytes())),
            "l" => ("120000", put(ObjectKind::Blob, content.as_bytes())),
            _ => ("100644", put(ObjectKind::Blob, content.as_bytes())),
        };
        entries.insert(path.as_bytes().to_vec(), entry(mode, path, id));
    }
    for (directory, files) in below {
        let files: Vec<_> = files.iter().map(|(path, content)| (path.as_str(), *content)).collect();
        let id = write_tree(&files, put);
        entries.insert([directory.as_bytes(), b"/"].concat(), entry("40000", directory, id));
    }
    put(ObjectKind::Tree, &entries.into_values().flatten().collect::<Vec<u8>>())
}

/// An entry of a tree.
pub(super) fn entry(mode: &str, name: &str, id: ObjectId) -> Vec<u8> {
    [mode.as_bytes(), b" ", name.as_bytes(), b"\0", id.as_bytes()].concat()
}

/// A commit that records a tree, landed by `landing`; its id is a number.
pub(super) fn fact(id: u8, tree: ObjectId, parents: &[u8], landing: u8) -> CommitFact {
    let time = UnixTime::new(i64::from(landing)).unwrap();
    CommitFact {
        id: number(id),
        tree,
        parents: parents.iter().map(|parent| number(*parent)).collect(),
        author: Identity::default(),
        author_as_written: Identity::default(),
        committed: Some(time),
        message: Message::default(),
        co_authors: Vec::new(),
        landing: Landing { commit: number(landing), time },
        defects: Vec::new(),
    }
}

/// The id of a commit that is known by a number.
pub(super) fn number(id: u8) -> ObjectId {
    ObjectId::from_bytes([id; 20])
}
