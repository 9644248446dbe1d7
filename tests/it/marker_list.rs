//! `debtlint markers`: what it lists, what it finds fault with, and how it ends.

use std::fs;

use serde_json::Value;
use sha1::Digest as _;
use sha1::Sha1;

use crate::support::History;
use crate::support::Room;

const PAST: &str = r##"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - at: 2026-11-02T10:00:00Z
    by: ann
    say: "feat: begin"
    write:
      src/pay.rs: |
        // TODO(@ann, TD-1, due: 2026-10-31, 4h): round half up
        fn pay() {} // FIXME: crashes on an empty list
        let text = "TODO: not this";
        // debtlint:ignore marker-denied -- waits for the next compiler
        // FIXME: and this
      web/app.js: "// TODO(eve) tidy\n/* HACK[#2] */\n"
      notes.md: "TODO: write\n"
      vendor/a.rs: "// TODO: theirs\n"
      gen/a.rs: "// TODO: made\n"
      .gitattributes: "gen/** linguist-generated\n"
      .github/CODEOWNERS: "/web/ @org/web\n"
      .debtlint.yml: |
        version: 1
        teams:
          payments: { members: [ann@example.com], paths: [/src/] }
          web: { members: [bob@example.com] }
        markers:
          tags: [TODO, HACK, { tag: FIXME, level: error }]
          rules: { marker-owner-unknown: warn }
          budgets: { web: { markers: 1 } }
  - { at: 2026-11-03T10:00:00Z, by: ann, say: "feat: more", binary: { logo.png: 900 } }
"##;

fn room() -> Room {
    Room::with_past(&History::parse(PAST)).0
}

#[test]
fn a_list() {
    insta::assert_snapshot!(room().debtlint(["markers", "past.git"]));
}

#[test]
fn a_list_by_team() {
    insta::assert_snapshot!(room().debtlint(["markers", "past.git", "--sort", "team", "--tag", "TODO", "--exit-zero"]));
}

/// What nobody owns comes last.
#[test]
fn lists_by_owner_and_by_team() {
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("vendor/a.rs", "lib/a.rs")));
    for (sort, key, order) in [
        ("owner", "owners", ["ann", "eve", "", "", ""]),
        ("team", "teams", ["payments", "payments", "payments", "web", "web"]),
    ] {
        let told = room.debtlint(["markers", "past.git", "--sort", sort, "--format", "json"]);
        let found: Value = serde_json::from_str(&told.stdout).unwrap();
        let first: Vec<&str> =
            found["markers"].as_array().unwrap().iter().map(|one| one[key][0].as_str().unwrap_or_default()).collect();
        assert_eq!(first[..5], order, "{told}");
        assert_eq!(first[5..], [""], "{told}");
    }
}

/// But for the first lines, which name a folder, and the lines of a file that are shown.
#[test]
fn a_list_keeps_to_the_width() {
    let room = room();
    let is_code = |line: &&str| !line.contains(['│', '╭', '╰', '·']);
    for width in [40, 50, 60, 80, 100] {
        for more in [&["--sort", "age"][..], &["--sort", "team"]] {
            let width_typed = width.to_string();
            let arguments = [&["markers", "past.git", "--width", &width_typed], more].concat();
            let told = room.debtlint(&arguments);
            let list = told.stdout.split_once("\n\n").unwrap().1;
            for line in list.lines().filter(is_code) {
                assert!(line.chars().count() <= width, "{width}: {line}\n{told}");
            }
            let words: Vec<_> = list.split_whitespace().collect();
            for word in ["@ann", "TD-1", "2026-10-31", "4h", "src/pay.rs:1", "empty", "Ann"] {
                assert!(words.iter().any(|found| found.trim_matches(',') == word), "{word}: {told}");
            }
        }
    }
}

