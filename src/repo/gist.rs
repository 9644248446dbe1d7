//! A cheap name for a change, to find out early which changes cannot undo or repeat each other.
//!
//! Each line has a number, made of what is not blank in it, and a text has the sum of its lines' numbers. What lines a
//! change is said to add and remove depends on how the two texts are laid side by side; what the sum gains does not,
//! since lines that both have cancel out. So of two changes with the same content every path gains the same, and of two
//! that undo each other it gains the opposite. The reverse does not hold: what agrees here is then compared in full.

use std::hash::BuildHasher as _;

use bstr::ByteSlice as _;
use foldhash::quality::FixedState;

use crate::facts::RepoPath;
use crate::repo::lines::Middle;
use crate::repo::tree::Entry;

/// What the paths of a change gain, and what they would gain by its inverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Gist {
    forward: u64,
    inverse: u64,
}

/// What a path gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Gain(u64);

impl Gist {
    /// Adds a path.
    pub(super) fn add(&mut self, path: &RepoPath, Gain(gain): Gain) {
        // Within a run the same for the same path, and several times faster than FNV-1a; nobody keeps it.
        let name = FixedState::default().hash_one(path.as_bytes());
        let of = |gain: u64| mixed(name ^ mixed(gain));
        self.forward = self.forward.wrapping_add(of(gain));
        self.inverse = self.inverse.wrapping_add(of(gain.wrapping_neg()));
    }

    /// The same for changes of the same content and for those that undo them.
    pub(super) const fn either_way(self) -> (u64, u64) {
        if self.forward < self.inverse { (self.forward, self.inverse) } else { (self.inverse, self.forward) }
    }
}

impl Gain {
    /// Of a text.
    pub(super) fn of_text(changed: &Middle<'_>) -> Self {
        Self(sum(changed.new).wrapping_sub(sum(changed.old)))
    }

    /// As a number, to be kept.
    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// One that was kept.
    pub(super) const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// Of anything else: the objects themselves.
    pub(super) fn of_objects(old: Option<Entry>, new: Option<Entry>) -> Self {
        let of = |entry: Option<Entry>| entry.map_or(0, |entry| number(entry.id.as_bytes().iter()));
        Self(of(new).wrapping_sub(of(old)))
    }
}

fn sum(text: &[u8]) -> u64 {
    text.lines_with_terminator().fold(0, |sum, line| sum.wrapping_add(number_of_line(line)))
}

/// A line's number.
pub(super) fn number_of_line(line: &[u8]) -> u64 {
    mixed(letters(line))
}

/// A number for what is not blank in a line: each byte has one, and they are added up, which is several times faster than
/// any name in which their order counts. Lines of the same bytes in another order are taken for equal here, and told
/// apart by the full comparison. A blank line has none.
fn letters(line: &[u8]) -> u64 {
    line.iter().fold(0, |sum: u64, byte| sum.wrapping_add(OF_BYTE.get(usize::from(*byte)).copied().unwrap_or_default()))
}

static OF_BYTE: [u64; 256] = numbers_of_bytes();

const fn numbers_of_bytes() -> [u64; 256] {
    let mut numbers = [0; 256];
    let mut rest: &mut [u64] = &mut numbers;
    let mut byte = 0_u8;
    while let Some((first, others)) = rest.split_first_mut() {
        if !byte.is_ascii_whitespace() {
            *first = mixed(byte as u64 + 1);
        }
        byte = byte.wrapping_add(1);
        rest = others;
    }
    numbers
}

/// Spreads a number over all bits, so that sums of such numbers seldom agree; 0 stays 0.
const fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// FNV-1a. Somebody who makes two numbers equal on purpose makes us compare two changes for nothing.
fn number<'b>(bytes: impl Iterator<Item = &'b u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::memory::number as id;
    use crate::repo::tree::Mode;

    fn gist(parts: &[(&str, Gain)]) -> Gist {
        let mut gist = Gist::default();
        for (path, gain) in parts {
            gist.add(&RepoPath::new(path.as_bytes()), *gain);
        }
        gist
    }

    fn text(old: &str, new: &str) -> Gain {
        Gain::of_text(&Middle::of(old.as_bytes(), new.as_bytes()))
    }

    #[test]
    fn what_agrees() {
        let change = [("a", text("x\ny\n", "x\nnew\ny\n"))];
        for (other, agrees) in [
            (vec![("a", text("1\n2\n3\n", "1\n2\n n e w\n\n3\n"))], true),
            (vec![("a", text("x\nnew\nz\n", "x\nz\n"))], true),
            (vec![("b", text("x\ny\n", "x\nnew\ny\n"))], false),
            (vec![("a", text("x\ny\n", "x\nnew\nnew\ny\n"))], false),
            (vec![("a", text("x\ny\n", "x\nnew\n"))], false),
            (vec![("a", text("x\ny\n", "x\nnow\ny\n"))], false),
            // Told apart later.
            (vec![("a", text("x\ny\n", "x\nwen\ny\n"))], true),
            (vec![("a", change[0].1), ("b", text("", "new\n"))], false),
        ] {
            assert_eq!(gist(&other).either_way() == gist(&change).either_way(), agrees, "{other:?}");
        }
    }

    #[test]
    fn one_path_forth_and_another_back_is_no_undoing() {
        let (forth, back) = (text("", "1\n"), text("1\n", ""));
        let both = gist(&[("a", forth), ("b", forth)]);
        assert_ne!(both.either_way(), gist(&[("a", forth), ("b", back)]).either_way());
        assert_eq!(both.either_way(), gist(&[("a", back), ("b", back)]).either_way());
    }

    #[test]
    fn objects() {
        let entry = |name| Some(Entry { mode: Mode::File, id: id(name) });
        let there = gist(&[("a", Gain::of_objects(entry(1), entry(2)))]);
        let back = gist(&[("a", Gain::of_objects(entry(2), entry(1)))]);
        assert_ne!(there, back);
        assert_eq!(there.either_way(), back.either_way());
        assert_eq!(Gain::of_objects(entry(1), entry(1)), text("", ""));
    }
}
