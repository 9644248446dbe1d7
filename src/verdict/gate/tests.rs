//! The gate's answers in a table, and its law.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::classify::Owner;
use crate::classify::WorkItem;
use crate::classify::sample::but;
use crate::classify::sample::policy;
use crate::classify::sample::work;
use crate::ledger::post;
use crate::policy::Allocation;
use crate::policy::Kind;
use crate::policy::MinimumEffort;
use crate::policy::Waiver;

const PEOPLE: [&str; 4] = ["ann@x.example", "bob@x.example", "carl@x.example", "guest@nowhere.example"];
const TODAY: &str = "2026-01-21";

fn allocated(points: u16) -> Policy {
    let mut policy = policy(&["a: ann@x.example 70, bob@x.example", "b: ann@x.example 30, carl@x.example"]);
    for team in &mut policy.teams {
        team.allocation = Allocation(BasisPoints::new(points).unwrap());
    }
    policy
}

fn today() -> Day {
    crate::classify::sample::at(TODAY).day()
}

#[derive(Default)]
struct Case {
    base: Vec<WorkItem>,
    change: Vec<WorkItem>,
    /// Places in the change.
    reverts: BTreeSet<usize>,
    settling: BTreeSet<usize>,
    idle: BTreeSet<usize>,
    /// With the places in the base of what comes back.
    revivals: BTreeMap<usize, BTreeSet<usize>>,
    touched: BTreeMap<usize, BTreeSet<TeamId>>,
}

impl Case {
    fn judged(&self, policy: &Policy) -> Vec<ChangeVerdict> {
        let before = judge(&post(&self.base, policy).unwrap(), policy, &[]);
        let all: Vec<_> = self.base.iter().chain(&self.change).cloned().collect();
        let (after, first) = (post(&all, policy).unwrap(), self.base.len());
        let placed = |places: &BTreeSet<usize>| places.iter().map(|place| place + first).collect();
        let brought = Brought {
            first,
            weights: crate::classify::weights(&all),
            reverts: placed(&self.reverts),
            revivals: self.revivals.iter().map(|(place, works)| (place + first, works.clone())).collect(),
            idle: placed(&self.idle),
            settling: placed(&self.settling),
            touched: self.touched.iter().map(|(place, teams)| (place + first, teams.clone())).collect(),
            ..Brought::default()
        };
        let coming = Coming { before: &before, after: &after, brought: &brought, today: today() };
        judge_change(&coming, policy)
    }
}

/// Six days of features by each member of `a`, and the change: a letter is a commit by ann, `p` paydown, `f` feature,
/// `r` a feature that takes something back, `s` one that edits only what teams are judged by, `m` a merge in which nothing is its own, `b`
/// what brings back the 5 lines of paydown and 15 of features that are the base's last commits, and `x` what brings back the features alone.
fn case(policy: &Policy, change: &str) -> Case {
    let day = |place: u8| format!("2026-01-{:02}", 5 + place / 3 * 7 + place % 3);
    let base = (0..12).map(|n| work(policy, n + 1, &day(n % 6), 10, &[PEOPLE[usize::from(n / 6)]], Kind::Feature));
    let back = [(4, Kind::Paydown), (14, Kind::Feature)];
    let back = back.iter().zip(50..).map(|((lines, kind), n)| work(policy, n, &day(0), *lines, &[PEOPLE[0]], *kind));
    let base = base.chain(back.filter(|_| change.contains(['b', 'x'])));
    let kind = |letter| if letter == 'p' { Kind::Paydown } else { Kind::Feature };
    let commits = change.chars().zip(100..);
    let places =
        |wanted| change.char_indices().filter(|(_, letter)| *letter == wanted).map(|(place, _)| place).collect();
    Case {
        base: base.collect(),
        change: commits.map(|(letter, n)| work(policy, n, TODAY, 10, &[PEOPLE[0]], kind(letter))).collect(),
        reverts: places('r'),
        settling: places('s'),
        idle: places('m'),
        revivals: change
            .char_indices()
            .filter_map(|(place, letter)| {
                Some((
                    place,
                    BTreeSet::from_iter(match letter {
                        'b' => 12..14,
                        'x' => 13..14,
                        _ => return None,
                    }),
                ))
            })
            .collect(),
        touched: BTreeMap::new(),
    }
}

