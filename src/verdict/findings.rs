//! What verdicts and accounts give to say.

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::counted;
use crate::ledger::Account;
use crate::ledger::Ledger;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::Policy;
use crate::policy::Rounding;
use crate::policy::Team;
use crate::verdict::Share;
use crate::verdict::Standing;
use crate::verdict::Verdict;
use crate::verdict::fails;

/// Shares that lie so far apart, in basis points, are said to disagree.
const DISAGREEMENT: u16 = 1_000;

/// The findings about the judged teams, in the order of the verdicts.
#[must_use]
pub fn findings(ledger: &Ledger, policy: &Policy, verdicts: &[Verdict]) -> Vec<Finding> {
    let mut all = Vec::new();
    for verdict in verdicts {
        let Some(team) = policy.team(verdict.team) else { continue };
        let Some(account) = ledger.accounts.get(verdict.team.0) else { continue };
        match verdict.standing {
            Standing::NotEnoughWork => all.push(not_enough_work(team, account, policy)),
            Standing::Short => all.extend(short(team, verdict, policy)),
            Standing::Met | Standing::Waived => {}
        }
        if verdict.standing != Standing::NotEnoughWork {
            all.extend(disagreement(team, account, verdict.standing));
            all.extend(mostly_unlabelled(team, account, policy));
        }
    }
    all
}

fn short(team: &Team, verdict: &Verdict, policy: &Policy) -> Option<Finding> {
    let share = verdict.share?.percent(Rounding::Down);
    let (name, allocation) = (&team.name, verdict.allocation.0);
    let unit = policy.effort.name();
    let (message, help) = match verdict.shortfall {
        Some(units) => {
            let missing = policy.effort.decimal_up(units);
            let message = format!("{name} is at {share} of {allocation}: {missing} {unit} of paydown short");
            (message, format!("{missing} {unit} more of paydown, added to the work of the window, would close the gap"))
        }
        None => {
            let message = format!("{name} is at {share} of {allocation}: everything would have to be paydown");
            (
                message,
                "while work that is no paydown lies in the window, no amount of paydown closes the gap".to_owned(),
            )
        }
    };
    let level = if fails(verdict, policy) { Level::Error } else { Level::Warning };
    Some(finding(Code::AllocationShort, level, team, message, help))
}

fn not_enough_work(team: &Team, account: &Account, policy: &Policy) -> Finding {
    let name = &team.name;
    let weeks = Measure::DeveloperWeeks.decimal(account.sums(Measure::DeveloperWeeks).total);
    let message = match account.people.len() {
        0 => format!("{name} has no counted work in the window"),
        people => {
            let people = counted(people, "person", "people");
            format!("{name} has too little work to be judged: {weeks} developer-weeks of {people}")
        }
    };
    let hundredths = policy.minimum.developer_week_hundredths;
    let (whole, part) = (hundredths.div_euclid(100), hundredths.rem_euclid(100));
    let needed = if part == 0 { whole.to_string() } else { format!("{whole}.{part:02}") };
    let people = counted(policy.minimum.people, "person", "people");
    let help = format!("`minimum-effort` asks for {people} and {needed} developer-weeks");
    finding(Code::NotEnoughWork, Level::Warning, team, message, help)
}

fn disagreement(team: &Team, account: &Account, standing: Standing) -> Option<Finding> {
    let rounding = standing.rounding();
    let shares = Measure::ALL.map(|measure| Some((measure, Share::of(account.sums(measure))?)));
    let shares: Vec<(Measure, Share)> = shares.into_iter().flatten().collect();
    let points = || shares.iter().map(|(_, share)| share.points(rounding).get());
    if points().max()?.saturating_sub(points().min()?) < DISAGREEMENT {
        return None;
    }
    let told: Vec<String> =
        shares.iter().map(|(measure, share)| format!("{} in {}", share.percent(rounding), measure.name())).collect();
    let message = format!("the measures of {} disagree: {}", team.name, told.join(", "));
    let help = "a few large commits or many small ones carry the paydown, or the rest: look at its largest commits";
    Some(finding(Code::MeasuresDisagree, Level::Note, team, message, help.to_owned()))
}

fn mostly_unlabelled(team: &Team, account: &Account, policy: &Policy) -> Option<Finding> {
    let unlabelled = account.by_kind.get(&Kind::Unlabelled)?.get(policy.effort);
    let total = account.sums(policy.effort).total;
    if u128::from(unlabelled).saturating_mul(2) <= u128::from(total) {
        return None;
    }
    let part = Rounding::Nearest.percent(unlabelled, total);
    let message = format!("{part} of the work of {} carries no label that a rule knows", team.name);
    let help = "label commits, or add rules under `labels`: what is unlabelled counts in the total, never as paydown";
    Some(finding(Code::MostlyUnlabelled, Level::Warning, team, message, help.to_owned()))
}

