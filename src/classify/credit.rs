//! Which commits lose their credit because their change was undone, undoes another, or is there twice.
//!
//! A change is alive unless a change that is alive undoes it. Of D, R (undoes D), R2 (undoes R) and R3 (undoes R2 and,
//! with it, D again): R3 is alive, R2 is dead, R is alive, D is dead.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::classify::Exempt;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::facts::RetraceKind;
use crate::policy::ExemptReason;

/// For every commit that earns no credit, the retrace that takes it away.
///
/// `commits` are all commits that there are, each with what landed it. What `fleeting` ones undo stays as it was.
pub(super) fn withdrawn(
    commits: &[(ObjectId, ObjectId)],
    retraces: &[Retrace],
    fleeting: &BTreeSet<ObjectId>,
) -> BTreeMap<ObjectId, Retrace> {
    let landings: BTreeMap<ObjectId, ObjectId> = commits.iter().copied().collect();
    let landing = |id: &ObjectId| landings.get(id).copied();
    // A merge stands for what it brought in: the two are one change, not two that say the same.
    let one_change = |retrace: &&Retrace| {
        retrace.later != retrace.earlier
            && landing(&retrace.later) != Some(retrace.earlier)
            && landing(&retrace.earlier) != Some(retrace.later)
    };
    let retraces: Vec<Retrace> = retraces.iter().filter(one_change).copied().collect();
    let lasting =
        retraces.iter().filter(|retrace| !fleeting.contains(&retrace.later) || retrace.kind != RetraceKind::Undoes);
    let alive = alive(&lasting.copied().collect::<Vec<_>>());
    let mut taken: BTreeMap<ObjectId, Retrace> = BTreeMap::new();
    for retrace in &retraces {
        let undoes = retrace.kind == RetraceKind::Undoes;
        if undoes && alive.contains(&retrace.later) {
            taken.entry(retrace.earlier).or_insert(*retrace);
        }
        // Whoever undoes something does no new work, nor does whoever repeats what is still there.
        if undoes || alive.contains(&retrace.earlier) {
            taken.entry(retrace.later).or_insert(*retrace);
        }
    }
    // In a circle nobody is alive; what stands in one is not known to be there.
    for retrace in retraces.iter().filter(|retrace| !alive.contains(&retrace.earlier)) {
        taken.entry(retrace.earlier).or_insert(*retrace);
    }
    // What a merge stands for shares its lot.
    commits
        .iter()
        .filter_map(|(id, landing)| taken.get(id).or_else(|| taken.get(landing)).map(|why| (*id, *why)))
        .collect()
}

/// How commits that are about to land follow what has landed, in content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Following {
    /// Commits that are there already under another id: a rebased or picked copy. Each with what it copies.
    pub copies: BTreeMap<ObjectId, ObjectId>,
    /// Commits that take back something that is there, each with that, or with all that it takes back together. What takes a
    /// taking-back back is none.
    pub reverts: BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    /// Commits that bring work in again by taking back what had taken it away.
    pub revivals: BTreeMap<ObjectId, Revival>,
}

/// What a commit brings in again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revival {
    /// What had taken it away.
    pub takers: BTreeSet<ObjectId>,
    /// The changes that are there again with it: commits, or merges that stand for what they brought in.
    pub works: BTreeSet<ObjectId>,
}

impl Following {
    /// The places among `items` of what comes back with each of the commits that bring work in again, by the places of these. Those from
    /// `first` on are about to land.
    #[must_use]
    pub fn revived(&self, items: &[WorkItem], first: usize) -> BTreeMap<usize, BTreeSet<usize>> {
        let (landed, coming) = items.split_at_checked(first).unwrap_or((items, &[]));
        let all: BTreeSet<&ObjectId> = self.revivals.values().flat_map(|revival| &revival.works).collect();
        let mut places: BTreeMap<&ObjectId, Vec<usize>> = BTreeMap::new();
        for (place, item) in landed.iter().enumerate() {
            for id in [&item.commit, &item.landing.commit] {
                if all.contains(id) {
                    places.entry(id).or_default().push(place);
                }
            }
        }
        let works =
            |revival: &Revival| revival.works.iter().filter_map(|id| places.get(id)).flatten().copied().collect();
        let revivals =
            (first..).zip(coming).filter_map(|(place, item)| Some((place, self.revivals.get(&item.commit)?)));
        revivals.map(|(place, revival)| (place, works(revival))).collect()
    }

