//! Policies held against each other: no change of a single field that loosens goes unseen.

mod tables;

use std::collections::BTreeSet;

use debtlint::config;
use debtlint::policy::Difference;
use debtlint::policy::Direction;
use debtlint::policy::Known;
use debtlint::policy::Policy;
use debtlint::policy::Step;
use debtlint::policy::Written;
use debtlint::policy::compare;
use serde_json::Value;

use crate::policies::load;
use crate::policies::render;
use tables::HARMLESS;
use tables::LOOSENED;
use tables::RICH;

fn policy(text: &str) -> Policy {
    load("p.yml", text.as_bytes()).unwrap_or_else(|error| panic!("{}\n{text}", render(&error))).policy
}

fn changed(old: &str, new: &str) -> String {
    assert!(RICH.contains(old), "{old}");
    RICH.replacen(old, new, 1)
}

fn of(found: &[Difference], direction: Direction) -> Vec<&str> {
    found.iter().filter(|one| one.direction == direction).map(|one| one.what.as_str()).collect()
}

#[test]
fn every_single_loosening_is_found() {
    let base = policy(RICH);
    let anybody = Known { authors: None, codeowners: true };
    for (key, old, new) in LOOSENED {
        let found = compare(&base, &policy(&changed(old, new)), &anybody);
        assert!(!of(&found, Direction::Looser).is_empty(), "{key}: {old:?} becomes {new:?}: {found:#?}");
    }
}

/// In the words of the finding: what differs, on both sides, and why that loosens. Of members also the way back.
#[test]
fn what_is_told_of_each_loosening() {
    let base = policy(RICH);
    let mut text = String::new();
    let mut tell = |title: String, found: Vec<Difference>| {
        text.push_str(&format!("{title}\n"));
        for Difference { what, key, team, direction, base, head, why } in found {
            let side = |side: Option<debtlint::policy::Side>| side.map_or("nothing".to_owned(), |side| side.value);
            let (base, head, of) = (side(base), side(head), team.map(|team| format!(" of {team}")).unwrap_or_default());
            text.push_str(&format!(
                "  {direction:?}{of}: {what}: {base} => {head}\n    {key}: {}\n",
                why.unwrap_or("-")
            ));
        }
    };
    let anybody = Known { authors: None, codeowners: true };
    let nobody = Known { authors: Some(BTreeSet::new()), codeowners: false };
    for (key, old, new) in LOOSENED.iter().filter(|(key, ..)| !key.starts_with("markers")) {
        let head = policy(&changed(old, new));
        tell(format!("{old:?} becomes {new:?}"), compare(&base, &head, &anybody));
        if key.starts_with("teams.*.members") {
            tell(format!("{new:?} becomes {old:?}, of people who have done nothing"), compare(&head, &base, &nobody));
        }
    }
    insta::assert_snapshot!(text);
}

