//! `debtlint trend` and `debtlint simulate`: the history is read once, and judged as it stood week by week.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::classify;
use crate::classify::Context;
use crate::cli::args::EvidenceArgs;
use crate::cli::args::JudgingArgs;
use crate::cli::args::ListFormat;
use crate::cli::args::PastArgs;
use crate::cli::cache;
use crate::cli::contents;
use crate::cli::contents::Contents;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::given::Given;
use crate::cli::history::History;
use crate::cli::outputs::Outputs;
use crate::cli::proofs::Looked;
use crate::cli::proofs::Proofs;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::facts::RepoPath;
use crate::policy::TeamId;
use crate::repo::Progress;
use crate::report::Subject;
use crate::report::past;
use crate::report::past::Past;
use crate::report::text;
use crate::verdict;
use crate::verdict::Record;

/// What is asked of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// How the teams stood.
    Trend,
    /// What the gate would have said, too.
    Simulation,
}

/// Tells the past of a repository.
pub(super) fn past(typed: PastArgs, question: Question, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let show = outputs.show().unless(typed.terms.no_progress);
    let PastArgs { state, terms, teams, allocation, cache, .. } = typed;
    let judging = JudgingArgs { state, terms, teams, allocation, cache, evidence: EvidenceArgs::default() };
    let settings = Settings::new(typed.path, judging, Strictness::Fail);
    let (told, unkept) = show.during(|bar| look_back(&settings, typed.since, question, bar))?;
    outputs.remark(unkept.as_deref());
    let sink = outputs.sink();
    match (typed.format, question) {
        (ListFormat::Text, Question::Trend) => outputs.print(&text::trend(&told, outputs.view()))?,
        (ListFormat::Text, Question::Simulation) => outputs.print(&text::simulation(&told, outputs.view()))?,
        (ListFormat::Csv, Question::Trend) => outputs.write(|out| past::csv::write_trend(&told, sink, out))?,
        (ListFormat::Csv, Question::Simulation) => {
            outputs.write(|out| past::csv::write_simulation(&told, sink, out))?;
        }
        (ListFormat::Json, Question::Trend) => outputs.write(|out| past::json::write_trend(&told, out))?,
        (ListFormat::Json, Question::Simulation) => outputs.write(|out| past::json::write_simulation(&told, out))?,
    }
    Ok(Exit::Passed)
}

/// Reads so many days and a window before them, once, and judges every week of them. As [`judge`](crate::cli::check::judge), but that no
/// change lies on top, and that what takes credit away is looked for in the whole span. Comes with why facts are not kept
/// where somebody asked for it.
pub(super) fn look_back(
    settings: &Settings,
    days: u32,
    question: Question,
    progress: &dyn Progress,
) -> Result<(Past, Option<String>), Fault> {
    let given = Given::open(&Settings { flow: Flow::Left, ..settings.clone() })?;
    let policy = &given.policy;
    let ignored = given.ignored();
    let ignored = |path: &RepoPath| ignored.is(path);
    let span = days.saturating_add(policy.window_days);
    let (history, begun) = History::read(&given, &ignored, span, progress)?;
    let walk = &history.walk;
    // The same paths change week after week.
    let known: Mutex<HashMap<RepoPath, Vec<TeamId>>> = Mutex::default();
    let owners = |path: &RepoPath| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(path.clone()).or_insert_with(|| given.owners.owners(path)).clone()
    };
    let context = history.context(&given, &owners);
    let Contents { changed, retraces, readings, hollow } =
        contents::look(&given.repository, walk, None, given.left(&ignored), begun, &context, progress)?;
    let context = Context { hollow: &hollow, ..context };
    // As if nothing had been undone: what had been is another matter every week.
    let mut items = classify::classify(&walk.commits, readings, &changed, &[], &context);
    let looked = Looked { given: &given, walk, ignored: &ignored, days: span };
    Proofs::default().prove(&looked, &walk.commits, &mut items)?;

    let record = Record {
        as_of: walk.as_of,
        start: walk.start,
        goes_on: walk.boundary.is_some(),
        facts: &walk.commits,
        items: &items,
        retraces: &retraces,
        changes: &changed,
        context,
        chosen: &given.chosen,
    };
    // Without a commit there is no time from which weeks could be counted back.
    let points = match given.revisions.tip {
        Some(_) => verdict::weekly(&record, days, &|done, all| progress.tick(done, all, "judging weeks"))?,
        None => Vec::new(),
    };
    let since = points.first().map_or(walk.as_of, |point| point.as_of);
    let landings = match question {
        Question::Trend => Vec::new(),
        Question::Simulation => {
            verdict::simulate(&record, since, &|done, all| progress.tick(done, all, "judging landings"))?
        }
    };
    let unkept = cache::keep(&given.repository, &given.settings);
    let start = walk.as_of.minus_days(policy.window_days);
    let told = given.subject(walk);
    let subject = Subject { start: told.start.map(|_| start), ..told };
    Ok((Past { subject, policy: given.policy, points, landings }, unkept))
}
