//! SARIF 2.1.0, as GitHub's code scanning and GitLab read it.
//!
//! Only what these two use: the OASIS specification, sections 3.13 (log), 3.14 (run), 3.27 (result), 3.49 (rule).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::Code;
use crate::finding::Level;
use crate::report::Report;
use crate::report::pages;
use crate::report::sink::Sink;
use crate::report::text;

use super::result;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitLab takes no longer message.
const LONGEST: usize = 1_000;
/// GitHub refuses a run with more results, and shows the gravest 5,000 of them:
/// <https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit>.
const MOST: usize = 25_000;

/// The document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    automation_details: Automation,
    column_kind: &'static str,
    results: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    invocations: Vec<Invocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<OfRun>,
}

/// What is said of the run itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: [Notification; 1],
}

#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

/// Where the policy is only tried out.
#[derive(Debug, Serialize)]
struct OfRun {
    shadow: String,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: String,
    short_description: Text,
    full_description: Text,
    help: Help,
}

#[derive(Debug, Serialize)]
struct Text {
    text: String,
}

#[derive(Debug, Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Debug, Serialize)]
struct Automation {
    id: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

#[derive(Debug, Serialize)]
struct Properties {
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commits: Vec<String>,
}

/// One run with every finding, gravest first.
pub(super) fn log(report: &Report) -> Log {
    // Only the rules that found something: a run's rules are listed by their results.
    let mut codes: Vec<Code> = report.findings.iter().map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    let results: Vec<Row> = result::results(report).iter().take(MOST).map(|result| row(result, &codes)).collect();
    let left_out = report.findings.len().saturating_sub(results.len());
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "debtlint",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: codes.iter().map(|code| rule(*code)).collect(),
                },
            },
            automation_details: Automation { id: "debtlint/" },
            column_kind: "unicodeCodePoints",
            results,
            invocations: (left_out > 0).then(|| cut_short(left_out)).into_iter().collect(),
            properties: text::in_shadow(report).map(|shadow| OfRun { shadow }),
        }],
    }
}

/// That not all findings are there.
fn cut_short(left_out: usize) -> Invocation {
    let noun = if left_out == 1 { "finding is" } else { "findings are" };
    let text = format!("{left_out} more {noun} left out: GitHub takes {MOST} results of a run, here the gravest");
    let notification = Notification { level: "warning", message: Text { text } };
    Invocation { execution_successful: true, tool_execution_notifications: [notification] }
}

fn row(result: &result::Result<'_>, codes: &[Code]) -> Row {
    let finding = result.finding;
    let commits: Vec<_> = finding.commits.iter().map(ToString::to_string).collect();
    let properties = Properties { team: finding.team.clone(), commits };
    let has_any = properties.team.is_some() || !properties.commits.is_empty();
    Row {
        rule_id: finding.code.name(),
        rule_index: codes.iter().position(|code| *code == finding.code).unwrap_or_default(),
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        message: Text { text: cut(&Sink::Terminal.prose(&result.text_alone())) },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: result.uri() },
                region: Region { start_line: result.line, start_column: result.column },
            },
        }],
        partial_fingerprints: BTreeMap::from([("debtlint/v1", result.fingerprint.clone())]),
        properties: has_any.then_some(properties),
    }
}

fn rule(code: Code) -> Rule {
    let page = pages::page(code);
    let meaning = section(page, "What it means");
    let first = meaning.split_inclusive(". ").next().unwrap_or(&meaning).trim().to_owned();
    Rule {
        id: code.name(),
        name: pascal(code.name()),
        short_description: Text { text: first },
        full_description: Text { text: meaning },
        help: Help { text: section(page, "How to fix it"), markdown: page.to_owned() },
    }
}

/// The text of a page's section, in one line, without its examples.
fn section(page: &str, title: &str) -> String {
    let begin = format!("## {title}");
    let lines = page.lines().skip_while(|line| *line != begin).skip(1).take_while(|line| !line.starts_with("## "));
    let mut in_code = false;
    let mut text = String::new();
    for line in lines {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && !line.trim().is_empty() {
            text.push_str(line.trim());
            text.push(' ');
        }
    }
    text.trim_end().replace('`', "")
}

/// `allocation-short` becomes `AllocationShort`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_as_long_as_it_may_be() {
        let whole = "ä".repeat(LONGEST);
        assert_eq!(cut(&whole), whole);
        assert_eq!(cut(&(whole.clone() + "x")), whole + "…");
    }
}