    /// Leaves the copies among some items out: they have landed under another id, and are counted there.
    pub fn leave_copies_out(&self, items: &mut [WorkItem]) {
        for item in items.iter_mut().filter(|item| self.copies.contains_key(&item.commit)) {
            if matches!(item.reading, Reading::Counted(_)) {
                item.reading =
                    Reading::Exempt(Box::new(Exempt { reason: ExemptReason::Copy, rule: None, matched: None }));
            }
        }
    }
}

/// The `coming` commits that undo something which has landed and itself undoes something: they may give credit back.
#[must_use]
pub fn reviving(coming: &BTreeSet<ObjectId>, retraces: &[Retrace]) -> BTreeSet<ObjectId> {
    let undoing = || retraces.iter().filter(|retrace| retrace.kind == RetraceKind::Undoes);
    let undoers: BTreeSet<ObjectId> = undoing().map(|retrace| retrace.later).collect();
    let revives = |retrace: &&Retrace| coming.contains(&retrace.later) && undoers.contains(&retrace.earlier);
    undoing().filter(revives).map(|retrace| retrace.later).collect()
}

/// Which of the `coming` commits do again, or take back, what has landed and still stands, or bring in again what was taken back: but
/// for `fleeting` ones, of which the end of the change does not have all.
#[must_use]
pub fn following(coming: &[CommitFact], retraces: &[Retrace], fleeting: &BTreeSet<ObjectId>) -> Following {
    let new: BTreeSet<ObjectId> = coming.iter().map(|fact| fact.id).collect();
    let landed: Vec<Retrace> = retraces.iter().filter(|retrace| !new.contains(&retrace.later)).copied().collect();
    let (known, alive) = (named(&landed), alive(&landed));
    let takers = takers(&landed);
    let undone = undone(&landed);
    let stands = |id: &ObjectId| !new.contains(id) && (!known.contains(id) || alive.contains(id));
    let mut changes = Following::default();
    let followers: Vec<Retrace> = retraces.iter().filter(|retrace| new.contains(&retrace.later)).copied().collect();
    for retrace in Retrace::whole(&followers, stands) {
        match retrace.kind {
            // The nearest earlier one may itself be a copy in the same change.
            RetraceKind::Repeats => {
                let copied = changes.copies.get(&retrace.earlier).copied();
                if let Some(copied) = copied.or_else(|| stands(&retrace.earlier).then_some(retrace.earlier)) {
                    changes.copies.insert(retrace.later, copied);
                }
            }
            RetraceKind::Undoes if !stands(&retrace.earlier) => {}
            RetraceKind::Undoes if !takers.contains(&retrace.earlier) => {
                let taken = changes.reverts.entry(retrace.later).or_default();
                if taken.is_empty() || retrace.together {
                    taken.insert(retrace.earlier);
                }
            }
            RetraceKind::Undoes if !fleeting.contains(&retrace.later) => {
                let revival = changes.revivals.entry(retrace.later).or_default();
                revival.takers.insert(retrace.earlier);
                revival.works.extend(beginnings(retrace.earlier, &undone));
            }
            RetraceKind::Undoes => {}
        }
    }
    // What a merge stands for shares its lot, unless something else of the change goes on from there: then the merge does not
    // say what became of it.
    let landing: BTreeMap<ObjectId, ObjectId> = coming.iter().map(|fact| (fact.id, fact.landing.commit)).collect();
    let mut continued = BTreeSet::new();
    for fact in coming {
        let brought = fact.parents.iter().filter_map(|parent| Some((parent, landing.get(parent)?)));
        let elsewhere = |(parent, merge): &(&ObjectId, &ObjectId)| {
            parent != merge && fact.id != **merge && fact.landing.commit != **merge
        };
        continued.extend(brought.filter(elsewhere).map(|(_, merge)| *merge));
    }
    Following {
        copies: with_brought(coming, &changes.copies, &continued),
        reverts: with_brought(coming, &changes.reverts, &continued),
        revivals: with_brought(coming, &changes.revivals, &continued),
    }
}

