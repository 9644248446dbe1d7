//! What a file holds once two lines of history are merged.

use git2::IndexEntry;
use git2::IndexTime;
use git2::ObjectType;

/// Stands before each text: of a merge that leaves nothing git2 0.21 makes a slice at no address.
const FIRST: &[u8] = b"\x01\n";

/// How a merge of texts ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// It merges by itself.
    Clean(Vec<u8>),
    /// Somebody has to settle it by hand.
    Conflict,
}

/// Merges what two sides made of a text, as git does: by libgit2, in memory, with no attributes and no configuration.
///
/// What libgit2 does not merge for any reason counts as a conflict.
#[must_use]
pub fn texts(ancestor: &[u8], ours: &[u8], theirs: &[u8]) -> Merged {
    merged(ancestor, ours, theirs).ok().flatten().map_or(Merged::Conflict, Merged::Clean)
}

#[expect(clippy::disallowed_types, reason = "objects in memory, of which nothing is read or written")]
fn merged(ancestor: &[u8], ours: &[u8], theirs: &[u8]) -> Result<Option<Vec<u8>>, git2::Error> {
    let objects = git2::Odb::new()?;
    objects.add_new_mempack_backend(1)?;
    let side = |bytes: &[u8]| objects.write(ObjectType::Blob, &[FIRST, bytes].concat()).map(entry);
    let sides = [side(ancestor)?, side(ours)?, side(theirs)?];
    let [ancestor, ours, theirs] = &sides;
    let found = git2::Repository::from_odb(objects)?.merge_file_from_index(ancestor, ours, theirs, None)?;
    // Of binary files there may be nothing, at no address either.
    if !found.is_automergeable() {
        return Ok(None);
    }
    Ok(found.content().strip_prefix(FIRST).map(<[u8]>::to_vec))
}

#[expect(clippy::disallowed_types, reason = "the name of such an object")]
fn entry(id: git2::Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: b"file".to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_git_merges() {
        for (ancestor, ours, theirs, expected) in [
            ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n", Some("A\nb\nc\nD\n")),
            ("a\nb\nc\nd\n", "A\nb\nc\nd\n", "A\nb\nc\nd\n", Some("A\nb\nc\nd\n")),
            ("a\nb\nc\nd\n", "a\nb\nc\nd\n", "x\n", Some("x\n")),
            ("a\nb\n", "A\nb\n", "B\nb\n", None),
            ("a\n", "", "b\n", None),
            ("a\n", "", "a\n", Some("")),
            ("", "", "a", Some("a")),
            ("a", "a", "a\nb", Some("a\nb")),
            ("", "a\n", "b\n", None),
            ("a\r\nb\r\nc\r\nd\r\n", "a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\nd\r\n", Some("A\r\nb\r\nc\r\n")),
            ("a\nb\nc\n\0", "A\nb\nc\n\0", "a\nb\nC\n\0", None),
        ] {
            let expected = expected.map_or(Merged::Conflict, |text| Merged::Clean(text.as_bytes().to_vec()));
            let found = texts(ancestor.as_bytes(), ours.as_bytes(), theirs.as_bytes());
            assert_eq!(found, expected, "{ancestor:?} {ours:?} {theirs:?}");
        }
    }
}
