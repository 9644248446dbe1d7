//! Names and what they mean.

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::OwnerCheck;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::object::EMPTY_TREE;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;

fn tag(repo: &TestRepo, target: ObjectId, kind: &str) -> ObjectId {
    let text = format!("object {target}\ntype {kind}\ntag t\ntagger A <a@b> 1 +0000\n\nwords\n");
    repo.object(ObjectKind::Tag, text.as_bytes())
}

#[test]
fn names_that_mean_one_thing() {
    mean_one_thing(ObjectFormat::Sha1);
    mean_one_thing(ObjectFormat::Sha256);
}

fn mean_one_thing(format: ObjectFormat) {
    let repo = TestRepo::of(format);
    let ids = repo.chain(None, 6, NOW);
    repo.reference("refs/heads/main", ids[0]);
    repo.reference("refs/heads/topic/x", ids[1]);
    repo.reference("refs/remotes/origin/main", ids[2]);
    repo.reference("refs/tags/v1", tag(&repo, tag(&repo, ids[3], "commit"), "tag"));
    repo.file(
        "packed-refs",
        format!(
            "# pack-refs with: peeled\n{} refs/heads/packed\n^{}\n{} refs/heads/packed\n{} refs/heads/main\n",
            ids[5], ids[5], ids[4], ids[5]
        ),
    );
    repo.file("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n");
    repo.reference("refs/heads/beef", ids[5]);
    let opened = repo.open();
    let full = ids[4].to_string();
    for (name, at) in [
        ("HEAD", 0),
        ("main", 0),
        ("refs/heads/main", 0),
        ("heads/main", 0),
        ("topic/x", 1),
        ("origin/main", 2),
        ("origin/HEAD", 2),
        ("refs/remotes/origin/main", 2),
        ("v1", 3),
        ("refs/tags/v1", 3),
        ("packed", 4),
        (full.as_str(), 4),
        ("beef", 5),
    ] {
        assert_eq!(opened.resolve(name).unwrap(), Some(ids[at]), "{name}");
    }
}

#[test]
fn a_head_in_damaged_packed_references_is_no_unborn_one() {
    let repo = TestRepo::new();
    let id = repo.chain(None, 1, NOW)[0];
    let more: String = (0..200).map(|number| format!("{id} refs/pull/{number:03}/head\n")).collect();
    for sorted in ["", "# pack-refs with: peeled fully-peeled sorted \n"] {
        for (main, is_whole) in [
            (format!("{id} refs/heads/main\n{more}"), Some(true)),
            (more.clone(), Some(false)),
            (format!("{id} refs/hea"), None),
            (format!("{id} refs/heads/main"), None),
            (format!("zzzz{} refs/heads/main\n{more}", &id.to_string()[4..]), None),
            (format!("{id} refs/heads/mai\0\n{more}"), None),
            (format!("{more}{id} refs/heads"), None),
            (format!("{more}\0\0\0\0\n"), None),
        ] {
            repo.file("packed-refs", format!("{sorted}{main}"));
            let told = Repository::open(repo.path(), OwnerCheck::Enforce).and_then(|opened| opened.resolve("HEAD"));
            match is_whole {
                Some(is_there) => assert_eq!(told.unwrap(), is_there.then_some(id)),
                None => assert!(matches!(told, Err(RepoError::Unreadable { .. })), "{sorted}{main}: {told:?}"),
            }
        }
    }
    std::fs::remove_file(repo.path().join("packed-refs")).unwrap();
    assert_eq!(repo.open().resolve("HEAD").unwrap(), None);
    std::fs::create_dir(repo.path().join("packed-refs")).unwrap();
    assert!(matches!(
        Repository::open(repo.path(), OwnerCheck::Enforce).map(|_| ()),
        Err(RepoError::Unreadable { .. })
    ));
    #[cfg(unix)]
    {
        std::fs::remove_dir(repo.path().join("packed-refs")).unwrap();
        std::fs::create_dir_all(repo.path().join("refs/heads")).unwrap();
        std::os::unix::fs::symlink("nowhere", repo.path().join("refs/heads/main")).unwrap();
        assert!(matches!(repo.open().resolve("HEAD"), Err(RepoError::Head { .. })));
    }
}

