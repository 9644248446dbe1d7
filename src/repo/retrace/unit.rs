//! What is compared: commits, and merges that stand for what they brought in.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::hash::BuildHasher as _;
use std::hash::Hasher as _;

use foldhash::quality::FixedState;
use foldhash::quality::FoldHasher;

use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Gist;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Walk;
use crate::repo::changes::Compared;
use crate::repo::changes::Failure;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Reader;
use crate::repo::differences::Against;

/// A change.
#[derive(Debug)]
pub(super) struct Unit<'c> {
    pub(super) fact: &'c CommitFact,
    /// What the commit changed; `None` for a merge that stands for all it brought in.
    changes: Option<&'c Compared>,
    /// Whether it is a merge that stands for all it brought in.
    pub(super) is_landing: bool,
}

impl Unit<'_> {
    /// Whether a merge brought this commit in.
    pub(super) fn is_part_of(&self, other: &Self) -> bool {
        other.is_landing && !self.is_landing && self.fact.landing.commit == other.fact.id
    }
}

/// The changes in the order of history: parents before their children, what a merge brought in before the merge. What is
/// neither before nor after the other goes by id.
pub(super) fn units<'c>(walk: &'c Walk, counted: &[(&'c CommitFact, &'c Compared)]) -> Vec<Unit<'c>> {
    let counted: BTreeMap<ObjectId, &Compared> = counted.iter().map(|(fact, changes)| (fact.id, *changes)).collect();
    let place: BTreeMap<ObjectId, usize> = walk.mainline.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let mut landings: BTreeMap<usize, Vec<&CommitFact>> = BTreeMap::new();
    for fact in &walk.commits {
        landings.entry(place.get(&fact.landing.commit).copied().unwrap_or(usize::MAX)).or_default().push(fact);
    }
    let commits: BTreeMap<ObjectId, &CommitFact> = walk.commits.iter().map(|fact| (fact.id, fact)).collect();
    let mut units = Vec::new();
    for landed in landings.into_values() {
        let landed = parents_first(landed);
        for fact in landed {
            let changes = counted.get(&fact.id).copied();
            let is_landing = fact.is_merge() && fact.landing.commit == fact.id;
            if is_landing && !is_one_of(fact, &counted, &commits) {
                units.push(Unit { fact, changes: None, is_landing });
            } else if let Some(changes) = changes.filter(|_| !fact.is_merge()) {
                units.push(Unit { fact, changes: Some(changes), is_landing: false });
            }
        }
    }
    units
}

/// Whether a merge did nothing but put one commit, that was made on top of its first parent, on the mainline. With other
/// work between, the same commit can come to another difference: parts of it may be there already.
fn is_one_of(
    merge: &CommitFact,
    counted: &BTreeMap<ObjectId, &Compared>,
    commits: &BTreeMap<ObjectId, &CommitFact>,
) -> bool {
    let [first, second] = merge.parents.as_slice() else { return false };
    commits.get(second).is_some_and(|only| {
        counted.contains_key(second)
            && only.landing.commit == merge.id
            && only.parents == [*first]
            && only.tree == merge.tree
    })
}

/// Some commits so that each stands behind its parents; otherwise in the order of ids.
fn parents_first(mut commits: Vec<&CommitFact>) -> Vec<&CommitFact> {
    commits.sort_unstable_by_key(|commit| commit.id);
    let by_id: BTreeMap<ObjectId, &CommitFact> = commits.iter().map(|commit| (commit.id, *commit)).collect();
    let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
    let mut ordered = Vec::with_capacity(commits.len());
    for first in commits {
        // Not by recursion: a branch may be longer than any stack.
        let mut open = vec![(first, first.parents.iter())];
        if !seen.insert(first.id) {
            continue;
        }
        while let Some((commit, parents)) = open.last_mut() {
            match parents.next() {
                Some(parent) => {
                    if let Some(parent) = by_id.get(parent).filter(|parent| seen.insert(parent.id)) {
                        open.push((parent, parent.parents.iter()));
                    }
                }
                None => {
                    ordered.push(*commit);
                    open.pop();
                }
            }
        }
    }
    ordered
}

/// A number for the set of paths that a unit changes and that are not ignored; `None` where there are none. Sets that share one
/// by chance are told apart later.
pub(super) fn paths_of<O: Objects>(
    reader: &Reader<'_, O>,
    unit: &Unit<'_>,
    ignored: &IsIgnored<'_>,
) -> Result<Option<u64>, RepoError> {
    let mut names = Names { hash: FixedState::default().build_hasher(), any: false };
    if let Some(compared) = unit.changes {
        for change in compared.changes.paths.iter().filter(|change| change.lines != Lines::Ignored) {
            names.add(&change.path);
        }
    } else {
        let found = reader.differences(unit.fact, Against::First)?;
        for known in &found.differences.paths {
            if !ignored(&known.delta.path)? {
                names.add(&known.delta.path);
            }
        }
        found.keep(reader.kept);
    }
    Ok(names.any.then(|| names.hash.finish()))
}

/// The gist of a unit, for which the blobs of a landing are read.
pub(super) fn gist_of<O: Objects>(
    reader: &Reader<'_, O>,
    unit: &Unit<'_>,
    ignored: &IsIgnored<'_>,
) -> Result<Gist, Failure> {
    if let Some(compared) = unit.changes {
        return Ok(compared.gist);
    }
    let mut gist = Gist::default();
    let mut found = reader.differences(unit.fact, Against::First)?;
    for at in 0..found.differences.paths.len() {
        let Some(path) = found.differences.paths.get(at).map(|known| known.delta.path.clone()) else { continue };
        if !ignored(&path)? {
            gist.add(&path, found.gain(at, reader)?);
        }
    }
    found.keep(reader.kept);
    Ok(gist)
}

struct Names {
    hash: FoldHasher<'static>,
    any: bool,
}

impl Names {
    fn add(&mut self, path: &RepoPath) {
        // A path has no NUL.
        self.hash.write(path.as_bytes());
        self.hash.write_u8(0);
        self.any = true;
    }
}
