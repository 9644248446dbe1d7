//! What became of the markers of a change: the trees at its beginning and its end, held against each other.

use std::collections::BTreeSet;

use crate::cli::marked::Hunt;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::MarkedFile;
use crate::marker::Turning;
use crate::marker::Turnover;
use crate::marker::held;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::content;
use crate::repo::content::Fate;

/// What became of the markers of a change.
#[derive(Debug, Default)]
pub(super) struct Turned {
    pub(super) turnover: Turnover,
    /// The same without a guess at what was rewritten into what.
    pub(super) plain: Turnover,
    /// The commit that it was held against, the first one of several.
    pub(super) beginning: Option<ObjectId>,
    /// All of them.
    pub(super) beginnings: Vec<ObjectId>,
    /// The changed files with markers or suppressions, as they were.
    before: Vec<(MarkedFile, Fate)>,
    /// As they are.
    pub(super) after: Vec<MarkedFile>,
}

/// What became of the markers between the commits that a change begins at and its end.
///
/// Most changes begin at one commit: at the last one of the base's that was merged in. Where there are several that have not
/// each other in their histories, the change's own is what is new against each of them.
pub(super) fn turned(
    repository: &Repository,
    hunt: &Hunt<'_>,
    forks: &[ObjectId],
    head: ObjectId,
) -> Result<Turned, RepoError> {
    let Some((first, others)) = forks.split_first() else { return Ok(Turned::default()) };
    if others.is_empty() {
        return Ok(Turned { beginnings: forks.to_vec(), ..between(repository, hunt, *first, head, None)? });
    }
    let mut own: Option<BTreeSet<RepoPath>> = None;
    for fork in forks {
        let is_left_out = |path: &RepoPath| Ok(hunt.left_out(path)?.is_some());
        let paths: BTreeSet<RepoPath> =
            content::paths_between(repository, *fork, head, &is_left_out)?.into_iter().collect();
        own = Some(match own {
            None => paths,
            Some(own) => own.into_iter().filter(|path| paths.contains(path)).collect(),
        });
    }
    let own = own.unwrap_or_default();
    let mut whole = between(repository, hunt, *first, head, Some(&own))?;
    for fork in others {
        let other = between(repository, hunt, *fork, head, Some(&own))?;
        whole.turnover = whole.turnover.common(&other.turnover);
        whole.plain = whole.plain.common(&other.plain);
    }
    Ok(Turned { beginnings: forks.to_vec(), ..whole })
}

/// What became of the markers of some paths between two commits.
fn between(
    repository: &Repository,
    hunt: &Hunt<'_>,
    old: ObjectId,
    new: ObjectId,
    own: Option<&BTreeSet<RepoPath>>,
) -> Result<Turned, RepoError> {
    let ignored = |path: &RepoPath| Ok(own.is_some_and(|own| !own.contains(path)) || hunt.left_out(path)?.is_some());
    let found = content::between(repository, old, new, &ignored, &hunt.digest(), |sides| {
        let (old, new) = hunt.both(&sides);
        (!old.is_empty() || !new.is_empty()).then_some((sides.path, sides.fate, old, new))
    })?;
    let mut turning = Turning::default();
    let mut turned = Turned { beginning: Some(old), ..Turned::default() };
    for (path, fate, old, new) in found {
        turning.path(&path, fate, old.markers.clone(), new.markers.clone());
        if !old.is_empty() {
            let file = MarkedFile { path: path.clone(), markers: old.markers, suppressions: old.suppressions };
            turned.before.push((file, fate));
        }
        if !new.is_empty() {
            turned.after.push(MarkedFile { path, markers: new.markers, suppressions: new.suppressions });
        }
    }
    turned.plain = turning.done();
    turned.turnover = turned.plain.clone().with_rewritten();
    Ok(turned)
}

impl Turned {
    /// The places of the suppressions that stood before: in the file itself or, of a new file, in one that is gone.
    pub(super) fn held(&self) -> BTreeSet<(RepoPath, u32)> {
        let mut all = BTreeSet::new();
        for file in self.after.iter().filter(|file| !file.suppressions.is_empty()) {
            let same: Vec<&MarkedFile> =
                self.before.iter().map(|(old, _)| old).filter(|old| old.path == file.path).collect();
            let gone = self.before.iter().filter(|(_, fate)| *fate == Fate::Deleted).map(|(old, _)| old);
            let before = if same.is_empty() { gone.collect() } else { same };
            let held = file.suppressions.iter().zip(held(file, &before)).filter(|(_, is_held)| *is_held);
            all.extend(held.map(|(suppression, _)| (file.path.clone(), suppression.place.line)));
        }
        all
    }
}
