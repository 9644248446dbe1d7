//! Examples worked by hand.

use std::collections::BTreeSet;

use super::*;
use crate::classify::Owner;
use crate::classify::Relabelled;
use crate::classify::sample::at;
use crate::classify::sample::but;
use crate::classify::sample::left_out;
use crate::classify::sample::policy;
use crate::classify::sample::work;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::Policy;

const ANN: &str = "ann@x.example";
const BOB: &str = "bob@x.example";

const fn efforts([developer_weeks, developer_days, commits, lines]: [u64; 4]) -> Efforts {
    Efforts { developer_weeks, developer_days, commits, lines }
}

/// Paydown and total of an account in all four measures.
fn sums(account: &Account) -> [(u64, u64); 4] {
    Measure::ALL.map(|measure| (account.sums(measure).paydown, account.sums(measure).total))
}

fn weeks(account: &Account) -> u64 {
    account.sums(Measure::DeveloperWeeks).total
}

/// The example of docs/measure.md. Whoever changes one changes the other.
pub(crate) fn worked_example() -> (Policy, Vec<WorkItem>) {
    let policy = policy(&["payments: ann@x.example, bob@x.example 50"]);
    let items = vec![
        work(&policy, 1, "2026-01-05", 99, &[ANN], Kind::Feature),
        work(&policy, 2, "2026-01-05", 49, &[ANN], Kind::Paydown),
        work(&policy, 3, "2026-01-06", 199, &[ANN, BOB], Kind::Paydown),
        work(&policy, 4, "2026-01-06", 299, &[ANN], Kind::Run),
        but(work(&policy, 5, "2026-01-07", 900, &[ANN], Kind::Feature), |counted| {
            counted.credit = BasisPoints::new(3_000).unwrap();
        }),
        work(&policy, 6, "2026-01-08", 0, &[BOB], Kind::Unlabelled),
        left_out(work(&policy, 7, "2026-01-09", 12, &["bot@x.example"], Kind::Other), ExemptReason::Bot),
    ];
    (policy, items)
}

#[test]
fn the_example_of_the_documentation() {
    let (policy, items) = worked_example();
    let ledger = post(&items, &policy).unwrap();
    let posted: Vec<_> = ledger
        .postings
        .iter()
        .map(|one| (one.item + 1, one.effort.developer_weeks, one.paydown.developer_weeks))
        .collect();
    assert_eq!(
        posted,
        [
            (1, 186_666_667, 0),
            (2, 93_333_333, 93_333_333),
            (3, 70_000_000, 70_000_000),
            (3, 140_000_000, 140_000_000),
            (4, 210_000_000, 0),
            (5, 280_000_000, 84_000_000),
            (6, 140_000_000, 0),
        ]
    );
    let account = &ledger.accounts[0];
    assert_eq!(
        sums(account),
        [(387_333_333, 1_120_000_000), (1_582_000_000, 4_200_000_000), (1_932, 5_040), (518 * 840, 1_546 * 840)]
    );
    let kinds = |kind| account.by_kind[&kind].developer_weeks;
    assert_eq!(kinds(Kind::Feature), 186_666_667 + 196_000_000);
    assert_eq!(kinds(Kind::Run), 210_000_000);
    assert_eq!(kinds(Kind::Unlabelled), 140_000_000);
    assert_eq!((account.people.len(), account.commits), (2, 6));
    assert_eq!((ledger.walked, ledger.counted, &ledger.exempt), (7, 6, &BTreeMap::from([(ExemptReason::Bot, 1)])));
    assert_eq!(ledger.unattributed, Account::default());
    let of_week: Vec<_> = account.person_weeks.values().map(|sums| (sums.paydown, sums.total)).collect();
    assert_eq!(of_week, [(247_333_333, 840_000_000), (140_000_000, 280_000_000)]);
}

#[test]
fn a_week_counts_by_its_active_days() {
    let policy = policy(&["a: ann@x.example", "b: bob@x.example 50"]);
    for (days, full) in [(1, 280_000_000), (2, 560_000_000), (3, 840_000_000), (4, 840_000_000), (5, 840_000_000)]
        .into_iter()
        .chain([(6, 840_000_000), (7, 840_000_000)])
    {
        let day = |number: u8| format!("2026-01-{:02}", 4 + number);
        let by = |who: &str| (1..=days).map(|n| work(&policy, n, &day(n), 9, &[who], Kind::Run)).collect::<Vec<_>>();
        assert_eq!(weeks(&post(&by(ANN), &policy).unwrap().accounts[0]), full, "{days} days");
        let half = post(&by(BOB), &policy).unwrap();
        assert_eq!(weeks(&half.accounts[1]), full / 2, "{days} days of half time");
        // Part time scales weeks only.
        let measured = half.accounts[1].sums(Measure::DeveloperDays).total;
        assert_eq!(measured, u64::from(days) * 840_000_000);
        // Every active day has the same part.
        assert!(half.postings.iter().all(|one| one.effort.developer_weeks == full / 2 / u64::from(days)));
    }
}

