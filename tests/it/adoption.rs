//! What a new user meets: `init`, `config check`, `config show`.

use std::sync::Arc;

use debtlint::config;
use debtlint::policy;
use debtlint::policy::Policy;
use debtlint::policy::PolicySource;

use crate::policies::load_file;
use crate::policies::policies_in;
use crate::policies::render;
use crate::support::History;
use crate::support::Room;

/// Two folders, each with two people of its own, a program, and a lock file.
const PAST: &str = r#"
people:
  ann: Ann Archer <ann@example.com>
  bob: Bob Brown <bob@example.com>
  cyd: Cyd Clark <cyd@example.com>
  dan: Dan Drew <dan@example.com>
  bot: "dependabot[bot] <1+dependabot[bot]@users.noreply.github.com>"
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat(api): begin", grow: { api/a.rs: 30 } }
  - { at: 2026-11-03T10:00:00Z, by: bob, say: "refactor(api): tidy\n\nDebt: yes", grow: { api/b.rs: 20 } }
  - { at: 2026-11-03T11:00:00Z, by: bot, say: "build: bump", grow: { Cargo.lock: 3 } }
  - { at: 2026-11-04T10:00:00Z, by: cyd, say: "internal: less", grow: { web/a.ts: 10 } }
  - { at: 2026-11-05T10:00:00Z, by: dan, say: "[WIP] more \u001b[31m", grow: { web/b.ts: 5, web/yarn.lock: 9 } }
"#;

fn room(past: &str) -> Room {
    let (room, _written) = Room::with_past(&History::parse(past));
    room
}

/// As a clone would be: the same past, with a working tree around it.
fn cloned(past: &str) -> Room {
    let room = room(past);
    std::fs::create_dir(room.path("tree")).unwrap();
    std::fs::rename(room.path("past.git"), room.path("tree/.git")).unwrap();
    room
}

#[test]
fn a_draft_says_what_was_found() {
    let room = room(PAST);
    let told = room.debtlint(["init", "past.git", "--stdout"]);
    insta::assert_snapshot!(told);
    let draft = room.put("draft.yml", &told.stdout);
    let checked = room.debtlint(["config", "check", "draft.yml"]);
    assert_eq!(checked.status, Some(0), "{checked}");
    assert!(checked.stdout.contains("2 teams"), "{checked}");
    let judged = room.debtlint(["check", "past.git", "--config", draft.to_str().unwrap()]);
    assert_eq!(judged.status, Some(0), "{judged}");
}

/// A folder may be called as what steers a terminal: it is shown, and no part of it is swallowed.
#[cfg(unix)]
#[test]
fn where_something_was_written_is_told_harmlessly() {
    let room = cloned(PAST);
    let name = "tree\u{1b}[31m";
    std::fs::rename(room.path("tree"), room.path(name)).unwrap();
    for (line, said) in [
        (vec!["init", name], "/tree\\u{1b}[31m/.debtlint.yml is written"),
        (vec!["man", "--out", name], "are written to tree\\u{1b}[31m\n"),
    ] {
        let told = room.debtlint(&line);
        assert!(told.status == Some(0) && told.stdout.replace('\n', " ").contains(&said.replace('\n', " ")), "{told}");
    }
}

/// What is there to be uncommented can be.
#[test]
fn a_draft_proposes_what_cannot_wait() {
    let room = room(PAST);
    let told = room.debtlint(["init", "past.git", "--stdout"]);
    let lines = told.stdout.lines().skip_while(|line| *line != "# exempt-changes:").take_while(|line| !line.is_empty());
    let proposed: Vec<_> = lines.map(|line| line.trim_start_matches("# ")).collect();
    assert!(proposed.len() > 1, "{told}");
    room.put("draft.yml", &format!("{}{}\n", told.stdout, proposed.join("\n")));
    let checked = room.debtlint(["config", "check", "draft.yml"]);
    assert_eq!(checked.status, Some(0), "{checked}");
}

/// What the program writes is no debt by what the program itself says.
#[test]
fn a_draft_holds_no_marker() {
    let room = cloned(PAST);
    assert_eq!(room.debtlint(["init", "tree"]).status, Some(0));
    let told = room.debtlint(["markers", "tree", "--worktree"]);
    assert!(told.stdout.contains("\n0 markers") && !told.stdout.contains(".debtlint.yml"), "{told}");
}

