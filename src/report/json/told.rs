//! A report becomes the document.

use std::collections::BTreeMap;

use crate::classify;
use crate::classify::ByRequest;
use crate::classify::Doubt;
use crate::classify::Reading;
use crate::classify::WorkerId;
use crate::facts;
use crate::facts::ObjectId;
use crate::facts::RetraceKind;
use crate::facts::UnixTime;
use crate::finding;
use crate::ledger;
use crate::ledger::Sums;
use crate::policy;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::LabelOutcome;
use crate::policy::Measure;
use crate::policy::PolicySource;
use crate::policy::Rank;
use crate::policy::TeamId;
use crate::policy::WaiverState;
use crate::report::InShadow;
use crate::report::Report;
use crate::verdict::Share;

use super::Account;
use super::Beside;
use super::Commits;
use super::Counted;
use super::Document;
use super::Efforts;
use super::Evidence;
use super::Excuse;
use super::Exempt;
use super::Exempts;
use super::Finding;
use super::Ground;
use super::Identity;
use super::Inherited;
use super::Interval;
use super::Item;
use super::Items;
use super::Kinds;
use super::Label;
use super::Landing;
use super::Minimum;
use super::Outcome;
use super::Override;
use super::Part;
use super::Person;
use super::Place;
use super::Policy;
use super::Proof;
use super::Retraced;
use super::Shadow;
use super::Subject;
use super::Team;
use super::Units;
use super::VERSION;
use super::Waiver;
use super::change;
use super::flow;
use super::relabel;

pub(super) fn document(report: &Report, items: Items) -> Document {
    Document {
        schema: VERSION,
        version: env!("CARGO_PKG_VERSION"),
        outcome: report.outcome().into(),
        subject: subject(report),
        policy: policy(report),
        overrides: told_overrides(&report.subject.overrides),
        scales: efforts(Measure::scale),
        teams: (0..report.policy.teams.len()).filter_map(|at| team(report, TeamId(at))).collect(),
        unattributed: account(&report.ledger.unattributed),
        unattributed_markers: flow::of(report.flow.as_ref(), None),
        markers_lack: report.flow_lacks.clone(),
        commits: commits(report.ledger.walked, report.ledger.counted, &report.ledger.exempt),
        findings: report.findings.iter().map(told_finding).collect(),
        relabels: relabel::relabels(report),
        items: (items == Items::Listed).then(|| in_window(report)),
        change: change::change(report, items),
    }
}

impl From<crate::report::Outcome> for Outcome {
    fn from(outcome: crate::report::Outcome) -> Self {
        match outcome {
            crate::report::Outcome::Passed => Self::Passed,
            crate::report::Outcome::Failed => Self::Failed,
        }
    }
}

fn subject(report: &Report) -> Subject {
    let subject = &report.subject;
    Subject {
        repository: subject.repository.expose().to_owned(),
        revision_name: subject.revision_name.expose().to_owned(),
        revision: subject.revision.map(|id| id.to_string()),
        boundary: subject.boundary.map(|id| id.to_string()),
        as_of: subject.as_of.map(UnixTime::rfc3339),
        start: subject.start.map(UnixTime::rfc3339),
        base: change::base(report),
        head: change::head(report),
    }
}

fn policy(report: &Report) -> Policy {
    let policy = &report.policy;
    let (source, path, revision) = match &policy.source {
        PolicySource::Default => ("default", None, None),
        PolicySource::Tree { path } => ("tree", Some(path.to_string()), report.policy_revision()),
        PolicySource::File { path } => ("file", Some(path.to_string()), None),
    };
    Policy {
        source,
        path,
        revision: revision.as_ref().map(ObjectId::to_string),
        files: policy.texts.iter().map(|text| text.name.to_string()).collect(),
        sponsor: policy.sponsor.clone(),
        window_days: policy.window_days,
        effort: policy.effort.name(),
        attribution: policy.attribution.name(),
        fail_when: policy.fail_when.name(),
        minimum_effort: Minimum {
            people: policy.minimum.people,
            developer_week_hundredths: policy.minimum.developer_week_hundredths,
        },
        shadow: report.shadow.map(told_shadow),
        marker_flow: (policy.markers.flow == policy::MarkerFlow::NotRising).then(|| policy.markers.flow.name()),
        unproven_credit_bp: (policy.unproven_credit < BasisPoints::WHOLE).then(|| policy.unproven_credit.get()),
    }
}