/// Whoever adds a key to the policy says here how it can be loosened, or that it cannot.
#[test]
fn every_key_of_the_schema_has_a_loosening() {
    let schema = config::policy_schema();
    let mut keys = BTreeSet::new();
    keys_of(&schema, &schema, "", &mut keys);
    let known: BTreeSet<&str> = LOOSENED.iter().map(|(key, ..)| *key).chain(HARMLESS).collect();
    // The lists of a pack are those of a policy.
    let is_case =
        |key: &str| known.contains(key) || key.strip_prefix("packs.*.").is_some_and(|key| known.contains(key));
    let missing: Vec<_> = keys.iter().filter(|key| !is_case(key)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    let no_keys: Vec<_> = known.iter().filter(|key| !keys.contains(**key)).collect();
    assert!(no_keys.is_empty(), "no such keys: {no_keys:?}");
}

/// The keys that hold values, and those of lists and of teams; the entries of lists and names are `*`.
fn keys_of(schema: &Value, at: &Value, path: &str, keys: &mut BTreeSet<String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    if let Some(name) = at["$ref"].as_str().and_then(|name| name.strip_prefix("#/definitions/")) {
        keys_of(schema, &schema["definitions"][name], path, keys);
    }
    for choice in at["anyOf"].as_array().into_iter().chain(at["allOf"].as_array()).flatten() {
        keys_of(schema, choice, path, keys);
    }
    for (key, value) in at["properties"].as_object().into_iter().flatten() {
        let is_group = key == "minimum-effort";
        if !is_group {
            keys.insert(below(key));
        }
        keys_of(schema, value, &below(key), keys);
    }
    for (key, is_there) in
        [("items", at["items"].is_object()), ("additionalProperties", at["additionalProperties"].is_object())]
    {
        if is_there {
            keys_of(schema, &at[key], &below("*"), keys);
        }
    }
}

#[test]
fn what_tightens_or_says_the_same_is_no_loosening() {
    let base = policy(RICH);
    let nobody = Known { authors: Some(BTreeSet::new()), codeowners: false };
    for (old, new, is_tighter) in [
        ("version: 1", "# a comment\nversion: 1", false),
        ("description: rich", "description: poor", false),
        ("window: 13w", "window: 91d", false),
        (
            "    bot-paths: [their-texts/**]\n",
            "    bot-paths: [their-texts/**]\n  - { name: more, labels: [], exempt: [] }\n",
            false,
        ),
        ("effort: developer-weeks\n", "", false),
        ("- ann@example.com", "- { emails: [ANN@example.com] }", false),
        ("name: Bob", "name: Robert", false),
        ("reason: import", "reason: ignored-revision", false),
        ("exempt:\n", "'exempt':\n", false),
        ("[tidy, prune]", "[PRUNE, tidy]", false),
        ("extends: [conventional-commits, bots]", "extends: [bots, conventional-commits]", false),
        ("allocation: 20%", "allocation: 20.01%", true),
        ("    allocation: 30%", "    allocation: 40%", true),
        ("people: 2", "people: 1", true),
        ("developer-weeks: 2 ", "developer-weeks: 1.99 ", true),
        ("[cy@example.com,", "[cy@example.com, dee@example.com,", true),
        ("[bob@example.com, bob@old.example]", "[bob@example.com, bob@old.example, bob@new.example]", true),
        ("paths: [/search/]", "paths: [/search/, /find/]", true),
        (", '!/bill/docs/']", "]", true),
        ("  - { id: subject, subject: '^debt', kind: paydown }\n", "", true),
        ("[tidy, prune]", "tidy", true),
        ("labels:\n", "labels:\n  - { id: more, type: tidy, kind: feature }\n", true),
        ("labels:\n", "labels:\n  - { id: more, trailer: Sold, matches: 'y', kind: run }\n", true),
        ("labels:\n", "labels:\n  - { id: more, trailer: Other, kind: other }\n", true),
        (
            "kind: other }\nexempt:",
            "kind: other }\n  - { id: more, trailer: Sold, matches: 'y', kind: other }\nexempt:",
            true,
        ),
        ("board, pull-request: debt, kind: paydown", "board, pull-request: debt, kind: run", true),
    ] {
        let found = compare(&base, &policy(&changed(old, new)), &nobody);
        assert_eq!(of(&found, Direction::Looser), [""; 0], "{old:?} becomes {new:?}: {found:#?}");
        assert_eq!(!of(&found, Direction::Tighter).is_empty(), is_tighter, "{old:?} becomes {new:?}: {found:#?}");
    }
}

/// A pack that is written out is the pack; a rule that changes its rank is told with both.
#[test]
fn whose_a_rule_is_is_a_part_of_it() {
    let own = "labels: [{ id: a, scope: x, kind: paydown }]\n";
    let pack = "packs: [{ name: more, labels: [{ id: a, scope: x, kind: paydown }] }]\n";
    let [own, pack] = [own, pack].map(|rule| policy(&format!("version: 1\nextends: []\n{rule}")));
    for (base, head, from, to) in
        [(&own, &pack, "the policy's own", "a pack's"), (&pack, &own, "a pack's", "the policy's own")]
    {
        let found = compare(base, head, &Known::default());
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        let value = |side: &Option<debtlint::policy::Side>| side.as_ref().map(|side| side.value.clone());
        assert_eq!((one.what.as_str(), one.direction), ("the label rule `a`", Direction::Looser));
        let words = |whose: &str| Some(format!("scope x: paydown, {whose}"));
        assert_eq!((value(&one.base), value(&one.head)), (words(from), words(to)));
    }
    let packs = policy("version: 1\nextends: [bots, conventional-commits]\n");
    assert_eq!(compare(&packs, &policy(&config::show(&packs)), &Known::default()), []);
}

/// Both values and both places, so that both can be shown.
#[test]
fn a_difference_knows_both_sides() {
    let found =
        compare(&policy(RICH), &policy(&changed("    allocation: 30%", "    allocation: 5%")), &Known::default());
    let [one] = found.as_slice() else { panic!("{found:#?}") };
    let side = |side: &Option<debtlint::policy::Side>| {
        let side = side.clone().unwrap();
        (side.value, side.at.map(|at| (at.line, at.column)))
    };
    assert_eq!(one.key, "teams.payments.allocation");
    assert_eq!(one.team.as_deref(), Some("payments"));
    assert_eq!(side(&one.base), ("30%".to_owned(), Some((14, 17))));
    assert_eq!(side(&one.head), ("5%".to_owned(), Some((14, 17))));
}

/// A key that somebody adds and nobody compares.
#[test]
fn what_is_not_known_is_a_loosening() {
    let base = policy(RICH);
    let at = base.written.iter().find(|written| written.value == "below").unwrap().at.clone();
    let key = |name: &str| Step::Key(name.to_owned());
    for path in [vec![key("surprises"), Step::Entry(0), key("team")], vec![key("teams"), key("payments"), key("new")]] {
        let mut head = base.clone();
        head.written.push(Written { path, value: "x".to_owned(), at: at.clone() });
        for (one, other) in [(&base, &head), (&head, &base)] {
            assert_eq!(of(&compare(one, other, &Known::default()), Direction::Looser).len(), 1);
        }
        assert_eq!(compare(&head, &head, &Known::default()), []);
    }
}

/// Of persons that a wildcard fits, one; and the other way round.
#[test]
fn persons_by_wildcards_are_persons_too() {
    let with = |members: &str| policy(&format!("version: 1\nteams: {{ a: {{ members: [{members}] }} }}\n"));
    let base = with("'*@example.com'");
    let head = with("{ emails: [ann@example.com, bob@example.com] }, '*@example.com'");
    let known = |authors: &[&str]| Known {
        authors: Some(authors.iter().map(|author| (*author).to_owned()).collect()),
        codeowners: false,
    };
    let both = known(&["ann@example.com", "bob@example.com"]);
    for (one, other, what) in [
        (&base, &head, "who are several persons: ann@example.com and bob@example.com"),
        (&head, &base, "who is one person: ann@example.com and bob@example.com"),
    ] {
        assert_eq!(of(&compare(one, other, &both), Direction::Looser), [what]);
        assert_eq!(compare(one, other, &known(&["ann@example.com"])), []);
    }
}

/// What is said of markers says nothing.
#[test]
fn an_empty_mapping_is_no_edit() {
    let base = policy("version: 1\n");
    for markers in ["{}", "{ rules: {} }", "{ budgets: {}, languages: {} }"] {
        let head = policy(&format!("version: 1\nmarkers: {markers}\n"));
        assert_eq!(compare(&base, &head, &Known::default()), [], "{markers}");
        assert_eq!(compare(&head, &base, &Known::default()), [], "{markers}");
    }
}

/// A name may have a dot in it, so that two places read alike.
#[test]
fn places_are_told_apart_by_their_keys() {
    let with = |languages: &str| policy(&format!("version: 1\nmarkers: {{ languages: {{ {languages} }} }}\n"));
    let (base, head) = (with("a: { block: { line: '#' } }"), with("a.block: { line: '#' }"));
    let found = compare(&base, &head, &Known::default());
    assert_eq!(of(&found, Direction::Looser).len(), 2, "{found:?}");
}

/// The same edit of small policies, which may mean more or less by what stands beside it.
#[test]
fn what_stands_beside_an_edit_decides() {
    let head = "version: 1\nextends: []\n";
    let low = "{ id: a, path: x/**, share: 20% }";
    let high = "{ id: a, path: x/**, share: 30% }";
    let (claim, silence) =
        ("{ id: b, trailer: Sold, kind: feature }", "{ id: c, trailer: Sold, matches: x, kind: other }");
    let member = "members: [a@x.example]";
    for (base, new, codeowners, is_looser) in [
        // A lower share gives less where no other share of its rank could contradict it.
        (format!("labels: [{high}]"), format!("labels: [{low}]"), false, false),
        (format!("labels: [{high}]"), "labels: [{ id: a, path: [x/**, y/**], share: 20% }]".to_owned(), false, true),
        (
            format!("labels: [{high}, {{ id: d, scope: x, share: 10% }}]"),
            format!("labels: [{low}, {{ id: d, scope: x, share: 10% }}]"),
            false,
            true,
        ),
        (
            format!("labels: [{high}]\npacks: [{{ name: p, labels: [{{ id: d, scope: x, share: 10% }}] }}]"),
            format!("labels: [{low}]\npacks: [{{ name: p, labels: [{{ id: d, scope: x, share: 10% }}] }}]"),
            false,
            false,
        ),
        // A rule that says what a trailer claims silences those of its own rank behind it.
        (format!("labels: [{claim}]"), format!("labels: [{silence}, {claim}]"), false, true),
        (
            format!("packs: [{{ name: p, labels: [{claim}] }}]"),
            format!("labels: [{silence}]\npacks: [{{ name: p, labels: [{claim}] }}]"),
            false,
            false,
        ),
        // A label for commits that say nothing matters where one is asked for.
        ("labels: []".to_owned(), "labels: [{ id: a, subject: x, kind: other }]".to_owned(), false, false),
        (
            "require-label: error".to_owned(),
            "require-label: error\nlabels: [{ id: a, subject: x, kind: other }]".to_owned(),
            false,
            true,
        ),
        // The order of paths decides where one takes back what another gave, on either side.
        (
            format!("teams: {{ a: {{ {member}, paths: [/a/, /b/] }} }}"),
            format!("teams: {{ a: {{ {member}, paths: [/b/, /a/] }} }}"),
            false,
            false,
        ),
        (
            format!("teams: {{ a: {{ {member}, paths: [/a/, /b/, '!/c/'] }} }}"),
            format!("teams: {{ a: {{ {member}, paths: [/b/, /a/, '!/c/'] }} }}"),
            false,
            true,
        ),
        (
            format!("teams: {{ a: {{ {member}, paths: [/a/, /b/, '!/c/'] }} }}"),
            format!("teams: {{ a: {{ {member}, paths: [/b/, /a/] }} }}"),
            false,
            true,
        ),
        // What the only team owns more is nobody else's.
        (
            format!("teams: {{ a: {{ {member} }} }}"),
            format!("teams: {{ a: {{ {member}, codeowners: ['@o/a'] }} }}"),
            false,
            false,
        ),
        (
            format!("teams: {{ a: {{ {member} }} }}"),
            format!("teams: {{ a: {{ {member}, codeowners: ['@o/a'] }} }}"),
            true,
            true,
        ),
    ] {
        let known = Known { authors: Some(BTreeSet::new()), codeowners };
        let found = compare(&policy(&format!("{head}{base}\n")), &policy(&format!("{head}{new}\n")), &known);
        assert_eq!(!of(&found, Direction::Looser).is_empty(), is_looser, "{base} becomes {new}: {found:#?}");
    }
}
