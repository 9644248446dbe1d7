//! `debtlint explain` of the commits of a change, and what a listing of them says of labels that others gave.

use std::path::Path;
use std::path::PathBuf;

use debtlint::finding::Code;

use crate::support::History;
use crate::support::Room;

const PAST: &str = r#"
people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com> }
commits:
  - name: base
    at: 2026-06-01T09:00:00Z
    by: ann
    say: "feat: begin"
    touch: [a.rs]
    write:
      .debtlint.yml: "version: 1\nextends: [conventional-commits]\nallocation: 50%\nminimum-effort: { people: 1, developer-weeks: 0.1 }\nlabels: [{ id: debt, pull-request: tech-debt, kind: paydown }]\nexempt-changes: [{ id: hotfix, type: hotfix, reason: incident, at-most: 2 }]\n"
  - { name: plain, on: topic, from: base, at: 2026-06-02T09:00:00Z, by: bob, say: "less of it", grow: { b.rs: 10 } }
  - { name: hot, on: topic, at: 2026-06-02T10:00:00Z, by: bob, say: "hotfix: out", grow: { b.rs: 5 } }
"#;

const CHANGE: [&str; 5] = ["--base", "refs/heads/main", "--head", "topic", "--label"];

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_commit_of_a_change() {
    let (room, written) = Room::with_past(&History::parse(PAST));
    let explained = |name: &str, more: &[&str]| {
        let id = written.id(name);
        let told = room.debtlint([&["explain", &id, "past.git"], more].concat());
        assert_eq!(told.status, Some(0), "{told}");
        flat(&told.stdout)
    };
    let change = [&CHANGE[..], &["tech-debt"]].concat();
    let plain = explained("plain", &change);
    for part in [
        "Counted as: paydown",
        "It has no label of its own, so those of its pull request apply: \"tech-debt\" (--label).",
        "with the change",
        // Both commits are of one day, and the parts are those of base and change together.
        "which has 2 commits of theirs that weigh 17 together",
        "everyone Bob paydown",
    ] {
        assert!(plain.contains(part), "{part}: {plain}");
    }
    let hot = explained("hot", &change);
    let may = "It may land although its team is short, as incident: the rule hotfix of `exempt-changes` fits (type \"hotfix\"), which 0 landings of the window of at most 2 did.";
    assert!(hot.contains(may), "{hot}");
    // The base's are there as before, and those of the change are not there without it.
    assert!(!explained("base", &change).contains("with the change"));
    let without = room.debtlint(["explain", &written.id("plain"), "past.git"]);
    assert_eq!(without.status, Some(2), "{without}");
    assert!(without.stderr.contains("--base"), "{without}");
}

/// Whoever set a label expects something of it: where the commits have labels of their own, that is said.
#[test]
fn a_label_that_no_commit_takes_over() {
    let past = PAST.replace("less of it", "feat: more of it");
    let (room, written) = Room::with_past(&History::parse(&past));
    let note = |past: &str, label: &str| {
        let (room, _) = Room::with_past(&History::parse(past));
        let told = room.debtlint([&["check", "past.git"], &CHANGE[..], &[label]].concat());
        flat(&told.stdout).contains("counts for none of its commits: each has a label already")
    };
    assert!(note(&past, "tech-debt"));
    assert!(!note(&past, "area: ui"), "no rule of the policy knows it: it is for other readers");
    assert!(!note(PAST, "tech-debt"), "one of its commits takes it over");
    let own = room.debtlint([&["explain", &written.id("plain"), "past.git"], &CHANGE[..], &["tech-debt"]].concat());
    let said = "Labels of its pull request do not count for it, since it has one already: \"tech-debt\".";
    assert!(flat(&own.stdout).contains(said), "{own}");
    let other = room.debtlint([&["explain", &written.id("plain"), "past.git"], &CHANGE[..], &["area: ui"]].concat());
    assert!(!flat(&other.stdout).contains("Labels of its pull request"), "{other}");
}

