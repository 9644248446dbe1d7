//! Teams, and who is in them when.

use std::collections::BTreeMap;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::quoted;
use crate::config::node::MAX_PLACES;
use crate::config::raw;
use crate::config::read::At;
use crate::config::read::Mapping as _;
use crate::config::read::Named;
use crate::config::read::OneOrMany;
use crate::config::values::AddressPattern;
use crate::config::values::TeamName;
use crate::facts::Day;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::Allocation;
use crate::policy::Attribution;
use crate::policy::Membership;
use crate::policy::Percent;
use crate::policy::Person;
use crate::policy::PersonId;
use crate::policy::Policy;
use crate::policy::Roster;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::policy::WildcardPattern;

/// Patterns beyond these are not compared with each other, which takes the square of their number.
const MAX_COMPARED: usize = 500;

/// One entry of a team's members.
struct Entry {
    team: TeamId,
    name: Option<String>,
    /// In lower case, as written, without repeats.
    addresses: Vec<At<String>>,
    part: Option<At<Percent>>,
    from: Option<Day>,
    until: Option<Day>,
    at: Location,
}

/// The teams, at least one, and all persons of them.
pub(super) fn teams(
    written: Option<At<Named<TeamName, raw::Team>>>,
    attribution: Attribution,
    allocation: &At<Allocation>,
    problems: &mut Problems,
    warnings: &mut Vec<Finding>,
) -> (Vec<Team>, Roster) {
    let Some(At { value: Named(written), at: teams_at }) = written else {
        return (vec![everyone(allocation)], Roster::default());
    };
    if written.is_empty() && problems.count() == 0 {
        let problem = Problem::new(Fault::NoValue, "`teams` has no team").at_place(&teams_at);
        problems.push(problem.help("name one, or remove the key: without it one team, `everyone`, has all the work"));
    }
    let (mut teams, mut entries, mut roster) = (Vec::new(), Vec::new(), Roster::default());
    for (name, team) in written {
        let id = TeamId(teams.len());
        // A list that could not be read is reported as such.
        let is_unreadable = team.members.is_none() && team.has("members");
        let members = team.members.map(|members| members.value);
        let is_empty = members.as_ref().is_none_or(Vec::is_empty) && !is_unreadable;
        if attribution == Attribution::Roster && is_empty {
            let message = format!("nobody is in the team {}", quoted(&name.value.0));
            let problem = Problem::new(Fault::EmptyTeam, message).at_place(&name.at);
            problems.push(problem.help("add `members: [someone@example.com]`, or choose `attribution: paths`"));
        }
        for member in members.into_iter().flatten() {
            entries.push(entry(id, member, &mut roster, problems));
        }
        let (allocation, allocation_at) = match team.allocation {
            Some(own) => (Allocation(own.value), own.at),
            None => (allocation.value, allocation.at.clone()),
        };
        let paths = team.paths.into_iter().flat_map(|paths| paths.value).map(|path| (path.value.0, path.at));
        let owners = team.codeowners.into_iter().flat_map(|owners| owners.value);
        let owners = owners.map(|owner| (owner.value.0, owner.at));
        teams.push(Team {
            name: name.value.0,
            lead: team.lead.map(|lead| lead.value.0),
            allocation,
            allocation_at,
            paths: paths.collect(),
            codeowners: owners.collect(),
            at: name.at,
        });
    }
    for group in persons(&entries) {
        let group: Vec<&Entry> = group.into_iter().filter_map(|index| entries.get(index)).collect();
        check(&group, &teams, problems);
        enter(&group, &mut roster);
    }
    warn_of_dead_patterns(&roster, &teams, warnings);
    (teams, roster)
}

/// The one team of a policy that names none.
fn everyone(allocation: &At<Allocation>) -> Team {
    Team {
        name: Policy::EVERYONE.to_owned(),
        lead: None,
        allocation: allocation.value,
        allocation_at: allocation.at.clone(),
        paths: Vec::new(),
        codeowners: Vec::new(),
        at: allocation.at.clone(),
    }
}

