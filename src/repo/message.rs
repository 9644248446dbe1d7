//! A commit's message, taken apart as git does.

use crate::facts::Identity;
use crate::facts::Message;
use crate::facts::Untrusted;
use crate::repo::commit::identity_in;
use crate::repo::trailers;

/// Blanks as git knows them.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// The trailer that names a co-author, without case.
pub(super) const CO_AUTHOR: &str = "co-authored-by";

/// What git, and forges, write before the name of a commit that is reverted.
const REVERTING: &str = "This reverts commit ";

/// How long the name of a commit is that git says it reverts, by SHA-256 at most: with `--reference` it is cut short, but none shorter by itself.
const SHORTEST_NAME: usize = 7;
const LONGEST_NAME: usize = 64;

/// Subject, body and trailers of a message.
#[must_use]
pub fn parse(text: &str) -> Message {
    let text = skip_blank_lines(text);
    let (subject, rest) = first_paragraph(text);
    Message {
        subject: Untrusted::new(subject),
        body: Untrusted::new(skip_blank_lines(rest)),
        trailers: trailers::parse(text),
        reverts: reverts(text),
    }
}

/// The commits that a message says it reverts, as git says it: at the start of a line, but for blanks, which hosts put before what they
/// list. What stands behind a `>` is another message, which Gerrit quotes.
fn reverts(text: &str) -> Vec<String> {
    let named = text.split('\n').filter_map(|line| {
        let rest = line.trim_start_matches(BLANKS).strip_prefix(REVERTING)?;
        let end = rest.find(|letter: char| !letter.is_ascii_hexdigit()).unwrap_or(rest.len());
        rest.get(..end).filter(|name| (SHORTEST_NAME..=LONGEST_NAME).contains(&name.len())).map(str::to_ascii_lowercase)
    });
    named.take(Message::MOST_REVERTS.saturating_add(1)).collect()
}

/// Whom a message's trailers name as co-authors, in order.
pub(super) fn co_authors(message: &Message) -> Vec<Identity> {
    let named = message.trailers.iter().filter(|trailer| trailer.key.expose().eq_ignore_ascii_case(CO_AUTHOR));
    named.filter_map(|trailer| identity_in(trailer.value.expose())).collect()
}

/// Whether git takes a line for blank.
pub(super) fn is_blank(line: &str) -> bool {
    trim(line).is_empty()
}

/// A text without git's blanks around it.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(BLANKS)
}

/// The lines of the first paragraph, joined by a blank (`git log --format=%s`), and what follows it.
fn first_paragraph(text: &str) -> (String, &str) {
    let mut subject = String::new();
    let mut rest = text;
    for line in text.split_inclusive('\n') {
        if is_blank(line) {
            break;
        }
        if !subject.is_empty() {
            subject.push(' ');
        }
        subject.push_str(line.trim_end_matches(BLANKS));
        rest = rest.get(line.len()..).unwrap_or_default();
    }
    (subject, rest)
}

fn skip_blank_lines(text: &str) -> &str {
    let blank: usize = text.split_inclusive('\n').take_while(|line| is_blank(line)).map(str::len).sum();
    text.get(blank..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_says_that_it_reverts() {
        let (one, two, long) = ("a1".repeat(20), "b2".repeat(20), "c3".repeat(32));
        for (text, expected) in [
            (format!("Revert \"x\"\n\nThis reverts commit {one}.\n"), vec![one.as_str()]),
            (
                format!("* Revert\n\nThis reverts commit {one}.\n\n* y\nThis reverts commit {two}, reversing\n"),
                vec![&one, &two],
            ),
            ("x\n\nThis reverts commit A1B2C3D (x, 2026-01-01).".to_owned(), vec!["a1b2c3d"]),
            ("x\n\nThis reverts commit a1b2c3.".to_owned(), vec![]),
            (format!("x\n\nThis reverts commit {long}."), vec![&long]),
            (format!("x\n\nThis reverts commit {long}a"), vec![]),
            (format!("* x\r\n\r\n  \tThis reverts commit {one}.\r\n"), vec![&one]),
            (
                format!(
                    "Revert \"x\"\n\nThis reverts commit {one}.\n\n> Revert \"y\"\n>\n> This reverts commit {two}.\n"
                ),
                vec![&one],
            ),
            (
                format!(
                    "x\n\n>This reverts commit {one}.\n- This reverts commit {two}.\nSo This reverts commit {one}."
                ),
                vec![],
            ),
            ("This reverts commit ".to_owned(), vec![]),
            (format!("it reverts {one}"), vec![]),
        ] {
            assert_eq!(parse(&text).reverts, expected, "{text}");
        }
        assert_eq!(parse(&format!("This reverts commit {one}\n").repeat(500)).reverts.len(), 101);
    }
}
