//! Workflow commands of GitHub Actions: each becomes an annotation.

use crate::finding::Level;
use crate::report::Report;
use crate::report::sink::Sink;
use crate::report::text;

use super::result;
use super::result::Result;

/// So many annotations of a level are shown for a step; GitHub drops the rest without a word.
const SHOWN: usize = 10;

/// One command a finding, gravest first; what is more than GitHub shows is counted in the last one of its level. Before
/// them a notice that nothing is enforced, where that is so.
pub(super) fn commands(report: &Report) -> String {
    let results = result::results(report);
    let shadow = text::in_shadow(report);
    let mut text = String::new();
    if let Some(says) = &shadow {
        let (level, title) = (name(Level::Note), property("debtlint: shadow mode"));
        text.push_str(&format!("::{level} title={title}::{}\n", data(&Sink::CommandLog.prose(says))));
    }
    for level in [Level::Error, Level::Warning, Level::Note] {
        let of_level: Vec<_> = results.iter().filter(|result| result.finding.level == level).collect();
        let room = if level == Level::Note && shadow.is_some() { SHOWN.saturating_sub(1) } else { SHOWN };
        let shown = if of_level.len() > room { room.saturating_sub(1) } else { of_level.len() };
        for result in of_level.iter().take(shown) {
            text.push_str(&command(result));
        }
        let more = of_level.len().saturating_sub(shown);
        if more > 0 {
            let what = if level == Level::Note { "notes" } else { level.name() };
            let plural = if level == Level::Note { "" } else { "s" };
            text.push_str(&format!("::{} title=debtlint::{more} more {what}{plural} in the summary\n", name(level)));
        }
    }
    text
}

/// The runner takes the newer form, `::name`, before it looks for the older, `##[name]`, anywhere in a line: but only where it
/// knows the name. So nothing of the kind is left inside either.
fn command(result: &Result<'_>) -> String {
    let path = Sink::path_in_command(&result.path_text());
    format!(
        "::{} file={},line={},col={},title={}::{}\n",
        name(result.finding.level),
        property(&path),
        result.line,
        result.column,
        property(&format!("debtlint: {}", result.finding.code)),
        data(&Sink::CommandLog.prose(&result.text())),
    )
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    }
}

/// The text of a command, as the runner unescapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, as the runner unescapes it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
