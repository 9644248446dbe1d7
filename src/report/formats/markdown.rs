//! Markdown for a job's summary or a comment: verdict, teams, findings, and how it was judged.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::report::sink::markdown;
use crate::report::text;
use crate::report::text::Sign;
use crate::verdict::Answer;

/// A job's summary may have 1 MiB, and is dropped whole above that; a comment has 65,536 characters.
const LARGEST: usize = 60_000;
/// How many characters of a name are shown.
const NAME: usize = 80;
/// How many characters of a message are shown.
const MESSAGE: usize = 600;

/// So many options are named.
const OPTIONS: usize = 40;
/// What a line takes that says how many others are left out.
const NOTE: usize = 120;

/// Lines that go together, of which the first ones stay where there is no room for all.
struct Section {
    /// What stands before the lines.
    head: String,
    lines: Vec<String>,
    /// What a line is about, for those that are left out.
    about: &'static str,
    /// What stands behind the lines.
    foot: &'static str,
}

impl Section {
    fn new(about: &'static str, head: String, lines: Vec<String>) -> Self {
        Self { head, lines, about, foot: "" }
    }

    /// What it takes whole.
    fn size(&self) -> usize {
        let lines = self.lines.iter().map(String::len).fold(0, usize::saturating_add);
        self.head.len().saturating_add(lines).saturating_add(self.foot.len())
    }

    /// As much of it as there is room for; nothing of a section without lines.
    fn within(&self, room: usize) -> String {
        if self.lines.is_empty() {
            return String::new();
        }
        let mut text = self.head.clone();
        let room = room.saturating_sub(self.foot.len());
        let fits = |text: &String, line: &String| text.len().saturating_add(line.len()) <= room;
        let mut lines = self.lines.iter();
        for line in lines.by_ref() {
            if !fits(&text, line) {
                let left_out = lines.len().saturating_add(1);
                text.push_str(&format!(
                    "\n{left_out} more {} are left out here; the JSON report has all.\n",
                    self.about
                ));
                break;
            }
            text.push_str(line);
        }
        text + self.foot
    }
}

/// The whole summary. The verdict stands first and last, so that no text of the repository can pretend another.
pub(super) fn summary(report: &Report) -> String {
    let verdict = verdict(report);
    let begin = format!("### debtlint\n\n{verdict}\n\n");
    let end = format!("{}\n{verdict}\n", basis(report));
    let sections = [change(report), teams(report), findings(report), work(report)];
    let fixed = begin.len().saturating_add(end.len()).saturating_add(NOTE.saturating_mul(sections.len()));
    let rooms = rooms(&sections.each_ref().map(Section::size), LARGEST.saturating_sub(fixed));
    let told: String = sections.iter().zip(rooms).map(|(section, room)| section.within(room)).collect();
    begin + &told + &end
}

/// What each of several may take of what there is: what it asks for, or else as much as the others that ask for more.
fn rooms(asked: &[usize], all: usize) -> Vec<usize> {
    let mut order: Vec<(usize, usize)> = asked.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, size)| *size);
    let (mut rooms, mut left, mut others) = (vec![0; asked.len()], all, asked.len());
    for (place, size) in order {
        let room = size.min(left.checked_div(others).unwrap_or_default());
        if let Some(given) = rooms.get_mut(place) {
            *given = room;
        }
        left = left.saturating_sub(room);
        others = others.saturating_sub(1);
    }
    rooms
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
    let shadow =
        text::in_shadow(report).map(|words| format!("\n\n**⚠️ {}**", markdown(&words, MESSAGE))).unwrap_or_default();
    format!("**{mark} {}**{shadow}", markdown(&words, MESSAGE))
}

