//! For which changes the gate is run, and whether each of these is still judged when a place that runs it is gone.
//!
//! A place of the base that runs the gate is made good by places of the head that run it at the same events, for the same branches,
//! and have no weakness that it did not have.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::finding::Location;

use super::Examined;
use super::shell::Call;
use super::weakness::ByRun;
use super::weakness::Run;
use super::weakness::Same;

/// For which changes a place runs the gate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// By event, as its service names it.
    pub(super) events: BTreeMap<String, Event>,
    /// The branch that it holds for; it refuses all others.
    pub(super) tied: Option<String>,
    /// Which revisions it judges, as the call says: by its service's event, or by their names.
    pub(super) ends: Ends,
    /// What the call asks for beside the policy: the more, the stricter.
    pub(super) asks: BTreeSet<String>,
}

/// What a call asks for beside the policy: the floor under it, by its file, and that no labels are heard of.
pub(super) fn asks(floor: Option<&str>, hears_nothing: bool) -> BTreeSet<String> {
    let floor = floor.filter(|file| !file.is_empty()).map(|file| format!("--org-policy {file}"));
    floor.into_iter().chain(hears_nothing.then(|| "--no-ci-labels".to_owned())).collect()
}

/// Which revisions are judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Ends {
    /// Those of the event.
    #[default]
    OfEvent,
    /// By their names; without any, all that there is.
    Named(Vec<String>),
}

impl Ends {
    /// As the arguments of a call say.
    pub(super) fn of(call: &Call) -> Self {
        if call.has("--event") {
            return Self::OfEvent;
        }
        let named =
            ["--base", "--head"].into_iter().filter_map(|option| Some(format!("{option} {}", call.value(option)?)));
        Self::Named(named.collect())
    }

    /// Whether they are those that another names.
    fn are_for(&self, base: &Self) -> bool {
        *self == Self::OfEvent || self == base || *base == Self::Named(Vec::new())
    }
}

/// The changes of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// Those for these branches; for all, if none are named.
    pub(super) branches: Option<Vec<String>>,
    /// What keeps it from running besides.
    pub(super) filters: BTreeSet<String>,
    /// The conditions that do not hold there.
    pub(super) unless: BTreeSet<String>,
}

/// A place that runs the gate.
#[derive(Debug, Clone)]
pub struct Place {
    pub(super) run: Run,
    pub(super) reach: Reach,
    /// What scripts ask for before they run it, and so on.
    pub(super) guards: BTreeSet<String>,
    /// What the check of its job is called, on GitHub: hosts are told to wait for such a name.
    pub(super) check: Option<String>,
    /// Where.
    pub at: Location,
}

/// A place whose changes nobody judges any more, or not as strictly.
#[derive(Debug)]
pub struct Unjudged<'w> {
    /// The place in the base.
    pub place: &'w Place,
    /// What was judged there: each event, and for which branch.
    pub judged: Vec<String>,
    /// Whether the head has the same place, which does not judge them.
    pub is_there: bool,
    /// Whether the head has a job of that name, new or as it was called, which judges nothing.
    pub is_hollow: bool,
}

