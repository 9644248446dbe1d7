//! What a run of a build service is about: the ends of a change, or a revision with all of its window.
//!
//! The environment and the service's payload go in, full ids come out; nothing is asked of a name that could mean two
//! things. A service that builds the merge of both ends is believed only as far as the merge itself says the same.

#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Deserialize;

use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::request;
use crate::cli::settings::Settings;
use crate::facts::ObjectId;
use crate::repo::Repository;

/// How an environment is asked.
type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ends {
    /// A change.
    Change {
        /// What it is to be merged into.
        base: ObjectId,
        /// What is to be merged.
        head: ObjectId,
        /// What the service may have built of both.
        merge: Option<ObjectId>,
    },
    /// No change: a revision, and the window that ends there.
    Window(ObjectId),
}

/// What a build service says that its run is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// What is judged.
    pub(super) ends: Ends,
    /// The reference that the change is for, or that was pushed.
    pub(super) branch: Option<String>,
}

impl Event {
    /// Asks the environment, and the file that it names.
    ///
    /// # Errors
    /// There is no service that is known; its event is not to be judged, cannot be read, or leaves an end open.
    pub(super) fn ask(variable: Variable<'_>) -> Result<Self, CliError> {
        if let Some(name) = variable("GITHUB_EVENT_NAME") {
            return github(&name, variable);
        }
        if variable("GITLAB_CI").is_some() {
            return gitlab(variable);
        }
        Err(unclear("this runs neither in GitHub Actions (GITHUB_EVENT_NAME) nor in GitLab CI (GITLAB_CI)"))
    }

    /// Refuses a base branch that is not the expected one: somebody may have retargeted the pull request.
    ///
    /// # Errors
    /// It is another, or none.
    pub(super) fn expect_base(&self, expected: &str) -> Result<(), CliError> {
        let full = |name: &str| {
            if name.starts_with("refs/") { name.to_owned() } else { format!("refs/heads/{name}") }
        };
        match &self.branch {
            Some(found) if full(found) == full(expected) => Ok(()),
            found => Err(CliError::OtherBase {
                found: found.clone().unwrap_or_else(|| "none".to_owned()),
                expected: expected.to_owned(),
            }),
        }
    }
}

fn unclear(reason: impl Into<String>) -> CliError {
    CliError::EventUnclear { reason: reason.into() }
}

fn github(name: &str, variable: Variable<'_>) -> Result<Event, CliError> {
    let payload = || {
        let path = variable("GITHUB_EVENT_PATH").ok_or_else(|| unclear("GITHUB_EVENT_PATH is not set"))?;
        read(Path::new(&path))
    };
    let built = |sha: Option<String>| sha.map(|sha| id("GITHUB_SHA", &sha)).transpose();
    match name {
        "pull_request" => {
            let Payload { pull_request, .. } = payload()?;
            let PullRequest { base, head } = pull_request.ok_or_else(|| unclear("it has no `pull_request`"))?;
            let ends = Ends::Change {
                base: id("pull_request.base.sha", &base.sha)?,
                head: id("pull_request.head.sha", &head.sha)?,
                merge: built(variable("GITHUB_SHA"))?,
            };
            Ok(Event { ends, branch: Some(base.name) })
        }
        "merge_group" => {
            let group = payload()?.merge_group.ok_or_else(|| unclear("it has no `merge_group`"))?;
            let base = id("merge_group.base_sha", &group.base_sha)?;
            let head = id("merge_group.head_sha", &group.head_sha)?;
            Ok(Event { ends: Ends::Change { base, head, merge: None }, branch: Some(group.base_ref) })
        }
        "push" => {
            let Payload { before, after, reference, .. } = payload()?;
            let [before, after] =
                [(before, "before"), (after, "after")].map(|(id, name)| id.ok_or_else(|| unclear(no(name))));
            Ok(Event { ends: pushed("before", &before?, "after", &after?)?, branch: reference })
        }
        "schedule" | "workflow_dispatch" => {
            let of = built(variable("GITHUB_SHA"))?.ok_or_else(|| unclear(no("GITHUB_SHA")))?;
            Ok(Event { ends: Ends::Window(of), branch: variable("GITHUB_REF") })
        }
        "pull_request_target" => Err(CliError::EventRefused),
        other => Err(unclear(format!("there is no support for the event `{other}`"))),
    }
}

