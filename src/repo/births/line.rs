//! What can be seen of something in a text that is not taken apart.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use bstr::ByteSlice as _;
use bstr::Finder;

use crate::repo::births::Trait;

/// The bytes of a line, which are looked for in many texts.
#[derive(Clone, Default)]
pub struct Line(Arc<Sought>);

#[derive(Default)]
struct Sought {
    bytes: Box<[u8]>,
    /// Made when it is first looked for: making it takes as long as looking through a small text.
    finder: OnceLock<Finder<'static>>,
}

impl Line {
    /// A line of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Arc::new(Sought { bytes: bytes.into(), finder: OnceLock::new() }))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// How often a text has these bytes at the end of a line, as a word of their own.
    pub(super) fn occurrences(&self, text: &[u8]) -> usize {
        let finder = self.0.finder.get_or_init(|| Finder::new(self.bytes()).into_owned());
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let ends = |at: usize| matches!(text.get(at), None | Some(b'\n' | b'\r'));
        let (mut count, mut from) = (0_usize, 0_usize);
        while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from.saturating_add(found);
            from = at.saturating_add(self.bytes().len().max(1));
            let is_whole = ends(from) && !is_word(at.checked_sub(1).and_then(|at| text.get(at)));
            count = count.saturating_add(usize::from(is_whole));
        }
        count
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Line {}

impl PartialOrd for Line {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Line {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().as_bstr().fmt(f)
    }
}

impl Trait {
    /// Whether a text has all words of this, so that taking it apart may find something alike. Of a text in UTF-16 nothing
    /// can be said.
    pub(super) fn may_be_in(&self, text: &[u8]) -> bool {
        matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) || self.words.iter().all(|word| text.contains_str(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_lines_are_counted() {
        let line = Line::new(b"TODO: one");
        for (text, expected) in [
            ("", 0),
            ("TODO: one", 1),
            ("// TODO: one\r\n  # TODO: one\n", 2),
            ("// TODO: one more\n", 0),
            ("NOTODO: one\n_TODO: one\n-TODO: one\n", 1),
        ] {
            assert_eq!(line.occurrences(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(Line::new(b"aa").occurrences(b"aaaa\n"), 0, "what lies within another is not one");
    }

    #[test]
    fn a_text_without_one_of_the_words_has_nothing_alike() {
        let of = |words: &[&str]| Trait {
            content: [0; 20],
            heart: None,
            line: Line::default(),
            words: words.iter().map(|word| word.as_bytes().into()).collect(),
        };
        assert!(of(&["one", "two"]).may_be_in(b"two\n// one"));
        assert!(!of(&["one", "two"]).may_be_in(b"only one"));
        assert!(of(&[]).may_be_in(b""), "nothing is sure");
        assert!(of(&["one"]).may_be_in(b"\xff\xfeo\0n\0e\0"));
    }
}
