//! The change of the document.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::classify::Reading;
use crate::classify::Uses;
use crate::policy::ExemptReason;
use crate::policy::TeamId;
use crate::report;
use crate::report::Report;

use super::Commits;
use super::Item;
use super::Items;
use super::Units;
use super::told;

/// A revision that was named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Revision {
    /// As it was named.
    pub name: String,
    /// The commit.
    pub commit: String,
}

/// A change on top of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Whether the policy is only what the change proposes, so that nothing is enforced.
    pub is_proposed: bool,
    /// How many commits it holds: reachable from `subject.head` and not from `subject.base`.
    pub commits: Commits,
    /// What was told of its pull request and read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Request>,
    /// The rules of `exempt-changes`, and how often each was used by what landed in the base's window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt_changes: Option<Vec<ExemptUse>>,
    /// With `--items`: every commit of the change, by the merge that would land it, then by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<Item>>,
}

/// What was told of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Request {
    /// Its title.
    pub title: Option<Said>,
    /// Its labels.
    pub labels: Vec<Said>,
}

/// A text, and who told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Said {
    /// The text.
    pub text: String,
    /// An option, or variables of the environment.
    pub from: String,
}

/// How often a rule of `exempt-changes` was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExemptUse {
    /// The rule's id.
    pub rule: String,
    /// Landings of the base's window that carry it.
    pub landed: u64,
    /// How many of a window may; null where the policy does not say.
    pub at_most: Option<u32>,
}

/// What a change means for one team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TeamChange {
    /// `not-concerned`, `not-enough-work`, `team-meets`, `change-meets`, `waived`, `reverts`, `brings-back`, `exempt`, `policy-only` or
    /// `short`: only the last one fails.
    pub answer: &'static str,
    /// The team's share with the change landed, in ten-thousandths, rounded down; null without any effort.
    pub share_bp: Option<u16>,
    /// Units of paydown in the measure that decides that would still be missing with the change landed; null when no
    /// amount would do.
    pub shortfall: Option<Units>,
    /// The share of paydown in what of the change is the team's, in ten-thousandths, rounded down; null where there is none. In developer-weeks and
    /// developer-days its commits are weighed by `1 + min(lines, 400)`, whoever made them.
    pub own_share_bp: Option<u16>,
    /// Units of paydown in the measure that decides that the change brings.
    pub own_paydown: Units,
    /// Units in the measure that decides that the change brings.
    pub own_total: Units,
}

pub(super) fn base(report: &Report) -> Option<Revision> {
    report.change.as_ref()?;
    let subject = &report.subject;
    Some(Revision { name: subject.revision_name.expose().to_owned(), commit: subject.revision?.to_string() })
}

pub(super) fn head(report: &Report) -> Option<Revision> {
    let change = report.change.as_ref()?;
    Some(Revision { name: change.head_name.expose().to_owned(), commit: change.head.to_string() })
}

pub(super) fn change(report: &Report, items: Items) -> Option<Change> {
    let change = report.change.as_ref()?;
    let mut exempt: BTreeMap<ExemptReason, u64> = BTreeMap::new();
    for item in &change.items {
        if let Reading::Exempt(found) = &item.reading {
            let number = exempt.entry(found.reason).or_default();
            *number = number.saturating_add(1);
        }
    }
    let walked = u64::try_from(change.items.len()).unwrap_or(u64::MAX);
    Some(Change {
        is_proposed: change.is_proposed,
        commits: told::commits(walked, walked.saturating_sub(exempt.values().sum()), &exempt),
        request: change.request.as_ref().map(request),
        exempt_changes: (!change.uses.is_empty()).then(|| change.uses.iter().map(exempt_use).collect()),
        items: (items == Items::Listed).then(|| in_change(report)),
    })
}

fn request(request: &report::Request) -> Request {
    let said = |said: &report::Said| Said { text: said.text.expose().to_owned(), from: said.from.expose().to_owned() };
    Request { title: request.title.as_ref().map(said), labels: request.labels.iter().map(said).collect() }
}

fn exempt_use((rule, uses): (&Arc<str>, &Uses)) -> ExemptUse {
    let landed = u64::try_from(uses.landed).unwrap_or(u64::MAX);
    ExemptUse { rule: rule.to_string(), landed, at_most: uses.at_most }
}

pub(super) fn of_team(report: &Report, id: TeamId) -> Option<TeamChange> {
    let verdict = report.change.as_ref()?.verdicts.iter().find(|verdict| verdict.team == id)?;
    Some(TeamChange {
        answer: verdict.answer.name(),
        share_bp: verdict.after.share.map(|share| share.basis_points_floor().get()),
        shortfall: verdict.after.shortfall.map(Units),
        own_share_bp: verdict.own_share.map(|share| share.basis_points_floor().get()),
        own_paydown: Units(verdict.own.paydown),
        own_total: Units(verdict.own.total),
    })
}

/// The commits of the change.
pub(super) fn in_change(report: &Report) -> Vec<Item> {
    let listed = |change: &report::Change| told::listed(&change.items, change.base_items, &change.ledger, report);
    report.change.as_ref().map(listed).unwrap_or_default()
}
