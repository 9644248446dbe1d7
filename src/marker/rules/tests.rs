//! Each rule, on a file with good and bad lines together.

use std::sync::Arc;

use super::*;
use crate::config;
use crate::config::Source;
use crate::marker::Prose;
use crate::marker::Scanner;
use crate::marker::Search;
use crate::marker::turnover::Former;
use crate::marker::turnover::Gone;
use crate::marker::turnover::Turnover;
use crate::policy::PolicySource;

const TEAMS: &str = "version: 1\nteams: { pay: { members: [ada@example.com], codeowners: ['@org/payers'] }, web: { members: [bob@example.com] } }\n";

fn policy(markers: &str) -> Policy {
    let text = format!("{TEAMS}{markers}");
    let name: Arc<str> = Arc::from("p.yml");
    let source = PolicySource::File { path: Arc::clone(&name) };
    let loaded = config::load(Some((source, Source { name, bytes: text.as_bytes() })), &|_| Ok(None));
    loaded.unwrap_or_else(|error| panic!("{error:?}")).policy
}

fn file(policy: &Policy, text: &str) -> MarkedFile {
    let tags = policy.markers.search_tags().into_iter();
    let tags = tags.map(|(name, case)| crate::marker::Tag { name: name.to_owned(), case }).collect();
    let search = Search { tags, tickets: policy.markers.tickets.clone(), ..Search::default() };
    let path = RepoPath::new(*b"src/a.rs");
    let scanned = Scanner::new(config::languages().unwrap(), search).unwrap();
    let found = scanned.scan(&path, text.as_bytes(), Prose::Comments).unwrap();
    MarkedFile { path, markers: found.markers, suppressions: found.suppressions }
}

