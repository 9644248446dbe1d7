//! What is agreed about the markers of teams that can have none, since no path is theirs: it is told, for it never fails.

use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::MarkerFlow;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::trusted::PathOwners;

/// So many teams are named.
const NAMED: usize = 5;

/// The budgets of such teams, and a flow that could never rise.
pub(super) fn findings(policy: &Policy, owners: &PathOwners) -> Vec<Finding> {
    if policy.everyone().is_some() {
        return Vec::new();
    }
    let owns_nothing = |team: TeamId| !owners.owns_something(team);
    let budgets = policy.markers.budgets.iter().filter(|budget| owns_nothing(budget.team));
    let budgets = budgets.filter_map(|budget| {
        let name = &policy.team(budget.team)?.name;
        let message = format!("{name} owns no path: its budget of markers can never be exceeded");
        Some(finding(message, Some(&budget.at)))
    });
    budgets.chain(flow(policy, &owns_nothing)).collect()
}

fn flow(policy: &Policy, owns_nothing: &dyn Fn(TeamId) -> bool) -> Option<Finding> {
    if policy.markers.flow == MarkerFlow::Any {
        return None;
    }
    let teams = policy.teams.iter().enumerate().filter(|(place, _)| owns_nothing(TeamId(*place)));
    let teams: Vec<&str> = teams.map(|(_, team)| team.name.as_str()).collect();
    let named = teams.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    let named = match (teams.len(), teams.len().saturating_sub(NAMED)) {
        (0, _) => return None,
        (1, _) => format!("{named} owns no path: its"),
        (_, 0) => format!("{named} own no path: their"),
        (_, more) => format!("{named} and {more} more own no path: their"),
    };
    Some(finding(format!("{named} flow of markers can never rise"), policy.markers.flow_at.as_ref()))
}

fn finding(message: String, at: Option<&Location>) -> Finding {
    let finding = Finding::new(Code::UnmatchedEntry, Level::Warning, message);
    let finding =
        finding.help("a marker is its path's, whoever wrote it: give the team `paths`, or an owner in CODEOWNERS");
    match at {
        Some(at) => finding.at(at.clone()),
        None => finding,
    }
}
