//! `debtlint markers` against a base and against a baseline, and in the orders that ask for ages.

use std::collections::BTreeSet;
use std::fs;

use debtlint::config::languages;
use debtlint::facts::RepoPath;
use debtlint::marker::Marker;
use debtlint::marker::Prose;
use debtlint::marker::Scanner;
use debtlint::marker::Search;
use debtlint::report::markers::baseline;
use debtlint::report::markers::baseline::Baseline;
use serde_json::Value;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;

const PAST: &str = r##"
people: { ann: Ann Archer <ann@example.com>, bob: Bob Boole <bob@example.com> }
commits:
  - name: fork
    at: 2026-01-05T10:00:00Z
    by: ann
    say: "feat: begin"
    write:
      src/a.rs: "// TODO: one\nfn a() {}\n// TODO: two\n\n// TODO(TD-1): three\n"
      src/b.rs: "// TODO(2h): of a file that moves\nfn b() {}\nfn c() {}\nfn d() {}\n"
      src/c.rs: "// TODO: of a file that goes\n"
      src/d.rs: "// HACK: stands still\n// HACK: stands still\n"
      .debtlint.yml: |
        version: 1
        teams:
          payments: { members: [ann@example.com], paths: [/src/] }
          web: { members: [bob@example.com], paths: [/web/] }
        markers: { tags: [TODO, HACK, { tag: FIXME, level: error }] }
  - { name: later, at: 2026-02-05T10:00:00Z, by: bob, say: "feat: more", write: { web/w.js: "// TODO: of the base\n" } }
  - at: 2026-02-06T10:00:00Z
    by: ann
    say: "feat: mine"
    on: topic
    from: fork
    rename: { src/b.rs: web/moved.rs }
    delete: [src/c.rs]
    write:
      src/a.rs: "\nfn a() {}\n    // TODO: two\n\n// TODO(@ann, TD-1): three and a half\n\n// FIXME: new\n"
      web/copy.js: "// HACK: stands still\n"
      web/new.js: "// TODO(@bob): new, too\n"
  - { at: 2026-02-06T10:00:00Z, by: ann, say: "refactor: less", on: paid, from: fork, write: { src/a.rs: "fn a() {}\n" } }
"##;

fn room() -> Room {
    Room::with_past(&History::parse(PAST)).0
}

fn told(room: &Room, line: &str) -> Told {
    room.debtlint(["markers", "past.git"].into_iter().chain(line.split_whitespace()))
}