/// Its label says one thing, and what is left of it is another.
#[test]
fn what_a_commit_without_credit_is_counted_as() {
    const UNDONE: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { at: 2026-06-01T09:00:00Z, by: ann, say: "feat: begin", grow: { a: 9 } }
  - { name: done, at: 2026-06-02T09:00:00Z, by: ann, say: "refactor: less", grow: { a: 3 } }
  - { name: undone, at: 2026-06-03T09:00:00Z, by: ann, say: "feat: as it was\n\nDebt-Share: 100%", revert: done }
  - { name: whole, at: 2026-06-04T09:00:00Z, by: ann, say: "feat: all of it\n\nDebt-Share: 100%", grow: { b: 3 } }
"#;
    let (room, written) = Room::with_past(&History::parse(UNDONE));
    for (name, says) in [
        ("done", "Counted as: other, for its label says paydown and no credit is left of it"),
        ("undone", "Counted as: feature"),
        ("whole", "Counted as: paydown"),
    ] {
        let told = room.debtlint(["explain", &written.id(name), "past.git"]);
        assert!(told.stdout.lines().any(|line| line == says), "{says}\n{told}");
    }
    let listed = room.debtlint(["check", "past.git", "--items"]);
    let kind = |name: &str| {
        let line = listed.stdout.lines().find(|line| line.trim_start().starts_with(&written.id(name)[..10])).unwrap();
        line.split("  ").filter(|cell| !cell.is_empty()).nth(1).unwrap().trim().to_owned()
    };
    assert_eq!([kind("done"), kind("undone"), kind("whole")], ["other (no credit)", "feature", "paydown"], "{listed}");
    assert_eq!(room.debtlint(["report", "past.git", "--since", "1w"]).status, Some(0));
    let page = std::fs::read_to_string(room.path("debtlint-report.html")).unwrap();
    assert!(
        page.contains("other (no credit), taken back or repeated") && page.contains("feature, taken back or repeated")
    );
}

const SHARED: &str = r#"
people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com>, cy: Cy <cy@example.com>, eve: Eve <eve@example.com> }
commits:
  - { name: part, at: 2026-06-01T09:00:00Z, by: ann, say: "feat: begin", grow: { a/x: 10 } }
  - { at: 2026-06-02T09:00:00Z, by: ann, say: "feat: on", grow: { a/x: 10 } }
  - { name: before, at: 2026-06-02T10:00:00Z, by: bob, say: "refactor: early", grow: { b/x: 10 } }
  - { name: both, at: 2026-06-03T10:00:00Z, by: cy, say: "refactor: two teams", grow: { a/x: 5, b/x: 20, c/x: 600 } }
  - { name: nobody, at: 2026-06-04T10:00:00Z, by: eve, say: "feat: a guest", grow: { a/x: 1 } }
  - { name: held, at: 2026-06-05T10:00:00Z, committed: 2020-06-05T10:00:00Z, by: cy, say: "feat: late", grow: { a/x: 1 } }
"#;

/// What the page on the measure promises: whoever reads the steps gets the parts.
#[test]
fn every_step_from_the_week_to_the_team_is_printed() {
    let policy = |attribution: &str| {
        format!(
            "version: 1\nattribution: {attribution}\nminimum-effort: {{ people: 1, developer-weeks: 0 }}\nteams:\n  \
             a: {{ paths: [/a/], members: [{{ emails: [ann@example.com], part-time: 50% }}, {{ emails: [cy@example.com], part-time: 30% }}] }}\n  \
             b: {{ paths: [/b/], members: [{{ emails: [bob@example.com], from: 2026-06-03, until: 2026-06-04 }}, {{ emails: [cy@example.com], part-time: 70% }}] }}\n"
        )
    };
    let (room, written) = Room::with_past(&History::parse(SHARED));
    for (attribution, name, steps) in [
        (
            "roster",
            "part",
            "ann@example.com: 2 active days in the week (two thirds of it), so that each stands for 0.3333 developer-weeks. \
             Of their time that day a has 50%: 0.1667. Part time scales the weeks alone. The commit weighs",
        ),
        (
            "roster",
            "before",
            "bob@example.com: 1 active day in the week (a third of it), so that it stands for 0.3333 developer-weeks. \
             No team has them that day (b from 2026-06-03 until 2026-06-04), so that all of it goes to (no team). The",
        ),
        ("roster", "both", "Of their time that day a has 30% and b has 70%: 0.1 and 0.2333. The commit weighs"),
        ("roster", "nobody", "They are on no roster, so that all of it goes to (no team). The commit weighs"),
        ("roster", "held", "held to the 13 weeks before it landed"),
        (
            "paths",
            "part",
            "developer-weeks. Teams have 50% of their time that day: 0.1667. Part time scales the weeks alone.",
        ),
        (
            "paths",
            "both",
            "It is divided over the teams that own its paths, by 1 + their lines (400 at most): a 6, b 21, (no team) 401.",
        ),
        ("paths", "nobody", "developer-weeks. The commit weighs 1 + 1 lines"),
    ] {
        room.put("debtlint.yml", &policy(attribution));
        let told = room.debtlint(["explain", &written.id(name), "past.git", "--config", "debtlint.yml"]);
        assert!(flat(&told.stdout).contains(steps), "{attribution} {name}: {steps}\n{told}");
    }
}

