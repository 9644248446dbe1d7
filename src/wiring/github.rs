//! GitHub Actions.

mod condition;
mod inputs;
mod names;
mod steps;
mod triggers;

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::config::document;
use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Value;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Ends;
use super::Event;
use super::Examined;
use super::Place;
use super::Reach;
use super::Run;
use super::Setup;
use super::What;
use super::is_no;
use super::shell;
use super::shell::Shell;
use super::weakness::CONDITION;

use condition::excludes;
use condition::is_harmless;
use inputs::Condition;
use inputs::Inputs;
pub(super) use names::CheckName;
use steps::Before;
use steps::Steps;
use triggers::Triggers;

/// A workflow calls another, an action another; so deep is followed.
const DEEPEST: usize = 4;
/// So many files that others call are read for one workflow: that these call themselves many times must not take for ever.
const MOST: usize = 200;
/// At which a file that others call is run, as far as it matters.
const OF_CHANGES: [&str; 2] = ["pull_request", "merge_group"];

pub(super) fn examine(read: &Document, setup: &Setup<'_>, found: &mut Examined) {
    let Some(triggers) = Triggers::of(read) else { return };
    let jobs = read.root.get("jobs").map(Yaml::entries).unwrap_or_default();
    // One that is only called by others is looked at where it is called.
    if triggers.is_only_called() {
        if setup.is_called {
            examine_called(read, jobs, setup, found);
        }
        return;
    }
    let gates = gates(read, jobs, None, setup);
    if triggers.are_seen_at_changes() {
        let judges = |job: &&Entry| gates.iter().any(|gate| gate.is_of(&job.key));
        found.idle.extend(jobs.iter().filter(|job| !judges(job)).flat_map(CheckName::of));
    }
    let Some(kept) = kept(&gates) else { return };
    if !triggers.are_of_changes() {
        found.others.push(triggers.at.clone());
        return;
    }
    found.gates.insert(read.name.to_string());
    let bases: Vec<&str> = kept.iter().filter_map(|gate| gate.base.as_deref()).collect();
    let is_tied = bases.len() == kept.len();
    tell(&kept, &triggers.of_changes(), &|event| triggers.reach(event), found);
    triggers.look_at(is_tied, &bases, found);
}

/// What the check of a job is called: by the job's name, or else by its key.
fn check(job: &Entry) -> String {
    job.value.get("name").and_then(Yaml::text).unwrap_or(&job.key).to_owned()
}

/// Looks at an action as if a workflow used it.
pub(super) fn examine_action(read: &Document, setup: &Setup<'_>, found: &mut Examined) {
    let runs = read.root.entry("runs").filter(|_| setup.is_called);
    examine_called(read, runs.map(std::slice::from_ref).unwrap_or_default(), setup, found);
}

fn examine_called(read: &Document, jobs: &[Entry], setup: &Setup<'_>, found: &mut Examined) {
    // By itself it is told nothing.
    let of_workflow = || read.root.get("on").and_then(|on| on.get("workflow_call")?.get("inputs"));
    let declared = read.root.get("inputs").or_else(of_workflow);
    let gates = gates(read, jobs, declared, setup);
    let Some(kept) = kept(&gates) else { return };
    found.gates.insert(read.name.to_string());
    found.is_called = true;
    tell(&kept, &OF_CHANGES, &|_event| Event::default(), found);
}

fn gates(read: &Document, jobs: &[Entry], declared: Option<&Yaml>, setup: &Setup<'_>) -> Vec<Gate> {
    let (mut gates, left) = (Vec::new(), Cell::new(MOST));
    for entry in jobs {
        Job { read, entry, setup, inputs: Inputs::of(declared, None), left: &left }.gates(DEEPEST, &mut gates);
    }
    gates
}

/// The gates that count: a run that only reports may stand beside one.
fn kept(gates: &[Gate]) -> Option<Vec<&Gate>> {
    let first = gates.first()?;
    let kept: Vec<&Gate> = gates.iter().filter(|gate| !gate.is_report).collect();
    Some(if kept.is_empty() { vec![first] } else { kept })
}

