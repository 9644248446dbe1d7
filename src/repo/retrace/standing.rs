//! What still stands of the changes so far, and what undoes or repeats it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::facts::RetraceKind;
use crate::repo::retrace::fingerprint::Fingerprint;
use crate::repo::retrace::unit::Unit;

/// The name of a content.
type ContentName = [u8; 20];

/// Each unit with those before it that it undoes, and with the nearest that it repeats. `claims` are the units that undo what they
/// name, the newest first, if it still stands.
///
/// What one unit has undone is not asked for again: whoever undoes it later is of the same content as the one that did,
/// and shares its lot. So the number of pairs is at most twice that of the units, and of what claims name, however often something
/// goes back and forth.
pub(super) fn matches<'u>(
    units: &'u [Unit<'u>],
    prints: &HashMap<ObjectId, Fingerprint>,
    claims: &HashMap<ObjectId, Vec<&'u Unit<'u>>>,
) -> Vec<Retrace> {
    let mut standing = Standing::default();
    let mut latest: BTreeMap<ContentName, Vec<&Unit<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for unit in units {
        let Some(print) = prints.get(&unit.fact.id) else { continue };
        let later = unit.fact.id;
        let mut undone: Vec<(ObjectId, bool)> = Vec::new();
        if let Some(claimed) = claims.get(&later) {
            undone = standing.undo_together(unit, claimed, prints);
        }
        if undone.is_empty() {
            let single = standing.undo(unit, print.inverse).into_iter().rev();
            undone = single.map(|earlier| (earlier.fact.id, false)).collect();
        }
        standing.note(later, &undone, prints);
        let is_new = |earlier: &ObjectId| undone.iter().all(|(undone, _)| undone != earlier);
        let same = latest.get(&print.forward);
        let repeated = same.and_then(|same| same.iter().rev().find(|earlier| are_strangers(unit, earlier)));
        // A change that is its own inverse is said once.
        let repeated = repeated.map(|earlier| earlier.fact.id).filter(is_new);
        found.extend(undone.iter().map(|(earlier, together)| Retrace {
            later,
            earlier: *earlier,
            kind: RetraceKind::Undoes,
            together: *together,
        }));
        found.extend(repeated.map(|earlier| Retrace { later, earlier, kind: RetraceKind::Repeats, together: false }));
        standing.put(print.forward, unit);
        latest.entry(print.forward).or_default().push(unit);
    }
    found
}

fn are_strangers(unit: &Unit<'_>, earlier: &Unit<'_>) -> bool {
    !unit.is_part_of(earlier) && !earlier.is_part_of(unit)
}

#[derive(Default)]
struct Standing<'u> {
    by_print: BTreeMap<ContentName, Vec<&'u Unit<'u>>>,
    /// Those that take work away; whoever undoes nothing but those brings work in again.
    takers: BTreeSet<ObjectId>,
    /// What units that undid several together took away, and what those that undid these brought back: no content of one is
    /// that of the others, so that it has to be said.
    took: HashMap<ObjectId, Vec<&'u Unit<'u>>>,
    brought: HashMap<ObjectId, Vec<&'u Unit<'u>>>,
}

impl<'u> Standing<'u> {
    fn put(&mut self, print: ContentName, unit: &'u Unit<'u>) {
        self.by_print.entry(print).or_default().push(unit);
    }

    /// Takes away all of a content.
    fn undo(&mut self, unit: &Unit<'_>, print: ContentName) -> Vec<&'u Unit<'u>> {
        let Some(earlier) = self.by_print.get_mut(&print) else { return Vec::new() };
        let (strangers, own) = earlier.drain(..).partition(|earlier| are_strangers(unit, earlier));
        *earlier = own;
        strangers
    }

    /// Takes away all of the content of some units, each with whether it stands for one of them; nothing, if of one nothing stands, or
    /// if it would both take work away and bring work in again.
    fn undo_together(
        &mut self,
        unit: &Unit<'_>,
        claimed: &[&'u Unit<'u>],
        prints: &HashMap<ObjectId, Fingerprint>,
    ) -> Vec<(ObjectId, bool)> {
        let mut all: Vec<(&'u Unit<'u>, bool)> = Vec::new();
        let mut contents = BTreeSet::new();
        for one in claimed {
            let Some(print) = prints.get(&one.fact.id) else { return Vec::new() };
            if !contents.insert(print.forward) {
                continue;
            }
            let there = self.by_print.get(&print.forward).into_iter().flatten().copied();
            let there: Vec<_> = there.filter(|earlier| are_strangers(unit, earlier)).collect();
            let named = |earlier: &&Unit<'_>| claimed.iter().any(|one| one.fact.id == earlier.fact.id);
            let Some(newest) = there.last() else { return Vec::new() };
            let is_any_named = there.iter().any(named);
            let stands_for =
                |earlier: &&'u Unit<'u>| if is_any_named { named(earlier) } else { earlier.fact.id == newest.fact.id };
            all.extend(there.iter().rev().map(|earlier| (*earlier, stands_for(earlier))));
        }
        let takers = all.iter().filter(|(earlier, _)| self.takers.contains(&earlier.fact.id)).count();
        if takers > 0 && takers < all.len() {
            return Vec::new();
        }
        for print in contents {
            self.undo(unit, print);
        }
        let undone = all.iter().map(|(earlier, stands_for)| (earlier.fact.id, *stands_for)).collect();
        self.took.entry(unit.fact.id).or_default().extend(all.into_iter().map(|(earlier, _)| earlier));
        undone
    }

    /// Notes what a unit undoes: what that had taken away together stands again, and what it had brought back so does no more.
    fn note(&mut self, later: ObjectId, undone: &[(ObjectId, bool)], prints: &HashMap<ObjectId, Fingerprint>) {
        for (earlier, _) in undone {
            if !self.takers.contains(earlier) {
                self.takers.insert(later);
            }
            if let Some(back) = self.took.get(earlier).cloned() {
                for unit in &back {
                    let Some(print) = prints.get(&unit.fact.id) else { continue };
                    let there = self.by_print.entry(print.forward).or_default();
                    if there.iter().all(|one| one.fact.id != unit.fact.id) {
                        there.push(unit);
                    }
                }
                self.brought.entry(later).or_default().extend(back);
            }
            if let Some(gone) = self.brought.get(earlier).cloned() {
                let gone: Vec<_> = gone.into_iter().filter(|unit| self.drop(unit, prints)).collect();
                self.took.entry(later).or_default().extend(gone);
            }
        }
    }

    /// Takes one away; says whether it stood.
    fn drop(&mut self, unit: &Unit<'_>, prints: &HashMap<ObjectId, Fingerprint>) -> bool {
        let print = prints.get(&unit.fact.id).map(|print| print.forward);
        let Some(there) = print.and_then(|print| self.by_print.get_mut(&print)) else { return false };
        let before = there.len();
        there.retain(|one| one.fact.id != unit.fact.id);
        there.len() < before
    }
}
