//! The past on a terminal: a line a team, its weeks as bars that stand against its allocation.

use anstyle::Style;

use crate::facts::UnixTime;
use crate::policy::TeamId;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::past::Longest;
use crate::report::past::Past;
use crate::report::past::Tally;
use crate::verdict::Standing;
use crate::verdict::Verdict;
use crate::verdict::fails;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::style;

/// Lower than the allocation: the lower half of a line. At it and above: the upper half.
const BELOW: [char; 4] = ['▁', '▂', '▃', '▄'];
const ABOVE: [char; 4] = ['▅', '▆', '▇', '█'];
/// A week that is not judged.
const NONE: char = '·';
/// With fewer bars a chart says nothing.
const FEWEST: usize = 8;
/// So many blocked landings are named.
const NAMED: usize = 5;

/// What is told of a branch without a commit.
fn nothing(past: &Past) -> &'static str {
    match past.subject.trusted {
        Some(_) => "\nNo commit had landed by then.\n",
        None => "\nThere is no commit yet.\n",
    }
}

/// How each team's share went: one line a team.
#[must_use]
pub fn trend(past: &Past, view: View) -> String {
    let mut text = head(past, view);
    if past.points.is_empty() {
        return text + nothing(past);
    }
    let teams = past.teams();
    let row = |team: TeamId, chart: Option<Cell>| {
        let last = past.course(team).next_back();
        let mut cells = vec![name_cell(past, team, last, view)];
        cells.extend(chart);
        cells.push(last.map(share_cell).unwrap_or_default());
        cells.push(Cell::new(change(past, team), style::DIM));
        cells
    };
    let titles = [("Now", Align::Right), ("Change", Align::Right)];
    text.push_str(&charted(past, &teams, view, &titles, &row));
    let about = "Change: of the share, in points, since the first week that has one.";
    text.push_str(&(style::paint(style::DIM, &view.wrapped(about, "  ")) + "\n"));
    text.push_str(&format!(
        "\n{}\n",
        style::paint(style::BOLD, &view.wrapped(&with_waived(past, trend_sentence(past)), ""))
    ));
    text
}

/// What the gate would have said: a table, a chart, and the sum of it.
#[must_use]
pub fn simulation(past: &Past, view: View) -> String {
    let mut text = head(past, view);
    if past.points.is_empty() {
        return text + nothing(past);
    }
    let teams = past.teams();
    let mut grid = Grid::new(vec![
        ("  Team", Align::Left),
        ("Allocation", Align::Right),
        ("Times short", Align::Right),
        ("Longest", Align::Right),
        ("Landings blocked", Align::Right),
        ("Now", Align::Right),
    ]);
    let mut list = Vec::new();
    for team in &teams {
        let tally = past.tally(*team);
        let last = past.course(*team).next_back();
        let allocation = past.policy.team(*team).map(|team| team.allocation.0.to_string()).unwrap_or_default();
        let of = |part: u64, whole: u64| format!("{} of {}", figures::count(part), figures::count(whole));
        let weeks = match past.longest(&[tally]) {
            Longest::Exactly(weeks) => figures::counted(weeks, "week", "weeks"),
            Longest::AtLeast(weeks) => format!("≥ {}", figures::counted(weeks, "week", "weeks")),
        };
        let waived = |some: u64| if some == 0 { String::new() } else { format!(", {} waived", figures::count(some)) };
        let graded = |part: u64| if part == 0 { style::DIM } else { style::BAD };
        let row = [
            Cell::plain(allocation),
            Cell::new(of(tally.short, tally.judged), graded(tally.short)).and(waived(tally.waived), style::WARN),
            Cell::new(weeks, graded(tally.longest)),
            Cell::new(of(tally.blocked, tally.landings), graded(tally.blocked))
                .and(waived(tally.let_pass), style::WARN),
            last.map(percent_cell).unwrap_or_default(),
        ];
        let name = name_cell(past, *team, last, view);
        list.push(name.painted());
        for (title, cell) in
            ["allocation", "times short", "longest row", "landings blocked", "now"].into_iter().zip(&row)
        {
            list.push(format!("    {title}: {}", cell.painted()));
        }
        grid.row(std::iter::once(name).chain(row).collect());
    }
    text.push('\n');
    text.push_str(&(grid.lines(view.width).unwrap_or(list).join("\n") + "\n"));
    let about = "Landings blocked: of those that concern the team. One may concern several, or none.";
    text.push_str(&(style::paint(style::DIM, &view.wrapped(about, "  ")) + "\n"));
    let row = |team: TeamId, chart: Option<Cell>| {
        let mut cells = vec![name_cell(past, team, past.course(team).next_back(), view)];
        cells.extend(chart);
        cells
    };
    text.push_str(&charted(past, &teams, view, &[], &row));
    text.push_str(&named(past, view));
    text.push_str(&format!(
        "\n{}\n",
        style::paint(style::BOLD, &view.wrapped(&with_waived(past, simulation_sentence(past)), ""))
    ));
    let doubt = "A simulation holds the past to today's policy, teams and labels; nobody knows what would have been \
                 done if the gate had been there.";
    text.push_str(&(style::paint(style::DIM, &view.wrapped(doubt, "")) + "\n"));
    text
}

