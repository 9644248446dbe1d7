//! The rules: what counts as paydown, and what is left out of the measure.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::finding::Location;
use crate::policy::ExemptMatch;
use crate::policy::ExemptRule;
use crate::policy::Kind;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::LabelRule;
use crate::policy::PathRule;
use crate::policy::Policy;
use crate::policy::Rank;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;

const GIVES: &str = "more work may count as paydown";
const RELEASES: &str = "commits that it matched may now be called paydown by another rule or by their landing";
const SILENCES: &str = "what a trailer claims is then said before, and contradicts no paydown any more";
const LABELS: &str = "commits that say nothing of themselves then carry the label that `require-label` asks for";
const LEFT_OUT: &str = "more may be left out of the measure";
const LET_IN: &str = "what it left out would count, and its paydown too";

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let mut found = Vec::new();
    labels(pair, &mut found);
    exemptions(pair, &mut found);
    ignored(pair, &mut found);
    by_pack(pair, found, all);
}

/// A difference, with the file of a rule that one side lacks.
struct Found {
    lacking: Option<Location>,
    difference: Difference,
}

impl From<Difference> for Found {
    fn from(difference: Difference) -> Self {
        Self { lacking: None, difference }
    }
}

/// What comes of a pack that is extended no more, or newly, is one difference and not one a rule.
fn by_pack(pair: &Pair<'_>, found: Vec<Found>, all: &mut Vec<Difference>) {
    let files =
        |policy: &Policy| -> BTreeSet<_> { policy.texts.iter().skip(1).map(|text| text.name.clone()).collect() };
    let (old, new) = (files(pair.base), files(pair.head));
    let mut packs: BTreeMap<(bool, String), (Direction, Option<&'static str>)> = BTreeMap::new();
    for Found { lacking, difference } in found {
        let file = lacking.as_ref().map(|at| &at.file);
        let pack = file.filter(|file| old.contains(*file) != new.contains(*file));
        match pack {
            Some(file) => {
                let told = (difference.direction, difference.why);
                let known = packs.entry((old.contains(file), file.to_string())).or_insert(told);
                *known = told.max(*known);
            }
            None => all.push(difference),
        }
    }
    for ((was_there, file), (direction, why)) in packs {
        let found = Difference::new(format!("the pack {file}"), format!("extends.{file}"), direction);
        let found = Difference { why, ..found };
        let side = |policy: &Policy, is_there: bool| {
            let at = policy.written_at(&["extends"]).map(|written| written.at.clone());
            Side::new(if is_there { "extended" } else { "not extended" }, at)
        };
        all.push(found.base(side(pair.base, was_there)).head(side(pair.head, !was_there)));
    }
}

fn labels(pair: &Pair<'_>, all: &mut Vec<Found>) {
    let (base, head) = (&pair.base.labels, &pair.head.labels);
    let new: BTreeMap<&str, &LabelRule> = head.iter().map(|rule| (rule.id.as_ref(), rule)).collect();
    let old: BTreeMap<&str, &LabelRule> = base.iter().map(|rule| (rule.id.as_ref(), rule)).collect();
    let told = |rule: &LabelRule, direction| {
        Difference::new(format!("the label rule `{}`", rule.id), format!("labels.{}", rule.id), direction)
    };
    let side = |rule: &LabelRule, with_rank: bool| {
        let rank = if with_rank { rank_in_words(rule.rank) } else { "" };
        Side::at(format!("{}{rank}", label_in_words(rule)), &rule.at)
    };
    // What a rule of the head does to those behind it that both have, and to commits without a label.
    let beside = |rule: &LabelRule| {
        let behind = head.iter().skip_while(|one| one.id != rule.id).skip(1);
        let mut later = behind.filter(|later| old.contains_key(later.id.as_ref()));
        if later.any(|later| silences(rule, later)) {
            Some((Direction::Looser, SILENCES))
        } else {
            (pair.base.require_label.is_some() && !reads_labels(rule)).then_some((Direction::Looser, LABELS))
        }
    };
    for rule in base {
        let (direction, why) = match new.get(rule.id.as_ref()) {
            Some(other) => match changed(rule, other, pair) {
                Some((direction, why)) => {
                    let reaches = !matches!(reach(&rule.matches, &other.matches), Reach::Same | Reach::Narrower);
                    let worse = (direction != Direction::Looser && reaches).then(|| beside(other)).flatten();
                    let (direction, why) = worse.unwrap_or((direction, why));
                    let ranks = rule.rank != other.rank;
                    let found = told(rule, direction).base(side(rule, ranks)).head(side(other, ranks));
                    all.push(explained(found, why).into());
                    continue;
                }
                None => continue,
            },
            // A commit that loses this label has others, or takes over its landing's: none can give it more than all.
            None if rule.outcome == LabelOutcome::Kind(Kind::Paydown) => (Direction::Tighter, RELEASES),
            None => (Direction::Looser, RELEASES),
        };
        let difference = explained(told(rule, direction).base(side(rule, false)), why);
        all.push(Found { lacking: Some(rule.at.clone()), difference });
    }
    for rule in head.iter().filter(|rule| !old.contains_key(rule.id.as_ref())) {
        let (direction, why) = match gives(rule) {
            true => (Direction::Looser, GIVES),
            false => beside(rule).unwrap_or((Direction::Tighter, GIVES)),
        };
        let difference = explained(told(rule, direction).head(side(rule, false)), why);
        all.push(Found { lacking: Some(rule.at.clone()), difference });
    }
    all.extend(order(base, head, &old).map(Found::from));
}

/// Of a rule that both have: what its change does; `None` where it means the same.
fn changed(base: &LabelRule, head: &LabelRule, pair: &Pair<'_>) -> Option<(Direction, &'static str)> {
    let LabelRule { id: _, rank, matches, outcome, at: _ } = base;
    let reach = reach(matches, &head.matches);
    if *outcome == head.outcome && reach == Reach::Same && *rank == head.rank {
        return None;
    }
    if *rank != head.rank {
        // Labels contradict each other among those of one rank only.
        return Some((Direction::Looser, GIVES));
    }
    Some(match (*outcome, head.outcome) {
        (LabelOutcome::Kind(Kind::Paydown), LabelOutcome::Kind(Kind::Paydown)) if reach == Reach::Narrower => {
            (Direction::Tighter, GIVES)
        }
        (LabelOutcome::Kind(Kind::Paydown), LabelOutcome::Kind(kind)) if kind != Kind::Paydown => {
            (Direction::Tighter, GIVES)
        }
        (LabelOutcome::Kind(old), LabelOutcome::Kind(new)) if old != Kind::Paydown && new != Kind::Paydown => {
            let keeps = !is_claim(old) || is_claim(new);
            match reach {
                Reach::Same if keeps && is_claim(old) == is_claim(new) => (Direction::Neutral, RELEASES),
                Reach::Same | Reach::Wider if keeps => (Direction::Tighter, RELEASES),
                _ => (Direction::Looser, RELEASES),
            }
        }
        // Two shares of one rank that differ give none: one that falls to another may give some.
        (LabelOutcome::Share(old), LabelOutcome::Share(new))
            if new < old && reach == Reach::Same && is_alone(base, pair) =>
        {
            (Direction::Tighter, GIVES)
        }
        _ => (Direction::Looser, GIVES),
    })
}

/// Whether a kind contradicts paydown; the others contradict nothing.
const fn is_claim(kind: Kind) -> bool {
    matches!(kind, Kind::Feature | Kind::Run)
}

/// Whether a rule that is asked first may keep another from claiming anything: of one trailer the first rule says what it claims.
fn silences(first: &LabelRule, other: &LabelRule) -> bool {
    let is_same_key = match (&first.matches, &other.matches) {
        (LabelMatch::Trailer { key, .. }, LabelMatch::Trailer { key: of_other, .. }) => {
            key.eq_ignore_ascii_case(of_other)
        }
        _ => false,
    };
    is_same_key
        && first.rank == other.rank
        && first.outcome.kind().is_some_and(|kind| !is_claim(kind))
        && other.outcome.kind().is_some_and(is_claim)
}

/// Whether a rule fits only commits that say what they are, in their words or by their requests, or those that it names.
const fn reads_labels(rule: &LabelRule) -> bool {
    !matches!(rule.matches, LabelMatch::Subject(_) | LabelMatch::Author(_) | LabelMatch::Path(_))
}

/// Whether no other rule of its rank gives a share.
fn is_alone(rule: &LabelRule, pair: &Pair<'_>) -> bool {
    let mut rules = pair.base.labels.iter().chain(&pair.head.labels);
    !rules.any(|other| other.outcome.kind().is_none() && other.rank == rule.rank && other.id != rule.id)
}

/// The first rule that matches wins: which of the rules that both have changed places.
fn order(base: &[LabelRule], head: &[LabelRule], old: &BTreeMap<&str, &LabelRule>) -> Option<Difference> {
    let places: BTreeMap<&str, usize> = (0..).zip(base).map(|(place, rule)| (rule.id.as_ref(), place)).collect();
    let kept: Vec<(usize, &LabelRule)> =
        head.iter().filter_map(|rule| Some((*places.get(rule.id.as_ref())?, rule))).collect();
    if kept.is_sorted_by_key(|(place, _)| *place) {
        return None;
    }
    let mut tighter = None;
    for (number, (place, rule)) in kept.iter().enumerate() {
        // Those that it overtook.
        for (_, other) in kept.iter().skip(number.saturating_add(1)).filter(|(before, _)| before < place) {
            let is_silent = silences(rule, other);
            if rule.outcome == other.outcome || !gives(rule) && !gives(other) && !is_silent {
                continue;
            }
            let told = |direction| {
                let what = format!("the order of the label rules `{}` and `{}`", other.id, rule.id);
                let side = |first: &LabelRule| Side::at(format!("`{}` first", first.id), &first.at);
                let found = Difference::new(what, "labels", direction).head(side(rule));
                found.base(side(old.get(other.id.as_ref()).copied().unwrap_or(other)))
            };
            if gives(rule) || is_silent {
                return Some(told(Direction::Looser).because(if is_silent { SILENCES } else { GIVES }));
            }
            tighter.get_or_insert_with(|| told(Direction::Tighter));
        }
    }
    tighter
}

fn exemptions(pair: &Pair<'_>, all: &mut Vec<Found>) {
    let (base, head) = (&pair.base.exempt, &pair.head.exempt);
    let told = |rule: &ExemptRule, direction| {
        Difference::new(format!("the exempt rule `{}`", rule.id), format!("exempt.{}", rule.id), direction)
    };
    let side = |rule: &ExemptRule| Side::at(exempt_in_words(rule), &rule.at);
    for rule in base {
        // Each rule that matches exempts: neither the order nor the rank matters.
        let ExemptRule { id, rank: _, matches, reason, at } = rule;
        let Some(other) = head.iter().find(|other| other.id == *id) else {
            let difference = told(rule, Direction::Looser).base(side(rule)).because(LET_IN);
            all.push(Found { lacking: Some(at.clone()), difference });
            continue;
        };
        if !same_exemptions(matches, &other.matches) {
            all.push(told(rule, Direction::Looser).base(side(rule)).head(side(other)).because(LEFT_OUT).into());
        } else if *reason != other.reason {
            all.push(told(rule, Direction::Neutral).base(side(rule)).head(side(other)).into());
        }
    }
    for rule in head.iter().filter(|rule| !base.iter().any(|other| other.id == rule.id)) {
        let difference = told(rule, Direction::Looser).head(side(rule)).because(LEFT_OUT);
        all.push(Found { lacking: Some(rule.at.clone()), difference });
    }
}

fn ignored(pair: &Pair<'_>, all: &mut Vec<Found>) {
    let (base, head) = (&pair.base.ignore, &pair.head.ignore);
    let lacks = |rules: &[PathRule], glob: &str| !rules.iter().any(|rule| rule.glob == glob);
    let told = |rule: &PathRule, why| {
        let PathRule { glob, rank: _, at: _ } = rule;
        Difference::new(format!("the ignored path {glob}"), format!("ignore.{glob}"), Direction::Looser).because(why)
    };
    for rule in base.iter().filter(|rule| lacks(head, &rule.glob)) {
        let difference = told(rule, LET_IN).base(Side::at(&rule.glob, &rule.at));
        all.push(Found { lacking: Some(rule.at.clone()), difference });
    }
    for rule in head.iter().filter(|rule| lacks(base, &rule.glob)) {
        let difference = told(rule, LEFT_OUT).head(Side::at(&rule.glob, &rule.at));
        all.push(Found { lacking: Some(rule.at.clone()), difference });
    }
}

/// What one pattern recognises, beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Same,
    Narrower,
    Wider,
    /// Neither can be shown.
    Other,
}

