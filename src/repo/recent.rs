//! What was used last, up to a number of bytes.

use std::hash::Hash;
use std::mem;

use foldhash::HashMap;

/// Two generations: what is asked for moves to the young one; when that is full it becomes the old one, and what was
/// old is forgotten.
pub(super) struct Recent<K, V> {
    young: HashMap<K, (V, usize)>,
    old: HashMap<K, (V, usize)>,
    young_bytes: usize,
    half: usize,
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// Keeps at most so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), young_bytes: 0, half: bytes / 2 }
    }

    /// What was kept under a key.
    pub(super) fn get(&mut self, key: K) -> Option<V> {
        if let Some((value, _bytes)) = self.young.get(&key) {
            return Some(value.clone());
        }
        let (value, bytes) = self.old.remove(&key)?;
        self.put(key, value.clone(), bytes);
        Some(value)
    }

    /// Keeps a value of so many bytes, unless it would take the place of everything else.
    pub(super) fn put(&mut self, key: K, value: V, bytes: usize) {
        if bytes > self.half / 2 {
            return;
        }
        self.young_bytes = self.young_bytes.saturating_add(bytes);
        self.young.insert(key, (value, bytes));
        if self.young_bytes > self.half {
            self.old = mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_used_last() {
        let mut recent = Recent::new(80);
        for key in 0..6 {
            recent.put(key, key, 10);
            assert_eq!(recent.get(0), Some(0), "used again and again");
        }
        assert_eq!(recent.get(5), Some(5));
        for key in 10..30 {
            recent.put(key, key, 10);
        }
        assert_eq!(recent.get(0), None);
        recent.put(99, 99, 21);
        assert_eq!(recent.get(99), None, "too large to be kept");
    }
}
