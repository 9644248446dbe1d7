//! The commits that a change brings: what its head reaches and its base does not.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::facts::CommitFact;
use crate::facts::Landing;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Progress;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::commit;
use crate::repo::graph::Graph;
use crate::repo::graph::Keep;
use crate::repo::held;
use crate::repo::held::Brought;
use crate::repo::held::Lands;
use crate::repo::mainline::Landed;
use crate::repo::mainline::Mainline;
use crate::repo::names::Names;
use crate::repo::paint;
use crate::repo::paint::Colour;
use crate::repo::walk::IdentityMap;
use crate::repo::walk::fact;
use crate::repo::walk::landings;

/// What a change brings, as if it landed at the end of the base's window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ahead {
    /// The part of the head's first-parent chain that the base does not have, oldest first: it carries the mainline on. For a
    /// test merge, or a merge queue's branch, these are the merges that the mainline would get.
    pub mainline: Vec<ObjectId>,
    /// All commits that the head reaches and the base does not: by mainline order, id.
    pub commits: Vec<CommitFact>,
    /// The commits of the base's history that the change begins at, sorted, without those that lie in the history of another
    /// one. Mostly there is one: the last that was merged in.
    pub forks: Vec<ObjectId>,
}

/// The commits that `head` reaches and `base` does not. All of them count as made and landed at `as_of`, whatever they claim.
///
/// A head that is the base, or lies behind it, brings nothing.
///
/// # Errors
/// The two have no commit in common; history that is needed is absent, or cannot be read.
pub fn ahead(
    repository: &Repository,
    base: ObjectId,
    head: ObjectId,
    as_of: UnixTime,
    identities: &IdentityMap<'_>,
    progress: &dyn Progress,
) -> Result<Ahead, RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, progress);
    let lands = Lands { base, head, as_of };
    let brought = match held::change(repository, &store, lands) {
        Some(known) => known,
        None => {
            let found = brought(&mut graph, lands)?;
            held::learn_change(repository, &graph, lands, &found);
            found
        }
    };
    let mut names = Names::new(identities);
    let mut commits = Vec::with_capacity(brought.commits.len());
    for (id, order) in brought.commits {
        let Some(commit) = brought.mainline.get(order).copied() else { continue };
        let landing = Landing { commit, time: as_of };
        let mut parsed = commit::parse(id.format(), &graph.take_bytes(id)?);
        // Work that lands now is now's: a change that chose its days could dilute one commit among the work of a busy
        // day, and give another an idle week of its own. A time that cannot be read stays a defect.
        parsed.committed = parsed.committed.map(|_claimed| as_of);
        commits.push((order, fact(id, parsed, landing, &mut names)));
    }
    commits.sort_unstable_by_key(|(order, fact)| (*order, fact.id));
    Ok(Ahead {
        mainline: brought.mainline,
        commits: commits.into_iter().map(|(_order, fact)| fact).collect(),
        forks: best(&mut graph, &brought.forks, base)?,
    })
}

/// Of the commits that a change begins at those that no other one of them has in its history.
fn best(graph: &mut Graph<'_>, forks: &[ObjectId], base: ObjectId) -> Result<Vec<ObjectId>, RepoError> {
    if forks.contains(&base) {
        return Ok(vec![base]);
    }
    let mut in_time = Vec::with_capacity(forks.len());
    for fork in forks {
        let ix = graph.start(*fork, Keep::Links)?;
        in_time.push((graph.time(ix), *fork));
    }
    // A branch that takes the base in every day has hundreds of them: in the order of time the way from one to the next is short.
    in_time.sort_unstable();
    let mut best: Vec<ObjectId> = Vec::new();
    for (_, fork) in in_time {
        let mut kept = vec![fork];
        let mut is_reached = false;
        for other in &best {
            if !reaches(graph, fork, *other)? {
                kept.push(*other);
                is_reached |= reaches(graph, *other, fork)?;
            }
        }
        if !is_reached {
            best = kept;
        }
    }
    best.sort();
    Ok(best)
}

/// Whether one commit has another in its history, or is it.
fn reaches(graph: &mut Graph<'_>, from: ObjectId, to: ObjectId) -> Result<bool, RepoError> {
    Ok(beyond(graph, from, to)?.is_some_and(|brought| brought.commits.is_empty()))
}

/// What `head` reaches and `base` does not, whenever it lands; `None` where the two have no commit in common.
fn beyond(graph: &mut Graph<'_>, base: ObjectId, head: ObjectId) -> Result<Option<Brought>, RepoError> {
    match brought(graph, Lands { base, head, as_of: UnixTime::EPOCH }) {
        Ok(brought) => Ok(Some(brought)),
        Err(RepoError::Unrelated { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where in `base`'s history the change up to `head` begins, as [`Ahead::forks`]; nowhere if the two have no commit in common.
///
/// # Errors
/// History that is needed is absent, or cannot be read.
pub fn forks(repository: &Repository, base: ObjectId, head: ObjectId) -> Result<Vec<ObjectId>, RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, &Quiet);
    let Some(brought) = beyond(&mut graph, base, head)? else { return Ok(Vec::new()) };
    best(&mut graph, &brought.forks, base)
}

/// Which commits these are.
fn brought(graph: &mut Graph<'_>, lands: Lands) -> Result<Brought, RepoError> {
    let Lands { base, head, as_of } = lands;
    let boundary = graph.start(base, Keep::Links)?;
    let tip = graph.start(head, Keep::Bytes)?;
    let asked = Landed { ix: tip, time: as_of };
    let mut line = Mainline { tip: Some(tip), as_of, start: as_of, boundary: Some(boundary), window: vec![asked] };
    let colours = paint::paint(graph, &line)?;

    line.window.clear();
    let mut next = Some(tip);
    while let Some(ix) = next.filter(|ix| colours.get(*ix) == Colour::Ours) {
        line.window.push(Landed { ix, time: as_of });
        next = graph.parent_at(ix, 0);
    }
    line.window.reverse();

    let (mut commits, mut forks) = (Vec::new(), BTreeSet::new());
    for (ix, order) in landings(graph, &line, &colours) {
        let from = graph.parents(ix).iter().filter(|parent| colours.get(**parent) == Colour::Theirs);
        forks.extend(from.map(|parent| graph.id(*parent)));
        commits.push((graph.id(ix), order));
    }
    if forks.is_empty() && !commits.is_empty() {
        return Err(RepoError::Unrelated { base, head });
    }
    let mainline = line.window.iter().map(|landed| graph.id(landed.ix)).collect();
    Ok(Brought { mainline, commits, forks: forks.into_iter().collect() })
}

impl Walk {
    /// The window as it would be with the change landed.
    #[must_use]
    pub fn followed_by(&self, ahead: Option<&Ahead>) -> Cow<'_, Self> {
        let Some(ahead) = ahead else { return Cow::Borrowed(self) };
        let mut whole = self.clone();
        whole.mainline.extend_from_slice(&ahead.mainline);
        whole.commits.extend_from_slice(&ahead.commits);
        Cow::Owned(whole)
    }
}
