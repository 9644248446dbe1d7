//! From comments to markers: what a comment says, line by line.

use std::ops::Range;

use bstr::ByteSlice as _;

use crate::facts::Untrusted;
use crate::marker::attributes;
use crate::marker::find::MOST_MARKERS;
use crate::marker::find::Scanned;
use crate::marker::find::Scanner;
use crate::marker::find::Tag;
use crate::marker::find::is_blank;
use crate::marker::identity::Identities;
use crate::marker::item::Attributes;
use crate::marker::item::CommentKind;
use crate::marker::item::Marker;
use crate::marker::item::Place;
use crate::marker::lex::Comment;
use crate::marker::lex::Kind;
use crate::marker::suppression;
use crate::marker::suppression::Suppression;

/// More text than anybody reads; what lies after decides nothing.
const LONGEST_TEXT: usize = 4_096;

/// Brackets longer than this are prose.
const LONGEST_ATTRIBUTES: usize = 512;

pub(super) struct Reader<'a> {
    text: &'a [u8],
    scanner: &'a Scanner,
    places: Places<'a>,
    identities: Identities,
    found: Scanned,
}

/// A tag and where it was found: within a group's lines, the line's place among them.
struct Sighting<'a> {
    tag: Option<&'a Tag>,
    range: Range<usize>,
    line: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8], scanner: &'a Scanner) -> Self {
        Self { text, scanner, places: Places::new(text), identities: Identities::default(), found: Scanned::default() }
    }

    pub(super) fn done(self) -> Scanned {
        self.found
    }

    /// Line comments that belong together, or one comment of another kind.
    pub(super) fn comments(&mut self, group: &[Comment]) {
        let kind = match group.first().map(|comment| comment.kind) {
            Some(Kind::Line) => CommentKind::Line,
            Some(Kind::Doc) => CommentKind::Doc,
            Some(Kind::Block) => CommentKind::Block,
            None => return,
        };
        let signs = |comment: &Comment| {
            let opening = self.text.get(comment.whole.start..comment.inner.start).unwrap_or_default();
            if matches!(kind, CommentKind::Line) { Signs::Line(opening) } else { Signs::Block(opening) }
        };
        let of_comment = |comment: &Comment| lines(self.text, &comment.inner, signs(comment));
        let lines: Vec<Range<usize>> = group.iter().flat_map(of_comment).collect();
        self.lines(&lines, kind);
    }

    /// The whole text.
    pub(super) fn prose(&mut self) {
        let lines: Vec<Range<usize>> = lines(self.text, &(0..self.text.len()), Signs::Prose).collect();
        self.lines(&lines, CommentKind::Prose);
    }

    fn lines(&mut self, lines: &[Range<usize>], kind: CommentKind) {
        let sightings: Vec<Sighting<'a>> = lines
            .iter()
            .enumerate()
            .flat_map(|(line, range)| {
                let tags = self.scanner.tags(self.text, range.clone());
                tags.map(move |(range, tag)| Sighting { tag, range, line })
            })
            .collect();
        for (place, sighting) in sightings.iter().enumerate() {
            if self.found.markers.len() >= MOST_MARKERS {
                self.found.more = true;
                return;
            }
            let next = sightings.get(place.saturating_add(1));
            match sighting.tag {
                Some(tag) => self.marker(tag, sighting, next, lines, kind),
                None => self.suppression(sighting, next, lines),
            }
        }
    }

    fn marker(
        &mut self,
        tag: &Tag,
        sighting: &Sighting<'a>,
        next: Option<&Sighting<'a>>,
        lines: &[Range<usize>],
        kind: CommentKind,
    ) {
        let until = next.map_or(usize::MAX, |next| next.range.start);
        let line = lines.get(sighting.line).cloned().unwrap_or_default();
        let rest = sighting.range.end..line.end.min(until);
        let (attributes, after) = self.attributes(rest.clone());
        let (text, end) = self.body(after..rest.end, sighting.line, until, lines, kind);
        let is_below = !text.is_empty() && is_blank(self.text.get(after..rest.end).unwrap_or_default());
        let (id, ordinal) = self.identities.next(&tag.name, &attributes, &text);
        let place = self.places.at(sighting.range.start);
        let end = end.max(after).max(sighting.range.end);
        let end_line = self.places.at(end).line;
        self.found.markers.push(Marker {
            id,
            tag: tag.name.clone(),
            attributes,
            text: Untrusted::new(text),
            ordinal,
            place,
            tag_span: sighting.range.clone(),
            line: if is_below { Box::default() } else { self.line(sighting.range.start) },
            span: sighting.range.start..end,
            end_line,
            comment: kind,
        });
    }

    /// From a tag to the end of its line. A long one has many tags, and all that is behind each of them would be its square.
    fn line(&self, start: usize) -> Box<[u8]> {
        let rest = self.text.get(start..).unwrap_or_default();
        let near = rest.get(..=LONGEST_TEXT).unwrap_or(rest);
        let line = near.lines().next().filter(|line| line.len() <= LONGEST_TEXT);
        line.unwrap_or_default().into()
    }

    /// What the brackets after a tag say, and where they and the colon after them end.
    fn attributes(&self, rest: Range<usize>) -> (Attributes, usize) {
        let text = self.text.get(rest.clone()).unwrap_or_default();
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let none = |offset: usize| (Attributes::default(), rest.start.saturating_add(past_colon(text, offset)));
        let close = match text.get(blanks) {
            Some(b'(') => b')',
            Some(b'[') => b']',
            _ => return none(0),
        };
        let start = blanks.saturating_add(1);
        let Some(len) = matching(text.get(start..).unwrap_or_default(), close) else {
            let (mut attributes, after) = none(0);
            if blanks == 0 {
                let part = text.get(start..).unwrap_or_default();
                let part = part.get(..64).unwrap_or(part);
                attributes.push_malformed(part.to_str_lossy().trim(), "in a bracket that is not closed");
            }
            return (attributes, after);
        };
        let inside = start..start.saturating_add(len);
        let after = inside.end.saturating_add(1);
        let colon = past_colon(text, after);
        // `TODO (perhaps) do it` is prose; `TODO (ada): do it` is not.
        if blanks > 0 && colon == after {
            return none(0);
        }
        let inside = text.get(inside).unwrap_or_default().to_str_lossy();
        let attributes = attributes::parse(&inside, &|text| self.scanner.is_ticket(text));
        (attributes, rest.start.saturating_add(colon))
    }

    /// The text of a marker: the rest of its line and the lines after, up to a blank one or the next marker.
    fn body(
        &self,
        first: Range<usize>,
        line: usize,
        until: usize,
        lines: &[Range<usize>],
        kind: CommentKind,
    ) -> (String, usize) {
        let mut text = String::new();
        let mut end = first.start;
        let others = lines.get(line.saturating_add(1)..).unwrap_or_default();
        for (place, range) in std::iter::once(&first).chain(others).enumerate() {
            let range = range.start..range.end.min(until).max(range.start);
            if range.start >= until || text.len() >= LONGEST_TEXT {
                break;
            }
            let bytes = self.text.get(range.clone()).unwrap_or_default();
            if place > 0 && is_blank(bytes) {
                break;
            }
            let bytes = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
            let piece = bytes.to_str_lossy();
            let piece = match kind {
                CommentKind::Block => piece.trim_end_matches(['*', ' ', '\t', '\r']),
                _ => piece.trim_end(),
            };
            for word in piece.split_whitespace() {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(word);
            }
            let blank = bytes.len().saturating_sub(bytes.trim_end().len());
            end = end.max(range.start.saturating_add(bytes.len()).saturating_sub(blank));
        }
        if text.len() > LONGEST_TEXT {
            let whole = (0..=LONGEST_TEXT).rev().find(|len| text.is_char_boundary(*len));
            text.truncate(whole.unwrap_or_default());
        }
        (text, end)
    }

    fn suppression(&mut self, sighting: &Sighting<'a>, next: Option<&Sighting<'a>>, lines: &[Range<usize>]) {
        let line = lines.get(sighting.line).cloned().unwrap_or_default();
        let end = line.end.min(next.map_or(usize::MAX, |next| next.range.start));
        let rest = self.text.get(sighting.range.end..end).unwrap_or_default();
        let rest = rest.get(..LONGEST_TEXT).unwrap_or(rest);
        let (codes, reason) = suppression::parse(&rest.to_str_lossy());
        let place = self.places.at(sighting.range.start);
        let before = u32::try_from(sighting.line).unwrap_or(u32::MAX);
        let after = u32::try_from(lines.len().saturating_sub(sighting.line)).unwrap_or(u32::MAX);
        let span = sighting.range.start..end;
        let lines = place.line.saturating_sub(before)..place.line.saturating_add(after).saturating_add(1);
        self.found.suppressions.push(Suppression { codes, reason, place, span, lines });
    }
}

