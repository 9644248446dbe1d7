//! A repository's past as data: a list of commits, written by git2 straight into a bare repository.
//!
//! No worktree, no index, no `git` program, no clock and no configuration of the user's takes part, so the ids are the
//! same on every machine and may stand in snapshots. `tests/scenarios/README.md` describes the format.
#![expect(clippy::disallowed_types, reason = "histories are built with the library that the program reads them by")]

use std::collections::BTreeMap;
use std::path::Path;

use git2::ObjectType;
use git2::Oid;
use git2::build::TreeUpdateBuilder;
use serde::Deserialize;

use super::keys;

/// A past: who took part, and what they committed, oldest first.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct History {
    /// Short names for `Name <address>`.
    pub(crate) people: BTreeMap<String, String>,
    /// What is committed, in this order.
    pub(crate) commits: Vec<Step>,
    /// Branches set after all commits: name to the name of a commit or branch. `HEAD` always names `main`.
    pub(crate) branches: BTreeMap<String, String>,
    /// Lightweight tags: name to the name of a commit.
    pub(crate) tags: BTreeMap<String, String>,
    /// Commits whose objects are named in `.git/shallow` and whose parents are taken away.
    pub(crate) cut: Vec<String>,
}

/// One commit, or several that are alike.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Step {
    /// A name for other steps, and for `${name}` in messages and files.
    pub(crate) name: Option<String>,
    /// When it was written and committed: RFC 3339, or seconds since 1970.
    pub(crate) at: String,
    /// When it was committed, if at another time than it was written.
    pub(crate) committed: Option<String>,
    /// Its author: a short name, or `Name <address>`.
    pub(crate) by: String,
    /// Its committer, if not the author.
    pub(crate) committer: Option<String>,
    /// Whose test key signs it: `cto`, or `cto for file` for another namespace. `${key:cto}` in files is the public key.
    pub(crate) sign: Option<String>,
    /// Its message.
    pub(crate) say: String,
    /// The branch that it goes on top of; `main` by default.
    pub(crate) on: Option<String>,
    /// Where the branch begins, if it is new: the name of a commit or branch.
    pub(crate) from: Option<String>,
    /// Files to which a line of their own is added; created if they are not there.
    pub(crate) touch: Vec<String>,
    /// Files to which so many lines are added.
    pub(crate) grow: BTreeMap<String, usize>,
    /// Files with their whole new text.
    pub(crate) write: BTreeMap<String, String>,
    /// Files with so many new bytes that are no text.
    pub(crate) binary: BTreeMap<String, usize>,
    /// Files moved, from old to new.
    pub(crate) rename: BTreeMap<String, String>,
    /// Files taken away.
    pub(crate) delete: Vec<String>,
    /// Further parents: names of commits or branches. Their changes are merged; the fields above come on top.
    pub(crate) merge: Vec<String>,
    /// The commits whose changes are undone, in this order, with blanks between; a merge's change is that against its first parent.
    pub(crate) revert: Option<String>,
    /// The commit whose change is done again.
    pub(crate) pick: Option<String>,
    /// The bytes of the commit object itself, a byte for each character up to U+00FF, with `${tree}` and `${parent}`.
    /// Everything that it says of time, people and message is taken from there.
    pub(crate) raw: Option<String>,
    /// How often the step is done.
    pub(crate) times: Option<u32>,
    /// Seconds between the times of a step that is done repeatedly; a day by default.
    pub(crate) every: Option<i64>,
}

/// What was written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// The ids by the names of commits and branches.
    ids: BTreeMap<String, Oid>,
}

impl History {
    /// Reads a past from YAML.
    pub(crate) fn parse(yaml: &str) -> Self {
        serde_yaml::from_str(yaml).unwrap_or_else(|error| panic!("history: {error}"))
    }

    /// Writes the past into a new bare repository.
    pub(crate) fn write(&self, path: &Path) -> Written {
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).external_template(false).initial_head("main");
        let repo = git2::Repository::init_opts(path, &options).unwrap();
        let mut writer = Writer {
            history: self,
            repo: &repo,
            ids: BTreeMap::new(),
            branches: BTreeMap::new(),
            trees: BTreeMap::new(),
            count: 0,
        };
        for step in &self.commits {
            for round in 0..step.times.unwrap_or(1) {
                writer.commit(step, round);
            }
        }
        writer.finish(path)
    }
}

