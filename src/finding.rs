//! Findings: what is wrong with, or worth knowing about, *their* repository. Data, never an error of ours.

mod words;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;

pub(crate) use words::all_of;
pub(crate) use words::counted;
pub(crate) use words::first_of;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which kind of finding it is.
    pub code: Code,
    /// How grave it is here.
    pub level: Level,
    /// Whether it would fail the run, and does not since nothing is enforced.
    pub is_spared: bool,
    /// The team that it concerns, if one.
    pub team: Option<String>,
    /// The commits that it rests on, if any; sorted.
    pub commits: Vec<ObjectId>,
    /// The place in the policy that it rests on, or in what a build service is told.
    pub at: Option<Location>,
    /// The place in the judged tree that it is about.
    pub found: Option<TreePlace>,
    /// Further places in policies, each with what is there: the other side of a comparison.
    pub beside: Vec<Beside>,
    /// What tells it from others of its code and team, where no place in the policy does: the same in every run that finds
    /// the same, so never a line or a figure.
    pub key: Option<String>,
    /// What is so, in one sentence.
    pub message: Untrusted,
    /// What would mend it.
    pub help: Option<Untrusted>,
}

/// How grave a finding is; only [`Level::Error`] fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably not meant.
    Warning,
    /// Fails the run.
    Error,
}

/// The kinds of findings; each names the bad thing and has a page (`debtlint explain CODE`, `docs/findings/`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A team's share of paydown lies below its allocation.
    AllocationShort,
    /// A team has too little work in the window to be judged.
    NotEnoughWork,
    /// The repository has no policy: the embedded default judged it.
    DefaultPolicy,
    /// One commit carries labels that contradict each other, or different shares of paydown.
    ContradictingLabels,
    /// One commit states a share of paydown that cannot be read.
    ShareUnreadable,
    /// Commits whose objects are malformed: they count as work, never as paydown.
    MalformedCommit,
    /// The four measures give very different shares.
    MeasuresDisagree,
    /// Most of a team's work carries no label.
    MostlyUnlabelled,
    /// An entry of the policy matches nothing.
    UnmatchedEntry,
    /// A change undoes an earlier one, or repeats it: its credit is taken away.
    CreditUndone,
    /// A commit labelled as paydown changes nothing but blanks, comments or names of files.
    CreditWithoutChange,
    /// A commit labelled as paydown is a reformatting of many files.
    CreditMassChange,
    /// A commit of a change has an author who would be exempt had it landed: it counts.
    UnprovenAuthor,
    /// The repository carries replace refs or grafts; they were not followed.
    HistoryOverridden,
    /// A change edits what changes are judged by: it is judged by what the base says.
    PolicyChanged,
    /// A change loosens what its base protects.
    PolicyLoosened,
    /// A change leaves a policy that cannot be used.
    PolicyUnusable,
    /// A change protects more than its base.
    PolicyTightened,
    /// A policy asks for less than the organisation's.
    BelowOrgPolicy,
    /// The base has no policy and the change brings one: it was judged by as a proposal, and nothing fails.
    PolicyProposed,
    /// The sponsor has waived a team's allocation for a time.
    AllocationWaived,
    /// A waiver is over and still in the policy.
    WaiverExpired,
    /// A waiver ends too far ahead, and does not hold.
    WaiverTooLong,
    /// A file by which changes are judged is not the sponsor's alone in CODEOWNERS, whose review is his proof.
    PolicyUnowned,
    /// A line of the list of signing keys says nothing.
    SignersUnreadable,
    /// A commit of a change does not say what kind of work it is, and the policy wants it to.
    LabelMissing,
    /// A change asks to land although its team is short, because it cannot wait.
    ExemptChange,
    /// Labels of a pull request were given and not used.
    RequestNotUsed,
    /// A marker names no ticket.
    MarkerWithoutTicket,
    /// A marker names no owner.
    MarkerWithoutOwner,
    /// A marker names no due date.
    MarkerWithoutDue,
    /// A marker names no estimate.
    MarkerWithoutEstimate,
    /// A marker's owner is on no roster, and no team.
    MarkerOwnerUnknown,
    /// A part of the brackets after a tag cannot be understood.
    MarkerMalformed,
    /// A marker's due date has passed.
    MarkerExpired,
    /// A marker is older than was agreed.
    MarkerStale,
    /// A team has more markers, or older ones, than was agreed.
    MarkerBudget,
    /// A team took more markers on than it paid.
    MarkerFlowRising,
    /// A tag that may not be there.
    MarkerDenied,
    /// A `debtlint:ignore` suppresses nothing, or says no reason.
    UnusedSuppression,
    /// A change edits, moves or removes an entry of the relabels.
    RelabelEdited,
    /// A change adds an entry to the relabels.
    RelabelAdded,
    /// No build service runs the gate.
    GateMissing,
    /// The gate runs, and its exit code is thrown away.
    GateIgnored,
    /// A condition or a filter keeps the gate from running.
    GateSkipped,
    /// The gate is not run at an event that changes its answer.
    GateEventMissing,
    /// The gate runs with the repository's secrets, on the base and not on the change.
    GatePrivileged,
    /// A change is judged by a policy that it brings itself.
    GateSelfJudged,
    /// A pass for one branch counts for every other.
    GateAnyBase,
    /// The gate is not given the history that it needs.
    GateShallow,
    /// A step beside the gate comes from somewhere that others can change.
    GateUnpinned,
    /// A cache that changes can write is restored before the gate runs.
    GateCache,
    /// What the gate is made of has no owner in CODEOWNERS.
    GateUnowned,
    /// The policy lets the gate fail nothing, cannot be used, or may be loosened by anybody.
    GateUnenforced,
    /// The configuration of a build service cannot be read.
    GateUnreadable,
    /// The clone that is looked at has not all of the repository.
    CloneIncomplete,
}