#[test]
fn weeks_end_on_sunday() {
    let policy = policy(&["a: ann@x.example"]);
    let on = |days: &[&str]| {
        let items: Vec<_> =
            (1..).zip(days).map(|(number, day)| work(&policy, number, day, 1, &[ANN], Kind::Run)).collect();
        weeks(&post(&items, &policy).unwrap().accounts[0]) / 280_000_000
    };
    // Thirds of a week: Saturday to Monday are two weeks, with two days and one.
    assert_eq!(on(&["2026-01-10", "2026-01-11", "2026-01-12"]), 3);
    assert_eq!(on(&["2026-01-08", "2026-01-09", "2026-01-10", "2026-01-11"]), 3);
    assert_eq!(on(&["2026-01-08", "2026-01-09", "2026-01-10", "2026-01-12"]), 4);
    // 2026-W01 begins in 2025; 2026 has a week 53, to which the first days of 2027 belong.
    assert_eq!(on(&["2025-12-30", "2026-01-01", "2026-01-02", "2026-01-03"]), 3);
    assert_eq!(on(&["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-03"]), 3);
}

#[test]
fn splitting_a_commit_moves_nothing() {
    let policy = policy(&["a: ann@x.example"]);
    let other = work(&policy, 200, "2026-01-06", 100, &[ANN], Kind::Feature);
    let whole = vec![other.clone(), work(&policy, 1, "2026-01-05", 300, &[ANN], Kind::Paydown)];
    let split: Vec<_> = std::iter::once(other)
        .chain((1..=10).map(|n| work(&policy, n, "2026-01-05", 30, &[ANN], Kind::Paydown)))
        .collect();
    let share = |items: &[WorkItem]| sums(&post(items, &policy).unwrap().accounts[0])[0];
    assert_eq!(share(&whole), share(&split));
}

#[test]
fn co_authors_of_two_teams() {
    let policy = policy(&["a: ann@x.example", "b: bob@x.example"]);
    let items = [
        work(&policy, 1, "2026-01-05", 101, &[ANN, BOB], Kind::Paydown),
        work(&policy, 2, "2026-01-05", 50, &[BOB], Kind::Feature),
    ];
    let ledger = post(&items, &policy).unwrap();
    // Ann's only commit of the day has all of her day; Bob's weighs 102/2 against 51.
    assert_eq!(
        sums(&ledger.accounts[0]),
        [(280_000_000, 280_000_000), (840_000_000, 840_000_000), (420, 420), (42_420, 42_420)]
    );
    assert_eq!(
        sums(&ledger.accounts[1]),
        [(140_000_000, 280_000_000), (420_000_000, 840_000_000), (420, 1_260), (42_420, 84_420)]
    );
    assert_eq!((ledger.accounts[0].commits, ledger.accounts[1].commits, ledger.counted), (1, 2, 2));
}

#[test]
fn a_person_of_two_teams_is_split_never_doubled() {
    let policy = policy(&["a: ann@x.example 60", "b: ann@x.example 20"]);
    let items = [work(&policy, 1, "2026-01-05", 9, &[ANN], Kind::Run)];
    let ledger = post(&items, &policy).unwrap();
    let totals = |account: &Account| sums(account).map(|(_, total)| total);
    // A third of a week of 60 % and of 20 %; days, commits and lines in proportion 3 to 1.
    assert_eq!(totals(&ledger.accounts[0]), [168_000_000, 630_000_000, 630, 5_670]);
    assert_eq!(totals(&ledger.accounts[1]), [56_000_000, 210_000_000, 210, 1_890]);
}

#[test]
fn nobodys_work() {
    let mut policy = policy(&["a: ann@x.example"]);
    policy.roster.people[0].memberships[0].from = Some(at("2026-01-06").day());
    let items = [
        // Before she joined; after; somebody else.
        work(&policy, 1, "2026-01-05", 9, &[ANN], Kind::Run),
        work(&policy, 2, "2026-01-06", 9, &[ANN], Kind::Run),
        work(&policy, 3, "2026-01-05", 9, &["guest@y.example"], Kind::Paydown),
    ];
    let ledger = post(&items, &policy).unwrap();
    assert_eq!(weeks(&ledger.accounts[0]), 280_000_000);
    assert_eq!(weeks(&ledger.unattributed), 560_000_000);
    assert_eq!(ledger.unattributed.people.len(), 2);
    let everyone = crate::classify::sample::policy(&[]);
    let ledger = post(&items[2..], &everyone).unwrap();
    assert_eq!((weeks(&ledger.accounts[0]), weeks(&ledger.unattributed)), (280_000_000, 0));
}

