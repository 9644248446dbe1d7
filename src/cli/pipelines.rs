//! What a change does to how build services run the gate.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::loosened::Meaning;
use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::config;
use crate::facts::RepoPath;
use crate::finding::Location;
use crate::policy::Difference;
use crate::policy::Direction;
use crate::policy::PolicyText;
use crate::policy::Side;
use crate::repo::RepoError;
use crate::wiring;
use crate::wiring::Examined;
use crate::wiring::File;
use crate::wiring::Newer;
use crate::wiring::Setup;
use crate::wiring::Unjudged;

/// A pipeline against its other side: whether it still runs the gate, and what would newly let a change slip past it, as
/// `debtlint doctor` tells it.
pub(super) fn compare(tampered: &Tampered<'_>, file: &RepoPath) -> Result<Meaning, RepoError> {
    let path = &*file.to_name();
    let base = Pipeline::read(&|path| tampered.content(tampered.base, path), file)?;
    let head = Pipeline::read(&|path| tampered.landed(path), file)?;
    let others = || others(tampered, file);
    let mut differences = between(path, &base, &head, &others)?;
    // In its own file a gate's name is told with what it judged.
    let taken = taken(tampered, &base, &head)?.into_iter().filter(|name| !base.examined.checks().contains(name));
    for name in taken {
        let what = format!("the check that hosts know as `{name}`");
        let found = Difference::new(what, format!("{path}: `{name}`"), Direction::Looser);
        let found = found.because("whoever waits for that name takes this job's result for an answer");
        let at = Some(Location::start_of(&Arc::from(path)));
        differences
            .push(found.base(Side::new("the gate alone", None)).head(Side::new("also a job that judges nothing", at)));
    }
    if differences.is_empty() {
        differences.push(Difference::new(path, path, Direction::Neutral));
    }
    Ok(Meaning {
        differences,
        base_texts: base.texts(path),
        head_texts: head.texts(path),
        paths: BTreeSet::from([file.clone()]),
    })
}

/// The other pipelines that the change leaves and that judge changes.
fn others<'t>(tampered: &'t Tampered<'_>, but: &RepoPath) -> Result<Vec<&'t Examined>, RepoError> {
    let gates = match tampered.gates_left.get() {
        Some(known) => known,
        None => {
            let found = gates_left(tampered)?;
            tampered.gates_left.get_or_init(|| found)
        }
    };
    Ok(gates.iter().filter(|(path, _)| path != but).map(|(_, examined)| examined).collect())
}

fn gates_left(tampered: &Tampered<'_>) -> Result<Vec<(RepoPath, Examined)>, RepoError> {
    let mut all = Vec::new();
    for path in tampered.pipelines_left()? {
        let name = path.to_name();
        if is_known(&name) {
            let read = Pipeline::read(&|path| tampered.landed(path), &path)?;
            // Where others have to call it, nobody may.
            if read.is_gate(&name) && !read.examined.is_called {
                all.push((path, read.examined));
            }
        }
    }
    Ok(all)
}

/// Whether a pipeline of the base's judges changes, as far as can be told.
pub(super) fn is_gate(tampered: &Tampered<'_>, path: &RepoPath) -> Result<bool, RepoError> {
    let (read, name) = (|path: &[u8]| tampered.content(tampered.base, path), path.to_name());
    Ok(is_known(&name) && Pipeline::read(&read, path)?.is_gate(&name))
}

/// Whether a workflow, as the change leaves it, gives the name of one of the base's gates to a job that is none.
pub(super) fn takes_a_name(tampered: &Tampered<'_>, path: &RepoPath) -> Result<bool, RepoError> {
    let base = Pipeline::read(&|path| tampered.content(tampered.base, path), path)?;
    let head = Pipeline::read(&|path| tampered.landed(path), path)?;
    Ok(!taken(tampered, &base, &head)?.is_empty())
}

/// The names of the base's gates that a workflow gives to jobs that are none, or may give them.
fn taken(tampered: &Tampered<'_>, base: &Pipeline, head: &Pipeline) -> Result<BTreeSet<String>, RepoError> {
    if !head.examined.is_partly_idle() {
        return Ok(BTreeSet::new());
    }
    let gates = match tampered.gate_names.get() {
        Some(known) => known,
        None => {
            let found = gate_names(tampered)?;
            tampered.gate_names.get_or_init(|| found)
        }
    };
    let is_taken = |gate: &&String| head.examined.takes(gate, &base.examined);
    Ok(gates.iter().filter(is_taken).cloned().collect())
}