/// The lines of a comment, without blanks and signs at their start.
fn lines<'t>(text: &'t [u8], inner: &Range<usize>, signs: Signs<'t>) -> impl Iterator<Item = Range<usize>> + use<'t> {
    let start = inner.start;
    let inner = text.get(inner.clone()).unwrap_or_default();
    let mut at = start;
    inner.split(|byte| *byte == b'\n').map(move |line| {
        let range = at.saturating_add(signs.before(line, at == start))..at.saturating_add(line.len());
        at = at.saturating_add(line.len()).saturating_add(1);
        range
    })
}

/// What may stand before the words of a comment's line and belongs to none of them. All else is text, wherever it is
/// wrapped: `#1234` and `--force` at the start of a line are what they are within one.
#[derive(Clone, Copy)]
enum Signs<'t> {
    /// With what opens the comment.
    Line(&'t [u8]),
    Block(&'t [u8]),
    Prose,
}

impl Signs<'_> {
    /// How many bytes of a line they are, with the blanks around them.
    fn before(self, line: &[u8], is_first: bool) -> usize {
        let is_sign = |byte: &u8| byte.is_ascii_whitespace() || b"*/!#-;%".contains(byte);
        if line.iter().all(is_sign) {
            return line.len();
        }
        let count = |at: usize, is: &dyn Fn(&u8) -> bool| {
            let rest = line.get(at..).unwrap_or_default();
            at.saturating_add(rest.iter().take_while(|byte| is(byte)).count())
        };
        let is_blank = |at: usize| line.get(at).is_none_or(u8::is_ascii_whitespace);
        // Right behind it, what opens a comment goes on: `///`, `//!`, `;;;;`, `/**`.
        let opening = match self {
            Self::Line(opening) | Self::Block(opening) if is_first => opening,
            _ => b"",
        };
        let is_more = |byte: &u8| {
            let is_own = opening.contains(byte) && byte.is_ascii_punctuation();
            is_own || !opening.is_empty() && *byte == b'!'
        };
        let mut at = count(0, &is_more);
        at = count(at, &u8::is_ascii_whitespace);
        loop {
            let after = match self {
                // A comment that opens with a letter, as Fortran's `c` does, may say a word of that letter.
                Self::Line(opening) if opening.iter().any(u8::is_ascii_alphanumeric) => at,
                // A comment in a comment: `// // x`.
                Self::Line(opening) if line.get(at..).is_some_and(|rest| rest.starts_with(opening)) => {
                    count(at, &|byte| opening.contains(byte))
                }
                Self::Block(_) if !is_first && line.get(at) == Some(&b'*') => at.saturating_add(1),
                Self::Prose => count(at, &|byte| b"*#-".contains(byte)),
                _ => at,
            };
            if after == at || !is_blank(after) {
                return at;
            }
            at = count(after, &u8::is_ascii_whitespace);
            if matches!(self, Self::Block(_)) {
                return at;
            }
        }
    }
}

