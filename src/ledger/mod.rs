//! All effort, posted once. Pure, in integers.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::integer_division,
        reason = "this module counts"
    )
)]

mod account;
mod cap;
mod divide;
mod error;
mod post;

use std::collections::BTreeMap;

use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::policy::Policy;
use crate::policy::TeamId;

pub use account::{Account, CREDIT_SCALE, Efforts, Granted, Ledger, Posting, Sums};
pub use divide::divide;
pub use error::LedgerError;
pub use post::{Part, day_of_week, parts_on};

/// Posts all work items: every one exactly once, or as exempt with its reason.
///
/// # Errors
///
/// [`LedgerError`] when an amount leaves its range; nothing wraps and nothing is cut off.
pub fn post(items: &[WorkItem], policy: &Policy) -> Result<Ledger, LedgerError> {
    let too_big = || LedgerError::Overflow { what: "the effort of a team" };
    let mut ledger = Ledger {
        accounts: vec![Account::default(); policy.teams.len()],
        unattributed: Account::default(),
        exempt: BTreeMap::new(),
        walked: 0,
        counted: 0,
        postings: post::postings(items, policy)?,
        relabels: BTreeMap::new(),
    };
    ledger.relabels = cap::hold(&mut ledger.postings, items, policy)?;
    for item in items {
        let place = match &item.reading {
            Reading::Exempt(exempt) => ledger.exempt.entry(exempt.reason).or_default(),
            Reading::Counted(_) => &mut ledger.counted,
        };
        *place = place.checked_add(1).ok_or_else(too_big)?;
        ledger.walked = ledger.walked.checked_add(1).ok_or_else(too_big)?;
    }
    // The last item that each account has seen: postings come sorted by item.
    let mut seen: BTreeMap<Option<TeamId>, usize> = BTreeMap::new();
    let mut all = Efforts::default();
    for posting in &ledger.postings {
        let Some(Reading::Counted(counted)) = items.get(posting.item).map(|item| &item.reading) else { continue };
        // Whatever is summed later, of one account or of all, fits.
        all = all.checked_add(posting.effort).ok_or_else(too_big)?;
        let account = match posting.team {
            Some(team) => ledger.accounts.get_mut(team.0).ok_or_else(too_big)?,
            None => &mut ledger.unattributed,
        };
        account.post(posting, counted, policy.effort).ok_or_else(too_big)?;
        if seen.insert(posting.team, posting.item) != Some(posting.item) {
            account.commits = account.commits.checked_add(1).ok_or_else(too_big)?;
        }
    }
    Ok(ledger)
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod relabel_laws;
#[cfg(test)]
pub(crate) mod tests;
