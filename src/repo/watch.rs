//! A watcher for texts that are read anyway: reading them is most of the work of whatever it looks for.

use std::fmt;

use crate::facts::ObjectId;
use crate::facts::RepoPath;

/// Is shown both sides of what commits changed, as they are compared.
///
/// Which texts are shown depends on what earlier runs kept, and one may be shown several times. So what a watcher notes may
/// save work, but must decide nothing.
pub trait Watch: fmt::Debug + Send + Sync {
    /// Sees a file of these bytes under a path.
    fn see(&self, path: &RepoPath, id: ObjectId, bytes: &[u8]);
}
