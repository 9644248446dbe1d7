//! The mainline: the first-parent chain of the judged revision, and which part of it lies in the window.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Objects as _;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::commit;
use crate::repo::graph::Graph;
use crate::repo::graph::Ix;
use crate::repo::graph::Keep;
use crate::repo::graph::Presence;

/// How much later than its child a commit may claim to be made: clocks of real histories are wrong by less.
pub(super) const SLACK_DAYS: u32 = 365;

/// How many commits in a row must lie further back than the slack before a walk stops.
pub(super) const STOP_AFTER: u32 = 256;

/// The same where nothing rests on it.
const STOP_HASTILY_AFTER: u32 = 16;

/// Counts commits in a row that lie far before all that is still in question.
#[derive(Debug, Clone, Copy)]
pub(super) struct StopRule {
    before: UnixTime,
    in_a_row: u32,
    stop_after: u32,
}

impl StopRule {
    /// Nothing older than `oldest` is in question.
    pub(super) fn new(oldest: UnixTime) -> Self {
        Self { before: oldest.minus_days(SLACK_DAYS), in_a_row: 0, stop_after: STOP_AFTER }
    }

    /// As if clocks were never wrong by much: what is found so is right nearly always, and nothing may rest on it.
    fn hasty(oldest: UnixTime) -> Self {
        Self { before: oldest, in_a_row: 0, stop_after: STOP_HASTILY_AFTER }
    }

    /// Whether the walk may end with this commit. One without a readable time begins a new row.
    pub(super) fn stops_at(&mut self, time: Option<UnixTime>) -> bool {
        let is_far = time.is_some_and(|time| time < self.before);
        self.in_a_row = if is_far { self.in_a_row.saturating_add(1) } else { 0 };
        self.in_a_row >= self.stop_after
    }
}

/// The mainline as far as it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mainline {
    /// The judged commit: the newest not later than an `as_of` that was asked for.
    pub(super) tip: Option<Ix>,
    pub(super) as_of: UnixTime,
    pub(super) start: UnixTime,
    /// The last mainline commit before the window.
    pub(super) boundary: Option<Ix>,
    /// Oldest first.
    pub(super) window: Vec<Landed>,
}

/// A mainline commit in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Landed {
    pub(super) ix: Ix,
    /// Its own time, made non-decreasing along the mainline.
    pub(super) time: UnixTime,
}

/// The newest commit on the first-parent chain of `tip` whose committer time is not later than `as_of`: the revision
/// that is judged when `--as-of` is given. `None` when all are later.
///
/// # Errors
/// History cannot be read as far back.
pub fn newest_at(repository: &Repository, tip: ObjectId, as_of: UnixTime) -> Result<Option<ObjectId>, RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, &Quiet);
    let mut chain = Chain::begin(&mut graph, tip)?;
    let is_any = chain.move_back_to(&mut graph, as_of)?;
    Ok(chain.commits.first().filter(|_newest| is_any).map(|newest| graph.id(*newest)))
}

/// As of when something is judged that rests on one commit and not on a window: by its own time, or where that cannot be read by
/// the time that a window up to it would be judged as of.
///
/// # Errors
/// History cannot be read as far back.
pub fn as_of(repository: &Repository, commit: ObjectId) -> Result<UnixTime, RepoError> {
    let store = repository.store()?;
    if let Some(own) = commit::links(commit.format(), &store.commit(commit)?).committed {
        return Ok(own);
    }
    let mut graph = Graph::new(&store, repository, &Quiet);
    Chain::begin(&mut graph, commit)?.latest(&mut graph, 0)
}

/// Reads the mainline from its tip back to where nothing older can belong to the window.
pub(super) fn scan(graph: &mut Graph<'_>, tip: ObjectId, span: Span) -> Result<Mainline, RepoError> {
    read(graph, tip, span, StopRule::new)
}

/// The same, read no further than where the window seems to end: a guess, to begin work with that does not depend on it.
pub(super) fn guess(graph: &mut Graph<'_>, tip: ObjectId, span: Span) -> Result<Mainline, RepoError> {
    read(graph, tip, span, StopRule::hasty)
}

