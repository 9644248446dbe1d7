//! What became of markers, by team.

use crate::marker::Flow;
use crate::marker::FlowCounts;
use crate::marker::TeamFlow;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::section;
use super::style;
use super::teams;

/// So many landings of a team are named.
const NAMED: usize = 3;

/// Of the window; nothing where it was not looked for.
pub(super) fn window(report: &Report, view: View) -> String {
    let mut text = String::new();
    if let Some(lacking) = &report.flow_lacks {
        let line = view.wrapped(&format!("not shown: {}", view.sink.word(lacking)), "  ") + "\n";
        section(&mut text, "Markers", "taken on and paid in the window", &line, view);
    }
    let Some(flow) = &report.flow else { return text };
    if flow.teams.is_empty() {
        // Whoever says something of markers wants to be told that nothing became of them.
        if report.policy.markers.is_spoken_of() {
            section(
                &mut text,
                "Markers",
                "taken on and paid in the window",
                "  none was added, removed or moved\n",
                view,
            );
        }
        return text;
    }
    let mut body = table(flow, report, view);
    for (team, flow) in &flow.teams {
        body.push_str(&landings(*team, flow, report, view));
    }
    section(&mut text, "Markers", "taken on and paid in the window", &body, view);
    text
}

/// Of a change; nothing where it was not looked for, or the change has to do with none.
pub(super) fn change(report: &Report, view: View) -> String {
    let flow = report.change.as_ref().and_then(|change| change.flow.as_ref());
    let Some(flow) = flow.filter(|flow| !flow.teams.is_empty()) else { return String::new() };
    let mut text = String::new();
    section(&mut text, "Markers", "taken on and paid by this change", &table(flow, report, view), view);
    text
}

fn table(flow: &Flow, report: &Report, view: View) -> String {
    let titles = ["Added", "Removed", "With file", "Edited", "Moved", "Copied", "Net"];
    let titles = titles.map(|title| (title, Align::Right)).into_iter();
    let mut grid = Grid::new(std::iter::once(("  Team", Align::Left)).chain(titles).collect());
    for (team, flow) in &flow.teams {
        let FlowCounts { added, removed, with_file, edited, moved, copied, .. } = flow.counts;
        let mut cells = vec![Cell::plain(format!("  {}", teams::name_or_none(report, *team, view)))];
        cells
            .extend([added, removed, with_file, edited, moved, copied].map(|count| Cell::plain(figures::count(count))));
        let net = flow.counts.net();
        let style = match net.signum() {
            1 => style::WARN,
            0 => style::PLAIN,
            _ => style::GOOD,
        };
        cells.push(Cell::new(figures::signed(net), style));
        grid.row(cells);
    }
    grid.folded(view.width).join("\n") + "\n"
}

/// Which landings moved a team's net most: those that added first.
fn landings(team: Option<TeamId>, flow: &TeamFlow, report: &Report, view: View) -> String {
    let mut moved: Vec<_> = flow.landings.iter().filter(|(_, counts)| counts.net() != 0).collect();
    moved.sort_by_key(|(_, counts)| std::cmp::Reverse((counts.net().unsigned_abs(), counts.net())));
    let named: Vec<String> = moved
        .iter()
        .take(NAMED)
        .map(|(landing, counts)| format!("{} in {}", figures::signed(counts.net()), landing.short()))
        .collect();
    if named.is_empty() {
        return String::new();
    }
    let rest = match moved.len().saturating_sub(NAMED) {
        0 => String::new(),
        rest => format!(", and {}", figures::counted(rest, "more landing", "more landings")),
    };
    let line = format!("{}: {}{rest}", teams::name_or_none(report, team, view), named.join(", "));
    style::paint(style::DIM, &view.wrapped(&line, "  ")) + "\n"
}
