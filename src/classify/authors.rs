//! What a policy says of authors.

use std::collections::HashMap;

use crate::classify::Worker;
use crate::classify::exempt::first_by_author;
use crate::classify::people;
use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Untrusted;
use crate::policy::Policy;

/// The authors of some commits, each asked about once: a history has few, and policies know many bots and people.
pub(super) struct Authors<'f>(HashMap<&'f Identity, Author>);

struct Author {
    /// The place of the first rule that leaves the author out, and what it matches.
    rule: Option<(usize, Untrusted)>,
    worker: Worker,
}

impl<'f> Authors<'f> {
    pub(super) fn of(facts: impl Iterator<Item = &'f CommitFact>, policy: &Policy) -> Self {
        let mut known = HashMap::new();
        for fact in facts {
            known.entry(&fact.author).or_insert_with(|| Author {
                rule: first_by_author(fact, policy),
                worker: people::worker(&fact.author, &policy.roster),
            });
        }
        Self(known)
    }

    /// The place of the first rule that leaves an author out, and what it matches.
    pub(super) fn rule(&self, fact: &CommitFact) -> Option<(usize, Untrusted)> {
        self.0.get(&fact.author).and_then(|author| author.rule.clone())
    }

    /// Who the author is.
    pub(super) fn worker(&self, fact: &CommitFact, policy: &Policy) -> Worker {
        let known = self.0.get(&fact.author).map(|author| author.worker.clone());
        known.unwrap_or_else(|| people::worker(&fact.author, &policy.roster))
    }
}
