//! Who is in which team: whose work counts for whom.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::Day;
use crate::finding::Location;
use crate::policy::Membership;
use crate::policy::OnRoster;
use crate::policy::Percent;
use crate::policy::PersonId;
use crate::policy::Policy;
use crate::policy::WildcardPattern;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;

const LEFT: &str = "that work counts for the team no more";
const CAME: &str = "there is work of theirs in the window, which becomes the team's";
const MOVED: &str = "what was done by then moves along";
const OTHER_PERSON: &str = "one person's week is divided over what the person did: two persons have two";

/// A membership without its place, the team by its name.
type Held<'a> = (&'a str, Percent, Option<Day>, Option<Day>);

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (pair.base, pair.head);
    let known: BTreeSet<&String> = base.roster.by_address.keys().chain(head.roster.by_address.keys()).collect();
    // Of a person with several addresses, whose entry says something else now, it is told once.
    let mut edited = BTreeSet::new();
    for found in known.into_iter().filter_map(|address| of_address(pair, address)) {
        let entries = entry(found.base.as_ref()).zip(entry(found.head.as_ref()));
        if entries.is_none_or(|entries| edited.insert(entries)) {
            all.push(found);
        }
    }
    persons(pair, all);
    patterns(pair, all);
}

fn of_address(pair: &Pair<'_>, address: &str) -> Option<Difference> {
    let (old, new) = (held(pair.base, address), held(pair.head, address));
    if old == new {
        return None;
    }
    let still_there = |(team, ..): &Held<'_>| pair.head.team_named(team).is_some();
    if !old.is_empty() && !old.iter().any(still_there) {
        // The team is gone, and told.
        return None;
    }
    let team = |held: &[Held<'_>]| held.first().map(|(team, ..)| (*team).to_owned());
    let key = format!("teams.*.members.{address}");
    let found = match (old.as_slice(), new.as_slice()) {
        ([], _) if !pair.known.may_work(address) => Difference::new(in_team(address, &new), key, Direction::Tighter),
        ([], _) => Difference::new(in_team(address, &new), key, Direction::Looser).because(CAME),
        (_, []) => Difference::new(in_team(address, &old), key, Direction::Looser).because(LEFT),
        _ => Difference::new(in_team(address, &old), key, Direction::Looser).because(MOVED),
    };
    let side = |policy: &Policy, held: &[Held<'_>]| {
        let words = held.iter().map(in_words).collect::<Vec<_>>().join(" and ");
        (!held.is_empty()).then(|| Side::new(words, place(policy, address)))
    };
    let team = team(&old).or_else(|| team(&new));
    Some(Difference { base: side(pair.base, &old), head: side(pair.head, &new), team, ..found })
}

/// Addresses that were one person's are now several's, or the other way round.
fn persons(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    for (one, other, what) in
        [(pair.base, pair.head, "who is one person"), (pair.head, pair.base, "who are several persons")]
    {
        for person in &one.roster.people {
            let addresses = person.addresses.iter();
            let ids: BTreeMap<_, _> =
                addresses.filter_map(|address| Some((whose(pair, other, address)?, address))).collect();
            if ids.len() > 1 {
                let addresses: Vec<&str> = ids.values().map(|address| address.as_str()).collect();
                let key = format!("teams.*.members.{}", addresses.join("+"));
                let found = Difference::new(format!("{what}: {}", addresses.join(" and ")), key, Direction::Looser);
                let first = addresses.first().copied().unwrap_or_default();
                let side = |policy: &Policy| {
                    let joined = std::ptr::eq(policy, one);
                    let value = if joined { "one person" } else { "several persons" };
                    Side::new(value, place(policy, first))
                };
                all.push(found.base(side(pair.base)).head(side(pair.head)).because(OTHER_PERSON));
            }
        }
    }
}

/// The person whose work an address's is; by a wildcard each address is one of its own, if there is work of it.
fn whose<'a>(pair: &Pair<'_>, policy: &Policy, address: &'a str) -> Option<(Option<PersonId>, Option<&'a str>)> {
    match policy.roster.find(address)? {
        OnRoster::Named(id, _) => Some((Some(id), None)),
        OnRoster::Fits(_) => pair.known.may_work(address).then_some((None, Some(address))),
    }
}

