//! The index of a pack, version 2: names in order, and where each object starts.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;

use crate::facts::ObjectId;
use crate::repo::pack::Damage;
use crate::repo::pack::table::Table;
use crate::repo::pack::table::read_exact_at;

/// Signature, version, and 256 numbers: how many names begin with that byte or a lower one.
const HEAD: u64 = 8 + 256 * 4;

/// So often the next page is guessed from how evenly names are spread; then the rest is halved.
const GUESSES: u32 = 4;

/// An index.
#[derive(Debug)]
pub(super) struct Index {
    file: File,
    up_to: Box<[u32; 256]>,
    names: Table<20>,
    starts: Table<4>,
    /// Starts beyond two GiB.
    far_starts: Table<8>,
}

impl Index {
    /// Opens an index; `None` where it is not of version 2, or not as long as it must be.
    pub(super) fn open(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        let length = file.metadata().ok()?.len();
        let mut head = vec![0; usize::try_from(HEAD).ok()?];
        read_exact_at(&file, &mut head, 0).ok()?;
        let numbers = head.strip_prefix(b"\xfftOc\0\0\0\x02")?;
        let mut up_to = Box::new([0; 256]);
        for (slot, number) in up_to.iter_mut().zip(numbers.as_chunks::<4>().0) {
            *slot = u32::from_be_bytes(*number);
        }
        if !up_to.is_sorted() {
            return None;
        }
        let count = *up_to.last()?;
        // Names, checksums, starts; then those of far starts, and two hashes.
        let after_names = HEAD.checked_add(u64::from(count).checked_mul(20)?)?;
        let starts = after_names.checked_add(u64::from(count).checked_mul(4)?)?;
        let far_starts = starts.checked_add(u64::from(count).checked_mul(4)?)?;
        let far = length.checked_sub(far_starts)?.checked_sub(40)?;
        if far % 8 != 0 || far / 8 > u64::from(count) {
            return None;
        }
        let entries = usize::try_from(count).ok()?;
        Some(Self {
            file,
            up_to,
            names: Table::new(HEAD, entries),
            starts: Table::new(starts, entries),
            far_starts: Table::new(far_starts, usize::try_from(far / 8).ok()?),
        })
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.up_to.last().copied().unwrap_or_default()
    }

    /// Where an object starts in the pack.
    pub(super) fn find(&self, id: ObjectId) -> Result<Option<u64>, Damage> {
        let Some(place) = self.place(id)? else { return Ok(None) };
        let start = self.starts.get(&self.file, place)?.map(u32::from_be_bytes).ok_or("its index is cut off")?;
        if start & 0x8000_0000 == 0 {
            return Ok(Some(u64::from(start)));
        }
        let far = usize::try_from(start & 0x7fff_ffff).unwrap_or(usize::MAX);
        let start = self.far_starts.get(&self.file, far)?.map(u64::from_be_bytes);
        Ok(Some(start.ok_or("its index names a start that it does not have")?))
    }

    /// The place of a name.
    fn place(&self, id: ObjectId) -> Result<Option<usize>, Damage> {
        const PER_PAGE: usize = Table::<20>::PER_PAGE;
        let [first, next @ ..] = id.as_bytes();
        let first = usize::from(*first);
        let up_to =
            |byte: usize| self.up_to.get(byte).map_or(0, |number| usize::try_from(*number).unwrap_or(usize::MAX));
        let (mut low, mut high) = (first.checked_sub(1).map_or(0, up_to), up_to(first));
        let mut guesses = 0;
        while low < high {
            let width = high.saturating_sub(low);
            let middle =
                if guesses < GUESSES { low.saturating_add(share(next, width)) } else { low.saturating_add(width / 2) };
            guesses = guesses.saturating_add(1);
            let number = middle / PER_PAGE;
            let start = number.saturating_mul(PER_PAGE);
            // What of the page belongs to the names in question.
            let from = low.max(start);
            let page = self.names.page(&self.file, number)?;
            let until = high.min(start.saturating_add(page.len()));
            let page = page.get(from.saturating_sub(start)..until.saturating_sub(start)).unwrap_or_default();
            let (Some(lowest), Some(highest)) = (page.first(), page.last()) else {
                return Err(Damage::Broken("its index is cut off"));
            };
            match (id.as_bytes().cmp(lowest), id.as_bytes().cmp(highest)) {
                (Ordering::Less, _) => high = from,
                (_, Ordering::Greater) => low = until,
                _ => return Ok(found(page, id.as_bytes()).map(|place| from.saturating_add(place))),
            }
        }
        Ok(None)
    }
}

/// The place of a name among sorted ones. Nearly always their first bytes, as a number, tell them apart.
fn found(sorted: &[[u8; 20]], name: &[u8; 20]) -> Option<usize> {
    let number = |[a, b, c, d, e, f, g, h, ..]: &[u8; 20]| u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
    let wanted = number(name);
    sorted.binary_search_by(|other| number(other).cmp(&wanted).then_with(|| other.cmp(name))).ok()
}

/// So much of a width as a name has of what it could have behind its first byte.
fn share(name: &[u8; 19], width: usize) -> usize {
    let [a, b, c, d, ..] = name;
    let part = u64::from(u32::from_be_bytes([*a, *b, *c, *d]));
    let width = u64::try_from(width).unwrap_or(u64::MAX);
    usize::try_from(part.saturating_mul(width) >> 32).unwrap_or_default()
}
