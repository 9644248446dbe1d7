//! Logging commands of Azure Pipelines: each becomes an issue of the run.

use crate::finding::Level;
use crate::report::Report;
use crate::report::sink::Sink;
use crate::report::text;

use super::result;

/// One command a finding, gravest first. Azure knows errors and warnings: notes are in the text only. Where something is a
/// warning because nothing is enforced, that is said before.
pub(super) fn commands(report: &Report) -> String {
    let mut text = String::new();
    let would_fail = report.shadow.is_some_and(|shadow| shadow.failing > 0);
    if let Some(says) = text::in_shadow(report).filter(|_| would_fail) {
        let says = escaped(&Sink::CommandLog.prose(&says));
        text.push_str(&format!("##vso[task.logissue type=warning]{says}\n"));
    }
    for result in result::results(report) {
        let level = match result.finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => continue,
        };
        text.push_str(&format!(
            "##vso[task.logissue type={level};sourcepath={};linenumber={};columnnumber={};code={}]{}\n",
            escaped(&Sink::path_in_command(&result.path_text())),
            result.line,
            result.column,
            result.finding.code,
            escaped(&Sink::CommandLog.prose(&result.text())),
        ));
    }
    text
}

/// Text of a command, as the agent unescapes it.
fn escaped(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A").replace(']', "%5D").replace(';', "%3B")
}