fn tell(gates: &[&Gate], events: &[&str], reach: &dyn Fn(&str) -> Event, found: &mut Examined) {
    for gate in gates {
        let mut own = Examined::default();
        for condition in &gate.conditions {
            if !is_harmless(&condition.meant, events) {
                let message = "where this condition does not hold the gate is skipped, and that counts as passed";
                let help = "remove it: debtlint itself passes over what concerns nobody";
                let what = What::of_run(CONDITION).each(condition::parts(&condition.meant));
                own.add((Code::GateSkipped, Level::Error), what, condition.at.clone(), message, help);
            }
            found.conditions.push((condition.text.clone(), condition.at.clone()));
        }
        let run = || Run { job: gate.job.clone(), call: gate.call.clone() };
        found.places.extend(gate.at.as_ref().map(|at| Place {
            run: run(),
            reach: gate.reach(events, reach),
            guards: BTreeSet::new(),
            check: gate.check.clone(),
            at: at.clone(),
        }));
        found.take(&gate.findings, run());
        found.take(&own, run());
    }
}

/// A place that runs the gate.
#[derive(Default)]
struct Gate {
    /// What is wrong there, whenever it runs.
    findings: Examined,
    /// The conditions of its step, its job, and of what calls these.
    conditions: Vec<Condition>,
    /// Whether it is told not to fail.
    is_report: bool,
    /// The one base branch that it holds for.
    base: Option<String>,
    /// Whether it fetches what its clone lacks.
    mends: bool,
    /// The job, behind those that call it.
    job: String,
    /// What is called.
    call: String,
    /// What the check of the job is called.
    check: Option<String>,
    /// Which revisions it judges.
    ends: Ends,
    /// What it asks for beside the policy.
    asks: BTreeSet<String>,
    /// Where.
    at: Option<Location>,
}

impl Gate {
    /// Whether it runs in a job, or in what that calls.
    fn is_of(&self, job: &str) -> bool {
        self.job.strip_prefix(job).is_some_and(|rest| rest.starts_with('/'))
    }

    /// For which changes it is run, of those for which its file is.
    fn reach(&self, events: &[&str], of_file: &dyn Fn(&str) -> Event) -> Reach {
        let meant = || self.conditions.iter().map(|condition| condition.meant.as_str());
        let run = events.iter().filter(|event| !meant().any(|condition| excludes(condition, event)));
        let event = |name: &str| {
            let unless = meant().filter(|condition| !is_harmless(condition, &[name])).map(str::to_owned).collect();
            (name.to_owned(), Event { unless, ..of_file(name) })
        };
        let tied = self.base.as_ref().map(|base| base.strip_prefix("refs/heads/").unwrap_or(base).to_owned());
        Reach { events: run.map(|name| event(name)).collect(), tied, ends: self.ends.clone(), asks: self.asks.clone() }
    }
}

/// A job of a workflow.
struct Job<'d> {
    read: &'d Document,
    entry: &'d Entry,
    setup: &'d Setup<'d>,
    /// What `inputs` are there.
    inputs: Inputs,
    /// How many files may still be read.
    left: &'d Cell<usize>,
}