#[test]
fn what_a_merge_is_left_out_for() {
    const MERGED: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { name: base, at: 2026-06-01T09:00:00Z, by: ann, say: "feat: begin", grow: { a: 9 } }
  - { on: topic, from: base, at: 2026-06-02T09:00:00Z, by: ann, say: "feat: more", grow: { b: 3 } }
  - { name: merge, at: 2026-06-03T09:00:00Z, by: ann, say: "Merge topic", merge: [topic] }
"#;
    let (room, written) = Room::with_past(&History::parse(MERGED));
    let told = room.debtlint(["explain", &written.id("merge"), "past.git"]);
    let end = "Left out of the measure: merge, merges without content of their own\n  What it brought in counts, each commit for itself.\n";
    assert!(told.stdout.ends_with(end), "{told}");
}

/// Whatever code the program prints, it can be asked about; and all of them are listed.
#[test]
fn every_code_is_explained_and_listed() {
    let mut codes: Vec<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
    for file in sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let text = std::fs::read_to_string(file).unwrap();
        let written = text.split("code(\"").skip(1).filter_map(|rest| rest.split('"').next());
        codes.extend(written.map(str::to_owned));
    }
    assert!(
        ["policy-exists", "output-unwritable", "repository-shallow"]
            .iter()
            .all(|code| codes.iter().any(|there| there == code))
    );
    let room = Room::with_past(&History::parse(PAST)).0;
    let list = room.debtlint(["explain", "--list"]);
    assert_eq!(list.status, Some(0), "{list}");
    for code in codes {
        let told = room.debtlint(["explain", &code]);
        assert_eq!(told.status, Some(0), "{code}\n{told}");
        let is_listed = list.stdout.lines().any(|line| line.trim().split(' ').next() == Some(&code));
        assert!(is_listed || code.starts_with("repository-"), "{code}\n{list}");
    }
    assert_eq!(room.debtlint(["explain"]).status, Some(2));
    assert_eq!(room.debtlint(["explain", "--list", "HEAD"]).status, Some(2));
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of_each = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    of_each.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// docs/measure.md: what is not credited of paydown is `other`.
#[test]
fn the_rest_of_paydown_is_other() {
    const HALF: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - { name: half, at: 2026-06-01T09:00:00Z, by: ann, say: "refactor: half of it\n\nDebt-Share: 40%", touch: [a] }
"#;
    let (room, written) = Room::with_past(&History::parse(HALF));
    let told = room.debtlint(["explain", &written.id("half"), "past.git"]);
    assert!(told.stdout.contains("40% paydown, the rest other"), "{told}");
    // The label's kind, whatever part of the commit counts as that.
    let told = room.debtlint(["check", "past.git", "--items", "--format", "json"]).stdout;
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let counted = &told["items"][0]["counted"];
    let kinds = ["kind", "credit_bp", "rest_kind"].map(|key| counted[key].to_string());
    assert_eq!(kinds, ["\"paydown\"", "4000", "\"other\""], "{told}");
    let told = room.debtlint(["report", "past.git", "--since", "1w"]);
    assert_eq!(told.status, Some(0), "{told}");
    let page = std::fs::read_to_string(room.path("debtlint-report.html")).unwrap();
    assert!(page.contains("40% paydown, the rest other") && !page.contains("paydown, 40% paydown"));
}