fn patterns(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (old, new) = (&pair.base.roster.patterns, &pair.head.roster.patterns);
    let same =
        |policy: &Policy, one: &(WildcardPattern, Membership), other: &Policy, two: &(WildcardPattern, Membership)| {
            one.0 == two.0 && agreed(policy, &one.1) == agreed(other, &two.1)
        };
    let told = |(pattern, _): &(WildcardPattern, Membership), direction| {
        let (what, key) =
            (format!("{} as a member", pattern.as_str()), format!("teams.*.members.{}", pattern.as_str()));
        Difference::new(what, key, direction)
    };
    let side = |policy: &Policy, (_, membership): &(WildcardPattern, Membership)| {
        agreed(policy, membership).map(|held| Side::at(in_words(&held), &membership.at))
    };
    for one in old.iter().filter(|one| !new.iter().any(|two| same(pair.base, one, pair.head, two))) {
        let replaced = new.iter().find(|two| two.0 == one.0);
        let found = told(one, Direction::Looser).because(if replaced.is_some() { MOVED } else { LEFT });
        let head = replaced.and_then(|two| side(pair.head, two));
        all.push(Difference { base: side(pair.base, one), head, ..found });
    }
    for (number, two) in new.iter().enumerate() {
        if old.iter().any(|one| one.0 == two.0) {
            continue;
        }
        let fits_somebody = pair.known.authors.as_ref().is_none_or(|all| all.iter().any(|one| two.0.matches(one)));
        // It is asked before those behind it.
        let goes_before = new.iter().skip(number).any(|later| old.iter().any(|one| one.0 == later.0));
        let why = match (fits_somebody, goes_before) {
            (true, _) => CAME,
            (false, true) => "it is asked before others that follow it",
            (false, false) => "anybody who makes up such an address is then a member",
        };
        let found = told(two, Direction::Looser).because(why);
        all.push(Difference { head: side(pair.head, two), ..found });
    }
    let kept: Vec<&str> =
        old.iter().map(|one| one.0.as_str()).filter(|one| new.iter().any(|two| two.0.as_str() == *one)).collect();
    let order: Vec<&str> = new.iter().map(|two| two.0.as_str()).filter(|two| kept.contains(two)).collect();
    if kept != order {
        let found = Difference::new("the order of the members with wildcards", "teams.*.members", Direction::Looser);
        let first = |policy: &Policy, names: &[&str]| {
            let first = policy.roster.patterns.iter().find(|(pattern, _)| names.first() == Some(&pattern.as_str()))?;
            Some(Side::at(format!("{} first", first.0.as_str()), &first.1.at))
        };
        let found = found.because("the first that fits an address decides its team");
        all.push(Difference { base: first(pair.base, &kept), head: first(pair.head, &order), ..found });
    }
}

fn held<'p>(policy: &'p Policy, address: &str) -> Vec<Held<'p>> {
    let memberships = policy.roster.find(address).map(OnRoster::memberships).unwrap_or_default();
    let mut held: Vec<_> = memberships.iter().filter_map(|membership| agreed(policy, membership)).collect();
    held.sort();
    held
}

fn agreed<'p>(policy: &'p Policy, membership: &Membership) -> Option<Held<'p>> {
    let Membership { team, part_time, from, until, at: _ } = membership;
    Some((policy.team(*team)?.name.as_str(), *part_time, *from, *until))
}

fn place(policy: &Policy, address: &str) -> Option<Location> {
    policy.roster.find(address)?.memberships().first().map(|membership| membership.at.clone())
}

/// Where an entry begins, which no other entry does.
fn entry(side: Option<&Side>) -> Option<(Arc<str>, usize)> {
    let at = side?.at.as_ref()?;
    Some((Arc::clone(&at.file), at.span.start))
}

fn in_team(address: &str, held: &[Held<'_>]) -> String {
    let teams: Vec<&str> = held.iter().map(|(team, ..)| *team).collect();
    format!("{address} in {}", teams.join(" and "))
}

fn in_words((team, part, from, until): &Held<'_>) -> String {
    let mut words = format!("in {team}");
    if *part != Percent::WHOLE {
        words.push_str(&format!(" for {}%", part.get()));
    }
    if let Some(from) = from {
        words.push_str(&format!(" from {}", from.date()));
    }
    if let Some(until) = until {
        words.push_str(&format!(" until {}", until.date()));
    }
    words
}
