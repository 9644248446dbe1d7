//! `.git-blame-ignore-revs`: revisions that changed the form of the code only.

use std::collections::BTreeSet;

use crate::facts::ObjectId;
use crate::facts::Untrusted;

/// A line that is neither a full object id nor a comment. git refuses the whole file for it; here it is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    /// What it says.
    pub text: Untrusted,
}

/// Reads such a file as git does: a full object id a line, `#` begins a comment, blanks around do not matter.
#[must_use]
pub fn ignored_revisions(bytes: &[u8]) -> (BTreeSet<ObjectId>, Vec<BadLine>) {
    let mut revisions = BTreeSet::new();
    let mut bad = Vec::new();
    let text = String::from_utf8_lossy(bytes);
    for (line, written) in (1..).zip(text.trim_start_matches('\u{feff}').split('\n')) {
        let content = written.split('#').next().unwrap_or_default().trim();
        if content.is_empty() {
            continue;
        }
        match content.parse() {
            Ok(id) => {
                revisions.insert(id);
            }
            Err(_not_an_id) => bad.push(BadLine { line, text: Untrusted::new(content) }),
        }
    }
    (revisions, bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_comments_and_bad_lines() {
        let file = "\u{feff}# reformat\r\n\
                    0123456789abcdef0123456789abcdef01234567\r\n\
                    \n\
                    \t89ABCDEF0123456789abcdef0123456789abcdef  # because\n\
                    0123456\n\
                    0123456789abcdef0123456789abcdef0123456789\n\
                    HEAD";
        let (revisions, bad) = ignored_revisions(file.as_bytes());
        let shown: Vec<_> = revisions.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["0123456789abcdef0123456789abcdef01234567", "89abcdef0123456789abcdef0123456789abcdef"]);
        let bad: Vec<_> = bad.iter().map(|bad| (bad.line, bad.text.expose())).collect();
        assert_eq!(bad, [(5, "0123456"), (6, "0123456789abcdef0123456789abcdef0123456789"), (7, "HEAD")]);
        assert_eq!(ignored_revisions(b""), (BTreeSet::new(), Vec::new()));
    }
}
