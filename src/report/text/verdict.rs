//! The last line: what it comes to.

use crate::finding::Level;
use crate::report::InShadow;
use crate::report::Outcome;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::verdict::Standing;
use crate::verdict::Verdict;

use super::View;
use super::change;
use super::head;
use super::style;
use super::teams;

/// So many short teams are named.
const NAMED: usize = 3;

/// What it comes to, in plain words on one line.
#[must_use]
pub fn outcome(report: &Report, sink: Sink) -> String {
    let view = View { width: usize::MAX, sink };
    let line = sentence(report, view);
    let plain = anstream::adapter::strip_str(line.trim_end()).to_string();
    plain.lines().collect::<Vec<_>>().join(" ").trim_start_matches(['✗', '✓', '~', '·', ' ']).to_owned()
}

pub(super) fn sentence(report: &Report, view: View) -> String {
    if let Some(change) = &report.change {
        return change::sentence(change, report, view);
    }
    let short = report.verdicts.iter().any(|verdict| verdict.standing == Standing::Short);
    let (mark, style) = match (report.outcome(), judged(report)) {
        (Outcome::Failed, _) => ('✗', style::BAD),
        (Outcome::Passed, 0) => ('·', style::DIM),
        (Outcome::Passed, _) if short || !waived(report).is_empty() => ('~', style::WARN),
        (Outcome::Passed, _) => ('✓', style::GOOD),
    };
    let mut text = format!("{mark} {}", words(report, view));
    if short && report.shadow.is_none() && report.outcome() == Outcome::Passed {
        text.push_str(" That is not clearly so, and fails nothing.");
    }
    if report.outcome() == Outcome::Failed && report.subject.overrides.iter().any(|(name, _)| *name == "exit-zero") {
        text.push_str(" --exit-zero hides that from the exit code.");
    }
    let wrapped = view.wrapped(&text, "");
    let lines: Vec<_> = wrapped.lines().map(|line| style::paint(style.bold(), line)).collect();
    lines.join("\n") + "\n"
}

/// The line behind the last one, where the policy is only tried out.
///
/// A policy that is only proposed fails nothing, whether it is tried out or not: then nothing is said of what would have.
pub(super) fn shadow(shadow: Option<InShadow>, is_proposed: bool, view: View) -> String {
    let Some(shadow) = shadow else { return String::new() };
    let would = match shadow.failing {
        _ if is_proposed => String::new(),
        0 => "; nothing would have failed".to_owned(),
        number => format!("; {} have failed this run", figures::counted(number, "finding would", "findings would")),
    };
    let text = format!("~ Shadow mode: {}{would}.", head::shadow_words(shadow.why));
    let wrapped = view.wrapped(&text, "");
    wrapped.lines().map(|line| style::paint(style::WARN.bold(), line) + "\n").collect()
}

fn words(report: &Report, view: View) -> String {
    let short: Vec<_> = report.verdicts.iter().filter(|verdict| verdict.standing == Standing::Short).collect();
    let all = report.verdicts.len();
    match (short.as_slice(), judged(report)) {
        ([], 0) if report.subject.revision.is_none() => match report.subject.trusted {
            Some(_) => "No commit had landed by then: nothing to judge.".to_owned(),
            None => "The branch has no commit yet: nothing to judge.".to_owned(),
        },
        ([], _) if report.outcome() == Outcome::Failed => {
            let grave = report.findings.iter().filter(|finding| finding.level == Level::Error).count();
            let grave = u64::try_from(grave).unwrap_or(u64::MAX);
            format!("No team is short, but {} above.", figures::counted(grave, "finding fails", "findings fail"))
        }
        ([], 0) => "Not enough work in the window to judge anybody.".to_owned(),
        ([], _) if !waived(report).is_empty() => {
            let names: Vec<_> = waived(report).into_iter().map(|verdict| named(report, verdict, view)).collect();
            let others = if judged(report) > names.len() { " The others that are judged meet theirs." } else { "" };
            format!("Below the allocation, which the sponsor has waived for a time: {}.{others}", names.join(", "))
        }
        ([], judged) if judged == all && all == 1 => {
            let name = report.verdicts.first().map(|verdict| teams::name(report, verdict.team, view.sink, 60));
            format!("{} meets its allocation.", name.unwrap_or_default())
        }
        ([], judged) if judged == all => format!("All {all} teams meet their allocations."),
        ([], 1) => format!("1 of {all} teams has enough work to be judged, and meets its allocation."),
        ([], judged) => format!("{judged} of {all} teams have enough work to be judged, and meet their allocations."),
        ([one], _) => format!("{} is short of its allocation: {}.", named(report, one, view), missing(report, one)),
        (many, _) => {
            // "and 1 more" takes as much room as its name.
            let shown = if many.len() == NAMED.saturating_add(1) { many.len() } else { NAMED };
            let names: Vec<_> = many.iter().take(shown).map(|verdict| named(report, verdict, view)).collect();
            let rest = many.len().saturating_sub(shown);
            let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            format!("{} of {all} teams are short of their allocations: {}{rest}.", many.len(), names.join(", "))
        }
    }
}

fn waived(report: &Report) -> Vec<&Verdict> {
    report.verdicts.iter().filter(|verdict| verdict.standing == Standing::Waived).collect()
}

fn judged(report: &Report) -> usize {
    report.verdicts.iter().filter(|verdict| verdict.standing != Standing::NotEnoughWork).count()
}

fn named(report: &Report, verdict: &Verdict, view: View) -> String {
    teams::name(report, verdict.team, view.sink, 60)
}

fn missing(report: &Report, verdict: &Verdict) -> String {
    let measure = report.policy.effort;
    match verdict.shortfall {
        Some(units) => {
            format!("{} {} of paydown are missing", figures::amount(units, measure, Rounding::Up), measure.name())
        }
        None => "all of its work would have to be paydown".to_owned(),
    }
}
