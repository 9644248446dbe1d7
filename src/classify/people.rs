//! Who did the work of a commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::Doubt;
use crate::classify::Worker;
use crate::classify::WorkerId;
use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Untrusted;
use crate::policy::OnRoster;
use crate::policy::Roster;

/// More co-authors than this on rosters are a list of names, not people who worked together: none of them counts.
pub const MOST_CO_AUTHORS: usize = 16;

/// The author, and the co-authors who are on a roster; sorted, each person once.
pub(super) fn workers(author: Worker, fact: &CommitFact, roster: &Roster) -> (Vec<Worker>, Option<Doubt>) {
    if fact.co_authors.is_empty() {
        return (vec![author], None);
    }
    let mut others = BTreeMap::new();
    for identity in &fact.co_authors {
        // Off the roster there are tools and bots by the hundred, and anybody can be named.
        if roster.find(&identity.address()).is_some() {
            let other = worker(identity, roster);
            others.entry(other.id.clone()).or_insert(other);
        }
    }
    others.remove(&author.id);
    let doubt = (others.len() > MOST_CO_AUTHORS).then_some(Doubt::TooManyCoAuthors);
    if doubt.is_some() {
        others.clear();
    }
    others.insert(author.id.clone(), author);
    let mut workers: Vec<Worker> = others.into_values().collect();
    workers.shrink_to_fit();
    (workers, doubt)
}

/// The person behind an identity: a roster entry, or else the address.
pub(super) fn worker(identity: &Identity, roster: &Roster) -> Worker {
    let address: Arc<str> = identity.address().into();
    if let Some(OnRoster::Named(id, person)) = roster.find(&address) {
        return Worker { id: WorkerId::Rostered(id), name: Untrusted::new(person.name.clone()) };
    }
    let unnamed = identity.name.expose().trim().is_empty();
    let name = if unnamed { Untrusted::new(Arc::clone(&address)) } else { identity.name.clone() };
    Worker { id: WorkerId::Address(address), name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::commit;
    use crate::classify::sample::policy;

    fn names(author: &str, co_authors: &[&str]) -> Vec<String> {
        let roster = policy(&["a: ann@x.example, bob@x.example, *@team.example"]).roster;
        let fact = commit(1).by(author).with(co_authors).fact;
        let (workers, _) = workers(worker(&fact.author, &roster), &fact, &roster);
        let name = |id: WorkerId| match id {
            WorkerId::Rostered(id) => roster.people[id.0].name.clone(),
            WorkerId::Address(address) => format!("<{address}>"),
        };
        workers.into_iter().map(|worker| name(worker.id)).collect()
    }

    #[test]
    fn authors_and_co_authors() {
        for (author, co_authors, expected) in [
            ("ann@x.example", &[][..], &["ann@x.example"][..]),
            (" ANN@X.example ", &["ann@x.example"], &["ann@x.example"]),
            ("bob@x.example", &["ann@x.example", "ANN@x.example"], &["ann@x.example", "bob@x.example"]),
            ("ann@x.example", &["tool@ai.example"], &["ann@x.example"]),
            ("guest@y.example", &["ann@x.example"], &["ann@x.example", "<guest@y.example>"]),
            ("dev@team.example", &["Two@team.example"], &["<dev@team.example>", "<two@team.example>"]),
            ("", &[], &["<>"]),
        ] {
            assert_eq!(names(author, co_authors), expected, "{author} with {co_authors:?}");
        }
    }

    #[test]
    fn a_list_of_names_is_no_team_work() {
        let many: Vec<String> = (0..=MOST_CO_AUTHORS).map(|number| format!("d{number}@team.example")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(names("ann@x.example", &many).len(), 1);
        assert_eq!(names("ann@x.example", &many[1..]).len(), MOST_CO_AUTHORS + 1);
        // The author's own name in the list does not count against it.
        assert_eq!(names(many[0], &many).len(), MOST_CO_AUTHORS + 1);
    }
}
