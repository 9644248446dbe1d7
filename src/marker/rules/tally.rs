//! How many markers each team has, and how old they are together.

use crate::facts::RepoPath;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::counted;
use crate::marker::listing::MarkedFile;
use crate::marker::rules::Rules;
use crate::marker::turnover::Turnover;
use crate::policy::TeamId;

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
            add(format!("{} has {}; its budget is {most}", team.name, counted(markers, "marker", "markers")));
        }
        // Ages that are not known only make it less.
        if let Some(most) = budget.marker_days.filter(|most| days > u64::from(*most)) {
            let least = if unknown { "at least " } else { "" };
            add(format!("the markers of {} are {least}{days} days old together; their budget is {most}", team.name));
        }
    }
    found
}

/// The teams that have more with a change, which adds to them.
pub(super) fn over_budget_with(rules: &Rules<'_>, before: &[MarkedFile], turnover: &Turnover) -> Vec<Finding> {
    let policy = rules.policy;
    let Some(level) = policy.markers.level(Code::MarkerBudget) else { return Vec::new() };
    let mut found = Vec::new();
    for budget in &policy.markers.budgets {
        let (Some(team), Some(most)) = (policy.team(budget.team), budget.markers) else { continue };
        let more = gained(rules, budget.team, turnover);
        if more <= 0 {
            continue;
        }
        let is_own = |file: &&MarkedFile| !file.markers.is_empty() && (rules.teams)(&file.path).contains(&budget.team);
        let there = before.iter().filter(is_own).map(|file| count(file.markers.len())).fold(0, i64::saturating_add);
        let with = there.saturating_add(more);
        if with > i64::from(most) {
            let name = &team.name;
            let there = counted(there, "marker", "markers");
            let message = format!("{name} has {there} and would have {with} with this change; its budget is {most}");
            let finding = Finding::new(Code::MarkerBudget, level, message).of_team(name).at(budget.at.clone());
            found.push(finding.help("take as many out as it puts in, or let the sponsor agree to more"));
        }
    }
    found
}

/// How many markers more stand in a team's files.
fn gained(rules: &Rules<'_>, team: TeamId, turnover: &Turnover) -> i64 {
    let own = |path: &RepoPath| i64::from((rules.teams)(path).contains(&team));
    let came = turnover.added.iter().chain(&turnover.copied).map(|(path, _)| own(path));
    let went = turnover.removed.iter().map(|gone| own(&gone.path).saturating_neg());
    let formers = turnover.moved.iter().chain(&turnover.edited);
    let passed = formers.map(|former| own(&former.path).saturating_sub(own(&former.from)));
    came.chain(went).chain(passed).fold(0, i64::saturating_add)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
