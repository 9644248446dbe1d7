//! Trees held against each other, with the plainest comparison beside.

use super::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::repo::ObjectKind;
use crate::repo::memory::Memory;
use crate::repo::memory::entry;
use proptest::prelude::*;

/// The paths that differ: `+` new, `-` gone, `~` changed.
fn shown(found: &[Delta]) -> Vec<String> {
    let sign = |delta: &Delta| match (delta.new, delta.old.iter().flatten().next()) {
        (Some(_), None) => '+',
        (None, _) => '-',
        (Some(_), Some(_)) => '~',
    };
    found.iter().map(|delta| format!("{}{}", sign(delta), delta.path.to_text().expose())).collect()
}

fn differences(old: &[&[(&str, &str)]], new: &[(&str, &str)]) -> Vec<String> {
    let mut memory = Memory::default();
    let old: Vec<_> = old.iter().map(|files| Some(memory.files(files))).collect();
    let new = memory.files(new);
    shown(&compare(&Cached::new(memory), Some(new), &old).unwrap())
}

fn listed(files: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

proptest! {
    /// As the plainest comparison gives it, with one old tree, with two that are the same, and with two others.
    #[test]
    fn as_by_definition(
        old in proptest::collection::btree_map("[ab]{1,2}(/[a-c]{1,2})?", "[12]", 0..25),
        other in proptest::collection::btree_map("[ab]{1,2}(/[a-c]{1,2})?", "[12]", 0..25),
        new in proptest::collection::btree_map("[ab]{1,2}(/[a-c]{1,2})?", "[12]", 0..25),
        kept in 0..25_usize,
    ) {
        // No path is a file and a directory at once.
        let tidy = |files: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            let is_dir = |path: &str| files.keys().any(|other| other.starts_with(&format!("{path}/")));
            files.iter().filter(|(path, _)| !is_dir(path)).map(|(path, text)| (path.clone(), text.clone())).collect()
        };
        // The new tree ends as the old one, so that much is passed at once.
        let new = new.into_iter().chain(old.clone().into_iter().skip(kept)).collect();
        let (old, other, new) = (tidy(&old), tidy(&other), tidy(&new));
        let expected = |all: &[&BTreeMap<String, String>]| -> Vec<String> {
            let paths: BTreeSet<&String> = all.iter().flat_map(|files| files.keys()).chain(new.keys()).collect();
            let differs = paths.into_iter().filter(|path| all.iter().all(|files| files.get(*path) != new.get(*path)));
            let sign = |path: &String| match new.get(path) {
                None => '-',
                Some(_) if all.iter().any(|files| files.contains_key(path)) => '~',
                Some(_) => '+',
            };
            differs.map(|path| format!("{}{path}", sign(path))).collect()
        };
        let (a, b, c) = (listed(&old), listed(&other), listed(&new));
        prop_assert_eq!(differences(&[&a], &c), expected(&[&old]));
        prop_assert_eq!(differences(&[&a, &a], &c), expected(&[&old]));
        prop_assert_eq!(differences(&[&a, &b], &c), expected(&[&old, &other]));
        prop_assert_eq!(differences(&[&b, &a], &c), expected(&[&other, &old]));
    }
}

/// What stands in a tree, entry by entry: a place in [`NAMES`], and which of two contents.
type Entries = Vec<(usize, usize)>;

/// As a directory `b` comes behind `b-`, as a file before it. A long name takes more than eight bytes.
const NAMES: [&str; 6] = ["a", "b", "b-", "b", "c", "directory-of-many"];

/// The first tree against the others, as the bytes stand and sorted; `None` where the former is noticed.
fn in_both_orders(trees: &[Entries]) -> (Option<Vec<Delta>>, Vec<Delta>) {
    let mut memory = Memory::default();
    let files = [b"1", b"2"].map(|text| memory.put(ObjectKind::Blob, text));
    let below = [&[("x", "1")], &[("x", "2")]].map(|files| memory.files(files));
    let mut tree = |entries: &Entries| {
        let bytes = entries.iter().flat_map(|(name, which)| match name {
            3 | 5 => entry("40000", NAMES[*name], below[*which]),
            _ => entry("100644", NAMES[*name], files[*which]),
        });
        let bytes: Vec<u8> = bytes.collect();
        Some(memory.put(ObjectKind::Tree, &bytes))
    };
    let trees: Vec<_> = trees.iter().map(&mut tree).collect();
    let objects = Cached::new(memory);
    let run = |order| Comparison::new(&Limits::OURS, &objects, trees[0].unwrap(), &|_, _| true, order).run(&trees);
    let Ok(sorted) = run(Order::Sorted) else { panic!("it can be read") };
    (run(Order::AsWritten).ok(), sorted)
}

