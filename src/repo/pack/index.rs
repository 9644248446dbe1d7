//! The index of a pack: names in order, and where each object starts.

use std::cmp;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;

/// So often the next place is guessed from how evenly names are spread; then the rest is halved.
const GUESSES: u32 = 8;

/// So many objects are looked up by reading a little; for more the index is mapped, which looks at a third of it once.
const FEW: u32 = 64;

/// So many names are read on either side of where one should be: in indexes of millions of names, too, it lies there
/// nearly always.
const AROUND: u32 = 100;

/// Signature, version, and 256 numbers: how many names begin with that byte or a lower one.
const HEAD: u64 = 8 + 256 * 4;

/// An index of version 2.
pub(super) struct Index {
    path: PathBuf,
    pub(super) format: ObjectFormat,
    file: File,
    up_to: Box<[u32; 256]>,
    /// How many objects were looked up.
    asked: AtomicU32,
    /// `None` where it has another number of far starts than it names.
    mapped: OnceLock<Option<gix_pack::index::File<gix_pack::MMap>>>,
}

impl Index {
    /// Opens an index; `None` where it is not of version 2, or not as long as it must be.
    pub(super) fn open(path: &Path, format: ObjectFormat) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let mut head = vec![0; usize::try_from(HEAD).ok()?];
        file.read_exact(&mut head).ok()?;
        let numbers = head.strip_prefix(b"\xfftOc\0\0\0\x02")?;
        let mut up_to = Box::new([0; 256]);
        for (slot, number) in up_to.iter_mut().zip(numbers.as_chunks::<4>().0) {
            *slot = u32::from_be_bytes(*number);
        }
        // A name, a checksum and a start each; then those of far starts, and two hashes.
        let count = u64::from(*up_to.last()?);
        let width = u64::try_from(format.width()).ok()?;
        let near = HEAD.saturating_add(count.saturating_mul(width.saturating_add(8))).saturating_add(2 * width);
        let far = file.metadata().ok()?.len().checked_sub(near)?;
        let is_whole = far % 8 == 0 && far / 8 <= count;
        let (asked, mapped) = (AtomicU32::new(0), OnceLock::new());
        (is_whole && up_to.is_sorted()).then(|| Self { path: path.to_owned(), format, file, up_to, asked, mapped })
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> u32 {
        self.up_to.last().copied().unwrap_or_default()
    }

    /// Where an object starts in the pack.
    pub(super) fn find(&self, id: ObjectId) -> Option<u64> {
        if self.asked.load(Ordering::Relaxed) < FEW {
            self.asked.fetch_add(1, Ordering::Relaxed);
            if let Some(told) = self.look(id) {
                return told;
            }
        }
        let map = || gix_pack::index::File::at(&self.path, kind(self.format)).ok();
        find(self.mapped.get_or_init(map).as_ref()?, id)
    }

    /// As [`find`](Self::find), by reading a few names; `None` where these do not tell.
    fn look(&self, id: ObjectId) -> Option<Option<u64>> {
        let (first, rest) = id.as_bytes().split_first()?;
        let first = usize::from(*first);
        let low = first.checked_sub(1).map_or(Some(0), |before| self.up_to.get(before).copied())?;
        let high = *self.up_to.get(first)?;
        let width = high.checked_sub(low).filter(|width| *width > 0);
        let Some(width) = width else { return Some(None) };
        let place = low.saturating_add(share(number(rest), 0, u64::MAX, width));
        let (from, until) = (place.saturating_sub(AROUND).max(low), place.saturating_add(AROUND).min(high));
        let (width, count) = (self.format.width(), usize::try_from(until.saturating_sub(from)).ok()?);
        let of_a_name = u64::try_from(width).ok()?;
        let mut names = vec![0; count.saturating_mul(width)];
        read(&self.file, &mut names, HEAD.saturating_add(u64::from(from).saturating_mul(of_a_name)))?;
        let names: Vec<&[u8]> = names.chunks_exact(width).collect();
        match names.binary_search(&id.as_bytes()) {
            Ok(at) => {
                // Behind the names there is a checksum of each, and then a start of each.
                let before = u64::from(self.count()).saturating_mul(of_a_name.saturating_add(4));
                let at = u64::from(from).saturating_add(u64::try_from(at).ok()?).saturating_mul(4);
                let mut start = [0; 4];
                read(&self.file, &mut start, HEAD.saturating_add(before).saturating_add(at))?;
                let start = u32::from_be_bytes(start);
                // Beyond two GiB it stands elsewhere.
                (start & 0x8000_0000 == 0).then(|| Some(u64::from(start)))
            }
            Err(0) if from > low => None,
            Err(at) if at == names.len() && until < high => None,
            Err(_) => Some(None),
        }
    }
}

/// Fills a buffer from a place in a file; `None` where that cannot be done.
#[cfg(unix)]
fn read(file: &File, buffer: &mut [u8], at: u64) -> Option<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at).ok()
}

#[cfg(not(unix))]
fn read(_file: &File, _buffer: &mut [u8], _at: u64) -> Option<()> {
    None
}

/// Where an object starts in the pack.
fn find(index: &gix_pack::index::File<gix_pack::MMap>, id: ObjectId) -> Option<u64> {
    let wanted = number(id.as_bytes());
    // The places that are left, and between which names these lie.
    let (mut low, mut high) = (0, index.num_objects());
    let (mut lowest, mut highest) = (0, u64::MAX);
    let mut guesses = 0_u32;
    while low < high {
        let width = high.saturating_sub(low);
        let part = if guesses < GUESSES { share(wanted, lowest, highest, width) } else { width / 2 };
        let place = low.saturating_add(part);
        guesses = guesses.saturating_add(1);
        let name = index.oid_at_index(place).as_bytes();
        let found = number(name);
        match found.cmp(&wanted).then_with(|| name.cmp(id.as_bytes())) {
            cmp::Ordering::Less => (low, lowest) = (place.saturating_add(1), found),
            cmp::Ordering::Greater => (high, highest) = (place, found),
            cmp::Ordering::Equal => return Some(index.pack_offset_at_index(place)),
        }
    }
    None
}

/// How the library calls a format.
pub(super) const fn kind(format: ObjectFormat) -> gix_hash::Kind {
    match format {
        ObjectFormat::Sha1 => gix_hash::Kind::Sha1,
        ObjectFormat::Sha256 => gix_hash::Kind::Sha256,
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
        f.debug_tuple("Index").field(&self.path).finish()
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
