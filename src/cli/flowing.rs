//! What became of markers in the window, landing by landing; what an earlier run found out is not looked for again.

use std::collections::BTreeSet;

use crate::cli::error::Fault;
use crate::cli::hunt::Hunt;
use crate::cli::hunt::Tools;
use crate::cli::sighted::Sighted;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::Brief;
use crate::marker::Flow;
use crate::marker::Steps;
use crate::marker::Stock;
use crate::marker::Turning;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::IsIgnored;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::content;
use crate::repo::content::Content;
use crate::repo::folders;
use crate::repo::folders::Folder;
use crate::repo::trusted::Attributes;

/// Where and how it is looked for.
pub(super) struct Flowing<'a> {
    pub(super) repository: &'a Repository,
    pub(super) policy: &'a Policy,
    pub(super) sighted: &'a Sighted,
    /// Those of the trusted commit's tree.
    pub(super) trusted: Option<(ObjectId, &'a Attributes)>,
    /// What the policy or the attributes leave out.
    pub(super) ignored: &'a IsIgnored<'a>,
    pub(super) walk: &'a Walk,
}

impl Flowing<'_> {
    /// What became of markers from landing to landing, and what stands at the end of the window of the words that these or
    /// some others have to do with.
    ///
    /// # Errors
    /// Inside, what the repository lacks; outside, that markers cannot be looked for at all.
    pub(super) fn flow(
        &self,
        others: Option<&Steps>,
        teams: &dyn Fn(&RepoPath) -> Vec<TeamId>,
        progress: &dyn Progress,
    ) -> Result<Result<(Flow, Stock), RepoError>, Fault> {
        let told = self.found(others, teams, progress);
        // What was found without tools is told to nobody.
        self.sighted.settle()?;
        Ok(told)
    }

    fn found(
        &self,
        others: Option<&Steps>,
        teams: &dyn Fn(&RepoPath) -> Vec<TeamId>,
        progress: &dyn Progress,
    ) -> Result<(Flow, Stock), RepoError> {
        // The commits are in the order of the mainline.
        let landed: Vec<&CommitFact> = self.walk.commits.iter().filter(|fact| fact.landing.commit == fact.id).collect();
        let digest = Tools::digest(&self.policy.markers);
        let steps = content::landed(self.repository, &landed, self.ignored, |_, content| {
            let unset = self.unset(content)?;
            let names: Vec<&[u8]> =
                std::iter::once(digest.as_slice()).chain(unset.iter().map(|path| path.as_bytes())).collect();
            content.concluded(&names, || self.steps(content, &unset))
        })?;
        // How often words stood before matters only of those that something became of.
        let is_asked = steps.iter().chain(others).any(|steps| steps.words().next().is_some());
        let mut stock = match self.walk.boundary.filter(|_| is_asked) {
            Some(boundary) => self.stock(boundary, &digest, progress)?,
            None => Stock::default(),
        };
        let mut flow = Flow::default();
        for (fact, steps) in landed.iter().zip(&steps) {
            flow.land(fact.id, steps, &mut stock, teams);
        }
        Ok((flow, stock))
    }

    /// The changed paths of which the attributes say that they are searched, whatever their names look like.
    fn unset<'c>(&self, content: &'c Content<'_>) -> Result<BTreeSet<&'c RepoPath>, RepoError> {
        let mut unset = BTreeSet::new();
        if let Some((_, attributes)) = self.trusted {
            for path in content.paths() {
                if attributes.ignored(path)? == Some(false) {
                    unset.insert(path);
                }
            }
        }
        Ok(unset)
    }

    fn steps(&self, content: &Content<'_>, unset: &BTreeSet<&RepoPath>) -> Result<Steps, RepoError> {
        let mut turning = Turning::default();
        for file in content.files().filter(|file| file.old != file.new) {
            let is_excluded = |tools: &Tools| !unset.contains(file.path) && tools.is_excluded(file.path);
            let side = |id: Option<ObjectId>| -> Result<Vec<Brief>, RepoError> {
                let Some(id) = id else { return Ok(Vec::new()) };
                content.rests_on(id);
                self.sighted.briefs(file.path, id, is_excluded, |limit| content.file(id, limit))
            };
            let (old, new) = (side(file.old)?, side(file.new)?);
            if !old.is_empty() || !new.is_empty() {
                turning.path(file.path, file.fate, old, new);
            }
        }
        Ok(Steps::of(&turning.done()))
    }

    /// The words of all markers in the tree before the window.
    fn stock(&self, boundary: ObjectId, digest: &[u8; 20], progress: &dyn Progress) -> Result<Stock, RepoError> {
        // With what names, globs and attributes leave out.
        let is_left_out = |path: &RepoPath| match self.sighted.tools() {
            Ok(tools) => {
                let hunt = Hunt::with(tools, self.policy, self.trusted.map(|(_, attributes)| attributes));
                hunt.left_out(path).map(|reason| reason.is_some())
            }
            Err(_told_later) => Ok(true),
        };
        let globs = self.policy.ignored.texts().join("\n");
        let trusted = self.trusted.map(|(commit, _)| commit);
        let trusted = trusted.as_ref().map(ObjectId::as_bytes).unwrap_or_default();
        let whole: [&[u8]; 3] = [digest, globs.as_bytes(), trusted];
        let look = |folder: &Folder<'_>| {
            let mut found: Vec<Brief> = Vec::new();
            for (path, id) in folder.files() {
                folder.rests_on(id);
                found.extend(self.sighted.briefs(path, id, |_| false, |limit| folder.bytes(id, limit))?);
            }
            Ok(Stock::of(&found))
        };
        let (repository, one) = (self.repository, [digest.as_slice()]);
        folders::standing(repository, boundary, &is_left_out, (&whole, &one), progress, look, Stock::with)
    }
}
