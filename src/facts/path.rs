//! Paths inside a repository.

use std::sync::Arc;

use bstr::ByteSlice as _;

use crate::facts::Untrusted;

/// A path from the repository's root, with `/` between its parts: bytes, as git keeps them. Clones share them.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// Takes over the bytes that a tree gave.
    #[must_use]
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes as git keeps them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its last part: the name of the file.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        self.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }

    /// The folder that it lies in; the root is the empty path.
    #[must_use]
    pub fn folder(&self) -> &[u8] {
        self.as_bytes().rsplit_once_str("/").map_or(&[], |(folder, _)| folder)
    }

    /// The path as a name that tells it from others: each byte that is not UTF-8 becomes U+FFFD and two hexadecimal digits.
    #[must_use]
    pub fn to_name(&self) -> String {
        let mut name = String::new();
        for chunk in self.0.utf8_chunks() {
            name.push_str(chunk.valid());
            name.extend(chunk.invalid().iter().map(|byte| format!("\u{fffd}{byte:02x}")));
        }
        name
    }

    /// The path for matching against patterns and for reports; what is not UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn to_text(&self) -> Untrusted {
        Untrusted::from_bytes(&self.0)
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path.as_bytes())
    }
}

impl AsRef<[u8]> for RepoPath {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// Sorted and compared as its bytes.
impl std::borrow::Borrow<[u8]> for RepoPath {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.to_text(), f)
    }
}