fn gitlab(variable: Variable<'_>) -> Result<Event, CliError> {
    let commit = variable("CI_COMMIT_SHA").ok_or_else(|| unclear(no("CI_COMMIT_SHA")))?;
    if let Some(base) = variable("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
        let commit = id("CI_COMMIT_SHA", &commit)?;
        // Set where the pipeline runs on the merge of both, and on nothing else.
        let source = variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA");
        let source = source.map(|sha| id("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", &sha)).transpose()?;
        let ends = Ends::Change {
            base: id("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)?,
            head: source.unwrap_or(commit),
            merge: source.map(|_source| commit),
        };
        return Ok(Event { ends, branch: variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") });
    }
    if variable("CI_PIPELINE_SOURCE").as_deref() == Some("merge_request_event") {
        return Err(unclear(no("CI_MERGE_REQUEST_DIFF_BASE_SHA")));
    }
    let tag = || variable("CI_COMMIT_TAG").map(|tag| format!("refs/tags/{tag}"));
    let branch = variable("CI_COMMIT_BRANCH").or_else(tag);
    let before = variable("CI_COMMIT_BEFORE_SHA");
    let ends = match before.filter(|_| variable("CI_PIPELINE_SOURCE").as_deref() == Some("push")) {
        Some(before) => pushed("CI_COMMIT_BEFORE_SHA", &before, "CI_COMMIT_SHA", &commit)?,
        None => Ends::Window(id("CI_COMMIT_SHA", &commit)?),
    };
    Ok(Event { ends, branch })
}

/// What a push brings on top of what was there; all of a branch that was not there.
fn pushed(old_name: &str, old: &str, new_name: &str, new: &str) -> Result<Ends, CliError> {
    let is_none = |sha: &str| sha.parse() == Ok(ObjectId::NULL);
    if is_none(new) {
        return Err(unclear("the push deletes its branch: nothing is left to judge"));
    }
    let head = id(new_name, new)?;
    if is_none(old) {
        return Ok(Ends::Window(head));
    }
    Ok(Ends::Change { base: id(old_name, old)?, head, merge: None })
}

fn id(name: &str, text: &str) -> Result<ObjectId, CliError> {
    text.parse().map_err(|_no_id| unclear(format!("`{name}` is not a full commit id")))
}

fn no(name: &str) -> String {
    format!("it has no `{name}`")
}

fn read(path: &Path) -> Result<Payload, CliError> {
    let reason = |reason: String| unclear(format!("{}: {reason}", path.display()));
    let bytes = request::read(path, request::LARGEST).map_err(reason)?;
    serde_json::from_slice(&bytes).map_err(|error| reason(error.to_string()))
}

/// With the service's merge instead of both ends, where it is one: its first parent is the base as it was when the merge
/// was built, and what others have landed since the payload was written is then not the change's.
pub(super) fn settle(settings: &Settings, repository: &Repository) -> Result<Settings, Fault> {
    let mut settled = settings.clone();
    let (Some(merge), Some(head)) = (settings.merge, &settings.head) else { return Ok(settled) };
    match repository.parents(merge) {
        Ok(parents) => {
            if let [base, second] = parents.as_slice()
                && second.to_string() == *head
            {
                settled.revision = base.to_string();
                settled.head = Some(merge.to_string());
            }
        }
        // Whoever checked out something else has not fetched it; both ends are still known.
        Err(error) if error.lacks(merge) => {}
        Err(error) => return Err(Fault::from(error)),
    }
    Ok(settled)
}

/// What to write into a workflow of GitHub's where history or files were not fetched, by the code of the error.
pub(super) fn checkout_lines(code: &str) -> Option<&'static str> {
    const DEPTH: &str = concat!(
        "  in the workflow, at the step with `uses: actions/checkout`:
",
        "        with:
",
        "          fetch-depth: 0
"
    );
    const WHOLE: &str = concat!(
        "  in the workflow, at the step with `uses: actions/checkout`, and without `filter:` and `sparse-checkout:`:
",
        "        with:
",
        "          fetch-depth: 0
"
    );
    match code {
        "repository-shallow" | "repository-commit-not-fetched" => Some(DEPTH),
        "repository-partial-clone" | "repository-partial-clone-files" => Some(WHOLE),
        _ => None,
    }
}

/// What is needed of an event; it holds far more.
#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct Payload {
    pull_request: Option<PullRequest>,
    merge_group: Option<MergeGroup>,
    before: Option<String>,
    after: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct PullRequest {
    base: End,
    head: End,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct End {
    #[serde(rename = "ref")]
    name: String,
    sha: String,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct MergeGroup {
    base_sha: String,
    base_ref: String,
    head_sha: String,
}