#[test]
fn drafts_of_other_pasts() {
    let owners = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", grow: { api/a.rs: 30 }, write: { CODEOWNERS: "* @ann\n/api/ @acme/Back-End\n" } }
"#;
    let alone = r#"
people: { ann: Ann Archer <ann@example.com> }
commits: [{ at: 2026-11-02T10:00:00Z, by: ann, say: "begin", grow: { api/a.rs: 30 } }]
"#;
    for (past, line) in [
        (owners, "    codeowners: ['@acme/Back-End']"),
        (alone, "allocation: 10%"),
        ("commits: []", "# Nothing has been committed yet."),
    ] {
        let room = room(past);
        let told = room.debtlint(["init", "past.git", "--stdout"]);
        assert!(told.stdout.lines().any(|there| there == line), "{line}\n{told}");
        room.put("draft.yml", &told.stdout);
        let checked = room.debtlint(["config", "check", "draft.yml"]);
        assert_eq!(checked.status, Some(0), "{checked}\n{told}");
    }
}

#[test]
fn folders_that_everybody_works_in_are_no_teams() {
    for (folder, is_team) in [
        ("web", true),
        ("Web-App", true),
        ("testimonials", true),
        ("web-tests", false),
        ("web_test", false),
        ("Changelog.d", false),
        ("docs", false),
    ] {
        let told = room(&PAST.replace("web/", &format!("{folder}/"))).debtlint(["init", "past.git", "--stdout"]);
        let has_teams = told.stdout.lines().any(|line| line == format!("  {folder}:"));
        assert_eq!(has_teams, is_team, "{folder}\n{told}");
    }
}

#[test]
fn who_says_nothing_is_told_where_to_begin() {
    for (past, is_told) in [(PAST.to_owned(), false), (PAST.replace("feat(api): begin", "begin"), true)] {
        let told = room(&past).debtlint(["init", "past.git", "--stdout"]);
        assert_eq!(told.stdout.contains("# require-label: warn\n"), is_told, "{told}");
    }
}

/// Two people, two full weeks each; whether Bob's work is paydown.
fn two_weeks(bob_says: &str) -> String {
    let mut past = "people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com> }\ncommits:\n".to_owned();
    for day in ["02", "03", "04", "09", "10", "11"] {
        for (by, say) in [("ann", "feat: a"), ("bob", bob_says)] {
            let step =
                format!("  - {{ at: 2026-11-{day}T10:00:00Z, by: {by}, say: {say:?}, grow: {{ {by}.rs: 9 }} }}\n");
            past.push_str(&step);
        }
    }
    past
}

#[test]
fn allocations_are_todays_shares_or_the_default() {
    for (bob_says, allocation, is_tried_out) in
        [("refactor: b", "allocation: 50%", false), ("feat: b", "allocation: 10%", true)]
    {
        let room = room(&two_weeks(bob_says));
        let told = room.debtlint(["init", "past.git", "--stdout"]);
        let has = |line: &str| told.stdout.lines().any(|there| there == line);
        assert!(has(allocation), "{told}");
        assert_eq!(has("enforce: false"), is_tried_out, "{told}");
        room.put("draft.yml", &told.stdout);
        let judged = room.debtlint(["check", "past.git", "--config", "draft.yml"]);
        assert_eq!(judged.status, Some(0), "{judged}");
        assert_eq!(judged.stdout.contains("short"), is_tried_out, "{judged}");
    }
}

#[test]
fn nothing_is_overwritten() {
    let room = cloned(PAST);
    let written = room.debtlint(["init", "tree"]);
    assert_eq!(written.status, Some(0), "{written}");
    let draft = std::fs::read_to_string(room.path("tree/.debtlint.yml")).unwrap();
    assert_eq!(draft, room.debtlint(["init", "tree", "--stdout"]).stdout);
    insta::assert_snapshot!(room.debtlint(["init", "tree"]));
    assert_eq!(std::fs::read_to_string(room.path("tree/.debtlint.yml")).unwrap(), draft);

    std::fs::remove_file(room.path("tree/.debtlint.yml")).unwrap();
    room.put("tree/.github/debtlint.yml", "version: 1\n");
    assert_eq!(room.debtlint(["init", "tree"]).status, Some(2));
    assert!(!room.path("tree/.debtlint.yml").exists());
}

#[test]
fn the_next_step_works_where_it_was_typed() {
    let room = cloned(PAST);
    std::fs::create_dir_all(room.path("tree/deep/er")).unwrap();
    for (folder, path, command) in [
        (".", "tree", "debtlint check tree --config tree/.debtlint.yml"),
        ("tree", ".", "debtlint check --config .debtlint.yml"),
        ("tree/deep/er", ".", "debtlint check --config ../../.debtlint.yml"),
        ("tree/deep", "er", "debtlint check er --config ../.debtlint.yml"),
    ] {
        let told = room.debtlint_in(folder, ["init", path]);
        assert_eq!(told.status, Some(0), "{told}");
        assert!(told.stdout.contains(&format!("\n  {command}\n")), "{told}");
        let tried = room.debtlint_in(folder, command.split(' ').skip(1));
        assert_eq!(tried.status, Some(0), "{tried}");
        std::fs::remove_file(room.path("tree/.debtlint.yml")).unwrap();
    }
}

