//! What became of markers in a change: added, edited, removed, moved, copied; by content, whatever line they stand on.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::RepoPath;
use crate::marker::brief::Told;
use crate::marker::brief::Words;
use crate::marker::item::Marker;
use crate::marker::item::Place;
use crate::marker::reworded;
use crate::repo::content::Fate;

/// What became of the markers of a change. Each vector is in the order of paths, then of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turnover<M = Marker> {
    /// New debt.
    pub added: Vec<(RepoPath, M)>,
    /// Debt that is gone.
    pub removed: Vec<Gone<M>>,
    /// Debt that is described in another way: other brackets, another tag.
    pub edited: Vec<Former<M>>,
    /// Debt that stands in another file now.
    pub moved: Vec<Former<M>>,
    /// The same words once more, while the first still stand: no debt was taken on by that.
    pub copied: Vec<(RepoPath, M)>,
}

/// Whether the second of two commits that a change begins at, given by their places, has taken a marker of that content out of
/// a path since it parted from the first.
pub type IsTaken<'a> = dyn Fn((usize, usize), &RepoPath, [u8; 20]) -> bool + 'a;

/// A marker that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone<M = Marker> {
    /// Where it stood.
    pub path: RepoPath,
    /// What it said.
    pub marker: M,
    /// Whether its file went with it: code that is gone owes nothing, but nobody may have looked at the marker.
    pub with_file: bool,
}

/// A marker, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former<M = Marker> {
    /// Where it stood.
    pub from: RepoPath,
    /// What it said.
    pub before: M,
    /// Where it stands.
    pub path: RepoPath,
    /// What it says.
    pub marker: M,
}

/// Collects the markers of a change, path by path.
#[derive(Debug)]
pub struct Turning<M = Marker> {
    added: Vec<(RepoPath, M)>,
    removed: Vec<Gone<M>>,
    edited: Vec<Former<M>>,
    /// All that the old sides had and the new sides still have.
    kept: BTreeSet<[u8; 20]>,
}

impl<M> Default for Turning<M> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new(), edited: Vec::new(), kept: BTreeSet::new() }
    }
}

impl<M> Default for Turnover<M> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new(), edited: Vec::new(), moved: Vec::new(), copied: Vec::new() }
    }
}

impl<M: Told> Turning<M> {
    /// Takes up a changed path with the markers of both sides.
    pub fn path(&mut self, path: &RepoPath, fate: Fate, old: Vec<M>, new: Vec<M>) {
        let (old, new) = self.unmatched(old, new);
        // The same words with other brackets, or under another tag, are the same debt.
        let mut by_words: BTreeMap<Option<Words>, Vec<M>> = BTreeMap::new();
        for marker in old.into_iter().rev() {
            by_words.entry(marker.words()).or_default().push(marker);
        }
        for marker in new {
            let words = marker.words();
            match by_words.get_mut(&words).filter(|_| words.is_some()).and_then(Vec::pop) {
                Some(before) => {
                    self.edited.push(Former { from: path.clone(), before, path: path.clone(), marker });
                }
                None => self.added.push((path.clone(), marker)),
            }
        }
        let mut gone: Vec<M> = by_words.into_values().flatten().collect();
        gone.sort_by_key(Told::place);
        let with_file = fate == Fate::Deleted;
        self.removed.extend(gone.into_iter().map(|marker| Gone { path: path.clone(), marker, with_file }));
    }

    /// What all paths together come to.
    #[must_use]
    pub fn done(self) -> Turnover<M> {
        let mut pending: BTreeMap<[u8; 20], Vec<Gone<M>>> = BTreeMap::new();
        for gone in self.removed.into_iter().rev() {
            pending.entry(gone.marker.content()).or_default().push(gone);
        }
        let mut turnover = Turnover { edited: self.edited, ..Turnover::default() };
        for (path, marker) in self.added {
            let content = marker.content();
            match pending.get_mut(&content).and_then(Vec::pop) {
                Some(gone) => turnover.moved.push(gone.became(path, marker)),
                // A bare tag says nothing by which it could be known again.
                None if self.kept.contains(&content) && marker.words().is_some() => {
                    turnover.copied.push((path, marker));
                }
                None => turnover.added.push((path, marker)),
            }
        }
        turnover.removed = pending.into_values().flatten().collect();
        turnover.sort();
        turnover
    }

    /// Those markers of both sides that the other side has not, by content.
    fn unmatched(&mut self, old: Vec<M>, new: Vec<M>) -> (Vec<M>, Vec<M>) {
        let mut known: BTreeMap<[u8; 20], Vec<M>> = BTreeMap::new();
        for marker in old.into_iter().rev() {
            known.entry(marker.content()).or_default().push(marker);
        }
        let mut fresh = Vec::new();
        for marker in new {
            let content = marker.content();
            match known.get_mut(&content).and_then(Vec::pop) {
                Some(_same) => {
                    self.kept.insert(content);
                }
                None => fresh.push(marker),
            }
        }
        let mut gone: Vec<M> = known.into_values().flatten().collect();
        gone.sort_by_key(Told::place);
        (gone, fresh)
    }
}

impl Turnover {
    /// The same, with each new marker that another one was rewritten into: by its ticket, its words, or its text in
    /// another file. What was rewritten is neither new nor gone.
    #[must_use]
    pub fn with_rewritten(mut self) -> Self {
        let (added, removed) = (std::mem::take(&mut self.added), std::mem::take(&mut self.removed));
        let (pairs, added, removed) = reworded::pairs(added, removed);
        self.edited.extend(pairs.into_iter().map(|(gone, (path, marker))| gone.became(path, marker)));
        (self.added, self.removed) = (added, removed);
        self.sort();
        self
    }

