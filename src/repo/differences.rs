//! Where a commit differs from others, read or kept, and what is measured of each path for whoever asks.

use std::sync::Arc;

use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::changes::Failure;
use crate::repo::changes::Reader;
use crate::repo::gist::Gain;
use crate::repo::kept::AllThere;
use crate::repo::kept::Difference;
use crate::repo::kept::Differences;
use crate::repo::kept::Kept;
use crate::repo::kept::Kind;
use crate::repo::kept::Print;
use crate::repo::tree::Delta;
use crate::repo::tree::compare;

/// What a commit is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// All its parents: what differs from each of them.
    All,
    /// The first one alone.
    First,
}

/// The differences of a commit, and whether more is known of them than is kept.
pub(super) struct Found<'c> {
    commit: &'c CommitFact,
    against: Against,
    pub(super) differences: Arc<Differences>,
    all_there: AllThere,
    pub(super) is_news: bool,
}

impl<O: Objects> Reader<'_, O> {
    /// The paths at which a commit differs.
    pub(super) fn differences<'c>(&self, commit: &'c CommitFact, against: Against) -> Result<Found<'c>, RepoError> {
        // With one parent or none the two are the same.
        let against = if commit.is_merge() { against } else { Against::All };
        if let Some((differences, all_there)) = self.kept.differences(against.kind(), commit.id)
            && all_there.or(|| differences.rests_on.iter().all(|id| self.has(*id)))
        {
            return Ok(Found { commit, against, differences, all_there, is_news: false });
        }
        let parents = match against {
            Against::All => commit.parents.as_slice(),
            Against::First => commit.parents.get(..1).unwrap_or_default(),
        };
        let trees = self.distinct_trees(parents)?;
        self.objects.forget_asked();
        let deltas = compare(self.objects, Some(commit.tree), &trees)?;
        parents.iter().for_each(|parent| self.objects.note(*parent));
        // Within a run all of it was there a moment ago; only what is kept is asked for it.
        let rests_on = if self.kept.is_on() { self.objects.take_asked() } else { Vec::new() };
        let paths = deltas.into_iter().map(|delta| {
            let delta = Delta { path: self.objects.path(&delta.path), ..delta };
            Difference { delta, lines: None, gain: None, print: None }
        });
        let differences = Arc::new(Differences { paths: paths.collect(), rests_on });
        Ok(Found { commit, against, differences, all_there: AllThere::NotKnown, is_news: true })
    }

    /// The trees of some parents, each once; that of a root is `None`.
    pub(super) fn distinct_trees(&self, parents: &[ObjectId]) -> Result<Vec<Option<ObjectId>>, RepoError> {
        let mut trees = Vec::new();
        for parent in parents {
            let tree = Some(self.tree_of(*parent)?);
            if !trees.contains(&tree) {
                trees.push(tree);
            }
        }
        if trees.is_empty() {
            trees.push(None);
        }
        Ok(trees)
    }

    /// Whether all files are there that were compared at a path.
    fn has_files(&self, delta: &Delta, all_there: AllThere) -> bool {
        let mut entries = delta.old.iter().chain([&delta.new]).flatten();
        all_there.or(|| entries.all(|entry| !entry.mode.is_blob() || self.has(entry.id)))
    }

    fn has(&self, id: ObjectId) -> bool {
        self.objects.objects().has(id)
    }
}

impl Found<'_> {
    pub(super) const fn commit(&self) -> ObjectId {
        self.commit.id
    }

    pub(super) fn is_merge(&self) -> bool {
        self.commit.is_merge()
    }

    /// The paths at which the commit differs, and what stands there.
    pub(super) fn deltas(&self) -> Vec<Delta> {
        self.differences.paths.iter().map(|path| path.delta.clone()).collect()
    }

    /// Keeps what was found, if there is news in it.
    pub(super) fn keep(&self, kept: &Kept) {
        if self.is_news {
            kept.learn_differences(self.against.kind(), self.commit.id, &self.differences);
        }
    }

    /// Whether the lines of a path are known, and of an ordinary commit what the path gains.
    pub(super) fn is_measured<O: Objects>(&self, at: usize, reader: &Reader<'_, O>) -> bool {
        let known = self.differences.paths.get(at).filter(|path| path.lines.is_some() && path.gain.is_some());
        known.is_some_and(|path| reader.has_files(&path.delta, self.all_there))
    }

    /// Takes what was measured of a path.
    pub(super) fn learn(&mut self, at: usize, (lines, gain): (Option<Lines>, Gain)) {
        self.note(at, |path| (path.lines, path.gain) = (Some(lines), Some(gain)));
    }

    /// What a path gains.
    pub(super) fn gain<O: Objects>(&mut self, at: usize, reader: &Reader<'_, O>) -> Result<Gain, Failure> {
        let Some(path) = self.differences.paths.get(at) else { return Ok(Gain::default()) };
        if let Some(gain) = path.gain
            && reader.has_files(&path.delta, self.all_there)
        {
            return Ok(gain);
        }
        let gain = match reader.gains.of(&path.delta) {
            Some(known) => known,
            None => reader.gain(&path.delta)?,
        };
        self.note(at, |path| path.gain = Some(gain));
        Ok(gain)
    }

    /// What a path has to the fingerprint; `print` makes it where it is not known.
    pub(super) fn print<O: Objects>(
        &mut self,
        at: usize,
        reader: &Reader<'_, O>,
        print: impl FnOnce(&Delta) -> Result<Print, Failure>,
    ) -> Result<Option<Print>, Failure> {
        let Some(path) = self.differences.paths.get(at) else { return Ok(None) };
        if let Some(known) = path.print.as_deref()
            && reader.has_files(&path.delta, self.all_there)
        {
            return Ok(Some(*known));
        }
        let made = print(&path.delta)?;
        self.note(at, |path| path.print = Some(Box::new(made)));
        Ok(Some(made))
    }

    /// Writes something down of a path.
    fn note(&mut self, at: usize, news: impl FnOnce(&mut Difference)) {
        if let Some(path) = Arc::make_mut(&mut self.differences).paths.get_mut(at) {
            news(path);
            self.is_news = true;
        }
    }
}

impl Against {
    const fn kind(self) -> Kind {
        match self {
            Self::All => Kind::Own,
            Self::First => Kind::Landing,
        }
    }
}
