//! The teams: which there are, what each must hold, what it owns, and who leads it.

use crate::finding::Location;
use crate::policy::Attribution;
use crate::policy::Policy;
use crate::policy::Team;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;
use super::scalars::lower_is_tighter;

const LOST_PATH: &str = "changes there need not concern the team any more";
const TAKEN_PATH: &str = "it may take paths away from another team, or share them with it";
/// Of the first owner that a team lists.
const BY_NAME: &str = "an owner in CODEOWNERS that bears the team's name no longer means it";

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    for base in &pair.base.teams {
        match pair.head.teams.iter().find(|head| head.name == base.name) {
            Some(head) => both(pair, base, head, all),
            None => all.push(gone(pair, base)),
        }
    }
    for head in &pair.head.teams {
        if !pair.base.teams.iter().any(|base| base.name == head.name) {
            added(pair, head, all);
        }
    }
}

fn both(pair: &Pair<'_>, base: &Team, head: &Team, all: &mut Vec<Difference>) {
    let Team { name, lead, allocation, allocation_at, paths, codeowners, at: _ } = base;
    let key = |rest: &str| format!("teams.{name}.{rest}");
    if let Some(direction) = lower_is_tighter(head.allocation, *allocation) {
        let found = Difference::new(format!("the allocation of {name}"), key("allocation"), direction);
        let found = found.base(Side::at(allocation.0.to_string(), allocation_at));
        all.push(found.head(Side::at(head.allocation.0.to_string(), &head.allocation_at)).of_team(name));
    }
    if *lead != head.lead {
        let found = Difference::new(format!("the lead of {name}"), key("lead"), Direction::Looser).of_team(name);
        let mut found = found.because("the lead's word decides what work is");
        found.base = lead.clone().map(|lead| Side::new(lead, place(pair.base, base, "lead")));
        found.head = head.lead.clone().map(|lead| Side::new(lead, place(pair.head, head, "lead")));
        all.push(found);
    }
    let old: Vec<&str> = paths.iter().map(|(path, _)| path.as_str()).collect();
    let new: Vec<&str> = head.paths.iter().map(|(path, _)| path.as_str()).collect();
    if old != new {
        all.extend(paths_of(pair, base, head));
    }
    owners_of(pair, codeowners, base, head, all);
}

/// The order of patterns decides where one of them takes back what another gave, and then only.
fn paths_of(pair: &Pair<'_>, base: &Team, head: &Team) -> Vec<Difference> {
    let name = &base.name;
    let what = |path: &str| format!("the path {path} of {name}");
    let key = |path: &str| format!("teams.{name}.paths.{path}");
    let mut all = Vec::new();
    for (path, at) in &base.paths {
        if !head.paths.iter().any(|(other, _)| other == path) {
            let found = path_by(gone_path(pair, path), what(path), key(path));
            all.push(found.base(Side::at(path, at)).of_team(name));
        }
    }
    for (path, at) in &head.paths {
        if !base.paths.iter().any(|(other, _)| other == path) {
            let found = path_by(new_path(pair, path), what(path), key(path));
            all.push(found.head(Side::at(path, at)).of_team(name));
        }
    }
    let takes_back = |team: &Team| team.paths.iter().any(|(path, _)| path.starts_with('!'));
    if kept(base, head) != kept(head, base) && (takes_back(base) || takes_back(head)) {
        let key = format!("teams.{name}.paths");
        let found = Difference::new(format!("the order of the paths of {name}"), key, Direction::Looser);
        let moved = base.paths.iter().zip(&head.paths).position(|(one, other)| one.0 != other.0);
        let side = |team: &Team| {
            let all: Vec<&str> = team.paths.iter().map(|(path, _)| path.as_str()).collect();
            team.paths.get(moved.unwrap_or_default()).map(|(_, at)| Side::at(all.join(", "), at))
        };
        let mut found = found.of_team(name).because(LOST_PATH);
        (found.base, found.head) = (side(base), side(head));
        all.push(found);
    }
    all
}

/// The paths of the one team that the other has as well, as they stand.
fn kept<'t>(team: &'t Team, other: &Team) -> Vec<&'t str> {
    let is_there = |path: &str| other.paths.iter().any(|(known, _)| known == path);
    team.paths.iter().map(|(path, _)| path.as_str()).filter(|path| is_there(path)).collect()
}

fn path_by(why: Option<&'static str>, what: String, key: String) -> Difference {
    match why {
        Some(why) => Difference::new(what, key, Direction::Looser).because(why),
        None => Difference::new(what, key, Direction::Tighter),
    }
}

