//! `debtlint check --base`: a change on top of a base, judged by the base's rules.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::classify;
use crate::classify::Context;
use crate::classify::Following;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::cli::carried::Sponsor;
use crate::cli::error::Fault;
use crate::cli::given::Given;
use crate::cli::history::History;
use crate::cli::loosened;
use crate::cli::loosened::Said;
use crate::cli::proofs::Looked;
use crate::cli::proofs::Proofs;
use crate::cli::relabels;
use crate::cli::retraced;
use crate::cli::tampered;
use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Message;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::ledger;
use crate::ledger::Ledger;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Known;
use crate::policy::Policy;
use crate::policy::RequireLabel;
use crate::repo::RepoError;
use crate::repo::Walk;
use crate::repo::trusted::CodeOwners;
use crate::report::Change;
use crate::report::figures;
use crate::verdict;
use crate::verdict::Answer;
use crate::verdict::Brought;
use crate::verdict::Coming;
use crate::verdict::Verdict;

/// What takes away from what the base protects.
const LOOSENED: [Code; 2] = [Code::PolicyLoosened, Code::PolicyUnusable];

/// What is known of the base and the change together.
pub(super) struct Work<'a> {
    pub(super) given: &'a Given,
    pub(super) history: &'a History,
    /// The base's window with the change landed.
    pub(super) whole: &'a Walk,
    pub(super) changed: &'a HashMap<ObjectId, Changes>,
    pub(super) retraces: &'a [Retrace],
    /// Where what bears labels out is looked for.
    pub(super) looked: Looked<'a>,
}

/// The work of the base with the change landed, before it is judged.
pub(super) struct Counted {
    /// The change's commits are behind the base's.
    items: Vec<WorkItem>,
    ledger: Ledger,
    following: Following,
    takes_back: bool,
}

/// Counts the work of the base and the change together.
pub(super) fn count(
    head: ObjectId,
    readings: Vec<Reading>,
    work: &Work<'_>,
    context: &Context<'_>,
    mut proofs: Proofs,
) -> Result<Counted, Fault> {
    let sound = retraced::borne_out(head, work)?;
    let fleeting = retraced::fleeting(head, &paid(&readings, work, context), work)?;
    let following = classify::following(work.history.coming(), &sound, &fleeting);
    let context = &Context { fleeting: &fleeting, ..*context };
    let mut items = classify::classify(&work.whole.commits, readings, work.changed, work.retraces, context);
    following.leave_copies_out(&mut items);
    proofs.prove(&work.looked, &work.whole.commits, &mut items)?;
    let ledger = ledger::post(&items, context.policy)?;
    let own = items.get(work.history.walk.commits.len()..).unwrap_or_default();
    let takes_back = takes_back(own, &following) && retraced::are_whole(&following.reverts, &sound, work)?;
    Ok(Counted { items, ledger, following, takes_back })
}

/// Whether nothing of a change does anything but take earlier work back. What is left out of the measure is something, too.
fn takes_back(items: &[WorkItem], following: &Following) -> bool {
    let is_clean_merge =
        |item: &WorkItem| matches!(&item.reading, Reading::Exempt(exempt) if exempt.reason == ExemptReason::Merge);
    !following.reverts.is_empty()
        && items.iter().all(|item| following.reverts.contains_key(&item.commit) || is_clean_merge(item))
}

/// The commits of the change that are paydown as a whole, as far as they are read each for itself.
fn paid(readings: &[Reading], work: &Work<'_>, context: &Context<'_>) -> BTreeSet<ObjectId> {
    let is_paid = |reading: &Reading| matches!(reading, Reading::Counted(one) if one.credit == BasisPoints::WHOLE);
    let commits = work.whole.commits.iter().zip(readings).filter(|(_, reading)| is_paid(reading));
    let commits = commits.map(|(fact, _)| fact.id);
    commits.filter(|id| context.coming.contains(id) && !context.hollow.contains_key(id)).collect()
}

