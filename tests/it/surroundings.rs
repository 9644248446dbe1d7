//! What lies around a repository's objects, and who calls: none of it moves a verdict.

use serde_json::Value;

use crate::support::History;
use crate::support::Room;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - name: root
    at: 2026-01-05T09:00:00Z
    by: ann
    say: "feat: begin"
    grow: { src/a.rs: 5 }
    write:
      .debtlint.yml: |
        version: 1
        extends: [conventional-commits, bots, generated]
        allocation: 20%
        minimum-effort: { people: 1, developer-weeks: 0.1 }
        teams: { payments: { members: [ann@example.com], paths: [/src/] } }
  - { name: more, at: 2026-01-06T09:00:00Z, by: ann, say: "feat: more", grow: { src/a.rs: 5 }, times: 4 }
  - { name: debt, at: 2026-01-12T09:00:00Z, by: ann, say: "refactor: tidy", grow: { src/b.rs: 2 } }
  - { name: base, at: 2026-01-13T09:00:00Z, by: ann, say: "feat: on", grow: { src/a.rs: 5 }, times: 3 }
  - { name: head, on: topic, from: base, at: 2026-01-19T09:00:00Z, by: ann, say: "feat: new", grow: { src/a.rs: 5 } }
  - { name: other, on: elsewhere, from: root, at: 2026-01-19T09:00:00Z, by: ann, say: "refactor: all", touch: [src/z.rs] }
"#;

const LINE: [&str; 9] =
    ["check", "past.git", "--base", "refs/heads/main", "--head", "refs/heads/topic", "--format", "json", "--items"];

