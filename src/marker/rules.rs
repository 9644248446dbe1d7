//! What the policy asks of markers, held against those that there are.

mod suppressed;
mod tally;

use crate::facts::Day;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::TreePlace;
use crate::marker::item::Marker;
use crate::marker::item::Place;
use crate::marker::listing::MarkedFile;
use crate::marker::owner::Known;
use crate::marker::suppression::Suppression;
use crate::marker::turnover::Turnover;
use crate::policy::MarkerPolicy;
use crate::policy::Policy;
use crate::policy::Required;
use crate::policy::TagCase;
use crate::policy::TagRule;
use crate::policy::TeamId;

/// What markers are held against.
pub struct Rules<'r> {
    /// What was agreed.
    pub policy: &'r Policy,
    /// The day of the judged revision; nothing expires without one.
    pub today: Option<Day>,
    /// What a past due date means.
    pub dates: Dates,
    /// Which markers are judged.
    pub judged: Judged<'r>,
    /// Whose a path is.
    pub teams: &'r dyn Fn(&RepoPath) -> Vec<TeamId>,
    /// How many days old a marker is, if that is known.
    pub age: &'r dyn Fn(&RepoPath, &Marker) -> Option<u32>,
}

/// Which markers are judged.
#[derive(Clone, Copy)]
pub enum Judged<'r> {
    /// All of a tree. Of expired ones nobody has to fear for the build: time alone never turns it red.
    All,
    /// Those that a change adds or edits; the others are its surroundings. What is about a tree as a whole (budgets,
    /// suppressions that suppress nothing) is not judged.
    Added {
        /// Whether the change adds or edits it.
        marker: &'r dyn Fn(&RepoPath, &Marker) -> bool,
        /// Whether it stood before, and so holds.
        suppression: &'r dyn Fn(&RepoPath, &Suppression) -> bool,
    },
}

/// What a past due date means for markers that were there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// It is told, and fails nothing.
    #[default]
    Lenient,
    /// It is as grave as the policy says.
    Strict,
}

/// Something found about one marker.
struct Found {
    line: u32,
    finding: Finding,
}

