//! A policy written out whole: its packs expanded, its defaults said, and behind each value where it came from.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::values::MAX_NAME;
use crate::finding::Location;
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
/// Packs that a policy writes out itself.
const PACKS: &str = "packs";
/// What policies and packs say together.
pub const PACK_LISTS: [&str; 4] = ["labels", "exempt", "ignore", "bot-paths"];

/// The policy as one file that extends nothing, which means the same: YAML with a comment behind each value.
///
/// What nobody wrote stands in comments: an organisation's floor raises it without a word, and finds fault with what is written.
/// The packs stand under `packs` and not among the policy's own rules: an own rule outranks a pack's, and is warned of where it
/// matches nothing.
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
        let is_apart = ["version", "extends", PACKS, MARKERS].contains(&key.as_str());
        if !is_apart && !SETTINGS.contains(&key.as_str()) && !PACK_LISTS.contains(&key.as_str()) {
            shown.entry(key, &below, 0, &mut text);
        }
    }
    for key in SETTINGS {
        let below: Vec<&Written> = own.iter().filter(|one| at_key(one, key)).copied().collect();
        if key == "minimum-effort" {
            text.push_str(if below.is_empty() { "# minimum-effort:\n" } else { "minimum-effort:\n" });
            let (people, weeks) = (policy.minimum.people, policy.minimum.developer_week_hundredths);
            let weeks = format!("{}.{:02}", weeks.div_euclid(100), weeks.rem_euclid(100));
            let weeks = weeks.trim_end_matches('0').trim_end_matches('.').to_owned();
            for (inner, value) in [("people", people.to_string()), ("developer-weeks", weeks)] {
                let said = below.iter().find(|one| one.path.get(1) == Some(&Step::Key(inner.to_owned())));
                let (sign, from) = said.map_or(("# ", "default".to_owned()), |one| ("", origin(&one.at)));
                text.push_str(&format!("  {sign}{inner}: {value}  # {from}\n"));
            }
        } else if below.is_empty() {
            text.push_str(&format!("# {key}: {}  # default\n", default_of(policy, key)));
        } else {
            shown.entry(key, &below, 0, &mut text);
        }
    }
    shown.markers(&own, &mut text);
    let mut lists = Lists::default();
    for key in PACK_LISTS {
        let below: Vec<&Written> = own.iter().filter(|one| at_key(one, key)).copied().collect();
        text.push_str(&shown.list(&mut lists, key, &below, 0, ""));
    }
    text.push_str("extends: []  # what the packs say is written out here\n");
    text.push_str(&shown.packs(&mut lists, &own, own_file));
    text
}

/// A value that nobody wrote.
fn default_of(policy: &Policy, key: &str) -> String {
    match key {
        "window" if policy.window_days.rem_euclid(7) == 0 => format!("{}w", policy.window_days.div_euclid(7)),
        "window" => format!("{}d", policy.window_days),
        "effort" => policy.effort.name().to_owned(),
        "attribution" => policy.attribution.name().to_owned(),
        "fail-when" => policy.fail_when.name().to_owned(),
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

/// The ids that were shown, by their lists.
#[derive(Default)]
struct Lists {
    ids: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Shown<'_> {
    /// What a file, or a pack that is written out in it, says in one of the lists; of several rules of one id the first, as
    /// they are read. `depth` is that of the list's key as it was written.
    fn list(&self, lists: &mut Lists, key: &'static str, below: &[&Written], depth: usize, indent: &str) -> String {
        let ids = lists.ids.entry(key).or_default();
        let (entry_depth, value_depth) = (depth.saturating_add(1), depth.saturating_add(2));
        let mut lines = String::new();
        for (_, entry) in steps(below, entry_depth) {
            let id = |one: &&&Written| one.path.get(value_depth) == Some(&Step::Key("id".to_owned()));
            let is_new = entry.iter().find(id).is_none_or(|one| ids.insert(one.value.clone()));
            if let Some(first) = entry.first().filter(|_| is_new) {
                let value = self.flow(&entry, value_depth);
                lines.push_str(&format!("{indent}  - {value}  # {}\n", origin(&first.at)));
            }
        }
        if lines.is_empty() { lines } else { format!("{indent}{key}:\n{lines}") }
    }

    /// The packs in their order: those that the policy writes out itself, then those that it extends.
    fn packs(&self, lists: &mut Lists, own: &[&Written], own_file: Option<&Arc<str>>) -> String {
        let mut text = String::new();
        let written_out: Vec<&Written> = own.iter().filter(|one| at_key(one, PACKS)).copied().collect();
        for (_, pack) in steps(&written_out, 1) {
            let name = pack.iter().find(|one| one.path.get(2) == Some(&Step::Key("name".to_owned())));
            let (name, from) = name.map_or_else(Default::default, |name| (self.scalar(name), origin(&name.at)));
            text.push_str(&self.pack(lists, &pack, 2, &name, &from));
        }
        for file in self.policy.texts.iter().filter(|file| Some(&file.name) != own_file) {
            let all: Vec<&Written> = self.policy.written.iter().filter(|one| one.at.file == file.name).collect();
            let shipped = super::packs().iter().find(|pack| *pack.file == *file.name);
            let name = shipped.map_or_else(|| name_of(&file.name), |pack| pack.name.to_owned());
            text.push_str(&self.pack(
                lists,
                &all,
                0,
                &plain_or_quoted(&name),
                &origin(&Location::start_of(&file.name)),
            ));
        }
        if text.is_empty() { text } else { format!("{PACKS}:\n{text}") }
    }

    /// One pack, whose lists stand at a depth of what was written; nothing where it says nothing.
    fn pack(&self, lists: &mut Lists, all: &[&Written], depth: usize, name: &str, from: &str) -> String {
        let mut text = String::new();
        for key in PACK_LISTS {
            let is_there = |one: &&&Written| matches!(one.path.get(depth), Some(Step::Key(there)) if there == key);
            let below: Vec<&Written> = all.iter().filter(is_there).copied().collect();
            text.push_str(&self.list(lists, key, &below, depth, "    "));
        }
        if text.is_empty() { text } else { format!("  - name: {name}  # {from}\n{text}") }
    }

    /// What is agreed about markers. Nothing of it is compared in meaning: what nobody wrote stands in comments, so that a
    /// policy and what is shown of it still are one to the gate.
    fn markers(&self, own: &[&Written], text: &mut String) {
        let below: Vec<&Written> = own.iter().filter(|one| at_key(one, MARKERS)).copied().collect();
        if below.is_empty() {
            text.push_str("# without `markers`, markers are listed and none is a finding\n");
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

/// A file's name as `extends` has it, as far as a name may go.
fn name_of(file: &str) -> String {
    let name: String = "./".chars().chain(file.chars()).take(MAX_NAME).collect();
    name.trim_end().to_owned()
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
mod tests;
