//! Work items become postings: how much effort each person's part in each commit stands for, and whose it is.
//!
//! docs/measure.md has the formulas, with an example to redo by hand.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::classify::Counted;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::WorkerId;
use crate::classify::weight;
use crate::facts::Day;
use crate::facts::IsoWeek;
use crate::facts::ObjectId;
use crate::ledger::Efforts;
use crate::ledger::LedgerError;
use crate::ledger::Posting;
use crate::ledger::divide;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::Measure;
use crate::policy::Percent;
use crate::policy::Policy;
use crate::policy::TeamId;

/// A commit among the counted ones.
struct Work<'i> {
    item: usize,
    commit: ObjectId,
    counted: &'i Counted,
}

/// How much of a person one team has on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The team; `None` has what no team has.
    pub team: Option<TeamId>,
    /// Per cents of a full week.
    pub percent: u64,
}

/// Postings, sorted by item, worker and team, nobody behind the teams.
struct Slots {
    postings: Vec<Posting>,
    /// Where each item's postings begin.
    starts: Vec<usize>,
}

/// All postings, sorted by item, worker and team (nobody last).
///
/// # Errors
///
/// [`LedgerError`] when an amount leaves its range.
pub(super) fn postings(items: &[WorkItem], policy: &Policy) -> Result<Vec<Posting>, LedgerError> {
    let mut slots = Slots { postings: Vec::with_capacity(items.len()), starts: Vec::with_capacity(items.len()) };
    let mut days: BTreeMap<(&WorkerId, IsoWeek), BTreeMap<Day, Vec<Work<'_>>>> = BTreeMap::new();
    for (item, one) in items.iter().enumerate() {
        slots.starts.push(slots.postings.len());
        let Reading::Counted(counted) = &one.reading else { continue };
        let week = counted.day.iso_week();
        post_commit(item, one.commit, counted, week, policy, &mut slots)?;
        for worker in &counted.workers {
            let work = Work { item, commit: one.commit, counted };
            days.entry((&worker.id, week)).or_default().entry(counted.day).or_default().push(work);
        }
    }
    for ((worker, week), mut days) in days {
        let active_days = u64::try_from(days.len()).map_err(|_impossible| too_big())?;
        for (day, work) in &mut days {
            // The order in which the history was walked must not decide who gets the last unit.
            work.sort_by_key(|one| one.commit);
            post_day(worker, (week, *day), active_days, work, policy, &mut slots)?;
        }
    }
    let mut postings = slots.postings;
    for posting in &mut postings {
        let counted = items.get(posting.item).and_then(|one| match &one.reading {
            Reading::Counted(counted) => Some(counted),
            Reading::Exempt(_) => None,
        });
        let counted = counted.ok_or_else(too_big)?;
        let (effort, team) = (posting.effort, posting.team);
        let natural = natural_paydown(effort, counted, team, policy)?;
        // What the lead says beyond that needs no other evidence: the cap bounds it.
        let more = part(effort, counted.credit_of(team))?;
        let more = more.checked_sub(part(effort, counted.natural_credit_of(team))?).ok_or_else(too_big)?;
        posting.paydown = natural.checked_add(more).ok_or_else(too_big)?;
        posting.credit = credit(counted, team, policy);
    }
    postings.shrink_to_fit();
    Ok(postings)
}