#[test]
fn answers() {
    for (change, points, answer) in [
        ("", 2_000, Answer::NotConcerned),
        ("f", 2_000, Answer::Short),
        ("p", 2_000, Answer::ChangeMeets),
        ("p", 10_000, Answer::ChangeMeets),
        ("pf", 5_000, Answer::ChangeMeets),
        ("pf", 5_001, Answer::Short),
        ("f", 0, Answer::TeamMeets),
        ("p", 1, Answer::TeamMeets),
        ("r", 2_000, Answer::Reverts),
        ("rf", 2_000, Answer::Short),
        ("rp", 10_000, Answer::ChangeMeets),
        ("s", 2_000, Answer::PolicyOnly),
        ("s", 0, Answer::TeamMeets),
        ("rs", 2_000, Answer::PolicyOnly),
        ("sf", 2_000, Answer::Short),
        ("sp", 10_000, Answer::ChangeMeets),
        ("spf", 5_000, Answer::ChangeMeets),
        // A quarter of what comes back is paydown.
        ("b", 2_500, Answer::BringsBack),
        ("b", 2_501, Answer::Short),
        ("br", 2_500, Answer::BringsBack),
        ("bf", 2_500, Answer::Short),
        ("bp", 2_500, Answer::ChangeMeets),
        ("bs", 2_500, Answer::PolicyOnly),
        ("x", 2_000, Answer::Short),
        ("xb", 2_000, Answer::Short),
        // What is put together is neither for nor against.
        ("m", 2_000, Answer::Short),
        ("pmmmm", 10_000, Answer::ChangeMeets),
        ("rm", 2_000, Answer::Reverts),
        ("bm", 2_500, Answer::BringsBack),
        ("fm", 2_000, Answer::Short),
        ("ms", 2_000, Answer::PolicyOnly),
    ] {
        let policy = allocated(points);
        let verdicts = case(&policy, change).judged(&policy);
        assert_eq!(verdicts[0].answer, answer, "{change} {points}");
        let findings = change_findings(&verdicts, &policy, Level::Error);
        assert_eq!(findings.len(), usize::from(answer == Answer::Short), "{change} {points}");
    }
}

#[test]
fn what_is_said() {
    let policy = allocated(2_000);
    for (change, says) in [
        ("ffffffp", "a is at 0.9% of 20%: 0.9 developer-weeks of paydown short. This change is 14.2% paydown."),
        ("f", "a is at 0.0% of 20%: 1.0 developer-weeks of paydown short. This change is 0% paydown."),
    ] {
        let verdicts = case(&policy, change).judged(&policy);
        let [finding] = &change_findings(&verdicts, &policy, Level::Error)[..] else { panic!() };
        assert_eq!(finding.message.expose(), says);
    }
}

#[test]
fn a_change_without_lines_is_judged_where_lines_decide() {
    let mut policy = allocated(2_000);
    policy.effort = Measure::Lines;
    for (letter, answer) in [("p", Answer::ChangeMeets), ("f", Answer::Short)] {
        let mut case = case(&policy, letter);
        case.change = case.change.into_iter().map(|item| but(item, |counted| counted.lines = 0)).collect();
        assert_eq!(case.judged(&policy)[0].answer, answer, "{letter}");
    }
}

#[test]
fn a_strangers_line_is_one_line() {
    let policy = allocated(2_000);
    // A day of somebody who did nothing else that week is a third of a developer-week.
    for (measure, answer) in [
        (Measure::DeveloperWeeks, Answer::Short),
        (Measure::DeveloperDays, Answer::Short),
        (Measure::Commits, Answer::ChangeMeets),
    ] {
        let mut policy = policy.clone();
        policy.effort = measure;
        let feature = work(&policy, 100, TODAY, 4_000, &[PEOPLE[0]], Kind::Feature);
        let line = work(&policy, 101, TODAY, 1, &[PEOPLE[1]], Kind::Paydown);
        let verdicts = Case { change: vec![feature, line], ..case(&policy, "") }.judged(&policy);
        assert_eq!(verdicts[0].answer, answer, "{measure:?}");
    }
}

#[test]
fn a_change_does_not_bring_a_team_into_judgement() {
    let mut policy = allocated(2_000);
    policy.minimum.people = 3;
    let mut case = case(&policy, "f");
    // The third person of team a comes with the change.
    case.change.push(work(&policy, 200, TODAY, 10, &[PEOPLE[3]], Kind::Paydown));
    assert_eq!(case.judged(&policy)[0].answer, Answer::NotEnoughWork);
}

