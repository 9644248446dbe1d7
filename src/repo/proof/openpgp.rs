//! OpenPGP: the keys of `.debtlint/allowed_signers.asc`, and the signatures that they make.
//!
//! A key counts as far as its own signatures say so: for the addresses of its names, while it is neither over nor revoked,
//! and only if it says that it may sign. Whatever was revoked stays so, whenever and why ever that was.

use pgp::composed::Deserializable as _;
use pgp::composed::DetachedSignature;
use pgp::composed::SignedPublicKey;
use pgp::composed::SignedPublicSubKey;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::PublicKey;
use pgp::packet::PublicSubkey;
use pgp::packet::Signature;
use pgp::packet::SignatureType;
use pgp::packet::SignatureVersion;
use pgp::packet::SubpacketData;
use pgp::packet::UserId;
use pgp::ser::Serialize as _;
use pgp::types::EcdsaPublicParams;
use pgp::types::EddsaLegacyPublicParams;
use pgp::types::KeyDetails as _;
use pgp::types::KeyVersion;
use pgp::types::PublicParams;
use pgp::types::Tag;

use crate::facts::UnixTime;
use crate::repo::proof::NoProof;
use crate::repo::proof::signers::BadSigner;

const BEGIN: &str = "-----BEGIN PGP ";
const BEGIN_KEYS: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END_KEYS: &str = "-----END PGP PUBLIC KEY BLOCK-----";
const END_SIGNATURE: &str = "-----END PGP SIGNATURE-----";
/// More keys than these are not read.
const MOST: usize = 1_000;

/// A key that signs, and whose it is.
#[derive(Debug, Clone)]
pub(super) struct Signer {
    key: Key,
    /// Addresses in lower case.
    addresses: Vec<String>,
    /// In seconds: the first moment at which it is over.
    until: Option<i64>,
}

#[derive(Debug, Clone)]
enum Key {
    Primary(PublicKey),
    Sub(PublicSubkey),
}

/// What the keys of a file are, as a reader would compare two of them: a fingerprint, and for whom.
pub(super) fn told(bytes: &[u8]) -> Vec<String> {
    let read = |block: Result<String, &'static str>| block.map_or_else(|_bad| Vec::new(), |text| certificates(&text));
    let all = blocks(bytes).into_iter().flat_map(|(_, block)| read(block)).filter_map(Result::ok);
    all.map(|key| format!("{:X} of {}", key.fingerprint(), addresses(&key).join(", "))).collect()
}

/// Reads the file's bytes: the keys that sign, and where what cannot be used begins.
pub(super) fn read(bytes: &[u8]) -> (Vec<Signer>, Vec<BadSigner>) {
    let (mut signers, mut bad) = (Vec::new(), Vec::new());
    for (line, block) in blocks(bytes) {
        let keys = match block {
            Ok(text) => certificates(&text),
            Err(reason) => vec![Err(reason)],
        };
        for key in keys {
            match key.and_then(|key| of_certificate(&key)) {
                Ok(_) | Err(_) if signers.len() >= MOST => {}
                Ok(found) => signers.extend(found),
                Err(reason) => bad.push(BadSigner { line, reason }),
            }
        }
    }
    (signers, bad)
}

