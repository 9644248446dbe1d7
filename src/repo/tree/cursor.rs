//! Goes through a tree's entries in git's order.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::facts::ObjectFormat;
use crate::repo::common::common_start;
use crate::repo::tree::Entry;
use crate::repo::tree::MALFORMED;
use crate::repo::tree::Mode;
use crate::repo::tree::Named;
use crate::repo::tree::entries;
use crate::repo::tree::parse_entry;
use crate::repo::tree::parse_mode;
use crate::repo::tree::split_entry;

/// A place in a tree.
pub(super) struct Cursor {
    bytes: Arc<Vec<u8>>,
    format: ObjectFormat,
    /// Where the entries start, in git's order; `None` as long as the bytes are found to be in order.
    starts: Option<std::vec::IntoIter<usize>>,
    /// Where the entry begins that the cursor stands on.
    start: usize,
    /// Where it ends.
    end: usize,
    head: Option<Head>,
}

/// Entries that a cursor has passed.
pub(super) struct Passed {
    /// How many.
    pub(super) entries: u64,
    bytes: usize,
    /// The last of them, its place counted from the first.
    last: Option<Head>,
}

#[derive(Clone, Copy)]
struct Head {
    name_start: usize,
    name_end: usize,
    entry: Entry,
}

/// In which order a cursor takes a tree's entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// In that of the bytes, which has to be git's.
    AsWritten,
    /// In git's, whatever that of the bytes is; several of one name in the order in which they stand.
    Sorted,
}

/// Why a cursor cannot go on.
pub(super) enum Stop {
    Malformed(&'static str),
    /// The entries are not in git's order, or one occurs twice.
    Unsorted,
}

impl From<&'static str> for Stop {
    fn from(reason: &'static str) -> Self {
        Self::Malformed(reason)
    }
}

impl Cursor {
    /// Stands on the first entry.
    pub(super) fn new(bytes: Arc<Vec<u8>>, format: ObjectFormat, order: Order) -> Result<Self, Stop> {
        let starts = match order {
            Order::AsWritten => None,
            Order::Sorted => Some(sorted(&bytes, format)?.into_iter()),
        };
        let mut cursor = Self { bytes, format, starts, start: 0, end: 0, head: None };
        cursor.advance()?;
        Ok(cursor)
    }

