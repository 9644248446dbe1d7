//! Steps that run one behind the other: of a job, or of an action of the repository that it uses.

use std::collections::BTreeMap;

use crate::config::document::Document;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;
use crate::wiring::Ends;
use crate::wiring::Examined;
use crate::wiring::Extent;
use crate::wiring::SAID_OF_CHANGES;
use crate::wiring::What;
use crate::wiring::checkout::is_in_checkout;
use crate::wiring::is_yes;
use crate::wiring::look_at;
use crate::wiring::of_checkout;
use crate::wiring::of_depth;
use crate::wiring::of_head;
use crate::wiring::place;
use crate::wiring::reach::asks;
use crate::wiring::shell;
use crate::wiring::shell::Call;
use crate::wiring::shell::Environment;
use crate::wiring::shell::Handed;

use super::Gate;
use super::Job;
use super::inputs::Inputs;

/// Steps of one file.
pub(super) struct Steps<'d> {
    pub(super) job: &'d Job<'d>,
    /// Where they stand.
    pub(super) read: &'d Document,
    pub(super) all: &'d [Yaml],
    /// What `inputs` are there.
    pub(super) inputs: &'d Inputs,
    /// The steps that use the action: what they set in their `env` holds in it.
    pub(super) around: Vec<&'d Yaml>,
}

/// What steps hand to those behind them in the job.
#[derive(Default)]
pub(super) struct Before {
    /// Variables, and where they are set.
    variables: BTreeMap<&'static str, (String, Location)>,
    /// Folders of the checkout on the `PATH`.
    folders: Vec<Location>,
}

impl Before {
    /// Takes what a script hands on. One that may not be run mends nothing.
    fn take(&mut self, read: &Document, (script, text): (&Yaml, &str), is_always_run: bool) {
        for (handed, line) in shell::handed(text) {
            let at = read.place_of(script, &line);
            match handed {
                Handed::Variable(name, value) => {
                    let known = self.variables.get(name);
                    let keeps = !is_always_run && known.is_some_and(|(value, _)| is_in_checkout(value));
                    if !keeps || is_in_checkout(&value) {
                        self.variables.insert(name, (value, at));
                    }
                }
                // A step that puts debtlint there is meant; and where `cd` went is not known.
                Handed::Path(folder) if is_in_checkout(&folder) && self.folders.len() < shell::FOLDERS => {
                    let is_moved = folder.starts_with("$PWD") || folder.starts_with("$(pwd)");
                    let is_known = !is_moved || !text.contains("cd ");
                    if is_known && !text.contains("debtlint") {
                        self.folders.push(at);
                    }
                }
                Handed::Path(_) => {}
            }
        }
    }
}