/// A place in a policy file, or in what a build service is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// The file as it was named or found, for example `.debtlint.yml` or `rules/conventional-commits.yml`.
    pub file: Arc<str>,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// The bytes of the value within the file.
    pub span: Range<usize>,
}

/// A place in a file of the judged tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TreePlace {
    /// The file.
    pub path: RepoPath,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// The same in bytes of UTF-8.
    pub byte_column: u32,
}

/// A further place in a policy, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The place; its text is one of [`crate::policy::Policy::texts`].
    pub at: Location,
    /// What is there, in a few words.
    pub says: Untrusted,
}

impl Location {
    /// The first place of a file: for what is about the whole of it.
    #[must_use]
    pub fn start_of(file: &Arc<str>) -> Self {
        Self { file: Arc::clone(file), line: 1, column: 1, span: 0..1 }
    }
}

impl Finding {
    /// A finding about no team, no commit and no place so far.
    #[must_use]
    pub fn new(code: Code, level: Level, message: impl Into<Arc<str>>) -> Self {
        Self {
            code,
            level,
            is_spared: false,
            team: None,
            commits: Vec::new(),
            at: None,
            found: None,
            beside: Vec::new(),
            key: None,
            message: Untrusted::new(message),
            help: None,
        }
    }

    /// Lets it fail nothing: a policy is tried out. Whether it would have failed the run.
    ///
    /// What leaves a policy that cannot be used is never spared: trying a policy out must not end everybody's runs.
    pub fn spare(&mut self) -> bool {
        if self.level != Level::Error || self.code == Code::PolicyUnusable {
            return false;
        }
        self.level = Level::Warning;
        self.is_spared = true;
        true
    }

    /// Names the team that it concerns.
    #[must_use]
    pub fn of_team(self, name: impl Into<String>) -> Self {
        Self { team: Some(name.into()), ..self }
    }

    /// Names the commits that it rests on.
    #[must_use]
    pub fn of_commits(self, commits: impl IntoIterator<Item = ObjectId>) -> Self {
        let mut commits: Vec<ObjectId> = commits.into_iter().collect();
        commits.sort();
        commits.dedup();
        Self { commits, ..self }
    }

    /// Names the place in the policy that it rests on, where there is one.
    #[must_use]
    pub fn at(self, at: impl Into<Option<Location>>) -> Self {
        Self { at: at.into(), ..self }
    }

    /// Names the place in the judged tree that it is about.
    #[must_use]
    pub fn found_at(self, place: TreePlace) -> Self {
        Self { found: Some(place), ..self }
    }

    /// Names a further place in a policy, and what is there.
    #[must_use]
    pub fn beside(mut self, at: Location, says: impl Into<Arc<str>>) -> Self {
        self.beside.push(Beside { at, says: Untrusted::new(says) });
        self
    }