/// Judges the change: what it is, and what it makes of the base's ledger. `before` is how the teams stand at the base.
pub(super) fn judge(
    head: ObjectId,
    counted: Counted,
    before: &[Verdict],
    edits: &Said,
    work: &Work<'_>,
    context: &Context<'_>,
) -> Change {
    let Counted { mut items, ledger, following, takes_back } = counted;
    let coming = work.history.coming();
    let mut brought = Brought::of(coming, &items, &following, work.changed, context);
    // Without a sponsor nothing else would hold a loosening up.
    if context.policy.sponsor.is_none() && edits.findings.iter().any(|one| LOOSENED.contains(&one.code)) {
        brought.settling.clear();
    }
    let Brought { first, reverts, excused, .. } = &brought;
    let own = (0..).zip(&items).skip(*first);
    let mut counted = own.filter(|(_, item)| matches!(item.reading, Reading::Counted(_))).map(|(at, _)| at).peekable();
    let is_excused = counted.peek().is_some() && counted.all(|at| excused.contains(&at) || reverts.contains(&at));
    let today = work.history.walk.as_of.day();
    let verdicts = verdict::judge_change(&Coming { before, after: &ledger, brought: &brought, today }, context.policy);
    let head_name = Untrusted::new(work.given.settings.head.clone().unwrap_or_default());
    Change {
        head_name,
        head,
        items: items.split_off(brought.first),
        ledger,
        following,
        base_items: brought.first,
        verdicts,
        texts: Vec::new(),
        is_proposed: false,
        request: None,
        uses: brought.uses,
        is_excused,
        takes_back,
        flow: None,
    }
}

/// What is to be said of the change; the texts that this points into become the change's.
pub(super) fn findings(change: &mut Change, edits: Said, work: &Work<'_>, context: &Context<'_>) -> Vec<Finding> {
    let is_proposed = change.is_proposed;
    let level = if is_proposed { Level::Warning } else { Level::Error };
    let mut all = verdict::change_findings(&change.verdicts, context.policy, level);
    if let Some(commit) = says_that_it_reverts(change, work, context) {
        let short = all.iter_mut().filter(|finding| finding.code == Code::AllocationShort);
        for help in short.filter_map(|finding| finding.help.as_mut()) {
            *help = Untrusted::new(format!(
                "{}; {} says that it reverts, but does not leave what git's reverts of landed commits leave: revert each in a commit of \
                 its own, or all in one that names each in a line \"This reverts commit ID\", with nothing else in it",
                help.expose(),
                commit.short()
            ));
        }
    }
    // What a change leaves unmatched in the policy says nothing about the policy.
    let about_commits = classify::findings(work.history.coming(), work.changed, &change.items, context);
    all.extend(about_commits.into_iter().filter(|finding| !finding.commits.is_empty()));
    all.extend(excuses(change, context.policy));
    all.extend(unheard(change, context.policy));
    if let Some(required) = &context.policy.require_label {
        let required = RequireLabel { level: required.level.min(level), at: required.at.clone() };
        let Change { items, following, .. } = &*change;
        all.extend(classify::label_missing(work.history.coming(), items, following, &required, context.policy));
    }
    if is_proposed {
        all.push(tampered::proposed(context.policy, work.history.walk.as_of.day()));
    }
    all.extend(edits.findings);
    change.texts = edits.texts;
    all
}

/// A commit of the change whose message says that it reverts, as git words it, and whose content does not. Nothing is decided by it.
fn says_that_it_reverts(change: &Change, work: &Work<'_>, context: &Context<'_>) -> Option<ObjectId> {
    let following = &change.following;
    let reviving = classify::reviving(context.coming, work.retraces);
    let is_known = |id: &ObjectId| {
        following.reverts.contains_key(id) || following.copies.contains_key(id) || reviving.contains(id)
    };
    let counted = work.history.coming().iter().zip(&change.items);
    let mut counted = counted.filter(|(_, item)| matches!(item.reading, Reading::Counted(_))).map(|(fact, _)| fact);
    let says = |fact: &CommitFact| {
        fact.message.subject.expose().starts_with(Message::REVERT) || !fact.message.reverts.is_empty()
    };
    counted.find(|fact| says(fact) && !is_known(&fact.id)).map(|fact| fact.id)
}

