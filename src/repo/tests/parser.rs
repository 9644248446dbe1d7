//! Malformed commits: each gives a record and its defects.

use crate::facts::Defect;
use crate::facts::Identity;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::repo::commit::links;
use crate::repo::commit::parse;
use crate::repo::object::EMPTY_TREE;
use crate::repo::objects::LONG_COMMIT;

const TREE: &str = "tree 0123456789abcdef0123456789abcdef01234567\n";
const PARENT: &str = "parent 1111111111111111111111111111111111111111\n";
const AUTHOR: &str = "author Ann <ann@example.com> 1700000000 +0100\n";
const COMMITTER: &str = "committer Bob <bob@example.com> 1700000001 +0000\n";
const MESSAGE: &str = "\nfix: a thing\n";

/// Puts parts together and parses them; both readings must agree.
fn read(parts: &[&str]) -> crate::repo::commit::Parsed {
    read_bytes(parts.concat().as_bytes())
}

fn read_bytes(bytes: &[u8]) -> crate::repo::commit::Parsed {
    let parsed = parse(ObjectFormat::Sha1, bytes);
    let links = links(ObjectFormat::Sha1, bytes);
    assert_eq!(parsed.committed, links.committed);
    assert_eq!(parsed.parents, links.parents[..parsed.parents.len()]);
    parsed
}

#[test]
fn an_ordinary_commit() {
    let parsed = read(&[
        TREE,
        PARENT,
        AUTHOR,
        COMMITTER,
        "gpgsig -----BEGIN\n abc\n \n -----END\nencoding UTF-8\nx-y z\n",
        MESSAGE,
    ]);
    assert_eq!(parsed.defects, []);
    assert_eq!(parsed.tree.to_string(), "0123456789abcdef0123456789abcdef01234567");
    assert_eq!(parsed.parents, [ObjectId::from_bytes([0x11; 20])]);
    assert_eq!(parsed.author, Identity { name: Untrusted::new("Ann"), email: Untrusted::new("ann@example.com") });
    assert_eq!(parsed.committed, UnixTime::new(1_700_000_001));
    assert_eq!(parsed.message.subject.expose(), "fix: a thing");
}

#[test]
fn headers_that_readers_disagree_about() {
    use Defect::{Author, Committer, Encoding, Header, NotText, Tree};

    let second = "committer Eve <eve@example.com> 1800000000 +0000\n";
    let cases: &[(&str, &[&str], &[Defect])] = &[
        ("two committers", &[TREE, AUTHOR, COMMITTER, second, MESSAGE], &[Committer]),
        ("two authors", &[TREE, AUTHOR, AUTHOR, COMMITTER, MESSAGE], &[Author]),
        (
            "an address that ends twice",
            &[TREE, "author Ann <ann@example.com> eve@example.com> 1700000000 +0100\n", COMMITTER, MESSAGE],
            &[Author],
        ),
        ("an author at the end", &[TREE, AUTHOR, COMMITTER, AUTHOR, MESSAGE], &[Author]),
        (
            "two encodings",
            &[TREE, AUTHOR, COMMITTER, "encoding UTF-8\nencoding UTF-7\n", MESSAGE],
            &[Encoding, NotText],
        ),
        ("two equal encodings", &[TREE, AUTHOR, COMMITTER, "encoding UTF-8\nencoding UTF-8\n", MESSAGE], &[Encoding]),
        ("two trees", &[TREE, TREE, AUTHOR, COMMITTER, MESSAGE], &[Tree]),
        ("no tree", &[AUTHOR, COMMITTER, MESSAGE], &[Tree]),
        ("a short tree", &["tree 0123\n", AUTHOR, COMMITTER, MESSAGE], &[Tree]),
        ("a late tree", &[PARENT, TREE, AUTHOR, COMMITTER, MESSAGE], &[Tree]),
        ("a late parent", &[TREE, AUTHOR, PARENT, COMMITTER, MESSAGE], &[Header]),
        ("a parent behind all", &[TREE, AUTHOR, COMMITTER, PARENT, MESSAGE], &[Header]),
        ("a malformed parent", &[TREE, "parent 1234\n", AUTHOR, COMMITTER, MESSAGE], &[Header]),
        ("no author", &[TREE, COMMITTER, MESSAGE], &[Author, Committer]),
        ("no committer", &[TREE, AUTHOR, MESSAGE], &[Committer]),
        ("committer first", &[TREE, COMMITTER, AUTHOR, MESSAGE], &[Author, Committer]),
        ("nothing between the brackets", &[TREE, "author  <> 1 +0000\n", COMMITTER, MESSAGE], &[]),
        ("no address", &[TREE, "author Ann 1 +0000\n", COMMITTER, MESSAGE], &[Author]),
        ("two brackets", &[TREE, "author A <<evil>@x> 1 +0000\n", COMMITTER, MESSAGE], &[Author]),
        ("an address in the name", &[TREE, "author A <a@b> <c@d> 1 +0000\n", COMMITTER, MESSAGE], &[Author]),
        ("no blank line", &[TREE, AUTHOR, COMMITTER], &[Header]),
        ("a header without value", &[TREE, AUTHOR, COMMITTER, "what\n", MESSAGE], &[Header]),
        ("a header ending in CRLF", &[TREE, AUTHOR, COMMITTER, "\r\n", MESSAGE], &[Header]),
        ("a header before its time", &[TREE, "x y\n", AUTHOR, COMMITTER, MESSAGE], &[Header]),
        ("a fold before its time", &[TREE, " y\n", AUTHOR, COMMITTER, MESSAGE], &[Header]),
        ("a NUL in a name", &[TREE, "author A\0 <a@b> 1 +0000\n", COMMITTER, MESSAGE], &[Header]),
        ("nothing", &[], &[Tree, Author, Committer, Header]),
        ("words", &["hello\n\nworld"], &[Tree, Author, Committer, Header]),
    ];
    for (what, parts, defects) in cases {
        let parsed = read(parts);
        assert_eq!(parsed.defects, *defects, "{what}");
    }
}

