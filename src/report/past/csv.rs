//! The past for spreadsheets; the columns are named as those of `check --format csv`.

use std::io;

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::figures;
use crate::report::past::Past;
use crate::report::sheet;
use crate::report::sheet::hundredths;
use crate::report::sink::Sink;
use crate::verdict::Share;

/// The columns of a trend; new ones are added at the end.
const TREND: [&str; 17] = [
    "repository",
    "revision",
    "as_of",
    "window_days",
    "team",
    "standing",
    "allocation_percent",
    "share_percent",
    "measure",
    "paydown",
    "feature",
    "run",
    "other",
    "unlabelled",
    "total",
    "low_percent",
    "high_percent",
];

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
    let measure = past.policy.effort;
    let amount = |units: u64| figures::exact(units, measure.scale());
    let of_team = |team: TeamId| {
        past.points.iter().filter_map(move |point| {
            let at = point.verdicts.iter().position(|verdict| verdict.team == team)?;
            let verdict = point.verdicts.get(at)?;
            let of = |kind: Kind| {
                amount(point.kinds.get(at).and_then(|kinds| kinds.get(&kind)).copied().unwrap_or_default())
            };
            let interval = verdict.interval.as_ref();
            Some(vec![
                repository(past),
                revision(past),
                point.as_of.rfc3339(),
                past.policy.window_days.to_string(),
                past.policy.team(team)?.name.clone(),
                verdict.standing.name().to_owned(),
                hundredths(verdict.allocation.0),
                verdict.share.map(Share::basis_points_floor).map(hundredths).unwrap_or_default(),
                measure.name().to_owned(),
                amount(verdict.share.map_or(0, |share| share.paydown)),
                of(Kind::Feature),
                of(Kind::Run),
                of(Kind::Other),
                of(Kind::Unlabelled),
                amount(verdict.share.map_or(0, |share| share.total.get())),
                interval.map(|interval| hundredths(interval.low)).unwrap_or_default(),
                interval.map(|interval| hundredths(interval.high)).unwrap_or_default(),
            ])
        })
    };
    sheet::write(&TREND, past.teams().into_iter().flat_map(of_team), sink, out)
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
            repository(past),
            revision(past),
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

fn repository(past: &Past) -> String {
    past.subject.repository.expose().to_owned()
}

fn revision(past: &Past) -> String {
    past.subject.revision.as_ref().map(ObjectId::to_string).unwrap_or_default()
}
