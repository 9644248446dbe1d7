//! Laws of the cap on relabels, on histories that chance writes.

use proptest::prelude::*;

use super::laws::by_commit;
use super::laws::expected;
use super::laws::history;
use super::*;
use crate::classify::Relabelled;
use crate::classify::sample::but;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::RelabelCap;

fn points() -> impl Strategy<Value = BasisPoints> {
    (0..=10_000_u16).prop_map(|points| BasisPoints::new(points).unwrap())
}

/// A history in which some commits were relabelled, by entries in an order that is not that of the commits.
fn relabelled() -> impl Strategy<Value = (Policy, Vec<WorkItem>)> {
    let teams = prop::sample::subsequence((0..3).map(TeamId).collect::<Vec<_>>(), 0..=3);
    let entry = prop::option::of((points(), teams));
    let measure = prop::sample::select(Measure::ALL.to_vec());
    (history(), measure, points(), points(), prop::collection::vec(entry, 60)).prop_map(
        |((mut policy, items), effort, cap, part, entries)| {
            policy.safeguards.relabel_cap = RelabelCap(cap);
            policy.effort = effort;
            // Nothing bears any of them out.
            policy.unproven_credit = part;
            let items =
                items.into_iter().zip(entries).enumerate().map(|(at, (item, entry))| match (&item.reading, entry) {
                    (Reading::Counted(_), Some((natural, teams))) => but(item, |counted| {
                        counted.evidence.relabelled = Some(Box::new(Relabelled {
                            natural,
                            natural_kind: Kind::Feature,
                            holds: Some(at * 7 % 61),
                            teams: teams.into_iter().collect(),
                            others: natural.min(counted.credit),
                            others_kind: Kind::Feature,
                            effects: Vec::new(),
                        }));
                    }),
                    _ => item,
                });
            (policy, items.collect())
        },
    )
}

/// The same with nothing beyond what the commits have of themselves.
fn without_gain(items: &[WorkItem]) -> Vec<WorkItem> {
    let natural = |item: &WorkItem| match &item.reading {
        Reading::Counted(_) => but(item.clone(), |counted| {
            let natural = counted.evidence.relabelled.as_ref().map(|made| made.natural);
            counted.credit = natural.map_or(counted.credit, |natural| natural.min(counted.credit));
        }),
        Reading::Exempt(_) => item.clone(),
    };
    items.iter().map(natural).collect()
}

fn credited(policy: &Policy, items: &[WorkItem]) -> u128 {
    paydown(&post(items, policy).unwrap(), policy.effort).iter().sum()
}

fn paydown(ledger: &Ledger, measure: Measure) -> Vec<u128> {
    let accounts = ledger.accounts.iter().chain([&ledger.unattributed]);
    accounts.map(|account| u128::from(account.sums(measure).paydown)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Relabels make and lose no effort; what is not credited stays in the account.
    #[test]
    fn conservation((policy, items) in relabelled()) {
        let ledger = post(&items, &policy).unwrap();
        let accounts = || ledger.accounts.iter().chain([&ledger.unattributed]);
        let total = Measure::ALL.map(|measure| accounts().map(|account| account.sums(measure).total).sum::<u64>());
        prop_assert_eq!(total, expected(&policy, &items));
        for granted in ledger.relabels.values() {
            prop_assert!(granted.given <= granted.asked);
        }
    }

    /// What is told of the entries is what the accounts gained by them, in the measure that decides, and what they would have
    /// gained without a cap.
    #[test]
    fn what_entries_gave_is_in_the_accounts((policy, items) in relabelled()) {
        let mut uncapped = policy.clone();
        uncapped.safeguards.relabel_cap = RelabelCap(BasisPoints::WHOLE);
        let own = credited(&policy, &without_gain(&items));
        let granted = post(&items, &policy).unwrap().relabels;
        let given: u128 = granted.values().map(|granted| u128::from(granted.given)).sum();
        let asked: u128 = granted.values().map(|granted| u128::from(granted.asked)).sum();
        prop_assert_eq!(given, credited(&policy, &items) - own);
        prop_assert_eq!(asked, credited(&uncapped, &items) - own);
    }

    /// In every account and measure relabels are at most the cap's part of all credit, and as much of what they ask for
    /// as that allows, to the unit.
    #[test]
    fn never_more_than_the_cap((policy, items) in relabelled()) {
        let cap = u128::from(policy.safeguards.relabel_cap.0.get());
        let mut uncapped = policy.clone();
        uncapped.safeguards.relabel_cap = RelabelCap(BasisPoints::WHOLE);
        let capped = post(&items, &policy).unwrap();
        let own = post(&without_gain(&items), &policy).unwrap();
        let asked = post(&items, &uncapped).unwrap();
        for measure in Measure::ALL {
            let figures = paydown(&capped, measure).into_iter().zip(paydown(&own, measure)).zip(paydown(&asked, measure));
            for ((all, own), asked) in figures {
                prop_assert!(own <= all && all <= asked);
                prop_assert!((all - own) * 10_000 <= cap * all, "{} of {} with {}", all - own, all, cap);
                // One unit more would be beyond it.
                prop_assert!(all == asked || (all + 1 - own) * 10_000 > cap * (all + 1));
            }
        }
    }

    /// The order of the items changes nothing: the entries' own order decides.
    #[test]
    fn order_independence((mixed, (policy, items)) in relabelled().prop_flat_map(|(policy, items)| {
        (Just(items.clone()).prop_shuffle(), Just((policy, items)))
    })) {
        let straight = by_commit(post(&items, &policy).unwrap(), &items);
        let mixed = by_commit(post(&mixed, &policy).unwrap(), &mixed);
        prop_assert_eq!(straight, mixed);
    }
}
