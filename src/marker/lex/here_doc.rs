//! Here-documents: announced on one line, their bodies begin at the next.

use std::collections::HashMap;

use crate::marker::lex::Frame;
use crate::marker::lex::Lexer;
use crate::marker::lex::look::is_word;
use crate::policy::Special;

/// The longest word that ends a here-document.
const LONGEST_WORD: usize = 256;

/// A here-document whose body has not begun.
#[derive(Debug)]
pub(super) struct Waiting {
    word: Vec<u8>,
    dialect: Special,
}

/// Where lines stand, by their text without blanks around it; for PHP by the word that they begin with.
#[derive(Debug, Default)]
pub(super) struct Lines<'a> {
    whole: HashMap<&'a [u8], Vec<usize>>,
    first_word: HashMap<&'a [u8], Vec<usize>>,
}

impl<'a> Lines<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut lines = Self::default();
        let mut start = 0_usize;
        for line in bytes.split(|byte| *byte == b'\n') {
            let trimmed = line.trim_ascii();
            let word = trimmed.iter().take_while(|byte| is_word(**byte)).count();
            if !trimmed.is_empty() {
                lines.whole.entry(trimmed).or_default().push(start);
            }
            if word > 0 {
                lines.first_word.entry(trimmed.get(..word).unwrap_or_default()).or_default().push(start);
            }
            start = start.saturating_add(line.len()).saturating_add(1);
        }
        lines
    }

    fn next(&self, word: &[u8], dialect: Special, from: usize) -> Option<usize> {
        let table = if dialect == Special::PhpHereDoc { &self.first_word } else { &self.whole };
        let starts = table.get(word)?;
        starts.get(starts.partition_point(|start| *start < from)).copied()
    }
}

impl<'g> Lexer<'_, 'g> {
    /// `<<WORD` and its kin; only if a line ends it, as `1 << SHIFT` looks the same.
    pub(super) fn here_doc(&mut self, frame: Frame<'g>, dialect: Special) -> bool {
        let sign: &[u8] = if dialect == Special::PhpHereDoc { b"<<<" } else { b"<<" };
        if !self.at(self.pos, sign) {
            return false;
        }
        let mut at = self.pos.saturating_add(sign.len());
        if self.byte(at) == Some(b'<') {
            // `<<<` in a shell: a string of one line follows.
            self.pos = at.saturating_add(1);
            return true;
        }
        if matches!(self.byte(at), Some(b'-' | b'~')) {
            at = at.saturating_add(1);
        } else if dialect == Special::RubyHereDoc && !self.bare_word_allowed(at) {
            return false;
        }
        if dialect != Special::RubyHereDoc {
            while matches!(self.byte(at), Some(b' ' | b'\t')) {
                at = at.saturating_add(1);
            }
        }
        if self.byte(at) == Some(b'\\') {
            at = at.saturating_add(1);
        }
        let quote = self.byte(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let start = if quote.is_some() { at.saturating_add(1) } else { at };
        let line = self.bytes.get(start..start.saturating_add(LONGEST_WORD).min(frame.limit)).unwrap_or_default();
        let len = match quote {
            Some(quote) => line.iter().position(|byte| *byte == quote || *byte == b'\n').unwrap_or_default(),
            None => line.iter().take_while(|byte| is_word(**byte)).count(),
        };
        let word = line.get(..len).unwrap_or_default();
        let after = start.saturating_add(len).saturating_add(usize::from(quote.is_some()));
        let bytes = self.bytes;
        let lines = self.lines.get_or_insert_with(|| Lines::of(bytes));
        if word.is_empty() || lines.next(word, dialect, after).is_none() {
            return false;
        }
        self.waiting.push(Waiting { word: word.to_vec(), dialect });
        self.pos = after;
        true
    }

    /// In Ruby and Perl `a <<B` may be a shift; what follows a here-document's sign is a quote or a capital.
    fn bare_word_allowed(&self, at: usize) -> bool {
        matches!(self.byte(at), Some(b'"' | b'\'' | b'`' | b'A'..=b'Z' | b'_'))
    }

    /// At the end of a line: past the bodies that begin after it.
    pub(super) fn here_doc_bodies(&mut self, limit: usize) {
        let mut at = self.pos.saturating_add(1);
        let waiting = std::mem::take(&mut self.waiting);
        for Waiting { word, dialect } in waiting {
            let Some(line) = self.lines.as_ref().and_then(|lines| lines.next(&word, dialect, at)) else { continue };
            if line >= limit {
                continue;
            }
            at = if dialect == Special::PhpHereDoc {
                self.find(&word, line, limit).saturating_add(word.len()).min(limit)
            } else {
                self.line_end(line, limit)
            };
        }
        self.pos = at;
    }
}
