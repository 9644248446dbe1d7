//! The commits that counted, with what says so; and, where it is asked for, who made them.

use std::collections::BTreeMap;

use crate::classify::Counted;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::WorkerId;
use crate::ledger::Ledger;
use crate::ledger::Posting;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::report::text::CountedAs;
use crate::report::text::counted_as;

use super::NAME;
use super::day;

/// So many commits with credit, and so many without, are listed of a team.
const LISTED: usize = 200;
/// How many characters of a subject are shown.
const SUBJECT: usize = 120;

/// A team's commits: those with credit, and the others; newest first.
#[derive(Clone, Default)]
pub(super) struct Commits {
    pub(super) credited: Vec<Row>,
    pub(super) others: Vec<Row>,
    pub(super) all_credited: usize,
    pub(super) all_others: usize,
}

#[derive(Clone)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) day: String,
    pub(super) subject: String,
    pub(super) kind: String,
    pub(super) why: String,
    pub(super) effort: String,
}

/// A person's effort in the window.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) commits: String,
    pub(super) effort: String,
    pub(super) paydown: String,
}

/// The commits of every team.
pub(super) fn by_team(report: &Report, sink: Sink) -> BTreeMap<TeamId, Commits> {
    let measure = report.policy.effort;
    let mut parts: BTreeMap<(TeamId, usize), (u64, u64)> = BTreeMap::new();
    for Posting { item, team, effort, paydown, .. } in &report.ledger.postings {
        if let Some(team) = team {
            let (all, credited) = parts.entry((*team, *item)).or_default();
            *all = all.saturating_add(effort.get(measure));
            *credited = credited.saturating_add(paydown.get(measure));
        }
    }
    let mut told: BTreeMap<TeamId, Commits> = BTreeMap::new();
    // Items are in the order of their landing.
    for ((team, item), (effort, paydown)) in parts.into_iter().rev() {
        let Some(item) = report.items.get(item) else { continue };
        let Reading::Counted(counted) = &item.reading else { continue };
        let commits = told.entry(team).or_default();
        let (list, all) = if paydown > 0 {
            (&mut commits.credited, &mut commits.all_credited)
        } else {
            (&mut commits.others, &mut commits.all_others)
        };
        *all = all.saturating_add(1);
        if list.len() < LISTED {
            list.push(row(item, counted, &report.ledger, figures::exact(effort, measure.scale()), sink));
        }
    }
    told
}

fn row(item: &WorkItem, counted: &Counted, ledger: &Ledger, effort: String, sink: Sink) -> Row {
    let kind = match counted_as(counted, ledger) {
        CountedAs::Whole(kind) => kind.name().to_owned(),
        CountedAs::Part(credit, rest) => format!("{credit} paydown, the rest {}", rest.name()),
        CountedAs::Uncredited(kind) => format!("{} (no credit)", kind.name()),
    };
    Row {
        id: item.commit.short(),
        day: day(item.landing.time),
        subject: sink.limited(item.subject.expose(), SUBJECT),
        kind: match counted.evidence.retraced {
            Some(_) => format!("{kind}, taken back or repeated"),
            None => kind,
        },
        why: why(counted, sink),
        effort,
    }
}

/// The label that decided, and what bears it out.
fn why(counted: &Counted, sink: Sink) -> String {
    let evidence = &counted.evidence;
    let mut said = match &evidence.winner {
        Some(label) => format!("{} “{}”", label.source, sink.limited(label.matched.expose(), 60)),
        None => "no label".to_owned(),
    };
    if let Some(inherited) = &evidence.inherited {
        said.push_str(&format!(", from merge {}", inherited.from.short()));
    }
    if evidence.contradicts {
        said.push_str("; its labels contradict each other");
    }
    for doubt in &evidence.doubts {
        said.push_str(&format!("; {}", doubt.text()));
    }
    if let Some(proof) = &evidence.proof {
        said.push_str(&format!("; content: {}", proof.grade.name()));
    }
    said
}

/// Who worked, in the order of their names: no list of the best or the worst.
pub(super) fn people(report: &Report, sink: Sink) -> Vec<Person> {
    let measure = report.policy.effort;
    let mut sums: BTreeMap<&WorkerId, (u64, u64, u64)> = BTreeMap::new();
    let mut last = BTreeMap::new();
    for posting in &report.ledger.postings {
        let (effort, paydown, commits) = sums.entry(&posting.worker).or_default();
        *effort = effort.saturating_add(posting.effort.get(measure));
        *paydown = paydown.saturating_add(posting.paydown.get(measure));
        if last.insert(&posting.worker, posting.item) != Some(posting.item) {
            *commits = commits.saturating_add(1);
        }
    }
    let mut names: BTreeMap<&WorkerId, String> = BTreeMap::new();
    for item in &report.items {
        if let Reading::Counted(counted) = &item.reading {
            for worker in &counted.workers {
                names.entry(&worker.id).or_insert_with(|| sink.limited(worker.name.expose(), NAME));
            }
        }
    }
    let told = sums.into_iter().map(|(who, (effort, paydown, commits))| Person {
        name: names.get(who).cloned().unwrap_or_default(),
        commits: figures::count(commits),
        effort: figures::amount(effort, measure, Rounding::Nearest),
        paydown: figures::amount(paydown, measure, Rounding::Nearest),
    });
    let mut told: Vec<Person> = told.collect();
    told.sort_by_cached_key(|person| person.name.to_lowercase());
    told
}
