//! The `on:` of a workflow: at which events it runs.

use std::collections::BTreeSet;

use crate::config::document::Document;
use crate::config::document::Entry;
use crate::config::document::Value;
use crate::config::document::Yaml;
use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Event;
use super::Examined;
use super::What;
use super::names;
use crate::wiring::Extent;

/// What changes the answer about a pull request, in the order of its life.
const TYPES: [&str; 6] = ["opened", "synchronize", "reopened", "edited", "labeled", "unlabeled"];
/// What a workflow that names none is run at.
const DEFAULT_TYPES: [&str; 3] = ["opened", "synchronize", "reopened"];

/// At which events a workflow runs.
pub(super) struct Triggers<'d> {
    /// Where they are said.
    pub(super) at: &'d Location,
    on: &'d Yaml,
}

impl<'d> Triggers<'d> {
    /// Those of a workflow, if it is one.
    pub(super) fn of(read: &'d Document) -> Option<Self> {
        let entry = read.root.entry("on")?;
        Some(Self { at: &entry.at, on: &entry.value })
    }

    /// Whether it runs only where another workflow calls it.
    pub(super) fn is_only_called(&self) -> bool {
        self.has("workflow_call") && !self.are_of_changes()
    }

    /// Whether it runs for changes that have not landed.
    pub(super) fn are_of_changes(&self) -> bool {
        ["pull_request", "merge_group", "pull_request_target"].iter().any(|event| self.has(event))
    }

    /// Whether what it makes of a commit that has not landed is seen beside the gate: hosts know a check by its name, whatever event it
    /// is of.
    pub(super) fn are_seen_at_changes(&self) -> bool {
        let at = ["create", "pull_request_review", "pull_request_review_comment", "workflow_dispatch"];
        self.are_of_changes() || at.iter().any(|event| self.has(event)) || self.are_of_any_push()
    }

    /// Whether it runs when something is pushed to a branch that is not named in full.
    fn are_of_any_push(&self) -> bool {
        let said = self.event("push").map(|event| &event.value);
        let has = |key: &str| said.is_some_and(|said| said.get(key).is_some());
        let named = said.and_then(|said| said.get("branches")).map(names).unwrap_or_default();
        let is_whole = |name: &str| !name.contains(['*', '?', '[', '!', '+']);
        let is_of_some = !named.is_empty() && named.iter().all(|(name, _)| is_whole(name));
        let is_of_tags = has("tags") && !has("branches") && !has("branches-ignore");
        self.has("push") && !is_of_some && !is_of_tags
    }

