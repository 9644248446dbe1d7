//! How many of each thing there are, to be taken one by one.

use std::collections::BTreeMap;

/// Things by how many of each are left.
pub(super) struct Tally<K>(BTreeMap<K, usize>);

impl<K: Ord> Tally<K> {
    /// Whether one is left.
    pub(super) fn has(&self, thing: &K) -> bool {
        self.0.get(thing).is_some_and(|left| *left > 0)
    }

    /// Takes one; whether one was left.
    pub(super) fn take(&mut self, thing: &K) -> bool {
        let Some(left) = self.0.get_mut(thing).filter(|left| **left > 0) else { return false };
        *left = left.saturating_sub(1);
        true
    }
}

impl<K: Ord> FromIterator<K> for Tally<K> {
    fn from_iter<T: IntoIterator<Item = K>>(things: T) -> Self {
        let mut tally = BTreeMap::new();
        for thing in things {
            let left: &mut usize = tally.entry(thing).or_default();
            *left = left.saturating_add(1);
        }
        Self(tally)
    }
}