/// Where the bracket closes, within what one reads at a glance.
fn matching(text: &[u8], close: u8) -> Option<usize> {
    let open = if close == b')' { b'(' } else { b'[' };
    let mut depth = 0_usize;
    for (place, byte) in text.iter().take(LONGEST_ATTRIBUTES).enumerate() {
        if *byte == close && depth == 0 {
            return Some(place);
        } else if *byte == close {
            depth = depth.saturating_sub(1);
        } else if *byte == open {
            depth = depth.saturating_add(1);
        }
    }
    None
}

/// Past blanks and a colon, which may be a full-width one; `offset` itself if there is no colon.
fn past_colon(text: &[u8], offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let after = rest.get(blanks..).unwrap_or_default();
    let colon = if after.starts_with(b":") {
        1
    } else if after.starts_with("：".as_bytes()) {
        "：".len()
    } else {
        return offset;
    };
    offset.saturating_add(blanks).saturating_add(colon)
}

/// How many there are: so few at a time that a byte holds the number, which many of them are added to at once.
fn newlines(text: &[u8]) -> usize {
    let few = |part: &[u8]| part.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == b'\n')));
    text.chunks(255).map(|part| usize::from(few(part))).fold(0, usize::saturating_add)
}

/// Lines and columns of positions that never go back: each byte is looked at once.
struct Places<'a> {
    text: &'a [u8],
    pos: usize,
    line: u32,
    column: u32,
    byte_column: u32,
}