impl Job<'_> {
    fn gates(&self, depth: usize, gates: &mut Vec<Gate>) {
        let job = &self.entry.value;
        let from = gates.len();
        if let Some(called) = job.get("uses").and_then(Yaml::text).and_then(|uses| uses.strip_prefix("./")) {
            let Some((read, deeper)) = self.local(called).zip(depth.checked_sub(1)) else { return };
            let declared = read.root.get("on").and_then(|on| on.get("workflow_call")?.get("inputs"));
            for entry in read.root.get("jobs").map(Yaml::entries).unwrap_or_default() {
                let inputs = Inputs::of(declared, job.get("with"));
                Job { read: &read, entry, setup: self.setup, inputs, left: self.left }.gates(deeper, gates);
            }
            gates.iter_mut().skip(from).for_each(|gate| gate.findings.know(&read.name, &read.text));
        } else {
            let all = job.get("steps").map(Yaml::items).unwrap_or_default();
            let steps = Steps { job: self, read: self.read, all, inputs: &self.inputs, around: Vec::new() };
            steps.gates(&mut Before::default(), depth, gates);
        }
        gates.iter_mut().skip(from).for_each(|gate| self.look_at_job(gate));
    }

    /// The workflow, or the action, at a path of this repository.
    fn local(&self, path: &str) -> Option<Document> {
        self.left.set(self.left.get().checked_sub(1)?);
        let bytes = (self.setup.read)(path)?;
        document::read(path, &bytes).and_then(super::clear).ok()
    }

    /// What a step's script is run by, as it is written.
    fn named_shell(&self, step: &Yaml) -> Option<String> {
        let default = |of: &Yaml| {
            let shell = of.get("defaults").and_then(|all| all.get("run")).and_then(|run| run.get("shell"));
            shell.and_then(Yaml::text).map(str::to_owned)
        };
        let own = step.get("shell").and_then(Yaml::text).map(str::to_owned);
        own.or_else(|| default(&self.entry.value)).or_else(|| default(&self.read.root))
    }

    /// What runs a step's script.
    fn shell(&self, step: &Yaml) -> Shell {
        let is_windows = || {
            let on = self.entry.value.get("runs-on").map(Yaml::texts).unwrap_or_default();
            on.iter().any(|(_, text)| text.contains("windows"))
        };
        match self.named_shell(step).as_deref() {
            None if is_windows() => Shell { errexit: false, pipefail: true },
            None => Shell { errexit: true, pipefail: false },
            Some(line) => shell::of_line(line),
        }
    }

    /// Whether it is known how what runs a step's script ends.
    fn look_at_shell(&self, step: &Yaml, found: &mut Examined) {
        let Some(line) = self.named_shell(step).filter(|line| !shell::is_plain(line)) else { return };
        let at = step.get("shell").map_or_else(|| step.at.clone(), |shell| shell.at.clone());
        let message = format!("whether the step fails with the gate is not known: `shell: {line}`");
        let (what, help) = (What::of_run(format!("shell {line}")), "name `bash` or `sh`, with options alone");
        found.add((Code::GateIgnored, Level::Warning), what, at, message, help);
    }

    /// What is said of the job.
    fn look_at_job(&self, gate: &mut Gate) {
        let job = &self.entry.value;
        gate.job = format!("{}/{}", self.entry.key, gate.job);
        gate.check = Some(check(self.entry));
        self.may_fail(self.read, job, "job", gate);
        gate.conditions.extend(self.inputs.condition(job));
        if let Some(container) = job.entry("container") {
            gate.findings.guards.push(super::of_image(container, "image"));
        }
        let runs_anyway = job
            .get("if")
            .and_then(Yaml::text)
            .is_some_and(|text| ["always()", "!cancelled()"].iter().any(|word| text.contains(word)));
        let needs = job.entry("needs").filter(|needs| !needs.value.texts().is_empty());
        if let Some(needs) = needs.filter(|_| !runs_anyway) {
            let message =
                "where a job that it needs fails or is skipped, the gate is skipped, and that counts as passed";
            let help = "let the gate's job need no other, or give it `if: ${{ !cancelled() }}`";
            let what = What::of_job("needs").each(needs.value.texts().iter().map(|(_, text)| *text));
            gate.findings.add((Code::GateSkipped, Level::Error), what, needs.at.clone(), message, help);
        }
    }

    fn may_fail(&self, read: &Document, of: &Yaml, what: &str, gate: &mut Gate) {
        let is_never = |entry: &&Entry| is_no(&entry.value) || entry.value.text() == Some("${{ false }}");
        let Some(entry) = of.entry("continue-on-error").filter(|entry| !is_never(entry)) else { return };
        // A later step may look at how it ended.
        let id = of.get("id").and_then(Yaml::text);
        let is_looked_at = id.is_some_and(|id| {
            [".outcome", ".outputs.standing"].iter().any(|of| read.text.contains(&format!("steps.{id}{of}")))
        });
        let level = if is_looked_at { Level::Warning } else { Level::Error };
        let message = format!("a gate that fails here fails nothing: the {what} has `continue-on-error`");
        let said = entry.value.text().unwrap_or_default();
        let what = What::of_run(format!("continue-on-error of the {what}: {said}"));
        gate.findings.add((Code::GateIgnored, level), what, entry.at.clone(), message, "remove it");
    }
}

/// The texts of a list, or of the one text that stands for it; of a mapping its keys.
fn names(value: &Yaml) -> Vec<(&str, &Location)> {
    match &value.value {
        Value::Map(entries) => entries.iter().map(|entry| (entry.key.as_str(), &entry.at)).collect(),
        _ => value.items().iter().filter_map(|item| Some((item.text()?, &item.at))).collect(),
    }
}
