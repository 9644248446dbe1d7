//! Product teams.

use crate::finding::Location;
use crate::policy::Allocation;

/// A team's place in [`Policy::teams`](crate::policy::Policy::teams).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId(pub usize);

/// A product team: it owns what it builds and what it runs.
#[derive(Debug, Clone)]
pub struct Team {
    /// Its name, unique; `everyone` in a policy without teams.
    pub name: String,
    /// The address of its engineering lead.
    pub lead: Option<String>,
    /// Its protected allocation.
    pub allocation: Allocation,
    /// Where the allocation is written: at the team, or else at the top of the policy, or in the default pack.
    pub allocation_at: Location,
    /// What it owns, in gitignore syntax.
    pub paths: Vec<(String, Location)>,
    /// The owners of CODEOWNERS that mean this team, such as `@org/payments`.
    pub codeowners: Vec<(String, Location)>,
    /// Where the team is written.
    pub at: Location,
}