    /// The events by which a change is judged.
    pub(super) fn of_changes(&self) -> Vec<&'static str> {
        ["pull_request", "merge_group"].into_iter().filter(|event| self.is_asked_by(event)).collect()
    }

    /// Whether it runs when an event asks for an answer: a queue does once.
    fn is_asked_by(&self, event: &str) -> bool {
        let types = self.event(event).and_then(|event| event.value.get("types")).filter(|_| event == "merge_group");
        self.has(event) && types.is_none_or(|types| names(types).iter().any(|(name, _)| *name == "checks_requested"))
    }

    /// For which changes of an event it is run.
    pub(super) fn reach(&self, event: &str) -> Event {
        let said = self.event(event).map(|event| &event.value);
        let named = |key: &str| {
            let filter = said.and_then(|said| said.get(key)).filter(|value| !matches!(value.value, Value::Null))?;
            Some(names(filter).into_iter().map(|(name, _)| name.to_owned()).collect::<Vec<String>>())
        };
        let mut filters = BTreeSet::new();
        for key in ["branches-ignore", "paths", "paths-ignore"] {
            filters.extend(named(key).map(|named| format!("{key} {named:?}")));
        }
        if event == "pull_request" {
            let types = named("types").unwrap_or_else(|| DEFAULT_TYPES.map(str::to_owned).to_vec());
            let missing = TYPES.into_iter().filter(|one| !types.iter().any(|known| known == one));
            filters.extend(missing.map(|one| format!("not at {one}")));
        }
        Event { branches: named("branches"), filters, unless: BTreeSet::new() }
    }

    fn has(&self, event: &str) -> bool {
        names(self.on).iter().any(|(name, _)| *name == event)
    }

    fn place_of(&self, event: &str) -> &Location {
        names(self.on).iter().find(|(name, _)| *name == event).map_or(self.at, |(_, at)| at)
    }

    /// What is said of an event besides its name.
    fn event(&self, name: &str) -> Option<&'d Entry> {
        self.on.entry(name)
    }

    /// Looks for changes that they pass over. `is_tied` says that the gate refuses other bases than one; `bases` are those.
    pub(super) fn look_at(&self, is_tied: bool, bases: &[&str], found: &mut Examined) {
        if self.has("pull_request_target") {
            let message = "`pull_request_target` runs with the repository's secrets, on the base and not on the change";
            let help = "write `pull_request`: judging needs no secret, and nothing beyond `contents: read`";
            let at = self.place_of("pull_request_target").clone();
            found.add((Code::GatePrivileged, Level::Error), What::of_file("privileged"), at, message, help);
        }
        for name in ["pull_request", "pull_request_target", "merge_group"] {
            let said = self.event(name).map(|event| &event.value);
            for key in ["paths", "paths-ignore", "branches-ignore"] {
                if let Some(filter) = said.and_then(|said| said.entry(key)) {
                    let message = format!(
                        "`{key}` keeps the gate from running for other changes; required, it would wait for ever"
                    );
                    let help = "remove it: a change that concerns nobody passes by itself";
                    let what = of_filter(name, filter);
                    found.add((Code::GateSkipped, Level::Error), what, filter.at.clone(), message, help);
                }
            }
        }
        if self.has("pull_request") {
            self.look_at_types(found);
            self.look_at_bases(is_tied, found);
            self.look_for(bases, found);
        }
        if !self.has("merge_group") {
            let message = "a merge queue would wait for the gate for ever, or land what nobody judged";
            let help = "with a merge queue, add `merge_group:`";
            found.add(
                (Code::GateEventMissing, Level::Note),
                What::of_file("merge_group"),
                self.at.clone(),
                message,
                help,
            );
        }
    }

    fn look_at_types(&self, found: &mut Examined) {
        let types = self.event("pull_request").and_then(|event| event.value.entry("types"));
        let named: Vec<&str> = match types {
            Some(types) => names(&types.value).into_iter().map(|(name, _)| name).collect(),
            None => DEFAULT_TYPES.to_vec(),
        };
        let at = types.map_or_else(|| self.place_of("pull_request").clone(), |types| types.at.clone());
        let missing: Vec<&str> = TYPES.into_iter().filter(|one| !named.contains(one)).collect();
        let help = format!("write `types: [{}]`", TYPES.join(", "));
        let told = |wanted: &[&str]| {
            let said: Vec<&str> = missing.iter().copied().filter(|one| wanted.contains(one)).collect();
            let told: Vec<_> = said.iter().map(|one| format!("`{one}`")).collect();
            (!said.is_empty()).then(|| (What::of_file("not at").each(said), told.join(", ")))
        };
        // A filter of bases is what a pull request gets around by being opened for another branch.
        let has_filter = self.branches().is_some();
        if let Some((what, said)) = told(&["opened", "synchronize"]) {
            let message = format!("not run at {said}: what is pushed then is not judged");
            found.add((Code::GateEventMissing, Level::Error), what, at.clone(), message, help.clone());
        }
        if has_filter && missing.contains(&"edited") {
            let message = "not run at `edited`: a pull request that is opened for another branch, and then retargeted, is not judged";
            let what = What::of_file("not at").each(["edited"]);
            found.add((Code::GateEventMissing, Level::Error), what, at.clone(), message, help.clone());
        }
        let wanted: &[&str] = if has_filter {
            &["reopened", "labeled", "unlabeled"]
        } else {
            &["reopened", "edited", "labeled", "unlabeled"]
        };
        if let Some((what, said)) = told(wanted) {
            let message = format!("not run at {said}: a title, a base or a label that is changed is not judged again");
            found.add((Code::GateEventMissing, Level::Warning), what, at, message, help);
        }
    }

    fn look_at_bases(&self, is_tied: bool, found: &mut Examined) {
        let named: Vec<_> = self.branches().map(|branches| names(&branches.value)).unwrap_or_default();
        let is_one = matches!(named.as_slice(), [(one, _)] if !one.contains(['*', '?', '+', '!', '[']));
        if !is_one && !is_tied {
            let at =
                self.branches().map_or_else(|| self.place_of("pull_request").clone(), |branches| branches.at.clone());
            let message = "a pass by the policy of one branch counts after the pull request is retargeted to another";
            let help = "one workflow a protected branch: `branches: [main]`, a job whose name says `main`, and `--expect-base main`";
            found.add((Code::GateAnyBase, Level::Warning), self.of_bases(), at, message, help);
        }
        if let (true, Some(branches)) = (is_one && !is_tied, self.branches()) {
            let message = "only changes for this branch are judged";
            let help = "give every other protected branch a workflow of its own, each with `--expect-base` and a job named after it";
            found.add((Code::GateAnyBase, Level::Note), self.of_bases(), branches.at.clone(), message, help);
        }
    }

    /// Looks whether it is run for the branches that the gate expects.
    fn look_for(&self, bases: &[&str], found: &mut Examined) {
        let Some(branches) = self.branches() else { return };
        let named = names(&branches.value);
        // What a pattern fits, and what an expression says, is not known here.
        let is_open = |text: &str| text.contains(['*', '?', '+', '!', '[', '$']);
        let may_fit = named.iter().any(|(one, _)| is_open(one));
        for base in bases.iter().filter(|base| !is_open(base)) {
            let name = base.strip_prefix("refs/heads/").unwrap_or(base);
            let is_left_out = named.last().is_some_and(|(one, _)| one.strip_prefix('!') == Some(name));
            if is_left_out || !may_fit && named.iter().all(|(one, _)| *one != name) {
                let message = format!("not run for {name}, which is the branch that the gate expects");
                let help = format!("write `branches: [{name}]`");
                let what = What::of_file(format!("not for {name}"));
                found.add((Code::GateSkipped, Level::Error), what, branches.at.clone(), message, help);
            }
        }
    }

    /// For which bases it is run: for one less it is run for less.
    fn of_bases(&self) -> What {
        let Some(branches) = self.branches() else { return What::of_file("bases").to(Extent::AllNames) };
        let named = names(&branches.value).into_iter().map(|(name, _)| name.to_owned());
        listed("bases", named.collect())
    }

    fn branches(&self) -> Option<&'d Entry> {
        let event = self.event("pull_request")?;
        event.value.entry("branches").filter(|branches| !matches!(branches.value.value, Value::Null))
    }
}

/// Names of which the more are there the better. What says `!` takes something away again, and the order decides.
fn listed(what: &str, named: Vec<String>) -> What {
    if named.iter().any(|name| name.starts_with('!')) {
        return What::of_file(format!("{what} {named:?}"));
    }
    What::of_file(what).to(Extent::Names(named.into_iter().collect()))
}

/// What a filter of an event leaves out: of what it names, or of all else.
fn of_filter(event: &str, filter: &Entry) -> What {
    let named: Vec<String> = names(&filter.value).into_iter().map(|(name, _)| name.to_owned()).collect();
    let what = format!("{event} {}", filter.key);
    match filter.key.as_str() {
        "paths" => listed(&what, named),
        _ if named.iter().any(|name| name.starts_with('!')) => What::of_file(format!("{what} {named:?}")),
        _ => What::of_file(what).each(named),
    }
}
