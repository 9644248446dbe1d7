//! The gate: nothing in a change's own files moves its judgement, and what a person sees of it.

use serde_json::Value;

use crate::support::History;
use crate::support::Room;

const PAST: &str = r##"
people: { ann: Ann Archer <ann@example.com>, bob: Bob Brown <bob@example.com> }
commits:
  - at: 2026-11-02T10:00:00Z
    by: ann
    say: "feat: begin"
    grow: { src/a.rs: 30 }
    write:
      .debtlint.yml: |
        version: 1
        extends: [conventional-commits, generated, ./ours.yml]
        sponsor: cto@example.com
        allocation: 30%
        minimum-effort: { people: 1, developer-weeks: 0.1 }
        teams:
          payments: { members: [ann@example.com, bob@example.com], codeowners: ["@org/payments"] }
      ours.yml: "version: 1\nlabels: [{ id: paid, type: paid, kind: paydown }]\n"
      .mailmap: "Ann <ann@example.com> <ann@old.example>\n"
      .gitattributes: "*.min.js linguist-generated\n"
      .github/CODEOWNERS: "* @org/payments\n"
      .git-blame-ignore-revs: "# none\n"
  - { at: 2026-11-03T10:00:00Z, by: bob, say: "feat: more", grow: { src/b.rs: 20 } }
  - { at: 2026-11-10T10:00:00Z, by: ann, say: "refactor: tidy up", grow: { src/a.rs: 10 } }
  - { name: main, at: 2026-11-11T10:00:00Z, by: bob, say: "fix: a fault", grow: { src/b.rs: 5 } }
  - { on: topic, from: main, at: 2026-11-12T10:00:00Z, by: ann, say: "feat: on", grow: { src/a.rs: 7, x.min.js: 9 }WRITE }
  - { on: topic, at: 2026-11-12T11:00:00Z, by: bob, say: "refactor: and on", grow: { src/b.rs: 1 } }
"##;

/// The change with a file more in its first commit.
fn judged(path: &str, text: &str) -> (Option<i32>, Value) {
    judged_with(&[(path, text)])
}

/// The change with some files more in its first commit.
fn judged_with(files: &[(&str, &str)]) -> (Option<i32>, Value) {
    let files: serde_json::Map<String, Value> =
        files.iter().map(|(path, text)| ((*path).to_owned(), Value::from(*text))).collect();
    let write = format!(", write: {}", Value::from(files));
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("WRITE", &write)));
    let told = room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic", "--format", "json"]);
    let report = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
    (told.status, report)
}

/// How many lines the new text of a file adds and removes: none of these texts has a line twice, or in another order.
fn cost(path: &str, text: &str) -> usize {
    let past = History::parse(&PAST.replace("WRITE", ""));
    let before = past.commits[0].write.get(path).map(String::as_str).unwrap_or_default();
    let only = |these: &str, those: &str| these.lines().filter(|line| !those.lines().any(|one| one == *line)).count();
    only(before, text) + only(text, before)
}