#[test]
fn attribution_by_paths() {
    let mut policy = policy(&["a: ann@x.example 50", "b: bob@x.example"]);
    policy.attribution = Attribution::Paths;
    let owned = |number, who: &[&str], owners: &[(Option<usize>, u64)]| {
        let owner = |(team, weight): &(Option<usize>, u64)| Owner { team: team.map(TeamId), weight: *weight };
        but(work(&policy, number, "2026-01-05", 30, who, Kind::Paydown), |counted| {
            counted.owners = owners.iter().map(owner).collect();
        })
    };
    // Ann, half time, works in the other team's paths and in nobody's.
    let ledger = post(&[owned(1, &[ANN], &[(Some(1), 30), (None, 10)])], &policy).unwrap();
    let totals = |account: &Account| sums(account).map(|(_, total)| total);
    assert_eq!(totals(&ledger.accounts[0]), [0; 4]);
    assert_eq!(totals(&ledger.accounts[1]), [105_000_000, 630_000_000, 630, 18_900]);
    assert_eq!(totals(&ledger.unattributed), [35_000_000, 210_000_000, 210, 6_300]);
    // Who is on no roster counts in full.
    let ledger = post(&[owned(1, &["guest@y.example"], &[(Some(0), 1)])], &policy).unwrap();
    assert_eq!(totals(&ledger.accounts[0]), [280_000_000, 840_000_000, 840, 25_200]);
}

#[test]
fn credit_rounds_down_and_withdrawn_credit_is_other_work() {
    let policy = policy(&["a: ann@x.example"]);
    let with = |credit: u16, kind| {
        let item = work(&policy, 1, "2026-01-05", 1, &[ANN], kind);
        let item = but(item, |counted| counted.credit = BasisPoints::new(credit).unwrap());
        post(&[item], &policy).unwrap().accounts.remove(0).by_kind
    };
    let third = with(3_333, Kind::Feature);
    assert_eq!(third[&Kind::Paydown], efforts([93_324_000, 279_972_000, 279, 279]));
    assert_eq!(third[&Kind::Feature], efforts([186_676_000, 560_028_000, 561, 561]));
    assert_eq!(with(0, Kind::Paydown).keys().copied().collect::<Vec<_>>(), [Kind::Other]);
    assert_eq!(with(3_000, Kind::Paydown).keys().copied().collect::<Vec<_>>(), [Kind::Paydown, Kind::Other]);
}

#[test]
fn what_cannot_be_counted_is_said() {
    let policy = policy(&["a: ann@x.example"]);
    let huge = work(&policy, 1, "2026-01-05", u64::MAX, &[ANN], Kind::Run);
    assert_eq!(
        post(std::slice::from_ref(&huge), &policy),
        Err(LedgerError::TooManyLines { commit: huge.commit, lines: u64::MAX })
    );
    let most = u64::MAX / 840;
    let two = [1, 2].map(|number| work(&policy, number, "2026-01-05", most, &[ANN], Kind::Run));
    assert_eq!(post(&two, &policy), Err(LedgerError::Overflow { what: "the effort of a team" }));
    let nobody = work(&policy, 1, "2026-01-05", 1, &[], Kind::Run);
    assert_eq!(post(std::slice::from_ref(&nobody), &policy), Err(LedgerError::Nobody { commit: nobody.commit }));
    assert_eq!(post(&[], &policy).unwrap().accounts, [Account::default()]);
}

/// What the cap refuses is what it was before; where the lead of another team has no say, all of it is.
#[test]
fn what_a_relabel_does_not_bring_keeps_its_kind() {
    let policy = policy(&["a: ann@x.example 50", "b: ann@x.example 50"]);
    let relabelled = |number, kind, natural_kind| {
        but(work(&policy, number, "2026-01-05", 99, &[ANN], kind), |counted| {
            counted.credit = BasisPoints::new(6_000).unwrap();
            counted.evidence.relabelled = Some(Box::new(Relabelled {
                natural: BasisPoints::ZERO,
                natural_kind,
                holds: Some(0),
                teams: BTreeSet::from([TeamId(0)]),
                others: BasisPoints::ZERO,
                others_kind: natural_kind,
                effects: Vec::new(),
            }));
        })
    };
    let own = work(&policy, 1, "2026-01-05", 99, &[ANN], Kind::Paydown);
    let commits = |items: &[WorkItem]| {
        let ledger = post(items, &policy).unwrap();
        let of = |account: &Account| account.by_kind.iter().map(|(kind, sum)| (*kind, sum.commits)).collect::<Vec<_>>();
        (of(&ledger.accounts[0]), of(&ledger.accounts[1]))
    };
    // Of a share of 60 % of 420 units, 252, there is room for 420 × 25 / 75 = 140.
    assert_eq!(
        commits(&[own.clone(), relabelled(2, Kind::Feature, Kind::Run)]),
        (
            vec![(Kind::Paydown, 420 + 140), (Kind::Feature, 168), (Kind::Run, 112)],
            vec![(Kind::Paydown, 420), (Kind::Run, 420)],
        )
    );
    // What was credited in no part has no kind but that of the rest.
    assert_eq!(
        commits(&[own, relabelled(2, Kind::Paydown, Kind::Unlabelled)]),
        (
            vec![(Kind::Paydown, 420 + 140), (Kind::Unlabelled, 280)],
            vec![(Kind::Paydown, 420), (Kind::Unlabelled, 420)],
        )
    );
}
