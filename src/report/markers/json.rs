//! The markers for programs: `debtlint.markers/1`.
//!
//! These structs are frozen as those of [`crate::report::json`] are.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::Untrusted;
use crate::report::document;
use crate::report::json::Finding;
use crate::report::json::Outcome;
use crate::report::json::Override;
use crate::report::json::Shadow;
use crate::report::json::Units;
use crate::report::json::told_finding;
use crate::report::json::told_overrides;
use crate::report::json::told_shadow;
use crate::report::markers;
use crate::report::markers::Markers;

/// The version of the document.
pub const VERSION: &str = "debtlint.markers/1";

/// Writes the markers as one JSON document with a line break at its end.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(found: &Markers, writer: &mut dyn io::Write) -> io::Result<()> {
    document::write(&document(found), writer)
}

/// The JSON Schema of the document.
#[must_use]
pub fn schema() -> serde_json::Value {
    document::schema::<Document>(VERSION)
}

/// What `debtlint markers --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MarkersDocument")]
pub struct Document {
    /// The version of this document's shape: `debtlint.markers/1`.
    pub schema: &'static str,
    /// The version of debtlint that wrote it.
    pub version: &'static str,
    /// `passed` or `failed`: exit code 0 or 1.
    pub outcome: Outcome,
    /// What was searched.
    pub subject: Subject,
    /// The options that change what is found fault with or how it ends, sorted by name.
    pub overrides: Vec<Override>,
    /// `file`, `owner`, `team`, `age` or `interest`.
    pub sort: &'static str,
    /// How much was searched and found.
    pub counts: Counts,
    /// The markers that were asked for, in the order that was asked for.
    pub markers: Vec<Marker>,
    /// Files that could not be read, or of which only a part was; sorted by path.
    pub said: Vec<Said>,
    /// What the policy finds fault with, gravest first, then by file and line.
    pub findings: Vec<Finding>,
    /// With `--base`: what the revision is held against, and what became of markers. `markers` are then those that
    /// something became of: each has a `fate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// With `--baseline`: what was known before. `markers` are then those that were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Where the policy is only tried out: nothing is enforced, and what would fail the run is a warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// What a revision is held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MarkersChange")]
pub struct Change {
    /// The base as it was named.
    pub base_name: String,
    /// The base.
    pub base: String,
    /// The commits of its history that the change begins at.
    pub merge_bases: Vec<String>,
    /// New markers.
    pub added: Units,
    /// Markers with other words, brackets, or another tag.
    pub edited: Units,
    /// Markers that are gone.
    pub removed: Units,
    /// Of these, those of which the whole file is gone.
    pub removed_with_file: Units,
    /// Markers that stand in another file now.
    pub moved: Units,
    /// The same once more.
    pub copied: Units,
    /// `added` less `removed`.
    pub net: i64,
}

/// What was known before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Baseline {
    /// The file as it was named.
    pub file: String,
    /// How many of its markers are there.
    pub known: Units,
    /// How many of its entries fit none; null where not everything was searched.
    pub unmatched: Option<Units>,
}

/// What a marker was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Former {
    /// The file that it stood in.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// Its tag.
    pub tag: String,
    /// Its text.
    pub text: String,
    /// Its identity.
    pub id: String,
}

/// What was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MarkersSubject")]
pub struct Subject {
    /// The path of the repository, as found.
    pub repository: String,
    /// `revision` or `working-tree`.
    pub ground: &'static str,
    /// The revision as it was named.
    pub revision_name: String,
    /// The revision; null on a branch without a commit.
    pub revision: Option<String>,
    /// The folder or file that the search was held to; null for all.
    pub below: Option<String>,
    /// The time that due dates are compared with, in RFC 3339.
    pub as_of: Option<String>,
}

/// How much was searched and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// All markers.
    pub markers: Units,
    /// Those that are listed.
    pub listed: Units,
    /// Files that were searched.
    pub searched: Units,
    /// Files that were not, by reason, sorted by it.
    pub left_out: Vec<LeftOut>,
}

/// Files that were not searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Why: `fixture`, `vendored`, `generated`, `gitattributes`, `ignored`, `binary`, `too-large`, `lfs-pointer`,
    /// `unknown-language`, `prose`, `symlink`, `submodule`, `unreadable`, or a reason of the table of languages.
    pub reason: String,
    /// How many.
    pub files: Units,
}

/// A marker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Marker {
    /// The same after moves, renames and re-indentation; files with the same marker share it.
    pub id: String,
    /// The file.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// The line on which its text ends.
    pub end_line: u32,
    /// The tag as the policy writes it.
    pub tag: String,
    /// What is to be done, in one line.
    pub text: String,
    /// Its place among markers of the same content in its file, from 0.
    pub ordinal: u32,
    /// `line`, `block`, `doc` or `prose`.
    pub comment: &'static str,
    /// Who has to answer for it, without the `@`.
    pub owners: Vec<String>,
    /// The tickets that it names, as written.
    pub tickets: Vec<String>,
    /// The day by which it is to be done, as `2026-12-31`.
    pub due: Option<String>,
    /// How long it is said to take, in minutes; a day has eight hours.
    pub estimate_minutes: Option<u32>,
    /// Parts of the brackets that could not be understood.
    pub malformed: Vec<Malformed>,
    /// The teams whose path it is.
    pub teams: Vec<String>,
    /// Where it comes from; only where that was looked for and found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth: Option<Birth>,
    /// How much it is worth to look at first; only where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interest: Option<Units>,
    /// With `--base`: `added`, `edited`, `removed`, `moved` or `copied`. Of what is removed the place is the merge base's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fate: Option<&'static str>,
    /// Of what is removed: whether its whole file is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_file: Option<bool>,
    /// Of what is edited or moved: what it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former: Option<Former>,
}

