//! Which labels of pull requests count for the judged commits: what was told of them meets the policy and the history.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

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
pub(super) struct PullRequests {
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
) -> Result<PullRequests, Fault> {
    let mut gathered = PullRequests::default();
    if let (Some(tip), Some((path, at))) = (tip, &policy.requests_file) {
        let bytes = repository.read_file(tip, path, LARGEST)?;
        let (known, bad) = config::requests(&bytes.unwrap_or_default());
        gathered.requests.landed = landed(&known);
        if let Some(first) = bad.first() {
            let lines = figures::counted(bad.len(), "line", "lines");
            let finding =
                Finding::new(Code::UnmatchedEntry, Level::Warning, format!("{lines} of {path} cannot be read"));
            let help = format!("line {}, column {}: {}", first.line, first.column, first.reason);
            gathered.findings.push(finding.at(at.clone()).help(help));
        }
    }
    let Some((ahead, head)) = change else {
        gathered.findings.extend(without_a_change(typed));
        return Ok(gathered);
    };
    let is_read = policy.label_matches().any(|matches| matches!(matches, LabelMatch::PullRequest(_)));
    if let Some(path) = &typed.file {
        let known = from_disk(path)?;
        if is_read {
            gathered.requests.landed.extend(queued(ahead, &known));
        }
    }
    let (told, unused) = told(typed, ahead, head);
    if !is_read {
        // Every event has a title; of it alone nobody expects anything.
        let is_expected = !told.labels.is_empty() || typed.typed_title.is_some() || typed.file.is_some();
        gathered.findings.extend(is_expected.then(|| {
            let message = "labels and title of the pull request are not used: the policy has no rule for such labels";
            not_used(message).help("add `pull-request-labels` to `extends`, or a rule with `pull-request`")
        }));
        return Ok(gathered);
    }
    gathered.findings.extend(unused);
    if !told.is_empty() {
        let text = |said: &Said| said.text.expose().to_owned();
        gathered.requests.coming = Some(Coming {
            landings: ahead.commits.iter().map(|fact| fact.landing.commit).collect(),
            title: told.title.as_ref().map(text),
            labels: told.labels.iter().map(text).collect(),
        });
        gathered.told = Some(told);
    }
    Ok(gathered)
}

/// What was typed of the change's pull request, and what the build service tells where that is about the judged head; or why
/// what it tells is not used.
fn told(typed: &Request, ahead: &Ahead, head: ObjectId) -> (report::Request, Option<Finding>) {
    let said = |text: &str, from: &str| Said { text: Untrusted::new(text), from: Untrusted::new(from) };
    let mut told = report::Request {
        title: typed.typed_title.as_ref().map(|title| said(title, "--title")),
        labels: typed.typed_labels.iter().map(|label| said(label, "--label")).collect(),
    };
    let unused = match &typed.service {
        Some(Service::Request { from, title, labels, heads }) if fits(head, heads, ahead) => {
            told.labels.extend(labels.iter().map(|label| said(label, from)));
            let title = (!title.is_empty()).then(|| said(title, from));
            told.title = told.title.or(title);
            None
        }
        Some(Service::Request { from, .. }) => Some(
            not_used(format!(
                "labels and title of {from} are not used: they belong to another commit than the judged head"
            ))
            .help("give as --head the commit that the event is about, or the test merge of it"),
        ),
        Some(Service::Queue) if typed.file.is_none() => Some(
            not_used("the event of a merge queue carries no labels of pull requests")
                .help("give those of the queued ones with --pr-labels FILE"),
        ),
        Some(Service::Queue) | None => None,
    };
    (told, unused)
}

fn not_used(message: impl Into<Arc<str>>) -> Finding {
    Finding::new(Code::RequestNotUsed, Level::Note, message)
}

/// What was typed about a pull request, where none is judged: an event may be of a schedule.
fn without_a_change(typed: &Request) -> Option<Finding> {
    let message = "labels and title of a pull request are not used: no change is judged, only what has landed";
    let is_typed = !typed.typed_labels.is_empty() || typed.typed_title.is_some() || typed.file.is_some();
    let help = "give --label, --title and --pr-labels where the event is one of a change, or name a --base";
    is_typed.then(|| not_used(message).help(help))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::commit;
    use crate::classify::sample::id;

    /// A number in a message is the host's word on the queue's own commits alone, and of what waits there.
    #[test]
    fn numbers_count_on_the_mainline_of_a_queue_for_what_waits_in_it() {
        let commits = [(1, "feat: a (#7)"), (2, "feat: b (#8)"), (3, "feat: c (#9)")];
        let ahead = Ahead {
            mainline: vec![id(1), id(3)],
            commits: commits.map(|(number, subject)| commit(number).says(subject).fact).to_vec(),
            forks: Vec::new(),
        };
        let request = |number, merge| facts::Request {
            number,
            merge,
            title: Untrusted::default(),
            labels: vec![Untrusted::new(format!("of {number}"))],
        };
        let known = [request(7, None), request(8, None), request(9, Some(id(50)))];
        let found: Vec<_> = queued(&ahead, &known).into_iter().collect();
        assert_eq!(found, [(id(1), vec!["of 7".to_owned()]), (id(50), vec!["of 9".to_owned()])]);
    }
}
