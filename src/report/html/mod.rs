//! The report as one HTML file that needs nothing else: a page for a meeting rather than for a log.
//!
//! The templates in `templates/` escape whatever is put into them; what comes from a repository passes [`Sink`] before that.
//! The page's own style and script are let through by their digests, everything else is forbidden by its policy.

mod chart;
mod commits;
mod flow;
mod stock;
mod subline;
mod team;

use std::io;
use std::io::Write;

use askama::Template;
use base64ct::Base64;
use base64ct::Encoding as _;
use sha2::Digest as _;
use sha2::Sha256;

use crate::facts::UnixTime;
use crate::finding::Level;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::PolicySource;
use crate::policy::WaiverState;
use crate::report::Counting;
use crate::report::Report;
use crate::report::figures;
use crate::report::markers::Markers;
use crate::report::past::Past;
use crate::report::sink::Sink;
use crate::report::text;
use crate::report::text::Sign;
use crate::verdict::Answer;

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// How many characters of a name are shown.
const NAME: usize = 80;
/// How many characters of a message are shown.
const MESSAGE: usize = 600;
/// From so many teams on they can be searched.
const MANY: usize = 8;

/// What the page tells: a judgement, and what else is known.
#[derive(Debug, Clone, Copy)]
pub struct Page<'r> {
    /// The judgement.
    pub report: &'r Report,
    /// How it came to that.
    pub past: Option<&'r Past>,
    /// The markers of the judged tree, what to pay first before all others.
    pub markers: Option<&'r Markers>,
    /// Whether persons are told apart.
    pub people: People,
    /// What reads it.
    pub sink: Sink,
}

/// Whether persons are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// They are not.
    Untold,
    /// Each has a line, in the order of their names.
    Listed,
}

/// Writes the page.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    view(page).write_into(&mut out)?;
    out.flush()
}

#[derive(Template)]
#[template(path = "report.html")]
struct View {
    style: &'static str,
    script: &'static str,
    style_digest: String,
    script_digest: String,
    version: &'static str,
    repository: String,
    tone: &'static str,
    verdict: String,
    subline: String,
    facts: Vec<(&'static str, String)>,
    measure: &'static str,
    is_many: bool,
    has_past: bool,
    weeks: String,
    teams: Vec<team::Team>,
    nobody: Option<String>,
    change: Vec<ChangeRow>,
    findings: Vec<Finding>,
    flow: Option<Vec<flow::Row>>,
    stock: Option<stock::Stock>,
    waivers: Vec<Waiver>,
    relabels: Vec<Relabel>,
    left_out: Vec<(&'static str, &'static str, String)>,
    walked: String,
    counted: String,
    people: Option<Vec<commits::Person>>,
}

struct ChangeRow {
    team: String,
    answer: String,
    tone: &'static str,
    with: String,
    allocation: String,
    own: String,
}

struct Finding {
    tone: &'static str,
    level: &'static str,
    code: &'static str,
    message: String,
    help: String,
    place: String,
}

struct Waiver {
    team: String,
    until: String,
    left: String,
    reason: String,
}

struct Relabel {
    commit: String,
    says: String,
    by: String,
    reason: String,
    counts: &'static str,
    why: String,
}

fn view(page: &Page<'_>) -> View {
    let Page { report, past, markers, people, sink } = *page;
    let subject = &report.subject;
    View {
        style: STYLE,
        script: SCRIPT,
        style_digest: digest(STYLE),
        script_digest: digest(SCRIPT),
        version: env!("CARGO_PKG_VERSION"),
        repository: sink.limited(&last_part(subject.repository.expose()), NAME),
        tone: match text::sign(report) {
            Sign::Bad => "bad",
            Sign::Warning => "warn",
            Sign::Neutral => "none",
            Sign::Good => "good",
        },
        verdict: text::outcome(report, sink),
        subline: subline::subline(page),
        facts: facts(page),
        measure: report.policy.effort.name(),
        is_many: report.verdicts.len() >= MANY,
        has_past: past.is_some(),
        weeks: past.map(Past::span).unwrap_or_default(),
        teams: team::teams(page),
        nobody: nobody(report),
        change: change(report, sink),
        findings: report.findings.iter().map(|one| finding(one, sink)).collect(),
        flow: flow::rows(report, sink),
        stock: markers.map(|markers| stock::stock(markers, sink)),
        waivers: waivers(report, sink),
        relabels: relabels(report, sink),
        left_out: left_out(report),
        walked: figures::count(report.ledger.walked),
        counted: figures::count(report.ledger.counted),
        people: (people == People::Listed).then(|| commits::people(report, sink)),
    }
}

/// What a Content-Security-Policy knows a text by.
fn digest(text: &str) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(text.as_bytes())))
}

/// A repository is called as its folder is, without the `.git` of a bare one.
fn last_part(path: &str) -> String {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    let named = parts.iter().rev().find(|part| !matches!(**part, ".git" | "repo"));
    named.map_or(path, |part| part.strip_suffix(".git").unwrap_or(part)).to_owned()
}

