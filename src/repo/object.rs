//! What an object is: one of four kinds, under the name that its content has.

use std::fmt;

use sha1::Digest as _;
use sha1::Sha1;
use sha2::Sha256;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::RepoError;

/// The name of the tree without entries, which need not be stored to exist, by SHA-1. That it is known by in repositories of
/// either format here, and by its own name as well in those of the other.
pub(super) const EMPTY_TREE: ObjectId = ObjectId::from_bytes([
    0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60, 0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49,
    0x04,
]);

/// The same, by SHA-256.
pub(super) const EMPTY_TREE_BY_SHA256: ObjectId = ObjectId::from_sha256([
    0x6e, 0xf1, 0x9b, 0x41, 0x22, 0x5c, 0x53, 0x69, 0xf1, 0xc1, 0x04, 0xd4, 0x5d, 0x8d, 0x85, 0xef, 0xa9, 0xb0, 0x57,
    0xb5, 0x3b, 0x14, 0xb4, 0xb9, 0xb9, 0x39, 0xdd, 0x74, 0xde, 0xcc, 0x53, 0x21,
]);

/// The four kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A directory.
    Tree,
    /// A file's content.
    Blob,
    /// An annotated tag.
    Tag,
}

impl ObjectKind {
    /// The kind as git writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Tag => "tag",
        }
    }

    /// The kind that git writes so.
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        [Self::Commit, Self::Tree, Self::Blob, Self::Tag].into_iter().find(|kind| kind.name().as_bytes() == name)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Checks that content has the name that it was found under.
///
/// # Errors
/// It has another.
pub(super) fn verify(id: ObjectId, kind: ObjectKind, content: &[u8]) -> Result<(), RepoError> {
    let found = name_of(id.format(), kind, content);
    if found == id { Ok(()) } else { Err(RepoError::HashMismatch { id, found }) }
}

/// The name that content of a kind has.
#[must_use]
pub(super) fn name_of(format: ObjectFormat, kind: ObjectKind, content: &[u8]) -> ObjectId {
    let head = format!("{kind} {}\0", content.len());
    match format {
        ObjectFormat::Sha1 => {
            ObjectId::from_bytes(Sha1::new().chain_update(head).chain_update(content).finalize().into())
        }
        ObjectFormat::Sha256 => {
            ObjectId::from_sha256(Sha256::new().chain_update(head).chain_update(content).finalize().into())
        }
    }
}

/// Whether it is the tree without entries.
pub(super) fn is_empty_tree(id: ObjectId) -> bool {
    [EMPTY_TREE, EMPTY_TREE_BY_SHA256].contains(&id)
}
