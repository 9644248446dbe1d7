//! The trailers of a message, by git's rules.
//!
//! What counts is what `git log --format='%(trailers:only,unfold)'` shows with default settings: the last paragraph,
//! when all its lines are trailers, or when one is a line that git itself writes and at least a quarter are trailers.
//! The first paragraph never counts; trailing comments, and what follows a scissors line, are no part of the message; a
//! line `---` ends nothing here, because a commit object holds no patch.
//!
//! One rule is our own. Hosts put `Co-authored-by` lines in a paragraph of their own behind the message when they
//! squash a branch, so that the author's trailers are no longer the last paragraph. Where the last paragraph has only
//! such lines, and the body has no bullet (bullets quote the messages of the commits that were squashed), the paragraph
//! before counts too, if all its lines are trailers.

use bstr::ByteSlice as _;

use crate::facts::Trailer;
use crate::facts::Untrusted;
use crate::repo::message::CO_AUTHOR;
use crate::repo::message::is_blank;
use crate::repo::message::trim;

/// Lines that git writes itself.
const GENERATED: [&str; 2] = ["Signed-off-by: ", "(cherry picked from commit "];

/// What git puts above a patch that it shows in the editor, behind the end of a line.
const SCISSORS: &str = "\n# ------------------------ >8 ------------------------\n";

/// The trailers of a message that begins with its subject.
pub(super) fn parse(message: &str) -> Vec<Trailer> {
    let text = message.get(..end_of_message(message)).unwrap_or_default();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let title = lines.iter().position(|line| !is_comment(line) && is_blank(line)).unwrap_or(lines.len());
    let Some(start) = block_start(&lines, title) else { return Vec::new() };
    let block = lines.get(start..).unwrap_or_default();
    let mut trailers = Vec::new();
    if is_only_co_authors(block) {
        let before = lines.get(title..start).unwrap_or_default();
        trailers.extend(paragraph_before(before).map(read).unwrap_or_default());
    }
    trailers.extend(read(block));
    trailers
}

/// Where a message ends: before trailing comments, blank lines and lists of conflicts, and before a scissors line.
fn end_of_message(message: &str) -> usize {
    // Few messages have its first sign.
    let scissors = message.as_bytes().find_byte(b'#').and_then(|_| message.find(SCISSORS));
    // As a subject it leaves nothing, as git has it.
    if SCISSORS.strip_prefix('\n').is_some_and(|line| message.starts_with(line)) {
        return 0;
    }
    let cut = scissors.map_or(message.len(), |at| at.saturating_add(1));
    let (mut at, mut ignored_from, mut in_conflicts) = (0_usize, None, false);
    for line in message.split_inclusive('\n') {
        if at >= cut {
            break;
        }
        if is_comment(line) || line == "\n" {
            ignored_from = ignored_from.or(Some(at));
        } else if line == "Conflicts:\n" {
            in_conflicts = true;
            ignored_from = ignored_from.or(Some(at));
        } else if !(in_conflicts && line.starts_with('\t')) && ignored_from.is_some() {
            ignored_from = None;
            in_conflicts = false;
        }
        at = at.saturating_add(line.len());
    }
    // git takes an ignored run that begins at the very start for none.
    ignored_from.filter(|from| *from > 0).unwrap_or(cut)
}

/// The line that the trailers begin at, if there are any.
fn block_start(lines: &[&str], title: usize) -> Option<usize> {
    let (mut trailers, mut others, mut folded) = (0_usize, 0_usize, 0_usize);
    let (mut has_generated, mut only_blank) = (false, true);
    for (at, line) in lines.iter().enumerate().skip(title).rev() {
        if is_comment(line) {
            others = others.saturating_add(folded);
            folded = 0;
        } else if is_blank(line) {
            if only_blank {
                continue;
            }
            others = others.saturating_add(folded);
            let enough = has_generated && trailers.saturating_mul(3) >= others;
            return (enough || (trailers > 0 && others == 0)).then_some(at.saturating_add(1));
        } else {
            only_blank = false;
            let is_generated = is_generated(line);
            if is_generated || is_trailer(line) {
                has_generated |= is_generated;
                trailers = trailers.saturating_add(1);
                folded = 0;
            } else if is_folded(line) {
                folded = folded.saturating_add(1);
            } else {
                others = others.saturating_add(folded).saturating_add(1);
                folded = 0;
            }
        }
    }
    None
}