#[test]
fn a_change_does_not_bring_a_team_out_of_judgement() {
    let mut policy = allocated(2_000);
    policy.attribution = Attribution::Paths;
    policy.minimum = MinimumEffort { people: 1, developer_week_hundredths: 10 };
    let of = |team: Option<usize>, number| {
        let owners = vec![Owner { team: team.map(TeamId), weight: 11 }];
        but(work(&policy, number, "2026-01-05", 10, &[PEOPLE[0]], Kind::Feature), |counted| counted.owners = owners)
    };
    let mut case = Case {
        base: (1..5).map(|number| of(Some(0), number)).collect(),
        change: vec![of(Some(0), 100)],
        ..Case::default()
    };
    assert_eq!(case.judged(&policy)[0].answer, Answer::Short);
    // The same week is spread over work that is nobody's: less than the least is left of it.
    case.change.extend((101..140).map(|number| of(None, number)));
    let verdict = &case.judged(&policy)[0];
    assert_eq!((verdict.after.standing, verdict.answer), (Standing::NotEnoughWork, Answer::Short));
    // What the sponsor has waived does not wait, nor does it read as if the allocation were met.
    let waiver =
        Waiver { team: TeamId(0), until: today(), until_at: crate::classify::sample::place(), reason: "x".to_owned() };
    policy.safeguards.waivers.push(waiver);
    assert_eq!(case.judged(&policy)[0].answer, Answer::Waived);
}

#[test]
fn nobodys_work_on_a_teams_ground_is_judged_there() {
    let policy = allocated(2_000);
    for (kind, answer) in [(Kind::Feature, Answer::Short), (Kind::Paydown, Answer::ChangeMeets)] {
        let mut case = case(&policy, "");
        case.change.push(work(&policy, 200, TODAY, 10, &[PEOPLE[3]], kind));
        assert_eq!(case.judged(&policy)[0].answer, Answer::NotConcerned);
        case.touched.insert(0, BTreeSet::from([TeamId(0)]));
        assert_eq!(case.judged(&policy)[0].answer, answer);
    }
}

/// Two weeks of features by each of ann and carl, whom team `b` has, and the change: author, kind, and what it touches.
fn of_b(policy: &Policy, change: &[(&str, Kind, bool)]) -> Case {
    let mut case = case(policy, "");
    case.base.extend((0..6).map(|n| {
        let day = format!("2026-01-{:02}", 5 + n / 3 * 7 + n % 3);
        work(policy, 50 + n, &day, 10, &[PEOPLE[2]], Kind::Feature)
    }));
    for (place, (who, kind, touches)) in change.iter().enumerate() {
        case.change.push(work(policy, 100 + u8::try_from(place).unwrap(), TODAY, 10, &[who], *kind));
        case.touched.insert(place, BTreeSet::from_iter(touches.then_some(TeamId(1))));
    }
    case
}

/// What random cases found: ann, of whom team `b` has 30 %, pays down on its paths, beside a colleague's feature there.
/// More paydown of hers elsewhere takes half of her day; counted by 30 % only, it brought the change below the floor.
#[test]
fn paydown_does_not_draw_a_shared_person_off_a_teams_paths() {
    let policy = allocated(5_000);
    let mut change = vec![(PEOPLE[0], Kind::Paydown, true), (PEOPLE[1], Kind::Feature, true)];
    assert_eq!(of_b(&policy, &change).judged(&policy)[1].answer, Answer::ChangeMeets);
    change.push((PEOPLE[0], Kind::Paydown, false));
    assert_eq!(of_b(&policy, &change).judged(&policy)[1].answer, Answer::ChangeMeets);
    // Nor does paydown of bob's that does not concern the team: its day is another matter in the team's share alone.
    let change =
        [(PEOPLE[1], Kind::Paydown, true), (PEOPLE[2], Kind::Feature, true), (PEOPLE[1], Kind::Paydown, false)];
    assert_eq!(of_b(&policy, &change[..2]).judged(&policy)[1].answer, Answer::ChangeMeets);
    assert_eq!(of_b(&policy, &change).judged(&policy)[1].answer, Answer::ChangeMeets);
}

