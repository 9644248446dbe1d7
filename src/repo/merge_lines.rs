//! Counts the lines of a file that are a merge's own, as the columns of `git diff --cc` show them.

use std::sync::Arc;

use imara_diff::Algorithm;
use imara_diff::Diff;
use imara_diff::InternedInput;
use imara_diff::Interner;
use imara_diff::sources::byte_lines;

use crate::repo::lines;
use crate::repo::lines::Middle;
use crate::repo::lines::numbered::Known;

/// Lines added against every parent, and lines removed from every parent.
///
/// A removed line counts once where all parents have it at the same place between the merge's lines.
pub(super) fn own(new: &[u8], parents: &[Arc<Vec<u8>>]) -> (u64, u64) {
    let lines = byte_lines(new).count();
    let mut added = vec![true; lines];
    // What all parents so far lost before each line of the new version, and behind the last.
    let mut lost: Option<Vec<Vec<&[u8]>>> = None;
    let mut interner = Interner::new(lines);
    let known = Known::of(&mut interner, new);
    let mut input = InternedInput { before: Vec::new(), after: known.tokens.clone(), interner };
    for parent in parents {
        before(&mut input, &known, new, parent);
        let mut diff = Diff::compute(Algorithm::Myers, &input);
        // The same lines can be said to be removed here or there: git's rule decides, the same for every parent.
        diff.postprocess_lines(&input);
        let mut here = vec![Vec::new(); lines.saturating_add(1)];
        let mut now = vec![false; lines];
        for hunk in diff.hunks() {
            for line in range(&hunk.after) {
                if let Some(is_added) = now.get_mut(line) {
                    *is_added = true;
                }
            }
            let removed = input.before.get(range(&hunk.before)).unwrap_or_default();
            if let Some(place) = here.get_mut(range(&hunk.after).start) {
                // Lost is what a line says: git, too, asks no more whether it was the last one and ended.
                place.extend(removed.iter().map(|token| input.interner[*token]).map(without_newline));
            }
        }
        for (all, one) in added.iter_mut().zip(now) {
            *all &= one;
        }
        lost = Some(match lost {
            None => here,
            Some(before) => before.iter().zip(&here).map(|(a, b)| common(a, b)).collect(),
        });
    }
    let removed = lost.unwrap_or_default().iter().map(Vec::len).sum::<usize>();
    let added = added.iter().filter(|own| **own).count();
    (u64::try_from(added).unwrap_or(u64::MAX), u64::try_from(removed).unwrap_or(u64::MAX))
}

/// Puts a parent into the comparison. What it has in common with the merge at both ends is not taken apart again.
fn before<'l>(input: &mut InternedInput<&'l [u8]>, known: &Known<'l>, new: &'l [u8], parent: &'l [u8]) {
    let middle = Middle::of(parent, new);
    let lines = |text: &[u8]| usize::try_from(lines::count(text)).unwrap_or(usize::MAX);
    let first = lines(middle.start());
    let last = input.after.len().saturating_sub(first).saturating_sub(lines(middle.new));
    input.before.clear();
    input.before.extend_from_slice(input.after.get(..first).unwrap_or_default());
    input.before.extend(known.beside(&mut input.interner, first, middle.old));
    let end = input.after.len().saturating_sub(last);
    input.before.extend_from_slice(input.after.get(end..).unwrap_or_default());
}

fn without_newline(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// Lines that two sequences have in common, in order.
fn common<'l>(a: &[&'l [u8]], b: &[&'l [u8]]) -> Vec<&'l [u8]> {
    if a == b || a.is_empty() {
        return a.to_vec();
    }
    let mut input: InternedInput<&[u8]> = InternedInput::default();
    input.update_before(a.iter().copied());
    input.update_after(b.iter().copied());
    let diff = Diff::compute(Algorithm::Myers, &input);
    let kept = (0_u32..).zip(a).filter(|(line, _)| !diff.is_removed(*line));
    kept.map(|(_, line)| *line).collect()
}

fn range(lines: &std::ops::Range<u32>) -> std::ops::Range<usize> {
    let index = |line: u32| usize::try_from(line).unwrap_or(usize::MAX);
    index(lines.start)..index(lines.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first seven and the last were recorded from `git -c diff.algorithm=myers diff-tree --cc -p`.
    #[test]
    fn lines_that_no_parent_or_every_parent_has() {
        for (parents, new, added, removed) in [
            (&["A\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\ne\nf\nG\n"][..], "A\nb\nc\nd\ne\nf\nG\n", 0, 0),
            (&["A\nb\nc\n", "a\nb\nC\n"], "A\nevil\nb\nC\n", 1, 0),
            (&["a\nx\nc\n", "a\ny\nc\n"], "a\nz\nc\n", 1, 0),
            (&["a\nx\nc\n", "a\ny\nc\n"], "a\nx\ny\nc\n", 0, 0),
            (&["a\nb\nc\nD\n", "A\nb\nc\nd\n"], "A\nb\nD\n", 0, 1),
            (&["a\nb\nx\nd\n", "a\nb\ny\nd\n"], "a\nb\nd\n", 0, 0),
            (&["a\nb\nc", "x\na\nb"], "x\na\nb\nc\n", 1, 0),
            (&["a\nx\n", "a\nx\n", "a\n"], "a\n", 0, 0),
            (&["a\nx\n", "a\nx\ny\n", "a\ny\nx\n"], "a\n", 0, 1),
            (&["", ""], "a\nb\n", 2, 0),
            (&["a\nb\n", "b\na\n"], "", 0, 1),
            (&["a\nx", "a\nx\n"], "a\n", 0, 1),
        ] {
            let parents: Vec<Arc<Vec<u8>>> = parents.iter().map(|text| Arc::new(text.as_bytes().to_vec())).collect();
            assert_eq!(own(new.as_bytes(), &parents), (added, removed), "{parents:?} to {new:?}");
        }
    }
}
