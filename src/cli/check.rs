//! `debtlint check`: a repository goes in, a verdict a team comes out.

use std::collections::HashMap;
use std::mem::ManuallyDrop;

use crate::cli::args::ChangeArgs;
use crate::cli::args::CheckArgs;
use crate::cli::cache;
use crate::cli::deliver;
use crate::cli::deliver::Output;
use crate::cli::error::Fault;
use crate::cli::event::Event;
use crate::cli::exit::Exit;
use crate::cli::given::Given;
use crate::cli::history::History;
use crate::cli::marks;
use crate::cli::outputs;
use crate::cli::outputs::Outputs;
use crate::cli::relabels;
use crate::cli::request::Request;
use crate::cli::request::Service;
use crate::cli::settings::Evidence;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::cli::weighed::Scales;
use crate::cli::weighed::Weighed;
use crate::config;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::repo::Progress;
use crate::repo::beside;
use crate::repo::both;
use crate::report::InShadow;
use crate::report::Report;
use crate::report::json::Items;

/// A report, and the facts that it was made from.
pub(super) struct Judged {
    pub(super) report: Report,
    /// In the order of the report's items.
    pub(super) facts: Vec<CommitFact>,
    /// The change's, in the order of its items.
    pub(super) coming: Vec<CommitFact>,
    /// What they changed, but of those that are left out at sight.
    pub(super) changed: HashMap<ObjectId, Changes>,
    /// Why facts are not kept where somebody asked for it.
    pub(super) unkept: Option<String>,
}

/// Judges a repository and tells the outcome.
pub(super) fn check(typed: CheckArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let strictness = if typed.exit_zero { Strictness::ExitZero } else { Strictness::Fail };
    let show = outputs.show().unless(typed.judging.terms.no_progress);
    let items = if typed.items { Items::Listed } else { Items::Omitted };
    let mut wanted = typed.output;
    wanted.extend(typed.format.map(|format| Output { format, file: None }));
    let wanted = deliver::plan(wanted, outputs.service())?;
    let flow = match (typed.flow, typed.no_flow) {
        (_, true) => Flow::LeftUnlessDecided,
        (true, false) => Flow::Sought,
        (false, false) => Flow::Shown,
    };
    let evidence = if typed.no_evidence { Evidence::WhereItCounts } else { Evidence::Sought };
    let settings = Settings { flow, evidence, ..Settings::new(typed.path, typed.judging, strictness) };
    let settings = self::settings(settings, typed.change)?;
    deliver::probe(&wanted)?;
    let judged = show.during(|bar| judge(&settings, bar))?;
    // The process ends with it: to give its memory back piece by piece would help nobody.
    let judged = ManuallyDrop::new(judged);
    outputs.remark(judged.unkept.as_deref());
    deliver::deliver(&judged.report, items, &wanted, outputs)?;
    Ok(strictness.exit(judged.report.outcome()))
}

/// What is judged, with what was typed about a change.
pub(super) fn settings(settings: Settings, typed: ChangeArgs) -> Result<Settings, Fault> {
    let event = typed.event.then(|| Event::ask(&outputs::variable)).transpose()?;
    if let (Some(event), Some(expected)) = (&event, &typed.expect_base) {
        event.expect_base(expected)?;
    }
    let request = Request {
        typed_labels: typed.label,
        typed_title: typed.title,
        file: typed.pr_labels,
        service: if typed.no_ci_labels || (typed.base.is_none() && !typed.event) {
            None
        } else {
            Service::ask(&outputs::variable)?
        },
        is_service_refused: typed.no_ci_labels,
    };
    Ok(match event {
        Some(event) => settings.for_event(&event.ends, request),
        None => settings.for_change(typed.base, typed.head, request),
    })
}

/// The whole way, in order: read this to understand the program.
pub(super) fn judge(settings: &Settings, progress: &dyn Progress) -> Result<Judged, Fault> {
    // Nearly every policy rests on the packs that ship: another thread takes them apart meanwhile.
    beside(config::read_ahead);
    let given = Given::open(settings)?;
    let ignored = given.ignored();
    let ignored = |path: &RepoPath| ignored.is(path);
    let (history, begun) = History::read(&given, &ignored, given.policy.window_days, progress)?;
    let whole = history.whole();
    let owners = |path: &RepoPath| given.owners.owners(path);
    let context = history.context(&given, &owners);
    let scales = Scales { given: &given, history: &history, whole: &whole, ignored: &ignored, context };
    let search = marks::Search { given: &given, history: &history, ignored: &ignored };
    // The shares and the markers of a change have nothing to do with each other.
    let (weighed, own) = both(|| scales.weigh(begun, progress), || search.own());
    let mut weighed = weighed?;
    let mut findings = scales.findings(&mut weighed);
    let marks = search.look(own?, weighed.change.as_mut(), progress)?;
    findings.extend(marks.findings);
    let shadow = shadow(&given.policy, Some(history.walk.as_of.day()), &mut findings);
    // Stable: what is equal by these stays in the order of the policy.
    findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.code.cmp(&b.code)).then(a.team.cmp(&b.team)));

    let unkept = cache::keep(&given.repository, &given.settings);
    let Weighed { contents, items, ledger, verdicts, change, .. } = weighed;
    let relabels = relabels::told(&history.relabels, &items, &ledger, &given.policy);
    let subject = given.subject(&history.walk);
    drop(whole);
    let History { walk, ahead, .. } = history;
    let mut facts = walk.commits;
    facts.shrink_to_fit();
    Ok(Judged {
        report: Report {
            subject,
            policy: given.policy,
            items,
            ledger,
            verdicts,
            findings,
            change,
            relabels,
            shadow,
            flow: marks.flow,
            flow_lacks: marks.lacking,
            sources: marks.sources,
        },
        facts,
        coming: ahead.map(|ahead| ahead.commits).unwrap_or_default(),
        changed: contents.changed,
        unkept,
    })
}

/// Where the policy is only tried out: what would fail the run is counted, and told as a warning.
pub(super) fn shadow(policy: &Policy, today: Option<Day>, findings: &mut [Finding]) -> Option<InShadow> {
    let why = policy.safeguards.enforcement.shadow(today)?;
    let mut failing: u64 = 0;
    for finding in findings {
        failing = failing.saturating_add(finding.spare().into());
    }
    Some(InShadow { why, failing })
}