    /// Says what tells it from others of its code and team.
    #[must_use]
    pub fn keyed(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// Says what would mend it.
    #[must_use]
    pub fn help(self, help: impl Into<Arc<str>>) -> Self {
        Self { help: Some(Untrusted::new(help)), ..self }
    }
}

impl Code {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 56] = [
        Self::AllocationShort,
        Self::NotEnoughWork,
        Self::DefaultPolicy,
        Self::ContradictingLabels,
        Self::ShareUnreadable,
        Self::MalformedCommit,
        Self::MeasuresDisagree,
        Self::MostlyUnlabelled,
        Self::UnmatchedEntry,
        Self::CreditUndone,
        Self::CreditWithoutChange,
        Self::CreditMassChange,
        Self::UnprovenAuthor,
        Self::HistoryOverridden,
        Self::PolicyChanged,
        Self::PolicyLoosened,
        Self::PolicyUnusable,
        Self::PolicyTightened,
        Self::BelowOrgPolicy,
        Self::PolicyProposed,
        Self::AllocationWaived,
        Self::WaiverExpired,
        Self::WaiverTooLong,
        Self::PolicyUnowned,
        Self::SignersUnreadable,
        Self::LabelMissing,
        Self::ExemptChange,
        Self::RequestNotUsed,
        Self::MarkerWithoutTicket,
        Self::MarkerWithoutOwner,
        Self::MarkerWithoutDue,
        Self::MarkerWithoutEstimate,
        Self::MarkerOwnerUnknown,
        Self::MarkerMalformed,
        Self::MarkerExpired,
        Self::MarkerStale,
        Self::MarkerBudget,
        Self::MarkerFlowRising,
        Self::MarkerDenied,
        Self::UnusedSuppression,
        Self::RelabelEdited,
        Self::RelabelAdded,
        Self::GateMissing,
        Self::GateIgnored,
        Self::GateSkipped,
        Self::GateEventMissing,
        Self::GatePrivileged,
        Self::GateSelfJudged,
        Self::GateAnyBase,
        Self::GateShallow,
        Self::GateUnpinned,
        Self::GateCache,
        Self::GateUnowned,
        Self::GateUnenforced,
        Self::GateUnreadable,
        Self::CloneIncomplete,
    ];

    /// The code as it is written, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllocationShort => "allocation-short",
            Self::NotEnoughWork => "not-enough-work",
            Self::DefaultPolicy => "default-policy",
            Self::ContradictingLabels => "contradicting-labels",
            Self::ShareUnreadable => "share-unreadable",
            Self::MalformedCommit => "malformed-commit",
            Self::MeasuresDisagree => "measures-disagree",
            Self::MostlyUnlabelled => "mostly-unlabelled",
            Self::UnmatchedEntry => "unmatched-entry",
            Self::CreditUndone => "credit-undone",
            Self::CreditWithoutChange => "credit-without-change",
            Self::CreditMassChange => "credit-mass-change",
            Self::UnprovenAuthor => "unproven-author",
            Self::HistoryOverridden => "history-overridden",
            Self::PolicyChanged => "policy-changed",
            Self::PolicyLoosened => "policy-loosened",
            Self::PolicyUnusable => "policy-unusable",
            Self::PolicyTightened => "policy-tightened",
            Self::BelowOrgPolicy => "below-org-policy",
            Self::PolicyProposed => "policy-proposed",
            Self::AllocationWaived => "allocation-waived",
            Self::WaiverExpired => "waiver-expired",
            Self::WaiverTooLong => "waiver-too-long",
            Self::PolicyUnowned => "policy-unowned",
            Self::SignersUnreadable => "signers-unreadable",
            Self::LabelMissing => "label-missing",
            Self::ExemptChange => "exempt-change",
            Self::RequestNotUsed => "request-not-used",
            Self::MarkerWithoutTicket => "marker-without-ticket",
            Self::MarkerWithoutOwner => "marker-without-owner",
            Self::MarkerWithoutDue => "marker-without-due",
            Self::MarkerWithoutEstimate => "marker-without-estimate",
            Self::MarkerOwnerUnknown => "marker-owner-unknown",
            Self::MarkerMalformed => "marker-malformed",
            Self::MarkerExpired => "marker-expired",
            Self::MarkerStale => "marker-stale",
            Self::MarkerBudget => "marker-budget",
            Self::MarkerFlowRising => "marker-flow-rising",
            Self::MarkerDenied => "marker-denied",
            Self::UnusedSuppression => "unused-suppression",
            Self::RelabelEdited => "relabel-edited",
            Self::RelabelAdded => "relabel-added",
            Self::GateMissing => "gate-missing",
            Self::GateIgnored => "gate-ignored",
            Self::GateSkipped => "gate-skipped",
            Self::GateEventMissing => "gate-event-missing",
            Self::GatePrivileged => "gate-privileged",
            Self::GateSelfJudged => "gate-self-judged",
            Self::GateAnyBase => "gate-any-base",
            Self::GateShallow => "gate-shallow",
            Self::GateUnpinned => "gate-unpinned",
            Self::GateCache => "gate-cache",
            Self::GateUnowned => "gate-unowned",
            Self::GateUnenforced => "gate-unenforced",
            Self::GateUnreadable => "gate-unreadable",
            Self::CloneIncomplete => "clone-incomplete",
        }
    }
}

impl Level {
    /// The level as it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
