//! What was found in the configuration of build services, each with its line.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use miette::LabeledSpan;
use miette::MietteDiagnostic;
use miette::Severity;

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::report::doctor::Doctor;
use crate::report::figures;

use super::View;
use super::diagnostic::quoted;
use super::problems::in_brief;
use super::style;

/// So many files are named; of more, those that run the gate.
const MOST_FILES: usize = 5;

/// All of it, and what it comes to.
#[must_use]
pub fn doctor(found: &Doctor, view: View) -> String {
    let where_ = match &found.revision {
        Some(revision) => format!("{} of ", view.sink.word(revision.expose())),
        None => "the working tree of ".to_owned(),
    };
    let mut text = style::paint(style::BOLD, "debtlint doctor");
    text.push_str(&format!(": {where_}{}\n", view.sink.word(found.repository.expose())));
    text.push_str(&view.wrapped(&format!("looked at {}", files(found, view)), "  "));
    text.push('\n');
    let texts = found.texts.iter().map(|(name, text)| (&**name, &**text)).collect();
    for finding in &found.findings {
        text.push('\n');
        text.push_str(&told(finding, &texts, view));
    }
    text.push('\n');
    text.push_str(&sentence(found));
    text
}

/// The files, if they are few, or how many; and which of them run the gate.
fn files(found: &Doctor, view: View) -> String {
    let gates: BTreeSet<&String> = found.gates.iter().collect();
    let runs = |name: &String| if gates.contains(name) { " (runs the gate)" } else { "" };
    let all = || found.files.iter().map(|name| format!("{}{}", view.sink.word(name), runs(name)));
    match found.files.len() {
        0 => "nothing: no build service is configured here".to_owned(),
        few if few <= MOST_FILES => all().collect::<Vec<_>>().join(", "),
        many => {
            let many = figures::counted(many, "file", "files");
            let gates = found.files.iter().filter(|name| gates.contains(name));
            let gates: Vec<_> = gates.map(|name| view.sink.word(name)).collect();
            match gates.as_slice() {
                [] => many,
                [gate] => format!("{many}; {gate} runs the gate"),
                gates => format!("{many}; {} run the gate", gates.join(", ")),
            }
        }
    }
}

/// A finding with the line that it is about; in a few lines where it is about none.
fn told(finding: &Finding, texts: &BTreeMap<&str, &str>, view: View) -> String {
    let source = finding.at.as_ref().and_then(|at| {
        let text = texts.get(&*at.file)?;
        text.get(at.span.clone())?;
        Some((at, text))
    });
    let help = finding.help.as_ref().map(|help| view.sink.prose(help.expose()));
    let Some((at, text)) = source.filter(|_| finding.level != Level::Note) else {
        let mut text = in_brief(finding, view);
        if let Some(help) = help {
            text.push_str(&style::paint(style::DIM, &view.wrapped(&help, "  ")));
            text.push('\n');
        }
        return text;
    };
    let severity = if finding.level == Level::Error { Severity::Error } else { Severity::Warning };
    let mut shown = MietteDiagnostic::new(view.sink.prose(finding.message.expose()))
        .with_code(finding.code.name())
        .with_severity(severity)
        .and_label(LabeledSpan::new_with_span(Some("here".to_owned()), at.span.clone()));
    if let Some(help) = help {
        shown = shown.with_help(help);
    }
    quoted(&shown, &at.file, text, view)
}

fn sentence(found: &Doctor) -> String {
    let count = |level| found.findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let warned = match warnings {
        0 => String::new(),
        number => format!("; {}", figures::counted(number, "warning", "warnings")),
    };
    if found.findings.iter().any(|finding| finding.code == Code::GateMissing) {
        return style::paint(style::BAD, &format!("✗ there is no gate{warned}")) + "\n";
    }
    if errors > 0 {
        let errors = figures::counted(errors, "way", "ways");
        return style::paint(style::BAD, &format!("✗ {errors} past the gate{warned}")) + "\n";
    }
    style::paint(style::GOOD, &format!("✓ no way past the gate was found{warned}")) + "\n"
}
