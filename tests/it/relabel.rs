//! `debtlint relabel`, in a working tree.

use std::fs;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { name: old, at: 2025-01-05T09:00:00Z, by: ann, say: "feat: long ago", touch: [a.rs] }
  - { name: new, at: 2026-01-05T09:00:00Z, by: ann, say: "feat: begin", touch: [a.rs] }
  - { at: 2026-01-06T09:00:00Z, by: ann, say: "feat: more", touch: [a.rs], times: 40, every: 60 }
"#;
const FILE: &str = "work/.debtlint/relabels.yml";

/// A room with a working tree, and the ids of the old and the new commit.
fn room() -> (Room, String, String) {
    let (room, written) = Room::with_past(&History::parse(PAST));
    fs::create_dir(room.path("work")).unwrap();
    fs::rename(room.path("past.git"), room.path("work/.git")).unwrap();
    let config = fs::read_to_string(room.path("work/.git/config")).unwrap();
    fs::write(room.path("work/.git/config"), config.replace("bare = true", "bare = false")).unwrap();
    (room, written.id("old"), written.id("new"))
}

fn relabel(room: &Room, commit: &str, kind: &str, more: &[&str]) -> Told {
    room.debtlint(["relabel", commit, kind, "work", "--reason", "took \"it\" out"].iter().chain(more))
}

