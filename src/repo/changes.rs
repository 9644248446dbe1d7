//! What commits changed: paths, and lines in them.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Cached;
use crate::repo::Gist;
use crate::repo::ObjectKind;
use crate::repo::ObjectStore;
use crate::repo::Objects;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::begun::Begun;
use crate::repo::commit;
use crate::repo::gains::Gains;
use crate::repo::kept::Kept;
use crate::repo::tree::Delta;

/// Whether a path is left out of the measure, so that its blobs need not be read.
pub type IsIgnored<'i> = dyn Fn(&RepoPath) -> Result<bool, RepoError> + Sync + 'i;

/// What a commit changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// The paths, and how much of them.
    pub changes: Changes,
    /// Of a commit that is no merge: a cheap way to tell that it cannot undo or repeat another.
    pub gist: Gist,
}

/// So many commits are compared before their lines are counted: what is known of them is held meanwhile.
const AT_ONCE: usize = 4096;

/// What each of some commits changed, in their order: an ordinary commit against its parent, a root against nothing; a
/// merge only what is its own work.
///
/// Own work of a merge are the paths whose entry differs from that of every parent: in them, lines that no parent has
/// and lines that all parents have and the merge has not, as the columns of `git diff --cc` show them. A path without
/// such lines was put together from its parents' sides and is left out. So a merge without work of its own gives
/// [`Changes`] without paths.
///
/// Hand the commits in the order of history: neighbours share what is read.
///
/// # Errors
///
/// An object that decides is absent, damaged, or beyond a limit. Blobs that a partial clone left out are counted first, and
/// reported together.
pub fn changes(
    repository: &Repository,
    commits: &[&CommitFact],
    ignored: &IsIgnored<'_>,
    progress: &dyn Progress,
) -> Result<Vec<Compared>, RepoError> {
    let readers = Readers::new(repository, commits.iter().copied());
    let done = AtomicU64::new(0);
    let total = u64::try_from(commits.len()).unwrap_or(u64::MAX);
    let mut read = Vec::with_capacity(commits.len());
    // Asked of what merges landed, and of nothing else.
    let gains = commits.iter().any(|commit| commit.is_merge()).then_some(&*repository.gains);
    for commits in commits.chunks(AT_ONCE) {
        let mut begun = readers.each(commits, |reader, commit| {
            let begun = reader.begin(commit, ignored);
            progress.tick(done.fetch_add(1, Ordering::Relaxed).saturating_add(1), total, "comparing commits");
            begun
        })?;
        measure(&readers, &mut begun, progress)?;
        read.par_extend(begun.into_par_iter().map(|begun| begun?.finish(&repository.kept, gains)));
    }
    all_or_first_error(read.into_iter())
}

/// Measures what is not known yet of some commits.
///
/// By path, the newest first: the versions of a file stand on one another in a pack, the old ones on the new, and what is new to
/// one commit is old to the next. So nearly every file is unpacked and checked once.
fn measure(
    readers: &Readers<'_>,
    begun: &mut [Result<Begun<'_>, Failure>],
    progress: &dyn Progress,
) -> Result<(), RepoError> {
    let mut asked = Vec::new();
    for (commit, begun) in begun.iter().enumerate() {
        let Ok(begun) = begun else { continue };
        let is_merge = begun.is_merge();
        let unknown = begun.unknown.iter();
        asked.extend(unknown.filter_map(|at| Some(Asked { delta: begun.delta(*at)?, is_merge, commit, at: *at })));
    }
    asked.par_sort_unstable_by(|a, b| {
        a.delta.path.cmp(&b.delta.path).then(b.commit.cmp(&a.commit)).then(a.at.cmp(&b.at))
    });
    let done = AtomicU64::new(0);
    let total = u64::try_from(asked.len()).unwrap_or(u64::MAX);
    let measured = readers.each(&asked, |reader, asked| {
        let measured = reader.measure(asked.delta, asked.is_merge);
        progress.tick(done.fetch_add(1, Ordering::Relaxed).saturating_add(1), total, "counting lines");
        (asked.commit, asked.at, measured)
    })?;
    for (commit, at, measured) in measured {
        if let Some(Ok(begun)) = begun.get_mut(commit) {
            begun.learn(at, measured);
        }
    }
    Ok(())
}

/// A path of a commit that is to be measured.
struct Asked<'b> {
    delta: &'b Delta,
    is_merge: bool,
    /// The commit's place among the others; later ones are newer.
    commit: usize,
    /// The path's place in the commit.
    at: usize,
}

/// As [`changes`], where what some of the commits changed is known already.
///
/// # Errors
/// As [`changes`], of the commits that are not known.
pub fn changes_beside(
    mut known: HashMap<ObjectId, Compared>,
    repository: &Repository,
    commits: &[&CommitFact],
    ignored: &IsIgnored<'_>,
    progress: &dyn Progress,
) -> Result<Vec<Compared>, RepoError> {
    let others: Vec<&CommitFact> = commits.iter().copied().filter(|commit| !known.contains_key(&commit.id)).collect();
    let mut found = changes(repository, &others, ignored, progress)?.into_iter();
    Ok(commits.iter().filter_map(|commit| known.remove(&commit.id).or_else(|| found.next())).collect())
}