/// Why a new path may loosen, if it may.
fn new_path(pair: &Pair<'_>, path: &str) -> Option<&'static str> {
    if path.starts_with('!') { Some(LOST_PATH) } else { more_paths(pair) }
}

/// Why a path that goes may loosen. Where one goes that takes others back, these are the team's again.
fn gone_path(pair: &Pair<'_>, path: &str) -> Option<&'static str> {
    if path.starts_with('!') { more_paths(pair) } else { Some(LOST_PATH) }
}

/// Why it may loosen when a team owns more, if it may.
fn more_paths(pair: &Pair<'_>) -> Option<&'static str> {
    let is_alone = pair.base.teams.len() == 1 && pair.head.teams.len() == 1;
    let shares = pair.base.attribution == Attribution::Paths || pair.head.attribution == Attribution::Paths;
    (!is_alone && (shares || pair.known.codeowners)).then_some(TAKEN_PATH)
}

fn owners_of(pair: &Pair<'_>, codeowners: &[(String, Location)], base: &Team, head: &Team, all: &mut Vec<Difference>) {
    let name = &base.name;
    let has =
        |owners: &[(String, Location)], owner: &str| owners.iter().any(|(one, _)| one.eq_ignore_ascii_case(owner));
    let told = |owner: &str, direction| {
        let (what, key) = (format!("the code owner {owner} of {name}"), format!("teams.{name}.codeowners.{owner}"));
        Difference::new(what, key, direction).of_team(name)
    };
    for (owner, at) in codeowners.iter().filter(|(owner, _)| !has(&head.codeowners, owner)) {
        all.push(told(owner, Direction::Looser).base(Side::at(owner, at)).because(LOST_PATH));
    }
    for (owner, at) in head.codeowners.iter().filter(|(owner, _)| !has(codeowners, owner)) {
        let side = Side::at(owner, at);
        let is_alone = pair.base.teams.len() == 1 && pair.head.teams.len() == 1;
        let found = if !is_alone {
            told(owner, Direction::Looser).because(TAKEN_PATH)
        } else if codeowners.is_empty() && pair.known.codeowners {
            told(owner, Direction::Looser).because(BY_NAME)
        } else {
            told(owner, Direction::Tighter)
        };
        all.push(found.head(side));
    }
}

fn gone(pair: &Pair<'_>, base: &Team) -> Difference {
    let name = &base.name;
    let found = Difference::new(format!("the team {name}"), format!("teams.{name}"), Direction::Looser);
    let found = found.of_team(name).base(held(base));
    let mut new = pair.head.teams.iter().filter(|team| pair.base.team_named(&team.name).is_none());
    let others = pair.base.teams.iter().filter(|team| pair.head.team_named(&team.name).is_none()).count();
    match (new.next(), new.next(), others) {
        // Probably the same under another name.
        (Some(head), None, 1) => found.head(held(head)).because("waivers and CODEOWNERS know a team by its name"),
        _ => found.because("nothing protects its share any more"),
    }
}

fn held(team: &Team) -> Side {
    Side::at(format!("{} at {}", team.name, team.allocation.0), &team.at)
}

/// A team more. Who is in it was nobody's, or is told as moved; what it owns may be taken from another.
fn added(pair: &Pair<'_>, head: &Team, all: &mut Vec<Difference>) {
    let name = &head.name;
    let found = Difference::new(format!("the team {name}"), format!("teams.{name}"), Direction::Tighter);
    let found = found.of_team(name).head(held(head));
    // `@organisation/name` in CODEOWNERS means the team of that name, beside others of its line.
    let shares = pair.known.codeowners && pair.head.attribution == Attribution::Paths;
    all.push(if shares { Difference { direction: Direction::Looser, ..found }.because(TAKEN_PATH) } else { found });
    for (path, at) in &head.paths {
        if let Some(why) = new_path(pair, path) {
            let (what, key) = (format!("the path {path} of {name}"), format!("teams.{name}.paths.{path}"));
            let found = Difference::new(what, key, Direction::Looser).of_team(name);
            all.push(found.head(Side::at(path, at)).because(why));
        }
    }
    owners_of(pair, &[], head, head, all);
}

fn place(policy: &Policy, team: &Team, key: &str) -> Option<Location> {
    let written = policy.written_at(&["teams", &team.name, key]);
    Some(written.map_or_else(|| team.at.clone(), |written| written.at.clone()))
}
