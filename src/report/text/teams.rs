//! The tables: how each team stands, what its work was, and what the four measures say.

use crate::finding::first_of;
use crate::ledger::Account;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::verdict::Standing;
use crate::verdict::Verdict;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::style;

/// From so many teams on, the tables behind the first show only those that did not meet their allocation.
const MANY: usize = 24;

/// So many shares without unproven credit are shown.
const UNPROVEN: usize = 6;

/// How much of the first table there is room for, from rich to poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    bar: usize,
    /// The title of the column that it is in.
    share: &'static str,
}

/// All have all figures: where the policy says so, the range decides.
const SHAPES: [Shape; 5] = [
    Shape { bar: 10, share: "Share of paydown" },
    Shape { bar: 6, share: "Share of paydown" },
    Shape { bar: 4, share: "Share of paydown" },
    Shape { bar: 0, share: "Share of paydown" },
    Shape { bar: 0, share: "Share" },
];

/// How each judged team stands.
pub(super) fn standings(report: &Report, view: View) -> String {
    let fitting = |shape: Shape| standing_grid(report, view, shape).lines(view.width);
    let table = SHAPES.into_iter().find_map(fitting);
    let lines = table.unwrap_or_else(|| standing_list(report, view));
    lines.join("\n") + "\n" + &notes(report, view)
}

/// What each team's work was, by kind, in the normative measure.
pub(super) fn kinds(report: &Report, view: View) -> String {
    let titles = ["Paydown", "Feature", "Run", "Other", "Unlabelled"];
    let measure = report.policy.effort;
    shares(report, view, &titles, |account, paydown| {
        let total = account.sums(measure).total;
        let of = |kind: &Kind| account.by_kind.get(kind).map_or(0, |efforts| efforts.get(measure));
        let rounding = |kind: &Kind| if *kind == Kind::Paydown { paydown } else { Rounding::Nearest };
        Kind::ALL.iter().map(|kind| (of(kind), total, rounding(kind))).collect()
    })
}

/// The share of paydown in each of the four measures; the normative one comes first.
pub(super) fn measures(report: &Report, view: View) -> String {
    let mut order = Measure::ALL;
    order.sort_by_key(|measure| *measure != report.policy.effort);
    let titles = order.map(Measure::name);
    shares(report, view, &titles, |account, paydown| {
        let sums = order.iter().map(|measure| account.sums(*measure));
        sums.map(|sums| (sums.paydown, sums.total, paydown)).collect()
    })
}

/// The verdicts as the tables show them: what asks for action first, otherwise as the policy has them.
#[must_use]
pub fn in_order(report: &Report) -> Vec<&Verdict> {
    let mut verdicts: Vec<_> = report.verdicts.iter().collect();
    verdicts.sort_by_key(|verdict| match verdict.standing {
        Standing::Short => 0,
        Standing::Waived => 1,
        Standing::NotEnoughWork => 2,
        Standing::Met => 3,
    });
    verdicts
}

/// The paydown that a team below its allocation lacks, on top of the work there is: an amount in the measure that decides, or
/// `all` where no amount would do. Nothing of another.
#[must_use]
pub fn missing(report: &Report, verdict: &Verdict) -> String {
    match (verdict.standing, verdict.shortfall) {
        (Standing::Met | Standing::NotEnoughWork, _) | (_, Some(0)) => String::new(),
        (_, Some(units)) => figures::amount(units, report.policy.effort, Rounding::Up),
        (_, None) => "all".to_owned(),
    }
}

/// A team's name in a sentence.
pub(super) fn whole_name(report: &Report, team: TeamId, view: View) -> String {
    report.policy.team(team).map_or_else(String::new, |team| view.sink.limited(&team.name, 60))
}

/// A team's name in a table, or that there is none.
pub(super) fn name_or_none(report: &Report, team: Option<TeamId>, view: View) -> String {
    let team = team.and_then(|team| report.policy.team(team));
    team.map_or("(no team)".to_owned(), |team| view.team(&team.name))
}

/// A team's name in a table.
pub(super) fn name(report: &Report, team: TeamId, view: View) -> String {
    report.policy.team(team).map_or_else(String::new, |team| view.team(&team.name))
}

