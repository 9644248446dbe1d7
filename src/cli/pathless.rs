//! Where a policy speaks of paths that no team has: it is told, for it never fails. Owners that a team lists and CODEOWNERS does
//! not have; what is agreed about the markers of teams that can have none.

use std::collections::BTreeSet;

use crate::config;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::first_of;
use crate::policy::MarkerFlow;
use crate::policy::Policy;
use crate::policy::Team;
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

/// Owners that teams list and that CODEOWNERS does not name: each is told, and where there is no such file all at once.
pub(super) fn unnamed_owners(policy: &Policy, owners: &PathOwners) -> Vec<Finding> {
    let entries = || policy.teams.iter().flat_map(|team| team.codeowners.iter().map(move |entry| (team, entry)));
    let Some(there) = owners.named() else {
        let listing: Vec<&str> =
            policy.teams.iter().filter(|team| !team.codeowners.is_empty()).map(|team| team.name.as_str()).collect();
        let Some((_, (_, at))) = entries().next() else { return Vec::new() };
        let lists = if listing.len() == 1 { "lists" } else { "list" };
        let message = format!("{} {lists} owners, but there is no CODEOWNERS that could name them", named(&listing));
        let finding = Finding::new(Code::UnmatchedEntry, Level::Warning, message).at(at.clone());
        return vec![finding.help("commit a CODEOWNERS, or state `paths` instead")];
    };
    let known: BTreeSet<String> = there.iter().map(|owner| owner.to_lowercase()).collect();
    let missing = entries().filter(|(_, (owner, _))| !known.contains(&owner.to_lowercase()));
    let told = |(team, (owner, at)): (&Team, &(String, Location))| {
        let why = match near(owner, &there) {
            Some(near) => format!("CODEOWNERS names {near}, and not that"),
            None => "CODEOWNERS does not name it".to_owned(),
        };
        let message = format!("owner {owner} of {} owns nothing: {why}", team.name);
        let help = "correct the entry, or take it out if it is no longer needed";
        Finding::new(Code::UnmatchedEntry, Level::Warning, message).at(at.clone()).of_team(&team.name).help(help)
    };
    missing.map(told).collect()
}

/// The owner that was probably meant. All of one organisation begin alike: there a slip is in the name, or else in the
/// organisation's.
fn near<'o>(owner: &str, there: &[&'o str]) -> Option<&'o str> {
    let Some((organisation, name)) = owner.rsplit_once('/') else {
        return config::nearest(owner, there.iter().copied().filter(|other| !other.contains('/')));
    };
    let parts = || there.iter().filter_map(|other| Some((*other, other.rsplit_once('/')?)));
    let same = || parts().filter(|(_, (its, _))| its.eq_ignore_ascii_case(organisation));
    if let Some(near) = config::nearest(name, same().map(|(_, (_, name))| name)) {
        return same().find(|(_, (_, name))| *name == near).map(|(other, _)| other);
    }
    let elsewhere = || parts().filter(|(_, (_, its))| its.eq_ignore_ascii_case(name));
    let near = config::nearest(organisation, elsewhere().map(|(_, (its, _))| its))?;
    elsewhere().find(|(_, (its, _))| *its == near).map(|(other, _)| other)
}

fn named(teams: &[&str]) -> String {
    first_of(teams.iter(), NAMED)
}

fn flow(policy: &Policy, owns_nothing: &dyn Fn(TeamId) -> bool) -> Option<Finding> {
    if policy.markers.flow == MarkerFlow::Any {
        return None;
    }
    let teams = policy.teams.iter().enumerate().filter(|(place, _)| owns_nothing(TeamId(*place)));
    let teams: Vec<&str> = teams.map(|(_, team)| team.name.as_str()).collect();
    let named = match (teams.len(), named(&teams)) {
        (0, _) => return None,
        (1, named) => format!("{named} owns no path: its"),
        (_, named) => format!("{named} own no path: their"),
    };
    Some(finding(format!("{named} flow of markers can never rise"), policy.markers.flow_at.as_ref()))
}

fn finding(message: String, at: Option<&Location>) -> Finding {
    let finding = Finding::new(Code::UnmatchedEntry, Level::Warning, message).at(at.cloned());
    finding.help("a marker belongs to its path, whoever wrote it: give the team `paths`, or an owner in CODEOWNERS")
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_slip_in_an_owner() {
        let there = ["@org/web", "@org/Payments", "@else/api", "ann@x.example", "@ann", "/"];
        for (owner, expected) in [
            ("@org/wbe", Some("@org/web")),
            ("@ORG/payment", Some("@org/Payments")),
            ("@esle/api", Some("@else/api")),
            ("@org/api", None),
            ("@org/gone-away", None),
            ("ann@x.exmaple", Some("ann@x.example")),
            ("@anne", Some("@ann")),
            ("@nobody", None),
        ] {
            assert_eq!(near(owner, &there), expected, "{owner}");
        }
    }
}