proptest! {
    /// What is passed at once, or by ends alone, changes nothing: neither where entries are in order, nor where they are not and
    /// that is not noticed.
    #[test]
    fn in_any_order(
        start in proptest::collection::vec((0..6_usize, 0..2_usize), 0..5),
        rests in proptest::collection::vec(proptest::collection::vec((0..6_usize, 0..2_usize), 0..4), 2..4),
        end in proptest::collection::vec((0..6_usize, 0..2_usize), 0..3),
    ) {
        let tree = |rest: &Entries| -> Entries { start.iter().chain(rest).chain(&end).copied().collect() };
        let trees: Vec<Entries> = rests.iter().map(tree).collect();
        let (Some(found), sorted) = in_both_orders(&trees) else { return Ok(()) };
        let by_path = |mut found: Vec<Delta>| {
            found.sort_by(|a, b| a.path.cmp(&b.path));
            found
        };
        prop_assert_eq!(by_path(found), by_path(sorted));
    }
}

/// What is passed at once would be told as gone and come again, or of the wrong tree.
#[test]
fn what_is_passed_in_no_order_is_noticed() {
    let told = |trees: &[Entries]| {
        let (found, sorted) = in_both_orders(trees);
        (found.map(|found| shown(&found)), shown(&sorted))
    };
    // A name that stands twice, once behind what is passed.
    let twice = [vec![(3, 0), (5, 0), (3, 1)], vec![(5, 0), (3, 1)]];
    assert_eq!(told(&twice), (None, vec!["~b/x".to_owned(), "+b/x".to_owned()]));
    // Among what both have in common.
    let among = [vec![(3, 0), (0, 0), (1, 0)], vec![(1, 0), (3, 0), (0, 0)]];
    assert_eq!(told(&among), (None, vec![]));
    // A name in a second tree, behind what the first has in common.
    let behind = [vec![(1, 0), (3, 0)], vec![(3, 0)], vec![(2, 0), (1, 0)]];
    assert_eq!(told(&behind), (None, vec![]));
    // The same names one by one: their order is of no matter.
    let changed = [vec![(3, 0), (0, 0), (1, 0)], vec![(3, 0), (0, 0), (1, 1)]];
    assert_eq!(told(&changed), (Some(vec!["~b".to_owned()]), vec!["~b".to_owned()]));
}

type Files = &'static [(&'static str, &'static str)];

#[test]
fn one_old_tree() {
    let table: [(Files, Files, &[&str]); 12] = [
        (&[], &[], &[]),
        (&[("a", "1"), ("d/b", "2")], &[("a", "1"), ("d/b", "2")], &[]),
        (&[], &[("a", "1"), ("d/e/b", "2")], &["+a", "+d/e/b"]),
        (&[("a", "1"), ("d/e/b", "2")], &[], &["-a", "-d/e/b"]),
        (&[("a", "1"), ("b", "1"), ("c", "1")], &[("a", "1"), ("b", "2"), ("c", "1")], &["~b"]),
        (&[("a", "1")], &[("x:a", "1")], &["~a"]),
        (&[("a", "1")], &[("l:a", "1")], &["~a"]),
        (&[("s:m", "1"), ("z", "1")], &[("s:m", "2"), ("z", "1")], &["~m"]),
        // A directory in the place of a file, with neighbours that lie between the two in git's order.
        (
            &[("a", "1"), ("a-b", "1"), ("a.b", "1")],
            &[("a-b", "1"), ("a.b", "2"), ("a/c", "1")],
            &["-a", "~a.b", "+a/c"],
        ),
        (&[("a/b", "1"), ("a/c", "1"), ("a0", "1")], &[("a", "1"), ("a0", "1")], &["+a", "-a/b", "-a/c"]),
        (&[("s:a", "1")], &[("a/b", "1")], &["-a", "+a/b"]),
        (&[("d/a", "1"), ("d/b", "1"), ("e", "1")], &[("d/a", "1"), ("d/b", "2"), ("e", "1")], &["~d/b"]),
    ];
    for (old, new, expected) in table {
        assert_eq!(differences(&[old], new), expected, "{old:?} to {new:?}");
    }
}

#[test]
fn several_old_trees() {
    let table: [(&[Files], Files, &[&str]); 7] = [
        (&[&[("a", "1")], &[("a", "2")]], &[("a", "1")], &[]),
        (&[&[("a", "1")], &[("a", "2")]], &[("a", "3")], &["~a"]),
        (&[&[("a", "1"), ("b", "1")], &[("a", "1"), ("b", "2")]], &[("a", "1"), ("b", "2"), ("c", "1")], &["+c"]),
        (&[&[("d/a", "1"), ("d/b", "1")], &[("d/a", "2"), ("d/b", "1")]], &[("d/a", "2"), ("d/b", "3")], &["~d/b"]),
        (&[&[("a", "1")], &[("a", "2")]], &[], &["-a"]),
        (&[&[("a", "1")], &[]], &[], &[]),
        (&[&[("a/b", "1")], &[("a", "1")], &[]], &[("a/b", "2")], &["~a/b"]),
    ];
    for (old, new, expected) in table {
        assert_eq!(differences(old, new), expected, "{old:?} to {new:?}");
    }
}

#[test]
fn equal_subtrees_are_not_read() {
    let mut memory = Memory::default();
    let same = memory.files(&[("b", "1")]);
    let old = memory.files(&[("a", "1"), ("d/b", "1")]);
    let new = memory.files(&[("a", "2"), ("d/b", "1")]);
    let objects = Cached::new(memory);
    assert_eq!(shown(&compare(&objects, Some(new), &[Some(old)]).unwrap()), ["~a"]);
    assert!(!objects.objects().asked.borrow().contains(&same));
}