/// Whether a signature over these bytes is that of someone whose key is listed for him and was valid at a time.
pub(super) fn proven(
    signature: &[u8],
    payload: &[u8],
    address: &str,
    at: UnixTime,
    signers: &[Signer],
) -> Result<(), NoProof> {
    let signature = single(signature)?;
    let sound = is_sound(&signature) && signature.typ() == Some(SignatureType::Binary);
    let created = signature.created().filter(|_| sound).ok_or(NoProof::Weak)?;
    let named: Vec<&Signer> = signers.iter().filter(|signer| signer.key.is_named_by(&signature)).collect();
    if named.is_empty() {
        return Err(NoProof::UnknownKey);
    }
    let detached = DetachedSignature::new(signature);
    let good = named.into_iter().filter(|signer| signer.key.has_made(&detached, payload));
    let good: Vec<&Signer> = good.collect();
    if good.is_empty() {
        return Err(NoProof::Wrong);
    }
    let good: Vec<&Signer> =
        good.into_iter().filter(|signer| signer.addresses.iter().any(|one| one == address)).collect();
    if good.is_empty() {
        return Err(NoProof::OtherPrincipal);
    }
    let at = at.seconds();
    let lasts = detached.signature.signature_expiration_time().map_or(0, |lasts| lasts.as_secs());
    if lasts > 0 && at >= i64::from(created.as_secs()).saturating_add(i64::from(lasts)) {
        return Err(NoProof::Over);
    }
    let is_valid = |signer: &Signer| signer.until.is_none_or(|until| at < until);
    if good.into_iter().any(is_valid) { Ok(()) } else { Err(NoProof::KeyNotValid) }
}

/// The one signature of a header.
fn single(armoured: &[u8]) -> Result<Signature, NoProof> {
    let text = std::str::from_utf8(armoured).map_err(|_error| NoProof::Unreadable)?;
    if text.matches(BEGIN).count() > 1 {
        return Err(NoProof::SeveralSignatures);
    }
    if !text.trim_end_matches('\n').ends_with(END_SIGNATURE) {
        return Err(NoProof::Unreadable);
    }
    let (found, _headers) = DetachedSignature::from_string_many(text).map_err(|_error| NoProof::Unreadable)?;
    let mut found = found.collect::<Result<Vec<_>, _>>().map_err(|_error| NoProof::Unreadable)?.into_iter();
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.signature),
        (None, _) => Err(NoProof::Unreadable),
        (Some(_), Some(_)) => Err(NoProof::SeveralSignatures),
    }
}

impl Key {
    /// Whether the signature says that it is this key's.
    fn is_named_by(&self, signature: &Signature) -> bool {
        let (fingerprint, id) = match self {
            Self::Primary(key) => (key.fingerprint(), key.legacy_key_id()),
            Self::Sub(key) => (key.fingerprint(), key.legacy_key_id()),
        };
        let (fingerprints, ids) = (signature.issuer_fingerprint(), signature.issuer_key_id());
        fingerprints.iter().any(|one| **one == fingerprint)
            || (fingerprints.is_empty() && ids.iter().any(|one| **one == id))
    }

    fn has_made(&self, signature: &DetachedSignature, payload: &[u8]) -> bool {
        match self {
            Self::Primary(key) => signature.verify(key, payload).is_ok(),
            Self::Sub(key) => signature.verify(key, payload).is_ok(),
        }
    }
}

/// The armoured blocks of a file, each with the line that it begins at. Whatever stands between them is a comment.
fn blocks(bytes: &[u8]) -> Vec<(usize, Result<String, &'static str>)> {
    let text = String::from_utf8_lossy(bytes);
    let mut all = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (1..).zip(text.lines().map(str::trim_end)) {
        match &mut open {
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None if line == BEGIN_KEYS => open = Some((number, format!("{line}\n"))),
            None if line.starts_with(BEGIN) => all.push((number, Err("it is no block of public keys"))),
            None => {}
        }
        if line == END_KEYS
            && let Some((from, block)) = open.take()
        {
            all.push((from, Ok(block)));
        }
    }
    all.extend(open.map(|(from, _)| (from, Err("its end is missing"))));
    all
}

fn certificates(block: &str) -> Vec<Result<SignedPublicKey, &'static str>> {
    const NONE: &str = "its key cannot be read";
    match SignedPublicKey::from_string_many(block) {
        Ok((keys, _headers)) => {
            let keys: Vec<_> = keys.take(MOST).map(|key| key.map_err(|_error| NONE)).collect();
            if keys.is_empty() { vec![Err(NONE)] } else { keys }
        }
        Err(_error) => vec![Err(NONE)],
    }
}

