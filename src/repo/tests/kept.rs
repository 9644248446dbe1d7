//! What is kept changes nothing: not when it is there, damaged, somebody else's, or about a repository that lost objects.
#![expect(clippy::disallowed_types, reason = "objects are packed with the library that they are read by")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;

use crate::facts::CommitFact;
use crate::facts::Hollow;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::IsIgnored;
use crate::repo::ObjectKind;
use crate::repo::OwnerCheck;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::Walk;
use crate::repo::changes::Compared;
use crate::repo::changes::changes;
use crate::repo::hollow::Claims;
use crate::repo::hollow::hollow;
use crate::repo::kept::Kept;
use crate::repo::kept::Kind;
use crate::repo::memory::write_tree;
use crate::repo::retrace::retraced;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::trusted::Attributes;
use crate::repo::walk;

/// A past with a merge that is undone, an ignored file and a binary one; and a folder to keep facts in.
struct Past {
    repo: TestRepo,
    store: tempfile::TempDir,
    commits: Vec<ObjectId>,
}

impl Past {
    fn new() -> Self {
        let repo = TestRepo::new();
        let mut commits: Vec<ObjectId> = Vec::new();
        let mut commit = |parents: &[usize], files: &[(&str, &str)]| {
            let tree = write_tree(files, &mut |kind, content| repo.object(kind, content));
            let time = NOW - 60 * DAY + DAY * i64::try_from(commits.len()).unwrap();
            let parents: String = parents.iter().map(|at| format!("parent {}\n", commits[*at])).collect();
            let bytes =
                format!("tree {tree}\n{parents}author A <a@x> {time} +0000\ncommitter A <a@x> {time} +0000\n\nx\n");
            commits.push(repo.object(ObjectKind::Commit, bytes.as_bytes()));
        };
        let rules = (".gitattributes", "made/* linguist-generated\n");
        commit(&[], &[rules, ("a", "1\n2\n")]);
        commit(&[0], &[rules, ("a", "1\n2\n"), ("made/x", "1\n"), ("d/b", "\0")]);
        commit(&[0], &[rules, ("a", "1\n3\n")]);
        commit(&[1, 2], &[rules, ("a", "1\n3\nown\n"), ("made/x", "1\n"), ("d/b", "\0")]);
        commit(&[3], &[rules, ("a", "1\n2\n"), ("made/x", "1\n"), ("d/b", "\0")]);
        commit(&[4], &[rules, ("a", "1\n3\nown\n"), ("made/x", "2\n"), ("d/b", "\0")]);
        commit(&[5], &[rules, ("a", " 1\n3\n\nown\n"), ("made/x", "2\n"), ("d/b", "\0")]);
        Self { repo, store: tempfile::tempdir().unwrap(), commits }
    }

    fn tip(&self) -> ObjectId {
        *self.commits.last().unwrap()
    }

    /// All that is read of it, without a store.
    fn plain(&self) -> String {
        told(&self.repo.open(), self.tip(), "made")
    }

    /// The same with what is kept, which is then written.
    fn kept(&self) -> String {
        self.kept_but("made")
    }

    fn kept_but(&self, ignored: &str) -> String {
        let repository = self.repo.open().with_facts_kept_in(self.store.path());
        let told = told(&repository, self.tip(), ignored);
        repository.keep_facts().unwrap();
        told
    }

    fn file(&self) -> PathBuf {
        let mut files = fs::read_dir(self.store.path()).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.file_name().unwrap().to_str().unwrap().starts_with("facts-")).unwrap()
    }

    /// Puts some objects into a pack, the only one, and takes the loose ones away.
    fn pack(&self, objects: &[ObjectId]) {
        let dir = self.repo.path().join("objects");
        let library = git2::Repository::open(self.repo.path()).unwrap();
        let mut builder = library.packbuilder().unwrap();
        for id in objects {
            builder.insert_object(git2::Oid::from_bytes(id.as_bytes()).unwrap(), None).unwrap();
        }
        let mut pack = git2::Buf::new();
        builder.write_buf(&mut pack).unwrap();
        drop(builder);
        drop(library);
        fs::remove_dir_all(&dir).unwrap();
        fs::create_dir_all(dir.join("pack")).unwrap();
        let mut indexer = git2::Indexer::new(None, &dir.join("pack"), 0o644, false).unwrap();
        std::io::Write::write_all(&mut indexer, &pack).unwrap();
        indexer.commit().unwrap();
    }

    fn objects(&self) -> Vec<ObjectId> {
        let library = git2::Repository::open(self.repo.path()).unwrap();
        let mut all = Vec::new();
        let mut add = |id: &git2::Oid| {
            all.push(ObjectId::from_bytes(id.as_bytes().try_into().unwrap()));
            true
        };
        library.odb().unwrap().foreach(&mut add).unwrap();
        all
    }
}

