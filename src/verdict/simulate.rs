//! What the gate would have said of every landing of a history.
//!
//! Each landing is judged as `check --base` judges a merge: on top of the mainline before it, as if it landed at the end
//! of that mainline's window.

use std::collections::BTreeSet;

use crate::classify;
use crate::classify::Context;
use crate::facts::Landing;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::ledger;
use crate::ledger::Ledger;
use crate::ledger::LedgerError;
use crate::policy::FailWhen;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::verdict::Answer;
use crate::verdict::Brought;
use crate::verdict::ChangeVerdict;
use crate::verdict::Coming;
use crate::verdict::Standing;
use crate::verdict::Verdict;
use crate::verdict::fails;
use crate::verdict::history::Landed;
use crate::verdict::history::Record;
use crate::verdict::history::Until;
use crate::verdict::judge;
use crate::verdict::judge::judge_without_intervals;
use crate::verdict::judge_change;

/// What the gate would have said of a landing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedLanding {
    /// The mainline commit.
    pub commit: ObjectId,
    /// When it landed.
    pub time: UnixTime,
    /// Its subject.
    pub subject: Untrusted,
    /// The teams whose work or paths it has, in the order of the policy.
    pub concerns: Vec<TeamId>,
    /// Those of them that it would have been blocked for.
    pub blocked: Vec<TeamId>,
    /// Those that it would have been blocked for, were it not for a waiver.
    pub waived: Vec<TeamId>,
}

/// Judges every landing later than a time; oldest first. The first commit of a history has nothing that it lands on, and
/// is left out.
///
/// # Errors
///
/// [`LedgerError`] when an amount leaves its range.
pub fn simulate(
    record: &Record<'_>,
    since: UnixTime,
    tick: &dyn Fn(u64, u64),
) -> Result<Vec<SimulatedLanding>, LedgerError> {
    let landings = record.landings();
    let time = |landed: &Landed| record.of(landed).0.first().map(|fact| fact.landing.time);
    let first = landings.partition_point(|landed| time(landed).is_none_or(|time| time <= since));
    let all = u64::try_from(landings.len().saturating_sub(first)).unwrap_or(u64::MAX);
    let unwaived = without_waivers(record.context.policy);
    let mut told = Vec::new();
    for ((place, landed), done) in landings.iter().enumerate().skip(first.max(1)).zip(1..) {
        told.extend(record.landing(&landings, place, landed, &unwaived)?);
        tick(done, all);
    }
    Ok(told)
}

impl Record<'_> {
    /// What it would have said of a landing; `unwaived` is the policy without its waivers.
    fn landing(
        &self,
        landings: &[Landed],
        place: usize,
        landed: &Landed,
        unwaived: &Policy,
    ) -> Result<Option<SimulatedLanding>, LedgerError> {
        let policy = self.context.policy;
        let (facts, before) = self.of(landed);
        let Some(tip) = facts.iter().find(|fact| fact.id == landed.commit) else { return Ok(None) };
        let as_of = latest(landings, place).unwrap_or(tip.landing.time);
        let mut window = self.window(landings, as_of, Until::Landing(place));
        let mut base = window.items.clone();
        let base_ids = window.ids.clone();

        // What lands is made now, by whom nobody has proven.
        let mut coming = facts.to_vec();
        for fact in &mut coming {
            fact.landing = Landing { commit: landed.commit, time: as_of };
            fact.committed = fact.committed.map(|_claimed| as_of);
        }
        let ids: BTreeSet<ObjectId> = coming.iter().map(|fact| fact.id).collect();
        let context = Context { coming: &ids, ..self.context };
        window.items.extend(self.read_again(&coming, before, &context));
        window.ids.extend(&ids);
        let retraces = self.retraces_among(&window.ids);
        classify::withdraw(&mut window.items, &retraces, &BTreeSet::new());
        let following = classify::following(&coming, &retraces, &BTreeSet::new());
        following.leave_copies_out(&mut window.items);
        let after = ledger::post(&window.items, policy)?;
        let brought = Brought::of(&coming, &window.items, &following, self.changes, &context);
        let concerns = brought.concerns(&after).into_iter();
        let chosen: Vec<TeamId> =
            concerns.filter(|team| self.chosen.is_empty() || self.chosen.contains(team)).collect();
        let told = |blocked: Vec<TeamId>, waived: Vec<TeamId>| SimulatedLanding {
            commit: landed.commit,
            time: tip.landing.time,
            subject: tip.message.subject.clone(),
            concerns: chosen.clone(),
            blocked,
            waived,
        };
        // Where all teams that it concerns meet their allocations with it nothing blocks it: the base need not be posted.
        let may_stop = |verdict: &Verdict| verdict.standing == Standing::NotEnoughWork || fails(verdict, policy);
        if !self.judged(&after, &chosen).iter().any(may_stop) {
            return Ok(Some(told(Vec::new(), Vec::new())));
        }
        classify::withdraw(&mut base, &self.retraces_among(&base_ids), &BTreeSet::new());
        let before = self.judged(&ledger::post(&base, policy)?, &chosen);
        let coming = Coming { before: &before, after: &after, brought: &brought, today: as_of.day() };
        let of = |verdicts: &[ChangeVerdict], answer| -> Vec<TeamId> {
            verdicts.iter().filter(|verdict| verdict.answer == answer).map(|verdict| verdict.team).collect()
        };
        let verdicts = judge_change(&coming, policy);
        let by_waiver = of(&verdicts, Answer::Waived);
        let mut waived = Vec::new();
        if !by_waiver.is_empty() {
            waived = of(&judge_change(&coming, unwaived), Answer::Short);
            waived.retain(|team| by_waiver.contains(team));
        }
        Ok(Some(told(of(&verdicts, Answer::Short), waived)))
    }

    /// The verdicts, with intervals where they decide.
    fn judged(&self, ledger: &Ledger, chosen: &[TeamId]) -> Vec<Verdict> {
        match self.context.policy.fail_when {
            _ if chosen.is_empty() => Vec::new(),
            FailWhen::Below => judge_without_intervals(ledger, self.context.policy, chosen),
            FailWhen::ClearlyBelow => judge(ledger, self.context.policy, chosen),
        }
    }
}

fn without_waivers(policy: &Policy) -> Policy {
    let mut policy = policy.clone();
    policy.safeguards.waivers.clear();
    policy
}

/// As-of of the mainline before a landing.
fn latest(landings: &[Landed], end: usize) -> Option<UnixTime> {
    let last = landings.get(end.saturating_sub(UnixTime::AS_OF_BY)..end).unwrap_or_default();
    let newest = last.last().and_then(|landed| landed.own);
    UnixTime::as_of(newest, last.iter().filter_map(|landed| landed.own).collect())
}
