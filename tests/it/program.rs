//! The program in a closed room: its arguments, its exit codes, its streams.

use std::process::Command;

use crate::support::History;
use crate::support::Room;

/// Three weeks of two people: the paydown is 1 of 6 commits.
const PAST: &str = r#"
people: { ann: Ann Archer <ann@example.com>, bob: Bob Brown <bob@example.com> }
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", grow: { src/a.rs: 30 } }
  - { at: 2026-11-03T10:00:00Z, by: bob, say: "feat: more", grow: { src/b.rs: 20 } }
  - { at: 2026-11-10T10:00:00Z, by: ann, say: "refactor: tidy up\n\nDebt: yes", grow: { src/a.rs: 10 } }
  - { at: 2026-11-11T10:00:00Z, by: bob, say: "fix: a fault", grow: { src/b.rs: 5 } }
  - { at: 2026-11-16T10:00:00Z, by: ann, say: "feat: on", grow: { src/a.rs: 7 } }
  - { at: 2026-11-17T10:00:00Z, by: bob, say: "feat: and on \u001b[31m::error::", grow: { src/b.rs: 7 } }
"#;

const POLICY: &str = "version: 1\nminimum-effort: { people: 1, developer-weeks: 0.1 }\nallocation: 50%\n";

fn room() -> Room {
    let (room, _written) = Room::with_past(&History::parse(PAST));
    room.put("policy.yml", POLICY);
    room
}

/// A host drops what stands at a line that is not there, or shows it where something else stands.
#[test]
fn a_policy_is_annotated_where_the_repository_has_it() {
    let room = room();
    std::fs::create_dir(room.path("tree")).unwrap();
    std::fs::rename(room.path("past.git"), room.path("tree/.git")).unwrap();
    let long = format!("{}{POLICY}", "# about\n".repeat(40));
    for name in ["home/long.yml", "tree/.git/long.yml", "tree/conf/in.yml"] {
        room.put(name, &long);
    }
    for (folder, line, place) in [
        ("tree", "check --config ../home/long.yml", "file=.debtlint.yml,line=1,col=1"),
        (".", "check tree --config home/long.yml", "file=.debtlint.yml,line=1,col=1"),
        (".", "check tree --config policy.yml", "file=.debtlint.yml,line=1,col=1"),
        ("tree", "check --config .git/long.yml", "file=.debtlint.yml,line=1,col=1"),
        ("tree", "check --config conf/in.yml", "file=conf/in.yml,line=43,col=13"),
        ("tree/conf", "check --config in.yml", "file=conf/in.yml,line=43,col=13"),
        (".", "check tree --config tree/conf/../conf/in.yml", "file=conf/in.yml,line=43,col=13"),
    ] {
        let told = room.debtlint_in(folder, line.split(' ').chain(["--format", "github"]));
        assert_eq!(told.status, Some(1), "{line}\n{told}");
        let short = told.stdout.lines().find(|line| line.contains("allocation-short")).unwrap();
        assert!(short.contains(place), "{line}: {short}");
    }
}

#[test]
fn exit_codes() {
    let room = room();
    for (line, code) in [
        ("--help", 0),
        ("--version", 0),
        ("check --help", 0),
        ("rules", 0),
        ("rules bots", 0),
        ("schema", 0),
        ("schema doctor", 0),
        ("completions zsh", 0),
        ("man", 0),
        ("man --out home", 0),
        ("man --out home/share/man1", 0),
        ("explain gate-ignored", 0),
        ("schema report", 0),
        ("explain allocation-short", 0),
        ("explain unknown-key", 0),
        ("explain repository-shallow", 0),
        ("check past.git --allocation 0%", 0),
        ("check past.git --config policy.yml", 1),
        ("check past.git --config policy.yml --format json", 1),
        ("check past.git --config policy.yml --exit-zero", 0),
        ("check past.git --config policy.yml --as-of 2001-01-01", 0),
        ("", 2),
        ("judge", 2),
        ("completions tcsh", 2),
        ("rules nothing", 2),
        ("explain nothing past.git", 2),
        ("explain 0123456789 past.git", 2),
        ("check past.git --window 13", 2),
        ("check past.git --team nobody", 2),
        ("check past.git --rev nothing", 2),
        ("check past.git --config nothing.yml", 2),
        ("check past.git --exit-zero --config nothing.yml", 2),
        ("check nothing", 3),
        ("man --out policy.yml/man", 3),
        ("doctor nothing", 3),
        ("check nothing --exit-zero", 3),
        ("check past.git --deadline 1ms", 3),
    ] {
        let told = room.debtlint(line.split_whitespace());
        assert_eq!(told.status, Some(code), "debtlint {line}\n{told}");
        let (says, silent) = if code < 2 { (&told.stdout, &told.stderr) } else { (&told.stderr, &told.stdout) };
        assert!(!says.is_empty() && silent.is_empty(), "debtlint {line}\n{told}");
    }
}