fn finding(code: Code, level: Level, team: &Team, message: String, help: String) -> Finding {
    let at = if code == Code::AllocationShort { &team.allocation_at } else { &team.at };
    Finding::new(code, level, message).of_team(&team.name).at(at.clone()).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::WorkItem;
    use crate::classify::sample::policy;
    use crate::classify::sample::work;
    use crate::ledger::post;
    use crate::policy::Allocation;
    use crate::policy::BasisPoints;
    use crate::policy::FailWhen;
    use crate::policy::MinimumEffort;
    use crate::verdict::judge;

    fn found(policy: &Policy, items: &[WorkItem]) -> Vec<(Code, Level, String)> {
        let ledger = post(items, policy).unwrap();
        let verdicts = judge(&ledger, policy, &[]);
        let all = findings(&ledger, policy, &verdicts);
        all.into_iter().map(|one| (one.code, one.level, one.message.expose().to_owned())).collect()
    }

    /// The example of docs/measure.md under an allocation.
    fn example(points: u16) -> (Policy, Vec<WorkItem>) {
        let (mut policy, items) = crate::ledger::tests::worked_example();
        policy.teams[0].allocation = Allocation(BasisPoints::new(points).unwrap());
        policy.minimum = MinimumEffort { people: 2, developer_week_hundredths: 100 };
        (policy, items)
    }

    #[test]
    fn the_example_of_the_documentation() {
        let (mut policy, items) = example(4_000);
        let message = "payments is at 34.5% of 40%: 0.2 developer-weeks of paydown short".to_owned();
        assert_eq!(found(&policy, &items), [(Code::AllocationShort, Level::Error, message.clone())]);
        // Two person-weeks, 29.4% and 50%, leave room up to 50%.
        policy.fail_when = FailWhen::ClearlyBelow;
        assert_eq!(found(&policy, &items), [(Code::AllocationShort, Level::Warning, message)]);
        let (policy, items) = example(3_458);
        assert_eq!(found(&policy, &items), []);
        let (policy, items) = example(10_000);
        assert_eq!(found(&policy, &items)[0].2, "payments is at 34.5% of 100%: everything would have to be paydown");
    }

    #[test]
    fn too_little_work() {
        let (mut policy, items) = example(4_000);
        policy.minimum.developer_week_hundredths = 150;
        let too_little = "payments has too little work to be judged: 1.3 developer-weeks of 2 people";
        assert_eq!(found(&policy, &items), [(Code::NotEnoughWork, Level::Warning, too_little.to_owned())]);
        let none = "payments has no counted work in the window";
        assert_eq!(found(&policy, &[]), [(Code::NotEnoughWork, Level::Warning, none.to_owned())]);
    }

    #[test]
    fn measures_and_labels() {
        let mut policy = policy(&["a: ann@x.example"]);
        policy.minimum = MinimumEffort { people: 1, developer_week_hundredths: 1 };
        policy.teams[0].allocation = Allocation(BasisPoints::ZERO);
        let ann = &["ann@x.example"][..];
        let items = [
            work(&policy, 1, "2026-01-05", 40_000, ann, Kind::Paydown),
            work(&policy, 2, "2026-01-06", 10, ann, Kind::Unlabelled),
            work(&policy, 3, "2026-01-07", 10, ann, Kind::Unlabelled),
        ];
        let said = found(&policy, &items);
        assert_eq!(
            said,
            [
                (
                    Code::MeasuresDisagree,
                    Level::Note,
                    "the measures of a disagree: 33.3% in developer-weeks, 33.3% in developer-days, 33.3% in commits, \
                 100.0% in lines"
                        .to_owned()
                ),
                (
                    Code::MostlyUnlabelled,
                    Level::Warning,
                    "66.7% of the work of a carries no label that a rule knows".to_owned()
                ),
            ]
        );
        // Exactly half is not most.
        let half = [items[0].clone(), items[1].clone()];
        assert!(found(&policy, &half).iter().all(|one| one.0 != Code::MostlyUnlabelled));
        // Half in three measures; in lines ten points more, or nine.
        for (paydown, rest, disagree) in [(59, 39, true), (60, 40, true), (58, 40, false)] {
            let items = [
                work(&policy, 1, "2026-01-05", paydown, ann, Kind::Paydown),
                work(&policy, 2, "2026-01-06", rest, ann, Kind::Feature),
            ];
            let is_said = found(&policy, &items).iter().any(|one| one.0 == Code::MeasuresDisagree);
            assert_eq!(is_said, disagree, "{paydown} of {}", paydown + rest);
        }
    }
}