#[test]
fn what_is_taken_from_malformed_headers() {
    let second = "committer Eve <eve@example.com> 1800000000 +0000\n";
    assert_eq!(read(&[TREE, AUTHOR, COMMITTER, second, MESSAGE]).committed, None, "two times are none");
    assert_eq!(read(&[TREE, AUTHOR, COMMITTER, PARENT, MESSAGE]).parents, [], "git does not follow it either");
    assert_eq!(read(&[AUTHOR, COMMITTER, MESSAGE]).tree, EMPTY_TREE);
    let odd = read(&[TREE, "author A <<evil>@x> 1 +0000\n", COMMITTER, MESSAGE]).author;
    assert_eq!((odd.name.expose(), odd.email.expose()), ("A", "<evil"), "as git reads it");
}

#[test]
fn dates() {
    let cases: &[(&str, Option<i64>)] = &[
        ("1700000000 +0000", Some(1_700_000_000)),
        ("1700000000 +051800", Some(1_700_000_000)),
        ("1700000000 +9999", Some(1_700_000_000)),
        ("1700000000 UTC", Some(1_700_000_000)),
        ("1700000000", Some(1_700_000_000)),
        ("0 +0000", Some(0)),
        ("9223372036854775807 +0000", None),
        ("18446744073709551617 +0000", None),
        ("253402207201 +0000", None),
        ("-100 +0000", None),
        ("+100 +0000", None),
        ("17e8 +0000", None),
        ("1700000000x +0000", None),
        ("", None),
        ("+0000", None),
        ("yesterday", None),
    ];
    for (date, seconds) in cases {
        let parsed = read(&[TREE, AUTHOR, &format!("committer B <b@c> {date}\n"), MESSAGE]);
        assert_eq!(parsed.committed.map(UnixTime::seconds), *seconds, "{date}");
        assert_eq!(parsed.defects, if seconds.is_some() { vec![] } else { vec![Defect::Date] }, "{date}");
    }
    // The author's date decides nothing.
    assert_eq!(read(&[TREE, "author A <a@b> never\n", COMMITTER, MESSAGE]).defects, []);
}

