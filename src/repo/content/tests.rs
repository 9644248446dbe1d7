//! Texts of both sides, and how files stood before.

use super::*;
use crate::repo::OwnerCheck;
use crate::repo::memory::write_tree;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;

fn commit(repo: &TestRepo, files: &[(&str, &str)], parents: &[ObjectId], time: i64) -> ObjectId {
    let tree = write_tree(files, &mut |kind, content| repo.object(kind, content));
    let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    let text = format!("tree {tree}\n{parents}author A <a@x> {time} +0000\ncommitter A <a@x> {time} +0000\n\nx\n");
    repo.object(crate::repo::ObjectKind::Commit, text.as_bytes())
}

#[test]
fn both_sides_and_the_past() {
    let repo = TestRepo::new();
    let first = commit(&repo, &[("a", "1\n"), ("b", "1\n"), ("d/c", "c\n")], &[], NOW - 200 * DAY);
    let second = commit(&repo, &[("a", "2\n"), ("b", "1\n"), ("d/c", "c\n")], &[first], NOW - 100 * DAY);
    let third = commit(&repo, &[("a", "3\0"), ("ignored", "i\n"), ("x:d/c", "c\n")], &[second], NOW);
    let walk = repo.window(third, 30).unwrap();
    let repository = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap();
    let facts: Vec<&CommitFact> = walk.commits.iter().collect();
    assert_eq!(facts.len(), 1);

    let past = Past::of(&repository, &walk, 30 + 90).unwrap();
    let at = |days: i64| past.at(UnixTime::new(NOW - days * DAY).unwrap());
    assert_eq!([at(0), at(1), at(100), at(101)], [Some(third), Some(second), Some(second), Some(first)]);
    assert_eq!(at(121), None, "as far as it was asked for");
    let folder = tempfile::tempdir().unwrap();
    for is_known in [false, true] {
        let repository = repo.open().with_facts_kept_in(folder.path());
        let span = Span { as_of: Some(walk.as_of), days: 30 + 90 };
        assert_eq!(held::past(&repository, &repository.store().unwrap(), third, span).is_some(), is_known);
        assert_eq!(Past::of(&repository, &walk, 30 + 90).unwrap(), past);
        repository.keep_facts().unwrap();
    }

    let ignored = |path: &RepoPath| Ok(path.as_bytes() == b"ignored");
    let seen = each(&repository, &facts, &ignored, |_, content| {
        let text = |path: &str, read| content.text_at(second, &RepoPath::new(path.as_bytes()), read).unwrap();
        let none = Earlier::Nothing;
        let there = |text: &str| Earlier::Text(Arc::new(text.as_bytes().to_vec()));
        let texts = ["a", "d/c", "d", "d/c/e", "none"].map(|path| text(path, None));
        assert_eq!(texts, [there("2\n"), there("c\n"), none.clone(), none.clone(), none]);
        let old: Vec<_> = content.sides().map(|sides| sides.unwrap().old_file).collect();
        assert_eq!(text("a", old[0]), Earlier::Same);
        assert_eq!(text("d/c", old[0]), there("c\n"));
        content.sides().collect::<Result<Vec<_>, _>>()
    });
    let seen = seen.unwrap();
    let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    let shown = |one: &Sides| {
        format!("{:?} {:?} {:?} {:?}", text(one.path.as_bytes()), text(&one.old), text(&one.new), one.fate)
    };
    let texts: Vec<String> = seen[0].iter().map(shown).collect();
    // What is binary now has no text; a mode alone changes none.
    assert_eq!(texts, [r#""a" "2\n" "" Edited"#, r#""b" "1\n" "" Deleted"#, r#""d/c" "" "" Edited"#]);

    let whole = between(&repository, first, second, &ignored, b"", |sides| Some(shown(&sides))).unwrap();
    assert_eq!(whole, [r#""a" "1\n" "2\n" Edited"#]);
    let whole = between(&repository, second, third, &ignored, b"", |sides| Some(shown(&sides))).unwrap();
    assert_eq!(whole, [r#""a" "2\n" "3\0" Edited"#, r#""b" "1\n" "" Deleted"#, r#""d/c" "" "" Edited"#]);
    let paths = paths_between(&repository, first, third, &ignored).unwrap();
    assert_eq!(paths, ["a", "b", "d/c"].map(|path| RepoPath::new(path.as_bytes())));
}

#[test]
fn where_nothing_was_found_nothing_is_read_again() {
    let (repo, store) = (TestRepo::new(), tempfile::tempdir().unwrap());
    let link = commit(&repo, &[("l:a", "mark"), ("b", "1\n")], &[], NOW);
    let file = commit(&repo, &[("a", "mark"), ("b", "1\n")], &[], NOW);
    let end = commit(&repo, &[("a", "new"), ("b", "mark 2\n"), ("c", "3\n")], &[], NOW);
    let found = |old, rules: &[u8]| {
        let repository = repo.open().with_facts_kept_in(store.path());
        let read = std::sync::Mutex::new(Vec::new());
        let found = between(&repository, old, end, &|_| Ok(false), rules, |sides| {
            let path = String::from_utf8_lossy(sides.path.as_bytes()).into_owned();
            read.lock().unwrap().push(path.clone());
            let has_mark = [&sides.old, &sides.new].iter().any(|text| text.starts_with(b"mark"));
            has_mark.then_some(path)
        });
        repository.keep_facts().unwrap();
        let mut read = read.into_inner().unwrap();
        read.sort();
        (found.unwrap().join(" "), read.join(" "))
    };
    let told = |found: &str, read: &str| (found.to_owned(), read.to_owned());
    assert_eq!(found(link, b"1"), told("b", "a b c"));
    assert_eq!(found(link, b"1"), told("b", "b"));
    assert_eq!(found(link, b"2"), told("b", "a b c"), "other rules may find something");
    // The same names on both sides, but a link's target is not read.
    assert_eq!(found(file, b"1"), told("a b", "a b"));
    assert_eq!(found(file, b"1"), told("a b", "a b"));
}

#[test]
fn a_missing_file_is_told_with_its_path() {
    let repo = TestRepo::new();
    let first = commit(&repo, &[("a", "1\n"), ("d/b", "1\n")], &[], NOW - DAY);
    let second = commit(&repo, &[("a", "2\n"), ("d/b", "2\n")], &[first], NOW);
    let gone = repo.object(crate::repo::ObjectKind::Blob, b"1\n");
    repo.remove(gone);
    let walk = repo.window(second, 30).unwrap();
    let facts: Vec<&CommitFact> = walk.commits.iter().filter(|fact| fact.id == second).collect();
    let error = crate::repo::changes::changes(&repo.open(), &facts, &|_| Ok(false), &Quiet).unwrap_err();
    assert!(
        matches!(&error, RepoError::MissingFile { id, path, commit } if (*id, path.as_str(), *commit) == (gone, "a", Some(second))),
        "{error}"
    );
}
