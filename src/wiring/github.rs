//! GitHub Actions.

mod condition;
mod triggers;

use crate::config::document;
use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Value;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Examined;
use super::Setup;
use super::is_no;
use super::is_yes;
use super::look_at;
use super::of_checkout;
use super::place;
use super::shell;
use super::shell::Call;
use super::shell::Shell;

use condition::is_harmless;
use triggers::Triggers;

/// A workflow calls another, an action another; so deep is followed.
const DEEPEST: usize = 4;

pub(super) fn examine(read: &Document, setup: &Setup<'_>, found: &mut Examined) {
    let Some(triggers) = Triggers::of(read) else { return };
    // One that is only called by others is looked at where it is called.
    if triggers.is_only_called() {
        return;
    }
    let mut gates = Vec::new();
    for entry in read.root.get("jobs").map(Yaml::entries).unwrap_or_default() {
        let job = Job { read, entry, setup };
        job.gates(DEEPEST, &mut gates);
    }
    let Some(first) = gates.first() else { return };
    if !triggers.are_of_changes() {
        found.others.push(triggers.at.clone());
        return;
    }
    found.gates.insert(read.name.to_string());
    // A run that only reports may stand beside the gate.
    let enforces = |gate: &Gate| !gate.is_report;
    let kept: Vec<&Gate> = gates.iter().filter(|gate| enforces(gate)).collect();
    let kept = if kept.is_empty() { vec![first] } else { kept };
    let bases: Vec<&str> = kept.iter().filter_map(|gate| gate.base.as_deref()).collect();
    let is_tied = bases.len() == kept.len();
    for gate in kept {
        found.findings.extend(gate.findings.findings.iter().cloned());
        found.texts.extend(gate.findings.texts.iter().cloned());
        for condition in &gate.conditions {
            look_at_condition(condition, &triggers, found);
            let text = condition.value.text().unwrap_or_default();
            found.conditions.push((text.to_owned(), condition.at.clone()));
        }
    }
    triggers.look_at(is_tied, &bases, found);
}

/// A place that runs the gate.
struct Gate {
    /// What is wrong there, whenever it runs.
    findings: Examined,
    /// The conditions of its step, its job, and the job that calls that.
    conditions: Vec<Entry>,
    /// Whether it is told not to fail.
    is_report: bool,
    /// The one base branch that it holds for.
    base: Option<String>,
}

/// A job of a workflow.
struct Job<'d> {
    read: &'d Document,
    entry: &'d Entry,
    setup: &'d Setup<'d>,
}

/// A step that runs the gate.
struct Found<'d> {
    step: &'d Yaml,
    /// The script of the call and the call, or the inputs of the action.
    how: How<'d>,
}

