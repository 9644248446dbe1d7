//! The report for other programs: build services, code hosts, editors, spreadsheets.
//!
//! docs/formats.md tells what each holds, and how stable it is. Every one is made from the same [`Report`], and every text
//! from a repository passes through [`crate::report::sink`] on its way.

mod azure;
mod badge;
mod csv;
mod github;
mod gitlab;
mod html;
mod junit;
mod markdown;
mod ndjson;
mod rdjson;
mod result;
mod sarif;

use std::io;
use std::io::Write;

use crate::report::Report;
use crate::report::document;
use crate::report::json;
use crate::report::json::Items;
use crate::report::text;
use crate::report::text::View;

/// A way to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people, on a terminal.
    Text,
    /// One JSON document, `debtlint.report/1`.
    Json,
    /// One JSON document a line and commit, `debtlint.item/1`.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions, which become annotations.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// JUnit's XML, one case a team and rule.
    Junit,
    /// Logging commands of Azure Pipelines.
    Azure,
    /// Reviewdog's diagnostic format.
    Rdjson,
    /// Markdown, for a job's summary or a comment.
    Markdown,
    /// One HTML file that needs nothing else.
    Html,
    /// One row a team, for spreadsheets.
    Csv,
    /// What the badge of Shields asks an endpoint for.
    Badge,
}

impl Format {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::Text,
        Self::Json,
        Self::Ndjson,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Junit,
        Self::Azure,
        Self::Rdjson,
        Self::Markdown,
        Self::Html,
        Self::Csv,
        Self::Badge,
    ];

    /// The format as it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Junit => "junit",
            Self::Azure => "azure",
            Self::Rdjson => "rdjson",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Badge => "badge",
        }
    }

    /// What it is for, in a line.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Text => "for people, on a terminal",
            Self::Json => "one document; `debtlint schema report` describes it",
            Self::Ndjson => "every commit of the window, a JSON document a line",
            Self::Sarif => "SARIF 2.1.0, for code scanning",
            Self::Github => "annotations in GitHub Actions, 10 a level at most",
            Self::Gitlab => "a Code Quality report for GitLab",
            Self::Junit => "JUnit XML, one case a team and rule",
            Self::Azure => "issues in the log of Azure Pipelines",
            Self::Rdjson => "diagnostics for reviewdog",
            Self::Markdown => "for a job's summary or a comment",
            Self::Html => "one file to look at, which needs nothing else",
            Self::Csv => "one row a team",
            Self::Badge => "for a badge of Shields",
        }
    }
}

/// Writes the report in one format. Only text and JSON look at `items`, only text at the width of `view`.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(report: &Report, format: Format, items: Items, view: View, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => out.write_all(text::render(report, items, view).as_bytes()),
        Format::Json => json::write(report, items, out),
        Format::Ndjson => ndjson::write(report, out),
        Format::Sarif => document::write(&sarif::log(report), out),
        Format::Github => out.write_all(github::commands(report).as_bytes()),
        Format::Gitlab => document::write(&gitlab::issues(report), out),
        Format::Junit => junit::write(report, view.sink, out),
        Format::Azure => out.write_all(azure::commands(report).as_bytes()),
        Format::Rdjson => document::write(&rdjson::result(report), out),
        Format::Markdown => out.write_all(markdown::summary(report).as_bytes()),
        Format::Html => html::write(report, view.sink, out),
        Format::Csv => csv::write(report, view.sink, out),
        Format::Badge => document::write(&badge::endpoint(report), out),
    }
}
