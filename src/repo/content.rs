//! The texts on both sides of what commits changed, and how a file stood a while before.

use std::sync::Arc;

use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::Conclusion;
use crate::repo::IsIgnored;
use crate::repo::ObjectStore;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::Walk;
use crate::repo::changes::Reader;
use crate::repo::changes::Readers;
use crate::repo::conclusion::NO_COMMIT;
use crate::repo::differences::Against;
use crate::repo::graph::Graph;
use crate::repo::held;
use crate::repo::lines::Middle;
use crate::repo::mainline;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::compare;

/// A changed path and its texts; what is absent or no text is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// Where.
    pub path: RepoPath,
    /// The text before.
    pub old: Arc<Vec<u8>>,
    /// The text after.
    pub new: Arc<Vec<u8>>,
    /// The file before; `None` where there is no file, or only its mode changed.
    pub old_file: Option<ObjectId>,
    /// The file after, likewise.
    pub new_file: Option<ObjectId>,
    /// What became of the path.
    pub fate: Fate,
}

impl Sides {
    /// Both texts without the whole lines that both begin with, and those that both end with.
    #[must_use]
    pub fn middles(&self) -> (&[u8], &[u8]) {
        let Middle { old, new, .. } = Middle::of(&self.old, &self.new);
        (old, new)
    }
}

/// How a path stood a while before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// There was no text.
    Nothing,
    /// The very text that is asked about.
    Same,
    /// Another one.
    Text(Arc<Vec<u8>>),
}

/// A changed path and its files; what is absent or no file is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files<'c> {
    /// Where.
    pub path: &'c RepoPath,
    /// The file before.
    pub old: Option<ObjectId>,
    /// The file after.
    pub new: Option<ObjectId>,
    /// What became of the path.
    pub fate: Fate,
}

/// What became of a changed path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was not there before.
    Created,
    /// It is there on both sides.
    Edited,
    /// It is not there any more.
    Deleted,
}

/// What one commit changed: an ordinary one against its parent, of a merge the paths that differ from all parents,
/// against the first.
pub struct Content<'r> {
    reader: &'r Reader<'r, ObjectStore>,
    /// The commit whose difference it is.
    commit: ObjectId,
    deltas: Vec<Delta>,
}

impl Content<'_> {
    /// The changed paths that are not ignored, in their order, one at a time: a commit may be large.
    pub fn sides(&self) -> impl Iterator<Item = Result<Sides, RepoError>> {
        self.deltas.iter().map(|delta| sides(self.reader, delta))
    }

    /// What some work concludes from this content now, or concluded in an earlier run.
    ///
    /// `decided_by` is all that decides beside the commit and which of its paths are ignored, in bytes: rules, other commits.
    /// The work may read by this content only, and must not depend on anything else that can change.
    ///
    /// # Errors
    /// Those of the work.
    pub fn concluded<C: Conclusion>(
        &self,
        decided_by: &[&[u8]],
        work: impl FnOnce() -> Result<C, RepoError>,
    ) -> Result<C, RepoError> {
        self.reader.concluded(self.commit, &self.deltas, decided_by, work)
    }

    /// The changed paths that are not ignored, in their order.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.deltas.iter().map(|delta| &delta.path)
    }

    /// The changed paths that are not ignored, in their order, with the files on both sides, not read yet.
    pub fn files(&self) -> impl Iterator<Item = Files<'_>> {
        self.deltas.iter().map(|delta| {
            let old = delta.first_old();
            Files { path: &delta.path, old: file_of(old), new: file_of(delta.new), fate: fate(old, delta.new) }
        })
    }

    /// The bytes of a file; `None` where there are more than the limit.
    ///
    /// # Errors
    /// It is absent or damaged.
    pub fn file(&self, id: ObjectId, limit: u64) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.reader.objects.blob_up_to(id, limit)
    }

    /// Notes that a conclusion rests on a file although the file was not read.
    pub fn rests_on(&self, id: ObjectId) {
        self.reader.objects.note(id);
    }

    /// The text that a path had in the tree of a commit, unless it is that of the file which was read.
    ///
    /// # Errors
    /// An object that decides is absent or damaged.
    pub fn text_at(&self, commit: ObjectId, path: &RepoPath, read: Option<ObjectId>) -> Result<Earlier, RepoError> {
        let there = self.reader.entry_at(commit, path)?;
        let Some(entry) = there.filter(|entry| entry.mode.is_file()) else { return Ok(Earlier::Nothing) };
        if read == Some(entry.id) {
            return Ok(Earlier::Same);
        }
        Ok(self.reader.text(Some(entry))?.map_or(Earlier::Nothing, Earlier::Text))
    }
}

impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").field("paths", &self.deltas.len()).finish_non_exhaustive()
    }
}

/// Does something with the content of each of some commits, in their order.
///
/// # Errors
/// The first error of `work`, or an object that is absent, damaged, or beyond a limit.
pub fn each<T: Send>(
    repository: &Repository,
    commits: &[&CommitFact],
    ignored: &IsIgnored<'_>,
    work: impl Fn(&CommitFact, &Content<'_>) -> Result<T, RepoError> + Sync,
) -> Result<Vec<T>, RepoError> {
    against(repository, commits, Against::All, ignored, work)
}

/// As [`each`], for commits of the mainline: with all that each of them landed, that is, where it differs from its first parent.
///
/// # Errors
/// As [`each`].
pub fn landed<T: Send>(
    repository: &Repository,
    commits: &[&CommitFact],
    ignored: &IsIgnored<'_>,
    work: impl Fn(&CommitFact, &Content<'_>) -> Result<T, RepoError> + Sync,
) -> Result<Vec<T>, RepoError> {
    against(repository, commits, Against::First, ignored, work)
}

fn against<T: Send>(
    repository: &Repository,
    commits: &[&CommitFact],
    against: Against,
    ignored: &IsIgnored<'_>,
    work: impl Fn(&CommitFact, &Content<'_>) -> Result<T, RepoError> + Sync,
) -> Result<Vec<T>, RepoError> {
    let readers = Readers::new(repository, commits.iter().copied());
    let done = readers.each(commits, |reader, fact| {
        let found = reader.differences(fact, against)?;
        found.keep(reader.kept);
        let mut deltas = found.deltas();
        keep(&mut deltas, ignored)?;
        work(fact, &Content { reader, commit: fact.id, deltas })
    })?;
    done.into_iter().collect()
}

/// The paths at which the trees of two commits differ.
///
/// # Errors
/// As [`each`].
pub fn paths_between(
    repository: &Repository,
    old: ObjectId,
    new: ObjectId,
    ignored: &IsIgnored<'_>,
) -> Result<Vec<RepoPath>, RepoError> {
    let deltas = deltas_between(&Readers::of(repository), old, new, ignored)?;
    Ok(deltas.into_iter().map(|delta| delta.path).collect())
}

/// Finds something in both sides of each path at which the trees of two commits differ, in the order of the paths. The bytes are
/// those of files as they are, binary ones too; of what is no file there are none.
///
/// `decided_by` names all that decides beside the path and its two sides. Where a run found nothing, no later one reads.
///
/// # Errors
/// As [`each`].
pub fn between<T: Send>(
    repository: &Repository,
    old: ObjectId,
    new: ObjectId,
    ignored: &IsIgnored<'_>,
    decided_by: &[u8],
    find: impl Fn(Sides) -> Option<T> + Sync,
) -> Result<Vec<T>, RepoError> {
    let readers = Readers::of(repository);
    let deltas = deltas_between(&readers, old, new, ignored)?;
    let found = readers.each(&deltas, |reader, delta| {
        let modes: Vec<u8> = delta.old.iter().chain([&delta.new]).map(mode_code).collect();
        let found = || bytes(reader, delta).map(|sides| Found(find(sides)));
        reader.concluded(NO_COMMIT, std::slice::from_ref(delta), &[decided_by, &modes], found)
    })?;
    found.into_iter().filter_map(|found| found.map(|Found(found)| found).transpose()).collect()
}

/// What was found in both sides of a path. It is kept that there was nothing; what there was is found again.
struct Found<T>(Option<T>);

impl<T> Conclusion for Found<T> {
    const WHAT: &'static str = "nothing in both sides";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        self.0.is_none().then(Vec::new)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.is_empty().then_some(Self(None))
    }
}

fn deltas_between(
    readers: &Readers<'_>,
    old: ObjectId,
    new: ObjectId,
    ignored: &IsIgnored<'_>,
) -> Result<Vec<Delta>, RepoError> {
    readers.with(|reader| {
        let mut deltas = compare(reader.objects, Some(reader.tree_of(new)?), &[Some(reader.tree_of(old)?)])?;
        keep(&mut deltas, ignored)?;
        Ok(deltas)
    })?
}

/// Which mainline commit stood at any time in a window, and in a number of days before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// Landing time and commit, oldest first.
    landed: Vec<(UnixTime, ObjectId)>,
}

impl Past {
    /// Reads the mainline of a window's judged commit, back to this many days before the window's end.
    ///
    /// # Errors
    /// History cannot be read as far back.
    pub fn of(repository: &Repository, walk: &Walk, days: u32) -> Result<Self, RepoError> {
        let Some(tip) = walk.tip else { return Ok(Self::default()) };
        let store = repository.store()?;
        let span = Span { as_of: Some(walk.as_of), days };
        if let Some(landed) = held::past(repository, &store, tip, span) {
            return Ok(Self { landed });
        }
        let mut graph = Graph::new(&store, repository, &Quiet);
        let line = mainline::scan(&mut graph, tip, span)?;
        let before = line.boundary.map(|ix| (line.start, graph.id(ix)));
        let landed = line.window.iter().map(|landed| (landed.time, graph.id(landed.ix)));
        let landed: Vec<_> = before.into_iter().chain(landed).collect();
        held::learn_past(repository, &graph, tip, span, &landed);
        Ok(Self { landed })
    }

    /// The mainline commit that stood at a time; `None` before the first.
    #[must_use]
    pub fn at(&self, time: UnixTime) -> Option<ObjectId> {
        let later = self.landed.partition_point(|(landed, _)| *landed <= time);
        later.checked_sub(1).and_then(|place| self.landed.get(place)).map(|(_, commit)| *commit)
    }
}

fn keep(deltas: &mut Vec<Delta>, ignored: &IsIgnored<'_>) -> Result<(), RepoError> {
    let mut kept = Vec::with_capacity(deltas.len());
    for delta in deltas.drain(..) {
        if !ignored(&delta.path)? {
            kept.push(delta);
        }
    }
    *deltas = kept;
    Ok(())
}

fn sides(reader: &Reader<'_, ObjectStore>, delta: &Delta) -> Result<Sides, RepoError> {
    both(delta, |entry| reader.text(entry))
}

fn bytes(reader: &Reader<'_, ObjectStore>, delta: &Delta) -> Result<Sides, RepoError> {
    both(delta, |entry| file_of(entry).map_or(Ok(None), |id| reader.objects.blob(id)))
}

const fn mode_code(entry: &Option<Entry>) -> u8 {
    match entry {
        Some(entry) => entry.mode.code(),
        None => 0,
    }
}

fn file_of(entry: Option<Entry>) -> Option<ObjectId> {
    entry.filter(|entry| entry.mode.is_file()).map(|entry| entry.id)
}

const fn fate(old: Option<Entry>, new: Option<Entry>) -> Fate {
    match (old, new) {
        (None, _) => Fate::Created,
        (Some(_), Some(_)) => Fate::Edited,
        (Some(_), None) => Fate::Deleted,
    }
}

fn both(
    delta: &Delta,
    text: impl Fn(Option<Entry>) -> Result<Option<Arc<Vec<u8>>>, RepoError>,
) -> Result<Sides, RepoError> {
    let old = delta.first_old();
    let fate = fate(old, delta.new);
    // A mode change alone.
    let is_same = old.map(|entry| entry.id) == delta.new.map(|entry| entry.id);
    let text = |entry| if is_same { Ok(None) } else { text(entry) };
    let file = |entry: Option<Entry>| if is_same { None } else { file_of(entry) };
    let (old_file, new_file) = (file(old), file(delta.new));
    let (old, new) = (text(old)?.unwrap_or_default(), text(delta.new)?.unwrap_or_default());
    Ok(Sides { path: delta.path.clone(), old, new, old_file, new_file, fate })
}

#[cfg(test)]
mod tests;