/// What places of the base judged, and no place of the head or of `others`, the further files of its revision, judges as strictly.
#[must_use]
pub fn unjudged<'w>(base: &'w Examined, head: &Examined, others: &[&Examined]) -> Vec<Unjudged<'w>> {
    let (names, own, of_head) = (Same::of(base, head), ByRun::of(base), ByRun::of(head));
    let others: Vec<(&Examined, ByRun<'_>)> = others.iter().map(|file| (*file, ByRun::of(file))).collect();
    let mut all = Vec::new();
    for place in &base.places {
        let same: Vec<bool> = head.places.iter().map(|now| names.is_same(&place.run, &now.run)).collect();
        let has = |now: &Place, event: &str, branch: Option<&str>, is_same: bool| {
            now.reach.ends.are_for(&place.reach.ends)
                && place.reach.asks.is_subset(&now.reach.asks)
                && now.reach.has(event, branch, is_same)
        };
        let is_judged = |event: &str, of: &Event, branch: Option<&str>| {
            let by_head = head.places.iter().zip(&same).any(|(now, is_same)| {
                has(now, event, branch, *is_same)
                    && (*is_same || now.is_instead(of, event) && place.is_no_stronger(&own, now, &of_head))
            });
            let by_another = |(file, of_file): &(&Examined, ByRun<'_>)| {
                file.places.iter().any(|now| {
                    let filters = now.reach.events.get(event).map(|event| &event.filters);
                    let runs = filters.is_some_and(|filters| filters.is_subset(&of.filters));
                    runs && has(now, event, branch, false)
                        && now.is_instead(of, event)
                        && place.is_no_stronger(&own, now, of_file)
                })
            };
            by_head || others.iter().any(by_another)
        };
        // Whoever waits for a job of that name takes its end for an answer, whatever judges elsewhere, or under the same name.
        let is_hollow = place.check.as_ref().is_some_and(|name| head.takes(name, base));
        let is_judged = |event: &str, of: &Event, branch: Option<&str>| !is_hollow && is_judged(event, of, branch);
        let mut judged = Vec::new();
        for (name, event) in &place.reach.events {
            match place.reach.branches(event) {
                None if !is_judged(name, event, None) => judged.push(format!("`{name}`")),
                None => {}
                Some(branches) => {
                    let gone: Vec<&str> =
                        branches.into_iter().filter(|branch| !is_judged(name, event, Some(branch))).collect();
                    if !gone.is_empty() {
                        judged.push(format!("`{name}` for {}", gone.join(", ")));
                    }
                }
            }
        }
        if !judged.is_empty() {
            all.push(Unjudged { place, judged, is_there: same.contains(&true), is_hollow });
        }
    }
    all
}

impl Reach {
    /// Those for the one branch that it holds for, or all that its event names.
    fn branches<'r>(&'r self, event: &'r Event) -> Option<Vec<&'r str>> {
        match (&self.tied, &event.branches) {
            (Some(tied), Some(named)) if !is_open(tied) && !fits(named, tied) => Some(Vec::new()),
            (Some(tied), _) => Some(vec![tied]),
            (None, named) => named.as_ref().map(|named| named.iter().map(String::as_str).collect()),
        }
    }

    /// Whether it runs at an event, for a branch. Where all branches were meant, and it is the same place, those may be named by now.
    fn has(&self, event: &str, branch: Option<&str>, is_same: bool) -> bool {
        let Some(branches) = self.events.get(event).map(|event| self.branches(event)) else { return false };
        match (branches, branch) {
            (None, _) => true,
            (Some(named), None) => is_same && !named.is_empty(),
            (Some(named), Some(branch)) => fits(&named, branch),
        }
    }
}

impl Place {
    /// Whether it asks for no more than another did at an event.
    fn is_instead(&self, of: &Event, event: &str) -> bool {
        self.reach.events.get(event).is_some_and(|own| own.unless.is_subset(&of.unless))
    }

    /// Whether another place has no weakness that this one has not, and holds for the same branch.
    fn is_no_stronger(&self, own: &ByRun<'_>, other: &Self, of: &ByRun<'_>) -> bool {
        let is_tied = self.reach.tied.is_none() || other.reach.tied == self.reach.tied;
        is_tied && other.guards.is_subset(&self.guards) && of.is_within(&other.run, own, &self.run)
    }
}

/// What a variable or an expression says is not known.
fn is_open(name: &str) -> bool {
    name.contains('$')
}

/// Whether a branch is among those that are named. A pattern fits as far as it is plain: of what it begins with. What says `!` takes
/// out again what stands before it.
fn fits<N: AsRef<str>>(named: &[N], branch: &str) -> bool {
    named.iter().map(AsRef::as_ref).fold(false, |is_there, name: &str| match name.strip_prefix('!') {
        Some(left_out) => is_there && !is_like(left_out, branch),
        None => is_there || is_like(name, branch),
    })
}

fn is_like(name: &str, branch: &str) -> bool {
    let plain = name.trim_end_matches('*');
    let is_plain = !plain.contains(['*', '?', '+', '!', '[', '\\']);
    let rest = branch.strip_prefix(plain).filter(|_| is_plain && plain.len() < name.len());
    name == branch || rest.is_some_and(|rest| name.ends_with("**") || !rest.contains('/'))
}
