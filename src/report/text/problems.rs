//! The findings: what fails the run with the policy's line under it, the rest in a few lines.

use std::collections::BTreeMap;
use std::ops::Range;

use miette::LabeledSpan;
use miette::MietteDiagnostic;
use miette::NamedSource;
use miette::Severity;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::TreePlace;
use crate::finding::first_of;
use crate::policy::PolicySource;
use crate::policy::PolicyText;
use crate::report::Report;
use crate::report::figures;

use super::View;
use super::diagnostic::diagnostic;
use super::style;

/// So many diagnostics are shown in full, and so many findings of one code in brief.
pub(super) const SHOWN: usize = 10;
/// So many commits of a finding are named.
const COMMITS: usize = 3;

pub(super) fn problems(report: &Report, view: View) -> String {
    let mut text = String::new();
    let (grave, brief): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| finding.level == Level::Error);
    let grave = by_place(grave);
    for same in grave.iter().take(SHOWN) {
        text.push('\n');
        text.push_str(&in_full(same, report, view));
    }
    if let Some(more) = more(grave.len()) {
        text.push_str(&style::paint(style::DIM, &format!("\n{more}\n")));
    }
    text.push_str(&briefs(&brief, view));
    text
}

/// Findings in a few lines, those of one code together.
pub(super) fn briefs(brief: &[&Finding], view: View) -> String {
    let mut text = String::new();
    for code in Code::ALL {
        let same: Vec<_> = brief.iter().filter(|finding| finding.code == code).collect();
        if !same.is_empty() {
            text.push('\n');
        }
        let shown = same.iter().take(SHOWN);
        let next = same.iter().skip(1).take(SHOWN.saturating_sub(1)).map(Some).chain([None]);
        for (finding, next) in shown.zip(next) {
            text.push_str(&in_brief(finding, view));
            // What mends several alike is said once, below the last of them.
            if let Some(help) =
                finding.help.as_ref().filter(|help| next.is_none_or(|next| next.help.as_ref() != Some(help)))
            {
                text.push_str(&style::paint(style::DIM, &view.wrapped(&view.sink.prose(help.expose()), "  ")));
                text.push('\n');
            }
        }
        if let Some(more) = more(same.len()) {
            text.push_str(&style::paint(style::DIM, &format!("  {more}\n")));
        }
    }
    text
}

pub(super) fn more(found: usize) -> Option<String> {
    let rest = found.checked_sub(SHOWN).filter(|rest| *rest > 0)?;
    Some(format!("and {} more of the kind: --format json has all", figures::count(rest)))
}

/// Teams that fall short of one and the same line of the policy, or to which one edit of it says the same, are told together,
/// where the first of them stands.
fn by_place(findings: Vec<&Finding>) -> Vec<Vec<&Finding>> {
    let mut grouped: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let alike = |first: &&Finding| {
            let is_same_edit = first.beside == finding.beside && first.help == finding.help;
            let is_of_policies = matches!(first.code, Code::PolicyLoosened | Code::BelowOrgPolicy);
            (first.code == Code::AllocationShort || is_of_policies && is_same_edit)
                && finding.code == first.code
                && finding.at.is_some()
                && finding.at == first.at
        };
        match grouped.iter_mut().find(|group| group.first().is_some_and(alike)) {
            Some(group) => group.push(finding),
            None => grouped.push(vec![finding]),
        }
    }
    grouped
}

/// One finding, or several of one code and place, with the policy's line.
fn in_full(same: &[&Finding], report: &Report, view: View) -> String {
    let Some(finding) = same.first() else { return String::new() };
    let named = |one: &&Finding| commits(one).map(|commits| format!(" [{commits}]")).unwrap_or_default();
    let told = |one: &&Finding| view.sink.prose(one.message.expose()) + &named(one);
    let mut messages: Vec<_> = same.iter().take(SHOWN).map(told).collect();
    messages.extend(more(same.len()));
    let mut shown =
        MietteDiagnostic::new(messages.join("\n")).with_code(finding.code.name()).with_severity(Severity::Error);
    if finding.code == Code::AllocationShort && same.len() > 1 {
        shown = shown.with_help("that much more paydown each, added to the work of the window, would close the gaps");
    } else if let Some(help) = &finding.help {
        shown = shown.with_help(view.sink.prose(help.expose()));
    }
    if let Some((source, span)) = in_tree(finding, &report.sources, view) {
        let shown = shown.and_label(LabeledSpan::new_with_span(None, span));
        return diagnostic(miette::Report::new(shown).with_source_code(source).as_ref(), view);
    }
    if finding.found.is_some() {
        return in_brief(finding, view);
    }
    let at = finding.at.iter().map(|at| (at, label(finding, report, view)));
    let beside = finding.beside.iter().map(|beside| (&beside.at, view.sink.prose(beside.says.expose())));
    let mut places =
        at.chain(beside).filter_map(|(at, says)| snippet(at, report, view).map(|source| (at, says, source)));
    let Some((at, says, source)) = places.next() else {
        return diagnostic(&shown, view);
    };
    shown = shown.and_label(LabeledSpan::new_with_span(Some(says), at.span.clone()));
    let mut text = diagnostic(miette::Report::new(shown).with_source_code(source).as_ref(), view);
    for (at, says, source) in places.take(SHOWN) {
        // A diagnostic shows one file: the other side of a comparison is one of its own, without more words.
        let shown = MietteDiagnostic::new(says.clone()).with_severity(Severity::Advice);
        let shown = shown.and_label(LabeledSpan::new_with_span(Some("here".to_owned()), at.span.clone()));
        text.push_str(&diagnostic(miette::Report::new(shown).with_source_code(source).as_ref(), view));
    }
    text
}

