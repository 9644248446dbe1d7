//! What pull requests say and need: labels of history, labels that a change must carry, and changes that cannot wait.

use crate::finding::Level;
use crate::policy::ExemptChange;
use crate::policy::Policy;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;
use super::rules::Reach;
use super::rules::match_in_words;
use super::rules::reach;
use super::scalars::lower_is_tighter;
use super::scalars::side;

const CANNOT_WAIT: &str = "more changes may land while their team is short";

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (pair.base, pair.head);
    let file = |policy: &Policy| policy.requests_file.as_ref().map(|(file, _)| file.clone());
    if file(base) != file(head) {
        let told = |policy: &Policy| file(policy).map(|file| side(policy, &["pull-request-labels"], file));
        let found =
            Difference::new("the file of the labels of pull requests", "pull-request-labels", Direction::Looser);
        let (base, head) = (told(base), told(head));
        all.push(Difference { base, head, ..found.because("landed work may then carry other labels") });
    }
    if let Some(direction) = lower_is_tighter(required(base), required(head)) {
        let told = |policy: &Policy| {
            let level = policy.require_label.as_ref().map_or("not asked for", |rule| rule.level.name());
            side(policy, &["require-label"], level.to_owned())
        };
        let found = Difference::new("the label that each commit must carry", "require-label", direction);
        all.push(found.base(told(base)).head(told(head)));
    }
    exempt_changes(&base.exempt_changes, &head.exempt_changes, all);
}

/// The lower, the graver it is to lack a label.
fn required(policy: &Policy) -> u8 {
    match policy.require_label.as_ref().map(|rule| rule.level) {
        Some(Level::Error) => 0,
        Some(Level::Warning) => 1,
        Some(Level::Note) => 2,
        None => 3,
    }
}

fn exempt_changes(base: &[ExemptChange], head: &[ExemptChange], all: &mut Vec<Difference>) {
    let found = |id: &str, direction| {
        let found = Difference::new(format!("the exempt change `{id}`"), format!("exempt-changes.{id}"), direction);
        if direction == Direction::Looser { found.because(CANNOT_WAIT) } else { found }
    };
    for rule in base {
        let ExemptChange { id, matches, reason, at_most, at } = rule;
        let Some(other) = head.iter().find(|other| other.id == *id) else {
            all.push(found(id, Direction::Tighter).base(Side::at(in_words(rule), at)));
            continue;
        };
        let same = reach(matches, &other.matches) == Reach::Same;
        // Without a number every landing may.
        let most = |most: Option<u32>| most.map_or(u64::MAX, u64::from);
        let direction = match lower_is_tighter(most(*at_most), most(other.at_most)) {
            _ if !same => Some(Direction::Looser),
            None if *reason != other.reason => Some(Direction::Neutral),
            number => number,
        };
        if let Some(direction) = direction {
            let sides = found(id, direction).base(Side::at(in_words(rule), at));
            all.push(sides.head(Side::at(in_words(other), &other.at)));
        }
    }
    for rule in head.iter().filter(|rule| !base.iter().any(|other| other.id == rule.id)) {
        all.push(found(&rule.id, Direction::Looser).head(Side::at(in_words(rule), &rule.at)));
    }
}

fn in_words(rule: &ExemptChange) -> String {
    let most = rule.at_most.map_or_else(|| "any number".to_owned(), |most| format!("at most {most}"));
    format!("{}: {}, {most} a window", match_in_words(&rule.matches), rule.reason.name())
}