/// All that is read of a tip, or the error.
fn told(repository: &Repository, tip: ObjectId, ignored: &str) -> String {
    let read = || -> Result<String, RepoError> {
        let span = Span { as_of: None, days: 91 };
        let walk = walk::window(repository, tip, span, &Clone::clone, &Quiet)?;
        let attributes = Attributes::of(repository, tip)?;
        let is_ignored = |path: &RepoPath| {
            let generated = attributes.ignored(path)? == Some(true);
            Ok(generated && ignored == "made" || path.to_text().expose().starts_with(ignored))
        };
        let commits: Vec<&CommitFact> = walk.commits.iter().collect();
        let changed = changes(repository, &commits, &is_ignored, &Quiet)?;
        let paired: Vec<_> = commits.iter().copied().zip(&changed).collect();
        let retraces = retraced(repository, &walk, &paired, &is_ignored)?;
        let found = hollows(repository, &walk, &changed, &is_ignored)?;
        Ok(format!("{walk:#?}\n{changed:#?}\n{retraces:#?}\n{found:#?}"))
    };
    read().unwrap_or_else(|error| format!("{error:?}"))
}

/// What all commits lack, as if each claimed credit.
fn hollows(
    repository: &Repository,
    walk: &Walk,
    changed: &[Compared],
    ignored: &IsIgnored<'_>,
) -> Result<BTreeMap<ObjectId, Hollow>, RepoError> {
    let ids = walk.commits.iter().map(|fact| fact.id);
    let claims = Claims {
        claimed: &ids.clone().collect(),
        changes: &ids.zip(changed.iter().map(|compared| compared.changes.clone())).collect(),
        whole: None,
        coming: &BTreeSet::new(),
        ignored,
        without_comments: &|_path, _text| None,
        rules: b"",
    };
    hollow(repository, &walk.commits, &claims)
}

fn write(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
}

#[test]
fn nothing_but_time_depends_on_it() {
    let past = Past::new();
    let plain = past.plain();
    assert!(
        plain.contains("Undoes")
            && plain.contains("Repeats")
            && plain.contains("Ignored")
            && plain.contains("WithoutChange"),
        "{plain}"
    );
    assert_eq!(past.kept(), plain, "cold");
    let written = fs::read(past.file()).unwrap();
    assert_eq!(past.kept(), plain, "warm");
    // Objects in files of their own prove nothing, so that what was used is looked at again, and the same comes out.
    assert_eq!(fs::read(past.file()).unwrap(), written);
    for ignored in ["d", "nothing", "a", "made"] {
        let expected = told(&past.repo.open(), past.tip(), ignored);
        assert_eq!(past.kept_but(ignored), expected, "{ignored} is ignored now");
    }
}

#[test]
fn a_second_run_reads_no_object() {
    let past = Past::new();
    past.pack(&past.objects());
    let plain = past.plain();
    past.kept();
    // The pack's bytes are gone, its name, size and time are not: whoever reads an object now fails.
    let packs = fs::read_dir(past.repo.path().join("objects/pack")).unwrap().map(|entry| entry.unwrap().path());
    for pack in packs.filter(|path| path.extension().is_some_and(|ending| ending == "pack")) {
        let (size, time) = fs::metadata(&pack).map(|found| (found.len(), found.modified().unwrap())).unwrap();
        fs::remove_file(&pack).unwrap();
        write(&pack, &vec![0; usize::try_from(size).unwrap()]);
        fs::File::options().write(true).open(&pack).unwrap().set_modified(time).unwrap();
    }
    assert_ne!(past.plain(), plain, "the test would prove nothing");
    let repository = past.repo.open().with_facts_kept_in(past.store.path());
    let span = Span { as_of: None, days: 91 };
    let walk = walk::window(&repository, past.tip(), span, &Clone::clone, &Quiet).unwrap();
    let commits: Vec<&CommitFact> = walk.commits.iter().collect();
    let is_ignored = |path: &RepoPath| Ok(path.to_text().expose().starts_with("made"));
    let changed = changes(&repository, &commits, &is_ignored, &Quiet).unwrap();
    let paired: Vec<_> = commits.iter().copied().zip(&changed).collect();
    let retraces = retraced(&repository, &walk, &paired, &is_ignored).unwrap();
    let found = hollows(&repository, &walk, &changed, &is_ignored).unwrap();
    assert_eq!(format!("{walk:#?}\n{changed:#?}\n{retraces:#?}\n{found:#?}"), plain);
}

#[test]
fn what_a_repository_lacks_is_missed() {
    let all = Past::new().objects();
    let mut failed = 0;
    for (gone, packed, shallow) in
        all.iter().flat_map(|gone| [(gone, false, false), (gone, false, true), (gone, true, false), (gone, true, true)])
    {
        let past = Past::new();
        if packed {
            past.pack(&all);
        }
        past.kept();
        if packed {
            let left: Vec<_> = all.iter().copied().filter(|id| id != gone).collect();
            past.pack(&left);
        } else {
            past.repo.remove(*gone);
        }
        if shallow {
            past.repo.file("shallow", past.commits.iter().map(|id| format!("{id}\n")).collect::<String>());
        }
        let plain = past.plain();
        for round in 1..=3 {
            assert_eq!(past.kept(), plain, "without {gone}, run {round}; packed: {packed}, shallow: {shallow}");
        }
        failed += usize::from(plain.starts_with("Missing") || plain.starts_with("Shallow"));
    }
    assert!(failed > 40, "{failed} of {}", all.len() * 4);
}

