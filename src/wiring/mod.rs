//! How build services are told to run the gate, and what would let a change slip past it.
//!
//! A service decides by its exit code whether a change may land: so what matters is whether `debtlint check` runs for every
//! change, on the right revisions, and whether anybody looks at how it ends. Each service has a file; scripts are read by
//! `shell`. What cannot be told from the configuration (which checks are required, who may push) is not guessed at.

mod azure;
mod bitbucket;
mod call;
mod checkout;
mod github;
mod gitlab;
mod jenkins;
mod owners;
mod reach;
mod shell;
mod weakness;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::document;
use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Unreadable;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;

pub use call::VALUED;
pub use owners::CodeOwnersFile;
pub use reach::Place;
pub use reach::Unjudged;
pub use reach::unjudged;
pub use weakness::Newer;
pub use weakness::Weakness;
pub use weakness::newer;

use checkout::is_in_checkout;
use github::CheckName;
use reach::Ends;
use reach::Event;
use reach::Reach;
use shell::Call;
use weakness::Extent;
use weakness::Run;
use weakness::What;

/// Where GitHub looks for workflows.
pub const WORKFLOWS: &str = ".github/workflows";
/// The files of the other services; the first three are YAML.
pub const PIPELINES: [&str; 5] =
    [".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile", ".gitlab-ci.yaml"];

/// Whether a path is that of an action of GitHub's.
#[must_use]
pub fn is_action(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    matches!(name, "action.yml" | "action.yaml") && folder != WORKFLOWS
}

/// A file of the repository, by its path there.
#[derive(Debug, Clone)]
pub struct File {
    /// The path.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What is looked at.
pub struct Setup<'a> {
    /// Workflows and pipelines, sorted by path.
    pub files: Vec<File>,
    /// Reads a file that one of these names.
    pub read: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// Who owns what.
    pub codeowners: Option<CodeOwnersFile>,
    /// The policy, if there is one.
    pub policy: Option<String>,
    /// Whether a file that others call is looked at by itself, as if it were called.
    pub is_called: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Examined {
    /// What would let a change slip past the gate; gravest first, then by place.
    pub weaknesses: Vec<Weakness>,
    /// The texts that places point into, by name.
    pub texts: Vec<(Arc<str>, Arc<str>)>,
    /// Files that run the gate on changes, sorted.
    pub gates: BTreeSet<String>,
    /// The conditions on which it is run, as they are written: harmless ones as well.
    pub conditions: Vec<(String, Location)>,
    /// What scripts ask for before they run it, and what may put another program in its place. None of it is wrong in itself.
    pub guards: Vec<(String, Location)>,
    /// Whether a gate among these runs only where another file calls it.
    pub is_called: bool,
    /// What the jobs of GitHub's workflows may be called that run for changes and are no gates.
    idle: BTreeSet<CheckName>,
    /// The places that run the gate.
    places: Vec<Place>,
    /// Their names, and those of their jobs.
    runs: BTreeSet<Run>,
    /// Files that run `debtlint check` at other events only.
    others: Vec<Location>,
}

/// Looks at all of it.
#[must_use]
pub fn examine(setup: &Setup<'_>) -> Examined {
    let mut found = Examined::default();
    for file in &setup.files {
        if file.path == "Jenkinsfile" {
            jenkins::examine(file, &mut found);
            continue;
        }
        let is_gitlab = file.path.starts_with(".gitlab-ci");
        match document::read(&file.path, &file.bytes).and_then(|read| if is_gitlab { Ok(read) } else { clear(read) }) {
            Ok(read) => {
                found.know(&read.name, &read.text);
                if is_action(&file.path) {
                    github::examine_action(&read, setup, &mut found);
                } else if file.path.starts_with(WORKFLOWS) {
                    github::examine(&read, setup, &mut found);
                } else if is_gitlab {
                    gitlab::examine(&read, &mut found);
                } else if file.path.starts_with("azure") {
                    azure::examine(&read, &mut found);
                } else {
                    bitbucket::examine(&read, &mut found);
                }
            }
            Err(error) => {
                // What does not name us may be anything; GitHub and the others do not run it either.
                let level = if error.text.contains("debtlint") { Level::Error } else { Level::Warning };
                found.know(&error.at.file, &error.text);
                let message = format!("{} cannot be read: {}", file.path, error.reason);
                let help = "no service runs what it cannot read: correct it";
                found
                    .weaknesses
                    .push(Finding::new(Code::GateUnreadable, level, message).at(error.at).help(help).into());
            }
        }
    }
    missing(&mut found);
    owners::examine(setup, &mut found);
    if setup.policy.is_none() {
        let message = "there is no policy: everybody is one team with an allocation of 10%";
        let help = "`debtlint init` drafts one from the history";
        found.weaknesses.push(Finding::new(Code::DefaultPolicy, Level::Warning, message).help(help).into());
    }
    found.sort();
    found
}

/// A file that all readers understand alike. GitLab takes the last of keys and of documents, the others refuse them.
fn clear(read: Document) -> Result<Document, Unreadable> {
    match read.doubt {
        Some((at, reason)) => Err(Unreadable { at, text: read.text, reason: reason.to_owned() }),
        None => Ok(read),
    }
}

/// Nothing runs the gate, or only when it is too late.
fn missing(found: &mut Examined) {
    if !found.gates.is_empty() {
        return;
    }
    if found.others.is_empty() {
        let message = "no build service runs `debtlint check`";
        let help =
            "docs/ci has files to copy; calls inside scripts, images and workflows of other repositories are not seen";
        found.weaknesses.push(Finding::new(Code::GateMissing, Level::Error, message).help(help).into());
    }
    for at in std::mem::take(&mut found.others) {
        let message = format!("{} runs debtlint, but for no change before it lands", at.file);
        let help = "run it at `pull_request` (and `merge_group`), or in merge request pipelines";
        found.weaknesses.push(Finding::new(Code::GateEventMissing, Level::Error, message).at(at).help(help).into());
    }
}

impl Examined {
    fn know(&mut self, name: &Arc<str>, text: &Arc<str>) {
        self.texts.push((Arc::clone(name), Arc::clone(text)));
    }

