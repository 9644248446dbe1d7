//! Reviewdog's diagnostic format.

use serde::Serialize;

use crate::finding::Level;
use crate::report::Report;

use super::result;

/// The document.
#[derive(Debug, Serialize)]
pub(super) struct DiagnosticResult {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Debug, Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Debug, Serialize)]
struct Range {
    start: Position,
}

#[derive(Debug, Serialize)]
struct Position {
    line: u32,
    /// In bytes of UTF-8, as `proto/rdf/reviewdog.proto` has it.
    column: u32,
}

#[derive(Debug, Serialize)]
struct Code {
    value: &'static str,
}

/// Every finding, gravest first.
pub(super) fn result(report: &Report) -> DiagnosticResult {
    let diagnostic = |result: result::Result<'_>| Diagnostic {
        message: result.text_alone(),
        location: Location {
            path: result.path_text(),
            range: Range { start: Position { line: result.line, column: result.byte_column } },
        },
        severity: match result.finding.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        code: Code { value: result.finding.code.name() },
    };
    DiagnosticResult {
        source: Source { name: "debtlint" },
        diagnostics: result::results(report).into_iter().map(diagnostic).collect(),
    }
}