    /// The entry that the cursor stands on; `None` behind the last.
    #[inline]
    pub(super) fn head(&self) -> Option<Named<'_>> {
        let head = self.head?;
        Some(Named { name: self.bytes.get(head.name_start..head.name_end)?, entry: head.entry })
    }

    /// The bytes of the entry that the cursor stands on; empty behind the last.
    #[inline]
    pub(super) fn raw(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// The bytes from the entry on that the cursor stands on; `None` where entries are taken in another order than that
    /// of the bytes.
    pub(super) fn rest(&self) -> Option<&[u8]> {
        if self.starts.is_some() { None } else { self.bytes.get(self.start..) }
    }

    /// Passes the entries that the bytes of another tree begin with, too: most entries of most directories at once. The
    /// other cursor then has to [follow](Self::follow).
    pub(super) fn pass_common(&mut self, others: &[u8]) -> Result<Passed, Stop> {
        let from = self.start;
        let common = common_start(self.rest().unwrap_or_default(), others);
        let skimmed = Skimmed::of(self.rest().and_then(|rest| rest.get(..common)).unwrap_or_default(), self.format);
        if skimmed.entries > 1 {
            // On the last of them: it is told below, as whatever was not skimmed.
            (self.end, self.head) = (from.saturating_add(skimmed.last), None);
            self.advance()?;
        }
        let mut passed = Passed { entries: skimmed.entries.saturating_sub(1), bytes: 0, last: None };
        while let Some(head) = self.head
            && self.end.saturating_sub(from) <= common
        {
            passed.last = Some(head);
            passed.entries = passed.entries.saturating_add(1);
            passed.bytes = self.end.saturating_sub(from);
            self.advance()?;
        }
        if let Some(last) = &mut passed.last {
            last.name_start = last.name_start.saturating_sub(from);
            last.name_end = last.name_end.saturating_sub(from);
        }
        Ok(passed)
    }

    /// Passes what another cursor has passed, which is known to be here as well.
    pub(super) fn follow(&mut self, passed: &Passed) -> Result<(), Stop> {
        let absolute = |place: usize| place.saturating_add(self.start);
        let last = passed.last.map(|last| {
            let (name_start, name_end) = (absolute(last.name_start), absolute(last.name_end));
            Head { name_start, name_end, entry: last.entry }
        });
        if last.is_some() {
            (self.end, self.head) = (absolute(passed.bytes), last);
            self.advance()?;
        }
        Ok(())
    }

    /// The bytes of what the cursor has passed just now.
    pub(super) fn before(&self, passed: &Passed) -> &[u8] {
        self.bytes.get(self.start.saturating_sub(passed.bytes)..self.start).unwrap_or_default()
    }

    /// Passes all entries before another one, or to the end; how many. `likely` are the bytes that they mostly are.
    pub(super) fn pass_until(&mut self, until: Option<&Named<'_>>, likely: &[u8]) -> Result<u64, Stop> {
        let mut entries = self.pass_common(likely)?.entries;
        while let Some(head) = self.head()
            && until.is_none_or(|until| in_order(&head, until).is_lt())
        {
            self.advance()?;
            entries = entries.saturating_add(1);
        }
        Ok(entries)
    }

    /// Looks whether all entries are in order, those that were passed at once as well.
    pub(super) fn check_order(&self) -> Result<(), Stop> {
        if self.starts.is_some() {
            return Ok(());
        }
        let mut rest = self.bytes.as_slice();
        let mut before = None;
        while !rest.is_empty() {
            let parsed = || parse_entry(rest, self.format).map(|(named, after)| (named.entry.mode, named.name, after));
            let (mode, name, after) = skim(rest, self.format).or_else(parsed).ok_or(MALFORMED)?;
            if before.is_some_and(|before| by_name(before, (name, mode)) != Ordering::Less) {
                return Err(Stop::Unsorted);
            }
            (before, rest) = (Some((name, mode)), after);
        }
        Ok(())
    }

    /// Goes to the next entry.
    #[inline]
    pub(super) fn advance(&mut self) -> Result<(), Stop> {
        let start = match &mut self.starts {
            None => self.end,
            Some(starts) => starts.next().unwrap_or(self.bytes.len()),
        };
        let before = self.head;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let Some(read) = split_entry(rest, self.format) else {
            (self.start, self.end, self.head) = (start, start, None);
            return Ok(());
        };
        let (named, after) = read?;
        let end = self.bytes.len().saturating_sub(after.len());
        // An entry ends with a NUL and an id.
        let name_end = end.saturating_sub(self.format.width()).saturating_sub(1);
        let name_start = name_end.saturating_sub(named.name.len());
        let head = Head { name_start, name_end, entry: named.entry };
        if self.starts.is_none()
            && let Some(before) = before
        {
            let name = self.bytes.get(before.name_start..before.name_end).unwrap_or_default();
            if in_order(&Named { name, entry: before.entry }, &named) != Ordering::Less {
                return Err(Stop::Unsorted);
            }
        }
        (self.start, self.end, self.head) = (start, end, Some(head));
        Ok(())
    }
}

/// What was passed of a directory's entries by their ends alone: of many thousands mostly one differs, so that each other one
/// costs no more than finding where it ends. Whether they are in order is not asked here: see [`Cursor::check_order`].
struct Skimmed {
    /// How many.
    entries: u64,
    /// Where the last of them begins.
    last: usize,
}

impl Skimmed {
    /// Passes entries that end within some bytes.
    fn of(bytes: &[u8], format: ObjectFormat) -> Self {
        let mut skimmed = Self { entries: 0, last: 0 };
        let mut rest = bytes;
        while let Some((_, _, after)) = skim(rest, format) {
            skimmed = Self { entries: skimmed.entries.saturating_add(1), last: bytes.len().saturating_sub(rest.len()) };
            rest = after;
        }
        skimmed
    }
}

