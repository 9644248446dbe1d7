//! A policy written out whole: its packs expanded, its defaults said, and behind each value where it came from.

use std::collections::BTreeSet;

use crate::finding::Location;
use crate::policy::Attribution;
use crate::policy::FailWhen;
use crate::policy::MarkerPolicy;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::Step;
use crate::policy::Written;

/// What has a value where a policy says nothing: the default pack's, or that of the program.
const SETTINGS: [&str; 11] = [
    "window",
    "effort",
    "attribution",
    "allocation",
    "minimum-effort",
    "fail-when",
    "unproven-credit",
    "sponsor-proof",
    "relabel-cap",
    "enforce",
    "marker-flow",
];
/// What is agreed about markers.
const MARKERS: &str = "markers";
/// What policies and packs say together.
const LISTS: [&str; 4] = ["labels", "exempt", "ignore", "bot-paths"];

/// The policy as one file without `extends`, which means the same: YAML with a comment behind each value.
///
/// A list of more rules than one file may have (200) is shown whole, and can then not be read again.
#[must_use]
pub fn show(policy: &Policy) -> String {
    let own_file = match policy.source {
        PolicySource::Default => None,
        PolicySource::Tree { .. } | PolicySource::File { .. } => policy.texts.first().map(|text| &text.name),
    };
    let all: Vec<&Written> = policy.written.iter().collect();
    let own: Vec<&Written> = all.iter().filter(|one| Some(&one.at.file) == own_file).copied().collect();
    let shown = Shown { policy };
    let mut text = String::from("version: 1\n");
    for (step, below) in steps(&own, 0) {
        let Step::Key(key) = step else { continue };
        let is_apart = ["version", "extends", MARKERS].contains(&key.as_str());
        if !is_apart && !SETTINGS.contains(&key.as_str()) && !LISTS.contains(&key.as_str()) {
            shown.entry(key, &below, 0, &mut text);
        }
    }
    for key in SETTINGS {
        let below: Vec<&Written> = own.iter().filter(|one| at_key(one, key)).copied().collect();
        if key == "minimum-effort" {
            text.push_str("minimum-effort:\n");
            let (people, weeks) = (policy.minimum.people, policy.minimum.developer_week_hundredths);
            let weeks = format!("{}.{:02}", weeks.div_euclid(100), weeks.rem_euclid(100));
            let weeks = weeks.trim_end_matches('0').trim_end_matches('.').to_owned();
            for (inner, value) in [("people", people.to_string()), ("developer-weeks", weeks)] {
                let said = below.iter().find(|one| one.path.get(1) == Some(&Step::Key(inner.to_owned())));
                let from = said.map_or("default".to_owned(), |one| origin(&one.at));
                text.push_str(&format!("  {inner}: {value}  # {from}\n"));
            }
        } else if below.is_empty() {
            text.push_str(&format!("{key}: {}  # default\n", default_of(policy, key)));
        } else {
            shown.entry(key, &below, 0, &mut text);
        }
    }
    shown.markers(&own, &mut text);
    text.push_str("extends: []  # what follows is what the packs say\n");
    for key in LISTS {
        shown.list(key, &all, &mut text);
    }
    text
}

/// A value that nobody wrote.
fn default_of(policy: &Policy, key: &str) -> String {
    match key {
        "window" if policy.window_days.rem_euclid(7) == 0 => format!("{}w", policy.window_days.div_euclid(7)),
        "window" => format!("{}d", policy.window_days),
        "effort" => policy.effort.name().to_owned(),
        "attribution" => match policy.attribution {
            Attribution::Roster => "roster".to_owned(),
            Attribution::Paths => "paths".to_owned(),
        },
        "fail-when" => match policy.fail_when {
            FailWhen::Below => "below".to_owned(),
            FailWhen::ClearlyBelow => "clearly-below".to_owned(),
        },
        "unproven-credit" => policy.unproven_credit.to_string(),
        "sponsor-proof" => policy.safeguards.proof.name().to_owned(),
        "relabel-cap" => policy.safeguards.relabel_cap.0.to_string(),
        // Whoever states a day, or `false`, has written it.
        "enforce" => "true".to_owned(),
        "marker-flow" => policy.markers.flow.name().to_owned(),
        // Teams that state none have the default's.
        _ => super::pack::default_value(key).to_owned(),
    }
}

