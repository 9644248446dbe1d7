//! What is known before markers are searched: the repository, the policy that holds, and what the trusted tree says beside it.

use crate::cli::agreed;
use crate::cli::agreed::Agreed;
use crate::cli::error::Fault;
use crate::cli::given;
use crate::cli::markers::Wanted;
use crate::cli::revisions::Revisions;
use crate::config::Loaded;
use crate::facts::RepoPath;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::Repository;
use crate::repo::trusted::Trusted;

/// What is searched, and what decides.
pub(super) struct Opened {
    pub(super) repository: Repository,
    /// The folder or file that the search is held to; empty for all.
    pub(super) below: RepoPath,
    pub(super) revisions: Revisions,
    pub(super) policy: Policy,
    /// What is to be said of the policy itself.
    pub(super) warnings: Vec<Finding>,
    /// Whether the policy is only what the judged change proposes.
    pub(super) is_proposed: bool,
    /// What the trusted tree says beside its policy; nothing on a branch without a commit.
    pub(super) trusted: Option<Trusted>,
    pub(super) chosen: Vec<TeamId>,
}

impl Opened {
    /// Opens the repository and reads what decides.
    pub(super) fn of(wanted: &Wanted) -> Result<Self, Fault> {
        let settings = &wanted.settings;
        let repository = Repository::open(&settings.path, settings.owner)?;
        let below = repository.inside(&settings.path)?;
        let revisions = Revisions::resolve(&repository, settings)?;
        let Agreed { loaded, is_proposed } = agreed::policy(&repository, &revisions, settings)?;
        let Loaded { policy, warnings } = loaded;
        let trusted = revisions.tip.map(|tip| Trusted::read(&repository, tip)).transpose()?;
        let chosen = given::chosen(settings, &policy)?;
        given::known_tags(&wanted.tags, &policy)?;
        Ok(Self { repository, below, revisions, policy, warnings, is_proposed, trusted, chosen })
    }
}