/// Line, level and code of each finding.
fn told(markers: &str, text: &str, change: impl FnOnce(&mut Rules<'_>)) -> Vec<String> {
    let line = |finding: &Finding| {
        let line = finding.found.as_ref().map_or(0, |place| place.line);
        format!("{line} {} {}", finding.level.name(), finding.code)
    };
    found(markers, text, change).iter().map(line).collect()
}

fn found(markers: &str, text: &str, change: impl FnOnce(&mut Rules<'_>)) -> Vec<Finding> {
    let policy = policy(markers);
    let file = file(&policy, text);
    let today = "2026-06-30".parse().map(Day::from_date).unwrap();
    let mut rules = Rules {
        policy: &policy,
        today: Some(today),
        dates: Dates::Lenient,
        judged: Judged::All,
        teams: &|_| vec![TeamId(0)],
        age: &|_, marker| Some(marker.place.line * 100),
    };
    change(&mut rules);
    rules.findings(std::slice::from_ref(&file))
}

#[test]
fn each_rule() {
    let off =
        "markers: { rules: { marker-malformed: off, marker-expired: off, marker-stale: off, unused-suppression: off";
    for (rule, text, expected) in [
        ("", "// TODO(???, 2020-01-01)", &[][..]),
        (", marker-without-ticket: warn", "// TODO(#1)\n// TODO(ada)\n// TODO", &["2 warning", "3 warning"]),
        (", marker-without-owner: error", "// TODO(#1)\n// TODO(ada)\n// TODO", &["1 error", "3 error"]),
        (", marker-without-due: error", "// TODO(2026-01-01)\n// TODO(ada)", &["2 error"]),
        (", marker-without-estimate: error", "// TODO(4h)\n// TODO(ada)", &["2 error"]),
        (
            ", marker-owner-unknown: error",
            "// TODO(ada)\n// TODO(@Bob)\n// TODO(eve)\n// TODO(team/pay)\n// TODO(org/payers)\n// TODO(ada@example.com)\n// TODO(a@b.c)\n// TODO",
            &["3 error", "7 error"],
        ),
    ] {
        let code = rule.trim_start_matches(", ").split(':').next().unwrap();
        let expected: Vec<String> = expected.iter().map(|line| format!("{line} {code}")).collect();
        assert_eq!(told(&format!("{off}{rule} }} }}"), text, |_| {}), expected, "{rule}");
    }
}

#[test]
fn without_a_word_about_markers_nothing_is_found_fault_with() {
    let text = "// TODO(???, 2020-01-01)\n// FIXME\n// debtlint:ignore nothing\n// XXX(eve)";
    assert!(told("", text, |_| {}).is_empty());
    let expected = ["1 warning marker-malformed", "1 warning marker-expired", "3 warning unused-suppression"];
    assert_eq!(told("markers: {}", text, |_| {}), expected);
}

#[test]
fn tags() {
    let markers = "markers:
  tags:
    - LATER
    - { tag: FIXME, level: error, allow: 'RFC \\d+', paths: ['src/**'] }
    - { tag: xxx, level: warn, any-case: true }
    - { tag: HACK, level: error, paths: [elsewhere/**] }
    - { tag: TODO, requires: [owner, ticket] }
    - { tag: TODO, level: warn, requires: estimate }
  tickets: ['^b/[0-9]+$']
";
    let text = "// LATER\n// FIXME: x\n// FIXME: see RFC 12\n// XXX\n// HACK\n// TODO(ada, b/12, 4h)\n// TODO(b/12)\n// DEBT\n// fixme: x";
    let expected = [
        "2 error marker-denied",
        "4 warning marker-denied",
        "7 error marker-without-owner",
        "7 warning marker-without-estimate",
    ];
    assert_eq!(told(markers, text, |_| {}), expected);
}

#[test]
fn a_tag_that_another_begins_with_is_one_by_itself() {
    let markers = "markers: { tags: [TODO, TODO-LATER, XXX], rules: { marker-without-owner: error } }";
    let found = found(markers, "// TODO-LATERAL x\n// TODO-LATER y\n// TODOLATER\n// XXXX\n// TODO z", |_| {});
    let said: Vec<_> = found.iter().map(|finding| finding.message.expose().split(' ').nth(1).unwrap()).collect();
    assert_eq!(said, ["TODO", "TODO-LATER", "TODO"]);
}

#[test]
fn time_alone_fails_nothing() {
    let text = "// TODO(2026-06-29)\n// TODO(2026-06-30)\n// TODO(2026-07-01)";
    assert_eq!(told("markers: {}", text, |_| {}), ["1 warning marker-expired"]);
    assert_eq!(told("markers: {}", text, |rules| rules.dates = Dates::Strict), ["1 error marker-expired"]);
    assert_eq!(told("markers: {}", text, |rules| rules.today = None), [""; 0]);
    let added =
        |rules: &mut Rules<'_>| rules.judged = Judged::Added { marker: &|_, _| true, suppression: &|_, _| true };
    assert_eq!(told("markers: {}", text, added), ["1 error marker-expired"]);
    let other = |rules: &mut Rules<'_>| {
        rules.judged = Judged::Added { marker: &|_, marker| marker.place.line != 1, suppression: &|_, _| true }
    };
    assert_eq!(told("markers: {}", text, other), [""; 0]);
}

#[test]
fn ages_and_budgets() {
    let text = "// TODO\n// TODO\n// TODO";
    assert_eq!(told("markers: { stale-after: 200d }", text, |_| {}), ["3 warning marker-stale"]);
    assert_eq!(told("markers: { stale-after: 200d }", text, |rules| rules.age = &|_, _| None), [""; 0]);
    for (budget, found) in [
        ("pay: { markers: 3 }", 0),
        ("pay: { markers: 2 }", 1),
        ("web: { markers: 0 }", 0),
        ("pay: { marker-days: 600 }", 0),
        ("pay: { marker-days: 599, markers: 2 }", 2),
    ] {
        let told = told(&format!("markers: {{ budgets: {{ {budget} }} }}"), text, |_| {});
        assert_eq!(told, vec!["0 error marker-budget"; found], "{budget}");
    }
    let added =
        |rules: &mut Rules<'_>| rules.judged = Judged::Added { marker: &|_, _| true, suppression: &|_, _| true };
    assert!(told("markers: { budgets: { pay: { markers: 0 } } }", text, added).is_empty());
}

#[test]
fn suppressions() {
    let markers = "markers: { rules: { marker-without-owner: error, marker-without-ticket: error } }";
    for (text, expected) in [
        ("// TODO(#1): x debtlint:ignore marker-without-owner -- nobody", &[][..]),
        ("// debtlint:ignore marker-without-owner -- nobody\n// TODO(#1): x", &[]),
        ("// debtlint:ignore marker-without-owner, marker-without-ticket -- nobody\nf(); // TODO: x", &[]),
        (
            "// debtlint:ignore marker-without-owner\n// TODO(#1): x",
            &["1 warning unused-suppression", "2 error marker-without-owner"],
        ),
        ("// debtlint:ignore marker-without-owner -- why\n// TODO(ada, #1): x", &["1 warning unused-suppression"]),
        ("// debtlint:ignore nonsense -- why\n", &["1 warning unused-suppression"]),
        ("// debtlint:ignore -- why\n", &["1 warning unused-suppression"]),
        (
            "// debtlint:ignore marker-without-owner -- why\n\n\n// TODO(#1): x",
            &["1 warning unused-suppression", "4 error marker-without-owner"],
        ),
    ] {
        assert_eq!(told(markers, text, |_| {}), expected, "{text}");
    }
    let unknown = |rules: &mut Rules<'_>| rules.age = &|_, _| None;
    let text = "// debtlint:ignore marker-stale -- why\n// TODO(ada, #1): x";
    assert!(told(markers, text, unknown).is_empty());
    assert_eq!(told(markers, text, |_| {}), ["1 warning unused-suppression"]);
    let text = "// debtlint:ignore marker-without-owner, marker-stale -- why\n// TODO(ada, #1): x";
    assert!(told(markers, text, unknown).is_empty());
    for (ignored, said) in [
        ("nonsense -- why", "names `nonsense`, which is not a code of a finding about markers"),
        ("marker-denied, allocation-short -- why", "names `allocation-short`, which is not a code"),
        ("marker-denied -- why", "suppresses nothing"),
        ("marker-without-owner -- why", "suppresses nothing"),
        ("marker-without-owner", "gives no reason"),
        ("-- why", "names no code"),
    ] {
        let found = found(markers, &format!("// debtlint:ignore {ignored}\n"), |_| {});
        let messages: Vec<_> = found.iter().map(|finding| finding.message.expose()).collect();
        assert!(matches!(messages.as_slice(), [one] if one.contains(said)), "{ignored}: {messages:?}");
    }
}

#[test]
fn a_change_does_not_suppress_what_it_is_judged_for() {
    let markers = "markers: { rules: { marker-without-owner: error } }";
    let text = "// debtlint:ignore marker-without-owner -- nobody\n// TODO(#1): x";
    let brought = |rules: &mut Rules<'_>| {
        rules.judged = Judged::Added { marker: &|_, _| true, suppression: &|_, _| false };
    };
    assert_eq!(told(markers, text, brought), ["2 error marker-without-owner"]);
    let says_so = |change: fn(&mut Rules<'_>), text: &str| {
        found(markers, text, change).iter().any(|finding| finding.message.expose().ends_with("does not hold"))
    };
    assert!(says_so(brought, text));
    assert!(!says_so(brought, "// TODO(#1): x"));
    let stood = |rules: &mut Rules<'_>| {
        rules.judged = Judged::Added { marker: &|_, _| true, suppression: &|_, _| true };
    };
    assert!(told(markers, text, stood).is_empty());
}

/// Files of `pay/` are one team's, of `web/` the other's; `moved` are those that go from one file to another.
fn with_change(budget: &str, before: &[(&str, usize)], turnover: &Turned<'_>) -> Vec<String> {
    let policy = policy(&format!("markers: {{ budgets: {{ {budget} }} }}"));
    let marker = || file(&policy, "// TODO: x").markers.pop().unwrap();
    let path = |name: &&str| RepoPath::new(name.as_bytes());
    let all = |names: &[&str]| names.iter().map(|name| (path(name), marker())).collect::<Vec<_>>();
    let formers = |pairs: &[(&str, &str)]| {
        let former =
            |(from, to): &(&str, &str)| Former { from: path(from), before: marker(), path: path(to), marker: marker() };
        pairs.iter().map(former).collect::<Vec<_>>()
    };
    let before: Vec<_> = before
        .iter()
        .map(|(name, number)| MarkedFile {
            path: path(name),
            markers: vec![marker(); *number],
            suppressions: Vec::new(),
        })
        .collect();
    let turnover = Turnover {
        added: all(turnover.added),
        removed: all(turnover.removed)
            .into_iter()
            .map(|(path, marker)| Gone { path, marker, with_file: false })
            .collect(),
        edited: formers(turnover.edited),
        moved: formers(turnover.moved),
        copied: all(turnover.copied),
    };
    let rules = Rules {
        policy: &policy,
        today: None,
        dates: Dates::Lenient,
        judged: Judged::Added { marker: &|_, _| true, suppression: &|_, _| true },
        teams: &|path| vec![TeamId(usize::from(path.as_bytes().starts_with(b"web/")))],
        age: &|_, _| None,
    };
    let found = rules.over_budget_with(&before, &turnover);
    found.iter().map(|finding| finding.message.expose().split(" with this").next().unwrap().to_owned()).collect()
}

#[derive(Default)]
struct Turned<'t> {
    added: &'t [&'t str],
    removed: &'t [&'t str],
    edited: &'t [(&'t str, &'t str)],
    moved: &'t [(&'t str, &'t str)],
    copied: &'t [&'t str],
}

#[test]
fn a_change_that_adds_to_what_is_too_many() {
    let (two, five) = ([("pay/a.rs", 2), ("web/a.rs", 9), ("pay/empty.rs", 0)], [("pay/a.rs", 5)]);
    let grown = |had: usize, has: usize| vec![format!("pay has {had} markers and would have {has}")];
    let none = Turned::default;
    for (before, change, expected) in [
        // On the budget is within it.
        (&two[..], Turned { added: &["pay/b.rs"], ..none() }, vec![]),
        (&two, Turned { added: &["pay/b.rs", "pay/b.rs"], ..none() }, grown(2, 4)),
        (&two, Turned { added: &["pay/b.rs"], copied: &["pay/c.rs"], ..none() }, grown(2, 4)),
        // The other team's are no matter of this one.
        (&two, Turned { added: &["web/b.rs", "web/c.rs"], ..none() }, vec![]),
        // What was too many before is not its fault, as long as it adds none.
        (&five, none(), vec![]),
        (&five, Turned { added: &["pay/b.rs"], removed: &["pay/a.rs"], ..none() }, vec![]),
        (&five, Turned { removed: &["pay/a.rs"], ..none() }, vec![]),
        (&five, Turned { added: &["pay/b.rs", "pay/b.rs"], removed: &["pay/a.rs"], ..none() }, grown(5, 6)),
        (&five, Turned { added: &["pay/b.rs"], removed: &["web/a.rs"], ..none() }, grown(5, 6)),
        // What comes from the other team's files is more, what stays is not.
        (&five, Turned { moved: &[("web/a.rs", "pay/a.rs")], ..none() }, grown(5, 6)),
        (&five, Turned { moved: &[("pay/a.rs", "pay/b.rs")], edited: &[("pay/a.rs", "pay/a.rs")], ..none() }, vec![]),
        (&five, Turned { added: &["pay/b.rs"], moved: &[("pay/a.rs", "web/b.rs")], ..none() }, vec![]),
    ] {
        assert_eq!(with_change("pay: { markers: 3 }", before, &change), expected, "{:?}", change.added);
    }
    let one = with_change("pay: { markers: 1 }", &[("pay/a.rs", 1)], &Turned { added: &["pay/b.rs"], ..none() });
    assert_eq!(one, ["pay has 1 marker and would have 2"]);
    // Of days no change adds any.
    let change = Turned { added: &["pay/b.rs"], ..none() };
    assert!(with_change("pay: { marker-days: 0 }", &five, &change).is_empty());
}

#[test]
fn a_suppression_reaches_the_line_after_its_comment_and_no_further() {
    let rules = "markers: { rules: { marker-without-ticket: error } }\n";
    let ignore = "// debtlint:ignore marker-without-ticket -- x\n";
    for (behind, expected) in [
        ("// TODO: a\n", &[][..]),
        ("x();\n// TODO: a\n", &["1 warning unused-suppression", "3 error marker-without-ticket"]),
    ] {
        assert_eq!(told(rules, &format!("{ignore}{behind}"), |_| {}), expected, "{behind}");
    }
    // Nor back to what stands before it.
    let before = format!("// TODO: a\nx();\n{ignore}// TODO: b\n");
    assert_eq!(told(rules, &before, |_| {}), ["1 error marker-without-ticket"]);
}
