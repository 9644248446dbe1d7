//! Whether a commit is proven to be somebody's: by an SSH or OpenPGP signature that fits a key which the trusted tree lists.
//!
//! Nothing but the commit's bytes, the trusted list and the time of its landing takes part; no program is started, and no
//! configuration of git's is read.

mod openpgp;
mod signed;
mod signers;

use ssh_key::LineEnding;
use ssh_key::PublicKey;
use ssh_key::SshSig;
use ssh_key::public::KeyData;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Objects as _;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;

pub use signers::{AllowedSigners, BadSigner};

use signed::Signed;

/// What git signs commits for.
const NAMESPACE: &str = "git";
/// A signature is a few hundred bytes.
const LONGEST: usize = 16 << 10;

/// Why a commit proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NoProof {
    /// It has no signature.
    #[error("it is not signed")]
    Unsigned,
    /// Its object is malformed: readers may see different commits.
    #[error("its object is malformed")]
    Malformed,
    /// It has more than one.
    #[error("it has several signatures")]
    SeveralSignatures,
    /// It has one for the other hash, or a header that looks like one.
    #[error("it has a signature for another form of the object")]
    OtherHash,
    /// It is signed with something else.
    #[error("it is signed with neither SSH nor OpenPGP")]
    OtherFormat,
    /// Its signature cannot be read.
    #[error("its signature cannot be read, or is of a kind that is not supported")]
    Unreadable,
    /// Its signature is of a form or over a hash that proves nothing.
    #[error("its signature is of a form, or over a hash, that proves nothing")]
    Weak,
    /// It was signed for something else than git.
    #[error("it was signed for something else than git")]
    Namespace,
    /// Its signature does not fit its content.
    #[error("its signature does not fit its content")]
    Wrong,
    /// It is signed with a key that is not listed.
    #[error("it is signed with a key that is not listed")]
    UnknownKey,
    /// It is signed with somebody else's key.
    #[error("it is signed with a key of somebody else's")]
    OtherPrincipal,
    /// The key is not listed for git.
    #[error("it is signed with a key that is not listed for git")]
    KeyNotForGit,
    /// Its signature says that it holds for a time, which was over.
    #[error("its signature was over when it landed")]
    Over,
    /// The key was not valid at that time.
    #[error("it is signed with a key that was not valid when it landed")]
    KeyNotValid,
}

/// Whether the commit of these bytes, in a repository of the format, was signed by someone with a key that is listed for him and was valid at a time.
///
/// # Errors
///
/// Why it proves nothing.
pub fn proven(
    format: ObjectFormat,
    bytes: &[u8],
    address: &str,
    at: UnixTime,
    signers: &AllowedSigners,
) -> Result<(), NoProof> {
    // Before anything else: what two readers could read in two ways is nobody's word.
    if !commit::parse(format, bytes).defects.is_empty() {
        return Err(NoProof::Malformed);
    }
    let Signed { payload, signature } = signed::take_apart(format, bytes)?;
    let address = address.trim().to_lowercase();
    if signature.starts_with(b"-----BEGIN PGP ") {
        if signature.len() > LONGEST {
            return Err(NoProof::Unreadable);
        }
        return openpgp::proven(&signature, &payload, &address, at, &signers.openpgp);
    }
    let signature = read(&signature)?;
    if !matches!(
        signature.public_key(),
        KeyData::Ed25519(_)
            | KeyData::SkEd25519(_)
            | KeyData::Ecdsa(_)
            | KeyData::SkEcdsaSha2NistP256(_)
            | KeyData::Rsa(_)
    ) {
        return Err(NoProof::Unreadable);
    }
    if signature.namespace() != NAMESPACE {
        return Err(NoProof::Namespace);
    }
    let key = PublicKey::from(signature.public_key().clone());
    key.verify(NAMESPACE, &payload, &signature).map_err(|_wrong| NoProof::Wrong)?;

    // The signature is good: whose is it? The entry that comes nearest tells why it is not.
    let entries = signers.signers.iter().filter(|signer| signer.key == *signature.public_key());
    let judged = entries.map(|signer| {
        if !signer.principals.contains(&address) {
            Err(NoProof::OtherPrincipal)
        } else if signer.namespaces.as_ref().is_some_and(|list| !list.iter().any(|one| one == NAMESPACE)) {
            Err(NoProof::KeyNotForGit)
        } else if signer.valid_after.is_some_and(|after| at < after)
            || signer.valid_before.is_some_and(|before| at > before)
        {
            Err(NoProof::KeyNotValid)
        } else {
            Ok(())
        }
    });
    let mut nearest = Err(NoProof::UnknownKey);
    for one in judged {
        nearest = match (nearest, one) {
            (_, Ok(())) | (Ok(()), _) => Ok(()),
            (Err(known), Err(why)) => Err(known.max(why)),
        };
    }
    nearest
}

impl Repository {
    /// As [`proven`], of a commit by its id.
    ///
    /// # Errors
    ///
    /// The commit is absent or damaged.
    pub fn proven(
        &self,
        commit: ObjectId,
        address: &str,
        at: UnixTime,
        signers: &AllowedSigners,
    ) -> Result<Result<(), NoProof>, RepoError> {
        Ok(proven(commit.format(), &self.store()?.commit(commit)?, address, at, signers))
    }
}

fn read(signature: &[u8]) -> Result<SshSig, NoProof> {
    if !signature.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
        return Err(NoProof::OtherFormat);
    }
    if signature.len() > LONGEST {
        return Err(NoProof::Unreadable);
    }
    let read = SshSig::from_pem(signature).map_err(|_error| NoProof::Unreadable)?;
    // What can be written in two ways would be two commits of one signature. Only where its lines break is free: signing
    // programs differ in that.
    let written = read.to_pem(LineEnding::LF).map_err(|_error| NoProof::Unreadable)?;
    let without_breaks = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\n').collect::<Vec<u8>>();
    if without_breaks(written.as_bytes()) == without_breaks(signature) { Ok(read) } else { Err(NoProof::Unreadable) }
}
