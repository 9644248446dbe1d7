use super::*;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::Quiet;
use crate::repo::changes::changes;
use crate::repo::memory::write_tree;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;

type Files<'f> = &'f [(&'f str, &'f str)];
type Trees<'f> = &'f [(&'static str, Files<'f>)];

/// A history whose commits have names.
struct History {
    repo: TestRepo,
    names: BTreeMap<ObjectId, &'static str>,
    time: i64,
}

impl History {
    fn new() -> Self {
        Self { repo: TestRepo::new(), names: BTreeMap::new(), time: NOW - 80 * DAY }
    }

    fn commit(&mut self, name: &'static str, parents: &[ObjectId], files: Files<'_>) -> ObjectId {
        self.say(name, name, parents, files)
    }

    /// A commit that says something else than its name.
    fn say(&mut self, name: &'static str, says: &str, parents: &[ObjectId], files: Files<'_>) -> ObjectId {
        self.time += DAY;
        let tree = write_tree(files, &mut |kind, content| self.repo.object(kind, content));
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let who = format!("A <a@example.com> {} +0000", self.time);
        let bytes = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{says}\n");
        let id = self.repo.object(ObjectKind::Commit, bytes.as_bytes());
        self.names.insert(id, name);
        id
    }

    /// What is found in the history of a tip, in words; paths named `ignored` are ignored.
    fn found(&self, tip: ObjectId) -> Vec<String> {
        let walk = self.repo.window(tip, 91).unwrap();
        let repository = self.repo.open();
        let ignored: &IsIgnored<'_> = &|path| Ok(path.to_text().expose() == "ignored");
        let commits: Vec<_> = walk.commits.iter().collect();
        let all = changes(&repository, &commits, ignored, &Quiet).unwrap();
        let counted: Vec<_> = commits.into_iter().zip(&all).collect();
        let found = retraced(&repository, &walk, &counted, ignored).unwrap();
        let name = |id| self.names[&id];
        found.iter().map(|found| format!("{} {:?} {}", name(found.later), found.kind, name(found.earlier))).collect()
    }
}

/// Commits one after the other.
fn linear(trees: Trees<'_>) -> Vec<String> {
    let mut history = History::new();
    let mut tip = None;
    for (name, files) in trees {
        tip = Some(history.commit(name, &tip.into_iter().collect::<Vec<_>>(), files));
    }
    history.found(tip.unwrap())
}