/// The keys of a certificate that sign.
fn of_certificate(certificate: &SignedPublicKey) -> Result<Vec<Signer>, &'static str> {
    let primary = &certificate.primary_key;
    if !matches!(primary.version(), KeyVersion::V4 | KeyVersion::V6) {
        return Err("its key is of an old version");
    }
    let details = &certificate.details;
    if details.revocation_signatures.iter().any(|one| one.verify_key(primary).is_ok()) {
        return Err("its key has been revoked");
    }
    let addresses = addresses(certificate);
    if addresses.is_empty() {
        return Err("its key has no name with an address that it has signed itself with SHA-256 or better");
    }
    // Several names may say several things of their key: the least of them holds.
    let direct = newest(details.direct_signatures.iter().filter(|one| one.verify_key(primary).is_ok()));
    let of_names = details.users.iter().filter_map(|user| binding(primary, &user.id, &user.signatures));
    let current: Vec<&Signature> = direct.into_iter().chain(of_names).collect();
    let expiries = current.iter().filter_map(|one| until(primary.created_at().as_secs(), one));
    let whole = expiries.min();
    let mut found = Vec::new();
    let with_flags: Vec<_> =
        current.iter().map(|one| one.key_flags()).filter(|flags| flags.certify() || flags.sign()).collect();
    if is_strong(primary.public_params()) && !with_flags.is_empty() && with_flags.iter().all(|flags| flags.sign()) {
        found.push(Signer { key: Key::Primary(primary.clone()), addresses: addresses.clone(), until: whole });
    }
    for subkey in &certificate.public_subkeys {
        let Some(binding) = bound(primary, subkey) else { continue };
        let own = until(subkey.created_at().as_secs(), binding);
        let until = own.into_iter().chain(whole).min();
        found.push(Signer { key: Key::Sub(subkey.key.clone()), addresses: addresses.clone(), until });
    }
    if found.is_empty() {
        return Err(
            "it has no key that may sign and is of a supported kind: Ed25519, ECDSA of NIST's curves, RSA from 2048 bits",
        );
    }
    Ok(found)
}

/// The addresses that a key bears by its own word, in lower case.
fn addresses(certificate: &SignedPublicKey) -> Vec<String> {
    let users = certificate.details.users.iter();
    let bound = users.filter(|user| binding(&certificate.primary_key, &user.id, &user.signatures).is_some());
    let mut all: Vec<String> = bound.filter_map(|user| address(user.id.as_str()?)).collect();
    all.sort();
    all.dedup();
    all
}

/// `Name <address>`, or an address alone.
fn address(id: &str) -> Option<String> {
    let inner = id.trim_end().strip_suffix('>').and_then(|id| id.rsplit_once('<'));
    let address = inner.map_or(id, |(_, address)| address).trim().to_lowercase();
    (address.contains('@') && !address.contains(char::is_whitespace)).then_some(address)
}

/// The newest signature by which a key bears a name, unless it has revoked one.
fn binding<'s>(primary: &PublicKey, id: &UserId, signatures: &'s [Signature]) -> Option<&'s Signature> {
    let own: Vec<&Signature> =
        signatures.iter().filter(|one| one.verify_certification(primary, Tag::UserId, id).is_ok()).collect();
    let is_revocation = |one: &&Signature| one.typ() == Some(SignatureType::CertRevocation);
    if own.iter().any(is_revocation) { None } else { newest(own.into_iter()) }
}

/// The newest signature by which a subkey that may sign is a key's, and the key is the subkey's.
fn bound<'s>(primary: &PublicKey, subkey: &'s SignedPublicSubKey) -> Option<&'s Signature> {
    let own = subkey.signatures.iter().filter(|one| one.verify_subkey_binding(primary, &subkey.key).is_ok());
    let own: Vec<&Signature> = own.collect();
    let is_revocation = |one: &&Signature| one.typ() == Some(SignatureType::SubkeyRevocation);
    if own.iter().any(is_revocation) || !is_strong(subkey.public_params()) {
        return None;
    }
    let found = newest(own.into_iter())?;
    let back = found.embedded_signature().filter(|back| is_sound(back))?;
    let is_mutual = back.verify_primary_key_binding(&subkey.key, primary).is_ok();
    (found.key_flags().sign() && is_mutual).then_some(found)
}

