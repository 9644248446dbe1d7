//! A file's bytes become text that is safe to read and to show.

use std::sync::Arc;

use crate::config::Source;
use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::finding::Location;

/// A policy is written by hand: larger files are something else.
const MAX_BYTES: usize = 1 << 20;

/// The text of a file, without a byte-order mark. Problems are noted; `None` when the text cannot be parsed at all.
pub(super) fn decode(source: &Source<'_>, problems: &mut Problems) -> Option<Arc<str>> {
    let name = &source.name;
    let bytes = source.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(source.bytes);
    if source.bytes.len() > MAX_BYTES {
        let size = source.bytes.len();
        let message = format!("{name} has {size} bytes, more than the {MAX_BYTES} (1 MiB) that a policy may have");
        problems.push(Problem::new(Fault::FileTooLarge, message).help("split it with `extends`, or check the path"));
        return None;
    }
    if let [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..] = bytes {
        let message = format!("{name} is not UTF-8: it looks like UTF-16");
        problems.push(Problem::new(Fault::NotUtf8, message).help("save it as UTF-8"));
        return None;
    }
    let shown = disarmed(bytes);
    problems.know(name, &shown);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let start = error.valid_up_to();
            let at = locate(name, &shown, start, start + error.error_len().unwrap_or(1));
            let problem = Problem::new(Fault::NotUtf8, format!("{name} is not UTF-8 from here on"));
            problems.push(problem.at_place(&at).help("save it as UTF-8"));
            return None;
        }
    };
    let bad = text.char_indices().find(|(_, character)| is_control(*character));
    if let Some((start, character)) = bad {
        let at = locate(name, &shown, start, start + character.len_utf8());
        problems.push(control_character(character).at_place(&at));
        return None;
    }
    Some(shown)
}

/// The problem that a text has a control character.
pub(super) fn control_character(character: char) -> Problem {
    let number = u32::from(character);
    Problem::new(Fault::ControlCharacter, format!("a policy must not contain the control character U+{number:04X}"))
        .help("remove it: what a reviewer sees and what is read must be the same")
}

/// Whether a character steers a terminal or reorders text, instead of standing for itself.
pub(super) fn is_control(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        // These end a line for some readers and not for others; a byte-order mark is invisible.
        '\u{2028}' | '\u{2029}' | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

/// The text with `?` for each byte that cannot be shown, so that places stay where they are.
fn disarmed(bytes: &[u8]) -> Arc<str> {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_control(character) {
                text.extend(std::iter::repeat_n('?', character.len_utf8()));
            } else {
                text.push(character);
            }
        }
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text.into()
}

/// The place of some bytes of a text.
pub(super) fn locate(name: &Arc<str>, text: &str, start: usize, end: usize) -> Location {
    let before = text.get(..start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Location {
        file: Arc::clone(name),
        line: count(before.matches('\n').count() + 1),
        column: count(before.get(line_start..).unwrap_or_default().chars().count() + 1),
        span: start..end,
    }
}
