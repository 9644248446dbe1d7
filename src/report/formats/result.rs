//! A finding as other programs list it: with a file, a line, and a fingerprint that survives moves.

use std::collections::BTreeMap;

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::percent_encode;
use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::ObjectId;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::first_of;
use crate::policy::PolicySource;
use crate::report::Report;
use crate::report::text;

/// Where a finding is shown that is about no line: hosts drop what has no file.
const NOWHERE: &str = ".debtlint.yml";
/// So many commits are named.
const COMMITS: usize = 5;
/// What a path keeps of its characters in a URI.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// A finding with what other programs ask for.
pub(super) struct Result<'r> {
    pub(super) finding: &'r Finding,
    /// A path in the repository, or the name of a policy file elsewhere; bytes, as git keeps them.
    pub(super) path: Vec<u8>,
    /// Counted from 1.
    pub(super) line: u32,
    /// Counted from 1, in characters.
    pub(super) column: u32,
    /// The same in bytes of UTF-8.
    pub(super) byte_column: u32,
    /// The same in every run that finds the same: made of the code, the team, and what the finding rests on, never of lines
    /// or figures. Equal ones are numbered.
    pub(super) fingerprint: String,
    /// That it would have failed the run, where nothing is enforced.
    pub(super) spared: Option<String>,
}

impl Result<'_> {
    /// The path as a relative URI.
    pub(super) fn uri(&self) -> String {
        percent_encode(&self.path, IN_PATH).to_string()
    }

    /// The path as text; what is not UTF-8 becomes U+FFFD.
    pub(super) fn path_text(&self) -> String {
        String::from_utf8_lossy(&self.path).into_owned()
    }

    /// The message and the help, in one text with line breaks.
    pub(super) fn text(&self) -> String {
        self.words(None)
    }

    /// The same for readers that show each finding by itself: a warning says that it is one only since nothing is enforced.
    pub(super) fn text_alone(&self) -> String {
        self.words(self.spared.as_deref())
    }

    fn words(&self, spared: Option<&str>) -> String {
        let mut text = self.finding.message.expose().to_owned();
        if !self.finding.commits.is_empty() {
            let named = first_of(self.finding.commits.iter().map(ObjectId::short), COMMITS);
            text.push_str(&format!(" [{named}]"));
        }
        for beside in &self.finding.beside {
            text.push_str(&format!("; {} ({}:{})", beside.says.expose(), beside.at.file, beside.at.line));
        }
        if let Some(spared) = spared {
            text.push_str(&format!("\n{spared}"));
        }
        if let Some(help) = &self.finding.help {
            text.push_str(&format!("\nHelp: {}", help.expose()));
        }
        text
    }
}

/// All findings of a report, gravest first.
pub(super) fn results(report: &Report) -> Vec<Result<'_>> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut all = Vec::new();
    for finding in &report.findings {
        let Shown { path, line, column, byte_column } = place(finding, report);
        let content = content(finding, report);
        let ordinal = seen.entry(content.clone()).or_default();
        let fingerprint = digest(&format!("{content}\0{ordinal}"));
        *ordinal = ordinal.saturating_add(1);
        let spared = text::spared(report, finding);
        all.push(Result { finding, path, line, column, byte_column, fingerprint, spared });
    }
    all
}

/// Where a finding is shown.
struct Shown {
    path: Vec<u8>,
    line: u32,
    column: u32,
    byte_column: u32,
}

fn place(finding: &Finding, report: &Report) -> Shown {
    if let Some(found) = &finding.found {
        let path = found.path.as_bytes().to_vec();
        return Shown { path, line: found.line, column: found.column, byte_column: found.byte_column };
    }
    let (policy, shown) = match &report.policy.source {
        PolicySource::Tree { path } => (path.as_ref(), Some(path.as_ref())),
        PolicySource::File { path } => (path.as_ref(), in_tree(report)),
        PolicySource::Default => (NOWHERE, None),
    };
    let begin = |path: &str| Shown { path: path.as_bytes().to_vec(), line: 1, column: 1, byte_column: 1 };
    let Some(shown) = shown else { return begin(NOWHERE) };
    // Shipped packs are no files of the repository: what stands there is told at the policy. Of a file elsewhere no line is
    // one of the repository's.
    match finding.at.as_ref().filter(|at| *at.file == *policy) {
        Some(at) => Shown { line: at.line, column: at.column, byte_column: byte_column(at, report), ..begin(shown) },
        None => begin(shown),
    }
}

/// From 1, in bytes, in the policy's text.
fn byte_column(at: &Location, report: &Report) -> u32 {
    let before = report.text_at(at).and_then(|text| text.text.get(..at.span.start));
    let bytes = before.map(|before| before.len().saturating_sub(before.rfind('\n').map_or(0, |newline| newline + 1)));
    bytes.and_then(|bytes| u32::try_from(bytes).ok()).map_or(at.column, |bytes| bytes.saturating_add(1))
}

/// A policy that was named, as the repository has it; `None` for a file elsewhere.
fn in_tree(report: &Report) -> Option<&str> {
    report.subject.named.as_ref()?.in_tree.as_deref()
}

/// What a finding is told apart by.
fn content(finding: &Finding, report: &Report) -> String {
    let mut parts = vec![finding.code.name().to_owned(), finding.team.clone().unwrap_or_default()];
    if let Some(key) = &finding.key {
        parts.push(key.clone());
    } else if let Some(at) = finding.at.as_ref().filter(|_| finding.team.is_none()) {
        // The entry's own words, wherever in the file they stand.
        let text = report.policy.text_at(at).and_then(|text| text.text.get(at.span.clone()));
        parts.extend([at.file.to_string(), text.unwrap_or_default().to_owned()]);
    }
    parts.join("\0")
}

fn digest(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