/// A part of the brackets that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Malformed {
    /// The part.
    pub text: String,
    /// Why, as the end of "it is ...".
    pub reason: &'static str,
}

/// Where a marker comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Birth {
    /// The commit that brought it in.
    pub commit: String,
    /// Who wrote it.
    pub by: String,
    /// When it landed, in RFC 3339.
    pub at: String,
    /// How many days before `subject.as_of` that was.
    pub days: u32,
}

/// Something about a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Said {
    /// The file.
    pub file: String,
    /// What.
    pub message: String,
}

fn document(found: &Markers) -> Document {
    let ground = &found.ground;
    let below = ground.below.to_text();
    Document {
        schema: VERSION,
        version: env!("CARGO_PKG_VERSION"),
        outcome: found.outcome().into(),
        subject: Subject {
            repository: ground.repository.expose().to_owned(),
            ground: if ground.is_working_tree { "working-tree" } else { "revision" },
            revision_name: ground.revision_name.expose().to_owned(),
            revision: ground.revision.map(|id| id.to_string()),
            below: (!below.expose().is_empty()).then(|| below.expose().to_owned()),
            as_of: ground.as_of.map(crate::facts::UnixTime::rfc3339),
        },
        overrides: told_overrides(&found.overrides),
        sort: found.sort.name(),
        counts: Counts {
            markers: Units(found.total),
            listed: Units(found.listed()),
            searched: Units(found.searched),
            left_out: found
                .left_out
                .iter()
                .map(|(reason, files)| LeftOut { reason: reason.name().to_owned(), files: Units(*files) })
                .collect(),
        },
        markers: found.rows.iter().map(|row| marker(row, found)).collect(),
        said: found
            .said
            .iter()
            .map(|(path, said)| Said { file: text(&path.to_text()), message: said.clone() })
            .collect(),
        findings: found.findings.iter().map(told_finding).collect(),
        change: found.change.as_ref().map(change),
        baseline: found.known.as_ref().map(|known| Baseline {
            file: text(&known.file),
            known: Units(known.markers),
            unmatched: known.unmatched.map(Units),
        }),
        shadow: found.shadow.map(told_shadow),
    }
}

fn change(change: &markers::Change) -> Change {
    let markers::Counts { added, edited, removed, with_file, moved, copied } = change.counts;
    Change {
        base_name: text(&change.base_name),
        base: change.base.to_string(),
        merge_bases: change.beginnings.iter().map(ToString::to_string).collect(),
        added: Units(added),
        edited: Units(edited),
        removed: Units(removed),
        removed_with_file: Units(with_file),
        moved: Units(moved),
        copied: Units(copied),
        net: change.counts.net(),
    }
}

fn marker(row: &markers::Row, found: &Markers) -> Marker {
    let markers::Row { path, marker, teams, birth, interest, fate } = row;
    let former = fate.as_ref().and_then(markers::Fate::former);
    let attributes = &marker.attributes;
    Marker {
        id: marker.id.to_string(),
        file: text(&path.to_text()),
        line: marker.place.line,
        column: marker.place.column,
        end_line: marker.end_line,
        tag: marker.tag.clone(),
        text: text(&marker.text),
        ordinal: marker.ordinal,
        comment: marker.comment.name(),
        owners: attributes.owners.iter().map(text).collect(),
        tickets: attributes.tickets.iter().map(text).collect(),
        due: attributes.due.map(|due| due.date().to_string()),
        estimate_minutes: attributes.estimate_minutes,
        malformed: attributes
            .malformed
            .iter()
            .map(|bad| Malformed { text: text(&bad.text), reason: bad.reason })
            .collect(),
        teams: teams.iter().filter_map(|team| found.policy.team(*team)).map(|team| team.name.clone()).collect(),
        birth: birth.as_ref().map(|birth| Birth {
            commit: birth.commit.to_string(),
            by: text(&birth.by),
            at: birth.at.rfc3339(),
            days: birth.days,
        }),
        interest: interest.map(Units),
        fate: fate.as_ref().map(markers::Fate::name),
        with_file: match fate {
            Some(markers::Fate::Removed) => Some(false),
            Some(markers::Fate::RemovedWithFile) => Some(true),
            _ => None,
        },
        former: former.map(|former| Former {
            file: text(&former.from.to_text()),
            line: former.before.place.line,
            tag: former.before.tag.clone(),
            text: text(&former.before.text),
            id: former.before.id.to_string(),
        }),
    }
}

fn text(text: &Untrusted) -> String {
    text.expose().to_owned()
}