/// The table of teams, those that ask for action first.
fn teams(report: &Report) -> Section {
    let measure = report.policy.effort;
    let whose = if report.change.is_some() { "Team at the base" } else { "Team" };
    let head = format!(
        "\n| {whose} | Standing | Share of paydown | Allocation | Missing ({}) |\n|---|---|--:|--:|--:|\n",
        measure.name()
    );
    let mut lines = Vec::new();
    for verdict in text::in_order(report) {
        let share = figures::share(verdict);
        lines.push(format!(
            "| {} | {} | {share} | {} | {} |\n",
            team(report, verdict.team),
            verdict.standing.name(),
            verdict.allocation.0,
            text::missing(report, verdict),
        ));
    }
    Section::new("teams", head, lines)
}

/// What the change means for each team that it concerns, those that it waits for first.
fn change(report: &Report) -> Section {
    let verdicts = report.change.iter().flat_map(|change| &change.verdicts);
    let mut concerned: Vec<_> = verdicts.filter(|one| one.answer != Answer::NotConcerned).collect();
    concerned.sort_by_key(|verdict| verdict.answer != Answer::Short);
    let head = "| Team | With the change | Allocation | Paydown in the change | |\n|---|--:|--:|--:|---|\n".to_owned();
    let mut lines = Vec::new();
    for verdict in concerned {
        lines.push(format!(
            "| {} | {} | {} | {} | {} |\n",
            team(report, verdict.team),
            figures::share(&verdict.after),
            verdict.after.allocation.0,
            figures::of_share(verdict.own_share, verdict.after.standing.rounding()),
            text::why(verdict),
        ));
    }
    Section::new("teams", head, lines)
}

fn findings(report: &Report) -> Section {
    let lines = report.findings.iter().map(finding).collect();
    Section::new("findings", "\n| | Finding | |\n|---|---|---|\n".to_owned(), lines)
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
fn work(report: &Report) -> Section {
    let measure = report.policy.effort;
    let head = format!(
        "\n<details><summary>What the work was, in {}</summary>\n\n| Team | Paydown | Feature | Run | Other | Unlabelled | \
         Total |\n|---|--:|--:|--:|--:|--:|--:|\n",
        measure.name()
    );
    let mut lines = Vec::new();
    for verdict in text::in_order(report) {
        let Some(account) = report.ledger.accounts.get(verdict.team.0) else { continue };
        let total = account.sums(measure).total;
        let mut text = format!("| {} |", team(report, verdict.team));
        for kind in Kind::ALL {
            let rounding = if kind == Kind::Paydown { verdict.standing.rounding() } else { Rounding::Nearest };
            let part = account.by_kind.get(&kind).map_or(0, |efforts| efforts.get(measure));
            text.push_str(&format!(" {} |", figures::percent(part, total, rounding)));
        }
        text.push_str(&format!(" {} |\n", figures::amount(total, measure, Rounding::Nearest)));
        lines.push(text);
    }
    Section { foot: "\n</details>\n", ..Section::new("teams", head, lines) }
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
    for (option, value) in subject.overrides.iter().take(OPTIONS) {
        text.push_str(&format!("- Option: `--{option}` {}\n", markdown(value, NAME)));
    }
    let more = subject.overrides.len().saturating_sub(OPTIONS);
    if more > 0 {
        text.push_str(&format!("- and {more} options more\n"));
    }
    text.push_str(&format!("- debtlint {}\n\n</details>\n", env!("CARGO_PKG_VERSION")));
    text
}

fn team(report: &Report, id: TeamId) -> String {
    report.policy.team(id).map_or_else(String::new, |team| markdown(&team.name, NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_little_gets_it() {
        for (asked, all, given) in [
            (vec![10, 20, 30], 100, vec![10, 20, 30]),
            (vec![90, 10, 90], 100, vec![45, 10, 45]),
            (vec![0, 500, 20, 900], 100, vec![0, 40, 20, 40]),
            (vec![7, 7], 0, vec![0, 0]),
            (vec![], 5, vec![]),
        ] {
            assert_eq!(rooms(&asked, all), given, "{asked:?}");
        }
    }
}