#[test]
fn along_a_line() {
    let table: [(Trees<'_>, &[&str]); 12] = [
        (&[("root", &[("a", "1\n")]), ("do", &[("a", "2\n")]), ("undo", &[("a", "1\n")])], &["undo Undoes do"]),
        (
            &[
                ("root", &[("a", "1\n")]),
                ("do", &[("a", "2\n")]),
                ("undo", &[("a", "1\n")]),
                ("again", &[("a", "2\n")]),
            ],
            &["undo Undoes do", "again Undoes undo", "again Repeats do"],
        ),
        // Other work in the same file between the two, and other blanks.
        (
            &[
                ("root", &[("a", "x\nm\nn\ny\n")]),
                ("do", &[("a", "x\nnew\nm\nn\ny\n")]),
                ("other", &[("a", "x\nnew\nm\nn\nY\n")]),
                ("undo", &[("a", "x\nm\n  n\nY\n")]),
            ],
            &[],
        ),
        (
            &[
                ("root", &[("a", "x\nm\nn\ny\n")]),
                ("do", &[("a", "x\nnew line\nm\nn\ny\n")]),
                ("other", &[("a", "x\n\tnew  line\nm\nn\nY\n"), ("b", "1\n")]),
                ("undo", &[("a", "x\nm\nn\nY\n"), ("b", "1\n")]),
            ],
            &["undo Undoes do"],
        ),
        // A part is not the whole.
        (&[("root", &[]), ("do", &[("a", "1\n"), ("b", "1\n")]), ("half", &[("b", "1\n")])], &[]),
        (&[("root", &[("a", "1\n")]), ("do", &[("a", "1\n2\n3\n")]), ("half", &[("a", "1\n2\n")])], &[]),
        // To and fro: who has undone is undone in turn.
        (
            &[
                ("root", &[("a", "")]),
                ("one", &[("a", "1\n")]),
                ("off", &[("a", "")]),
                ("two", &[("a", "1\n")]),
                ("off again", &[("a", "")]),
            ],
            &["off Undoes one", "two Undoes off", "two Repeats one", "off again Undoes two", "off again Repeats off"],
        ),
        // Binary files, submodules and modes.
        (&[("root", &[("a", "\0")]), ("do", &[("a", "\0\0")]), ("undo", &[("a", "\0")])], &["undo Undoes do"]),
        (&[("root", &[("a", "\0")]), ("do", &[("a", "\0\0")]), ("other", &[("a", "\0x")])], &[]),
        (&[("root", &[("s:m", "1")]), ("do", &[("s:m", "2")]), ("undo", &[("s:m", "1")])], &["undo Undoes do"]),
        (&[("root", &[("a", "1")]), ("do", &[("x:a", "1")]), ("undo", &[("a", "1")])], &["undo Undoes do"]),
        // Nothing but ignored paths, nothing but blanks, nothing at all.
        (
            &[
                ("root", &[("ignored", "1\n"), ("a", "1\n")]),
                ("do", &[("ignored", "2\n"), ("a", "1\n")]),
                ("undo", &[("ignored", "1\n"), ("a", "1\n")]),
                ("blank", &[("ignored", "1\n"), ("a", "1\n\n")]),
                ("no blank", &[("ignored", "1\n"), ("a", "1\n")]),
                ("empty", &[("ignored", "1\n"), ("a", "1\n")]),
                ("empty too", &[("ignored", "1\n"), ("a", "1\n")]),
            ],
            &[],
        ),
    ];
    for (trees, expected) in table {
        assert_eq!(linear(trees), expected, "{trees:?}");
    }
}

#[test]
fn a_merge_of_one_commit_is_that_commit() {
    let mut history = History::new();
    let root = history.commit("root", &[], &[("a", "1\n"), ("b", "1\n")]);
    let done = history.commit("do", &[root], &[("a", "2\n"), ("b", "1\n")]);
    let merge = history.commit("merge", &[root, done], &[("a", "2\n"), ("b", "1\n")]);
    let undone = history.commit("undo", &[merge], &[("a", "1\n"), ("b", "1\n")]);
    let tip = history.commit("merge undo", &[merge, undone], &[("a", "1\n"), ("b", "1\n")]);
    assert_eq!(history.found(tip), ["undo Undoes do"]);
}

#[test]
fn a_merge_of_one_commit_may_come_to_something_else() {
    let mut history = History::new();
    let root = history.commit("root", &[], &[("a", "1\n"), ("b", "1\n")]);
    let done = history.commit("do", &[root], &[("a", "2\n"), ("b", "2\n")]);
    let half = history.commit("half", &[root], &[("a", "1\n"), ("b", "2\n")]);
    let merge = history.commit("merge", &[half, done], &[("a", "2\n"), ("b", "2\n")]);
    let undone = history.commit("undo", &[merge], &[("a", "1\n"), ("b", "2\n")]);
    assert_eq!(history.found(undone), ["undo Undoes merge"]);
}

#[test]
fn what_takes_a_change_back_takes_its_repeats_back_too() {
    let mut history = History::new();
    let root = history.commit("root", &[], &[("a", "1\n")]);
    let picked = history.commit("pick", &[root], &[("a", "1\n"), ("b", "1\n")]);
    let done = history.commit("do", &[root], &[("a", "1\n"), ("b", "1\n")]);
    let merge = history.commit("merge", &[done, picked], &[("a", "1\n"), ("b", "1\n")]);
    let undone = history.commit("undo", &[merge], &[("a", "1\n")]);
    assert_eq!(history.found(undone), ["pick Repeats do", "undo Undoes pick", "undo Undoes do"]);
}

#[test]
fn to_and_fro_takes_no_more_pairs_than_twice_the_commits() {
    let mut history = History::new();
    let mut tip = history.commit("root", &[], &[("a", "1\n")]);
    for turn in 0..60 {
        let (name, content) = if turn % 2 == 0 { ("on", "2\n") } else { ("off", "1\n") };
        tip = history.commit(name, &[tip], &[("a", content)]);
    }
    assert_eq!(history.found(tip).len(), 59 + 58);
}

#[test]
fn a_merge_stands_for_all_it_brought_in() {
    let mut history = History::new();
    let root = history.commit("root", &[], &[("a", "1\n"), ("b", "1\n")]);
    let first = history.commit("first", &[root], &[("a", "2\n"), ("b", "1\n")]);
    let second = history.commit("second", &[first], &[("a", "2\n"), ("b", "2\n")]);
    let merge = history.commit("merge", &[root, second], &[("a", "2\n"), ("b", "2\n")]);
    let revert = history.commit("revert of the merge", &[merge], &[("a", "1\n"), ("b", "1\n")]);
    assert_eq!(history.found(revert), ["revert of the merge Undoes merge"]);
    let once_more = history.commit("reland", &[revert], &[("a", "2\n"), ("b", "2\n")]);
    assert_eq!(
        history.found(once_more),
        ["revert of the merge Undoes merge", "reland Undoes revert of the merge", "reland Repeats merge"]
    );
}

#[test]
fn within_a_branch_parents_come_first() {
    let mut history = History::new();
    let root = history.commit("root", &[], &[("a", "1\n"), ("b", "1\n")]);
    let mut tip = root;
    for (name, content) in [("do", "2\n"), ("undo", "1\n"), ("redo", "2\n"), ("other", "3\n")] {
        tip = history.commit(name, &[tip], &[("a", content), ("b", "1\n")]);
    }
    let merge = history.commit("merge", &[root, tip], &[("a", "3\n"), ("b", "1\n")]);
    assert_eq!(history.found(merge), ["undo Undoes do", "redo Undoes undo", "redo Repeats do"]);
}

/// What a commit on top of others is found to undo that says it reverts those of some names, or of the first digits of these.
fn claimed(trees: Trees<'_>, named: &[&str], digits: usize, left: Files<'_>) -> Vec<String> {
    let mut history = History::new();
    let mut tip = None;
    for (name, files) in trees {
        tip = Some(history.commit(name, &tip.into_iter().collect::<Vec<_>>(), files));
    }
    let id = |name: &&str| history.names.iter().find(|(_, known)| *known == name).unwrap().0.to_string();
    let says: Vec<_> = named.iter().map(|name| format!("This reverts commit {}.\n", &id(name)[..digits])).collect();
    let tip = history.say("undo", &says.concat(), &[tip.unwrap()], left);
    let found = history.found(tip);
    found.into_iter().filter(|found| found.starts_with("undo ")).collect()
}

#[test]
fn several_together() {
    let text: Trees<'_> = &[
        ("root", &[("a", "1\n2\n3\n4\n5\n6\n"), ("b", "1\n")]),
        ("one", &[("a", "1\n2\none\n3\n4\n5\n6\n"), ("b", "1\n")]),
        ("two", &[("a", "1\n2\none\ntwo\n3\n4\n5\n6\n"), ("b", "1\n"), ("c", "1\n")]),
        ("other", &[("a", "1\n2\none\ntwo\n3\n4\n5\n6\nother\n"), ("b", "1\n"), ("c", "1\n")]),
    ];
    let left: Files<'_> = &[("a", "1\n2\n3\n4\n5\n6\nother\n"), ("b", "1\n")];
    let both = ["undo Undoes two", "undo Undoes one"];
    // Objects of all kinds; what comes and goes is left as it was.
    let objects: Trees<'_> = &[
        ("root", &[("a", "\0"), ("l:b", "x"), ("s:m", "1"), ("d", "1\n")]),
        ("one", &[("a", "\0\0"), ("l:b", "y"), ("s:m", "2"), ("e", "1\n"), ("x:d", "1\n")]),
        ("two", &[("a", "\0x"), ("l:b", "z"), ("s:m", "1"), ("x:d", "1\n")]),
        ("other", &[("a", "\0x"), ("l:b", "z"), ("s:m", "1"), ("x:d", "1\n"), ("f", "1\n")]),
    ];
    // Somebody has taken a part of it away since: of a text, and of a mode.
    let rest: Trees<'_> = &[
        ("root", &[("a", "1\n2\n3\n4\n5\n6\n")]),
        ("one", &[("a", "1\none\n2\n3\n4\n5\n6\nuno\n")]),
        ("two", &[("a", "1\none\n2\n3\n4\n5\n6\nuno\n"), ("c", "1\n")]),
        ("other", &[("a", "1\none\n2\n3\n4\n5\n6\n"), ("c", "1\n")]),
    ];
    let plain: Trees<'_> = &[
        ("root", &[("d", "1\n")]),
        ("one", &[("x:d", "1\n"), ("e", "1\n")]),
        ("two", &[("x:d", "1\n"), ("e", "1\n"), ("c", "1\n")]),
        ("other", &[("d", "1\n"), ("e", "1\n"), ("c", "1\n")]),
    ];
    let before: Files<'_> = &[("a", "\0"), ("l:b", "x"), ("s:m", "1"), ("d", "1\n"), ("f", "1\n")];
    for (trees, named, left, expected) in [
        (text, &["one", "two"][..], left, &both[..]),
        (text, &["two", "one", "one"], left, &both),
        // Blanks, and ignored files.
        (text, &["one", "two"], &[("a", "1\n 2\n\n3\n4\n5\n6\nother\n"), ("b", "1\n"), ("ignored", "1\n")], &both),
        // Not all is named, or more; it is another line, one more or one less, another file, another mode.
        (text, &["two"], left, &[]),
        (text, &["one", "two", "other"], left, &[]),
        (text, &["one", "two"], &[("a", "1\n2\ntwo\n3\n4\n5\n6\nother\n"), ("b", "1\n")], &[]),
        (text, &["one", "two"], &[("a", "1\n2\n3\n4\n5\n6\nother\nx\n"), ("b", "1\n")], &[]),
        (text, &["one", "two"], &[("a", "1\n2\n4\n3\n5\n6\nother\n"), ("b", "1\n")], &[]),
        (text, &["one", "two"], &[("a", "1\n2\n3\n4\n5\n6\nother\n"), ("b", "1\n"), ("n", "1\n")], &[]),
        (text, &["one", "two"], &[("x:a", "1\n2\n3\n4\n5\n6\nother\n"), ("b", "1\n")], &[]),
        (rest, &["one", "two"], &[("a", "1\n2\n3\n4\n5\n6\n")], &[]),
        (plain, &["one", "two"], &[("d", "1\n")], &[]),
        (objects, &["one", "two"], before, &both),
        (objects, &["one", "two"], &[("a", "\0y"), ("l:b", "x"), ("s:m", "1"), ("d", "1\n"), ("f", "1\n")], &[]),
        (objects, &["one", "two"], &[("a", "\0"), ("l:b", "x"), ("s:m", "3"), ("d", "1\n"), ("f", "1\n")], &[]),
        (objects, &["one", "two"], &[("a", "\0"), ("l:b", "x"), ("s:m", "1"), ("x:d", "1\n"), ("f", "1\n")], &[]),
    ] {
        for digits in [7, 40] {
            assert_eq!(claimed(trees, named, digits, left), expected, "{named:?} {left:?}");
        }
    }
}