/// What a list is taken to a spreadsheet for: everything, a row each.
#[test]
fn markers_come_as_rows() {
    let past = PAST.replace("round half up", "=1+1, \"half\" up").replacen("- at:", "- name: begin\n    at:", 1);
    let (room, written) = Room::with_past(&History::parse(&past));
    let told = |more: &[&str]| room.debtlint([&["markers", "past.git", "--format", "csv"], more].concat());
    let rows = |text: &str| -> Vec<std::collections::BTreeMap<String, String>> {
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
    };
    let all = told(&["--sort", "interest"]);
    assert_eq!(all.status, Some(1), "{all}");
    let of_json = room.debtlint(["markers", "past.git", "--sort", "interest", "--format", "json"]);
    let document: Value = serde_json::from_str(&of_json.stdout).unwrap();
    let listed = |name: &str| rows(&all.stdout).iter().map(|row| row[name].clone()).collect::<Vec<_>>();
    let expected = |name: &str| {
        let markers = document["markers"].as_array().unwrap().iter();
        markers.map(|marker| marker[name].to_string().trim_matches('"').to_owned()).collect::<Vec<_>>()
    };
    for name in ["id", "file", "line", "column", "tag", "interest"] {
        assert_eq!(listed(name), expected(name), "{name}");
    }
    let all = rows(&all.stdout);
    let first = all.iter().find(|row| row["file"] == "src/pay.rs" && row["line"] == "1").unwrap();
    for (name, value) in [
        ("text", "'=1+1, \"half\" up"),
        ("owners", "ann"),
        ("tickets", "TD-1"),
        ("due", "2026-10-31"),
        ("estimate_minutes", "240"),
        ("teams", "payments"),
        ("birth_by", "Ann Archer"),
        ("birth_days", "1"),
        ("codes", "marker-expired"),
        ("fate", ""),
        ("as_of", "2026-11-03T10:00:00Z"),
    ] {
        assert_eq!(first[name], value, "{name}: {first:?}");
    }
    let base = written.id("begin");
    let gone = told(&["--base", &base]);
    assert!(gone.status == Some(0) && rows(&gone.stdout).is_empty() && gone.stdout.contains("\"fate\""), "{gone}");
}

#[test]
fn how_it_ends() {
    let room = room();
    room.put("none.yml", "version: 1\n");
    room.put("tried.yml", "version: 1\nenforce: false\nmarkers: { tags: [{ tag: FIXME, level: error }] }\n");
    for (line, code, listed) in [
        ("", 1, 5),
        ("--config tried.yml", 0, 2),
        ("--exit-zero", 0, 5),
        ("--config none.yml", 0, 5),
        ("--config none.yml --tag FIXME", 0, 2),
        ("--config none.yml --owner @Ann", 0, 1),
        ("--config none.yml --path web/**", 0, 2),
        // The other one is suppressed: nothing is found about it.
        ("--code marker-denied --config tried.yml", 0, 1),
        ("--code marker-malformed --config none.yml", 0, 0),
        ("--code nonsense", 2, 0),
        ("--team web", 1, 2),
        ("--rev refs/heads/main --as-of 2026-11-02", 1, 5),
        ("--as-of 2001-01-01", 0, 0),
        ("--worktree", 2, 0),
        ("--team nobody", 2, 0),
        ("--path [", 2, 0),
        ("--deadline 1ms", 3, 0),
    ] {
        let words = ["markers", "past.git", "--format", "json"].into_iter().chain(line.split_whitespace());
        let told = room.debtlint(words);
        assert_eq!(told.status, Some(code), "{line}\n{told}");
        if code < 2 {
            let found: Value = serde_json::from_str(&told.stdout).unwrap();
            assert_eq!(found["markers"].as_array().unwrap().len(), listed, "{line}\n{told}");
        }
    }
}

/// A policy may be tried out before anything is committed, when there is no day yet.
#[test]
fn what_is_tried_out_before_the_first_commit_fails_nothing() {
    let (room, _) = Room::with_past(&History::parse("commits: []"));
    fs::create_dir(room.path("tree")).unwrap();
    fs::rename(room.path("past.git"), room.path("tree/.git")).unwrap();
    room.put("tree/a.rs", "// FIXME: all of it\n");
    for (enforce, code) in [("false", 0), ("{ from: 2030-01-01 }", 1), ("true", 1)] {
        let policy = format!("version: 1\nenforce: {enforce}\nmarkers: {{ tags: [{{ tag: FIXME, level: error }}] }}\n");
        room.put("policy.yml", &policy);
        let told = room.debtlint(["markers", "tree", "--worktree", "--config", "policy.yml"]);
        assert_eq!(told.status, Some(code), "{told}");
    }
}

