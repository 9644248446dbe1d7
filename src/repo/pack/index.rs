//! The index of a pack: names in order, and where each object starts.

use std::cmp::Ordering;
use std::path::Path;

use crate::facts::ObjectId;

/// So often the next place is guessed from how evenly names are spread; then the rest is halved.
const GUESSES: u32 = 8;

/// An index of version 2, mapped.
pub(super) struct Index(gix_pack::index::File<gix_pack::MMap>);

impl Index {
    /// Opens an index; `None` where it is not of version 2, not as long as it must be, or not in order.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let file = gix_pack::index::File::at(path, gix_hash::Kind::Sha1).ok()?;
        (file.version() == gix_pack::index::Version::V2).then_some(Self(file))
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.0.num_objects()
    }

    /// Where an object starts in the pack.
    pub(super) fn find(&self, id: ObjectId) -> Option<u64> {
        let wanted = number(id.as_bytes());
        // The places that are left, and between which names these lie.
        let (mut low, mut high) = (0, self.count());
        let (mut lowest, mut highest) = (0, u64::MAX);
        let mut guesses = 0_u32;
        while low < high {
            let width = high.saturating_sub(low);
            let part = if guesses < GUESSES { share(wanted, lowest, highest, width) } else { width / 2 };
            let place = low.saturating_add(part);
            guesses = guesses.saturating_add(1);
            let name = self.0.oid_at_index(place).as_bytes();
            let found = number(name);
            match found.cmp(&wanted).then_with(|| name.cmp(id.as_bytes())) {
                Ordering::Less => (low, lowest) = (place.saturating_add(1), found),
                Ordering::Greater => (high, highest) = (place, found),
                Ordering::Equal => return Some(self.0.pack_offset_at_index(place)),
            }
        }
        None
    }
}

/// The first bytes of a name, which nearly always tell it from others.
fn number(name: &[u8]) -> u64 {
    name.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// Where of so many places a name should be that lies between two others: less than the width.
fn share(wanted: u64, lowest: u64, highest: u64, width: u32) -> u32 {
    let (above, all) = (wanted.saturating_sub(lowest), highest.saturating_sub(lowest).max(1));
    let part = u128::from(above).saturating_mul(u128::from(width)) / u128::from(all);
    u32::try_from(part).unwrap_or(u32::MAX).min(width.saturating_sub(1))
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Index").field(&self.0.path()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_share_is_a_place(wanted: u64, lowest: u64, highest: u64, width in 1_u32..) {
            prop_assert!(share(wanted, lowest, highest, width) < width);
        }
    }
}
