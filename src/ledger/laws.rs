//! Laws of the ledger, on histories that chance writes.

use proptest::prelude::*;

use super::*;
use crate::classify::Owner;
use crate::classify::sample::but;
use crate::classify::sample::left_out;
use crate::classify::sample::policy;
use crate::classify::sample::work;
use crate::facts::Age;
use crate::facts::Grade;
use crate::facts::Proof;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::Policy;

const PEOPLE: [&str; 5] =
    ["ann@x.example", "bob@x.example", "carl@x.example", "dora@team.example", "guest@nowhere.example"];

/// Three teams, part time, one person in two of them, a pattern; guest is on no roster.
fn sample_policy(attribution: Attribution) -> Policy {
    let mut policy =
        policy(&["a: ann@x.example 70, bob@x.example", "b: ann@x.example 30, carl@x.example 33", "c: *@team.example"]);
    policy.attribution = attribution;
    policy
}

/// What chance says of one commit.
#[derive(Debug, Clone)]
struct Chance {
    day: u8,
    lines: u64,
    workers: Vec<usize>,
    kind: usize,
    credit: Option<u16>,
    proof: Option<bool>,
    exempt: bool,
    owners: Vec<(Option<usize>, u64)>,
}

fn chance() -> impl Strategy<Value = Chance> {
    let lines = prop_oneof![0..5_u64, 0..2_000_u64, Just(10_000_000_u64)];
    let workers = prop::sample::subsequence((0..PEOPLE.len()).collect::<Vec<_>>(), 1..=4);
    let owners = prop::sample::subsequence(vec![Some(0), Some(1), Some(2), None], 1..=4);
    let owners = owners.prop_flat_map(|teams| {
        let weights = prop::collection::vec(1..=401_u64, teams.len());
        weights.prop_map(move |weights| teams.iter().copied().zip(weights).collect())
    });
    let credit = prop::option::of(0..=10_000_u16);
    let proof = prop::option::of(prop::bool::ANY);
    (1..=21_u8, lines, workers, 0..5_usize, credit, proof, prop::bool::weighted(0.1), owners).prop_map(
        |(day, lines, workers, kind, credit, proof, exempt, owners)| Chance {
            day,
            lines,
            workers,
            kind,
            credit,
            proof,
            exempt,
            owners,
        },
    )
}

pub(super) fn history() -> impl Strategy<Value = (Policy, Vec<WorkItem>)> {
    let attribution = prop_oneof![Just(Attribution::Roster), Just(Attribution::Paths)];
    let unproven = prop_oneof![Just(10_000), 0..=10_000_u16];
    (attribution, unproven, prop::collection::vec(chance(), 0..60)).prop_map(|(attribution, unproven, commits)| {
        let mut policy = sample_policy(attribution);
        policy.unproven_credit = BasisPoints::new(unproven).unwrap();
        let items = (1..).zip(&commits).map(|(number, commit)| item(&policy, number, commit)).collect();
        (policy, items)
    })
}

fn item(policy: &Policy, number: u8, chance: &Chance) -> WorkItem {
    let day = format!("2026-01-{:02}", chance.day);
    let workers: Vec<&str> = chance.workers.iter().map(|place| PEOPLE[*place]).collect();
    let item = work(policy, number, &day, chance.lines, &workers, Kind::ALL[chance.kind]);
    let item = but(item, |counted| {
        if policy.attribution == Attribution::Paths {
            let owner = |(team, weight): &(Option<usize>, u64)| Owner { team: team.map(TeamId), weight: *weight };
            counted.owners = chance.owners.iter().map(owner).collect();
        }
        counted.evidence.proof = chance.proof.map(|proven| {
            Box::new(Proof {
                grade: if proven { Grade::OldCode } else { Grade::None },
                grounds: Vec::new(),
                age: Age::Known,
            })
        });
        if let Some(credit) = chance.credit {
            counted.credit = BasisPoints::new(credit).unwrap();
        }
    });
    if chance.exempt { left_out(item, ExemptReason::Import) } else { item }
}

fn counted(items: &[WorkItem]) -> impl Iterator<Item = &crate::classify::Counted> {
    items.iter().filter_map(|item| match &item.reading {
        Reading::Counted(counted) => Some(&**counted),
        Reading::Exempt(_) => None,
    })
}

