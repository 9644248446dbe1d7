//! The teams that took more markers on than they paid, where the policy says that none may.

use crate::facts::ObjectId;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::counted;
use crate::marker::flow::Flow;
use crate::marker::flow::FlowCounts;
use crate::policy::MarkerFlow;
use crate::policy::Policy;
use crate::policy::Team;
use crate::policy::TeamId;

impl Flow {
    /// The teams of which the window's flow rises; only those that are chosen, if any are.
    #[must_use]
    pub fn rising(&self, policy: &Policy, chosen: &[TeamId]) -> Vec<Finding> {
        let tell = |id: TeamId, team: &Team| {
            let flow = self.teams.get(&Some(id)).filter(|flow| flow.counts.net() > 0)?;
            let (markers, signs) = (markers(flow.counts.net()), signs(flow.counts));
            let message = format!("{} took on {markers} more than it paid in the window: {signs}", team.name);
            let took_on = flow.landings.iter().filter(|(_, counts)| counts.net() > 0);
            let commits: Vec<ObjectId> = took_on.map(|(landing, _)| *landing).collect();
            let help = "pay as many down: `debtlint markers --sort interest` lists those that are most worth it";
            Some(finding(policy, team, Level::Error, message, help.to_owned()).of_commits(commits))
        };
        self.each(policy, chosen, tell)
    }

    /// The teams of which the flow rises with a change, which adds to it; `self` is the window's. What cannot wait, or
    /// only takes back what has landed, is told.
    #[must_use]
    pub fn rising_with(&self, change: &Self, is_excused: bool, policy: &Policy, chosen: &[TeamId]) -> Vec<Finding> {
        let level = if is_excused { Level::Warning } else { Level::Error };
        let tell = |id: TeamId, team: &Team| {
            let own = change.teams.get(&Some(id)).filter(|flow| flow.counts.net() > 0)?.counts;
            let with = self.net(id).saturating_add(own.net());
            if with <= 0 {
                return None;
            }
            let (name, markers, signs) = (&team.name, markers(with), signs(own));
            let message =
                format!("with this change ({signs}) {name} takes on {markers} more than it pays in the window");
            let help = format!(
                "take {} out with it: a change that adds no more than it removes passes",
                self::markers(own.net().min(with))
            );
            Some(finding(policy, team, level, message, help))
        };
        self.each(policy, chosen, tell)
    }

    fn each(
        &self,
        policy: &Policy,
        chosen: &[TeamId],
        tell: impl Fn(TeamId, &Team) -> Option<Finding>,
    ) -> Vec<Finding> {
        if policy.markers.flow != MarkerFlow::NotRising {
            return Vec::new();
        }
        let teams = policy.teams.iter().enumerate().map(|(place, team)| (TeamId(place), team));
        let teams = teams.filter(|(id, _)| chosen.is_empty() || chosen.contains(id));
        teams.filter_map(|(id, team)| tell(id, team)).collect()
    }
}

fn finding(policy: &Policy, team: &Team, level: Level, message: String, help: String) -> Finding {
    let finding = Finding::new(Code::MarkerFlowRising, level, message).of_team(&team.name).help(help);
    match &policy.markers.flow_at {
        Some(at) => finding.at(at.clone()),
        None => finding,
    }
}

fn markers(number: i64) -> String {
    counted(number, "marker", "markers")
}

fn signs(counts: FlowCounts) -> String {
    format!("+{} -{}", counts.added, counts.removed)
}
