//! Differences of a few lines, found without taking the texts apart.
//!
//! Myers' greedy search (An O(ND) Difference Algorithm, 1986), but for what is the same in both texts being compared as
//! bytes rather than line by line: most changes touch a few lines of a file, so that nearly all of it is passed so. What is
//! found is as short as can be.

use bstr::ByteSlice as _;

use crate::repo::common::common_start;

/// No more lines than this are looked for on either side.
pub(super) const MOST: usize = 6;

/// A place in both texts, in bytes, between lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    old: usize,
    new: usize,
}

/// The furthest places after so many steps, by how many of these were removed lines.
type Row = [Option<Place>; MOST + 1];

/// A step that ended at a place, before what is the same was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'c> {
    Removed(&'c [u8]),
    Added(&'c [u8]),
}

/// The lines that differ, with their newlines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Short<'c> {
    pub(super) removed: Vec<&'c [u8]>,
    pub(super) added: Vec<&'c [u8]>,
}

/// The shortest difference between two texts, if it has at most [`MOST`] lines on each side.
pub(super) fn short<'c>(old: &'c [u8], new: &'c [u8]) -> Option<Short<'c>> {
    let texts = Texts { old, new };
    let mut rows: Vec<Row> = Vec::new();
    for steps in 0..=MOST.saturating_mul(2) {
        let mut row: Row = [None; MOST + 1];
        for removed in steps.saturating_sub(MOST)..=steps.min(MOST) {
            let start = if steps == 0 { Some(Place { old: 0, new: 0 }) } else { None };
            let begun = start.or_else(|| texts.step(rows.last()?, removed).map(|(_, place)| place));
            let Some(place) = begun.map(|place| texts.slide(place)) else { continue };
            if place == (Place { old: old.len(), new: new.len() }) {
                return Some(texts.trace(&rows, removed));
            }
            if let Some(slot) = row.get_mut(removed) {
                *slot = Some(place);
            }
        }
        rows.push(row);
    }
    None
}

struct Texts<'c> {
    old: &'c [u8],
    new: &'c [u8],
}

impl<'c> Texts<'c> {
    /// One step on from a row, so that so many of all steps are removed lines: the one that comes further, and where to.
    fn step(&self, before: &Row, removed: usize) -> Option<(Step<'c>, Place)> {
        let at = |removed: usize| before.get(removed).copied().flatten();
        let by_removing = removed.checked_sub(1).and_then(at).and_then(|place| {
            let line = line(self.old.get(place.old..)?)?;
            Some((Step::Removed(line), Place { old: place.old.saturating_add(line.len()), ..place }))
        });
        let by_adding = at(removed).and_then(|place| {
            let line = line(self.new.get(place.new..)?)?;
            Some((Step::Added(line), Place { new: place.new.saturating_add(line.len()), ..place }))
        });
        // Both have gone through as many lines of the new text more than of the old one: the place in one tells all.
        match (by_removing, by_adding) {
            (Some(one), Some(other)) => Some(if other.1.old > one.1.old { other } else { one }),
            (one, other) => one.or(other),
        }
    }

    /// Passes whole lines that are the same.
    fn slide(&self, Place { old, new }: Place) -> Place {
        let (a, b) = (self.old.get(old..).unwrap_or_default(), self.new.get(new..).unwrap_or_default());
        let equal = common_start(a, b);
        let whole = if equal == a.len() && equal == b.len() {
            equal
        } else {
            let same = a.get(..equal).unwrap_or_default();
            same.rfind_byte(b'\n').map_or(0, |newline| newline.saturating_add(1))
        };
        Place { old: old.saturating_add(whole), new: new.saturating_add(whole) }
    }

    /// The lines on the way to the end, which was reached by one step on from the last row.
    fn trace(&self, rows: &[Row], mut removed: usize) -> Short<'c> {
        let mut found = Short::default();
        for before in rows.iter().rev() {
            match self.step(before, removed) {
                Some((Step::Removed(line), _)) => {
                    found.removed.push(line);
                    removed = removed.saturating_sub(1);
                }
                Some((Step::Added(line), _)) => found.added.push(line),
                None => {}
            }
        }
        found
    }
}

/// The first line, with its newline.
fn line(text: &[u8]) -> Option<&[u8]> {
    let end = text.find_byte(b'\n').map_or(text.len(), |newline| newline.saturating_add(1));
    text.get(..end).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_lines() {
        type Lines = &'static [&'static str];
        type Expected = Option<(Lines, Lines)>;
        let table: [(&str, &str, Expected); 8] = [
            ("", "", Some((&[], &[]))),
            ("a\nb\nc\n", "a\nx\nc\n", Some((&["b\n"], &["x\n"]))),
            ("a\nb\n", "b\nb\na\n", Some((&["b\n"], &["b\n", "b\n"]))),
            ("a\nb", "a\nb\n", Some((&["b"], &["b\n"]))),
            ("a\nb", "a\n", Some((&["b"], &[]))),
            ("", "1\n2\n3\n4\n5\n6\n", Some((&[], &["6\n", "5\n", "4\n", "3\n", "2\n", "1\n"]))),
            ("", "1\n2\n3\n4\n5\n6\n7\n", None),
            ("1\n2\n3\n4\n5\n6\n7\nx\n", "x\n", None),
        ];
        for (old, new, expected) in table {
            let lines = |lines: &[&'static str]| lines.iter().map(|line| line.as_bytes()).collect();
            let expected = expected.map(|(removed, added)| Short { removed: lines(removed), added: lines(added) });
            assert_eq!(short(old.as_bytes(), new.as_bytes()), expected, "{old:?} to {new:?}");
        }
    }

    proptest! {
        /// Taking what was removed out of one and what was added out of the other leaves the same lines.
        #[test]
        fn what_is_left_is_the_same(old in "([a-c]\n){0,12}[a-c]?", new in "([a-c]\n){0,12}[a-c]?") {
            if let Some(found) = short(old.as_bytes(), new.as_bytes()) {
                let left = |text: &str, gone: &[&[u8]]| {
                    let mut lines: Vec<Vec<u8>> = text.split_inclusive('\n').map(|line| line.into()).collect();
                    for line in gone {
                        let at = lines.iter().position(|one| one == line).unwrap();
                        lines.remove(at);
                    }
                    lines.sort();
                    lines
                };
                prop_assert_eq!(left(&old, &found.removed), left(&new, &found.added));
            }
        }
    }
}
