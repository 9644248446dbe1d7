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
        self.time += DAY;
        let tree = write_tree(files, &mut |kind, content| self.repo.object(kind, content));
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let who = format!("A <a@example.com> {} +0000", self.time);
        let bytes = format!("tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{name}\n");
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
