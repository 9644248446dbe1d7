//! What is kept from run to run changes no byte of any report.

use std::collections::BTreeSet;

use crate::scenarios::runs;
use crate::support::History;
use crate::support::Room;

#[test]
fn no_scenario_depends_on_it() {
    // Not by `insta::glob!`, to which the wrong snapshots of all tests that run meanwhile are attributed.
    let scenarios = std::fs::read_dir("tests/scenarios").unwrap().map(|entry| entry.unwrap().path());
    let mut scenarios: Vec<_> = scenarios.filter(|folder| folder.is_dir()).collect();
    scenarios.sort();
    for folder in scenarios {
        let (room, runs) = runs(&folder);
        for (nth, run) in (0..).zip(&runs) {
            let told = |more: &[&str]| run.told(&room, more).to_string();
            let plain = told(&["--no-cache"]);
            // One folder for all runs of a scenario: what one keeps, another finds.
            for round in ["cold", "warm"] {
                assert_eq!(told(&["--cache", "facts"]), plain, "{}, run {nth}, {round}", folder.display());
            }
        }
        let kept = std::fs::read_dir(room.path("facts")).is_ok_and(|mut files| files.next().is_some());
        let keeps_nothing = ["unborn", "relabels-wrong"].iter().any(|name| folder.ends_with(name));
        assert!(kept || keeps_nothing, "{}: nothing was kept", folder.display());
    }
}

const PAST: &str =
    "commits: [{ at: 2026-11-02T10:00:00Z, by: Ann <ann@example.com>, say: \"feat: begin\", touch: [a] }]";

#[test]
fn where_facts_are_kept() {
    for (arguments, variables, folder, is_kept) in [
        (&[][..], &[][..], "home/.cache/debtlint", true),
        (&[], &[("CI", "true")], "home/.cache/debtlint", false),
        (&[], &[("CI", "false")], "home/.cache/debtlint", true),
        (&["--no-cache"], &[], "home/.cache/debtlint", false),
        (&["--no-cache"], &[("DEBTLINT_CACHE", "facts")], "facts", false),
        (&["--cache", "facts"], &[], "facts", true),
        (&["--cache", "facts"], &[("CI", "true")], "facts", true),
        (&[], &[("DEBTLINT_CACHE", "facts"), ("CI", "true")], "facts", true),
        (&["--cache", "past.git/HEAD/facts"], &[], "facts", false),
    ] {
        let (room, _) = Room::with_past(&History::parse(PAST));
        let told = room.debtlint_with([&["check", "past.git"], arguments].concat(), variables);
        assert_eq!(room.path(folder).is_dir(), is_kept, "{arguments:?} {variables:?}\n{told}");
        let is_inside = arguments.iter().any(|word| word.contains("past.git"));
        assert_eq!(told.status, Some(if is_inside { 2 } else { 0 }), "{arguments:?} {variables:?}\n{told}");
        assert!(!is_inside || told.stderr.contains("cache-in-repository"), "{told}");
    }
}

#[test]
fn where_they_cannot_be_kept() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    room.put("taken", "");
    let plain = room.debtlint(["check", "past.git", "--no-cache"]);
    for command in ["check", "trend", "report"] {
        let told = room.debtlint([command, "past.git", "--cache", "taken"]);
        assert_eq!(told.status, Some(0), "{told}");
        assert_eq!(told.stderr, "debtlint: facts cannot be kept in taken: it is no folder\n", "{command}");
        assert!(command != "check" || told.stdout == plain.stdout, "{told}");
    }
    // However long the path is, the reason stands behind it.
    let long = format!("taken/{}/{}", "x".repeat(150), "x".repeat(150));
    let told = room.debtlint(["check", "past.git", "--cache", &long]);
    assert!(told.status == Some(0) && told.stderr.contains("xx: ") && !told.stderr.contains('…'), "{told}");
    // The user's own folder was not asked for.
    room.put("home/.cache/debtlint", "");
    assert_eq!(room.debtlint(["check", "past.git"]).to_string(), plain.to_string());
}

/// In the window words are put and taken that stand elsewhere, before it and in it; and a file of prose has some.
const MARKED: &str = r#"
people: { ann: "Ann <ann@example.com>" }
commits:
  - at: 2025-06-02T10:00:00Z
    by: ann
    say: "feat: begin"
    write:
      src/a.rs: "// TODO: one\n\n// LATER: two\n"
      src/deep/b.rs: "// TODO: three\n"
      src/gen/c.rs: "// TODO: one\n\n// FIXME: four\n"
      notes.md: "TODO: five\n"
      lib/vendor/v.js: "// TODO: six\n"
      .gitattributes: "lib/vendor/** -linguist-vendored\n"
  - { at: 2026-01-05T10:00:00Z, by: ann, say: "feat: a copy, and one more", write: { src/d.rs: "// TODO: one\n\n// TODO: seven\n" } }
  - { at: 2026-01-06T10:00:00Z, by: ann, say: "refactor: one less", write: { src/a.rs: "// LATER: two\n\n// LATER: eight\n" } }
  - { at: 2026-01-20T10:00:00Z, by: ann, say: "refactor: three", delete: [src/deep/b.rs], write: { notes.md: "nothing\n" } }
  - { at: 2026-02-02T10:00:00Z, by: ann, say: "refactor: moved", rename: { src/d.rs: src/e.rs }, write: { src/gen/c.rs: "// FIXME: four\n" } }
  - { at: 2026-02-03T10:00:00Z, by: ann, say: "refactor: six", write: { lib/vendor/v.js: "y();\n", src/a.rs: "y();\n" } }
"#;

#[test]
fn what_became_of_markers_does_not_depend_on_it() {
    let (room, _) = Room::with_past(&History::parse(MARKED));
    let policies = [
        "",
        "markers: { tags: [LATER] }\n",
        "markers: { tags: [{ tag: later, any-case: true }, TODO] }\n",
        "markers: { prose: true }\n",
        "ignore: ['src/gen/**']\n",
        "ignore: ['src/**']\n",
    ];
    let mut flows = BTreeSet::new();
    for round in ["first", "second"] {
        for (policy, number) in policies.iter().zip(0..) {
            room.put("debtlint.yml", &format!("version: 1\nallocation: 0%\n{policy}"));
            for as_of in ["2026-02-04", "2026-01-21", "2026-05-01"] {
                let check = ["check", "past.git", "--config", "debtlint.yml", "--as-of", as_of, "--format", "json"];
                let plain = room.debtlint([&check[..], &["--items", "--no-cache"]].concat()).to_string();
                let kept = room.debtlint([&check[..], &["--items", "--cache", "facts"]].concat()).to_string();
                assert_eq!(kept, plain, "{policy} {as_of}, {round}");
                let (_, markers) = plain.split_once("\"markers\":").unwrap();
                flows.insert((as_of, number, markers.split_once('}').unwrap().0.to_owned()));
            }
        }
    }
    let of = |wanted: &str| {
        let flows = flows.iter().filter(|(as_of, ..)| *as_of == wanted).map(|(_, _, flow)| flow);
        flows.collect::<BTreeSet<_>>().len()
    };
    assert_eq!(flows.len(), 18, "no run told something else than another of the same kind");
    assert_eq!(
        [of("2026-02-04"), of("2026-01-21")],
        [6, 5],
        "policies that tell nothing else prove nothing: {flows:#?}"
    );
}
