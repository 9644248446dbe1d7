//! The hooks, as git and pre-commit call them.

use crate::support::History;
use crate::support::Room;
use crate::support::Written;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - at: 2026-01-05T09:00:00Z
    by: ann
    say: "feat: begin"
    touch: [a.rs]
    write:
      .debtlint.yml: |
        version: 1
        extends: [conventional-commits, debt-trailers]
        allocation: 20%
        minimum-effort: { people: 1, developer-weeks: 0.1 }
  - { at: 2026-01-06T09:00:00Z, by: ann, say: "feat: more", touch: [a.rs], times: 3 }
  - { on: feature, from: main, at: 2026-01-12T09:00:00Z, by: ann, say: "feat: new", touch: [b.rs] }
  - { on: paydown, from: main, at: 2026-01-12T09:00:00Z, by: ann, say: "refactor: split", touch: [b.rs] }
"#;

/// A room that is the repository itself, since hooks run at its top.
fn room() -> (Room, Written) {
    let room = Room::new();
    let written = History::parse(PAST).write(&room.path(".git"));
    room.put(".git/refs/remotes/origin/main", &format!("{}\n", written.id("main")));
    (room, written)
}

#[test]
fn a_message() {
    let (room, _) = room();
    for (text, code, said) in [
        ("refactor: split\n", 0, "debtlint: counts as paydown: type \"refactor\" (rule type-paydown)\n"),
        ("refacto: split\n", 1, "debtlint: no label that a rule knows: type `refacto`: did you mean `refactor`?\n"),
        (
            "Split\n\nDebt: \u{1b}[31m\n",
            0,
            "debtlint: counts as paydown: trailer \"Debt: \\u{1b}[31m\" (rule debt-trailer)\n",
        ),
    ] {
        room.put("message", text);
        // What git sets for hooks is not obeyed.
        let variables = [("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere/index")];
        let told = room.debtlint_with(["hook", "commit-msg", "message"], &variables);
        assert_eq!((told.status, told.stdout.as_str(), told.stderr.as_str()), (Some(code), said, ""), "{text}");
    }
    assert_eq!(room.debtlint(["hook", "commit-msg", "nothing"]).status, Some(2));
}

#[test]
fn a_push() {
    let (room, written) = room();
    let zero = "0".repeat(40);
    let [feature, paydown] = ["feature", "paydown"].map(|name| written.id(name));
    for (line, code, reports) in [
        (String::new(), 0, 0),
        (format!("refs/heads/f {feature} refs/heads/f {zero}\n"), 1, 1),
        (format!("refs/heads/p {paydown} refs/heads/p {zero}\n"), 0, 1),
        (format!("refs/heads/p {paydown} refs/heads/p {zero}\nrefs/heads/f {feature} refs/heads/f {zero}\n"), 1, 2),
        (format!("(delete) {zero} refs/heads/f {feature}\n"), 0, 0),
        (format!("refs/tags/v {feature} refs/tags/v {zero}\n"), 0, 0),
        ("what is this\n".to_owned(), 2, 0),
    ] {
        let told = room.debtlint_fed(["hook", "pre-push", "origin", "https://host.example/x"], &line);
        assert_eq!(told.status, Some(code), "{line}\n{told}");
        assert_eq!(told.stdout.matches("debtlint: ").count(), reports, "{told}");
    }
    let line = format!("refs/heads/f {feature} refs/heads/f {zero}\n");
    // A name need not be UTF-8.
    let bytes = [&b"refs/heads/\xff "[..], format!("{feature} refs/heads/x {zero}\n").as_bytes()].concat();
    let told = room.debtlint_fed(["hook", "pre-push", "origin"], &bytes);
    assert_eq!((told.status, told.stdout.matches("debtlint: ").count()), (Some(1), 1), "{told}");
    assert_eq!(
        room.debtlint_fed(["hook", "pre-push", "elsewhere", "--base", "refs/heads/main"], &line).status,
        Some(1)
    );
}

#[test]
fn a_push_to_a_remote_of_which_nothing_is_known() {
    let (room, written) = room();
    let line = format!("refs/heads/f {id} refs/heads/f {zero}\n", id = written.id("feature"), zero = "0".repeat(40));
    let push = |arguments: &[&str]| room.debtlint_fed([&["hook", "pre-push"], arguments].concat(), &line);
    // Nothing that was ever fetched protects anything there: not what a remote of a longer name has, nor an empty folder.
    room.put(".git/refs/remotes/upstream/main", &format!("{}\n", written.id("main")));
    std::fs::create_dir_all(room.path(".git/refs/remotes/up/old")).unwrap();
    room.put(".git/refs/remotes/up/HEAD", "ref: refs/remotes/up/main\n");
    let told = push(&["up", "https://host.example/up"]);
    assert_eq!((told.status, told.stdout.as_str()), (Some(0), ""), "{told}");
    assert_eq!(
        told.stderr,
        "debtlint: no branch of `up` has been fetched yet, so this push is not judged; the gate will judge the change\n"
    );
    // An address has no name under which anything could be known.
    for address in ["https://host.example/up", "../up.git", "up.git"] {
        let told = push(&[address, address]);
        assert_eq!(told.status, Some(2), "{told}");
        assert!(told.stderr.contains("no-default-branch") && !told.stderr.contains("git fetch"), "{told}");
    }
    // Of these something is known, only not which branch they protect.
    let other = written.id("main");
    room.put(".git/packed-refs", &format!("{other} refs/remotes/packed/topic\n"));
    room.put(".git/refs/remotes/up/old/topic", &format!("{other}\n"));
    for remote in ["up", "packed"] {
        let told = push(&[remote, "https://host.example/up"]);
        assert_eq!(told.status, Some(2), "{told}");
        assert!(told.stderr.contains(&format!("git remote set-head {remote} --auto")), "{told}");
    }
}

#[test]
fn a_push_by_pre_commit() {
    let (room, written) = room();
    let feature = written.id("feature");
    let variables = |to| [("PRE_COMMIT", "1"), ("PRE_COMMIT_TO_REF", to), ("PRE_COMMIT_REMOTE_NAME", "origin")];
    assert_eq!(room.debtlint_with(["hook", "pre-push"], &variables(&feature)).status, Some(1));
    assert_eq!(room.debtlint_with(["hook", "pre-push"], &variables(&written.id("paydown"))).status, Some(0));
}
