//! What a run judges, and by what: the repository, the commits that it is about, the policy that holds, and what the trusted
//! tree says beside it.

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::cli::agreed;
use crate::cli::agreed::Agreed;
use crate::cli::cache;
use crate::cli::contents::Left;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::event;
use crate::cli::ignored::Ignored;
use crate::cli::marks::Wanted;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::cli::sighted::Sighted;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::IsIgnored;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::beside;
use crate::repo::trusted::Attributes;
use crate::repo::trusted::PathOwners;
use crate::repo::trusted::Trusted;
use crate::report::Subject;

/// What is known before any history is read.
pub(super) struct Given {
    /// What was typed; of a host's test merge, its own ends.
    pub(super) settings: Settings,
    /// The process ends with it: to give back piece by piece what was read would help nobody.
    pub(super) repository: ManuallyDrop<Repository>,
    pub(super) revisions: Revisions,
    pub(super) policy: Policy,
    /// What is to be said of the policy itself.
    pub(super) warnings: Vec<Finding>,
    /// Whether the policy is only what the judged change proposes.
    pub(super) is_proposed: bool,
    /// What the trusted tree says beside its policy; nothing on a branch without a commit.
    pub(super) trusted: Option<Trusted>,
    /// The revisions that it lists to be left out.
    pub(super) ignored_revisions: BTreeSet<ObjectId>,
    pub(super) owners: PathOwners,
    /// The teams that were named, sorted; none means all.
    pub(super) chosen: Vec<TeamId>,
    /// Whether the flow of markers is.
    pub(super) wanted: Wanted,
    /// Who takes note of markers in what is read anyway, if that is wanted.
    sighted: Option<Arc<Sighted>>,
}

impl Given {
    /// Opens the repository and reads what decides.
    pub(super) fn open(settings: &Settings) -> Result<Self, Fault> {
        let repository = cache::with_facts(Repository::open(&settings.path, settings.owner)?, settings)?;
        let settings = event::settle(settings, &repository)?;
        let revisions = Revisions::resolve(&repository, &settings)?;
        let Agreed { loaded, is_proposed } = agreed::policy(&repository, &revisions, &settings)?;
        let policy = loaded.policy;
        let trusted = revisions.tip.map(|tip| Trusted::read(&repository, tip)).transpose()?;
        let chosen = chosen(&settings, &policy)?;
        let codeowners = trusted.as_ref().and_then(|trusted| trusted.codeowners.clone());
        let owners = PathOwners::new(&policy.teams, codeowners).map_err(CliError::from)?;
        let wanted = Wanted::of(&policy, &settings);
        let sighted = wanted.sighted(&policy);
        if let Some(sighted) = sighted.clone().filter(|_| revisions.head.is_some()) {
            // With a change, what finds markers is needed for certain: it is made beside what comes first.
            beside(move || drop(sighted.tools()));
        }
        let repository = match &sighted {
            Some(sighted) => repository.watched_by(Arc::<Sighted>::clone(sighted)),
            None => repository,
        };
        Ok(Self {
            settings,
            repository: ManuallyDrop::new(repository),
            revisions,
            policy,
            warnings: loaded.warnings,
            is_proposed,
            ignored_revisions: trusted.as_ref().map(|trusted| trusted.ignored_revisions.clone()).unwrap_or_default(),
            trusted,
            owners,
            chosen,
            wanted,
            sighted,
        })
    }

    /// Who says of a path whether it is left out of the measure.
    pub(super) fn ignored(&self) -> Ignored<'_> {
        Ignored::new(&self.policy, self.trusted.as_ref())
    }

    /// What is left out of comparing.
    pub(super) const fn left<'a>(&'a self, ignored: &'a IsIgnored<'a>) -> Left<'a> {
        Left { policy: &self.policy, ignored, revisions: &self.ignored_revisions }
    }

    /// The trusted commit, with what its tree says.
    pub(super) fn trusted(&self) -> Option<(ObjectId, &Trusted)> {
        self.revisions.tip.zip(self.trusted.as_ref())
    }

    /// What the trusted tree says of its paths.
    pub(super) fn attributes(&self) -> Option<&Attributes> {
        self.trusted.as_ref().map(|trusted| &trusted.attributes)
    }

    /// Who takes note of markers, if anybody does.
    pub(super) fn sighted(&self) -> Option<&Sighted> {
        self.sighted.as_deref()
    }

    /// What a report is about.
    pub(super) fn subject(&self, walk: &Walk) -> Subject {
        // A branch without a commit has no time, unless one was typed.
        let told = self.revisions.tip.is_some() || self.settings.as_of.is_some();
        Subject {
            repository: Untrusted::new(self.repository.root().to_string_lossy()),
            revision_name: Untrusted::new(self.settings.revision.clone()),
            revision: walk.tip,
            trusted: self.revisions.tip,
            boundary: walk.boundary,
            as_of: told.then_some(walk.as_of),
            start: told.then_some(walk.start),
            overrides: self.settings.overrides(),
            chosen: self.chosen.clone(),
            named: agreed::named(&self.repository, &self.settings),
        }
    }
}

/// The ids of the teams that `--team` names.
pub(super) fn chosen(settings: &Settings, policy: &Policy) -> Result<Vec<TeamId>, CliError> {
    let named = |name: &String| policy.team_named(name).ok_or_else(|| CliError::no_such_team(name, policy));
    let mut chosen = settings.teams.iter().map(named).collect::<Result<Vec<_>, _>>()?;
    chosen.sort();
    Ok(chosen)
}

/// That the policy looks for each tag that was typed.
pub(super) fn known_tags(typed: &[String], policy: &Policy) -> Result<(), CliError> {
    let known = policy.markers.search_tags();
    match typed.iter().find(|typed| known.iter().all(|(tag, _)| tag != typed)) {
        Some(unknown) => Err(CliError::no_such_tag(unknown, policy)),
        None => Ok(()),
    }
}