#[test]
fn over_a_renaming() {
    let trees: Trees<'_> = &[
        ("root", &[("a", "1\n2\n3\n4\n5\n6\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")]),
        ("one", &[("a", "1\n2\nnew\n3\n4\n5\n6\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")]),
        ("moved", &[("d/a", "1\n2\nnew\n3\n4\n5\n6\n7\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")]),
    ];
    for (named, left, expected) in [
        (
            &["one"][..],
            &[("d/a", "1\n2\n3\n4\n5\n6\n7\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")][..],
            &["undo Undoes one"][..],
        ),
        (&[], &[("d/a", "1\n2\n3\n4\n5\n6\n7\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")], &[]),
        (&["one"], &[("d/a", "1\n2\n3\n4\n5\n6\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")], &[]),
        // Of a file that was there before, too.
        (&["one"], &[("d/a", "1\n2\nnew\n3\n4\n5\n6\n7\n"), ("b", "1\n2\n3\n4\n5\n6\n")], &[]),
        // With the renaming: that has the old name, and the new end.
        (
            &["one", "moved"],
            &[("a", "1\n2\n3\n4\n5\n6\n"), ("b", "1\n2\nnew\n3\n4\n5\n6\n")],
            &["undo Undoes moved", "undo Undoes one"],
        ),
    ] {
        assert_eq!(claimed(trees, named, 40, left), expected, "{named:?} {left:?}");
    }
    // What holds less than half of the larger one's bytes in the same lines is another file.
    for (more, expected) in [("7\n8\n9\n", &["undo Undoes one"][..]), ("a longer line than all before it\n", &[])] {
        let [with, without] = ["1\n2\nnew\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n"].map(|text| format!("{text}{more}"));
        let trees: Trees<'_> = &[
            ("root", &[("a", "1\n2\n3\n4\n5\n6\n")]),
            ("one", &[("a", "1\n2\nnew\n3\n4\n5\n6\n")]),
            ("moved", &[("d/a", &with)]),
        ];
        assert_eq!(claimed(trees, &["one"], 40, &[("d/a", &without)]), expected, "{more}");
    }
}