#[test]
fn typos_get_a_hint() {
    let room = room();
    for (line, hint) in [
        ("chekc", "'check'"),
        ("docter", "'doctor'"),
        ("check --alocation 20%", "'--allocation'"),
        ("check --color alwys", "'always'"),
        ("check past.git --format sarf", "sarif"),
        ("rules convetional-commits", "conventional-commits"),
        ("explain alocation-short", "allocation-short"),
    ] {
        let told = room.debtlint(line.split_whitespace());
        assert!(told.status == Some(2) && told.stderr.contains(hint), "debtlint {line}\n{told}");
    }
}

/// Several options take a revision, and each may come from a variable.
#[test]
fn a_revision_that_is_not_there_is_told_with_its_option() {
    let room = room();
    for (line, says) in [
        ("check past.git --rev nowhere", "--rev: there is no revision `nowhere`"),
        ("check past.git --base nowhere", "--base: there is no revision `nowhere`"),
        ("check past.git --base main --head nowhere", "--head: there is no revision `nowhere`"),
        ("check past.git --base main --head main@{1}", "--head: `main@{1}`"),
        ("check past.git --rev main~99", "--rev: `main~99`"),
        ("check past.git --base abcdef", "--base: `abcdef`"),
        ("markers past.git --base main --rev nowhere", "--rev: there is no revision `nowhere`"),
        ("trend past.git --rev nowhere", "--rev: there is no revision `nowhere`"),
        ("doctor past.git --rev nowhere", "--rev: there is no revision `nowhere`"),
    ] {
        let told = room.debtlint(line.split(' '));
        let said = told.stderr.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.status == Some(2) && said.contains(says), "{line}\n{told}");
    }
}

/// What was typed is repeated so that one sees what it was, and no further.
#[test]
fn an_endless_argument_is_not_told_whole() {
    let room = room();
    let long = "x".repeat(100_000);
    for line in [
        "LONG",
        "check --LONG",
        "check LONG",
        "check past.git --window LONG",
        "check past.git --window=LONG",
        "check past.git --format LONG",
        "check past.git --output LONG=x",
        "check past.git --team LONG",
        "check past.git --rev LONG",
        "check past.git --config LONG",
        "explain LONG past.git",
        "rules LONG",
        "markers past.git --path [LONG",
    ] {
        let told = room.debtlint(line.split(' ').map(|word| word.replace("LONG", &long)));
        let (length, beginning) = (told.stderr.len(), "x".repeat(60));
        assert!(matches!(told.status, Some(2 | 3)) && told.stderr.contains(&beginning), "{line}\n{told}");
        assert!(length < 2_500, "{line}: {length}");
    }
    let told = room.debtlint(["check", "past.git", "--window", "3\u{1b}[31mw"]);
    assert!(told.stderr.contains("'3\\u{1b}[31mw'"), "{told}");
}

#[test]
fn a_judgement() {
    insta::assert_snapshot!(room().debtlint(["check", "past.git", "--config", "policy.yml"]));
}

#[test]
fn a_wrong_policy() {
    let room = room();
    room.put("policy.yml", "version: 1\nallocation: 120%\nteems: {}\n");
    insta::assert_snapshot!(room.debtlint(["check", "past.git", "--config", "policy.yml"]));
}

#[test]
fn a_commit_explained() {
    let (room, written) =
        Room::with_past(&History::parse(&PAST.replacen("at: 2026-11-10", "name: tidy, at: 2026-11-10", 1)));
    insta::assert_snapshot!(room.debtlint(["explain", &written.id("tidy"), "past.git"]));
}

#[test]
fn colour_is_for_those_who_see_it() {
    let room = room();
    let line = ["check", "past.git", "--config", "policy.yml"];
    let has_colour = |arguments: &[&str], variables: &[(&str, &str)]| {
        room.debtlint_with(arguments, variables).stdout.contains('\x1b')
    };
    assert!(!has_colour(&line, &[]));
    assert!(has_colour(&[&line[..], &["--color", "always"]].concat(), &[]));
    assert!(has_colour(&line, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]));
    assert!(!has_colour(&line, &[("CLICOLOR_FORCE", "1")]), "NO_COLOR, which the room sets, wins");
}

