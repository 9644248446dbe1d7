//! A commit classified, with the evidence for it.

use std::sync::Arc;

use crate::classify::Excuse;
use crate::classify::Relabelled;
use crate::facts::Day;
use crate::facts::Defect;
use crate::facts::Hollow;
use crate::facts::Identity;
use crate::facts::Landing;
use crate::facts::ObjectId;
use crate::facts::Proof;
use crate::facts::Retrace;
use crate::facts::Untrusted;
use crate::finding::Location;
use crate::policy::BasisPoints;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::LabelOutcome;
use crate::policy::OnRoster;
use crate::policy::PersonId;
use crate::policy::Rank;
use crate::policy::Roster;
use crate::policy::TeamId;

/// A commit classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// The commit.
    pub commit: ObjectId,
    /// Its subject.
    pub subject: Untrusted,
    /// How it came to the mainline.
    pub landing: Landing,
    /// Its author after the mailmap.
    pub author: Identity,
    /// Whether and how it counts.
    pub reading: Reading,
}

/// Whether and how a commit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// It is left out of the measure.
    Exempt(Box<Exempt>),
    /// It is counted.
    Counted(Box<Counted>),
}

/// Why a commit is left out of the measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exempt {
    /// The reason.
    pub reason: ExemptReason,
    /// The rule of the policy that says so, if it was one.
    pub rule: Option<Arc<str>>,
    /// The text that the rule matched.
    pub matched: Option<Untrusted>,
}

impl WorkItem {
    /// Whether what was told of the judged pull request stands for its own words.
    #[must_use]
    pub fn is_by_request(&self) -> bool {
        matches!(&self.reading, Reading::Counted(counted) if counted.evidence.by_request == ByRequest::Yes)
    }
}

/// How a commit counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The commit's own day: its committer day, held between its landing time minus 13 weeks and its landing time.
    pub day: Day,
    /// Who did the work: the author, and the co-authors who are on a roster; sorted by id, without repeats.
    pub workers: Vec<Worker>,
    /// The kind of the part that is not credited as paydown; [`Kind::Paydown`] where a label says so of the whole.
    pub kind: Kind,
    /// The part that is credited as paydown. Zero for `Kind::Paydown` when the credit was [taken away](Evidence::retraced);
    /// its effort is then posted as [`Kind::Other`].
    pub credit: BasisPoints,
    /// Added and removed lines outside ignored paths.
    pub lines: u64,
    /// With attribution by paths: who owns the changed paths, in the order of the teams, `None` last.
    pub owners: Vec<Owner>,
    /// Why.
    pub evidence: Evidence,
}

/// Someone who worked on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Who.
    pub id: WorkerId,
    /// How reports name the person.
    pub name: Untrusted,
}

/// A person, as far as effort goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkerId {
    /// Named by the policy.
    Rostered(PersonId),
    /// An address, in lower case.
    Address(Arc<str>),
}

impl WorkerId {
    /// Whom a roster knows it as; `None` for who is on none.
    #[must_use]
    pub fn on<'r>(&self, roster: &'r Roster) -> Option<OnRoster<'r>> {
        match self {
            Self::Rostered(id) => roster.people.get(id.0).map(|person| OnRoster::Named(*id, person)),
            Self::Address(address) => roster.find(address),
        }
    }
}

/// How much of a commit lies in the paths of one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The team, or nobody.
    pub team: Option<TeamId>,
    /// `1 + min(lines in its paths, 400)`.
    pub weight: u64,
}

