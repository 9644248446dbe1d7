//! Bare repositories for tests, written file by file: exactly the objects and references that a test names.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use rayon::ThreadPool;
use rayon::ThreadPoolBuilder;
use tempfile::TempDir;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::ObjectKind;
use crate::repo::OwnerCheck;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::Walk;
use crate::repo::object::EMPTY_TREE;
use crate::repo::object::EMPTY_TREE_BY_SHA256;
use crate::repo::object::name_of;
use crate::repo::walk;

/// A day, in seconds.
pub(super) const DAY: i64 = 86_400;

/// The time that tests call now.
pub(super) const NOW: i64 = 1_795_305_600;

/// A bare repository in a temporary directory.
pub(super) struct TestRepo {
    dir: TempDir,
    pub(super) format: ObjectFormat,
}

impl TestRepo {
    pub(super) fn new() -> Self {
        Self::of(ObjectFormat::Sha1)
    }

    pub(super) fn of(format: ObjectFormat) -> Self {
        let repo = Self { dir: tempfile::tempdir().unwrap(), format };
        for dir in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "refs/remotes", "info"] {
            fs::create_dir_all(repo.path().join(dir)).unwrap();
        }
        repo.file("HEAD", "ref: refs/heads/main\n");
        let config = match format {
            ObjectFormat::Sha1 => "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
            ObjectFormat::Sha256 => {
                "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
            }
        };
        repo.file("config", config);
        repo.object(ObjectKind::Tree, b"");
        repo
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn file(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(super) fn reference(&self, name: &str, id: ObjectId) {
        self.file(name, format!("{id}\n"));
    }

    /// Writes an object under its own name.
    pub(super) fn object(&self, kind: ObjectKind, content: &[u8]) -> ObjectId {
        let id = name_of(self.format, kind, content);
        self.object_as(id, kind, content);
        id
    }

    /// Writes an object under any name.
    pub(super) fn object_as(&self, id: ObjectId, kind: ObjectKind, content: &[u8]) {
        let header = format!("{} {}\0", kind.name(), content.len());
        self.file(&object_path(id), deflate(&[header.as_bytes(), content].concat()));
    }

    /// A tree of 10^10 entries, and one ten folders deep, both of a dozen objects.
    pub(super) fn bomb_and_pit(&self) -> (ObjectId, ObjectId) {
        let tree = |names: &str, id: ObjectId| {
            let entry = |name: char| [format!("40000 {name}\0").as_bytes(), id.as_bytes()].concat();
            self.object(ObjectKind::Tree, &names.chars().flat_map(entry).collect::<Vec<_>>())
        };
        let empty = self.object(ObjectKind::Tree, b"");
        (0..10).fold((empty, empty), |(bomb, pit), _level| (tree("abcdefghij", bomb), tree("d", pit)))
    }

    pub(super) fn remove(&self, id: ObjectId) {
        fs::remove_file(self.path().join(object_path(id))).unwrap();
    }

    /// A commit of the empty tree.
    pub(super) fn commit(&self, parents: &[ObjectId], time: i64, message: &str) -> ObjectId {
        let mut bytes = commit_bytes(parents, &format!("{time} +0000"), message);
        if self.format == ObjectFormat::Sha256 {
            bytes = bytes.replace(&EMPTY_TREE.to_string(), &EMPTY_TREE_BY_SHA256.to_string());
        }
        self.object(ObjectKind::Commit, bytes.as_bytes())
    }

    /// Commits that follow one another, a day apart, the last one at `last`; oldest first.
    pub(super) fn chain(&self, after: Option<ObjectId>, length: usize, last: i64) -> Vec<ObjectId> {
        let mut ids: Vec<ObjectId> = Vec::new();
        for at in 0..length {
            let parent: Vec<_> = ids.last().copied().or(after).into_iter().collect();
            let days_before = i64::try_from(length - 1 - at).unwrap();
            ids.push(self.commit(&parent, last - days_before * DAY, &format!("commit {at} of {length}\n")));
        }
        ids
    }

    pub(super) fn open(&self) -> Repository {
        Repository::open(self.path(), OwnerCheck::Enforce).unwrap()
    }

    /// The window of so many days before a tip.
    pub(super) fn window(&self, tip: ObjectId, days: u32) -> Result<Walk, RepoError> {
        walk::window(&self.open(), tip, Span { as_of: None, days }, &Clone::clone, &Quiet)
    }

    /// The same in two threads, and the guess that other work would begin with.
    pub(super) fn window_and_guess(&self, tip: ObjectId, days: u32) -> Result<(Walk, Option<Walk>), RepoError> {
        static THREADS: LazyLock<ThreadPool> =
            LazyLock::new(|| ThreadPoolBuilder::new().num_threads(2).build().unwrap());
        let (repository, span) = (self.open(), Span { as_of: None, days });
        THREADS.install(|| {
            let early = Some(|guess: &Walk| guess.clone());
            walk::window_with(&repository, tip, span, &Clone::clone, &Quiet, early)
        })
    }

    pub(super) fn window_as_of(&self, tip: ObjectId, as_of: i64, days: u32) -> Result<Walk, RepoError> {
        let span = Span { as_of: UnixTime::new(as_of), days };
        walk::window(&self.open(), tip, span, &Clone::clone, &Quiet)
    }
}

/// A commit's bytes; the date with its zone.
pub(super) fn commit_bytes(parents: &[ObjectId], date: &str, message: &str) -> String {
    let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    format!(
        "tree {EMPTY_TREE}\n{parents}author Ann <ann@example.com> {date}\ncommitter Ann <ann@example.com> {date}\n\n{message}"
    )
}

/// Where a loose object lies.
pub(super) fn object_path(id: ObjectId) -> String {
    let name = id.to_string();
    format!("objects/{}/{}", &name[..2], &name[2..])
}

pub(super) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut packed = vec![0; zlib_rs::compress_bound(content.len())];
    let (written, _code) = zlib_rs::compress_slice(&mut packed, content, zlib_rs::DeflateConfig::default());
    written.to_vec()
}

/// The ids of a walk, sorted.
pub(super) fn ids(walk: &Walk) -> Vec<ObjectId> {
    let mut ids: Vec<_> = walk.commits.iter().map(|commit| commit.id).collect();
    ids.sort_unstable();
    ids
}

/// Ids, sorted.
pub(super) fn sorted(ids: &[ObjectId]) -> Vec<ObjectId> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}