#[test]
fn nothing_that_a_change_says_in_its_files_moves_a_figure() {
    let hostile = [
        (".debtlint.yml", "version: 1\nallocation: 0%\n"),
        (".debtlint.yml", "version: 1\nallocation: 30%\nexempt: [{ id: x, author: '*', reason: bot }]\n"),
        (".debtlint.yml", "no policy: at all\n"),
        (".debtlint.yml", ""),
        (".github/debtlint.yml", "version: 1\nallocation: 0%\nteams: {}\n"),
        ("ours.yml", "version: 1\nlabels: [{ id: all, type: feat, kind: paydown }]\n"),
        (".mailmap", "Nobody <nobody@example.com> <ann@example.com>\nBob <bob@example.com> <ann@example.com>\n"),
        (".gitattributes", "* linguist-generated\n*.min.js -linguist-generated\n"),
        ("src/.gitattributes", "* linguist-vendored\n"),
        (".github/CODEOWNERS", "* @somebody/else\n"),
        ("CODEOWNERS", "* @somebody/else\n"),
        (".git-blame-ignore-revs", "0123456789012345678901234567890123456789\n"),
    ];
    for (path, text) in hostile {
        // A file that decides nothing, which costs as many lines.
        let lines = cost(path, text);
        let (expected, control) = judged("notes.txt", &"a line\n".repeat(lines));
        let (status, report) = judged(path, text);
        assert_eq!((status, expected), (Some(1), Some(1)), "{path}");
        for key in ["teams", "unattributed", "policy", "scales", "commits", "outcome"] {
            assert_eq!(report[key], control[key], "{path}: {key}");
        }
        let codes: Vec<_> = report["findings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        let is_told = ["policy-changed", "policy-loosened", "policy-unusable"]
            .iter()
            .any(|code| codes.contains(&&Value::from(*code)));
        // A CODEOWNERS that the base's own goes before decides nothing, now or later.
        assert!(is_told || path == "CODEOWNERS", "{path}: {codes:?}");
        assert!(!control["findings"].to_string().contains("\"policy-"));
    }
}

#[test]
fn nor_do_all_of_them_together_in_any_number() {
    let hostile = [
        (".debtlint.yml", "version: 1\nallocation: 0%\nextends: []\n"),
        (".github/debtlint.yml", "version: 1\nallocation: 0%\n"),
        ("ours.yml", "version: 1\nlabels: [{ id: all, type: feat, kind: paydown }]\n"),
        (".mailmap", "Bob <bob@example.com> <ann@example.com>\n"),
        (".gitattributes", "* linguist-generated\n"),
        ("src/.gitattributes", "* linguist-vendored\n"),
        ("CODEOWNERS", "* @somebody/else\n"),
        (".github/CODEOWNERS", "* @somebody/else\n"),
        (".git-blame-ignore-revs", "0123456789012345678901234567890123456789\n"),
    ];
    // Every subset would be 512 runs: some, by a fixed sequence.
    for mask in (1..512_usize).step_by(73).chain([511]) {
        let chosen = hostile.iter().enumerate().filter(|(place, _)| mask >> place & 1 == 1).map(|(_, one)| one);
        let files: Vec<(&str, &str)> = chosen.copied().collect();
        let lines: usize = files.iter().map(|(path, text)| cost(path, text)).sum();
        let (expected, control) = judged("notes.txt", &"a line\n".repeat(lines));
        let (status, report) = judged_with(&files);
        assert_eq!((status, expected), (Some(1), Some(1)), "{files:?}");
        for key in ["teams", "unattributed", "policy", "scales", "commits", "outcome"] {
            assert_eq!(report[key], control[key], "{files:?}: {key}");
        }
    }
}

#[test]
fn a_change_that_waits() {
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("WRITE", ", delete: [.mailmap]")));
    let line = ["check", "past.git", "--base", "refs/heads/main", "--head", "topic", "--items"];
    insta::assert_snapshot!(room.debtlint(line));
}

