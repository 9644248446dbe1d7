//! Histories of files whose lines with `TODO` are sought.

use sha1::Digest as _;

use super::*;
use crate::repo::ObjectKind;
use crate::repo::OwnerCheck;
use crate::repo::Quiet;
use crate::repo::memory::write_tree;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;

/// A commit: its name, its parents' places, its files.
type Past<'p> = &'p [(&'p str, &'p [usize], &'p [(&'p str, &'p str)])];

fn trait_of(text: &str) -> Trait {
    let id = |text: &str| sha1::Sha1::digest(text).into();
    let says = text.split_once(": ").map(|(_, says)| says);
    let words = says.map(|says| says.split(' ').map(|word| word.as_bytes().into()).collect()).unwrap_or_default();
    Trait { content: id(text), heart: says.map(id), line: Line::new(text.as_bytes()), words }
}

fn find(_: &RepoPath, text: &[u8]) -> Vec<Trait> {
    let text = String::from_utf8_lossy(text);
    text.lines().filter_map(|line| line.find("TODO").map(|at| trait_of(line[at..].trim_end()))).collect()
}

/// For each line sought in the last commit, in the order of paths: the name of the commit that it was born in.
fn born(past: Past<'_>) -> Vec<String> {
    born_as(past, &find)
}

/// The same, of what something else finds.
fn born_as(past: Past<'_>, find: &Find<'_>) -> Vec<String> {
    let repo = TestRepo::new();
    let mut ids: Vec<ObjectId> = Vec::new();
    for (place, (name, parents, files)) in past.iter().enumerate() {
        let tree = write_tree(files, &mut |kind, content| repo.object(kind, content));
        let parents: String = parents.iter().map(|parent| format!("parent {}\n", ids[*parent])).collect();
        // Times go up and down: they must not decide.
        let time = NOW + i64::try_from(place * 7 % 5).unwrap() * DAY;
        let text =
            format!("tree {tree}\n{parents}author {name} <a@x> {time} +0000\ncommitter A <a@x> {time} +0000\n\nx\n");
        ids.push(repo.object(ObjectKind::Commit, text.as_bytes()));
    }
    let repository = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap();
    let (_, _, files) = past.last().unwrap();
    let mut files: Vec<_> = files.to_vec();
    files.sort_unstable();
    let sought: Vec<Sought> = files
        .iter()
        .flat_map(|(path, text)| {
            let path = RepoPath::new(path.as_bytes());
            find(&path, text.as_bytes()).into_iter().map(move |is| Sought { path: path.clone(), is })
        })
        .collect();
    let births = births(&repository, *ids.last().unwrap(), &sought, find, &Quiet).unwrap();
    births.into_iter().map(|birth| birth.unwrap().author.name.expose().to_owned()).collect()
}

#[test]
fn in_a_mass_edit_no_words_are_looked_for() {
    let repo = TestRepo::new();
    let commit = |parent: Option<ObjectId>, files: &[(String, String)]| {
        let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let tree = write_tree(&files, &mut |kind, content| repo.object(kind, content));
        let parent = parent.map(|parent| format!("parent {parent}\n")).unwrap_or_default();
        let who = format!("A <a@x> {NOW} +0000");
        repo.object(ObjectKind::Commit, format!("tree {tree}\n{parent}author {who}\ncommitter {who}\n\nx\n").as_bytes())
    };
    let line = |number: usize| format!("// TODO: thing {number}\n");
    let first = commit(None, &(0..40).map(|at| (format!("old{at:02}"), line(at))).collect::<Vec<_>>());
    let all: String = (0..40).map(line).collect();
    let tip = commit(Some(first), &[("new".to_owned(), all.clone())]);
    let path = RepoPath::new(*b"new");
    // Words that no text has: were they looked for, nothing would be found.
    let never: Arc<[Box<[u8]>]> = Arc::from([b"never".as_slice().into()]);
    let sought: Vec<Sought> = find(&path, all.as_bytes())
        .into_iter()
        .map(|is| Sought { path: path.clone(), is: Trait { words: Arc::clone(&never), ..is } })
        .collect();
    let repository = Repository::open(repo.path(), OwnerCheck::Enforce).unwrap();
    let found = births(&repository, tip, &sought, &find, &Quiet).unwrap();
    assert!(found.iter().all(|birth| birth.as_ref().is_some_and(|birth| birth.commit == first)), "{found:?}");
}

#[test]
fn along_a_line() {
    let one = "// TODO: one\n";
    let both = "// TODO: one\nx();\n// TODO: two\n";
    for (past, expected) in [
        (&[("a", &[][..], &[("f", one)][..])][..], &["a"][..]),
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", both)])], &["a", "b"]),
        // Gone and back: born again.
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", "x")]), ("c", &[1], &[("f", one)])], &["c"]),
        // Renamed with the directory, with an edit elsewhere in the file; then moved into a file that was there.
        (
            &[("a", &[], &[("d/f", both)]), ("b", &[0], &[("e/f", "y();\n// TODO: one\nx();\n// TODO: two\n")])],
            &["a", "a"],
        ),
        (
            &[
                ("a", &[], &[("f", both), ("g", "y();\n")]),
                ("b", &[0], &[("f", one), ("g", "y();\n// TODO: two\n")]),
                ("c", &[1], &[("f", one), ("g", "y();\n// TODO: two\nz();\n")]),
            ],
            &["a", "a"],
        ),
        // Copied: the copy is new, the first is not.
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", one), ("g", one)])], &["a", "b"]),
        // Edited in its brackets: the same. In its words: another.
        (
            &[
                ("a", &[], &[("f", one)]),
                ("b", &[0], &[("f", "// TODO(ada): one\n")]),
                ("c", &[1], &[("f", "// TODO(bob): one\n")]),
            ],
            &["a"],
        ),
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", "// TODO: won\n")])], &["b"]),
        // Indented; a longer line that has it within is no twin.
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", "    // TODO: one\n")])], &["a"]),
        (&[("a", &[], &[("f", "// TODO: one more\n")]), ("b", &[0], &[("f", one)])], &["b"]),
        // Twins.
        (&[("a", &[], &[("f", one)]), ("b", &[0], &[("f", "// TODO: one\nx\n// TODO: one\n")])], &["a", "b"]),
    ] {
        assert_eq!(born(past), expected, "{past:?}");
    }
}

#[test]
fn across_merges() {
    let one = "// TODO: one\n";
    let two = "// TODO: two\n";
    let both = "// TODO: one\n// TODO: two\n";
    for (past, expected) in [
        // Each side brings one; one file each, or both in one file.
        (
            &[
                ("r", &[][..], &[][..]),
                ("a", &[0], &[("f", one)]),
                ("b", &[0], &[("g", two)]),
                ("m", &[1, 2], &[("f", one), ("g", two)]),
            ][..],
            &["a", "b"][..],
        ),
        (
            &[("r", &[], &[]), ("a", &[0], &[("f", one)]), ("b", &[0], &[("f", two)]), ("m", &[1, 2], &[("f", both)])],
            &["a", "b"],
        ),
        // The merge's own.
        (
            &[("r", &[], &[]), ("a", &[0], &[("f", "x")]), ("b", &[0], &[("f", "y")]), ("m", &[1, 2], &[("f", one)])],
            &["m"],
        ),
        // Both sides have it from the root.
        (
            &[
                ("r", &[], &[("f", one)]),
                ("a", &[0], &[("f", both)]),
                ("b", &[0], &[("f", one), ("g", "y")]),
                ("m", &[1, 2], &[("f", both), ("g", "y")]),
            ],
            &["r", "a"],
        ),
        // The second side renamed it.
        (
            &[
                ("r", &[], &[("f", one)]),
                ("a", &[0], &[("f", one), ("x", "x")]),
                ("b", &[0], &[("g", one)]),
                ("m", &[1, 2], &[("g", one), ("x", "x")]),
            ],
            &["r"],
        ),
    ] {
        assert_eq!(born(past), expected, "{past:?}");
    }
}

/// What `find` makes of a line and of those that go on behind it, until one has no `//`.
fn find_long(_: &RepoPath, text: &[u8]) -> Vec<Trait> {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    let of = |place: usize| {
        let first = lines[place].strip_prefix("// ").filter(|line| line.starts_with("TODO"))?;
        let more = lines[place + 1..].iter().map_while(|line| line.strip_prefix("// ")).collect::<Vec<_>>();
        let whole = std::iter::once(first).chain(more.iter().copied()).collect::<Vec<_>>().join(" ");
        Some(Trait { line: Line::new(first.as_bytes()), ..trait_of(&whole) })
    };
    (0..lines.len()).filter_map(of).collect()
}

#[test]
fn a_later_line_is_edited() {
    let (old, new) = ("// TODO: one\n// for theses.\n", "// TODO: one\n// for these.\n");
    let bracketed = "// TODO(ada): one\n// for theses.\n";
    for (past, expected) in [
        (&[("a", &[][..], &[("f", old)][..]), ("b", &[0], &[("f", new)])][..], &["a"][..]),
        // What it said before is what was moved before.
        (
            &[
                ("a", &[], &[("f", old), ("g", "x();\n")]),
                ("b", &[0], &[("g", "x();\n// TODO: one\n// for theses.\n")]),
                ("c", &[1], &[("g", "x();\n// TODO: one\n// for these.\n")]),
            ],
            &["a"],
        ),
        // And what was edited in its brackets.
        (&[("a", &[], &[("f", old)]), ("b", &[0], &[("f", bracketed)]), ("c", &[1], &[("f", old)])], &["a"]),
        (
            &[
                ("a", &[], &[("f", old)]),
                ("b", &[0], &[("f", bracketed)]),
                ("c", &[1], &[("f", "// TODO(ada): one\n// for these.\n")]),
            ],
            &["a"],
        ),
        // It was moved when it said more than its line, which is all that is left of it.
        (
            &[
                ("a", &[], &[("f", old), ("g", "x();\n")]),
                ("b", &[0], &[("g", "x();\n// TODO: one\n// for theses.\n")]),
                ("c", &[1], &[("g", "x();\n// TODO: one\n")]),
            ],
            &["a"],
        ),
        // Two of one line, which differ in what they go on with.
        (
            &[
                ("a", &[], &[("f", "// TODO: one\n// a b\n")]),
                ("b", &[0], &[("f", "// TODO: one\n// a b\nx();\n// TODO: one\n// c d\n")]),
                ("c", &[1], &[("f", "// TODO: one\n// a\nx();\n// TODO: one\n// c\n")]),
            ],
            &["a", "b"],
        ),
    ] {
        assert_eq!(born_as(past, &find_long), expected, "{past:?}");
    }
}

#[test]
fn where_a_shallow_clone_was_cut_it_is_only_known_to_be_older() {
    for config in ["", "[remote \"origin\"]\n\tpromisor = true\n"] {
        let repo = TestRepo::new();
        repo.file("config", config);
        let tree = write_tree(&[("f", "// TODO: x\n")], &mut |kind, content| repo.object(kind, content));
        let commit = |parent: ObjectId| {
            let text = format!(
                "tree {tree}\nparent {parent}\nauthor A <a@x> {NOW} +0000\ncommitter A <a@x> {NOW} +0000\n\nx\n"
            );
            repo.object(ObjectKind::Commit, text.as_bytes())
        };
        let tip = commit(ObjectId::from_bytes([7; 20]));
        let sought = [Sought { path: RepoPath::from("f"), is: trait_of("TODO: x") }];
        let ask = || births(&repo.open(), tip, &sought, &find, &Quiet);
        assert!(ask().is_err(), "{config}");
        repo.file("shallow", format!("{tip}\n"));
        let found = ask().unwrap();
        assert!(found[0].as_ref().is_some_and(|birth| birth.commit == tip && birth.is_cut), "{config}");
    }
}
