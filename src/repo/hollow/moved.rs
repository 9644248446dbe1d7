//! Files that came and went: what came under another name did not come.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::changes::Failure;
use crate::repo::tally::Tally;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;

/// The files that came or went between a commit and another.
#[derive(Debug)]
pub(super) struct Moved {
    files: Vec<One>,
    /// Files that are ignored, and are the very objects of such that are not and moved the other way. Nobody reads them: what
    /// an ignored file holds is told by its object alone.
    ignored: Vec<One>,
}

#[derive(Debug)]
struct One {
    path: RepoPath,
    entry: Entry,
    way: Way,
    is_asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Came,
    Went,
}

/// Files of the same content, by their ways.
#[derive(Default)]
struct Alike<'m> {
    came: Vec<&'m One>,
    went: Vec<&'m One>,
}

impl Moved {
    /// Of what differs from the first of the old trees.
    pub(super) fn of(deltas: &[Delta], ignored: &[Delta]) -> Self {
        let files: Vec<One> = deltas.iter().filter_map(One::of).collect();
        let known: BTreeSet<(ObjectId, Way)> = files.iter().map(|one| (one.entry.id, one.way)).collect();
        let ignored = ignored.iter().filter_map(One::of).filter(|one| known.contains(&(one.entry.id, one.way.other())));
        let ignored = ignored.collect();
        Self { files, ignored }
    }

    /// The same where nothing is asked but which of these paths moved.
    pub(super) fn about(mut self, paths: &BTreeSet<&RepoPath>) -> Self {
        self.files.iter_mut().for_each(|one| one.is_asked = paths.contains(&one.path));
        let ways: BTreeSet<Way> = self.files.iter().filter(|one| one.is_asked).map(|one| one.way.other()).collect();
        self.files.retain(|one| one.is_asked || ways.contains(&one.way));
        self
    }

    /// The ignored files that have a say.
    pub(super) fn ignored(&self) -> impl Iterator<Item = &RepoPath> {
        self.ignored.iter().map(|one| &one.path)
    }

    /// The paths whose content came or went for good. `content` names what is in a file, `None` where nothing is.
    pub(super) fn for_good(
        &self,
        content: impl Fn(&RepoPath, Entry) -> Result<Option<ObjectId>, Failure>,
    ) -> Result<BTreeSet<&RepoPath>, Failure> {
        let mut by_object: BTreeMap<ObjectId, Alike<'_>> = BTreeMap::new();
        for one in &self.files {
            by_object.entry(one.entry.id).or_default().add(one);
        }
        let rest: Vec<&One> = by_object.into_values().flat_map(Alike::unpaired).collect();
        if !rest.iter().any(|one| one.is_asked) {
            return Ok(BTreeSet::new());
        }
        let mut by_content: BTreeMap<ObjectId, Alike<'_>> = BTreeMap::new();
        for one in rest {
            if let Some(content) = content(&one.path, one.entry)? {
                by_content.entry(content).or_default().add(one);
            }
        }
        let mut ignored: Tally<(ObjectId, Way)> =
            self.ignored.iter().map(|one| (one.entry.id, one.way.other())).collect();
        for alike in by_content.values_mut() {
            // For whom an ignored file can stand in, that one is left to.
            for way in [&mut alike.came, &mut alike.went] {
                way.sort_by_key(|one| (!one.is_asked, ignored.has(&(one.entry.id, one.way))));
            }
        }
        let left = by_content.into_values().flat_map(Alike::unpaired);
        Ok(left.filter(|one| !ignored.take(&(one.entry.id, one.way))).map(|one| &one.path).collect())
    }
}

impl One {
    fn of(delta: &Delta) -> Option<Self> {
        let (entry, way) = match (delta.first_old(), delta.new) {
            (None, Some(new)) => (new, Way::Came),
            (Some(old), None) => (old, Way::Went),
            _ => return None,
        };
        Some(Self { path: delta.path.clone(), entry, way, is_asked: true })
    }
}

impl Way {
    const fn other(self) -> Self {
        match self {
            Self::Came => Self::Went,
            Self::Went => Self::Came,
        }
    }
}

impl<'m> Alike<'m> {
    fn add(&mut self, one: &'m One) {
        match one.way {
            Way::Came => self.came.push(one),
            Way::Went => self.went.push(one),
        }
    }

    /// Those of the way that more of them took, behind as many as took the other.
    fn unpaired(self) -> impl Iterator<Item = &'m One> {
        let pairs = self.came.len().min(self.went.len());
        self.came.into_iter().skip(pairs).chain(self.went.into_iter().skip(pairs))
    }
}
