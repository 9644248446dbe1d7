//! What a change brings, as far as judging it asks.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use crate::classify;
use crate::classify::Context;
use crate::classify::Following;
use crate::classify::Uses;
use crate::classify::WorkItem;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::ledger::Ledger;
use crate::policy::TeamId;

/// What is known of a change's items beside their effort. Items are named by their places among the base's and the change's.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    /// The first item that is the change's; all behind it are.
    pub first: usize,
    /// What each item weighs by its lines; what is left out, nothing.
    pub weights: Vec<u64>,
    /// Items of the change that only take back what has landed.
    pub reverts: BTreeSet<usize>,
    /// Items of the change that bring back what had been taken back, each with the items of the base that come back.
    pub revivals: BTreeMap<usize, BTreeSet<usize>>,
    /// Merges of the change that call themselves paydown and are put together from what they merge: they weigh nothing.
    pub idle: BTreeSet<usize>,
    /// Items of the change that the policy lets land while their team is short.
    pub excused: BTreeSet<usize>,
    /// How often each rule that may let them was used by what has landed.
    pub uses: BTreeMap<Arc<str>, Uses>,
    /// Items of the change that edit nothing but what teams are judged by.
    pub settling: BTreeSet<usize>,
    /// With attribution by roster: the teams whose paths an item of the change touches, or one that comes back with it.
    pub touched: BTreeMap<usize, BTreeSet<TeamId>>,
}

impl Brought {
    /// Of a change whose commits are the last of `items`; `following` says how they follow what has landed.
    #[must_use]
    pub fn of(
        coming: &[CommitFact],
        items: &[WorkItem],
        following: &Following,
        changes: &HashMap<ObjectId, Changes>,
        context: &Context<'_>,
    ) -> Self {
        let first = items.len().saturating_sub(coming.len());
        let (landed, own) = items.split_at_checked(first).unwrap_or((items, &[]));
        let place = |number: usize| number.saturating_add(first);
        let among = |is_meant: &dyn Fn(&ObjectId) -> bool| -> BTreeSet<usize> {
            (first..).zip(coming).filter(|(_, fact)| is_meant(&fact.id)).map(|(place, _)| place).collect()
        };
        let uses = classify::uses(landed, context.policy);
        let settling = classify::settling(coming, changes, context.policy);
        let revivals = following.revived(items, first);
        let concerned = (first..items.len()).chain(revivals.values().flatten().copied());
        let touched = |place: usize| Some((place, classify::touched(items.get(place)?.commit, changes, context)));
        Self {
            first,
            weights: classify::weights(items),
            reverts: among(&|id| following.reverts.contains_key(id)),
            idle: classify::put_together(own).map(place).collect(),
            excused: classify::excused(coming, own, &uses).into_iter().map(place).collect(),
            uses,
            settling: among(&|id| settling.contains(id)),
            touched: concerned.filter_map(touched).collect(),
            revivals,
        }
    }

    /// The teams that work of the change is of, or that it touches. `after` is the base's work and the change's.
    pub(super) fn concerns(&self, after: &Ledger) -> BTreeSet<TeamId> {
        let own = after.postings.iter().filter(|posting| posting.item >= self.first);
        // What is left out has no postings, and concerns nobody by its paths.
        let by_paths = own.clone().filter_map(|posting| self.touched.get(&posting.item)).flatten();
        own.filter_map(|posting| posting.team).chain(by_paths.copied()).collect()
    }
}
