//! Strings: those that count as documentation, those with code inside, and all others.

use crate::marker::lex::Close;
use crate::marker::lex::Comment;
use crate::marker::lex::Frame;
use crate::marker::lex::Inside;
use crate::marker::lex::Kind;
use crate::marker::lex::Lexer;
use crate::marker::lex::MISTAKES;
use crate::marker::lex::look::is;
use crate::policy::Class;
use crate::policy::Doc;
use crate::policy::FenceRule;
use crate::policy::Interpolation;
use crate::policy::StringRule;

/// The longest name between two `$` that quote.
const LONGEST_TAG: usize = 64;

/// Quoted texts in quoted texts ... deeper than this are read as flat code: each looks for its end in all that it holds.
const MOST_QUOTED: usize = 16;

impl<'g> Lexer<'_, 'g> {
    pub(super) fn text(&mut self, frame: Frame<'g>, rule: &'g StringRule) -> bool {
        let open = self.pos;
        let after = open.saturating_add(rule.open.len());
        if !self.at(open, rule.open.as_bytes()) || after > frame.limit || !self.may_begin(open, rule.at) {
            return false;
        }
        let before = self.byte_before(open);
        if rule.not_after.as_ref().is_some_and(|class| before.is_some() && is(before, class)) {
            return false;
        }
        let doc = self.may_be_doc(frame, rule);
        if !doc && !rule.interpolations.is_empty() {
            let text = Frame { inside: Inside::Text(rule), depth: 0, close: Close::Limit, ..frame };
            if self.push(text) {
                self.pos = after;
                return true;
            }
        }
        let (inner_end, end) = self.string_end(rule, after, frame.limit);
        if doc && self.stands_alone(rule, end) {
            let inner = after..inner_end;
            self.keep(Comment { whole: open..end, inner, kind: Kind::Doc, rule: u16::MAX, column: 0 });
        }
        self.pos = end.max(after);
        true
    }

    /// The next part of a string with code inside: up to the code, or to its end.
    pub(super) fn text_part(&mut self, frame: Frame<'g>, rule: &'g StringRule) {
        let mut at = self.pos;
        while let Some(byte) = self.byte(at).filter(|_| at < frame.limit) {
            if Some(byte) == rule.escape && !rule.interpolations.iter().any(|code| self.at(at, code.open.as_bytes())) {
                at = self.past_escaped(at);
                continue;
            }
            if let Some(literal) = self.literal(rule, at) {
                at = at.saturating_add(literal.len());
                continue;
            }
            if byte == b'\n' && !rule.many_lines {
                self.pos = at;
                self.frames.pop();
                return;
            }
            if self.at(at, rule.close.as_bytes()) {
                let after = at.saturating_add(rule.close.len());
                if rule.doubled && self.at(after, rule.close.as_bytes()) {
                    at = after.saturating_add(rule.close.len());
                    continue;
                }
                self.pos = self.last_of_run(rule, after, frame.limit);
                self.frames.pop();
                return;
            }
            if let Some(code) = rule.interpolations.iter().find(|code| self.at(at, code.open.as_bytes())) {
                let after = at.saturating_add(code.open.len());
                if code.doubled && self.at(after, code.open.as_bytes()) {
                    at = after.saturating_add(code.open.len());
                    continue;
                }
                let close = closing_bracket(code);
                if self.push(Frame { inside: Inside::Code, depth: 0, close, ..frame }) {
                    self.pos = after;
                    return;
                }
            }
            at = at.saturating_add(1);
        }
        self.pos = at;
    }

    /// The text that stands there for itself.
    fn literal<'r>(&self, rule: &'r StringRule, at: usize) -> Option<&'r str> {
        rule.literals.iter().find(|text| self.at(at, text.as_bytes())).map(String::as_str)
    }

    /// The end of what a string holds, and the end of the string. Without an end it goes to the end of its line, or of
    /// the frame if it may have many lines.
    pub(super) fn string_end(&self, rule: &StringRule, after: usize, limit: usize) -> (usize, usize) {
        let close = rule.close.as_bytes();
        if rule.many_lines && rule.escape.is_none() && !rule.doubled && rule.literals.is_empty() {
            let found = self.find(close, after, limit);
            let end = self.last_of_run(rule, found.saturating_add(close.len()).min(limit), limit);
            return (if found < limit { end.saturating_sub(close.len()) } else { limit }, end);
        }
        let mut at = after;
        while let Some(byte) = self.byte(at).filter(|_| at < limit) {
            if Some(byte) == rule.escape {
                at = self.past_escaped(at);
            } else if let Some(literal) = self.literal(rule, at) {
                at = at.saturating_add(literal.len());
            } else if byte == b'\n' && !rule.many_lines {
                return (at, at);
            } else if close.first() == Some(&byte) && self.at(at, close) {
                let end = at.saturating_add(close.len());
                if !(rule.doubled && self.at(end, close)) {
                    let end = self.last_of_run(rule, end.min(limit), limit);
                    return (end.saturating_sub(close.len()).max(at), end);
                }
                at = end.saturating_add(close.len());
            } else {
                at = at.saturating_add(1);
            }
        }
        (limit, limit)
    }

    /// Where a string ends whose closing text ends at `after`, or would end if more of the same byte did not follow.
    fn last_of_run(&self, rule: &StringRule, after: usize, limit: usize) -> usize {
        let (true, Some(last)) = (rule.last_of_run, rule.close.as_bytes().last()) else { return after };
        let rest = self.bytes.get(after..limit).unwrap_or_default();
        after.saturating_add(rest.iter().take_while(|byte| *byte == last).count())
    }

    fn may_be_doc(&self, frame: Frame<'g>, rule: &StringRule) -> bool {
        match rule.doc {
            Doc::Never => false,
            Doc::Always => true,
            Doc::Attribute => match self.significant_before(self.pos) {
                Some((b's' | b'S', at)) if self.byte_before(at) == Some(b'~') => at
                    .checked_sub(1)
                    .and_then(|at| self.significant_before(at))
                    .is_some_and(|(_, at)| self.doc_word(at)),
                Some((_, at)) => self.doc_word(at),
                None => false,
            },
            Doc::Statement => {
                // A prefix such as `r` belongs to the string.
                let letters = |at: usize| matches!(self.byte_before(at), Some(b'r' | b'R' | b'u' | b'U' | b'b' | b'B'));
                let mut start = self.pos;
                while letters(start) && self.pos.saturating_sub(start) < 2 {
                    start = start.saturating_sub(1);
                }
                frame.depth == 0 && self.line_start(start) && !self.line_continues(start)
            }
        }
    }

    fn doc_word(&self, at: usize) -> bool {
        matches!(self.word_ending(at), b"doc" | b"moduledoc" | b"typedoc" | b"shortdoc")
    }

    /// Whether the line before ends in a backslash.
    fn line_continues(&self, at: usize) -> bool {
        let newline = at.saturating_sub(self.column(at)).checked_sub(1);
        newline.is_some_and(|newline| {
            let last = self.bytes.get(..newline).unwrap_or_default().iter().rev().find(|byte| **byte != b'\r');
            last == Some(&b'\\')
        })
    }

    /// Whether nothing but a comment follows on the line: what goes on is no documentation but part of an expression.
    fn stands_alone(&self, rule: &StringRule, end: usize) -> bool {
        if rule.doc != Doc::Statement {
            return true;
        }
        let rest = self.bytes.get(end..).unwrap_or_default();
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        matches!(next, None | Some(b'\n' | b'#' | b';'))
    }

    pub(super) fn fence(&mut self, frame: Frame<'g>, number: u16, rule: &'g FenceRule) -> bool {
        let open = self.pos;
        if !self.at(open, rule.prefix.as_bytes()) || !self.may_begin(open, rule.at) {
            return false;
        }
        let before = self.byte_before(open);
        if rule.not_after.as_ref().is_some_and(|class| before.is_some() && is(before, class)) {
            return false;
        }
        let run_start = open.saturating_add(rule.prefix.len());
        let is_fence = self.byte(run_start) == Some(rule.fence);
        let run_end = if is_fence { self.run_end(run_start).min(frame.limit) } else { run_start };
        let run = run_end.saturating_sub(run_start);
        let after = run_start.saturating_add(run).saturating_add(rule.open.len());
        if run < rule.min || !self.at(run_start.saturating_add(run), rule.open.as_bytes()) || after > frame.limit {
            return false;
        }
        // `br"…"` is a string, `var"…"` is not.
        if rule.prefix.ends_with('r') && self.glued(open) {
            return false;
        }
        let mut close = rule.close.as_bytes().to_vec();
        close.resize(close.len().saturating_add(run), rule.fence);
        close.extend_from_slice(rule.suffix.as_bytes());
        let inner_end = self.find(&close, after, frame.limit);
        let end = inner_end.saturating_add(close.len()).min(frame.limit);
        if rule.comment {
            let inner = after..inner_end;
            self.keep(Comment { whole: open..end, inner, kind: Kind::Block, rule: number, column: 0 });
        }
        self.pos = end.max(after);
        true
    }

    /// `$$…$$`, `$tag$…$tag$`: the body of a function, mostly. So it is code, which ends at the first text that is like the
    /// opening one, wherever that stands. Where `$$` ends statements, nothing is lost by that either.
    pub(super) fn dollar_quote(&mut self, frame: Frame<'g>) -> bool {
        let open = self.pos;
        let in_name = |byte: u8| is(Some(byte), &Class::Word) || !byte.is_ascii();
        let rest = self.bytes.get(open.saturating_add(1)..frame.limit).unwrap_or_default();
        let len = rest.iter().take(LONGEST_TAG).take_while(|byte| in_name(**byte)).count();
        let is_tag = rest.get(len) == Some(&b'$') && !rest.first().is_some_and(u8::is_ascii_digit);
        // `$` may stand within a name.
        let is_within = self.byte_before(open).is_some_and(|byte| byte == b'$' || in_name(byte));
        if !is_tag || is_within || self.frames.len() > MOST_QUOTED || self.mistakes >= MISTAKES {
            return false;
        }
        let after = open.saturating_add(len).saturating_add(2);
        let tag = self.bytes.get(open..after).unwrap_or_default();
        let limit = self.find(tag, after, frame.limit);
        if limit >= frame.limit {
            self.mistakes = self.mistakes.saturating_add(1);
            return false;
        }
        let body = Frame { inside: Inside::Code, limit, depth: 0, close: Close::Behind(tag.len()), ..frame };
        self.pos = after;
        self.push(body)
    }

    /// Whether a word of more than one letter ends right before.
    fn glued(&self, at: usize) -> bool {
        let word = at.checked_sub(1).map(|last| self.word_ending(last)).unwrap_or_default();
        !matches!(word, b"" | b"b" | b"c")
    }
}

fn closing_bracket(code: &Interpolation) -> Close<'static> {
    match code.open.bytes().last() {
        Some(b'(') => Close::Bracket(b'(', b')'),
        Some(b'[') => Close::Bracket(b'[', b']'),
        _ => Close::Bracket(b'{', b'}'),
    }
}