#[test]
fn what_is_not_wanted_is_not_read() {
    let mut memory = Memory::default();
    let below = memory.files(&[("b", "2")]);
    let old = memory.files(&[("a", "1"), ("c", "1"), ("d/b", "1"), ("e/f", "1"), ("e/g", "1")]);
    let new = memory.files(&[("a", "2"), ("c", "2"), ("d/b", "2"), ("e/f", "2"), ("e/g", "2")]);
    let objects = Cached::new(memory);
    let wanted = |path: &[u8], mode| if mode == Mode::Tree { path == b"e" } else { path == b"c" || path == b"e/g" };
    assert_eq!(shown(&compare_some(&objects, Some(new), &[Some(old)], &wanted).unwrap()), ["~c", "~e/g"]);
    assert!(!objects.objects().asked.borrow().contains(&below));
}

#[test]
fn entries_out_of_order_or_twice() {
    let mut memory = Memory::default();
    let one = memory.put(ObjectKind::Blob, b"1");
    let two = memory.put(ObjectKind::Blob, b"2");
    let file = |name, id| entry("100644", name, id);
    let mut tree = |entries: &[Vec<u8>]| Some(memory.put(ObjectKind::Tree, &entries.concat()));
    let sorted = tree(&[file("a", one), file("b", one), file("c", one)]);
    let unsorted = tree(&[file("c", one), file("a", two), file("b", one)]);
    let twice = tree(&[file("a", one), file("a", two), file("b", one), file("c", one)]);
    let objects = Cached::new(memory);
    for (old, new, expected) in [
        (sorted, unsorted, &["~a"][..]),
        (unsorted, sorted, &["~a"]),
        (sorted, twice, &["+a"]),
        (twice, sorted, &["-a"]),
        (twice, unsorted, &["~a", "-a"]),
    ] {
        assert_eq!(shown(&compare(&objects, new, &[old]).unwrap()), expected);
    }
}

#[test]
fn what_both_end_with_is_not_looked_through() {
    let mut memory = Memory::default();
    let [one, two] = [b"1", b"2"].map(|text| memory.put(ObjectKind::Blob, text));
    let bytes = |a, b| [entry("100644", "a", a), entry("100644", "b", b), b"100644 c".to_vec()].concat();
    let mut tree = |before: &[u8], a, b| Some(memory.put(ObjectKind::Tree, &[before, &bytes(a, b)].concat()));
    let (old, new, other) = (tree(b"", one, one), tree(b"", two, one), tree(b"", two, two));
    let more = tree(&entry("100644", "A", one), one, one);
    let objects = Cached::new(memory);
    assert_eq!(shown(&compare(&objects, new, &[old]).unwrap()), ["~a"]);
    // Among several, or where a name came, it is: there the order matters. So is what is reached.
    for (new, old) in [(new, &[other, old][..]), (more, &[old]), (other, &[old])] {
        let found = compare(&objects, new, old);
        assert!(matches!(found, Err(RepoError::MalformedTree { .. })), "{new:?}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let mut memory = Memory::default();
    let old = memory.files(&[("d/a", "1")]);
    let below = memory.files(&[("a", "2")]);
    let new = memory.files(&[("d/a", "2")]);
    let broken = memory.put(ObjectKind::Tree, b"100644 a");
    memory.remove(below);
    let objects = Cached::new(memory);
    assert!(matches!(compare(&objects, Some(new), &[Some(old)]), Err(RepoError::Missing { id, .. }) if id == below));
    let malformed = compare(&objects, Some(broken), &[Some(old)]);
    assert!(matches!(malformed, Err(RepoError::MalformedTree { id, .. }) if id == broken));
}

#[test]
fn bombs_are_refused() {
    let mut memory = Memory::default();
    let mut wide = memory.files(&[("x", "1")]);
    for _ in 0..12 {
        let copies: Vec<u8> = (0..10).flat_map(|name| entry("40000", &name.to_string(), wide)).collect();
        wide = memory.put(ObjectKind::Tree, &copies);
    }
    let mut deep = memory.files(&[("x", "1")]);
    for _ in 0..Limits::OURS.depth {
        deep = memory.put(ObjectKind::Tree, &entry("40000", "d", deep));
    }
    let objects = Cached::new(memory);
    let refused = |limits: &Limits, tree| within(limits, &objects, Some(tree), &[None], &|_, _| true).unwrap_err();
    let few = Limits { entries: 1_000, ..Limits::OURS };
    assert!(matches!(refused(&few, wide), RepoError::TreeTooLarge { id, .. } if id == wide));
    let short = Limits { bytes: 10_000, ..Limits::OURS };
    assert!(matches!(refused(&short, wide), RepoError::TreeTooLarge { .. }));
    assert!(matches!(refused(&Limits::OURS, deep), RepoError::TreeTooDeep { id, .. } if id == deep));
}
