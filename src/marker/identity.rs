//! The identity of markers.

use std::collections::HashMap;

use sha1::Digest as _;
use sha1::Sha1;

use crate::marker::item::Attributes;
use crate::marker::item::Marker;
use crate::marker::item::MarkerId;

/// Gives out identities within one file; equals are told apart by their order.
#[derive(Debug, Default)]
pub(super) struct Identities {
    equals: HashMap<[u8; 20], u32>,
}

impl Identities {
    /// The identity of the next marker of the file, and its place among its equals.
    pub(super) fn next(&mut self, tag: &str, attributes: &Attributes, text: &str) -> (MarkerId, u32) {
        let content: [u8; 20] = digest(tag, attributes, text).finalize().into();
        let seen = self.equals.entry(content).or_default();
        let ordinal = *seen;
        *seen = seen.saturating_add(1);
        let mut with_ordinal = Sha1::new_with_prefix(content);
        with_ordinal.update(ordinal.to_be_bytes());
        let whole: [u8; 20] = with_ordinal.finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = whole;
        (MarkerId::new([a, b, c, d, e, f, g, h]), ordinal)
    }
}

impl Marker {
    /// The identity of the first marker of its content: what it says, whatever its place among equals and its path.
    #[must_use]
    pub fn content_id(&self) -> MarkerId {
        Identities::default().next(&self.tag, &self.attributes, self.text.expose()).0
    }
}

/// What a marker says, whatever its place among equals and its path.
pub(super) fn content(marker: &Marker) -> [u8; 20] {
    digest(&marker.tag, &marker.attributes, marker.text.expose()).finalize().into()
}

/// Each part goes in with its kind and length, so that no two different markers read alike. Attributes have no order.
fn digest(tag: &str, attributes: &Attributes, text: &str) -> Sha1 {
    let mut digest = Sha1::new_with_prefix("debtlint marker 1");
    let mut part = |kind: u8, text: &str| {
        digest.update([kind]);
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    };
    part(b't', tag);
    let sorted = |kind: u8, mut texts: Vec<String>| {
        texts.sort_unstable();
        texts.into_iter().map(move |text| (kind, text))
    };
    let owners = attributes.owners.iter().map(|owner| owner.expose().to_lowercase()).collect();
    let tickets = attributes.tickets.iter().map(|ticket| ticket.expose().to_owned()).collect();
    let malformed = attributes.malformed.iter().map(|bad| bad.text.expose().to_owned()).collect();
    for (kind, text) in sorted(b'o', owners).chain(sorted(b'k', tickets)).chain(sorted(b'm', malformed)) {
        part(kind, &text);
    }
    if let Some(due) = attributes.due {
        part(b'd', &due.number().to_string());
    }
    if let Some(minutes) = attributes.estimate_minutes {
        part(b'e', &minutes.to_string());
    }
    part(b'x', text);
    digest
}
