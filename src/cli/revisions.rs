//! Which commits are judged, and whose tree is trusted.

use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::settings::Settings;
use crate::facts::ObjectFormat;
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
            None => {
                let tip = repository.resolve(&settings.revision).map_err(|error| named(error, "--rev"))?;
                Ok(Self { tip, head: None })
            }
            Some(head) => {
                let base = commit(repository, &settings.revision).map_err(|error| named(error, "--base"))?;
                let head = commit(repository, head).map_err(|error| named(error, settings.head_option))?;
                Ok(Self { tip: Some(base), head: Some(head) })
            }
        }
    }
}

/// Fewer digits name too many commits.
pub(super) const FEWEST_DIGITS: usize = 4;

/// The id of a commit, or how it begins, in lower case; `None` for what can be no more than the name of a revision.
pub(super) fn digits(text: &str) -> Option<String> {
    let is_id = (FEWEST_DIGITS..=ObjectFormat::Sha256.digits()).contains(&text.len()) && is_hexadecimal(text);
    is_id.then(|| text.to_ascii_lowercase())
}

pub(super) fn is_hexadecimal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What is wrong with a name, and the option that it came with: several options take one. An id may come from an event.
pub(super) fn named(error: RepoError, option: &'static str) -> Fault {
    let is_id = matches!(&error, RepoError::NoSuchRevision { name } if name.parse::<ObjectId>().is_ok());
    if is_id || !error.is_usage() { Fault::from(error) } else { Fault::from(CliError::Revision { option, error }) }
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
