//! Bitbucket Pipelines.

use crate::config::document::Document;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Event;
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
    for entry in requests.map(Yaml::entries).unwrap_or_default() {
        steps(&entry.value, &mut Vec::new(), &mut |step, around| all.push((entry.key.as_str(), step, around)));
    }
    let mut runs = false;
    for (pattern, step, around) in all {
        let lines = step.get("script").map(Yaml::texts).unwrap_or_default();
        let name = step.get("name").and_then(Yaml::text).unwrap_or_default();
        // The first line that fails ends the step, and all are run by one shell.
        let text: String = lines.iter().map(|(_, text)| format!("{text}\n")).collect();
        let calls = shell::calls(&text, RUNNER, &mut Environment::default());
        for call in &calls {
            let mut of_call = Examined::default();
            let line = lines.iter().find(|(_, text)| text.contains(&call.piece)).map_or(step, |(line, _)| line);
            let (at, run) = (place(read, line, call), Run { job: name.to_owned(), call: call.name() });
            look_at(call, &at, &mut of_call);
            // The pattern is one of branches that changes come from.
            let event = Event { branches: Some(vec![pattern.to_owned()]), ..Event::default() };
            found.judges((run.clone(), &at), call, "pull-requests", event);
            found.take(&of_call, run);
        }
        if !calls.is_empty() {
            runs = true;
            let mut own = Examined::default();
            look_at_step(read, step, &mut own);
            around.iter().for_each(|of| look_at_keys(of, &mut own));
            let image = step.entry("image").or_else(|| read.root.entry("image"));
            own.guards.extend(image.map(|image| super::of_image(image, "name")));
            found.take(&own, Run { job: name.to_owned(), call: String::new() });
        }
    }
    if runs {
        found.gates.insert(read.name.to_string());
        return;
    }
    let mut elsewhere = Vec::new();
    if let Some(pipelines) = pipelines {
        steps(pipelines, &mut Vec::new(), &mut |step, _around| elsewhere.push(step));
    }
    let scripts = elsewhere.iter().filter_map(|step| step.get("script"));
    let runs = |text: &str| !shell::calls(text, RUNNER, &mut Environment::default()).is_empty();
    let calls = |script: &&Yaml| script.texts().iter().any(|(_, text)| runs(text));
    found.others.extend(scripts.into_iter().find(calls).map(|script| script.at.clone()));
}

/// Every step below, through stages and what runs beside each other, with the stages around it.
fn steps<'d>(value: &'d Yaml, around: &mut Vec<&'d Yaml>, take: &mut dyn FnMut(&'d Yaml, Vec<&'d Yaml>)) {
    for entry in value.entries() {
        match entry.key.as_str() {
            "step" => take(&entry.value, around.clone()),
            "stage" => {
                around.push(&entry.value);
                steps(&entry.value, around, take);
                around.pop();
            }
            _ => steps(&entry.value, around, take),
        }
    }
    if let crate::config::document::Value::List(items) = &value.value {
        items.iter().for_each(|item| steps(item, around, take));
    }
}

/// What a step and its stage may both say.
fn look_at_keys(step: &Yaml, found: &mut Examined) {
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
}

fn look_at_step(read: &Document, step: &Yaml, found: &mut Examined) {
    look_at_keys(step, found);
    let on_fail = step.entry("on-fail").filter(|entry| entry.value.texts().iter().any(|(_, text)| *text == "ignore"));
    if let Some(on_fail) = on_fail {
        let message = "a gate that fails here fails nothing: `on-fail`";
        found.add((Code::GateIgnored, Level::Error), What::of_job("on-fail"), on_fail.at.clone(), message, "remove it");
    }
    if let Some(caches) = step.entry("caches").filter(|caches| !caches.value.texts().is_empty()) {
        let message = "a cache that changes can write is restored before the gate runs";
        let what = What::of_job("cache").each(caches.value.texts().iter().map(|(_, text)| *text));
        found.add(
            (Code::GateCache, Level::Warning),
            what,
            caches.at.clone(),
            message,
            "leave it out of the gate's step",
        );
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