impl Rules<'_> {
    /// Everything that the policy finds fault with, by file and line; what is about whole teams comes last.
    #[must_use]
    pub fn findings(&self, files: &[MarkedFile]) -> Vec<Finding> {
        let known = Known::of(self.policy);
        let mut all = Vec::new();
        for file in files {
            all.extend(self.of_file(file, known.as_ref()));
        }
        if matches!(self.judged, Judged::All) {
            all.extend(tally::over_budget(self, files));
        }
        all
    }

    /// The teams that have more markers than was agreed with a change, and to which the change adds some: what was too many
    /// before is not its fault. `before` is the tree that it changes. Of days no change adds any.
    #[must_use]
    pub fn over_budget_with(&self, before: &[MarkedFile], turnover: &Turnover) -> Vec<Finding> {
        tally::over_budget_with(self, before, turnover)
    }

    fn of_file(&self, file: &MarkedFile, known: Option<&Known<'_>>) -> Vec<Finding> {
        let mut found = Vec::new();
        for marker in &file.markers {
            let is_added = match self.judged {
                Judged::All => false,
                Judged::Added { marker: added, .. } => added(&file.path, marker),
            };
            if is_added || matches!(self.judged, Judged::All) {
                let place = place(&file.path, marker.place);
                let line = marker.place.line;
                let of_marker = self.of_marker(&file.path, marker, is_added, known);
                let key = marker.id.to_string();
                let placed = |finding: Finding| finding.found_at(place.clone()).keyed(key.clone());
                found.extend(of_marker.map(|finding| Found { line, finding: placed(finding) }));
            }
        }
        let used = suppressed::used(&file.suppressions, &found);
        let holds = |suppression: &Suppression| match self.judged {
            Judged::All => true,
            Judged::Added { suppression: holds, .. } => holds(&file.path, suppression),
        };
        let (holding, in_vain): (Vec<&Suppression>, Vec<&Suppression>) =
            file.suppressions.iter().partition(|suppression| holds(suppression));
        let (holding, in_vain) = (suppressed::Covered::by(&holding), suppressed::Covered::by(&in_vain));
        let mut left: Vec<Found> = Vec::new();
        for mut one in found {
            let (is_suppressed, is_in_vain) = (holding.has(&one), in_vain.has(&one));
            if is_suppressed {
                continue;
            }
            if is_in_vain {
                let message = one.finding.message.expose();
                let message = format!("{message}; its `debtlint:ignore` is the change's own, and does not hold");
                one.finding.message = Untrusted::new(message);
            }
            left.push(one);
        }
        if matches!(self.judged, Judged::All) {
            for (suppression, used) in file.suppressions.iter().zip(used) {
                let finding = if used { None } else { self.unused(file, suppression) };
                left.extend(finding.map(|finding| Found { line: suppression.place.line, finding }));
            }
            left.sort_by_key(|one| one.line);
        }
        left.into_iter().map(|one| one.finding).collect()
    }

    fn of_marker(
        &self,
        path: &RepoPath,
        marker: &Marker,
        is_added: bool,
        known: Option<&Known<'_>>,
    ) -> impl Iterator<Item = Finding> {
        let mut found = self.of_tag(path, marker);
        let markers = &self.policy.markers;
        let mut add = |code: Code, message: String, help: &str| {
            if let Some(level) = markers.level(code) {
                found.push(self.placed(Finding::new(code, level, message).help(help)));
            }
        };
        for bad in &marker.attributes.malformed {
            let message = match bad.text.expose() {
                "" => format!("the brackets after {} have a part that is {}", marker.tag, bad.reason),
                text => format!("`{text}` after {} is {}", marker.tag, bad.reason),
            };
            let help =
                "owner, ticket, due date and estimate, split by commas: `TODO(@ada, TD-12, due: 2026-12-31, 4h)`";
            add(Code::MarkerMalformed, message, help);
        }
        for owner in &marker.attributes.owners {
            if known.is_some_and(|known| !known.knows(owner.expose())) {
                let message =
                    format!("`{}`, who owns this {}, is neither on a roster nor a team", owner.expose(), marker.tag);
                add(
                    Code::MarkerOwnerUnknown,
                    message,
                    "name somebody who is there, or put the owner on a team's roster",
                );
            }
        }
        if let Some(days) = (self.age)(path, marker)
            && let Some(most) = markers.stale_after_days
            && days > most
        {
            let message = format!("this {} is {days} days old; the limit is {most}", marker.tag);
            add(Code::MarkerStale, message, "do it, or take it out");
        }
        if let (Some(due), Some(today)) = (marker.attributes.due, self.today)
            && due < today
            && let Some(level) = markers.level(Code::MarkerExpired)
        {
            // Time alone never turns a build red: nobody changed anything.
            let level = if is_added || self.dates == Dates::Strict { level } else { level.min(Level::Warning) };
            let message = format!("this {} was due on {}", marker.tag, due.date());
            let finding = Finding::new(Code::MarkerExpired, level, message);
            found.push(self.placed(finding.help("do it, or agree on another date")));
        }
        found.into_iter()
    }

    /// What the rules about tags, and about what each marker must have, find.
    fn of_tag(&self, path: &RepoPath, marker: &Marker) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        let markers = &self.policy.markers;
        for rule in markers.tags.iter().filter(|rule| applies(rule, path, marker)) {
            let Some(level) = rule.level.level() else { continue };
            let at = |finding: Finding| match &rule.at {
                Some(at) => finding.at(at.clone()),
                None => finding,
            };
            if rule.requires.is_empty() {
                let message = format!("{} may not be here", marker.tag);
                let finding = Finding::new(Code::MarkerDenied, level, message);
                found.push(at(finding.help("do it before it is merged, or use a tag that the policy lets in")));
            }
            for required in rule.requires.iter().copied().filter(|required| !has(marker, *required)) {
                found.push(at(missing(marker, required, level)));
            }
        }
        for required in [Required::Owner, Required::Ticket, Required::Due, Required::Estimate] {
            let is_told = found.iter().any(|finding| finding.code == required.missing());
            let level = markers.level(required.missing()).filter(|_| !is_told && !has(marker, required));
            found.extend(level.map(|level| self.placed(missing(marker, required, level))));
        }
        found
    }

    /// With the line of the policy that gives it its level.
    fn placed(&self, finding: Finding) -> Finding {
        match self.policy.markers.level_at(finding.code) {
            Some(at) => finding.at(at.clone()),
            None => finding,
        }
    }

    /// A suppression that nothing was found for.
    fn unused(&self, file: &MarkedFile, suppression: &Suppression) -> Option<Finding> {
        let level = self.policy.markers.level(Code::UnusedSuppression)?;
        let rules = MarkerPolicy::RULES.map(|(code, _)| code);
        let is_rule = |code: &str| rules.iter().any(|rule| rule.name() == code) || code == Code::MarkerDenied.name();
        let message = if suppression.codes.is_empty() {
            "this `debtlint:ignore` names no code".to_owned()
        } else if let Some(unknown) = suppression.codes.iter().find(|code| !is_rule(code)) {
            format!("this `debtlint:ignore` names `{unknown}`, which is not a code of a finding about markers")
        } else if suppression.reason.is_none() {
            "this `debtlint:ignore` gives no reason, and so suppresses nothing".to_owned()
        } else if self.may_be_stale(file, suppression) {
            return None;
        } else {
            "this `debtlint:ignore` suppresses nothing".to_owned()
        };
        let place = place(&file.path, suppression.place);
        let finding = Finding::new(Code::UnusedSuppression, level, message).found_at(place);
        let help = "`debtlint:ignore CODE -- why`, in the marker's comment or on the line before it; or take it out";
        Some(self.placed(finding.help(help)))
    }

    /// It speaks of age, and how old its markers are is not known.
    fn may_be_stale(&self, file: &MarkedFile, suppression: &Suppression) -> bool {
        suppression.codes.iter().any(|code| code == Code::MarkerStale.name())
            && file.markers.iter().any(|marker| {
                suppression.lines.contains(&marker.place.line) && (self.age)(&file.path, marker).is_none()
            })
    }
}

