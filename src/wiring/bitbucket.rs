//! Bitbucket Pipelines.

use crate::config::document::Document;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Examined;
use super::Run;
use super::What;
use super::look_at;
use super::place;
use super::shell;
use super::shell::Environment;
use super::shell::Shell;

/// Lines run one by one, and the first that fails ends the step.
const RUNNER: Shell = Shell { errexit: true, pipefail: false };

pub(super) fn examine(read: &Document, found: &mut Examined) {
    let pipelines = read.root.get("pipelines");
    let requests = pipelines.and_then(|pipelines| pipelines.get("pull-requests"));
    let mut all = Vec::new();
    if let Some(requests) = requests {
        steps(requests, &mut all);
    }
    let mut runs = false;
    for step in all {
        let lines = step.get("script").map(Yaml::texts).unwrap_or_default();
        let mut is_gate = false;
        let name = step.get("name").and_then(Yaml::text).unwrap_or_default();
        let mut environment = Environment::default();
        for (line, text) in lines {
            for call in shell::calls(text, RUNNER, &mut environment) {
                is_gate = true;
                let mut of_call = Examined::default();
                look_at(&call, &place(read, line, &call), &mut of_call);
                found.take(&of_call, Run { job: name.to_owned(), call: call.name() });
            }
        }
        if is_gate {
            runs = true;
            let mut own = Examined::default();
            look_at_step(read, step, &mut own);
            found.take(&own, Run { job: name.to_owned(), call: String::new() });
        }
    }
    if runs {
        found.gates.insert(read.name.to_string());
        return;
    }
    let mut elsewhere = Vec::new();
    if let Some(pipelines) = pipelines {
        steps(pipelines, &mut elsewhere);
    }
    let scripts = elsewhere.iter().filter_map(|step| step.get("script"));
    let runs = |text: &str| !shell::calls(text, RUNNER, &mut Environment::default()).is_empty();
    let calls = |script: &&Yaml| script.texts().iter().any(|(_, text)| runs(text));
    found.others.extend(scripts.into_iter().find(calls).map(|script| script.at.clone()));
}

/// Every step below, through stages and what runs beside each other.
fn steps<'d>(value: &'d Yaml, all: &mut Vec<&'d Yaml>) {
    for entry in value.entries() {
        match entry.key.as_str() {
            "step" => all.push(&entry.value),
            _ => steps(&entry.value, all),
        }
    }
    if let crate::config::document::Value::List(items) = &value.value {
        items.iter().for_each(|item| steps(item, all));
    }
}

fn look_at_step(read: &Document, step: &Yaml, found: &mut Examined) {
    if let Some(condition) = step.entry("condition") {
        let message = "`condition` keeps the gate from running for other changes";
        let help = "remove it: a change that concerns nobody passes by itself";
        found.add((Code::GateSkipped, Level::Error), super::of_filter(condition), condition.at.clone(), message, help);
    }
    if let Some(trigger) = step.entry("trigger").filter(|entry| entry.value.text() == Some("manual")) {
        let message = "somebody has to start the step, and nothing waits for it";
        let help = "remove `trigger: manual`";
        found.add((Code::GateSkipped, Level::Error), What::of_job("manual"), trigger.at.clone(), message, help);
    }
    let on_fail = step.entry("on-fail").filter(|entry| entry.value.texts().iter().any(|(_, text)| *text == "ignore"));
    if let Some(on_fail) = on_fail {
        let message = "a gate that fails here fails nothing: `on-fail`";
        found.add((Code::GateIgnored, Level::Error), What::of_job("on-fail"), on_fail.at.clone(), message, "remove it");
    }
    let depth = |of: &Yaml| of.get("clone").and_then(|clone| clone.get("depth")).cloned();
    let depth = depth(step).or_else(|| depth(&read.root));
    if depth.as_ref().and_then(Yaml::text) != Some("full") {
        let what = super::of_depth("depth", depth.as_ref().map_or("50", |depth| depth.text().unwrap_or_default()));
        let at = depth.map_or_else(|| Location::start_of(&read.name), |depth| depth.at);
        let message = "the gate is given a shallow clone, 50 commits if nothing else is said";
        found.add((Code::GateShallow, Level::Error), what, at, message, "add `clone: { depth: full }`");
    }
}
