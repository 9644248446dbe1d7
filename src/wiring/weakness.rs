//! What is wrong with how the gate is run, in a form in which two versions of it can be held against each other.
//!
//! The words of a finding hold versions, lists and numbers, and say the same of every job. So each weakness has an identity of its own,
//! set where it is found: what is wrong, with what, where, and how much of it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::finding::Code;
use crate::finding::Finding;

use super::Examined;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakness {
    /// As it is told.
    pub finding: Finding,
    /// What is wrong, whatever words tell it: several things where one finding tells of several, none where it is about no place.
    parts: Vec<Part>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    what: String,
    extent: Extent,
    scope: Scope,
    /// Where, as far as its scope asks for it.
    run: Run,
}

/// What a weakness is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    File,
    Job,
    Run,
}

/// A place that runs the gate.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Run {
    /// The job, behind those that call it.
    pub(super) job: String,
    /// What is called there, with its arguments.
    pub(super) call: String,
}

/// How much there is of a weakness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Extent {
    /// There is no more or less of it.
    Whole,
    /// The higher, the less is wrong.
    Number(u64),
    /// The more of these are there, the less is wrong.
    Names(BTreeSet<String>),
    /// All names that there are.
    AllNames,
    /// A name that others may give to something else: another one is another thing.
    Name(String),
    /// A name for a version, of which the next is no worse.
    Version,
}

impl Extent {
    /// Whether there is no more of it than there was.
    fn is_within(&self, base: &Self) -> bool {
        match (base, self) {
            (_, Self::AllNames | Self::Version) => true,
            (Self::Number(base), Self::Number(head)) => base <= head,
            (Self::Names(base), Self::Names(head)) => base.is_subset(head),
            (base, head) => base == head,
        }
    }
}

/// What is wrong, before it is known of which job and call.
pub(super) struct What {
    scope: Scope,
    /// One a part.
    names: Vec<String>,
    extent: Extent,
}

impl What {
    /// Something of the file as a whole, such as the events at which it runs.
    pub(super) fn of_file(what: impl Into<String>) -> Self {
        Self { scope: Scope::File, names: vec![what.into()], extent: Extent::Whole }
    }

    /// Something of the job that runs the gate.
    pub(super) fn of_job(what: impl Into<String>) -> Self {
        Self { scope: Scope::Job, ..Self::of_file(what) }
    }

    /// Something of the call, or of the step in which it stands.
    pub(super) fn of_run(what: impl Into<String>) -> Self {
        Self { scope: Scope::Run, ..Self::of_file(what) }
    }

    /// The same, of which there may be more or less.
    pub(super) fn to(self, extent: Extent) -> Self {
        Self { extent, ..self }
    }

    /// The same once for each of some names: with one less there is less of it.
    pub(super) fn each<N: AsRef<str>>(self, names: impl IntoIterator<Item = N>) -> Self {
        let what = self.names.join(" ");
        let names: Vec<String> = names.into_iter().map(|name| format!("{what} {}", name.as_ref())).collect();
        // A list of nothing is something, too.
        if names.is_empty() { self } else { Self { names, ..self } }
    }
}

impl From<Finding> for Weakness {
    fn from(finding: Finding) -> Self {
        Self { finding, parts: Vec::new() }
    }
}

impl Weakness {
    pub(super) fn new(What { scope, names, extent }: What, finding: Finding) -> Self {
        let part = |what| Part { what, extent: extent.clone(), scope, run: Run::default() };
        Self { finding, parts: names.into_iter().map(part).collect() }
    }

    /// The same in a place.
    pub(super) fn in_run(mut self, run: &Run) -> Self {
        for part in &mut self.parts {
            part.run = match part.scope {
                Scope::File => Run::default(),
                Scope::Job => Run { job: run.job.clone(), call: String::new() },
                Scope::Run => run.clone(),
            };
        }
        self
    }
}

/// A weakness that was not there before.
#[derive(Debug)]
pub struct Newer<'w> {
    /// What is there now.
    pub now: &'w Weakness,
    /// What there was of it, which was less.
    pub before: Option<&'w Weakness>,
    /// Whether the same is wrong elsewhere in the base.
    pub is_elsewhere: bool,
}

/// What is compared, of one side.
#[derive(Clone, Copy)]
struct Side<'w> {
    of: &'w Weakness,
    part: &'w Part,
}

/// What is wrong, with what, and where.
type Key<'w> = (Code, &'w str, &'w str, &'w str);

/// The weaknesses of the head that its base does not have: not of the same thing, not there, or less of it.
#[must_use]
pub fn newer<'w>(base: &'w Examined, head: &'w Examined) -> Vec<Newer<'w>> {
    let names = Names::of(&base.runs, &head.runs);
    let mut left: BTreeMap<Key<'_>, Vec<Side<'w>>> = BTreeMap::new();
    let mut known: BTreeSet<(Code, &str)> = BTreeSet::new();
    for side in sides(base) {
        let Run { job, call } = &side.part.run;
        known.insert((side.of.finding.code, &side.part.what));
        left.entry((side.of.finding.code, &side.part.what, job, call)).or_default().push(side);
    }
    // What is the same first: what is left of the base is then held against what is left of the head.
    let mut asked: Vec<(Key<'_>, Side<'_>)> = sides(head).map(|side| (names.key(side), side)).collect();
    for is_same in [true, false] {
        asked.retain(|(key, side)| {
            let fits = |before: &Side<'_>| {
                let (old, new) = (before.of.finding.level, side.of.finding.level);
                let is_so = if is_same {
                    before.part.extent == side.part.extent
                } else {
                    side.part.extent.is_within(&before.part.extent)
                };
                is_so && new <= old
            };
            let there = left.get_mut(key);
            let found = there.and_then(|all| all.iter().position(fits).map(|at| all.swap_remove(at)));
            found.is_none()
        });
    }
    let mut all: Vec<Newer<'_>> = Vec::new();
    for (key, side) in asked {
        if all.last().is_some_and(|last| last.now.finding == side.of.finding) {
            continue;
        }
        let before = left.get_mut(&key).and_then(Vec::pop).map(|before| before.of);
        let is_elsewhere = known.contains(&(side.of.finding.code, side.part.what.as_str()));
        all.push(Newer { now: side.of, before, is_elsewhere });
    }
    all
}

