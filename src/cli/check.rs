//! `debtlint check`: a repository goes in, a verdict a team comes out.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::classify;
use crate::classify::Context;
use crate::cli::agreed;
use crate::cli::agreed::Agreed;
use crate::cli::args::ChangeArgs;
use crate::cli::args::CheckArgs;
use crate::cli::asked;
use crate::cli::cache;
use crate::cli::contents;
use crate::cli::contents::Left;
use crate::cli::deliver;
use crate::cli::deliver::Output;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::event;
use crate::cli::event::Event;
use crate::cli::exit::Exit;
use crate::cli::gate;
use crate::cli::ignored::Ignored;
use crate::cli::marks;
use crate::cli::noticed;
use crate::cli::outputs;
use crate::cli::outputs::Outputs;
use crate::cli::pathless;
use crate::cli::progress::Bar;
use crate::cli::progress::Show;
use crate::cli::proofs::Looked;
use crate::cli::relabels;
use crate::cli::request::Request;
use crate::cli::request::Service;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Evidence;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::cli::sighted::Sighted;
use crate::cli::weighed::Scales;
use crate::cli::weighed::Weighed;
use crate::config;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::Progress;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::beside;
use crate::repo::both;
use crate::repo::trusted::PathOwners;
use crate::repo::trusted::Trusted;
use crate::report::Change;
use crate::report::InShadow;
use crate::report::Outcome;
use crate::report::Report;
use crate::report::Subject;
use crate::report::json::Items;
use crate::verdict;

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
    let show = if typed.judging.terms.no_progress { Show::Never } else { outputs.show() };
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
    let bar = Bar::new(show);
    let judged = judge(&settings, &bar);
    bar.finish();
    // The process ends with it: to give its memory back piece by piece would help nobody.
    let judged = ManuallyDrop::new(judged?);
    outputs.remark(judged.unkept.as_deref());
    deliver::deliver(&judged.report, items, &wanted, outputs)?;
    Ok(match (judged.report.outcome(), strictness) {
        (Outcome::Failed, Strictness::Fail) => Exit::Failed,
        _ => Exit::Passed,
    })
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
    let repository = cache::with_facts(Repository::open(&settings.path, settings.owner)?, settings)?;
    let settings = &event::settle(settings, &repository)?;
    let revisions = Revisions::resolve(&repository, settings)?;
    let Agreed { loaded, is_proposed } = agreed::policy(&repository, &revisions, settings)?;
    let (policy, warnings) = (loaded.policy, loaded.warnings);
    let trusted = revisions.tip.map(|tip| Trusted::read(&repository, tip)).transpose()?;
    let chosen = chosen(settings, &policy)?;
    let wanted = marks::Wanted::of(&policy, settings);
    let sighted = wanted.sighted(&policy);
    if let Some(sighted) = sighted.clone().filter(|_| revisions.head.is_some()) {
        // With a change, what finds markers is needed for certain: it is made beside what comes first.
        beside(move || drop(sighted.tools()));
    }
    // The process ends with it: to give back piece by piece what was read would help nobody.
    let repository = ManuallyDrop::new(match &sighted {
        Some(sighted) => repository.watched_by(Arc::<Sighted>::clone(sighted)),
        None => repository,
    });
    let ignored = Ignored::new(&policy, trusted.as_ref());
    let ignored = |path: &RepoPath| ignored.is(path);
    let ignored_revisions = trusted.as_ref().map(|trusted| trusted.ignored_revisions.clone()).unwrap_or_default();
    let by = Left { policy: &policy, ignored: &ignored, revisions: &ignored_revisions };
    let (walk, begun) =
        contents::walked(&repository, revisions.tip, settings, policy.window_days, trusted.as_ref(), by, progress)?;
    let ahead = gate::ahead(&repository, &revisions, &walk, trusted.as_ref(), progress)?;
    let history = walk.followed_by(ahead.as_ref());
    let asked =
        asked::gather(&repository, revisions.tip, ahead.as_ref().zip(revisions.head), &settings.request, &policy)?;

    let codeowners = trusted.as_ref().and_then(|trusted| trusted.codeowners.clone());
    let owners = PathOwners::new(&policy.teams, codeowners).map_err(CliError::from)?;
    let relabels = relabels::stated(&repository, &policy, revisions.tip.zip(trusted.as_ref()), &walk)?;
    let coming: BTreeSet<ObjectId> = ahead.iter().flat_map(|ahead| &ahead.commits).map(|fact| fact.id).collect();
    let context = Context {
        policy: &policy,
        ignored_revisions: &ignored_revisions,
        requests: &asked.requests,
        coming: &coming,
        hollow: &BTreeMap::new(),
        fleeting: &BTreeSet::new(),
        relabels: &relabels,
        owners: &|path| owners.owners(path),
    };

    let scales = Scales {
        settings,
        revisions: &revisions,
        history: &history,
        ahead: ahead.as_ref(),
        trusted: trusted.as_ref(),
        left: by,
        looked: Looked {
            repository: &repository,
            walk: &walk,
            policy: &policy,
            ignored: &ignored,
            evidence: settings.evidence,
            sighted: sighted.as_deref(),
            days: policy.window_days,
        },
        context,
        chosen: &chosen,
        is_proposed,
    };
    let asked_of_marks = marks::Asked {
        repository: &repository,
        wanted,
        sighted: sighted.as_deref(),
        policy: &policy,
        ignored: &ignored,
        trusted: trusted.as_ref(),
        owners: &owners,
        walk: &walk,
        ahead: ahead.as_ref(),
        chosen: &chosen,
    };
    // The shares and the markers of a change have nothing to do with each other.
    let (weighed, own) = both(|| scales.weigh(begun, progress), || marks::own(&asked_of_marks, &revisions));
    let Weighed { contents, items, ledger, verdicts, change, edits } = weighed?;
    let context = Context { hollow: &contents.hollow, ..context };
    let work = scales.work(&contents);

    let today = walk.as_of.day();
    let mut findings = warnings;
    findings.extend(asked.findings);
    findings.extend(noticed::findings(&repository, &walk, &policy, trusted.as_ref()));
    findings.extend(pathless::findings(&policy, &owners));
    let mut change = change.map(|change| Change { is_proposed, request: asked.told, ..change });
    match &mut change {
        None => {
            findings.extend(classify::findings(&walk.commits, work.changed, &items, &context));
            findings.extend(verdict::findings(&ledger, &policy, &verdicts));
        }
        Some(change) => findings.extend(gate::findings(change, edits, &work, &context)),
    }
    let marks = marks::look(&asked_of_marks, &revisions, own?, change.as_mut(), progress)?;
    findings.extend(marks.findings);
    findings.extend(verdict::waiver_findings(
        &policy,
        &chosen,
        today,
        if change.is_some() { Level::Warning } else { Level::Error },
    ));
    let shadow = shadow(&policy, today, &mut findings);
    // Stable: what is equal by these stays in the order of the policy.
    findings.sort_by(|a, b| b.level.cmp(&a.level).then(a.code.cmp(&b.code)).then(a.team.cmp(&b.team)));

    let unkept = cache::keep(&repository, settings);
    let relabels = relabels::told(&relabels, &items, &ledger, &policy);
    let subject = subject(settings, &repository, revisions.tip, &walk, chosen);
    let coming = history.commits.get(walk.commits.len()..).unwrap_or_default().to_vec();
    drop(history);
    let mut facts = walk.commits;
    facts.shrink_to_fit();
    Ok(Judged {
        report: Report {
            subject,
            policy,
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
        coming,
        changed: contents.changed,
        unkept,
    })
}

