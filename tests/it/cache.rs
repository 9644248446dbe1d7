//! What is kept from run to run changes no byte of any report.

use crate::scenarios::runs;
use crate::support::History;
use crate::support::Room;

#[test]
fn no_scenario_depends_on_it() {
    insta::glob!("../scenarios", "*/history.yml", |history| {
        let (room, runs) = runs(history.parent().unwrap());
        for (nth, run) in (0..).zip(&runs) {
            let told = |more: &[&str]| run.told(&room, more).to_string();
            let plain = told(&["--no-cache"]);
            // One folder for all runs of a scenario: what one keeps, another finds.
            for round in ["cold", "warm"] {
                assert_eq!(told(&["--cache", "facts"]), plain, "{}, run {nth}, {round}", history.display());
            }
        }
        let kept = std::fs::read_dir(room.path("facts")).is_ok_and(|mut files| files.next().is_some());
        assert!(
            kept || ["unborn", "relabels-wrong"]
                .iter()
                .any(|name| history.parent().is_some_and(|folder| folder.ends_with(name))),
            "{}: nothing was kept",
            history.display()
        );
    });
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
