//! The work items of the document.

use schemars::JsonSchema;
use serde::Serialize;

use super::Efforts;
use super::Place;

/// One commit of the window; either `exempt` or `counted` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// Its id.
    pub commit: String,
    /// Its subject.
    pub subject: String,
    /// How it came to the mainline.
    pub landing: Landing,
    /// Its author after the mailmap.
    pub author: Identity,
    /// Why it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exempt>,
    /// How it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
}

/// The mainline commit that brought a commit in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Landing {
    /// The mainline commit.
    pub commit: String,
    /// Its time, non-decreasing along the mainline, in RFC 3339.
    pub time: String,
}

/// A name and an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// Why a commit is left out of the measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Exempt {
    /// `merge`, `bot`, `ignored-revision`, `ignored-paths`, `import` or `copy`.
    pub reason: &'static str,
    /// The id of the policy's rule, if one says so.
    pub rule: Option<String>,
    /// The text that the rule matched.
    pub matched: Option<String>,
}

/// How a commit counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counted {
    /// The commit's own day in UTC, as `2026-11-22`.
    pub day: String,
    /// The ISO week of that day, as `2026-W47`.
    pub week: String,
    /// What its labels or the relabel that holds make of it, whatever part of it is credited: `paydown`, `feature`, `run`,
    /// `other` or `unlabelled`. So a commit with `Debt-Share: 40%` may be `paydown` here, and one of `feature` may have credit.
    pub kind: &'static str,
    /// The part that its labels, or the relabel that holds, credit as paydown, in ten-thousandths. What counts of it under
    /// `relabel-cap` and `unproven-credit` is in `parts`.
    pub credit_bp: u16,
    /// The kind under which what is not credited counts: `kind`, or else, where that is `paydown`, what it would be without a
    /// relabel, or `other`. Where a relabel's cap or its lead's team bounds it, docs/measure.md says what the rest is.
    pub rest_kind: &'static str,
    /// Added and removed lines outside ignored paths.
    pub lines: u64,
    /// Who did the work, sorted.
    pub persons: Vec<Person>,
    /// What it brought which team, by person and team.
    pub parts: Vec<Part>,
    /// Why it is of its kind.
    pub evidence: Evidence,
}

/// Someone who worked on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Person {
    /// What the person is told apart by: the first address of the roster's entry, by the alphabet, or else the address, in lower case.
    pub id: String,
    /// How reports name the person.
    pub name: String,
    /// Whether the policy's roster names the person.
    pub on_roster: bool,
}

/// What one person's part in a commit brought one team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// The team; null when it belongs to none.
    pub team: Option<String>,
    /// The `id` of the person.
    pub person: String,
    /// The whole effort.
    pub effort: Efforts,
    /// The part of it that is credited as paydown.
    pub paydown: Efforts,
}

/// Why a commit is of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The label that decided.
    pub winner: Option<Label>,
    /// The labels that did not, in the order of the rules.
    pub others: Vec<Label>,
    /// The landing whose labels were taken, where the commit has none of its own.
    pub inherited: Option<Inherited>,
    /// `true` where the commit took the labels of the pull request that is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_request: Option<bool>,
    /// The first rule of `exempt-changes` that fits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excuse: Option<Excuse>,
    /// Whether labels of the commit contradict each other, so it is not paydown.
    pub contradicts: bool,
    /// Why its credit was taken away, if it was.
    pub retraced: Option<Retraced>,
    /// Of a commit with credit: what its content says for its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// What else of it does not count: `shares-differ`, `share-unreadable`, `too-many-co-authors`, `unproven-author`,
    /// `without-change` or `mass-change`.
    pub doubts: Vec<&'static str>,
    /// Defects of the object that keep its words from counting.
    pub defects: Vec<&'static str>,
}

/// What the content of a commit says for its label of paydown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Proof {
    /// `resolves-named-debt`, `removes-marker`, `removes-suppression`, `reworks-old-code` or `none`.
    pub grade: &'static str,
    /// The first few places that it rests on.
    pub grounds: Vec<Ground>,
    /// Whether the age of removed lines was known where it would have counted.
    pub age_known: bool,
}

/// A place in a commit that bears its label out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ground {
    /// The file.
    pub path: String,
    /// What is gone from it.
    pub what: String,
}

/// A label that a rule recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Label {
    /// The rule's id.
    pub rule: String,
    /// `own` (the policy's) or `pack`.
    pub rank: &'static str,
    /// Where the commit says so: `type`, `scope`, `trailer`, `subject`, `pull-request`, `author`, `path` or `commit`;
    /// `relabel`, where an entry of `.debtlint/relabels.yml` says so.
    pub source: String,
    /// The text that the rule matched.
    pub matched: String,
    /// The kind that the rule makes of the commit; null for a rule about shares.
    pub kind: Option<&'static str>,
    /// The part, in ten-thousandths, that the rule makes paydown; null for a rule about kinds, and together with a
    /// `kind` of null for one that takes the share that the commit states.
    pub share_bp: Option<u16>,
    /// Where the rule is written.
    pub at: Place,
}

/// Why a commit may land while its team is short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Excuse {
    /// The rule's id.
    pub rule: String,
    /// `security`, `incident` or `revert`.
    pub reason: &'static str,
    /// Where it says so: `type`, `scope`, `trailer` or `pull-request`.
    pub source: String,
    /// The text that the rule matched.
    pub matched: String,
}

/// A landing that gave its labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Inherited {
    /// The mainline commit.
    pub from: String,
    /// Its title.
    pub title: String,
}

/// That the content of one change undoes or repeats that of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Retraced {
    /// `undoes` or `repeats`.
    pub how: &'static str,
    /// The later change.
    pub later: String,
    /// The earlier change.
    pub earlier: String,
}
