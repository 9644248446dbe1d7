//! How the teams stood at any time of a history whose facts were read once.
//!
//! A point of it says what `check --as-of` says of that time, to the last unit: by the policy and the trusted files of the
//! judged revision, with the mainline as it stood, and with what was undone by then and no later.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::ops::Range;

use crate::classify;
use crate::classify::Context;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::facts::UnixTime;
use crate::ledger;
use crate::ledger::LedgerError;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::verdict::Verdict;
use crate::verdict::judge;
use crate::verdict::waive;

/// What was read of a history: everything that landed in a span that ends with the last point.
pub struct Record<'a> {
    /// The end of the span.
    pub as_of: UnixTime,
    /// Its start, which does not belong to it.
    pub start: UnixTime,
    /// Whether there is history before it.
    pub goes_on: bool,
    /// The commits that landed, by landing: each landing's own in a row.
    pub facts: &'a [CommitFact],
    /// The same, classified without retraces, with what bears them out.
    pub items: &'a [WorkItem],
    /// What undoes or repeats what, in the whole span.
    pub retraces: &'a [Retrace],
    /// What the commits changed.
    pub changes: &'a HashMap<ObjectId, Changes>,
    /// What they are read by.
    pub context: Context<'a>,
    /// The teams that are judged; all, where none is chosen.
    pub chosen: &'a [TeamId],
}

/// How the teams stood at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The end of the window, which belongs to it.
    pub as_of: UnixTime,
    /// Its start, which does not.
    pub start: UnixTime,
    /// One a judged team, in the order of the policy.
    pub verdicts: Vec<Verdict>,
    /// The effort of each of them by kind, in the normative measure.
    pub kinds: Vec<BTreeMap<Kind, u64>>,
    /// How many commits the window holds.
    pub walked: u64,
    /// How many of them count.
    pub counted: u64,
}

/// A mainline commit and what landed with it.
#[derive(Debug, Clone)]
pub(super) struct Landed {
    pub(super) commit: ObjectId,
    /// When it was committed, by its own word.
    pub(super) own: Option<UnixTime>,
    /// Its commits among the facts.
    pub(super) facts: Range<usize>,
}

/// How far the mainline goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// To the newest commit that is not later than the time that is judged.
    AsOf,
    /// Up to this landing, which does not belong to it.
    Landing(usize),
}

/// What landed in a window.
pub(super) struct Window {
    pub(super) items: Vec<WorkItem>,
    pub(super) ids: BTreeSet<ObjectId>,
}

/// The history at its end and every week before, at most `days` back: oldest first.
///
/// # Errors
///
/// [`LedgerError`] when an amount leaves its range.
pub fn weekly(record: &Record<'_>, days: u32, tick: &dyn Fn(u64, u64)) -> Result<Vec<Point>, LedgerError> {
    let landings = record.landings();
    let weeks = days.div_euclid(7);
    let mut points = Vec::new();
    for back in (0..=weeks).rev() {
        let as_of = record.as_of.minus_days(back.saturating_mul(7));
        // Nothing is later than the end, but for what is later than the judged commit's own time.
        let until = if back == 0 { Until::Landing(landings.len()) } else { Until::AsOf };
        points.push(record.point(&landings, as_of, until)?);
        tick(u64::from(weeks.saturating_sub(back)), u64::from(weeks));
    }
    Ok(points)
}

