//! The window: which commits landed in a span of time, and with which mainline commit.

use std::collections::BTreeSet;
use std::thread;

use foldhash::HashMap;
use foldhash::HashSet;
use rayon::prelude::*;

use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Landing;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Overrides;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::graph::Graph;
use crate::repo::graph::Ix;
use crate::repo::graph::Keep;
use crate::repo::graph::PerCommit;
use crate::repo::graph::Presence;
use crate::repo::held;
use crate::repo::held::Held;
use crate::repo::mainline;
use crate::repo::mainline::Landed;
use crate::repo::mainline::Mainline;
use crate::repo::names::Names;
use crate::repo::paint;
use crate::repo::paint::Colour;
use crate::repo::paint::Colours;

/// Which span of time is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its end; by default the later of the tip's time and the median of the last eleven mainline commits' times.
    pub as_of: Option<UnixTime>,
    /// Its length in days.
    pub days: u32,
}

/// The commits of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// The commit that is judged; `None` when there is none, or none as early as was asked for.
    pub tip: Option<ObjectId>,
    /// The end of the window, which belongs to it.
    pub as_of: UnixTime,
    /// The start of the window, which does not.
    pub start: UnixTime,
    /// The last mainline commit before the window; `None` when the window holds the root.
    pub boundary: Option<ObjectId>,
    /// The mainline commits of the window, oldest first.
    pub mainline: Vec<ObjectId>,
    /// All commits that `tip` reaches and `boundary` does not: by landing time, mainline order, id.
    pub commits: Vec<CommitFact>,
    /// What git would have followed, and we did not.
    pub replaced: Overrides,
}

/// A mailmap, or anything that says who somebody is.
pub type IdentityMap<'m> = dyn Fn(&Identity) -> Identity + 'm;

impl Walk {
    /// The window of a branch without commits. Without a time that was asked for, it ends with 1970-01-01.
    #[must_use]
    pub fn empty(repository: &Repository, span: Span) -> Self {
        let as_of = span.as_of.unwrap_or(UnixTime::EPOCH);
        Self {
            tip: None,
            as_of,
            start: as_of.minus_days(span.days),
            boundary: None,
            mainline: Vec::new(),
            commits: Vec::new(),
            replaced: repository.overrides(),
        }
    }
}

/// The commits that landed on the mainline of `tip` in a span of time.
///
/// # Errors
/// History that is needed is absent (a shallow clone that was cut too late, a damaged one), or cannot be read.
pub fn window(
    repository: &Repository,
    tip: ObjectId,
    span: Span,
    identities: &IdentityMap<'_>,
    progress: &dyn Progress,
) -> Result<Walk, RepoError> {
    let early: Option<fn(&Walk)> = None;
    window_with(repository, tip, span, identities, progress, early).map(|(walk, _)| walk)
}

/// As [`window`], with some work that begins early: as soon as the window can be guessed, in a thread of its own, if there is
/// more than one. Meanwhile history is read further back, to find out what the window really holds. So the early work may be
/// given commits that turn out not to have landed in the window, and may miss others.
///
/// # Errors
/// As [`window`].
pub fn window_with<T: Send>(
    repository: &Repository,
    tip: ObjectId,
    span: Span,
    identities: &IdentityMap<'_>,
    progress: &dyn Progress,
    early: Option<impl FnOnce(&Walk) -> T + Send>,
) -> Result<(Walk, Option<T>), RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, progress);
    // What cannot be read of what is known is told by who reads it all.
    let known = held::window(repository, &store, tip, span);
    if let Some(walk) = known.and_then(|held| walk(&mut graph, repository, &held, Vec::new(), identities).ok()) {
        return Ok((walk, None));
    }
    let early = early.filter(|_| rayon::current_num_threads() > 1);
    // What cannot be read now is read again, and told then.
    let begun = early.and_then(|early| {
        let held = guess(&mut graph, tip, span).ok()?;
        Some((early, walk(&mut graph, repository, &held, Vec::new(), identities).ok()?))
    });
    let Some((early, guessed)) = begun else {
        let held = found(&mut graph, tip, span)?;
        held::learn_window(repository, &graph, tip, span, &held);
        return Ok((walk(&mut graph, repository, &held, Vec::new(), identities)?, None));
    };
    progress.tick(graph.reads(), graph.reads(), "reading history");
    graph.quieten();
    let (found, done) = thread::scope(|scope| {
        let early = scope.spawn(|| early(&guessed));
        (found(&mut graph, tip, span), early.join().ok())
    });
    let held = found?;
    held::learn_window(repository, &graph, tip, span, &held);
    Ok((walk(&mut graph, repository, &held, guessed.commits, identities)?, done))
}

/// What the window holds.
fn found(graph: &mut Graph<'_>, tip: ObjectId, span: Span) -> Result<Held, RepoError> {
    let line = mainline::scan(graph, tip, span)?;
    let colours = paint::paint(graph, &line)?;
    Ok(held(graph, &line, &colours))
}

/// The window whose commits are `Ours`.
fn held(graph: &Graph<'_>, line: &Mainline, colours: &Colours) -> Held {
    Held {
        tip: line.tip.map(|ix| graph.id(ix)),
        as_of: line.as_of,
        start: line.start,
        boundary: line.boundary.map(|ix| graph.id(ix)),
        mainline: line.window.iter().map(|landed| (graph.id(landed.ix), landed.time)).collect(),
        commits: landings(graph, line, colours).into_iter().map(|(ix, place)| (graph.id(ix), place)).collect(),
    }
}

