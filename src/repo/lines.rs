//! Counts the lines that differ between two versions of a file, as `git log --numstat` does with
//! `diff.algorithm=myers`.

pub(super) mod numbered;
mod short;

use bstr::ByteSlice as _;
use imara_diff::Algorithm;
use imara_diff::Diff;
use imara_diff::Interner;
use imara_diff::Token;
use imara_diff::sources::byte_lines;

use crate::repo::common::common_end;
use crate::repo::common::common_start;
use crate::repo::lines::numbered::Known;
use crate::repo::lines::numbered::tokens;
use crate::repo::lines::short::Short;

/// git looks for a NUL byte in so many bytes before it calls a file binary.
const BINARY_LOOKS_AT: usize = 8_000;

/// git's `core.bigFileThreshold`: what is larger is binary to it.
pub(super) const LARGEST_TEXT: u64 = 512 * 1024 * 1024;

/// From so many lines without counterpart on one side on, git may take frequent lines between them for changed, too.
const FEW_UNMATCHED: usize = 7;
const _: () = assert!(short::MOST < FEW_UNMATCHED, "what is found early is what git finds");

/// So many changed lines are found without git's limits on the search's cost.
const FEW_CHANGED: u64 = 256;

/// Whether git calls this a binary file, by its content alone: neither attributes nor configuration are asked.
#[must_use]
pub(super) fn is_binary(content: &[u8]) -> bool {
    content.get(..BINARY_LOOKS_AT).unwrap_or(content).find_byte(0).is_some()
}

/// How many lines a content has; a last one without a newline counts.
#[must_use]
pub(super) fn count(content: &[u8]) -> u64 {
    let newlines = memchr::memchr_iter(b'\n', content).count();
    let unfinished = content.last().is_some_and(|byte| *byte != b'\n');
    as_count(newlines).saturating_add(u64::from(unfinished))
}

/// What is different between two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) added: u64,
    pub(super) removed: u64,
    /// The numbers of the new text's lines less those of the old one's; lines that both have cancel out.
    pub(super) gain: u64,
}

/// Lines added and removed between two texts. A line is compared with its newline, so that the last line changes when
/// it gets one. `number` gives every line a number.
///
/// The figures are those of git's Myers: where a large difference is cut short by git's limits, it is cut short here.
#[must_use]
pub(super) fn difference(middle: &Middle<'_>, number: fn(&[u8]) -> u64) -> Difference {
    let Middle { whole: old, start: prefix, old: old_middle, new: new_middle } = *middle;
    let sum = |lines: &mut dyn Iterator<Item = &[u8]>| lines.fold(0_u64, |sum, line| sum.wrapping_add(number(line)));
    if old_middle.is_empty() || new_middle.is_empty() {
        let gain = sum(&mut byte_lines(new_middle)).wrapping_sub(sum(&mut byte_lines(old_middle)));
        return Difference { added: count(new_middle), removed: count(old_middle), gain };
    }
    // So short that what is said below of git's ways holds of it, whatever else the lines are.
    if let Some(Short { removed, added }) = short::short(old_middle, new_middle) {
        let gain = sum(&mut added.iter().copied()).wrapping_sub(sum(&mut removed.iter().copied()));
        return Difference { added: as_count(added.len()), removed: as_count(removed.len()), gain };
    }
    let size = usize::try_from(count(old_middle).max(count(new_middle))).unwrap_or_default();
    let mut lines = Interner::new(size);
    let known = Known::of(&mut lines, old_middle);
    let new_tokens = known.beside(&mut lines, 0, new_middle);
    let old_tokens = known.tokens;
    let sides = Sides::of(&lines, &old_tokens, &new_tokens);
    let gain = sides.more(&lines, number);
    let counted = |(added, removed)| Difference { added, removed, gain };
    // git decides by the whole files how frequent a line is, and leaves frequent lines out of its search when they stand
    // among many lines without counterpart. Where there are few such lines and the difference is small, neither this nor a
    // limit of the search has any effect, the result is the shortest one, and the middle is enough to find it.
    let unmatched = sides.unmatched();
    if unmatched.are_all {
        return counted((as_count(new_tokens.len()), as_count(old_tokens.len())));
    }
    if unmatched.most < FEW_UNMATCHED {
        let (added, removed) = changed(&lines, &old_tokens, &new_tokens);
        if added.saturating_add(removed) < FEW_CHANGED {
            return counted((added, removed));
        }
    }
    // The common ends are the same on both sides: once is enough to know their lines.
    let start = tokens(&mut lines, old.get(..prefix).unwrap_or_default());
    let end = tokens(&mut lines, old.get(prefix.saturating_add(old_middle.len())..).unwrap_or_default());
    let whole = |middle: &[Token]| [&start, middle, &end].concat();
    counted(changed(&lines, &whole(&old_tokens), &whole(&new_tokens)))
}

