//! Markdown for a job's summary or a comment: verdict, teams, findings, and how it was judged.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::Change;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::report::sink::markdown;
use crate::report::text;
use crate::report::text::Sign;
use crate::verdict::Answer;
use crate::verdict::Standing;

/// A job's summary may have 1 MiB, and is dropped whole above that; a comment has 65,536 characters.
const LARGEST: usize = 60_000;
/// How many characters of a name are shown.
const NAME: usize = 80;
/// How many characters of a message are shown.
const MESSAGE: usize = 600;

/// The whole summary. The verdict stands first and last, so that no text of the repository can pretend another.
pub(super) fn summary(report: &Report) -> String {
    let verdict = verdict(report);
    let end = format!("\n{verdict}\n");
    let mut text = format!("### debtlint\n\n{verdict}\n\n");
    if let Some(change) = &report.change {
        text.push_str(&change_table(change, report));
    }
    let mut left_out = 0_usize;
    let details = format!("{}{}", work(report), basis(report));
    let tail = details.len().saturating_add(end.len()).saturating_add(200);
    for piece in teams(report).into_iter().chain(findings(report)) {
        if text.len().saturating_add(piece.len()).saturating_add(tail) > LARGEST {
            left_out = left_out.saturating_add(1);
        } else {
            text.push_str(&piece);
        }
    }
    if left_out > 0 {
        text.push_str(&format!("\n{left_out} more lines are left out here; the JSON report has all.\n"));
    }
    if text.len().saturating_add(details.len()).saturating_add(end.len()) <= LARGEST {
        text.push_str(&details);
    }
    text.push_str(&end);
    text
}

/// What it comes to; where the policy is only tried out, that this fails nothing.
fn verdict(report: &Report) -> String {
    let mark = match text::sign(report) {
        Sign::Bad => "❌",
        Sign::Warning => "⚠️",
        Sign::Neutral => "⚪",
        Sign::Good => "✅",
    };
    let words = text::outcome(report, Sink::Terminal);
    let is_proposed = report.change.as_ref().is_some_and(|change| change.is_proposed);
    let shadow = text::in_shadow(report.shadow, is_proposed);
    let shadow = shadow.map(|words| format!("\n\n**⚠️ {}**", markdown(&words, MESSAGE))).unwrap_or_default();
    format!("**{mark} {}**{shadow}", markdown(&words, MESSAGE))
}

/// The lines of the table of teams, those that ask for action first.
fn teams(report: &Report) -> Vec<String> {
    if report.verdicts.is_empty() {
        return Vec::new();
    }
    let measure = report.policy.effort;
    let whose = if report.change.is_some() { "Team at the base" } else { "Team" };
    let mut lines = vec![format!(
        "\n| {whose} | Standing | Share of paydown | Allocation | Missing ({}) |\n|---|---|--:|--:|--:|\n",
        measure.name()
    )];
    for verdict in text::in_order(report) {
        let share = verdict.share.map_or_else(
            || "–".to_owned(),
            |share| figures::percent(share.paydown, share.total.get(), text::rounding(verdict.standing)),
        );
        let missing = match (verdict.standing, verdict.shortfall) {
            (Standing::Short | Standing::Waived, Some(units)) => figures::amount(units, measure, Rounding::Up),
            (Standing::Short | Standing::Waived, None) => "all".to_owned(),
            _ => String::new(),
        };
        lines.push(format!(
            "| {} | {} | {share} | {} | {missing} |\n",
            team(report, verdict.team),
            verdict.standing.name(),
            verdict.allocation.0,
        ));
    }
    lines
}

/// What the change means for each team that it concerns.
fn change_table(change: &Change, report: &Report) -> String {
    let concerned: Vec<_> = change.verdicts.iter().filter(|one| one.answer != Answer::NotConcerned).collect();
    if concerned.is_empty() {
        return String::new();
    }
    let mut text =
        "| Team | With the change | Allocation | Paydown in the change | |\n|---|--:|--:|--:|---|\n".to_owned();
    for verdict in concerned {
        let rounding = text::rounding(verdict.after.standing);
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            team(report, verdict.team),
            figures::of_share(verdict.after.share, rounding),
            verdict.after.allocation.0,
            figures::of_share(verdict.own_share, rounding),
            verdict.answer.name(),
        ));
    }
    text
}

