//! The sentence below the first: how it came to that.

use crate::report::figures;

use super::Page;

pub(super) fn subline(page: &Page<'_>) -> String {
    let (report, Some(past)) = (page.report, page.past) else { return String::new() };
    if report.change.is_some() || past.points.len() < 2 {
        return String::new();
    }
    let teams = past.teams();
    let span = past.span();
    let tallies: Vec<_> = teams.iter().map(|team| past.tally(*team)).collect();
    let times = |some: u64| figures::counted(some, "week", "weeks");
    let (aside, waived) = (past.aside(), past.waived().map(|waived| format!(" {waived}")).unwrap_or_default());
    if let [tally] = tallies.as_slice() {
        let text = match (tally.short, tally.lasting) {
            (0, _) if tally.judged == 0 => format!("In the {span} before there was never enough work to judge it."),
            (0, _) => format!("It was not short in any of the {span} before{aside}."),
            (short, 0) => format!("It was short in {} of the {span} before.", figures::count(short)),
            _ if past.is_short_throughout(tally) => {
                format!("It has been short throughout the {span} before, and perhaps for longer.")
            }
            (_, lasting) => format!("It has been short for {} in a row.", times(lasting)),
        };
        return text + &waived;
    }
    let judged = || tallies.iter().filter(|tally| tally.judged > 0);
    let never = judged().filter(|tally| tally.short == 0).count();
    let lasting = tallies.iter().map(|tally| tally.lasting).max().unwrap_or_default();
    let mut text = format!("In the {span} before{}", among(tallies.len(), judged().count(), never, aside));
    if tallies.iter().any(|tally| past.is_short_throughout(tally)) {
        text.push_str(" At least one has been short all that time, and perhaps for longer.");
    } else if lasting > 1 {
        text.push_str(&format!(
            " The longest that a team has been short without a break, up to now, is {}.",
            times(lasting)
        ));
    }
    text + &waived
}

/// How many of several teams were never short, of those that could be judged at some time; `aside` is what is said with `never`.
fn among(teams: usize, judged: usize, never: usize, aside: &str) -> String {
    let were = |number: usize| if number == 1 { "was" } else { "were" };
    if judged == 0 {
        return " there was never enough work to judge a team.".to_owned();
    }
    if judged == teams {
        return match never {
            0 => ", every team was short at some time.".to_owned(),
            never if never == teams => format!(", none was ever short{aside}."),
            never => format!(", {never} of {teams} teams {} never short{aside}.", were(never)),
        };
    }
    let some = format!(", {judged} of {teams} teams had enough work to be judged");
    match never {
        0 if judged == 1 => format!("{some}, and was short at some time."),
        0 => format!("{some}, and each was short at some time."),
        1 if judged == 1 => format!("{some}, and was never short{aside}."),
        never if never == judged => format!("{some}, and none was ever short{aside}."),
        never => format!("{some}, and {never} {} never short{aside}.", were(never)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_could_not_be_judged_is_not_counted() {
        for (teams, judged, never, says) in [
            (2, 0, 0, " there was never enough work to judge a team."),
            (2, 2, 0, ", every team was short at some time."),
            (2, 2, 2, ", none was ever short."),
            (3, 3, 1, ", 1 of 3 teams was never short."),
            (3, 3, 2, ", 2 of 3 teams were never short."),
            (2, 1, 0, ", 1 of 2 teams had enough work to be judged, and was short at some time."),
            (3, 2, 0, ", 2 of 3 teams had enough work to be judged, and each was short at some time."),
            (2, 1, 1, ", 1 of 2 teams had enough work to be judged, and was never short."),
            (3, 2, 2, ", 2 of 3 teams had enough work to be judged, and none was ever short."),
            (4, 3, 1, ", 3 of 4 teams had enough work to be judged, and 1 was never short."),
            (5, 4, 2, ", 4 of 5 teams had enough work to be judged, and 2 were never short."),
        ] {
            assert_eq!(among(teams, judged, never, ""), says, "{teams} {judged} {never}");
        }
    }
}
