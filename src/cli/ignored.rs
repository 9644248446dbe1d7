//! Which paths are left out of the measure: by the policy, or by the trusted `.gitattributes`.

use std::sync::PoisonError;
use std::sync::RwLock;

use foldhash::HashMap;

use crate::facts::RepoPath;
use crate::policy::Policy;
use crate::repo::RepoError;
use crate::repo::trusted::Trusted;

/// Says of a path whether it is left out; may be asked from many threads.
///
/// Most work goes on in the same files, and a merge has the paths of its commits: answers are remembered.
pub(super) struct Ignored<'p> {
    policy: &'p Policy,
    trusted: Option<&'p Trusted>,
    known: RwLock<HashMap<RepoPath, bool>>,
}

impl<'p> Ignored<'p> {
    /// By a policy and by what a trusted tree says.
    pub(super) fn new(policy: &'p Policy, trusted: Option<&'p Trusted>) -> Self {
        Self { policy, trusted, known: RwLock::default() }
    }

    /// Whether a path is left out.
    pub(super) fn is(&self, path: &RepoPath) -> Result<bool, RepoError> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(*known);
        }
        let by_policy = self.policy.ignored.fit(path);
        let found = by_policy
            || match self.trusted {
                Some(trusted) => trusted.attributes.ignored(path)? == Some(true),
                None => false,
            };
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(path.clone(), found);
        Ok(found)
    }
}
