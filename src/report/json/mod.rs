//! The report for programs: `debtlint.report/1`.
//!
//! These structs are frozen: fields are added, never renamed or given another meaning, within a version. Keys come in
//! the order of declaration, lists in a stated order, so that the same input gives the same bytes. The JSON Schema is
//! made from them (`schema/report.schema.json`).

mod change;
mod flow;
mod items;
mod relabel;
mod told;

use std::io;

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde::Serialize;
use serde::Serializer;

use crate::report::Report;
use crate::report::document;

pub use change::{Change, ExemptUse, Request, Revision, Said, TeamChange};
pub use flow::{MarkerCounts, MarkerFlow, MarkerLanding};
pub use items::{
    Counted, Evidence, Excuse, Exempt, Ground, Identity, Inherited, Item, Label, Landing, Part, Person, Proof, Retraced,
};
pub use relabel::Relabel;
pub(in crate::report) use told::{told_finding, told_overrides, told_shadow};

/// The version of the document.
pub const VERSION: &str = "debtlint.report/1";

/// The version of the document about one commit.
pub const LINE_VERSION: &str = "debtlint.item/1";

/// Whether the document lists every work item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Items {
    /// It does not.
    #[default]
    Omitted,
    /// It does.
    Listed,
}

/// Writes the report as one JSON document with a line break at its end.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(report: &Report, items: Items, writer: &mut dyn io::Write) -> io::Result<()> {
    document::write(&told::document(report, items), writer)
}

/// One commit, for a file with a document a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    /// The version of this document's shape: `debtlint.item/1`.
    pub schema: &'static str,
    /// The repository's path, as found.
    pub repository: String,
    /// Whether it is a commit of the judged change, rather than of the window.
    pub in_change: bool,
    /// The commit.
    #[serde(flatten)]
    pub item: Item,
}

/// Every commit of the window, then those of a change, in the report's order.
pub fn lines(report: &Report) -> impl Iterator<Item = Line> {
    let repository = report.subject.repository.expose().to_owned();
    let window = told::in_window(report).into_iter().map(|item| (false, item));
    let coming = change::in_change(report).into_iter().map(|item| (true, item));
    let line = move |(in_change, item)| Line { schema: LINE_VERSION, repository: repository.clone(), in_change, item };
    window.chain(coming).map(line)
}

/// The JSON Schema of one line of [`lines`].
#[must_use]
pub fn line_schema() -> serde_json::Value {
    document::schema::<Line>(LINE_VERSION)
}

/// The JSON Schema of the document.
#[must_use]
pub fn schema() -> serde_json::Value {
    document::schema::<Document>(VERSION)
}

/// What `debtlint check --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Document {
    /// The version of this document's shape: `debtlint.report/1`.
    pub schema: &'static str,
    /// The version of debtlint that wrote it.
    pub version: &'static str,
    /// `passed` or `failed`: exit code 0 or 1.
    pub outcome: Outcome,
    /// What was judged.
    pub subject: Subject,
    /// By what.
    pub policy: Policy,
    /// The options that change what is judged or how it ends, sorted by name.
    pub overrides: Vec<Override>,
    /// The measures, and how many integer units one of each is. All efforts below are in these units.
    pub scales: Efforts,
    /// Every team, in the order of the policy.
    pub teams: Vec<Team>,
    /// What belongs to no team.
    pub unattributed: Account,
    /// What became in the window of markers in paths of no team, where that was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unattributed_markers: Option<MarkerFlow>,
    /// Why it is not known what became of markers, where it was looked for in vain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markers_lack: Option<String>,
    /// How many commits the window holds.
    pub commits: Commits,
    /// Gravest first, then by code and team.
    pub findings: Vec<Finding>,
    /// Every relabel of the window's commits, in the order of `.debtlint/relabels.yml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relabels: Option<Vec<Relabel>>,
    /// With `--items`: every commit of the window, sorted by landing time, then by the mainline's order, then by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Item>>,
    /// With a base: the change on top of it. The teams' standings, the findings about commits apart, are then the base's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// What a judgement comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// No team is short, and no finding fails the run.
    Passed,
    /// A team is short, or a finding fails the run.
    Failed,
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Subject {
    /// The path of the repository, as found.
    pub repository: String,
    /// The revision as it was named.
    pub revision_name: String,
    /// The judged commit; null on a branch without a commit.
    pub revision: Option<String>,
    /// The last mainline commit before the window; null when the window reaches back to the first.
    pub boundary: Option<String>,
    /// The end of the window, which belongs to it, in RFC 3339.
    pub as_of: Option<String>,
    /// The start of the window, which does not belong to it, in RFC 3339.
    pub start: Option<String>,
    /// With `--base`: the base of the judged change, which is `revision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Revision>,
    /// With `--base`: the end of the judged change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<Revision>,
}

