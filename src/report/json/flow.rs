//! What became of markers, in the document.

use schemars::JsonSchema;
use serde::Serialize;

use crate::marker;
use crate::policy::TeamId;

/// What became of a team's markers, from landing to landing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkerFlow {
    /// All of it.
    #[serde(flatten)]
    pub counts: MarkerCounts,
    /// The landings that had to do with markers of the team, the oldest first; of a change its head.
    pub landings: Vec<MarkerLanding>,
}

/// What a landing made of a team's markers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkerLanding {
    /// The mainline commit.
    pub commit: String,
    /// What it made of them.
    #[serde(flatten)]
    pub counts: MarkerCounts,
}

/// How many markers something became of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MarkerCounts {
    /// New debt.
    pub added: u64,
    /// Debt that is gone.
    pub removed: u64,
    /// Of these, those of which the whole file is gone.
    pub removed_with_file: u64,
    /// Other brackets or another tag: neither added nor removed.
    pub edited: u64,
    /// They stand in another file now: neither added nor removed.
    pub moved: u64,
    /// The same words stood elsewhere already: no debt was taken on.
    pub copied: u64,
    /// The same words still stand elsewhere: no debt was paid.
    pub copies_removed: u64,
    /// `added` less `removed`.
    pub net: i64,
}

/// Of one team, or of what is no team's, where the flow was looked for.
pub(super) fn of(flow: Option<&marker::Flow>, team: Option<TeamId>) -> Option<MarkerFlow> {
    let flow = flow?;
    let found = flow.teams.get(&team).cloned().unwrap_or_default();
    Some(MarkerFlow {
        counts: counts(found.counts),
        landings: found
            .landings
            .iter()
            .map(|(commit, of)| MarkerLanding { commit: commit.to_string(), counts: counts(*of) })
            .collect(),
    })
}

fn counts(of: marker::FlowCounts) -> MarkerCounts {
    let net = of.net();
    let marker::FlowCounts { added, removed, with_file, edited, moved, copied, copies_removed } = of;
    MarkerCounts { added, removed, removed_with_file: with_file, edited, moved, copied, copies_removed, net }
}
