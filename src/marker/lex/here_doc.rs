//! Here-documents: announced on one line, their bodies begin at the next.

use std::collections::HashMap;

use crate::marker::lex::Frame;
use crate::marker::lex::Lexer;
use crate::marker::lex::look::is_word;
use crate::policy::Special;

/// The longest word that ends a here-document.
const LONGEST_WORD: usize = 256;

/// Where a shift looks the same.
const RUBY_AND_PERL: [Special; 2] = [Special::RubyHereDoc, Special::PerlHereDoc];

/// A here-document whose body has not begun.
#[derive(Debug)]
pub(super) struct Waiting {
    word: Vec<u8>,
    ending: Ending,
}

/// What the line that ends a here-document may have beside its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Nothing: `<<WORD`.
    Flush,
    /// Tabs before it: `<<-WORD` of a shell.
    Tabs,
    /// Any blanks before it: `<<~WORD` of Ruby and Perl, `<<-WORD` of Ruby.
    Indented,
    /// Blanks around it: Terraform.
    Alone,
    /// Blanks before it, and whatever belongs to no word behind it: PHP.
    First,
}

/// Where lines stand, by what may be a word that ends a here-document; made for each ending when it is first asked for.
#[derive(Debug, Default)]
pub(super) struct Lines<'a> {
    made: [Option<HashMap<&'a [u8], Vec<usize>>>; 5],
}

impl<'a> Lines<'a> {
    fn next(&mut self, bytes: &'a [u8], word: &[u8], ending: Ending, from: usize) -> Option<usize> {
        let table = self.made.get_mut(ending as usize)?.get_or_insert_with(|| ending.lines(bytes));
        let starts = table.get(word)?;
        starts.get(starts.partition_point(|start| *start < from)).copied()
    }
}

impl Ending {
    fn lines(self, bytes: &[u8]) -> HashMap<&[u8], Vec<usize>> {
        let mut lines: HashMap<&[u8], Vec<usize>> = HashMap::new();
        let mut start = 0_usize;
        for line in bytes.split(|byte| *byte == b'\n') {
            let word = self.word(line.strip_suffix(b"\r").unwrap_or(line));
            if !word.is_empty() {
                lines.entry(word).or_default().push(start);
            }
            start = start.saturating_add(line.len()).saturating_add(1);
        }
        lines
    }

    /// What of a line is held against the word.
    fn word(self, line: &[u8]) -> &[u8] {
        match self {
            Self::Flush => line,
            Self::Tabs => {
                let tabs = line.iter().take_while(|byte| **byte == b'\t').count();
                line.get(tabs..).unwrap_or_default()
            }
            Self::Indented => line.trim_ascii_start(),
            Self::Alone => line.trim_ascii(),
            Self::First => {
                let line = line.trim_ascii_start();
                let len = line.iter().take_while(|byte| is_word(**byte)).count();
                line.get(..len).unwrap_or_default()
            }
        }
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
        let indented = matches!(self.byte(at), Some(b'-' | b'~'));
        if indented {
            at = at.saturating_add(1);
        } else if dialect == Special::PerlHereDoc && self.quote_behind_blanks(at) {
            // `print $file << 'END'`: only with quotes may blanks stand there, and Ruby appends a string so.
            at = self.past_blanks(at);
        } else if RUBY_AND_PERL.contains(&dialect) && !self.bare_word_allowed(at) {
            return false;
        }
        let ending = match dialect {
            Special::PhpHereDoc => Ending::First,
            Special::HclHereDoc => Ending::Alone,
            Special::RubyHereDoc | Special::PerlHereDoc if indented => Ending::Indented,
            _ if indented => Ending::Tabs,
            _ => Ending::Flush,
        };
        if !RUBY_AND_PERL.contains(&dialect) {
            at = self.past_blanks(at);
        }
        if self.byte(at) == Some(b'\\') {
            at = at.saturating_add(1);
        }
        let quote = self.byte(at).filter(|byte| matches!(byte, b'"' | b'\'' | b'`'));
        let start = if quote.is_some() { at.saturating_add(1) } else { at };
        let line = self.bytes.get(start..start.saturating_add(LONGEST_WORD).min(frame.limit)).unwrap_or_default();
        let len = match quote {
            Some(quote) => line.iter().position(|byte| *byte == quote || *byte == b'\n').unwrap_or_default(),
            // A shell takes any word: `<<!`, `<<END-OF-TEXT`.
            None if dialect == Special::ShellHereDoc => {
                line.iter().take_while(|byte| !byte.is_ascii_whitespace() && !b";&|()<>`\"'\\".contains(byte)).count()
            }
            None => line.iter().take_while(|byte| is_word(**byte)).count(),
        };
        let word = line.get(..len).unwrap_or_default();
        let after = start.saturating_add(len).saturating_add(usize::from(quote.is_some()));
        let bytes = self.bytes;
        if word.is_empty() || self.lines.next(bytes, word, ending, after).is_none() {
            return false;
        }
        self.waiting.push(Waiting { word: word.to_vec(), ending });
        self.pos = after;
        true
    }

    fn past_blanks(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        from.saturating_add(rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count())
    }

    fn quote_behind_blanks(&self, at: usize) -> bool {
        matches!(self.byte(self.past_blanks(at)), Some(b'"' | b'\'' | b'`'))
    }

    /// In Ruby and Perl `a <<B` may be a shift; what follows a here-document's sign is a quote or a capital.
    fn bare_word_allowed(&self, at: usize) -> bool {
        matches!(self.byte(at), Some(b'"' | b'\'' | b'`' | b'A'..=b'Z' | b'_'))
    }

    /// At the end of a line: past the bodies that begin after it.
    pub(super) fn here_doc_bodies(&mut self, limit: usize) {
        let mut at = self.pos.saturating_add(1);
        let waiting = std::mem::take(&mut self.waiting);
        for Waiting { word, ending } in waiting {
            let Some(line) = self.lines.next(self.bytes, &word, ending, at) else { continue };
            if line >= limit {
                continue;
            }
            at = if ending == Ending::First {
                self.find(&word, line, limit).saturating_add(word.len()).min(limit)
            } else {
                self.line_end(line, limit)
            };
        }
        self.pos = at;
    }
}