/// The first entry's mode and name, and what follows it; `None` where it has no mode, name or id, and where too little follows
/// to look at eight bytes at once. (A search by `memchr` is slower on names this short: docs/performance-steps.md.)
#[inline]
fn skim(bytes: &[u8], format: ObjectFormat) -> Option<(Mode, &[u8], &[u8])> {
    let (mode, behind) = parse_mode(bytes)?;
    let mut name = 0_usize;
    for eight in behind.as_chunks::<8>().0 {
        let eight = u64::from_le_bytes(*eight);
        // The lowest bit that is set stands in the first byte that is NUL.
        let nul = eight.wrapping_sub(0x0101_0101_0101_0101) & !eight & 0x8080_8080_8080_8080;
        if nul == 0 {
            name = name.saturating_add(8);
            continue;
        }
        name = name.saturating_add(usize::try_from(nul.trailing_zeros() / 8).ok()?);
        let (name, id) = behind.split_at_checked(name).filter(|_| name > 0)?;
        // A NUL and an id.
        return Some((mode, name, id.get(format.width().saturating_add(1)..)?));
    }
    None
}

/// git's order of entries: by the names' bytes, a directory's name read as if it ended with a slash.
#[inline]
pub(super) fn in_order(a: &Named<'_>, b: &Named<'_>) -> Ordering {
    by_name((a.name, a.entry.mode), (b.name, b.entry.mode))
}

#[inline]
fn by_name((a, mode_a): (&[u8], Mode), (b, mode_b): (&[u8], Mode)) -> Ordering {
    // Of two neighbours most differ here.
    if let (Some(a), Some(b)) = (a.first_chunk::<8>(), b.first_chunk::<8>())
        && a != b
    {
        return u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b));
    }
    let common = a.len().min(b.len());
    let (start_a, rest_a) = a.split_at(common);
    let (start_b, rest_b) = b.split_at(common);
    let next = |rest: &[u8], mode| rest.first().copied().unwrap_or(if mode == Mode::Tree { b'/' } else { 0 });
    start_a
        .cmp(start_b)
        .then_with(|| next(rest_a, mode_a).cmp(&next(rest_b, mode_b)))
        // Only where a name has a slash of its own in it, which git never writes.
        .then_with(|| a.len().cmp(&b.len()))
}

fn sorted(bytes: &[u8], format: ObjectFormat) -> Result<Vec<usize>, &'static str> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    for entry in entries(bytes, format) {
        let entry = entry?;
        found.push((entry, start));
        let mode_length =
            bytes.get(start..).unwrap_or_default().iter().position(|byte| *byte == b' ').unwrap_or_default();
        // Mode, blank, name, NUL, id.
        let others = format.width().saturating_add(2);
        start = start.saturating_add(mode_length).saturating_add(entry.name.len()).saturating_add(others);
    }
    found.sort_by(|(a, _), (b, _)| in_order(a, b));
    Ok(found.into_iter().map(|(_, start)| start).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever an id or a name is made of, each entry that was skimmed is one, and none is left out that could be told.
        #[test]
        fn skims_as_entries_are_read(
            parts in proptest::collection::vec(
                (
                    prop_oneof![Just("100644"), Just("100755"), Just("40000"), Just("120000"), Just("040000")],
                    proptest::collection::vec(1..=u8::MAX, 0..20),
                    any::<[u8; 32]>(),
                ),
                0..6,
            ),
            format in prop_oneof![Just(ObjectFormat::Sha1), Just(ObjectFormat::Sha256)],
            cut in 0..260_usize,
        ) {
            let one = |(mode, name, id): &(&str, Vec<u8>, [u8; 32])| {
                [mode.as_bytes(), b" ", name, b"\0", &id[..format.width()]].concat()
            };
            let whole: Vec<u8> = parts.iter().flat_map(one).collect();
            let bytes = whole.get(..cut).unwrap_or(&whole);
            let (mut entries, mut last, mut at) = (0, 0, 0);
            for part in &parts {
                let length = one(part).len();
                // The last eight bytes that hold the NUL must be there.
                let needed = part.0.len() + 1 + (part.1.len() / 8 + 1) * 8;
                let is_told = !part.1.is_empty() && at + length.max(needed) <= bytes.len();
                if !is_told {
                    break;
                }
                (entries, last, at) = (entries + 1, at, at + length);
            }
            let skimmed = Skimmed::of(bytes, format);
            prop_assert_eq!((skimmed.entries, skimmed.last), (entries, last));
            let mut read = super::super::entries(bytes, format).take(usize::try_from(entries).unwrap());
            prop_assert!(read.all(|entry| entry.is_ok()));
        }
    }
}