pub(super) fn reach(base: &LabelMatch, head: &LabelMatch) -> Reach {
    let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    match (base, head) {
        (LabelMatch::Type(old), LabelMatch::Type(new)) | (LabelMatch::Scope(old), LabelMatch::Scope(new)) => {
            among(&lower(old), &lower(new))
        }
        (LabelMatch::Path(old), LabelMatch::Path(new)) => among(old.texts(), new.texts()),
        (LabelMatch::Commit(old), LabelMatch::Commit(new)) => among(old, new),
        (LabelMatch::Trailer { key, value }, LabelMatch::Trailer { key: new_key, value: new }) => {
            let same = value.as_ref().map(|value| value.as_str()) == new.as_ref().map(|value| value.as_str());
            equal(same && key.eq_ignore_ascii_case(new_key))
        }
        (LabelMatch::Subject(old), LabelMatch::Subject(new)) => equal(old.as_str() == new.as_str()),
        (LabelMatch::PullRequest(old), LabelMatch::PullRequest(new))
        | (LabelMatch::Author(old), LabelMatch::Author(new)) => equal(old == new),
        _ => Reach::Other,
    }
}

fn among<T: Ord>(base: &[T], head: &[T]) -> Reach {
    let (old, new): (BTreeSet<&T>, BTreeSet<&T>) = (base.iter().collect(), head.iter().collect());
    match (old.is_subset(&new), new.is_subset(&old)) {
        (true, true) => Reach::Same,
        (true, false) => Reach::Wider,
        (false, true) => Reach::Narrower,
        (false, false) => Reach::Other,
    }
}

