//! How the effort of a week came to a day, to the commit, and to the teams: the steps of docs/measure.md.

use std::collections::BTreeSet;

use crate::classify;
use crate::classify::Counted;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::Worker;
use crate::classify::WorkerId;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::finding::all_of;
use crate::ledger;
use crate::policy::Attribution;
use crate::policy::Measure;
use crate::policy::Membership;
use crate::policy::Percent;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;

use super::Among;
use super::View;
use super::length;
use super::lines;
use super::title;
use crate::report::text::grid::Align;
use crate::report::text::grid::Cell;
use crate::report::text::grid::Grid;
use crate::report::text::style;
use crate::report::text::teams::name_or_none;

/// How the effort of a week came to a day, and that of the day to the commit and its teams.
pub(super) fn effort(report: &Report, among: &Among<'_>, counted: &Counted, fact: &CommitFact, view: View) -> String {
    let week = counted.day.iso_week();
    let mut text =
        title("Effort", &format!("its day is {} in {week}{}", counted.day.date(), held(counted, fact)), view);
    let mut say = |sentence: &str| text.push_str(&(view.wrapped(sentence, "  ") + "\n"));
    for worker in &counted.workers {
        let theirs: Vec<&Counted> = among.items.iter().filter_map(|item| counted_by(item, &worker.id)).collect();
        let days: BTreeSet<Day> = theirs.iter().map(|one| one.day).filter(|day| day.iso_week() == week).collect();
        let same_day: Vec<&Counted> = theirs.into_iter().filter(|one| one.day == counted.day).collect();
        let sum = same_day.iter().map(|one| weight(one)).fold(0, u64::saturating_add);
        let shared = match counted.workers.len() {
            1 => String::new(),
            people => format!(", divided among {people} people"),
        };
        let days = length(days.len());
        say(&format!(
            "{}: {} in the week ({} of it), so that {} stands for {} developer-weeks.{} The commit weighs 1 + {} lines (400 \
             at most){shared}: {} of that day, which has {} of theirs{}.",
            view.sink.line(&worker.name),
            figures::counted(days, "active day", "active days"),
            match days {
                1 => "a third",
                2 => "two thirds",
                _ => "all",
            },
            if days == 1 { "it" } else { "each" },
            of_week(u64::from(Percent::WHOLE.get()), days),
            time(report, worker, counted.day, days, view),
            figures::count(counted.lines),
            figures::percent(weight(counted), sum, Rounding::Nearest),
            figures::counted(same_day.len(), "commit", "commits"),
            if same_day.len() == 1 {
                String::new()
            } else {
                format!(" that weigh {} together", figures::exact(sum, COMMON))
            },
        ));
    }
    if counted.workers.is_empty() {
        say(&format!("nobody worked on {}", among.item.commit.short()));
    } else if report.policy.attribution == Attribution::Paths {
        let owners = counted.owners.iter();
        let owners =
            owners.map(|owner| format!("{} {}", name_or_none(report, owner.team, view), figures::count(owner.weight)));
        let owners = owners.collect::<Vec<_>>().join(", ");
        say(&format!("It is divided over the teams that own its paths, by 1 + their lines (400 at most): {owners}."));
    }
    text
}

/// Why the day is not that of the commit's own time.
fn held(counted: &Counted, fact: &CommitFact) -> &'static str {
    match fact.committed.map(|time| time.day()) {
        None => ", on which it landed, as no time of its own can be read",
        Some(own) if own < counted.day => ", held to the 13 weeks before it landed",
        Some(own) if own > counted.day => ", held to the day on which it landed",
        Some(_) => "",
    }
}

