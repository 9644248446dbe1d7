//! What the page says of one team.

use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;
use crate::report::figures::Rounding;
use crate::report::sink::Sink;
use crate::report::text;
use crate::verdict::Standing;
use crate::verdict::Verdict;

use super::NAME;
use super::Page;
use super::chart;
use super::commits;
use super::commits::Commits;
use super::kind_name;
use super::stock;
use super::stock::Marker;

pub(super) struct Team {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) lead: String,
    pub(super) tone: &'static str,
    pub(super) standing: &'static str,
    pub(super) share: String,
    pub(super) allocation: String,
    pub(super) missing: String,
    pub(super) range: String,
    pub(super) effort: String,
    pub(super) sentence: String,
    pub(super) spark: Option<chart::Spark>,
    pub(super) course: Option<chart::Course>,
    pub(super) balance: Option<chart::Balance>,
    pub(super) weeks: Vec<Week>,
    pub(super) kinds: Vec<Kinds>,
    pub(super) measures: Vec<(&'static str, String, String)>,
    pub(super) commits: Commits,
    pub(super) first: Vec<Marker>,
    pub(super) markers: String,
}

/// A kind's part of the window.
pub(super) struct Kinds {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) share: String,
    pub(super) effort: String,
}

/// A row of the table behind the charts.
pub(super) struct Week {
    pub(super) day: String,
    pub(super) standing: &'static str,
    pub(super) share: String,
    pub(super) range: String,
    pub(super) kinds: Vec<String>,
}

/// All judged teams, those that ask for action first.
pub(super) fn teams(page: &Page<'_>) -> Vec<Team> {
    let work = commits::by_team(page.report, page.sink);
    let told = text::in_order(page.report).into_iter().map(|verdict| {
        let commits = work.get(&verdict.team).cloned().unwrap_or_default();
        team(page, verdict, commits)
    });
    told.collect()
}

/// A team's name.
pub(super) fn name(report: &Report, team: TeamId, sink: Sink) -> String {
    report.policy.team(team).map_or_else(String::new, |team| sink.limited(&team.name, NAME))
}

fn team(page: &Page<'_>, verdict: &Verdict, commits: Commits) -> Team {
    let Page { report, past, markers, sink, .. } = *page;
    let measure = report.policy.effort;
    let account = report.ledger.accounts.get(verdict.team.0);
    let sums = account.map(|account| account.sums(measure)).unwrap_or_default();
    let missing = text::missing(report, verdict);
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let part = account.and_then(|account| account.by_kind.get(&kind)).map_or(0, |efforts| efforts.get(measure));
        let rounding = if kind == Kind::Paydown { verdict.standing.rounding() } else { Rounding::Nearest };
        Kinds {
            class: kind.name(),
            name: kind_name(kind),
            share: figures::percent(part, sums.total, rounding),
            effort: figures::amount(part, measure, Rounding::Nearest),
        }
    });
    let mut order = Measure::ALL;
    order.sort_by_key(|one| *one != measure);
    let measures = order.into_iter().map(|one| {
        let sums = account.map(|account| account.sums(one)).unwrap_or_default();
        (
            one.name(),
            figures::percent(sums.paydown, sums.total, verdict.standing.rounding()),
            figures::amount(sums.total, one, Rounding::Nearest),
        )
    });
    let own = markers.map(|markers| stock::of_team(markers, verdict.team, sink));
    let (first, markers) = own.unwrap_or_default();
    Team {
        number: verdict.team.0,
        name: name(report, verdict.team, sink),
        lead: report
            .policy
            .team(verdict.team)
            .and_then(|team| team.lead.as_deref())
            .map(|lead| sink.limited(lead, NAME))
            .unwrap_or_default(),
        tone: tone(verdict.standing),
        standing: words(verdict.standing),
        share: figures::share(verdict),
        allocation: verdict.allocation.0.to_string(),
        sentence: sentence(page, verdict, &missing),
        missing,
        range: figures::range(verdict.interval),
        effort: figures::amount(sums.total, measure, Rounding::Nearest),
        spark: past.and_then(|past| chart::spark(past, verdict.team)),
        course: past.and_then(|past| chart::course(past, verdict.team)),
        balance: past.and_then(|past| chart::balance(past, verdict.team)),
        weeks: weeks(page, verdict.team),
        kinds: kinds.collect(),
        measures: measures.collect(),
        commits,
        first,
        markers,
    }
}

