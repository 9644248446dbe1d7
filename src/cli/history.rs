//! The commits that are judged, and what is known of them before their content is looked into.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::classify::Context;
use crate::classify::Stated;
use crate::cli::contents;
use crate::cli::error::Fault;
use crate::cli::given::Given;
use crate::cli::pull_requests;
use crate::cli::pull_requests::PullRequests;
use crate::cli::relabels;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::policy::TeamId;
use crate::repo;
use crate::repo::Ahead;
use crate::repo::IsIgnored;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Walk;
use crate::repo::changes::Compared;

/// A window, and the change on top of it, if one is judged.
pub(super) struct History {
    /// The window; of a change, its base's.
    pub(super) walk: Walk,
    pub(super) ahead: Option<Ahead>,
    /// What is known of pull requests.
    pub(super) pull_requests: PullRequests,
    /// The trusted relabels, by the commits that they are about.
    pub(super) relabels: BTreeMap<ObjectId, Vec<Stated>>,
    /// The change's commits.
    coming: BTreeSet<ObjectId>,
}

impl History {
    /// Reads what landed in so many days, and what the change brings. Comes with what was found out about the commits of
    /// the window while the rest was read.
    pub(super) fn read(
        given: &Given,
        ignored: &IsIgnored<'_>,
        days: u32,
        progress: &dyn Progress,
    ) -> Result<(Self, HashMap<ObjectId, Compared>), Fault> {
        let Given { settings, repository, revisions, policy, trusted, .. } = given;
        let left = given.left(ignored);
        let (walk, begun) =
            contents::walked(repository, revisions.tip, settings, days, trusted.as_ref(), left, progress)?;
        let ahead = ahead(given, &walk, progress)?;
        let change = ahead.as_ref().zip(revisions.head);
        let pull_requests = pull_requests::gather(repository, revisions.tip, change, &settings.request, policy)?;
        let relabels = relabels::stated(repository, policy, given.trusted(), &walk)?;
        let coming = ahead.iter().flat_map(|ahead| &ahead.commits).map(|fact| fact.id).collect();
        Ok((Self { walk, ahead, pull_requests, relabels, coming }, begun))
    }

    /// The window with the change landed.
    pub(super) fn whole(&self) -> Cow<'_, Walk> {
        self.walk.followed_by(self.ahead.as_ref())
    }

    /// The change's commits.
    pub(super) fn coming(&self) -> &[CommitFact] {
        self.ahead.as_ref().map(|ahead| ahead.commits.as_slice()).unwrap_or_default()
    }

    /// The commits of the base's history that the change begins at.
    pub(super) fn forks(&self) -> &[ObjectId] {
        self.ahead.as_ref().map(|ahead| ahead.forks.as_slice()).unwrap_or_default()
    }

    /// What the commits are read by.
    pub(super) fn context<'a>(
        &'a self,
        given: &'a Given,
        owners: &'a (dyn Fn(&RepoPath) -> Vec<TeamId> + Sync),
    ) -> Context<'a> {
        Context {
            ignored_revisions: &given.ignored_revisions,
            requests: &self.pull_requests.requests,
            coming: &self.coming,
            relabels: &self.relabels,
            owners,
            ..Context::of(&given.policy)
        }
    }
}

/// The commits of the change; `None` where no change is judged.
fn ahead(given: &Given, walk: &Walk, progress: &dyn Progress) -> Result<Option<Ahead>, RepoError> {
    let (Some((base, trusted)), Some(head)) = (given.trusted(), given.revisions.head) else { return Ok(None) };
    let who = |identity: &_| trusted.mailmap.map(identity);
    repo::ahead(&given.repository, base, head, walk.as_of, &who, progress).map(Some)
}