struct Shown<'p> {
    policy: &'p Policy,
}

impl Shown<'_> {
    /// The rules or globs of all files in their order; of several rules of one id the first, as they are read.
    fn list(&self, key: &str, all: &[&Written], text: &mut String) {
        let mut ids = BTreeSet::new();
        let mut lines = String::new();
        for file in &self.policy.texts {
            let below: Vec<&Written> =
                all.iter().filter(|one| one.at.file == file.name && at_key(one, key)).copied().collect();
            for (_, entry) in steps(&below, 1) {
                let id = |one: &&&Written| one.path.get(2) == Some(&Step::Key("id".to_owned()));
                let is_new = entry.iter().find(id).is_none_or(|one| ids.insert(one.value.as_str()));
                if let Some(first) = entry.first().filter(|_| is_new) {
                    lines.push_str(&format!("  - {}  # {}\n", self.flow(&entry, 2), origin(&first.at)));
                }
            }
        }
        if !lines.is_empty() {
            text.push_str(&format!("{key}:\n{lines}"));
        }
    }

    /// What is agreed about markers. Nothing of it is compared in meaning: what nobody wrote stands in comments, so that a
    /// policy and what is shown of it still are one to the gate.
    fn markers(&self, own: &[&Written], text: &mut String) {
        let below: Vec<&Written> = own.iter().filter(|one| at_key(one, MARKERS)).copied().collect();
        if below.is_empty() {
            text.push_str("# markers are listed, and none is found fault with: there is no `markers`\n");
            return;
        }
        let markers = &self.policy.markers;
        let parts = steps(&below, 1);
        match below.first() {
            Some(first) if parts.is_empty() => self.entry(MARKERS, &[first], 0, text),
            _ => text.push_str(&format!("{MARKERS}:\n")),
        }
        for (step, inner) in &parts {
            if let Step::Key(key) = step
                && key != "rules"
            {
                self.entry(key, inner, 1, text);
            }
        }
        let says = |key: &str| parts.iter().any(|(step, _)| matches!(step, Step::Key(said) if said == key));
        if !says("tags") {
            text.push_str(&format!("  # tags: [{}]  # default\n", MarkerPolicy::TAGS.join(", ")));
        }
        if !says("prose") {
            text.push_str(&format!("  # prose: {}  # default\n", markers.prose));
        }
        text.push_str(if says("rules") { "  rules:\n" } else { "  # rules:\n" });
        for (code, unsaid) in MarkerPolicy::RULES {
            let (level, at) = markers.levels.get(&code).cloned().unwrap_or((unsaid, None));
            let (sign, from) = at.map_or(("# ", "default".to_owned()), |at| ("", origin(&at)));
            text.push_str(&format!("    {sign}{code}: {}  # {from}\n", level.name()));
        }
    }

    /// A key and its value, over as many lines as it has values; what stands in a list is one line an entry.
    fn entry(&self, key: &str, below: &[&Written], depth: usize, text: &mut String) {
        let indent = "  ".repeat(depth);
        let below_key = depth.saturating_add(1);
        let key = plain_or_quoted(key);
        match below.first().map(|first| (first, first.path.get(below_key))) {
            Some((first, None)) => {
                text.push_str(&format!("{indent}{key}: {}  # {}\n", self.scalar(first), origin(&first.at)));
            }
            Some((_, Some(Step::Key(_)))) => {
                text.push_str(&format!("{indent}{key}:\n"));
                for (step, inner) in steps(below, below_key) {
                    if let Step::Key(inner_key) = step {
                        self.entry(inner_key, &inner, below_key, text);
                    }
                }
            }
            Some((_, Some(Step::Entry(_)))) => {
                text.push_str(&format!("{indent}{key}:\n"));
                for (_, inner) in steps(below, below_key) {
                    if let Some(first) = inner.first() {
                        let value = self.flow(&inner, below_key.saturating_add(1));
                        text.push_str(&format!("{indent}  - {value}  # {}\n", origin(&first.at)));
                    }
                }
            }
            None => {}
        }
    }

    /// A value on one line.
    fn flow(&self, below: &[&Written], depth: usize) -> String {
        let Some(first) = below.first() else { return String::new() };
        let parts = steps(below, depth);
        let inner = |(step, inner): &(&Step, Vec<&Written>)| {
            let value = self.flow(inner, depth.saturating_add(1));
            match step {
                Step::Key(key) => format!("{}: {value}", plain_or_quoted(key)),
                Step::Entry(_) => value,
            }
        };
        let all = parts.iter().map(inner).collect::<Vec<_>>().join(", ");
        match first.path.get(depth) {
            None => self.scalar(first),
            Some(Step::Key(_)) => format!("{{ {all} }}"),
            Some(Step::Entry(_)) => format!("[{all}]"),
        }
    }

    fn scalar(&self, written: &Written) -> String {
        // An empty list, and not a text that looks like one.
        let source = self.policy.text_at(&written.at).and_then(|text| text.text.get(written.at.span.clone()));
        match written.value.as_str() {
            empty @ ("[]" | "{}") if source.is_some_and(|source| source.starts_with(['[', '{'])) => empty.to_owned(),
            value => plain_or_quoted(value),
        }
    }
}

