//! Markers in `debtlint check`: what became of them in the window and in a change, and what the policy says to that.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cli::coming;
use crate::cli::coming::Coming;
use crate::cli::error::Fault;
use crate::cli::flowing::Flowing;
use crate::cli::given::Given;
use crate::cli::history::History;
use crate::cli::hunt;
use crate::cli::hunt::Ground;
use crate::cli::hunt::Hunt;
use crate::cli::settings;
use crate::cli::settings::Settings;
use crate::cli::sighted::Sighted;
use crate::cli::sources;
use crate::cli::turned;
use crate::cli::turned::Turned;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::finding::Level;
use crate::marker::Dates;
use crate::marker::Flow;
use crate::marker::Steps;
use crate::policy::MarkerFlow;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::IsIgnored;
use crate::repo::Progress;
use crate::report::Change;

/// What comes back with a revert had landed before, and was agreed to then.
const TAKEN_BACK: &str = "a change that only takes earlier work back is not held up by what comes back with it";

/// Where they are looked for, and by what.
pub(super) struct Search<'a> {
    pub(super) given: &'a Given,
    pub(super) history: &'a History,
    /// What the policy or the attributes leave out.
    pub(super) ignored: &'a IsIgnored<'a>,
}

/// What markers give to say.
#[derive(Default)]
pub(super) struct Marks {
    /// What became of them in the window.
    pub(super) flow: Option<Flow>,
    /// Why that is not known, where it is not.
    pub(super) lacking: Option<String>,
    /// And with the change.
    brought: Option<Flow>,
    pub(super) findings: Vec<Finding>,
    /// The texts of files that errors are about.
    pub(super) sources: BTreeMap<RepoPath, String>,
}

/// Whether the flow of markers is to be shown, and what happens where it cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// It is not.
    Left,
    /// It is left out then: nothing hangs on it, and what the shares need has been read.
    Shown,
    /// The run ends.
    Sought,
}

impl Wanted {
    /// What is typed and what the policy says.
    pub(super) fn of(policy: &Policy, settings: &Settings) -> Self {
        let decides = policy.markers.flow == MarkerFlow::NotRising;
        match settings.flow {
            settings::Flow::Left => Self::Left,
            settings::Flow::Sought => Self::Sought,
            _ if decides => Self::Sought,
            settings::Flow::LeftUnlessDecided => Self::Left,
            settings::Flow::Shown => Self::Shown,
            // Whoever speaks of markers wants to see them.
            settings::Flow::WhereMarkersMatter if policy.markers.is_spoken_of() => Self::Shown,
            settings::Flow::WhereMarkersMatter => Self::Left,
        }
    }

    /// Who takes note of markers in what is read anyway, if anybody does.
    pub(super) fn sighted(self, policy: &Policy) -> Option<Arc<Sighted>> {
        (self != Self::Left).then(|| Arc::new(Sighted::new(&policy.markers)))
    }
}

/// A change's own markers, if there is a change and anything is asked of them.
pub(super) struct Own<'a> {
    base: ObjectId,
    head: ObjectId,
    hunt: Hunt<'a>,
    turned: Turned,
}