/// What all accounts together must hold, computed from the people's weeks and days alone.
pub(super) fn expected(policy: &Policy, items: &[WorkItem]) -> [u64; 4] {
    let mut days = std::collections::BTreeSet::new();
    for one in counted(items) {
        days.extend(one.workers.iter().map(|worker| (worker.name.expose().to_owned(), one.day.iso_week(), one.day)));
    }
    let mut weeks: BTreeMap<_, u64> = BTreeMap::new();
    for (who, week, _) in &days {
        *weeks.entry((who.clone(), *week)).or_default() += 1;
    }
    let part = |who: &str| if who.starts_with("carl") { 33 } else { 100 };
    assert!(policy.everyone().is_none());
    let weeks = weeks.iter().map(|((who, _), days)| 840_000_000 * part(who) / 100 * (*days).min(3) / 3).sum();
    let lines = counted(items).map(|one| 840 * one.lines).sum();
    [weeks, 840_000_000 * days.len() as u64, 840 * counted(items).count() as u64, lines]
}

/// The ledger without what names a place in the list of items.
pub(super) fn by_commit(ledger: Ledger, items: &[WorkItem]) -> (Ledger, Vec<impl Eq + std::fmt::Debug + use<>>) {
    let mut postings: Vec<_> = ledger
        .postings
        .iter()
        .map(|one| (items[one.item].commit, one.worker.clone(), one.team, one.week, one.effort, one.paydown))
        .collect();
    postings.sort_by(|one, other| (one.0, &one.1, one.2).cmp(&(other.0, &other.1, other.2)));
    let postings = postings.into_iter().collect();
    (Ledger { postings: Vec::new(), ..ledger }, postings)
}