/// What a finding is about in the judged tree, when the file's text is at hand.
pub(super) fn in_tree(
    finding: &Finding,
    sources: &BTreeMap<RepoPath, String>,
    view: View,
) -> Option<(NamedSource<String>, Range<usize>)> {
    let place = finding.found.as_ref()?;
    let source = sources.get(&place.path)?;
    let span = span(place, source)?;
    let name = view.sink.word(place.path.to_text().expose());
    Some((NamedSource::new(name, view.sink.same_length(source)), span))
}

/// The bytes of the word at a place.
fn span(place: &TreePlace, source: &str) -> Option<Range<usize>> {
    let line = usize::try_from(place.line).ok()?.checked_sub(1)?;
    let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
    let start = match line {
        0 => 0,
        _ => source.match_indices('\n').nth(line - 1)?.0.checked_add(1)?,
    };
    let rest = source.get(start..)?;
    let (offset, _) = rest.char_indices().nth(column)?;
    let start = start.checked_add(offset)?;
    let word = source.get(start..)?.find(|sign: char| sign.is_whitespace() || "([:,".contains(sign));
    let length = word.unwrap_or(source.len().saturating_sub(start)).clamp(1, 64);
    Some(start..start.checked_add(length)?)
}

/// The policy's text, when the place lies in it.
fn snippet(at: &Location, report: &Report, view: View) -> Option<NamedSource<String>> {
    let text = report.text_at(at)?;
    text.text.get(at.span.clone())?;
    Some(NamedSource::new(view.sink.word(&text.name), view.sink.same_length(&text.text)))
}

fn label(finding: &Finding, report: &Report, view: View) -> String {
    // What was typed is nobody's protection, whoever is the policy's sponsor.
    if finding.code == Code::AllocationShort
        && finding.at.as_ref().is_some_and(|at| at.file.as_ref() == PolicyText::COMMAND_LINE)
    {
        return "the allocation that was asked for".to_owned();
    }
    if finding.code == Code::AllocationShort
        && finding.at.as_ref().is_some_and(|at| at.file.starts_with(PolicyText::ORGANISATION))
    {
        return "the allocation that the organisation asks for".to_owned();
    }
    match (finding.code, &report.policy.sponsor, &report.policy.source) {
        (Code::AllocationShort, _, PolicySource::Default) => "the allocation where no policy says another".to_owned(),
        (Code::AllocationShort, Some(sponsor), _) => {
            format!("the allocation that {} protects", view.sink.word(sponsor))
        }
        (Code::AllocationShort, None, _) => "the protected allocation".to_owned(),
        (Code::PolicyLoosened | Code::PolicyUnusable, ..) => "what holds".to_owned(),
        _ => "here".to_owned(),
    }
}

/// The first commits that a finding is about, and how many more there are.
pub(in crate::report) fn commits(finding: &Finding) -> Option<String> {
    let ids = finding.commits.iter().map(ObjectId::short);
    (!finding.commits.is_empty()).then(|| first_of(ids, COMMITS))
}

/// A finding in a few lines, with its place and code.
#[must_use]
pub fn in_brief(finding: &Finding, view: View) -> String {
    let style = match finding.level {
        Level::Error => style::BAD,
        Level::Warning => style::WARN,
        Level::Note => style::NOTE,
    };
    let mut message = view.sink.prose(finding.message.expose());
    if let Some(place) = &finding.found {
        let path = place.path.to_text();
        message.push_str(&format!(" ({}:{}:{})", view.sink.word(path.expose()), place.line, place.column));
    } else if let Some(at) = &finding.at {
        message.push_str(&format!(" ({}:{}:{})", view.sink.word(&at.file), at.line, at.column));
    }
    for beside in &finding.beside {
        let (file, says) = (view.sink.word(&beside.at.file), view.sink.prose(beside.says.expose()));
        message.push_str(&format!("; {says} ({file}:{}:{})", beside.at.line, beside.at.column));
    }
    if let Some(commits) = commits(finding) {
        message.push_str(&format!(" [{commits}]"));
    }
    let lead = format!("{}: ", finding.level.name());
    let tail = format!(" ({})", finding.code);
    // The lead is wrapped with the message and painted afterwards, so that no escape sequence is measured.
    let wrapped = view.wrapped(&format!("{lead}{message}{tail}"), "");
    let painted = wrapped.strip_prefix(lead.trim_end()).map(|rest| style::paint(style, lead.trim_end()) + rest);
    painted.unwrap_or(wrapped) + "\n"
}
