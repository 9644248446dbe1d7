//! Markers: one fixture a language, good and bad lines together.
//!
//! In `tests/markers` a tag that has to be found says "yes", one that must not be found says "no". The snapshots show
//! where each was found and what it was taken for.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use bstr::ByteSlice as _;
use debtlint::config::languages;
use debtlint::facts::RepoPath;
use debtlint::facts::Untrusted;
use debtlint::marker::Generated;
use debtlint::marker::Glimpse;
use debtlint::marker::Marker;
use debtlint::marker::Prose;
use debtlint::marker::Scanned;
use debtlint::marker::Scanner;
use debtlint::marker::Search;
use debtlint::marker::Skip;
use debtlint::marker::Tag;
use debtlint::marker::TagCase;
use proptest::prelude::*;

#[path = "../../fuzz/checks.rs"]
mod checks;

static SCANNERS: LazyLock<checks::Scanners> = LazyLock::new(checks::Scanners::new);

fn scanner() -> Scanner {
    Scanner::new(languages().unwrap(), Search::default()).unwrap()
}

fn scan(scanner: &Scanner, path: &str, bytes: &[u8]) -> Scanned {
    scanner.scan(&RepoPath::new(path.as_bytes()), bytes, Prose::Comments).unwrap()
}

/// What is seen at a glance is never less than what a search finds.
#[test]
fn a_glimpse_misses_nothing() {
    let scanner = scanner();
    let glimpse = Glimpse::new(Search::default().tags).unwrap();
    for fixture in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/markers")).unwrap() {
        let path = fixture.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let found = scan(&scanner, path.file_name().unwrap().to_str().unwrap(), &bytes);
        assert!(found.is_empty() || glimpse.may_see(&bytes), "{}", path.display());
    }
    let wide: Vec<u8> = "\u{feff}// TODO: wide\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, may) in [
        (wide.as_slice(), true),
        (b"// debtlint:ignore marker-stale -- x", true),
        (b"// FIXME", true),
        // A tag within another word is none.
        (b"let todo = TODOS;", false),
        (b"// todo", false),
        (b"", false),
        (b"TODO\0", true),
        (b"\xff\xfe TODO", true),
    ] {
        assert_eq!(glimpse.may_see(bytes), may, "{bytes:?}");
    }
    let any = Tag { name: "todo".to_owned(), case: TagCase::Any };
    assert!(Glimpse::new(vec![any]).unwrap().may_see(b"// ToDo"));
    assert!(Glimpse::new(Vec::new()).is_err());
}

#[test]
fn every_language() {
    let scanner = scanner();
    let mut wrong = String::new();
    let mut fixtures: Vec<_> = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/markers"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    fixtures.sort();
    assert!(fixtures.len() >= 60, "{} fixtures", fixtures.len());
    let mut seen = String::new();
    for path in fixtures {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let found = scan(&scanner, name, text.as_bytes());
        let expected = text.matches(": yes").count();
        let right = found.markers.iter().filter(|marker| marker.text.expose().starts_with("yes")).count();
        let total = if name == "attributes.rs" { right } else { found.markers.len() };
        if (right, total) != (expected, expected) {
            writeln!(wrong, "{name}: {expected} expected, {right} of {total} right\n{}", carets(&text, &found))
                .unwrap();
        }
        writeln!(seen, "==== {name}\n{}", carets(&text, &found)).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
    insta::assert_snapshot!(seen);
}

/// Each line with a tag that was found, and under it what was seen.
fn carets(text: &str, found: &Scanned) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::new();
    for marker in &found.markers {
        let line = lines[marker.place.line as usize - 1];
        let blanks = " ".repeat(marker.place.column as usize - 1);
        writeln!(out, "{:>3} | {line}", marker.place.line).unwrap();
        writeln!(out, "    | {blanks}{} {}", "^".repeat(marker.tag.len()), shown(marker)).unwrap();
    }
    for suppression in &found.suppressions {
        let lines = format!("{}..{}", suppression.lines.start, suppression.lines.end);
        let reason = suppression.reason.as_ref().map(Untrusted::expose);
        writeln!(out, "{:>3} | ignore {:?} on {lines}: {reason:?}", suppression.place.line, suppression.codes).unwrap();
    }
    out
}