/// The options that change what is judged or how it ends.
pub(in crate::report) fn told_overrides(typed: &[(&'static str, String)]) -> Vec<Override> {
    typed.iter().map(|(option, value)| Override { option, value: value.clone() }).collect()
}

pub(in crate::report) fn told_shadow(shadow: InShadow) -> Shadow {
    Shadow {
        enforced_from: match shadow.why {
            policy::Shadow::Until(day) => Some(day.date().to_string()),
            policy::Shadow::Open => None,
        },
        would_fail: shadow.failing,
    }
}

fn team(report: &Report, id: TeamId) -> Option<Team> {
    let team = report.policy.team(id)?;
    let posted = report.ledger.accounts.get(id.0)?;
    let verdict = report.verdicts.iter().find(|verdict| verdict.team == id);
    let (sums, proven) = (posted.sums(report.policy.effort), posted.proven(report.policy.effort));
    Some(Team {
        name: team.name.clone(),
        lead: team.lead.clone(),
        standing: verdict.map(|verdict| verdict.standing.name()),
        allocation_bp: team.allocation.0.get(),
        allocation_at: place(&team.allocation_at),
        share_bp: share_bp(sums),
        proven_share_bp: share_bp(proven).filter(|_| proven != sums),
        shortfall: verdict.and_then(|verdict| verdict.shortfall).map(Units),
        interval: verdict
            .and_then(|verdict| verdict.interval)
            .map(|interval| Interval { low_bp: interval.low.get(), high_bp: interval.high.get() }),
        waiver: waiver(report, id),
        markers: flow::of(report.flow.as_ref(), Some(id)),
        change_markers: flow::of(report.change.as_ref().and_then(|change| change.flow.as_ref()), Some(id)),
        change: change::of_team(report, id),
        account: account(posted),
    })
}

fn share_bp(sums: Sums) -> Option<u16> {
    Share::of(sums).map(|share| share.basis_points_floor().get())
}

fn waiver(report: &Report, id: TeamId) -> Option<Waiver> {
    let today = report.subject.as_of?.day();
    let waiver = report.policy.safeguards.waiver(id, today)?;
    let WaiverState::Holds { days_left } = waiver.on(today) else { return None };
    Some(Waiver {
        until: waiver.until.date().to_string(),
        days_left,
        reason: waiver.reason.clone(),
        at: place(&waiver.until_at),
    })
}

fn account(posted: &ledger::Account) -> Account {
    let of = |kind: Kind| efforts(|measure| posted.by_kind.get(&kind).map_or(0, |efforts| efforts.get(measure)));
    Account {
        people: u64::try_from(posted.people.len()).unwrap_or(u64::MAX),
        commits: posted.commits,
        paydown: of(Kind::Paydown),
        unproven: (posted.unproven != ledger::Efforts::default())
            .then(|| efforts(|measure| posted.unproven.get(measure))),
        total: efforts(|measure| posted.sums(measure).total),
        by_kind: Kinds {
            paydown: of(Kind::Paydown),
            feature: of(Kind::Feature),
            run: of(Kind::Run),
            other: of(Kind::Other),
            unlabelled: of(Kind::Unlabelled),
        },
    }
}

fn efforts(of: impl Fn(Measure) -> u64) -> Efforts {
    Efforts {
        developer_weeks: Units(of(Measure::DeveloperWeeks)),
        developer_days: Units(of(Measure::DeveloperDays)),
        commits: Units(of(Measure::Commits)),
        lines: Units(of(Measure::Lines)),
    }
}

pub(super) fn commits(walked: u64, counted: u64, exempt: &BTreeMap<ExemptReason, u64>) -> Commits {
    let of = |reason: ExemptReason| exempt.get(&reason).copied().unwrap_or_default();
    Commits {
        walked,
        counted,
        exempt: Exempts {
            merge: of(ExemptReason::Merge),
            bot: of(ExemptReason::Bot),
            ignored_revision: of(ExemptReason::IgnoredRevision),
            ignored_paths: of(ExemptReason::IgnoredPaths),
            import: of(ExemptReason::Import),
            copy: of(ExemptReason::Copy),
        },
    }
}

pub(in crate::report) fn told_finding(found: &finding::Finding) -> Finding {
    Finding {
        code: found.code.name(),
        level: found.level.name(),
        team: found.team.clone(),
        commits: found.commits.iter().map(ObjectId::to_string).collect(),
        at: found.at.as_ref().map(place),
        found: found.found.as_ref().map(tree_place),
        beside: (!found.beside.is_empty()).then(|| found.beside.iter().map(beside).collect()),
        message: found.message.expose().to_owned(),
        help: found.help.as_ref().map(|help| help.expose().to_owned()),
    }
}

fn place(at: &finding::Location) -> Place {
    Place { file: at.file.to_string(), line: at.line, column: at.column }
}

fn tree_place(place: &finding::TreePlace) -> Place {
    Place { file: place.path.to_text().expose().to_owned(), line: place.line, column: place.column }
}

fn beside(beside: &finding::Beside) -> Beside {
    Beside { at: place(&beside.at), says: beside.says.expose().to_owned() }
}

/// The commits of the window.
pub(super) fn in_window(report: &Report) -> Vec<Item> {
    listed(&report.items, 0, &report.ledger, report)
}

/// Commits that begin at a place among the ledger's items.
pub(super) fn listed(
    items: &[classify::WorkItem],
    first: usize,
    ledger: &ledger::Ledger,
    report: &Report,
) -> Vec<Item> {
    let mut postings: BTreeMap<usize, Vec<&ledger::Posting>> = BTreeMap::new();
    for posting in &ledger.postings {
        postings.entry(posting.item).or_default().push(posting);
    }
    let parts = |at: usize| postings.get(&at).map(Vec::as_slice).unwrap_or_default();
    (first..).zip(items).map(|(at, item)| told_item(item, parts(at), report)).collect()
}

fn told_item(item: &classify::WorkItem, postings: &[&ledger::Posting], report: &Report) -> Item {
    let (exempt, counted) = match &item.reading {
        Reading::Exempt(exempt) => {
            let matched = exempt.matched.as_ref().map(|text| text.expose().to_owned());
            (
                Some(Exempt { reason: exempt.reason.name(), rule: exempt.rule.as_deref().map(str::to_owned), matched }),
                None,
            )
        }
        Reading::Counted(counted) => (None, Some(told_counted(counted, postings, report))),
    };
    Item {
        commit: item.commit.to_string(),
        subject: item.subject.expose().to_owned(),
        landing: Landing { commit: item.landing.commit.to_string(), time: item.landing.time.rfc3339() },
        author: Identity { name: item.author.name.expose().to_owned(), email: item.author.email.expose().to_owned() },
        exempt,
        counted,
    }
}

fn told_counted(counted: &classify::Counted, postings: &[&ledger::Posting], report: &Report) -> Counted {
    let person = |worker: &classify::Worker| Person {
        id: person_id(&worker.id, report),
        name: worker.name.expose().to_owned(),
        on_roster: matches!(worker.id, WorkerId::Rostered(_)),
    };
    let part = |posting: &&ledger::Posting| Part {
        team: posting.team.and_then(|team| report.policy.team(team)).map(|team| team.name.clone()),
        person: person_id(&posting.worker, report),
        effort: efforts(|measure| posting.effort.get(measure)),
        paydown: efforts(|measure| posting.paydown.get(measure)),
    };
    Counted {
        day: counted.day.date().to_string(),
        week: counted.day.iso_week().to_string(),
        kind: counted.kind.name(),
        credit_bp: counted.credit.get(),
        rest_kind: counted.rest_kind().name(),
        lines: counted.lines,
        persons: counted.workers.iter().map(person).collect(),
        parts: postings.iter().map(part).collect(),
        evidence: told_evidence(&counted.evidence),
    }
}

/// What a person is told apart by, outside of the program.
fn person_id(worker: &WorkerId, report: &Report) -> String {
    match worker {
        WorkerId::Address(address) => address.to_string(),
        WorkerId::Rostered(id) => {
            let person = report.policy.roster.people.get(id.0);
            person.map_or_else(String::new, |p| p.addresses.first().unwrap_or(&p.name).clone())
        }
    }
}

fn told_evidence(evidence: &classify::Evidence) -> Evidence {
    Evidence {
        winner: evidence.winner.as_ref().map(told_label),
        others: evidence.others.iter().map(told_label).collect(),
        inherited: evidence.inherited.as_ref().map(|inherited| Inherited {
            from: inherited.from.to_string(),
            title: inherited.title.expose().to_owned(),
        }),
        by_request: (evidence.by_request == ByRequest::Yes).then_some(true),
        excuse: evidence.excuses.first().map(|excuse| Excuse {
            rule: excuse.rule.to_string(),
            reason: excuse.reason.name(),
            source: excuse.source.to_owned(),
            matched: excuse.matched.expose().to_owned(),
        }),
        contradicts: evidence.contradicts,
        retraced: evidence.retraced.as_deref().map(|retraced| Retraced {
            how: match retraced.kind {
                RetraceKind::Undoes => "undoes",
                RetraceKind::Repeats => "repeats",
            },
            later: retraced.later.to_string(),
            earlier: retraced.earlier.to_string(),
        }),
        proof: evidence.proof.as_deref().map(told_proof),
        doubts: evidence.doubts.iter().map(|doubt| told_doubt(*doubt)).collect(),
        defects: evidence.defects.iter().map(|defect| defect.name()).collect(),
    }
}

fn told_proof(proof: &facts::Proof) -> Proof {
    let ground = |ground: &facts::Ground| Ground {
        path: ground.path.to_text().expose().to_owned(),
        what: ground.what.expose().to_owned(),
    };
    Proof {
        grade: proof.grade.name(),
        grounds: proof.grounds.iter().map(ground).collect(),
        age_known: proof.age == facts::Age::Known,
    }
}

const fn told_doubt(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::SharesDiffer => "shares-differ",
        Doubt::ShareUnreadable => "share-unreadable",
        Doubt::TooManyCoAuthors => "too-many-co-authors",
        Doubt::UnprovenAuthor => "unproven-author",
        Doubt::WithoutChange | Doubt::PutTogether => "without-change",
        Doubt::MassChange => "mass-change",
    }
}

fn told_label(label: &classify::FoundLabel) -> Label {
    let (kind, share_bp) = match label.outcome {
        LabelOutcome::Kind(kind) => (Some(kind.name()), None),
        LabelOutcome::ShareFromValue => (None, None),
        LabelOutcome::Share(points) => (None, Some(points.get())),
    };
    Label {
        rule: label.rule.to_string(),
        rank: match label.rank {
            Rank::Own => "own",
            Rank::Pack => "pack",
        },
        source: label.source.to_owned(),
        matched: label.matched.expose().to_owned(),
        kind,
        share_bp,
        at: place(&label.at),
    }
}