/// Why a commit is of its kind. What few commits have lies elsewhere: there may be tens of thousands of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The label that decided.
    pub winner: Option<FoundLabel>,
    /// The labels that did not, in the order of the rules.
    pub others: Vec<FoundLabel>,
    /// The landing whose labels were taken, where the commit has none of its own.
    pub inherited: Option<Box<Inherited>>,
    /// Whether the labels are those of the pull request that is judged.
    pub by_request: ByRequest,
    /// The rules of the policy by which it may land while its team is short.
    pub excuses: Vec<Excuse>,
    /// Whether labels of the commit contradict each other, so it is not paydown.
    pub contradicts: bool,
    /// The change that this one undoes or repeats, or that undoes it, so that its credit is taken away.
    pub retraced: Option<Box<Retrace>>,
    /// What its content says for a label of paydown; `None` where it has no credit, or nobody looked.
    pub proof: Option<Box<Proof>>,
    /// What else of its words does not count, and why.
    pub doubts: Vec<Doubt>,
    /// What relabels made of it, where there are any about it.
    pub relabelled: Option<Box<Relabelled>>,
    /// Defects of the object that keep its words from counting.
    pub defects: Vec<Defect>,
}

/// Whether a commit took the labels of the pull request that is judged, since it has none of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByRequest {
    /// It did not.
    #[default]
    No,
    /// It did.
    Yes,
}

/// Why some words of a commit do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// It states two different shares of paydown: none is credited.
    SharesDiffer,
    /// It states a share of paydown that is no percentage of 0 to 100: none is credited.
    ShareUnreadable,
    /// It names more than [`MOST_CO_AUTHORS`](crate::classify::MOST_CO_AUTHORS) co-authors who are on rosters: none of
    /// them counts.
    TooManyCoAuthors,
    /// A rule would leave it out by its author, but it is a change's and nobody has proven who made it: it is counted.
    UnprovenAuthor,
    /// It is labelled as paydown and leaves the texts as they were but for blanks and comments: no credit.
    WithoutChange,
    /// It is a merge that is labelled as paydown, and all that is its own is put together from its parents: no credit.
    PutTogether,
    /// It is labelled as paydown and is, nearly all of it, a reformatting of many files: no credit.
    MassChange,
}

impl Doubt {
    /// What is so, for reports.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::SharesDiffer => "it states different shares of paydown, so none is credited",
            Self::ShareUnreadable => "it states a share of paydown that is not a percentage, so none is credited",
            Self::TooManyCoAuthors => "it names more than 16 co-authors who are on rosters, so none of them counts",
            Self::UnprovenAuthor => {
                "an exempt rule fits its author, whom nobody has proven and who touched more than `bot-paths`, so it counts"
            }
            Self::WithoutChange => {
                "but for blanks and comments the texts are what they were before, so no paydown is credited"
            }
            Self::PutTogether => {
                "it is a merge of whose own content each word comes from one of its parents, so no paydown is credited; \
                 in a change's own share it weighs nothing"
            }
            Self::MassChange => {
                "nearly all of it reformats many files or edits their comments, so no paydown is credited"
            }
        }
    }

    /// What keeps a commit in which nothing was done from its credit.
    #[must_use]
    pub(super) const fn of(hollow: Hollow) -> Self {
        match hollow {
            Hollow::WithoutChange => Self::WithoutChange,
            Hollow::PutTogether => Self::PutTogether,
            Hollow::MassChange => Self::MassChange,
        }
    }
}

impl Counted {
    /// Whether it is known that nothing but a label speaks for its credit.
    #[must_use]
    pub fn is_unproven(&self) -> bool {
        self.evidence.proof.as_ref().is_some_and(|proof| !proof.grade.is_proven())
    }
}

impl Evidence {
    /// All labels that were found: the one that decided, then the others in the order of the rules.
    pub fn labels(&self) -> impl Iterator<Item = &FoundLabel> {
        self.winner.iter().chain(&self.others)
    }
}

/// A label that a rule recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLabel {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Who wrote the rule.
    pub rank: Rank,
    /// Where the commit says so: `type`, `scope`, `trailer`, `subject`, `pull-request`, `author`, `path`, `commit`;
    /// `relabel`, where the lead says so.
    pub source: &'static str,
    /// The text that the rule matched.
    pub matched: Untrusted,
    /// What the rule makes of it.
    pub outcome: LabelOutcome,
    /// Where the rule is written.
    pub at: Location,
}

/// A landing that gave its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited {
    /// The mainline commit.
    pub from: ObjectId,
    /// Its title.
    pub title: Untrusted,
}