    fn add(
        &mut self,
        (code, level): (Code, Level),
        what: What,
        at: Location,
        message: impl Into<Arc<str>>,
        help: impl Into<Arc<str>>,
    ) {
        self.weaknesses.push(Weakness::new(what, Finding::new(code, level, message).at(at).help(help)));
    }

    /// Takes what was found of one place that runs the gate.
    fn take(&mut self, of: &Self, run: Run) {
        self.weaknesses.extend(of.weaknesses.iter().map(|weakness| weakness.clone().in_run(&run)));
        self.texts.extend(of.texts.iter().cloned());
        self.guards.extend(of.guards.iter().cloned());
        // What is said of a job is said of all that it calls.
        let is_there = |place: &&mut Place| place.run == run || (run.call.is_empty() && place.run.job == run.job);
        if !of.guards.is_empty() {
            for place in self.places.iter_mut().filter(is_there) {
                place.guards.extend(of.guards.iter().map(|(guard, _)| guard.clone()));
            }
        }
        self.runs.insert(run);
    }

    /// Whether there is a place of which it is known which changes it judges.
    #[must_use]
    pub fn judges_anything(&self) -> bool {
        !self.places.is_empty()
    }

    /// Whether there are jobs that run for changes and are no gates.
    #[must_use]
    pub fn is_partly_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// Whether a job that is no gate may bear the name of one, and the base has no job that is named in the same way.
    #[must_use]
    pub fn takes(&self, gate: &str, base: &Self) -> bool {
        self.idle.iter().any(|name| name.may_be(gate) && !base.idle.contains(name))
    }

    /// The names that such jobs plainly bear.
    pub fn idle_names(&self) -> impl Iterator<Item = &str> {
        self.idle.iter().filter_map(CheckName::plain)
    }

    /// What the checks of its gates are called.
    #[must_use]
    pub fn checks(&self) -> BTreeSet<String> {
        self.places.iter().filter_map(|place| place.check.clone()).collect()
    }

