//! Where text from a repository may go, and how it becomes harmless there.
//!
//! [`Untrusted`] has no `Display`: everything that prints it comes through here. JSON has its own writer,
//! [`crate::report::json`], whose strings pass through [`JsonStrings`].

mod csv;
mod markdown;

use std::io;
use std::path::Path;

use serde_json::ser::CompactFormatter;
use serde_json::ser::Formatter;
use serde_json::ser::PrettyFormatter;

use crate::facts::Untrusted;

pub use csv::csv_field;
pub use markdown::markdown;

/// A place that reads lines of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sink {
    /// A terminal or a file: what steers a terminal or hides from a reader becomes visible.
    #[default]
    Terminal,
    /// The log of a build service that takes commands from it, as GitHub Actions does from lines with `::name::` or
    /// `##[name]`, Azure Pipelines from `##vso[...]`, TeamCity from `##teamcity[...]`: these are broken up as well,
    /// with visible blanks, since a zero-width one may be skipped by a comparison that knows cultures.
    CommandLog,
}

/// How many characters of an untrusted text are shown in a line.
const LINE_LIMIT: usize = 200;
/// No system takes a longer path.
const LONGEST_PATH: usize = 4_096;

impl Sink {
    /// The text in one line, at most 200 characters of it.
    #[must_use]
    pub fn line(self, text: &Untrusted) -> String {
        self.word(text.expose())
    }

    /// Like [`Sink::line`], for text that is ours or the policy's: a team's name, a rule's id.
    #[must_use]
    pub fn word(self, text: &str) -> String {
        self.limited(text, LINE_LIMIT)
    }

    /// The path of a file that was written, whole: somebody looks for it there.
    #[must_use]
    pub fn path(self, path: &Path) -> String {
        self.limited(&path.to_string_lossy(), LONGEST_PATH)
    }

    /// The text in one line, at most `limit` characters of it.
    #[must_use]
    pub fn limited(self, text: &str, limit: usize) -> String {
        // Most texts, by far.
        if self == Self::Terminal && text.len() <= limit && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return text.to_owned();
        }
        let mut shown = String::new();
        let mut characters = text.chars();
        for character in characters.by_ref().take(limit) {
            self.push(&mut shown, character);
        }
        if characters.next().is_some() {
            shown.push('…');
        }
        shown
    }

    /// A path inside of a command of our own to a build service. Its exact name matters there, and colons are escaped; what
    /// an older form of command begins with is broken up as in a log.
    #[must_use]
    pub fn path_in_command(path: &str) -> String {
        let sink = if path.contains("##") { Self::CommandLog } else { Self::Terminal };
        sink.word(path)
    }

    /// The text with its line breaks (a carriage return before one is dropped), for prose such as a message and help.
    #[must_use]
    pub fn prose(self, text: &str) -> String {
        let mut shown = String::new();
        for (number, line) in text.lines().enumerate() {
            if number > 0 {
                shown.push('\n');
            }
            for character in line.chars() {
                self.push(&mut shown, character);
            }
        }
        shown
    }

    /// The text with every harmful character replaced by as many harmless bytes, so that byte offsets into it stay
    /// true; line breaks stay. For a piece of a policy file that a caret points into.
    #[must_use]
    pub fn same_length(self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let line_break = character == '\n' || (character == '\r' && characters.peek() == Some(&'\n'));
            if line_break || character == '\t' || is_harmless(character) {
                // A snippet's lines begin with their number, so that only the commands found within a line matter.
                let command = self == Self::CommandLog && character == '[' && ends_as_a_command(&shown);
                shown.push(if command { '(' } else { character });
            } else {
                shown.push_str(match character.len_utf8() {
                    1 => "?",
                    2 => "¿",
                    3 => "\u{fffd}",
                    _ => "\u{fffd}?",
                });
            }
        }
        shown
    }

    fn push(self, shown: &mut String, character: char) {
        if !is_harmless(character) {
            shown.extend(character.escape_unicode());
            return;
        }
        let twin = matches!(character, ':' | '#') && shown.ends_with(character);
        if self == Self::CommandLog && twin {
            shown.push(' ');
        }
        shown.push(character);
    }
}

/// Whether a bracket now would begin a command: `##[`, `##vso[`, `##teamcity[`.
fn ends_as_a_command(shown: &str) -> bool {
    shown.trim_end_matches(|character: char| character.is_ascii_alphanumeric()).ends_with("##")
}

/// Whether a character neither steers a terminal, nor breaks a line, nor hides, nor turns the direction of its
/// neighbours.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            // Fillers that look like nothing.
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
            // Zero-width characters and direction marks; line and paragraph separators, embeddings and overrides.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            // Word joiners, invisible operators, isolates.
            | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            // Tags and the selectors that can carry a hidden text; U+FE0F of an emoji is let through.
            | '\u{fe00}'..='\u{fe0e}' | '\u{e0000}'..='\u{e0fff}')
}

/// Writes JSON with an indent, and in its strings every harmful character and every beginning of a log's command as
/// an escape: the value is the same, and the document may be shown on a terminal or in a build's log.
#[derive(Default)]
pub struct JsonStrings<'i> {
    pretty: PrettyFormatter<'i>,
}

/// The same in one line, without an indent.
#[derive(Default)]
pub struct JsonLine {
    compact: CompactFormatter,
}

/// The middle of a JSON string.
fn harmless_fragment<W: ?Sized + io::Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut before = None;
    for character in fragment.chars() {
        let twin = matches!(character, ':' | '#') && before == Some(character);
        if is_harmless(character) && !twin {
            write!(writer, "{character}")?;
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
        }
        before = Some(character);
    }
    Ok(())
}

