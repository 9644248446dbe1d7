//! Rules of the policy: what a label means, what is exempt, what is ignored.

use std::sync::Arc;

use crate::facts::ObjectId;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::BasisPoints;
use crate::policy::PathGlobs;
use crate::policy::TextPattern;
use crate::policy::WildcardPattern;

/// The class of work that a label maps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Pays technical debt down.
    Paydown,
    /// Builds something new.
    Feature,
    /// Keeps it running: fixes, operations, upgrades.
    Run,
    /// Work of none of these classes, and no claim against any of them: documentation, tests, chores.
    Other,
    /// Says nothing of itself that a rule knows. Counts in the total, never as paydown.
    Unlabelled,
}

/// A rule that recognises a label.
#[derive(Debug, Clone)]
pub struct LabelRule {
    /// Its id, unique in the policy: of several rules of one id the policy's own holds, or else the first pack's.
    pub id: Arc<str>,
    /// Who wrote it.
    pub rank: Rank,
    /// What it looks at, and for what.
    pub matches: LabelMatch,
    /// What it makes of the commit.
    pub outcome: LabelOutcome,
    /// Where it is written.
    pub at: Location,
}

/// Who wrote a rule. The policy's own rules are asked before those of the packs that it extends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The policy itself.
    Own,
    /// A pack that the policy extends.
    Pack,
}

/// What a label rule looks at.
#[derive(Debug, Clone)]
pub enum LabelMatch {
    /// The type of a conventional subject is one of these, without case.
    Type(Vec<String>),
    /// The scope of a conventional subject is one of these, without case.
    Scope(Vec<String>),
    /// A trailer of that key (without case) has a value that fits; without a pattern, any value but an empty one.
    Trailer {
        /// The trailer's key.
        key: String,
        /// What the value must fit.
        value: Option<TextPattern>,
    },
    /// The subject fits.
    Subject(TextPattern),
    /// A label of the pull request fits.
    PullRequest(WildcardPattern),
    /// The author's address or name fits.
    Author(WildcardPattern),
    /// Every changed path that is not ignored fits one of these.
    Path(PathGlobs),
    /// The commit is one of these.
    Commit(Vec<ObjectId>),
}

/// What a label rule makes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelOutcome {
    /// The commit is wholly of that kind.
    Kind(Kind),
    /// The matched trailer's value is a percentage: that part is paydown, the rest of the kind that other labels give.
    ShareFromValue,
    /// The stated part is paydown, the rest of the kind that other labels give.
    Share(BasisPoints),
}

impl LabelOutcome {
    /// The kind that it gives; a share gives none.
    #[must_use]
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Kind(kind) => Some(kind),
            Self::ShareFromValue | Self::Share(_) => None,
        }
    }
}

/// A rule that leaves commits out of the measure.
#[derive(Debug, Clone)]
pub struct ExemptRule {
    /// Its id, unique in the policy.
    pub id: Arc<str>,
    /// Who wrote it.
    pub rank: Rank,
    /// Which commits.
    pub matches: ExemptMatch,
    /// Why.
    pub reason: ExemptReason,
    /// Where it is written.
    pub at: Location,
}

/// Which commits a rule exempts. There is no way to exempt by subject: a change could write itself out of the measure.
#[derive(Debug, Clone)]
pub enum ExemptMatch {
    /// The author's address or name fits.
    Author(WildcardPattern),
    /// The commit is one of these.
    Commit(Vec<ObjectId>),
    /// Every changed path that is not ignored fits one of these.
    Path(PathGlobs),
}

/// Why a commit is left out of the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExemptReason {
    /// A merge without content of its own.
    Merge,
    /// A program wrote it.
    Bot,
    /// The trusted `.git-blame-ignore-revs` lists it.
    IgnoredRevision,
    /// It touches ignored paths only.
    IgnoredPaths,
    /// It brings in work that was done elsewhere.
    Import,
    /// It is about to land, and has landed already under another id: it is counted there.
    Copy,
}

/// A rule that lets a change land while its team is short, since it cannot wait. Its work counts all the same.
#[derive(Debug, Clone)]
pub struct ExemptChange {
    /// Its id, unique in the policy.
    pub id: Arc<str>,
    /// Which commits: by type, scope, trailer, or a label of the pull request.
    pub matches: LabelMatch,
    /// Why they cannot wait.
    pub reason: ChangeReason,
    /// How many landings of a window may use it.
    pub at_most: Option<u32>,
    /// Where it is written.
    pub at: Location,
}

/// Why a change cannot wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeReason {
    /// It closes a hole.
    Security,
    /// It ends an outage.
    Incident,
    /// It takes something back.
    Revert,
}

/// Whether a commit of a change must say what kind of work it is.
#[derive(Debug, Clone)]
pub struct RequireLabel {
    /// How grave it is when one does not.
    pub level: Level,
    /// Where it is written.
    pub at: Location,
}

/// Paths that are left out of the measure (lock files, generated and vendored files), or in which authors are believed.
#[derive(Debug, Clone)]
pub struct PathRule {
    /// The pattern as written.
    pub glob: String,
    /// Who wrote it.
    pub rank: Rank,
    /// Where it is written.
    pub at: Location,
}

impl Kind {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 5] = [Self::Paydown, Self::Feature, Self::Run, Self::Other, Self::Unlabelled];

    /// The kind as policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paydown => "paydown",
            Self::Feature => "feature",
            Self::Run => "run",
            Self::Other => "other",
            Self::Unlabelled => "unlabelled",
        }
    }
}

impl ChangeReason {
    /// The reason as policies and reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Incident => "incident",
            Self::Revert => "revert",
        }
    }
}

impl ExemptReason {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 6] =
        [Self::Merge, Self::Bot, Self::IgnoredRevision, Self::IgnoredPaths, Self::Import, Self::Copy];

    /// The reason as policies and reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Bot => "bot",
            Self::IgnoredRevision => "ignored-revision",
            Self::IgnoredPaths => "ignored-paths",
            Self::Import => "import",
            Self::Copy => "copy",
        }
    }
}
