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

/// Subject, body and trailers of a message.
#[must_use]
pub fn parse(text: &str) -> Message {
    let text = skip_blank_lines(text);
    let (subject, rest) = first_paragraph(text);
    Message {
        subject: Untrusted::new(subject),
        body: Untrusted::new(skip_blank_lines(rest)),
        trailers: trailers::parse(text),
    }
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