impl Formatter for JsonLine {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        harmless_fragment(writer, fragment)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.compact.begin_array_value(writer, first)
    }
}

impl Formatter for JsonStrings<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        harmless_fragment(writer, fragment)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What somebody might write into a commit, and how a terminal and a log show it.
    const NAUGHTY: [(&str, &str, &str); 24] = [
        ("fix: plain", "fix: plain", "fix: plain"),
        ("ünïcödé 日本語 🎉 ⚠️", "ünïcödé 日本語 🎉 ⚠️", "ünïcödé 日本語 🎉 ⚠️"),
        ("\x1b[31mred\x1b[0m", "\\u{1b}[31mred\\u{1b}[0m", "\\u{1b}[31mred\\u{1b}[0m"),
        ("\u{9b}31mred", "\\u{9b}31mred", "\\u{9b}31mred"),
        ("\x1b]8;;http://evil\x07x", "\\u{1b}]8;;http://evil\\u{7}x", "\\u{1b}]8;;http://evil\\u{7}x"),
        ("\x1b]52;c;aGk=\x07", "\\u{1b}]52;c;aGk=\\u{7}", "\\u{1b}]52;c;aGk=\\u{7}"),
        ("a\x08\x08b\x7f", "a\\u{8}\\u{8}b\\u{7f}", "a\\u{8}\\u{8}b\\u{7f}"),
        ("a\0b", "a\\u{0}b", "a\\u{0}b"),
        ("a\r\nb\tc", "a\\u{d}\\u{a}b\\u{9}c", "a\\u{d}\\u{a}b\\u{9}c"),
        ("a\u{b}b\u{c}c\u{85}d", "a\\u{b}b\\u{c}c\\u{85}d", "a\\u{b}b\\u{c}c\\u{85}d"),
        ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}", "a\\u{2028}b\\u{2029}"),
        ("\u{202e}txt.exe\u{202c}", "\\u{202e}txt.exe\\u{202c}", "\\u{202e}txt.exe\\u{202c}"),
        ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}", "\\u{2066}x\\u{2069}"),
        ("a\u{200b}b\u{200d}c\u{feff}", "a\\u{200b}b\\u{200d}c\\u{feff}", "a\\u{200b}b\\u{200d}c\\u{feff}"),
        ("\u{e0041}tag", "\\u{e0041}tag", "\\u{e0041}tag"),
        ("so\u{ad}ft", "so\\u{ad}ft", "so\\u{ad}ft"),
        ("::error::boo", "::error::boo", ": :error: :boo"),
        (":::x", ":::x", ": : :x"),
        ("x ##[add-mask]debt", "x ##[add-mask]debt", "x # #[add-mask]debt"),
        ("###[group]", "###[group]", "# # #[group]"),
        ("##vso[task.complete]", "##vso[task.complete]", "# #vso[task.complete]"),
        ("fixes #12: ok", "fixes #12: ok", "fixes #12: ok"),
        ("", "", ""),
        ("\u{fffd}", "\u{fffd}", "\u{fffd}"),
    ];

    #[test]
    fn naughty_text_in_a_line() {
        for (text, terminal, log) in NAUGHTY {
            let text = Untrusted::new(text);
            assert_eq!(Sink::Terminal.line(&text), terminal);
            assert_eq!(Sink::CommandLog.line(&text), log);
        }
    }

    #[test]
    fn every_harmful_character_is_seen() {
        for character in (0..=0x0010_ffff).filter_map(char::from_u32).filter(|c| !is_harmless(*c)) {
            let shown = Sink::Terminal.word(&character.to_string());
            assert!(shown.is_ascii() && shown.starts_with("\\u{"), "{character:?} became {shown}");
        }
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let shown = Sink::Terminal.word(&"ä".repeat(5_000));
        assert_eq!(shown.chars().count(), LINE_LIMIT + 1);
        assert!(shown.ends_with("ä…"));
    }

    #[test]
    fn prose_keeps_its_lines() {
        assert_eq!(Sink::Terminal.prose("a\r\nb\x1b\n\nc"), "a\nb\\u{1b}\n\nc");
    }

    #[test]
    fn a_snippet_keeps_its_offsets() {
        for (text, ..) in NAUGHTY {
            let shown = Sink::CommandLog.same_length(text);
            assert_eq!(shown.len(), text.len(), "{text:?} became {shown:?}");
            assert!(shown.chars().all(|c| is_harmless(c) || matches!(c, '\n' | '\t' | '\r')), "{shown:?}");
            assert!(!shown.contains("##[") && !shown.contains("##vso["), "{shown:?}");
        }
        assert_eq!(Sink::Terminal.same_length("a: 1\r\nb: \x1b[0m\u{202e}2\n"), "a: 1\r\nb: ?[0m\u{fffd}2\n");
    }

    #[test]
    fn json_is_the_same_value_and_harmless() {
        for (text, ..) in NAUGHTY {
            let mut bytes = Vec::new();
            let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, JsonStrings::default());
            serde::Serialize::serialize(&[text], &mut serializer).unwrap();
            assert_eq!(serde_json::from_slice::<[String; 1]>(&bytes).unwrap(), [text]);
            let shown = String::from_utf8(bytes).unwrap();
            assert!(shown.chars().all(|c| is_harmless(c) || c == '\n'), "{shown:?}");
            assert!(!shown.contains("::") && !shown.contains("##"), "{shown}");
        }
    }
}
