//! Markers in `debtlint check`: what became of them in the window and in a change, and what the policy says to that.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::cli::coming;
use crate::cli::coming::Coming;
use crate::cli::error::Fault;
use crate::cli::marked;
use crate::cli::marked::Ground;
use crate::cli::marked::Hunt;
use crate::cli::markers;
use crate::cli::revisions::Revisions;
use crate::cli::settings;
use crate::cli::settings::Settings;
use crate::cli::turned;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Finding;
use crate::finding::Level;
use crate::marker::Dates;
use crate::marker::Flow;
use crate::marker::Generated;
use crate::marker::Stock;
use crate::marker::Turning;
use crate::policy::MarkerFlow;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::Ahead;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::content;
use crate::repo::trusted::PathOwners;
use crate::repo::trusted::Trusted;
use crate::report::Change;

/// What is known by now.
pub(super) struct Asked<'a> {
    pub(super) repository: &'a Repository,
    pub(super) settings: &'a Settings,
    pub(super) policy: &'a Policy,
    pub(super) trusted: Option<&'a Trusted>,
    pub(super) owners: &'a PathOwners,
    /// The window, of a change its base's.
    pub(super) walk: &'a Walk,
    pub(super) ahead: Option<&'a Ahead>,
    pub(super) chosen: &'a [TeamId],
}

/// What markers give to say.
#[derive(Default)]
pub(super) struct Marks {
    /// What became of them in the window.
    pub(super) flow: Option<Flow>,
    /// And with the change.
    brought: Option<Flow>,
    pub(super) findings: Vec<Finding>,
    /// The texts of files that errors are about.
    pub(super) sources: BTreeMap<RepoPath, String>,
}

/// Looks at markers as far as the policy asks for it, or the command line; what a change makes of them becomes the
/// change's.
pub(super) fn look(
    asked: &Asked<'_>,
    revisions: &Revisions,
    change: Option<&mut Change>,
    progress: &dyn Progress,
) -> Result<Marks, Fault> {
    let policy = asked.policy;
    let decides = policy.markers.flow == MarkerFlow::NotRising;
    let is_sought = decides || asked.settings.flow == settings::Flow::Sought;
    // Whoever speaks of markers wants to see them; but nothing hangs on it.
    let is_left = asked.settings.flow == settings::Flow::Left;
    let is_shown = !is_left && (is_sought || !policy.markers.levels.is_empty());
    let ends = revisions.tip.zip(revisions.head).zip(asked.ahead).filter(|_| is_shown || coming::is_asked(policy));
    let mut marks = Marks::default();
    if !is_shown && ends.is_none() {
        return Ok(marks);
    }
    let hunt = Hunt::new(policy, asked.trusted.map(|trusted| &trusted.attributes))?;
    let teams = |path: &RepoPath| marked::teams_of(policy, asked.owners, path);
    let turned = ends.map(|((base, head), ahead)| {
        turned::turned(asked.repository, &hunt, (&ahead.forks, base), head).map(|turned| (base, head, turned))
    });
    let turned = turned.transpose()?;
    if let Some((base, head, turned)) = &turned
        && coming::is_asked(policy)
    {
        let coming = Coming {
            repository: asked.repository,
            policy,
            hunt: &hunt,
            trusted: asked.trusted,
            base: *base,
            as_of: asked.walk.as_of,
            dates: Dates::Lenient,
            turned,
            teams: &teams,
        };
        marks.findings.extend(coming.findings(progress)?);
        marks.sources = markers::sources(asked.repository, Some(Ground::Revision(*head)), &marks.findings)?;
    }
    if is_shown {
        match window(asked, &hunt, &teams, progress) {
            Ok((flow, mut stock)) => {
                if let (Some((_, head, turned)), Some(change)) = (&turned, change.as_deref()) {
                    let mut own = Flow::default();
                    own.land(*head, &turned.plain, &mut stock, &teams);
                    marks.findings.extend(flow.rising_with(&own, change.is_excused, policy, asked.chosen));
                    marks.brought = Some(own);
                } else {
                    marks.findings.extend(flow.rising(policy, asked.chosen));
                }
                marks.flow = Some(flow);
            }
            // What the shares need has been read; of a clone that lacks the rest the flow is not shown.
            Err(_untold) if !is_sought => {}
            Err(error) => return Err(error.into()),
        }
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

/// What became of markers from landing to landing, and what stands at the end of the window.
fn window(
    asked: &Asked<'_>,
    hunt: &Hunt<'_>,
    teams: &dyn Fn(&RepoPath) -> Vec<TeamId>,
    progress: &dyn Progress,
) -> Result<(Flow, Stock), RepoError> {
    let Asked { repository, walk, .. } = asked;
    let root = RepoPath::new(Vec::new());
    let before = walk.boundary.map(|boundary| hunt.markers(repository, Ground::Revision(boundary), &root, progress));
    let before = before.transpose()?.unwrap_or_default();
    let mut stock = Stock::of(before.markers().map(|(_, marker)| marker));
    let facts: HashMap<ObjectId, &CommitFact> = walk.commits.iter().map(|fact| (fact.id, fact)).collect();
    let landed: Vec<&CommitFact> = walk.mainline.iter().filter_map(|id| facts.get(id).copied()).collect();
    let ignored = |path: &RepoPath| Ok(hunt.left_out(path)?.is_some());
    let turnovers = content::landed(repository, &landed, &ignored, |_, content| {
        let mut turning = Turning::default();
        for sides in content.bytes() {
            let sides = sides?;
            let markers = |bytes: &[u8]| hunt.side(&sides.path, bytes, Generated::LeftOut).markers;
            let (old, new) = (markers(&sides.old), markers(&sides.new));
            if !old.is_empty() || !new.is_empty() {
                turning.path(&sides.path, sides.fate, old, new);
            }
        }
        Ok(turning.done())
    })?;
    let mut flow = Flow::default();
    for (fact, turnover) in landed.iter().zip(&turnovers) {
        flow.land(fact.id, turnover, &mut stock, teams);
    }
    Ok((flow, stock))
}
