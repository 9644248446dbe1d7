//! What is told apart by the hash that names objects.

use std::fs;

use crate::facts::Defect;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::Objects as _;
use crate::repo::OwnerCheck;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::object::EMPTY_TREE;
use crate::repo::object::EMPTY_TREE_BY_SHA256;
use crate::repo::object::name_of;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::tests::packing::Pack;

const SHA256: ObjectFormat = ObjectFormat::Sha256;

/// As `git hash-object` prints them.
#[test]
fn names_as_git_gives_them() {
    for (kind, content, name) in [
        (ObjectKind::Blob, &b""[..], "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813"),
        (ObjectKind::Blob, b"hello\n", "2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4"),
        (ObjectKind::Tree, b"", "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"),
    ] {
        assert_eq!(name_of(SHA256, kind, content).to_string(), name);
    }
    assert_eq!(name_of(SHA256, ObjectKind::Tree, b""), EMPTY_TREE_BY_SHA256);
}

#[test]
fn what_other_content_has_is_not_the_object() {
    let repo = TestRepo::of(SHA256);
    let id = repo.object(ObjectKind::Blob, b"one");
    repo.object_as(id, ObjectKind::Blob, b"two");
    let error = repo.open().store().unwrap().blob(id, 10).unwrap_err();
    assert!(matches!(error, RepoError::HashMismatch { .. }), "{error}");
}

#[test]
fn a_name_by_the_other_hash_is_none() {
    let (short, long) = (EMPTY_TREE, EMPTY_TREE_BY_SHA256);
    let parsed = |format, tree: ObjectId, parent: ObjectId| {
        let who = "A <a@example.com> 1700000000 +0000";
        let text = format!("tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nwords\n");
        let parsed = commit::parse(format, text.as_bytes());
        (parsed.tree, parsed.parents, parsed.defects)
    };
    assert_eq!(parsed(SHA256, long, long), (long, vec![long], vec![]));
    assert_eq!(parsed(SHA256, short, long).2, [Defect::Tree]);
    assert_eq!(parsed(ObjectFormat::Sha1, long, short).2, [Defect::Tree]);
    for (format, tree, parent) in [(SHA256, long, short), (ObjectFormat::Sha1, short, long)] {
        assert_eq!(parsed(format, tree, parent), (tree, vec![], vec![Defect::Header]));
        let repo = TestRepo::of(format);
        repo.reference("refs/heads/main", parent);
        let error = repo.open().resolve("main").unwrap_err();
        assert!(matches!(error, RepoError::Reference { .. }), "{error}");
        fs::remove_file(repo.path().join("refs/heads/main")).unwrap();
        repo.file("packed-refs", format!("{parent} refs/heads/main\n"));
        let error = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap_err();
        assert!(matches!(error, RepoError::Unreadable { .. }), "{error}");
        // As a revision it is taken for the name of a reference.
        repo.file("packed-refs", "");
        let error = repo.open().resolve(&parent.to_string()).unwrap_err().to_string();
        assert!(error.contains("a full one has 64 digits") || error.contains("there is no"), "{error}");
    }
}

#[test]
fn where_a_clone_was_cut() {
    let repo = TestRepo::of(SHA256);
    let line = repo.chain(None, 6, NOW);
    for commit in &line[..3] {
        repo.remove(*commit);
    }
    assert!(matches!(repo.window(line[5], 2), Err(RepoError::Missing { id, .. }) if id == line[2]));
    repo.file("shallow", format!("{}\n", line[3]));
    assert!(matches!(repo.window(line[5], 2), Err(RepoError::Shallow { .. })));
}

/// libgit2 finds these for SHA-1.
#[test]
fn packs_that_are_not_open() {
    let repo = TestRepo::of(SHA256);
    let pack = |name: &str, content: &str| {
        let mut pack = Pack::of(SHA256);
        let id = pack.blob(content.as_bytes());
        pack.write_as(name, &repo);
        id
    };
    let store = repo.open().store().unwrap();
    let read = |id: ObjectId| match store.blob(id, 100) {
        Ok(Blob::Bytes(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        Ok(Blob::TooLarge(size)) => format!("{size} bytes"),
        Err(error) => error.to_string(),
    };
    let absent = name_of(SHA256, ObjectKind::Blob, b"absent");
    assert!(!store.has(absent) && read(absent).ends_with("is missing: the clone is incomplete or damaged"));
    // Those that came later, of which there may be any number.
    for number in 0..130 {
        let (content, long) = (format!("number {number}"), "x".repeat(200 + number));
        let told = [(content.clone(), content), (long.clone(), format!("{} bytes", long.len()))];
        for (at, (content, told)) in told.into_iter().enumerate() {
            let id = pack(&format!("{number}-{at}"), &content);
            assert!(store.has(id));
            assert_eq!(read(id), told);
        }
    }
    // One that is damaged, as long as nothing else has the object.
    let id = pack("damaged", "damaged");
    fs::write(repo.path().join("objects/pack/pack-damaged.idx"), "short").unwrap();
    assert!(
        !store.has(id) && read(id).contains("in pack-damaged.pack, the pack or its index is not whole"),
        "{}",
        read(id)
    );
    repo.object(ObjectKind::Blob, b"damaged");
    let again = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap().store().unwrap();
    assert!(again.has(id) && matches!(again.blob(id, 100), Ok(Blob::Bytes(bytes)) if *bytes == *b"damaged"));
}
