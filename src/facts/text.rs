//! Text that somebody else wrote.

use std::fmt;
use std::sync::Arc;

/// Text out of a repository: a name, a message, a path.
///
/// It has no `Display`: whoever prints it must say for which sink (terminal, JSON, workflow command, ...), and each
/// sink has one writer that makes such text harmless there (`report::sink`).
///
/// Clones share the text: the same name or path may be held tens of thousands of times.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Untrusted(Arc<str>);

impl Untrusted {
    /// Takes text over as it is.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// Takes bytes over; what is not UTF-8 becomes U+FFFD.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        // Nearly always it is, which is found out faster than repaired.
        match std::str::from_utf8(bytes) {
            Ok(text) => Self(text.into()),
            Err(_other) => Self(String::from_utf8_lossy(bytes).into()),
        }
    }

    /// The text itself, to be matched or handed to a sink's writer; not to be printed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
