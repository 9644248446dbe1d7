//! Random histories, compared with the plainest way to say what a window is.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::facts::ObjectId;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::testing::ids;
use crate::repo::walk::Walk;

/// A commit: how far back its parents lie, and its time.
type Plan = Vec<(Vec<usize>, i64)>;

struct Built {
    repo: TestRepo,
    ids: Vec<ObjectId>,
    parents: BTreeMap<ObjectId, Vec<ObjectId>>,
    times: BTreeMap<ObjectId, i64>,
}

fn build(plan: &Plan) -> Built {
    let mut built = Built { repo: TestRepo::new(), ids: Vec::new(), parents: BTreeMap::new(), times: BTreeMap::new() };
    for (at, (back, time)) in plan.iter().enumerate() {
        let parents: Vec<_> =
            back.iter().filter_map(|back| built.ids.get(at.checked_sub(back + 1)?).copied()).collect();
        let id = built.repo.commit(&parents, *time, &format!("{at}\n"));
        built.ids.push(id);
        built.parents.insert(id, parents);
        built.times.insert(id, *time);
    }
    built
}

impl Built {
    fn reachable(&self, from: ObjectId) -> BTreeSet<ObjectId> {
        let (mut seen, mut pending) = (BTreeSet::new(), vec![from]);
        while let Some(id) = pending.pop() {
            if seen.insert(id) {
                pending.extend(&self.parents[&id]);
            }
        }
        seen
    }

    fn mainline(&self, tip: ObjectId) -> Vec<ObjectId> {
        let mut line = vec![tip];
        while let Some(parent) = self.parents[line.last().unwrap()].first() {
            line.push(*parent);
        }
        line.reverse();
        line
    }

    /// Landing time by definition: the greatest time up to there that is not in the future, or the first one after it.
    fn landing(&self, line: &[ObjectId], as_of: i64) -> Vec<i64> {
        let known = |id: &ObjectId| Some(self.times[id]).filter(|time| *time <= as_of);
        let mut running = line.iter().find_map(known).unwrap_or(as_of);
        let landing = |id: &ObjectId| {
            running = known(id).map_or(running, |time| running.max(time));
            running
        };
        line.iter().map(landing).collect()
    }

    fn agrees(&self, walk: &Walk, tip: ObjectId) {
        let line = self.mainline(tip);
        let (as_of, start) = (walk.as_of.seconds(), walk.start.seconds());
        let last: Vec<i64> = line.iter().rev().take(11).map(|id| self.times[id]).collect();
        let mut by_time = last.clone();
        by_time.sort_unstable();
        assert_eq!(as_of, last[0].max(by_time[(by_time.len() - 1) / 2]));

        let landing = self.landing(&line, as_of);
        let first = landing.iter().position(|time| start < *time).unwrap();
        assert_eq!(walk.mainline, line[first..]);
        assert_eq!(walk.boundary, first.checked_sub(1).map(|before| line[before]));
        let theirs = walk.boundary.map(|id| self.reachable(id)).unwrap_or_default();
        let expected: Vec<_> = self.reachable(tip).difference(&theirs).copied().collect();
        assert_eq!(ids(walk), expected);

        let mut claimed = theirs;
        for (id, time) in line.iter().zip(&landing).skip(first) {
            for new in self.reachable(*id).difference(&claimed.clone()) {
                claimed.insert(*new);
                let fact = walk.commits.iter().find(|fact| fact.id == *new).unwrap();
                assert_eq!((fact.landing.commit, fact.landing.time.seconds()), (*id, *time));
            }
        }
    }
}

/// Histories whose times grow with their order, off by up to so many days.
fn plan(skew_days: i64) -> impl Strategy<Value = Plan> {
    let commit = (proptest::collection::vec(0_usize..12, 0..4), -skew_days * DAY..=skew_days * DAY);
    proptest::collection::vec(commit, 1..60).prop_map(|commits| {
        let length = i64::try_from(commits.len()).unwrap();
        let timed = |(at, (mut back, off)): (usize, (Vec<usize>, i64))| {
            // Mostly one line, so that windows have edges inside.
            back.insert(0, 0);
            (back, NOW - (length - i64::try_from(at).unwrap()) * 10 * DAY + off)
        };
        commits.into_iter().enumerate().map(timed).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// The set is reachable from the tip and not from the boundary, and lands as defined, with clocks off by months.
    #[test]
    fn as_by_definition(plan in plan(150), days in 1_u32..400) {
        let built = build(&plan);
        let tip = *built.ids.last().unwrap();
        built.agrees(&built.repo.window(tip, days).unwrap(), tip);
        built.agrees(&built.repo.window_and_guess(tip, days).unwrap().0, tip);
    }

    /// A change is what its head reaches and its base does not, wherever the two lie and whatever times are claimed.
    #[test]
    fn a_change_by_definition(plan in plan(150), base in any::<prop::sample::Index>(), head in any::<prop::sample::Index>(), forged in any::<prop::sample::Index>(), time in prop_oneof![Just(0), Just(4_000_000_000_i64)]) {
        let mut plan = plan;
        let at = forged.index(plan.len());
        plan[at].1 = time;
        let built = build(&plan);
        let [base, head] = [base, head].map(|end| *end.get(&built.ids));
        let ahead = super::ahead::between(&built.repo, base, head).unwrap();
        let found: BTreeSet<_> = ahead.commits.iter().map(|fact| fact.id).collect();
        let theirs = built.reachable(base);
        prop_assert_eq!(found, built.reachable(head).difference(&theirs).copied().collect());
        let line = built.mainline(head).into_iter().filter(|id| !theirs.contains(id));
        prop_assert_eq!(ahead.mainline, line.collect::<Vec<_>>());
    }

    /// Also with forged times, as long as history is shorter than what the walks look at in any case.
    #[test]
    fn as_by_definition_with_forged_times(plan in plan(5), forged in proptest::collection::vec((0_usize..60, prop_oneof![Just(0), Just(4_000_000_000_i64), Just(1_000_000_000)]), 0..8), days in 1_u32..400) {
        let mut plan = plan;
        for (at, time) in forged {
            if let Some(commit) = plan.get_mut(at) {
                commit.1 = time;
            }
        }
        let built = build(&plan);
        let tip = *built.ids.last().unwrap();
        built.agrees(&built.repo.window(tip, days).unwrap(), tip);
        built.agrees(&built.repo.window_and_guess(tip, days).unwrap().0, tip);
    }
}
