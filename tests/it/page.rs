//! `debtlint report`: the page.

use std::path::Path;

use crate::support::History;
use crate::support::Room;

fn room(scenario: &str) -> Room {
    let read = |name: &str| std::fs::read_to_string(Path::new("tests/scenarios").join(scenario).join(name)).unwrap();
    let (room, written) = Room::with_past(&History::parse(&read("history.yml")));
    room.put("debtlint.yml", &written.fill(&read("debtlint.yml")));
    room
}

fn page(room: &Room, more: &[&str]) -> String {
    let fixed = ["report", "past.git", "--config", "debtlint.yml", "--since", "8w"];
    let told = room.debtlint(fixed.iter().chain(more));
    assert_eq!(told.status, Some(0), "{told}");
    assert!(told.stdout.ends_with("written to debtlint-report.html\n"), "{told}");
    std::fs::read_to_string(room.path("debtlint-report.html")).unwrap()
}

#[test]
fn the_page_tells_what_check_says_and_how_it_came_to_that() {
    let room = room("readme");
    let page = page(&room, &[]);
    let (_, body) = page.split_once("<body").unwrap();
    insta::assert_snapshot!(body);
    // A short team fails `check`, and not the page.
    assert_eq!(room.debtlint(["check", "past.git", "--config", "debtlint.yml"]).status, Some(1));
}

/// A team that had too little work to be judged was not short, and is not among those that were not.
#[test]
fn what_was_never_judged_was_never_short() {
    const PAST: &str = r#"
people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com> }
commits:
  - { at: 2026-04-01T09:00:00Z, by: ann, say: "feat: begin", grow: { a: 9 }, times: 60 }
  - { at: 2026-06-02T09:00:00Z, by: bob, say: "feat: more", grow: { b: 3 } }
"#;
    let (room, _) = Room::with_past(&History::parse(PAST));
    for (minimum, says) in [
        ("{ people: 1, developer-weeks: 3 }", "1 of 2 teams had enough work to be judged, and was short at some time."),
        ("{ people: 2, developer-weeks: 2 }", "there was never enough work to judge a team."),
    ] {
        let policy = format!(
            "version: 1\nallocation: 20%\nminimum-effort: {minimum}\nteams:\n  a: {{ members: [ann@example.com] }}\n  b: {{ members: [bob@example.com] }}\n"
        );
        room.put("debtlint.yml", &policy);
        let page = page(&room, &[]);
        assert!(page.contains(says), "{says}: {:?}", page.lines().find(|line| line.contains("In the ")));
    }
}

#[test]
fn markers_taken_on_and_paid_are_told_by_team() {
    let history = std::fs::read_to_string("tests/scenarios/gate-marker-flow/history.yml").unwrap();
    let (room, _) = Room::with_past(&History::parse(&history));
    let told = room.debtlint(["report", "past.git", "--since", "2w"]);
    assert_eq!(told.status, Some(0), "{told}");
    let page = std::fs::read_to_string(room.path("debtlint-report.html")).unwrap();
    let (_, section) = page.split_once("<section aria-labelledby=\"flow\">").unwrap();
    insta::assert_snapshot!(section.split_once("</section>").unwrap().0);
    let told = room.debtlint(["report", "past.git", "--since", "2w", "--no-markers"]);
    assert_eq!(told.status, Some(0), "{told}");
    assert!(!std::fs::read_to_string(room.path("debtlint-report.html")).unwrap().contains("id=\"flow\""));
}

/// The sign of the page is that of the sentence behind it, and what is only tried out is told as every other format tells it.
#[test]
fn the_sign_of_a_page_is_the_judgements() {
    const PAST: &str = r#"
people: { ann: Ann <ann@example.com>, bob: Bob <bob@example.com> }
commits:
  - { at: 2026-01-05T09:00:00Z, by: bob, say: "feat: begin", touch: [b.rs] }
  - { at: 2026-01-06T09:00:00Z, by: ann, say: "feat: more", touch: [a.rs], times: 3 }
  - { on: feature, from: main, at: 2026-01-12T09:00:00Z, by: ann, say: "feat: new", touch: [c.rs] }
  - { on: paydown, from: main, at: 2026-01-12T09:00:00Z, by: ann, say: "refactor: split", touch: [c.rs] }
"#;
    let (room, _) = Room::with_past(&History::parse(PAST));
    let policy = "version: 1\nallocation: 20%\nminimum-effort: { people: 1, developer-weeks: 0.1 }\n\
                  teams:\n  a: { members: [ann@example.com] }\n  b: { members: [bob@example.com] }\n";
    room.put("holds.yml", policy);
    room.put("tried.yml", &format!("{policy}enforce: false\n"));
    for (head, policy, sign, shadow) in [
        ("paydown", "holds.yml", "<h1 class=\"good\">This change passes.", None),
        ("feature", "holds.yml", "<h1 class=\"bad\">This change waits", None),
        (
            "feature",
            "tried.yml",
            "<h1 class=\"warn\">This change would wait",
            Some("1 finding would have failed this run"),
        ),
    ] {
        let line =
            format!("check past.git --base main --head {head} --config {policy} --output html=p --output junit=c");
        let told = room.debtlint(line.split(' '));
        let page = std::fs::read_to_string(room.path("p")).unwrap();
        assert!(page.contains(sign), "{sign}\n{told}");
        let fact = page.split_once("<dt>Shadow mode</dt><dd>").map(|(_, rest)| rest.split_once("</dd>").unwrap().0);
        assert_eq!(fact, shadow.map(|told| format!("nothing is enforced (enforce: false); {told}.")).as_deref());
        // b is short at the base, and nobody asked it.
        let cases = std::fs::read_to_string(room.path("c")).unwrap();
        let of_b =
            "<testcase name=\"allocation-short\" classname=\"b\">\n            <skipped message=\"not-concerned\"/>";
        assert!(cases.contains(of_b), "{cases}");
    }
    // An option in the heading is not broken at its hyphens.
    let line = "check past.git --base main --head feature --config holds.yml --output html=p --exit-zero";
    assert_eq!(room.debtlint(line.split(' ')).status, Some(0));
    let page = std::fs::read_to_string(room.path("p")).unwrap();
    assert!(page.contains("of a. <span class=\"nowrap\">--exit-zero</span> hides that"), "{page}");
}

#[test]
fn people_are_told_only_where_it_is_asked_for() {
    let room = room("readme");
    let (without, with) = (page(&room, &[]), page(&room, &["--people"]));
    let section = |page: &str| page.contains("id=\"people\"");
    assert!(!section(&without) && section(&with));
    for name in ["bob@example.com", "eve@example.com"] {
        assert!(with.contains(name) && !without.contains(name), "{name}");
    }
}

#[test]
fn nothing_in_the_templates_goes_around_the_escaping() {
    let template = std::fs::read_to_string("templates/report.html").unwrap();
    let unescaped: Vec<&str> =
        template.lines().filter(|line| line.contains("|safe") || line.contains("escape")).collect();
    assert_eq!(unescaped, ["<style>{{ style|safe }}</style>", "<script>{{ script|safe }}</script>"]);
    for place in ["http:", "https:", "url(", "@import", "src="] {
        let own =
            ["report.html", "report.css", "report.js"].map(|name| std::fs::read_to_string(format!("templates/{name}")));
        assert!(own.into_iter().all(|text| !text.unwrap().contains(place)), "{place} asks for something elsewhere");
    }
}