/// Whether a value stands at, or below, a key of the file.
fn at_key(written: &Written, key: &str) -> bool {
    matches!(written.path.first(), Some(Step::Key(own)) if own == key)
}

/// The values by their step at a depth, in their order; what ends above it has none.
fn steps<'w>(all: &[&'w Written], depth: usize) -> Vec<(&'w Step, Vec<&'w Written>)> {
    let mut found: Vec<(&Step, Vec<&Written>)> = Vec::new();
    for written in all {
        let Some(step) = written.path.get(depth) else { continue };
        match found.last_mut() {
            Some((last, below)) if *last == step => below.push(written),
            _ => found.push((step, vec![written])),
        }
    }
    found
}

fn origin(at: &Location) -> String {
    // A name with a line break would end the comment.
    let file: String = at.file.chars().map(|one| if one.is_control() { '?' } else { one }).collect();
    format!("{file}:{}", at.line)
}

/// A text as YAML: plain where nothing could be mistaken, or else in quotes.
pub fn plain_or_quoted(text: &str) -> String {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || "_./@%+-".contains(one);
    let is_word = text.starts_with(|one: char| one.is_ascii_alphanumeric()) && text.chars().all(is_plain);
    if is_word && !text.eq_ignore_ascii_case("null") {
        text.to_owned()
    } else if text.chars().any(char::is_control) {
        // JSON's strings are YAML's.
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Source;
    use crate::config::load;
    use crate::policy::Known;
    use crate::policy::Side;
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
        // Only who wrote a rule differs: a pack, and now the policy itself.
        let value = |side: &Option<Side>| side.as_ref().map(|side| side.value.clone());
        let mut differences = compare(&policy, &again, &Known::default());
        differences.retain(|found| value(&found.base) != value(&found.head));
        assert_eq!(differences, [], "{shown}");
        let ids = |policy: &Policy| policy.labels.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
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
            "window: 13w  # default",
            "allocation: 10%  # default",
            "  people: 2  # default",
            "unproven-credit: 100%  # default",
            "sponsor-proof: signature  # default",
            "relabel-cap: 25%  # default",
            "enforce: true  # default",
            "marker-flow: any  # default",
            "# markers are listed, and none is found fault with: there is no `markers`",
            "extends: []  # what follows is what the packs say",
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
            "  developer-weeks: 2  # default",
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
        let rules =
            |policy: &Policy| (policy.labels.len(), policy.exempt.len(), policy.ignore.len(), policy.teams.len());
        assert_eq!(rules(&policy), rules(&again));
        assert_eq!(policy.window_days, again.window_days);
    }
}
