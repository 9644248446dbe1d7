//! The last line: what it comes to.

use anstyle::Style;

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::first_of;
use crate::report::InShadow;
use crate::report::Outcome;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::verdict::Answer;
use crate::verdict::Standing;
use crate::verdict::Verdict;

use super::View;
use super::change;
use super::head;
use super::style;
use super::teams;

/// So many short teams are named.
const NAMED: usize = 3;

/// What it comes to, in plain words on one line: by itself, with nothing above it.
#[must_use]
pub fn outcome(report: &Report, sink: Sink) -> String {
    told(report, Findings::Elsewhere, View { width: usize::MAX, sink }) + hidden(report)
}

/// What a judgement comes to, for the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Something fails.
    Bad,
    /// Something is short, and fails nothing.
    Warning,
    /// Nothing was judged.
    Neutral,
    /// What was judged is as it should be.
    Good,
}

impl Sign {
    /// As the terminal shows it.
    const fn mark(self) -> char {
        match self {
            Self::Bad => '✗',
            Self::Warning => '~',
            Self::Neutral => '·',
            Self::Good => '✓',
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Bad => style::BAD,
            Self::Warning => style::WARN,
            Self::Neutral => style::DIM,
            Self::Good => style::GOOD,
        }
    }
}

/// The sign of what it comes to.
#[must_use]
pub fn sign(report: &Report) -> Sign {
    let (none_judged, short) = match &report.change {
        Some(change) => (false, change.verdicts.iter().any(|verdict| verdict.answer == Answer::Short)),
        None => (judged(report) == 0, is_short(report) || !waived(report).is_empty()),
    };
    match report.outcome() {
        Outcome::Failed => Sign::Bad,
        Outcome::Passed if none_judged => Sign::Neutral,
        Outcome::Passed if short => Sign::Warning,
        Outcome::Passed => Sign::Good,
    }
}

/// What it comes to, with its sign.
pub(super) fn sentence(report: &Report, view: View) -> String {
    let sign = sign(report);
    let text = format!("{} {}{}", sign.mark(), told(report, Findings::Above, view), hidden(report));
    let wrapped = view.wrapped(&text, "");
    let lines: Vec<_> = wrapped.lines().map(|line| style::paint(sign.style().bold(), line)).collect();
    lines.join("\n") + "\n"
}

/// Where the findings stand that a sentence speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Findings {
    /// Above it, on a terminal.
    Above,
    /// Somewhere else, or nowhere.
    Elsewhere,
}

/// How many of them fail the run.
pub(super) fn failing(report: &Report, findings: Findings) -> String {
    let grave = report.findings.iter().filter(|finding| finding.level == Level::Error).count();
    counted((grave, "finding fails", "findings fail"), findings)
}

/// How many fail it beside the teams that are short.
pub(super) fn others_failing(report: &Report, findings: Findings) -> Option<String> {
    let is_other = |finding: &&Finding| finding.level == Level::Error && finding.code != Code::AllocationShort;
    let others = report.findings.iter().filter(is_other).count();
    (others > 0).then(|| counted((others, "other finding fails", "other findings fail"), findings))
}

fn counted((number, one, many): (usize, &str, &str), findings: Findings) -> String {
    let counted = figures::counted(number, one, many);
    match findings {
        Findings::Above => format!("{counted} above"),
        Findings::Elsewhere => counted,
    }
}

fn told(report: &Report, findings: Findings, view: View) -> String {
    let Some(change) = &report.change else {
        let is_silent = is_short(report) && report.shadow.is_none() && report.outcome() == Outcome::Passed;
        let more = if is_silent { " That is not clearly so, and fails nothing." } else { "" };
        return words(report, findings, view) + more;
    };
    change::words(change, report, findings, view)
}

/// That the exit code says less.
fn hidden(report: &Report) -> &'static str {
    let is_hidden = report.subject.overrides.iter().any(|(name, _)| *name == "exit-zero");
    if is_hidden && report.outcome() == Outcome::Failed { " --exit-zero hides that from the exit code." } else { "" }
}

/// That nothing is enforced, where the policy is only tried out, in plain words on one line.
///
/// A policy that is only proposed fails nothing, whether it is tried out or not: then nothing is said of what would have.
#[must_use]
pub fn in_shadow(report: &Report) -> Option<String> {
    Some(shadow_sentence(report.shadow?, is_proposed(report), report.outcome()))
}