fn document(told: &Told) -> Value {
    serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Each listed marker in a word or two.
fn rows(document: &Value) -> Vec<String> {
    let row = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let former = &row["former"];
        let was = former["file"].as_str().map(|file| format!(", was {} in {file}", former["text"])).unwrap_or_default();
        let whole = if row["with_file"] == true { " with its file" } else { "" };
        format!("{}{whole} {}:{} {}{was}", text("fate"), text("file"), row["line"], text("text"))
    };
    document["markers"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn a_revision_without_a_date_is_judged_as_of_those_before_it() {
    let past = r##"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - at: 2026-02-05T10:00:00Z
    by: ann
    say: "feat: begin"
    write: { .debtlint.yml: "version: 1\nmarkers: { tags: [TODO] }\n" }
  - name: undated
    touch: [x]
    raw: "tree ${tree}\nparent ${parent}\nauthor A <ann@example.com> 1767862803 +0000\ncommitter A <ann@example.com>\n\nfeat: x\n"
  - at: 2026-02-06T10:00:00Z
    by: ann
    say: "feat: mine"
    on: topic
    from: undated
    write: { a.rs: "// TODO(2026-02-01): late\n// TODO(2026-03-01): in time\n" }
  - name: top
    on: topic
    touch: [y]
    raw: "tree ${tree}\nparent ${parent}\nauthor A <ann@example.com> 1767862803 +0000\ncommitter A <ann@example.com>\n\nfeat: y\n"
"##;
    let (room, _) = Room::with_past(&History::parse(past));
    for line in ["--base main --rev topic --format json", "--rev topic --format json"] {
        let document = document(&told(&room, line));
        let late = document["findings"].as_array().unwrap().iter().filter(|found| found["code"] == "marker-expired");
        assert_eq!(late.count(), 1, "{line}: {document}");
    }
}

#[test]
fn what_a_change_makes_of_markers() {
    insta::assert_snapshot!(told(&room(), "--base main --rev topic"));
}

#[test]
fn what_a_change_makes_of_markers_for_a_program() {
    let room = room();
    let found = told(&room, "--base main --rev topic --format json");
    assert_eq!(found.status, Some(1), "{found}");
    let found = document(&found);
    let expected = [
        "removed src/a.rs:1 one",
        "edited src/a.rs:5 three and a half, was \"three\" in src/a.rs",
        "added src/a.rs:7 new",
        "removed with its file src/c.rs:1 of a file that goes",
        "copied web/copy.js:1 stands still",
        "moved web/moved.rs:1 of a file that moves, was \"of a file that moves\" in src/b.rs",
        "added web/new.js:1 new, too",
    ];
    assert_eq!(rows(&found), expected);
    let counts = ["added", "edited", "removed", "removed_with_file", "moved", "copied", "net"];
    assert_eq!(counts.map(|key| found["change"][key].as_i64().unwrap()), [2, 1, 2, 1, 1, 1, 0]);
    assert_eq!(found["findings"].as_array().unwrap().len(), 1);
    let validator = jsonschema::validator_for(&debtlint::report::markers::json::schema()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn a_changed_file_is_searched_however_large() {
    let large = format!("// FIXME: large\\n{}\\n", " ".repeat(8 << 20));
    let past = format!(
        r#"
people: {{ ann: Ann Archer <ann@example.com> }}
commits:
  - name: begin
    at: 2026-01-05T10:00:00Z
    by: ann
    say: "feat: begin"
    write:
      src/a.c: "int a;\n"
      .debtlint.yml: |
        version: 1
        markers: {{ tags: [{{ tag: FIXME, level: error }}] }}
  - at: 2026-02-06T10:00:00Z
    by: ann
    say: "feat: mine"
    on: topic
    from: begin
    write: {{ src/a.c: "int a; // \0\n// FIXME: behind a NUL\n", src/large.rs: "{large}" }}
"#
    );
    let room = Room::with_past(&History::parse(&past)).0;
    let found = told(&room, "--base main --rev topic --format json");
    assert_eq!(found.status, Some(1), "{found}");
    assert_eq!(rows(&document(&found)), ["added src/a.c:2 behind a NUL", "added src/large.rs:1 large"]);
    let gate = room.debtlint(["check", "past.git", "--base", "main", "--head", "topic"]);
    assert_eq!(gate.status, Some(1), "{gate}");
    assert!(gate.stdout.contains("src/a.c:2:4") && gate.stdout.contains("src/large.rs:1:4"), "{gate}");
}

#[test]
fn how_a_comparison_ends() {
    let room = room();
    for (line, code, listed) in [
        ("--base main --rev topic", 1, 7),
        ("--base main --rev topic --exit-zero", 0, 7),
        ("--base main --rev paid", 0, 3),
        ("--base topic --rev topic", 0, 0),
        ("--base topic --rev main", 0, 1),
        ("--base main --rev topic --team web --tag TODO", 1, 2),
        ("--base main --rev topic --path web/**", 1, 3),
        ("--base main --rev topic --owner bob", 1, 1),
        ("--base none --rev topic", 2, 0),
        ("--base main --worktree", 2, 0),
        ("--base main --baseline none.txt", 2, 0),
    ] {
        let told = told(&room, &format!("{line} --format json"));
        assert_eq!(told.status, Some(code), "{line}\n{told}");
        if code < 2 {
            assert_eq!(rows(&document(&told)).len(), listed, "{line}\n{told}");
        }
    }
}

#[test]
fn a_baseline() {
    let room = room();
    let written = told(&room, "--rev main --write-baseline old.txt");
    assert_eq!(written.status, Some(0), "{written}");
    assert!(written.stdout.contains("8 markers written") && written.stdout.contains("merge=union"), "{written}");
    let text = fs::read_to_string(room.path("old.txt")).unwrap();
    assert_eq!(text.lines().count(), 9, "{text}");

    // As it stood before the last commit, which brought one.
    let earlier = told(&room, "--rev main --as-of 2026-01-20 --write-baseline earlier.txt");
    assert!(earlier.stdout.contains("7 markers written"), "{earlier}");

    let same = document(&told(&room, "--rev main --baseline old.txt --format json"));
    assert_eq!(
        (rows(&same).len(), same["baseline"]["known"].as_i64(), same["baseline"]["unmatched"].as_i64()),
        (0, Some(8), Some(0))
    );
    let more = told(&room, "--rev topic --baseline old.txt --format json");
    // Only what is new is found fault with: one FIXME. The second of three twins was known, the third is new.
    assert_eq!(more.status, Some(1), "{more}");
    let more = document(&more);
    let expected =
        [" src/a.rs:5 three and a half", " src/a.rs:7 new", " web/copy.js:1 stands still", " web/new.js:1 new, too"];
    assert_eq!(rows(&more), expected);
    assert_eq!((more["findings"].as_array().unwrap().len(), more["baseline"]["unmatched"].as_i64()), (1, Some(4)));
    let shown = told(&room, "--rev topic --baseline old.txt");
    assert!(shown.stdout.contains("4 entries of it fit none"), "{shown}");

    room.put("damaged.txt", &text.replacen("\n", "\n<<<<<<< HEAD\n", 1));
    for (line, code, words) in [
        ("--baseline damaged.txt", 2, ["line 2", "left of a merge that stopped"]),
        ("--baseline none.txt", 2, ["baseline-unreadable", "--write-baseline"]),
        ("--baseline past.git", 2, ["baseline-unreadable", "cannot read"]),
        // As with every other file that cannot be written.
        ("--write-baseline none/old.txt", 3, ["baseline-unwritable", "the folder has to be there"]),
        ("--write-baseline new.txt --tag TODO", 2, ["--write-baseline", "cannot be used with"]),
    ] {
        let told = told(&room, line);
        assert_eq!(told.status, Some(code), "{told}");
        assert!(words.iter().all(|word| told.stderr.contains(word)), "{line}: {told}");
    }
    assert!(!room.path("new.txt").exists());
}

#[test]
fn ages_and_interest() {
    let room = room();
    let order = |line: &str| -> Vec<String> {
        let found = document(&told(&room, &format!("--rev topic --as-of 2026-02-06 --format json {line}")));
        let row = |row: &Value| {
            let age = row["birth"]["days"].as_i64().map(|days| format!(" {days} days")).unwrap_or_default();
            let interest = row["interest"].as_i64().map(|interest| format!(" worth {interest}")).unwrap_or_default();
            format!("{}{age}{interest}", row["text"].as_str().unwrap())
        };
        found["markers"].as_array().unwrap().iter().map(row).collect()
    };
    // The oldest first; what moved is as old as it was, and a copy or other words are young.
    let by_age = order("--sort age");
    assert_eq!(by_age.iter().filter(|row| row.ends_with(" 32 days")).count(), 4, "{by_age:?}");
    assert!(by_age.iter().skip(4).all(|row| row.ends_with(" 0 days")), "{by_age:?}");
    // Commits that changed the file, times days, times hours; of a file that moved those under its present path.
    let by_interest = order("--sort interest");
    let expected = ["two 32 days worth 64", "of a file that moves 32 days worth 64", "stands still 32 days worth 32"];
    assert_eq!(by_interest[..3], expected, "{by_interest:?}");
    assert!(by_interest.iter().rev().take(3).all(|row| row.ends_with("worth 0")), "{by_interest:?}");
    let without = order("--no-age");
    assert!(without.len() == by_age.len() && without.iter().all(|row| !row.contains("days")), "{without:?}");
}

/// A marker of which a later line was edited last is as old as its first line.
#[test]
fn a_later_line_makes_nothing_young() {
    for (first, then, days) in [
        ("# FIXME: not here.\n# Not theses.\n", "# FIXME: not here.\n# Not these.\n", 33),
        ("# FIXME: not here.\n", "# FIXME: not here.\n# See the wiki.\n", 33),
        ("# FIXME: not here.\n# See the wiki.\n", "# FIXME: not here.\n", 33),
        ("# FIXME(ann): not here.\n# Nor there.\n", "# FIXME: not here.\n# Nor there.\n", 33),
        ("# FIXME: not hear.\n# Nor there.\n", "# FIXME: not here.\n# Nor there.\n", 2),
        // A line that says nothing tells nothing apart.
        ("# FIXME:\n# Not here.\n", "# FIXME:\n# Nor there.\n", 2),
        // Nor does one that has no end: what it says is the same.
        (&format!("# FIXME: {}\n", "x".repeat(5_000)), &format!("#  FIXME: {}\n", "x".repeat(5_000)), 33),
    ] {
        let text = |marker: &str| Value::from(format!("x=1\n{marker}y=1\n")).to_string();
        let (first, then) = (text(first), text(then));
        let past = format!(
            r##"
people: {{ ann: Ann Archer <ann@example.com> }}
commits:
  - {{ at: 2026-01-05T10:00:00Z, by: ann, say: "feat: begin", write: {{ a.py: {first} }} }}
  - {{ at: 2026-02-05T10:00:00Z, by: ann, say: "docs: typo", write: {{ a.py: {then} }} }}
  - {{ at: 2026-02-07T10:00:00Z, by: ann, say: "feat: more", touch: [b.py] }}
"##
        );
        let (room, _) = Room::with_past(&History::parse(&past));
        let found = document(&room.debtlint(["markers", "past.git", "--format", "json"]));
        assert_eq!(found["markers"][0]["birth"]["days"].as_i64(), Some(days), "{then}: {found}");
    }
}

fn found(text: &str) -> Vec<Marker> {
    let scanner = Scanner::new(languages().unwrap(), Search::default()).unwrap();
    scanner.scan(&RepoPath::new(*b"a.rs"), text.as_bytes(), Prose::Comments).unwrap().markers
}

/// How many of the markers are new, and how many of the baseline's are gone.
fn compared(baseline: &str, text: &str) -> (usize, usize) {
    let mut baseline = Baseline::read(baseline).unwrap();
    let new = found(text).iter().filter(|marker| !baseline.take(marker)).count();
    (new, baseline.left())
}

#[test]
fn what_a_baseline_knows() {
    let old = "// TODO: b\n\n// TODO: a\n\n// TODO: a\n";
    let file = baseline::write(found(old).iter());
    assert_eq!(file.lines().count(), 4, "{file}");
    assert!(file.lines().skip(1).is_sorted(), "{file}");
    for (text, expected) in [
        (old, (0, 0)),
        ("x();\n    // TODO: a\n\n/* TODO: a */\n// TODO: b", (0, 0)),
        ("// TODO: b\n\n// TODO: a\n\n// TODO: a\n\n// TODO: a\n", (1, 0)),
        ("// TODO: b\n\n// TODO: c\n", (1, 2)),
    ] {
        assert_eq!(compared(&file, text), expected, "{text}");
    }
}

#[test]
fn two_branches_merge_line_by_line() {
    let base = "// TODO: m\n\n// TODO: a\n";
    let [ours, theirs] = ["// TODO: ours\n", "// TODO: theirs\n"].map(|more| format!("{base}\n{more}"));
    let [base_file, ours_file, theirs_file] =
        [base, ours.as_str(), theirs.as_str()].map(|text| baseline::write(found(text).iter()));
    // Each branch adds a line and leaves the others as they were.
    let lines = |file: &str| file.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    assert!(lines(&base_file).is_subset(&lines(&ours_file)) && lines(&base_file).is_subset(&lines(&theirs_file)));
    // In whatever order a union leaves them, and with what both have twice.
    let union = format!("{ours_file}{}", theirs_file.lines().rev().map(|line| format!("{line}\n")).collect::<String>());
    assert_eq!(compared(&union, &format!("{ours}\n// TODO: theirs\n")), (0, 0));
}

#[test]
fn damage_is_told_with_its_place() {
    for (text, expected) in [
        ("", 1),
        ("0123456789abcdef TODO x\n", 1),
        ("# debtlint baseline 2\n", 1),
        ("# debtlint baseline 1\n0123456789abcdef TODO\n<<<<<<< HEAD\n", 3),
        ("# debtlint baseline 1\n0123456789abcde TODO\n", 2),
        ("# debtlint baseline 1\n\n0123456789ABCDEF TODO\n", 3),
        ("# debtlint baseline 1\n0123456789abcdef-1 TODO\n", 2),
        ("# debtlint baseline 1\n0123456789abcdef-x TODO\n", 2),
    ] {
        assert_eq!(Baseline::read(text).map_err(|damage| damage.line), Err(expected), "{text}");
    }
    assert_eq!(Baseline::read("# debtlint baseline 1\r\n# mine\n").map(|read| read.left()), Ok(0));
}
