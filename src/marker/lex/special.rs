//! Syntax that no table can say: characters, regular expressions, quote operators, block scalars.

use crate::marker::lex::Comment;
use crate::marker::lex::Frame;
use crate::marker::lex::Kind;
use crate::marker::lex::Lexer;
use crate::marker::lex::MISTAKES;
use crate::marker::lex::look::is_word;
use crate::policy::Special;

/// JavaScript's words after which a value comes, so that `/` begins a regular expression.
pub(super) const VALUE_FOLLOWS: [&[u8]; 15] = [
    b"return",
    b"typeof",
    b"case",
    b"in",
    b"of",
    b"delete",
    b"void",
    b"throw",
    b"new",
    b"else",
    b"do",
    b"instanceof",
    b"yield",
    b"await",
    b"default",
];

/// The same of Ruby and Perl.
const VALUE_FOLLOWS_RUBY: [&[u8]; 18] = [
    b"if", b"unless", b"when", b"and", b"or", b"not", b"while", b"until", b"return", b"then", b"else", b"elsif", b"in",
    b"split", b"grep", b"do", b"case", b"puts",
];

/// Bytes that a line has, as people write them.
const LINE: usize = 512;

impl<'g> Lexer<'_, 'g> {
    pub(super) fn special(&mut self, frame: Frame<'g>, special: Special) -> bool {
        let end = match special {
            Special::CChar => self.c_char(frame.limit),
            Special::Lifetime => self.char_literal(frame.limit),
            Special::Prime if self.value_before() => None,
            Special::Prime => self.char_literal(frame.limit),
            Special::CppRaw => self.cpp_raw(frame.limit),
            Special::OcamlQuoted => self.ocaml_quoted(frame.limit),
            Special::JsRegex => self.js_regex(frame.limit),
            Special::RubyRegex => self.ruby_regex(frame.limit),
            Special::Jsx => return self.jsx(frame),
            Special::DollarQuote => return self.dollar_quote(frame),
            Special::RubyPercent => self.ruby_percent(frame.limit),
            Special::PerlQuote => self.perl_quote(frame.limit),
            Special::ElixirSigil => self.elixir_sigil(frame.limit),
            Special::Question => self.question(),
            Special::YamlBlock => self.yaml_block(frame.limit),
            Special::ShellHereDoc
            | Special::RubyHereDoc
            | Special::PerlHereDoc
            | Special::PhpHereDoc
            | Special::HclHereDoc => return self.here_doc(frame, special),
        };
        if let Some(end) = end {
            self.pos = end.min(frame.limit).max(self.pos.saturating_add(1));
        }
        end.is_some()
    }

    fn value_before(&self) -> bool {
        self.byte_before(self.pos).is_some_and(|byte| is_word(byte) || b")]}'\"".contains(&byte))
    }

    /// `'x'`, `'\n'`, `'\u{1F600}'`: one character between apostrophes, or nothing at all.
    fn char_literal(&self, limit: usize) -> Option<usize> {
        let rest = self.bytes.get(self.pos.saturating_add(1)..limit)?;
        let len = match rest.first()? {
            b'\\' => {
                let escape = rest.get(2..)?.iter().take(12).position(|byte| matches!(byte, b'\'' | b'\n'))?;
                escape.saturating_add(2)
            }
            b'\'' | b'\n' => return None,
            _ => {
                let (_, size) = bstr::decode_utf8(rest);
                size.max(1)
            }
        };
        (rest.get(len) == Some(&b'\'')).then(|| self.pos.saturating_add(len).saturating_add(2))
    }

    /// As a string of one line, unless it separates digits.
    fn c_char(&self, limit: usize) -> Option<usize> {
        let hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        let before = self.byte_before(self.pos);
        if hex(before) && hex(self.byte(self.pos.saturating_add(1))) {
            let number = self.word_ending(self.pos.saturating_sub(1)).first().is_some_and(u8::is_ascii_digit);
            if number {
                return Some(self.pos.saturating_add(1));
            }
        }
        let mut at = self.pos.saturating_add(1);
        while at < limit {
            match self.byte(at)? {
                b'\\' => at = self.past_escaped(at),
                b'\'' => return Some(at.saturating_add(1)),
                b'\n' => return Some(at),
                _ => at = at.saturating_add(1),
            }
        }
        Some(limit)
    }

    fn cpp_raw(&self, limit: usize) -> Option<usize> {
        let before = self.pos.checked_sub(1).map(|last| self.word_ending(last)).unwrap_or_default();
        if !self.at(self.pos, b"R\"") || !matches!(before, b"" | b"u8" | b"u" | b"U" | b"L") {
            return None;
        }
        let start = self.pos.saturating_add(2);
        let rest = self.bytes.get(start..limit)?;
        let len = rest.iter().take(17).position(|byte| *byte == b'(')?;
        let name = rest.get(..len)?;
        if name.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b')' | b'\\' | b'"')) {
            return None;
        }
        let close = [b")", name, b"\""].concat();
        Some(self.find(&close, start.saturating_add(len), limit).saturating_add(close.len()))
    }

    fn ocaml_quoted(&mut self, limit: usize) -> Option<usize> {
        let start = self.pos.saturating_add(1);
        let rest = self.bytes.get(start..limit)?;
        let len = rest.iter().take(64).take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_').count();
        if rest.get(len) != Some(&b'|') {
            return None;
        }
        let close = [b"|", rest.get(..len)?, b"}"].concat();
        self.ending(&close, start.saturating_add(len).saturating_add(1), limit)
    }

    /// Past the next such text; `None`, and a mistake on the record, if there is none.
    fn ending(&mut self, close: &[u8], from: usize, limit: usize) -> Option<usize> {
        if self.mistakes >= MISTAKES {
            return None;
        }
        let found = self.find(close, from, limit);
        if found >= limit {
            self.mistakes = self.mistakes.saturating_add(1);
            return None;
        }
        Some(found.saturating_add(close.len()))
    }

    fn js_regex(&mut self, limit: usize) -> Option<usize> {
        let begins = match self.significant_before(self.pos) {
            None => true,
            Some((b'>', at)) => self.byte_before(at) == Some(b'='),
            Some((_, at)) if self.is_postfix(at) => false,
            Some((byte, at)) => {
                b"(,=:[!&|?{;+-*%~^".contains(&byte)
                    || (byte.is_ascii_lowercase() && VALUE_FOLLOWS.contains(&self.word_ending(at)))
            }
        };
        if begins { self.regex_end(self.pos.saturating_add(1), limit) } else { None }
    }

    /// Whether `x!`, `x++` or `x--` ends there: a value, which is divided by what follows.
    fn is_postfix(&self, at: usize) -> bool {
        let operand = match self.byte(at) {
            Some(b'!') => at.checked_sub(1),
            Some(sign @ (b'+' | b'-')) if self.byte_before(at) == Some(sign) => at.checked_sub(2),
            _ => None,
        };
        operand.is_some_and(|last| match self.byte(last) {
            Some(b')' | b']') => true,
            Some(byte) => is_word(byte) && !VALUE_FOLLOWS.contains(&self.word_ending(last)),
            None => false,
        })
    }

    fn ruby_regex(&mut self, limit: usize) -> Option<usize> {
        let next = self.byte(self.pos.saturating_add(1))?;
        let begins = match self.significant_before(self.pos) {
            None => true,
            Some((byte, at)) => {
                let word = self.word_ending(at);
                let sign = at.checked_sub(word.len()).and_then(|before| self.byte(before));
                // `$x` and `@x` are values, and so is what `a.in` and `$a->in` give.
                let is_variable = matches!(sign, Some(b'$' | b'@'));
                let is_member = sign == Some(b'.') || self.bytes.get(..=at).is_some_and(|text| ends(text, b"->", word));
                let is_name = is_variable || is_member;
                b"(,=~[!&|?{;+-*:<>".contains(&byte)
                    || (VALUE_FOLLOWS_RUBY.contains(&word) && !is_name)
                    // `match /x/` is a call with an argument, `a / b` and `a/b` are divisions.
                    || (byte.is_ascii_lowercase()
                        && !is_variable
                        && self.byte_before(self.pos) == Some(b' ')
                        && !next.is_ascii_whitespace()
                        && next != b'=')
            }
        };
        match next {
            _ if !begins => None,
            b'\n' | b'\r' => self.long_regex_end(limit),
            _ => self.regex_end(self.pos.saturating_add(1), limit),
        }
    }

    /// Past an extended regular expression: its slashes stand at the end of one line and the start of another.
    fn long_regex_end(&mut self, limit: usize) -> Option<usize> {
        if self.mistakes >= MISTAKES {
            return None;
        }
        let mut at = self.line_end(self.pos, limit).saturating_add(1);
        while at < limit {
            let end = self.line_end(at, limit);
            let line = self.bytes.get(at..end)?;
            let blanks = line.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if line.get(blanks) == Some(&b'/') {
                return Some(at.saturating_add(blanks).saturating_add(1));
            }
            at = end.saturating_add(1);
        }
        self.mistakes = self.mistakes.saturating_add(1);
        None
    }

    /// Past the slash that ends a regular expression on the same line.
    fn regex_end(&mut self, from: usize, limit: usize) -> Option<usize> {
        if self.mistakes >= MISTAKES {
            return None;
        }
        let mut class = false;
        let mut at = from;
        while at < limit {
            match self.byte(at)? {
                b'\n' => break,
                b'\\' => at = at.saturating_add(1),
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return Some(at.saturating_add(1)),
                _ => {}
            }
            at = at.saturating_add(1);
        }
        // Within a line as people write it, being wrong costs nothing.
        if at.saturating_sub(from) > LINE {
            self.mistakes = self.mistakes.saturating_add(1);
        }
        None
    }

    /// `%w[…]`, `%q(…)`, `%(…)`, `%r{…}`.
    fn ruby_percent(&mut self, limit: usize) -> Option<usize> {
        let begins = match self.byte_before(self.pos) {
            None => true,
            Some(byte) => byte.is_ascii_whitespace() || b"(,=[{|!+".contains(&byte),
        };
        let mut at = self.pos.saturating_add(1);
        let letter = self.byte(at)?;
        let named = b"qQwWiIrsx".contains(&letter);
        if named {
            at = at.saturating_add(1);
        }
        let delimiter = self.byte(at)?;
        let fits = if named { delimiter.is_ascii_punctuation() } else { b"({[<|".contains(&delimiter) };
        if !begins || !fits {
            return None;
        }
        self.delimited(at, limit)
    }

    /// `q(…)`, `qq{…}`, `m/…/`, `s{…}{…}`, `tr/…/…/`.
    fn perl_quote(&mut self, limit: usize) -> Option<usize> {
        if self.byte_before(self.pos).is_some_and(|byte| is_word(byte) || b"$@%&->{:".contains(&byte)) {
            return None;
        }
        let rest = self.bytes.get(self.pos..limit)?;
        let len = rest.iter().take(4).take_while(|byte| is_word(**byte)).count();
        let parts = match rest.get(..len)? {
            b"q" | b"qq" | b"qw" | b"qx" | b"qr" | b"m" => 1,
            b"s" | b"tr" | b"y" => 2,
            _ => return None,
        };
        let blanks = rest.get(len..)?.iter().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let at = self.pos.saturating_add(len).saturating_add(blanks);
        let delimiter = self.byte(at)?;
        if !delimiter.is_ascii_punctuation() || b",;=)_".contains(&delimiter) || (blanks > 0 && delimiter == b'#') {
            return None;
        }
        let end = self.delimited(at, limit)?;
        if parts == 1 {
            return Some(end);
        }
        if closing(delimiter) == delimiter {
            return self.delimited(end.saturating_sub(1), limit);
        }
        let blanks = self.bytes.get(end..limit)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.delimited(end.saturating_add(blanks), limit)
    }

    /// `~r/…/`, `~S"""…"""`.
    fn elixir_sigil(&mut self, limit: usize) -> Option<usize> {
        let start = self.pos.saturating_add(1);
        let rest = self.bytes.get(start..limit)?;
        let len = rest.iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let at = start.saturating_add(len);
        if len == 0 || !self.byte(at).is_some_and(|byte| b"/|\"'([{<".contains(&byte)) {
            return None;
        }
        if self.at(at, b"\"\"\"") || self.at(at, b"'''") {
            // The string that follows may be documentation: left to its own rule.
            return Some(at);
        }
        self.delimited(at, limit)
    }

    /// Past a text between a delimiter and its like; brackets nest.
    fn delimited(&mut self, open: usize, limit: usize) -> Option<usize> {
        if self.mistakes >= MISTAKES {
            return None;
        }
        let opening = self.byte(open)?;
        let closing = closing(opening);
        let mut depth = 0_usize;
        let mut at = open.saturating_add(1);
        while at < limit {
            let byte = self.byte(at)?;
            if byte == b'\\' {
                at = at.saturating_add(1);
            } else if byte == closing {
                if depth == 0 {
                    return Some(at.saturating_add(1));
                }
                depth = depth.saturating_sub(1);
            } else if byte == opening {
                depth = depth.saturating_add(1);
            }
            at = at.saturating_add(1);
        }
        self.mistakes = self.mistakes.saturating_add(1);
        None
    }

    /// `?x`, `?\n`: a character, unless it belongs to `a ? b : c`.
    fn question(&self) -> Option<usize> {
        let next = self.byte(self.pos.saturating_add(1))?;
        if self.value_before() || next.is_ascii_whitespace() {
            return None;
        }
        let len = if next == b'\\' { 3 } else { 2 };
        let after = self.pos.saturating_add(len);
        (!self.byte(after).is_some_and(is_word)).then_some(after)
    }

    /// A block scalar: its lines are those that are indented deeper than the first of them, or blank.
    fn yaml_block(&mut self, limit: usize) -> Option<usize> {
        let (before, at) = self.significant_before(self.pos)?;
        let tag = self
            .bytes
            .get(self.pos.saturating_sub(64)..self.pos)?
            .rsplit(u8::is_ascii_whitespace)
            .find(|w| !w.is_empty());
        if !(matches!(before, b':' | b'-') || tag.is_some_and(|word| word.starts_with(b"!") || word.starts_with(b"&")))
        {
            return None;
        }
        // Only now, with nothing but a header on the rest of the line, is the whole of the line looked at: once.
        let rest = self.bytes.get(self.pos.saturating_add(1)..limit)?;
        let header = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\r' | b'+' | b'-' | b'0'..=b'9');
        let header = rest.iter().take_while(header).count();
        if !matches!(rest.get(header), None | Some(b'\n' | b'#')) {
            return None;
        }
        let line_start = self.pos.saturating_sub(self.column(self.pos));
        let line_end = self.line_end(self.pos, limit);
        if at < line_start {
            return None;
        }
        let hash = (rest.get(header) == Some(&b'#')).then_some(header);
        let blank = |byte: &&u8| matches!(byte, b' ' | b'-');
        let parent = self.bytes.get(line_start..self.pos)?.iter().take_while(blank).count();
        let parent_key = self.bytes.get(line_start.saturating_add(parent)..self.pos)?.contains(&b':');
        let parent = if parent_key { parent } else { parent.saturating_sub(2) };
        // A digit says how much deeper than their parent the lines are: the first may be deeper still.
        let digit = rest.get(..header)?.iter().find(|byte| byte.is_ascii_digit());
        let mut first = digit.map(|digit| parent.saturating_add(usize::from(digit.saturating_sub(b'0'))));
        let mut at = line_end.saturating_add(1);
        while at < limit {
            let end = self.line_end(at, limit);
            let line = self.bytes.get(at..end)?;
            let indent = line.iter().take_while(|byte| **byte == b' ').count();
            if !line.trim_ascii().is_empty() {
                let least = *first.get_or_insert(indent);
                if indent < least || indent <= parent && parent > 0 || indent == 0 {
                    break;
                }
            }
            at = end.saturating_add(1);
        }
        if let Some(hash) = hash {
            let open = self.pos.saturating_add(1).saturating_add(hash);
            let inner = open.saturating_add(1)..line_end;
            self.keep(Comment { whole: open..line_end, inner, kind: Kind::Line, rule: 1, column: 0 });
        }
        Some(at.min(limit).max(line_end))
    }
}

/// Whether a text ends in these two.
fn ends(text: &[u8], before: &[u8], word: &[u8]) -> bool {
    text.strip_suffix(word).is_some_and(|text| text.ends_with(before))
}

const fn closing(opening: u8) -> u8 {
    match opening {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    }
}
