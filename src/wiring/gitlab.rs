//! GitLab CI.

use std::collections::BTreeSet;

use crate::config::document;
use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Event;
use super::Examined;
use super::Run;
use super::What;
use super::is_no;
use super::is_yes;
use super::look_at;
use super::place;
use super::shell;
use super::shell::Call;
use super::shell::Environment;
use super::shell::Shell;

/// The runner begins its scripts so, where the shell of the image can.
const RUNNER: Shell = Shell { errexit: true, pipefail: true };
/// How far `extends` is followed.
const DEEPEST: usize = 11;

pub(super) fn examine(read: &Document, found: &mut Examined) {
    // Of a job that stands there twice the last one is meant.
    let is_last = |entry: &&Entry| read.root.entry(&entry.key).is_some_and(|last| last.at == entry.at);
    for entry in read.root.entries().iter().filter(is_last).filter(|entry| !entry.key.starts_with('.')) {
        let job = Job { read, entry };
        job.examine(found);
    }
}

struct Job<'d> {
    read: &'d Document,
    entry: &'d Entry,
}

impl<'d> Job<'d> {
    /// What a job says, or else what it extends, or else the default of all.
    fn says(&self, key: &str) -> Option<&'d Entry> {
        let default = || self.read.root.get("default").and_then(|default| default.entry(key));
        said(&self.read.root, &self.entry.value, key, DEEPEST).or_else(default)
    }

    fn variable(&self, name: &str) -> Option<&'d Yaml> {
        let all = || self.read.root.get("variables").and_then(|all| all.get(name));
        self.says("variables").and_then(|own| own.value.get(name)).or_else(all)
    }

    /// What the script begins with.
    fn environment(&self) -> Environment {
        let mut environment = Environment::default();
        self.given().for_each(|(name, value)| {
            environment.give(name, value.text().unwrap_or_default(), &value.at);
        });
        environment
    }

    /// The variables that it is given.
    fn given(&self) -> impl Iterator<Item = (&'d str, &'d Yaml)> {
        // It may keep out what is said of the whole.
        let inherited = self.says("inherit").and_then(|inherit| inherit.value.get("variables"));
        let is_inherited = move |entry: &&Entry| match inherited.map(|named| (named, &named.value)) {
            None => true,
            Some((named, document::Value::List(_))) => named.texts().iter().any(|(_, name)| *name == entry.key),
            Some((named, _)) => !is_no(named),
        };
        let of_whole = self.workflow().into_iter().filter_map(|rule| rule.get("variables"));
        let whole = self.read.root.get("variables").into_iter().chain(of_whole).flat_map(Yaml::entries);
        let own = self.says("variables").map(|own| &own.value);
        let by_rule = self.rules().into_iter().filter_map(|rule| rule.get("variables"));
        let own = own.into_iter().chain(by_rule).flat_map(Yaml::entries);
        whole
            .filter(is_inherited)
            .chain(own)
            .map(|entry| (entry.key.as_str(), entry.value.get("value").unwrap_or(&entry.value)))
    }

    /// The lines of a script, or the rules, with those that they refer to: `!reference [.name, script]`.
    fn items(&self, list: &'d Yaml, depth: usize) -> Vec<&'d Yaml> {
        let mut all = Vec::new();
        for item in list.items() {
            let named: Vec<&str> = item.items().iter().filter_map(Yaml::text).collect();
            let target = match (&item.value, named.as_slice()) {
                (document::Value::List(_), [name, keys @ ..]) if !keys.is_empty() => {
                    keys.iter().try_fold(self.read.root.get(name), |at, key| Some(at?.get(key))).flatten()
                }
                _ => None,
            };
            match (target, &item.value, depth.checked_sub(1)) {
                (Some(target), _, Some(deeper)) => all.extend(self.items(target, deeper)),
                (None, document::Value::List(_), Some(deeper)) => all.extend(self.items(item, deeper)),
                _ => all.push(item),
            }
        }
        all
    }

    /// The rules of the whole pipeline.
    fn workflow(&self) -> Vec<&'d Yaml> {
        let rules = self.read.root.get("workflow").and_then(|workflow| workflow.get("rules"));
        rules.map(|rules| self.items(rules, DEEPEST)).unwrap_or_default()
    }

    fn rules(&self) -> Vec<&'d Yaml> {
        self.says("rules").map(|rules| self.items(&rules.value, DEEPEST)).unwrap_or_default()
    }

    fn examine(&self, found: &mut Examined) {
        let Some(script) = self.says("script") else { return };
        let lines = |key: &str| self.says(key).or_else(|| self.read.root.entry(key).filter(|_| key != "script"));
        // All lines are run by one shell.
        let all: Vec<_> = ["before_script", "script"]
            .into_iter()
            .filter_map(lines)
            .flat_map(|entry| self.items(&entry.value, DEEPEST))
            .filter_map(|item| Some((item, item.text()?)))
            .collect();
        let text: String = all.iter().map(|(_, text)| format!("{text}\n")).collect();
        let calls = shell::calls(&text, RUNNER, &mut self.environment());
        let line_of = |call: &Call| {
            all.iter().rev().find(|(_, text)| text.contains(&call.piece)).map_or(&script.value, |(line, _)| line)
        };
        let Some(first) = calls.first().map(line_of) else { return };
        found.gates.insert(self.read.name.to_string());
        let mut own = Examined::default();
        for call in &calls {
            let mut of_call = Examined::default();
            let (at, run) =
                (place(self.read, line_of(call), call), Run { job: self.entry.key.clone(), call: call.name() });
            look_at(call, &at, &mut of_call);
            found.judges((run.clone(), &at), call, "merge requests", self.reach());
            found.take(&of_call, run);
        }
        self.look_at_job(&first.at, &mut own);
        found.take(&own, Run { job: self.entry.key.clone(), call: String::new() });
    }

    /// For which merge requests it runs: for all, or as its rules say.
    fn reach(&self) -> Event {
        let rules = self.rules();
        let is_plain = |rule: &Yaml| condition(rule).split_whitespace().collect::<String>() == PLAIN;
        let said = || {
            rules
                .iter()
                .map(|rule| format!("rule {:?}", rule.texts().into_iter().map(|(_, text)| text).collect::<Vec<_>>()))
        };
        let unless = if rules.iter().any(|rule| is_plain(rule)) { BTreeSet::new() } else { said().collect() };
        Event { unless, ..Event::default() }
    }

    /// What is said of the job, whose script begins to matter at a place.
    fn look_at_job(&self, first: &Location, found: &mut Examined) {
        self.look_at_rules(found);
        found.guards.extend(self.given().filter_map(super::of_variable));
        if let Some(image) = self.says("image").or_else(|| self.read.root.entry("image")) {
            found.guards.push(super::of_image(image, "name"));
        }
        if let Some(allowed) = self.says("allow_failure").filter(|entry| !is_no(&entry.value)) {
            let message = "the job may fail: `allow_failure` lets the change land all the same";
            // It may be for some exit codes only.
            let what = What::of_job("allow_failure").each(allowed.value.texts().iter().map(|(_, text)| *text));
            found.add((Code::GateIgnored, Level::Error), what, allowed.at.clone(), message, "remove `allow_failure`");
        }
        self.look_at_needs(found);
        let depth = self.variable("GIT_DEPTH");
        if depth.and_then(Yaml::text) != Some("0") {
            let at = depth.map_or_else(|| first.clone(), |depth| depth.at.clone());
            let message = "the job is given a shallow clone, 20 commits if nothing else is said";
            let help = "add `GIT_DEPTH: \"0\"` to its `variables`";
            let what = super::of_depth("depth", depth.map_or("20", |depth| depth.text().unwrap_or_default()));
            found.add((Code::GateShallow, Level::Error), what, at, message, help);
        }
        if let Some(cache) = self.says("cache").filter(|cache| !cache.value.texts().is_empty()) {
            let message = "a cache that changes can write is restored before the gate runs";
            let what = What::of_job("cache").each(cache.value.texts().iter().map(|(_, text)| *text));
            found.add((Code::GateCache, Level::Warning), what, cache.at.clone(), message, "add `cache: []` to the job");
        }
    }

    fn look_at_rules(&self, found: &mut Examined) {
        let (mut is_for_requests, mut is_excepted) = (false, false);
        if let Some(when) = self.says("when") {
            self.look_at_when(when, "", found);
        }
        let (whole, rules) = (self.workflow(), self.rules());
        let is_for_others =
            |rule: &&Yaml| is_never(rule) || is_of_others(&condition(rule).split_whitespace().collect::<String>());
        let is_kept_out = !whole.is_empty() && whole.iter().all(is_for_others);
        for (rules, of) in [(&whole, "the pipeline"), (&rules, "the job")] {
            self.look_at_order(rules, of, found);
        }
        for rule in &rules {
            for entry in rule.entries() {
                match entry.key.as_str() {
                    "changes" | "exists" => found.add(
                        (Code::GateSkipped, Level::Error),
                        super::of_filter(entry),
                        entry.at.clone(),
                        format!("`{}` keeps the job out of pipelines of other changes", entry.key),
                        "remove it: a change that concerns nobody passes by itself",
                    ),
                    "when" if entry.value.text() != Some("never") => {
                        self.look_at_when(entry, condition(rule), found);
                    }
                    "allow_failure" if is_yes(&entry.value) => {
                        let message = "the job may fail: `allow_failure` lets the change land all the same";
                        let help = "remove `allow_failure`";
                        let what = What::of_job(format!("rule allow_failure {}", condition(rule)));
                        found.add((Code::GateIgnored, Level::Error), what, entry.at.clone(), message, help);
                    }
                    _ => {}
                }
            }
        }
        for filter in ["only", "except"].into_iter().filter_map(|key| self.says(key)) {
            if let Some(changes) = filter.value.entry("changes") {
                let message = "`changes` keeps the job out of pipelines of other changes";
                let help = "remove it: a change that concerns nobody passes by itself";
                found.add(
                    (Code::GateSkipped, Level::Error),
                    super::of_filter(changes),
                    changes.at.clone(),
                    message,
                    help,
                );
            }
            for key in ["kubernetes", "variables"] {
                let said = filter
                    .value
                    .get(key)
                    .map(|said| said.texts().into_iter().map(|(_, text)| text).collect::<Vec<_>>());
                found.guards.extend(said.map(|said| (format!("{} {key} {said:?}", filter.key), filter.at.clone())));
            }
            let names_them = filter.value.texts().iter().any(|(_, text)| *text == "merge_requests");
            is_for_requests |= filter.key == "only" && names_them;
            is_excepted |= filter.key == "except" && names_them;
        }
        let conditions = rules.into_iter().chain(whole).flat_map(Yaml::texts);
        is_for_requests |= conditions
            .into_iter()
            .any(|(_, text)| text.contains("merge_request_event") || text.contains("CI_MERGE_REQUEST"));
        if !is_for_requests || is_excepted || is_kept_out {
            let message = "the job is in no pipeline of a merge request: its labels and its target are not known";
            let help = "add `rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }]`";
            let what = What::of_job("merge requests");
            found.add((Code::GateEventMissing, Level::Error), what, self.entry.at.clone(), message, help);
        }
    }

    /// `when` of a job, or of a rule.
    fn look_at_when(&self, when: &Entry, rule: &str, found: &mut Examined) {
        let said = when.value.text().unwrap_or_default();
        let (message, help) = match said {
            "manual" => (MANUAL, "remove `when: manual`"),
            "never" | "on_failure" | "delayed" => ("the job is not run as others are: `when`", "remove `when`"),
            _ => return,
        };
        let what = if rule.is_empty() { said.to_owned() } else { format!("rule {said} {rule}") };
        found.add((Code::GateSkipped, Level::Error), What::of_job(what), when.at.clone(), message, help);
    }

    /// A job that waits for one which nobody starts is left out, and the pipeline passes without it. Where the manual job may
    /// not fail, the pipeline itself waits: by itself that is so for a rule, and not for `when` of the job.
    fn look_at_needs(&self, found: &mut Examined) {
        let Some(needs) = self.says("needs") else { return };
        for need in self.items(&needs.value, DEEPEST) {
            let Some(name) = need.text().or_else(|| need.get("job")?.text()) else { continue };
            let Some(entry) = self.read.root.entry(name) else { continue };
            let job = Job { read: self.read, entry };
            let is_manual = |when: Option<&Yaml>| when.and_then(Yaml::text) == Some("manual");
            let may_fail = job.says("allow_failure").map(|allowed| &allowed.value);
            let by_rule =
                |rule: &Yaml| is_manual(rule.get("when")) && rule.get("allow_failure").or(may_fail).is_some_and(is_yes);
            let by_itself = is_manual(job.says("when").map(|when| &when.value)) && !may_fail.is_some_and(is_no);
            if by_itself || job.rules().into_iter().any(by_rule) {
                let message = format!("the job waits for `{name}`, which somebody has to start");
                let what = What::of_job(format!("needs manual {name}"));
                found.add((Code::GateSkipped, Level::Error), what, need.at.clone(), message, "take it out of `needs`");
            }
        }
    }

    /// Of rules the first that fits holds: what stands before the one for merge requests may keep the job out of theirs.
    fn look_at_order(&self, rules: &[&Yaml], of: &str, found: &mut Examined) {
        for rule in rules {
            let text: String = condition(rule).split_whitespace().collect();
            let is_never = is_never(rule);
            let is_plain = text == PLAIN || (rule.get("if").is_none() && rule.get("when").is_none());
            if is_plain && !is_never {
                return;
            }
            // What is for other pipelines keeps nothing out of these.
            let is_other = is_of_others(&text);
            let what = format!("{of} by {} {text}", if is_never { "never" } else { "if" });
            if is_never && !is_other {
                let message = format!("this rule keeps {of} out of pipelines of merge requests, or of some");
                let help = "let the rule for merge requests stand first";
                found.add((Code::GateSkipped, Level::Error), What::of_job(what), rule.at.clone(), message, help);
            } else if text.contains("merge_request_event") {
                found.guards.push((what, rule.at.clone()));
            }
        }
    }
}

