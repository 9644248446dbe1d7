//! OpenPGP signatures that git and GnuPG made (`tests/signatures/openpgp/make.sh`), verified without either.

use std::fs;

use debtlint::facts::ObjectFormat;
use debtlint::facts::UnixTime;
use debtlint::repo::proof::AllowedSigners;
use debtlint::repo::proof::NoProof;
use debtlint::repo::proof::proven;

use crate::support::Room;

const JUNE: &str = "2026-06-01T10:00:00Z";
const CTO: &str = "cto@example.com";

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("tests/signatures/openpgp/{name}")).unwrap()
}

fn signers() -> AllowedSigners {
    AllowedSigners::default().with_openpgp(&file("allowed_signers.asc"))
}

fn judged(commit: &[u8], address: &str, time: &str, signers: &AllowedSigners) -> Result<(), NoProof> {
    let time: jiff::Timestamp = time.parse().unwrap();
    proven(ObjectFormat::Sha1, commit, address, UnixTime::new(time.as_second()).unwrap(), signers)
}

#[test]
fn commits_that_git_signed() {
    let signers = signers();
    for (name, proof) in [
        ("rsa", Ok(())),
        ("ed25519", Ok(())),
        ("p256", Ok(())),
        ("p384", Ok(())),
        ("p521", Ok(())),
        ("subkey", Ok(())),
        ("expiring", Ok(())),
        ("passing", Ok(())),
        // Listed, and of no use.
        ("dsa", Err(NoProof::UnknownKey)),
        ("short", Err(NoProof::UnknownKey)),
        ("revoked", Err(NoProof::UnknownKey)),
        ("subkey-revoked", Err(NoProof::UnknownKey)),
        ("stranger", Err(NoProof::UnknownKey)),
        ("sha1", Err(NoProof::Weak)),
        ("text", Err(NoProof::Weak)),
        ("notation", Err(NoProof::Weak)),
    ] {
        assert_eq!(judged(&file(&format!("{name}.commit")), CTO, JUNE, &signers), proof, "{name}");
    }
    let bad: Vec<_> =
        signers.bad_lines().flat_map(|(path, bad)| bad.iter().map(move |one| (path, one.reason))).collect();
    let kinds =
        "it has no key that may sign and is of a supported kind: Ed25519, ECDSA of NIST's curves, RSA from 2048 bits";
    let path = ".debtlint/allowed_signers.asc";
    assert_eq!(bad, [(path, kinds), (path, kinds), (path, "its key has been revoked")]);
}

#[test]
fn whose_key_it_is_and_when_it_holds() {
    let signers = signers();
    for (name, address, time, proof) in [
        ("rsa", " CTO@Example.com ", JUNE, Ok(())),
        ("rsa", "deputy@example.com", JUNE, Err(NoProof::OtherPrincipal)),
        ("rsa", "", JUNE, Err(NoProof::OtherPrincipal)),
        // Of several names of one key.
        ("p256", "deputy@example.com", JUNE, Ok(())),
        ("p256", "gone@example.com", JUNE, Err(NoProof::OtherPrincipal)),
        // GnuPG reads a date as noon of that day.
        ("expiring", CTO, "2026-06-15T11:59:59Z", Ok(())),
        ("expiring", CTO, "2026-06-15T12:00:00Z", Err(NoProof::KeyNotValid)),
        ("subkey-expiring", CTO, "2026-06-15T11:59:59Z", Ok(())),
        ("subkey-expiring", CTO, "2026-06-15T12:00:00Z", Err(NoProof::KeyNotValid)),
        ("subkey", CTO, "2026-06-15T12:00:00Z", Ok(())),
        ("passing", CTO, "2026-06-10T11:59:59Z", Ok(())),
        ("passing", CTO, "2026-06-10T12:00:00Z", Err(NoProof::Over)),
    ] {
        let commit = file(&format!("{name}.commit"));
        assert_eq!(judged(&commit, address, time, &signers), proof, "{name} {address} {time}");
    }
    // Keys of SSH and of OpenPGP are listed beside each other, and neither stands for the other.
    let ssh = AllowedSigners::parse(&fs::read("tests/signatures/allowed_signers").unwrap());
    let commit = fs::read("tests/signatures/ed25519.commit").unwrap();
    assert_eq!(judged(&file("rsa.commit"), CTO, JUNE, &ssh), Err(NoProof::UnknownKey));
    assert_eq!(judged(&commit, CTO, JUNE, &signers), Err(NoProof::UnknownKey));
    let both = ssh.with_openpgp(&file("allowed_signers.asc"));
    assert_eq!(judged(&file("rsa.commit"), CTO, JUNE, &both), Ok(()));
    assert_eq!(judged(&commit, CTO, JUNE, &both), Ok(()));
}

