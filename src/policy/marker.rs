//! What was agreed about markers.

use std::collections::BTreeMap;

use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::Language;
use crate::policy::PathGlobs;
use crate::policy::TeamId;
use crate::policy::TextPattern;

/// What was agreed about markers; by default they are listed, and nothing is found fault with.
#[derive(Debug, Clone, Default)]
pub struct MarkerPolicy {
    /// The tags and what they must have; several entries may name one tag.
    pub tags: Vec<TagRule>,
    /// Texts in brackets that are tickets, beside `#12`, `TD-12` and URLs.
    pub tickets: Vec<TextPattern>,
    /// Whether files of prose are searched as a whole.
    pub prose: bool,
    /// Languages beside those of the shipped table, or instead of them.
    pub languages: Vec<Language>,
    /// How grave each finding is, and where that is written; a code that is not there is off.
    pub levels: BTreeMap<Code, (RuleLevel, Option<Location>)>,
    /// Markers older than so many days are stale.
    pub stale_after_days: Option<u32>,
    /// What teams may have at most.
    pub budgets: Vec<MarkerBudget>,
    /// Whether a team may take on more than it pays.
    pub flow: MarkerFlow,
    /// Where that is written.
    pub flow_at: Option<Location>,
}

/// Whether a team may take more markers on than it pays, in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MarkerFlow {
    /// It may not.
    NotRising,
    /// It may.
    #[default]
    Any,
}

/// A tag, and what a marker with it must have.
#[derive(Debug, Clone)]
pub struct TagRule {
    /// The tag as written.
    pub tag: String,
    /// Whether its case matters.
    pub case: TagCase,
    /// How grave it is when a marker has not what it must have; or, when it must have nothing, when there is one at all.
    pub level: RuleLevel,
    /// What a marker must have.
    pub requires: Vec<Required>,
    /// A marker whose text one of these fits is let through.
    pub allow: Vec<TextPattern>,
    /// Where it holds; everywhere if `None`.
    pub paths: Option<PathGlobs>,
    /// Where it is written; nowhere for a tag that is looked for by default.
    pub at: Option<Location>,
}

/// Whether a tag's case matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TagCase {
    /// As written.
    #[default]
    Exact,
    /// Letters of ASCII in any case.
    Any,
}

/// Something that a marker must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Required {
    /// Who answers for it.
    Owner,
    /// Where it is tracked.
    Ticket,
    /// Until when.
    Due,
    /// How long it will take.
    Estimate,
}

/// How grave a finding is by the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum RuleLevel {
    /// It is not looked for.
    #[default]
    Off,
    /// It is told.
    Warn,
    /// It fails the run.
    Error,
}

/// What a team may have at most.
#[derive(Debug, Clone)]
pub struct MarkerBudget {
    /// The team.
    pub team: TeamId,
    /// So many markers.
    pub markers: Option<u32>,
    /// So many days that its markers are old together.
    pub marker_days: Option<u32>,
    /// Where it is written.
    pub at: Location,
}

impl MarkerPolicy {
    /// The tags that are looked for where a policy names none.
    pub const TAGS: [&str; 5] = ["TODO", "FIXME", "HACK", "XXX", "DEBT"];

    /// Its rules about every marker: the codes of findings that `markers: rules` may give a level, and the level that they
    /// have in a policy which speaks of markers and does not say.
    pub const RULES: [(Code, RuleLevel); 10] = [
        (Code::MarkerWithoutTicket, RuleLevel::Off),
        (Code::MarkerWithoutOwner, RuleLevel::Off),
        (Code::MarkerWithoutDue, RuleLevel::Off),
        (Code::MarkerWithoutEstimate, RuleLevel::Off),
        (Code::MarkerOwnerUnknown, RuleLevel::Off),
        (Code::MarkerMalformed, RuleLevel::Warn),
        (Code::MarkerExpired, RuleLevel::Error),
        (Code::MarkerStale, RuleLevel::Warn),
        (Code::MarkerBudget, RuleLevel::Error),
        (Code::UnusedSuppression, RuleLevel::Warn),
    ];

    /// How grave a finding is.
    #[must_use]
    pub fn level(&self, code: Code) -> Option<Level> {
        self.levels.get(&code).and_then(|(level, _)| level.level())
    }

    /// Where the level of a finding is written.
    #[must_use]
    pub fn level_at(&self, code: Code) -> Option<&Location> {
        self.levels.get(&code).and_then(|(_, at)| at.as_ref())
    }

    /// Whether the policy says anything of markers.
    #[must_use]
    pub fn is_spoken_of(&self) -> bool {
        !self.levels.is_empty() || self.flow == MarkerFlow::NotRising
    }

    /// The tags to look for, each once.
    #[must_use]
    pub fn search_tags(&self) -> Vec<(&str, TagCase)> {
        let mut tags: Vec<(&str, TagCase)> = Vec::new();
        for rule in &self.tags {
            match tags.iter_mut().find(|(tag, _)| *tag == rule.tag) {
                Some((_, case)) if rule.case == TagCase::Any => *case = TagCase::Any,
                Some(_) => {}
                None => tags.push((&rule.tag, rule.case)),
            }
        }
        if tags.is_empty() { Self::TAGS.map(|tag| (tag, TagCase::Exact)).to_vec() } else { tags }
    }
}

impl MarkerFlow {
    /// As policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotRising => "not-rising",
            Self::Any => "any",
        }
    }
}

impl RuleLevel {
    /// The level of a finding; `None` when there is none.
    #[must_use]
    pub const fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::Warn => Some(Level::Warning),
            Self::Error => Some(Level::Error),
        }
    }

    /// The level as policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl Required {
    /// As policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Ticket => "ticket",
            Self::Due => "due",
            Self::Estimate => "estimate",
        }
    }

    /// The code of the finding that it is missing.
    #[must_use]
    pub const fn missing(self) -> Code {
        match self {
            Self::Owner => Code::MarkerWithoutOwner,
            Self::Ticket => Code::MarkerWithoutTicket,
            Self::Due => Code::MarkerWithoutDue,
            Self::Estimate => Code::MarkerWithoutEstimate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_several_entries_is_looked_for_once() {
        let rule = |tag: &str, case| TagRule {
            tag: tag.to_owned(),
            case,
            level: RuleLevel::Off,
            requires: Vec::new(),
            allow: Vec::new(),
            paths: None,
            at: None,
        };
        let (exact, any) = (TagCase::Exact, TagCase::Any);
        // Where one entry takes any case, none is missed.
        for (first, second, expected) in [(exact, exact, exact), (exact, any, any), (any, exact, any)] {
            let tags = vec![rule("TODO", first), rule("LATER", exact), rule("TODO", second)];
            let policy = MarkerPolicy { tags, ..MarkerPolicy::default() };
            assert_eq!(policy.search_tags(), [("TODO", expected), ("LATER", exact)]);
        }
        assert_eq!(MarkerPolicy::default().search_tags(), MarkerPolicy::TAGS.map(|tag| (tag, exact)));
    }

    #[test]
    fn a_policy_speaks_of_markers_by_their_flow_alone() {
        let flow = MarkerPolicy { flow: MarkerFlow::NotRising, ..MarkerPolicy::default() };
        assert!(flow.is_spoken_of() && !MarkerPolicy::default().is_spoken_of());
    }
}