#[test]
fn what_is_there_stays_byte_for_byte() {
    let (room, _, new) = room();
    let told = relabel(&room, &new[..10], "paydown", &[]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    let first = format!("- commit: {new}\n  kind: paydown\n  reason: \"took \\\"it\\\" out\"\n");
    assert_eq!(fs::read_to_string(room.path(FILE)).unwrap(), first);
    let ours = format!("# ours\r\n- {{ commit: {new},   kind: run, reason: \'x\' }} # no end of line");
    fs::write(room.path(FILE), &ours).unwrap();
    assert_eq!(relabel(&room, "HEAD", "feature", &["--share", "40%"]).status, Some(0));
    let text = fs::read_to_string(room.path(FILE)).unwrap();
    let added = text.strip_prefix(&format!("{ours}\n- commit: ")).unwrap();
    assert!(added.ends_with("\n  kind: feature\n  share: 40%\n  reason: \"took \\\"it\\\" out\"\n"), "{added}");
    assert_eq!(fs::read_dir(room.path("work/.debtlint")).unwrap().count(), 1, "nothing else is left there");
}

#[test]
fn the_same_is_not_said_twice() {
    let (room, _, new) = room();
    assert_eq!(relabel(&room, &new, "paydown", &[]).status, Some(0));
    let once = fs::read_to_string(room.path(FILE)).unwrap();
    let told = relabel(&room, &new, "paydown", &[]);
    assert_eq!(told.status, Some(0), "{}", told.stderr);
    assert!(told.stdout.contains("is paydown already"), "{}", told.stdout);
    assert_eq!(fs::read_to_string(room.path(FILE)).unwrap(), once);
    // The last one about a commit holds: what was said before another one is said again.
    assert_eq!(relabel(&room, &new, "run", &[]).status, Some(0));
    assert_eq!(relabel(&room, &new, "paydown", &[]).status, Some(0));
    let text = fs::read_to_string(room.path(FILE)).unwrap();
    assert_eq!(text.matches("kind: paydown").count(), 2, "{text}");
}

#[test]
fn what_is_refused_changes_nothing() {
    let (room, old, new) = room();
    fs::create_dir(room.path("work/.debtlint")).unwrap();
    for (there, commit, kind, code, says) in [
        ("", "abcdef0123", "paydown", 2, "no-such-commit"),
        ("", &old[..], "paydown", 2, "no-such-commit"),
        ("", "nowhere", "paydown", 2, "nowhere"),
        ("", &new[..3], "paydown", 2, ""),
        ("", &new[..], "paydwon", 2, "paydown"),
        ("- commit: x\n", &new[..], "paydown", 2, "relabels.yml"),
        ("[]\n", &new[..], "paydown", 2, "relabels.yml"),
    ] {
        fs::write(room.path(FILE), there).unwrap();
        let told = relabel(&room, commit, kind, &[]);
        assert_eq!(told.status, Some(code), "{commit} {kind}: {}", told.stderr);
        assert!(told.stderr.contains(says), "{}", told.stderr);
        assert_eq!(fs::read_to_string(room.path(FILE)).unwrap(), there);
    }
    for (commit, said) in [("HEAD~1", "is paydown now"), ("HEAD@{1}", "HEAD@{1}"), ("HEAD~900", "HEAD~900")] {
        fs::write(room.path(FILE), "").unwrap();
        assert!(relabel(&room, commit, "paydown", &[]).to_string().contains(said), "{commit}");
    }
    let control = room.debtlint(["relabel", &new, "run", "work", "--reason", "a\u{1b}[2Jb"]);
    assert_eq!(control.status, Some(2), "{}", control.stderr);
}

#[test]
fn where_no_entry_can_go_the_remedy_is_told() {
    let (room, _, new) = room();
    fs::create_dir(room.path("work/.debtlint")).unwrap();
    fs::write(room.path(FILE), "[]\n").unwrap();
    let told = relabel(&room, &new, "paydown", &[]);
    for said in ["relabels-no-place", "cannot be continued", "write it with one `- ` a line; nothing was changed"] {
        assert!(told.stderr.contains(said), "{told}");
    }
    let (room, written) = Room::with_past(&History::parse(PAST));
    let told = room.debtlint(["relabel", written.id("new").as_str(), "paydown", "past.git", "--reason", "x"]);
    assert_eq!(told.status, Some(2), "{told}");
    for said in ["relabels-no-place", "no working tree", "relabel in a clone that has one; nothing was changed"] {
        assert!(told.stderr.contains(said), "{told}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let (room, _, new) = room();
    fs::create_dir(room.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(room.path("elsewhere"), room.path("work/.debtlint")).unwrap();
    let told = relabel(&room, &new, "paydown", &[]);
    assert_eq!(told.status, Some(3), "{}", told.stderr);
    assert_eq!(fs::read_dir(room.path("elsewhere")).unwrap().count(), 0);
}

/// What a disk does is nothing that somebody typed.
#[test]
fn a_file_that_cannot_be_written_is_no_mistake_of_the_users() {
    let (room, _, new) = room();
    room.put("work/.debtlint", "a file where a folder has to be");
    let told = relabel(&room, &new, "paydown", &[]);
    assert!(told.status == Some(3) && told.stderr.contains("relabels-unwritable"), "{told}");
    room.put("pulls.json", "[]");
    let told = room.debtlint(["labels", "import", "--from", "pulls.json", "--output", "none/prs.ndjson"]);
    assert!(told.status == Some(3) && told.stderr.contains("labels-unwritable"), "{told}");
}

#[test]
fn reports_tell_each_entry() {
    let past = include_str!("../scenarios/relabels/history.yml");
    let (room, written) = Room::with_past(&History::parse(past));
    let check = room.debtlint(["check", "past.git", "--width", "200"]).stdout;
    let half = written.id("half");
    let says = [
        "Relabelled, 7 entries about the commits of the window".to_owned(),
        format!("~ {} is run (40% paydown), by lead@example.com, lead of pay: \"moved callers\"", &half[..10]),
        "it counts in part, since relabels may bring 25% of a team's credit".to_owned(),
        "by bob@example.com: \"built something\"; it counts.".to_owned(),
    ];
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in says {
        assert!(flat(&check).contains(&said), "{said}: {check}");
    }
    let explained = flat(&room.debtlint(["explain", &half, "past.git"]).stdout);
    assert!(explained.contains("Relabelled: .debtlint/relabels.yml ~"), "{explained}");
    assert!(!explained.contains("built something"), "only what is about the commit: {explained}");
    assert!(explained.contains("of credit that the relabel would bring, the cap lets"), "{explained}");
    // What the cap refuses is as it was before.
    let refused = flat(&room.debtlint(["explain", &written.id("over"), "past.git"]).stdout);
    assert!(refused.contains("it does not count, since relabels may bring 25%"), "{refused}");
    assert!(refused.contains("Counted as: feature Of the "), "{refused}");
    assert!(refused.contains("of credit that the relabel would bring, the cap lets 0 count."), "{refused}");
    assert!(!refused.contains("for its credit"), "it has none: {refused}");
}

/// An entry is about its commit alone: one about a merge leaves what the merge brought in as it was.
#[test]
fn an_entry_about_a_merge_does_not_reach_what_it_brought_in() {
    let past = |about: &str| {
        let entry = format!("- commit: ${{{about}}}\n  kind: feature\n  reason: no debt\n");
        let who = "Ann <ann@example.com>";
        serde_json::from_value::<History>(serde_json::json!({ "commits": [
            { "at": "2026-06-01T09:00:00Z", "by": who, "say": "feat: begin", "touch": ["a.rs"] },
            { "name": "inner", "on": "topic", "from": "main", "at": "2026-06-02T09:00:00Z", "by": who, "say": "refactor: less", "touch": ["b.rs"] },
            { "at": "2026-06-03T09:00:00Z", "by": who, "say": "feat: more", "touch": ["a.rs"] },
            { "name": "merge", "at": "2026-06-04T09:00:00Z", "by": who, "say": "refactor: merge of topic", "merge": ["topic"], "touch": ["c.rs"] },
            { "at": "2026-06-05T09:00:00Z", "by": who, "say": "chore: relabel", "write": { ".debtlint/relabels.yml": entry } },
        ]}))
        .unwrap()
    };
    // The credit of the merge's own content, and that of what it brought in.
    let credits = |about: &str| {
        let (room, written) = Room::with_past(&past(about));
        let told = room.debtlint(["check", "past.git", "--format", "json", "--items", "--exit-zero"]);
        let report: serde_json::Value =
            serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
        ["merge", "inner"].map(|name| {
            let items = report["items"].as_array().unwrap();
            let item = items.iter().find(|item| item["commit"] == written.id(name)).unwrap();
            item["counted"]["credit_bp"].as_u64().unwrap()
        })
    };
    assert_eq!(credits("merge"), [0, 10_000]);
    assert_eq!(credits("inner"), [10_000, 0]);
}
