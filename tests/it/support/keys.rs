//! Test keys, made from their names: the same on every machine, and worth nothing.

use ssh_key::HashAlg;
use ssh_key::LineEnding;
use ssh_key::PrivateKey;
use ssh_key::private::Ed25519Keypair;

/// The key of that name.
fn key(name: &str) -> PrivateKey {
    let mut seed = [0; 32];
    seed.iter_mut().zip(name.bytes()).for_each(|(to, byte)| *to = byte);
    PrivateKey::from(Ed25519Keypair::from_seed(&seed))
}

/// The header that signs a commit object which is otherwise these bytes; `who` may end with ` for NAMESPACE`.
pub(crate) fn header(who: &str, object: &str) -> String {
    let (name, namespace) = who.split_once(" for ").unwrap_or((who, "git"));
    let signature = key(name).sign(namespace, HashAlg::Sha512, object.as_bytes()).unwrap();
    let armoured = signature.to_pem(LineEnding::LF).unwrap();
    format!("gpgsig {}\n", armoured.trim_end().replace('\n', "\n "))
}

/// A text with `${key:NAME}` replaced by the public key of that name.
pub(crate) fn filled(text: &str) -> String {
    let mut parts = text.split("${key:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap();
        out += &key(name).public_key().to_openssh().unwrap();
        out += rest;
    }
    out
}
