//! Whether a change may land: by what it makes of its teams' shares, or by what it is itself.

use std::collections::BTreeSet;

use crate::facts::Day;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::ledger::CREDIT_SCALE;
use crate::ledger::Ledger;
use crate::ledger::Posting;
use crate::ledger::Sums;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::Measure;
use crate::policy::Policy;
use crate::policy::Rounding;
use crate::policy::TeamId;
use crate::verdict::Brought;
use crate::verdict::Share;
use crate::verdict::Standing;
use crate::verdict::Verdict;
use crate::verdict::fails;
use crate::verdict::judge;
use crate::verdict::waive;

/// The base's window, and the same with the change landed.
#[derive(Debug, Clone, Copy)]
pub struct Coming<'a> {
    /// How the teams stand at the base: one a judged team.
    pub before: &'a [Verdict],
    /// The base's work and the change's, posted together.
    pub after: &'a Ledger,
    /// What the change brings.
    pub brought: &'a Brought,
    /// The day that is judged: waivers hold on it, or not.
    pub today: Day,
}

/// What a change means for one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeVerdict {
    /// The team.
    pub team: TeamId,
    /// How the team would stand with the change landed.
    pub after: Verdict,
    /// What of the change is the team's in the normative measure: with attribution by roster all commits that hold its
    /// work or touch its paths, and else its work. What takes back earlier work, or brings paydown back, is left out.
    pub own: Sums,
    /// The share of paydown in that. In developer-weeks and days its commits are weighed by their lines, whoever made them: a change is one
    /// piece of work, in which somebody's first commit of a week is no more than another.
    pub own_share: Option<Share>,
    /// Whether the change may land.
    pub answer: Answer,
}

/// Whether a change may land, as far as one team goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Neither its work nor its paths are the team's.
    NotConcerned,
    /// The team has too little work at the base to be judged.
    NotEnoughWork,
    /// With the change the team meets its allocation, or is not clearly below where the policy asks for that.
    TeamMeets,
    /// The change itself holds as much paydown as the allocation asks for: a step on the way back.
    ChangeMeets,
    /// The team is short with the change, which the sponsor has waived for a time.
    Waived,
    /// The change only takes earlier work back.
    Reverts,
    /// The change only brings back paydown that had been taken back.
    BringsBack,
    /// The policy lets it land because it cannot wait.
    Exempt,
    /// The change edits nothing but what teams are judged by: the policy, relabels, keys.
    PolicyOnly,
    /// The team is short with the change, and the change does not bring it back.
    Short,
}

impl Answer {
    /// The answer as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotConcerned => "not-concerned",
            Self::NotEnoughWork => "not-enough-work",
            Self::TeamMeets => "team-meets",
            Self::ChangeMeets => "change-meets",
            Self::Waived => "waived",
            Self::Reverts => "reverts",
            Self::BringsBack => "brings-back",
            Self::Exempt => "exempt",
            Self::PolicyOnly => "policy-only",
            Self::Short => "short",
        }
    }
}

/// Judges a change for each team that was judged at the base, in their order.
#[must_use]
pub fn judge_change(coming: &Coming<'_>, policy: &Policy) -> Vec<ChangeVerdict> {
    let chosen: Vec<TeamId> = coming.before.iter().map(|verdict| verdict.team).collect();
    let mut after = if chosen.is_empty() { Vec::new() } else { judge(coming.after, policy, &chosen) };
    let mut before = coming.before.to_vec();
    for verdicts in [&mut before, &mut after] {
        waive(verdicts, policy, coming.today);
    }
    before.iter().zip(after).map(|(before, after)| team(coming, before, after, policy)).collect()
}

/// What the teams that keep the change from landing give to say; `level` is an error, unless nothing is enforced.
#[must_use]
pub fn change_findings(verdicts: &[ChangeVerdict], policy: &Policy, level: Level) -> Vec<Finding> {
    verdicts.iter().filter_map(|verdict| short(verdict, policy, level)).collect()
}