/// What is signed is the commit without its signature. Of the signature some bytes are free: who made it stands in it a
/// second time, unsigned.
#[test]
fn no_byte_of_what_is_signed_can_be_changed() {
    let signers = signers();
    let commit = file("ed25519.commit");
    let text = String::from_utf8(commit.clone()).unwrap();
    let (from, to) = (text.find("gpgsig").unwrap(), text.find("-----END PGP SIGNATURE-----").unwrap());
    for place in (0..commit.len()).filter(|place| !(from..to).contains(place)) {
        for flip in [0x01, 0x20, 0x80] {
            let mut other = commit.clone();
            other[place] ^= flip;
            assert!(
                judged(&other, CTO, JUNE, &signers).is_err(),
                "byte {place} of {}",
                String::from_utf8_lossy(&other)
            );
        }
        let mut shorter = commit.clone();
        shorter.remove(place);
        let is_last_break_of_header = text[place..].starts_with("\n") && text[..place].ends_with("SIGNATURE-----");
        assert!(is_last_break_of_header || judged(&shorter, CTO, JUNE, &signers).is_err(), "without byte {place}");
    }
}

#[test]
fn a_signature_that_is_none() {
    let signers = signers();
    let [one, other] = ["ed25519", "rsa"].map(|name| String::from_utf8(file(&format!("{name}.commit"))).unwrap());
    let header = |text: &str| {
        let from = text.find("gpgsig").unwrap();
        let to = text.find("-----END PGP SIGNATURE-----\n").unwrap() + 28;
        text[from..to].to_owned()
    };
    let with = |signature: &str| one.replacen(&header(&one), signature, 1);
    let block = |text: &str| header(text).replacen("gpgsig", "", 1);
    let begin = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n ";
    let end = "\n -----END PGP SIGNATURE-----\n";
    for (signature, why) in [
        (header(&other), NoProof::Wrong),
        (header(&one) + &header(&other), NoProof::SeveralSignatures),
        (header(&one) + &block(&other), NoProof::SeveralSignatures),
        (header(&one) + " more\n", NoProof::Unreadable),
        (format!("{begin}iQ=={end}"), NoProof::Unreadable),
        (format!("{begin}{end}"), NoProof::Unreadable),
        (format!("{begin}{}{end}", "A".repeat(20_000)), NoProof::Unreadable),
        ("gpgsig -----BEGIN PGP SIGNATURE-----\n".to_owned(), NoProof::Unreadable),
        ("gpgsig -----BEGIN PGP MESSAGE-----\n \n owE=\n -----END PGP MESSAGE-----\n".to_owned(), NoProof::Unreadable),
    ] {
        assert_eq!(judged(with(&signature).as_bytes(), CTO, JUNE, &signers), Err(why), "{signature}");
    }
    assert_eq!(judged(one.as_bytes(), CTO, JUNE, &AllowedSigners::default()), Err(NoProof::UnknownKey));
}

#[test]
fn keys_that_cannot_be_read_are_told_by_their_line() {
    let keys = String::from_utf8(file("allowed_signers.asc")).unwrap();
    let first = keys.split_inclusive("-----END PGP PUBLIC KEY BLOCK-----\n").next().unwrap();
    let cut = first.rsplit_once("-----END").unwrap().0;
    let private = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----\n";
    let damaged = first.replace("mQGN", "AAAA");
    for (text, told) in [
        (format!("{first}\n"), vec![]),
        (format!("{first}{cut}"), vec![(first.lines().count() + 2, "its end is missing")]),
        (format!("# ours\n{private}{first}"), vec![(2, "it is no block of public keys")]),
        (damaged, vec![(2, "its key cannot be read")]),
        ("nothing\n".to_owned(), vec![]),
    ] {
        let signers = AllowedSigners::default().with_openpgp(text.as_bytes());
        let bad: Vec<_> = signers.bad_lines().flat_map(|(_, bad)| bad).map(|bad| (bad.line, bad.reason)).collect();
        assert_eq!(bad, told, "{text}");
    }
}

/// A repository that git made, with a loosened policy that GnuPG signed.
#[test]
fn a_loosening_is_carried_by_the_sponsor() {
    let room = Room::new();
    for (name, path) in [("whole.pack", "objects/pack/pack-1.pack"), ("whole.idx", "objects/pack/pack-1.idx")] {
        room.put(&format!("past.git/{path}"), &file(name));
    }
    room.put("past.git/HEAD", "ref: refs/heads/main\n");
    room.put("past.git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
    room.put("past.git/refs/heads/.keep", "");
    let id = |name: &str| String::from_utf8(file(name)).unwrap().trim().to_owned();
    let check = |head: &str| room.debtlint(["check", "past.git", "--base", &id("base"), "--head", &id(head)]);
    let (carried, not) = (check("head-rsa"), check("head-stranger"));
    assert_eq!(carried.status, Some(0), "{carried}");
    assert!(carried.stdout.contains("the sponsor has signed it"), "{carried}");
    assert_eq!(not.status, Some(1), "{not}");
    assert!(not.stdout.contains("signed with a key that is not listed"), "{not}");
}
