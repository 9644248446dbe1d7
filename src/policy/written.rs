//! A policy as it was written, flat: what each value is and where it stands, whatever it means.

use crate::finding::Location;
use crate::policy::Policy;

/// A value of a policy file or pack that holds no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The keys and numbers of entries that lead to it: `teams`, `payments`, `allocation`.
    pub path: Vec<Step>,
    /// The text; of an empty list or mapping `[]` or `{}`, of nothing `null`. How it was quoted is lost.
    pub value: String,
    /// Where it stands.
    pub at: Location,
}

/// A step into a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value of that key.
    Key(String),
    /// The entry of that number, counted from 0.
    Entry(usize),
}

impl Policy {
    /// The first value at, or below, some keys of the policy's own file.
    #[must_use]
    pub fn written_at(&self, keys: &[&str]) -> Option<&Written> {
        let own = self.texts.first()?;
        let leads_there = |written: &&Written| {
            written.path.len() >= keys.len()
                && written.path.iter().zip(keys).all(|(step, key)| matches!(step, Step::Key(own) if own == key))
        };
        self.written.iter().filter(|written| written.at.file == own.name).find(leads_there)
    }
}
