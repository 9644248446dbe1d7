//! What a changed policy means: each difference in meaning, and whether it loosens what the other protects.
//!
//! Unknown never helps: what cannot be shown to tighten, or to change nothing, counts as a loosening. Every field is
//! named where it is compared, so that a new one does not compile before somebody has decided what its change means; and
//! what is written under a key that nobody here knows is held against its other side as text.

mod bots;
mod requests;
mod roster;
mod rules;
mod safeguards;
mod scalars;
mod teams;
mod unknown;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::Location;
use crate::policy::Policy;
use crate::policy::PolicySource;

pub use rules::{exempt_in_words, same_exemptions};

/// One difference between two policies, in meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs, as the subject of a sentence: `the allocation of payments`.
    pub what: String,
    /// Where it is in a policy, the keys joined by dots: `teams.payments.allocation`. Two differences about one thing,
    /// found in different pairs of policies, have one key.
    pub key: String,
    /// The team that it is about.
    pub team: Option<String>,
    /// What it does to what is protected.
    pub direction: Direction,
    /// What the base says; `None` where it says nothing.
    pub base: Option<Side>,
    /// What the head says.
    pub head: Option<Side>,
    /// Why it is a loosening, where the two values do not say it themselves.
    pub why: Option<&'static str>,
}

/// One side of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The value, in a few words.
    pub value: String,
    /// Where it is written; `None` for a default.
    pub at: Option<Location>,
}

/// What a difference does to what is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// It protects more.
    Tighter,
    /// It protects the same.
    Neutral,
    /// It protects less, or cannot be shown not to.
    Looser,
}

/// What is known besides the two policies.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The addresses, in lower case, of all who have work in the window or in the change; `None` when they are not known,
    /// and anybody may have.
    pub authors: Option<BTreeSet<String>>,
    /// Whether `CODEOWNERS` may say who owns a path that no team states.
    pub codeowners: bool,
}

/// All differences of two policies in meaning, in the order of the policy's keys. `base` is what holds, `head` what is
/// proposed.
#[must_use]
pub fn compare(base: &Policy, head: &Policy, known: &Known) -> Vec<Difference> {
    // Each field is compared, or said why not. `ignored` is made from `ignore`.
    let Policy {
        source: _,
        texts: _,
        written: _,
        sponsor: _,
        window_days: _,
        effort: _,
        attribution: _,
        minimum: _,
        fail_when: _,
        teams: _,
        roster: _,
        labels: _,
        exempt: _,
        ignore: _,
        ignored: _,
        safeguards: _,
        requests_file: _,
        require_label: _,
        exempt_changes: _,
        bot_paths: _,
        // What `bot_paths` is made from.
        bot_path_rules: _,
        unproven_credit: _,
        // As text, by `unknown`; their flow by `scalars`.
        markers: _,
    } = base;
    let pair = Pair { base, head, known };
    let mut all = Vec::new();
    all.extend(moved(base, head));
    scalars::compare(&pair, &mut all);
    teams::compare(&pair, &mut all);
    roster::compare(&pair, &mut all);
    rules::compare(&pair, &mut all);
    safeguards::compare(&pair, &mut all);
    requests::compare(&pair, &mut all);
    bots::compare(&pair, &mut all);
    unknown::compare(&pair, &mut all);
    all
}

/// Both sides, and what is known besides.
struct Pair<'a> {
    base: &'a Policy,
    head: &'a Policy,
    known: &'a Known,
}

impl Known {
    /// Whether an address, in lower case, may have work.
    fn may_work(&self, address: &str) -> bool {
        self.authors.as_ref().is_none_or(|authors| authors.contains(address))
    }
}

impl Side {
    /// A value, and where it is written.
    #[must_use]
    pub fn new(value: impl Into<String>, at: Option<Location>) -> Self {
        Self { value: value.into(), at }
    }

    /// A value that is written somewhere.
    #[must_use]
    pub fn at(value: impl Into<String>, at: &Location) -> Self {
        Self { value: value.into(), at: Some(at.clone()) }
    }
}

impl Difference {
    /// A difference without sides so far.
    #[must_use]
    pub fn new(what: impl Into<String>, key: impl Into<String>, direction: Direction) -> Self {
        let (what, key) = (what.into(), key.into());
        Self { what, key, team: None, direction, base: None, head: None, why: None }
    }

    /// Names the team that it is about.
    #[must_use]
    pub fn of_team(self, name: &str) -> Self {
        Self { team: Some(name.to_owned()), ..self }
    }

    /// Says what the base says.
    #[must_use]
    pub fn base(self, side: Side) -> Self {
        Self { base: Some(side), ..self }
    }

    /// Says what the head says.
    #[must_use]
    pub fn head(self, side: Side) -> Self {
        Self { head: Some(side), ..self }
    }

    /// Says why it is a loosening.
    #[must_use]
    pub fn because(self, why: &'static str) -> Self {
        Self { why: Some(why), ..self }
    }
}

fn moved(base: &Policy, head: &Policy) -> Option<Difference> {
    let (PolicySource::Tree { path: old }, PolicySource::Tree { path: new }) = (&base.source, &head.source) else {
        return None;
    };
    let side = |path: &Arc<str>| Side::at(path.as_ref(), &Location::start_of(path));
    (old != new).then(|| {
        Difference::new("the place of the policy", "", Direction::Looser)
            .base(side(old))
            .head(side(new))
            .because("whoever is asked about the one file need not be asked about the other")
    })
}