/// The same of one finding that would have failed the run, for readers who see each by itself.
#[must_use]
pub fn spared(report: &Report, finding: &Finding) -> Option<String> {
    let shadow = report.shadow.filter(|_| finding.is_spared && !is_proposed(report))?;
    Some(format!("Shadow mode: {}; this would have failed the run.", head::shadow_words(shadow.why)))
}

fn is_proposed(report: &Report) -> bool {
    report.change.as_ref().is_some_and(|change| change.is_proposed)
}

fn shadow_sentence(shadow: InShadow, is_proposed: bool, outcome: Outcome) -> String {
    let (but, more) = match outcome {
        Outcome::Failed => (head::BUT_USABLE, " more"),
        Outcome::Passed => ("", ""),
    };
    let would = match shadow.failing {
        _ if is_proposed => String::new(),
        0 if outcome == Outcome::Failed => String::new(),
        0 => "; nothing would have failed".to_owned(),
        number => format!("; {}{more} would have failed this run", figures::counted(number, "finding", "findings")),
    };
    format!("Shadow mode: {}{but}{would}.", head::shadow_words(shadow.why))
}

/// The line behind the last one of a report, where the policy is only tried out.
pub(super) fn shadow(report: &Report, view: View) -> String {
    in_shadow(report).map(|text| last_line(&text, view)).unwrap_or_default()
}

/// The same of a list of markers, in which nothing fails then.
pub(super) fn shadow_of_markers(shadow: Option<InShadow>, view: View) -> String {
    shadow.map(|shadow| last_line(&shadow_sentence(shadow, false, Outcome::Passed), view)).unwrap_or_default()
}

fn last_line(text: &str, view: View) -> String {
    let wrapped = view.wrapped(&format!("~ {text}"), "");
    wrapped.lines().map(|line| style::paint(style::WARN.bold(), line) + "\n").collect()
}

fn words(report: &Report, findings: Findings, view: View) -> String {
    let short: Vec<_> = report.verdicts.iter().filter(|verdict| verdict.standing == Standing::Short).collect();
    let all = report.verdicts.len();
    match (short.as_slice(), judged(report)) {
        ([], 0) if report.subject.revision.is_none() => match report.subject.trusted {
            Some(_) => "No commit had landed by then: nothing to judge.".to_owned(),
            None => "The branch has no commit yet: nothing to judge.".to_owned(),
        },
        ([], _) if report.outcome() == Outcome::Failed => {
            format!("No team is short, but {}.", failing(report, findings))
        }
        ([], 0) => "Not enough work in the window to judge anybody.".to_owned(),
        ([], _) if !waived(report).is_empty() => {
            let names: Vec<_> = waived(report).into_iter().map(|verdict| named(report, verdict, view)).collect();
            let others = if judged(report) > names.len() { " The others that are judged meet theirs." } else { "" };
            format!("Below the allocation, which the sponsor has waived for a time: {}.{others}", names.join(", "))
        }
        ([], judged) if judged == all && all == 1 => {
            let name = report.verdicts.first().map(|verdict| teams::whole_name(report, verdict.team, view));
            format!("{} meets its allocation.", name.unwrap_or_default())
        }
        ([], judged) if judged == all => format!("All {all} teams meet their allocations."),
        ([], 1) => format!("1 of {all} teams has enough work to be judged, and meets its allocation."),
        ([], judged) => format!("{judged} of {all} teams have enough work to be judged, and meet their allocations."),
        ([one], _) => format!("{} is short of its allocation: {}.", named(report, one, view), missing(report, one)),
        (many, _) => {
            // "and 1 more" takes as much room as its name.
            let shown = if many.len() == NAMED.saturating_add(1) { many.len() } else { NAMED };
            let names = first_of(many.iter().map(|verdict| named(report, verdict, view)), shown);
            format!("{} of {all} teams are short of their allocations: {names}.", many.len())
        }
    }
}

fn is_short(report: &Report) -> bool {
    report.verdicts.iter().any(|verdict| verdict.standing == Standing::Short)
}

fn waived(report: &Report) -> Vec<&Verdict> {
    report.verdicts.iter().filter(|verdict| verdict.standing == Standing::Waived).collect()
}

fn judged(report: &Report) -> usize {
    report.verdicts.iter().filter(|verdict| verdict.standing != Standing::NotEnoughWork).count()
}

fn named(report: &Report, verdict: &Verdict, view: View) -> String {
    teams::whole_name(report, verdict.team, view)
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
