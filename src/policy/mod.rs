//! What was agreed: valid by construction, made by `config` only, free of everything about how it was written
//! but the places that a finding points at.

mod allocation;
mod compare;
mod globs;
mod language;
mod marker;
mod measure;
mod pattern;
mod relabel;
mod roster;
mod rule;
mod safeguards;
mod signs;
mod team;
mod written;

use std::sync::Arc;

use crate::finding::Location;

pub use allocation::{Allocation, BasisPoints, Percent};
pub use compare::{Difference, Direction, Known, Side, compare, exempt_in_words, same_exemptions};
pub use globs::PathGlobs;
pub use language::{
    At, Class, CommentRule, Continued, Doc, EmbedKind, EmbedRule, ExcludedPaths, FenceRule, Interpolation, Language,
    Languages, Special, StringRule, Syntax,
};
pub use marker::{MarkerBudget, MarkerFlow, MarkerPolicy, Required, RuleLevel, TagCase, TagRule};
pub use measure::Rounding;
pub use pattern::{TextPattern, WildcardPattern, lies_below};
pub use relabel::{Relabel, RelabelCap};
pub use roster::{Membership, OnRoster, Person, PersonId, Roster};
pub use rule::{
    ChangeReason, ExemptChange, ExemptMatch, ExemptReason, ExemptRule, Kind, LabelMatch, LabelOutcome, LabelRule,
    PathRule, Rank, RequireLabel,
};
pub use safeguards::{Enforcement, Safeguards, Shadow, SponsorProof, WAIVER_REACH_DAYS, Waiver, WaiverState};
pub use signs::{Sign, SignPlace, Signs};
pub use team::{Team, TeamId};
pub use written::{Step, Written};

/// An agreement between sponsor, leads and teams about the share of capacity that pays debt down.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Where it comes from.
    pub source: PolicySource,
    /// The texts that its places lie in: the policy file first, then the packs that it extends.
    pub texts: Vec<PolicyText>,
    /// Every value of these files as it was written, in their order.
    pub written: Vec<Written>,
    /// Who guards the allocation.
    pub sponsor: Option<String>,
    /// Length of the window, in days.
    pub window_days: u32,
    /// The normative measure.
    pub effort: Measure,
    /// How work is attributed to teams.
    pub attribution: Attribution,
    /// Below this a team is not judged.
    pub minimum: MinimumEffort,
    /// When a team that lies below its allocation fails.
    pub fail_when: FailWhen,
    /// The part that counts of the credit of a commit whose label nothing else bears out.
    pub unproven_credit: BasisPoints,
    /// The teams, in the order of the policy; at least one.
    pub teams: Vec<Team>,
    /// Who belongs to which team.
    pub roster: Roster,
    /// Ordered: the first that matches wins.
    pub labels: Vec<LabelRule>,
    /// The file of the repository that holds the labels of landed pull requests, and where the policy names it.
    pub requests_file: Option<(String, Location)>,
    /// Whether commits of a change must carry a label.
    pub require_label: Option<RequireLabel>,
    /// Changes that may land while their team is short.
    pub exempt_changes: Vec<ExemptChange>,
    /// What is left out of the measure.
    pub exempt: Vec<ExemptRule>,
    /// Paths that are left out of the measure.
    pub ignore: Vec<PathRule>,
    /// Their globs together, in their order.
    pub ignored: PathGlobs,
    /// What holds the agreement up, and what sets it aside for a time.
    pub safeguards: Safeguards,
    /// What a commit of a change may touch and yet be left out by its author: nobody has proven who made it.
    pub bot_paths: PathGlobs,
    /// What they are made from, in their order.
    pub bot_path_rules: Vec<PathRule>,
    /// What was agreed about markers.
    pub markers: MarkerPolicy,
}

/// Where a policy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicySource {
    /// The embedded default: the repository has no policy.
    Default,
    /// A file of the judged repository, read from a revision's tree.
    Tree {
        /// Its path in the tree.
        path: Arc<str>,
    },
    /// A file that an option or the environment named.
    File {
        /// As it was named.
        path: Arc<str>,
    },
}