/// By what was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Policy {
    /// `default`, `tree` (a file of the judged revision) or `file` (one that was named).
    pub source: &'static str,
    /// The path of the file; null for the default.
    pub path: Option<String>,
    /// The commit whose tree the policy was read from; null unless `source` is `tree`.
    pub revision: Option<String>,
    /// The files that it was read from: itself and the packs that it extends.
    pub files: Vec<String>,
    /// Who guards the allocation.
    pub sponsor: Option<String>,
    /// Length of the window, in days.
    pub window_days: u32,
    /// The measure that decides: `developer-weeks`, `developer-days`, `commits` or `lines`.
    pub effort: &'static str,
    /// `roster` or `paths`.
    pub attribution: &'static str,
    /// `below` or `clearly-below`.
    pub fail_when: &'static str,
    /// Below this a team is not judged.
    pub minimum_effort: Minimum,
    /// What a team's markers may do in the window: `not-rising`; absent where they may do anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker_flow: Option<&'static str>,
    /// The part, in ten-thousandths, that counts of credit for which only labels speak; absent where all of it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unproven_credit_bp: Option<u16>,
    /// Where the policy is only tried out: nothing is enforced, and what would fail the run is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// A policy that is only tried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shadow {
    /// The first day on which it is enforced; null where the policy names none.
    pub enforced_from: Option<String>,
    /// How many findings would have failed the run.
    pub would_fail: u64,
}

/// Below this a team is not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Minimum {
    /// Distinct persons with counted work.
    pub people: u32,
    /// Hundredths of a developer-week of counted work.
    pub developer_week_hundredths: u32,
}

/// An option that changes what is judged or how it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Override {
    /// Its name without dashes.
    pub option: &'static str,
    /// Its value; empty for a switch.
    pub value: String,
}

/// One team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// The address of its engineering lead.
    pub lead: Option<String>,
    /// `met`, `short`, `not-enough-work` or `waived`; null for a team that `--team` did not choose.
    pub standing: Option<&'static str>,
    /// Its protected allocation, in ten-thousandths.
    pub allocation_bp: u16,
    /// Where the allocation is written.
    pub allocation_at: Place,
    /// Its share of paydown in the measure that decides, in ten-thousandths, rounded down; null without any effort.
    /// The standing was decided by the exact integers.
    pub share_bp: Option<u16>,
    /// The same without the paydown for which only labels speak; absent where that changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proven_share_bp: Option<u16>,
    /// Units of paydown in the measure that decides which, added to the work there is, would reach the allocation: 0
    /// when it is there; null when no amount would, and for a team that was not chosen.
    pub shortfall: Option<Units>,
    /// The middle 90 % of the shares that its person-weeks give when they are drawn again.
    pub interval: Option<Interval>,
    /// The waiver of the sponsor's that holds for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Waiver>,
    /// What became of its markers in the window, where that was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markers: Option<MarkerFlow>,
    /// With `--base`: what becomes of its markers by the change, where that was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_markers: Option<MarkerFlow>,
    /// With `--base`, for a judged team: what the change means for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<TeamChange>,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
}