#[test]
fn what_is_to_be_explained() {
    let (room, written) = Room::with_past(&History::parse(PAST));
    room.put("past.git/refs/tags/v1.0", &format!("{}\n", written.id("base")));
    for (what, at_place) in [("HEAD", "past.git"), ("main", "past.git"), ("v1.0", "past.git")] {
        let told = room.debtlint(["explain", what, at_place]);
        assert_eq!(told.status, Some(0), "{told}");
        assert!(told.stdout.contains("feat: begin"), "{told}");
    }
    for (what, at_place, says) in [
        ("topic", "past.git", "the window holds what landed in it"),
        ("nowhere", "past.git", "HEAD, HEAD~1, a branch, a tag"),
        ("HEAD@{1}", "past.git", "HEAD, HEAD~1, a branch, a tag"),
        ("1", "past.git", "at least 4 digits are needed"),
        ("allocation-shrt", "past.git", "did you mean `allocation-short`?"),
        ("allocation-shrt", ".", "did you mean `allocation-short`?"),
        ("short-of-breath", ".", "`debtlint explain --list` lists the codes"),
        ("policy-exist", ".", "did you mean `policy-exists`?"),
        ("past.git", "HEAD", "the commit comes first: `debtlint explain HEAD past.git`"),
    ] {
        let told = room.debtlint(["explain", what, at_place]);
        assert_eq!(told.status, Some(2), "{told}");
        let said = flat(&told.stderr.replace('│', " "));
        assert!(said.contains("nothing-to-explain") && said.contains(says), "{told}");
        assert_eq!(said.contains("--list"), what == "short-of-breath", "{told}");
    }
    // Also by its place behind a name, of a change as of the window.
    let change = ["--base", "refs/heads/main", "--head", "topic"];
    for (what, subject) in [
        ("topic", "hotfix: out"),
        ("topic~0", "hotfix: out"),
        ("topic~", "less of it"),
        ("topic^", "less of it"),
        ("topic~2", "feat: begin"),
        ("topic^1~1", "feat: begin"),
        ("refs/heads/topic^^0^", "feat: begin"),
    ] {
        let told = room.debtlint([&["explain", what, "past.git"], &change[..]].concat());
        assert!(told.status == Some(0) && told.stdout.contains(subject), "{what}: {told}");
    }
    for (what, code) in
        [("topic~3", "no-such-parent"), ("topic^2", "no-such-parent"), ("topic^{tree}", "nothing-to-explain")]
    {
        let told = room.debtlint([&["explain", what, "past.git"], &change[..]].concat());
        assert!(told.status == Some(2) && told.stderr.contains(code), "{what}: {told}");
    }
    assert_eq!(room.debtlint(["explain", "main", "."]).status, Some(3));
    let (empty, _) = Room::with_past(&History::parse("commits: []"));
    let told = empty.debtlint(["explain", "HEAD", "past.git"]);
    assert_eq!(told.status, Some(2), "{told}");
    assert!(
        told.stderr.contains("nothing-to-explain") && told.stderr.contains("the branch has no commit yet"),
        "{told}"
    );
}

#[test]
fn a_page_keeps_to_the_width() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    let told = room.debtlint(["explain", "allocation-short", "--width", "60"]);
    let wide = told.stdout.lines().filter(|line| !line.starts_with("    ") && line.chars().count() > 60);
    assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new());
    let page = std::fs::read_to_string("docs/findings/allocation-short.md").unwrap();
    assert_eq!(flat(&told.stdout), flat(&page));
    for list in [&["explain", "--list"][..], &["rules"]] {
        let wide = room.debtlint([list, &["--width", "400"]].concat());
        for width in [40, 80] {
            let told = room.debtlint([list, &["--width", &width.to_string()]].concat());
            assert!(told.stdout.lines().all(|line| line.chars().count() <= width), "{told}");
            assert_eq!(flat(&told.stdout), flat(&wide.stdout));
        }
    }
}

#[test]
fn a_listing_says_whose_label_it_is() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    let listed = |label: &str| {
        let told = room.debtlint([&["check", "past.git", "--items"], &CHANGE[..], &[label]].concat());
        flat(&told.stdout)
    };
    let text = listed("tech-debt");
    assert!(text.contains("paydown") && text.contains(" request less of it"), "{text}");
    assert!(text.contains("exempt: hotfix hotfix: out"), "{text}");
    assert!(!listed("other").contains(" request less of it"));
}

