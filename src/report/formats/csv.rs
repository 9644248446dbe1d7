//! One row a team, for spreadsheets.

use std::io;
use std::io::Write;

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::TeamId;
use crate::report::Report;
use crate::report::figures;
use crate::report::sheet;
use crate::report::sheet::hundredths;
use crate::report::sink::Sink;

/// The columns; new ones are added at the end.
const COLUMNS: [&str; 20] = [
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
    "people",
    "commits",
    "change_head",
    "change_answer",
    "enforced",
];

/// One row a judged team, in the order of the policy, in the measure that decides.
pub(super) fn write(report: &Report, sink: Sink, out: &mut dyn Write) -> io::Result<()> {
    let rows = (0..report.policy.teams.len()).filter_map(|at| row(report, TeamId(at)).map(Vec::from));
    sheet::write(&COLUMNS, rows, sink, out)
}

fn row(report: &Report, team: TeamId) -> Option<[String; 20]> {
    let verdict = report.verdicts.iter().find(|verdict| verdict.team == team)?;
    let account = report.ledger.accounts.get(team.0)?;
    let measure = report.policy.effort;
    let amount = |units: u64| figures::exact(units, measure.scale());
    let of = |kind: Kind| amount(account.by_kind.get(&kind).map_or(0, |efforts| efforts.get(measure)));
    let sums = account.sums(measure);
    let subject = &report.subject;
    let id = |id: Option<ObjectId>| id.map(|id| id.to_string()).unwrap_or_default();
    let change = report.change.as_ref();
    let answer = change.and_then(|change| change.verdicts.iter().find(|one| one.team == team));
    Some([
        subject.repository.expose().to_owned(),
        id(subject.revision),
        subject.as_of.map(UnixTime::rfc3339).unwrap_or_default(),
        report.policy.window_days.to_string(),
        report.policy.team(team)?.name.clone(),
        verdict.standing.name().to_owned(),
        hundredths(verdict.allocation.0),
        figures::share(sums.paydown, sums.total).map(hundredths).unwrap_or_default(),
        Measure::name(measure).to_owned(),
        amount(sums.paydown),
        of(Kind::Feature),
        of(Kind::Run),
        of(Kind::Other),
        of(Kind::Unlabelled),
        amount(sums.total),
        account.people.len().to_string(),
        account.commits.to_string(),
        id(change.map(|change| change.head)),
        answer.map(|one| one.answer.name().to_owned()).unwrap_or_default(),
        report.is_enforced().to_string(),
    ])
}