/// One reader a thread, with its own store and its own cache.
pub(super) struct Readers<'r> {
    repository: &'r Repository,
    /// Trees of the commits that are known; those of others are read.
    trees: HashMap<ObjectId, ObjectId>,
}

impl<'r> Readers<'r> {
    /// Readers that know of no commit which tree it has.
    pub(super) fn of(repository: &'r Repository) -> Self {
        Self { repository, trees: HashMap::new() }
    }

    pub(super) fn new<'c>(repository: &'r Repository, known: impl Iterator<Item = &'c CommitFact>) -> Self {
        let trees = known.map(|commit| (commit.id, commit.tree)).collect();
        Self { repository, trees }
    }

    /// Does some work with a reader that nobody else uses meanwhile.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Reader<'_, ObjectStore>) -> T) -> Result<T, RepoError> {
        let Repository { kept, gains, idle, watch, .. } = self.repository;
        let make = || Ok(Cached::new(self.repository.store()?).watched_by(watch.clone()));
        idle.with(make, |objects| {
            objects.forget_asked();
            work(&Reader { objects, trees: &self.trees, kept, gains })
        })
    }

    /// Does something with each of some things, in their order; neighbours share what is read.
    pub(super) fn each<U: Sync, T: Send>(
        &self,
        things: &[U],
        work: impl Fn(&Reader<'_, ObjectStore>, &U) -> T + Sync,
    ) -> Result<Vec<T>, RepoError> {
        // A thread that has nothing to do takes the later half of what another has before it, down to a single thing: neighbours
        // stay together, and nobody waits for a few large ones.
        let done = things.par_iter().with_max_len(1).map(|thing| self.with(|reader| work(reader, thing)));
        // Errors are looked for afterwards: so each result is written to its place, and not to a list of its own.
        done.collect::<Vec<_>>().into_iter().collect()
    }
}

/// Compares commits with their parents.
pub(super) struct Reader<'r, O> {
    pub(super) objects: &'r Cached<O>,
    pub(super) trees: &'r HashMap<ObjectId, ObjectId>,
    pub(super) kept: &'r Kept,
    pub(super) gains: &'r Gains,
}

/// Why the changes of a commit are not known.
#[derive(Debug)]
pub(super) enum Failure {
    /// These blobs were left out of a partial clone.
    Blobs(BTreeSet<ObjectId>),
    /// Something else.
    Other(RepoError),
}

impl From<RepoError> for Failure {
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::Partial { id, kind: ObjectKind::Blob } => Self::Blobs(BTreeSet::from([id])),
            error => Self::Other(error),
        }
    }
}

/// All results in their order, or the first error of the first commit that has one; of absent blobs, all together.
pub(super) fn all_or_first_error<T>(read: impl Iterator<Item = Result<T, Failure>>) -> Result<Vec<T>, RepoError> {
    let mut good = Vec::new();
    let mut absent = BTreeSet::new();
    for result in read {
        match result {
            Ok(value) => good.push(value),
            Err(Failure::Blobs(blobs)) => absent.extend(blobs),
            Err(Failure::Other(error)) => return Err(error),
        }
    }
    match absent.first() {
        Some(first) => Err(RepoError::PartialBlobs { first: *first, count: absent.len() }),
        None => Ok(good),
    }
}