fn standing_grid(report: &Report, view: View, shape: Shape) -> Grid {
    let measure = report.policy.effort;
    let mut titles = vec![
        ("  Team", Align::Left),
        ("Standing", Align::Left),
        (shape.share, Align::Left),
        ("Paydown", Align::Right),
        ("Total", Align::Right),
    ];
    let is_missing = is_missing(report);
    if is_missing {
        titles.push(("Missing", Align::Right));
    }
    titles.push(("Range", Align::Left));
    let mut grid = Grid::new(titles);
    for verdict in in_order(report) {
        let style = style::of(verdict.standing);
        let (paydown, total) = sums(report, verdict.team);
        let mut row = vec![
            Cell::new(style::mark(verdict.standing).to_string(), style)
                .and(" ", style::PLAIN)
                .and(name(report, verdict.team, view), style::BOLD),
            Cell::new(verdict.standing.name(), style),
            share_cell(verdict, paydown, total, shape),
            Cell::plain(figures::amount(paydown, measure, Rounding::Nearest)),
            Cell::plain(figures::amount(total, measure, Rounding::Nearest)),
        ];
        if is_missing {
            row.push(Cell::new(missing(report, verdict), style));
        }
        row.push(Cell::new(figures::range(verdict.interval), style::DIM));
        grid.row(row);
    }
    let nobody = report.ledger.unattributed.sums(measure);
    if nobody.total > 0 {
        let figure = |units| Cell::new(figures::amount(units, measure, Rounding::Nearest), style::DIM);
        let label = Cell::new("  (no team)", style::DIM);
        grid.row(vec![label, Cell::default(), Cell::default(), figure(nobody.paydown), figure(nobody.total)]);
    }
    grid
}

fn share_cell(verdict: &Verdict, paydown: u64, total: u64, shape: Shape) -> Cell {
    let style = style::of(verdict.standing);
    let mut cell = Cell::default();
    if shape.bar > 0 {
        let half_cells =
            if total == 0 { 0 } else { figures::half_cells(paydown, total, verdict.allocation, shape.bar) };
        let (full, half) = (half_cells / 2, half_cells % 2);
        let filled = "━".repeat(full) + if half == 1 { "╸" } else { "" };
        let empty = "─".repeat(shape.bar.saturating_sub(full + half));
        cell = cell.and(filled, style).and(empty, style::DIM).and(" ", style::PLAIN);
    }
    let percent = figures::percent(paydown, total, verdict.standing.rounding());
    cell.and(format!("{percent:>6}"), style).and(format!(" of {}", verdict.allocation.0), style::PLAIN)
}

/// Whether some team lacks paydown.
fn is_missing(report: &Report) -> bool {
    report.verdicts.iter().any(|verdict| !missing(report, verdict).is_empty())
}

/// The same as the table, for a terminal that has no room for one.
fn standing_list(report: &Report, view: View) -> Vec<String> {
    let measure = report.policy.effort;
    let mut lines = Vec::new();
    for verdict in in_order(report) {
        let style = style::of(verdict.standing);
        let (paydown, total) = sums(report, verdict.team);
        let mark = style::paint(style, &style::mark(verdict.standing).to_string());
        let name = style::paint(style::BOLD, &whole_name(report, verdict.team, view));
        lines.push(format!("{mark} {name} {}", style::paint(style, verdict.standing.name())));
        lines.push(format!(
            "    {} of {}",
            figures::percent(paydown, total, verdict.standing.rounding()),
            verdict.allocation.0
        ));
        let figure = |units| figures::amount(units, measure, Rounding::Nearest);
        lines.push(format!("    {} of {} {}", figure(paydown), figure(total), measure.name()));
        let missing = missing(report, verdict);
        if !missing.is_empty() {
            lines.push(format!("    {} missing", style::paint(style, &missing)));
        }
        if verdict.interval.is_some() {
            lines.push(style::paint(style::DIM, &format!("    range {}", figures::range(verdict.interval))));
        }
    }
    let nobody = report.ledger.unattributed.sums(measure);
    if nobody.total > 0 {
        let figure = |units| figures::amount(units, measure, Rounding::Nearest);
        let figures = format!("    {} of {} {}", figure(nobody.paydown), figure(nobody.total), measure.name());
        lines.extend(["  (no team)", figures.as_str()].map(|line| style::paint(style::DIM, line)));
    }
    lines
}