/// What is to be said of the change's edits of what decides.
pub(super) fn edits(work: &Work<'_>) -> Result<Said, Fault> {
    let Given { settings, repository, policy, revisions, .. } = work.given;
    let (Some((base, trusted)), Some(head)) = (work.given.trusted(), revisions.head) else {
        return Ok(Said::default());
    };
    let Some(ahead) = &work.history.ahead else { return Ok(Said::default()) };
    let tampered = Tampered::find(repository, (base, head), ahead, policy)?;
    // Most changes edit no file that decides: then there is nothing to compare, and no policy to be read once more.
    let mut said = if tampered.paths.is_empty() {
        Said::default()
    } else {
        let today = work.history.walk.as_of.day();
        loosened::findings(&tampered, settings, &known(work, &tampered)?, today)?
    };
    let sponsor = Sponsor { policy, trusted, landing: work.history.walk.as_of };
    sponsor.carry(&tampered, &mut said.findings)?;
    said.findings.extend(relabels::changed(&tampered)?);
    Ok(said)
}

/// What a comparison of policies has to know of the past.
fn known(work: &Work<'_>, tampered: &Tampered<'_>) -> Result<Known, RepoError> {
    let commits = work.whole.commits.iter();
    let authors = commits.flat_map(|fact| std::iter::once(&fact.author).chain(&fact.co_authors));
    let mut codeowners = false;
    for path in CodeOwners::PATHS {
        codeowners |= tampered.content(tampered.base, path)? != Content::Nothing;
    }
    Ok(Known { authors: Some(authors.map(Identity::address).collect()), codeowners })
}

/// What is said of a change that asks to land although its teams are short: it is, or no more may.
fn excuses(change: &Change, policy: &Policy) -> Vec<Finding> {
    let is_held = |answer: Answer| change.verdicts.iter().any(|verdict| verdict.answer == answer);
    let mut all = Vec::new();
    for rule in &policy.exempt_changes {
        let fitting = change.items.iter().filter(|item| item.excuses().iter().any(|excuse| excuse.rule == rule.id));
        let commits: Vec<ObjectId> = fitting.map(|item| item.commit).collect();
        let Some(uses) = change.uses.get(&rule.id).filter(|_| !commits.is_empty()) else { continue };
        let most = uses.at_most.map(|most| format!(", of at most {most}")).unwrap_or_default();
        let before = match uses.landed {
            0 => "no landing".to_owned(),
            some => figures::counted(some, "landing", "landings"),
        };
        let (id, reason) = (&rule.id, rule.reason.name());
        let message = if uses.is_left() && is_held(Answer::Exempt) {
            format!("lands although a team is short, as {reason} (rule {id}), after {before} of the window{most}")
        } else if !uses.is_left() && is_held(Answer::Short) {
            format!("asks to land as {reason} (rule {id}), but {before} of the window did{most}")
        } else {
            continue;
        };
        let finding = Finding::new(Code::ExemptChange, Level::Warning, message).of_commits(commits);
        all.push(finding.at(rule.at.clone()).help("its work counts all the same; the sponsor may want to look at it"));
    }
    all
}

/// The labels of a pull request none of whose commits takes them over, since each says something of itself.
fn unheard(change: &Change, policy: &Policy) -> Option<Finding> {
    let request = change.request.as_ref()?;
    let counted = || change.items.iter().filter(|item| matches!(item.reading, Reading::Counted(_)));
    let labels: Vec<_> = request.known(policy).map(|said| format!("\"{}\"", said.text.expose())).collect();
    if labels.is_empty() || counted().any(WorkItem::is_by_request) {
        return None;
    }
    let commits: Vec<ObjectId> = counted().map(|item| item.commit).collect();
    let first = commits.first()?.short();
    let (label, counts) = if labels.len() == 1 { ("label", "counts") } else { ("labels", "count") };
    let message = format!(
        "the {label} {} of the pull request {counts} for none of its commits: each has a label already",
        labels.join(", ")
    );
    let finding = Finding::new(Code::RequestNotUsed, Level::Note, message).of_commits(commits);
    Some(finding.help(format!(
        "such a label is for commits that have none; `debtlint explain {first}` with the same options shows a commit's labels"
    )))
}