impl Record<'_> {
    fn point(&self, landings: &[Landed], as_of: UnixTime, until: Until) -> Result<Point, LedgerError> {
        let policy = self.context.policy;
        let Window { mut items, ids } = self.window(landings, as_of, until);
        classify::withdraw(&mut items, &self.retraces_among(&ids), &BTreeSet::new());
        let ledger = ledger::post(&items, policy)?;
        let mut verdicts = judge(&ledger, policy, self.chosen);
        waive(&mut verdicts, policy, as_of.day());
        let kinds = verdicts.iter().map(|verdict| {
            let by_kind = ledger.accounts.get(verdict.team.0).map(|account| &account.by_kind);
            let by_kind = by_kind.into_iter().flatten();
            by_kind.map(|(kind, efforts)| (*kind, efforts.get(policy.effort))).collect()
        });
        Ok(Point {
            as_of,
            start: as_of.minus_days(policy.window_days),
            kinds: kinds.collect(),
            verdicts,
            walked: ledger.walked,
            counted: ledger.counted,
        })
    }

    /// The mainline of the span, oldest first.
    pub(super) fn landings(&self) -> Vec<Landed> {
        let mut landings: Vec<Landed> = Vec::new();
        for (at, fact) in self.facts.iter().enumerate() {
            let next = at.saturating_add(1);
            match landings.last_mut() {
                Some(last) if last.commit == fact.landing.commit => last.facts.end = next,
                _ => landings.push(Landed { commit: fact.landing.commit, own: None, facts: at..next }),
            }
            if let Some(last) = landings.last_mut().filter(|last| last.commit == fact.id) {
                last.own = fact.committed;
            }
        }
        landings
    }

    /// What had landed at a time and no longer ago than the window is long, as it had been read then.
    ///
    /// Landing times are those of `docs/measure.md`, with that time as as-of: where the clocks of the mainline go back and
    /// forth they are others than at the end, and the commits are read once more.
    pub(super) fn window(&self, landings: &[Landed], as_of: UnixTime, until: Until) -> Window {
        let start = as_of.minus_days(self.context.policy.window_days);
        let is_known = |landed: &&Landed| landed.own.is_some_and(|own| own <= as_of);
        let newest = || landings.iter().rposition(|landed| is_known(&landed)).map_or(0, |at| at.saturating_add(1));
        let end = match until {
            Until::Landing(end) => end,
            Until::AsOf => newest(),
        };
        let landings = landings.get(..end).unwrap_or(landings);
        // The first commits of a history, where nothing tells their time, landed with the next one.
        let first = || landings.iter().filter(is_known).find_map(|landed| landed.own);
        let mut running = if self.goes_on { Some(self.start) } else { first() };
        let mut window = Window { items: Vec::new(), ids: BTreeSet::new() };
        for landed in landings {
            running = running.max(Some(landed).filter(is_known).and_then(|landed| landed.own));
            let time = running.unwrap_or(as_of);
            if time > start {
                window.items.extend_from_slice(&self.read_at(landed, time));
            }
        }
        window.ids.extend(window.items.iter().map(|item| item.commit));
        window
    }

    /// The commits of a landing as they are read where they landed at a time.
    fn read_at(&self, landed: &Landed, time: UnixTime) -> Cow<'_, [WorkItem]> {
        let (facts, items) = self.of(landed);
        if facts.iter().all(|fact| fact.landing.time == time) {
            return Cow::Borrowed(items);
        }
        let mut facts = facts.to_vec();
        for fact in &mut facts {
            fact.landing.time = time;
        }
        Cow::Owned(self.read_again(&facts, items, &self.context))
    }

    pub(super) fn of(&self, landed: &Landed) -> (&[CommitFact], &[WorkItem]) {
        let facts = self.facts.get(landed.facts.clone()).unwrap_or_default();
        (facts, self.items.get(landed.facts.clone()).unwrap_or_default())
    }

    /// Some commits read once more; what bears them out stays what it was.
    pub(super) fn read_again(&self, facts: &[CommitFact], before: &[WorkItem], context: &Context<'_>) -> Vec<WorkItem> {
        let readings = classify::read(facts, self.changes, context);
        let mut items = classify::classify(facts, readings, self.changes, &[], context);
        let proofs = before.iter().filter_map(|item| match &item.reading {
            Reading::Counted(counted) => Some((item.commit, counted.evidence.proof.as_deref()?.clone())),
            Reading::Exempt(_) => None,
        });
        classify::prove(&mut items, &proofs.collect());
        items
    }

    /// What undoes or repeats what, where both are among some commits.
    pub(super) fn retraces_among(&self, ids: &BTreeSet<ObjectId>) -> Vec<Retrace> {
        let both = |retrace: &&Retrace| ids.contains(&retrace.later) && ids.contains(&retrace.earlier);
        Retrace::whole(self.retraces, |earlier| ids.contains(earlier)).filter(both).copied().collect()
    }
}