fn applies(rule: &TagRule, path: &RepoPath, marker: &Marker) -> bool {
    let is_tag = match rule.case {
        TagCase::Exact => rule.tag == marker.tag,
        TagCase::Any => rule.tag.eq_ignore_ascii_case(&marker.tag),
    };
    is_tag
        && rule.paths.as_ref().is_none_or(|paths| paths.fit(path))
        && !rule.allow.iter().any(|allowed| allowed.find(marker.text.expose()).is_some())
}

fn has(marker: &Marker, required: Required) -> bool {
    let attributes = &marker.attributes;
    match required {
        Required::Owner => !attributes.owners.is_empty(),
        Required::Ticket => !attributes.tickets.is_empty(),
        Required::Due => attributes.due.is_some(),
        Required::Estimate => attributes.estimate_minutes.is_some(),
    }
}

fn missing(marker: &Marker, required: Required, level: Level) -> Finding {
    let (what, example) = match required {
        Required::Owner => ("owner", "@ada"),
        Required::Ticket => ("ticket", "TD-12"),
        Required::Due => ("due date", "2026-12-31"),
        Required::Estimate => ("estimate", "4h"),
    };
    let finding = Finding::new(required.missing(), level, format!("this {} names no {what}", marker.tag));
    finding.help(format!("write it in brackets: `{}({example}): …`", marker.tag))
}

fn place(path: &RepoPath, place: Place) -> TreePlace {
    TreePlace { path: path.clone(), line: place.line, column: place.column, byte_column: place.byte_column }
}

#[cfg(test)]
mod tests;
