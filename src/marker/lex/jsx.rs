//! Elements inside JavaScript: text between tags is neither code nor comment.

use std::collections::HashMap;

use bstr::ByteSlice as _;

use crate::marker::lex::Close;
use crate::marker::lex::Comment;
use crate::marker::lex::Frame;
use crate::marker::lex::Inside;
use crate::marker::lex::Kind;
use crate::marker::lex::Lexer;
use crate::marker::lex::look::is_word;
use crate::marker::lex::special::VALUE_FOLLOWS;

/// Bytes of a list of parameters that are looked at to tell what it belongs to, as people write them.
const PARAMETERS: usize = 256;

/// Where the last closing tag of each name stands.
#[derive(Debug)]
pub(super) struct ClosingTags<'a>(HashMap<&'a [u8], usize>);

impl<'a> ClosingTags<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut tags = HashMap::new();
        for at in bytes.find_iter(b"</") {
            let rest = bytes.get(at.saturating_add(2)..).unwrap_or_default().trim_ascii_start();
            tags.insert(name_of(rest), at);
        }
        Self(tags)
    }
}

impl<'g> Lexer<'_, 'g> {
    /// At `<` in code: whether an element begins.
    pub(super) fn jsx(&mut self, frame: Frame<'g>) -> bool {
        let next = self.byte(self.pos.saturating_add(1));
        if !next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'>')) {
            return false;
        }
        let begins = match self.significant_before(self.pos) {
            None => true,
            Some((b'>', at)) => self.byte_before(at) == Some(b'='),
            Some((byte, at)) => {
                b"(,=?:&|[{};!".contains(&byte)
                    || (byte.is_ascii_lowercase() && VALUE_FOLLOWS.contains(&self.word_ending(at)))
            }
        };
        if !begins || self.type_parameters() {
            return false;
        }
        self.jsx_open(frame, self.pos.saturating_add(1))
    }

    /// Into a tag of which the name begins there.
    fn jsx_open(&mut self, frame: Frame<'g>, name: usize) -> bool {
        let fits = self.push(Frame { inside: Inside::JsxTag(name), depth: 0, close: Close::Limit, ..frame });
        if fits {
            self.pos = name;
        }
        fits
    }

    /// `<T,>`, `<T = U>`, `<const T>` and `<T extends U>` are type parameters.
    fn type_parameters(&self) -> bool {
        let rest = self.bytes.get(self.pos.saturating_add(1)..).unwrap_or_default();
        let name = rest.iter().take(128).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let after = rest.get(name..).unwrap_or_default().trim_ascii_start();
        after.starts_with(b",")
            || after.starts_with(b"=")
            || after.starts_with(b"extends ")
            || (rest.starts_with(b"const ") && after.first().is_some_and(u8::is_ascii_alphabetic))
    }

    /// Whether what was opened is an element: its closing tag comes, and no arrow after what would be its first words.
    /// `<T>(x: T) => T` is a type with parameters of its own.
    fn is_element(&mut self, name: usize, end: usize) -> bool {
        let bytes = self.bytes;
        let tags = self.closing_tags.get_or_insert_with(|| ClosingTags::of(bytes));
        let written = name_of(bytes.get(name..end).unwrap_or_default());
        tags.0.get(written).is_some_and(|last| *last >= end) && !self.arrow_follows(end)
    }

    /// Whether `(…) =>` stands there.
    fn arrow_follows(&self, at: usize) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let rest = rest.get(..PARAMETERS).unwrap_or(rest);
        let mut depth = 0_usize;
        for (offset, byte) in rest.iter().enumerate() {
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                let after = rest.get(offset.saturating_add(1)..).unwrap_or_default();
                return *byte == b')' && after.trim_ascii_start().starts_with(b"=>");
            }
        }
        false
    }

    /// Inside `<…>`. The frame's depth counts type arguments: `<Select<Map<A, B>> options={x}>`.
    pub(super) fn jsx_tag(&mut self, frame: Frame<'g>, name: usize) {
        let mut at = self.pos;
        let mut depth = frame.depth;
        while let Some(byte) = self.byte(at).filter(|_| at < frame.limit) {
            match byte {
                b'"' | b'\'' => at = self.find(&[byte], at.saturating_add(1), frame.limit),
                b'{' => {
                    self.pos = at.saturating_add(1);
                    let close = Close::Bracket(b'{', b'}');
                    if let Some(tag) = self.frames.last_mut() {
                        tag.depth = depth;
                    }
                    if self.push(Frame { inside: Inside::Code, depth: 0, close, ..frame }) {
                        return;
                    }
                }
                b'/' if self.at(at, b"/>") => {
                    self.pos = at.saturating_add(2);
                    self.frames.pop();
                    return;
                }
                b'/' if self.at(at, b"/*") || self.at(at, b"//") => {
                    at = self.jsx_comment(frame, at);
                    continue;
                }
                b'<' if self.byte_before(at).is_some_and(is_word) => depth = depth.saturating_add(1),
                b'>' if depth > 0 => {
                    let is_arrow = self.byte_before(at) == Some(b'=');
                    depth = depth.saturating_sub(u32::from(!is_arrow));
                }
                b'>' => {
                    self.pos = at.saturating_add(1);
                    self.frames.pop();
                    // What never closes is code, and goes on as what it stands in.
                    if self.is_element(name, self.pos) {
                        self.frames.push(Frame { inside: Inside::JsxChildren, depth: 0, ..frame });
                    }
                    return;
                }
                _ => {}
            }
            at = at.saturating_add(1);
        }
        self.pos = at.min(frame.limit);
    }

    fn jsx_comment(&mut self, frame: Frame<'g>, open: usize) -> usize {
        let after = open.saturating_add(2);
        let (inner, end, kind) = if self.at(open, b"//") {
            let end = self.line_end(after, frame.limit);
            (end, end, Kind::Line)
        } else {
            let end = self.find(b"*/", after, frame.limit);
            (end, end.saturating_add(2).min(frame.limit), Kind::Block)
        };
        self.keep(Comment { whole: open..end, inner: after..inner.max(after), kind, rule: 0, column: 0 });
        end.max(after)
    }

    /// Between tags.
    pub(super) fn jsx_children(&mut self, frame: Frame<'g>) {
        let rest = self.bytes.get(self.pos..frame.limit).unwrap_or_default();
        let skip = rest.iter().position(|byte| matches!(byte, b'<' | b'{')).unwrap_or(rest.len());
        let at = self.pos.saturating_add(skip);
        self.pos = at.saturating_add(1).min(frame.limit);
        if self.byte(at) == Some(b'{') {
            self.push(Frame { inside: Inside::Code, depth: 0, close: Close::Bracket(b'{', b'}'), ..frame });
        } else if self.at(at, b"</") {
            self.pos = self.find(b">", at, frame.limit).saturating_add(1).min(frame.limit);
            self.frames.pop();
        } else if self
            .byte(self.pos)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$' | b'>'))
        {
            self.jsx_open(frame, self.pos);
        }
    }
}

/// The name that a tag begins with; that of a fragment is empty.
fn name_of(tag: &[u8]) -> &[u8] {
    let is_name = |byte: &&u8| is_word(**byte) || matches!(**byte, b'$' | b'.' | b'-' | b':') || !byte.is_ascii();
    tag.get(..tag.iter().take_while(is_name).count()).unwrap_or_default()
}