enum How<'d> {
    Script(&'d Yaml, Call),
    Action(Option<&'d Yaml>),
    /// In a local action: what was found wrong there is told there.
    Local(Document, Vec<Call>),
}

impl Job<'_> {
    fn gates(&self, depth: usize, gates: &mut Vec<Gate>) {
        let job = &self.entry.value;
        if let Some(called) = job.get("uses").and_then(Yaml::text).and_then(|uses| uses.strip_prefix("./")) {
            let Some((read, deeper)) = self.local(called).zip(depth.checked_sub(1)) else { return };
            let from = gates.len();
            for entry in read.root.get("jobs").map(Yaml::entries).unwrap_or_default() {
                Job { read: &read, entry, setup: self.setup }.gates(deeper, gates);
            }
            for gate in gates.iter_mut().skip(from) {
                gate.findings.know(&read.name, &read.text);
                self.look_at_job(gate);
            }
            return;
        }
        let steps = job.get("steps").map(Yaml::items).unwrap_or_default();
        for (number, step) in steps.iter().enumerate() {
            for found in self.in_step(step, depth) {
                let mut gate = self.gate(&found);
                self.look_at_job(&mut gate);
                self.look_at_steps(&found, steps.get(..number).unwrap_or_default(), steps, &mut gate);
                gates.push(gate);
            }
        }
    }

    /// The workflow, or the action, at a path of this repository.
    fn local(&self, path: &str) -> Option<Document> {
        let bytes = (self.setup.read)(path)?;
        document::read(path, &bytes).ok()
    }

    fn in_step<'d>(&self, step: &'d Yaml, depth: usize) -> Vec<Found<'d>> {
        if let Some((script, text)) = step.get("run").and_then(|run| Some((run, run.text()?))) {
            let calls = shell::calls(text, self.shell(step));
            return calls.into_iter().map(|call| Found { step, how: How::Script(script, call) }).collect();
        }
        let Some(uses) = step.get("uses").and_then(Yaml::text) else { return Vec::new() };
        let (name, _) = uses.split_once('@').unwrap_or((uses, ""));
        if let Some(folder) = uses.strip_prefix("./") {
            let folder = folder.trim_end_matches('/');
            let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let action = ["action.yml", "action.yaml"].into_iter().find_map(|name| self.local(&path(name)));
            let Some(action) = action.filter(|_| depth > 0) else { return Vec::new() };
            // This project's own action.
            if action.root.get("name").and_then(Yaml::text) == Some("debtlint") {
                return vec![Found { step, how: How::Action(step.get("with")) }];
            }
            let steps = action.root.get("runs").and_then(|runs| runs.get("steps")).map(Yaml::items);
            let calls: Vec<_> = steps
                .unwrap_or_default()
                .iter()
                .filter_map(|step| Some((step, step.get("run")?.text()?)))
                .flat_map(|(step, text)| shell::calls(text, self.shell(step)))
                .collect();
            if calls.is_empty() {
                return Vec::new();
            }
            return vec![Found { step, how: How::Local(action.clone(), calls) }];
        }
        if matches!(name.rsplit('/').next(), Some("debtlint" | "debtlint-action")) {
            return vec![Found { step, how: How::Action(step.get("with")) }];
        }
        Vec::new()
    }

    /// What runs a step's script.
    fn shell(&self, step: &Yaml) -> Shell {
        let default = |of: &Yaml| {
            let shell = of.get("defaults").and_then(|all| all.get("run")).and_then(|run| run.get("shell"));
            shell.and_then(Yaml::text).map(str::to_owned)
        };
        let own = step.get("shell").and_then(Yaml::text).map(str::to_owned);
        let named = own.or_else(|| default(&self.entry.value)).or_else(|| default(&self.read.root));
        let is_windows = || {
            let on = self.entry.value.get("runs-on").map(Yaml::texts).unwrap_or_default();
            on.iter().any(|(_, text)| text.contains("windows"))
        };
        match named.as_deref() {
            None if is_windows() => Shell { errexit: false, pipefail: true },
            None | Some("sh") => Shell { errexit: true, pipefail: false },
            Some("bash") => Shell { errexit: true, pipefail: true },
            Some("pwsh" | "powershell") => Shell { errexit: false, pipefail: true },
            Some(line) => {
                let has = |flag: char| {
                    let is_flags = |word: &&str| word.starts_with('-') && !word.starts_with("--");
                    line.split_whitespace().filter(is_flags).any(|word| word.contains(flag))
                };
                Shell { errexit: has('e') || line.contains("errexit"), pipefail: line.contains("pipefail") }
            }
        }
    }

    /// What the call itself says.
    fn gate(&self, found: &Found<'_>) -> Gate {
        let mut gate = Gate { findings: Examined::default(), conditions: Vec::new(), is_report: false, base: None };
        match &found.how {
            How::Script(script, call) => {
                gate.is_report = call.has("--exit-zero");
                gate.base = call.value("--expect-base").map(str::to_owned);
                look_at(call, &place(self.read, script, call), &mut gate.findings);
            }
            How::Local(action, calls) => {
                let bases: Option<Vec<&str>> = calls.iter().map(|call| call.value("--expect-base")).collect();
                gate.base = bases.and_then(|bases| bases.first().map(|base| (*base).to_owned()));
                gate.findings.know(&action.name, &action.text);
                for call in calls {
                    look_at(call, &action.place_of(&action.root, &call.piece), &mut gate.findings);
                }
            }
            How::Action(inputs) => {
                let input = |name: &str| inputs.and_then(|inputs| inputs.get(name));
                gate.base = input("expect-base").map(|base| base.text().unwrap_or_default().to_owned());
                if let Some(never) = input("fail-on").filter(|input| input.text() == Some("never")) {
                    gate.is_report = true;
                    let message = "a team that is short fails nothing here: `fail-on: never`";
                    let help =
                        "remove it; to try a policy out, write `enforce: false` into it, which the sponsor guards";
                    gate.findings.add(Code::GateIgnored, Level::Error, never.at.clone(), message, help);
                }
                for name in ["config", "org-policy"] {
                    if let Some((value, text)) = input(name).and_then(|value| Some((value, value.text()?))) {
                        of_checkout(&format!("`{name}`"), text, &value.at, &mut gate.findings);
                    }
                }
            }
        }
        for of in [found.step, &self.entry.value, &self.read.root] {
            let env = |name: &str| of.get("env").and_then(|env| env.get(name));
            for (variable, _) in shell::OF_ENVIRONMENT {
                if let Some((value, text)) = env(variable).and_then(|value| Some((value, value.text()?))) {
                    of_checkout(&format!("`{variable}`"), text, &value.at, &mut gate.findings);
                }
            }
        }
        self.may_fail(found.step, "step", &mut gate);
        gate.conditions.extend(found.step.entry("if").cloned());
        gate
    }

    /// What is said of the job.
    fn look_at_job(&self, gate: &mut Gate) {
        let job = &self.entry.value;
        self.may_fail(job, "job", gate);
        gate.conditions.extend(job.entry("if").cloned());
        let runs_anyway = job
            .get("if")
            .and_then(Yaml::text)
            .is_some_and(|text| ["always()", "!cancelled()"].iter().any(|word| text.contains(word)));
        if let Some(needs) = job.entry("needs").filter(|_| !runs_anyway) {
            let message =
                "where a job that it needs fails or is skipped, the gate is skipped, and that counts as passed";
            let help = "let the gate's job need no other, or give it `if: ${{ !cancelled() }}`";
            gate.findings.add(Code::GateSkipped, Level::Error, needs.at.clone(), message, help);
        }
    }

    fn may_fail(&self, of: &Yaml, what: &str, gate: &mut Gate) {
        let Some(entry) = of.entry("continue-on-error").filter(|entry| !is_no(&entry.value)) else { return };
        // A later step may look at how it ended.
        let id = of.get("id").and_then(Yaml::text);
        let is_looked_at = id.is_some_and(|id| {
            [".outcome", ".outputs.standing"].iter().any(|of| self.read.text.contains(&format!("steps.{id}{of}")))
        });
        let level = if is_looked_at { Level::Warning } else { Level::Error };
        let message = format!("a gate that fails here fails nothing: the {what} has `continue-on-error`");
        gate.findings.add(Code::GateIgnored, level, entry.at.clone(), message, "remove it");
    }

    /// What stands before the gate in its job.
    fn look_at_steps(&self, gate: &Found<'_>, before: &[Yaml], all: &[Yaml], into: &mut Gate) {
        let found = &mut into.findings;
        let mends = matches!(&gate.how, How::Action(Some(inputs)) if inputs.get("deepen").is_some_and(is_yes));
        let of = |step: &Yaml, action: &str| {
            let uses = step.get("uses").and_then(Yaml::text).unwrap_or_default();
            uses.split_once('@').is_some_and(|(name, _)| name.eq_ignore_ascii_case(action))
        };
        for checkout in before.iter().filter(|step| of(step, "actions/checkout")) {
            self.look_at_checkout(checkout, mends, found);
        }
        for cache in before.iter().filter(|step| of(step, "actions/cache") || of(step, "actions/cache/restore")) {
            let at = cache.get("uses").map_or_else(|| cache.at.clone(), |uses| uses.at.clone());
            let message = "a cache is restored before the gate runs, which a change may have written";
            let help = "leave it out of the gate's job: judging from nothing is a matter of seconds";
            found.add(Code::GateCache, Level::Warning, at, message, help);
        }
        for step in all {
            let Some((value, uses)) = step.get("uses").and_then(|value| Some((value, value.text()?))) else { continue };
            if !is_pinned(uses) {
                let message = format!("{uses} is whatever its owner makes of that name next");
                let help = "name the full id of a commit that you have looked at, the version behind it in a comment";
                found.add(Code::GateUnpinned, Level::Warning, value.at.clone(), message, help);
            }
        }
    }

    fn look_at_checkout(&self, checkout: &Yaml, mends: bool, found: &mut Examined) {
        let uses_at = checkout.get("uses").map_or_else(|| checkout.at.clone(), |uses| uses.at.clone());
        let inputs = checkout.get("with");
        let depth = inputs.and_then(|inputs| inputs.get("fetch-depth"));
        match depth.map(|depth| (depth, depth.text().unwrap_or_default())) {
            Some((_, "0")) => {}
            _ if mends => {}
            Some((depth, number)) => {
                let message = format!("the gate is given {number} commits of history, and judges a window of weeks");
                let help = "write `fetch-depth: 0`";
                found.add(Code::GateShallow, Level::Error, depth.at.clone(), message, help);
            }
            None => {
                let message = "the gate is given one commit of history: it will not be able to judge";
                let help = "add `with: { fetch-depth: 0 }`";
                found.add(Code::GateShallow, Level::Error, uses_at, message, help);
            }
        }
        for key in ["filter", "sparse-checkout"] {
            if let Some(entry) = inputs.and_then(|inputs| inputs.entry(key)) {
                let message = format!("`{key}` makes a partial clone, which has not the files that are to be measured");
                found.add(Code::GateShallow, Level::Error, entry.at.clone(), message, "remove it");
            }
        }
    }
}

fn look_at_condition(entry: &Entry, triggers: &Triggers<'_>, found: &mut Examined) {
    let text = entry.value.text().unwrap_or_default();
    if !is_harmless(text, &triggers.of_changes()) {
        let message = "where this condition does not hold the gate is skipped, and that counts as passed";
        let help = "remove it: debtlint itself passes over what concerns nobody";
        found.add(Code::GateSkipped, Level::Error, entry.at.clone(), message, help);
    }
}

/// Whether what a step uses cannot change: of this commit, of a commit, or of a digest.
fn is_pinned(uses: &str) -> bool {
    let is_id = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match uses.split_once("@sha256:") {
        Some((_, digest)) => is_id(digest),
        None if uses.starts_with("./") => true,
        None => uses.rsplit_once('@').is_some_and(|(_, id)| is_id(id)),
    }
}

/// The texts of a list, or of the one text that stands for it; of a mapping its keys.
fn names(value: &Yaml) -> Vec<(&str, &Location)> {
    match &value.value {
        Value::Map(entries) => entries.iter().map(|entry| (entry.key.as_str(), &entry.at)).collect(),
        _ => value.items().iter().filter_map(|item| Some((item.text()?, &item.at))).collect(),
    }
}