/// A list of nothing would read as if there were none.
#[test]
fn a_tag_that_nobody_looks_for_is_told() {
    let room = room();
    for (tag, says) in
        [("todo", "did you mean `TODO`?"), ("FIXM", "did you mean `FIXME`?"), ("BUG", "its tags: TODO, HACK, FIXME")]
    {
        for more in [&[][..], &["--base", "main"]] {
            let told = room.debtlint([&["markers", "past.git", "--tag", tag], more].concat());
            assert!(told.status == Some(2) && told.stderr.contains("no-such-tag"), "{told}");
            assert!(told.stderr.contains(says), "{told}");
        }
    }
}

/// What is shown follows what was asked for; what is judged does not.
#[test]
fn findings_follow_what_is_asked_for() {
    let past = PAST.replace(
        "marker-owner-unknown: warn",
        "marker-owner-unknown: warn, marker-without-estimate: warn, unused-suppression: error",
    );
    let past = past.replace("// TODO: theirs", "// debtlint:ignore marker-stale").replace("vendor/a.rs", "lib/a.rs");
    let (room, _) = Room::with_past(&History::parse(&past));
    // Errors and warnings that are shown, and how many more there are.
    for (line, codes, more) in [
        ("", &ALL_CODES[..], 0),
        ("--code marker-denied", &["marker-denied"], 8),
        ("--tag FIXME", &["marker-denied", "marker-without-estimate"], 6),
        ("--tag FIXME --code marker-denied", &["marker-denied"], 8),
        ("--owner eve", &["marker-owner-unknown", "marker-without-estimate"], 7),
        ("--team web", &["marker-budget", "marker-owner-unknown", "marker-without-estimate"], 5),
        ("--path lib/**", &["unused-suppression"], 8),
        ("--code marker-stale", &[], 9),
    ] {
        let words = || ["markers", "past.git"].into_iter().chain(line.split_whitespace());
        let told = room.debtlint(words());
        assert_eq!(told.status, Some(1), "{line}\n{told}");
        let is_shown =
            |code: &str| told.stdout.lines().any(|line| line == code) || told.stdout.contains(&format!("({code})"));
        let shown: Vec<&str> = ALL_CODES.into_iter().filter(|code| is_shown(code)).collect();
        assert_eq!(shown, codes, "{line}\n{told}");
        let counted = format!("{more} more findings are about what was not asked for");
        assert_eq!(told.stdout.contains(&counted), more > 0, "{line}\n{told}");
        assert!(told.stdout.ends_with("failed: 3 errors, 6 warnings\n"), "{line}\n{told}");
        let json = room.debtlint(words().chain(["--format", "json"]));
        let document: Value = serde_json::from_str(&json.stdout).unwrap();
        assert_eq!(document["findings"].as_array().unwrap().len(), 9, "{line}\n{json}");
    }
}

const ALL_CODES: [&str; 6] = [
    "marker-budget",
    "marker-denied",
    "marker-owner-unknown",
    "marker-without-estimate",
    "unused-suppression",
    "marker-expired",
];

/// Markers are those of the team whose paths they stand in: of a team without any, what is agreed can never fail.
#[test]
fn what_is_agreed_of_the_markers_of_nobody() {
    let past =
        PAST.replace("budgets: { web: { markers: 1 } }", "budgets: { web: { markers: 1 }, payments: { markers: 9 } }");
    let past = past.replace("        version: 1\n", "        version: 1\n        marker-flow: not-rising\n");
    let past = past.replace("  - at: 2026-11-02", "  - name: first\n    at: 2026-11-02");
    let alone = past.replace("/web/ @org/web", "/web/ @org/others").replace(", paths: [/src/]", "");
    assert!(past.contains("not-rising") && past.contains("payments: { markers"));
    let budget = |team: &str| format!("{team} owns no path: its budget of markers can never be exceeded");
    let both = "payments, web own no path: their flow of markers can never rise";
    for (past, is_told) in [(&past, false), (&alone, true)] {
        let (room, written) = Room::with_past(&History::parse(past));
        let first = written.id("first");
        let (room_of_tree, _) = Room::with_past(&History::parse(past));
        fs::create_dir(room_of_tree.path("tree")).unwrap();
        fs::rename(room_of_tree.path("past.git"), room_of_tree.path("tree/.git")).unwrap();
        let policy = past.split_once(".debtlint.yml: |\n").unwrap().1.split_once("  - { at").unwrap().0;
        room_of_tree.put("tree/.debtlint.yml", &policy.replace("\n        ", "\n").replacen("        ", "", 1));
        room_of_tree.put("tree/CODEOWNERS", if is_told { "/web/ @org/others\n" } else { "/web/ @org/web\n" });
        for told in [
            room.debtlint(["check", "past.git"]),
            room.debtlint(["check", "past.git", "--base", &first, "--head", "main"]),
            room.debtlint(["markers", "past.git"]),
            room.debtlint(["markers", "past.git", "--base", &first, "--rev", "main"]),
            room_of_tree.debtlint_in("tree", ["config", "check"]),
            room_of_tree.debtlint_in("tree", ["config", "check", "--rev", "HEAD"]),
        ] {
            let said = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            for line in [&budget("web"), &budget("payments"), both] {
                assert_eq!(said.contains(line), is_told, "{line}\n{told}");
            }
        }
    }
}

