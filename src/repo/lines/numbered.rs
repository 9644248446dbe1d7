//! Lines as numbers, the same one for the same line: what a search for differences compares.
//!
//! Most lines of a new text follow one another as in the old one. These are found by comparing bytes, many lines at once, and
//! only what lies between is looked up line by line.

use imara_diff::Interner;
use imara_diff::Token;
use imara_diff::sources::byte_lines;

use crate::repo::common::common_start;

/// The numbers of a text's lines.
pub(super) fn tokens<'c>(lines: &mut Interner<&'c [u8]>, content: &'c [u8]) -> Vec<Token> {
    byte_lines(content).map(|line| lines.intern(line)).collect()
}

/// A text whose lines have numbers.
pub(in crate::repo) struct Known<'c> {
    text: &'c [u8],
    pub(in crate::repo) tokens: Vec<Token>,
    /// Where each line begins, and where the last one ends.
    starts: Vec<usize>,
    /// The first line of each number; the numbers are given in the order of lines.
    firsts: Vec<usize>,
}

impl<'c> Known<'c> {
    /// Gives the lines of a text numbers, which are the first.
    pub(in crate::repo) fn of(lines: &mut Interner<&'c [u8]>, text: &'c [u8]) -> Self {
        let (mut tokens, mut starts, mut firsts) = (Vec::new(), vec![0], Vec::new());
        let mut end = 0_usize;
        for (at, line) in byte_lines(text).enumerate() {
            let token = lines.intern(line);
            if place(token) == firsts.len() {
                firsts.push(at);
            }
            tokens.push(token);
            end = end.saturating_add(line.len());
            starts.push(end);
        }
        Self { text, tokens, starts, firsts }
    }

    /// The numbers of the lines of another text, which is likely to go on as this one from a line on.
    pub(in crate::repo) fn beside(&self, lines: &mut Interner<&'c [u8]>, from: usize, other: &'c [u8]) -> Vec<Token> {
        let mut found = Vec::with_capacity(self.tokens.len().saturating_sub(from));
        let (mut rest, mut next) = (other, from);
        while !rest.is_empty() {
            let (same, length) = self.run(next, rest);
            if same.is_empty() {
                let line = byte_lines(rest).next().unwrap_or_default();
                let token = lines.intern(line);
                found.push(token);
                rest = rest.get(line.len()..).unwrap_or_default();
                // A line that this text has further on: what follows there is likely to follow in the other, too.
                next = self.first(token).filter(|first| *first >= next).map_or(next, |first| first.saturating_add(1));
            } else {
                found.extend_from_slice(same);
                rest = rest.get(length..).unwrap_or_default();
                next = next.saturating_add(same.len());
            }
        }
        found
    }

    /// The first line of a number.
    fn first(&self, token: Token) -> Option<usize> {
        self.firsts.get(place(token)).copied()
    }

    /// The lines from one on that another text begins with, and how many bytes they have.
    fn run(&self, from: usize, other: &[u8]) -> (&[Token], usize) {
        let starts = self.starts.get(from..).unwrap_or_default();
        let Some((start, ends)) = starts.split_first() else { return (&[], 0) };
        let text = self.text.get(*start..).unwrap_or_default();
        let same = common_start(text, other);
        let until = start.saturating_add(same);
        if ends.first().is_none_or(|end| *end > until) {
            return (&[], 0);
        }
        let mut whole = ends.partition_point(|end| *end <= until);
        let length = |whole: usize| starts.get(whole).map_or(0, |end| end.saturating_sub(*start));
        // A last line without a newline may go on in the other text.
        if length(whole) < other.len() && text.get(..length(whole)).and_then(<[u8]>::last) != Some(&b'\n') {
            whole = whole.saturating_sub(1);
        }
        (self.tokens.get(from..from.saturating_add(whole)).unwrap_or_default(), length(whole))
    }
}

fn place(token: Token) -> usize {
    usize::try_from(token.0).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_line_by_line(old in "([a-c]{0,2}\n){0,12}[a-c]?", new in "([a-c]{0,2}\n){0,12}[a-c]?", kept in any::<prop::sample::Index>()) {
            // With a part of the old text in it, so that there is something to follow.
            let new = format!("{}{new}", old.get(kept.index(old.len() + 1)..).unwrap_or_default());
            let mut lines = Interner::new(0);
            let known = Known::of(&mut lines, old.as_bytes());
            let b = known.beside(&mut lines, 0, new.as_bytes());
            let mut plain = Interner::new(0);
            prop_assert_eq!(known.tokens, tokens(&mut plain, old.as_bytes()));
            prop_assert_eq!(b, tokens(&mut plain, new.as_bytes()));
        }
    }
}
