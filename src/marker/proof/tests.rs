//! Commits as pairs of texts, and the grade that each earns.

use sha1::Digest as _;
use sha1::Sha1;

use super::*;
use crate::facts::Identity;
use crate::facts::Landing;
use crate::facts::Message;
use crate::facts::UnixTime;
use crate::repo::content::Earlier;
use crate::repo::content::Fate;

fn prover() -> Prover {
    let languages = crate::config::languages().unwrap();
    let (signs, excluded) = (crate::config::signs().unwrap(), crate::config::excluded(&languages).unwrap());
    Prover::new(&languages, signs, excluded).unwrap()
}

fn fact(message: &str) -> CommitFact {
    let id = ObjectId::from_bytes([0; 20]);
    CommitFact {
        id,
        tree: id,
        parents: Vec::new(),
        author: Identity::default(),
        author_as_written: Identity::default(),
        committed: None,
        message: Message { subject: Untrusted::new(message), ..Message::default() },
        co_authors: Vec::new(),
        landing: Landing { commit: id, time: UnixTime::EPOCH },
        defects: Vec::new(),
    }
}

type Files<'f> = &'f [(&'f str, &'f str, &'f str)];

/// The proof of a commit of these files, by path, old and new text; 90 days before, files had these texts.
fn proof(message: &str, files: Files<'_>, before: Option<&[(&str, &str)]>) -> Proof {
    let file = |text: &str| (!text.is_empty()).then(|| ObjectId::from_bytes(Sha1::digest(text).into()));
    let sides = || {
        files.iter().map(|(path, old, new)| {
            let fate = match (*old, *new) {
                ("", _) => Fate::Created,
                (_, "") => Fate::Deleted,
                _ => Fate::Edited,
            };
            let path = RepoPath::new(path.as_bytes());
            let (old_file, new_file) = (file(old), file(new));
            let text = |text: &str| Arc::new(text.as_bytes().to_vec());
            Ok(Sides { path, old: text(old), new: text(new), old_file, new_file, fate })
        })
    };
    let text = |path: &RepoPath, read: Option<ObjectId>| {
        let found = before.unwrap().iter().find(|(name, _)| name.as_bytes() == path.as_bytes());
        Ok(match found {
            None => Earlier::Nothing,
            Some((_, text)) if file(text) == read => Earlier::Same,
            Some((_, text)) => Earlier::Text(Arc::new(text.as_bytes().to_vec())),
        })
    };
    let text: &Before<'_> = &text;
    let prover = prover();
    let briefs = |path: &RepoPath, _: Option<ObjectId>, text: &[u8]| {
        prover.markers(path, text).iter().map(Brief::of).collect::<Vec<_>>()
    };
    prover.prove(&fact(message), sides, &briefs, before.map(|_| text)).unwrap()
}

#[test]
fn grades() {
    let named = "// TODO(TD-12): old cache\nx();\n";
    let two = "// TODO(TD-12): old cache\n\nx();\n// FIXME(TD-12): and its friend\n";
    let debt = "// DEBT(old-cache): drop it\nx();\n";
    let allow = "#[allow(dead_code)]\nfn x() {}\n";
    let said = "// #[allow( is bad\nfn x() {}\n";
    for (message, files, grade, what) in [
        ("refactor: x (TD-12)", &[("a.rs", named, "x();\n")][..], Grade::NamedDebt, "TD-12"),
        ("refactor: x (TD-123)", &[("a.rs", named, "x();\n")], Grade::Marker, "TODO old cache"),
        ("refactor: drop old-cache", &[("a.rs", debt, "x();\n")], Grade::NamedDebt, "old-cache"),
        // One of its markers still stands.
        ("refactor: x (TD-12)", &[("a.rs", two, named)], Grade::Marker, "FIXME and its friend"),
        // Moved, edited, one for another: no less debt.
        ("refactor: TD-12", &[("a.rs", named, "x();\n"), ("b.rs", "y();\n", named)], Grade::None, ""),
        ("refactor: x", &[("a.rs", named, "// TODO: something else\nx();\n")], Grade::None, ""),
        // Fixtures owe nothing.
        ("refactor: x", &[("testdata/a.rs", named, "x();\n")], Grade::None, ""),
        ("refactor: x", &[("a.rs", allow, "fn x() {}\n")], Grade::Suppression, "#[allow"),
        ("refactor: x", &[("a.rs", said, "fn x() {}\n")], Grade::None, ""),
        ("refactor: x", &[("a.rs", allow, "#[expect(dead_code)]\nfn x() {}\n")], Grade::None, ""),
        ("refactor: x", &[("a.py", "x = 1  # noqa\n", "x = 1\n")], Grade::Suppression, "noqa"),
        ("refactor: x", &[("a.py", "x = '# noqa'\n", "x = 1\n")], Grade::None, ""),
        // The same signs elsewhere, and one that is only moved.
        (
            "refactor: x",
            &[("a.py", "a()  # noqa\nb()\nx = 1  # noqa\n", "a()  # noqa\nb()\nx = 1\n")],
            Grade::Suppression,
            "noqa",
        ),
        ("refactor: x", &[("a.py", "a()  # noqa\nb()\nx()\n", "a()  # noqa\nb()\n")], Grade::None, ""),
        ("refactor: x", &[("a.py", "a()  # noqa\n", "b()\n"), ("b.py", "", "a()  # noqa\n")], Grade::None, ""),
        // Behind a byte-order mark.
        ("refactor: x", &[("a.py", "\u{feff}x()  # noqa\n", "\u{feff}x()\n")], Grade::Suppression, "noqa"),
        // Not a sign of that language.
        ("refactor: x", &[("a.go", "x() // noqa\n", "x()\n")], Grade::None, ""),
        ("refactor: x", &[("a.go", "x() //nolint:all\n", "x()\n")], Grade::Suppression, "nolint"),
        ("refactor: x", &[("a.rs", "", "x();\n")], Grade::None, ""),
    ] {
        let proof = proof(message, files, Some(&[]));
        assert_eq!(proof.grade, grade, "{message} {files:?}");
        assert_eq!(proof.grounds.first().map_or("", |ground| ground.what.expose()), what, "{message} {files:?}");
        assert_eq!(proof.age, Age::Known);
    }
}

#[test]
fn old_code() {
    let four = "one();\ntwo();\nthree();\nfour();\n";
    for (files, before, grade) in [
        (&[("a.rs", four, "four();\n")][..], &[("a.rs", four)][..], Grade::OldCode),
        (&[("a.rs", four, "four();\n")], &[], Grade::None),
        // The middle one decides: two of three are old, one of two is not most.
        (&[("a.rs", four, "four();\n")], &[("a.rs", "two();\none();\n")], Grade::OldCode),
        (&[("a.rs", four, "three();\nfour();\n")], &[("a.rs", "one();\n")], Grade::None),
        // Put in elsewhere, or indented: nothing was taken out.
        (&[("a.rs", four, ""), ("b.rs", "", four)], &[("a.rs", four)], Grade::None),
        (&[("a.rs", four, "  one();\n  two();\nthree();\nfour();\n")], &[("a.rs", four)], Grade::None),
        (&[("a.rs", "}\n\nfour();\n", "four();\n")], &[("a.rs", "}\n\n")], Grade::None),
        // Tests went.
        (&[("a.rs", four, ""), ("tests/a.rs", "a();\n", "")], &[("a.rs", four)], Grade::None),
        (&[("a.rs", four, ""), ("tests/a.rs", "a();\n", "b();\n")], &[("a.rs", four)], Grade::OldCode),
    ] {
        assert_eq!(proof("refactor: x", files, Some(before)).grade, grade, "{files:?} {before:?}");
    }
    let unknown = proof("refactor: x", &[("a.rs", four, "four();\n")], None);
    assert_eq!((unknown.grade, unknown.age), (Grade::None, Age::Unknown));
    // Where it would change nothing, nothing is unknown.
    assert_eq!(proof("refactor: x", &[("a.rs", "", four)], None).age, Age::Known);
}
