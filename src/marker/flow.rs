//! How much debt was taken on and paid, by team: what became of markers, from landing to landing.

mod kept;
mod rising;

use std::collections::BTreeMap;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::brief::Told;
use crate::marker::brief::Words;
use crate::marker::turnover::Turnover;
use crate::policy::TeamId;

/// What became of markers in a span of history, by team; `None` is what belongs to no team. What is several teams' is
/// counted for each of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// Those teams to which something happened.
    pub teams: BTreeMap<Option<TeamId>, TeamFlow>,
}

/// What became of a team's markers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TeamFlow {
    /// All of it.
    pub counts: FlowCounts,
    /// The same by what landed it, in that order.
    pub landings: Vec<(ObjectId, FlowCounts)>,
}

/// How many markers something became of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowCounts {
    /// New debt.
    pub added: u64,
    /// Debt that is gone.
    pub removed: u64,
    /// Of these, those of which the whole file is gone.
    pub with_file: u64,
    /// Other brackets, another tag.
    pub edited: u64,
    /// They stand in another file now.
    pub moved: u64,
    /// The same words stood elsewhere already.
    pub copied: u64,
    /// The same words still stand elsewhere.
    pub copies_removed: u64,
}

/// What a landing did to markers, in brief: as much of a turnover as the flow needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Steps(Vec<(RepoPath, Step)>);

/// Something that was done to a marker in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It stands there now.
    Put(Option<Words>),
    /// It does not any more.
    Taken(Option<Words>),
    /// Nor does its file.
    TakenWithFile(Option<Words>),
    Edited,
    Moved,
}

/// The words of all markers that stand at a time, and how often each do.
///
/// Debt is counted once, however often its words stand in the tree: a copy takes none on, and its removal pays none.
/// A bare tag has no words; each is a debt of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stock {
    standing: BTreeMap<Words, u64>,
}

/// Something that became of a marker in a file.
enum Event {
    Added,
    Removed,
    RemovedWithFile,
    Edited,
    Moved,
    Copied,
    CopyRemoved,
}

impl Steps {
    /// What became of markers, in brief.
    #[must_use]
    pub fn of<M: Told>(turnover: &Turnover<M>) -> Self {
        let Turnover { added, removed, edited, moved, copied } = turnover;
        let put = added.iter().chain(copied).map(|(path, marker)| (path.clone(), Step::Put(marker.words())));
        let taken = removed.iter().map(|gone| {
            let step = if gone.with_file { Step::TakenWithFile } else { Step::Taken };
            (gone.path.clone(), step(gone.marker.words()))
        });
        let edited = edited.iter().map(|former| (former.path.clone(), Step::Edited));
        let moved = moved.iter().map(|former| (former.path.clone(), Step::Moved));
        Self(put.chain(taken).chain(edited).chain(moved).collect())
    }

    /// The words of which it matters how often they stood before.
    pub fn words(&self) -> impl Iterator<Item = Words> {
        self.0.iter().filter_map(|(_, step)| match step {
            Step::Put(words) | Step::Taken(words) | Step::TakenWithFile(words) => *words,
            Step::Edited | Step::Moved => None,
        })
    }
}

impl Flow {
    /// Takes up what a landing did to markers, in the order of the mainline.
    pub fn land(
        &mut self,
        landing: ObjectId,
        steps: &Steps,
        stock: &mut Stock,
        teams: &dyn Fn(&RepoPath) -> Vec<TeamId>,
    ) {
        let mut by_team: BTreeMap<Option<TeamId>, FlowCounts> = BTreeMap::new();
        for (path, step) in &steps.0 {
            let event = match step {
                Step::Put(words) if stock.put(*words) => Event::Added,
                Step::Put(_) => Event::Copied,
                Step::Taken(words) if stock.take(*words) => Event::Removed,
                Step::TakenWithFile(words) if stock.take(*words) => Event::RemovedWithFile,
                Step::Taken(_) | Step::TakenWithFile(_) => Event::CopyRemoved,
                Step::Edited => Event::Edited,
                Step::Moved => Event::Moved,
            };
            let owners: Vec<Option<TeamId>> = teams(path).into_iter().map(Some).collect();
            for team in if owners.is_empty() { vec![None] } else { owners } {
                by_team.entry(team).or_default().count(&event);
            }
        }
        for (team, counts) in by_team {
            let flow = self.teams.entry(team).or_default();
            flow.counts.add(counts);
            flow.landings.push((landing, counts));
        }
    }

    /// How many markers a team has more of than before.
    #[must_use]
    pub fn net(&self, team: TeamId) -> i64 {
        self.teams.get(&Some(team)).map_or(0, |flow| flow.counts.net())
    }
}

impl FlowCounts {
    /// How many there are more of than before.
    #[must_use]
    pub fn net(&self) -> i64 {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        count(self.added).saturating_sub(count(self.removed))
    }

    fn count(&mut self, event: &Event) {
        let add = |count: &mut u64| *count = count.saturating_add(1);
        match event {
            Event::Added => add(&mut self.added),
            Event::Removed => add(&mut self.removed),
            Event::RemovedWithFile => {
                add(&mut self.removed);
                add(&mut self.with_file);
            }
            Event::Edited => add(&mut self.edited),
            Event::Moved => add(&mut self.moved),
            Event::Copied => add(&mut self.copied),
            Event::CopyRemoved => add(&mut self.copies_removed),
        }
    }

    fn add(&mut self, other: Self) {
        let Self { added, removed, with_file, edited, moved, copied, copies_removed } = other;
        for (count, more) in [
            (&mut self.added, added),
            (&mut self.removed, removed),
            (&mut self.with_file, with_file),
            (&mut self.edited, edited),
            (&mut self.moved, moved),
            (&mut self.copied, copied),
            (&mut self.copies_removed, copies_removed),
        ] {
            *count = count.saturating_add(more);
        }
    }
}

impl Stock {
    /// What stands in a tree.
    #[must_use]
    pub fn of<'m, M: Told + 'm>(markers: impl IntoIterator<Item = &'m M>) -> Self {
        let mut stock = Self::default();
        for marker in markers {
            stock.put(marker.words());
        }
        stock
    }

    /// The same with what stands in other files.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        for (words, more) in &other.standing {
            let count = self.standing.entry(*words).or_default();
            *count = count.saturating_add(*more);
        }
        self
    }

    /// Whether it is the first of its words.
    fn put(&mut self, words: Option<Words>) -> bool {
        let Some(words) = words else { return true };
        let count = self.standing.entry(words).or_default();
        *count = count.saturating_add(1);
        *count == 1
    }

    /// Whether it was the last of its words.
    fn take(&mut self, words: Option<Words>) -> bool {
        let Some(words) = words else { return true };
        let Some(count) = self.standing.get_mut(&words) else { return true };
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.standing.remove(&words);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests;