/// Where the policy is only tried out: what would fail the run is counted, and told as a warning.
pub(super) fn shadow(policy: &Policy, today: Day, findings: &mut [Finding]) -> Option<InShadow> {
    let why = policy.safeguards.enforcement.shadow(today)?;
    let mut failing: u64 = 0;
    for finding in findings.iter_mut().filter(|finding| finding.level == Level::Error) {
        finding.level = Level::Warning;
        failing = failing.saturating_add(1);
    }
    Some(InShadow { why, failing })
}

/// The ids of the teams that `--team` names.
pub(super) fn chosen(settings: &Settings, policy: &Policy) -> Result<Vec<TeamId>, CliError> {
    let named = |name: &String| policy.team_named(name).ok_or_else(|| CliError::no_such_team(name, policy));
    let mut chosen = settings.teams.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    chosen.sort();
    Ok(chosen)
}

pub(super) fn subject(
    settings: &Settings,
    repository: &Repository,
    tip: Option<ObjectId>,
    walk: &Walk,
    chosen: Vec<TeamId>,
) -> Subject {
    // A branch without a commit has no time, unless one was typed.
    let told = tip.is_some() || settings.as_of.is_some();
    Subject {
        repository: Untrusted::new(repository.root().to_string_lossy()),
        revision_name: Untrusted::new(settings.revision.clone()),
        revision: walk.tip,
        boundary: walk.boundary,
        as_of: told.then_some(walk.as_of),
        start: told.then_some(walk.start),
        overrides: settings.overrides(),
        chosen,
    }
}