#[test]
fn without_a_working_tree_it_prints() {
    let told = room(PAST).debtlint(["init", "past.git"]);
    assert_eq!(told.status, Some(2), "{told}");
    assert!(told.stderr.contains("debtlint init --stdout"), "{told}");
}

#[test]
fn policies_are_checked_where_they_are() {
    let room = room(PAST);
    std::fs::create_dir(room.path(".git")).unwrap();
    for (policy, code, says) in [
        (None, 0, "no policy here, so the built-in default applies: 1 team, 162 rules"),
        (Some("version: 1\n"), 0, ".debtlint.yml can be used: 1 team, 162 rules, 96 ignored patterns, 8 packs\n"),
        (
            Some("version: 1\nextends: [./own.yml]\n"),
            0,
            ".debtlint.yml can be used: 1 team, 1 rule, 0 ignored patterns, 0 packs\n",
        ),
        (Some("version: 1\nextends: [./none.yml]\nwindow: 3\n"), 2, "2 problems"),
        (Some("version: 1\nextends: [./linked.yml]\n"), 2, "symbolic link"),
    ] {
        if let Some(policy) = policy {
            room.put(".debtlint.yml", policy);
        }
        room.put("own.yml", "version: 1\nlabels: [{ id: x, type: x, kind: paydown }]\n");
        #[cfg(unix)]
        drop(std::os::unix::fs::symlink(room.path("own.yml"), room.path("linked.yml")));
        #[cfg(not(unix))]
        if says.contains("link") {
            continue;
        }
        let told = room.debtlint(["config", "check"]);
        assert_eq!(told.status, Some(code), "{told}");
        let said = if code == 0 { &told.stdout } else { &told.stderr };
        assert!(said.contains(says), "{says}\n{told}");
    }
    let told = room.debtlint(["config", "check", "nofile.yml"]);
    assert_eq!(told.status, Some(2), "{told}");
    assert!(told.stderr.contains("policy-unreadable") && !told.stderr.contains("--config"), "{told}");
    // As all other commands take it.
    for command in ["check", "show"] {
        let [behind, named] = [&["own.yml"][..], &["--config", "own.yml"]]
            .map(|file| room.debtlint([&["config", command], file].concat()));
        assert!(named.status == Some(0) && named.stdout == behind.stdout, "{named}");
        let both = room.debtlint(["config", command, "own.yml", "--config", "own.yml"]);
        let names_both =
            ["'[FILE]'", "'--config <FILE>'", "cannot be used with"].iter().all(|part| both.stderr.contains(part));
        assert!(both.status == Some(2) && names_both, "{both}");
        let told = room.debtlint(["config", command, "--config", "nofile.yml"]);
        assert!(told.status == Some(2) && told.stderr.contains("--config names a file"), "{told}");
    }
    room.put(".debtlint.yaml", "version: 1\n");
    let told = room.debtlint(["config", "check"]);
    assert_eq!(told.status, Some(2), "{told}");
    assert!(told.stderr.contains("are both there"), "{told}");
}

#[test]
fn without_a_repository_no_policy_holds() {
    let room = room(PAST);
    for command in ["check", "show"] {
        let told = room.debtlint(["config", command]);
        assert_eq!(told.status, Some(3), "{told}");
        assert!(told.stderr.contains("repository-not-found"), "{told}");
        assert_eq!(room.debtlint_in("past.git", ["config", command]).status, Some(0));
    }
    room.put("draft.yml", "version: 1\n");
    assert_eq!(room.debtlint(["config", "check", "draft.yml"]).status, Some(0));
}

#[test]
fn without_a_working_tree_it_is_the_policy_of_head() {
    let past = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - at: 2026-11-02T10:00:00Z
    by: ann
    say: "feat: begin"
    write: { .debtlint.yml: "version: 1\nextends: [./more.yml]\n", more.yml: "version: 1\nignore: [a/**]\n" }
"#;
    let room = room(past);
    for folder in ["past.git", "past.git/refs"] {
        for command in ["check", "show"] {
            let told = room.debtlint_in(folder, ["config", command]);
            let said = room.debtlint_in(folder, ["config", command, "--rev", "HEAD"]);
            assert_eq!((told.status, &told.stdout), (Some(0), &said.stdout), "{folder}: {told}");
        }
    }
    let told = room.debtlint_in("past.git", ["config", "check"]);
    assert!(told.stdout.starts_with(".debtlint.yml can be used: 1 team, 0 rules, 1 ignored pattern"), "{told}");
    // What is named lies on the disk.
    room.put("draft.yml", "version: 1\nallocation: 20\n");
    assert_eq!(room.debtlint_in("past.git", ["config", "check", "../draft.yml"]).status, Some(2));
}

