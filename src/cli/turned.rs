//! What became of the markers of a change: the trees at its beginning and its end, held against each other.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::cli::hunt::Hunt;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::Former;
use crate::marker::MarkedFile;
use crate::marker::Place;
use crate::marker::Told as _;
use crate::marker::Turning;
use crate::marker::Turnover;
use crate::marker::held;
use crate::repo;
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
    /// The changed files with markers or suppressions, as they are.
    pub(super) after: Vec<MarkedFile>,
    /// The places of suppressions that the change brings.
    fresh: BTreeSet<(RepoPath, u32)>,
    /// The files with markers that are new, and those that are gone.
    created: BTreeSet<RepoPath>,
    deleted: BTreeSet<RepoPath>,
}

/// What became of the markers between the commits that a change begins at and its end.
///
/// Most changes begin at one commit: at the last one of the base's that was merged in. Where there are several that have not
/// each other in their histories, it is as if git's merge of them were the beginning.
pub(super) fn turned(
    repository: &Repository,
    hunt: &Hunt<'_>,
    (forks, base): (&[ObjectId], ObjectId),
    head: ObjectId,
) -> Result<Turned, RepoError> {
    let mut whole = match forks {
        [] => return Ok(Turned::default()),
        [fork] => {
            let mut whole = between(repository, hunt, *fork, head, None)?;
            whole.held_against(repository, hunt, *fork, base)?;
            whole
        }
        [first, ..] => {
            let own = own_paths(repository, hunt, forks, base, head)?;
            let sides = forks.iter().map(|fork| between(repository, hunt, *fork, head, Some(&own)));
            let sides: Vec<Turned> = sides.collect::<Result<_, _>>()?;
            let taken = Taken::of(repository, hunt, forks, &sides)?;
            let own = |turnover: fn(&Turned) -> &Turnover| {
                let all: Vec<&Turnover> = sides.iter().map(turnover).collect();
                Turnover::own(&all, &|pair, path, content| taken.has(pair, path, content))
            };
            let (turnover, plain) = (own(|side| &side.turnover), own(|side| &side.plain));
            let mut whole = Turned { turnover, plain, beginning: Some(*first), ..Turned::default() };
            for side in sides {
                whole.fresh.extend(side.fresh);
                let is_known = |file: &MarkedFile| whole.after.iter().any(|known| known.path == file.path);
                let more: Vec<MarkedFile> = side.after.into_iter().filter(|file| !is_known(file)).collect();
                whole.after.extend(more);
            }
            whole.after.sort_by(|a, b| a.path.cmp(&b.path));
            whole
        }
    };
    whole.beginnings = forks.to_vec();
    Ok(whole)
}

/// The paths that a change may have something of its own at: those that are neither the base's as they are, nor those of all
/// commits that it begins at.
fn own_paths(
    repository: &Repository,
    hunt: &Hunt<'_>,
    forks: &[ObjectId],
    base: ObjectId,
    head: ObjectId,
) -> Result<BTreeSet<RepoPath>, RepoError> {
    let is_left_out = |path: &RepoPath| Ok(hunt.left_out(path)?.is_some());
    let mut changed = BTreeSet::new();
    for fork in forks {
        changed.extend(content::paths_between(repository, *fork, head, &is_left_out)?);
    }
    let new = content::paths_between(repository, base, head, &is_left_out)?;
    Ok(new.into_iter().filter(|path| changed.contains(path)).collect())
}

/// What each of the commits that a change begins at took away since it parted from each other one.
#[derive(Debug, Default)]
struct Taken(BTreeMap<(usize, usize), Contents>);

/// What markers say, and where.
type Contents = BTreeSet<(RepoPath, [u8; 20])>;

impl Taken {
    fn of(repository: &Repository, hunt: &Hunt<'_>, forks: &[ObjectId], sides: &[Turned]) -> Result<Self, RepoError> {
        let contested =
            |turnover: fn(&Turned) -> &Turnover| Turnover::contested(&sides.iter().map(turnover).collect::<Vec<_>>());
        let mut paths = contested(|side| &side.turnover);
        paths.extend(contested(|side| &side.plain));
        let mut taken = Self::default();
        if paths.is_empty() {
            return Ok(taken);
        }
        for (had, one) in forks.iter().enumerate() {
            for (took, other) in forks.iter().enumerate().filter(|(took, _)| *took != had) {
                let gone = taken.0.entry((had, took)).or_default();
                for root in repo::forks(repository, *one, *other)? {
                    let turned = between(repository, hunt, root, *other, Some(&paths))?;
                    gone.extend(turned.plain.gone().into_iter().map(|(path, content)| (path.clone(), content)));
                }
            }
        }
        Ok(taken)
    }

