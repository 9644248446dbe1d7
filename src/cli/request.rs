//! The pull request of a change: what was typed of it, and what the build service tells.
//!
//! Labels can be set by people who may not push, and a title changes after a check has run. So nothing of either is read
//! unless the policy has rules for labels of pull requests, and every report says where each came from.

use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::cli::error::CliError;
use crate::facts::ObjectId;

/// The largest event that is read: hosts send 25 MB at most.
pub(super) const LARGEST: u64 = 32 << 20;

/// What was told of the pull request that is judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// Labels that were typed.
    pub(super) typed_labels: Vec<String>,
    /// A title that was typed.
    pub(super) typed_title: Option<String>,
    /// A file with labels of further pull requests.
    pub(super) file: Option<PathBuf>,
    /// What the build service tells.
    pub(super) service: Option<Service>,
    /// Whether it was not to be asked.
    pub(super) is_service_refused: bool,
}

/// What a build service tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Service {
    /// The pull request that a run is about.
    Request {
        /// Where it says so.
        from: String,
        /// The title.
        title: String,
        /// The labels.
        labels: Vec<String>,
        /// The commits that it may be judged as.
        heads: Vec<ObjectId>,
    },
    /// A group in a merge queue: its event has no labels.
    Queue,
}

impl Service {
    /// Asks the environment.
    ///
    /// # Errors
    /// The event is there and cannot be read.
    pub(super) fn ask(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, CliError> {
        let event = variable("GITHUB_EVENT_NAME").unwrap_or_default();
        if event == "merge_group" {
            return Ok(Some(Self::Queue));
        }
        if event.starts_with("pull_request") {
            return variable("GITHUB_EVENT_PATH").map(|path| github(Path::new(&path))).transpose();
        }
        let (title, labels) = (variable("CI_MERGE_REQUEST_TITLE"), variable("CI_MERGE_REQUEST_LABELS"));
        if title.is_none() && labels.is_none() {
            return Ok(None);
        }
        let labels = labels.unwrap_or_default();
        let labels = labels.split(',').map(str::trim).filter(|label| !label.is_empty()).map(str::to_owned).collect();
        let number = variable("CI_MERGE_REQUEST_IID").map(|number| format!(" (!{number})")).unwrap_or_default();
        let heads = ["CI_COMMIT_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"];
        let heads = heads.into_iter().filter_map(variable).filter_map(|id| id.parse().ok()).collect();
        let from = format!("CI_MERGE_REQUEST_LABELS and _TITLE{number}");
        Ok(Some(Self::Request { from, title: title.unwrap_or_default(), labels, heads }))
    }
}

fn github(path: &Path) -> Result<Service, CliError> {
    let unreadable = |reason: String| CliError::EventUnreadable { path: path.to_owned(), reason };
    let bytes = read(path, LARGEST).map_err(unreadable)?;
    let event: Event = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
    let Event { pull_request } = event;
    Ok(Service::Request {
        from: format!("GITHUB_EVENT_PATH (#{})", pull_request.number),
        title: pull_request.title,
        labels: pull_request.labels.into_iter().map(|label| label.name).collect(),
        heads: vec![
            pull_request
                .head
                .sha
                .parse()
                .map_err(|_no_id| unreadable("`pull_request.head.sha` is no commit id".to_owned()))?,
        ],
    })
}

/// The bytes of a file that somebody named, unless it is larger than any of its sort.
pub(super) fn read(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if size.is_file() && size.len() > largest {
        return Err("it is far too large".to_owned());
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

/// What is needed of an event; it holds far more.
#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct Event {
    pull_request: PullRequest,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct PullRequest {
    number: u64,
    title: String,
    labels: Vec<Label>,
    head: Head,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct Label {
    name: String,
}

#[derive(Deserialize)]
#[serde(expecting = "a JSON object")]
struct Head {
    sha: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(variables: &[(&str, &str)]) -> Result<Option<Service>, CliError> {
        Service::ask(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn services() {
        assert_eq!(ask(&[]).unwrap(), None);
        assert_eq!(ask(&[("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", "/nowhere")]).unwrap(), None);
        assert_eq!(ask(&[("GITHUB_EVENT_NAME", "merge_group")]).unwrap(), Some(Service::Queue));
        let gitlab =
            ask(&[("CI_MERGE_REQUEST_LABELS", "debt, ui,"), ("CI_COMMIT_SHA", ID), ("CI_MERGE_REQUEST_IID", "7")]);
        let Some(Service::Request { from, title, labels, heads }) = gitlab.unwrap() else { panic!() };
        assert_eq!((from.as_str(), title.as_str()), ("CI_MERGE_REQUEST_LABELS and _TITLE (!7)", ""));
        assert_eq!((labels, heads), (vec!["debt".to_owned(), "ui".to_owned()], vec![ID.parse().unwrap()]));
    }

    #[test]
    fn events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.json");
        let event = |text: &str| {
            std::fs::write(&path, text).unwrap();
            ask(&[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_EVENT_PATH", path.to_str().unwrap())])
        };
        let good = format!(
            r#"{{"action":"labeled","pull_request":{{"number":3,"title":"t","labels":[{{"name":"debt","id":1}}],"head":{{"sha":"{ID}"}}}}}}"#
        );
        let Some(Service::Request { from, labels, .. }) = event(&good).unwrap() else { panic!() };
        assert_eq!((from.as_str(), labels), ("GITHUB_EVENT_PATH (#3)", vec!["debt".to_owned()]));
        for (text, said) in [
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("{}", "missing field `pull_request` at line 1 column 2"),
            ("1", "invalid type: integer `1`, expected a JSON object at line 1"),
            (&good.replace("[{", "{").replace("}],", "},"), "expected a sequence at line 1 column"),
            (&good.replace(ID, "main"), "`pull_request.head.sha` is no commit id"),
        ] {
            let told = event(text).unwrap_err().to_string();
            assert!(told.contains(said), "{told}");
        }
        let gone = ask(&[("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_EVENT_PATH", "/nowhere/x")]);
        assert!(gone.unwrap_err().to_string().contains("/nowhere/x"));
    }
}
