//! What has to be known of a marker to follow it through history: less than it says.
//!
//! Hundreds of versions of a file may have a dozen markers each. What one of them says is needed only where it is shown;
//! whether two are the same, or have the same words, is told by hashes.

use sha1::Digest as _;
use sha1::Sha1;

use crate::marker::identity;
use crate::marker::item::Marker;
use crate::marker::item::Place;

/// What a marker says, but for its tag and its brackets, by a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Words([u8; 16]);

/// A marker in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief {
    content: [u8; 20],
    words: Option<Words>,
    place: Place,
}

/// Something that can be followed from one version of a file to the next.
pub trait Told {
    /// What it says, whatever its place among equals and its path.
    fn content(&self) -> [u8; 20];

    /// Its words; a bare tag has none.
    fn words(&self) -> Option<Words>;

    /// Where it stands in its file.
    fn place(&self) -> Place;
}

impl Words {
    /// As bytes, to be kept.
    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Out of bytes that were kept.
    pub(super) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl Brief {
    /// Of a marker.
    #[must_use]
    pub fn of(marker: &Marker) -> Self {
        Self { content: marker.content(), words: marker.words(), place: marker.place }
    }
}

impl Told for Brief {
    fn content(&self) -> [u8; 20] {
        self.content
    }

    fn words(&self) -> Option<Words> {
        self.words
    }

    fn place(&self) -> Place {
        self.place
    }
}

impl Told for Marker {
    fn content(&self) -> [u8; 20] {
        identity::content(self)
    }

    fn words(&self) -> Option<Words> {
        let text = self.text.expose();
        let whole: [u8; 20] = Sha1::digest(text).into();
        whole.first_chunk::<16>().filter(|_| !text.is_empty()).copied().map(Words)
    }

    fn place(&self) -> Place {
        self.place
    }
}