/// Bob's commit on the ground of `b` brings back his paydown, and a feature of carl's there: to `a` it is paydown, to `b` a feature.
#[test]
fn what_comes_back_is_asked_for_each_team() {
    let policy = allocated(2_000);
    let mut case = of_b(&policy, &[(PEOPLE[1], Kind::Feature, true)]);
    let first = case.base.len();
    case.base.push(work(&policy, 60, "2026-01-05", 10, &[PEOPLE[1]], Kind::Paydown));
    case.base.push(work(&policy, 61, "2026-01-05", 10, &[PEOPLE[2]], Kind::Feature));
    let answers = |works: &[usize]| {
        let revivals = BTreeMap::from([(0, works.iter().map(|place| first + place).collect())]);
        let case = Case {
            base: case.base.clone(),
            change: case.change.clone(),
            touched: case.touched.clone(),
            revivals,
            ..Case::default()
        };
        case.judged(&policy).iter().map(|verdict| verdict.answer).collect::<Vec<_>>()
    };
    assert_eq!(answers(&[0, 1]), [Answer::BringsBack, Answer::Short]);
    assert_eq!(answers(&[1]), [Answer::Short, Answer::Short]);
    // None of it is of `b`: it is asked of all.
    assert_eq!(answers(&[0]), [Answer::BringsBack, Answer::BringsBack]);
}

/// With attribution by paths, paydown that is mostly in another team's code takes a day's part from the team, and nothing from the
/// change's own share.
#[test]
fn by_paths_paydown_elsewhere_takes_nothing_away() {
    let mut policy = allocated(5_000);
    policy.attribution = Attribution::Paths;
    let owned = |item, weights: [u64; 2]| {
        let owners = weights.into_iter().enumerate().filter(|(_, weight)| *weight > 0);
        let owners = owners.map(|(team, weight)| Owner { team: Some(TeamId(team)), weight }).collect();
        but(item, |counted| counted.owners = owners)
    };
    for weights in [[11, 0], [1, 401], [0, 401]] {
        let mut case = case(&policy, "p");
        case.change.push(work(&policy, 101, TODAY, 10, &[PEOPLE[1]], Kind::Feature));
        case.base = case.base.into_iter().map(|item| owned(item, [11, 0])).collect();
        case.change = case.change.into_iter().map(|item| owned(item, [11, 0])).collect();
        assert_eq!(case.judged(&policy)[0].answer, Answer::ChangeMeets);
        case.change.push(owned(work(&policy, 102, TODAY, 10, &[PEOPLE[0]], Kind::Paydown), weights));
        assert_eq!(case.judged(&policy)[0].answer, Answer::ChangeMeets, "{weights:?}");
    }
}

/// A change that says `Debt-Share: 15%` is at 15 % for each team and in each measure, however small its parts are.
#[test]
fn a_stated_share_is_met_as_it_is_stated() {
    for (attribution, measure, credit, proven) in [
        (Attribution::Roster, Measure::DeveloperWeeks, 1_500, 10_000),
        (Attribution::Roster, Measure::DeveloperDays, 3_000, 5_000),
        (Attribution::Roster, Measure::Commits, 1_500, 10_000),
        (Attribution::Roster, Measure::Lines, 2_500, 6_000),
        (Attribution::Paths, Measure::DeveloperWeeks, 1_500, 10_000),
        (Attribution::Paths, Measure::Commits, 1_500, 10_000),
    ] {
        for (points, answer) in [(1_500, Answer::ChangeMeets), (1_501, Answer::Short)] {
            let mut policy = allocated(points);
            (policy.attribution, policy.effort) = (attribution, measure);
            policy.unproven_credit = BasisPoints::new(proven).unwrap();
            let owned = |item, weights: [u64; 2]| {
                let owner = |(team, weight)| Owner { team: Some(TeamId(team)), weight };
                but(item, |counted| {
                    counted.credit = BasisPoints::new(if weights == [11, 0] { 0 } else { credit }).unwrap();
                    counted.owners = weights.into_iter().enumerate().filter(|one| one.1 > 0).map(owner).collect();
                })
            };
            let mut case = case(&policy, "f");
            case.base = case.base.into_iter().map(|item| owned(item, [11, 0])).collect();
            case.change = case.change.into_iter().map(|item| owned(item, [8, 30])).collect();
            let verdict = &case.judged(&policy)[0];
            assert_eq!(verdict.answer, answer, "{attribution:?} {measure:?}");
            assert_eq!(verdict.own_share.unwrap().basis_points_floor().get(), 1_500);
        }
    }
}

