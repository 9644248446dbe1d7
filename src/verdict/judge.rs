//! A team's account meets its allocation, or not.

use crate::facts::Day;
use crate::ledger::Account;
use crate::ledger::Ledger;
use crate::policy::FailWhen;
use crate::policy::Measure;
use crate::policy::MinimumEffort;
use crate::policy::Policy;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::verdict::Interval;
use crate::verdict::Share;
use crate::verdict::Standing;
use crate::verdict::Verdict;

/// Judges the chosen teams, or all where none is chosen; in the order of the policy.
#[must_use]
pub fn judge(ledger: &Ledger, policy: &Policy, chosen: &[TeamId]) -> Vec<Verdict> {
    let mut verdicts = judge_without_intervals(ledger, policy, chosen);
    for verdict in &mut verdicts {
        let account = ledger.accounts.get(verdict.team.0);
        verdict.interval = account.and_then(|account| Interval::of(account.person_weeks.values()));
    }
    verdicts
}

/// The same without the intervals, which take the most time and decide nothing unless the policy says so.
pub(super) fn judge_without_intervals(ledger: &Ledger, policy: &Policy, chosen: &[TeamId]) -> Vec<Verdict> {
    let teams = policy.teams.iter().zip(&ledger.accounts).enumerate().map(|(place, pair)| (TeamId(place), pair));
    teams
        .filter(|(team, _)| chosen.is_empty() || chosen.contains(team))
        .map(|(id, (team, account))| verdict(id, team, account, policy))
        .collect()
}

/// Whether a verdict fails the run: the team is short, and clearly so where the policy asks for that.
///
/// Where there is no interval the share alone decides: what is not known does not help.
#[must_use]
pub fn fails(verdict: &Verdict, policy: &Policy) -> bool {
    verdict.standing == Standing::Short
        && match policy.fail_when {
            FailWhen::Below => true,
            FailWhen::ClearlyBelow => verdict.interval.is_none_or(|interval| interval.high < verdict.allocation.0),
        }
}

/// Makes a team that is short waived, where a waiver of the sponsor's holds on the judged day.
pub fn waive(verdicts: &mut [Verdict], policy: &Policy, today: Day) {
    for verdict in verdicts.iter_mut().filter(|verdict| verdict.standing == Standing::Short) {
        if policy.safeguards.waiver(verdict.team, today).is_some() {
            verdict.standing = Standing::Waived;
        }
    }
}

fn verdict(id: TeamId, team: &Team, account: &Account, policy: &Policy) -> Verdict {
    let share = Share::of(account.sums(policy.effort));
    let allocation = team.allocation;
    let standing = match share {
        Some(share) if enough(account, policy.minimum) => {
            if share.meets(allocation) {
                Standing::Met
            } else {
                Standing::Short
            }
        }
        _ => Standing::NotEnoughWork,
    };
    Verdict {
        team: id,
        standing,
        share,
        allocation,
        shortfall: share.map_or(Some(0), |share| share.shortfall(allocation)),
        interval: None,
    }
}