const fn equal(same: bool) -> Reach {
    if same { Reach::Same } else { Reach::Other }
}

/// Whether two rules leave the same commits out, in whatever order they name them.
#[must_use]
pub fn same_exemptions(base: &ExemptMatch, head: &ExemptMatch) -> bool {
    match (base, head) {
        (ExemptMatch::Author(old), ExemptMatch::Author(new)) => old == new,
        (ExemptMatch::Commit(old), ExemptMatch::Commit(new)) => among(old, new) == Reach::Same,
        (ExemptMatch::Path(old), ExemptMatch::Path(new)) => among(old.texts(), new.texts()) == Reach::Same,
        _ => false,
    }
}

/// Whether a rule can make a commit, or a part of one, count as paydown.
fn gives(rule: &LabelRule) -> bool {
    rule.outcome.kind().is_none_or(|kind| kind == Kind::Paydown)
}

fn explained(found: Difference, why: &'static str) -> Difference {
    if found.direction == Direction::Looser { found.because(why) } else { found }
}

const fn rank_in_words(rank: Rank) -> &'static str {
    match rank {
        Rank::Own => ", the policy's own",
        Rank::Pack => ", a pack's",
    }
}

fn label_in_words(rule: &LabelRule) -> String {
    let outcome = match rule.outcome {
        LabelOutcome::Kind(kind) => kind.name().to_owned(),
        LabelOutcome::Share(share) => format!("{share} paydown"),
        LabelOutcome::ShareFromValue => "paydown as the value says".to_owned(),
    };
    format!("{}: {outcome}", match_in_words(&rule.matches))
}