impl Steps<'_> {
    /// The places that run the gate.
    pub(super) fn gates(&self, before: &mut Before, depth: usize, gates: &mut Vec<Gate>) {
        for (number, step) in self.all.iter().enumerate() {
            let from = gates.len();
            self.in_step(step, before, depth, gates);
            for gate in gates.iter_mut().skip(from) {
                gate.findings.know(&self.read.name, &self.read.text);
                self.job.may_fail(self.read, step, "step", gate);
                gate.conditions.extend(self.inputs.condition(step));
                self.look_at_steps(number, gate);
            }
        }
    }

    fn in_step(&self, step: &Yaml, before: &mut Before, depth: usize, gates: &mut Vec<Gate>) {
        if let Some((script, text)) = step.get("run").and_then(|run| Some((run, run.text()?))) {
            let mut environment = self.environment(step, before);
            for call in shell::calls(text, self.job.shell(step), &mut environment) {
                let mut gate = self.of_call(&call, &place(self.read, script, &call), before);
                self.look_at_surroundings(step, before, &mut gate.findings);
                self.job.look_at_shell(step, &mut gate.findings);
                gates.push(gate);
            }
            before.take(self.read, (script, text), step.entry("if").is_none());
            return;
        }
        let Some(uses) = step.get("uses").and_then(Yaml::text) else { return };
        let (name, _) = uses.split_once('@').unwrap_or((uses, ""));
        let Some(folder) = uses.strip_prefix("./") else {
            if matches!(name.rsplit('/').next(), Some("debtlint" | "debtlint-action")) {
                let mut gate = self.of_action(step, before);
                // Another owner's is another program.
                gate.findings.guards.push((format!("uses {}", name.to_ascii_lowercase()), step.at.clone()));
                gates.push(gate);
            }
            return;
        };
        let folder = folder.trim_end_matches('/');
        let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let Some(deeper) = depth.checked_sub(1) else { return };
        let action = ["action.yml", "action.yaml"].into_iter().find_map(|name| self.job.local(&path(name)));
        let Some(action) = action else { return };
        // This project's own action.
        if action.root.get("name").and_then(Yaml::text) == Some("debtlint") {
            gates.push(self.of_action(step, before));
            return;
        }
        let inner = Steps {
            job: self.job,
            read: &action,
            all: action.root.get("runs").and_then(|runs| runs.get("steps")).map(Yaml::items).unwrap_or_default(),
            inputs: &Inputs::of(action.root.get("inputs"), step.get("with")),
            around: self.around.iter().copied().chain([step]).collect(),
        };
        inner.gates(before, deeper, gates);
    }

    /// The variables that a step is given: what is said nearest to it holds.
    fn environment(&self, step: &Yaml, before: &Before) -> Environment {
        let mut environment = Environment::default();
        give(&self.job.read.root, &mut environment);
        give(&self.job.entry.value, &mut environment);
        self.job.entry.value.get("container").into_iter().for_each(|of| give(of, &mut environment));
        for (name, (value, at)) in &before.variables {
            environment.give(name, value, at);
        }
        self.around.iter().for_each(|of| give(of, &mut environment));
        give(step, &mut environment);
        environment
    }

    /// What is set around a step that may put something else in the place of debtlint.
    fn look_at_surroundings(&self, step: &Yaml, before: &Before, found: &mut Examined) {
        let around = [&self.job.read.root, &self.job.entry.value].into_iter().chain(self.around.iter().copied());
        for entry in around.chain([step]).filter_map(|of| of.get("env")).flat_map(Yaml::entries) {
            let value = entry.value.text().unwrap_or_default();
            found.guards.extend(shell::of_variable(&entry.key, value).map(|guard| (guard, entry.at.clone())));
        }
        for (name, (value, at)) in &before.variables {
            found.guards.extend(shell::of_variable(name, value).map(|guard| (guard, at.clone())));
        }
    }

    fn of_call(&self, call: &Call, at: &Location, before: &Before) -> Gate {
        let mut gate =
            Gate { is_report: call.has("--exit-zero"), call: call.name(), at: Some(at.clone()), ..Gate::default() };
        (gate.ends, gate.asks) = (Ends::of(call), call.asks());
        gate.base = call.value("--expect-base").map(str::to_owned);
        look_at(call, at, &mut gate.findings);
        if call.is_on_path {
            look_at_path(before, &mut gate.findings);
        }
        gate
    }

    /// What the inputs of the action say.
    fn of_action(&self, step: &Yaml, before: &Before) -> Gate {
        let input = |name: &str| step.get("with").and_then(|inputs| inputs.get(name));
        let inputs = step.get("with").map(Yaml::entries).unwrap_or_default();
        let inputs: Vec<_> =
            inputs.iter().map(|one| format!("{}={}", one.key, one.value.text().unwrap_or_default())).collect();
        let call = format!("the action {}", inputs.join(" "));
        let at = Some(step.get("uses").unwrap_or(step).at.clone());
        let mut gate = Gate { mends: input("deepen").is_some_and(is_yes), call, at, ..Gate::default() };
        // An input that says anything, and what it says.
        let given =
            |name: &str| input(name).and_then(|value| Some((value, value.text().filter(|text| !text.is_empty())?)));
        if let Some((base, text)) = given("base") {
            gate.ends = Ends::Named(vec![format!("--base {text}")]);
            of_head(&format!("base: {text}"), text, &base.at, &mut gate.findings);
        }
        gate.base = input("expect-base").map(|base| base.text().unwrap_or_default().to_owned());
        if let Some(never) = input("fail-on").filter(|input| input.text() == Some("never")) {
            gate.is_report = true;
            let message = "a team that is short fails nothing here: `fail-on: never`";
            let help = "remove it; to try a policy out, write `enforce: false` into it, which the sponsor guards";
            let what = What::of_run("fail-on");
            gate.findings.add((Code::GateIgnored, Level::Error), what, never.at.clone(), message, help);
        }
        if let Some((open, text)) = given("fail-on").filter(|(_, text)| text.contains("${{")) {
            gate.findings.guards.push((format!("fail-on: {text}"), open.at.clone()));
        }
        if let Some((teams, text)) = given("team") {
            let message = format!("it judges otherwise than the policy says: `team: {text}`");
            let (what, help) =
                (What::of_run(format!("team {text}")), "leave it out, unless other runs of the gate judge the rest");
            gate.findings.add((Code::GateIgnored, Level::Warning), what, teams.at.clone(), message, help);
        }
        for name in SAID_OF_CHANGES {
            gate.findings.guards.extend(given(name).map(|(value, text)| (format!("{name}: {text}"), value.at.clone())));
        }
        gate.asks = asks(input("org-policy").and_then(Yaml::text), false);
        if let Some((value, text)) = given("org-policy") {
            of_checkout(("--org-policy", "`org-policy`"), text, &value.at, &mut gate.findings);
        }
        let environment = self.environment(step, before);
        for (variable, option) in shell::OF_ENVIRONMENT {
            let name = option.trim_start_matches('-');
            if let Some((value, text)) = given(name) {
                of_checkout((option, &format!("`{name}`")), text, &value.at, &mut gate.findings);
            } else if let Some((given, at)) =
                environment.exported().get(variable).and_then(|given| Some((given, given.at.as_ref()?)))
            {
                of_checkout((option, &format!("`{variable}`")), &given.value, at, &mut gate.findings);
            }
        }
        if input("version").and_then(Yaml::text) == Some("path") {
            look_at_path(before, &mut gate.findings);
        }
        gate
    }

    /// What stands before the gate, and beside it.
    fn look_at_steps(&self, number: usize, into: &mut Gate) {
        let (mends, found) = (into.mends, &mut into.findings);
        let before = self.all.get(..number).unwrap_or_default();
        let of = |step: &Yaml, action: &str| {
            let uses = step.get("uses").and_then(Yaml::text).unwrap_or_default();
            uses.split_once('@').is_some_and(|(name, _)| name.eq_ignore_ascii_case(action))
        };
        let checkouts = || before.iter().filter(|step| of(step, "actions/checkout"));
        // Beside that of the judged repository, another's brings files, such as an organisation's floor, and no history to judge.
        let is_beside = checkouts().any(|checkout| !is_anothers(checkout));
        for checkout in checkouts().filter(|checkout| !is_beside || !is_anothers(checkout)) {
            look_at_checkout(checkout, mends, found);
        }
        for cache in before.iter().filter(|step| of(step, "actions/cache") || of(step, "actions/cache/restore")) {
            let at = cache.get("uses").map_or_else(|| cache.at.clone(), |uses| uses.at.clone());
            let message = "a cache is restored before the gate runs, which a change may have written";
            let help = "leave it out of the gate's job: judging from nothing is a matter of seconds";
            // Keys come and go; what is put there by whoever could write it is another matter.
            let paths = cache.get("with").and_then(|inputs| inputs.get("path")?.text()).unwrap_or_default();
            let what = What::of_job("cache").each(paths.lines().map(str::trim).filter(|path| !path.is_empty()));
            found.add((Code::GateCache, Level::Warning), what, at, message, help);
        }
        for step in self.all {
            let Some((value, uses)) = step.get("uses").and_then(|value| Some((value, value.text()?))) else { continue };
            if !is_pinned(uses) {
                let message = format!("{uses} is whatever its owner makes of that name next");
                let help =
                    "name the full id of a commit that you have looked at, with the version in a comment after it";
                found.add((Code::GateUnpinned, Level::Warning), of_name(uses), value.at.clone(), message, help);
            }
        }
    }
}