/// Takes a member's wildcards into the roster and gives the rest.
fn entry(team: TeamId, member: At<raw::Member>, roster: &mut Roster, problems: &mut Problems) -> Entry {
    let At { value, at } = member;
    let (emails, name, part, from, until) = match value {
        raw::Member::Address(address) => {
            (OneOrMany(vec![At { value: address, at: at.clone() }]), None, None, None, None)
        }
        raw::Member::Entry(entry) => {
            let raw::MemberEntry { emails, name, part_time, from, until, .. } = *entry;
            (emails.map_or(OneOrMany(Vec::new()), |emails| emails.value), name, part_time, from, until)
        }
    };
    if let (Some(from), Some(until)) = (&from, &until)
        && from.value > until.value
    {
        let problem = Problem::new(Fault::DatesReversed, "a membership ends before it begins");
        let problem = problem.noting(&from.at, "begins").noting(&until.at, "ends");
        problems.push(problem.help("`from` is its first day, `until` its last: exchange them, or correct one"));
    }
    let mut entry = Entry {
        team,
        name: name.map(|name| name.value.0),
        addresses: Vec::new(),
        part,
        from: from.map(|from| from.value),
        until: until.map(|until| until.value),
        at,
    };
    let mut seen: BTreeMap<String, Location> = BTreeMap::new();
    for At { value: AddressPattern(pattern), at } in emails.0 {
        if let Some(first) = seen.get(pattern.as_str()) {
            let message = format!("{} appears twice in one entry", quoted(pattern.as_str()));
            problems.push(
                Problem::new(Fault::RepeatedAddress, message)
                    .noting(&at, "again")
                    .noting(first, "first")
                    .help("keep one"),
            );
            continue;
        }
        seen.insert(pattern.as_str().to_owned(), at.clone());
        if pattern.has_wildcard() {
            let membership = entry.membership(&at);
            roster.patterns.push((pattern, membership));
        } else {
            entry.addresses.push(At { value: pattern.as_str().to_owned(), at });
        }
    }
    entry
}

impl Entry {
    fn membership(&self, at: &Location) -> Membership {
        let part_time = self.part.as_ref().map_or(Percent::WHOLE, |part| part.value);
        Membership { team: self.team, part_time, from: self.from, until: self.until, at: at.clone() }
    }

    fn overlaps(&self, other: &Self) -> bool {
        reaches(self.from, other.until) && reaches(other.from, self.until)
    }

    /// Whether it holds on the day on which another begins.
    fn holds_at(&self, start: Option<Day>) -> bool {
        self.from <= start && reaches(start, self.until)
    }

    /// Where a problem that it has with another should point: at an address that both have, or else at its first.
    fn place(&self, other: &Self) -> Location {
        let shared = self.addresses.iter().find(|own| other.addresses.iter().any(|one| one.value == own.value));
        shared.or(self.addresses.first()).map_or_else(|| self.at.clone(), |address| address.at.clone())
    }
}

/// Whether a time that begins with `from` begins before one that ends with `until` is over.
fn reaches(from: Option<Day>, until: Option<Day>) -> bool {
    from.zip(until).is_none_or(|(from, until)| from <= until)
}