#[test]
fn messages() {
    let cases: &[(&[u8], &str, &[Defect])] = &[
        (b"\n", "", &[]),
        (b"\n\n\n", "", &[]),
        (b"\n\r\n\r\n[debt] x\n", "[debt] x", &[]),
        (b"\n[debt] x\r\n\r\nbody\r\n", "[debt] x", &[]),
        (b"\none\ntwo \n\nthree\n", "one two", &[]),
        (b"\n  indented\n", "  indented", &[]),
        (b"\nseen\0[debt] not seen\n", "seen", &[Defect::Nul]),
        (b"\n\0", "", &[Defect::Nul]),
        // UTF-16: a NUL in every second byte.
        (b"\n[\0d\0e\0b\0t\0]\0", "[", &[Defect::Nul]),
        (b"encoding ISO-8859-1\n\nr\xe9sum\xe9\n", "résumé", &[]),
        (b"encoding latin1\n\n\xe9\n", "é", &[]),
        (b"encoding windows-1252\n\nr\xe9\n", "r\u{fffd}", &[]),
        (b"encoding CP1251\n\n[debt]\n", "[debt]", &[]),
        (b"encoding EUC-JP\n\n[debt]\n", "[debt]", &[]),
        (b"encoding utf8\n\n[debt]\n", "[debt]", &[]),
        // An odd byte that nothing is said about is common, and leaves the ASCII around it as it is.
        (b"\nr\xe9sum\xe9\n", "r\u{fffd}sum\u{fffd}", &[]),
        (b"encoding UTF-7\n\n+AFs-debt+AF0-\n", "+AFs-debt+AF0-", &[Defect::NotText]),
        (b"encoding UTF-16\n\n[debt]\n", "[debt]", &[Defect::NotText]),
        (b"encoding ISO-2022-JP\n\n[debt]\n", "[debt]", &[Defect::NotText]),
        (b"encoding Shift_JIS\n\n[debt]\n", "[debt]", &[Defect::NotText]),
        (b"encoding GBK\n\n[debt]\n", "[debt]", &[Defect::NotText]),
        (b"encoding \n\n[debt]\n", "[debt]", &[Defect::NotText]),
        (b"encoding cp125x\n\n[debt]\n", "[debt]", &[Defect::NotText]),
    ];
    for (rest, subject, defects) in cases {
        let parsed = read_bytes(&[TREE.as_bytes(), AUTHOR.as_bytes(), COMMITTER.as_bytes(), rest].concat());
        let what = String::from_utf8_lossy(rest);
        assert_eq!(parsed.message.subject.expose(), *subject, "{what}");
        assert_eq!(parsed.defects, *defects, "{what}");
    }
}

#[test]
fn limits() {
    let many = PARENT.repeat(1_001);
    let parsed = parse(ObjectFormat::Sha1, [TREE, &many, AUTHOR, COMMITTER, MESSAGE].concat().as_bytes());
    assert_eq!(parsed.defects, [Defect::Parents]);
    assert_eq!(parsed.parents.len(), 1_000);
    assert_eq!(
        links(ObjectFormat::Sha1, [TREE, &many, AUTHOR, COMMITTER, MESSAGE].concat().as_bytes()).parents.len(),
        1_001
    );
    let parsed =
        parse(ObjectFormat::Sha1, [TREE, &PARENT.repeat(1_000), AUTHOR, COMMITTER, MESSAGE].concat().as_bytes());
    assert_eq!(parsed.defects, []);

    let long = format!("\nsubject\n\n{}\n\nDebt: yes\n", "x".repeat(LONG_COMMIT));
    let parsed = parse(ObjectFormat::Sha1, [TREE, AUTHOR, COMMITTER, &long].concat().as_bytes());
    assert_eq!(parsed.defects, [Defect::TooLong]);
    assert_eq!(parsed.message.subject.expose(), "subject");
    assert!(parsed.message.body.expose().len() < 5_000);

    let others = [TREE, AUTHOR, COMMITTER, "\n"].concat();
    for (length, defects) in [(LONG_COMMIT, &[][..]), (LONG_COMMIT + 1, &[Defect::TooLong])] {
        assert_eq!(
            parse(ObjectFormat::Sha1, (others.clone() + &"x".repeat(length - others.len())).as_bytes()).defects,
            defects,
            "{length}"
        );
    }
}

#[test]
fn co_authors_are_named_by_trailers_that_count() {
    let named = |message: &str| -> Vec<String> {
        let parsed = read(&[TREE, AUTHOR, COMMITTER, "\n", message]);
        parsed.co_authors.iter().map(|who| format!("{}|{}", who.name.expose(), who.email.expose())).collect()
    };
    assert_eq!(named("s\n\nCo-authored-by: Bob B. <bob@x>\nco-authored-BY:  <eve@x>\n"), ["Bob B.|bob@x", "|eve@x"]);
    assert_eq!(named("s\n\nCo-authored-by: Bob\nCo-authored-by: Bob <>\nCo-authored-by: A <b> <c@d>\n"), [""; 0]);
    assert_eq!(named("s\n\nCo-authored-by: Bob <bob@x>\n\nbody\n"), [""; 0]);
    // The words of an ambiguous commit name nobody.
    assert_eq!(named("s\n\nCo-authored-by: Bob <bob@x>\n\0"), [""; 0]);
}

mod laws {
    use proptest::prelude::*;

    use super::read_bytes;

    proptest! {
        /// Every byte string gives a record, and the two readings agree.
        #[test]
        fn total(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            read_bytes(&bytes);
        }

        /// So do shuffled headers.
        #[test]
        fn total_on_headers(lines in proptest::collection::vec("(tree|parent|author|committer|encoding| x|) ?[0-9a-f<>@ \\x00]{0,45}", 0..12)) {
            read_bytes(lines.join("\n").as_bytes());
        }
    }
}
