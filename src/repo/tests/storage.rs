//! Reading objects: what is damaged or mislabelled is an error that names it.

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::object::EMPTY_TREE;
use crate::repo::object::name_of;
use crate::repo::objects::ObjectBytes;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::testing::commit_bytes;
use crate::repo::testing::deflate;
use crate::repo::testing::object_path;

#[test]
fn names_are_those_of_git() {
    assert_eq!(name_of(ObjectFormat::Sha1, ObjectKind::Tree, b""), EMPTY_TREE);
    assert_eq!(
        name_of(ObjectFormat::Sha1, ObjectKind::Blob, b"").to_string(),
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    );
    assert_eq!(
        name_of(ObjectFormat::Sha1, ObjectKind::Blob, b"hello\n").to_string(),
        "ce013625030ba8dba906f756967f9e9ca394464a"
    );
}

#[test]
fn reads_what_was_written() {
    let repo = TestRepo::new();
    let large = vec![b'x'; 3 << 20];
    let contents: [&[u8]; 4] = [b"", b"a", b"hello\n", &large];
    let ids = contents.map(|content| repo.object(ObjectKind::Blob, content));
    let store = repo.open().store().unwrap();
    for (id, content) in ids.into_iter().zip(contents) {
        let Blob::Bytes(bytes) = store.blob(id, 4 << 20).unwrap() else { panic!("too large") };
        assert_eq!(*bytes, *content);
        assert_eq!(bytes.into_vec(), content);
    }
    assert!(matches!(store.blob(ids[3], 1000), Ok(Blob::TooLarge(3_145_728))));
    assert!(store.tree(EMPTY_TREE).unwrap().is_empty());
}

#[test]
fn the_empty_tree_needs_no_object() {
    let repo = TestRepo::new();
    repo.remove(EMPTY_TREE);
    assert!(repo.open().store().unwrap().tree(EMPTY_TREE).unwrap().is_empty());
}

#[test]
fn damaged_loose_objects() {
    let content = commit_bytes(&[], "1700000000 +0000", &"a line of words\n".repeat(50));
    let id = name_of(ObjectFormat::Sha1, ObjectKind::Commit, content.as_bytes());
    let good = deflate(format!("commit {}\0{content}", content.len()).as_bytes());
    let packed = |header: &str| deflate(format!("{header}\0{content}").as_bytes());
    let length = content.len();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("truncated", good[..good.len() / 2].to_vec(), "ends too early"),
        ("truncated in its header", good[..6].to_vec(), "header does not end"),
        ("without its last byte", good[..good.len() - 1].to_vec(), "ends too early"),
        ("empty", Vec::new(), "header does not end"),
        ("zeroes", vec![0; 100], "cannot be unpacked"),
        ("text", b"hello".to_vec(), "cannot be unpacked"),
        ("too short", packed(&format!("commit {}", length + 1)), "ends too early"),
        ("too long", packed(&format!("commit {}", length - 1)), "longer than its header"),
        ("absurdly long", packed("commit 536870912"), "ends too early"),
        ("of no kind", packed(&format!("comet {length}")), "header is malformed"),
        ("of no size", packed("commit x"), "header is malformed"),
        ("of a signed size", packed(&format!("commit +{length}")), "header is malformed"),
    ];
    for (what, file, reason) in cases {
        let repo = TestRepo::new();
        repo.file(&object_path(id), file);
        let error = repo.open().store().unwrap().commit(id).unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains(&id.to_string()), "{what}: {error}");
    }
}

#[test]
fn content_under_another_name() {
    let repo = TestRepo::new();
    let content = commit_bytes(&[], "1700000000 +0000", "forged\n");
    let id = ObjectId::from_bytes([9; 20]);
    repo.object_as(id, ObjectKind::Commit, content.as_bytes());
    let error = repo.open().store().unwrap().commit(id).unwrap_err();
    assert!(matches!(error, RepoError::HashMismatch { id: named, .. } if named == id), "{error}");
}

#[test]
fn another_kind_than_is_needed() {
    let repo = TestRepo::new();
    let blob = repo.object(ObjectKind::Blob, b"x");
    let commit = repo.commit(&[], NOW, "x\n");
    let store = repo.open().store().unwrap();
    for error in [store.commit(blob).unwrap_err(), store.tree(blob).unwrap_err(), store.blob(commit, 1000).unwrap_err()]
    {
        assert!(matches!(error, RepoError::WrongKind { .. }), "{error}");
    }
}

#[test]
fn what_is_not_there() {
    let repo = TestRepo::new();
    let id = ObjectId::from_bytes([9; 20]);
    let error = repo.open().store().unwrap().tree(id).unwrap_err();
    assert!(matches!(error, RepoError::Missing { kind: ObjectKind::Tree, .. }), "{error}");
    repo.file("config", "[remote \"origin\"]\n\tpromisor = true\n");
    let error = repo.open().store().unwrap().blob(id, 10).unwrap_err();
    assert!(matches!(error, RepoError::Partial { kind: ObjectKind::Blob, .. }), "{error}");
}

