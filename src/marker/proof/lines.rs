//! Lines that were taken out, and whether they were old.

use std::hash::DefaultHasher;
use std::hash::Hasher as _;

use bstr::ByteSlice as _;

use crate::facts::Ground;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::counted;
use crate::marker::proof::Before;
use crate::marker::proof::GROUNDS;
use crate::repo::RepoError;
use crate::repo::content::Earlier;

/// Lines by their hashes, and how often they occur: sorted by hash, each once.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Lines(Vec<(u64, i64)>);

/// What a file has lost and not got.
pub(super) struct Removed {
    pub(super) path: RepoPath,
    /// The file as the commit found it.
    pub(super) file: Option<ObjectId>,
    pub(super) lines: Lines,
    pub(super) shapes: Shapes,
}

/// Of lines the lengths and ends, so that most others are known to be none of them at sight.
#[derive(Default)]
pub(super) struct Shapes([u64; 16]);

/// What was taken out and not put in elsewhere.
pub(super) fn without_moved(removed: Vec<Removed>, mut added: Lines) -> Vec<Removed> {
    let mut left = removed;
    left.iter_mut().for_each(|one| one.lines.withdraw(&mut added));
    left.retain(|one| !one.lines.is_empty());
    left
}

/// Where old lines were taken out, if most of those that were are old: if the middle one by age is.
///
/// No text is read that could not change the answer.
pub(super) fn old_lines(removed: &[Removed], before: &Before<'_>) -> Result<Vec<Ground>, RepoError> {
    let mut grounds = Vec::new();
    let all = removed.iter().map(|one| one.lines.count()).fold(0, i64::saturating_add);
    let is_most = |old: i64| old.saturating_mul(2) > all;
    let (mut left, mut old) = (all, 0_i64);
    for Removed { path, file, lines: gone, shapes } in removed {
        if is_most(old) && grounds.len() >= GROUNDS || !is_most(old.saturating_add(left)) {
            break;
        }
        let count = match before(path, *file)? {
            Earlier::Nothing => 0,
            Earlier::Same => gone.count(),
            Earlier::Text(text) => gone.common(&Lines::counted(said(&text).filter(|line| shapes.may_have(line)))),
        };
        left = left.saturating_sub(gone.count());
        old = old.saturating_add(count);
        if count > 0 && grounds.len() < GROUNDS {
            let what = Untrusted::new(counted(count, "old line", "old lines"));
            grounds.push(Ground { path: path.clone(), what });
        }
    }
    Ok(if is_most(old) { grounds } else { Vec::new() })
}

fn said(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.lines().map(trimmed);
    lines.filter(|line| line.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80))
}

/// Without blanks around, those of Unicode included: these cost, and nearly no line has any.
fn trimmed(line: &[u8]) -> &[u8] {
    let is_said = |byte: &u8| !matches!(byte, b'\t'..=b'\r' | b' ');
    let (Some(first), Some(last)) = (line.iter().position(is_said), line.iter().rposition(is_said)) else { return b"" };
    let line = line.get(first..=last).unwrap_or_default();
    if line.first().is_some_and(u8::is_ascii) && line.last().is_some_and(u8::is_ascii) { line } else { line.trim() }
}

impl Lines {
    /// The lines of a text with anything to be read in them, without blanks around.
    pub(super) fn of(text: &[u8]) -> Self {
        Self::counted(said(text))
    }

    fn counted<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Self {
        let numbered = |line: &[u8]| {
            // With the same keys each time: the same line has the same hash in every run.
            let mut hasher = DefaultHasher::new();
            hasher.write(line);
            (hasher.finish(), 1)
        };
        Self(lines.map(numbered).collect()).sorted()
    }

    /// All of several.
    pub(super) fn all(several: Vec<Self>) -> Self {
        Self(several.into_iter().flat_map(|lines| lines.0).collect()).sorted()
    }

    fn sorted(mut self) -> Self {
        self.0.sort_unstable();
        self.0.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            is_same
        });
        self
    }

    /// Takes away on both sides what both have.
    pub(super) fn cancel(&mut self, other: &mut Self) {
        self.withdraw(other);
        other.0.retain(|(_, count)| *count > 0);
    }

    /// Takes away what others have, too, and from these as often. There may be many more of these: each line is looked up.
    fn withdraw(&mut self, many: &mut Self) {
        for (line, count) in &mut self.0 {
            if let Some((_, its)) = many.place(*line).and_then(|place| many.0.get_mut(place)) {
                let both = (*count).min(*its);
                *count = count.saturating_sub(both);
                // What is used up stays, so that no place moves.
                *its = its.saturating_sub(both);
            }
        }
        self.0.retain(|(_, count)| *count > 0);
    }

    /// How many lines both have.
    fn common(&self, other: &Self) -> i64 {
        let its = |line: u64| other.place(line).and_then(|place| other.0.get(place)).map_or(0, |(_, its)| *its);
        self.0.iter().map(|(line, count)| (*count).min(its(*line))).fold(0, i64::saturating_add)
    }

    fn place(&self, line: u64) -> Option<usize> {
        self.0.binary_search_by_key(&line, |(other, _)| *other).ok()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many lines these are.
    pub(super) fn count(&self) -> i64 {
        self.0.iter().map(|(_, count)| *count).fold(0, i64::saturating_add)
    }
}