fn changed(lines: &Interner<&[u8]>, old: &[Token], new: &[Token]) -> (u64, u64) {
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, old, new, lines.num_tokens());
    (u64::from(diff.count_additions()), u64::from(diff.count_removals()))
}

/// The lines that the other side does not have.
struct Unmatched {
    /// The larger of both sides' numbers of them.
    most: usize,
    /// Whether there are no others.
    are_all: bool,
}

/// How often each line stands on both sides.
struct Sides(Vec<(u32, u32)>);

impl Sides {
    fn of(lines: &Interner<&[u8]>, old: &[Token], new: &[Token]) -> Self {
        let mut counts = vec![(0_u32, 0_u32); usize::try_from(lines.num_tokens()).unwrap_or_default()];
        let index = |token: &Token| usize::try_from(token.0).unwrap_or(usize::MAX);
        for token in old {
            if let Some((old, _)) = counts.get_mut(index(token)) {
                *old = old.saturating_add(1);
            }
        }
        for token in new {
            if let Some((_, new)) = counts.get_mut(index(token)) {
                *new = new.saturating_add(1);
            }
        }
        Self(counts)
    }

    /// The numbers of those lines that the new side has more of, less those that it has fewer of.
    fn more(&self, lines: &Interner<&[u8]>, number: fn(&[u8]) -> u64) -> u64 {
        let uneven = (0_u32..).zip(&self.0).filter(|(_, (old, new))| old != new);
        uneven.fold(0, |sum, (token, (old, new))| {
            let more = u64::from(*new).wrapping_sub(u64::from(*old));
            sum.wrapping_add(more.wrapping_mul(number(lines[Token(token)])))
        })
    }

    fn unmatched(&self) -> Unmatched {
        let (mut old_alone, mut new_alone, mut are_all) = (0_u32, 0_u32, true);
        for (old, new) in &self.0 {
            match (old, new) {
                (old, 0) => old_alone = old_alone.saturating_add(*old),
                (0, new) => new_alone = new_alone.saturating_add(*new),
                _ => are_all = false,
            }
        }
        Unmatched { most: usize::try_from(old_alone.max(new_alone)).unwrap_or(usize::MAX), are_all }
    }
}

/// What remains of two contents without the whole lines that both begin with and those that both end with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Middle<'c> {
    /// All of the old content.
    whole: &'c [u8],
    /// How long the common lines at the start are.
    start: usize,
    pub(super) old: &'c [u8],
    pub(super) new: &'c [u8],
}

impl<'c> Middle<'c> {
    /// Of two contents.
    pub(super) fn of(whole: &'c [u8], new: &'c [u8]) -> Self {
        let start = common_prefix(whole, new);
        let (old, new) = (whole.get(start..).unwrap_or_default(), new.get(start..).unwrap_or_default());
        let end = common_suffix(old, new);
        let keep = |content: &'c [u8]| content.get(..content.len().saturating_sub(end)).unwrap_or_default();
        Self { whole, start, old: keep(old), new: keep(new) }
    }

    /// The common lines at the start.
    pub(super) fn start(&self) -> &'c [u8] {
        self.whole.get(..self.start).unwrap_or_default()
    }
}

/// Bytes of the equal lines at the start: up to and with the last common newline.
fn common_prefix(old: &[u8], new: &[u8]) -> usize {
    let equal = common_start(old, new);
    if equal == old.len() && equal == new.len() {
        return equal;
    }
    old.get(..equal)
        .and_then(|same| same.iter().rposition(|byte| *byte == b'\n'))
        .map_or(0, |last| last.saturating_add(1))
}

/// Bytes of the equal lines at the end: behind a newline, or at the start, on both sides.
fn common_suffix(old: &[u8], new: &[u8]) -> usize {
    let equal = common_end(old, new);
    let starts_line = |content: &[u8]| {
        let before = content.len().saturating_sub(equal);
        before == 0 || content.get(before.saturating_sub(1)) == Some(&b'\n')
    };
    if starts_line(old) && starts_line(new) {
        return equal;
    }
    let same = old.get(old.len().saturating_sub(equal)..).unwrap_or_default();
    same.iter().position(|byte| *byte == b'\n').map_or(0, |first| equal.saturating_sub(first).saturating_sub(1))
}