/// A file of a pack that is there and is not opened: of another user, say.
#[cfg(unix)]
#[test]
fn what_the_system_refuses_is_not_missing() {
    let repo = TestRepo::new();
    let id = ObjectId::from_bytes([9; 20]);
    let file = repo.path().join("objects/pack/pack-1.pack");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("pack-1.pack", &file).unwrap();
    let error = repo.open().store().unwrap().commit(id).unwrap_err();
    assert!(matches!(&error, RepoError::Unreadable { path, .. } if *path == file), "{error}");
    // A link that leads nowhere is none.
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("elsewhere", &file).unwrap();
    let error = repo.open().store().unwrap().commit(id).unwrap_err();
    assert!(matches!(error, RepoError::Missing { .. }), "{error}");
}

#[test]
fn objects_of_alternates() {
    let (lender, middle, repo) = (TestRepo::new(), TestRepo::new(), TestRepo::new());
    let id = lender.commit(&[], NOW, "lent\n");
    middle.file("objects/info/alternates", format!("{}\n", lender.path().join("objects").display()));
    repo.file(
        "objects/info/alternates",
        format!("# not this\n{}\n/nowhere\n", middle.path().join("objects").display()),
    );
    assert!(repo.open().store().unwrap().commit(id).is_ok());
    // And those that are unpacked here are unpacked there: a truncated one does not hang.
    lender.file(&object_path(id), &deflate(b"commit 100\0tree")[..8]);
    assert!(matches!(repo.open().store().unwrap().commit(id), Err(RepoError::Corrupt { .. })));
}

/// Another implementation of git's formats, behind the same trait.
pub(super) struct Oracle(gix::Repository);

impl Oracle {
    pub(super) fn open(repo: &TestRepo) -> Self {
        Self(gix::open_opts(repo.path(), gix::open::Options::isolated()).unwrap())
    }

    fn read(&self, id: ObjectId) -> ObjectBytes<'_> {
        let id = gix::ObjectId::from_bytes_or_panic(id.as_bytes());
        ObjectBytes::owned(self.0.find_object(id).unwrap().detach().data)
    }
}

impl Objects for Oracle {
    fn commit(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        Ok(self.read(id))
    }

    fn tree(&self, id: ObjectId) -> Result<ObjectBytes<'_>, RepoError> {
        Ok(self.read(id))
    }

    fn blob(&self, id: ObjectId, _limit: u64) -> Result<Blob<'_>, RepoError> {
        Ok(Blob::Bytes(self.read(id)))
    }
}

fn agree_on(repo: &TestRepo, commits: &[ObjectId]) {
    let oracle = Oracle::open(repo);
    let store = repo.open().store().unwrap();
    for id in commits {
        assert_eq!(*store.commit(*id).unwrap(), *oracle.commit(*id).unwrap());
    }
    let empty = name_of(repo.format, ObjectKind::Tree, b"");
    assert_eq!(*store.tree(empty).unwrap(), *oracle.tree(empty).unwrap());
}

#[test]
fn loose_objects_by_sha256() {
    let repo = TestRepo::of(ObjectFormat::Sha256);
    agree_on(&repo, &repo.chain(None, 3, NOW));
}

/// Packed objects come from libgit2, and are checked as well.
#[test]
#[expect(clippy::disallowed_types, reason = "only libgit2 writes packs here")]
fn packed_objects() {
    let repo = TestRepo::new();
    let ids = repo.chain(None, 3, NOW);
    agree_on(&repo, &ids);
    let git = git2::Repository::open_bare(repo.path()).unwrap();
    let mut builder = git.packbuilder().unwrap();
    for id in ids.iter().chain([&EMPTY_TREE]) {
        builder.insert_object(git2::Oid::from_bytes(id.as_bytes()).unwrap(), None).unwrap();
    }
    builder.write(&repo.path().join("objects/pack"), 0).unwrap();
    let store = repo.open().store().unwrap();
    // Pruned while we look: found in the pack.
    assert!(store.commit(ids[0]).is_ok());
    for id in &ids {
        repo.remove(*id);
    }
    for id in &ids {
        assert_eq!(name_of(ObjectFormat::Sha1, ObjectKind::Commit, &store.commit(*id).unwrap()), *id);
    }
    agree_on(&repo, &ids);
    assert_eq!(repo.window(ids[2], 100).unwrap().commits.len(), 3);

    // libgit2 shares a pack among all who have it open.
    drop(store);
    // Swap two names in the pack's index: git itself would not notice.
    let mut index = std::fs::read_dir(repo.path().join("objects/pack")).unwrap().flatten().map(|entry| entry.path());
    let index = index.find(|path| path.extension().is_some_and(|ext| ext == "idx")).unwrap();
    let mut bytes = std::fs::read(&index).unwrap();
    let count = 4;
    let offsets = 8 + 1024 + count * 24;
    let (first, second) = bytes[offsets..offsets + 8].split_at_mut(4);
    first.swap_with_slice(second);
    std::fs::remove_file(&index).unwrap();
    std::fs::write(&index, bytes).unwrap();
    let store = repo.open().store().unwrap();
    let wrong = ids.iter().filter(|id| store.commit(**id).is_err()).count();
    assert!(wrong > 0);
}