    /// Takes a place that judges changes at an event of its service's.
    fn judges(&mut self, (run, at): (Run, &Location), call: &Call, name: &str, event: Event) {
        let tied = call.value("--expect-base").map(str::to_owned);
        let (events, ends, asks) = ([(name.to_owned(), event)].into(), Ends::of(call), call.asks());
        let reach = Reach { events, tied, ends, asks };
        self.places.push(Place { run, reach, guards: BTreeSet::new(), check: None, at: at.clone() });
    }

    /// What is wrong, as it is told: gravest first, then by place; the same once, however many ways lead there.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all: Vec<Finding> = self.weaknesses.iter().map(|weakness| weakness.finding.clone()).collect();
        all.dedup();
        all
    }

    fn sort(&mut self) {
        let place = |finding: &Finding| {
            finding.at.as_ref().map(|at| (Arc::clone(&at.file), at.line, at.column)).unwrap_or_default()
        };
        self.weaknesses.sort_by(|a, b| {
            let (a, b) = (&a.finding, &b.finding);
            b.level.cmp(&a.level).then_with(|| place(a).cmp(&place(b))).then(a.code.cmp(&b.code))
        });
        self.weaknesses.dedup();
    }
}

/// Options, and inputs of the action, that say what a change is: whoever does need not be right.
const SAID_OF_CHANGES: [&str; 3] = ["label", "title", "pr-labels"];

/// Looks at a call whose service judges changes: whether its exit code counts, and by whose policy it judges.
fn look_at(call: &Call, at: &Location, found: &mut Examined) {
    found.guards.extend(call.guards.iter().map(|guard| (guard.clone(), at.clone())));
    for option in SAID_OF_CHANGES.map(|name| format!("--{name}")) {
        found.guards.extend(call.value(&option).map(|value| (format!("{option} {value}"), at.clone())));
    }
    if let Some(lost) = call.lost {
        let (why, help) = lost.told();
        found.add(
            (Code::GateIgnored, Level::Error),
            What::of_run(format!("lost {lost:?}")),
            at.clone(),
            format!("a gate that fails here fails nothing: {why}"),
            help,
        );
    }
    if call.has("--exit-zero") {
        let message = "a team that is short fails nothing here: `--exit-zero`";
        let help = "remove it; to try a policy out, write `enforce: false` into it, which the sponsor guards";
        found.add((Code::GateIgnored, Level::Error), What::of_run("--exit-zero"), at.clone(), message, help);
    }
    found.guards.extend(call.open().into_iter().map(|word| (format!("the argument {word}"), at.clone())));
    for option in ["--help", "-h", "--version"] {
        // `-hq` is `-h`, and what is behind it is not looked at.
        let is_short = option == "-h" && call.arguments.iter().any(|word| word.starts_with(option));
        if is_short || call.has(option) {
            let message = format!("nothing is judged here: `{option}`");
            found.add((Code::GateIgnored, Level::Error), What::of_run(option), at.clone(), message, "remove it");
        }
    }
    // Each run for a team of its own is one that is meant.
    for option in ["--team", "--allocation", "--window", "--as-of"] {
        if let Some(value) = call.value(option) {
            let message = format!("it judges otherwise than the policy says: `{option} {value}`");
            let help = "leave it out, unless other runs of the gate judge the rest";
            // Of an allocation the higher asks for more.
            let percent = value.strip_suffix('%').and_then(|number| number.parse().ok());
            let what = match percent.filter(|_| option == "--allocation") {
                Some(percent) => What::of_run(option).to(Extent::Number(percent)),
                None => What::of_run(format!("{option} {value}")),
            };
            found.add((Code::GateIgnored, Level::Warning), what, at.clone(), message, help);
        }
    }
    if !call.has("--base") && !call.has("--event") {
        let message = "without --base or --event a change is judged by the policy that it brings itself";
        let help = "add `--event` (GitHub Actions, GitLab CI), or `--base refs/remotes/origin/<branch>`";
        found.add((Code::GateSelfJudged, Level::Error), What::of_run("no base"), at.clone(), message, help);
    }
    if let Some(base) = call.value("--base") {
        of_head(&format!("--base {base}"), base, at, found);
    }
    if let Some(file) = call.value("--org-policy") {
        of_checkout(("--org-policy", "--org-policy"), file, at, found);
    }
    for (variable, option) in shell::OF_ENVIRONMENT {
        if let Some(file) = call.value(option) {
            of_checkout((option, option), file, at, found);
        } else if let Some(given) = call.given.get(variable) {
            let said = format!("`{variable}`");
            of_checkout((option, &said), &given.value, given.at.as_ref().unwrap_or(at), found);
        }
    }
}