impl<O: Objects> Reader<'_, O> {
    /// The tree of a commit.
    pub(super) fn tree_of(&self, id: ObjectId) -> Result<ObjectId, RepoError> {
        match self.trees.get(&id) {
            Some(tree) => Ok(*tree),
            None => {
                self.objects.note(id);
                Ok(commit::tree_of(id.format(), &self.objects.objects().commit(id)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Lines;
    use crate::facts::PathChange;
    use crate::repo::memory::Memory;
    use crate::repo::memory::fact;
    use crate::repo::memory::number;

    type Files<'f> = &'f [(&'f str, &'f str)];

    /// What a commit with these parents' trees changed; paths with `ignored` in them are ignored.
    fn read(memory: Memory, parents: &[ObjectId], tree: ObjectId) -> Result<Changes, Failure> {
        let trees: HashMap<_, _> = (1..).map(number).zip(parents.iter().copied()).collect();
        let parents: Vec<u8> = (1..).take(parents.len()).collect();
        let objects = Cached::new(memory);
        let reader = Reader { objects: &objects, trees: &trees, kept: &Kept::default(), gains: &Gains::default() };
        reader
            .changes(&fact(0, tree, &parents, 0), &|path| Ok(path.to_text().expose().contains("ignored")))
            .map(|read| read.changes)
    }

    fn shown(parents: &[Files<'_>], new: Files<'_>) -> Vec<String> {
        let mut memory = Memory::default();
        let parents: Vec<_> = parents.iter().map(|files| memory.files(files)).collect();
        let tree = memory.files(new);
        let changes = read(memory, &parents, tree).unwrap();
        let show = |change: &PathChange| match change.lines {
            Lines::Text { added, removed } => format!("{} +{added} -{removed}", change.path.to_text().expose()),
            Lines::None => format!("{} none", change.path.to_text().expose()),
            Lines::Ignored => format!("{} ignored", change.path.to_text().expose()),
        };
        changes.paths.iter().map(show).collect()
    }

    #[test]
    fn ordinary_commits() {
        let table: [(&[Files<'_>], Files<'_>, &[&str]); 9] = [
            (&[], &[("a", "1\n2\n"), ("d/b", "1")], &["a +2 -0", "d/b +1 -0"]),
            (&[&[("a", "1\n")]], &[("a", "1\n")], &[]),
            (&[&[("a", "1\n2\n"), ("b", "x\n")]], &[("a", "1\n3\n4\n")], &["a +2 -1", "b +0 -1"]),
            (&[&[("a", "1\n")]], &[("x:a", "1\n")], &["a none"]),
            (&[&[("a", "1\n")]], &[("x:a", "2\n")], &["a +1 -1"]),
            (&[&[("a", "1\n\0")]], &[("a", "2\n")], &["a none"]),
            (&[&[("s:m", "1")]], &[("s:m", "2"), ("s:n", "1")], &["m none", "n none"]),
            (&[&[("l:a", "target")]], &[("a", "target\n")], &["a +1 -1"]),
            (&[&[("ignored", "1\n")]], &[("ignored", "2\n"), ("e", "")], &["e +0 -0", "ignored ignored"]),
        ];
        for (parents, new, expected) in table {
            assert_eq!(shown(parents, new), expected, "{parents:?} to {new:?}");
        }
    }

    #[test]
    fn a_merges_own_work() {
        let table: [(&[Files<'_>], Files<'_>, &[&str]); 13] = [
            // Whole sides, and a file put together from both.
            (&[&[("a", "1\n"), ("b", "1\n")], &[("a", "2\n"), ("b", "2\n")]], &[("a", "1\n"), ("b", "2\n")], &[]),
            (&[&[("a", "X\nm\ny\n")], &[("a", "x\nm\nY\n")]], &[("a", "X\nm\nY\n")], &[]),
            // A resolved conflict, an extra line, an extra file, a removed file.
            (&[&[("a", "1\n")], &[("a", "2\n")]], &[("a", "3\n")], &["a +1 -0"]),
            (&[&[("a", "X\nm\ny\n")], &[("a", "x\nm\nY\n")]], &[("a", "X\nm\nevil\nY\n")], &["a +1 -0"]),
            (&[&[("a", "1\n")], &[("a", "1\n")]], &[("a", "1\n"), ("b", "1\n")], &["b +1 -0"]),
            (&[&[("a", "1\n")], &[("a", "1\n")]], &[], &["a +0 -1"]),
            (&[&[("a", "1\n")], &[("a", "2\n")]], &[], &["a none"]),
            // One side has it no more.
            (&[&[("a", "1\n")], &[]], &[("a", "1\n2\n")], &["a +1 -0"]),
            // The mode of one side with the content of the other is nothing of its own; a mode of neither is.
            (&[&[("x:a", "1\n")], &[("a", "2\n")]], &[("x:a", "2\n")], &[]),
            (&[&[("a", "1\n")], &[("a", "2\n")]], &[("x:a", "2\n")], &["a none"]),
            (&[&[("a", "1\0")], &[("a", "2\0")]], &[("a", "3\0")], &["a none"]),
            (&[&[("s:m", "1")], &[("s:m", "2")]], &[("s:m", "3")], &["m none"]),
            (&[&[("ignored", "1")], &[("ignored", "2")]], &[("ignored", "3")], &["ignored ignored"]),
        ];
        for (parents, new, expected) in table {
            assert_eq!(shown(parents, new), expected, "{parents:?} to {new:?}");
        }
    }

    #[test]
    fn ignored_blobs_are_not_read_and_absent_ones_are_counted() {
        let mut memory = Memory::default();
        let old = memory.files(&[]);
        let new = memory.files(&[("a", "1"), ("b", "2"), ("ignored", "3"), ("s:module", "4")]);
        for content in [b"1", b"2", b"3"] {
            let blob = memory.put(ObjectKind::Blob, content);
            memory.remove(blob);
        }
        let failed = read(memory, &[old], new).unwrap_err();
        assert!(matches!(&failed, Failure::Blobs(blobs) if blobs.len() == 2), "{failed:?}");
        let error = all_or_first_error([Ok(()), Err(failed)].into_iter()).unwrap_err();
        assert!(matches!(error, RepoError::PartialBlobs { count: 2, .. }), "{error}");
    }

    #[test]
    fn an_absent_parent_is_an_error_and_not_a_root() {
        let mut memory = Memory::default();
        let tree = memory.files(&[("a", "1")]);
        let objects = Cached::new(memory);
        let reader =
            Reader { objects: &objects, trees: &HashMap::new(), kept: &Kept::default(), gains: &Gains::default() };
        let read = reader.changes(&fact(0, tree, &[1], 0), &|_| Ok(false));
        assert!(matches!(read, Err(Failure::Other(RepoError::Missing { kind: ObjectKind::Commit, .. }))), "{read:?}");
    }
}
