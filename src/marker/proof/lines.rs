//! Lines that were taken out, and whether they were old.

use std::collections::BTreeMap;
use std::hash::DefaultHasher;
use std::hash::Hash as _;
use std::hash::Hasher as _;

use bstr::ByteSlice as _;

use crate::facts::Ground;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::marker::proof::Before;
use crate::marker::proof::GROUNDS;
use crate::repo::RepoError;
use crate::repo::content::Earlier;

/// Lines by their hashes, and how often they occur.
pub(super) type Lines = BTreeMap<u64, i64>;

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
    for one in &mut left {
        one.lines.retain(|line, count| {
            let moved = added.get_mut(line).map_or(0, |there| {
                let moved = (*count).min(*there);
                *there = there.saturating_sub(moved);
                moved
            });
            *count = count.saturating_sub(moved);
            *count > 0
        });
    }
    left.retain(|one| !one.lines.is_empty());
    left
}

/// Where old lines were taken out, if most of those that were are old: if the middle one by age is.
///
/// No text is read that could not change the answer.
pub(super) fn old_lines(removed: &[Removed], before: &Before<'_>) -> Result<Vec<Ground>, RepoError> {
    let mut grounds = Vec::new();
    let all = removed.iter().map(|one| sum(&one.lines)).fold(0, i64::saturating_add);
    let is_most = |old: i64| old.saturating_mul(2) > all;
    let (mut left, mut old) = (all, 0_i64);
    for Removed { path, file, lines: gone, shapes } in removed {
        if is_most(old) && grounds.len() >= GROUNDS || !is_most(old.saturating_add(left)) {
            break;
        }
        let count = match before(path, *file)? {
            Earlier::Nothing => 0,
            Earlier::Same => sum(gone),
            Earlier::Text(text) => {
                let there = counted(said(&text).filter(|line| shapes.may_have(line)));
                let is_old = |(line, count): (&u64, &i64)| (*count).min(there.get(line).copied().unwrap_or_default());
                gone.iter().map(is_old).fold(0, i64::saturating_add)
            }
        };
        left = left.saturating_sub(sum(gone));
        old = old.saturating_add(count);
        if count > 0 && grounds.len() < GROUNDS {
            let what = if count == 1 { "1 old line".to_owned() } else { format!("{count} old lines") };
            grounds.push(Ground { path: path.clone(), what: Untrusted::new(what) });
        }
    }
    Ok(if is_most(old) { grounds } else { Vec::new() })
}

/// The lines of a text with anything to be read in them, without blanks around.
pub(super) fn lines(text: &[u8]) -> Lines {
    counted(said(text))
}

fn said(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.lines().map(<[u8]>::trim);
    lines.filter(|line| line.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80))
}

fn counted<'l>(lines: impl Iterator<Item = &'l [u8]>) -> Lines {
    let mut all = Lines::new();
    for line in lines {
        // With the same keys each time: the same line has the same hash in every run.
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        let count = all.entry(hasher.finish()).or_default();
        *count = count.saturating_add(1);
    }
    all
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

pub(super) fn sum(lines: &Lines) -> i64 {
    lines.values().copied().fold(0, i64::saturating_add)
}
