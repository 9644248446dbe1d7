//! Azure Pipelines.

use crate::config::document::Document;
use crate::config::document::Value;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;

use super::Event;
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

/// Scripts go on behind what fails, unless they say otherwise.
const LAX: Shell = Shell { errexit: false, pipefail: false };
/// PowerShell keeps the exit code of a program through a pipe.
const POWERSHELL: Shell = Shell { errexit: false, pipefail: true };

pub(super) fn examine(read: &Document, found: &mut Examined) {
    let before = found.gates.len();
    let stages = read.root.get("stages").into_iter().flat_map(Yaml::items);
    for stage in stages.chain([&read.root]) {
        let jobs = stage.get("jobs").into_iter().flat_map(Yaml::items);
        for job in jobs.chain([stage]) {
            look_at_job(read, stage, job, found);
        }
    }
    if found.gates.len() > before {
        look_at_triggers(read, found);
    }
}

fn look_at_job(read: &Document, stage: &Yaml, job: &Yaml, found: &mut Examined) {
    let steps = job.get("steps").map(Yaml::items).unwrap_or_default();
    let mut runs = false;
    let name = |of: &Yaml, keys: [&str; 2]| {
        keys.into_iter().find_map(|key| of.get(key)?.text()).unwrap_or_default().to_owned()
    };
    let name = format!("{}/{}", name(stage, ["stage", "template"]), name(job, ["job", "deployment"]));
    let mut own = Examined::default();
    let mut variables = Environment::default();
    for of in [&read.root, stage, job] {
        give(of.get("variables"), &mut variables);
    }
    for step in steps {
        let mut environment = variables.clone();
        give(step.get("env"), &mut environment);
        let around = [read.root.get("variables"), stage.get("variables"), job.get("variables"), step.get("env")];
        let set: Vec<_> = around.into_iter().flatten().flat_map(given).collect();
        let scripts = ["bash", "script", "powershell", "pwsh"].into_iter().filter_map(|key| step.entry(key));
        for script in scripts.chain(step.get("inputs").and_then(|inputs| inputs.entry("script"))) {
            let shell = if matches!(script.key.as_str(), "powershell" | "pwsh") { POWERSHELL } else { LAX };
            let Some(text) = script.value.text() else { continue };
            for call in shell::calls(text, shell, &mut environment) {
                runs = true;
                found.gates.insert(read.name.to_string());
                let mut of_call = Examined::default();
                let (at, run) = (place(read, &script.value, &call), Run { job: name.clone(), call: call.name() });
                look_at(&call, &at, &mut of_call);
                look_at_keys(step, What::of_run, &mut of_call);
                of_call.guards.extend(step.entry("target").map(|target| super::of_image(target, "container")));
                of_call.guards.extend(set.iter().copied().filter_map(super::of_variable));
                found.judges((run.clone(), &at), &call, "pr", reach(read));
                found.take(&of_call, run);
            }
        }
    }
    if !runs {
        return;
    }
    look_at_keys(job, What::of_job, &mut own);
    own.guards.extend(job.entry("container").map(|container| super::of_image(container, "image")));
    let checkout = steps.iter().find(|step| step.get("checkout").is_some());
    let depth = checkout.and_then(|checkout| checkout.get("fetchDepth"));
    match depth.map(|depth| (depth, depth.text())) {
        Some((_, Some("0"))) => {}
        Some((depth, number)) => own.add(
            (Code::GateShallow, Level::Error),
            of_depth(number),
            depth.at.clone(),
            "the gate is given a shallow clone",
            "write `fetchDepth: \"0\"`",
        ),
        None => own.add(
            (Code::GateShallow, Level::Warning),
            of_depth(Some("1")),
            checkout.or_else(|| steps.first()).unwrap_or(job).at.clone(),
            "the clone is shallow in pipelines that were made since 2022, unless `fetchDepth` says otherwise",
            "begin the steps with `- checkout: self` and its `fetchDepth: \"0\"`",
        ),
    }
    found.take(&own, Run { job: name, call: String::new() });
}

/// For which branches it is started; in Azure Repos a policy of the branch says so.
fn reach(read: &Document) -> Event {
    let pr = read.root.get("pr");
    let branches = pr.and_then(|pr| pr.get("branches"));
    let listed = pr.filter(|pr| matches!(pr.value, Value::List(_)));
    let include = branches.map_or(listed, |branches| branches.get("include").or(Some(branches)));
    let include = include.filter(|named| matches!(named.value, Value::List(_)));
    let named = |of: &Yaml| of.texts().into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    Event { branches: include.map(named), ..Event::default() }
}