fn team(coming: &Coming<'_>, before: &Verdict, after: Verdict, policy: &Policy) -> ChangeVerdict {
    let id = before.team;
    let brought = coming.brought;
    let touches = |posting: &Posting| brought.touched.get(&posting.item).is_some_and(|touched| touched.contains(&id));
    let concerns = |posting: &&Posting| posting.team == Some(id) || touches(posting);
    // By the roster a commit is the team's own as a whole. If it were so in part only, a day's paydown in which a
    // person's part is the smaller one would draw that person off paydown which counts in full, on the team's paths.
    let own_of = |is_asked: &dyn Fn(usize) -> bool| -> Vec<&Posting> {
        let asked = coming.after.postings.iter().filter(|one| is_asked(one.item));
        let concerning: BTreeSet<usize> = asked.clone().filter(concerns).map(|one| one.item).collect();
        let is_own = |posting: &&Posting| match policy.attribution {
            Attribution::Roster => concerning.contains(&posting.item),
            Attribution::Paths => concerns(posting),
        };
        asked.filter(is_own).collect()
    };
    let all = own_of(&|item| item >= brought.first);
    // What comes back is judged as it would be if it came for the first time: a feature is not carried by paydown beside it.
    let is_paydown_back = |works: &BTreeSet<usize>| {
        let theirs = own_of(&|item| works.contains(&item));
        let whole = || coming.after.postings.iter().filter(|one| works.contains(&one.item)).collect();
        let back: Vec<&Posting> = if theirs.is_empty() { whole() } else { theirs };
        own_share(coming, &back, policy.effort).is_some_and(|share| share.meets(after.allocation))
    };
    let revived = brought.revivals.iter().filter(|(_, works)| is_paydown_back(works));
    let revived: BTreeSet<usize> = revived.map(|(item, _)| *item).collect();
    let is_left_out = |one: &&Posting| brought.reverts.contains(&one.item) || revived.contains(&one.item);
    let left_out = all.iter().filter(|one| is_left_out(one)).count();
    let is_new = |one: &&Posting| !is_left_out(one) && !brought.idle.contains(&one.item);
    let new: Vec<&Posting> = all.iter().copied().filter(is_new).collect();
    let work: Vec<&Posting> = new.iter().copied().filter(|one| !brought.settling.contains(&one.item)).collect();
    let waiting: Vec<&Posting> = work.iter().copied().filter(|one| !brought.excused.contains(&one.item)).collect();
    let own = sums(&new, policy.effort);
    let share = |postings: &[&Posting]| own_share(coming, postings, policy.effort);
    let meets = |postings: &[&Posting]| share(postings).is_some_and(|share| share.meets(after.allocation));
    // A change that spreads the same weeks over more work elsewhere leaves too little to judge: then the base's standing counts.
    let counts = if after.standing == Standing::NotEnoughWork { before } else { &after };
    let answer = if all.is_empty() {
        Answer::NotConcerned
    } else if before.standing == Standing::NotEnoughWork {
        // By the base: a change brings the team neither into judgement nor out of it.
        Answer::NotEnoughWork
    } else if counts.standing == Standing::Waived {
        Answer::Waived
    } else if !fails(counts, policy) {
        Answer::TeamMeets
    } else if new.is_empty() && left_out == 0 {
        // Nothing but merges of what is there: no work, and no step on the way either.
        Answer::Short
    } else if new.is_empty() && all.iter().any(|one| revived.contains(&one.item)) {
        Answer::BringsBack
    } else if new.is_empty() {
        Answer::Reverts
    } else if meets(&new) {
        Answer::ChangeMeets
    } else if work.is_empty() {
        // What a lead says of commits, or a waiver, could otherwise never help the team that it is for.
        Answer::PolicyOnly
    } else if waiting.is_empty() {
        Answer::Exempt
    } else if meets(&waiting) {
        // Paydown beside what does not wait is not held up by it.
        Answer::ChangeMeets
    } else {
        Answer::Short
    };
    ChangeVerdict { team: id, after, own, own_share: share(&new), answer }
}