/// Which places of the head are those of the base: the same call in the same job, whatever these are called by now.
pub(super) struct Same<'w>(Names<'w>);

impl<'w> Same<'w> {
    pub(super) fn of(base: &'w Examined, head: &'w Examined) -> Self {
        Self(Names::of(&base.runs, &head.runs))
    }

    pub(super) fn is_same(&self, old: &Run, new: &'w Run) -> bool {
        let renamed = self.0.calls.get(new.job.as_str()).filter(|(_, call)| *call == new.call);
        self.0.job(&new.job) == old.job && renamed.map_or(new.call.as_str(), |(call, _)| *call) == old.call
    }
}

/// What conditions of a place are called: at which events they hold is another matter.
pub(super) const CONDITION: &str = "if";

/// What is wrong at each place, but for its conditions.
pub(super) struct ByRun<'w> {
    jobs: BTreeMap<&'w str, Vec<Side<'w>>>,
    runs: BTreeMap<&'w Run, Vec<Side<'w>>>,
}

impl<'w> ByRun<'w> {
    pub(super) fn of(of: &'w Examined) -> Self {
        let mut all = Self { jobs: BTreeMap::new(), runs: BTreeMap::new() };
        let is_condition =
            |side: &Side<'_>| side.part.what.strip_prefix(CONDITION).is_some_and(|rest| rest.starts_with(' '));
        for side in sides(of).filter(|side| !is_condition(side)) {
            let run = &side.part.run;
            match side.part.scope {
                Scope::File => {}
                Scope::Job => all.jobs.entry(&run.job).or_default().push(side),
                Scope::Run => all.runs.entry(run).or_default().push(side),
            }
        }
        all
    }

    fn at(&self, run: &Run) -> impl Iterator<Item = &Side<'w>> {
        let of_job = self.jobs.get(run.job.as_str()).into_iter().flatten();
        of_job.chain(self.runs.get(run).into_iter().flatten())
    }

    /// Whether a place has no weakness that a place of another has not.
    pub(super) fn is_within(&self, run: &Run, base: &ByRun<'_>, there: &Run) -> bool {
        self.at(run).all(|side| {
            base.at(there).any(|known| {
                (known.of.finding.code, &known.part.what) == (side.of.finding.code, &side.part.what)
                    && side.part.extent.is_within(&known.part.extent)
            })
        })
    }
}

impl Newer<'_> {
    /// Whether it is about for which changes the file runs the gate.
    #[must_use]
    pub fn is_of_reach(&self) -> bool {
        let codes = [Code::GateAnyBase, Code::GateEventMissing, Code::GateSkipped, Code::GatePrivileged];
        codes.contains(&self.now.finding.code) && self.now.parts.iter().any(|part| part.scope == Scope::File)
    }
}

fn sides(of: &Examined) -> impl Iterator<Item = Side<'_>> {
    of.weaknesses.iter().flat_map(|of| of.parts.iter().map(move |part| Side { of, part }))
}

/// What jobs and calls of the head were called in the base.
///
/// Only what alone is gone can be what alone is new: of two, a strong one could pass itself off as the weak one.
#[derive(Default)]
struct Names<'w> {
    job: Option<(&'w str, &'w str)>,
    /// By the job's name in the head.
    calls: BTreeMap<&'w str, (&'w str, &'w str)>,
}

impl<'w> Names<'w> {
    fn of(base: &'w BTreeSet<Run>, head: &'w BTreeSet<Run>) -> Self {
        let jobs = |runs: &'w BTreeSet<Run>| runs.iter().map(|run| run.job.as_str()).collect::<BTreeSet<_>>();
        let mut names = Self { job: renamed(&jobs(base), &jobs(head)), ..Self::default() };
        let calls = |runs: &'w BTreeSet<Run>, job: &str| {
            runs.iter().filter(|run| run.job == job).map(|run| run.call.as_str()).collect::<BTreeSet<_>>()
        };
        for job in jobs(head) {
            if let Some(found) = renamed(&calls(base, names.job(job)), &calls(head, job)) {
                names.calls.insert(job, found);
            }
        }
        names
    }

    fn job(&self, job: &'w str) -> &'w str {
        self.job.filter(|(_, new)| *new == job).map_or(job, |(old, _)| old)
    }

    fn key(&self, side: Side<'w>) -> Key<'w> {
        let Run { job, call } = &side.part.run;
        let renamed = self.calls.get(job.as_str()).filter(|(_, new)| new == call);
        let call = renamed.map_or(call.as_str(), |(old, _)| *old);
        (side.of.finding.code, &side.part.what, self.job(job), call)
    }
}

fn renamed<'w>(base: &BTreeSet<&'w str>, head: &BTreeSet<&'w str>) -> Option<(&'w str, &'w str)> {
    let (mut gone, mut new) = (base.difference(head), head.difference(base));
    let pair = (*gone.next()?, *new.next()?);
    (gone.next().is_none() && new.next().is_none()).then_some(pair)
}

#[cfg(test)]
mod tests;