#[test]
fn names_that_mean_nothing_or_too_much() {
    let repo = TestRepo::new();
    let ids = repo.chain(None, 2, NOW);
    repo.reference("refs/heads/main", ids[0]);
    repo.reference("refs/remotes/origin/main", ids[0]);
    repo.reference("refs/tags/origin/main", ids[1]);
    repo.reference("refs/tags/main", ids[0]);
    repo.reference("refs/tags/tree", EMPTY_TREE);
    repo.reference("refs/tags/on-tree", tag(&repo, EMPTY_TREE, "tree"));
    let opened = repo.open();
    let short = ids[0].short();
    for (name, code) in [
        ("origin/main", "ambiguous-revision"),
        ("main", "ambiguous-revision"),
        ("nowhere", "no-such-revision"),
        ("refs/heads/nowhere", "no-such-revision"),
        ("0123456789012345678901234567890123456789", "no-such-revision"),
        (short.as_str(), "abbreviated-id"),
        ("tree", "not-a-commit"),
        ("on-tree", "not-a-commit"),
        ("main@{1}", "revision-syntax"),
        ("main^", "ambiguous-revision"),
        ("nowhere~1", "no-such-revision"),
        ("~1", "revision-syntax"),
        ("^main", "revision-syntax"),
        ("HEAD^{commit}", "revision-syntax"),
        ("HEAD~-1", "revision-syntax"),
        ("HEAD~1x", "revision-syntax"),
        ("HEAD~4294967296", "revision-syntax"),
        ("HEAD~1..HEAD", "revision-syntax"),
        ("HEAD~4294967295", "no-such-parent"),
        ("", "revision-syntax"),
        ("--all", "no-such-revision"),
        ("../../etc/passwd", "revision-syntax"),
        ("refs/../HEAD", "revision-syntax"),
        ("refs/heads/ma\u{1b}in", "revision-syntax"),
    ] {
        let error = opened.resolve(name).unwrap_err();
        assert_eq!(miette::Diagnostic::code(&error).unwrap().to_string(), format!("repository-{code}"), "{name}");
        assert!(error.is_usage(), "{name}");
        assert!(!error.to_string().contains('\u{1b}'), "{name}");
    }
    let RepoError::AmbiguousRevision { candidates, .. } = opened.resolve("origin/main").unwrap_err() else { panic!() };
    assert_eq!(candidates, ["refs/remotes/origin/main", "refs/tags/origin/main"]);
}

#[test]
fn ancestors() {
    let repo = TestRepo::new();
    let ids = repo.chain(None, 4, NOW);
    let side = repo.commit(&[ids[1]], NOW, "side\n");
    let merge = repo.commit(&[ids[3], side], NOW, "merge\n");
    repo.reference("refs/heads/main", merge);
    repo.reference("refs/tags/v1", tag(&repo, merge, "commit"));
    let opened = repo.open();
    let by_id = format!("{merge}~");
    for (name, at) in [
        ("@", merge),
        ("HEAD~0", merge),
        ("HEAD^0", merge),
        ("HEAD~", ids[3]),
        ("@~1", ids[3]),
        ("main^", ids[3]),
        ("main^1", ids[3]),
        ("main^2", side),
        ("v1^2", side),
        (by_id.as_str(), ids[3]),
        ("HEAD~2", ids[2]),
        ("HEAD^^", ids[2]),
        ("HEAD~3", ids[1]),
        ("HEAD^2^", ids[1]),
        ("HEAD^2~2", ids[0]),
        ("HEAD~2^0~1", ids[1]),
    ] {
        assert_eq!(opened.resolve(name).unwrap(), Some(at), "{name}");
    }
    for (name, text) in [
        ("HEAD^3", format!("`HEAD^3` asks for parent 3 of {merge}, which has 2")),
        ("main~2^2", format!("`main~2^2` asks for parent 2 of {}, which has 1", ids[2])),
        ("main~5", format!("`main~5` asks for a parent of {}, which has none", ids[0])),
    ] {
        let error = opened.resolve(name).unwrap_err();
        assert_eq!(error.to_string(), text);
        assert!(error.is_usage(), "{name}");
    }
    assert_eq!(TestRepo::new().open().resolve("HEAD~1").unwrap(), None, "unborn");
}