fn shown(marker: &Marker) -> String {
    let mut out = format!("{} {} {:?}", marker.comment.name(), marker.tag, marker.text.expose());
    let attributes = &marker.attributes;
    for owner in &attributes.owners {
        write!(out, " owner={}", owner.expose()).unwrap();
    }
    for ticket in &attributes.tickets {
        write!(out, " ticket={}", ticket.expose()).unwrap();
    }
    if let Some(due) = attributes.due {
        write!(out, " due={}", due.date()).unwrap();
    }
    if let Some(minutes) = attributes.estimate_minutes {
        write!(out, " estimate={minutes}m").unwrap();
    }
    for bad in &attributes.malformed {
        write!(out, " malformed={:?} ({})", bad.text.expose(), bad.reason).unwrap();
    }
    out
}

#[test]
fn identity_survives_what_does_not_change_the_marker() {
    let scanner = scanner();
    let ids = |path: &str, text: &str| -> Vec<String> {
        scan(&scanner, path, text.as_bytes()).markers.iter().map(|marker| marker.id.to_string()).collect()
    };
    let one = ids("a.rs", "// TODO(ada, #1): one two\n");
    for (path, text) in [
        ("b/renamed.rs", "// TODO(ada, #1): one two\n"),
        ("a.rs", "\n\nfn f() {\n        // TODO(ada, #1): one two\n}\n"),
        ("a.rs", "/// TODO(@Ada,#1)  : one\n///   two\n"),
        ("a.rs", "/* TODO[#1, ada] one two */\r\n"),
        ("a.py", "# TODO(ada, #1): one two"),
    ] {
        assert_eq!(ids(path, text), one, "{text}");
    }
    for text in
        ["// TODO(ada, #2): one two", "// TODO(ada, #1): one", "// FIXME(ada, #1): one two", "// TODO(ada): one two"]
    {
        assert_ne!(ids("a.rs", text), one, "{text}");
    }
    let twins = ids("a.rs", "// TODO: x\nf();\n// TODO: x\n");
    assert_ne!(twins[0], twins[1]);
    assert_eq!(ids("a.rs", "// TODO: x\n"), twins[..1]);
}

#[test]
fn places_count_characters_and_lines_as_people_do() {
    let scanner = scanner();
    for (text, line, column) in [
        ("// TODO", 1, 4),
        ("\u{feff}// TODO", 1, 4),
        ("let é = \"𝄞\"; // TODO", 1, 17),
        ("a\r\n\r\n\t// TODO\r\n", 3, 5),
    ] {
        let place = scan(&scanner, "a.rs", text.as_bytes()).markers[0].place;
        assert_eq!((place.line, place.column), (line, column), "{text:?}");
    }
    let wide: Vec<u8> = "\u{feff}x\n// TODO: wide\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = scan(&scanner, "a.rs", &wide);
    assert_eq!((found.markers[0].place.line, found.markers[0].text.expose()), (2, "wide"));
}