    /// The paths of what is new against some of a change's beginnings and not against others, and where it stood there.
    #[must_use]
    pub fn contested(all: &[&Self]) -> BTreeSet<RepoPath> {
        let places: Vec<_> = all.iter().map(|one| one.places()).collect();
        let is_contested = |place: &(&RepoPath, Place)| !places.iter().all(|there| there.contains(place));
        let contested: BTreeSet<_> = places.iter().flatten().filter(|place| is_contested(place)).collect();
        let moved = all.iter().flat_map(|one| &one.moved);
        let moved = moved.filter(|former| contested.contains(&(&former.path, former.marker.place)));
        let formers = moved.map(|former| former.from.clone());
        contested.iter().map(|(path, _)| (*path).clone()).chain(formers).collect()
    }

    /// What belongs to a change that begins at several commits, out of what it comes to against each of them.
    ///
    /// What is new against all of them does. What one has and another has not was either brought in by the one, and is not the
    /// change's; or taken away by the other, and is the change's, which brings it back: as git merges the two.
    #[must_use]
    pub fn own(all: &[&Self], is_taken: &IsTaken<'_>) -> Self {
        let places: Vec<_> = all.iter().map(|one| one.places()).collect();
        let formers: Vec<_> = all.iter().map(|one| one.formers()).collect();
        let gone: Vec<BTreeSet<_>> =
            all.iter().map(|one| one.removed.iter().map(|gone| (&gone.path, gone.marker.id)).collect()).collect();
        let mut seen = BTreeSet::new();
        let mut is_own = |path: &RepoPath, marker: &Marker| {
            let at = (path, marker.place);
            if !seen.insert((path.clone(), marker.place)) {
                return false;
            }
            let (new, old): (Vec<usize>, Vec<usize>) =
                (0..all.len()).partition(|one| places.get(*one).is_some_and(|there| there.contains(&at)));
            let content = marker.content();
            let stays = |one: &usize| {
                let from = formers.get(*one).and_then(|there| there.get(&at)).copied().unwrap_or(path);
                !new.iter().any(|other| is_taken((*one, *other), from, content))
            };
            !old.iter().any(stays)
        };
        let mut own = Self::default();
        for one in all {
            own.added.extend(one.added.iter().filter(|(path, marker)| is_own(path, marker)).cloned());
            own.copied.extend(one.copied.iter().filter(|(path, marker)| is_own(path, marker)).cloned());
            own.edited.extend(one.edited.iter().filter(|former| is_own(&former.path, &former.marker)).cloned());
        }
        let Some(first) = all.first() else { return own };
        let moves = |one: &&Former| formers.iter().all(|there| there.contains_key(&(&one.path, one.marker.place)));
        own.moved = first.moved.iter().filter(moves).cloned().collect();
        let goes = |one: &&Gone| gone.iter().all(|there| there.contains(&(&one.path, one.marker.id)));
        own.removed = first.removed.iter().filter(goes).cloned().collect();
        own.added.sort_by(|a, b| (&a.0, a.1.place).cmp(&(&b.0, b.1.place)));
        own.copied.sort_by(|a, b| (&a.0, a.1.place).cmp(&(&b.0, b.1.place)));
        own.sort();
        own
    }

    /// Counts as new what moved, where `is_new` says so.
    pub fn renew(&mut self, is_new: impl Fn(&Former) -> bool) {
        let (new, moved) = std::mem::take(&mut self.moved).into_iter().partition(is_new);
        self.moved = moved;
        self.added.extend(Vec::into_iter(new).map(|former: Former| (former.path, former.marker)));
        self.added.sort_by(|a, b| (&a.0, a.1.place).cmp(&(&b.0, b.1.place)));
    }

    /// What there is less of at a path than before.
    #[must_use]
    pub fn gone(&self) -> BTreeSet<(&RepoPath, [u8; 20])> {
        let removed = self.removed.iter().map(|gone| (&gone.path, gone.marker.content()));
        let formers = self.edited.iter().chain(&self.moved).map(|former| (&former.from, former.before.content()));
        removed.chain(formers).collect()
    }

    /// What there is more of at a path than before.
    #[must_use]
    pub fn come(&self) -> BTreeSet<(&RepoPath, [u8; 20])> {
        let new = self.added.iter().chain(&self.copied).map(|(path, marker)| (path, marker.content()));
        let formers = self.edited.iter().chain(&self.moved).map(|former| (&former.path, former.marker.content()));
        new.chain(formers).collect()
    }

    /// Where what is new stands.
    fn places(&self) -> BTreeSet<(&RepoPath, Place)> {
        let new = self.added.iter().chain(&self.copied).map(|(path, marker)| (path, marker.place));
        new.chain(self.edited.iter().map(|former| (&former.path, former.marker.place))).collect()
    }

    /// Where what moved stands, and the file from which it came.
    fn formers(&self) -> BTreeMap<(&RepoPath, Place), &RepoPath> {
        self.moved.iter().map(|former| ((&former.path, former.marker.place), &former.from)).collect()
    }

    /// How many markers there are more of than before: what moved, or was copied, is no new debt.
    #[must_use]
    pub fn net(&self) -> i64 {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        count(self.added.len()).saturating_sub(count(self.removed.len()))
    }
}

impl<M: Told> Turnover<M> {
    fn sort(&mut self) {
        self.removed.sort_by(|a, b| (&a.path, a.marker.place()).cmp(&(&b.path, b.marker.place())));
        self.edited.sort_by(|a, b| (&a.path, a.marker.place()).cmp(&(&b.path, b.marker.place())));
    }
}

impl<M> Gone<M> {
    fn became(self, path: RepoPath, marker: M) -> Former<M> {
        Former { from: self.path, before: self.marker, path, marker }
    }
}

#[cfg(test)]
mod tests;
