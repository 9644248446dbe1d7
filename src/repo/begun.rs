//! Commits between two steps: where each differs is known, what changed there not yet.

use std::collections::BTreeSet;

use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::facts::PathChange;
use crate::facts::RepoPath;
use crate::repo::Gist;
use crate::repo::IsIgnored;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::changes::Compared;
use crate::repo::changes::Failure;
use crate::repo::changes::Reader;
use crate::repo::differences::Against;
use crate::repo::differences::Found;
use crate::repo::gains::Gains;
use crate::repo::gist::Gain;
use crate::repo::kept::Kept;
use crate::repo::tree::Delta;

impl<O: Objects> Reader<'_, O> {
    /// Where a commit differs, and of which of these paths the lines are not known.
    pub(super) fn begin<'c>(&self, commit: &'c CommitFact, ignored: &IsIgnored<'_>) -> Result<Begun<'c>, Failure> {
        let found = self.differences(commit, Against::All)?;
        if found.is_news && commit.is_merge() && commit.landing.commit == commit.id {
            // Asked in a moment, and the trees are at hand. What cannot be read is told then.
            drop(self.differences(commit, Against::First).map(|landed| landed.keep(self.kept)));
        }
        let (mut paths, mut unknown) = (Vec::with_capacity(found.differences.paths.len()), Vec::new());
        for (at, known) in found.differences.paths.iter().enumerate() {
            let path = if found.is_news { known.delta.path.clone() } else { self.objects.path(&known.delta.path) };
            let is_ignored = ignored(&path)?;
            if !is_ignored && !found.is_measured(at, self) {
                unknown.push(at);
            }
            paths.push((path, is_ignored));
        }
        Ok(Begun { found, paths, unknown, absent: BTreeSet::new(), failed: None })
    }

    /// What one commit changed.
    #[cfg(test)]
    pub(super) fn changes(&self, commit: &CommitFact, ignored: &IsIgnored<'_>) -> Result<Compared, Failure> {
        let mut begun = self.begin(commit, ignored)?;
        for at in begun.unknown.clone() {
            let measured = begun.delta(at).map(|delta| self.measure(delta, begun.is_merge()));
            measured.into_iter().for_each(|measured| begun.learn(at, measured));
        }
        begun.finish(self.kept, Some(self.gains))
    }
}

/// A commit of which is known where it differs, while its lines are counted.
pub(super) struct Begun<'c> {
    found: Found<'c>,
    /// Each path, and whether it is ignored.
    paths: Vec<(RepoPath, bool)>,
    /// The places of those whose lines are not known.
    pub(super) unknown: Vec<usize>,
    /// Blobs that a partial clone left out.
    absent: BTreeSet<ObjectId>,
    /// What else failed, at the first of the paths at which something did.
    failed: Option<(usize, RepoError)>,
}

impl Begun<'_> {
    pub(super) fn is_merge(&self) -> bool {
        self.found.is_merge()
    }

    pub(super) fn delta(&self, at: usize) -> Option<&Delta> {
        self.found.differences.paths.get(at).map(|path| &path.delta)
    }

    /// Takes what was measured of a path, or why nothing was.
    pub(super) fn learn(&mut self, at: usize, measured: Result<(Option<Lines>, Gain), Failure>) {
        match measured {
            Ok(measured) => self.found.learn(at, measured),
            // The rest is looked at to count them.
            Err(Failure::Blobs(blobs)) => self.absent.extend(blobs),
            Err(Failure::Other(error)) => {
                let error = match self.delta(at) {
                    Some(delta) => error.of_file(&delta.path, Some(self.found.commit())),
                    None => error,
                };
                if self.failed.as_ref().is_none_or(|(first, _)| at < *first) {
                    self.failed = Some((at, error));
                }
            }
        }
    }

    pub(super) fn finish(self, kept: &Kept, gains: Option<&Gains>) -> Result<Compared, Failure> {
        self.found.keep(kept);
        // What an earlier run found out is at hand anyway.
        if let Some(gains) = gains
            && !self.is_merge()
            && !self.unknown.is_empty()
        {
            gains.learn(self.found.differences.paths.iter().filter_map(|path| Some((&path.delta, path.gain?))));
        }
        if let Some((_, error)) = self.failed {
            return Err(Failure::Other(error));
        }
        if !self.absent.is_empty() {
            return Err(Failure::Blobs(self.absent));
        }
        let is_merge = self.is_merge();
        let mut paths: Vec<PathChange> = Vec::new();
        let mut gist = Gist::default();
        for ((path, is_ignored), known) in self.paths.into_iter().zip(&self.found.differences.paths) {
            let lines = if is_ignored {
                Some(Lines::Ignored)
            } else {
                if let Some(gain) = known.gain.filter(|_| !is_merge) {
                    gist.add(&path, gain);
                }
                known.lines.flatten()
            };
            if let Some(lines) = lines {
                add(&mut paths, PathChange { path, lines });
            }
        }
        paths.shrink_to_fit();
        Ok(Compared { changes: Changes { paths }, gist })
    }
}

/// Puts a path behind the others, or together with itself where a malformed tree names it twice.
fn add(paths: &mut Vec<PathChange>, change: PathChange) {
    match paths.last_mut() {
        Some(last) if last.path == change.path => last.lines = both(last.lines, change.lines),
        _ => paths.push(change),
    }
}

const fn both(a: Lines, b: Lines) -> Lines {
    match (a, b) {
        (Lines::Text { added, removed }, Lines::Text { added: more_added, removed: more_removed }) => {
            let (added, removed) = (added.saturating_add(more_added), removed.saturating_add(more_removed));
            Lines::Text { added, removed }
        }
        (Lines::None, other) | (other, _) => other,
    }
}
