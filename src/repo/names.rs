//! Texts that many commits share, each kept once: who made them, and what trailers say.

use foldhash::HashMap;
use foldhash::HashSet;

use crate::facts::Identity;
use crate::facts::Trailer;
use crate::facts::Untrusted;
use crate::repo::walk::IdentityMap;

/// What is known so far of the texts in commits.
pub(super) struct Names<'m> {
    identities: &'m IdentityMap<'m>,
    // The default hasher, keyed at random: who writes commits can choose names that collide.
    known: HashMap<Identity, Identity>,
    texts: HashSet<Untrusted>,
}

impl<'m> Names<'m> {
    pub(super) fn new(identities: &'m IdentityMap<'m>) -> Self {
        Self { identities, known: HashMap::default(), texts: HashSet::default() }
    }

    /// An identity as it was written, and as it is meant.
    pub(super) fn identity(&mut self, written: Identity) -> (Identity, Identity) {
        if let Some((written, meant)) = self.known.get_key_value(&written) {
            return (written.clone(), meant.clone());
        }
        let written = Identity { name: self.text(written.name), email: self.text(written.email) };
        let meant = (self.identities)(&written);
        let meant = Identity { name: self.text(meant.name), email: self.text(meant.email) };
        self.known.insert(written.clone(), meant.clone());
        (written, meant)
    }

    /// A trailer; its value, too, is mostly one of a few people.
    pub(super) fn trailer(&mut self, trailer: Trailer) -> Trailer {
        Trailer { key: self.text(trailer.key), value: self.text(trailer.value) }
    }

    fn text(&mut self, text: Untrusted) -> Untrusted {
        if let Some(known) = self.texts.get(&text) {
            return known.clone();
        }
        self.texts.insert(text.clone());
        text
    }
}