/// What the columns mean that do not say so themselves.
fn notes(report: &Report, view: View) -> String {
    let mut notes = Vec::new();
    if is_missing(report) {
        notes.push("Missing: paydown that would close the gap, on top of the work there is.".to_owned());
    }
    if report.verdicts.iter().any(|verdict| verdict.interval.is_some()) {
        notes.push("Range: nine in ten shares, when the same weeks are drawn again by chance.".to_owned());
    }
    notes.extend(unproven(report, view));
    let nobody = &report.ledger.unattributed;
    if nobody.commits > 0 {
        notes.push(format!(
            "(no team): counted, but in no team's share: {} by {}.",
            figures::counted(nobody.commits, "commit", "commits"),
            figures::counted(nobody.people.len(), "person", "people"),
        ));
    }
    notes.iter().map(|note| style::paint(style::DIM, &view.wrapped(note, "  ")) + "\n").collect()
}

/// The shares without the credit for which only labels speak, where that is less.
fn unproven(report: &Report, view: View) -> Option<String> {
    let measure = report.policy.effort;
    let less = in_order(report).into_iter().filter_map(|verdict| {
        let account = report.ledger.accounts.get(verdict.team.0)?;
        let (sums, proven) = (account.sums(measure), account.proven(measure));
        let percent = figures::percent(proven.paydown, proven.total, Rounding::Down);
        (sums != proven).then(|| format!("{} {percent}", name(report, verdict.team, view)))
    });
    let less: Vec<String> = less.collect();
    (!less.is_empty()).then(|| format!("Borne out by more than a label: {}.", first_of(less.iter(), UNPROVEN)))
}

/// A table of percentages, one row an account.
fn shares(
    report: &Report,
    view: View,
    titles: &[&'static str],
    row: impl Fn(&Account, Rounding) -> Vec<(u64, u64, Rounding)>,
) -> String {
    let columns = std::iter::once(("  Team", Align::Left)).chain(titles.iter().map(|title| (*title, Align::Right)));
    let mut grid = Grid::new(columns.collect());
    let verdicts = in_order(report);
    let shown = |verdict: &&Verdict| verdicts.len() <= MANY || verdict.standing != Standing::Met;
    let chosen: Vec<_> = verdicts.iter().copied().filter(|v| shown(v)).take(MANY).collect();
    let mut add = |label: Cell, account: &Account, paydown: Rounding| {
        let figures = row(account, paydown).into_iter().map(|figure| match figure {
            (0, 1.., _) => Cell::new("0%", style::DIM),
            (part, whole, rounding) => Cell::plain(figures::percent(part, whole, rounding)),
        });
        grid.row(std::iter::once(label).chain(figures).collect());
    };
    for verdict in &chosen {
        if let Some(account) = report.ledger.accounts.get(verdict.team.0) {
            let name = name(report, verdict.team, view);
            add(Cell::plain("  ").and(name, style::PLAIN), account, verdict.standing.rounding());
        }
    }
    if !report.ledger.unattributed.by_kind.is_empty() {
        add(Cell::new("  (no team)", style::DIM), &report.ledger.unattributed, Rounding::Nearest);
    }
    let mut lines = grid.folded(view.width);
    let more = verdicts.len().saturating_sub(chosen.len());
    if more > 0 {
        let more = figures::counted(more, "more team", "more teams");
        lines.push(style::paint(style::DIM, &format!("  and {more}, not shown here: --team NAME, --format json")));
    }
    lines.join("\n") + "\n"
}

fn sums(report: &Report, team: TeamId) -> (u64, u64) {
    let sums = report.ledger.accounts.get(team.0).map(|account| account.sums(report.policy.effort)).unwrap_or_default();
    (sums.paydown, sums.total)
}
