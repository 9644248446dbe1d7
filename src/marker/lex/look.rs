//! Looking around: at a byte, for a text, at what stands before.

use bstr::ByteSlice as _;

use crate::marker::lex::Lexer;
use crate::policy::At;
use crate::policy::Class;

/// How far before a quote a call of make's is looked for.
const LONGEST_CALL: usize = 1_024;

impl Lexer<'_, '_> {
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    pub(super) fn byte_before(&self, at: usize) -> Option<u8> {
        self.byte(at.checked_sub(1)?)
    }

    /// Whether the text stands there.
    pub(super) fn at(&self, at: usize, text: &[u8]) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(text))
    }

    /// Where the text next stands, or `limit`.
    pub(super) fn find(&self, text: &[u8], from: usize, limit: usize) -> usize {
        let found = self.bytes.get(from..limit).and_then(|rest| rest.find(text));
        found.map_or(limit, |offset| from.saturating_add(offset))
    }

    /// As [`Self::find`], letters without case.
    pub(super) fn find_any_case(&self, text: &[u8], from: usize, limit: usize) -> usize {
        let Some(first) = text.first() else { return limit };
        let mut at = from;
        loop {
            at = self.find(&[*first], at, limit);
            let here = self.bytes.get(at..at.saturating_add(text.len()).min(limit)).unwrap_or_default();
            if at >= limit || here.eq_ignore_ascii_case(text) {
                return at;
            }
            at = at.saturating_add(1);
        }
    }

    /// Past the escape that stands there and what it escapes; the two bytes of the end of a line are one.
    pub(super) fn past_escaped(&self, at: usize) -> usize {
        let next = at.saturating_add(1);
        next.saturating_add(if self.at(next, b"\r\n") { 2 } else { 1 })
    }

    /// Where the run of one byte ends that `at` lies in. A run that begins nothing is asked at each of its bytes, and
    /// measured once.
    pub(super) fn run_end(&mut self, at: usize) -> usize {
        if !self.repeated.contains(&at) {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let run = rest.iter().take_while(|byte| Some(*byte) == rest.first()).count();
            self.repeated = at..at.saturating_add(run);
        }
        self.repeated.end
    }

    pub(super) fn line_end(&self, from: usize, limit: usize) -> usize {
        self.find(b"\n", from, limit)
    }

    /// Bytes between the start of the line and `at`. A line may ask at each of its bytes: so only what lies behind the last
    /// place that was asked is looked at.
    pub(super) fn column(&self, at: usize) -> usize {
        let (start, asked) = self.line.get();
        let (known, from) = if asked <= at { (start, asked) } else { (0, 0) };
        let newline = self.bytes.get(from..at).and_then(|before| before.rfind_byte(b'\n'));
        let start = newline.map_or(known, |newline| from.saturating_add(newline).saturating_add(1));
        self.line.set((start, at));
        at.saturating_sub(start)
    }

    /// Whether only blanks stand before on the line.
    pub(super) fn line_start(&self, at: usize) -> bool {
        let before = self.bytes.get(..at).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | 0xef | 0xbb | 0xbf));
        last.is_none_or(|byte| *byte == b'\n')
    }

    /// Whether the text is a whole line there.
    pub(super) fn is_line(&self, at: usize, text: &[u8]) -> bool {
        let rest = self.bytes.get(at..).and_then(|rest| rest.strip_prefix(text));
        self.may_begin(at, At::FirstColumn)
            && rest.is_some_and(|rest| matches!(rest, [] | [b'\n', ..] | [b'\r', b'\n', ..]))
    }

    /// Whether a quote quotes in a makefile: in a recipe, which a shell reads, and in what make calls, `$(shell '#')`.
    fn quotes_in_makefile(&self, at: usize) -> bool {
        let column = self.column(at);
        let before = self.bytes.get(at.saturating_sub(column.min(LONGEST_CALL))..at).unwrap_or_default();
        let is_recipe = self.byte(at.saturating_sub(column)) == Some(b'\t');
        is_recipe || before.find(b"$(").is_some() || before.find(b"${").is_some()
    }

    pub(super) fn may_begin(&self, at: usize, rule: At) -> bool {
        let before = self.byte_before(at);
        match rule {
            At::Anywhere => true,
            At::FirstColumn => matches!(before, None | Some(b'\n')),
            At::SeventhColumn => {
                let margin = at.checked_sub(6).and_then(|start| self.bytes.get(start..at));
                margin.is_some_and(|margin| !margin.contains(&b'\n'))
                    && matches!(at.checked_sub(7).and_then(|newline| self.byte(newline)), None | Some(b'\n'))
            }
            At::LineStart => self.line_start(at),
            At::YamlValue => self.yaml_value(at),
            At::MakeQuote => self.quotes_in_makefile(at),
            At::AfterBlank => before.is_none_or(|byte| byte.is_ascii_whitespace() || byte == 0xbf),
            // `${#x}` and `v=#x` are no comments.
            At::ShellWord => {
                before.is_none_or(|byte| byte.is_ascii_whitespace() || byte == 0xbf || b";&|()<>`".contains(&byte))
            }
            At::WordStart => before
                .is_none_or(|byte| byte.is_ascii_whitespace() || byte == 0xbf || b";&|()[]{}<>,`=".contains(&byte)),
        }
    }

    /// At the start of a line, behind a bracket or a comma, or behind a key's colon, a dash, a tag or an anchor and a blank.
    fn yaml_value(&self, at: usize) -> bool {
        let line = self.bytes.get(..at).unwrap_or_default();
        let before = line.trim_end_with(|c| matches!(c, ' ' | '\t'));
        let is_apart = before.len() < line.len();
        match before.last() {
            None | Some(b'\n' | b'\r' | b'[' | b'{' | b',' | 0xbf) => true,
            Some(b':' | b'?') => is_apart,
            Some(b'-') => is_apart && self.line_start(before.trim_end_with(|c| matches!(c, ' ' | '-')).len()),
            Some(_) => {
                let word = before.get(before.len().saturating_sub(64)..).unwrap_or_default();
                let word = word.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
                is_apart && matches!(word.first(), Some(b'!' | b'&'))
            }
        }
    }

    /// What stands before `at`, comments and blanks left out, and where.
    pub(super) fn significant_before(&self, at: usize) -> Option<(u8, usize)> {
        let mut at = at;
        loop {
            if at == self.trivia.end && self.trivia.start < self.trivia.end {
                at = self.trivia.start;
            }
            at = at.checked_sub(1)?;
            let byte = self.byte(at)?;
            if !byte.is_ascii_whitespace() {
                return Some((byte, at));
            }
        }
    }

    /// The word that ends at `end` (its last byte), at most 16 bytes of it.
    pub(super) fn word_ending(&self, end: usize) -> &[u8] {
        let after = end.saturating_add(1);
        let start = after.saturating_sub(16);
        let window = self.bytes.get(start..after).unwrap_or_default();
        let word = window.iter().rev().take_while(|byte| is_word(**byte)).count();
        window.get(window.len().saturating_sub(word)..).unwrap_or_default()
    }
}

/// A letter, a digit or the underscore, of ASCII.
pub(in crate::marker) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte (or the end of the file) is of a class.
pub(super) fn is(byte: Option<u8>, class: &Class) -> bool {
    let Some(byte) = byte else { return *class == Class::Blank };
    match class {
        Class::Letter => byte.is_ascii_alphabetic(),
        Class::Blank => byte.is_ascii_whitespace(),
        Class::Word => is_word(byte),
        Class::Value => is_word(byte) || b")]}'\".".contains(&byte),
        Class::Symbol => b"!#$%&*+./<=>?@\\^|-~:".contains(&byte),
        Class::OneOf(bytes) => bytes.as_bytes().contains(&byte),
    }
}