impl Written {
    /// A text with `${name}` replaced by the id of that commit.
    pub(crate) fn fill(&self, text: &str) -> String {
        filled(text, &self.ids)
    }

    /// The id of a commit or branch.
    pub(crate) fn id(&self, name: &str) -> String {
        self.ids.get(name).unwrap_or_else(|| panic!("no commit or branch is called {name}")).to_string()
    }
}

struct Writer<'h> {
    history: &'h History,
    repo: &'h git2::Repository,
    ids: BTreeMap<String, Oid>,
    branches: BTreeMap<String, Oid>,
    /// The tree of each commit: the library cannot read every one that was written.
    trees: BTreeMap<Oid, Oid>,
    /// Commits so far: what makes a touched line unlike every other.
    count: usize,
}

impl Writer<'_> {
    fn commit(&mut self, step: &Step, round: u32) {
        let branch = step.on.clone().unwrap_or_else(|| "main".to_owned());
        let first = match (&step.from, self.branches.get(&branch)) {
            (Some(name), None) => Some(self.find(name)),
            (Some(_), Some(_)) if round == 0 => panic!("{branch} has begun already"),
            (_, known) => known.copied(),
        };
        let others: Vec<Oid> = step.merge.iter().map(|name| self.find(name)).collect();
        let parents: Vec<Oid> = first.into_iter().chain(others.iter().copied()).collect();
        let mut tree = first.map_or_else(|| self.empty_tree(), |id| self.tree_of(id));
        for other in &others {
            tree = self.merged(first.unwrap(), tree, *other);
        }
        tree = self.changed_as(step, first, tree);
        tree = self.edited(step, tree);
        let id = match &step.raw {
            Some(raw) => self.inject(raw, tree, &parents),
            None => self.write_commit(step, round, tree, &parents),
        };
        self.count += 1;
        self.trees.insert(id, tree);
        self.branches.insert(branch, id);
        if let Some(name) = &step.name {
            self.ids.insert(name.clone(), id);
        }
    }

    fn write_commit(&self, step: &Step, round: u32, tree: Oid, parents: &[Oid]) -> Oid {
        let later = i64::from(round) * step.every.unwrap_or(86_400);
        let authored = seconds(&step.at) + later;
        let committed = step.committed.as_deref().map_or(authored, |text| seconds(text) + later);
        let author = self.person(&step.by);
        let committer = step.committer.as_deref().map_or_else(|| author.clone(), |name| self.person(name));
        let mut object = format!("tree {tree}\n");
        for parent in parents {
            object.push_str(&format!("parent {parent}\n"));
        }
        object.push_str(&format!("author {author} {authored} +0000\ncommitter {committer} {committed} +0000\n"));
        let message = format!("\n{}\n", self.filled(&step.say).trim_end());
        let header = step.sign.as_ref().map(|who| keys::header(who, &format!("{object}{message}")));
        object.push_str(&header.unwrap_or_default());
        object.push_str(&message);
        self.put(ObjectType::Commit, object.as_bytes())
    }

    fn inject(&self, raw: &str, tree: Oid, parents: &[Oid]) -> Oid {
        let parent = parents.first().map(Oid::to_string).unwrap_or_default();
        let text = self.filled(&raw.replace("${tree}", &tree.to_string()).replace("${parent}", &parent));
        let bytes: Vec<u8> =
            text.chars().map(|c| u8::try_from(u32::from(c)).expect("a raw commit holds bytes only")).collect();
        self.put(ObjectType::Commit, &bytes)
    }

    /// The object database takes any bytes: it is readers who must cope.
    fn put(&self, kind: ObjectType, bytes: &[u8]) -> Oid {
        self.repo.odb().unwrap().write(kind, bytes).unwrap()
    }

    /// What `revert` and `pick` do to a tree.
    fn changed_as(&self, step: &Step, ours: Option<Oid>, mut tree: Oid) -> Oid {
        let (names, back) = match (&step.revert, &step.pick) {
            (Some(names), None) => (names, true),
            (None, Some(name)) => (name, false),
            (None, None) => return tree,
            (Some(_), Some(_)) => panic!("a step reverts or picks, not both"),
        };
        let mut ours = self.repo.find_commit(ours.unwrap()).unwrap();
        for name in names.split_whitespace() {
            let theirs = self.repo.find_commit(self.find(name)).unwrap();
            let mainline = u32::from(theirs.parent_count() > 1);
            let index = if back {
                self.repo.revert_commit(&theirs, &ours, mainline, None)
            } else {
                self.repo.cherrypick_commit(&theirs, &ours, mainline, None)
            };
            tree = self.resolved(index.unwrap());
            // Nobody's: the library reverts on top of commits only.
            let raw =
                format!("tree {tree}\nauthor A <a@example.com> 0 +0000\ncommitter A <a@example.com> 0 +0000\n\n-\n");
            ours = self.repo.find_commit(self.put(ObjectType::Commit, raw.as_bytes())).unwrap();
        }
        tree
    }

    fn merged(&self, base_of: Oid, tree: Oid, other: Oid) -> Oid {
        let base = self.repo.merge_base(base_of, other).unwrap();
        let [base, ours, theirs] =
            [self.tree_of(base), tree, self.tree_of(other)].map(|id| self.repo.find_tree(id).unwrap());
        // Where both sides changed the same lines, the step's own `write` says what comes of it.
        let mut options = git2::MergeOptions::new();
        options.file_favor(git2::FileFavor::Ours);
        self.resolved(self.repo.merge_trees(&base, &ours, &theirs, Some(&options)).unwrap())
    }

    fn resolved(&self, mut index: git2::Index) -> Oid {
        assert!(!index.has_conflicts(), "the sides change the same lines: say what comes of it with `write`");
        index.write_tree_to(self.repo).unwrap()
    }

    fn edited(&self, step: &Step, tree: Oid) -> Oid {
        let before = self.repo.find_tree(tree).unwrap();
        let mut update = TreeUpdateBuilder::new();
        let text = |path: &str| -> Vec<u8> {
            before
                .get_path(Path::new(path))
                .map(|entry| self.repo.find_blob(entry.id()).unwrap().content().to_vec())
                .unwrap_or_default()
        };
        let mut put = |path: &str, bytes: &[u8]| {
            update.upsert(bytes_of(path), self.put(ObjectType::Blob, bytes), git2::FileMode::Blob);
        };
        for (old, new) in &step.rename {
            put(new, &text(old));
        }
        let grown = step.touch.iter().map(|path| (path, &1)).chain(&step.grow);
        for (path, lines) in grown {
            let mut bytes = text(path);
            for line in 0..*lines {
                bytes.extend(format!("{} {path} {line}\n", self.count).bytes());
            }
            put(path, &bytes);
        }
        for (path, content) in &step.write {
            put(path, self.filled(content).as_bytes());
        }
        for (path, size) in &step.binary {
            let bytes: Vec<u8> = (0..*size).map(|at| (at * 7 + self.count) as u8).collect();
            put(path, &[&[0], bytes.as_slice()].concat());
        }
        for path in step.delete.iter().chain(step.rename.keys()) {
            update.remove(path.as_str());
        }
        update.create_updated(self.repo, &before).unwrap()
    }

    fn filled(&self, text: &str) -> String {
        filled(text, &self.ids)
    }

    fn person(&self, name: &str) -> String {
        let full = self.history.people.get(name).map_or(name, String::as_str);
        assert!(full.contains('<'), "{name} is neither a short name nor `Name <address>`");
        full.to_owned()
    }

    fn find(&self, name: &str) -> Oid {
        let found = self.ids.get(name).or_else(|| self.branches.get(name));
        *found.unwrap_or_else(|| panic!("no commit or branch is called {name}"))
    }

    fn tree_of(&self, commit: Oid) -> Oid {
        self.trees[&commit]
    }

    fn empty_tree(&self) -> Oid {
        self.put(ObjectType::Tree, &[])
    }

    fn finish(mut self, path: &Path) -> Written {
        for (name, target) in &self.history.branches {
            let id = self.find(target);
            self.branches.insert(name.clone(), id);
        }
        let refs = self.branches.iter().map(|(name, id)| (format!("refs/heads/{name}"), *id));
        let tags = self.history.tags.iter().map(|(name, target)| (format!("refs/tags/{name}"), self.find(target)));
        for (name, id) in refs.chain(tags) {
            // By hand, as the library refuses to let a ref name a commit that it cannot read.
            let file = path.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, format!("{id}\n")).unwrap();
        }
        self.cut_off(path);
        let mut ids = self.branches;
        ids.extend(self.ids);
        Written { ids }
    }

    fn cut_off(&self, path: &Path) {
        let cut: Vec<Oid> = self.history.cut.iter().map(|name| self.find(name)).collect();
        for id in &cut {
            for parent in self.repo.find_commit(*id).unwrap().parent_ids() {
                let name = parent.to_string();
                let (folder, file) = name.split_at(2);
                std::fs::remove_file(path.join("objects").join(folder).join(file)).unwrap();
            }
        }
        if !cut.is_empty() {
            let lines: String = cut.iter().map(|id| format!("{id}\n")).collect();
            std::fs::write(path.join("shallow"), lines).unwrap();
        }
    }
}