/// How much of a person the teams have on a day, and what that makes of it.
fn time(report: &Report, worker: &Worker, day: Day, days: u64, view: View) -> String {
    let policy = &report.policy;
    if policy.everyone().is_some() {
        return String::new();
    }
    let parts = ledger::parts_on(&worker.id, day, policy);
    let whole = parts.iter().map(|part| part.percent).fold(0, u64::saturating_add);
    let scaled = if whole == u64::from(Percent::WHOLE.get()) { "" } else { " Part time scales the weeks alone." };
    match policy.attribution {
        Attribution::Roster if parts.iter().any(|part| part.team.is_none()) => unheld(report, worker, view),
        Attribution::Roster => {
            let had =
                parts.iter().map(|part| format!("{} has {}%", name_or_none(report, part.team, view), part.percent));
            let makes = parts.iter().map(|part| of_week(part.percent, days));
            format!(" Of their time that day {}: {}.{scaled}", listed(had), listed(makes))
        }
        // The paths say whose it is.
        Attribution::Paths if scaled.is_empty() => String::new(),
        Attribution::Paths => {
            format!(" Teams have {whole}% of their time that day: {}.{scaled}", of_week(whole, days))
        }
    }
}

/// Why no team has a person on a day.
fn unheld(report: &Report, worker: &Worker, view: View) -> String {
    let of_person = worker.id.on(&report.policy.roster).map(|found| found.memberships()).unwrap_or_default();
    if of_person.is_empty() {
        return " They are on no roster, so that all of it goes to (no team).".to_owned();
    }
    let since = |day: Day| format!(" from {}", day.date());
    let up_to = |day: Day| format!(" until {}", day.date());
    let told = |one: &Membership| {
        let (from, until) = (one.from.map(since), one.until.map(up_to));
        format!(
            "{}{}{}",
            name_or_none(report, Some(one.team), view),
            from.unwrap_or_default(),
            until.unwrap_or_default()
        )
    };
    let told = of_person.iter().map(told).collect::<Vec<_>>().join(", ");
    format!(" No team has them that day ({told}), so that all of it goes to (no team).")
}

/// What a day stands for, in developer-weeks, where so many per cents of a person are a team's.
fn of_week(percent: u64, days: u64) -> String {
    let units = ledger::day_of_week(percent, days).unwrap_or_default();
    figures::exact(units, Measure::DeveloperWeeks.scale())
}

fn listed(words: impl Iterator<Item = String>) -> String {
    all_of(&words.collect::<Vec<_>>())
}

/// What brought which team how much.
pub(super) fn parts(report: &Report, among: &Among<'_>, counted: &Counted, view: View) -> String {
    let columns = ["  Team", "Person", "Part"].map(|title| (title, Align::Left)).into_iter();
    let columns = columns.chain(["Weeks", "Days", "Commits", "Lines"].map(|title| (title, Align::Right)));
    let mut grid = Grid::new(columns.collect());
    for posting in among.ledger.postings.iter().filter(|posting| posting.item == among.at) {
        let team = name_or_none(report, posting.team, view);
        let person = counted.workers.iter().find(|worker| worker.id == posting.worker);
        let person = person.map_or(String::new(), |person| name(person, view));
        let figure = |units: u64, measure: Measure| Cell::plain(figures::exact(units, measure.scale()));
        for (part, efforts) in [("all", posting.effort), ("paydown", posting.paydown)] {
            if part == "all" || efforts.get(Measure::Commits) > 0 {
                let first =
                    [Cell::plain(format!("  {team}")), Cell::plain(person.clone()), Cell::new(part, style::DIM)];
                let figures = Measure::ALL.map(|measure| figure(efforts.get(measure), measure));
                grid.row(first.into_iter().chain(figures).collect());
            }
        }
    }
    title("Parts", "in developer-weeks, developer-days, commits and lines", view) + &lines(&grid, view)
}

fn name(worker: &Worker, view: View) -> String {
    view.sink.limited(worker.name.expose(), 24)
}

fn counted_by<'i>(item: &'i WorkItem, worker: &WorkerId) -> Option<&'i Counted> {
    match &item.reading {
        Reading::Counted(counted) if counted.workers.iter().any(|one| one.id == *worker) => Some(counted),
        _ => None,
    }
}

/// The least common multiple of 1 to 17: the author and 16 co-authors at most.
const COMMON: u64 = 12_252_240;

/// The weight of a commit in the day of each of its workers, times [`COMMON`].
fn weight(counted: &Counted) -> u64 {
    let people = length(counted.workers.len()).max(1);
    classify::weight(counted.lines).saturating_mul(COMMON.div_euclid(people))
}
