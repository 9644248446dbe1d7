//! From bytes to comments: a state machine over one file, with a stack for languages inside strings inside languages.
//!
//! Every step moves forward, and what a step looks back at or ahead to is bounded or never looked at twice: the whole
//! takes time linear in the file. Depth is a list on the heap, not the call stack.

mod comment;
mod here_doc;
mod jsx;
mod look;
mod special;
mod text;

use std::cell::Cell;
use std::ops::Range;

use crate::marker::grammar::Grammar;
use crate::marker::grammar::Grammars;
use crate::marker::grammar::Rule;
use crate::policy::EmbedKind;
use crate::policy::EmbedRule;
use crate::policy::Language;
use crate::policy::Languages;
use crate::policy::StringRule;

pub(super) use comment::continues;
use here_doc::Waiting;
pub(super) use look::is_word;

/// Strings in code in strings ... deeper than this are read as flat text.
const DEEPEST: usize = 4_096;

/// A special (a regular expression, a quote operator) that turns out to have no end was none. After so many, the file
/// is taken to have none at all, so that looking for ends stays linear.
const MISTAKES: u32 = 32;

/// Lines that continue a comment with a tag, kept at most.
const CONTINUED: u32 = 400;

/// A comment, or a string that counts as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// With its delimiters.
    pub(super) whole: Range<usize>,
    /// Without them.
    pub(super) inner: Range<usize>,
    pub(super) kind: Kind,
    /// Which rule of the grammar it came by: neighbours of one rule may belong together.
    pub(super) rule: u16,
    /// Bytes before it on its line.
    pub(super) column: usize,
}

/// What kind of comment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Line,
    Block,
    Doc,
}

/// The comments of `bytes` that hold one of the `wanted` positions, and the line comments that continue them.
pub(super) fn comments(
    bytes: &[u8],
    languages: &Languages,
    grammars: &Grammars,
    language: usize,
    wanted: &[usize],
) -> Vec<Comment> {
    let Some(last) = wanted.last() else { return Vec::new() };
    lexed(bytes, languages, grammars, language, wanted, *last, Keep::Wanted)
}

/// The same where a file may be written in any of some languages: what is a comment in one of them.
pub(super) fn comments_in_any(
    bytes: &[u8],
    languages: &Languages,
    grammars: &Grammars,
    (first, others): (usize, &[usize]),
    wanted: &[usize],
) -> Vec<Comment> {
    let mut all = comments(bytes, languages, grammars, first, wanted);
    for other in others {
        let left: Vec<usize> = wanted.iter().copied().filter(|at| !is_within(&all, *at)).collect();
        all.extend(comments(bytes, languages, grammars, *other, &left));
        all.sort_by_key(|comment| comment.whole.start);
        // Where they overlap, each byte is of one of them only.
        let mut end = 0;
        all.retain_mut(|comment| {
            let is_more = comment.whole.end > end;
            comment.whole.start = comment.whole.start.max(end).min(comment.whole.end);
            comment.inner.start = comment.inner.start.max(comment.whole.start).min(comment.inner.end);
            end = end.max(comment.whole.end);
            is_more
        });
    }
    all
}

/// Whether a position lies in one of some comments, which are in their order.
fn is_within(comments: &[Comment], at: usize) -> bool {
    let before = comments.partition_point(|comment| comment.whole.end <= at);
    comments.get(before).is_some_and(|comment| comment.whole.start <= at)
}

/// All comments of `bytes`.
pub(super) fn all_comments(bytes: &[u8], languages: &Languages, grammars: &Grammars, language: usize) -> Vec<Comment> {
    lexed(bytes, languages, grammars, language, &[], bytes.len(), Keep::All)
}

/// Which comments are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Those with a position that is wanted, and what continues them.
    Wanted,
    All,
}