impl<'a> Search<'a> {
    /// Finds what became of the markers of a change.
    pub(super) fn own(&self) -> Result<Option<Own<'a>>, Fault> {
        let Given { repository, policy, revisions, .. } = self.given;
        let (sighted, attributes) = (self.given.sighted(), self.given.attributes());
        let ends = revisions.tip.zip(revisions.head).zip(self.history.ahead.as_ref());
        let ends = ends.filter(|_| sighted.is_some() || coming::is_asked(policy));
        let Some(((base, head), ahead)) = ends else { return Ok(None) };
        let hunt = match sighted {
            Some(sighted) => Hunt::with(sighted.tools()?, policy, attributes),
            None => Hunt::new(policy, attributes)?,
        };
        let turned = turned::turned(repository, &hunt, (&ahead.forks, base), head)?;
        Ok(Some(Own { base, head, hunt, turned }))
    }

    /// Looks at markers as far as the policy asks for it, or the command line; what a change makes of them becomes the
    /// change's.
    pub(super) fn look(
        &self,
        own: Option<Own<'_>>,
        change: Option<&mut Change>,
        progress: &dyn Progress,
    ) -> Result<Marks, Fault> {
        let mut marks = Marks::default();
        if let Some(own) = own.as_ref().filter(|_| coming::is_asked(&self.given.policy)) {
            marks.findings = self.about_own(own, change.as_deref(), progress)?;
            let ground = Some(Ground::Revision(own.head));
            marks.sources = sources::sources(&self.given.repository, ground, &marks.findings)?;
        }
        if let Some(sighted) = self.given.sighted() {
            self.follow(sighted, own, change.as_deref(), &mut marks, progress)?;
        }
        if let Some(change) = change {
            change.flow = marks.brought.take();
            if change.is_proposed {
                for finding in &mut marks.findings {
                    finding.level = finding.level.min(Level::Warning);
                }
            }
        }
        Ok(marks)
    }

    /// What the policy finds fault with in the markers that a change adds or edits.
    fn about_own(
        &self,
        own: &Own<'_>,
        change: Option<&Change>,
        progress: &dyn Progress,
    ) -> Result<Vec<Finding>, Fault> {
        let Given { repository, policy, trusted, .. } = self.given;
        let Own { base, hunt, turned, .. } = own;
        let coming = Coming {
            repository,
            policy,
            hunt,
            trusted: trusted.as_ref(),
            base: *base,
            as_of: self.history.walk.as_of,
            dates: Dates::Lenient,
            turned,
            teams: &|path| self.teams(path),
        };
        let takes_back = change.is_some_and(|change| change.takes_back);
        let mut findings = coming.findings(progress)?;
        for finding in findings.iter_mut().filter(|finding| takes_back && finding.level == Level::Error) {
            let told = finding.help.as_ref().map(|help| format!("{}; ", help.expose())).unwrap_or_default();
            finding.help = Some(Untrusted::new(format!("{told}{TAKEN_BACK}")));
            finding.level = Level::Warning;
        }
        Ok(findings)
    }

    /// Follows markers from landing to landing, and those of a change behind them.
    fn follow(
        &self,
        sighted: &Sighted,
        own: Option<Own<'_>>,
        change: Option<&Change>,
        marks: &mut Marks,
        progress: &dyn Progress,
    ) -> Result<(), Fault> {
        let Given { repository, policy, revisions, chosen, wanted, .. } = self.given;
        let trusted = revisions.tip.zip(self.given.attributes());
        let flowing = Flowing { repository, policy, sighted, trusted, ignored: self.ignored, walk: &self.history.walk };
        let own = own.map(|own| (own.head, Steps::of(&own.turned.plain)));
        let teams = |path: &RepoPath| self.teams(path);
        let (flow, mut stock) = match flowing.flow(own.as_ref().map(|(_, steps)| steps), &teams, progress)? {
            Ok(found) => found,
            Err(error) if *wanted == Wanted::Sought => return Err(error.into()),
            Err(lacking) => {
                marks.lacking = Some(lacking.to_string());
                return Ok(());
            }
        };
        if let (Some((head, steps)), Some(change)) = (own, change) {
            let mut own = Flow::default();
            own.land(head, &steps, &mut stock, &teams);
            marks.findings.extend(flow.rising_with(&own, change.is_excused, policy, chosen));
            marks.brought = Some(own);
        } else {
            marks.findings.extend(flow.rising(policy, chosen));
        }
        marks.flow = Some(flow);
        Ok(())
    }

    /// Whose the markers of a path are.
    fn teams(&self, path: &RepoPath) -> Vec<TeamId> {
        hunt::teams_of(&self.given.policy, &self.given.owners, path)
    }
}