#[test]
fn ancestors_behind_the_cut_of_a_shallow_clone() {
    let repo = TestRepo::new();
    let absent = ObjectId::from_bytes([7; 20]);
    let oldest = repo.commit(&[absent], NOW, "oldest\n");
    let tip = repo.commit(&[oldest], NOW, "tip\n");
    repo.reference("refs/heads/main", tip);
    assert!(matches!(repo.open().resolve("HEAD~2"), Err(RepoError::Missing { id, .. }) if id == absent));
    repo.file("shallow", format!("{oldest}\n"));
    let opened = repo.open();
    assert_eq!(opened.resolve("HEAD~1").unwrap(), Some(oldest));
    assert!(matches!(opened.resolve("HEAD~2"), Err(RepoError::Shallow { at, .. }) if at == oldest));
}

#[test]
fn heads() {
    let repo = TestRepo::new();
    assert_eq!(repo.open().resolve("HEAD").unwrap(), None, "unborn");
    let id = repo.commit(&[], NOW, "x\n");
    let tagged = tag(&repo, id, "commit");
    let good = [format!("{id}\n"), format!("{id}"), format!("{tagged}\n")];
    for head in good {
        repo.file("HEAD", &head);
        assert_eq!(repo.open().resolve("HEAD").unwrap(), Some(id), "{head}");
    }
    let blob = repo.object(ObjectKind::Blob, b"x");
    let zero = "0".repeat(40);
    repo.file("refs/heads/loop", "ref: refs/heads/loop\n");
    repo.file("refs/heads/garbage", "what?\n");
    for (head, reason) in [
        (format!("{EMPTY_TREE}\n"), "names the tree"),
        (format!("{blob}\n"), "names the blob"),
        ("garbage".to_owned(), "it says `garbage`"),
        (String::new(), "it says ``"),
        ("ref: ../../etc/passwd\n".to_owned(), "no name of a reference"),
        ("ref: refs/heads/loop\n".to_owned(), "without end"),
        ("ref: refs/heads/garbage\n".to_owned(), "what?"),
        (format!("{zero}\n"), "is missing"),
    ] {
        repo.file("HEAD", &head);
        let error = repo.open().resolve("HEAD").unwrap_err();
        assert!(error.to_string().contains(reason), "{head}: {error}");
        assert!(!error.is_usage(), "{head}");
    }
}

/// Puts tables that git wrote into a folder of a repository.
fn tables(repo: &TestRepo, of_git: &str, folder: &str) {
    let of_git = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reftable").join(of_git);
    for entry in std::fs::read_dir(of_git).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        repo.file(&format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap());
    }
}

/// The repository whose tables git wrote (`tests/reftable/stack`), and what they name.
fn with_reftables() -> (TestRepo, [ObjectId; 2]) {
    let repo = TestRepo::new();
    repo.file("config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefstorage = reftable\n");
    repo.file("HEAD", "ref: refs/heads/.invalid\n");
    std::fs::remove_dir_all(repo.path().join("refs/heads")).unwrap();
    repo.file("refs/heads", "this repository uses the reftable format\n");
    tables(&repo, "stack", "reftable");
    let person = "A <a@example.com> 1700000000 +0000";
    let commit = |parent: &str, words: &str| {
        let text = format!("tree {EMPTY_TREE}\n{parent}author {person}\ncommitter {person}\n\n{words}\n");
        repo.object(ObjectKind::Commit, text.as_bytes())
    };
    let one = commit("", "one");
    let two = commit(&format!("parent {one}\n"), "two");
    let text = format!("object {two}\ntype commit\ntag v1\ntagger {person}\n\nt\n");
    repo.object(ObjectKind::Tag, text.as_bytes());
    (repo, [one, two])
}

#[test]
fn references_in_tables() {
    let (repo, [one, two]) = with_reftables();
    // What lies beside the tables says nothing.
    repo.reference("refs/tags/loose", one);
    repo.file("packed-refs", format!("{one} refs/heads/packed\n"));
    let opened = repo.open();
    for (name, id) in [
        ("HEAD", two),
        ("main", two),
        ("refs/heads/new", one),
        ("origin/main", two),
        ("origin/HEAD", two),
        ("v1", two),
        ("v1~1", one),
    ] {
        assert_eq!(opened.resolve(name).unwrap(), Some(id), "{name}");
    }
    for gone in ["old", "refs/heads/old", "loose", "packed", "refs/heads/.invalid"] {
        assert!(opened.resolve(gone).unwrap_err().is_usage(), "{gone}");
    }
    assert!(opened.knows_branches_of("origin").unwrap());
    assert!(!opened.knows_branches_of("upstream").unwrap());
}

