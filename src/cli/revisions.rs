//! Which commits are judged, and whose tree is trusted.

use crate::cli::error::Fault;
use crate::cli::settings::Settings;
use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::Repository;

/// The commits that a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Revisions {
    /// Whose window is judged, and whose tree is trusted: the base of a change. `None` on a branch without a commit.
    pub(super) tip: Option<ObjectId>,
    /// The head of the change.
    pub(super) head: Option<ObjectId>,
}

impl Revisions {
    /// Follows the names that were typed.
    pub(super) fn resolve(repository: &Repository, settings: &Settings) -> Result<Self, Fault> {
        match &settings.head {
            None => Ok(Self { tip: repository.resolve(&settings.revision)?, head: None }),
            Some(head) => {
                let ends = [&settings.revision, head].map(|name| commit(repository, name));
                let [base, head] = ends;
                Ok(Self { tip: Some(base?), head: Some(head?) })
            }
        }
    }
}

/// One end of a change: there must be one.
fn commit(repository: &Repository, name: &str) -> Result<ObjectId, RepoError> {
    let no_such = || RepoError::NoSuchRevision { name: name.to_owned() };
    match (repository.resolve(name), name.parse()) {
        // An id comes from an event of the host: it exists, and a shallow clone lacks it.
        (Err(RepoError::NoSuchRevision { .. }), Ok(id)) => Err(RepoError::NotFetched { id }),
        (found, _) => found?.ok_or_else(no_such),
    }
}
