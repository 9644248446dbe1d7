//! GitLab CI.

use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Examined;
use super::Run;
use super::What;
use super::is_no;
use super::is_yes;
use super::look_at;
use super::place;
use super::shell;
use super::shell::Environment;
use super::shell::Shell;

/// The runner begins its scripts so, where the shell of the image can.
const RUNNER: Shell = Shell { errexit: true, pipefail: true };
/// How far `extends` is followed.
const DEEPEST: usize = 11;

pub(super) fn examine(read: &Document, found: &mut Examined) {
    for entry in read.root.entries().iter().filter(|entry| !entry.key.starts_with('.')) {
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
        let all = self.read.root.get("variables");
        let own = self.says("variables").map(|own| &own.value);
        let rules = self.says("rules").map(|rules| rules.value.items()).unwrap_or_default();
        let by_rule = rules.iter().filter_map(|rule| rule.get("variables"));
        for entry in all.into_iter().chain(own).chain(by_rule).flat_map(Yaml::entries) {
            let value = entry.value.get("value").unwrap_or(&entry.value);
            environment.give(&entry.key, value.text().unwrap_or_default(), &value.at);
        }
        for (_, line) in self.says("before_script").map(|script| script.value.texts()).unwrap_or_default() {
            shell::calls(line, RUNNER, &mut environment);
        }
        environment
    }

    fn examine(&self, found: &mut Examined) {
        let Some(script) = self.says("script") else { return };
        // All lines are run by one shell.
        let mut environment = self.environment();
        let lines = script.value.texts();
        let calls: Vec<_> = lines
            .iter()
            .flat_map(|(line, text)| {
                shell::calls(text, RUNNER, &mut environment).into_iter().map(move |call| (*line, call))
            })
            .collect();
        let Some((first, _)) = calls.first() else { return };
        found.gates.insert(self.read.name.to_string());
        for (line, call) in &calls {
            let mut of_call = Examined::default();
            look_at(call, &place(self.read, line, call), &mut of_call);
            found.take(&of_call, Run { job: self.entry.key.clone(), call: call.name() });
        }
        let mut own = Examined::default();
        self.look_at_job(&first.at, &mut own);
        found.take(&own, Run { job: self.entry.key.clone(), call: String::new() });
    }

    /// What is said of the job, whose script begins to matter at a place.
    fn look_at_job(&self, first: &Location, found: &mut Examined) {
        self.look_at_rules(found);
        if let Some(allowed) = self.says("allow_failure").filter(|entry| !is_no(&entry.value)) {
            let message = "the job may fail: `allow_failure` lets the change land all the same";
            // It may be for some exit codes only.
            let what = What::of_job("allow_failure").each(allowed.value.texts().iter().map(|(_, text)| *text));
            found.add((Code::GateIgnored, Level::Error), what, allowed.at.clone(), message, "remove `allow_failure`");
        }
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
        let mut is_for_requests = false;
        if let Some(when) = self.says("when").filter(|when| when.value.text() == Some("manual")) {
            let what = What::of_job("manual");
            found.add((Code::GateSkipped, Level::Error), what, when.at.clone(), MANUAL, "remove `when: manual`");
        }
        let whole = self.read.root.get("workflow").and_then(|workflow| workflow.get("rules"));
        let rules = self.says("rules").map(|rules| &rules.value);
        for rule in rules.into_iter().flat_map(Yaml::items) {
            for entry in rule.entries() {
                match entry.key.as_str() {
                    "changes" | "exists" => found.add(
                        (Code::GateSkipped, Level::Error),
                        super::of_filter(entry),
                        entry.at.clone(),
                        format!("`{}` keeps the job out of pipelines of other changes", entry.key),
                        "remove it: a change that concerns nobody passes by itself",
                    ),
                    "when" if entry.value.text() == Some("manual") => {
                        let what = What::of_job(format!("rule manual {}", condition(rule)));
                        found.add(
                            (Code::GateSkipped, Level::Error),
                            what,
                            entry.at.clone(),
                            MANUAL,
                            "remove `when: manual`",
                        );
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
            is_for_requests |=
                filter.key == "only" && filter.value.texts().iter().any(|(_, text)| *text == "merge_requests");
        }
        let conditions = rules.into_iter().chain(whole).flat_map(Yaml::texts);
        is_for_requests |= conditions
            .into_iter()
            .any(|(_, text)| text.contains("merge_request_event") || text.contains("CI_MERGE_REQUEST"));
        if !is_for_requests {
            let message = "the job is in no pipeline of a merge request: its labels and its target are not known";
            let help = "add `rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }]`";
            let what = What::of_job("merge requests");
            found.add((Code::GateEventMissing, Level::Error), what, self.entry.at.clone(), message, help);
        }
    }
}

/// When a rule holds.
fn condition(rule: &Yaml) -> &str {
    rule.get("if").and_then(Yaml::text).unwrap_or_default()
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