/// What the sponsor has waived for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Waiver {
    /// The last day.
    pub until: String,
    /// How many days are left behind the judged one.
    pub days_left: u32,
    /// Why.
    pub reason: String,
    /// Where its end is written.
    pub at: Place,
}

/// The middle 90 % of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Interval {
    /// The 5th percentile, in ten-thousandths.
    pub low_bp: u16,
    /// The 95th percentile, in ten-thousandths.
    pub high_bp: u16,
}

/// Effort posted to one team, or to none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    /// How many persons have counted work in it.
    pub people: u64,
    /// How many commits have a part in it.
    pub commits: u64,
    /// Effort credited as paydown.
    pub paydown: Efforts,
    /// The part of it for which only labels speak; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Efforts>,
    /// All effort.
    pub total: Efforts,
    /// All effort by kind; `by_kind.paydown` is `paydown`.
    pub by_kind: Kinds,
}

/// Effort in each of the four measures, in units of `scales`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Efforts {
    /// In units of a developer-week.
    pub developer_weeks: Units,
    /// In units of a developer-day.
    pub developer_days: Units,
    /// In units of a commit.
    pub commits: Units,
    /// In units of a line.
    pub lines: Units,
}

/// Effort by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kinds {
    /// Pays technical debt down.
    pub paydown: Efforts,
    /// Builds something new.
    pub feature: Efforts,
    /// Keeps it running.
    pub run: Efforts,
    /// None of these.
    pub other: Efforts,
    /// Says nothing of itself that a rule knows.
    pub unlabelled: Efforts,
}

/// The commits of the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Commits {
    /// All of them: reachable from `subject.revision` and not from `subject.boundary`.
    pub walked: u64,
    /// Those that count.
    pub counted: u64,
    /// Those that were left out, by reason.
    pub exempt: Exempts,
}

/// How many commits were left out, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Exempts {
    /// Merges without content of their own.
    pub merge: u64,
    /// Written by a program.
    pub bot: u64,
    /// Listed in `.git-blame-ignore-revs`.
    pub ignored_revision: u64,
    /// Only ignored, generated or vendored paths.
    pub ignored_paths: u64,
    /// Work that was done elsewhere.
    pub import: u64,
    /// In a change: what has landed already under another id.
    pub copy: u64,
}

/// What is wrong with, or worth knowing about, the judged repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Its code; `debtlint explain CODE` prints the code's page.
    pub code: &'static str,
    /// `error` (fails the run), `warning` or `note`.
    pub level: &'static str,
    /// The team that it concerns.
    pub team: Option<String>,
    /// The commits that it rests on, sorted.
    pub commits: Vec<String>,
    /// The place in the policy that it rests on.
    pub at: Option<Place>,
    /// The place in the judged tree that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Place>,
    /// Further places in policies, each with what is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<Vec<Beside>>,
    /// What is so.
    pub message: String,
    /// What would mend it.
    pub help: Option<String>,
}

/// A further place, and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Beside {
    /// The place.
    pub at: Place,
    /// What is there, in a few words.
    pub says: String,
}

/// A place in a policy file, or in a file of the judged tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// The file as it was named or found.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
}

/// A count of integer units, exact in every reader.
///
/// Many readers of JSON hold numbers as doubles, which are exact up to 2^53 - 1 = 9,007,199,254,740,991: ten million
/// developer-weeks. No honest window comes near it; a forged one that does is written as a string of digits, so that
/// nobody rounds it unawares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units(pub u64);

const EXACT: u64 = (1 << 53) - 1;

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 <= EXACT { serializer.serialize_u64(self.0) } else { serializer.collect_str(&self.0) }
    }
}

impl JsonSchema for Units {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Units".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A count of integer units; above 2^53 - 1, which no honest history reaches, a string of digits.",
            "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": EXACT },
                { "type": "string", "pattern": "^[0-9]{16,20}$" }
            ]
        })
    }
}