fn lexed(
    bytes: &[u8],
    languages: &Languages,
    grammars: &Grammars,
    language: usize,
    wanted: &[usize],
    last: usize,
    keep: Keep,
) -> Vec<Comment> {
    let Some(grammar) = grammars.get(languages, language) else { return Vec::new() };
    let mut lexer = Lexer {
        bytes,
        languages,
        grammars,
        pos: 0,
        frames: vec![Frame { grammar, inside: Inside::Code, limit: bytes.len(), depth: 0, close: Close::Limit }],
        waiting: Vec::new(),
        lines: here_doc::Lines::default(),
        closing_tags: None,
        trivia: 0..0,
        mistakes: 0,
        repeated: 0..0,
        line: Cell::default(),
        wanted,
        last,
        keep,
        kept: Vec::new(),
        continued: 0,
    };
    lexer.front_matter();
    lexer.run();
    lexer.kept
}

struct Lexer<'a, 'g> {
    bytes: &'a [u8],
    languages: &'g Languages,
    grammars: &'g Grammars,
    pos: usize,
    /// Innermost last.
    frames: Vec<Frame<'g>>,
    /// Here-documents whose bodies begin at the next line.
    waiting: Vec<Waiting>,
    /// Where lines are that may end a here-document.
    lines: here_doc::Lines<'a>,
    /// The latest run of comments and blanks: what stands before it stands "before" its end.
    trivia: Range<usize>,
    /// Where the last closing tag of each name stands, made when an element first asks.
    closing_tags: Option<jsx::ClosingTags<'a>>,
    mistakes: u32,
    /// The latest run of one byte that was measured: each byte of it may ask where it ends.
    repeated: Range<usize>,
    /// Where the line begins of the last place whose column was asked, and that place.
    line: Cell<(usize, usize)>,
    /// Positions of tags that no comment has passed yet.
    wanted: &'a [usize],
    last: usize,
    keep: Keep,
    kept: Vec<Comment>,
    continued: u32,
}

#[derive(Clone, Copy)]
struct Frame<'g> {
    grammar: &'g Grammar,
    inside: Inside<'g>,
    /// Nothing of the frame lies at or after it.
    limit: usize,
    /// Open brackets.
    depth: u32,
    close: Close<'g>,
}

#[derive(Clone, Copy)]
enum Inside<'g> {
    Code,
    Text(&'g StringRule),
    /// With where its name begins.
    JsxTag(usize),
    JsxChildren,
}

#[derive(Clone, Copy)]
enum Close<'g> {
    /// At the frame's limit only.
    Limit,
    /// At the bracket that matches the one before the frame.
    Bracket(u8, u8),
    /// At a text.
    Token(&'g [u8]),
    /// At the frame's limit, where so many bytes stand that close it.
    Behind(usize),
}