/// What the `env` of a workflow, a job or a step sets.
fn give(of: &Yaml, environment: &mut Environment) {
    for entry in of.get("env").map(Yaml::entries).unwrap_or_default() {
        environment.give(&entry.key, entry.value.text().unwrap_or_default(), &entry.value.at);
    }
}

fn look_at_path(before: &Before, found: &mut Examined) {
    for at in &before.folders {
        let message =
            "programs are looked for in a folder of the checkout first, where a change can put a debtlint of its own";
        let help = "put a folder outside of the checkout on the PATH, or call debtlint by its path";
        found.add((Code::GateSelfJudged, Level::Warning), What::of_run("PATH"), at.clone(), message, help);
    }
}

/// Whether a checkout names a repository; one that is reckoned may be any.
fn is_anothers(checkout: &Yaml) -> bool {
    let name = checkout.get("with").and_then(|inputs| inputs.get("repository")?.text());
    name.is_some_and(|name| !name.contains("${{"))
}

fn look_at_checkout(checkout: &Yaml, mends: bool, found: &mut Examined) {
    let uses_at = checkout.get("uses").map_or_else(|| checkout.at.clone(), |uses| uses.at.clone());
    let inputs = checkout.get("with");
    let depth = inputs.and_then(|inputs| inputs.get("fetch-depth"));
    // Which of several.
    let of = |what: &str| {
        let input = |key: &str| inputs.and_then(|inputs| inputs.get(key)?.text()).unwrap_or_default();
        format!("{what} {:?} {:?}", input("repository"), input("path"))
    };
    match depth.map(|depth| (depth, depth.text().unwrap_or_default())) {
        Some((_, "0")) => {}
        _ if mends => {}
        Some((depth, number)) => {
            let message = format!("the gate is given {number} commits of history, and judges a window of weeks");
            let (what, help) = (of_depth(&of("depth"), number), "write `fetch-depth: 0`");
            found.add((Code::GateShallow, Level::Error), what, depth.at.clone(), message, help);
        }
        None => {
            let message = "the gate is given one commit of history: it will not be able to judge";
            let (what, help) = (of_depth(&of("depth"), "1"), "add `with: { fetch-depth: 0 }`");
            found.add((Code::GateShallow, Level::Error), what, uses_at, message, help);
        }
    }
    for key in ["filter", "sparse-checkout"] {
        if let Some(entry) = inputs.and_then(|inputs| inputs.entry(key)) {
            let message = format!("`{key}` makes a partial clone, which has not the files that are to be measured");
            let what = What::of_job(format!(
                "{} {:?}",
                of(key),
                entry.value.texts().iter().map(|(_, text)| *text).collect::<Vec<_>>()
            ));
            found.add((Code::GateShallow, Level::Error), what, entry.at.clone(), message, "remove it");
        }
    }
}

/// What a step uses by a name: the next version is no worse than the last, another branch is another thing.
fn of_name(uses: &str) -> What {
    let colon = || uses.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
    let (name, version) = uses.split_once('@').or_else(colon).unwrap_or((uses, ""));
    let digits = version.strip_prefix('v').unwrap_or(version);
    let is_version = digits.starts_with(|char: char| char.is_ascii_digit())
        && digits.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '+' | '_'));
    let extent = if is_version { Extent::Version } else { Extent::Name(version.to_owned()) };
    What::of_job(name.to_ascii_lowercase()).to(extent)
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
