//! Comments, from their opening text to their end.

use std::ops::Range;

use crate::marker::grammar::Rule;
use crate::marker::lex::CONTINUED;
use crate::marker::lex::Close;
use crate::marker::lex::Comment;
use crate::marker::lex::Frame;
use crate::marker::lex::Keep;
use crate::marker::lex::Kind;
use crate::marker::lex::Lexer;
use crate::marker::lex::MISTAKES;
use crate::marker::lex::look::is;
use crate::policy::Class;
use crate::policy::CommentRule;
use crate::policy::Continued;

impl<'g> Lexer<'_, 'g> {
    pub(super) fn comment(&mut self, frame: Frame<'g>, number: u16, rule: &'g CommentRule) -> bool {
        let open = self.pos;
        let after = open.saturating_add(rule.open.len());
        let Some(written) = self.bytes.get(open..after) else { return false };
        let same = if rule.any_case {
            written.eq_ignore_ascii_case(rule.open.as_bytes())
        } else {
            written == rule.open.as_bytes()
        };
        if !same || after > frame.limit || !self.may_begin(open, rule.at) {
            return false;
        }
        if rule.next.as_ref().is_some_and(|class| !is(self.byte(after), class)) {
            return false;
        }
        if let Some(class) = &rule.not_next {
            let next = self.past_repeats(after, class);
            if is(self.byte(next), class) {
                return false;
            }
        }
        let (inner, end, kind) = match &rule.close {
            None => {
                let end = self.line_comment_end(frame, rule, after);
                (after..end, end, Kind::Line)
            }
            Some(close) => {
                let (inner, end) = self.block_end(frame, rule, close, after);
                (inner, end, Kind::Block)
            }
        };
        self.keep(Comment { whole: open..end, inner, kind, rule: number, column: 0 });
        self.pos = end.max(after);
        true
    }

    /// `---` is as good a comment as `--`: with symbols, the last byte of the opening text may be repeated.
    fn past_repeats(&mut self, after: usize, class: &Class) -> usize {
        let is_repeated = *class == Class::Symbol && self.byte(after) == self.byte_before(after);
        if is_repeated { self.run_end(after) } else { after }
    }

    fn line_comment_end(&self, frame: Frame<'g>, rule: &CommentRule, after: usize) -> usize {
        let mut end = self.line_end(after, frame.limit);
        let is_recipe = || self.byte(after.saturating_sub(self.column(after))) == Some(b'\t');
        let continued = match rule.continued {
            Continued::OutsideRecipes if is_recipe() => Continued::Never,
            continued => continued,
        };
        while end < frame.limit && self.goes_on(continued, after, end) {
            end = self.line_end(end.saturating_add(1), frame.limit);
        }
        match frame.close {
            Close::Token(token) => self.find(token, after, end),
            _ => end,
        }
    }

    /// Whether a comment whose text begins at `after` goes on behind the end of a line.
    fn goes_on(&self, continued: Continued, after: usize, newline: usize) -> bool {
        let text = self.bytes.get(after..newline).unwrap_or_default();
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let backslashes = text.iter().rev().take_while(|byte| **byte == b'\\').count();
        match continued {
            Continued::Never => false,
            Continued::Backslash => backslashes > 0,
            Continued::OddBackslashes | Continued::OutsideRecipes => backslashes % 2 == 1,
        }
    }

    /// Where the text of a block comment lies, and where the comment is over. One without an end ends with the frame.
    fn block_end(&mut self, frame: Frame<'g>, rule: &CommentRule, close: &str, after: usize) -> (Range<usize>, usize) {
        let limit = frame.limit;
        let close = close.as_bytes();
        if rule.close_at_line_start {
            if self.at(self.pos, close) {
                return (after..after, self.line_end(after, limit));
            }
            let mut at = after;
            loop {
                at = self.find(close, at, limit);
                if at >= limit || self.line_start(at) {
                    return (after..at, self.line_end(at, limit));
                }
                at = at.saturating_add(1);
            }
        }
        if !rule.nested {
            let at = self.find(close, after, limit);
            return (after..at, at.saturating_add(close.len()).min(limit));
        }
        let open = rule.open.as_bytes();
        if rule.holds_strings && self.mistakes < MISTAKES {
            let start = self.pos;
            let found = self.nested_end((open, close), after..limit, |lexer, at| {
                lexer.pos = at;
                lexer.past_string(frame).unwrap_or(at.saturating_add(1))
            });
            self.pos = start;
            match found {
                Some(found) => return found,
                None => self.mistakes = self.mistakes.saturating_add(1),
            }
        }
        let firsts = [open.first().copied().unwrap_or_default(), close.first().copied().unwrap_or_default()];
        let found = self.nested_end((open, close), after..limit, |lexer, at| {
            let rest = lexer.bytes.get(at.saturating_add(1)..limit).unwrap_or_default();
            let skip = rest.iter().position(|byte| firsts.contains(byte)).unwrap_or(rest.len());
            at.saturating_add(1).saturating_add(skip)
        });
        found.unwrap_or((after..limit, limit))
    }

    /// Where the text of a nested comment lies, and where the comment is over; `None` where it has no end. `past` says where to go on
    /// from what neither opens nor closes one.
    fn nested_end(
        &mut self,
        (open, close): (&[u8], &[u8]),
        within: Range<usize>,
        past: impl Fn(&mut Self, usize) -> usize,
    ) -> Option<(Range<usize>, usize)> {
        let mut depth = 1_usize;
        let mut at = within.start;
        while at < within.end {
            if self.at(at, close) {
                let end = at.saturating_add(close.len());
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some((within.start..at, end.min(within.end)));
                }
                at = end;
            } else if self.at(at, open) {
                depth = depth.saturating_add(1);
                at = at.saturating_add(open.len());
            } else {
                at = past(self, at);
            }
        }
        None
    }

    /// Past the string or the character that begins here, if one does.
    fn past_string(&mut self, frame: Frame<'g>) -> Option<usize> {
        let rules = frame.grammar.rules(self.byte(self.pos)?);
        rules.iter().find_map(|rule| match rule {
            Rule::Text(rule) if self.at(self.pos, rule.open.as_bytes()) => {
                Some(self.string_end(rule, self.pos.saturating_add(rule.open.len()), frame.limit).1)
            }
            Rule::Special(special) => self.special(frame, *special).then_some(self.pos),
            _ => None,
        })
    }

    /// Keeps a comment if it holds a tag, or continues one that was kept.
    pub(super) fn keep(&mut self, mut comment: Comment) {
        let gap = self.bytes.get(self.trivia.end..comment.whole.start).unwrap_or_default();
        if self.trivia.is_empty() || !gap.iter().all(u8::is_ascii_whitespace) {
            self.trivia.start = comment.whole.start;
        }
        self.trivia.end = comment.whole.end;
        let passed = self.wanted.partition_point(|at| *at < comment.inner.start);
        self.wanted = self.wanted.get(passed..).unwrap_or_default();
        let holds = self.wanted.first().is_some_and(|at| *at < comment.inner.end);
        if comment.kind == Kind::Line && (holds || !self.kept.is_empty()) {
            comment.column = self.column(comment.whole.start);
        }
        let continues = self.kept.last().is_some_and(|last| continues(self.bytes, last, &comment));
        self.continued = if continues && !holds { self.continued.saturating_add(1) } else { 0 };
        if self.keep == Keep::All || holds || (continues && self.continued <= CONTINUED) {
            self.kept.push(comment);
        }
    }
}

/// Whether a line comment goes on with what the one before it said: on the next line, in the same column, not blank.
pub(in crate::marker) fn continues(bytes: &[u8], before: &Comment, comment: &Comment) -> bool {
    let text = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
    let gap = text(&(before.whole.end..comment.whole.start));
    before.kind == Kind::Line
        && comment.kind == Kind::Line
        && before.rule == comment.rule
        && before.column == comment.column
        && gap.iter().all(u8::is_ascii_whitespace)
        && gap.iter().filter(|byte| **byte == b'\n').count() == 1
        && text(&comment.inner).iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}