#[test]
fn nothing_around_a_repository_moves_a_byte() {
    let (room, written) = Room::with_past(&History::parse(PAST));
    let plain = room.debtlint(LINE);
    assert_eq!(plain.status, Some(1), "{plain}");
    let same = |what: &str, variables: &[(&str, &str)]| {
        let told = room.debtlint_with(LINE, variables);
        assert_eq!((told.status, &told.stdout), (plain.status, &plain.stdout), "{what}");
    };

    // Beside the objects.
    let (debt, head, other) = (written.id("debt"), written.id("head"), written.id("other"));
    room.put("past.git/info/attributes", "* linguist-generated linguist-vendored binary\n");
    room.put("past.git/info/exclude", "*\n");
    room.put("past.git/refs/notes/commits", &format!("{other}\n"));
    room.put("past.git/refs/heads/unrelated", &format!("{other}\n"));
    room.put("past.git/refs/tags/v1", &format!("{head}\n"));
    room.put("past.git/hooks/post-checkout", "#!/bin/sh\nexit 1\n");
    same("files beside the objects", &[]);
    room.put("past.git/objects/info/commit-graph", "CGPH no such thing");
    same("a commit-graph", &[]);

    // Configuration: the repository's, the user's, and what the environment names.
    let hostile = "[core]\n\tattributesFile = ATTRIBUTES\n\tnotesRef = refs/heads/main\n\tcommitGraph = true\n\tquotePath = false\n\
                   [mailmap]\n\tfile = MAILMAP\n\tblob = topic:.mailmap\n[log]\n\tmailmap = true\n[i18n]\n\tcommitEncoding = UTF-16\n\
                   [diff]\n\talgorithm = patience\n\trenames = copies\n\tignoreSubmodules = all\n[blame]\n\tignoreRevsFile = REVISIONS\n\
                   [alias]\n\tlog = !false\n";
    let attributes = room.put("attributes", "* linguist-generated\n");
    let mailmap = room.put("mailmap", "Nobody <nobody@example.com> <ann@example.com>\n");
    let revisions = room.put("revisions", &format!("{debt}\n{head}\n"));
    let hostile =
        hostile.replace("ATTRIBUTES", attributes.to_str().unwrap()).replace("MAILMAP", mailmap.to_str().unwrap());
    let hostile = hostile.replace("REVISIONS", revisions.to_str().unwrap());
    let of_user = room.put("home/.gitconfig", &hostile);
    room.put("home/.config/git/config", &hostile);
    room.put("home/.config/git/attributes", "* linguist-generated\n");
    same("the user's configuration", &[]);
    let config = std::fs::read_to_string(room.path("past.git/config")).unwrap();
    room.put("past.git/config", &format!("{config}{hostile}"));
    same("the repository's configuration", &[]);
    let nowhere = room.path("nowhere");
    let nowhere = nowhere.to_str().unwrap();
    for (name, value) in [
        ("GIT_DIR", nowhere),
        ("GIT_WORK_TREE", nowhere),
        ("GIT_INDEX_FILE", nowhere),
        ("GIT_OBJECT_DIRECTORY", nowhere),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", nowhere),
        ("GIT_COMMON_DIR", nowhere),
        ("GIT_NAMESPACE", "x"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_CONFIG_GLOBAL", of_user.to_str().unwrap()),
        ("GIT_CONFIG_SYSTEM", of_user.to_str().unwrap()),
        ("GIT_CONFIG_PARAMETERS", "'mailmap.file'='mailmap'"),
        ("GIT_GRAFT_FILE", nowhere),
        ("GIT_SHALLOW_FILE", nowhere),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_NO_REPLACE_OBJECTS", "0"),
        ("GIT_ATTR_SOURCE", "topic"),
        ("GIT_NOTES_REF", "refs/heads/main"),
        ("GIT_AUTHOR_DATE", "1970-01-01T00:00:00Z"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "C"),
        ("SOURCE_DATE_EPOCH", "0"),
        ("DEBTLINT_MIN", "0"),
        ("DEBTLINT_ALLOCATION", "0%"),
        ("RAYON_NUM_THREADS", "1"),
    ] {
        same(name, &[(name, value)]);
    }

    // What git itself would follow: told, and not followed.
    room.put(&format!("past.git/refs/replace/{head}"), &format!("{other}\n"));
    room.put("past.git/info/grafts", &format!("{head} {other}\n"));
    let told = room.debtlint(LINE);
    assert_eq!(told.status, Some(1));
    assert_eq!(but_told(&told.stdout), but_told(&plain.stdout));
    assert!(told.stdout.contains("history-overridden") && !plain.stdout.contains("history-overridden"));
}

/// What a report says of the teams; no id and no time is among it.
fn figures(history: &History) -> Value {
    let (room, _) = Room::with_past(history);
    let told = room.debtlint(LINE);
    let mut report: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
    assert!(report["teams"][0]["share_bp"].is_number(), "{report}");
    report["teams"].take()
}

#[test]
fn another_time_of_the_same_past_is_judged_alike() {
    let history = History::parse(PAST);
    let expected = figures(&history);
    // Whole weeks: a share is of days and weeks. Leap years and the turn of a year are among them.
    for weeks in [-1_200, -52, -1, 1, 6, 51, 900] {
        let mut moved = history.clone();
        for step in &mut moved.commits {
            let at: jiff::Timestamp = step.at.parse().unwrap();
            step.at = (at.as_second() + weeks * 7 * 86_400).to_string();
        }
        assert_eq!(figures(&moved), expected, "{weeks} weeks");
    }
}

#[test]
fn the_order_of_what_a_merge_brings_in_is_all_the_same() {
    let of = |parents: &str| {
        let more = format!(
            r#"
  - {{ on: x, from: base, at: 2026-01-15T09:00:00Z, by: ann, say: "refactor: x", grow: {{ src/x.rs: 3 }} }}
  - {{ on: y, from: base, at: 2026-01-15T10:00:00Z, by: ann, say: "feat: y", grow: {{ src/y.rs: 9 }} }}
  - {{ on: z, from: base, at: 2026-01-15T11:00:00Z, by: ann, say: "z", grow: {{ z.rs: 2 }} }}
  - {{ on: topic, at: 2026-01-20T09:00:00Z, by: ann, say: "Merge all", merge: [{parents}] }}
"#
        );
        figures(&History::parse(&format!("{PAST}{}", more.trim_start_matches('\n'))))
    };
    let expected = of("x, y, z");
    for parents in ["x, z, y", "y, x, z", "y, z, x", "z, x, y", "z, y, x"] {
        assert_eq!(of(parents), expected, "{parents}");
    }
}

/// A report without its finding that history is overridden.
fn but_told(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    report["findings"].as_array_mut().unwrap().retain(|finding| finding["code"] != "history-overridden");
    report
}

#[cfg(unix)]
#[test]
fn a_small_stack_moves_no_byte() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    let plain = room.debtlint(LINE);
    let told = room.debtlint_under("-s 64", LINE);
    assert_eq!((told.status, &told.stdout), (Some(1), &plain.stdout), "{told}");
    assert_eq!(room.debtlint_under("-s 64", ["check", "--no-such"]).status, Some(2));
}