/// Whether an account has the people and the developer-weeks that a judgement takes, whatever the normative measure is.
fn enough(account: &Account, minimum: MinimumEffort) -> bool {
    let people = u64::try_from(account.people.len()).unwrap_or(u64::MAX);
    let hundredths = u128::from(account.sums(Measure::DeveloperWeeks).total).saturating_mul(100);
    let needed =
        u128::from(minimum.developer_week_hundredths).saturating_mul(u128::from(Measure::DeveloperWeeks.scale()));
    people >= u64::from(minimum.people) && hundredths >= needed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::policy;
    use crate::classify::sample::work;
    use crate::ledger::post;
    use crate::policy::Allocation;
    use crate::policy::BasisPoints;
    use crate::policy::Kind;

    /// One day of work for each character of a person's string, in weeks of three: `p` is paydown, `f` a feature.
    fn ledger(policy: &Policy, days: &[(&str, &str)]) -> Ledger {
        let mut items = Vec::new();
        let mut number = 0;
        for (who, kinds) in days {
            for (place, kind) in kinds.chars().enumerate() {
                number += 1;
                let kind = if kind == 'p' { Kind::Paydown } else { Kind::Feature };
                let day = format!("2026-01-{:02}", 5 + place / 3 * 7 + place % 3);
                items.push(work(policy, number, &day, 10, &[who], kind));
            }
        }
        post(&items, policy).unwrap()
    }

    const TEAM: &str = "a: ann@x.example, bob@x.example";

    #[test]
    fn standings() {
        for (ann, bob, points, standing) in [
            ("pffff", "fffff", 1_000, Standing::Met),
            ("pffff", "fffff", 1_001, Standing::Short),
            ("fffff", "fffff", 0, Standing::Met),
            ("ppppp", "ppppp", 10_000, Standing::Met),
            ("ppppp", "ppppf", 10_000, Standing::Short),
            // Two developer-weeks are six days of work here; and two people.
            ("fff", "fff", 1_000, Standing::Short),
            ("fff", "ff", 1_000, Standing::NotEnoughWork),
            ("fffffffff", "", 1_000, Standing::NotEnoughWork),
            ("", "", 0, Standing::NotEnoughWork),
        ] {
            let mut policy = policy(&[TEAM]);
            policy.teams[0].allocation = Allocation(BasisPoints::new(points).unwrap());
            let ledger = ledger(&policy, &[("ann@x.example", ann), ("bob@x.example", bob)]);
            let [verdict] = &judge(&ledger, &policy, &[])[..] else { panic!() };
            assert_eq!(verdict.standing, standing, "{ann} {bob} {points}");
            assert_eq!(fails(verdict, &policy), standing == Standing::Short);
        }
    }

    #[test]
    fn the_minimum_is_in_developer_weeks_whatever_is_normative() {
        let mut policy = policy(&[TEAM]);
        policy.effort = Measure::Commits;
        let days = [("ann@x.example", "fff"), ("bob@x.example", "ff")];
        assert_eq!(judge(&ledger(&policy, &days), &policy, &[])[0].standing, Standing::NotEnoughWork);
    }

    #[test]
    fn only_what_is_clearly_below_fails_where_the_policy_says_so() {
        let mut policy = policy(&[TEAM]);
        policy.fail_when = FailWhen::ClearlyBelow;
        // 1 day of 6: the person-weeks differ, so the interval reaches beyond 20 %.
        let scattered = judge(&ledger(&policy, &[("ann@x.example", "pff"), ("bob@x.example", "fff")]), &policy, &[]);
        assert_eq!(scattered[0].standing, Standing::Short);
        assert!(!fails(&scattered[0], &policy));
        let clear = judge(&ledger(&policy, &[("ann@x.example", "fff"), ("bob@x.example", "fff")]), &policy, &[]);
        assert!(fails(&clear[0], &policy));
        let unknown = Verdict { interval: None, ..scattered[0].clone() };
        assert!(fails(&unknown, &policy));
        // What reaches the floor is not below it.
        for (high, is_failing) in [(1_999, true), (2_000, false)] {
            let mut edge = scattered[0].clone();
            edge.interval.as_mut().unwrap().high = BasisPoints::new(high).unwrap();
            assert_eq!(fails(&edge, &policy), is_failing, "{high}");
        }
    }

    #[test]
    fn chosen_teams_in_the_order_of_the_policy() {
        let policy = policy(&["a: ann@x.example", "b: bob@x.example", "c: carl@x.example"]);
        let teams = |chosen: &[TeamId]| {
            let verdicts = judge(&post(&[], &policy).unwrap(), &policy, chosen);
            verdicts.into_iter().map(|verdict| verdict.team.0).collect::<Vec<_>>()
        };
        assert_eq!(teams(&[]), [0, 1, 2]);
        assert_eq!(teams(&[TeamId(2), TeamId(0)]), [0, 2]);
    }
}