impl Team {
    /// What the table of its credited commits is called.
    pub(super) fn commits_about(&self) -> String {
        format!("Commits of {} that paid debt down", self.name)
    }

    /// What the table of its other commits is called.
    pub(super) fn others_about(&self) -> String {
        format!("Other commits of {}", self.name)
    }

    /// What the table of its markers is called.
    pub(super) fn markers_about(&self) -> String {
        format!("Markers in the paths of {}", self.name)
    }
}

const fn tone(standing: Standing) -> &'static str {
    match standing {
        Standing::Short => "bad",
        Standing::Waived => "warn",
        Standing::NotEnoughWork => "none",
        Standing::Met => "good",
    }
}

const fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Short => "short",
        Standing::Waived => "waived",
        Standing::NotEnoughWork => "not enough work",
        Standing::Met => "met",
    }
}

/// How the team stands, as one would say it.
fn sentence(page: &Page<'_>, verdict: &Verdict, missing: &str) -> String {
    let (share, allocation) = (figures::share(verdict), verdict.allocation.0);
    let unit = page.report.policy.effort.name();
    let mut text = match verdict.standing {
        Standing::Met => format!("{share} of the work paid debt down; the allocation is {allocation}."),
        Standing::Short if missing == "all" => {
            format!("{share} of the work paid debt down, of an allocation of {allocation}: all of it would have to.")
        }
        Standing::Short => format!(
            "{share} of the work paid debt down, of an allocation of {allocation}: {missing} {unit} more of paydown would close the gap."
        ),
        Standing::Waived => {
            format!(
                "{share} of the work paid debt down, of an allocation of {allocation}, which the sponsor has waived for a time."
            )
        }
        Standing::NotEnoughWork => "There was too little work in the window to be judged.".to_owned(),
    };
    let tally = page.past.map(|past| past.tally(verdict.team)).unwrap_or_default();
    let waived = match tally.waived {
        0 => String::new(),
        some => format!("; in {} it was below the allocation, but waived by today's policy", figures::count(some)),
    };
    match (tally.judged, tally.short, tally.lasting) {
        (0, ..) => {}
        (judged, 0, _) => {
            text.push_str(&format!(" It was short in none of {} judged weeks{waived}.", figures::count(judged)));
        }
        (judged, short, lasting) => {
            text.push_str(&format!(
                " It was short in {} of {} judged weeks",
                figures::count(short),
                figures::count(judged)
            ));
            if lasting > 1 {
                text.push_str(&format!(", the last {} without a break", figures::count(lasting)));
            }
            text.push_str(&format!("{waived}."));
        }
    }
    text
}

/// The table behind the charts, the newest week first.
fn weeks(page: &Page<'_>, team: TeamId) -> Vec<Week> {
    let points = page.past.iter().flat_map(|past| past.points.iter().rev());
    let told = points.filter_map(|point| {
        let at = point.verdicts.iter().position(|verdict| verdict.team == team)?;
        let (verdict, kinds) = (point.verdicts.get(at)?, point.kinds.get(at)?);
        let total = kinds.values().fold(0_u64, |sum, one| sum.saturating_add(*one));
        let of = |kind: Kind| kinds.get(&kind).copied().unwrap_or_default();
        Some(Week {
            day: super::day(point.as_of),
            standing: words(verdict.standing),
            share: figures::share(verdict),
            range: figures::range(verdict.interval),
            kinds: Kind::ALL
                .into_iter()
                .skip(1)
                .map(|kind| figures::percent(of(kind), total, Rounding::Nearest))
                .collect(),
        })
    });
    told.collect()
}