fn head(past: &Past, view: View) -> String {
    let subject = &past.subject;
    let named = super::head::revision(subject, view);
    let mut text = super::head::first(&named, &view.sink.line(&subject.repository), view);
    let mut line = |name: &str, told: &str| text.push_str(&view.fact(name, 8, told));
    if let (Some(first), Some(last)) = (past.points.first(), past.points.last()) {
        let day = |time: UnixTime| time.day().date();
        line("span", &format!("{}: from {} to {}", past.span(), day(first.as_of), day(last.as_of)));
    }
    let length = figures::span(past.policy.window_days);
    line("window", &format!("{length} before each point, in {}", past.policy.effort.name()));
    line("policy", &super::head::policy(&past.policy.source, subject, None, view));
    super::head::options(&subject.overrides, view).iter().for_each(|typed| line("options", typed));
    text
}

/// A table with a chart in its second column, of as many weeks as there is room for, and what its bars mean. Where there is
/// room for none and no other column is wanted, nothing: names alone say nothing.
fn charted(
    past: &Past,
    teams: &[TeamId],
    view: View,
    titles: &[(&'static str, Align)],
    row: &dyn Fn(TeamId, Option<Cell>) -> Vec<Cell>,
) -> String {
    let all = past.points.len();
    // All weeks, every second one, and so on; at last none.
    let steps = (1..=all.div_ceil(FEWEST).max(1)).map(Some).chain([None]);
    for step in steps {
        if step.is_none() && titles.is_empty() {
            break;
        }
        let mut head = vec![("  Team", Align::Left)];
        head.extend(step.map(|_| ("Share of paydown", Align::Left)));
        head.extend(titles);
        let mut grid = Grid::new(head);
        for team in teams {
            grid.row(row(*team, step.map(|step| chart(past, *team, step))));
        }
        let Some(mut lines) = grid.lines(view.width).or_else(|| step.is_none().then(|| grid.folded(view.width))) else {
            continue;
        };
        if let Some(step) = step.filter(|step| *step > 1) {
            lines.push(style::paint(style::DIM, &format!("  Every {} is drawn.", nth(step))));
        }
        let legend = step.map(|_| legend(past, view)).unwrap_or_default();
        return format!("\n{}\n{legend}", lines.join("\n"));
    }
    String::new()
}

fn nth(step: usize) -> String {
    match step {
        2 => "second week".to_owned(),
        3 => "third week".to_owned(),
        step => format!("{step}th week"),
    }
}

/// The bars of a team, every `step`th week, the last one among them.
fn chart(past: &Past, team: TeamId, step: usize) -> Cell {
    let course: Vec<&Verdict> = past.course(team).collect();
    let skipped = course.len().saturating_sub(1).checked_rem(step).unwrap_or_default();
    let drawn = course.into_iter().skip(skipped).step_by(step.max(1));
    let mut runs: Vec<(String, Style)> = Vec::new();
    for verdict in drawn {
        let (bar, style) = (bar(verdict), style::of(verdict.standing));
        match runs.last_mut() {
            Some((run, same)) if *same == style => run.push(bar),
            _ => runs.push((bar.to_string(), style)),
        }
    }
    runs.into_iter().fold(Cell::default(), |cell, (run, style)| cell.and(run, style))
}

/// A bar of eight steps, of which four lie below the allocation: so what is met is seen without a colour too.
fn bar(verdict: &Verdict) -> char {
    let Some(share) = verdict.share.filter(|_| verdict.standing != Standing::NotEnoughWork) else { return NONE };
    let (points, floor) = (u32::from(share.basis_points_floor().get()), u32::from(verdict.allocation.0.get()));
    let steps = |part: u32, whole: u32| {
        let step = part.saturating_mul(4).checked_div(whole).unwrap_or(3).min(3);
        usize::try_from(step).unwrap_or(3)
    };
    let bar = if share.meets(verdict.allocation) {
        ABOVE.get(steps(points.saturating_sub(floor), floor))
    } else {
        BELOW.get(steps(points, floor))
    };
    bar.copied().unwrap_or(NONE)
}

fn name_cell(past: &Past, team: TeamId, last: Option<&Verdict>, view: View) -> Cell {
    let standing = last.map_or(Standing::NotEnoughWork, |verdict| verdict.standing);
    let name = past.policy.team(team).map_or_else(String::new, |team| view.team(&team.name));
    Cell::new(style::mark(standing).to_string(), style::of(standing)).and(" ", style::PLAIN).and(name, style::BOLD)
}

fn share_cell(verdict: &Verdict) -> Cell {
    percent_cell(verdict).and(format!(" of {:<3}", verdict.allocation.0.to_string()), style::PLAIN)
}

fn percent_cell(verdict: &Verdict) -> Cell {
    Cell::new(figures::share(verdict), style::of(verdict.standing))
}

/// By how many points the share of now differs from that of the first week that has one; nothing where there is none now, as
/// of a team that all have left.
fn change(past: &Past, team: TeamId) -> String {
    let printed =
        |verdict: &Verdict| verdict.share.map(|share| (share.paydown, share.total.get(), verdict.standing.rounding()));
    let mut weeks = past.course(team);
    let (Some(last), Some(first)) = (weeks.next_back().and_then(printed), weeks.find_map(printed)) else {
        return String::new();
    };
    figures::points_between(first, last)
}

fn legend(past: &Past, view: View) -> String {
    let mut notes = vec![format!(
        "{} below the allocation, {} at or above it, {NONE} too little work to judge.",
        BELOW.iter().collect::<String>(),
        ABOVE.iter().collect::<String>()
    )];
    if past.teams().iter().any(|team| past.course(*team).any(|verdict| verdict.standing == Standing::Waived)) {
        notes.push("Waived weeks are drawn as what they were.".to_owned());
    }
    notes.iter().map(|note| style::paint(style::DIM, &view.wrapped(note, "  ")) + "\n").collect()
}

fn trend_sentence(past: &Past) -> String {
    let teams = past.teams();
    let last: Vec<&Verdict> = teams.iter().filter_map(|team| past.course(*team).next_back()).collect();
    let short = last.iter().filter(|verdict| fails(verdict, &past.policy)).count();
    let judged = last.iter().filter(|verdict| verdict.standing != Standing::NotEnoughWork).count();
    let weeks = past.span();
    match (judged, short, teams.len()) {
        (0, ..) => "Not enough work in the last window to judge anybody.".to_owned(),
        (_, 0, 1) => format!("Not short today; {}.", row_of_short(past, &teams, &weeks)),
        (_, 0, _) => format!("No team is short today; {}.", row_of_short(past, &teams, &weeks)),
        (_, short, 1) => format!("Short today{}.", lasting(past, &teams, short)),
        (_, 1, all) => format!("1 of {all} teams is short today{}.", lasting(past, &teams, short)),
        (_, short, all) => format!("{short} of {all} teams are short today{}.", lasting(past, &teams, short)),
    }
}

/// A sentence, with what waivers make of it.
fn with_waived(past: &Past, sentence: String) -> String {
    match past.waived() {
        Some(waived) => format!("{sentence} {waived}"),
        None => sentence,
    }
}

fn row_of_short(past: &Past, teams: &[TeamId], weeks: &str) -> String {
    match longest(past, teams) {
        Longest::Exactly(0) => format!("nor was any in {weeks}{}", past.aside()),
        some => format!("in {weeks} the longest time below the allocation was {}", duration(some)),
    }
}

fn lasting(past: &Past, teams: &[TeamId], short: usize) -> String {
    let tallies: Vec<Tally> = teams.iter().map(|team| past.tally(*team)).collect();
    if tallies.iter().any(|tally| past.is_short_throughout(tally)) {
        let who = if short == 1 { "as" } else { "at least one of them" };
        let when = match past.weeks() {
            1 => "a week before".to_owned(),
            all => format!("in every week of these {}", figures::counted(all, "week", "weeks")),
        };
        return format!(", {who} {when}; `--since` looks further back");
    }
    let lasting = tallies.iter().map(|tally| tally.lasting).max().unwrap_or_default();
    let most = if short == 1 { "" } else { "at most " };
    match lasting {
        0 | 1 => String::new(),
        some => format!(", for {most}{} in a row", figures::counted(some, "week", "weeks")),
    }
}

fn longest(past: &Past, teams: &[TeamId]) -> Longest {
    let tallies: Vec<Tally> = teams.iter().map(|team| past.tally(*team)).collect();
    past.longest(&tallies)
}

fn duration(longest: Longest) -> String {
    match longest {
        Longest::Exactly(weeks) => figures::counted(weeks, "week", "weeks"),
        Longest::AtLeast(weeks) => format!("{} or more", figures::counted(weeks, "week", "weeks")),
    }
}

/// The last landings that would have been blocked.
fn named(past: &Past, view: View) -> String {
    let blocked: Vec<_> = past.blocked().rev().take(NAMED).collect();
    if blocked.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}\n", style::paint(style::BOLD, "The last that would have been blocked"));
    for landing in blocked {
        // Behind the id and the day, and before the sign that something is cut off.
        let room = view.width.saturating_sub(25).max(10);
        let id = style::paint(style::DIM, &landing.commit.short());
        let subject = view.sink.limited(landing.subject.expose(), room);
        text.push_str(&format!("  {id} {} {subject}\n", landing.time.day().date()));
    }
    text
}

fn simulation_sentence(past: &Past) -> String {
    let blocked = u64::try_from(past.blocked().count()).unwrap_or(u64::MAX);
    let all = past.judged_landings();
    let span = past.span();
    let teams = past.teams();
    let short = teams.iter().filter(|team| past.tally(**team).short > 0).count();
    let longest = longest(past, &teams);
    if all == 0 {
        return format!("Nothing landed in {span}: there was nothing to block.");
    }
    let share = figures::percent(blocked, all, Rounding::Nearest);
    let gate = match blocked {
        0 => format!("The gate would have blocked none of {} in {span}", figures::counted(all, "landing", "landings")),
        _ => format!(
            "The gate would have blocked {} of {} in {span} ({share})",
            figures::count(blocked),
            figures::counted(all, "landing", "landings")
        ),
    };
    let let_pass = past.landings.iter().filter(|one| one.blocked.is_empty() && !one.waived.is_empty()).count();
    let gate = match let_pass {
        0 => gate,
        some => format!("{gate}, and let {} pass by waivers alone", figures::count(some)),
    };
    match (short, teams.len()) {
        (0, _) => format!("{gate}; no week would have been short{}.", past.aside()),
        (_, 1) => {
            format!("{gate}; the longest time below the allocation was {}.", duration(longest))
        }
        (short, all) => {
            let row = match longest {
                Longest::Exactly(weeks) => format!("for {} in a row at most", figures::counted(weeks, "week", "weeks")),
                // Not all of them for so long.
                Longest::AtLeast(weeks) => {
                    let who = if short == 1 { "" } else { "one of them " };
                    format!("{who}for {} in a row or more", figures::counted(weeks, "week", "weeks"))
                }
            };
            format!("{gate}; {short} of {all} teams would have been short at times, {row}.")
        }
    }
}