/// The trailers of a block of lines; lines that are none are passed over with what is folded under them.
fn read(block: &[&str]) -> Vec<Trailer> {
    let mut trailers: Vec<(&str, String)> = Vec::new();
    let mut foldable = false;
    for line in block {
        // A comment is no trailer either: what is folded under it is passed over.
        if is_folded(line) {
            if let Some((_key, value)) = trailers.last_mut().filter(|_trailer| foldable) {
                value.push(' ');
                value.push_str(trim(line));
            }
            continue;
        }
        let parted = separator(line).filter(|at| *at > 0).and_then(|at| line.split_at_checked(at));
        foldable = parted.is_some();
        if let Some((key, value)) = parted {
            trailers.push((trim(key), trim(value.strip_prefix(':').unwrap_or(value)).to_owned()));
        }
    }
    let finished =
        |(key, value): (&str, String)| Trailer { key: Untrusted::new(key), value: Untrusted::new(trim(&value)) };
    trailers.into_iter().map(finished).collect()
}

fn is_only_co_authors(block: &[&str]) -> bool {
    let mut lines = block.iter().filter(|line| !is_comment(line) && !is_blank(line)).peekable();
    lines.peek().is_some_and(|line| is_trailer(line))
        && lines.all(|line| {
            is_folded(line)
                || separator(line)
                    .and_then(|at| line.get(..at))
                    .is_some_and(|key| trim(key).eq_ignore_ascii_case(CO_AUTHOR))
        })
}

/// The paragraph that the lines between title and trailers end with, if it is one of trailers, and these lines have no
/// bullet. A line of dashes in between is passed over.
fn paragraph_before<'l>(lines: &'l [&'l str]) -> Option<&'l [&'l str]> {
    if lines.iter().any(|line| line.starts_with("* ") || line.starts_with("- ")) {
        return None;
    }
    let mut found = last_paragraph(lines);
    if let [line] = found.1
        && line.starts_with("---")
        && trim(line).bytes().all(|byte| byte == b'-')
    {
        found = last_paragraph(found.0);
    }
    let paragraph = found.1;
    let is_one = |line: &&str| is_trailer(line) || is_generated(line);
    let all_are = paragraph.iter().all(|line| is_one(line) || is_folded(line));
    (all_are && paragraph.first().is_some_and(is_one)).then_some(paragraph)
}

/// The lines before the last paragraph, and the last paragraph itself.
fn last_paragraph<'l>(lines: &'l [&'l str]) -> (&'l [&'l str], &'l [&'l str]) {
    let end = lines.iter().rposition(|line| !is_blank(line)).map_or(0, |at| at.saturating_add(1));
    let lines = lines.get(..end).unwrap_or_default();
    let start = lines.iter().rposition(|line| is_blank(line)).map_or(0, |at| at.saturating_add(1));
    lines.split_at_checked(start).unwrap_or_default()
}

/// Where the colon of a `Key: value` line stands; blanks may stand before it.
fn separator(line: &str) -> Option<usize> {
    let mut has_blank = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b':' => return Some(at),
            b' ' | b'\t' if at > 0 => has_blank = true,
            _ if !has_blank && (byte.is_ascii_alphanumeric() || byte == b'-') => {}
            _ => return None,
        }
    }
    None
}

fn is_trailer(line: &str) -> bool {
    separator(line).is_some_and(|at| at > 0)
}

/// Whether a line is of git's own making.
fn is_generated(line: &str) -> bool {
    GENERATED.iter().any(|generated| line.starts_with(generated))
}

fn is_folded(line: &str) -> bool {
    line.starts_with([' ', '\t', '\r', '\n'])
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}