/// What a rule asks of a commit's words, in words.
pub(super) fn match_in_words(matches: &LabelMatch) -> String {
    match matches {
        LabelMatch::Type(words) => format!("type {}", words.join(", ")),
        LabelMatch::Scope(words) => format!("scope {}", words.join(", ")),
        LabelMatch::Trailer { key, value: None } => format!("trailer {key}"),
        LabelMatch::Trailer { key, value: Some(value) } => format!("trailer {key} like {}", value.as_str()),
        LabelMatch::Subject(pattern) => format!("subject like {}", pattern.as_str()),
        LabelMatch::PullRequest(pattern) => format!("pull request labelled {}", pattern.as_str()),
        LabelMatch::Author(pattern) => format!("author {}", pattern.as_str()),
        LabelMatch::Path(globs) => format!("path {}", globs.texts().join(", ")),
        LabelMatch::Commit(ids) => format!("commit {}", ids.iter().map(|id| id.short()).collect::<Vec<_>>().join(", ")),
    }
}

/// What a rule leaves out, in words.
#[must_use]
pub fn exempt_in_words(rule: &ExemptRule) -> String {
    let matches = match &rule.matches {
        ExemptMatch::Author(pattern) => format!("author {}", pattern.as_str()),
        ExemptMatch::Path(globs) => format!("path {}", globs.texts().join(", ")),
        ExemptMatch::Commit(ids) => {
            format!("commit {}", ids.iter().map(|id| id.short()).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{matches}: {}", rule.reason.name())
}
