//! Which commits the tip reaches and the boundary does not.
//!
//! Two colours spread from child to parent in order of date: `Ours` from the window's mainline, `Theirs` from the
//! boundary; `Theirs` paints over `Ours`, also over what `Ours` has already spread to. What is `Ours` in the end is the
//! set. No date ends the walk: it goes on until every path of `Ours` has met `Theirs` or a root, and then further
//! down `Theirs` for as long as a wrong clock could hide a way from the boundary to a commit that is `Ours`
//! ([`StopRule`]). Commits that descend from the boundary cannot be reached from it and are not in question.

use std::collections::BinaryHeap;

use crate::facts::UnixTime;
use crate::repo::RepoError;
use crate::repo::graph::Graph;
use crate::repo::graph::Ix;
use crate::repo::graph::Keep;
use crate::repo::graph::PerCommit;
use crate::repo::graph::Presence;
use crate::repo::mainline;
use crate::repo::mainline::Landed;
use crate::repo::mainline::Mainline;
use crate::repo::mainline::StopRule;

/// Who reaches a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Colour {
    /// Nobody yet.
    #[default]
    Bare,
    /// The tip.
    Ours,
    /// The boundary.
    Theirs,
}

/// The colours of history, as far as they decide.
pub(super) type Colours = PerCommit<Colour>;

/// Colours the history of a mainline's window.
pub(super) fn paint(graph: &mut Graph<'_>, line: &Mainline) -> Result<Colours, RepoError> {
    let mut painter = Painter::default();
    painter.begin(graph, line)?;
    painter.finish(graph, line)?;
    Ok(painter.colours)
}

/// History on the way to its colours.
#[derive(Default)]
struct Painter {
    colours: Colours,
    queued: PerCommit<bool>,
    /// The time that a commit is queued under: its own, or that of the child it was found through.
    keys: PerCommit<i64>,
    /// Newest first; the number makes the order the same in every run.
    queue: BinaryHeap<(i64, Ix)>,
    ours_queued: usize,
    /// Commits of which a parent is missing because the clone is shallow.
    cuts: Vec<Ix>,
}

impl Painter {
    /// Colours the history of a mainline's window. What is `Ours` then can still turn out to be `Theirs`, nothing else.
    fn begin(&mut self, graph: &mut Graph<'_>, line: &Mainline) -> Result<(), RepoError> {
        let newest = line.as_of.seconds();
        for Landed { ix, .. } in &line.window {
            self.colours.set(*ix, Colour::Ours);
            self.set_key(graph, *ix, newest);
        }
        if let Some(boundary) = line.boundary {
            self.add(graph, boundary, Colour::Theirs, newest);
        }
        for Landed { ix, .. } in &line.window {
            self.expand(graph, *ix)?;
        }
        while self.ours_queued > 0 {
            self.step(graph)?;
        }
        Ok(())
    }

    /// Goes on until nothing can change any more.
    fn finish(&mut self, graph: &mut Graph<'_>, line: &Mainline) -> Result<(), RepoError> {
        if let Some(boundary) = line.boundary {
            self.prove(graph, line, boundary)?;
        }
        let still_ours = self.cuts.iter().find(|ix| self.colours.get(**ix) == Colour::Ours);
        still_ours.map_or(Ok(()), |ix| Err(self.cut(graph, *ix, line.start)))
    }

    /// Goes on from the boundary until no commit that is `Ours` can turn out to be `Theirs`.
    fn prove(&mut self, graph: &mut Graph<'_>, line: &Mainline, boundary: Ix) -> Result<(), RepoError> {
        let Some(mut open) = self.unproven(graph, line, boundary) else { return Ok(()) };
        let mut stop = StopRule::new(open.oldest);
        let (mut is_stale, mut steps) = (false, 0_usize);
        loop {
            match self.step(graph)? {
                Step::End => break,
                Step::Took(time) if stop.stops_at(time) => break,
                Step::Took(_) => {}
                Step::PaintedOver => {
                    is_stale = true;
                    stop = StopRule::new(open.oldest);
                }
            }
            steps = steps.saturating_add(1);
            // Looked at anew only after as many steps as that costs.
            if is_stale && steps >= open.count {
                let Some(left) = self.unproven(graph, line, boundary) else { return Ok(()) };
                open = left;
                stop = StopRule::new(open.oldest);
                (is_stale, steps) = (false, 0);
            }
        }
        self.unproven(graph, line, boundary).map_or(Ok(()), |left| self.no_cut_since(graph, left.oldest))
    }

