//! What a window was found to hold, and what a change to bring: kept for the next run, which is often about the same one.
//!
//! To be certain of it a year of history is read behind its beginning. Of each kind of answer the last one is kept, in the
//! former one's place: the others are about branches that have moved on. Nothing is kept of a shallow clone, where
//! history may come to be read further back.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::DeserializeOwned;
use serde::de::Error as _;

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::conclusion;
use crate::repo::conclusion::NO_COMMIT;
use crate::repo::graph::Graph;

/// Which commits a window holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) tip: Option<ObjectId>,
    pub(super) as_of: UnixTime,
    pub(super) start: UnixTime,
    pub(super) boundary: Option<ObjectId>,
    /// The mainline commits and when each landed, oldest first.
    pub(super) mainline: Vec<(ObjectId, UnixTime)>,
    /// All commits, each with the place on the mainline of the one that it landed with.
    pub(super) commits: Vec<(ObjectId, usize)>,
}

/// Which commits a change brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brought {
    /// The mainline carried on, oldest first.
    pub(super) mainline: Vec<ObjectId>,
    /// All commits, each with the place on it of the one that it lands with.
    pub(super) commits: Vec<(ObjectId, usize)>,
    pub(super) forks: Vec<ObjectId>,
}

/// A commit's id as it is written: its bytes, with how many there are in front.
#[derive(Clone, Copy)]
struct Id(ObjectId);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        ObjectId::from_slice(bytes).map(Self).ok_or_else(|| D::Error::invalid_length(bytes.len(), &"20 or 32 bytes"))
    }
}

#[derive(Serialize, Deserialize)]
struct WrittenHeld {
    tip: Option<Id>,
    as_of: i64,
    start: i64,
    boundary: Option<Id>,
    mainline: Vec<(Id, i64)>,
    commits: Vec<(Id, usize)>,
}

#[derive(Serialize, Deserialize)]
struct WrittenBrought {
    mainline: Vec<Id>,
    commits: Vec<(Id, usize)>,
    forks: Vec<Id>,
}

/// What the window of a tip holds, if the last run that was asked for as many days was asked for the same.
pub(super) fn window(repository: &Repository, store: &ObjectStore, tip: ObjectId, span: Span) -> Option<Held> {
    let written: WrittenHeld = recall(repository, store, &window_name(span), &question(tip, span))?;
    Some(Held {
        tip: written.tip.map(from),
        as_of: UnixTime::new(written.as_of)?,
        start: UnixTime::new(written.start)?,
        boundary: written.boundary.map(from),
        mainline: written
            .mainline
            .into_iter()
            .map(|(id, time)| Some((from(id), UnixTime::new(time)?)))
            .collect::<Option<_>>()?,
        commits: with_places(written.commits),
    })
}

/// Keeps what a window holds, which rests on all that a graph has read.
pub(super) fn learn_window(repository: &Repository, graph: &Graph<'_>, tip: ObjectId, span: Span, held: &Held) {
    let written = || WrittenHeld {
        tip: held.tip.map(of),
        as_of: held.as_of.seconds(),
        start: held.start.seconds(),
        boundary: held.boundary.map(of),
        mainline: held.mainline.iter().map(|(id, time)| (of(*id), time.seconds())).collect(),
        commits: held.commits.iter().map(|(id, place)| (of(*id), *place)).collect(),
    };
    learn(repository, graph, &window_name(span), &question(tip, span), written);
}

/// A change on a base, which lands at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lands {
    pub(super) base: ObjectId,
    pub(super) head: ObjectId,
    pub(super) as_of: UnixTime,
}

impl Lands {
    fn question(self) -> Vec<u8> {
        [self.base.as_bytes(), self.head.as_bytes(), &self.as_of.seconds().to_le_bytes()].concat()
    }
}

/// What a change brings, if the last change that was asked for is the same.
pub(super) fn change(repository: &Repository, store: &ObjectStore, lands: Lands) -> Option<Brought> {
    let written: WrittenBrought = recall(repository, store, CHANGE, &lands.question())?;
    Some(Brought {
        mainline: written.mainline.into_iter().map(from).collect(),
        commits: with_places(written.commits),
        forks: written.forks.into_iter().map(from).collect(),
    })
}

/// Keeps what a change brings, which rests on all that a graph has read.
pub(super) fn learn_change(repository: &Repository, graph: &Graph<'_>, lands: Lands, brought: &Brought) {
    let written = || WrittenBrought {
        mainline: brought.mainline.iter().copied().map(of).collect(),
        commits: brought.commits.iter().map(|(id, place)| (of(*id), *place)).collect(),
        forks: brought.forks.iter().copied().map(of).collect(),
    };
    learn(repository, graph, CHANGE, &lands.question(), written);
}

/// The mainline from a tip back over a span: when each commit landed, oldest first; if the last run that was asked for as many
/// days was asked for the same.
pub(super) fn past(
    repository: &Repository,
    store: &ObjectStore,
    tip: ObjectId,
    span: Span,
) -> Option<Vec<(UnixTime, ObjectId)>> {
    let written: Vec<(Id, i64)> = recall(repository, store, &past_name(span), &question(tip, span))?;
    written.into_iter().map(|(id, time)| Some((UnixTime::new(time)?, from(id)))).collect()
}

