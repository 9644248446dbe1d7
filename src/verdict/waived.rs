//! What waivers give to say.

use crate::facts::Day;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::policy::WAIVER_REACH_DAYS;
use crate::policy::Waiver;
use crate::policy::WaiverState;

/// One finding a waiver of the chosen teams (all, where none is chosen), in the order of the policy.
///
/// `grave` is for what is wrong with one: an error, but where a change is judged, which may be the one that mends it.
#[must_use]
pub fn waiver_findings(policy: &Policy, chosen: &[TeamId], today: Day, grave: Level) -> Vec<Finding> {
    let waivers = policy.safeguards.waivers.iter();
    let of_chosen = waivers.filter(|waiver| chosen.is_empty() || chosen.contains(&waiver.team));
    of_chosen.filter_map(|waiver| finding(waiver, policy, today, grave)).collect()
}

fn finding(waiver: &Waiver, policy: &Policy, today: Day, grave: Level) -> Option<Finding> {
    let team = &policy.team(waiver.team)?.name;
    let until = waiver.until.date();
    let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let (code, level, message, help) = match waiver.on(today) {
        WaiverState::Holds { days_left } => (
            Code::AllocationWaived,
            Level::Note,
            format!(
                "the sponsor has waived the allocation of {team} until {until}, {} left: {}",
                days(days_left),
                waiver.reason
            ),
            "it is judged again from the next day on".to_owned(),
        ),
        WaiverState::Expired { days_ago } => (
            Code::WaiverExpired,
            grave,
            format!("the waiver of {team} ended on {until}, {} ago", days(days_ago)),
            "take it out of the policy; a further one is the sponsor's to give".to_owned(),
        ),
        WaiverState::TooLong { days_ahead } => (
            Code::WaiverTooLong,
            grave,
            format!("the waiver of {team} ends on {until}, {} ahead: it does not hold", days(days_ahead)),
            format!("at most {WAIVER_REACH_DAYS} days ahead; the sponsor may renew it when it ends"),
        ),
    };
    Some(Finding::new(code, level, message).of_team(team).at(waiver.until_at.clone()).help(help))
}
