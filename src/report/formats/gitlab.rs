//! GitLab's Code Quality report.

use serde::Serialize;

use crate::finding::Level;
use crate::report::Report;

use super::result;

/// One entry of the report.
#[derive(Debug, Serialize)]
pub(super) struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
}

/// Every finding, gravest first.
pub(super) fn issues(report: &Report) -> Vec<Issue> {
    let issue = |result: result::Result<'_>| Issue {
        description: result.text_alone(),
        check_name: result.finding.code.name(),
        severity: match result.finding.level {
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        location: Place { path: result.path_text(), lines: Lines { begin: result.line } },
        fingerprint: result.fingerprint,
    };
    result::results(report).into_iter().map(issue).collect()
}