impl<'a> Places<'a> {
    fn new(text: &'a [u8]) -> Self {
        let mark = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { text, pos: mark, line: 1, column: 1, byte_column: 1 }
    }

    fn at(&mut self, pos: usize) -> Place {
        let passed = self.text.get(self.pos..pos).unwrap_or_default();
        let newlines = newlines(passed);
        let last_line = match passed.rfind_byte(b'\n') {
            Some(newline) => {
                self.column = 1;
                self.byte_column = 1;
                passed.get(newline.saturating_add(1)..).unwrap_or_default()
            }
            None => passed,
        };
        // Continuation bytes of UTF-8 begin no character.
        let chars = last_line.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.line = self.line.saturating_add(u32::try_from(newlines).unwrap_or(u32::MAX));
        self.column = self.column.saturating_add(u32::try_from(chars).unwrap_or(u32::MAX));
        self.byte_column = self.byte_column.saturating_add(u32::try_from(last_line.len()).unwrap_or(u32::MAX));
        self.pos = self.pos.max(pos);
        Place { line: self.line, column: self.column, byte_column: self.byte_column }
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::RepoPath;
    use crate::marker::Prose;
    use crate::marker::Scanner;
    use crate::marker::Search;

    #[test]
    fn columns_in_characters_and_in_bytes() {
        let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
        let text = "\u{feff}let ä = 1; // é: TODO: a\n// TODO: b XXX\n";
        let found = scanner.scan(&RepoPath::new(b"a.rs".as_slice()), text.as_bytes(), Prose::Comments).unwrap();
        let places: Vec<_> = found
            .markers
            .iter()
            .map(|marker| (marker.place.line, marker.place.column, marker.place.byte_column))
            .collect();
        assert_eq!(places, [(1, 18, 20), (2, 4, 4), (2, 12, 12)]);
    }

    #[test]
    fn brackets_that_are_not_closed() {
        let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
        // Behind a blank they are prose.
        for (text, malformed) in [("// TODO(see below", 1), ("// TODO (see below", 0)] {
            let found = scanner.scan(&RepoPath::new(b"a.rs".as_slice()), text.as_bytes(), Prose::Comments).unwrap();
            let found: Vec<usize> = found.markers.iter().map(|marker| marker.attributes.malformed.len()).collect();
            assert_eq!(found, [malformed], "{text}");
        }
    }

    #[test]
    fn wrapped_in_another_way_it_is_the_same() {
        let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
        let told = |path: &str, text: &str| -> Vec<String> {
            let found = scanner.scan(&RepoPath::new(path.as_bytes()), text.as_bytes(), Prose::Comments).unwrap();
            found.markers.iter().map(|marker| marker.text.expose().to_owned()).collect()
        };
        for (path, one, other) in [
            // Wrapped in other places.
            ("a.rs", "// TODO: see #1234 and use --force", "// TODO: see\n// #1234 and use\n// --force"),
            ("a.sql", "-- TODO: see #1234 and use --force", "-- TODO: see\n-- #1234 and use\n-- --force"),
            ("a.sh", "# TODO: see #1234 % 2", "# TODO: see\n# #1234\n# % 2"),
            ("a.c", "/* TODO: see #1234 and *x -- y */", "/*\n * TODO: see\n * #1234 and\n * *x\n * -- y\n */"),
            ("a.c", "/* TODO: see *x -- y */", "/*\n   TODO: see\n   *x\n   -- y\n */"),
            ("a.f", "c TODO: a c is", "c TODO: a\nc c is"),
            // Other signs of comments.
            ("a.rs", "// TODO: a b", "/// TODO: a\n/// b"),
            ("a.rs", "// TODO: a b", "//! TODO: a\n//! b"),
            ("a.rs", "// TODO: a b", "////TODO: a\n////b"),
            ("a.rs", "// TODO: a b", "// // TODO: a\n// // b"),
            ("a.rs", "// TODO: a b", "/** TODO: a\n * b\n ****/"),
            ("a.scm", ";; TODO: a b", ";;;; TODO: a\n;;;; b"),
            // A line of nothing but signs ends a text.
            ("a.c", "/* TODO: a */", "/*\n * TODO: a\n * -----\n * b\n */"),
        ] {
            assert_eq!(told(path, one), told(path, other), "{path}: {other}");
        }
    }
}