fn share(account: &Account, measure: Measure) -> (u128, u128) {
    let sums = account.sums(measure);
    (sums.paydown.into(), sums.total.into())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every commit is posted once or exempt; accounts and `unattributed` together hold all effort, in every measure.
    #[test]
    fn conservation((policy, items) in history()) {
        let ledger = post(&items, &policy).unwrap();
        prop_assert_eq!(ledger.walked, items.len() as u64);
        prop_assert_eq!(ledger.walked, ledger.counted + ledger.exempt.values().sum::<u64>());
        let accounts = || ledger.accounts.iter().chain([&ledger.unattributed]);
        let total = Measure::ALL.map(|measure| accounts().map(|account| account.sums(measure).total).sum::<u64>());
        prop_assert_eq!(total, expected(&policy, &items));
        let posted = Measure::ALL.map(|measure| ledger.postings.iter().map(|one| one.effort.get(measure)).sum::<u64>());
        prop_assert_eq!(total, posted);
        for account in accounts() {
            let sums = account.sums(policy.effort);
            prop_assert_eq!(sums.total, account.person_weeks.values().map(|one| one.total).sum::<u64>());
            prop_assert_eq!(sums.paydown, account.person_weeks.values().map(|one| one.paydown).sum::<u64>());
        }
    }

    /// The order of the items changes nothing.
    #[test]
    fn order_independence((mixed, (policy, items)) in history().prop_flat_map(|(policy, items)| {
        (Just(items.clone()).prop_shuffle(), Just((policy, items)))
    })) {
        let straight = by_commit(post(&items, &policy).unwrap(), &items);
        let mixed = by_commit(post(&mixed, &policy).unwrap(), &mixed);
        prop_assert_eq!(straight, mixed);
    }

    /// Calling a commit paydown lowers no share, in no measure, of no team; calling it something else raises none.
    #[test]
    fn monotony_of_labels((policy, mut items) in history(), place: prop::sample::Index) {
        prop_assume!(!items.is_empty());
        let before = post(&items, &policy).unwrap();
        let place = place.index(items.len());
        items[place] = but(items[place].clone(), |counted| {
            counted.kind = Kind::Paydown;
            counted.credit = BasisPoints::WHOLE;
        });
        let after = post(&items, &policy).unwrap();
        for (before, after) in before.accounts.iter().zip(&after.accounts) {
            for measure in Measure::ALL {
                let ((paydown, total), (more, same)) = (share(before, measure), share(after, measure));
                prop_assert_eq!(total, same);
                prop_assert!(more >= paydown);
            }
        }
    }

    /// Proof raises no effort and lowers no credit; nor does a higher part that counts without proof. Without a part
    /// that counts, what is left is what is proven.
    #[test]
    fn monotony_of_proof((policy, items) in history(), place: prop::sample::Index, more in 0..=10_000_u16) {
        prop_assume!(!items.is_empty());
        let before = post(&items, &policy).unwrap();
        let place = place.index(items.len());
        let mut proven = items.clone();
        let proof = Proof { grade: Grade::Marker, grounds: Vec::new(), age: Age::Known };
        proven[place] = but(proven[place].clone(), |counted| counted.evidence.proof = Some(Box::new(proof)));
        let points = |points: u16| BasisPoints::new(points).unwrap();
        let laxer = Policy { unproven_credit: points(policy.unproven_credit.get().max(more)), ..policy.clone() };
        let strict = Policy { unproven_credit: BasisPoints::ZERO, ..policy.clone() };
        for after in [post(&proven, &policy).unwrap(), post(&items, &laxer).unwrap()] {
            for (before, after) in before.accounts.iter().zip(&after.accounts) {
                for measure in Measure::ALL {
                    let ((paydown, total), (more, same)) = (share(before, measure), share(after, measure));
                    prop_assert_eq!(total, same);
                    prop_assert!(more >= paydown);
                }
            }
        }
        // Whom nobody looked at is not proven.
        let unseen: Vec<WorkItem> =
            items.iter().cloned().map(|item| but(item, |counted| counted.evidence.proof = None)).collect();
        for account in post(&unseen, &strict).unwrap().accounts {
            prop_assert_eq!(Measure::ALL.map(|measure| account.sums(measure).paydown), [0; 4]);
        }
        let known: Vec<WorkItem> = items
            .iter()
            .cloned()
            .map(|item| but(item, |counted| {
                let unknown = Proof { grade: Grade::None, grounds: Vec::new(), age: Age::Known };
                counted.evidence.proof.get_or_insert(Box::new(unknown));
            }))
            .collect();
        let (known, strict) = (post(&known, &policy).unwrap(), post(&known, &strict).unwrap());
        for (known, strict) in known.accounts.iter().zip(&strict.accounts) {
            prop_assert_eq!(strict.unproven, Efforts::default());
            for measure in Measure::ALL {
                prop_assert_eq!(known.proven(measure), strict.sums(measure));
            }
        }
    }

    /// One more commit of paydown by somebody who was active on that day lowers no share of anybody in developer-weeks:
    /// it makes no new day, so it only takes effort over from that person's other commits of the day. (On a new day it
    /// can lower a share: the week's effort moves away from days that had more paydown. So there is no such law.)
    /// Rounding can move single units between teams, so shares are compared with as many units of slack as commits.
    #[test]
    fn monotony_of_paydown_within_a_day((policy, mut items) in history(), place: prop::sample::Index) {
        let alone: Vec<_> = counted(&items).filter(|one| one.workers.len() == 1).cloned().collect();
        prop_assume!(!alone.is_empty() && policy.attribution == Attribution::Roster);
        let like = &alone[place.index(alone.len())];
        let before = post(&items, &policy).unwrap();
        let more = but(work(&policy, 250, "2026-01-01", 0, &[PEOPLE[0]], Kind::Paydown), |counted| {
            counted.day = like.day;
            counted.workers.clone_from(&like.workers);
            counted.lines = like.lines;
            // Unproven work may count less than the proven work that it takes effort over from.
            counted.evidence.proof = Some(Box::new(Proof { grade: Grade::Marker, grounds: Vec::new(), age: Age::Known }));
        });
        items.push(more);
        let after = post(&items, &policy).unwrap();
        for (before, after) in before.accounts.iter().zip(&after.accounts) {
            let (paydown, total) = share(before, Measure::DeveloperWeeks);
            let (more, same) = share(after, Measure::DeveloperWeeks);
            prop_assert_eq!(total, same);
            prop_assert!(more + items.len() as u128 >= paydown);
        }
    }

    /// More work without a label of paydown raises no share of any team, in no measure. (Where effort goes by paths, work
    /// elsewhere can: it takes effort of that person's week along from the team's ground. So there is no such law.)
    /// Rounding can move single units, so shares are compared with as many units of slack as commits.
    #[test]
    fn work_without_paydown_raises_no_share((policy, mut items) in history(), more in chance(), kind in 1..5_usize) {
        prop_assume!(policy.attribution == Attribution::Roster);
        let before = post(&items, &policy).unwrap();
        items.push(item(&policy, 250, &Chance { kind, credit: None, exempt: false, ..more }));
        let after = post(&items, &policy).unwrap();
        for (before, after) in before.accounts.iter().zip(&after.accounts) {
            for measure in Measure::ALL {
                let ((paydown, total), (then_paydown, then_total)) = (share(before, measure), share(after, measure));
                let slack = items.len() as u128 * (total + then_total);
                prop_assert!(then_paydown * total <= paydown * then_total + slack, "{measure:?}");
            }
        }
    }
}
