//! A change on top of a base: what of it is each team's, and whether it may land.

use crate::classify::Reading;
use crate::report::Change;
use crate::report::Outcome;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::json::Items;
use crate::verdict::Answer;
use crate::verdict::ChangeVerdict;

use super::View;
use super::grid::Align;
use super::grid::Cell;
use super::grid::Grid;
use super::items;
use super::section;
use super::style;
use super::teams;
use super::verdict::Findings;
use super::verdict::failing;
use super::verdict::others_failing;

/// The section about the change; nothing where none is judged.
pub(super) fn change(report: &Report, listed: Items, view: View) -> String {
    let Some(change) = &report.change else { return String::new() };
    let mut text = String::new();
    let left_out = change.items.iter().filter(|item| matches!(item.reading, Reading::Exempt(_))).count();
    let mut aside = figures::counted(change.items.len(), "commit", "commits");
    if left_out > 0 {
        aside.push_str(&format!(", {left_out} of them left out"));
    }
    section(&mut text, "This change", &aside, &table(change, report, view), view);
    if listed == Items::Listed {
        text.push_str(&items::listed(&change.items, change.base_items, &change.ledger, report, view));
    }
    text
}

/// What it comes to, in words.
pub(super) fn words(change: &Change, report: &Report, findings: Findings, view: View) -> String {
    let short: Vec<_> = change.verdicts.iter().filter(|verdict| verdict.answer == Answer::Short).collect();
    let names: Vec<_> = short.iter().map(|verdict| teams::whole_name(report, verdict.team, view)).collect();
    let concerned = change.verdicts.iter().any(|verdict| verdict.answer != Answer::NotConcerned);
    match (names.as_slice(), report.outcome()) {
        ([], _) if change.items.is_empty() => {
            "The base has all that the head has: there is no change, and it passes.".to_owned()
        }
        ([], Outcome::Failed) => {
            format!("No team keeps this change from landing, but {}.", failing(report, findings))
        }
        ([], Outcome::Passed) if concerned => "This change passes.".to_owned(),
        ([], Outcome::Passed) => "This change concerns no judged team, and passes.".to_owned(),
        // What fails then is none of these.
        (_, Outcome::Failed) if report.shadow.is_some() => {
            format!("This change is held up: {}.", failing(report, findings))
        }
        (names, Outcome::Failed) => {
            let others = others_failing(report, findings).map(|others| format!(", and {others}")).unwrap_or_default();
            format!("This change waits for paydown of {}{others}.", names.join(", "))
        }
        (names, Outcome::Passed) => {
            format!("This change would wait for paydown of {}; nothing is enforced.", names.join(", "))
        }
    }
}

/// One row for each team that the change concerns.
fn table(change: &Change, report: &Report, view: View) -> String {
    let measure = report.policy.effort;
    let titles = [
        ("  Team", Align::Left),
        ("With the change", Align::Left),
        ("Brings", Align::Right),
        ("Paydown", Align::Right),
        ("", Align::Left),
    ];
    let mut rows = Vec::new();
    let concerned: Vec<_> = change.verdicts.iter().filter(|one| one.answer != Answer::NotConcerned).collect();
    for verdict in &concerned {
        let (mark, style) = match verdict.answer {
            Answer::Short => ('✗', style::BAD),
            Answer::NotEnoughWork => ('·', style::DIM),
            Answer::Waived => ('~', style::WARN),
            _ => ('✓', style::GOOD),
        };
        let own = verdict.own;
        rows.push([
            Cell::new(mark.to_string(), style)
                .and(" ", style::PLAIN)
                .and(teams::name(report, verdict.team, view), style::BOLD),
            Cell::new(with_change(verdict), style).and(format!(" of {}", verdict.after.allocation.0), style::PLAIN),
            Cell::plain(figures::amount(own.total, measure, Rounding::Nearest)),
            Cell::plain(figures::of_share(verdict.own_share, verdict.after.standing.rounding())),
            Cell::new(why(verdict), style::DIM),
        ]);
    }
    if concerned.is_empty() {
        return "  none of it is the work of a judged team\n".to_owned();
    }
    let grid = |columns: usize| {
        let mut grid = Grid::new(titles.iter().take(columns).copied().collect());
        rows.iter().for_each(|row| grid.row(row.iter().take(columns).cloned().collect()));
        grid
    };
    if let Some(lines) = grid(titles.len()).lines(view.width) {
        return lines.join("\n") + "\n";
    }
    // Where there is no room for it, each reason stands below its row.
    let Some(lines) = grid(titles.len().saturating_sub(1)).lines(view.width) else {
        return grid(titles.len()).folded(view.width).join("\n") + "\n";
    };
    let reasons = concerned.iter().map(|verdict| {
        let reason = view.wrapped(&why(verdict), "    ");
        reason.lines().map(|line| style::paint(style::DIM, line) + "\n").collect()
    });
    let reasons = std::iter::once(String::new()).chain(reasons);
    lines.iter().zip(reasons).map(|(line, reason)| format!("{line}\n{reason}")).collect()
}

fn with_change(verdict: &ChangeVerdict) -> String {
    format!("{:>6}", figures::share(&verdict.after))
}

/// Why a change passes for a team, or waits.
pub(in crate::report) fn why(verdict: &ChangeVerdict) -> String {
    let said = match verdict.answer {
        // Its team may well be short with it: each such change is one step on the way.
        Answer::ChangeMeets => return format!("itself at least {} paydown", verdict.after.allocation.0),
        Answer::NotConcerned => "not concerned",
        Answer::NotEnoughWork => "too little work at the base to judge",
        Answer::TeamMeets => "the team meets its allocation",
        Answer::Waived => "short, which the sponsor has waived",
        Answer::Reverts => "only takes earlier work back",
        Answer::BringsBack => "only brings back paydown that had been taken back",
        Answer::Exempt => "cannot wait, as the policy says",
        Answer::PolicyOnly => "edits only what teams are judged by",
        Answer::Short => "short",
    };
    said.to_owned()
}