impl Shapes {
    pub(super) fn of(text: &[u8]) -> Self {
        let mut shapes = Self::default();
        for line in said(text) {
            let (place, bit) = Self::place(line);
            if let Some(bits) = shapes.0.get_mut(place) {
                *bits |= bit;
            }
        }
        shapes
    }

    /// Whether a line may be one of them.
    fn may_have(&self, line: &[u8]) -> bool {
        let (place, bit) = Self::place(line);
        self.0.get(place).is_some_and(|bits| bits & bit != 0)
    }

    fn place(line: &[u8]) -> (usize, u64) {
        let end = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
        let middle = line.get(line.len().checked_div(2).unwrap_or_default());
        let shape = line.len().wrapping_mul(37) ^ end(line.last()).wrapping_mul(5) ^ end(middle).wrapping_mul(11);
        ((shape >> 6) % 16, 1 << (shape % 64))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of files, each with lines taken out and whether these are old, where old ones were taken out; and how many files were read for it.
    fn grounds(files: &[(&str, Option<&str>)]) -> (Vec<String>, usize) {
        let read = std::cell::Cell::new(0);
        let removed: Vec<Removed> = files
            .iter()
            .enumerate()
            .map(|(place, (gone, _))| Removed {
                path: RepoPath::new(place.to_string().as_bytes()),
                file: None,
                lines: Lines::of(gone.as_bytes()),
                shapes: Shapes::of(gone.as_bytes()),
            })
            .collect();
        let before = |path: &RepoPath, _: Option<ObjectId>| {
            read.set(read.get() + 1);
            let place: usize = path.to_text().expose().parse().unwrap();
            Ok(files[place].1.map_or(Earlier::Nothing, |text| match text {
                "same" => Earlier::Same,
                text => Earlier::Text(text.as_bytes().to_vec().into()),
            }))
        };
        let found = old_lines(&removed, &before).unwrap();
        let told = found.iter().map(|one| format!("{} {}", one.path.to_text().expose(), one.what.expose())).collect();
        (told, read.get())
    }

    #[test]
    fn most_are_old() {
        let none = Vec::<String>::new();
        for (files, expected, read) in [
            (&[("a\nb\n", Some("same"))][..], vec!["0 2 old lines".to_owned()], 1),
            (&[("a\n", Some("x\n a \n"))], vec!["0 1 old line".to_owned()], 1),
            // Half is not most.
            (&[("a\nb\n", Some("a\n"))], none.clone(), 1),
            (&[("a\n", None), ("b\n", Some("same"))], none.clone(), 1),
            (&[("a\n", None), ("b\nc\n", Some("c\nb\n"))], vec!["1 2 old lines".to_owned()], 2),
            // As often as they were there.
            (&[("a\na\na\n", Some("a\na\n"))], vec!["0 2 old lines".to_owned()], 1),
            // What cannot change the answer is not read.
            (&[("a\nb\n", None), ("c\n", Some("same")), ("d\n", Some("same"))], none.clone(), 1),
        ] {
            assert_eq!(grounds(files), (expected, read), "{files:?}");
        }
        // Nor are more told than are shown.
        let many = vec![("a\n", Some("same")); 3 * GROUNDS];
        let (told, read) = grounds(&many);
        assert_eq!((told.len(), read), (GROUNDS, 3 * GROUNDS / 2 + 1));
    }

    proptest! {
        #[test]
        fn blanks_are_those_of_unicode(line in "[ \t\r\x0b\x0c\x1c\u{85}\u{a0}\u{2003}\u{3000}\u{fe}a-c]{0,8}") {
            prop_assert_eq!(trimmed(line.as_bytes()), line.as_bytes().trim());
        }

        #[test]
        fn what_both_have_cancels_out(mine in "([a-d]{0,2}\n){0,20}", other in "([a-d]{0,2}\n){0,20}") {
            let (one, two) = (Lines::of(mine.as_bytes()), Lines::of(other.as_bytes()));
            let (mut left, mut right) = (one.clone(), two.clone());
            left.cancel(&mut right);
            prop_assert_eq!(one.count() - left.count(), one.common(&two));
            prop_assert_eq!(two.count() - right.count(), one.common(&two));
            prop_assert_eq!(left.common(&right), 0);
            let (mut drawn, mut used) = (one.clone(), two.clone());
            drawn.withdraw(&mut used);
            prop_assert_eq!((&drawn, used.count()), (&left, right.count()));
            for line in ["a", "bc", "dd"] {
                let how_often = |text: &str| text.lines().filter(|found| *found == line).count();
                let only = |lines: &Lines| usize::try_from(lines.common(&Lines::of(format!("{line}\n").repeat(99).as_bytes()))).unwrap();
                prop_assert_eq!(only(&left), how_often(&mine).saturating_sub(how_often(&other)));
                prop_assert_eq!(only(&right), how_often(&other).saturating_sub(how_often(&mine)));
            }
            prop_assert_eq!(Lines::all(vec![one, two]), Lines::of((mine + &other).as_bytes()));
        }

        #[test]
        fn no_line_is_missed_by_its_shape(lines in prop::collection::vec("[a-e ]{0,9}", 0..20)) {
            let text = lines.join("\n");
            let shapes = Shapes::of(text.as_bytes());
            prop_assert!(said(text.as_bytes()).all(|line| shapes.may_have(line)));
        }
    }
}
