//! All markers of a tree as one value: the only input of every format of `debtlint markers`.

pub mod baseline;
pub mod csv;
pub mod json;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::marker::Birth;
use crate::marker::Former;
use crate::marker::LeftOut;
use crate::marker::Marker;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::report::InShadow;
use crate::report::NamedFile;
use crate::report::Outcome;

/// What was searched, by what, and what was found.
#[derive(Debug, Clone)]
pub struct Markers {
    /// What was searched.
    pub ground: Ground,
    /// By what.
    pub policy: Policy,
    /// The options that change what is found fault with, with their values, sorted.
    pub overrides: Vec<(&'static str, String)>,
    /// The markers that were asked for, in the order that was asked for.
    pub rows: Vec<Row>,
    /// How they are sorted.
    pub sort: Sort,
    /// How many markers there are, those included that were not asked for.
    pub total: u64,
    /// How many files were searched.
    pub searched: u64,
    /// How many were not, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// Files that could not be read, or of which only a part was, and why.
    pub said: Vec<(RepoPath, String)>,
    /// What the policy finds fault with, gravest first, then by file and line.
    pub findings: Vec<Finding>,
    /// Those of them, by their places, that are about nothing that was asked for: they decide like all others, and a list
    /// for people only counts them.
    pub unasked: BTreeSet<usize>,
    /// Why nothing is enforced: the policy is tried out. What would fail the run is then a warning.
    pub shadow: Option<InShadow>,
    /// The texts of files that errors are about, as they were searched.
    pub sources: BTreeMap<RepoPath, String>,
    /// With a base: the markers are those that something became of, and what became of all.
    pub change: Option<Change>,
    /// With a baseline: the markers are those that it does not have.
    pub known: Option<Known>,
}

/// What a revision is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The base as it was named.
    pub base_name: Untrusted,
    /// The base.
    pub base: ObjectId,
    /// The commits of its history that the change begins at: one, unless the base was merged in on the way.
    pub beginnings: Vec<ObjectId>,
    /// How many markers something became of, those included that were not asked for.
    pub counts: Counts,
}

/// How many markers something became of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// New ones.
    pub added: u64,
    /// Other words, brackets, or another tag.
    pub edited: u64,
    /// They are gone.
    pub removed: u64,
    /// Of these, those of which the whole file is gone.
    pub with_file: u64,
    /// They stand in another file now.
    pub moved: u64,
    /// The same once more.
    pub copied: u64,
}

/// What was known before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The file as it was named.
    pub file: Untrusted,
    /// How many markers it has that are there.
    pub markers: u64,
    /// How many of its entries fit none; `None` where not everything was searched.
    pub unmatched: Option<u64>,
}

/// What became of a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Added,
    /// It was this.
    Edited(Box<Former>),
    /// It is gone.
    Removed,
    /// It is gone with its file.
    RemovedWithFile,
    /// It stood there.
    Moved(Box<Former>),
    /// The same stands elsewhere, and stood there before.
    Copied,
}

impl Fate {
    /// As reports write it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Edited(_) => "edited",
            Self::Removed | Self::RemovedWithFile => "removed",
            Self::Moved(_) => "moved",
            Self::Copied => "copied",
        }
    }

    /// What it was.
    #[must_use]
    pub fn former(&self) -> Option<&Former> {
        match self {
            Self::Edited(former) | Self::Moved(former) => Some(former),
            Self::Added | Self::Removed | Self::RemovedWithFile | Self::Copied => None,
        }
    }
}

impl Counts {
    /// How many there are more of than before: a copy is one more to find, and no new debt.
    #[must_use]
    pub fn net(&self) -> i64 {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        count(self.added).saturating_sub(count(self.removed))
    }
}

/// What was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The path of the repository, as found.
    pub repository: Untrusted,
    /// The revision as it was named: its tree was searched, or it is the one below the working tree.
    pub revision_name: Untrusted,
    /// The revision; `None` on a branch without a commit, or where none had landed by a time that was typed.
    pub revision: Option<ObjectId>,
    /// The commit whose tree is trusted: the one that was named, whatever time was typed.
    pub trusted: Option<ObjectId>,
    /// Whether the working tree was searched instead of the revision's.
    pub is_working_tree: bool,
    /// The folder or file that the search was held to; empty for all.
    pub below: RepoPath,
    /// The time that due dates are compared with.
    pub as_of: Option<UnixTime>,
    /// What is known of the policy's file, where one was named.
    pub named: Option<NamedFile>,
}

/// A marker in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The file.
    pub path: RepoPath,
    /// The marker.
    pub marker: Marker,
    /// The teams whose path it is, in their order.
    pub teams: Vec<TeamId>,
    /// Where it comes from, if that was looked for and found.
    pub birth: Option<Birth>,
    /// How much it is worth to look at first; docs/markers.md has the formula.
    pub interest: Option<u64>,
    /// With a base: what became of it.
    pub fate: Option<Fate>,
}

/// How markers are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By file and line.
    #[default]
    File,
    /// By their first owner; those without one last.
    Owner,
    /// By their first team; those without one last.
    Team,
    /// Oldest first; those of unknown age last.
    Age,
    /// Those first that are most worth it; those of unknown worth last.
    Interest,
}

impl Markers {
    /// How many markers are listed.
    #[must_use]
    pub fn listed(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    /// What the judgement comes to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::of(&self.findings)
    }
}

impl Sort {
    /// The order as it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Age => "age",
            Self::Interest => "interest",
        }
    }

    /// Sorts markers; what is equal stays in the order of files and lines, in which they have to come.
    pub fn sort(self, rows: &mut [Row]) {
        let last = |is_none: bool| u8::from(is_none);
        match self {
            Self::File => {}
            Self::Owner => rows.sort_by_cached_key(|row| {
                let owner = row.owner().map(|owner| owner.expose().to_lowercase());
                (last(owner.is_none()), owner)
            }),
            Self::Team => rows.sort_by_key(|row| (last(row.teams.is_empty()), row.teams.first().copied())),
            Self::Age => rows.sort_by_key(|row| std::cmp::Reverse(row.birth.as_ref().map(|birth| birth.days))),
            Self::Interest => rows.sort_by_key(|row| std::cmp::Reverse(row.interest)),
        }
    }
}

impl Row {
    /// Its first owner.
    #[must_use]
    pub fn owner(&self) -> Option<&Untrusted> {
        self.marker.attributes.owners.first()
    }
}
