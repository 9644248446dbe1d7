//! Signatures that git and OpenSSH made (`tests/signatures/make.sh`), verified without either.

use std::fs;

use debtlint::facts::ObjectFormat;
use debtlint::facts::UnixTime;
use debtlint::repo::proof::AllowedSigners;
use debtlint::repo::proof::NoProof;
use debtlint::repo::proof::proven;

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("tests/signatures/{name}")).unwrap()
}

fn signers() -> AllowedSigners {
    AllowedSigners::parse(&file("allowed_signers"))
}

fn at(text: &str) -> UnixTime {
    let time: jiff::Timestamp = text.parse().unwrap();
    UnixTime::new(time.as_second()).unwrap()
}

fn judged(commit: &[u8], address: &str, time: &str) -> Result<(), NoProof> {
    proven(ObjectFormat::Sha1, commit, address, at(time), &signers())
}

const JUNE: &str = "2026-06-01T10:00:00Z";
const CTO: &str = "cto@example.com";

#[test]
fn commits_that_git_signed() {
    for (name, proof) in [
        ("ed25519", Ok(())),
        ("p256", Ok(())),
        ("p384", Ok(())),
        ("p521", Ok(())),
        ("rsa", Ok(())),
        ("rsa-short", Err(NoProof::Wrong)),
        ("by-hand", Ok(())),
        ("stranger", Err(NoProof::UnknownKey)),
        ("unsigned", Err(NoProof::Unsigned)),
        ("namespace", Err(NoProof::Namespace)),
    ] {
        assert_eq!(judged(&file(&format!("{name}.commit")), CTO, JUNE), proof, "{name}");
    }
    // The key of 1024 bits is listed, and said to be of no use.
    let signers = signers();
    let bad = signers.bad_lines().flat_map(|(_, bad)| bad).map(|bad| (bad.line, bad.reason));
    assert_eq!(bad.collect::<Vec<_>>(), [(7, "its RSA key is shorter than 2048 bits")]);
}

#[test]
fn a_commit_that_git_signed_in_a_sha256_repository() {
    let commit = file("sha256.commit");
    let judged = |format, commit: &[u8]| proven(format, commit, CTO, at(JUNE), &signers());
    assert_eq!(judged(ObjectFormat::Sha256, &commit), Ok(()));
    assert_eq!(judged(ObjectFormat::Sha1, &commit), Err(NoProof::Malformed), "its tree has no name there");
    let other = String::from_utf8(commit).unwrap().replace("a waiver", "no waiver");
    assert_eq!(judged(ObjectFormat::Sha256, other.as_bytes()), Err(NoProof::Wrong));
}

#[test]
fn whose_key_it_is_and_when_it_holds() {
    let (one, other) = (file("ed25519.commit"), file("p256.commit"));
    for (commit, address, time, proof) in [
        (&one, " CTO@Example.com ", JUNE, Ok(())),
        (&one, "deputy@example.com", JUNE, Err(NoProof::OtherPrincipal)),
        (&one, "", JUNE, Err(NoProof::OtherPrincipal)),
        (&one, CTO, "1970-01-01T00:00:00Z", Ok(())),
        (&other, "deputy@example.com", JUNE, Ok(())),
        (&other, CTO, "2025-12-31T23:59:59Z", Err(NoProof::KeyNotValid)),
        (&other, CTO, "2026-01-01T00:00:00Z", Ok(())),
        (&other, CTO, "2026-12-31T00:00:00Z", Ok(())),
        (&other, CTO, "2026-12-31T00:00:01Z", Err(NoProof::KeyNotValid)),
    ] {
        assert_eq!(judged(commit, address, time), proof, "{address} {time}");
    }
    let none = AllowedSigners::default();
    assert_eq!(proven(ObjectFormat::Sha1, &one, CTO, at(JUNE), &none), Err(NoProof::UnknownKey));
    let for_files = String::from_utf8(file("allowed_signers")).unwrap().replace("\"git\"", "\"file\"");
    let for_files = AllowedSigners::parse(for_files.as_bytes());
    assert_eq!(proven(ObjectFormat::Sha1, &one, CTO, at(JUNE), &for_files), Err(NoProof::KeyNotForGit));
}

#[test]
fn no_byte_can_be_changed() {
    let commit = file("ed25519.commit");
    assert_eq!(judged(&commit, CTO, JUNE), Ok(()));
    for place in 0..commit.len() {
        for flip in [0x01, 0x20, 0x80] {
            let mut other = commit.clone();
            other[place] ^= flip;
            assert!(judged(&other, CTO, JUNE).is_err(), "byte {place} of {}", String::from_utf8_lossy(&other));
        }
        let mut shorter = commit.clone();
        shorter.remove(place);
        assert!(judged(&shorter, CTO, JUNE).is_err(), "without byte {place}");
    }
}

#[test]
fn no_signature_of_one_commit_is_another_ones() {
    let [one, other, unsigned] =
        ["ed25519", "by-hand", "unsigned"].map(|name| String::from_utf8(file(&format!("{name}.commit"))).unwrap());
    let header = |text: &str| {
        let (from, to) = (text.find("gpgsig").unwrap(), text.find("-----END SSH SIGNATURE-----\n").unwrap() + 28);
        text[from..to].to_owned()
    };
    let with = |header: &str| unsigned.replacen("\n\n", &format!("\n{header}\n"), 1);
    assert_eq!(judged(with(&header(&other)).as_bytes(), CTO, JUNE), Ok(()));
    assert_eq!(judged(with(&header(&one)).as_bytes(), CTO, JUNE), Err(NoProof::Wrong));
    // A good one beside another, and one that a reader of the other hash would take.
    let two = header(&other) + &header(&one);
    assert_eq!(judged(with(&two).as_bytes(), CTO, JUNE), Err(NoProof::SeveralSignatures));
    let sha256 = header(&other) + &header(&one).replacen("gpgsig", "gpgsig-sha256", 1);
    assert_eq!(judged(with(&sha256).as_bytes(), CTO, JUNE), Err(NoProof::OtherHash));
    let x509 = "gpgsig -----BEGIN SIGNED MESSAGE-----\n MII=\n -----END SIGNED MESSAGE-----\n";
    assert_eq!(judged(with(x509).as_bytes(), CTO, JUNE), Err(NoProof::OtherFormat));
    // Two committers: readers disagree about who it was.
    let double = with(&header(&other)).replacen("committer ", "committer X <x@x.example> 1 +0000\ncommitter ", 1);
    assert_eq!(judged(double.as_bytes(), CTO, JUNE), Err(NoProof::Malformed));
}