#[test]
fn what_has_only_an_objects_name_is_no_object() {
    let all = Past::new().objects();
    for gone in &all {
        let name = gone.to_string();
        let (fan, rest) = name.split_at(2);
        for what in ["empty", "folder", "link"] {
            let past = Past::new();
            past.kept();
            past.repo.remove(*gone);
            let place = past.repo.path().join("objects").join(fan).join(rest);
            match what {
                "empty" => fs::write(&place, b"").unwrap(),
                "folder" => fs::create_dir(&place).unwrap(),
                _ => {
                    #[cfg(unix)]
                    std::os::unix::fs::symlink("nowhere", &place).unwrap();
                }
            }
            let plain = past.plain();
            assert_eq!(past.kept(), plain, "{what} in place of {gone}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_the_file_is_not_waited_for() {
    let past = Past::new();
    past.kept();
    let file = past.file();
    fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    // Otherwise this never ends.
    assert_eq!(past.kept(), past.plain());
}

#[test]
fn a_file_that_others_could_have_written_is_not_read() {
    let past = Past::new();
    let plain = past.plain();
    past.kept();
    let repository = past.repo.open();
    let kept = Kept::read(past.store.path(), past.repo.path(), &repository.object_dirs);
    let mut differences = kept.differences(Kind::Own, past.tip()).unwrap().0;
    Arc::make_mut(&mut differences).paths.clear();
    kept.learn_differences(Kind::Own, past.tip(), &differences);
    kept.write(|_| Vec::new()).unwrap();
    // Whoever may write it as the user may do anything as the user: docs/gate.md says what follows.
    assert_ne!(past.kept(), plain, "what is kept is believed, or this test would prove nothing");
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        fs::set_permissions(past.file(), mode).unwrap();
        assert_eq!(past.kept(), plain);
    }
}

#[test]
fn another_version_begins_anew() {
    let past = Past::new();
    past.kept();
    let written = String::from_utf8_lossy(&fs::read(past.file()).unwrap()).into_owned();
    assert!(written.starts_with("debtlint facts 7, by "), "{written}");
    write(&past.file(), b"debtlint facts 7, by 9.9.9\nsomething else altogether");
    assert_eq!(past.kept(), past.plain());
    assert_eq!(past.kept(), past.plain());
}

#[test]
fn runs_beside_each_other_and_runs_that_were_killed() {
    let past = Past::new();
    let plain = past.plain();
    // What a run leaves behind that is killed before the new file takes the old one's place.
    write(&past.store.path().join("facts-new-abc"), b"debtlint facts 7, by");
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..5).map(|_| past.kept()).collect::<Vec<_>>())).collect();
        for run in runs {
            assert!(run.join().unwrap().iter().all(|told| *told == plain));
        }
    });
    assert_eq!(past.kept(), plain);
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let past = Past::new();
    let blocked = past.repo.path().join("HEAD").join("facts");
    let repository = past.repo.open().with_facts_kept_in(&blocked);
    assert_eq!(told(&repository, past.tip(), "made"), past.plain());
    assert!(repository.keep_facts().is_err());
}

#[test]
fn where_facts_may_not_be_kept() {
    let repo = TestRepo::new();
    let repository = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap();
    for (path, inside) in [("", true), ("new", true), ("objects/new/deeper", true), ("../elsewhere", false)] {
        assert_eq!(repository.holds(&repo.path().join(path)), inside, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn damage_changes_nothing(
        places in proptest::collection::vec((any::<proptest::sample::Index>(), 1..=255_u8), 0..4),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
        garbage in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let (past, plain, written) = damaged_past();
        let mut bytes = written.clone();
        for (place, flip) in places {
            let place = place.index(bytes.len());
            bytes[place] ^= flip;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(garbage);
        let store = tempfile::tempdir().unwrap();
        write(&store.path().join(past.file().file_name().unwrap()), &bytes);
        let repository = past.repo.open().with_facts_kept_in(store.path());
        prop_assert_eq!(&told(&repository, past.tip(), "made"), plain);
        repository.keep_facts().unwrap();
        let repository = past.repo.open().with_facts_kept_in(store.path());
        prop_assert_eq!(&told(&repository, past.tip(), "made"), plain);
    }
}

/// A past, what is told of it, and the file that is kept of it: made once, and not changed.
fn damaged_past() -> &'static (Past, String, Vec<u8>) {
    static MADE: std::sync::OnceLock<(Past, String, Vec<u8>)> = std::sync::OnceLock::new();
    MADE.get_or_init(|| {
        let past = Past::new();
        let plain = past.plain();
        past.kept();
        let written = fs::read(past.file()).unwrap();
        (past, plain, written)
    })
}
