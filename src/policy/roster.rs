//! Who belongs to which team, and since when.

use std::collections::BTreeMap;

use crate::facts::Day;
use crate::finding::Location;
use crate::policy::Percent;
use crate::policy::TeamId;
use crate::policy::WildcardPattern;

/// A person's place in a [`Roster`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub usize);

/// All persons whom the policy names, and the address patterns that let others in.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// In the order of the policy. Entries of several teams that share an address are one person.
    pub people: Vec<Person>,
    /// From an address in lower case to its person.
    pub by_address: BTreeMap<String, PersonId>,
    /// Addresses with wildcards, in the order of the policy: the first that fits an address decides its team; each such
    /// address is a person of its own. Literal addresses go before.
    pub patterns: Vec<(WildcardPattern, Membership)>,
}

/// A person of a roster.
#[derive(Debug, Clone)]
pub struct Person {
    /// How reports name the person: the name of the entry, or else its first address.
    pub name: String,
    /// The addresses in lower case, sorted.
    pub addresses: Vec<String>,
    /// One or more; no two of the same team at once, their parts of any one day at most 100 %.
    pub memberships: Vec<Membership>,
}

/// That a person belongs to a team, with which part of the time, and when.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The team.
    pub team: TeamId,
    /// The part of a full week that the team has of the person.
    pub part_time: Percent,
    /// The first day, if there is one.
    pub from: Option<Day>,
    /// The last day, if there is one.
    pub until: Option<Day>,
    /// Where the entry is written.
    pub at: Location,
}

/// Whom an address belongs to, by a roster.
#[derive(Debug, Clone, Copy)]
pub enum OnRoster<'r> {
    /// A person who is named.
    Named(PersonId, &'r Person),
    /// An address that fits a pattern.
    Fits(&'r Membership),
}

impl Roster {
    /// Whom an address (in lower case) belongs to; `None` when it is on no roster.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<OnRoster<'_>> {
        if let Some(id) = self.by_address.get(address) {
            return self.people.get(id.0).map(|person| OnRoster::Named(*id, person));
        }
        let (_, membership) = self.patterns.iter().find(|(pattern, _)| pattern.matches(address))?;
        Some(OnRoster::Fits(membership))
    }
}

impl<'r> OnRoster<'r> {
    /// All memberships, whenever they hold.
    #[must_use]
    pub const fn memberships(self) -> &'r [Membership] {
        match self {
            Self::Named(_, person) => person.memberships.as_slice(),
            Self::Fits(membership) => std::slice::from_ref(membership),
        }
    }

    /// The memberships that hold on a day, in the order of the teams.
    #[must_use]
    pub fn on(self, day: Day) -> Vec<&'r Membership> {
        let mut held: Vec<_> = self.memberships().iter().filter(|membership| membership.holds_on(day)).collect();
        held.sort_by_key(|membership| membership.team);
        held
    }
}

impl Membership {
    /// Whether the membership holds on a day; both of its ends belong to it.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn both_ends_belong_to_a_membership() {
        let day = |text: &str| Day::from_date(text.parse().unwrap());
        let at = Location::start_of(&Arc::from("p.yml"));
        let (from, until) = (Some(day("2026-02-01")), Some(day("2026-02-28")));
        let both = Membership { team: TeamId(0), part_time: Percent::WHOLE, from, until, at };
        for (on, holds) in [("2026-01-31", false), ("2026-02-01", true), ("2026-02-28", true), ("2026-03-01", false)] {
            assert_eq!(both.holds_on(day(on)), holds, "{on}");
        }
        let open = Membership { from: None, until: None, ..both };
        assert!(open.holds_on(day("1970-01-01")) && open.holds_on(day("9999-12-31")));
    }
}