#[test]
fn what_was_taken_back_together_and_what_became_of_it() {
    let mut history = History::new();
    let (none, both): (Files<'_>, Files<'_>) = (&[("c", "1\n")], &[("a", "1\n"), ("b", "1\n"), ("c", "1\n")]);
    let root = history.commit("root", &[], none);
    let one = history.commit("one", &[root], &[("a", "1\n"), ("c", "1\n")]);
    // A merge that only puts a commit on the mainline is that commit.
    let two = history.commit("two", &[one], both);
    let merge = history.commit("merge two", &[one, two], both);
    let says = format!("This reverts commit {one}.\nThis reverts commit {merge}.");
    let off = history.say("off", &says, &[merge], none);
    let on = history.commit("on", &[off], both);
    let off_again = history.commit("off again", &[on], none);
    // Nothing stands of it: neither alone nor together.
    let back = history.commit("back in other pieces", &[off_again], &[("a", "1\n"), ("b", "1\n"), ("c", "2\n")]);
    let gone = history.say("gone", &says, &[back], &[("c", "2\n")]);
    let found = history.found(gone);
    let expected = [
        "off Undoes two",
        "off Undoes one",
        "on Undoes off",
        "off again Undoes on",
        "off again Repeats off",
        // Both in one as well, since the lines are.
    ];
    assert_eq!(found[..5], expected);
    assert!(!found.iter().any(|found| found == "gone Undoes one" || found == "gone Undoes two"), "{found:?}");
    // While it is back, each stands alone.
    let single = history.commit("single", &[on], &[("b", "1\n"), ("c", "1\n")]);
    assert_eq!(history.found(single).last().unwrap(), "single Undoes one");
}

#[test]
fn what_takes_away_and_brings_in_again_does_neither() {
    let trees: Trees<'_> = &[
        ("root", &[("c", "1\n")]),
        ("one", &[("a", "1\n"), ("c", "1\n")]),
        ("no one", &[("c", "1\n")]),
        ("two", &[("b", "1\n"), ("c", "1\n")]),
        ("three", &[("b", "1\n"), ("c", "1\n"), ("d", "1\n")]),
        ("no three", &[("b", "1\n"), ("c", "1\n")]),
    ];
    for (named, left, expected) in [
        (&["no one", "two"][..], &[("a", "1\n"), ("c", "1\n")][..], &[][..]),
        (
            &["no one", "no three"],
            &[("a", "1\n"), ("b", "1\n"), ("c", "1\n"), ("d", "1\n")],
            &["undo Undoes no three", "undo Undoes no one"],
        ),
        // It is gone, and there is nothing of it.
        (&["one", "two"], &[("c", "1\n")], &["undo Undoes two"]),
    ] {
        assert_eq!(claimed(trees, named, 40, left), expected, "{named:?}");
    }
}
