//! Elements inside JavaScript: text between tags is neither code nor comment.

use crate::marker::lex::Close;
use crate::marker::lex::Comment;
use crate::marker::lex::Frame;
use crate::marker::lex::Inside;
use crate::marker::lex::Kind;
use crate::marker::lex::Lexer;
use crate::marker::lex::special::VALUE_FOLLOWS;

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
        let tag = Frame { inside: Inside::JsxTag, depth: 0, close: Close::Limit, ..frame };
        if !self.push(tag) {
            return false;
        }
        self.pos = self.pos.saturating_add(1);
        true
    }

    /// `<T,>` and `<T extends U>` are type parameters.
    fn type_parameters(&self) -> bool {
        let rest = self.bytes.get(self.pos.saturating_add(1)..).unwrap_or_default();
        let name = rest.iter().take(128).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let after = rest.get(name..).unwrap_or_default().trim_ascii_start();
        after.starts_with(b",") || after.starts_with(b"extends ")
    }

    /// Inside `<…>`.
    pub(super) fn jsx_tag(&mut self, frame: Frame<'g>) {
        let mut at = self.pos;
        while let Some(byte) = self.byte(at).filter(|_| at < frame.limit) {
            match byte {
                b'"' | b'\'' => at = self.find(&[byte], at.saturating_add(1), frame.limit),
                b'{' => {
                    self.pos = at.saturating_add(1);
                    let close = Close::Bracket(b'{', b'}');
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
                b'>' => {
                    self.pos = at.saturating_add(1);
                    self.frames.pop();
                    self.frames.push(Frame { inside: Inside::JsxChildren, ..frame });
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
            self.push(Frame { inside: Inside::JsxTag, depth: 0, close: Close::Limit, ..frame });
        }
    }
}
