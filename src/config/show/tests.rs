//! What is shown reads back to the policy.

use std::sync::Arc;

use super::*;
use crate::config::Source;
use crate::config::load;
use crate::policy::Known;
use crate::policy::compare;

fn read(text: &str) -> Policy {
    let name: Arc<str> = Arc::from(".debtlint.yml");
    let source = Source { name: Arc::clone(&name), bytes: text.as_bytes() };
    load(Some((PolicySource::File { path: name }, source)), &|_| Ok(None))
        .unwrap_or_else(|error| panic!("{error}: {:?}\n{text}", error.problems()))
        .policy
}

/// Reads what was shown, holds it against the original, and shows it again.
fn reads_back(text: &str) -> String {
    let policy = read(text);
    let shown = show(&policy);
    let again = read(&shown);
    assert_eq!(compare(&policy, &again, &Known::default()), [], "{shown}");
    let ids = |policy: &Policy| policy.labels.iter().map(|rule| (rule.id.clone(), rule.rank)).collect::<Vec<_>>();
    assert_eq!(ids(&policy), ids(&again));
    assert_eq!(policy.ignored.texts(), again.ignored.texts());
    let values = |text: &str| text.lines().map(|line| without_origin(line).to_owned()).collect::<Vec<_>>();
    assert_eq!(values(&shown), values(&show(&again)));
    shown
}

fn without_origin(line: &str) -> &str {
    line.rsplit_once("  # ").map_or(line, |(value, _)| value)
}

#[test]
fn the_shortest_policy_reads_back() {
    let shown = reads_back("version: 1\n");
    for line in [
        "# window: 13w  # default",
        "# allocation: 10%  # default",
        "  # people: 2  # default",
        "# unproven-credit: 100%  # default",
        "# sponsor-proof: signature  # default",
        "# relabel-cap: 25%  # default",
        "# enforce: true  # default",
        "# marker-flow: any  # default",
        "# without `markers`, markers are listed and none is a finding",
        "extends: []  # what the packs say is written out here",
        "packs:",
        "  - name: conventional-commits  # rules/conventional-commits.yml:1",
    ] {
        assert!(shown.lines().any(|there| there == line), "{line}\n{shown}");
    }
    assert!(shown.contains("# rules/conventional-commits.yml:"), "{shown}");
}

#[test]
fn a_policy_of_everything_reads_back() {
    let text = r#"version: 1
description: "It's a #policy: with ''quotes''"
extends: [conventional-commits]
sponsor: cto@example.com
window: 90d
minimum-effort: { people: 3 }
teams:
  "1 odd: team":
    allocation: 12.5%
    members:
      - ann@example.com
      - { name: "null", emails: [bob@example.com, "b*@example.com"], part-time: 50%, from: 2026-01-01 }
  web: { members: [cy@example.com], codeowners: ["@acme/web"], paths: ["/web/", '*.css'] }
labels:
  - { id: scope-deps, scope: [deps], kind: paydown }
  - { id: ticket, trailer: Refs, matches: '^DEBT-\d+ \[] # "x"$', kind: paydown }
ignore: ["**/*.snap", "[a-z]/**"]
enforce: { from: 2026-12-01 }
relabel-cap: 10%
marker-flow: not-rising
markers:
  stale-after: 52w
  rules: { marker-stale: error }
  budgets: { web: { markers: 3 } }
"#;
    let shown = reads_back(text);
    for line in [
        "window: 90d  # .debtlint.yml:5",
        "  people: 3  # .debtlint.yml:6",
        "  # developer-weeks: 2  # default",
        "    allocation: 12.5%  # .debtlint.yml:9",
        "  - { id: scope-deps, scope: [deps], kind: paydown }  # .debtlint.yml:15",
        "relabel-cap: 10%  # .debtlint.yml:19",
        "  from: 2026-12-01  # .debtlint.yml:18",
        "  stale-after: 52w  # .debtlint.yml:22",
        "      markers: 3  # .debtlint.yml:24",
        "  # tags: [TODO, FIXME, HACK, XXX, DEBT]  # default",
        "  # prose: false  # default",
        "    marker-stale: error  # .debtlint.yml:23",
        "    # marker-expired: error  # default",
    ] {
        assert!(shown.lines().any(|there| there == line), "{line}\n{shown}");
    }
    assert_eq!(shown.matches("id: scope-deps,").count(), 1, "the policy's own replaces the pack's");
}

#[test]
fn packs_that_are_written_out_read_back() {
    let text = r#"version: 1
labels: [{ id: ticket, trailer: Refs, kind: paydown }]
ignore: [a/**]
packs:
  - { name: ours, labels: [{ id: ticket, scope: x, kind: run }, { id: more, scope: y, kind: run }], ignore: [b/**] }
  - { name: theirs, exempt: [{ id: more, author: x, reason: bot }], bot-paths: [c/**] }
extends: [generated, debt-trailers]
"#;
    let shown = reads_back(text);
    let expected = "\
packs:
  - name: ours  # .debtlint.yml:5
    labels:
      - { id: more, scope: y, kind: run }  # .debtlint.yml:5
    ignore:
      - 'b/**'  # .debtlint.yml:5
  - name: theirs  # .debtlint.yml:6
    exempt:
      - { id: more, author: x, reason: bot }  # .debtlint.yml:6
    bot-paths:
      - 'c/**'  # .debtlint.yml:6
  - name: generated  # rules/generated.yml:1
";
    assert!(shown.contains(expected), "{shown}");
    assert!(shown.contains("\n  - name: debt-trailers  # rules/debt-trailers.yml:1\n    labels:\n"), "{shown}");
}

#[test]
fn a_file_of_any_name_is_named() {
    let extended = format!("version: 1\nextends: ['./a/{}.yml']\n", "long name ".repeat(100));
    let name: Arc<str> = Arc::from(".debtlint.yml");
    let source = Source { name: Arc::clone(&name), bytes: extended.as_bytes() };
    let file = b"version: 1\nignore: [a/**]\n".to_vec();
    let loaded = load(Some((PolicySource::File { path: name }, source)), &|_| Ok(Some(file.clone()))).unwrap();
    let again = read(&show(&loaded.policy));
    assert_eq!(compare(&loaded.policy, &again, &Known::default()), []);
}

#[test]
fn what_is_agreed_of_markers_reads_back() {
    for markers in ["markers: {}", "markers: { tags: [LATER, { tag: FIXME, level: error }], prose: true }"] {
        let shown = reads_back(&format!("version: 1\n{markers}\n"));
        assert!(shown.contains("\n    # marker-without-ticket: off  # default\n"), "{shown}");
        assert_eq!(shown.matches("tags:").count(), 1, "{shown}");
        assert_eq!(shown.matches("prose:").count(), 1, "{shown}");
    }
}

#[test]
fn the_default_policy_reads_back() {
    let policy = load(None, &|_| Ok(None)).unwrap().policy;
    let again = read(&show(&policy));
    let rules = |policy: &Policy| (policy.labels.len(), policy.exempt.len(), policy.ignore.len(), policy.teams.len());
    assert_eq!(rules(&policy), rules(&again));
    assert_eq!(policy.window_days, again.window_days);
}
