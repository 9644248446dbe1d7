//! Layouts and formats of repositories.

use std::fs;

use crate::repo::Overrides;
use crate::repo::OwnerCheck;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::object::EMPTY_TREE;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::testing::ids;
use crate::repo::testing::sorted;

fn code(error: &RepoError) -> String {
    miette::Diagnostic::code(error).unwrap().to_string().replace("repository-", "")
}

#[test]
fn formats() {
    for (config, refused) in [
        ("", None),
        ("[core]\n\trepositoryformatversion = 1\n", None),
        (
            "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tnoop\n\tpreciousObjects = true\n\tpartialClone = origin\n\tworktreeConfig = true\n\trelativeWorktrees = true\n\tsubmodulePathConfig = true\n\tcompatObjectFormat = sha256\n\tobjectFormat = sha1\n\trefStorage = files\n",
            None,
        ),
        ("[extensions]\n\tinvented = true\n", None),
        ("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tinvented = true\n", Some("extension")),
        ("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = SHA256\n", None),
        ("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha3\n", Some("object-format")),
        ("[extensions]\n\tobjectFormat = sha256\n", Some("object-format")),
        ("[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n", Some("unreadable")),
        (
            "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable:///elsewhere\n",
            Some("reference-format"),
        ),
        ("[core]\n\trepositoryformatversion = 2\n", Some("format-version")),
        ("[core]\n\trepositoryformatversion = x\n", Some("format-version")),
        ("[core\n", Some("config")),
        ("[include]\n\tpath = /nowhere\n[core]\n\tworktree = /etc\n", None),
    ] {
        let repo = TestRepo::new();
        repo.file("config", config);
        let opened = Repository::open(repo.path(), OwnerCheck::Enforce);
        assert_eq!(opened.as_ref().err().map(code).as_deref(), refused, "{config}");
        let helped = opened.err().is_none_or(|error| miette::Diagnostic::help(&error).is_some() && !error.is_usage());
        assert!(helped, "{config}");
    }
}

#[test]
fn a_folder_in_place_of_a_file_is_damage() {
    for name in ["config", "packed-refs", "shallow", "info/grafts", "objects/info/alternates"] {
        let repo = TestRepo::new();
        drop(fs::remove_file(repo.path().join(name)));
        fs::create_dir_all(repo.path().join(name)).unwrap();
        let error = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap_err();
        assert_eq!(code(&error), "unreadable", "{name}");
    }
    // References lie below a name.
    let repo = TestRepo::new();
    fs::create_dir_all(repo.path().join("refs/heads/main")).unwrap();
    assert_eq!(repo.open().resolve("HEAD").unwrap(), None);
    // What is no repository is not looked into.
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("commondir")).unwrap();
    assert_eq!(code(&Repository::open(folder.path(), OwnerCheck::Enforce).unwrap_err()), "not-found");
}

#[test]
fn found_from_inside_a_working_tree() {
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("clone/src/deep");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("file.rs"), "").unwrap();
    let repo = TestRepo::new();
    let id = repo.commit(&[], NOW, "x\n");
    repo.reference("refs/heads/main", id);
    // A `.git` file, as submodules and `git init --separate-git-dir` have.
    fs::write(outer.path().join("clone/.git"), format!("gitdir: {}\n", repo.path().display())).unwrap();
    for start in [inner.join("file.rs"), inner.clone(), outer.path().join("clone")] {
        let opened = Repository::open(&start, OwnerCheck::Enforce).unwrap();
        assert_eq!(opened.root(), fs::canonicalize(outer.path().join("clone")).unwrap());
        assert_eq!(opened.resolve("HEAD").unwrap(), Some(id));
    }
    assert_eq!(code(&Repository::open(outer.path(), OwnerCheck::Enforce).unwrap_err()), "not-found");
    assert_eq!(code(&Repository::open(&outer.path().join("gone"), OwnerCheck::Enforce).unwrap_err()), "unreadable");
}

#[test]
fn links_that_lead_nowhere() {
    for text in ["gitdir: /nowhere\n", "gitdir: .\n", "hello", "", &format!("gitdir: {}", "x".repeat(100_000))] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".git"), text).unwrap();
        let error = Repository::open(dir.path(), OwnerCheck::Enforce).unwrap_err();
        assert_eq!(code(&error), "broken-link");
    }
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    assert_eq!(code(&Repository::open(dir.path(), OwnerCheck::Enforce).unwrap_err()), "broken-link");
}