fn newest<'s>(signatures: impl Iterator<Item = &'s Signature>) -> Option<&'s Signature> {
    signatures.filter(|one| is_sound(one)).max_by_key(|one| one.created().map(|created| created.as_secs()))
}

/// When what was made at a time is over, as a signature says.
fn until(made: u32, signature: &Signature) -> Option<i64> {
    let end = |begin: u32, lasts: u32| (lasts > 0).then(|| i64::from(begin).saturating_add(i64::from(lasts)));
    let key = signature.key_expiration_time().and_then(|lasts| end(made, lasts.as_secs()));
    let created = signature.created().map_or(made, |created| created.as_secs());
    let own = signature.signature_expiration_time().and_then(|lasts| end(created, lasts.as_secs()));
    key.into_iter().chain(own).min()
}

/// Whether a signature is of a form, and over a hash, that can be relied on; and says nothing that we would have to know.
fn is_sound(signature: &Signature) -> bool {
    use HashAlgorithm::{Sha3_256, Sha3_512, Sha256, Sha384, Sha512};
    let Some(config) = signature.config() else { return false };
    let is_critical_notation =
        config.hashed_subpackets().any(|one| one.is_critical && matches!(one.data, SubpacketData::Notation(_)));
    matches!(signature.version(), SignatureVersion::V4 | SignatureVersion::V6)
        && matches!(config.hash_alg, Sha256 | Sha384 | Sha512 | Sha3_256 | Sha3_512)
        && !is_critical_notation
}

fn is_strong(key: &PublicParams) -> bool {
    // Modulus and exponent, each behind two bytes that say how long it is: the exponent has five bytes at most.
    const SHORTEST: usize = 2 + 256 + 2 + 1;
    match key {
        PublicParams::RSA(key) => key.write_len() >= SHORTEST,
        PublicParams::ECDSA(key) => matches!(
            key,
            EcdsaPublicParams::P256 { .. } | EcdsaPublicParams::P384 { .. } | EcdsaPublicParams::P521 { .. }
        ),
        PublicParams::EdDSALegacy(EddsaLegacyPublicParams::Ed25519 { .. }) | PublicParams::Ed25519(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pgp::packet::Subpacket;

    use super::*;

    /// A subkey whose own signature is another's is nobody's: whoever took it into a key could sign with it in no way, but would
    /// pass for who does.
    #[test]
    fn a_subkey_says_itself_whose_it_is() {
        let file = std::fs::read("tests/signatures/openpgp/allowed_signers.asc").unwrap();
        let all = blocks(&file).into_iter().flat_map(|(_, block)| certificates(&block.unwrap())).map(Result::unwrap);
        let bindings: Vec<(PublicKey, SignedPublicSubKey, Signature)> = all
            .flat_map(|one| one.public_subkeys.into_iter().map(move |subkey| (one.primary_key.clone(), subkey)))
            .filter_map(|(key, subkey)| bound(&key, &subkey).cloned().map(|binding| (key, subkey, binding)))
            .collect();
        let [(key, subkey, binding), (_, _, other), ..] = bindings.as_slice() else { panic!("there are several") };
        let with = |back: Option<&Signature>| {
            let mut binding = binding.clone();
            let is_back = |one: &Subpacket| matches!(one.data, SubpacketData::EmbeddedSignature(_));
            let place = binding.config().unwrap().unhashed_subpackets().position(is_back).unwrap();
            binding.unhashed_subpacket_remove(place).unwrap();
            if let Some(back) = back {
                let back = SubpacketData::EmbeddedSignature(Box::new(back.clone()));
                binding.unhashed_subpacket_push(Subpacket::regular(back).unwrap()).unwrap();
            }
            bound(key, &SignedPublicSubKey::new(subkey.key.clone(), vec![binding])).is_some()
        };
        assert!(with(binding.embedded_signature()));
        assert!(!with(other.embedded_signature()));
        assert!(!with(None));
    }
}