#[test]
fn dates_are_strict_when_somebody_asks_for_it() {
    let room = room();
    room.put("policy.yml", "version: 1\nmarkers: {}\n");
    for (line, code) in [("", 0), ("--strict-dates", 1), ("--strict-dates --as-of 2026-11-02", 1)] {
        let words = ["markers", "past.git", "--config", "policy.yml"].into_iter().chain(line.split_whitespace());
        let told = room.debtlint(words);
        assert_eq!(told.status, Some(code), "{told}");
        assert!(told.stdout.contains("was due on 2026-10-31"), "{told}");
    }
}

#[test]
fn the_document_fits_its_schema() {
    const SCHEMA: &str = "schema/markers.schema.json";
    let schema = debtlint::report::markers::json::schema();
    let text = format!("{schema:#}\n");
    if std::env::vars().any(|(name, value)| name == "UPDATE_SCHEMA" && value == "1") {
        fs::write(SCHEMA, &text).unwrap();
    }
    assert!(
        fs::read_to_string(SCHEMA).unwrap_or_default() == text,
        "run `UPDATE_SCHEMA=1 cargo test --test it schema`"
    );
    let validator = jsonschema::validator_for(&schema).unwrap();
    let told = room().debtlint(["markers", "past.git", "--format", "json"]);
    let document: Value = serde_json::from_str(&told.stdout).unwrap();
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(document["schema"], "debtlint.markers/1");
}

/// As `check` and `trend` say it: there are commits, but none is as old as that.
#[test]
fn before_the_first_commit() {
    let told = room().debtlint(["markers", "past.git", "--as-of", "2001-01-01"]).to_string();
    assert!(told.contains("markers of HEAD (no commit by then) in "), "{told}");
    let (empty, _) = Room::with_past(&History::parse("commits: []"));
    for command in ["markers", "check", "trend"] {
        let told = empty.debtlint([command, "past.git", "--as-of", "2001-01-01"]).to_string();
        assert!(told.contains("HEAD (no commit yet) "), "{told}");
    }
}

/// What a clone lacks of the past keeps nobody from the list.
#[test]
fn a_file_that_only_the_ages_need() {
    let (room, _) = Room::with_past(&History::parse(
        r##"
commits:
  - { at: 2026-11-02T10:00:00Z, by: "A <a@example.com>", say: one, write: { a.rs: "// TODO: one\n" } }
  - { at: 2026-11-03T10:00:00Z, by: "A <a@example.com>", say: two, write: { a.rs: "// TODO: one\nfn two() {}\n" } }
"##,
    ));
    let name = Sha1::digest(b"blob 13\0// TODO: one\n").iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    fs::remove_file(room.path("past.git/objects").join(&name[..2]).join(&name[2..])).unwrap();
    let told = room.debtlint(["markers", "past.git"]);
    assert_eq!(told.status, Some(3), "{told}");
    let said = told.stderr.replace("\n  │", "");
    assert!(said.contains("damaged; only the ages of markers need it: `--no-age` lists them without"), "{told}");
    let told = room.debtlint(["markers", "past.git", "--no-age", "--format", "json"]);
    let listed: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told.status, listed["markers"].as_array().map(Vec::len)), (Some(0), Some(1)), "{told}");
}