fn own_share(coming: &Coming<'_>, postings: &[&Posting], measure: Measure) -> Option<Share> {
    let by_measure = match measure {
        Measure::DeveloperWeeks | Measure::DeveloperDays => None,
        Measure::Commits | Measure::Lines => share_by(postings, measure, |posting| posting.effort.get(measure)),
    };
    // A commit's parts by `1 + min(lines, 400)`, as within a day. What is 0 lines is work all the same, and may be paydown.
    let weight = |posting: &Posting| coming.brought.weights.get(posting.item).copied().unwrap_or_default();
    let weighed = |posting: &Posting| posting.effort.commits.saturating_mul(weight(posting));
    by_measure.or_else(|| share_by(postings, Measure::Commits, weighed))
}

/// The share of paydown in postings that weigh so much, with the credit of each as it was stated: rounded down to the few
/// units of a part, a change that says `Debt-Share: 15%` would come out below 15 %. `None` where nothing weighs anything.
fn share_by(postings: &[&Posting], measure: Measure, weight: impl Fn(&Posting) -> u64) -> Option<Share> {
    let (mut paydown, mut total) = (0_u128, 0_u128);
    for posting in postings {
        // What the cap on relabels left is known in units alone.
        let (credit, of) = match posting.refused.get(measure) {
            0 => (u64::from(posting.credit), u64::from(CREDIT_SCALE)),
            _ => (posting.paydown.get(measure), posting.effort.get(measure)),
        };
        let whole = u128::from(weight(posting)).saturating_mul(u128::from(CREDIT_SCALE));
        let credited = whole.saturating_mul(u128::from(credit)).checked_div(u128::from(of)).unwrap_or_default();
        (paydown, total) = (paydown.saturating_add(credited), total.saturating_add(whole));
    }
    // Exact, unless more lines were changed than any repository has: then what is on the floor stays on it.
    let beyond = total.checked_div(u128::from(u64::MAX)).unwrap_or_default().saturating_add(1);
    let (paydown, total) = (paydown.div_ceil(beyond), total.checked_div(beyond).unwrap_or_default());
    let fitting = |sum: u128| u64::try_from(sum).unwrap_or(u64::MAX);
    Share::of(Sums { paydown: fitting(paydown), total: fitting(total) })
}

fn sums(postings: &[&Posting], measure: Measure) -> Sums {
    let add = |sums: Sums, posting: &&Posting| Sums {
        paydown: sums.paydown.saturating_add(posting.paydown.get(measure)),
        total: sums.total.saturating_add(posting.effort.get(measure)),
    };
    postings.iter().fold(Sums::default(), add)
}

fn short(verdict: &ChangeVerdict, policy: &Policy, level: Level) -> Option<Finding> {
    if verdict.answer != Answer::Short {
        return None;
    }
    let team = policy.team(verdict.team)?;
    let share = verdict.after.share?.percent(Rounding::Down);
    let (name, unit) = (&team.name, policy.effort.name());
    let allocation = verdict.after.allocation.0;
    let missing = match verdict.after.shortfall {
        Some(units) => format!("{} {unit} of paydown short", policy.effort.decimal_up(units)),
        None => "everything would have to be paydown".to_owned(),
    };
    let own = match verdict.own_share {
        Some(own) if own.basis_points_floor() > BasisPoints::ZERO => own.percent(Rounding::Down),
        _ => "0%".to_owned(),
    };
    let message = format!("{name} is at {share} of {allocation}: {missing}. This change is {own} paydown.");
    let help = format!(
        "land that much paydown first, or bring it along: a change that is at least {allocation} paydown passes"
    );
    let finding = Finding::new(Code::AllocationShort, level, message);
    Some(finding.of_team(name).at(team.allocation_at.clone()).help(help))
}

#[cfg(test)]
mod tests;