#[test]
fn a_log_that_takes_commands_gets_none() {
    let room = room();
    for format in ["text", "json"] {
        let line = ["check", "past.git", "--items", "--format", format];
        let told = room.debtlint_with(line, &[("GITHUB_ACTIONS", "true")]).stdout;
        assert!(told.contains("and on") && !told.contains("::error") && !told.contains('\x1b'), "{told}");
    }
}

#[test]
fn the_policy_that_a_revision_has_is_found() {
    let past = |more: &str| {
        PAST.replacen("grow: { src/a.rs: 7 }", &format!("grow: {{ src/a.rs: 7 }}, write: {{ {more} }}"), 1)
    };
    let policy = POLICY.replace('\n', "\\n");
    let (room, _) = Room::with_past(&History::parse(&past(&format!("\".debtlint.yml\": \"{policy}\""))));
    let told = room.debtlint(["check", "past.git"]);
    assert_eq!(told.status, Some(1), "{told}");
    assert!(told.stdout.contains(".debtlint.yml, trusted as the judged revision has it"), "{told}");

    let two = format!("\".debtlint.yml\": \"{policy}\", \".github/debtlint.yml\": \"{policy}\"");
    let (room, _) = Room::with_past(&History::parse(&past(&two)));
    let told = room.debtlint(["check", "past.git"]);
    assert_eq!(told.status, Some(2), "{told}");
    assert!(told.stderr.contains(".debtlint.yml and .github/debtlint.yml are both there"), "{told}");
}

#[test]
fn a_time_moves_what_is_judged_and_not_what_is_trusted() {
    let past = r#"
people: { ann: "Ann <ann@example.com>" }
commits:
  - { name: first, at: 2026-01-05T09:00:00Z, by: ann, say: "feat: in", write: { .debtlint.yml: "version: 1\nallocation: 15%\n" } }
  - { name: last, at: 2026-03-05T09:00:00Z, by: ann, say: "feat: on", write: { .debtlint.yml: "version: 1\nallocation: 12%\n" } }
"#;
    let (room, written) = Room::with_past(&History::parse(past));
    let id = |name: &str| written.id(name);
    let at = |time: &'static str| ["check", "past.git", "--as-of", time, "--format"];
    let asked = |time, format| room.debtlint(at(time).into_iter().chain([format])).stdout;

    let told = asked("2026-02-01", "text");
    assert!(told.contains(&format!("HEAD ({})", &id("first")[..10])), "{told}");
    assert!(told.contains(&format!(".debtlint.yml, trusted as HEAD ({}) has it", &id("last")[..10])), "{told}");
    let report: serde_json::Value = serde_json::from_str(&asked("2026-02-01", "json")).unwrap();
    assert_eq!(report["subject"]["revision"], id("first"));
    assert_eq!(report["policy"]["revision"], id("last"));
    assert_eq!(report["teams"][0]["allocation_bp"], 1_200);

    let told = asked("2025-01-01", "text");
    assert!(told.contains("HEAD (no commit by then)"), "{told}");
    assert!(told.contains("No commit had landed by then: nothing to judge."), "{told}");
}

