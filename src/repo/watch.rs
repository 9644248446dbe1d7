//! Somebody who takes note of texts that are read anyway: reading them is most of the work.

use std::fmt;

use crate::facts::ObjectId;
use crate::facts::RepoPath;

/// Is shown the texts on both sides of what commits changed when these are compared.
///
/// Which are shown depends on what is kept from earlier runs, and the same one may be shown several times: what is noted may
/// save work, and must decide nothing.
pub trait Watch: fmt::Debug + Send + Sync {
    /// Sees a file of these bytes under a path.
    fn see(&self, path: &RepoPath, id: ObjectId, bytes: &[u8]);
}