#[test]
fn a_change_that_passes() {
    let past = PAST.replace("WRITE", "").replace("feat: on", "paid: on");
    let (room, _) = Room::with_past(&History::parse(&past));
    insta::assert_snapshot!(room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic"]));
}

#[test]
fn a_policy_that_is_tried_out() {
    let past = PAST
        .replace("WRITE", "")
        .replace("        allocation: 30%\n", "        allocation: 30%\n        enforce: { from: 2026-12-01 }\n");
    let (room, _) = Room::with_past(&History::parse(&past));
    insta::assert_snapshot!(room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic"]));
}

/// What fails nothing because it is only proposed must not be said to fail nothing at all.
#[test]
fn a_policy_that_is_proposed() {
    const PAST: &str = r#"
people: { ann: "Ann <ann@example.com>" }
commits:
  - { name: base, at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", grow: { a.rs: 30 } }
  - { on: topic, from: base, at: 2026-11-03T10:00:00Z, by: ann, say: "feat: on", grow: { a.rs: 9 }, write: { .debtlint.yml: "version: 1\nminimum-effort: { people: 1, developer-weeks: 0.1 }\nENFORCE\n" } }
"#;
    for (enforce, shadow, landed) in [
        ("enforce: true", "", "it is the base's, and is enforced"),
        (
            "enforce: false",
            "nothing is enforced (enforce: false).",
            "it is enforced when it no longer says `enforce: false`",
        ),
        (
            "enforce: { from: 2026-12-01 }",
            "nothing is enforced before 2026-12-01.",
            "it is the base's, and is enforced from 2026-12-01 on",
        ),
    ] {
        let (room, _) = Room::with_past(&History::parse(&PAST.replace("ENFORCE", enforce)));
        let told = room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic"]);
        assert_eq!(told.status, Some(0), "{told}");
        let said = told.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        let end = match shadow {
            "" => String::new(),
            shadow => format!(" ~ Shadow mode: {shadow}"),
        };
        let end = format!("This change would wait for paydown of everyone; nothing is enforced.{end}");
        assert!(said.ends_with(&end), "{enforce}\n{told}");
        assert!(
            said.contains(landed) && (enforce.contains("true") || !said.ends_with("is enforced")),
            "{enforce}\n{told}"
        );
    }
}

/// It passes by what it is itself: the team may be short with it as well as without.
#[test]
fn a_change_that_is_paydown_enough_brings_nobody_back_alone() {
    let past =
        PAST.replace("WRITE", "").replace("feat: on", "refactor: on").replace("allocation: 30%", "allocation: 90%");
    let (room, _) = Room::with_past(&History::parse(&past));
    let told = room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic"]);
    assert_eq!(told.status, Some(0), "{told}");
    assert!(told.stdout.contains("100.0%  itself at least 90% paydown\n"), "{told}");
}

#[test]
fn a_waiver_is_shown_with_what_is_left_of_it() {
    let waiver =
        "        waivers: [{ team: payments, until: 2026-11-30, reason: the ledger, approved-by: cto@example.com }]\n";
    let past =
        PAST.replace("WRITE", "").replace("        allocation: 30%\n", &format!("        allocation: 30%\n{waiver}"));
    let (room, _) = Room::with_past(&History::parse(&past));
    insta::assert_snapshot!(room.debtlint(["check", "past.git", "--rev", "refs/heads/main"]));
    let told = room.debtlint(["check", "past.git", "--base", "main", "--head", "topic", "--format", "json"]);
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    let validator = jsonschema::validator_for(&debtlint::report::json::schema()).unwrap();
    assert!(validator.is_valid(&report));
    assert_eq!(report["teams"][0]["waiver"]["days_left"], 19);
    assert_eq!(report["teams"][0]["change"]["answer"], "waived");
}

#[test]
fn every_report_on_a_change_fits_the_schema() {
    let validator = jsonschema::validator_for(&debtlint::report::json::schema()).unwrap();
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("WRITE", "")));
    for head in ["topic", "main"] {
        let line = ["check", "past.git", "--base", "main", "--head", head, "--format", "json", "--items"];
        let report: Value = serde_json::from_str(&room.debtlint(line).stdout).unwrap();
        let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty() && report["change"]["items"].is_array(), "{errors:?}");
    }
}

/// Whose files decide, and who runs debtlint: with every proof, and only where CODEOWNERS asks anybody at all.
#[test]
fn who_names_a_first_sponsor_is_not_asked_for_one() {
    let free = PAST.replace("        sponsor: cto@example.com\n", "");
    let policy = History::parse(&free.replace("WRITE", "")).commits[0].write[".debtlint.yml"].clone();
    let keys = ".debtlint/allowed_signers";
    let with = policy.replace("allocation:", "sponsor: cto@example.com\nallocation:");
    for (policy, asked) in [(&policy, true), (&with, false)] {
        let files = serde_json::json!({ ".debtlint.yml": policy, keys: "cto@example.com ssh-ed25519 AAAA\n" });
        let (room, _) = Room::with_past(&History::parse(&free.replace("WRITE", &format!(", write: {files}"))));
        let told =
            room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic", "--format", "json"]);
        let report: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
        let found = report["findings"].as_array().unwrap().iter().find(|one| one["code"] == "policy-loosened").unwrap();
        assert_eq!(found["help"].to_string().contains("name a `sponsor`"), asked, "{found}");
    }
}

