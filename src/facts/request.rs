//! What a host says of a pull request, which GitLab calls a merge request.

use crate::facts::ObjectId;
use crate::facts::Untrusted;

/// What is known of one pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its number on the host.
    pub number: u64,
    /// The commit that landed it: a merge, or what it was squashed into. `None` as long as it has not landed.
    pub merge: Option<ObjectId>,
    /// Its title.
    pub title: Untrusted,
    /// Its labels, sorted, none twice.
    pub labels: Vec<Untrusted>,
}
