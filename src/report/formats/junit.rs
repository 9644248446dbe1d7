//! JUnit's XML: what a build service shows among its tests.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;

use quick_junit::NonSuccessKind;
use quick_junit::TestCase;
use quick_junit::TestCaseStatus;
use quick_junit::TestSuite;

use crate::finding::Level;
use crate::report::Report;
use crate::report::sink::Sink;
use crate::report::text;
use crate::verdict::Answer;
use crate::verdict::Standing;

use super::result;
use super::result::Result;

/// The rule that every judged team has a case of, whatever was found.
const ALLOCATION: &str = "allocation-short";
/// The class of what concerns no team.
const REPOSITORY: &str = "repository";

/// One suite; a case a team and rule, which fails on an error, and is skipped where a team was not judged or only shadow mode
/// keeps it from failing.
pub(super) fn write(report: &Report, sink: Sink, out: &mut dyn Write) -> io::Result<()> {
    let mut cases: BTreeMap<(String, &'static str), Vec<Result<'_>>> = BTreeMap::new();
    for verdict in &report.verdicts {
        let name = report.policy.team(verdict.team).map_or_else(String::new, |team| team.name.clone());
        cases.insert((name, ALLOCATION), Vec::new());
    }
    for result in result::results(report) {
        let team = result.finding.team.clone().unwrap_or_else(|| REPOSITORY.to_owned());
        cases.entry((team, result.finding.code.name())).or_default().push(result);
    }
    let mut suite = TestSuite::new("debtlint");
    for ((team, rule), results) in &cases {
        suite.add_test_case(case(team, rule, results, report, sink));
    }
    if let Some(says) = text::in_shadow(report) {
        suite.add_property(("shadow", says.as_str()));
        suite.set_system_out(says);
    }
    let mut document = quick_junit::Report::new(format!("debtlint {}", sink.line(&report.subject.repository)));
    document.add_test_suite(suite);
    let text = document.to_string().map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn case(team: &str, rule: &str, results: &[Result<'_>], report: &Report, sink: Sink) -> TestCase {
    let said: Vec<_> = results.iter().map(|result| told(result, sink)).collect();
    let grave = results.iter().find(|result| result.finding.level == Level::Error);
    let skipped = (rule == ALLOCATION).then(|| unjudged(team, report)).flatten();
    let spared = results.iter().find_map(|result| result.spared.as_deref());
    let status = match (grave, spared.or(skipped)) {
        (Some(result), _) => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed.set_message(sink.word(result.finding.message.expose()));
            failed.set_type(rule);
            failed.set_description(said.join("\n"));
            failed
        }
        (None, Some(why)) => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(why);
            skipped
        }
        (None, None) => TestCaseStatus::success(),
    };
    let is_silent = grave.is_some() || said.is_empty();
    let mut case = TestCase::new(rule, status);
    case.set_classname(sink.word(team));
    if !is_silent {
        case.set_system_out(said.join("\n"));
    }
    case
}

/// Why a team's allocation was not judged, or not enforced. Of a base it is only told how it stands: with a change the answer
/// to that decides.
fn unjudged(team: &str, report: &Report) -> Option<&'static str> {
    let id = report.policy.team_named(team)?;
    if let Some(change) = &report.change {
        let answer = change.verdicts.iter().find(|verdict| verdict.team == id)?.answer;
        return matches!(answer, Answer::NotConcerned | Answer::NotEnoughWork | Answer::Waived).then(|| answer.name());
    }
    let standing = report.verdicts.iter().find(|verdict| verdict.team == id)?.standing;
    matches!(standing, Standing::NotEnoughWork | Standing::Waived).then(|| standing.name())
}

fn told(result: &Result<'_>, sink: Sink) -> String {
    let path = sink.word(&result.path_text());
    let text = sink.prose(&result.text());
    format!("{}:{}:{}: {}: {text}", path, result.line, result.column, result.finding.level.name())
}