/// A base that is reckoned from the change's own commit: how much of the change lies behind it, the change decides.
fn of_head(given: &str, base: &str, at: &Location, found: &mut Examined) {
    let name = base.split(['~', '^']).next().unwrap_or_default();
    if matches!(name, "HEAD" | "@") {
        let message = format!("only what lies between is judged, and that the change decides: `{given}`");
        let help = "name the branch that the change is for: `--event`, or `refs/remotes/origin/<branch>` as the base";
        let what = What::of_run(format!("base {base}"));
        found.add((Code::GateSelfJudged, Level::Warning), what, at.clone(), message, help);
    }
}

/// A policy of the checkout is the change's own, and so are facts that are kept there. `said` is how the option is given.
fn of_checkout((option, said): (&str, &str), file: &str, at: &Location, found: &mut Examined) {
    if !is_in_checkout(file) {
        return;
    }
    if option == "--cache" {
        let given = if said == option { format!("`{option} {file}`") } else { format!("{said}, {file},") };
        let message = format!("{given} is in the checkout, where a change can bring facts of its own");
        let help = "leave it out: judging from nothing is a matter of seconds";
        found.add((Code::GateCache, Level::Error), What::of_run(option), at.clone(), message, help);
    } else {
        let message = format!("{said} takes {file} from the checkout, where the change can edit it");
        let help = "leave it out: the base's own policy is found; or name a file that is not part of the checkout";
        let what = What::of_run(format!("{said} {file}"));
        found.add((Code::GateSelfJudged, Level::Error), what, at.clone(), message, help);
    }
}

/// A clone of so many commits: the more, the better. What is no number may be anything.
fn of_depth(what: &str, number: &str) -> What {
    match number.parse() {
        Ok(number) => What::of_job(what).to(Extent::Number(number)),
        Err(_unclear) => What::of_job(format!("{what} {number}")),
    }
}

/// A variable that may put something else in the place of debtlint, and where its value stands.
fn of_variable((name, value): (&str, &Yaml)) -> Option<(String, Location)> {
    Some((shell::of_variable(name, value.text().unwrap_or_default())?, value.at.clone()))
}

/// The image that a job runs in, without its version, and where it is said: another one may hold another program.
fn of_image(entry: &Entry, key: &str) -> (String, Location) {
    let name = entry.value.get(key).unwrap_or(&entry.value).text().unwrap_or_default();
    let name = name.split('@').next().unwrap_or_default();
    let (name, _) = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).unwrap_or((name, ""));
    // What is run instead of its shell need not read the script.
    let begins = entry.value.get("entrypoint").map(Yaml::texts).unwrap_or_default();
    let begins: Vec<&str> = begins.into_iter().map(|(_, word)| word).filter(|word| !word.is_empty()).collect();
    let begins = if begins.is_empty() { String::new() } else { format!(", begun by {}", begins.join(" ")) };
    (format!("image {name}{begins}"), entry.at.clone())
}

/// Something that keeps a gate from running, whatever it names: all of it.
fn of_filter(entry: &Entry) -> What {
    let texts: Vec<&str> = entry.value.texts().into_iter().map(|(_, text)| text).collect();
    What::of_job(format!("{} {texts:?}", entry.key))
}

/// Whether a value is a plain yes.
fn is_yes(value: &Yaml) -> bool {
    value.text().is_some_and(|text| ["true", "yes", "on"].contains(&text.to_ascii_lowercase().as_str()))
}

/// Whether a value is a plain no, or nothing.
fn is_no(value: &Yaml) -> bool {
    match &value.value {
        document::Value::Null => true,
        document::Value::Text(text) => ["false", "no", "off"].contains(&text.to_ascii_lowercase().as_str()),
        _ => false,
    }
}

/// The place where a call stands in the script that holds it.
fn place(read: &Document, script: &Yaml, call: &Call) -> Location {
    read.place_of(script, &call.piece)
}

#[cfg(test)]
mod tests;
