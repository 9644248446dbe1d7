//! A commit object taken apart into its signature and what the signature is about.

use bstr::ByteSlice as _;

use crate::facts::ObjectFormat;
use crate::repo::proof::NoProof;

/// A signature, and the bytes that it was made over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// The object without the header of the signature, byte for byte.
    pub(super) payload: Vec<u8>,
    /// The header's value, without the blank that each further line begins with.
    pub(super) signature: Vec<u8>,
}

/// Takes the signature out of a commit, as git does before it verifies one. It is about names of the format.
pub(super) fn take_apart(format: ObjectFormat, bytes: &[u8]) -> Result<Signed, NoProof> {
    let header = match format {
        ObjectFormat::Sha1 => b"gpgsig ".as_slice(),
        ObjectFormat::Sha256 => b"gpgsig-sha256 ",
    };
    let headers = bytes.find(b"\n\n").ok_or(NoProof::Malformed)?.saturating_add(1);
    let (headers, message) = bytes.split_at_checked(headers).ok_or(NoProof::Malformed)?;
    let mut payload = Vec::with_capacity(bytes.len());
    let mut signature: Option<Vec<u8>> = None;
    let mut inside = false;
    for line in headers.lines_with_terminator() {
        if let Some(more) = line.strip_prefix(b" ").filter(|_| inside) {
            signature.get_or_insert_default().extend_from_slice(more);
            continue;
        }
        inside = false;
        if let Some(first) = line.strip_prefix(header) {
            if signature.is_some() {
                return Err(NoProof::SeveralSignatures);
            }
            inside = true;
            signature = Some(first.to_vec());
        } else if line.starts_with(b"gpgsig") {
            return Err(NoProof::OtherHash);
        } else {
            payload.extend_from_slice(line);
        }
    }
    payload.extend_from_slice(message);
    Ok(Signed { payload, signature: signature.ok_or(NoProof::Unsigned)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_the_rest_byte_for_byte() {
        let signed =
            take_apart(ObjectFormat::Sha1, b"tree a\ngpgsig one\n two\n \n three\nx y\n z\n\nsay\n gpgsig no\n")
                .unwrap();
        assert_eq!(signed.signature.as_bstr(), "one\ntwo\n\nthree\n");
        assert_eq!(signed.payload.as_bstr(), "tree a\nx y\n z\n\nsay\n gpgsig no\n");
    }

    #[test]
    fn a_signature_over_names_by_sha256_has_its_own_header() {
        let bytes = b"tree a\ngpgsig-sha256 one\n two\nx y\n\nsay\n";
        let signed = take_apart(ObjectFormat::Sha256, bytes).unwrap();
        assert_eq!(
            (signed.signature.as_bstr(), signed.payload.as_bstr()),
            ("one\ntwo\n".into(), "tree a\nx y\n\nsay\n".into())
        );
        for (bytes, why) in [
            (&b"tree a\ngpgsig 1\n\n"[..], NoProof::OtherHash),
            (b"tree a\ngpgsig-sha256 1\ngpgsig 1\n\n", NoProof::OtherHash),
            (b"tree a\ngpgsig-sha256 1\ngpgsig-sha256 1\n\n", NoProof::SeveralSignatures),
            (b"tree a\n\nsay", NoProof::Unsigned),
        ] {
            assert_eq!(take_apart(ObjectFormat::Sha256, bytes), Err(why), "{}", bytes.as_bstr());
        }
    }

    #[test]
    fn what_is_not_one_signature_is_none() {
        for (bytes, why) in [
            (&b"tree a\n\nsay"[..], NoProof::Unsigned),
            (b"tree a\n", NoProof::Malformed),
            (b"tree a\ngpgsig 1\nx y\ngpgsig 2\n\n", NoProof::SeveralSignatures),
            (b"tree a\ngpgsig 1\ngpgsig 2\n\n", NoProof::SeveralSignatures),
            (b"tree a\ngpgsig 1\ngpgsig-sha256 2\n\n", NoProof::OtherHash),
            (b"tree a\ngpgsig-sha256 2\n\n", NoProof::OtherHash),
            (b"tree a\ngpgsig\n\n", NoProof::OtherHash),
            // In a tag that was merged, or in the message.
            (b"tree a\nmergetag object b\n gpgsig 1\n\ngpgsig 2\n", NoProof::Unsigned),
        ] {
            assert_eq!(take_apart(ObjectFormat::Sha1, bytes), Err(why), "{}", bytes.as_bstr());
        }
    }
}
