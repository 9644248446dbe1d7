//! Every commit of the window, one line each.

use anstyle::Style;

use crate::classify::Counted;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::ledger::Granted;
use crate::ledger::Ledger;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::style;
use super::teams::name_or_none;

/// What a commit is counted as, which is not always what its label says.
pub(in crate::report) enum CountedAs {
    /// All of it as this.
    Whole(Kind),
    /// This part as paydown, the rest as that.
    Part(BasisPoints, Kind),
    /// All of it as this, though its label says paydown: nothing of that is credited.
    Uncredited(Kind),
}

/// The words of a commit, and what was credited of them. A relabel of which the cap lets nothing count is as if it were not.
pub(in crate::report) fn counted_as(counted: &Counted, ledger: &Ledger) -> CountedAs {
    let refused = granted(counted, ledger).is_some_and(|granted| granted.given == 0 && granted.asked > 0);
    let relabelled = counted.evidence.relabelled.as_ref().filter(|_| refused);
    let (kind, credit, rest) = match relabelled {
        Some(made) => (made.natural_kind, made.natural, counted.former_rest_kind()),
        None => (counted.kind, counted.credit, counted.rest_kind()),
    };
    match credit {
        BasisPoints::ZERO if kind == Kind::Paydown => CountedAs::Uncredited(rest),
        BasisPoints::ZERO => CountedAs::Whole(kind),
        BasisPoints::WHOLE => CountedAs::Whole(Kind::Paydown),
        part => CountedAs::Part(part, rest),
    }
}

/// What the cap made of the relabel that holds for a commit; `None` where there is none that gives more.
pub(super) fn granted(counted: &Counted, ledger: &Ledger) -> Option<Granted> {
    ledger.relabels.get(&counted.evidence.relabelled.as_ref()?.holds?).copied()
}

/// The commits of the window.
pub(super) fn items(report: &Report, view: View) -> String {
    listed(&report.items, 0, &report.ledger, report, view)
}

/// Commits that begin at a place among the ledger's items.
pub(super) fn listed(items: &[WorkItem], first: usize, ledger: &Ledger, report: &Report, view: View) -> String {
    let measure = report.policy.effort;
    let mut effort = vec![0_u64; items.len()];
    let mut teams: Vec<Vec<Option<TeamId>>> = vec![Vec::new(); items.len()];
    for posting in &ledger.postings {
        let Some(at) = posting.item.checked_sub(first) else { continue };
        if let (Some(units), Some(teams)) = (effort.get_mut(at), teams.get_mut(at)) {
            *units = units.saturating_add(posting.effort.get(measure));
            if !teams.contains(&posting.team) {
                teams.push(posting.team);
            }
        }
    }
    let titles = [("  Commit", Align::Left), ("Kind", Align::Left), ("Effort", Align::Right), ("Team", Align::Left)];
    let notes: Vec<String> = items.iter().map(|item| note(item, view)).collect();
    let is_noted = notes.iter().any(|note| !note.is_empty());
    let noted = is_noted.then_some(("By", Align::Left));
    let mut rows = Vec::new();
    for (((item, units), teams), note) in items.iter().zip(effort).zip(teams).zip(notes) {
        let (kind, units, style) = match &item.reading {
            Reading::Exempt(exempt) => (format!("({})", exempt.reason.name()), String::new(), style::DIM),
            Reading::Counted(counted) => {
                let kind = match counted_as(counted, ledger) {
                    CountedAs::Whole(kind) => kind.name().to_owned(),
                    CountedAs::Part(credit, _) => format!("{credit} paydown"),
                    CountedAs::Uncredited(kind) => format!("{} (no credit)", kind.name()),
                };
                (kind, figures::exact(units, measure.scale()), style::PLAIN)
            }
        };
        let named = teams.iter().map(|team| name_or_none(report, *team, view));
        let mut cells = vec![
            Cell::new(format!("  {}", item.commit.short()), style),
            Cell::new(kind, style),
            Cell::new(units, style),
            Cell::new(named.collect::<Vec<_>>().join(", "), style),
        ];
        cells.extend(is_noted.then(|| Cell::new(note, style::DIM)));
        rows.push((cells, item.subject.expose(), style));
    }
    let lines = laid_out(&titles.into_iter().chain(noted).collect::<Vec<_>>(), &rows, view);
    let title = style::paint(style::BOLD, "Commits");
    let aside = style::paint(style::DIM, &format!(", effort in {}", measure.name()));
    format!("\n{}\n{}\n", view.whole(&(title + &aside), "", ""), lines.join("\n"))
}

/// A line a commit, its subject last; where there is no room for it, the subject on a line of its own below.
fn laid_out(titles: &[(&'static str, Align)], rows: &[(Vec<Cell>, &str, Style)], view: View) -> Vec<String> {
    let grid = |subject: Option<usize>| {
        let mut grid = Grid::new(titles.iter().copied().chain(subject.map(|_| ("Subject", Align::Left))).collect());
        for (cells, text, style) in rows {
            let subject = subject.map(|room| Cell::new(view.sink.limited(text, room), *style));
            grid.row(cells.iter().cloned().chain(subject).collect());
        }
        grid
    };
    let is_noted = titles.len() > 4;
    let beside = view.width.saturating_sub(if is_noted { 80 } else { 60 }).max(24);
    if let Some(lines) = grid(Some(beside)).lines(view.width) {
        return lines;
    }
    // One column is for the sign that something is cut off.
    let room = |before: usize| view.width.saturating_sub(before).saturating_sub(1);
    let Some(lines) = grid(None).lines(view.width) else {
        return grid(Some(room("    Subject ".len()))).folded(view.width);
    };
    let below =
        |(text, style): (&str, Style)| format!("    {}", style::paint(style, &view.sink.limited(text, room(4))));
    let subjects = std::iter::once(None).chain(rows.iter().map(|(_, text, style)| Some(below((*text, *style)))));
    lines.into_iter().zip(subjects).flat_map(|(line, subject)| std::iter::once(line).chain(subject)).collect()
}

/// What a commit's kind comes from besides its own words, and the rule by which it may land while its team is short.
fn note(item: &WorkItem, view: View) -> String {
    let by_request = item.is_by_request().then(|| "request".to_owned());
    let excuse =
        item.excuses().first().map(|excuse| format!("exempt: {}", view.sink.limited(&excuse.rule, view.name_limit())));
    by_request.into_iter().chain(excuse).collect::<Vec<_>>().join(", ")
}