/// By what it was judged.
fn facts(page: &Page<'_>) -> Vec<(&'static str, String)> {
    let (report, sink) = (page.report, page.sink);
    let subject = &report.subject;
    let mut facts = Vec::new();
    let named = |name: &str, id: Option<crate::facts::ObjectId>| match id {
        Some(id) if id.to_string() == name => id.short(),
        Some(id) => format!("{} at {}", sink.limited(name, NAME), id.short()),
        None => sink.limited(name, NAME),
    };
    let name = named(subject.revision_name.expose(), subject.revision);
    match &report.change {
        Some(change) => {
            facts.push(("Change", named(change.head_name.expose(), Some(change.head))));
            facts.push(("Base", name));
        }
        None => facts.push(("Judged", name)),
    }
    if let (Some(start), Some(end)) = (subject.start, subject.as_of) {
        let length = figures::span(report.policy.window_days);
        facts.push(("Window", format!("{length}, {} to {}", day(start), day(end))));
    }
    let by = match &report.policy.source {
        PolicySource::Tree { path } | PolicySource::File { path } => sink.limited(path, MESSAGE),
        PolicySource::Default => "the default policy: the repository has none".to_owned(),
    };
    facts.push(("Policy", by));
    facts.push(("Measure", report.policy.effort.name().to_owned()));
    let typed = subject.overrides.iter().map(|(option, value)| format!("--{option} {}", sink.limited(value, NAME)));
    let typed: Vec<String> = typed.map(|option| option.trim_end().to_owned()).collect();
    if !typed.is_empty() {
        facts.push(("Options", typed.join(" ")));
    }
    if let Some((_, told)) = text::in_shadow(report).as_deref().and_then(|says| says.split_once(": ")) {
        facts.push(("Shadow mode", told.to_owned()));
    }
    facts
}

fn day(time: UnixTime) -> String {
    time.day().date().to_string()
}

/// What belongs to no team.
fn nobody(report: &Report) -> Option<String> {
    let (nobody, measure) = (&report.ledger.unattributed, report.policy.effort);
    (nobody.commits > 0).then(|| {
        format!(
            "{} {} belong to no team: {}. They are in no share.",
            figures::amount(nobody.sums(measure).total, measure, figures::Rounding::Nearest),
            measure.name(),
            figures::counted(nobody.commits, "commit", "commits"),
        )
    })
}

fn change(report: &Report, sink: Sink) -> Vec<ChangeRow> {
    let all = report.change.iter().flat_map(|change| &change.verdicts);
    let concerned = all.filter(|verdict| verdict.answer != Answer::NotConcerned);
    concerned
        .map(|verdict| {
            let rounding = verdict.after.standing.rounding();
            ChangeRow {
                team: team::name(report, verdict.team, sink),
                answer: text::why(verdict),
                tone: match verdict.answer {
                    Answer::Short => "bad",
                    Answer::Waived => "warn",
                    Answer::NotEnoughWork => "none",
                    _ => "good",
                },
                with: figures::share(&verdict.after),
                allocation: verdict.after.allocation.0.to_string(),
                own: figures::of_share(verdict.own_share, rounding),
            }
        })
        .collect()
}

fn finding(finding: &crate::finding::Finding, sink: Sink) -> Finding {
    let (tone, level) = match finding.level {
        Level::Error => ("bad", "error"),
        Level::Warning => ("warn", "warning"),
        Level::Note => ("none", "note"),
    };
    let place = match (&finding.found, &finding.at) {
        (Some(found), _) => format!("{}:{}", found.path.to_text().expose(), found.line),
        (None, Some(at)) => format!("{}:{}", at.file, at.line),
        (None, None) => String::new(),
    };
    Finding {
        tone,
        level,
        code: finding.code.name(),
        message: sink.limited(finding.message.expose(), MESSAGE),
        help: finding.help.as_ref().map(|help| sink.limited(help.expose(), MESSAGE)).unwrap_or_default(),
        place: sink.limited(&place, MESSAGE),
    }
}

fn waivers(report: &Report, sink: Sink) -> Vec<Waiver> {
    let Some(today) = report.subject.as_of.map(UnixTime::day) else { return Vec::new() };
    let told = report.policy.safeguards.waivers.iter().map(|waiver| Waiver {
        team: team::name(report, waiver.team, sink),
        until: waiver.until.date().to_string(),
        left: match waiver.on(today) {
            WaiverState::Holds { days_left } => figures::counted(days_left, "day left", "days left"),
            WaiverState::Expired { days_ago } => {
                format!("ended {} ago", figures::counted(days_ago, "day", "days"))
            }
            WaiverState::TooLong { .. } => "too far ahead: it does not hold".to_owned(),
        },
        reason: sink.limited(&waiver.reason, MESSAGE),
    });
    told.collect()
}

fn relabels(report: &Report, sink: Sink) -> Vec<Relabel> {
    let told = report.relabels.iter().map(|one| Relabel {
        commit: one.entry.commit.short(),
        says: match one.entry.share {
            Some(share) => format!("{}, {share} paydown", one.entry.kind.name()),
            None => one.entry.kind.name().to_owned(),
        },
        by: sink.limited(one.by.expose(), NAME),
        reason: sink.limited(one.entry.reason.expose(), MESSAGE),
        counts: match one.counting {
            Counting::Yes => "yes",
            Counting::InPart => "in part",
            Counting::No => "no",
        },
        why: one.why.as_deref().map(|why| sink.limited(why, MESSAGE)).unwrap_or_default(),
    });
    told.collect()
}

fn left_out(report: &Report) -> Vec<(&'static str, &'static str, String)> {
    let number = |reason: &ExemptReason| report.ledger.exempt.get(reason).copied().filter(|number| *number > 0);
    let told = ExemptReason::ALL.into_iter().filter_map(|reason| Some((reason, number(&reason)?)));
    told.map(|(reason, number)| (reason.name(), text::meaning(reason), figures::count(number))).collect()
}

/// How a kind is called in running text.
const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Paydown => "Paydown",
        Kind::Feature => "Feature",
        Kind::Run => "Run",
        Kind::Other => "Other",
        Kind::Unlabelled => "Unlabelled",
    }
}