#[test]
fn a_file_that_nobody_owns_is_told() {
    let past = |proof: &str, owners: &str| {
        let policy =
            format!("version: 1\nsponsor: cto@example.com\nsponsor-proof: {proof}\nsponsor-handle: '@org/cto'\n");
        let mut files = serde_json::json!({
            ".debtlint.yml": policy,
            ".github/workflows/debt.yml": "run: debtlint check",
            ".github/workflows/other.yml": "run: make",
            ".gitlab-ci.yml": "script: debtlint check",
            "Jenkinsfile": "sh make",
        });
        if !owners.is_empty() {
            files["CODEOWNERS"] = owners.into();
        }
        let who = "CTO <cto@example.com>";
        let past = serde_json::json!({ "commits": [
            { "at": "2026-06-01T09:00:00Z", "by": who, "say": "feat: begin", "write": files },
            { "on": "topic", "from": "main", "at": "2026-06-02T09:00:00Z", "by": who, "say": "feat: x", "touch": ["a.rs"] },
        ]});
        serde_json::from_value::<History>(past).unwrap()
    };
    let told = |proof: &str, owners: &str| -> Vec<String> {
        let (room, _) = Room::with_past(&past(proof, owners));
        let told =
            room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", "topic", "--format", "json"]);
        let report: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
        let findings = report["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "policy-unowned");
        findings.map(|one| one["message"].as_str().unwrap().to_owned()).collect()
    };
    let some = "/.debtlint.yml @org/cto\n/.github/workflows/other.yml @org/dev\n";
    let all = "* @org/cto\n";
    assert_eq!(
        told("signature", some),
        ["nobody owns .github/workflows/debt.yml, .gitlab-ci.yml, CODEOWNERS in CODEOWNERS"]
    );
    assert_eq!(
        told("review", some),
        ["CODEOWNERS does not give .github/workflows/debt.yml, .gitlab-ci.yml, CODEOWNERS to the sponsor alone"]
    );
    assert_eq!(told("signature", "* @org/dev\n"), Vec::<String>::new());
    assert_eq!(told("signature", all), Vec::<String>::new());
    assert_eq!(told("review", all), Vec::<String>::new());
    assert_eq!(told("signature", ""), Vec::<String>::new());
    assert_eq!(told("review", "").len(), 1);
}

/// Why a change passes or waits has room of its own where a name is long.
#[test]
fn no_line_about_a_change_is_wider_than_the_terminal() {
    let past = std::fs::read_to_string("tests/scenarios/gate-policy-only/history.yml").unwrap();
    let name = "platform-infrastructure";
    let past = past.replace(" pay: {", &format!(" {name}: {{")).replace("team: pay,", &format!("team: {name},"));
    let (room, _) = Room::with_past(&History::parse(&past));
    for (width, place) in [("100", 1), ("80", 2), ("60", 2)] {
        let line = ["check", "past.git", "--base", "refs/heads/main", "--head", "tighter", "--width", width];
        let told = room.debtlint(line);
        let (_, section) = told.stdout.split_once("This change").unwrap();
        let table: Vec<&str> = section.lines().skip(1).take_while(|line| !line.is_empty()).collect();
        let widest = table.iter().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.parse().unwrap(), "{width}: {table:#?}");
        let why = table.iter().position(|line| line.ends_with("edits only what teams are judged by"));
        assert_eq!(why, Some(place), "{width}: {table:#?}");
    }
}

/// One edit of a line that many teams go by is one box, however many they are.
#[test]
fn what_one_edit_says_of_several_teams_is_told_together() {
    let past = std::fs::read_to_string("tests/scenarios/gate-loosened/history.yml").unwrap();
    let (room, _) = Room::with_past(&History::parse(&past));
    let told = |head| {
        let line = ["check", "past.git", "--base", "refs/heads/main", "--head", head, "--width", "100"];
        let told = room.debtlint(line).stdout;
        (told.matches("\npolicy-loosened\n").count(), told)
    };
    let (boxes, lowered) = told("lowered");
    assert_eq!(boxes, 1, "{lowered}");
    for team in ["payments", "search"] {
        assert!(
            lowered.contains(&format!(" the allocation of {team}: 25% in the base, 10% in the change")),
            "{lowered}"
        );
    }
    let (boxes, bot) = told("bot");
    assert!(boxes > 2, "what is edited elsewhere stands for itself: {bot}");
}

/// Without room for a table the figures stand below the team that they are about.
#[test]
fn teams_as_a_list() {
    let past = std::fs::read_to_string("tests/scenarios/gate-policy-only/history.yml").unwrap();
    let past = past.replace("members: [ann@example.com, lead@example.com]", "members: [lead@example.com]");
    let (room, _) = Room::with_past(&History::parse(&past));
    let told = room.debtlint(["check", "past.git", "--rev", "refs/heads/main", "--width", "40"]).stdout;
    let (_, list) = told.split_once("Teams, in developer-weeks\n").unwrap();
    assert!(list.starts_with("✗ pay short\n    0.0% of 20%\n    0.0 of "), "{told}");
    assert!(list.contains("\n  (no team)\n    0.0 of "), "{told}");
}

/// In every format for people an answer is in words.
#[test]
fn why_a_change_passes_is_said_in_words() {
    let past = std::fs::read_to_string("tests/scenarios/gate-policy-only/history.yml").unwrap();
    let (room, _) = Room::with_past(&History::parse(&past));
    for format in ["markdown", "html", "text"] {
        let line = ["check", "past.git", "--base", "refs/heads/main", "--head", "tighter", "--format", format];
        let told = room.debtlint(line).stdout;
        assert!(
            told.contains("edits only what teams are judged by") && !told.contains("policy-only"),
            "{format}: {told}"
        );
    }
}
