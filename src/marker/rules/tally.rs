//! How many markers each team has, and how old they are together.

use crate::finding::Code;
use crate::finding::Finding;
use crate::marker::listing::MarkedFile;
use crate::marker::rules::Rules;

/// The teams that have more than was agreed.
pub(super) fn over_budget(rules: &Rules<'_>, files: &[MarkedFile]) -> Vec<Finding> {
    let policy = rules.policy;
    let Some(level) = policy.markers.level(Code::MarkerBudget) else { return Vec::new() };
    let mut found = Vec::new();
    for budget in &policy.markers.budgets {
        let Some(team) = policy.team(budget.team) else { continue };
        let (mut markers, mut days, mut unknown) = (0_u64, 0_u64, false);
        for file in files.iter().filter(|file| !file.markers.is_empty()) {
            if !(rules.teams)(&file.path).contains(&budget.team) {
                continue;
            }
            for marker in &file.markers {
                markers = markers.saturating_add(1);
                match (rules.age)(&file.path, marker) {
                    Some(age) => days = days.saturating_add(u64::from(age)),
                    None => unknown = true,
                }
            }
        }
        let mut add = |message: String| {
            let finding = Finding::new(Code::MarkerBudget, level, message).of_team(&team.name).at(budget.at.clone());
            found.push(finding.help("pay some of them down, oldest first, or let the sponsor agree to more"));
        };
        if let Some(most) = budget.markers.filter(|most| markers > u64::from(*most)) {
            add(format!("{} has {markers} markers; {most} were agreed", team.name));
        }
        // Ages that are not known only make it less.
        if let Some(most) = budget.marker_days.filter(|most| days > u64::from(*most)) {
            let least = if unknown { "at least " } else { "" };
            add(format!("the markers of {} are {least}{days} days old together; {most} were agreed", team.name));
        }
    }
    found
}