#[test]
fn no_number_of_lines_is_too_large_for_a_share() {
    for (points, answer) in [(1_500, Answer::ChangeMeets), (1_501, Answer::Short)] {
        let mut policy = allocated(points);
        policy.effort = Measure::Lines;
        let credited = |item, credit, lines| {
            but(item, |counted| {
                (counted.credit, counted.lines) = (BasisPoints::new(credit).unwrap(), lines);
            })
        };
        let mut case = case(&policy, "f");
        case.base = case.base.into_iter().map(|item| credited(item, 0, 9)).collect();
        case.change = case.change.into_iter().map(|item| credited(item, 1_500, 1 << 40)).collect();
        let verdict = &case.judged(&policy)[0];
        assert_eq!(verdict.answer, answer);
        assert_eq!(verdict.own_share.unwrap().basis_points_floor().get(), 1_500);
    }
}

/// A commit by chance: day, lines, people, kind, credit, teams touched, whether it takes something back (0), edits only what decides (1), is
/// put together (2) or brings back the base's first commits (3).
type Chance = (u8, u64, Vec<usize>, usize, Option<u16>, Vec<usize>, Option<usize>);

fn chance() -> impl Strategy<Value = Chance> {
    let people = prop::sample::subsequence((0..PEOPLE.len()).collect::<Vec<_>>(), 1..=3);
    let touched = prop::sample::subsequence(vec![0, 1], 0..=2);
    let credit = prop::option::weighted(0.3, 0..=10_000_u16);
    (1..=21_u8, 0..600_u64, people, 0..Kind::ALL.len(), credit, touched, prop::option::weighted(0.2, 0..4_usize))
}

fn item(policy: &Policy, number: u8, day: &str, (_, lines, people, kind, credit, _, _): &Chance) -> WorkItem {
    let people: Vec<_> = people.iter().map(|place| PEOPLE[*place]).collect();
    let item = work(policy, number, day, *lines, &people, Kind::ALL[*kind]);
    but(item, |counted| counted.credit = credit.and_then(BasisPoints::new).unwrap_or(counted.credit))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// For every team that it concerns: paydown added to a change that passes leaves it passing, and paydown alone passes.
    #[test]
    fn paydown_never_makes_a_change_fail(
        base in prop::collection::vec(chance(), 0..30),
        change in prop::collection::vec(chance(), 0..8),
        more in chance(),
        points in prop_oneof![0..=10_000_u16, 500..3_000_u16],
    ) {
        let policy = allocated(points);
        let mut case = Case::default();
        for (number, one) in (1..).zip(&base) {
            case.base.push(item(&policy, number, &format!("2026-01-{:02}", one.0), one));
        }
        for (place, one) in change.iter().enumerate() {
            case.change.push(item(&policy, 100 + u8::try_from(place).unwrap(), TODAY, one));
            case.touched.insert(place, one.5.iter().copied().map(TeamId).collect());
            if one.6 == Some(3) {
                case.revivals.insert(place, (0..base.len().min(3)).collect());
            }
            let taken = [&mut case.reverts, &mut case.settling, &mut case.idle];
            if let Some(places) = one.6.and_then(|which| taken.into_iter().nth(which)) {
                places.insert(place);
            }
        }
        let without = case.judged(&policy);

        let paydown = item(&policy, 200, TODAY, &(21, more.1, more.2, 0, None, Vec::new(), None));
        let touched: BTreeSet<TeamId> = more.5.iter().copied().map(TeamId).collect();
        let alone = Case {
            base: case.base.clone(),
            change: vec![paydown.clone()],
            touched: BTreeMap::from([(0, touched.clone())]),
            ..Case::default()
        };
        let alone = alone.judged(&policy);
        case.touched.insert(case.change.len(), touched);
        case.change.push(paydown);
        for ((without, with), alone) in without.iter().zip(case.judged(&policy)).zip(alone) {
            prop_assert_ne!(alone.answer, Answer::Short);
            if alone.answer != Answer::NotConcerned && without.answer != Answer::Short {
                prop_assert_ne!(with.answer, Answer::Short);
            }
        }
    }
}