#[test]
fn the_variable_names_a_policy_and_the_option_wins() {
    let room = room();
    let status = |arguments: &[&str]| room.debtlint_with(arguments, &[("DEBTLINT_CONFIG", "nothing.yml")]).status;
    assert_eq!(status(&["check", "past.git"]), Some(2));
    assert_eq!(status(&["check", "past.git", "--config", "policy.yml"]), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_verdict_and_a_closed_pipe_is() {
    let room = room();
    let program = env!("CARGO_BIN_EXE_debtlint");
    let check =
        format!("{program} check {} --config {}", room.path("past.git").display(), room.path("policy.yml").display());
    for (line, code) in [
        (format!("{check} >/dev/full"), 3),
        (format!("{check} --format json --items >/dev/full"), 3),
        (format!("{check} --allocation 0% >/dev/full"), 3),
        (format!("{program} rules >/dev/full"), 3),
        (format!("{{ {check} --format json --items; echo $? >{}; }} | true", room.path("code").display()), 0),
    ] {
        let status = Command::new("sh").args(["-c", &line]).output().unwrap().status;
        assert_eq!(status.code(), Some(code), "{line}");
    }
    assert_eq!(std::fs::read_to_string(room.path("code")).unwrap(), "1\n");
}

/// Told before the policy is read, let alone anything judged.
#[test]
fn a_file_that_cannot_be_written_is_told_at_once() {
    let room = room();
    for line in [
        "check past.git --config nothing.yml --output json=none/report.json",
        "check past.git --config nothing.yml --output text --output sarif=past.git",
        "report past.git --config nothing.yml --output none/page.html",
    ] {
        let told = room.debtlint(line.split_whitespace());
        assert!(told.status == Some(3) && told.stderr.contains("output-unwritable"), "{line}: {told}");
    }
    let told = room.debtlint(["check", "past.git", "--config", "nothing.yml", "--output", "json=report.json"]);
    assert!(told.status == Some(2) && !room.path("report.json").exists(), "{told}");
}

#[test]
fn what_was_typed_is_nobodys_protection() {
    let room = room();
    room.put("sponsored.yml", &format!("{POLICY}sponsor: cto@example.com\n"));
    let check = ["check", "past.git", "--config", "sponsored.yml"];
    let told = room.debtlint(check);
    assert!(told.stdout.contains("the allocation that cto@example.com protects"), "{told}");
    let told = room.debtlint([&check[..], &["--allocation", "100%"]].concat());
    assert!(told.stdout.contains("the allocation that was asked for"), "{told}");
    assert!(!told.stdout.contains("protects"), "{told}");
}

/// Each list by itself: what is looked through for one is looked through for all.
#[test]
fn entries_that_fit_nothing_are_told_wherever_they_stand() {
    let (room, _) = Room::with_past(&History::parse(
        "people: { ann: 'Ann <ann@example.com>' }\ncommits:\n  - { at: 2026-01-05T09:00:00Z, by: ann, say: 'feat: a', touch: [src/a.rs] }\n",
    ));
    let teams = |paths: &str| format!("teams: {{ a: {{ members: [ann@example.com]{paths} }} }}");
    for (policy, told) in [
        ("ignore: [gone/**]".to_owned(), vec!["ignored path gone/** matches no changed path"]),
        ("ignore: [src/**]".to_owned(), vec![]),
        ("bot-paths: [gone/**]".to_owned(), vec!["path of `bot-paths` gone/** matches no changed path"]),
        (teams(", paths: [/gone/]"), vec!["path /gone/ of a matches no changed path"]),
        (teams(", paths: [/src/]"), vec![]),
        (teams(""), vec![]),
        (
            format!("ignore: [gone/**]\n{}", teams(", paths: [/gone/]")),
            vec!["ignored path gone/** matches no changed path", "path /gone/ of a matches no changed path"],
        ),
    ] {
        room.put("p.yml", &format!("version: 1\n{policy}\n"));
        let report = room.debtlint(["check", "past.git", "--config", "p.yml", "--format", "json", "--exit-zero"]);
        let report: serde_json::Value = serde_json::from_str(&report.stdout).unwrap_or_else(|_none| panic!("{report}"));
        let findings = report["findings"].as_array().unwrap().iter();
        let unmatched = findings.filter(|finding| finding["code"] == "unmatched-entry");
        let unmatched: Vec<&str> = unmatched.map(|finding| finding["message"].as_str().unwrap()).collect();
        assert_eq!(unmatched, told, "{policy}");
    }
}

#[test]
fn of_many_teams_some_are_named() {
    let room = room();
    for (number, says) in [
        (
            20,
            "its teams: t00, t01, t02, t03, t04, t05, t06, t07, t08, t09, t10, t11, t12, t13, t14, t15, t16, t17, t18, t19",
        ),
        (22, "t18, t19 and 2 more; `debtlint config show` prints them"),
    ] {
        let teams: String =
            (0..number).map(|team| format!("  t{team:02}: {{ members: [t{team}@example.com] }}\n")).collect();
        room.put("teams.yml", &format!("version: 1\nteams:\n{teams}"));
        let told = room.debtlint("check past.git --config teams.yml --team nobody".split(' '));
        assert_eq!(told.status, Some(2), "{told}");
        let said = told.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.ends_with(says), "{told}");
    }
    let told = room.debtlint("check past.git --config teams.yml --team t2O".split(' '));
    assert!(told.stderr.contains("did you mean `t2"), "{told}");
}
