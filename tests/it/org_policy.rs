//! `--org-policy`: the stricter of both holds.

use serde_json::Value;

use crate::support::History;
use crate::support::Room;
use crate::support::Told;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com> }
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", grow: { a.rs: 30 }, write: { .debtlint.yml: "POLICY" } }
  - { at: 2026-11-03T10:00:00Z, by: bob, say: "feat: more", grow: { b.rs: 20 } }
  - { name: base, at: 2026-11-04T10:00:00Z, by: bob, say: "refactor: tidy up", grow: { b.rs: 20 } }
  - { on: topic, from: base, at: 2026-11-05T10:00:00Z, by: ann, say: "refactor: more", grow: { a.rs: 3 } }
"#;

fn run(policy: &str, floor: &str, more: &[&str]) -> Told {
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("\"POLICY\"", &Value::from(policy).to_string())));
    room.put("floor.yml", floor);
    let line = ["check", "past.git", "--format", "json", "--org-policy", "floor.yml"];
    room.debtlint(line.iter().chain(more).copied().collect::<Vec<_>>())
}

/// What was found below the floor, with both places, and the allocations that judged.
fn told(told: &Told) -> (Vec<String>, Vec<u64>) {
    let report: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
    let below = report["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "below-org-policy");
    let place = |at: &Value| format!("{}:{}", at["file"].as_str().unwrap(), at["line"]);
    let below = below.map(|one| {
        let (level, message) = (one["level"].as_str().unwrap(), one["message"].as_str().unwrap());
        format!("{level}: {message} ({}; {})", place(&one["at"]), place(&one["beside"][0]["at"]))
    });
    let allocations = report["teams"].as_array().unwrap().iter().map(|team| team["allocation_bp"].as_u64().unwrap());
    assert!(report["overrides"].to_string().contains("floor.yml"));
    (below.collect(), allocations.collect())
}

const TEAMS: &str =
    "teams: { payments: { members: [ann@example.com] }, search: { allocation: 50%, members: [bob@example.com] } }\n";

#[test]
fn the_stricter_of_both_judges() {
    let policy = format!(
        "version: 1\nallocation: 10%\nwindow: 4w\nfail-when: clearly-below\nminimum-effort: {{ people: 9 }}\nmarker-flow: any\n{TEAMS}"
    );
    let floor = include_str!("../../examples/org-policy.yml");
    let found = run(&policy, floor, &[]);
    assert_eq!(found.status, Some(1));
    let (below, allocations) = told(&found);
    assert_eq!(allocations, [2_500, 5_000]);
    insta::assert_snapshot!(below.join("\n"), @r"
    error: `window`: 4w in the repository's policy, 13w in the organisation's (.debtlint.yml:3; organisation:floor.yml:16)
    error: `fail-when`: clearly-below in the repository's policy, below in the organisation's (.debtlint.yml:4; organisation:floor.yml:12)
    error: `marker-flow`: any in the repository's policy, not-rising in the organisation's (.debtlint.yml:6; organisation:floor.yml:14)
    error: `minimum-effort.people`: 9 in the repository's policy, 3 in the organisation's (.debtlint.yml:5; organisation:floor.yml:11)
    error: the allocation of payments: 10% in the repository's policy, 25% in the organisation's (.debtlint.yml:2; organisation:floor.yml:9)
    ");
}

/// `config show` says nothing that the policy left unsaid, and has its packs where the floor finds them.
#[test]
fn a_policy_that_is_shown_whole_is_held_to_the_same() {
    let example = include_str!("../../examples/org-policy.yml");
    let packs = "version: 1\nextends: [bots, subject-tags]\nexempt: []\nignore: []\n";
    for (policy, floor, below) in [
        (format!("version: 1\n{TEAMS}"), example, 0),
        (format!("version: 1\nallocation: 10%\nminimum-effort: {{ people: 9 }}\n{TEAMS}"), example, 2),
        (format!("version: 1\n{TEAMS}"), packs, 0),
        (format!("version: 1\nextends: [bots]\n{TEAMS}"), packs, 1),
        // A pack of that name is none that says something else.
        (format!("version: 1\nextends: [bots]\npacks: [{{ name: subject-tags, ignore: [x] }}]\n{TEAMS}"), packs, 2),
    ] {
        let (found, allocations) = told(&run(&policy, floor, &[]));
        let (room, _) = Room::with_past(&History::parse(&PAST.replace("\"POLICY\"", "\"version: 1\"")));
        room.put("policy.yml", &policy);
        let shown = room.debtlint(["config", "show", "policy.yml"]).stdout;
        room.put("whole.yml", &shown);
        room.put("floor.yml", floor);
        let whole = ["check", "past.git", "--format", "json", "--org-policy", "floor.yml", "--config", "whole.yml"];
        let (again, the_same) = told(&room.debtlint(whole));
        assert_eq!((found.len(), again.len(), &allocations), (below, below, &the_same), "{again:?}\n{shown}");
    }
}

#[test]
fn whose_allocation_it_is_is_said() {
    let policy = |allocation: &str| {
        format!(
            "version: 1\nsponsor: cto@example.com\nallocation: {allocation}\nminimum-effort: {{ people: 1, developer-weeks: 0.1 }}\n\
             teams: {{ payments: {{ members: [ann@example.com] }} }}\n"
        )
    };
    for (allocation, whose) in [("10%", "that the organisation asks for"), ("30%", "that cto@example.com protects")] {
        let text = Value::from(policy(allocation)).to_string();
        let (room, _) = Room::with_past(&History::parse(&PAST.replace("\"POLICY\"", &text)));
        room.put("floor.yml", "version: 1\nallocation: 25%\n");
        let told = room.debtlint(["check", "past.git", "--org-policy", "floor.yml"]);
        assert!(told.stdout.contains(&format!("the allocation {whose}")), "{told}");
    }
}

#[test]
fn more_than_the_floor_is_left_alone() {
    let policy = format!("version: 1\nallocation: 40%\nminimum-effort: {{ people: 1, developer-weeks: 0.1 }}\n{TEAMS}");
    let (below, allocations) = told(&run(&policy, include_str!("../../examples/org-policy.yml"), &[]));
    assert_eq!((below, allocations), (Vec::new(), vec![4_000, 5_000]));
}

/// Markers are a team's by its paths, and these have none: who reads that markers may not rise has to know.
#[test]
fn a_flow_that_the_floor_asks_for_of_teams_without_paths() {
    let found = run(&format!("version: 1\n{TEAMS}"), "version: 1\nmarker-flow: not-rising\n", &[]);
    let said = "payments, search own no path: their flow of markers can never rise";
    assert_eq!(found.stdout.matches(said).count(), 1, "{found}");
    let with_paths = TEAMS.replace("members:", "paths: [/a/], members:");
    let found = run(&format!("version: 1\n{with_paths}"), "version: 1\nmarker-flow: not-rising\n", &[]);
    assert!(!found.stdout.contains(" no path: "), "{found}");
}

#[test]
fn the_default_is_raised_and_contradicts_nobody() {
    let (below, allocations) = told(&run("version: 1\n", "version: 1\nallocation: 35%\n", &[]));
    assert_eq!((below, allocations), (Vec::new(), vec![3_500]));
}

#[test]
fn what_was_typed_is_held_to_it_too() {
    let (below, allocations) = told(&run("version: 1\n", "version: 1\nallocation: 35%\n", &["--allocation", "1%"]));
    let expected = "error: the allocation of everyone: 1% in the repository's policy, 35% in the organisation's (command line:1; organisation:floor.yml:2)";
    assert_eq!((below, allocations), (vec![expected.to_owned()], vec![3_500]));
}

/// A change that pays debt down passes, whatever its base's policy says.
#[test]
fn a_change_cannot_mend_its_base() {
    let ends = ["--base", "refs/heads/main", "--head", "topic"];
    let found = run("version: 1\nallocation: 10%\n", "version: 1\nallocation: 35%\n", &ends);
    assert_eq!(found.status, Some(0), "{found}");
    let (below, allocations) = told(&found);
    assert_eq!(allocations, [3_500]);
    assert!(below.len() == 1 && below[0].starts_with("warning: "), "{below:?}");
}

#[test]
fn a_floor_says_nothing_else() {
    for (floor, code) in [
        ("version: 1\nsponsor: a@example.com\n", "not-of-an-organisation"),
        ("version: 1\nlabels: [{ id: x, type: [x], kind: paydown }]\n", "not-of-an-organisation"),
        ("version: 1\nteams: { a: { members: [a@example.com] } }\n", "not-of-an-organisation"),
        ("version: 1\nextends: [./x.yml]\n", "unreadable-file"),
        ("version: 1\nallocation: 200%\n", "bad-percentage"),
    ] {
        let found = run("version: 1\n", floor, &[]);
        assert_eq!(found.status, Some(2), "{floor}");
        assert!(found.stderr.contains(code), "{floor}: {}", found.stderr);
    }
}

/// A floor is no policy: its teams are other people's business.
#[test]
fn a_floor_is_checked_as_one() {
    let room = Room::new();
    room.put("floor.yml", include_str!("../../examples/org-policy.yml"));
    let told = room.debtlint(["config", "check", "--org-policy", "floor.yml"]);
    assert!(told.status == Some(0) && told.stdout.contains("floor.yml can be used"), "{told}");
    room.put("wrong.yml", "version: 1\nlabels: []\n");
    let told = room.debtlint(["config", "check", "--org-policy", "wrong.yml"]);
    assert!(told.status == Some(2) && told.stderr.contains("not-of-an-organisation"), "{told}");
    // All that it may hold is told there, in the help and in the documents.
    let documents = [
        told.stderr.split_whitespace().collect::<Vec<_>>().join(" "),
        room.debtlint(["check", "--help"]).stdout,
        include_str!("../../docs/org-policy.md").to_owned(),
    ];
    for key in include_str!("../../examples/org-policy.yml").lines().filter_map(|line| line.split_once(':')) {
        let is_key = key.0.chars().all(|one| one.is_ascii_lowercase() || one == '-');
        for text in documents.iter().filter(|_| is_key && key.0 != "version") {
            assert!(text.contains(&format!("`{}", key.0)), "{} is not told: {text}", key.0);
        }
    }
}

/// A repository cannot ask for more where neither of two is the stricter one.
#[test]
fn what_would_mend_it_fits_what_is_wrong() {
    let policy = "version: 1\nwindow: 4w\nfail-when: clearly-below\nignore: ['b.rs']\nextends: []\n";
    let floor = "version: 1\nwindow: 13w\nfail-when: below\nignore: []\nextends: [bots]\n";
    let told = run(policy, floor, &[]);
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    let below = report["findings"].as_array().unwrap().iter().filter(|one| one["code"] == "below-org-policy");
    let word = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let helps: Vec<_> = below.map(|one| format!("{}\n  {}", word(one, "message"), word(one, "help"))).collect();
    insta::assert_snapshot!(helps.join("\n"), @r"
    `window`: 4w in the repository's policy, 13w in the organisation's
      judged by the organisation's; neither of two is the stricter one, so the repository has to say the same, or nothing
    `fail-when`: clearly-below in the repository's policy, below in the organisation's
      judged by the organisation's; a repository may ask for more than that, and not for less
    `extends`: nothing in the repository's policy, the pack bots in the organisation's
      its rules are asked after all others; extend the pack to say where they belong
    `ignore`: b.rs in the repository's policy, no such thing in the organisation's
      it counts; take it out of the repository's policy, or have the organisation list it
    ");
}

/// The window's paydown and how many commits were left out, too: what a floor takes back counts.
fn counted(told: &Told) -> (String, u64) {
    let report: Value = serde_json::from_str(&told.stdout).unwrap_or_else(|error| panic!("{error}\n{told}"));
    let left_out =
        report["exempt"].as_array().map_or(0, |all| all.iter().map(|one| one["commits"].as_u64().unwrap()).sum());
    (report["teams"][0]["share"].to_string(), left_out)
}

#[test]
fn nothing_more_is_left_out_than_the_floor_lists() {
    let own = "version: 1\nextends: [conventional-commits]\nignore: ['b.rs', 'gen/**']\nexempt:\n  - { id: ann, author: ann@example.com, reason: bot }\n  - { id: old, author: '*@robots.example', reason: bot }\n";
    let strict = "version: 1\nignore: ['gen/**']\nexempt: [{ id: robots, author: '*@robots.example', reason: bot }]\n";
    let found = run(own, strict, &[]);
    let (below, _) = told(&found);
    insta::assert_snapshot!(below.join("\n"), @r"
    error: `exempt`: author ann@example.com: bot in the repository's policy, no such thing in the organisation's (.debtlint.yml:5; organisation:floor.yml:3)
    error: `ignore`: b.rs in the repository's policy, no such thing in the organisation's (.debtlint.yml:3; organisation:floor.yml:2)
    ");
    let (without, _) = told(&run(
        own,
        "version: 1\nignore: ['gen/**', 'b.rs']\nexempt: [{ id: a, author: 'ANN@example.com', reason: bot }, { id: r, author: '*@robots.example', reason: bot }]\n",
        &[],
    ));
    assert_eq!(without, Vec::<String>::new());
    // None at all; shipped packs are the business of `extends`.
    let (below, _) =
        told(&run("version: 1\nextends: [bots, generated]\n", "version: 1\nignore: []\nexempt: []\n", &[]));
    assert_eq!(below, Vec::<String>::new());
    let plain = own.split("ignore").next().unwrap();
    assert_eq!(counted(&found), counted(&run(plain, "version: 1\n", &[])), "what was left out counts again");
}

#[test]
fn packs_are_extended_whatever_a_repository_says() {
    let floor = "version: 1\nextends: [conventional-commits, bots]\n";
    let found = run("version: 1\nextends: []\n", floor, &[]);
    let (below, _) = told(&found);
    insta::assert_snapshot!(below.join("\n"), @r"
    error: `extends`: nothing in the repository's policy, the pack conventional-commits in the organisation's (.debtlint.yml:2; organisation:floor.yml:2)
    error: `extends`: nothing in the repository's policy, the pack bots in the organisation's (.debtlint.yml:2; organisation:floor.yml:2)
    ");
    assert_eq!(
        counted(&found),
        counted(&run("version: 1\nextends: [conventional-commits, bots]\n", "version: 1\n", &[]))
    );
    let (below, _) = told(&run("version: 1\n", floor, &[]));
    assert_eq!(below, Vec::<String>::new(), "the default has them all");
}

#[test]
fn enforcement_and_the_lead_s_part_are_held() {
    let own = "version: 1\nrelabel-cap: 40%\nenforce: false\n";
    let (below, _) = told(&run(own, "version: 1\nrelabel-cap: 10%\nenforce: { from: 2026-11-01 }\n", &[]));
    insta::assert_snapshot!(below.join("\n"), @r"
    error: `relabel-cap`: 40% in the repository's policy, 10% in the organisation's (.debtlint.yml:2; organisation:floor.yml:2)
    error: `enforce`: false in the repository's policy, 2026-11-01 in the organisation's (.debtlint.yml:3; organisation:floor.yml:3)
    ");
    for (own, floor) in [
        ("relabel-cap: 5%\n", "relabel-cap: 10%\n"),
        ("enforce: { from: 2026-10-01 }\n", "enforce: { from: 2026-11-01 }\n"),
        ("enforce: true\n", "enforce: { from: 2026-11-01 }\n"),
        ("", "enforce: true\nrelabel-cap: 5%\n"),
        ("enforce: false\n", "enforce: false\n"),
    ] {
        let (below, _) = told(&run(&format!("version: 1\n{own}"), &format!("version: 1\n{floor}"), &[]));
        assert_eq!(below, Vec::<String>::new(), "{own} {floor}");
    }
    // Nobody is in shadow past the organisation's day.
    let short = run(
        "version: 1\nallocation: 90%\nenforce: false\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n",
        "version: 1\nenforce: true\n",
        &[],
    );
    assert_eq!(short.status, Some(1), "{short}");
}

/// However many teams a line of the policy leaves below the floor, what else there is below it is told beside them.
#[test]
fn what_one_line_leaves_below_the_floor_is_told_together() {
    let teams: String = ('a'..='p').map(|team| format!("  {team}: {{ members: ['{team}@example.com'] }}\n")).collect();
    let policy = format!("version: 1\nallocation: 10%\nteams:\n  payments: {{ members: [ann@example.com] }}\n{teams}");
    let (room, _) = Room::with_past(&History::parse(&PAST.replace("\"POLICY\"", &Value::from(policy).to_string())));
    room.put("floor.yml", include_str!("../../examples/org-policy.yml"));
    let told = room.debtlint(["check", "past.git", "--org-policy", "floor.yml", "--width", "100"]);
    assert_eq!(told.stdout.matches("\nbelow-org-policy\n").count(), 2, "{told}");
    for line in ["the allocation of a: 10% ", "and 6 more of the kind", "the allocation of payments: 10% "] {
        assert!(told.stdout.contains(line), "{told}");
    }
}