/// A path in which U+F700 to U+F7FF stand for single bytes, so that it need not be UTF-8.
fn bytes_of(path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for char in path.chars() {
        match u32::from(char) {
            byte @ 0xf700..=0xf7ff => bytes.push((byte & 0xff) as u8),
            _ => bytes.extend(char.to_string().bytes()),
        }
    }
    bytes
}

fn filled(text: &str, ids: &BTreeMap<String, Oid>) -> String {
    ids.iter().fold(keys::filled(text), |text, (name, id)| text.replace(&format!("${{{name}}}"), &id.to_string()))
}

fn seconds(text: &str) -> i64 {
    text.parse().unwrap_or_else(|_not_a_number| {
        text.parse::<jiff::Timestamp>().unwrap_or_else(|error| panic!("{text}: {error}")).as_second()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
people: { one: "One <one@example.com>" }
commits:
  - { name: a, at: 2026-01-05T10:00:00Z, by: one, say: "feat: a", write: { x.txt: "1\n2\n3\n4\n5\n6\n7\n8\n" } }
  - { name: b, at: 2026-01-06T10:00:00Z, by: one, say: b, on: topic, from: a, write: { x.txt: "1\n2\n3\n4\n5\n6\n7\n8!\n" } }
  - { name: c, at: 2026-01-07T10:00:00Z, by: one, say: c, write: { x.txt: "1!\n2\n3\n4\n5\n6\n7\n8\n" }, binary: { y.bin: 9 } }
  - { name: m, at: 2026-01-08T10:00:00Z, by: one, say: "Merge topic", merge: [topic], touch: [own.txt] }
  - { name: r, at: 2026-01-09T10:00:00Z, by: one, say: "Revert ${c}", revert: c, rename: { own.txt: new.txt } }
tags: { v1: m }
"#;

    #[test]
    fn the_same_data_gives_the_same_repository() {
        let room = tempfile::tempdir().unwrap();
        let first = History::parse(SMALL).write(&room.path().join("1.git"));
        let second = History::parse(SMALL).write(&room.path().join("2.git"));
        assert_eq!(first.ids, second.ids);
        insta::assert_snapshot!(first.id("main"), @"0ef5493b07d1152a6a9788494cdf4433a4596c87");
    }

    #[test]
    fn merges_reverts_and_renames_do_what_they_say() {
        let room = tempfile::tempdir().unwrap();
        let written = History::parse(SMALL).write(room.path());
        let repo = git2::Repository::open_bare(room.path()).unwrap();
        let text = |commit: &str, path: &str| {
            let tree = repo.find_commit(written.ids[commit]).unwrap().tree().unwrap();
            let entry = tree.get_path(Path::new(path)).ok()?;
            Some(String::from_utf8_lossy(repo.find_blob(entry.id()).unwrap().content()).into_owned())
        };
        assert_eq!(text("m", "x.txt").unwrap(), "1!\n2\n3\n4\n5\n6\n7\n8!\n");
        assert_eq!(text("r", "x.txt").unwrap(), "1\n2\n3\n4\n5\n6\n7\n8!\n");
        assert_eq!(text("r", "y.bin"), None);
        assert_eq!(text("r", "own.txt"), None);
        assert_eq!(text("r", "new.txt"), text("m", "own.txt"));
        assert_eq!(repo.find_commit(written.ids["m"]).unwrap().parent_count(), 2);
    }
}
