//! Which labels of pull requests count for the judged commits: what was told of them meets the policy and the history.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use crate::classify::Coming;
use crate::classify::Requests;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::request;
use crate::cli::request::Request;
use crate::cli::request::Service;
use crate::config;
use crate::facts;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::LabelMatch;
use crate::policy::Policy;
use crate::repo::Ahead;
use crate::repo::Repository;
use crate::report;
use crate::report::Said;
use crate::report::figures;

/// The largest file of labels that is read.
const LARGEST: u64 = 64 << 20;

/// What is known of pull requests, how the report tells it, and what is to be said about it.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) requests: Requests,
    pub(super) told: Option<report::Request>,
    pub(super) findings: Vec<Finding>,
}

/// Gathers the labels of landed pull requests from the trusted tree, and those of the change.
pub(super) fn gather(
    repository: &Repository,
    tip: Option<ObjectId>,
    change: Option<(&Ahead, ObjectId)>,
    typed: &Request,
    policy: &Policy,
) -> Result<Asked, Fault> {
    let mut asked = Asked::default();
    if let (Some(tip), Some((path, at))) = (tip, &policy.requests_file) {
        let bytes = repository.read_file(tip, path, LARGEST)?;
        let (known, bad) = config::requests(&bytes.unwrap_or_default());
        asked.requests.landed = landed(&known);
        if !bad.is_empty() {
            let lines = figures::counted(bad.len(), "line", "lines");
            let finding =
                Finding::new(Code::UnmatchedEntry, Level::Warning, format!("{lines} of {path} cannot be read"));
            let first = bad.first().map(|one| format!("line {}, column {}: {}", one.line, one.column, one.reason));
            asked.findings.push(finding.at(at.clone()).help(first.unwrap_or_default()));
        }
    }
    let Some((ahead, head)) = change else {
        asked.findings.extend(without_a_change(typed));
        return Ok(asked);
    };
    let is_read = policy.label_matches().any(|matches| matches!(matches, LabelMatch::PullRequest(_)));
    if let Some(path) = &typed.file {
        let known = from_disk(path)?;
        if is_read {
            asked.requests.landed.extend(queued(ahead, &known));
        }
    }
    let mut told = report::Request::default();
    let said = |text: &str, from: &str| Said { text: Untrusted::new(text), from: Untrusted::new(from) };
    told.title = typed.typed_title.as_ref().map(|title| said(title, "--title"));
    told.labels.extend(typed.typed_labels.iter().map(|label| said(label, "--label")));
    let mut unused = None;
    match &typed.service {
        Some(Service::Request { from, title, labels, heads }) if fits(head, heads, ahead) => {
            told.labels.extend(labels.iter().map(|label| said(label, from)));
            let title = (!title.is_empty()).then(|| said(title, from));
            told.title = told.title.or(title);
        }
        Some(Service::Request { from, .. }) if is_read => {
            unused = Some((
                format!("labels and title of {from} are not used: they belong to another commit than the judged head"),
                "give as --head the commit that the event is about, or the test merge of it".to_owned(),
            ));
        }
        Some(Service::Queue) if is_read && typed.file.is_none() => {
            unused = Some((
                "the event of a merge queue carries no labels of pull requests".to_owned(),
                "give those of the queued ones with --pr-labels FILE".to_owned(),
            ));
        }
        Some(Service::Request { .. } | Service::Queue) | None => {}
    }
    if !is_read {
        // Every event has a title; of it alone nobody expects anything.
        if !told.labels.is_empty() || typed.typed_title.is_some() || typed.file.is_some() {
            let message = "labels and title of the pull request are not used: the policy has no rule for such labels";
            let help = "add `pull-request-labels` to `extends`, or a rule with `pull-request`";
            unused = Some((message.to_owned(), help.to_owned()));
        }
        told = report::Request::default();
    }
    asked
        .findings
        .extend(unused.map(|(message, help)| Finding::new(Code::RequestNotUsed, Level::Note, message).help(help)));
    if !told.is_empty() {
        let text = |said: &Said| said.text.expose().to_owned();
        asked.requests.coming = Some(Coming {
            landings: ahead.commits.iter().map(|fact| fact.landing.commit).collect(),
            title: told.title.as_ref().map(text),
            labels: told.labels.iter().map(text).collect(),
        });
        asked.told = Some(told);
    }
    Ok(asked)
}

