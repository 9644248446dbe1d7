//! Every file of a tree is visited once, and what is no file is told apart.

use std::fs;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Content;
use crate::repo::ObjectKind;
use crate::repo::OwnerCheck;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Visit;
use crate::repo::Visited;
use crate::repo::testing::TestRepo;

/// Tells what it was shown.
struct Teller;

impl Visit for Teller {
    type Found = String;
    type Folder = ();

    fn folder(&self, _path: &[u8]) -> Result<(), RepoError> {
        Ok(())
    }

    fn at_sight(&self, _folder: &(), path: &RepoPath) -> Result<Option<String>, RepoError> {
        Ok(path.as_bytes().ends_with(b".skip").then(|| "at sight".to_owned()))
    }

    fn read(&self, _path: &RepoPath, content: Content<'_>) -> String {
        match content {
            Content::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other => format!("{other:?}"),
        }
    }

    fn limit(&self) -> u64 {
        10
    }
}

fn entry(mode: &str, name: &[u8], id: ObjectId) -> Vec<u8> {
    [mode.as_bytes(), b" ", name, b"\0", id.as_bytes()].concat()
}

fn commit_of(repo: &TestRepo, tree: ObjectId) -> ObjectId {
    let who = "A <a@example.com> 1700000000 +0000";
    repo.object(ObjectKind::Commit, format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nx\n").as_bytes())
}

fn told(found: Result<Vec<(RepoPath, String)>, RepoError>) -> Vec<String> {
    found.unwrap().into_iter().map(|(path, told)| format!("{} {told}", path.to_text().expose())).collect()
}

#[test]
fn a_tree() {
    let repo = TestRepo::new();
    let blob = |text: &str| repo.object(ObjectKind::Blob, text.as_bytes());
    let absent = ObjectId::from_bytes([7; 20]);
    let inner = [
        entry("100755", b"run", blob("x")),
        entry("120000", b"link", blob("run")),
        entry("160000", b"module", absent),
        entry("100644", b"not-there.skip", absent),
    ];
    let inner = repo.object(ObjectKind::Tree, &inner.concat());
    let outer = [
        entry("100644", b"a.b", blob("b")),
        entry("40000", b"a", inner),
        entry("100644", b"large", blob("more than ten")),
        entry("100644", b"\xff", blob("not UTF-8")),
        // Written by no git, and read all the same.
        entry("40000", b"", inner).split_off(6),
    ];
    let tree = repo.object(ObjectKind::Tree, &outer[..4].concat());
    let commit = commit_of(&repo, tree);
    let opened = repo.open();
    let visit_in = |commit, below: &str| -> Result<Visited<String>, RepoError> {
        opened.visit_tree(commit, &RepoPath::new(below.as_bytes()), &Teller, &Quiet)
    };
    let visit = |below: &str| visit_in(commit, below);
    let below_a = ["a/link Symlink", "a/module Submodule", "a/not-there.skip at sight", "a/run x"];
    let rest = ["large TooLarge(13)", "\u{fffd} not UTF-8"];
    let all = [&["a.b b"][..], &below_a, &rest].concat();
    assert_eq!(told(visit("")), all);
    assert_eq!(told(visit("a")), below_a);
    assert_eq!(told(visit("a/run")), ["a/run x"]);
    assert_eq!(told(visit("a.b")), ["a.b b"]);
    assert!(told(visit("nothing")).is_empty());

    let malformed = commit_of(&repo, repo.object(ObjectKind::Tree, &outer.concat()));
    let error = visit_in(malformed, "").unwrap_err();
    assert!(matches!(error, RepoError::MalformedTree { .. }), "{error}");
    let broken = repo.object(ObjectKind::Tree, &entry("100644", b"a", absent));
    let error = visit_in(commit_of(&repo, broken), "").unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the blob {absent} is missing, which stood at a: the clone is incomplete or damaged")
    );
}

#[test]
fn the_working_tree() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for dir in [".git/objects", ".git/refs", ".git/info", "module/.git"] {
        fs::create_dir_all(root.join(dir)).unwrap();
    }
    put(".git/HEAD", "ref: refs/heads/main\n");
    put(".git/info/exclude", "excluded\n");
    put(".gitignore", "*.log\n/out/\n");
    put("sub/.gitignore", "!kept.log\n");
    for path in [".ci/run", "a", "excluded", "out/a", "sub/kept.log", "sub/b.log", "sub/b", "sub/x.skip", "module/a"] {
        put(path, "text");
    }
    put("large", "more than ten");
    let mut expected = vec![
        ".ci/run text",
        ".gitignore TooLarge(12)",
        "a text",
        "large TooLarge(13)",
        "module Submodule",
        "sub/.gitignore !kept.log\n",
        "sub/b text",
        "sub/kept.log text",
        "sub/x.skip at sight",
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/", root.join("z")).unwrap();
        expected.push("z Symlink");
    }
    let opened = Repository::open(&root, OwnerCheck::Enforce).unwrap();
    let visit = |below: &str| told(opened.visit_working_tree(&RepoPath::new(below.as_bytes()), &Teller, &Quiet));
    assert_eq!(visit(""), expected);
    assert_eq!(visit("sub"), expected[5..9]);
    assert_eq!(visit("sub/b"), ["sub/b text"]);

    let bare = TestRepo::new();
    let visited: Result<Visited<String>, _> = bare.open().visit_working_tree(&RepoPath::new(*b""), &Teller, &Quiet);
    let error = visited.unwrap_err();
    assert!(matches!(error, RepoError::NoWorkingTree { .. }), "{error}");
}