/// What the checks of the base's gates are called, where no other job is called so.
fn gate_names(tampered: &Tampered<'_>) -> Result<BTreeSet<String>, RepoError> {
    let (mut gates, mut idle) = (BTreeSet::new(), BTreeSet::new());
    for path in tampered.workflows(tampered.base)? {
        let read = Pipeline::read(&|path| tampered.content(tampered.base, path), &path)?;
        gates.extend(read.examined.checks());
        idle.extend(read.examined.idle_names().map(str::to_owned));
    }
    Ok(gates.difference(&idle).cloned().collect())
}

/// One side of a pipeline.
struct Pipeline {
    content: Content,
    examined: Examined,
}

impl Pipeline {
    fn read(read: &dyn Fn(&[u8]) -> Result<Content, RepoError>, path: &RepoPath) -> Result<Self, RepoError> {
        let content = read(path.as_bytes())?;
        let name = path.to_name();
        let files = match &content {
            Content::File(bytes) if is_known(&name) => vec![File { path: name, bytes: bytes.clone() }],
            _ => Vec::new(),
        };
        let read = |path: &str| match read(path.as_bytes()) {
            Ok(Content::File(bytes)) => Some(bytes),
            _ => None,
        };
        let policy = config::CANDIDATES.first().map(|path| (*path).to_owned());
        let examined = wiring::examine(&Setup { files, read: &read, codeowners: None, policy, is_called: true });
        Ok(Self { content, examined })
    }

    /// Where debtlint is first spoken of.
    fn place(&self, path: &str) -> Option<Location> {
        let text = String::from_utf8_lossy(self.content.bytes());
        let mut start = 0_usize;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            if line.contains("debtlint") {
                let span = start..start.saturating_add(line.trim_end().len());
                return Some(Location { file: Arc::from(path), line: number, column: 1, span });
            }
            start = start.saturating_add(line.len());
        }
        // It may run it through an action, and not speak of it.
        self.is_gate(path).then(|| Location::start_of(&Arc::from(path)))
    }

    /// Whether it judges changes, as far as can be told.
    fn is_gate(&self, path: &str) -> bool {
        if is_known(path) { !self.examined.gates.is_empty() } else { self.content.runs() }
    }

    fn texts(&self, path: &str) -> Vec<PolicyText> {
        let own = PolicyText { name: Arc::from(path), text: String::from_utf8_lossy(self.content.bytes()).into() };
        let others = self.examined.texts.iter().filter(|(name, _)| **name != *path);
        let others = others.map(|(name, text)| PolicyText { name: Arc::clone(name), text: Arc::clone(text) });
        [own].into_iter().chain(others).collect()
    }
}

