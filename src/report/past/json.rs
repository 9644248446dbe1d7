//! The past for programs: `debtlint.trend/1` and `debtlint.simulation/1`.
//!
//! These structs are frozen as those of [`crate::report::json`] are.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::policy::Kind;
use crate::policy::TeamId;
use crate::report::document;
use crate::report::json::Override;
use crate::report::json::Units;
use crate::report::json::told_overrides;
use crate::report::past::Past;
use crate::verdict::Point;
use crate::verdict::Share;
use crate::verdict::Standing;
use crate::verdict::Verdict;

/// The version of what `debtlint trend` prints.
pub const TREND: &str = "debtlint.trend/1";
/// The version of what `debtlint simulate` prints.
pub const SIMULATION: &str = "debtlint.simulation/1";

/// Writes the trend as one JSON document with a line break at its end.
///
/// # Errors
///
/// When the writer refuses.
pub fn write_trend(past: &Past, writer: &mut dyn io::Write) -> io::Result<()> {
    let teams = past.teams().into_iter().map(|team| trend_team(past, team)).collect();
    document::write(&Trend { schema: TREND, version: VERSION, basis: basis(past), teams }, writer)
}

/// Writes the simulation as one JSON document with a line break at its end.
///
/// # Errors
///
/// When the writer refuses.
pub fn write_simulation(past: &Past, writer: &mut dyn io::Write) -> io::Result<()> {
    let teams = past.teams().into_iter().map(|team| simulated_team(past, team)).collect();
    let blocked = past.blocked().map(|landing| Blocked {
        commit: landing.commit.to_string(),
        landed: landing.time.rfc3339(),
        subject: landing.subject.expose().to_owned(),
        teams: landing.blocked.iter().map(|team| name(past, *team)).collect(),
    });
    let blocked: Vec<Blocked> = blocked.collect();
    let simulation = Simulation {
        schema: SIMULATION,
        version: VERSION,
        basis: basis(past),
        landings: Units(past.judged_landings()),
        teams,
        blocked,
    };
    document::write(&simulation, writer)
}

/// The JSON Schema of the trend.
#[must_use]
pub fn trend_schema() -> serde_json::Value {
    document::schema::<Trend>(TREND)
}

/// The JSON Schema of the simulation.
#[must_use]
pub fn simulation_schema() -> serde_json::Value {
    document::schema::<Simulation>(SIMULATION)
}

/// What `debtlint trend --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trend {
    /// The version of this document's shape: `debtlint.trend/1`.
    pub schema: &'static str,
    /// The version of debtlint that wrote it.
    pub version: &'static str,
    /// What was judged.
    #[serde(flatten)]
    pub basis: Basis,
    /// One a judged team, in the order of the policy.
    pub teams: Vec<TrendTeam>,
}

/// What `debtlint simulate --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Simulation {
    /// The version of this document's shape: `debtlint.simulation/1`.
    pub schema: &'static str,
    /// The version of debtlint that wrote it.
    pub version: &'static str,
    /// What was judged.
    #[serde(flatten)]
    pub basis: Basis,
    /// How many landings behind the first week were judged.
    pub landings: Units,
    /// One a judged team, in the order of the policy.
    pub teams: Vec<SimulatedTeam>,
    /// The landings that would have been blocked, oldest first.
    pub blocked: Vec<Blocked>,
}

/// What was judged, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Basis {
    /// The path of the repository, as found.
    pub repository: String,
    /// The revision as it was named.
    pub revision_name: String,
    /// The revision; null on a branch without a commit.
    pub revision: Option<String>,
    /// The options that change what is judged, sorted by name.
    pub overrides: Vec<Override>,
    /// The measure that decides.
    pub measure: &'static str,
    /// How many units one of that measure is.
    pub scale: Units,
    /// The length of the window, in days.
    pub window_days: u32,
}

/// One team's course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrendTeam {
    /// Its name.
    pub name: String,
    /// Its allocation in basis points.
    pub allocation_bp: u16,
    /// A week apart, oldest first.
    pub points: Vec<TrendPoint>,
}

/// How a team stood at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TrendPoint {
    /// The end of the window, in RFC 3339.
    pub as_of: String,
    /// `met`, `short`, `not-enough-work` or `waived`.
    pub standing: &'static str,
    /// The share in basis points, rounded down; null without effort.
    pub share_bp: Option<u16>,
    /// Units credited as paydown.
    pub paydown: Units,
    /// All units.
    pub total: Units,
    /// The interval's lower end in basis points.
    pub low_bp: Option<u16>,
    /// The interval's upper end in basis points.
    pub high_bp: Option<u16>,
    /// All units by kind.
    pub kinds: Kinds,
}

