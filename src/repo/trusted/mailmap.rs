//! `.mailmap`: who is who.

use bstr::ByteSlice as _;
use gix_actor::SignatureRef;

use crate::facts::Identity;
use crate::facts::Untrusted;

/// Proper names and addresses for those that commits carry.
#[derive(Debug, Clone, Default)]
pub struct Mailmap(gix_mailmap::Snapshot);

impl Mailmap {
    /// Reads the file's bytes. Lines that are no entries are left out, as git does.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        Self(gix_mailmap::Snapshot::from_bytes(bytes))
    }

    /// The identity that is meant.
    #[must_use]
    pub fn map(&self, identity: &Identity) -> Identity {
        let (name, email) = (identity.name.expose().as_bytes().as_bstr(), identity.email.expose().as_bytes().as_bstr());
        let Some(found) = self.0.try_resolve_ref(SignatureRef { name, email, time: "" }) else {
            return identity.clone();
        };
        let proper = |new: Option<&bstr::BStr>, old: &Untrusted| {
            new.map_or_else(|| old.clone(), |new| Untrusted::from_bytes(new))
        };
        Identity { name: proper(found.name, &identity.name), email: proper(found.email, &identity.email) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_forms_of_an_entry() {
        let map = Mailmap::parse(
            b"# people\n\
              Proper One <one@example.com>\n\
              <two@example.com> <two@old.example.com>\n\
              Proper Three <three@example.com> <three@old.example.com>\n\
              Proper Four <four@example.com> Nick <shared@example.com>\n\
              no address\n\
              <<<\n",
        );
        for (name, email, proper_name, proper_email) in [
            ("x", "one@example.com", "Proper One", "one@example.com"),
            ("x", "ONE@example.COM", "Proper One", "one@example.com"),
            ("Two", "two@old.example.com", "Two", "two@example.com"),
            ("x", "three@old.example.com", "Proper Three", "three@example.com"),
            ("nick", "shared@example.com", "Proper Four", "four@example.com"),
            ("Other", "shared@example.com", "Other", "shared@example.com"),
            ("", "", "", ""),
        ] {
            let written = Identity { name: Untrusted::new(name), email: Untrusted::new(email) };
            let mapped = map.map(&written);
            assert_eq!(
                (mapped.name.expose(), mapped.email.expose().to_lowercase()),
                (proper_name, proper_email.to_owned())
            );
        }
    }

    #[test]
    fn a_file_that_says_nothing_changes_nothing() {
        let written = Identity { name: Untrusted::new("A"), email: Untrusted::new("a@example.com") };
        for file in [&b""[..], b"\n\n#\n", b"\xff\xfe\x00"] {
            assert_eq!(Mailmap::parse(file).map(&written), written);
        }
    }
}