    fn has(&self, pair: (usize, usize), path: &RepoPath, content: [u8; 20]) -> bool {
        self.0.get(&pair).is_some_and(|gone| gone.contains(&(path.clone(), content)))
    }
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
    // The changed files with markers or suppressions, as they were.
    let mut before: Vec<(MarkedFile, Fate)> = Vec::new();
    for (path, fate, old, new) in found {
        turning.path(&path, fate, old.markers.clone(), new.markers.clone());
        if !old.is_empty() {
            let file = MarkedFile { path: path.clone(), markers: old.markers, suppressions: old.suppressions };
            before.push((file, fate));
        }
        if fate == Fate::Created {
            turned.created.insert(path.clone());
        }
        if !new.is_empty() {
            turned.after.push(MarkedFile { path, markers: new.markers, suppressions: new.suppressions });
        }
    }
    turned.deleted =
        before.iter().filter(|(_, fate)| *fate == Fate::Deleted).map(|(file, _)| file.path.clone()).collect();
    turned.fresh = fresh(&turned.after, &before);
    turned.plain = turning.done();
    turned.turnover = turned.plain.clone().with_rewritten();
    Ok(turned)
}

/// The places of the suppressions that did not stand before: in the file itself or, of a new file, in one that is gone.
fn fresh(after: &[MarkedFile], before: &[(MarkedFile, Fate)]) -> BTreeSet<(RepoPath, u32)> {
    let mut all = BTreeSet::new();
    for file in after.iter().filter(|file| !file.suppressions.is_empty()) {
        let same: Vec<&MarkedFile> = before.iter().map(|(old, _)| old).filter(|old| old.path == file.path).collect();
        let gone = before.iter().filter(|(_, fate)| *fate == Fate::Deleted).map(|(old, _)| old);
        let before = if same.is_empty() { gone.collect() } else { same };
        let fresh = file.suppressions.iter().zip(held(file, &before)).filter(|(_, is_held)| !*is_held);
        all.extend(fresh.map(|(suppression, _)| (file.path.clone(), suppression.place.line)));
    }
    all
}

impl Turned {
    /// The places of the suppressions that stood before, at each commit that the change begins at.
    pub(super) fn held(&self) -> BTreeSet<(RepoPath, u32)> {
        let lines = |file: &MarkedFile| {
            let path = file.path.clone();
            file.suppressions.iter().map(move |one| (path.clone(), one.place.line)).collect::<Vec<_>>()
        };
        self.after.iter().flat_map(lines).filter(|place| !self.fresh.contains(place)).collect()
    }

    /// What moved to another file is new to a base that took it away meanwhile, unless the file was renamed: then what the base
    /// did to it is done to the renamed one.
    fn held_against(
        &mut self,
        repository: &Repository,
        hunt: &Hunt<'_>,
        fork: ObjectId,
        base: ObjectId,
    ) -> Result<(), RepoError> {
        let is_renamed = |former: &Former| self.deleted.contains(&former.from) && self.created.contains(&former.path);
        let moved: Vec<&Former> = self.plain.moved.iter().filter(|former| !is_renamed(former)).collect();
        if fork == base || moved.is_empty() {
            return Ok(());
        }
        let paths = moved.iter().flat_map(|former| [&former.from, &former.path]).cloned().collect();
        let meanwhile = between(repository, hunt, fork, base, Some(&paths))?.plain;
        let (gone, come) = (meanwhile.gone(), meanwhile.come());
        let new: BTreeSet<(RepoPath, Place)> = moved
            .into_iter()
            .filter(|former| {
                let content = former.marker.content();
                gone.contains(&(&former.from, content)) && !come.contains(&(&former.path, content))
            })
            .map(|former| (former.path.clone(), former.marker.place))
            .collect();
        let is_new = |former: &Former| new.contains(&(former.path.clone(), former.marker.place));
        self.turnover.renew(is_new);
        self.plain.renew(is_new);
        Ok(())
    }
}