fn as_count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(old: &[u8], new: &[u8]) -> (u64, u64) {
        let Difference { added, removed, .. } = difference(&Middle::of(old, new), |_| 0);
        (added, removed)
    }

    /// Any number that differs between lines.
    fn number(line: &[u8]) -> u64 {
        line.iter().fold(7, |number: u64, byte| number.wrapping_mul(0x9e37_79b9).wrapping_add(u64::from(*byte)))
    }

    #[test]
    fn binary_as_git_sees_it() {
        let far = [vec![b'a'; BINARY_LOOKS_AT], vec![0]].concat();
        for (content, binary) in
            [(&b""[..], false), (b"a\0b", true), (b"\xff\xfe", false), (&far, false), (&far[1..], true)]
        {
            assert_eq!(is_binary(content), binary);
        }
    }

    #[test]
    fn lines_of_one_content() {
        for (content, lines) in [("", 0), ("a", 1), ("a\n", 1), ("a\nb", 2), ("\n\n", 2)] {
            assert_eq!(count(content.as_bytes()), lines, "{content:?}");
        }
    }

    #[test]
    fn small_differences() {
        let long = "same line of some length\n".repeat(50);
        for (old, new, added, removed) in [
            ("", "", 0, 0),
            ("", "a\nb", 2, 0),
            ("a\nb\n", "", 0, 2),
            ("a\n", "a", 1, 1),
            ("a\nb", "a\nb\n", 1, 1),
            ("a\nb\nc\n", "a\nx\nc\n", 1, 1),
            ("a\nb\nc\n", "a\nc\n", 0, 1),
            ("a\nab\n", "a\nb\n", 1, 1),
            ("a\nb\nc\nd\n", "b\nc\nd\ne\n", 1, 1),
            ("a\na\n", "a\na\na\n", 1, 0),
            ("a\r\nb\r\n", "a\nb\n", 2, 2),
        ] {
            assert_eq!(counted(old.as_bytes(), new.as_bytes()), (added, removed), "{old:?} to {new:?}");
            for (start, end) in [(long.as_str(), ""), ("", long.as_str()), (&long, &long)] {
                // A last line without its newline would grow together with what follows it.
                if !end.is_empty() && ![old, new].iter().all(|text| text.is_empty() || text.ends_with('\n')) {
                    continue;
                }
                let (old, new) = (format!("{start}{old}{end}"), format!("{start}{new}{end}"));
                assert_eq!(counted(old.as_bytes(), new.as_bytes()), (added, removed), "{old:?} to {new:?}");
            }
        }
    }

    /// The length of the longest common subsequence, the slow way.
    fn common(old: &[&[u8]], new: &[&[u8]]) -> u64 {
        let mut row = vec![0; new.len() + 1];
        for line in old {
            let mut diagonal = 0;
            for (at, other) in new.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if line == other { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[new.len()]
    }

    proptest! {
        #[test]
        fn counts_balance_and_small_ones_are_the_least(old in "[a-f\n]{0,60}", new in "[a-f\n]{0,60}") {
            let (old, new) = (old.as_bytes(), new.as_bytes());
            let (added, removed) = counted(old, new);
            prop_assert_eq!(count(old) + added, count(new) + removed);
            let split = |text: &'static [u8]| text.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>();
            let kept = common(&split(old.to_vec().leak()), &split(new.to_vec().leak()));
            prop_assert!(added + kept >= count(new));
            if added.max(removed) < 7 {
                // Too few for git to leave frequent lines out of its search.
                prop_assert_eq!(added + kept, count(new));
            }
        }

        #[test]
        fn the_middle_alone_gives_what_the_whole_gives(
            start in "([a-d]\n){0,40}", old in "([a-z]\n){0,30}", new in "([a-z]\n){0,30}", end in "([a-d]\n){0,40}"
        ) {
            let (old, new) = (format!("{start}{old}{end}"), format!("{start}{new}{end}"));
            let mut lines = Interner::new(0);
            let (before, after) = (tokens(&mut lines, old.as_bytes()), tokens(&mut lines, new.as_bytes()));
            let whole = changed(&lines, &before, &after);
            prop_assert_eq!(counted(old.as_bytes(), new.as_bytes()), whole);
            let sum = |text: &str| byte_lines(text.as_bytes()).fold(0_u64, |sum, line| sum.wrapping_add(number(line)));
            let gain = difference(&Middle::of(old.as_bytes(), new.as_bytes()), number).gain;
            prop_assert_eq!(gain, sum(&new).wrapping_sub(sum(&old)));
        }
    }
}