fn read(
    graph: &mut Graph<'_>,
    tip: ObjectId,
    span: Span,
    stop: fn(UnixTime) -> StopRule,
) -> Result<Mainline, RepoError> {
    let mut chain = Chain::begin(graph, tip)?;
    let as_of = match span.as_of {
        Some(as_of) => {
            if !chain.move_back_to(graph, as_of)? {
                let start = as_of.minus_days(span.days);
                return Ok(Mainline { tip: None, as_of, start, boundary: None, window: Vec::new() });
            }
            as_of
        }
        None => chain.latest(graph, span.days)?,
    };
    let start = as_of.minus_days(span.days);
    let judged = chain.commits.first().copied();
    let in_window = |time: Option<UnixTime>| time.is_some_and(|time| start < time && time <= as_of);
    let mut stop = stop(start);
    let (mut at, mut oldest) = (0, None);
    while let Some(ix) = chain.get(graph, at)? {
        let time = graph.time(ix);
        if in_window(time) {
            oldest = Some(at);
        }
        if time.is_some_and(|time| time <= start) {
            graph.forget(ix);
        }
        if stop.stops_at(time) {
            break;
        }
        at = at.saturating_add(1);
    }
    let known = |ix: &Ix| graph.time(*ix).filter(|time| *time <= as_of);
    let first_outside = oldest.map_or(0, |oldest: usize| oldest.saturating_add(1));
    let (inside, outside) = chain.commits.split_at_checked(first_outside).unwrap_or_default();
    let last_known = outside.iter().filter_map(known).max();
    // Behind a commit of the window, commits without any usable time are in the window as well: it is unknown when
    // they landed, and what is unknown is not left out.
    let (inside, boundary) =
        if last_known.is_some() { (inside, outside.first()) } else { (chain.commits.as_slice(), None) };
    if let (None, End::Cut(at)) = (last_known, chain.end) {
        return Err(cut(graph.id(at), start));
    }
    // The first commits of a history, where nothing tells their time, landed with the next one: so times never decrease.
    let mut running = last_known.or_else(|| inside.iter().rev().find_map(known));
    let landed = |ix: &Ix| {
        running = running.max(known(ix));
        Landed { ix: *ix, time: running.unwrap_or(as_of) }
    };
    Ok(Mainline {
        tip: judged,
        as_of,
        start,
        boundary: boundary.copied(),
        window: inside.iter().rev().map(landed).collect(),
    })
}

/// The error for a shallow clone that was cut at a commit although history is needed as far back as `needed`.
pub(super) fn cut(at: ObjectId, needed: UnixTime) -> RepoError {
    // Far enough that side branches which began a while before are whole as well.
    const ROOM_DAYS: u32 = 90;
    let since = needed.minus_days(ROOM_DAYS).day().date().to_string();
    RepoError::Shallow { at, since }
}

/// Where a chain ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Not known yet.
    Open,
    /// At a commit without parents.
    Root,
    /// At a commit whose first parent a shallow clone lacks.
    Cut(Ix),
}

/// A first-parent chain that is read as far as it is asked for; newest first.
struct Chain {
    commits: Vec<Ix>,
    end: End,
}

impl Chain {
    fn begin(graph: &mut Graph<'_>, tip: ObjectId) -> Result<Self, RepoError> {
        Ok(Self { commits: vec![graph.start(tip, Keep::Bytes)?], end: End::Open })
    }

    fn get(&mut self, graph: &mut Graph<'_>, at: usize) -> Result<Option<Ix>, RepoError> {
        while self.end == End::Open && self.commits.len() <= at {
            self.step(graph)?;
        }
        Ok(self.commits.get(at).copied())
    }

    fn step(&mut self, graph: &mut Graph<'_>) -> Result<(), RepoError> {
        let Some(last) = self.commits.last().copied() else { return Ok(()) };
        match graph.parent_at(last, 0) {
            None => self.end = End::Root,
            Some(parent) => match graph.parent(last, parent, Keep::Bytes)? {
                Presence::Here => self.commits.push(parent),
                Presence::Cut => self.end = End::Cut(last),
            },
        }
        Ok(())
    }

    /// Drops the commits at the tip that are later than a time; whether one is left.
    fn move_back_to(&mut self, graph: &mut Graph<'_>, as_of: UnixTime) -> Result<bool, RepoError> {
        let mut at = 0;
        while let Some(ix) = self.get(graph, at)? {
            if graph.time(ix).is_some_and(|time| time <= as_of) {
                self.commits.drain(..at);
                return Ok(true);
            }
            graph.forget(ix);
            at = at.saturating_add(1);
        }
        match self.end {
            End::Cut(at) => Err(cut(graph.id(at), as_of)),
            End::Open | End::Root => Ok(false),
        }
    }

    /// As-of where none was asked for.
    fn latest(&mut self, graph: &mut Graph<'_>, days: u32) -> Result<UnixTime, RepoError> {
        self.get(graph, UnixTime::AS_OF_BY.saturating_sub(1))?;
        let last = self.commits.get(..UnixTime::AS_OF_BY).unwrap_or(&self.commits);
        let tip = last.first().and_then(|ix| graph.time(*ix));
        let times: Vec<_> = last.iter().filter_map(|ix| graph.time(*ix)).collect();
        if let End::Cut(at) = self.end
            && last.len() < UnixTime::AS_OF_BY
        {
            // The same commit must be judged as of the same time in every clone: the median of eleven is known from
            // six that are no later than the tip.
            let no_later = times.iter().filter(|time| Some(**time) <= tip).count();
            if no_later <= UnixTime::AS_OF_BY / 2 {
                let needed = tip.max(times.into_iter().max()).unwrap_or(UnixTime::EPOCH);
                return Err(cut(graph.id(at), needed.minus_days(days)));
            }
        }
        if let Some(latest) = UnixTime::as_of(tip, times) {
            return Ok(latest);
        }
        // No time among the last ones can be read: the first behind them, or none at all.
        let mut at = last.len();
        while let Some(ix) = self.get(graph, at)? {
            if let Some(time) = graph.time(ix) {
                return Ok(time);
            }
            at = at.saturating_add(1);
        }
        Ok(UnixTime::EPOCH)
    }
}