#[test]
fn a_linked_worktree_has_a_head_of_its_own() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 2, NOW);
    repo.reference("refs/heads/main", commits[0]);
    repo.reference("refs/heads/side", commits[1]);
    repo.file("worktrees/w/HEAD", "ref: refs/heads/side\n");
    repo.file("worktrees/w/commondir", "../..\n");
    let tree = tempfile::tempdir().unwrap();
    fs::write(tree.path().join(".git"), format!("gitdir: {}/worktrees/w\n", repo.path().display())).unwrap();
    let opened = Repository::open(tree.path(), OwnerCheck::Enforce).unwrap();
    assert_eq!(opened.resolve("HEAD").unwrap(), Some(commits[1]));
    assert_eq!(opened.resolve("main").unwrap(), Some(commits[0]));
    assert_eq!(opened.store().unwrap().any(commits[0]).unwrap().0.name(), "commit");
}

#[cfg(unix)]
#[test]
fn of_another_owner() {
    let repo = TestRepo::new();
    // Only root may give files away; without it there is nothing to see here.
    if std::os::unix::fs::chown(repo.path(), Some(12_345), None).is_err() {
        return;
    }
    let error = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap_err();
    assert!(matches!(error, RepoError::ForeignOwner { owner: 12_345, .. }));
    assert!(miette::Diagnostic::help(&error).unwrap().to_string().contains("--accept-owner"));
    assert!(Repository::open(repo.path(), OwnerCheck::Accept).is_ok());
}

#[test]
fn what_overrides_history_is_counted_and_not_followed() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 10, NOW);
    let other = repo.commit(&[], NOW, "another\n");
    repo.file("info/grafts", format!("# comment\n{}\n\ngarbage\n", commits[9]));
    repo.reference(&format!("refs/replace/{}", commits[5]), other);
    repo.file("packed-refs", format!("{other} refs/replace/{}\n{other} refs/heads/x\n", commits[4]));
    repo.file("shallow", format!("{}\ngarbage\n", commits[8]));
    repo.file("objects/info/commit-graph", "CGPH garbage");
    let walk = repo.window(commits[9], 100).unwrap();
    assert_eq!(ids(&walk), sorted(&commits));
    assert_eq!(walk.replaced, Overrides { replace_refs: 2, grafts: 1 });
}

#[test]
fn files_in_a_tree() {
    use crate::repo::ObjectKind;

    let repo = TestRepo::new();
    let blob = repo.object(ObjectKind::Blob, b"version: 1\n");
    let raw = |entries: &[(&str, &str, crate::facts::ObjectId)]| {
        let parts = entries
            .iter()
            .flat_map(|(mode, name, id)| [format!("{mode} {name}\0").into_bytes(), id.as_bytes().to_vec()]);
        repo.object(ObjectKind::Tree, &parts.collect::<Vec<_>>().concat())
    };
    let sub = raw(&[("100755", "b.yml", blob), ("120000", "link", blob)]);
    let tree =
        raw(&[("100644", "a.yml", blob), ("40000", "dir", sub), ("120000", "link", blob), ("160000", "module", blob)]);
    let commit_of = |tree: crate::facts::ObjectId| {
        let text = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n");
        repo.object(ObjectKind::Commit, text.as_bytes())
    };
    let commit = commit_of(tree);
    let opened = repo.open();
    for (path, found) in [
        ("a.yml", true),
        ("dir/b.yml", true),
        ("dir/c.yml", false),
        ("nowhere/x", false),
        ("a.yml/x", false),
        ("", false),
    ] {
        let content = opened.read_file(commit, path, 1000).unwrap();
        assert_eq!(content.as_deref(), found.then_some(b"version: 1\n".as_slice()), "{path}");
    }
    for path in ["dir", "link", "dir/link", "link/x", "module", "module/x"] {
        assert_eq!(code(&opened.read_file(commit, path, 1000).unwrap_err()), "not-a-file", "{path}");
    }
    assert_eq!(code(&opened.read_file(commit, "a.yml", 5).unwrap_err()), "file-too-large");
    let broken = commit_of(repo.object(ObjectKind::Tree, b"100644 a"));
    assert_eq!(code(&opened.read_file(broken, "a.yml", 5).unwrap_err()), "malformed-tree");
    assert_eq!(opened.read_file(commit_of(EMPTY_TREE), "a.yml", 5).unwrap(), None);
}
