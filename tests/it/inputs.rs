//! What is named as a file and is none, or never ends: told at once.
#![cfg(unix)]

use crate::support::History;
use crate::support::Room;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { at: 2026-01-05T09:00:00Z, by: ann, say: "feat: begin", grow: { src/a.rs: 5 } }
"#;

fn pipe(room: &Room, name: &str) {
    assert!(std::process::Command::new("mkfifo").arg(room.path(name)).status().unwrap().success());
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let (room, _written) = Room::with_past(&History::parse(PAST));
    for (line, said) in [
        ("check past.git --deadline 30s --config -", "standard input cannot be read here"),
        ("check past.git --deadline 30s --config /dev/stdin", "standard input cannot be read here"),
        ("check past.git --deadline 30s --org-policy -", "standard input cannot be read here"),
        ("check past.git --deadline 30s --config /dev/zero", "it is no regular file"),
        ("check past.git --deadline 30s --config home", "it is a folder"),
        ("config check /dev/zero", "it is no regular file"),
    ] {
        let told = room.debtlint(line.split(' '));
        assert_eq!(told.status, Some(2), "{line}\n{told}");
        assert!(told.stderr.contains(said), "{line}\n{told}");
    }
    // A pipe in the working tree could be there before anybody looked.
    std::fs::create_dir_all(room.path("tree/.git")).unwrap();
    pipe(&room, "tree/.debtlint.yml");
    let told = room.debtlint_in("tree", ["config", "check"]);
    assert!(told.status == Some(2) && told.stderr.contains("it is no regular file"), "{told}");
    // One that was named is somebody's own.
    pipe(&room, "pipe");
    let place = room.path("pipe");
    let writer = std::thread::spawn(move || std::fs::write(place, "version: 1\n"));
    let told = room.debtlint(["config", "check", "pipe"]);
    assert_eq!(told.status, Some(0), "{told}");
    writer.join().unwrap().unwrap();
}

#[test]
fn a_variable_that_is_set_to_nothing_is_none() {
    let (room, _written) = Room::with_past(&History::parse(PAST));
    let line = ["check", "past.git", "--allocation", "0%"];
    let told = room.debtlint_with(line, &[("DEBTLINT_CACHE", ""), ("DEBTLINT_CONFIG", "")]);
    assert_eq!(told.status, Some(0), "{told}");
    // Typed, it is a slip: a variable in a script that was not set.
    let told = room.debtlint(["check", "past.git", "--config", ""]);
    assert_eq!(told.status, Some(2), "{told}");
}

/// What a page about the error has for a remedy, the error has, too.
#[test]
fn a_deadline_that_is_reached_comes_with_a_remedy() {
    let (room, _written) = Room::with_past(&History::parse(PAST));
    let told = room.debtlint(["check", "past.git", "--deadline", "1ms"]);
    assert_eq!(told.status, Some(3), "{told}");
    let said = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(
            "help: give it more time, as in `--deadline 30m`; a shorter window (`--window`) has less to read"
        ),
        "{told}"
    );
}

#[test]
fn what_named_the_policy_is_told() {
    let (room, _written) = Room::with_past(&History::parse(PAST));
    room.put("p.yml", "version: 1\n");
    for command in ["check", "markers"] {
        let told = room.debtlint_with([command, "past.git"], &[("DEBTLINT_CONFIG", "p.yml")]);
        assert!(told.stdout.contains("  p.yml, named with DEBTLINT_CONFIG\n"), "{command}\n{told}");
        let line = [command, "past.git", "--config", "p.yml"];
        let told = room.debtlint_with(line, &[("DEBTLINT_CONFIG", "other.yml")]);
        assert!(told.stdout.contains("  p.yml, named with --config\n"), "{command}\n{told}");
    }
}

/// What the system does not do is no fault of the report's, nor of what was typed.
#[test]
fn what_the_system_refuses_is_told_as_that() {
    let room = Room::new();
    let _written = History::parse(PAST).write(&room.path(".git"));
    let told = room.debtlint_with(["init", "--stdout"], &[("TMPDIR", "/no/such/folder")]);
    assert_eq!(told.status, Some(3), "{told}");
    let said = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["system-refused", "cannot write a temporary file", "the folder that TMPDIR names"] {
        assert!(said.contains(words), "{words}: {told}");
    }
    assert!(!said.contains("the report"), "{told}");
}