/// Units by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TrendKinds")]
pub struct Kinds {
    /// Credited as paydown.
    pub paydown: Units,
    /// New functions.
    pub feature: Units,
    /// Keeping it running.
    pub run: Units,
    /// Everything else with a label.
    pub other: Units,
    /// Work without a label.
    pub unlabelled: Units,
}

/// What the gate would have said to one team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SimulatedTeam {
    /// Its name.
    pub name: String,
    /// The allocation it was held to, in basis points.
    pub allocation_bp: u16,
    /// Weekly points with enough work to be judged.
    pub weeks_judged: Units,
    /// Those at which the team would have failed a run.
    pub weeks_short: Units,
    /// Those below the allocation that a waiver of the policy covers: none of them is short.
    pub weeks_waived: Units,
    /// The most short weeks in a row.
    pub longest_streak: Units,
    /// Landings that concern the team.
    pub landings: Units,
    /// Landings that would have been blocked for it.
    pub landings_blocked: Units,
    /// Landings that would have been, were it not for a waiver.
    pub landings_waived: Units,
    /// A week apart, oldest first.
    pub weeks: Vec<Week>,
}

/// A team's verdict at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Week {
    /// The end of the window, in RFC 3339.
    pub as_of: String,
    /// `met`, `short`, `not-enough-work` or `waived`.
    pub standing: &'static str,
    /// The share in basis points, rounded down; null without effort.
    pub share_bp: Option<u16>,
}

/// A landing that would have been blocked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Blocked {
    /// The mainline commit.
    pub commit: String,
    /// When it landed, in RFC 3339.
    pub landed: String,
    /// Its subject.
    pub subject: String,
    /// The teams that it would have been blocked for.
    pub teams: Vec<String>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn basis(past: &Past) -> Basis {
    let subject = &past.subject;
    Basis {
        repository: subject.repository.expose().to_owned(),
        revision_name: subject.revision_name.expose().to_owned(),
        revision: subject.revision.map(|id| id.to_string()),
        overrides: told_overrides(&subject.overrides),
        measure: past.policy.effort.name(),
        scale: Units(past.policy.effort.scale()),
        window_days: past.policy.window_days,
    }
}

fn name(past: &Past, team: TeamId) -> String {
    past.policy.team(team).map(|team| team.name.clone()).unwrap_or_default()
}

fn allocation(past: &Past, team: TeamId) -> u16 {
    past.policy.team(team).map(|team| team.allocation.0.get()).unwrap_or_default()
}

fn share_bp(verdict: &Verdict) -> Option<u16> {
    verdict.share.map(Share::basis_points_floor).map(|points| points.get())
}

fn trend_team(past: &Past, team: TeamId) -> TrendTeam {
    let points = past.points.iter().filter_map(|point| {
        let at = point.verdicts.iter().position(|verdict| verdict.team == team)?;
        Some(trend_point(point, at, point.verdicts.get(at)?))
    });
    TrendTeam { name: name(past, team), allocation_bp: allocation(past, team), points: points.collect() }
}

fn trend_point(point: &Point, at: usize, verdict: &Verdict) -> TrendPoint {
    let of = |kind: Kind| Units(point.kinds.get(at).and_then(|kinds| kinds.get(&kind)).copied().unwrap_or_default());
    TrendPoint {
        as_of: point.as_of.rfc3339(),
        standing: verdict.standing.name(),
        share_bp: share_bp(verdict),
        paydown: Units(verdict.share.map_or(0, |share| share.paydown)),
        total: Units(verdict.share.map_or(0, |share| share.total.get())),
        low_bp: verdict.interval.map(|interval| interval.low.get()),
        high_bp: verdict.interval.map(|interval| interval.high.get()),
        kinds: Kinds {
            paydown: of(Kind::Paydown),
            feature: of(Kind::Feature),
            run: of(Kind::Run),
            other: of(Kind::Other),
            unlabelled: of(Kind::Unlabelled),
        },
    }
}

fn simulated_team(past: &Past, team: TeamId) -> SimulatedTeam {
    let tally = past.tally(team);
    let weeks = past.points.iter().zip(past.course(team)).map(|(point, verdict)| Week {
        as_of: point.as_of.rfc3339(),
        standing: Standing::name(verdict.standing),
        share_bp: share_bp(verdict),
    });
    SimulatedTeam {
        name: name(past, team),
        allocation_bp: allocation(past, team),
        weeks_judged: Units(tally.judged),
        weeks_short: Units(tally.short),
        weeks_waived: Units(tally.waived),
        longest_streak: Units(tally.longest),
        landings: Units(tally.landings),
        landings_blocked: Units(tally.blocked),
        landings_waived: Units(tally.let_pass),
        weeks: weeks.collect(),
    }
}