fn between<'o>(
    path: &str,
    base: &Pipeline,
    head: &Pipeline,
    others: &dyn Fn() -> Result<Vec<&'o Examined>, RepoError>,
) -> Result<Vec<Difference>, RepoError> {
    let runs = base.place(path);
    // What an action speaks of may be anything.
    let speaks = |side: &Pipeline| side.content.runs() && !wiring::is_action(path);
    // Where others have to call it, nobody may.
    let is_left = head.is_gate(path) && (!head.examined.is_called || base.examined.is_called);
    if (speaks(base) && !head.content.runs()) || (base.is_gate(path) && !is_left) {
        // Another may judge all that it did.
        let nothing = Examined::default();
        let left = if head.examined.is_called { &nothing } else { &head.examined };
        if base.examined.judges_anything() && wiring::unjudged(&base.examined, left, &others()?).is_empty() {
            return Ok(Vec::new());
        }
        let says = if head.content.runs() { "runs it on no change" } else { "does not" };
        let found = Difference::new(path, path, Direction::Looser).because("what is not run protects nothing");
        return Ok(vec![found.base(Side::new("runs debtlint", runs)).head(Side::new(says, head.place(path)))]);
    }
    // What runs nothing yet loosens nothing, however badly it begins.
    if !base.is_gate(path) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    let newer = wiring::newer(&base.examined, &head.examined);
    let is_told = newer.iter().any(Newer::is_of_reach);
    for Newer { now, before, is_elsewhere } in newer {
        let fault = &now.finding;
        let what = format!("how {path} runs the gate");
        let key = format!("{path}: {} {}", fault.code.name(), fault.message.expose());
        let difference = Difference::new(what, key, Direction::Looser).because("a change could slip past the gate");
        let there = match before.map(|before| &before.finding) {
            Some(before) => Side::new(before.message.expose(), before.at.clone()),
            None if is_elsewhere => Side::new("runs it without that there", runs.clone()),
            None => Side::new("runs it without that", runs.clone()),
        };
        all.push(difference.base(there).head(Side::new(fault.message.expose(), fault.at.clone())));
    }
    all.extend(conditions(path, base, head));
    all.extend(guards(path, base, head));
    // What is told already is told once.
    let left_by = |others: &[&Examined]| {
        let left = wiring::unjudged(&base.examined, &head.examined, others);
        left.into_iter().filter(|one| !one.is_there || !is_told).map(|one| unjudged(path, &one)).collect::<Vec<_>>()
    };
    // Others are read only where this one alone leaves something.
    if !left_by(&[]).is_empty() {
        all.extend(left_by(&others()?));
    }
    Ok(all)
}

/// Changes that were judged in one place, and are not any more.
fn unjudged(path: &str, Unjudged { place, judged, is_hollow, .. }: &Unjudged<'_>) -> Difference {
    let now = if *is_hollow { "a job of that name, which does not" } else { "not that, or not as strictly" };
    let judged = judged.join(", ");
    let found = Difference::new(format!("what {path} judges"), format!("{path}: {judged}"), Direction::Looser);
    let found = found.because("a change could land unjudged");
    found.base(Side::new(judged, Some(place.at.clone()))).head(Side::new(now, None))
}

/// What the base's scripts do not ask for, or do, before they run the gate.
fn guards(path: &str, base: &Pipeline, head: &Pipeline) -> Vec<Difference> {
    let mut left: Vec<&str> = base.examined.guards.iter().map(|(text, _)| text.as_str()).collect();
    let mut all: Vec<Difference> = Vec::new();
    for (text, at) in &head.examined.guards {
        if let Some(known) = left.iter().position(|one| one == text) {
            left.swap_remove(known);
            continue;
        }
        let key = format!("{path}: `{text}`");
        if all.iter().any(|told| told.key == key) {
            continue;
        }
        let found = Difference::new(format!("how {path} comes to run the gate"), key, Direction::Looser);
        let found = found.because("the gate may be skipped, be another program, or be told something else");
        let runs = Side::new("without that", base.place(path));
        all.push(found.base(runs).head(Side::new(format!("`{text}`"), Some(at.clone()))));
    }
    all
}

/// Conditions that the base does not have. One that is harmless in itself may never hold: whose repository it is, say, is not
/// known here.
fn conditions(path: &str, base: &Pipeline, head: &Pipeline) -> Vec<Difference> {
    let told = head.examined.weaknesses.iter().filter_map(|weakness| weakness.finding.at.as_ref());
    let told: Vec<&Location> = told.collect();
    let mut left: Vec<&str> = base.examined.conditions.iter().map(|(text, _)| text.as_str()).collect();
    let mut all = Vec::new();
    for (text, at) in &head.examined.conditions {
        if let Some(known) = left.iter().position(|one| one == text) {
            left.swap_remove(known);
        } else if !told.contains(&at) {
            let difference =
                Difference::new(format!("when {path} runs the gate"), format!("{path}: if {text}"), Direction::Looser);
            let difference = difference.because("where it does not hold the gate is skipped");
            let runs = Side::new("without that condition", base.place(path));
            all.push(difference.base(runs).head(Side::new(format!("if {text}"), Some(at.clone()))));
        }
    }
    all
}

/// Whether what runs in it can be told.
fn is_known(path: &str) -> bool {
    let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    (path.starts_with(wiring::WORKFLOWS) && is_yaml) || wiring::PIPELINES.contains(&path) || wiring::is_action(path)
}