/// What was typed about a pull request, where none is judged: an event may be of a schedule.
fn without_a_change(typed: &Request) -> Option<Finding> {
    let message = "labels and title of a pull request are not used: no change is judged, only what has landed";
    let is_typed = !typed.typed_labels.is_empty() || typed.typed_title.is_some() || typed.file.is_some();
    let help = "give --label, --title and --pr-labels where the event is one of a change, or name a --base";
    is_typed.then(|| Finding::new(Code::RequestNotUsed, Level::Note, message).help(help))
}

/// By the commits that landed them. Never by numbers in messages, which anybody can write.
fn landed(known: &[facts::Request]) -> BTreeMap<ObjectId, Vec<String>> {
    let mut all: BTreeMap<ObjectId, Vec<String>> = BTreeMap::new();
    for one in known {
        if let Some(merge) = one.merge {
            all.entry(merge).or_default().extend(texts(&one.labels));
        }
    }
    all
}

/// The labels of what a merge queue has put together, by the numbers that it writes into the messages of the mainline;
/// a pull request that has landed already lends its number to nobody.
fn queued(ahead: &Ahead, known: &[facts::Request]) -> BTreeMap<ObjectId, Vec<String>> {
    let mainline: BTreeSet<ObjectId> = ahead.mainline.iter().copied().collect();
    let waiting = known.iter().filter(|one| one.merge.is_none());
    let waiting: BTreeMap<u64, &facts::Request> = waiting.map(|one| (one.number, one)).collect();
    let mut all = landed(known);
    for fact in ahead.commits.iter().filter(|fact| mainline.contains(&fact.id)) {
        if let Some(request) = number(fact).and_then(|number| waiting.get(&number)) {
            all.insert(fact.id, texts(&request.labels).collect());
        }
    }
    all
}

fn texts(labels: &[Untrusted]) -> impl Iterator<Item = String> {
    labels.iter().map(|label| label.expose().to_owned())
}

/// The number of the pull request that a host writes into the message of what lands it.
fn number(fact: &CommitFact) -> Option<u64> {
    let subject = fact.message.subject.expose();
    let merged = || subject.strip_prefix("Merge pull request #")?.split_once(' ').map(|(number, _)| number);
    let squashed = || subject.strip_suffix(')')?.rsplit_once(" (#").map(|(_, number)| number);
    let of_gitlab = || {
        let body = fact.message.body.expose();
        let line = body.lines().find_map(|line| line.strip_prefix("See merge request "))?;
        line.rsplit_once('!').map(|(_, number)| number.trim_end())
    };
    let found = if fact.is_merge() { merged().or_else(of_gitlab) } else { squashed() };
    found?.parse().ok()
}

/// Whether the judged head is one of those commits, or a test merge of one.
fn fits(head: ObjectId, heads: &[ObjectId], ahead: &Ahead) -> bool {
    let fact = ahead.commits.iter().find(|fact| fact.id == head && fact.is_merge());
    let parents = fact.map(|fact| fact.parents.as_slice()).unwrap_or_default();
    heads.iter().any(|one| *one == head || parents.contains(one))
}

/// The labels in a file that was named: all of it must be readable.
pub(super) fn from_disk(path: &Path) -> Result<Vec<facts::Request>, CliError> {
    let unreadable = |reason: String| CliError::LabelsUnreadable { path: path.to_owned(), reason };
    let (found, bad) = config::requests(&request::read(path, LARGEST).map_err(unreadable)?);
    match bad.first() {
        Some(bad) => Err(unreadable(format!("line {}, column {}: {}", bad.line, bad.column, bad.reason))),
        None => Ok(found),
    }
}