/// What was found of some commits, said as well of those that a merge among them brought in.
fn with_brought<T: Clone>(
    coming: &[CommitFact],
    found: &BTreeMap<ObjectId, T>,
    continued: &BTreeSet<ObjectId>,
) -> BTreeMap<ObjectId, T> {
    let of_merge = |merge: &ObjectId| found.get(merge).filter(|_| !continued.contains(merge));
    let part = |fact: &CommitFact| found.get(&fact.id).or_else(|| of_merge(&fact.landing.commit)).cloned();
    coming.iter().filter_map(|fact| Some((fact.id, part(fact)?))).collect()
}

/// What was there before anybody took it away, where a commit takes back that which takes back that, and so on.
fn beginnings(taker: ObjectId, undone: &BTreeMap<ObjectId, Vec<ObjectId>>) -> BTreeSet<ObjectId> {
    let (mut seen, mut pending, mut found) = (BTreeSet::from([taker]), vec![taker], BTreeSet::new());
    while let Some(later) = pending.pop() {
        match undone.get(&later) {
            Some(earlier) => pending.extend(earlier.iter().copied().filter(|earlier| seen.insert(*earlier))),
            None => _ = found.insert(later),
        }
    }
    found
}

/// What each commit undoes, if it undoes anything.
fn undone(retraces: &[Retrace]) -> BTreeMap<ObjectId, Vec<ObjectId>> {
    let mut undone: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for retrace in retraces.iter().filter(|retrace| retrace.kind == RetraceKind::Undoes) {
        undone.entry(retrace.later).or_default().push(retrace.earlier);
    }
    undone
}

/// The commits that take work away, of retraces in the order of history. Whoever undoes nothing but those brings work in again.
fn takers(retraces: &[Retrace]) -> BTreeSet<ObjectId> {
    let mut takers = BTreeSet::new();
    for retrace in retraces.iter().filter(|retrace| retrace.kind == RetraceKind::Undoes) {
        if !takers.contains(&retrace.earlier) {
            takers.insert(retrace.later);
        }
    }
    takers
}

fn named(retraces: &[Retrace]) -> BTreeSet<ObjectId> {
    retraces.iter().flat_map(|retrace| [retrace.later, retrace.earlier]).collect()
}

/// The changes that no alive change undoes. What stands in a circle is not among them.
fn alive(retraces: &[Retrace]) -> BTreeSet<ObjectId> {
    let mut undoes: BTreeMap<ObjectId, BTreeSet<ObjectId>> = BTreeMap::new();
    let mut undecided: BTreeMap<ObjectId, BTreeSet<ObjectId>> = BTreeMap::new();
    for retrace in retraces {
        undecided.entry(retrace.later).or_default();
        let undoers = undecided.entry(retrace.earlier).or_default();
        if retrace.kind == RetraceKind::Undoes {
            undoers.insert(retrace.later);
            undoes.entry(retrace.later).or_default().insert(retrace.earlier);
        }
    }
    let mut ready: Vec<ObjectId> =
        undecided.iter().filter(|(_, undoers)| undoers.is_empty()).map(|(change, _)| *change).collect();
    let mut alive: BTreeSet<ObjectId> = undecided.keys().copied().collect();
    let mut decided = BTreeSet::new();
    while let Some(change) = ready.pop() {
        decided.insert(change);
        for earlier in undoes.remove(&change).unwrap_or_default() {
            if alive.contains(&change) {
                alive.remove(&earlier);
            }
            if let Some(undoers) = undecided.get_mut(&earlier) {
                undoers.remove(&change);
                if undoers.is_empty() {
                    ready.push(earlier);
                }
            }
        }
    }
    alive.intersection(&decided).copied().collect()
}

#[cfg(test)]
mod tests;
