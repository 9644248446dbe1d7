//! What relabels give beyond what a commit says of itself is credited only up to a part of each team's credit.
//!
//! In every account and every measure, with `own` what is credited without relabels and `cap` in ten-thousandths, relabels
//! are credited at most `own * cap / (10,000 - cap)`, rounded down: then they are at most `cap` of all that is credited.
//! Who comes first in the file of relabels comes first here; the one at which the cap is reached is credited in part.

use std::collections::BTreeMap;

use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::ledger::Efforts;
use crate::ledger::Granted;
use crate::ledger::LedgerError;
use crate::ledger::Posting;
use crate::ledger::post::natural_paydown;
use crate::policy::BasisPoints;
use crate::policy::Measure;
use crate::policy::Policy;
use crate::policy::TeamId;

/// What a posting has of an entry.
struct Gain {
    posting: usize,
    entry: usize,
    more: Efforts,
}

/// Takes away what lies beyond the cap, and says what each entry was granted.
pub(super) fn hold(
    postings: &mut [Posting],
    items: &[WorkItem],
    policy: &Policy,
) -> Result<BTreeMap<usize, Granted>, LedgerError> {
    let mut gains: BTreeMap<Option<TeamId>, Vec<Gain>> = BTreeMap::new();
    for (place, posting) in postings.iter().enumerate() {
        if let Some(gain) = gain(place, posting, items, policy)? {
            gains.entry(posting.team).or_default().push(gain);
        }
    }
    let mut granted: BTreeMap<usize, Granted> = BTreeMap::new();
    for (team, mut gains) in gains {
        let commit = |gain: &Gain| {
            let posting = postings.get(gain.posting)?;
            Some((items.get(posting.item)?.commit, posting.worker.clone()))
        };
        gains.sort_by_cached_key(|gain| (gain.entry, commit(gain)));
        for measure in Measure::ALL {
            let all = postings.iter().filter(|posting| posting.team == team);
            let all = sum(all.map(|posting| posting.paydown.get(measure)))?;
            let asked = sum(gains.iter().map(|gain| gain.more.get(measure)))?;
            let mut left = room(all.checked_sub(asked).ok_or_else(too_big)?, policy.safeguards.relabel_cap.0)?;
            for gain in &gains {
                let asked = gain.more.get(measure);
                let given = u64::try_from(left).unwrap_or(u64::MAX).min(asked);
                left = left.checked_sub(u128::from(given)).ok_or_else(too_big)?;
                let beyond = asked.checked_sub(given).ok_or_else(too_big)?;
                let posting = postings.get_mut(gain.posting).ok_or_else(too_big)?;
                let paydown = posting.paydown.get_mut(measure);
                *paydown = paydown.checked_sub(beyond).ok_or_else(too_big)?;
                *posting.refused.get_mut(measure) = beyond;
                if measure == policy.effort {
                    let entry = granted.entry(gain.entry).or_default();
                    entry.asked = entry.asked.checked_add(asked).ok_or_else(too_big)?;
                    entry.given = entry.given.checked_add(given).ok_or_else(too_big)?;
                }
            }
        }
    }
    Ok(granted)
}

/// What relabels may give where so much is credited without them.
fn room(own: u128, cap: BasisPoints) -> Result<u128, LedgerError> {
    let cap = u128::from(cap.get());
    let rest = u128::from(BasisPoints::WHOLE.get()).checked_sub(cap).ok_or_else(too_big)?;
    // Of the whole there is no end.
    if rest == 0 { Ok(u128::MAX) } else { own.checked_mul(cap).map(|own| own.div_euclid(rest)).ok_or_else(too_big) }
}

fn gain(place: usize, posting: &Posting, items: &[WorkItem], policy: &Policy) -> Result<Option<Gain>, LedgerError> {
    let Some(Reading::Counted(counted)) = items.get(posting.item).map(|item| &item.reading) else { return Ok(None) };
    let Some(entry) = counted.evidence.relabelled.as_ref().and_then(|made| made.holds) else { return Ok(None) };
    if counted.credit_of(posting.team) == counted.natural_credit_of(posting.team) {
        return Ok(None);
    }
    let natural = natural_paydown(posting.effort, counted, posting.team, policy)?;
    let more = posting.paydown.checked_sub(natural).ok_or_else(too_big)?;
    Ok(Some(Gain { posting: place, entry, more }))
}

fn sum(mut parts: impl Iterator<Item = u64>) -> Result<u128, LedgerError> {
    parts.try_fold(0_u128, |all, one| all.checked_add(u128::from(one))).ok_or_else(too_big)
}

const fn too_big() -> LedgerError {
    LedgerError::Overflow { what: "the credit that relabels give" }
}