/// What the window seems to hold, as if clocks were right and no work were older than the window that it landed in: what its
/// mainline reaches without going behind its start.
fn guess(graph: &mut Graph<'_>, tip: ObjectId, span: Span) -> Result<Held, RepoError> {
    let line = mainline::guess(graph, tip, span)?;
    let mut colours = Colours::new();
    let mut pending: Vec<Ix> = line.window.iter().map(|landed| landed.ix).collect();
    pending.iter().for_each(|ix| colours.set(*ix, Colour::Ours));
    while let Some(ix) = pending.pop() {
        let mut at = 0;
        while let Some(parent) = graph.parent_at(ix, at) {
            at = at.saturating_add(1);
            if colours.get(parent) == Colour::Ours || graph.parent(ix, parent, Keep::Bytes)? == Presence::Cut {
                continue;
            }
            if graph.time(parent).is_some_and(|time| time > line.start) {
                colours.set(parent, Colour::Ours);
                pending.push(parent);
            } else {
                graph.forget(parent);
            }
        }
    }
    Ok(held(graph, &line, &colours))
}

/// The walk of a window; of some of its commits the facts are known but for their landing.
///
/// Facts stay where they are: to move those of 50,000 commits takes as much memory again.
fn walk(
    graph: &mut Graph<'_>,
    repository: &Repository,
    held: &Held,
    known: Vec<CommitFact>,
    identities: &IdentityMap<'_>,
) -> Result<Walk, RepoError> {
    let orders: HashMap<ObjectId, usize> = held.commits.iter().copied().collect();
    let landing = |id: ObjectId| {
        let (commit, time) = held.mainline.get(*orders.get(&id)?)?;
        Some(Landing { commit: *commit, time: *time })
    };
    let mut commits = known;
    commits.retain_mut(|fact| landing(fact.id).map(|landing| fact.landing = landing).is_some());
    let read: HashSet<ObjectId> = commits.iter().map(|fact| fact.id).collect();
    let mut unread = Vec::with_capacity(held.commits.len().saturating_sub(commits.len()));
    for (id, _) in held.commits.iter().filter(|(id, _)| !read.contains(id)) {
        let Some(landing) = landing(*id) else { continue };
        unread.push((*id, landing, graph.take_bytes(*id)?));
    }
    drop(read);
    commits.reserve_exact(unread.len());
    let parse =
        |(id, landing, bytes): (ObjectId, Landing, Box<[u8]>)| (id, landing, commit::parse(id.format(), &bytes));
    let mut names = Names::new(identities);
    let parsed: Vec<_> = unread.into_par_iter().map(parse).collect();
    commits.extend(parsed.into_iter().map(|(id, landing, parsed)| fact(id, parsed, landing, &mut names)));
    drop(names);
    commits.sort_by_cached_key(|fact| (fact.landing.time, orders.get(&fact.id).copied(), fact.id));
    Ok(Walk {
        tip: held.tip,
        as_of: held.as_of,
        start: held.start,
        boundary: held.boundary,
        mainline: held.mainline.iter().map(|(id, _)| *id).collect(),
        commits,
        replaced: repository.overrides(),
    })
}

/// How many commits `tip` reaches, each read and checked.
///
/// # Errors
/// One of them is absent or cannot be read.
pub fn count_all(repository: &Repository, tip: ObjectId, progress: &dyn Progress) -> Result<u64, RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, progress);
    let mut seen: PerCommit<bool> = PerCommit::new();
    let first = graph.start(tip, Keep::Links)?;
    seen.set(first, true);
    let mut pending = vec![first];
    while let Some(ix) = pending.pop() {
        let mut at = 0;
        while let Some(parent) = graph.parent_at(ix, at) {
            at = at.saturating_add(1);
            if !seen.get(parent) && graph.parent(ix, parent, Keep::Links)? == Presence::Here {
                seen.set(parent, true);
                pending.push(parent);
            }
        }
    }
    Ok(graph.reads())
}

/// For each commit of the set, the place in the window's mainline of the oldest one that contains it.
pub(super) fn landings(graph: &Graph<'_>, line: &Mainline, colours: &Colours) -> Vec<(Ix, usize)> {
    let mut claimed: PerCommit<bool> = PerCommit::new();
    let mut landings = Vec::new();
    for (order, Landed { ix, .. }) in line.window.iter().enumerate() {
        let mut pending = vec![*ix];
        while let Some(ix) = pending.pop() {
            if claimed.get(ix) || colours.get(ix) != Colour::Ours {
                continue;
            }
            claimed.set(ix, true);
            landings.push((ix, order));
            pending.extend_from_slice(graph.parents(ix));
        }
    }
    landings
}

pub(super) fn fact(id: ObjectId, parsed: commit::Parsed, landing: Landing, names: &mut Names<'_>) -> CommitFact {
    let mut known = BTreeSet::new();
    let named = parsed.co_authors.into_iter().map(|named| names.identity(named).1);
    let mut co_authors: Vec<Identity> = named.filter(|named| known.insert(named.address())).collect();
    co_authors.shrink_to_fit();
    let (author_as_written, author) = names.identity(parsed.author);
    let mut message = parsed.message;
    message.trailers = message.trailers.into_iter().map(|trailer| names.trailer(trailer)).collect();
    message.trailers.shrink_to_fit();
    let mut parents = parsed.parents;
    if parents.len() > 1 {
        let mut once = BTreeSet::new();
        parents.retain(|parent| once.insert(*parent));
    }
    CommitFact {
        id,
        tree: parsed.tree,
        parents,
        author,
        author_as_written,
        committed: parsed.committed,
        message,
        co_authors,
        landing,
        defects: parsed.defects,
    }
}
