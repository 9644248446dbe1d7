//! What waivers give to say.

use crate::facts::Day;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::counted;
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
    let days = |days: u32| counted(days, "day", "days");
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::at;
    use crate::classify::sample::place;
    use crate::classify::sample::policy;
    use crate::policy::TeamId;

    #[test]
    fn of_the_chosen_teams_what_they_are_on_that_day() {
        let mut policy = policy(&["a: ann@x.example", "b: bob@x.example", "c: carl@x.example"]);
        let day = |day: &str| at(day).day();
        policy.safeguards.waivers = [(0, "2026-01-05"), (1, "2026-01-04"), (2, "2027-01-05")]
            .map(|(team, until)| Waiver {
                team: TeamId(team),
                until: day(until),
                until_at: place(),
                reason: "a release".to_owned(),
            })
            .to_vec();
        let told = |chosen: &[TeamId]| {
            let found = waiver_findings(&policy, chosen, day("2026-01-05"), Level::Error);
            found.iter().map(|one| (one.code, one.level, one.team.clone().unwrap_or_default())).collect::<Vec<_>>()
        };
        let a = (Code::AllocationWaived, Level::Note, "a".to_owned());
        let b = (Code::WaiverExpired, Level::Error, "b".to_owned());
        let c = (Code::WaiverTooLong, Level::Error, "c".to_owned());
        assert_eq!(told(&[TeamId(1)]), std::slice::from_ref(&b));
        assert_eq!(told(&[TeamId(0), TeamId(2)]), [a.clone(), c.clone()]);
        assert_eq!(told(&[]), [a, b, c]);
    }
}