const TAKEN_BACK: &str = r#"
people: { ann: Ann <ann@example.com> }
commits:
  - at: 2026-06-01T09:00:00Z
    by: ann
    say: "feat: begin"
    touch: [a.rs]
    write:
      .debtlint.yml: "version: 1\nextends: [conventional-commits]\nallocation: 90%\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n"
  - { name: one, at: 2026-06-02T09:00:00Z, by: ann, say: "feat: one", grow: { one.rs: 3 } }
  - { name: two, at: 2026-06-02T10:00:00Z, by: ann, say: "feat: two", grow: { two.rs: 3 } }
  - { name: paid, at: 2026-06-02T11:00:00Z, by: ann, say: "refactor: three", grow: { three.rs: 3 } }
  - { name: unpaid, at: 2026-06-02T12:00:00Z, by: ann, say: "no more of it", revert: paid }
  - { name: base, at: 2026-06-02T13:00:00Z, by: ann, say: "feat: four", grow: { four.rs: 3 } }
  - { name: undone, on: topic, from: base, at: 2026-06-03T09:00:00Z, by: ann, say: "Revert \"feat: one\"\n\nThis reverts commit ${one}.", revert: one }
  - { name: again, on: topic, at: 2026-06-03T10:00:00Z, by: ann, say: "Reapply \"refactor: three\"\n\nThis reverts commit ${unpaid}.", revert: unpaid }
  - { name: copied, on: rebased, from: one, at: 2026-06-03T11:00:00Z, by: ann, say: "feat: two", pick: two }
  - { name: squashed, on: both, from: base, at: 2026-06-03T09:00:00Z, by: ann, say: "Both\n\nThis reverts commit ${two}.", delete: [one.rs, two.rs] }
  - { name: named, on: named, from: base, at: 2026-06-03T09:00:00Z, by: ann, say: "Both\n\nThis reverts commit ${two}.\nThis reverts commit ${one}.", delete: [one.rs, two.rs] }
  - { on: talk, from: base, at: 2026-06-03T09:00:00Z, by: ann, say: "feat: five", grow: { five.rs: 3 } }
"#;

/// What a commit of a change does to what has landed decides, so it is said; what only says so in git's words is told how it is done.
#[test]
fn what_follows_what_has_landed() {
    let (room, written) = Room::with_past(&History::parse(TAKEN_BACK));
    let short = |name: &str| written.id(name).chars().take(10).collect::<String>();
    let explained = |name: &str, head: &str| {
        let told =
            room.debtlint(["explain", &written.id(name), "past.git", "--base", "refs/heads/main", "--head", head]);
        flat(&told.stdout)
    };
    let (one, two, paid, unpaid) = (short("one"), short("two"), short("paid"), short("unpaid"));
    for (name, head, said) in [
        ("undone", "topic", format!("It takes {one} back, so it is left out of the change's own share.")),
        (
            "again",
            "topic",
            format!(
                "It brings {paid} back, which {unpaid} had taken back. For a team whose allocation that meets by itself it is left"
            ),
        ),
        ("named", "named", "It takes ".to_owned()),
        ("named", "named", one.clone()),
        ("named", "named", two.clone()),
        ("copied", "rebased", format!("It repeats {two}, which counts already.")),
    ] {
        let told = explained(name, head);
        assert!(told.contains(&said), "{said}: {told}");
    }
    let checked = |head: &str| {
        let told = room.debtlint(["check", "past.git", "--base", "refs/heads/main", "--head", head, "--no-evidence"]);
        (told.status, flat(&told.stdout))
    };
    // What takes back more than it names is not recognised, which is told; of what says nothing of reverts nothing is.
    let (status, told) = checked("both");
    let squashed = short("squashed");
    let help = format!(
        "passes; {squashed} says that it reverts, but does not leave what git's reverts of landed commits leave: revert each in a commit of its own"
    );
    assert!(status == Some(1) && told.contains(&help), "{told}");
    let (status, told) = checked("talk");
    assert!(status == Some(1) && !told.contains("says that it reverts"), "{told}");
}