/// Keeps a past, which rests on all that a graph has read.
pub(super) fn learn_past(
    repository: &Repository,
    graph: &Graph<'_>,
    tip: ObjectId,
    span: Span,
    landed: &[(UnixTime, ObjectId)],
) {
    let written = || landed.iter().map(|(time, id)| (of(*id), time.seconds())).collect::<Vec<_>>();
    learn(repository, graph, &past_name(span), &question(tip, span), written);
}

fn past_name(span: Span) -> String {
    format!("past of {} days", span.days)
}

const CHANGE: &str = "change";

fn window_name(span: Span) -> String {
    format!("window of {} days", span.days)
}

fn question(tip: ObjectId, span: Span) -> Vec<u8> {
    let as_of = span.as_of.map(|as_of| as_of.seconds().to_le_bytes());
    [tip.as_bytes(), as_of.as_ref().map_or(&[], |as_of| as_of)].concat()
}

fn recall<T: DeserializeOwned>(repository: &Repository, store: &ObjectStore, what: &str, asked: &[u8]) -> Option<T> {
    if !is_kept(repository) {
        return None;
    }
    let read = |content: &[u8]| {
        let (question, answer): (&[u8], _) = postcard::take_from_bytes(content).ok()?;
        if question == asked { postcard::from_bytes(answer).ok() } else { None }
    };
    repository.kept.conclusion(name(what), |id| store.has(id), read)
}

fn learn<T: Serialize>(
    repository: &Repository,
    graph: &Graph<'_>,
    what: &str,
    asked: &[u8],
    answer: impl FnOnce() -> T,
) {
    if is_kept(repository) {
        let content = postcard::to_allocvec(&(asked, answer())).ok();
        let mut rests_on = graph.all_read();
        // In the order in which they are looked up fastest.
        rests_on.sort_unstable();
        repository.kept.replace_conclusion(name(what), &rests_on, content);
    }
}

fn is_kept(repository: &Repository) -> bool {
    repository.kept.is_on() && repository.shallow.is_empty()
}

fn name(what: &str) -> ObjectId {
    conclusion::name("the last answer", NO_COMMIT, &[], &[what.as_bytes()])
}

const fn of(id: ObjectId) -> Id {
    Id(id)
}

const fn from(Id(id): Id) -> ObjectId {
    id
}

fn with_places(written: Vec<(Id, usize)>) -> Vec<(ObjectId, usize)> {
    written.into_iter().map(|(id, place)| (from(id), place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Quiet;
    use crate::repo::RepoError;
    use crate::repo::ahead;
    use crate::repo::testing::NOW;
    use crate::repo::testing::TestRepo;
    use crate::repo::walk;

    #[test]
    fn the_last_answers_are_kept_while_all_is_there_that_they_rest_on() {
        let (repo, folder) = (TestRepo::new(), tempfile::tempdir().unwrap());
        let line = repo.chain(None, 200, NOW);
        let [old, base, head] = [100, 190, 199].map(|at: usize| line[at]);
        let as_of = UnixTime::new(NOW).unwrap();
        let span = |days| Span { as_of: None, days };
        let run = |tip: ObjectId, head: ObjectId, days: u32| {
            let repository = repo.open().with_facts_kept_in(folder.path());
            let store = repository.store().unwrap();
            let known = (
                window(&repository, &store, tip, span(days)),
                change(&repository, &store, Lands { base: tip, head, as_of }),
            );
            let walk = walk::window(&repository, tip, span(days), &Clone::clone, &Quiet);
            let ahead = ahead(&repository, tip, head, as_of, &Clone::clone, &Quiet);
            repository.keep_facts().unwrap();
            let known = (known.0.map(|held| held.commits.len()), known.1.map(|brought| brought.commits.len()));
            (known, walk.map(|walk| walk.commits.len()), ahead.map(|ahead| ahead.commits.len()))
        };
        let told = |tip, head, days| {
            let (known, window, change) = run(tip, head, days);
            (known, (window.unwrap(), change.unwrap()))
        };
        let first = told(base, head, 30);
        assert_eq!(first.0, (None, None));
        assert!(first.1.0 > 0 && first.1.1 == 9, "{first:?}");
        assert_eq!(told(base, head, 30), ((Some(first.1.0), Some(9)), first.1));
        assert_eq!(told(base, head, 40).0, (None, Some(9)), "of other days");
        assert_eq!(told(base, line[195], 30).0, (Some(first.1.0), None), "another change");
        assert_eq!(told(old, head, 30).0, (None, None), "another tip");
        assert_eq!(told(base, head, 30).0, (None, None), "in whose place the other one is");
        assert_eq!(told(base, head, 30).0, (Some(first.1.0), Some(9)));

        // Of a clone that ends somewhere nothing is known; what is not there is missed as without.
        repo.file("shallow", format!("{}\n", line[0]));
        assert_eq!(told(base, head, 30).0, (None, None));
        repo.file("shallow", "");
        let missing = |error: RepoError, at: usize| {
            assert!(matches!(error, RepoError::Missing { id, .. } if id == line[at]), "{error}");
        };
        repo.remove(line[185]);
        let (known, window, change) = run(base, head, 30);
        assert_eq!((known, change.unwrap()), ((None, Some(9)), 9), "what a change brings does not rest on it");
        missing(window.unwrap_err(), 185);
        repo.remove(line[195]);
        let (known, _, change) = run(base, head, 30);
        assert_eq!(known, (None, None));
        missing(change.unwrap_err(), 195);
    }
}