    /// The commits that are `Ours` and do not descend from the boundary.
    fn unproven(&self, graph: &Graph<'_>, line: &Mainline, boundary: Ix) -> Option<Unproven> {
        let mut proven: PerCommit<bool> = PerCommit::new();
        proven.set(boundary, true);
        let mut oldest: Option<i64> = None;
        let mut visited: PerCommit<bool> = PerCommit::new();
        let mut count = 0_usize;
        // Parents before children, without recursion: a commit is looked at again once its parents are done.
        let mut pending: Vec<(Ix, bool)> = line.window.iter().map(|landed| (landed.ix, false)).collect();
        while let Some((ix, parents_done)) = pending.pop() {
            if parents_done {
                let descends = graph.parents(ix).iter().any(|parent| proven.get(*parent));
                if descends {
                    proven.set(ix, true);
                } else if !proven.get(ix) {
                    oldest = Some(oldest.map_or(self.keys.get(ix), |oldest| oldest.min(self.keys.get(ix))));
                }
                continue;
            }
            if visited.get(ix) || self.colours.get(ix) != Colour::Ours {
                continue;
            }
            visited.set(ix, true);
            count = count.saturating_add(1);
            pending.push((ix, true));
            pending.extend(graph.parents(ix).iter().map(|parent| (*parent, false)));
        }
        oldest.and_then(UnixTime::new).map(|oldest| Unproven { oldest, count })
    }

    /// A commit of the boundary's history whose parents are missing proves nothing about older commits, but hides
    /// nothing newer than itself either.
    fn no_cut_since(&self, graph: &Graph<'_>, oldest: UnixTime) -> Result<(), RepoError> {
        let hides = |ix: &&Ix| self.colours.get(**ix) == Colour::Theirs && self.keys.get(**ix) >= oldest.seconds();
        self.cuts.iter().find(hides).map_or(Ok(()), |ix| Err(self.cut(graph, *ix, oldest)))
    }

    fn cut(&self, graph: &Graph<'_>, ix: Ix, needed: UnixTime) -> RepoError {
        let reached = UnixTime::new(self.keys.get(ix)).unwrap_or(needed).min(needed);
        mainline::cut(graph.id(ix), reached)
    }

    /// Takes the newest commit out of the queue and colours its parents.
    fn step(&mut self, graph: &mut Graph<'_>) -> Result<Step, RepoError> {
        let Some((_key, ix)) = self.queue.pop() else { return Ok(Step::End) };
        self.queued.set(ix, false);
        if self.colours.get(ix) == Colour::Ours {
            self.ours_queued = self.ours_queued.saturating_sub(1);
        }
        Ok(if self.expand(graph, ix)? { Step::PaintedOver } else { Step::Took(graph.time(ix)) })
    }

    /// Hands a commit's colour on to its parents; whether something was painted over.
    fn expand(&mut self, graph: &mut Graph<'_>, ix: Ix) -> Result<bool, RepoError> {
        let colour = self.colours.get(ix);
        let keep = if colour == Colour::Ours { Keep::Bytes } else { Keep::Links };
        let (mut at, mut is_cut, mut painted_over) = (0, false, false);
        while let Some(parent) = graph.parent_at(ix, at) {
            at = at.saturating_add(1);
            if graph.parent(ix, parent, keep)? == Presence::Cut {
                is_cut = true;
                continue;
            }
            match (colour, self.colours.get(parent)) {
                (_, Colour::Bare) => self.add(graph, parent, colour, self.keys.get(ix)),
                (Colour::Theirs, Colour::Ours) => {
                    self.paint_over(graph, parent);
                    painted_over = true;
                }
                _ => {}
            }
        }
        if is_cut {
            self.cuts.push(ix);
        }
        Ok(painted_over)
    }

    fn add(&mut self, graph: &Graph<'_>, ix: Ix, colour: Colour, child_key: i64) {
        self.colours.set(ix, colour);
        self.set_key(graph, ix, child_key);
        self.queued.set(ix, true);
        self.queue.push((self.keys.get(ix), ix));
        if colour == Colour::Ours {
            self.ours_queued = self.ours_queued.saturating_add(1);
        }
    }

    fn set_key(&mut self, graph: &Graph<'_>, ix: Ix, otherwise: i64) {
        self.keys.set(ix, graph.time(ix).map_or(otherwise, UnixTime::seconds));
    }

    /// Turns a commit, and all that took `Ours` from it, into `Theirs`.
    fn paint_over(&mut self, graph: &mut Graph<'_>, from: Ix) {
        let mut pending = vec![from];
        while let Some(ix) = pending.pop() {
            if self.colours.get(ix) != Colour::Ours {
                continue;
            }
            self.colours.set(ix, Colour::Theirs);
            graph.forget(ix);
            if self.queued.get(ix) {
                // Not expanded yet: it will hand its new colour on itself.
                self.ours_queued = self.ours_queued.saturating_sub(1);
            } else {
                pending.extend_from_slice(graph.parents(ix));
            }
        }
    }
}

/// Commits that are `Ours` so far, and could still be reached from the boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unproven {
    oldest: UnixTime,
    /// How many commits it took to find that out.
    count: usize,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing: the queue is empty.
    End,
    /// Took a commit of that time.
    Took(Option<UnixTime>),
    /// Took a commit, and painted over some that had been `Ours`.
    PaintedOver,
}