fn of_depth(number: Option<&str>) -> What {
    super::of_depth("depth", number.unwrap_or_default())
}

fn give(variables: Option<&Yaml>, environment: &mut Environment) {
    for (name, value) in variables.map(given).unwrap_or_default() {
        environment.give(name, value.text().unwrap_or_default(), &value.at);
    }
}

/// Variables, which programs are given: `NAME: value`, or `- { name: NAME, value: value }`.
fn given(variables: &Yaml) -> Vec<(&str, &Yaml)> {
    let entries = variables.entries().iter().map(|entry| (entry.key.as_str(), &entry.value));
    let is_list = matches!(variables.value, Value::List(_));
    let items = variables.items().iter().filter(|_| is_list);
    let items = items.filter_map(|one| one.get("name").and_then(Yaml::text).zip(one.get("value")));
    entries.chain(items).collect()
}

/// What a step and a job may both say.
fn look_at_keys(of: &Yaml, what: fn(String) -> What, found: &mut Examined) {
    if let Some(enabled) = of.entry("enabled").filter(|entry| !is_yes(&entry.value)) {
        let (message, what) = ("the gate is not run: `enabled`", what("enabled".to_owned()));
        found.add((Code::GateSkipped, Level::Error), what, enabled.at.clone(), message, "remove it");
    }
    if let Some(entry) = of.entry("continueOnError").filter(|entry| !is_no(&entry.value)) {
        let message = "a gate that fails here fails nothing: `continueOnError`";
        let what = what(format!("continueOnError {}", entry.value.text().unwrap_or_default()));
        found.add((Code::GateIgnored, Level::Error), what, entry.at.clone(), message, "remove it");
    }
    let inputs = of.get("inputs").and_then(|inputs| inputs.entry("ignoreLASTEXITCODE"));
    if let Some(entry) = of.entry("ignoreLASTEXITCODE").or(inputs).filter(|entry| !is_no(&entry.value)) {
        let message = "a gate that fails here fails nothing: `ignoreLASTEXITCODE`";
        let what = what("ignoreLASTEXITCODE".to_owned());
        found.add((Code::GateIgnored, Level::Error), what, entry.at.clone(), message, "remove it");
    }
    let Some(condition) = of.entry("condition") else { return };
    let text: String = condition.value.text().unwrap_or_default().split_whitespace().collect();
    let is_harmless = [
        "always()",
        "succeeded()",
        "succeededOrFailed()",
        "eq(variables['Build.Reason'],'PullRequest')",
        "and(succeeded(),eq(variables['Build.Reason'],'PullRequest'))",
    ];
    if !is_harmless.contains(&text.as_str()) {
        let message = "where this condition does not hold the gate does not run, and nothing fails";
        let help = "remove it, or ask for `eq(variables['Build.Reason'], 'PullRequest')` alone";
        let what = what(format!("condition {text}"));
        found.add((Code::GateSkipped, Level::Error), what, condition.at.clone(), message, help);
    }
}

fn look_at_triggers(read: &Document, found: &mut Examined) {
    let Some(pr) = read.root.entry("pr") else { return };
    if pr.value.text() == Some("none") {
        let message = "`pr: none`: of repositories on GitHub and Bitbucket no change is judged";
        let help = "name the branches, as in `pr: { branches: { include: [main] } }`";
        found.add((Code::GateEventMissing, Level::Warning), What::of_file("pr"), pr.at.clone(), message, help);
    }
    if let Some(exclude) = pr.value.get("branches").and_then(|branches| branches.entry("exclude")) {
        let (message, help) =
            ("changes for branches that `exclude` names are not judged", "name those that are, with `include`");
        let what = What::of_file("exclude").each(exclude.value.texts().iter().map(|(_, text)| *text));
        found.add((Code::GateSkipped, Level::Warning), what, exclude.at.clone(), message, help);
    }
    if let Some(paths) = pr.value.entry("paths") {
        let message = "`paths` keeps the gate from running for other changes";
        let help = "remove it: a change that concerns nobody passes by itself";
        found.add((Code::GateSkipped, Level::Error), super::of_filter(paths), paths.at.clone(), message, help);
    }
}