/// Posts a person's day in developer-weeks and developer-days.
fn post_day(
    worker: &WorkerId,
    (week, day): (IsoWeek, Day),
    active_days: u64,
    work: &[Work<'_>],
    policy: &Policy,
    slots: &mut Slots,
) -> Result<(), LedgerError> {
    let weights = weights(work)?;
    let parts = parts_on(worker, day, policy);
    let of_week = |percent| day_of_week(percent, active_days);
    let whole_day = Measure::DeveloperDays.scale();
    match policy.attribution {
        Attribution::Roster => {
            let in_proportion: Vec<u128> = parts.iter().map(|part| u128::from(part.percent)).collect();
            let of_day = divide(whole_day, &in_proportion)?;
            for (part, of_day) in parts.iter().zip(of_day) {
                let weeks = divide(of_week(part.percent)?, &weights)?;
                let days = divide(of_day, &weights)?;
                for ((one, weeks), days) in work.iter().zip(weeks).zip(days) {
                    let effort = Efforts { developer_weeks: weeks, developer_days: days, ..Efforts::default() };
                    slots.add(one.item, worker, week, part.team, effort)?;
                }
            }
        }
        Attribution::Paths => {
            let percent =
                parts.iter().map(|part| part.percent).try_fold(0_u64, u64::checked_add).ok_or_else(too_big)?;
            let weeks = divide(of_week(percent)?, &weights)?;
            let days = divide(whole_day, &weights)?;
            for ((one, weeks), days) in work.iter().zip(weeks).zip(days) {
                let owners = owner_weights(one.counted);
                let weeks = divide(weeks, &owners)?;
                let days = divide(days, &owners)?;
                for ((owner, weeks), days) in one.counted.owners.iter().zip(weeks).zip(days) {
                    let effort = Efforts { developer_weeks: weeks, developer_days: days, ..Efforts::default() };
                    slots.add(one.item, worker, week, owner.team, effort)?;
                }
            }
        }
    }
    Ok(())
}

/// Posts a commit in commits and lines: over its workers in equal parts, then over each one's teams or the owners.
fn post_commit(
    item: usize,
    commit: ObjectId,
    counted: &Counted,
    week: IsoWeek,
    policy: &Policy,
    slots: &mut Slots,
) -> Result<(), LedgerError> {
    if counted.workers.is_empty() {
        return Err(LedgerError::Nobody { commit });
    }
    let too_many = || LedgerError::TooManyLines { commit, lines: counted.lines };
    let all_lines = Measure::Lines.scale().checked_mul(counted.lines).ok_or_else(too_many)?;
    let equal = vec![1; counted.workers.len()];
    let commits = divide(Measure::Commits.scale(), &equal)?;
    let lines = divide(all_lines, &equal)?;
    for ((worker, commits), lines) in counted.workers.iter().zip(commits).zip(lines) {
        let shares: Vec<(Option<TeamId>, u128)> = match policy.attribution {
            Attribution::Roster => {
                let parts = parts_on(&worker.id, counted.day, policy);
                parts.into_iter().map(|part| (part.team, u128::from(part.percent))).collect()
            }
            Attribution::Paths => counted.owners.iter().map(|owner| (owner.team, u128::from(owner.weight))).collect(),
        };
        let weights: Vec<u128> = shares.iter().map(|(_, weight)| *weight).collect();
        let commits = divide(commits, &weights)?;
        let lines = divide(lines, &weights)?;
        for (((team, _), commits), lines) in shares.into_iter().zip(commits).zip(lines) {
            slots.add(item, &worker.id, week, team, Efforts { commits, lines, ..Efforts::default() })?;
        }
    }
    Ok(())
}

/// The part of a developer-week that one of a person's `active_days` stands for, where a team has so many per cents of
/// the person: `840,000,000 * percent / 100 * min(active_days, 3) / 3 / active_days`, which is a whole number for 1 to
/// 7 days.
///
/// # Errors
///
/// [`LedgerError`] when the amount leaves its range, or there is no day.
pub fn day_of_week(percent: u64, active_days: u64) -> Result<u64, LedgerError> {
    let whole = Measure::DeveloperWeeks.scale().checked_mul(percent).ok_or_else(too_big)?;
    let whole = whole.checked_mul(active_days.min(3)).ok_or_else(too_big)?;
    whole.checked_div(active_days.checked_mul(300).ok_or_else(too_big)?).ok_or_else(too_big)
}

/// What the commits of a person's day weigh: `(1 + min(lines, 400)) / number of workers`, made whole by the least common
/// multiple of those numbers.
fn weights(work: &[Work<'_>]) -> Result<Vec<u128>, LedgerError> {
    let numbers = work.iter().map(|one| u128::try_from(one.counted.workers.len()).map_err(|_impossible| too_big()));
    let numbers: BTreeSet<u128> = numbers.collect::<Result<_, _>>()?;
    let multiple = numbers.iter().try_fold(1_u128, |all, number| least_common_multiple(all, *number))?;
    let weigh = |one: &Work<'_>| {
        let workers = u128::try_from(one.counted.workers.len()).ok()?;
        u128::from(weight(one.counted.lines)).checked_mul(multiple.checked_div(workers)?)
    };
    work.iter().map(|one| weigh(one).ok_or_else(too_big)).collect()
}

fn least_common_multiple(one: u128, other: u128) -> Result<u128, LedgerError> {
    let (mut divisor, mut rest) = (one, other);
    while let Some(remainder) = divisor.checked_rem(rest) {
        (divisor, rest) = (rest, remainder);
    }
    one.checked_div(divisor).and_then(|part| part.checked_mul(other)).ok_or_else(too_big)
}

/// Who has a person on a day, in the order of the teams: nobody, where no membership holds.
#[must_use]
pub fn parts_on(worker: &WorkerId, day: Day, policy: &Policy) -> Vec<Part> {
    let whole = u64::from(Percent::WHOLE.get());
    if let Some(team) = policy.everyone() {
        return vec![Part { team: Some(team), percent: whole }];
    }
    let held = worker.on(&policy.roster).map(|person| person.on(day)).unwrap_or_default();
    let parts: Vec<Part> = held
        .into_iter()
        .map(|membership| Part { team: Some(membership.team), percent: u64::from(membership.part_time.get()) })
        .collect();
    if parts.is_empty() { vec![Part { team: None, percent: whole }] } else { parts }
}

fn owner_weights(counted: &Counted) -> Vec<u128> {
    counted.owners.iter().map(|owner| u128::from(owner.weight)).collect()
}

/// What is credited of an effort without relabels.
pub(super) fn natural_paydown(
    effort: Efforts,
    counted: &Counted,
    team: Option<TeamId>,
    policy: &Policy,
) -> Result<Efforts, LedgerError> {
    let paydown = part(effort, counted.natural_credit_of(team))?;
    part(paydown, credited_of_natural(counted, policy))
}

/// The part that counts of what the commit's own labels credit.
fn credited_of_natural(counted: &Counted, policy: &Policy) -> BasisPoints {
    // What was not looked at is not known to be borne out, and what is not known does not help.
    let is_proven = counted.evidence.proof.as_ref().is_some_and(|proof| proof.grade.is_proven());
    if is_proven { BasisPoints::WHOLE } else { policy.unproven_credit }
}

/// The credit of a commit as a fraction of [`CREDIT_SCALE`](crate::ledger::CREDIT_SCALE), exactly.
fn credit(counted: &Counted, team: Option<TeamId>, policy: &Policy) -> u32 {
    let whole = u32::from(BasisPoints::WHOLE.get());
    let own = u32::from(counted.natural_credit_of(team).get());
    let more = u32::from(counted.credit_of(team).get()).saturating_sub(own);
    let own = own.saturating_mul(u32::from(credited_of_natural(counted, policy).get()));
    own.saturating_add(more.saturating_mul(whole))
}

/// A part of an effort, rounded down in each measure.
fn part(effort: Efforts, points: BasisPoints) -> Result<Efforts, LedgerError> {
    let mut paydown = Efforts::default();
    for measure in Measure::ALL {
        let part = u128::from(effort.get(measure)).checked_mul(u128::from(points.get())).ok_or_else(too_big)?;
        let part = part.div_euclid(u128::from(BasisPoints::WHOLE.get()));
        *paydown.get_mut(measure) = u64::try_from(part).map_err(|_impossible| too_big())?;
    }
    Ok(paydown)
}

impl Slots {
    /// Adds to a posting of an item, or makes it; new ones come item by item.
    fn add(
        &mut self,
        item: usize,
        worker: &WorkerId,
        week: IsoWeek,
        team: Option<TeamId>,
        effort: Efforts,
    ) -> Result<(), LedgerError> {
        let start = self.starts.get(item).copied().ok_or_else(too_big)?;
        let next = item.checked_add(1).and_then(|next| self.starts.get(next)).copied();
        let end = next.unwrap_or(self.postings.len());
        let of_item = self.postings.get_mut(start..end).ok_or_else(too_big)?;
        let order = |one: &Posting| (&one.worker, one.team.is_none(), one.team).cmp(&(worker, team.is_none(), team));
        match of_item.binary_search_by(order) {
            Ok(at) => {
                let posting = of_item.get_mut(at).ok_or_else(too_big)?;
                posting.effort = posting.effort.checked_add(effort).ok_or_else(too_big)?;
            }
            Err(at) if next.is_none() => {
                let at = start.checked_add(at).ok_or_else(too_big)?;
                let (paydown, refused) = (Efforts::default(), Efforts::default());
                let worker = worker.clone();
                let posting = Posting { item, worker, week, team, effort, paydown, credit: 0, refused };
                self.postings.insert(at, posting);
            }
            // A day is posted to those whom its commits were posted to.
            Err(_strange) => return Err(too_big()),
        }
        Ok(())
    }
}

const fn too_big() -> LedgerError {
    LedgerError::Overflow { what: "effort" }
}