#[test]
fn a_policy_of_a_revision_and_one_shown_whole() {
    let past = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - at: 2026-11-02T10:00:00Z
    by: ann
    say: "feat: begin"
    write: { .debtlint.yml: "version: 1\nextends: [debt-trailers, ./more.yml]\nallocation: 15%\n", more.yml: "version: 1\nignore: [a/**]\n" }
"#;
    let room = cloned(past);
    std::fs::rename(room.path("tree/.git"), room.path(".git")).unwrap();
    let told = room.debtlint(["config", "check", "--rev", "HEAD"]);
    assert!(
        told.stdout.starts_with(".debtlint.yml can be used: 1 team, 5 rules, 1 ignored pattern, 1 pack\n"),
        "{told}"
    );
    let shown = room.debtlint(["config", "show", "--rev", "HEAD"]);
    insta::assert_snapshot!(shown);
    room.put("whole.yml", &shown.stdout);
    let again = room.debtlint(["config", "check", "whole.yml"]);
    assert!(again.stdout.contains("1 team, 5 rules, 1 ignored pattern, 2 packs"), "{again}");
}

/// A slip in an owner's name would leave a team without work, and nobody would know why.
#[test]
fn owners_that_codeowners_does_not_name() {
    let policy = "version: 1\nteams:\n  web: { members: [a@x.example], codeowners: ['@Org/Web', '@org/wbe', '@org/gone-away'] }\n  api: \
                  { members: [b@x.example], codeowners: ['@org/api'] }\nbot-paths: ['none/**', '**']\n";
    let owner = |owner: &str, why: &str| format!("owner {owner} owns nothing: CODEOWNERS {why}");
    let slip = owner("@org/wbe of web", "names @org/web, and not that");
    let [gone, api] = ["@org/gone-away of web", "@org/api of api"].map(|whose| owner(whose, "does not name it"));
    let none = "web, api list owners, but there is no CODEOWNERS that could name them".to_owned();
    for (path, owners, expected) in [
        (".github/CODEOWNERS", "/web/ @org/web\n/api/ @ORG/api", vec![slip.clone(), gone.clone()]),
        (".gitlab/CODEOWNERS", "[All] @org/web\n/web/\n", vec![slip, gone, api]),
        ("src/CODEOWNERS", "/web/ @org/web\n", vec![none]),
    ] {
        let past = format!(
            "people: {{ ann: Ann <a@x.example> }}\ncommits:\n  - at: 2026-11-02T10:00:00Z\n    by: ann\n    say: \"feat: begin\"\n    \
             write: {{ .debtlint.yml: {policy:?}, {path}: {owners:?} }}\n"
        );
        let room = room(&past);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for line in ["check . --width 400", "markers . --width 400", "config check --rev HEAD"] {
            let told = room.debtlint_in("past.git", line.split(' '));
            let said = words(&told.to_string().replace(['│', '╰', '├', '·'], " "));
            for expected in &expected {
                assert!(said.contains(expected.as_str()), "{path}, {line}: no {expected:?}: {told}");
            }
            let told_of = said.matches("owns nothing: CODEOWNERS").count() + said.matches("no CODEOWNERS that").count();
            assert_eq!(told_of, expected.len(), "{path}, {line}: {told}");
        }
        let told = room.debtlint_in("past.git", ["check", "--width", "400"]).to_string();
        assert!(told.contains("path of `bot-paths` none/** matches no changed path"), "{told}");
        assert!(!told.contains("`bot-paths` **"), "{told}");
    }
}

#[test]
fn every_valid_policy_shown_whole_reads_back_to_itself() {
    let mut count = 0;
    for path in ["tests/policies/valid", "examples"].into_iter().flat_map(policies_in) {
        let Ok(loaded) = load_file(&path) else { continue };
        let shown = config::show(&loaded.policy);
        let name: Arc<str> = Arc::from("whole.yml");
        let source = config::Source { name: Arc::clone(&name), bytes: shown.as_bytes() };
        let again = config::load(Some((PolicySource::File { path: name }, source)), &|_| Ok(None));
        let again = again.unwrap_or_else(|error| panic!("{}: {}\n{shown}", path.display(), render(&error))).policy;
        let differences = policy::compare(&loaded.policy, &again, &policy::Known::default());
        assert_eq!(differences, [], "{}\n{shown}", path.display());
        // Of what only warnings depend on nothing is compared.
        let ranks = |policy: &Policy| {
            let exempt = policy.exempt.iter().map(|rule| (rule.id.to_string(), rule.rank));
            exempt.chain(policy.ignore.iter().map(|rule| (rule.glob.clone(), rule.rank))).collect::<Vec<_>>()
        };
        assert_eq!(ranks(&loaded.policy), ranks(&again), "{}\n{shown}", path.display());
        count += 1;
    }
    assert!(count >= 8, "{count}");
}
