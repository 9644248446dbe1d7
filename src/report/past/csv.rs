//! The past for spreadsheets; columns of the same name hold the same as those of `check --format csv`.

use std::io;

use crate::facts::UnixTime;
use crate::policy::TeamId;
use crate::report::past::Past;
use crate::report::sheet;
use crate::report::sheet::hundredths;
use crate::report::sink::Sink;
use crate::verdict::Share;

/// The columns of a trend behind those of every standing; new ones are added at the end.
const TREND: [&str; 2] = ["low_percent", "high_percent"];

/// The columns of a simulation; new ones are added at the end.
const SIMULATION: [&str; 15] = [
    "repository",
    "revision",
    "since",
    "as_of",
    "window_days",
    "team",
    "allocation_percent",
    "share_percent",
    "weeks_judged",
    "weeks_short",
    "weeks_waived",
    "longest_streak",
    "landings",
    "landings_blocked",
    "landings_waived",
];

/// One row a team and week, team by team, in the measure that decides.
///
/// # Errors
///
/// When the writer refuses.
pub fn write_trend(past: &Past, sink: Sink, out: &mut dyn io::Write) -> io::Result<()> {
    let of_team = |team: TeamId| {
        past.points.iter().filter_map(move |point| {
            let at = point.verdicts.iter().position(|verdict| verdict.team == team)?;
            let verdict = point.verdicts.get(at)?;
            let of = |kind| point.kinds.get(at).and_then(|kinds| kinds.get(&kind)).copied().unwrap_or_default();
            let standing = sheet::standing(&past.subject, Some(point.as_of), &past.policy, verdict, of)?;
            let interval = verdict.interval.as_ref();
            let ends = [interval.map(|interval| interval.low), interval.map(|interval| interval.high)];
            Some(standing.into_iter().chain(ends.map(|end| end.map(hundredths).unwrap_or_default())).collect())
        })
    };
    sheet::write(&[&sheet::STANDING[..], &TREND].concat(), past.teams().into_iter().flat_map(of_team), sink, out)
}

/// One row a team.
///
/// # Errors
///
/// When the writer refuses.
pub fn write_simulation(past: &Past, sink: Sink, out: &mut dyn io::Write) -> io::Result<()> {
    let time = |time: Option<UnixTime>| time.map(UnixTime::rfc3339).unwrap_or_default();
    let row = |team: TeamId| {
        let tally = past.tally(team);
        let share = past.course(team).next_back().and_then(|verdict| verdict.share);
        let counts =
            [tally.judged, tally.short, tally.waived, tally.longest, tally.landings, tally.blocked, tally.let_pass];
        let team = past.policy.team(team)?;
        let mut row = vec![
            past.subject.repository.expose().to_owned(),
            sheet::id(past.subject.revision),
            time(past.points.first().map(|point| point.as_of)),
            time(past.points.last().map(|point| point.as_of)),
            past.policy.window_days.to_string(),
            team.name.clone(),
            hundredths(team.allocation.0),
            share.map(Share::basis_points_floor).map(hundredths).unwrap_or_default(),
        ];
        row.extend(counts.map(|count| count.to_string()));
        Some(row)
    };
    sheet::write(&SIMULATION, past.teams().into_iter().filter_map(row), sink, out)
}