impl<'g> Lexer<'_, 'g> {
    fn run(&mut self) {
        while let Some(frame) = self.frames.last().copied() {
            if self.pos >= frame.limit {
                let closing = if let Close::Behind(len) = frame.close { len } else { 0 };
                self.pos = frame.limit.saturating_add(closing);
                self.frames.pop();
                continue;
            }
            if self.pos > self.last && !self.may_continue() {
                return;
            }
            match frame.inside {
                Inside::Code => self.code(frame),
                Inside::Text(rule) => self.text_part(frame, rule),
                Inside::JsxTag(name) => self.jsx_tag(frame, name),
                Inside::JsxChildren => self.jsx_children(frame),
            }
        }
    }

    /// Whether only blanks, and no empty line, lie between the last comment that was kept and here.
    fn may_continue(&self) -> bool {
        self.kept.last().is_some_and(|last| {
            let gap = self.bytes.get(last.whole.end..self.pos).unwrap_or_default();
            let mut newlines = 0_u32;
            last.kind == Kind::Line
                && gap.iter().all(|byte| {
                    newlines = newlines.saturating_add(u32::from(*byte == b'\n'));
                    byte.is_ascii_whitespace() && newlines < 2
                })
        })
    }

    fn code(&mut self, frame: Frame<'g>) {
        let rest = self.bytes.get(self.pos..frame.limit).unwrap_or_default();
        if let Close::Token(token) = frame.close {
            let skip = rest.iter().position(|byte| frame.grammar.matters(*byte) || token.first() == Some(byte));
            self.pos = self.pos.saturating_add(skip.unwrap_or(rest.len()));
            if self.at(self.pos, token) {
                self.pos = self.pos.saturating_add(token.len());
                self.frames.pop();
                return;
            }
        } else {
            let skip = self.to_what_matters(rest, frame.grammar);
            self.pos = self.pos.saturating_add(skip);
        }
        let Some(byte) = self.byte(self.pos) else { return };
        if self.pos >= frame.limit {
            return;
        }
        let before = self.pos;
        if frame.grammar.rules(byte).iter().any(|rule| self.matched(frame, rule)) {
            debug_assert!(self.pos > before, "a rule that matches moves forward");
            return;
        }
        if byte == b'\n' && !self.waiting.is_empty() {
            self.here_doc_bodies(frame.limit);
            return;
        }
        self.bracket(byte);
        self.pos = self.pos.saturating_add(1);
    }

    /// How many bytes, of those from here on, are before the next that may begin something.
    fn to_what_matters(&self, rest: &[u8], grammar: &Grammar) -> usize {
        let mut at = 0_usize;
        loop {
            let Some(skip) = rest.get(at..).and_then(|rest| rest.iter().position(|byte| grammar.matters(*byte))) else {
                return rest.len();
            };
            at = at.saturating_add(skip);
            let second = self.byte(self.pos.saturating_add(at).saturating_add(1));
            if rest.get(at).is_some_and(|byte| grammar.matters_before(*byte, second)) {
                return at;
            }
            at = at.saturating_add(1);
        }
    }

    fn matched(&mut self, frame: Frame<'g>, rule: &'g Rule) -> bool {
        match rule {
            Rule::Comment(number, rule) => self.comment(frame, *number, rule),
            Rule::Text(rule) => self.text(frame, rule),
            Rule::Fence(number, rule) => self.fence(frame, *number, rule),
            Rule::Escape(text) => {
                let found = self.at(self.pos, text);
                if found {
                    self.pos = self.pos.saturating_add(text.len()).saturating_add(1).min(frame.limit);
                }
                found
            }
            Rule::Embed(rule) => self.embed(frame, rule),
            Rule::Special(special) => self.special(frame, *special),
            Rule::Plain => false,
        }
    }

    /// Counts a bracket; leaves the frame if it is the one that ends it.
    fn bracket(&mut self, byte: u8) {
        let Some(frame) = self.frames.last_mut() else { return };
        if !frame.grammar.brackets && !matches!(frame.close, Close::Bracket(..)) {
            return;
        }
        match (frame.close, byte) {
            (Close::Bracket(open, _), _) if byte == open => frame.depth = frame.depth.saturating_add(1),
            (Close::Bracket(_, close), _) if byte == close => {
                if frame.depth == 0 {
                    self.frames.pop();
                } else {
                    frame.depth = frame.depth.saturating_sub(1);
                }
            }
            (Close::Bracket(..), _) => {}
            (_, b'(' | b'[' | b'{') => frame.depth = frame.depth.saturating_add(1),
            (_, b')' | b']' | b'}') => frame.depth = frame.depth.saturating_sub(1),
            _ => {}
        }
    }

    fn push(&mut self, frame: Frame<'g>) -> bool {
        let fits = self.frames.len() < DEEPEST;
        if fits {
            self.frames.push(frame);
        }
        fits
    }

    fn embed(&mut self, frame: Frame<'g>, rule: &'g EmbedRule) -> bool {
        let start = match rule.kind {
            EmbedKind::Element => match self.element(frame, &rule.open) {
                Some(start) => start,
                None => return false,
            },
            EmbedKind::Rest if !self.is_line(self.pos, rule.open.as_bytes()) => return false,
            _ if self.at(self.pos, rule.open.as_bytes()) => self.pos.saturating_add(rule.open.len()),
            _ => return false,
        };
        let written = match rule.kind {
            EmbedKind::Element if !self.is_code(self.pos..start) => return false,
            EmbedKind::Element => self.element_language(self.pos..start),
            _ => None,
        };
        let place = written.or_else(|| self.languages.named(&rule.language));
        let Some(grammar) = place.and_then(|place| self.grammars.get(self.languages, place)) else { return false };
        let (limit, close) = match rule.kind {
            EmbedKind::Token if rule.close == "}" => (frame.limit, Close::Bracket(b'{', b'}')),
            EmbedKind::Token => (frame.limit, Close::Token(rule.close.as_bytes())),
            EmbedKind::Rest => (frame.limit, Close::Limit),
            _ => (self.find_any_case(rule.close.as_bytes(), start, frame.limit), Close::Limit),
        };
        if !self.push(Frame { grammar, inside: Inside::Code, limit, depth: 0, close }) {
            return false;
        }
        self.pos = start;
        true
    }

    /// Past an opening tag of that name; `None` if there is none here, or it closes itself.
    fn element(&mut self, frame: Frame<'g>, name: &str) -> Option<usize> {
        let after = self.pos.saturating_add(1).saturating_add(name.len());
        let named = self.bytes.get(self.pos.saturating_add(1)..after)?.eq_ignore_ascii_case(name.as_bytes());
        let follows = self.byte(after)?;
        if !named || !(follows == b'>' || follows.is_ascii_whitespace()) || self.mistakes >= MISTAKES {
            return None;
        }
        let mut quote = None;
        let tag = self.bytes.get(after..frame.limit)?;
        for (offset, byte) in tag.iter().enumerate() {
            match (quote, byte) {
                (None, b'"' | b'\'') => quote = Some(*byte),
                (Some(open), _) if open == *byte => quote = None,
                (None, b'>') => {
                    let closed = self.byte(after.saturating_add(offset).saturating_sub(1)) == Some(b'/');
                    return (!closed).then(|| after.saturating_add(offset).saturating_add(1));
                }
                _ => {}
            }
        }
        self.mistakes = self.mistakes.saturating_add(1);
        None
    }

    /// Whether an element's `type`, if it has one, is that of code: a `text/x-template` is markup.
    fn is_code(&self, tag: Range<usize>) -> bool {
        let tag = self.bytes.get(tag).unwrap_or_default().to_ascii_lowercase();
        let Some((_, rest)) = bstr::ByteSlice::split_once_str(tag.as_slice(), "type=") else { return true };
        let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
        let value = rest.split(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'>')).next().unwrap_or_default();
        let code = ["script", "babel", "jsx", "css", "module", "text/scss", "text/less"];
        value.is_empty() || code.iter().any(|word| bstr::ByteSlice::contains_str(value, word))
    }

    /// The language that a tag's `lang` names.
    fn element_language(&self, tag: Range<usize>) -> Option<usize> {
        let tag = String::from_utf8_lossy(self.bytes.get(tag)?).into_owned();
        let (_, rest) = tag.split_once("lang=")?;
        let name = rest.trim_start_matches(['"', '\'']);
        let name = name.split(['"', '\'', ' ', '>']).next()?;
        let by_extension = |language: &Language| language.extensions.iter().any(|known| known == name);
        self.languages.named(name).or_else(|| self.languages.list.iter().position(by_extension))
    }

    /// A block between two lines of `---` at the start of the file.
    fn front_matter(&mut self) {
        let Some(frame) = self.frames.last().copied() else { return };
        let Some(rule) = &frame.grammar.front_matter else { return };
        let open = rule.open.as_bytes();
        if !self.at(0, open) || !matches!(self.byte(open.len()), Some(b'\n' | b'\r')) {
            return;
        }
        let place = self.languages.named(&rule.language);
        let Some(grammar) = place.and_then(|place| self.grammars.get(self.languages, place)) else { return };
        let closing = [b"\n", rule.close.as_bytes()].concat();
        let limit = self.find(&closing, open.len(), frame.limit);
        self.push(Frame { grammar, inside: Inside::Code, limit, depth: 0, close: Close::Limit });
        self.pos = open.len();
    }
}

#[cfg(test)]
mod tests;