fn findings(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if !report.findings.is_empty() {
        lines.push("\n| | Finding | |\n|---|---|---|\n".to_owned());
    }
    lines.extend(report.findings.iter().map(finding));
    lines
}

fn finding(finding: &Finding) -> String {
    let mark = match finding.level {
        Level::Error => "❌ error",
        Level::Warning => "⚠️ warning",
        Level::Note => "note",
    };
    let mut text = markdown(finding.message.expose(), MESSAGE);
    if let Some(commits) = text::commits(finding) {
        text.push_str(&format!(" ({commits})"));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!("<br>{}", markdown(help.expose(), MESSAGE)));
    }
    let place = match (&finding.found, &finding.at) {
        (Some(found), _) => format!("{}:{}", found.path.to_text().expose(), found.line),
        (None, Some(at)) => format!("{}:{}", at.file, at.line),
        (None, None) => String::new(),
    };
    format!("| {mark} | {text} | `{}` {} |\n", finding.code, markdown(&place, 300))
}

/// What the work was, folded.
fn work(report: &Report) -> String {
    let measure = report.policy.effort;
    let mut text = format!(
        "\n<details><summary>What the work was, in {}</summary>\n\n| Team | Paydown | Feature | Run | Other | Unlabelled | \
         Total |\n|---|--:|--:|--:|--:|--:|--:|\n",
        measure.name()
    );
    for verdict in &report.verdicts {
        let Some(account) = report.ledger.accounts.get(verdict.team.0) else { continue };
        let total = account.sums(measure).total;
        text.push_str(&format!("| {} |", team(report, verdict.team)));
        for kind in Kind::ALL {
            let rounding = if kind == Kind::Paydown { text::rounding(verdict.standing) } else { Rounding::Nearest };
            let part = account.by_kind.get(&kind).map_or(0, |efforts| efforts.get(measure));
            text.push_str(&format!(" {} |", figures::percent(part, total, rounding)));
        }
        text.push_str(&format!(" {} |\n", figures::amount(total, measure, Rounding::Nearest)));
    }
    text.push_str("\n</details>\n");
    text
}

/// By what was judged, and what.
fn basis(report: &Report) -> String {
    let subject = &report.subject;
    let id = |id: Option<ObjectId>| id.map_or_else(|| "–".to_owned(), |id| format!("`{id}`"));
    let time = |time: Option<UnixTime>| time.map_or_else(|| "–".to_owned(), UnixTime::rfc3339);
    let mut text = String::from("\n<details><summary>How it was judged</summary>\n\n");
    let judged = if report.change.is_some() { "Base" } else { "Revision" };
    text.push_str(&format!("- {judged}: {}\n", id(subject.revision)));
    if let Some(change) = &report.change {
        text.push_str(&format!("- Head: {}\n", id(Some(change.head))));
    }
    text.push_str(&format!("- Window: after {} up to {}\n", time(subject.start), time(subject.as_of)));
    let exempt: u64 = report.ledger.exempt.values().fold(0, |sum, number| sum.saturating_add(*number));
    text.push_str(&format!(
        "- Commits: {} in the window, {} left out\n",
        figures::count(report.ledger.walked),
        figures::count(exempt)
    ));
    for (option, value) in &subject.overrides {
        text.push_str(&format!("- Option: `--{option}` {}\n", markdown(value, NAME)));
    }
    text.push_str(&format!("- debtlint {}\n\n</details>\n", env!("CARGO_PKG_VERSION")));
    text
}

fn team(report: &Report, id: TeamId) -> String {
    report.policy.team(id).map_or_else(String::new, |team| markdown(&team.name, NAME))
}