/// The text of a policy file or a pack, for findings that point into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyText {
    /// The name that locations carry.
    pub name: Arc<str>,
    /// The text, without a byte-order mark.
    pub text: Arc<str>,
}

impl PolicyText {
    /// The name of what was typed instead of written.
    pub const COMMAND_LINE: &str = "command line";
    /// What the name of an organisation's policy begins with.
    pub const ORGANISATION: &str = "organisation:";
}

/// A measure of effort; docs/measure.md gives each one's arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// One unit a person and ISO week, scaled by active days and part time.
    DeveloperWeeks,
    /// One unit a person and active day.
    DeveloperDays,
    /// One unit a commit.
    Commits,
    /// One unit an added or removed line outside ignored paths.
    Lines,
}

/// How work is attributed to teams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribution {
    /// To the teams of the persons who did it.
    Roster,
    /// To the teams that own the changed paths.
    Paths,
}

/// Below this a team's standing is `not-enough-work`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinimumEffort {
    /// Distinct persons with counted work.
    pub people: u32,
    /// Developer-weeks of counted work, in hundredths.
    pub developer_week_hundredths: u32,
}

/// When a team that lies below its allocation fails. The lower, the sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailWhen {
    /// When its share lies below.
    Below,
    /// When the upper end of the share's 90 % interval lies below.
    ClearlyBelow,
}

impl Policy {
    /// The name of the one team of a policy that names none.
    pub const EVERYONE: &str = "everyone";

    /// What the rules of `labels` look for, and then those of `exempt-changes`.
    pub fn label_matches(&self) -> impl Iterator<Item = &LabelMatch> {
        let labels = self.labels.iter().map(|rule| &rule.matches);
        labels.chain(self.exempt_changes.iter().map(|rule| &rule.matches))
    }

    /// The team that everybody belongs to with all of their time: the only team, called `everyone`, with nobody on its
    /// roster, no paths and no code owners. So is the policy that names no teams.
    #[must_use]
    pub fn everyone(&self) -> Option<TeamId> {
        let nobody = self.roster.people.is_empty() && self.roster.patterns.is_empty();
        match self.teams.as_slice() {
            [team] if nobody && team.name == Self::EVERYONE && team.paths.is_empty() && team.codeowners.is_empty() => {
                Some(TeamId(0))
            }
            _ => None,
        }
    }

    /// The team of that id.
    #[must_use]
    pub fn team(&self, id: TeamId) -> Option<&Team> {
        self.teams.get(id.0)
    }

    /// The id of the team of that name.
    #[must_use]
    pub fn team_named(&self, name: &str) -> Option<TeamId> {
        self.teams.iter().position(|team| team.name == name).map(TeamId)
    }

    /// The text that a location lies in.
    #[must_use]
    pub fn text_at(&self, at: &Location) -> Option<&PolicyText> {
        self.texts.iter().find(|text| text.name == at.file)
    }
}

impl Attribution {
    /// The attribution as policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Roster => "roster",
            Self::Paths => "paths",
        }
    }
}

impl FailWhen {
    /// As policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::ClearlyBelow => "clearly-below",
        }
    }
}

impl Measure {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 4] = [Self::DeveloperWeeks, Self::DeveloperDays, Self::Commits, Self::Lines];

    /// The measure as policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeveloperWeeks => "developer-weeks",
            Self::DeveloperDays => "developer-days",
            Self::Commits => "commits",
            Self::Lines => "lines",
        }
    }

    /// How many integer units one developer-week, developer-day, commit or line is.
    ///
    /// 840,000,000 is divisible by 3 (thirds of a week), by 4 to 7 (active days) and then by 100 (part time in whole per
    /// cents). Commits and lines need to be divided among few people and teams only, and lines are many.
    #[must_use]
    pub const fn scale(self) -> u64 {
        match self {
            Self::DeveloperWeeks | Self::DeveloperDays => 840_000_000,
            Self::Commits | Self::Lines => 840,
        }
    }
}
