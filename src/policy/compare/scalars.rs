//! The settings of one value each.

use std::cmp::Ordering;

use crate::policy::MinimumEffort;
use crate::policy::Policy;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;

const OTHER_FIGURES: &str = "all shares then change, and cannot be compared with earlier ones";

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (pair.base, pair.head);
    if base.sponsor != head.sponsor {
        let direction = if base.sponsor.is_none() { Direction::Tighter } else { Direction::Looser };
        let told = |policy: &Policy| policy.sponsor.clone().map(|sponsor| side(policy, &["sponsor"], sponsor));
        let mut found = Difference::new("the sponsor", "sponsor", direction);
        (found.base, found.head) = (told(base), told(head));
        all.push(if direction == Direction::Looser { found.because("the sponsor guards all the rest") } else { found });
    }
    if base.window_days != head.window_days {
        all.push(told(pair, "the window", &["window"], Direction::Looser, days).because(OTHER_FIGURES));
    }
    if base.effort != head.effort {
        let effort = |policy: &Policy| policy.effort.name().to_owned();
        all.push(told(pair, "the measure of effort", &["effort"], Direction::Looser, effort).because(OTHER_FIGURES));
    }
    if base.attribution != head.attribution {
        let name = |policy: &Policy| policy.attribution.name().to_owned();
        all.push(told(pair, "the attribution", &["attribution"], Direction::Looser, name).because(OTHER_FIGURES));
    }
    let MinimumEffort { people, developer_week_hundredths } = base.minimum;
    if let Some(direction) = lower_is_tighter(people, head.minimum.people) {
        let people = |policy: &Policy| policy.minimum.people.to_string();
        all.push(told(pair, "the people that judging a team takes", &["minimum-effort", "people"], direction, people));
    }
    if let Some(direction) = lower_is_tighter(developer_week_hundredths, head.minimum.developer_week_hundredths) {
        let what = "the work that judging a team takes";
        all.push(told(pair, what, &["minimum-effort", "developer-weeks"], direction, weeks));
    }
    if let Some(direction) = lower_is_tighter(base.unproven_credit, head.unproven_credit) {
        let part = |policy: &Policy| policy.unproven_credit.to_string();
        all.push(told(pair, "what counts of credit that nothing bears out", &["unproven-credit"], direction, part));
    }
    if let Some(direction) = lower_is_tighter(base.markers.flow, head.markers.flow) {
        let flow = |policy: &Policy| policy.markers.flow.name().to_owned();
        all.push(told(pair, "the flow of markers", &["marker-flow"], direction, flow));
    }
    if let Some(direction) = lower_is_tighter(base.fail_when, head.fail_when) {
        let name = |policy: &Policy| policy.fail_when.name().to_owned();
        all.push(told(pair, "when a team that is short fails", &["fail-when"], direction, name));
    }
}

/// Of two values of which the lower one protects more: what the way from one to the other does.
pub(super) fn lower_is_tighter<T: Ord + Copy>(base: T, head: T) -> Option<Direction> {
    match head.cmp(&base) {
        Ordering::Less => Some(Direction::Tighter),
        Ordering::Equal => None,
        Ordering::Greater => Some(Direction::Looser),
    }
}

/// A value with its place, where it is written; one that is not is a default.
pub(super) fn side(policy: &Policy, keys: &[&str], value: String) -> Side {
    Side::new(value, policy.written_at(keys).map(|written| written.at.clone()))
}

fn told(
    pair: &Pair<'_>,
    what: &str,
    keys: &[&str],
    direction: Direction,
    value: impl Fn(&Policy) -> String,
) -> Difference {
    let told = |policy: &Policy| {
        let side = side(policy, keys, value(policy));
        let value = if side.at.is_none() { format!("{} by default", side.value) } else { side.value };
        Side { value, at: side.at }
    };
    Difference::new(what, keys.join("."), direction).base(told(pair.base)).head(told(pair.head))
}

fn days(policy: &Policy) -> String {
    format!("{} days", policy.window_days)
}

fn weeks(policy: &Policy) -> String {
    let hundredths = policy.minimum.developer_week_hundredths;
    format!("{}.{:02} developer-weeks", hundredths.div_euclid(100), hundredths.rem_euclid(100))
}