#[test]
fn what_is_not_searched_is_said() {
    let scanner = scanner();
    for (path, bytes, skip) in [
        ("a.unknown", &b"// TODO\0"[..], Some(Skip::Binary)),
        ("a.unknown", b"// TODO", Some(Skip::UnknownLanguage)),
        ("a.unknown", b"// nothing", None),
        ("a.txt", b"TODO", Some(Skip::Prose)),
        ("a.rs", b"// @generated\n// TODO", Some(Skip::Generated)),
        ("a.rs", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", Some(Skip::LfsPointer)),
        ("a.rs", &vec![b'x'; (8 << 20) + 1], Some(Skip::TooLarge)),
        ("a.rs", b"\xff // TODO \xfe", None),
    ] {
        let found = scanner.scan(&RepoPath::new(path.as_bytes()), bytes, Prose::Comments);
        assert_eq!(found.err(), skip, "{path}");
    }
    let prose = scanner.scan(&RepoPath::new(&b"a.md"[..]), b"* TODO: write\n", Prose::Everywhere).unwrap();
    assert_eq!(prose.markers[0].text.expose(), "write");
}

#[test]
fn bytes_that_hide_no_code() {
    let scanner = scanner();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (path, bytes) in [
        // Compilers read over a NUL.
        ("a.c", b"int a; // \0\n// TODO: yes\n".to_vec()),
        ("build", b"#!/bin/sh\n: '\0' # TODO: yes\n".to_vec()),
        // What begins like UTF-16 and is none, with a NUL and without.
        ("a.php", b"\xff\xfe<?php\n// TODO: yes\n".to_vec()),
        ("a.php", b"\xff\xfe<?php //\0\0\n// TODO: yes\n".to_vec()),
        ("a.php", b"\xfe\xff<?php //\0\n// TODO: yes\n".to_vec()),
        // UTF-16, with letters whose bytes are those of a tag.
        ("a.cs", wide("\u{feff}// \u{4f54}\u{4f44}\n// TODO: yes\n")),
        // What begins like a pointer.
        ("a.php", b"version https://git-lfs.github.com/spec/v1\n<?php // TODO: yes\n".to_vec()),
    ] {
        let found = scan(&scanner, path, &bytes);
        let texts: Vec<&str> = found.markers.iter().map(|marker| marker.text.expose()).collect();
        assert!(texts.contains(&"yes"), "{path} {:?}: {texts:?}", bytes.as_bstr());
    }
    // However large it is, where it is asked for.
    let large = [b"// TODO: yes\n".to_vec(), vec![b' '; 8 << 20]].concat();
    let path = RepoPath::new(&b"a.rs"[..]);
    assert_eq!(scanner.scan_as(&path, &large, Prose::Comments, Generated::Searched).unwrap().markers.len(), 1);
}

#[test]
fn tags_of_the_policy() {
    let tag = |name: &str, case| Tag { name: name.to_owned(), case };
    let tags = vec![tag("todo", TagCase::Any), tag("@later", TagCase::Exact), tag("NOTE-TO-SELF", TagCase::Exact)];
    let scanner = Scanner::new(languages().unwrap(), Search { tags, ..Search::default() }).unwrap();
    let text = b"// ToDo: a\n// @later b\n// NOTE-TO-SELF: c\n// @LATER laterx @laterx todos\n";
    let found = scan(&scanner, "a.rs", text);
    let texts: Vec<_> = found.markers.iter().map(|marker| (marker.tag.as_str(), marker.text.expose())).collect();
    assert_eq!(texts, [("todo", "a"), ("@later", "b"), ("NOTE-TO-SELF", "c @LATER laterx @laterx todos")]);
    assert!(Scanner::new(languages().unwrap(), Search { tags: vec![], ..Search::default() }).is_err());
}

/// Each of these would take hours if any part of the scan were quadratic.
#[test]
fn hostile_files_take_linear_time() {
    let search = Search { max_bytes: usize::MAX, ..Search::default() };
    let scanner = Scanner::new(languages().unwrap(), search).unwrap();
    let n = 200_000;
    for (path, text, found) in [
        ("a.rs", "// TODO: x\n".repeat(10_000), 10_000),
        ("a.rs", format!("{}TODO{}", "/*".repeat(1_000), "*/".repeat(1_000)), 1),
        ("a.rs", format!("{}TODO", "/*".repeat(n)), 1),
        ("a.rs", format!("/* {} */", "TODO ".repeat(50_000)), 50_000),
        ("a.rs", format!("{}// TODO", "\"".repeat(n + 1)), 0),
        ("a.rs", format!("{}\n// TODO", "r#".repeat(n)), 1),
        ("a.cpp", format!("{}\n// TODO", "R\"a(".repeat(n)), 0),
        ("a.js", format!("{}// TODO", "`${".repeat(n)), 0),
        ("a.js", format!("{}// TODO", "`${".repeat(1_000)), 1),
        ("a.js", format!("{}// TODO", "/ ".repeat(n)), 1),
        ("a.jsx", format!("{}// TODO", "(<a>{".repeat(1_000)), 1),
        ("a.jsx", format!("{}\n// TODO", "(<a>(".repeat(n)), 1),
        ("a.jsx", format!("{}</a>\n// TODO", "(<a>(".repeat(n)), 0),
        ("a.sh", format!("{}\n# TODO", "<<A ".repeat(n)), 1),
        ("a.sh", format!("{}\n{}# TODO\n", "<<A ".repeat(n), "A\n".repeat(n)), 1),
        ("a.rb", format!("{}\n# TODO", "%w[ ".repeat(n)), 1),
        ("a.rb", format!("{}\n# TODO", "= /\n".repeat(n)), 1),
        ("a.pl", format!("use strict;\n{}\n# TODO", " q(".repeat(n)), 1),
        ("a.ml", format!("{}\n(* TODO *)", "{a|".repeat(n)), 1),
        ("a.yml", format!("{}\n# TODO", "a: |\n".repeat(n)), 1),
        ("a.html", format!("{}<!-- TODO", "<script ".repeat(n)), 1),
        ("a.html", format!("{}<!-- TODO -->", "<script ".repeat(n)), 0),
        ("a.yml", format!("{}\n# TODO", "a: | b: |".repeat(n)), 1),
        ("a.js", format!("{}\n// TODO", "(/[ ".repeat(n)), 1),
        ("a.sh", format!("{}\n# TODO", "<<\"".repeat(n)), 1),
        ("a.sh", format!("# TODO{}", "\n".repeat(n)), 1),
        ("a.rs", format!("// {}", "debtlint:ignore ".repeat(n)), 0),
        ("a.php", format!("{}\n// TODO", "<?php ?>".repeat(n)), 0),
        ("a.py", format!("{}\n# TODO", "(".repeat(n)), 1),
        ("a.py", format!("{}# TODO", " ".repeat(n)), 1),
        ("a.hs", format!("{}>\n-- TODO", "-".repeat(n)), 1),
        ("a.swift", format!("{}\n// TODO", "#".repeat(n)), 1),
        ("Makefile", format!("a = {}\n# TODO", format!("'{}", " ".repeat(99)).repeat(n / 2)), 1),
        ("a.php", format!("<?php // TODO ?>{}<?php // TODO ?>", "<?php // ?>".repeat(2 * n)), 2),
        // A hundred megabytes in one line.
        ("a.js", format!("{}// TODO", "x = 1; ".repeat(100 << 17)), 1),
    ] {
        let scanned = scan(&scanner, path, text.as_bytes());
        let start = &text[..20.min(text.len())];
        assert_eq!(scanned.markers.len(), found, "{path} {start}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever the bytes and the language: no panic, and what the fuzz target of the scanner holds to.
    #[test]
    fn any_bytes(
        pieces in prop::collection::vec(
            prop_oneof![
                4 => prop::sample::select(PIECES.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
                1 => prop::collection::vec(any::<u8>(), 0..8),
            ],
            0..40,
        ),
        language in 0_usize..1_000,
    ) {
        SCANNERS.scan(language, true, &pieces.concat());
        SCANNERS.scan(language, false, &pieces.concat());
    }

    /// The same of what stands in brackets.
    #[test]
    fn any_attributes(text in prop_oneof![any::<String>(), "[a@#:,/ 0-9hd-]{0,40}"]) {
        checks::attributes(&text);
    }

    /// Two files of comments, one after the other, have the markers of both.
    #[test]
    fn one_after_the_other(
        first in prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..8),
        second in prop::collection::vec(prop::sample::select(LINES.to_vec()), 0..8),
        path in prop::sample::select(vec!["a.rs", "a.c", "a.go", "a.java", "a.ts"]),
    ) {
        let scanner = scanner();
        let tags = |lines: &[&str]| -> Vec<String> {
            let found = scan(&scanner, path, lines.join("\n").as_bytes());
            found.markers.iter().map(|marker| marker.tag.clone()).collect()
        };
        let both: Vec<&str> = first.iter().chain(&second).copied().collect();
        prop_assert_eq!(tags(&both), [tags(&first), tags(&second)].concat());
    }
}

const PIECES: [&str; 44] = [
    "TODO",
    "FIXME",
    "(ada)",
    "[#1]",
    ": ",
    "\n",
    "//",
    "/*",
    "*/",
    "\"",
    "'",
    "`",
    "${",
    "}",
    "#{",
    "#",
    "--",
    "--[[",
    "]]",
    "<<EOF",
    "EOF",
    "\"\"\"",
    "'''",
    "r#\"",
    "\"#",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<?php",
    "?>",
    "{-",
    "-}",
    "(*",
    "*)",
    "\\",
    "=begin",
    "=end",
    "=cut",
    "%w[",
    "q{",
    "/",
    "<a>",
    "debtlint:ignore x -- y",
];

const LINES: [&str; 7] =
    ["// TODO: a", "x(); // FIXME(ada): b", "let s = \"// TODO\";", "/* HACK */ y();", "// plain", "", "z();"];