#[test]
fn a_head_in_damaged_tables_is_no_unborn_one() {
    let (repo, _ids) = with_reftables();
    let list = std::fs::read_to_string(repo.path().join("reftable/tables.list")).unwrap();
    let oldest = list.lines().next().unwrap();
    let whole = std::fs::read(repo.path().join("reftable").join(oldest)).unwrap();
    let told = || Repository::open(repo.path(), OwnerCheck::Enforce).and_then(|opened| opened.resolve("HEAD"));
    let at = |words: &[u8]| whole.windows(words.len()).position(|found| found == words).unwrap();
    // HEAD names a branch that stands nowhere: unborn, as long as nothing else is damaged.
    repo.file("reftable/tables.list", format!("{oldest}\n"));
    let mut unborn = whole.clone();
    let target = at(b"refs/heads/main");
    unborn[target..target + 15].copy_from_slice(b"refs/heads/mine");
    repo.file(&format!("reftable/{oldest}"), &unborn);
    assert_eq!(told().unwrap(), None);
    unborn[at(b"old") - 1] = (3 << 3) | 4; // a kind of record that there is not
    repo.file(&format!("reftable/{oldest}"), &unborn);
    assert!(matches!(told(), Err(RepoError::Unreadable { .. })), "{:?}", told());
    repo.file(&format!("reftable/{oldest}"), &whole[..whole.len() - 1]);
    assert!(matches!(told(), Err(RepoError::Unreadable { .. })));
    for list in ["gone.ref\n", "../HEAD\n"] {
        repo.file("reftable/tables.list", list);
        assert!(matches!(told(), Err(RepoError::Unreadable { .. })), "{list}");
    }
    // Without a table there is no HEAD either.
    repo.file("reftable/tables.list", "");
    assert!(matches!(told(), Err(RepoError::Head { .. })));
    std::fs::remove_file(repo.path().join("reftable/tables.list")).unwrap();
    assert!(matches!(told(), Err(RepoError::Unreadable { .. })));
}

#[test]
fn a_linked_worktree_has_tables_of_its_own() {
    let (repo, [one, two]) = with_reftables();
    tables(&repo, "deep", "worktrees/w/reftable");
    repo.file("worktrees/w/HEAD", "ref: refs/heads/.invalid\n");
    repo.file("worktrees/w/commondir", "../..\n");
    let tree = tempfile::tempdir().unwrap();
    std::fs::write(tree.path().join(".git"), format!("gitdir: {}/worktrees/w\n", repo.path().display())).unwrap();
    let opened = Repository::open(tree.path(), OwnerCheck::Enforce).unwrap();
    // Its HEAD says `refs/heads/main`, which is looked for among all worktrees' branches.
    assert_eq!(opened.resolve("HEAD").unwrap(), Some(two));
    assert_eq!(opened.resolve("new").unwrap(), Some(one));
    assert!(opened.resolve("refs/pull/1/head").unwrap_err().is_usage());
}

#[test]
fn so_many_symbolic_references_as_git_follows() {
    let repo = TestRepo::new();
    let commit = repo.chain(None, 1, NOW)[0];
    repo.reference("refs/heads/link0", commit);
    for number in 1..=6 {
        repo.file(&format!("refs/heads/link{number}"), format!("ref: refs/heads/link{}\n", number - 1));
    }
    assert_eq!(repo.open().resolve("link5").unwrap(), Some(commit));
    assert!(matches!(repo.open().resolve("link6"), Err(RepoError::Reference { .. })));
}

#[test]
fn the_head_of_a_remote_is_no_branch_of_it() {
    let repo = TestRepo::new();
    repo.file("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main\n");
    assert!(!repo.open().knows_branches_of("origin").unwrap());
    repo.reference("refs/remotes/origin/topic/x", repo.chain(None, 1, NOW)[0]);
    assert!(repo.open().knows_branches_of("origin").unwrap());
}

#[test]
fn a_branch_whose_commit_is_missing_is_no_name_that_was_typed_wrong() {
    let repo = TestRepo::new();
    let commit = repo.chain(None, 1, NOW)[0];
    repo.reference("refs/heads/main", commit);
    repo.remove(commit);
    let error = repo.open().resolve("main").unwrap_err();
    assert!(matches!(error, RepoError::Missing { id, .. } if id == commit) && !error.is_usage(), "{error}");
    let error = repo.open().resolve(&commit.to_string()).unwrap_err();
    assert!(matches!(error, RepoError::NoSuchRevision { .. }), "{error}");
}