/// A rule for all merge requests, without its blanks.
const PLAIN: &str = "$CI_PIPELINE_SOURCE==\"merge_request_event\"";

/// When a rule holds.
fn condition(rule: &Yaml) -> &str {
    rule.get("if").and_then(Yaml::text).unwrap_or_default()
}

fn is_never(rule: &Yaml) -> bool {
    rule.get("when").and_then(Yaml::text) == Some("never")
}

/// Whether a condition, without its blanks, plainly holds in no pipeline of a merge request.
fn is_of_others(condition: &str) -> bool {
    let names_another = condition.starts_with("$CI_PIPELINE_SOURCE==")
        && !condition.contains("merge_request_event")
        && !condition.contains("||");
    names_another || matches!(condition, "$CI_COMMIT_TAG" | "$CI_COMMIT_BRANCH&&$CI_OPEN_MERGE_REQUESTS")
}

const MANUAL: &str = "somebody has to start the job, and the pipeline does not wait for it";

fn said<'d>(root: &'d Yaml, job: &'d Yaml, key: &str, depth: usize) -> Option<&'d Entry> {
    if let Some(own) = job.entry(key) {
        return Some(own);
    }
    let deeper = depth.checked_sub(1)?;
    // Of several the last wins.
    let names = job.get("extends")?.texts();
    names.into_iter().rev().find_map(|(_, name)| said(root, root.get(name)?, key, deeper))
}