/// Entries that share an address, also over a third, are one person. Groups and members in the order of the policy;
/// entries of wildcards only are nobody in particular.
fn persons(entries: &[Entry]) -> Vec<Vec<usize>> {
    let mut parents: Vec<usize> = (0..entries.len()).collect();
    fn root(parents: &mut [usize], mut index: usize) -> usize {
        while let Some(parent) = parents.get(index).copied().filter(|parent| *parent != index) {
            let above = parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = parents.get_mut(index) {
                *slot = above;
            }
            index = above;
        }
        index
    }
    let mut by_address: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for address in &entry.addresses {
            let first = *by_address.entry(&address.value).or_insert(index);
            let (one, other) = (root(&mut parents, first), root(&mut parents, index));
            // The earlier entry stands for the group.
            if let Some(slot) = parents.get_mut(one.max(other)) {
                *slot = one.min(other);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in (0..entries.len()).filter(|index| entries.get(*index).is_some_and(|entry| !entry.addresses.is_empty()))
    {
        groups.entry(root(&mut parents, index)).or_default().push(index);
    }
    groups.into_values().collect()
}

fn enter(group: &[&Entry], roster: &mut Roster) {
    let id = PersonId(roster.people.len());
    let written: Vec<_> = group.iter().flat_map(|entry| &entry.addresses).map(|address| &address.value).collect();
    let name = group.iter().find_map(|entry| entry.name.as_ref()).or(written.first().copied());
    let mut addresses: Vec<String> = written.iter().map(|address| (*address).clone()).collect();
    addresses.sort();
    addresses.dedup();
    roster.by_address.extend(addresses.iter().map(|address| (address.clone(), id)));
    roster.people.push(Person {
        name: name.cloned().unwrap_or_default(),
        addresses,
        memberships: group.iter().map(|entry| entry.membership(&entry.at)).collect(),
    });
}

/// Notes what one person's entries disagree about.
fn check(group: &[&Entry], teams: &[Team], problems: &mut Problems) {
    let team = |id: TeamId| quoted(teams.get(id.0).map_or("?", |team| &team.name));
    let mut divided = Vec::new();
    for (index, entry) in group.iter().enumerate() {
        let earlier = || group.iter().take(index).filter(|other| other.overlaps(entry));
        if let Some(other) = earlier().find(|other| other.team == entry.team) {
            let place = entry.place(other);
            let message = format!("one person appears twice in the team {} at the same time", team(entry.team));
            let problem = Problem::new(Fault::RepeatedAddress, message).noting(&place, "again");
            let problem = problem.noting(&other.place(entry), "first");
            problems.push(problem.help("keep one entry, or give them `from` and `until` that do not overlap"));
        }
        if let Some(other) = group.iter().find(|other| other.team != entry.team && other.overlaps(entry)) {
            divided.push((*entry, *other));
        }
    }
    if let Some((first, other)) = divided.first().filter(|_| divided.iter().any(|(entry, _)| entry.part.is_none())) {
        let mut names: Vec<_> = divided.iter().map(|(entry, _)| team(entry.team)).collect();
        names.sort();
        names.dedup();
        let address = first.addresses.iter().find(|own| other.addresses.iter().any(|one| one.value == own.value));
        let who = address.or(first.addresses.first()).map_or("", |address| &address.value);
        let message = format!(
            "{} is in the teams {} at the same time, and not every entry says for what part",
            quoted(who),
            names.join(" and ")
        );
        let mut problem = Problem::new(Fault::UndeclaredParts, message);
        for (entry, other) in divided.iter().take(MAX_PLACES) {
            let state = if entry.part.is_some() { "with its part" } else { "without `part-time`" };
            problem = problem.noting(&entry.place(other), format!("in {}, {state}", team(entry.team)));
        }
        let help = "say `part-time: 50%` in each of the entries, or `from` and `until` where the person moved";
        problems.push(problem.help(help));
        return;
    }
    for entry in group {
        let held: Vec<_> =
            group.iter().filter(|other| other.holds_at(entry.from)).filter_map(|other| other.part.as_ref()).collect();
        let sum: u32 = held.iter().map(|part| u32::from(part.value.get())).sum();
        if sum > 100 && !divided.is_empty() {
            let day = entry.from.map_or_else(String::new, |day| format!(" from {} on", day.date()));
            let message = format!("the parts of {} add up to {sum}%{day}", quoted(&who(group)));
            let problem = Problem::new(Fault::PartsOverWhole, message);
            let problem = held.iter().take(MAX_PLACES).fold(problem, |problem, part| problem.at_place(&part.at));
            problems.push(problem.help("at most 100% on each day"));
            return;
        }
    }
}

fn who(group: &[&Entry]) -> String {
    let name = group.iter().find_map(|entry| entry.name.clone());
    let address = || group.iter().find_map(|entry| entry.addresses.first()).map(|address| address.value.clone());
    name.or_else(address).unwrap_or_default()
}

/// The first pattern that fits decides, so one that an earlier pattern covers is never asked.
fn warn_of_dead_patterns(roster: &Roster, teams: &[Team], warnings: &mut Vec<Finding>) {
    for (index, (pattern, membership)) in roster.patterns.iter().enumerate().take(MAX_COMPARED) {
        let covers = |(earlier, _): &&(WildcardPattern, Membership)| {
            // Read as plain text, a pattern fits another only if whatever the one fits the other fits too; `?` could
            // stand for its `*`.
            earlier == pattern || !earlier.as_str().contains('?') && earlier.matches(pattern.as_str())
        };
        let Some((earlier, other)) = roster.patterns.iter().take(index).find(covers) else { continue };
        let team = |membership: &Membership| quoted(teams.get(membership.team.0).map_or("?", |team| &team.name));
        let message = format!(
            "{} of the team {} is never asked: {} of the team {} comes first and fits all of it",
            quoted(pattern.as_str()),
            team(membership),
            quoted(earlier.as_str()),
            team(other)
        );
        let finding = Finding::new(Code::UnmatchedEntry, Level::Warning, message).at(membership.at.clone());
        let finding = finding.help("put the narrower pattern first, or name the addresses");
        warnings.push(match teams.get(membership.team.0) {
            Some(team) => finding.of_team(&team.name),
            None => finding,
        });
    }
}
