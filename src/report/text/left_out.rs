//! What was left out of the measure, and why.

use crate::policy::ExemptReason;
use crate::report::Report;
use crate::report::figures;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::style;

pub(super) fn left_out(report: &Report, view: View) -> String {
    let ledger = &report.ledger;
    let commits = figures::counted(ledger.walked, "commit", "commits");
    if ledger.walked == 0 {
        return "\nNo commit landed in the window.\n".to_owned();
    }
    let exempt = ledger.walked.saturating_sub(ledger.counted);
    let aside = style::paint(style::DIM, &format!(", {} of {commits}", figures::count(exempt)));
    let title = style::paint(style::BOLD, "Left out") + &aside;
    let mut text = format!("\n{}\n", view.whole(&title, "", ""));
    let mut grid = Grid::new(vec![("  Reason", Align::Left), ("Commits", Align::Right), ("", Align::Left)]);
    for reason in ExemptReason::ALL {
        let number = ledger.exempt.get(&reason).copied().unwrap_or_default();
        if number > 0 {
            grid.row(vec![
                Cell::plain(format!("  {}", reason.name())),
                Cell::plain(figures::count(number)),
                Cell::new(meaning(reason), style::DIM),
            ]);
        }
    }
    if exempt == 0 {
        text.push_str("  nothing\n");
    } else {
        text.push_str(&(grid.folded(view.width).join("\n") + "\n"));
    }
    text
}

pub(in crate::report) const fn meaning(reason: ExemptReason) -> &'static str {
    match reason {
        ExemptReason::Merge => "merges without content of their own",
        ExemptReason::Bot => "written by a program",
        ExemptReason::IgnoredRevision => "listed in .git-blame-ignore-revs",
        ExemptReason::IgnoredPaths => "only ignored, generated or vendored paths",
        ExemptReason::Import => "work that was done elsewhere",
        ExemptReason::Copy => "landed already under another id",
    }
}
