//! The markers that a change adds or edits, held against what the base's policy asks of them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::cli::births;
use crate::cli::error::Fault;
use crate::cli::hunt::Ground;
use crate::cli::hunt::Hunt;
use crate::cli::turned::Turned;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::finding::Code;
use crate::finding::Finding;
use crate::marker::Dates;
use crate::marker::Judged;
use crate::marker::Listing;
use crate::marker::MarkedFile;
use crate::marker::Marker;
use crate::marker::Place;
use crate::marker::Rules;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::trusted::Trusted;

/// A change, and what it is judged by.
pub(super) struct Coming<'c> {
    pub(super) repository: &'c Repository,
    pub(super) policy: &'c Policy,
    pub(super) hunt: &'c Hunt<'c>,
    /// What the base's tree says beside its policy.
    pub(super) trusted: Option<&'c Trusted>,
    /// The commit that the change lands on.
    pub(super) base: ObjectId,
    pub(super) as_of: UnixTime,
    pub(super) dates: Dates,
    pub(super) turned: &'c Turned,
    pub(super) teams: &'c dyn Fn(&RepoPath) -> Vec<TeamId>,
}

/// Whether the policy asks anything of markers that a change could bring.
pub(super) fn is_asked(policy: &Policy) -> bool {
    let asks = |(code, (level, _)): (&Code, &(crate::policy::RuleLevel, _))| {
        *code != Code::UnusedSuppression && level.level().is_some()
    };
    policy.markers.levels.iter().any(asks) || policy.markers.tags.iter().any(|rule| rule.level.level().is_some())
}

impl Coming<'_> {
    /// What the policy finds fault with, by file and line.
    pub(super) fn findings(&self, progress: &dyn Progress) -> Result<Vec<Finding>, Fault> {
        let turnover = &self.turned.turnover;
        // A copy of what may not be there is one more of it.
        let new = turnover.added.iter().chain(&turnover.copied).map(|(path, marker)| (path, marker.place));
        let edited = turnover.edited.iter().map(|former| (&former.path, former.marker.place));
        let own: BTreeSet<(&RepoPath, Place)> = new.chain(edited).collect();
        let held = self.turned.held();
        let ages = self.ages(progress)?;
        let rules = Rules {
            policy: self.policy,
            today: Some(self.as_of.day()),
            dates: self.dates,
            judged: Judged::Added {
                marker: &|path, marker| own.contains(&(path, marker.place)),
                suppression: &|path, one| held.contains(&(path.clone(), one.place.line)),
            },
            teams: self.teams,
            age: &|path: &RepoPath, marker: &Marker| ages.get(&(path.clone(), marker.place)).copied(),
        };
        let mut all = rules.findings(&self.turned.after);
        let markers = &self.policy.markers;
        let is_counted = markers.level(Code::MarkerBudget).is_some()
            && markers.budgets.iter().any(|budget| budget.markers.is_some());
        if is_counted && !own.is_empty() {
            let there = self.there(progress)?;
            all.extend(rules.over_budget_with(&there.files, turnover));
        }
        Ok(all)
    }

    /// All markers of the base.
    fn there(&self, progress: &dyn Progress) -> Result<Listing, RepoError> {
        self.hunt.markers(self.repository, Ground::Revision(self.base), &RepoPath::new(Vec::new()), progress)
    }

    /// How old those are that the change edits; nothing is asked of the age of new ones.
    fn ages(&self, progress: &dyn Progress) -> Result<BTreeMap<(RepoPath, Place), u32>, RepoError> {
        let markers = &self.policy.markers;
        let edited = &self.turned.turnover.edited;
        if markers.stale_after_days.is_none() || markers.level(Code::MarkerStale).is_none() || edited.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut formers: Vec<_> = edited.iter().collect();
        formers.sort_by(|a, b| (&a.from, a.before.place).cmp(&(&b.from, b.before.place)));
        let mut listing = Listing::default();
        for former in &formers {
            let (path, marker) = (former.from.clone(), former.before.clone());
            match listing.files.last_mut().filter(|file| file.path == path) {
                Some(file) => file.markers.push(marker),
                None => listing.files.push(MarkedFile { path, markers: vec![marker], suppressions: Vec::new() }),
            }
        }
        let found = births::births(
            self.repository,
            self.turned.beginning.unwrap_or(self.base),
            self.hunt,
            &listing,
            self.trusted,
            self.as_of,
            progress,
        )?;
        let aged = formers.into_iter().zip(found);
        Ok(aged.filter_map(|(former, birth)| Some(((former.path.clone(), former.marker.place), birth?.days))).collect())
    }
}
