//! Policies held against each other: no change of a single field that loosens goes unseen.

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

/// A policy in which every key has a value that can be loosened.
const RICH: &str = "\
version: 1
description: rich
extends: [conventional-commits, bots]
sponsor: cto@example.com
window: 13w
effort: developer-weeks
attribution: roster
allocation: 20%
minimum-effort: { people: 2, developer-weeks: 2 }
fail-when: below
teams:
  payments:
    lead: lead@example.com
    allocation: 30%
    members:
      - ann@example.com
      - al@example.com
      - { name: Bob, emails: [bob@example.com, bob@old.example], part-time: 50%, from: 2026-01-01, until: 2026-12-31 }
      - '*@pay.example.com'
      - '*@bill.example.com'
    paths: [/pay/, /bill/, '!/bill/docs/']
    codeowners: ['@org/pay']
  search: { members: [cy@example.com, { emails: bob@example.com, part-time: 50% }], paths: [/search/] }
labels:
  - { id: new, scope: ui, kind: feature }
  - { id: words, type: [tidy, prune], kind: paydown }
  - { id: ticket, trailer: Refs, matches: '^DEBT-', kind: paydown }
  - { id: subject, subject: '^debt', kind: paydown }
  - { id: board, pull-request: debt, kind: paydown }
  - { id: who, author: x@example.com, kind: paydown }
  - { id: rest, scope: rest, kind: other }
  - { id: where, path: old/**, share: 30% }
  - { id: named, commit: 0123456789012345678901234567890123456789, kind: paydown }
  - { id: part, trailer: Part, share-from-value: true }
  - { id: sold, trailer: Sold, kind: feature }
  - { id: unsold, trailer: Sold, matches: '^no', kind: other }
exempt:
  - { id: robot, author: robot@example.com, reason: bot }
  - { id: import, commit: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, reason: import }
  - { id: texts, path: locale/**, reason: ignored-paths }
ignore: [vendor/**]
unproven-credit: 50%
marker-flow: not-rising
bot-paths: [i18n/**]
packs:
  - name: theirs
    labels: [{ id: theirs, scope: theirs, kind: feature }]
    exempt: [{ id: their-robot, author: robot@their.example, reason: bot }]
    ignore: [theirs/**]
    bot-paths: [their-texts/**]
enforce: { from: 2026-06-01 }
sponsor-proof: signature
sponsor-handle: '@org/cto'
relabel-cap: 20%
pull-request-labels: .debtlint/requests.ndjson
require-label: error
exempt-changes:
  - { id: fire, type: fire, reason: incident, at-most: 2 }
  - { id: scoped, scope: sec, reason: security }
  - { id: hole, trailer: Fixes, matches: '^CVE-', reason: security }
  - { id: board, pull-request: urgent, reason: incident }
markers:
  tags: [TODO, { tag: FIXME, any-case: true, level: error, requires: [owner, ticket], allow: 'RFC', paths: ['src/**'] }]
  tickets: ['^b/']
  prose: true
  rules:
    marker-without-ticket: error
    marker-without-owner: error
    marker-without-due: error
    marker-without-estimate: error
    marker-owner-unknown: error
    marker-malformed: error
    marker-expired: error
    marker-stale: error
    marker-budget: error
    unused-suppression: error
  stale-after: 52w
  budgets: { payments: { markers: 40, marker-days: 9000 } }
  languages:
    ours: { extensions: [our], file-names: [Ours], interpreters: [ours], line: ['%%'], block: { '{-': '-}' }, quotes: ['`'] }
    dialect: { like: c, extensions: [dia] }
";

/// A key of the schema, what stands there, and what would loosen it. Several lines for what can be loosened in several ways.
const LOOSENED: &[(&str, &str, &str)] = &[
    ("extends", "extends: [conventional-commits, bots]", "extends: [conventional-commits, bots, gitmoji]"),
    ("extends", "extends: [conventional-commits, bots]", "extends: [bots]"),
    ("extends", "extends: [conventional-commits, bots]", "extends: [conventional-commits]"),
    ("sponsor", "sponsor: cto@example.com\n", ""),
    ("sponsor", "sponsor: cto@example.com", "sponsor: ann@example.com"),
    ("window", "window: 13w", "window: 1w"),
    ("window", "window: 13w", "window: 52w"),
    ("effort", "effort: developer-weeks", "effort: commits"),
    ("attribution", "attribution: roster", "attribution: paths"),
    ("allocation", "\nallocation: 20%", "\nallocation: 19.99%"),
    ("allocation", "\nallocation: 20%", ""),
    ("minimum-effort.people", "people: 2", "people: 3"),
    ("minimum-effort.developer-weeks", "developer-weeks: 2 ", "developer-weeks: 2.01 "),
    ("unproven-credit", "unproven-credit: 50%", "unproven-credit: 51%"),
    ("unproven-credit", "unproven-credit: 50%\n", ""),
    ("marker-flow", "marker-flow: not-rising", "marker-flow: any"),
    ("marker-flow", "marker-flow: not-rising\n", ""),
    ("fail-when", "fail-when: below", "fail-when: clearly-below"),
    ("teams", "  search: {", "  seek: {"),
    ("teams.*.lead", "lead: lead@example.com", "lead: ann@example.com"),
    ("teams.*.lead", "    lead: lead@example.com\n", ""),
    ("teams.*.allocation", "    allocation: 30%", "    allocation: 29%"),
    ("teams.*.allocation", "    allocation: 30%\n", ""),
    ("teams.*.members", "      - ann@example.com\n", ""),
    ("teams.*.members", "[cy@example.com,", "[cy@example.com, dee@example.com,"),
    ("teams.*.members", "      - '*@pay.example.com'\n", ""),
    ("teams.*.members", "- '*@pay.example.com'", "- '*@p?y.example.com'"),
    // For whoever is made up later.
    ("teams.*.members", "'*@bill.example.com'\n", "'*@bill.example.com'\n      - '*@ghosts.example'\n"),
    (
        "teams.*.members",
        "'*@pay.example.com'\n      - '*@bill.example.com'",
        "'*@bill.example.com'\n      - '*@pay.example.com'",
    ),
    // Of two persons one, whose week is worth one; and the other way round, below.
    (
        "teams.*.members.*.emails",
        "      - ann@example.com\n      - al@example.com\n",
        "      - emails: [ann@example.com, al@example.com]\n",
    ),
    ("teams.*.members.*.emails", "[bob@example.com, bob@old.example]", "[bob@example.com]"),
    ("teams.*.members.*.emails", "[bob@example.com, bob@old.example]", "[bob@example.com, bob@older.example]"),
    ("teams.*.members.*.part-time", "bob@old.example], part-time: 50%", "bob@old.example], part-time: 40%"),
    ("teams.*.members.*.part-time", "bob@example.com, part-time: 50%", "bob@example.com, part-time: 49%"),
    ("teams.*.members.*.from", "from: 2026-01-01", "from: 2026-02-01"),
    ("teams.*.members.*.from", "from: 2026-01-01, ", ""),
    ("teams.*.members.*.until", "until: 2026-12-31", "until: 2026-11-30"),
    ("teams.*.members.*.until", ", until: 2026-12-31", ""),
    ("teams.*.paths", "[/pay/, /bill/,", "[/pay/,"),
    ("teams.*.paths", "'!/bill/docs/'", "'!/bill/docs/', '!/pay/api/'"),
    ("teams.*.paths", "[/pay/, /bill/, '!/bill/docs/']", "[/pay/, '!/bill/docs/', /bill/]"),
    ("teams.*.paths", "paths: [/search/]", "paths: [/search/, /pay/]"),
    ("teams.*.codeowners", "    codeowners: ['@org/pay']\n", ""),
    ("teams.*.codeowners", "['@org/pay']", "['@org/pay', '@org/search']"),
    ("labels", "  - { id: new, scope: ui, kind: feature }\n", ""),
    ("labels", "labels:\n", "labels:\n  - { id: more, type: feat, kind: paydown }\n"),
    ("labels", "labels:\n", "labels:\n  - { id: more, trailer: Bit, share-from-value: true }\n"),
    // Of two rules for a trailer the first says what it claims: by another one it claims nothing.
    ("labels", "labels:\n", "labels:\n  - { id: more, trailer: sold, matches: 'y', kind: other }\n"),
    (
        "labels",
        "  - { id: sold, trailer: Sold, kind: feature }\n  - { id: unsold, trailer: Sold, matches: '^no', kind: other }\n",
        "  - { id: unsold, trailer: Sold, matches: '^no', kind: other }\n  - { id: sold, trailer: Sold, kind: feature }\n",
    ),
    (
        "labels",
        "  - { id: new, scope: ui, kind: feature }\n  - { id: words, type: [tidy, prune], kind: paydown }\n",
        "  - { id: words, type: [tidy, prune], kind: paydown }\n  - { id: new, scope: ui, kind: feature }\n",
    ),
    ("labels.*.id", "id: new", "id: newer"),
    ("labels.*.id", "id: words", "id: more-words"),
    ("labels.*.type", "[tidy, prune]", "[tidy, prune, feat]"),
    ("labels.*.scope", "scope: ui", "scope: ux"),
    ("labels.*.trailer", "trailer: Refs", "trailer: Signed-off-by"),
    ("labels.*.matches", "'^DEBT-'", "'-'"),
    ("labels.*.matches", ", matches: '^DEBT-'", ""),
    ("labels.*.subject", "'^debt'", "'t'"),
    ("labels.*.pull-request", "pull-request: debt", "pull-request: 'd*'"),
    ("labels.*.author", "author: x@example.com", "author: '*@example.com'"),
    ("labels.*.path", "path: old/**", "path: [old/**, new/**]"),
    ("labels.*.commit", "0123456789012345678901234567890123456789", "1123456789012345678901234567890123456789"),
    ("labels.*.kind", "scope: ui, kind: feature", "scope: ui, kind: paydown"),
    ("labels.*.kind", "scope: ui, kind: feature", "scope: ui, kind: other"),
    ("labels.*.kind", "scope: rest, kind: other", "scope: rest, kind: paydown"),
    ("labels.*.share", "share: 30%", "share: 31%"),
    ("labels.*.share", "share: 30%", "kind: paydown"),
    ("labels.*.share-from-value", "share-from-value: true", "kind: paydown"),
    ("exempt", "exempt:\n", "exempt:\n  - { id: all, author: '*@example.com', reason: bot }\n"),
    ("exempt", "  - { id: texts, path: locale/**, reason: ignored-paths }\n", ""),
    ("exempt.*.id", "id: robot", "id: robots"),
    ("exempt.*.author", "author: robot@example.com", "author: '*bot@example.com'"),
    ("exempt.*.commit", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "baaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ("exempt.*.path", "path: locale/**", "path: '**'"),
    ("ignore", "[vendor/**]", "[vendor/**, src/**]"),
    ("ignore", "ignore: [vendor/**]\n", ""),
    ("bot-paths", "bot-paths: [i18n/**]", "bot-paths: [i18n/**, src/**]"),
    ("packs", "packs:\n", "packs:\n  - { name: more, ignore: [src/**] }\n"),
    ("packs.*.labels", "scope: theirs, kind: feature", "scope: theirs, kind: paydown"),
    ("packs.*.labels", "    labels: [{ id: theirs, scope: theirs, kind: feature }]\n", ""),
    ("packs.*.exempt", "robot@their.example", "'*@their.example'"),
    ("packs.*.ignore", "[theirs/**]", "[theirs/**, src/**]"),
    ("packs.*.bot-paths", "[their-texts/**]", "[their-texts/**, src/**]"),
    ("enforce", "enforce: { from: 2026-06-01 }", "enforce: false"),
    ("enforce.from", "from: 2026-06-01", "from: 2026-06-02"),
    ("sponsor-proof", "sponsor-proof: signature", "sponsor-proof: review"),
    ("relabel-cap", "relabel-cap: 20%", "relabel-cap: 20.01%"),
    ("relabel-cap", "relabel-cap: 20%\n", ""),
    ("sponsor-handle", "'@org/cto'", "'@org/dev'"),
    ("sponsor-handle", "sponsor-handle: '@org/cto'\n", ""),
    ("pull-request-labels", "pull-request-labels: .debtlint/requests.ndjson", "pull-request-labels: other.ndjson"),
    ("pull-request-labels", "pull-request-labels: .debtlint/requests.ndjson\n", ""),
    ("require-label", "require-label: error", "require-label: warn"),
    ("require-label", "require-label: error\n", ""),
    ("exempt-changes", "exempt-changes:\n", "exempt-changes:\n  - { id: more, type: hotfix, reason: incident }\n"),
    ("exempt-changes.*.id", "id: hole", "id: holes"),
    ("exempt-changes.*.type", "type: fire", "type: [fire, feat]"),
    ("exempt-changes.*.scope", "scope: sec,", "scope: [sec, ui],"),
    ("exempt-changes.*.trailer", "trailer: Fixes", "trailer: Refs"),
    ("exempt-changes.*.matches", ", matches: '^CVE-'", ""),
    ("exempt-changes.*.pull-request", "pull-request: urgent", "pull-request: 'u*'"),
    ("exempt-changes.*.at-most", "at-most: 2", "at-most: 3"),
    ("exempt-changes.*.at-most", ", at-most: 2", ""),
    ("waivers", "version: 1\n", WAIVED),
    ("waivers.*.team", "version: 1\n", WAIVED),
    ("waivers.*.until", "version: 1\n", WAIVED),
    // Of markers nothing is shown to be harmless: a difference is one.
    ("markers", "  prose: true\n", ""),
    ("markers.tags", "[TODO, {", "[{"),
    ("markers.tags.*.tag", "tag: FIXME", "tag: FIXED"),
    ("markers.tags.*.any-case", "any-case: true", "any-case: false"),
    ("markers.tags.*.level", "level: error,", "level: warn,"),
    ("markers.tags.*.requires", "[owner, ticket]", "[owner]"),
    ("markers.tags.*.allow", "allow: 'RFC'", "allow: '.'"),
    ("markers.tags.*.paths", "['src/**']", "['src/x/**']"),
    ("markers.tickets", "['^b/']", "['.']"),
    ("markers.prose", "prose: true", "prose: false"),
    ("markers.rules", "  rules:\n    marker-without-ticket: error\n", "  rules:\n"),
    ("markers.rules.marker-without-ticket", "marker-without-ticket: error", "marker-without-ticket: warn"),
    ("markers.rules.marker-without-owner", "marker-without-owner: error", "marker-without-owner: warn"),
    ("markers.rules.marker-without-due", "marker-without-due: error", "marker-without-due: warn"),
    ("markers.rules.marker-without-estimate", "marker-without-estimate: error", "marker-without-estimate: warn"),
    ("markers.rules.marker-owner-unknown", "marker-owner-unknown: error", "marker-owner-unknown: warn"),
    ("markers.rules.marker-malformed", "marker-malformed: error", "marker-malformed: warn"),
    ("markers.rules.marker-expired", "marker-expired: error", "marker-expired: warn"),
    ("markers.rules.marker-stale", "marker-stale: error", "marker-stale: warn"),
    ("markers.rules.marker-budget", "marker-budget: error", "marker-budget: warn"),
    ("markers.rules.unused-suppression", "unused-suppression: error", "unused-suppression: warn"),
    ("markers.stale-after", "stale-after: 52w", "stale-after: 53w"),
    ("markers.budgets", "{ payments: { markers: 40", "{ search: { markers: 40"),
    ("markers.budgets.*.markers", "markers: 40", "markers: 41"),
    ("markers.budgets.*.marker-days", "marker-days: 9000", "marker-days: 9001"),
    ("markers.languages", "    dialect: { like: c, extensions: [dia] }\n", ""),
    ("markers.languages.*.like", "like: c,", "like: lua,"),
    ("markers.languages.*.extensions", "[our]", "[us]"),
    ("markers.languages.*.file-names", "[Ours]", "[Us]"),
    ("markers.languages.*.interpreters", "interpreters: [ours]", "interpreters: [us]"),
    ("markers.languages.*.line", "line: ['%%']", "line: ['%%%']"),
    ("markers.languages.*.block", "'{-': '-}'", "'{-': '-}}'"),
    ("markers.languages.*.quotes", "quotes: ['`']", "quotes: ['~']"),
];

/// With a waiver; `tests/it/safeguards.rs` changes one.
const WAIVED: &str = "\
version: 1
waivers: [{ team: search, until: 2026-06-30, reason: a release, approved-by: cto@example.com }]
";

/// Keys that nothing is protected by. Who approves a waiver can only be the sponsor.
const HARMLESS: [&str; 8] = [
    "version",
    "description",
    "packs.*.name",
    "teams.*.members.*.name",
    "exempt.*.reason",
    "exempt-changes.*.reason",
    "waivers.*.reason",
    "waivers.*.approved-by",
];

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

/// A name may have a dot in it, so that two places read alike.
#[test]
fn places_are_told_apart_by_their_keys() {
    let with = |languages: &str| policy(&format!("version: 1\nmarkers: {{ languages: {{ {languages} }} }}\n"));
    let (base, head) = (with("a: { block: { line: '#' } }"), with("a.block: { line: '#' }"));
    let found = compare(&base, &head, &Known::default());
    assert_eq!(of(&found, Direction::Looser).len(), 2, "{found:?}");
}
