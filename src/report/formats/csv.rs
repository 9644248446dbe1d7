//! One row a team, for spreadsheets.

use std::io;
use std::io::Write;

use crate::policy::TeamId;
use crate::report::Report;
use crate::report::sheet;
use crate::report::sink::Sink;

/// The columns behind those of every standing; new ones are added at the end.
const COLUMNS: [&str; 5] = ["people", "commits", "change_head", "change_answer", "enforced"];

/// One row a judged team, in the order of the policy, in the measure that decides.
pub(super) fn write(report: &Report, sink: Sink, out: &mut dyn Write) -> io::Result<()> {
    let rows = (0..report.policy.teams.len()).filter_map(|at| row(report, TeamId(at)));
    sheet::write(&[&sheet::STANDING[..], &COLUMNS].concat(), rows, sink, out)
}

fn row(report: &Report, team: TeamId) -> Option<Vec<String>> {
    let verdict = report.verdicts.iter().find(|verdict| verdict.team == team)?;
    let account = report.ledger.accounts.get(team.0)?;
    let of = |kind| account.by_kind.get(&kind).map_or(0, |efforts| efforts.get(report.policy.effort));
    let standing = sheet::standing(&report.subject, report.subject.as_of, &report.policy, verdict, of)?;
    let change = report.change.as_ref();
    let answer = change.and_then(|change| change.verdicts.iter().find(|one| one.team == team));
    let further = [
        account.people.len().to_string(),
        account.commits.to_string(),
        sheet::id(change.map(|change| change.head)),
        answer.map(|one| one.answer.name().to_owned()).unwrap_or_default(),
        report.is_enforced().to_string(),
    ];
    Some(standing.into_iter().chain(further).collect())
}
