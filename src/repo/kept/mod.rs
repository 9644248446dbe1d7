//! Facts that are kept from one run to the next: what an object says, and what two of them make, never changes.
//!
//! A kept fact saves reading and nothing else: it is used only where every object that it rests on is there, so that a
//! repository which lacks one is told to lack it. What is kept does not depend on the policy: which paths are ignored
//! is asked anew in every run, and only what was never measured is measured then.
//!
//! One file a repository, so that a run finds all it needs with one read, and runs about different repositories
//! never meet. Records are found by the names of objects, or of questions about them.

mod file;
mod record;
mod witness;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::mem;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;

use foldhash::HashSet;
use rayon::prelude::*;

use crate::facts::ObjectId;
use crate::repo::beside;
use crate::repo::commit::Links;
use crate::repo::kept::file::File;
use crate::repo::kept::file::New;
use crate::repo::kept::witness::Witness;
use crate::repo::loose::Loose;
use crate::repo::shared::locked;
use crate::repo::tree::Listing;

pub(super) use record::{Difference, Differences, Print, joined, split};

/// Longer records are not kept, such as where a commit differs at 30,000 paths: that is rare, and one would push out thousands
/// of others.
const LONGEST: usize = 4 << 20;

/// What a record is about, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A commit's parents and time.
    Links,
    /// A commit's bytes.
    Commit,
    /// Where a commit differs from all its parents.
    Own,
    /// Where a merge differs from its first parent.
    Landing,
    /// The directories in a tree, and its attributes.
    Directory,
    /// What was concluded about a commit: its name is no object's.
    Conclusion,
}

/// What a record is found by.
pub(super) type Key = (Kind, ObjectId);

/// Whether all objects that a fact rests on are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AllThere {
    /// They were read in this run, or lie in packs that are still there.
    Known,
    /// Each has to be asked for.
    NotKnown,
}

/// So many objects are looked up at a time.
const AT_ONCE: usize = 1_024;

/// The kept facts of a repository, those that are learned in this run included. Where nothing is kept from one run to the
/// next, the run still remembers where commits differ: that is asked several times.
#[derive(Default)]
pub(super) struct Kept {
    store: Option<Store>,
    /// What is new, or known better.
    learned: Mutex<BTreeMap<Key, Learned>>,
}

/// What was learned. Where commits differ is asked again, several times, so that it stays as it is until it is written.
enum Learned {
    Record(Vec<u8>),
    Differences(Arc<Differences>),
}

struct Store {
    path: PathBuf,
    /// Read while other work is done, or when it is first asked for.
    old: Arc<OnceLock<File>>,
    /// The packs at the beginning of the run.
    witness: Witness,
    is_confirmed: OnceLock<bool>,
    object_dirs: Vec<PathBuf>,
}

impl Kept {
    /// What is kept in a folder for the repository at a place. Whatever cannot be read is not there.
    pub(super) fn read(folder: &Path, repository: &Path, object_dirs: &[PathBuf]) -> Self {
        let path = file::path(folder, repository);
        let old: Arc<OnceLock<File>> = Arc::default();
        let (begun, begun_path) = (Arc::clone(&old), path.clone());
        beside(move || {
            begun.get_or_init(|| File::read(&begun_path));
        });
        let witness = Witness::of(object_dirs);
        let object_dirs = object_dirs.to_vec();
        let store = Store { path, old, witness, is_confirmed: OnceLock::new(), object_dirs };
        Self { store: Some(store), learned: Mutex::default() }
    }

    /// A commit's parents and time, if it is there: `has` says whether an object is.
    pub(super) fn links(&self, id: ObjectId, has: impl Fn(ObjectId) -> bool) -> Option<Links> {
        self.read_record((Kind::Links, id), |bytes, there| record::links(bytes).filter(|_| there.or(|| has(id))))
    }

    pub(super) fn learn_links(&self, id: ObjectId, links: &Links) {
        self.learn((Kind::Links, id), || record::of_links(links));
    }

    /// The bytes of a commit that is there.
    pub(super) fn commit(&self, id: ObjectId) -> Option<Box<[u8]>> {
        self.read_record((Kind::Commit, id), |bytes, _| Some(bytes.into()))
    }

    pub(super) fn learn_commit(&self, id: ObjectId, bytes: &[u8]) {
        self.learn((Kind::Commit, id), || Some(bytes.to_vec()));
    }

    /// Where a commit differs from others, and whether all objects that this rests on are there.
    pub(super) fn differences(&self, kind: Kind, id: ObjectId) -> Option<(Arc<Differences>, AllThere)> {
        if let Some(Learned::Differences(learned)) = self.learned().get(&(kind, id)) {
            return Some((Arc::clone(learned), AllThere::Known));
        }
        self.read_record((kind, id), |bytes, there| Some((Arc::new(record::differences(bytes)?), there)))
    }

    /// Takes note of differences, instead of what was known of them.
    pub(super) fn learn_differences(&self, kind: Kind, id: ObjectId, known: &Arc<Differences>) {
        if record::length_about(known) <= LONGEST {
            self.learned().insert((kind, id), Learned::Differences(Arc::clone(known)));
        }
    }

    /// What lies in a tree, if it is there.
    pub(super) fn listing(&self, id: ObjectId, has: impl Fn(ObjectId) -> bool) -> Option<Listing> {
        let key = (Kind::Directory, id);
        self.read_record(key, |bytes, there| record::listing(bytes).filter(|_| there.or(|| has(id))))
    }

    pub(super) fn learn_listing(&self, id: ObjectId, listing: &Listing) {
        self.learn((Kind::Directory, id), || record::of_listing(listing));
    }

    /// A conclusion by its name, if all that it rests on is there.
    pub(super) fn conclusion<T>(
        &self,
        name: ObjectId,
        has: impl Fn(ObjectId) -> bool,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        self.read_record((Kind::Conclusion, name), |bytes, there| {
            let (rests_on, content) = record::conclusion(bytes)?;
            // Read first: what is no answer to the question need not be proven.
            let found = read(content)?;
            there.or(|| rests_on.into_iter().all(&has)).then_some(found)
        })
    }

    pub(super) fn learn_conclusion(&self, name: ObjectId, rests_on: &[ObjectId], content: Option<Vec<u8>>) {
        self.learn((Kind::Conclusion, name), || record::of_conclusion(rests_on, &content?));
    }

    /// Takes note of a conclusion, in the place of the one that had its name.
    pub(super) fn replace_conclusion(&self, name: ObjectId, rests_on: &[ObjectId], content: Option<Vec<u8>>) {
        self.put((Kind::Conclusion, name), content.and_then(|content| record::of_conclusion(rests_on, &content)));
    }

    /// Whether anything is kept at all.
    pub(super) const fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Whether there is something to be written: what was learned, or proof of what was used without.
    pub(super) fn has_news(&self) -> bool {
        self.store
            .as_ref()
            .is_some_and(|store| !self.learned().is_empty() || store.old().was_used_unproven(store.is_confirmed()))
    }

    /// Writes what was learned together with what was there. `lacking` says which of some objects, sorted, are not there.
    pub(super) fn write(&self, lacking: impl Fn(&[ObjectId]) -> Vec<ObjectId> + Sync) -> io::Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        // Nobody waits for what is locked while all threads work on it.
        let known = mem::take(&mut *self.learned());
        let written = store.write(&known, lacking);
        self.learned().extend(known);
        written
    }

    fn read_record<T>(&self, key: Key, read: impl Fn(&[u8], AllThere) -> Option<T>) -> Option<T> {
        if let Some(Learned::Record(learned)) = self.learned().get(&key) {
            return read(learned, AllThere::Known);
        }
        let store = self.store.as_ref()?;
        let (content, is_packed) = store.old().get(key)?;
        read(content, if is_packed && store.is_confirmed() { AllThere::Known } else { AllThere::NotKnown })
    }

    /// Takes note of something, unless it is known.
    fn learn(&self, key: Key, record: impl FnOnce() -> Option<Vec<u8>>) {
        if let Some(store) = &self.store
            && store.old().get(key).is_none()
        {
            self.put(key, record());
        }
    }

    fn learned(&self) -> MutexGuard<'_, BTreeMap<Key, Learned>> {
        locked(&self.learned)
    }

    fn put(&self, key: Key, record: Option<Vec<u8>>) {
        if let Some(record) = record.filter(|record| record.len() <= LONGEST) {
            self.learned().insert(key, Learned::Record(record));
        }
    }
}

impl Learned {
    /// As it is written; `None` where that is too long.
    fn record(&self) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Record(record) => Some(record.into()),
            Self::Differences(known) => {
                record::of_differences(known).filter(|record| record.len() <= LONGEST).map(Cow::Owned)
            }
        }
    }
}

impl AllThere {
    /// Whether they are, by asking where that is not known.
    pub(super) fn or(self, ask: impl FnOnce() -> bool) -> bool {
        self == Self::Known || ask()
    }
}

/// All objects that a record is about.
fn objects(key: Key, content: &[u8]) -> impl Iterator<Item = ObjectId> {
    let own = (key.0 != Kind::Conclusion).then_some(key.1);
    own.into_iter().chain(record::rests_on(key, content))
}

impl Store {
    /// Writes what was learned together with what was there.
    fn write(
        &self,
        known: &BTreeMap<Key, Learned>,
        lacking: impl Fn(&[ObjectId]) -> Vec<ObjectId> + Sync,
    ) -> io::Result<()> {
        let is_confirmed = self.is_confirmed();
        let written = known.par_iter().filter_map(|(key, learned)| Some((*key, learned.record()?)));
        let learned: BTreeMap<Key, Cow<'_, [u8]>> = written.collect();
        // A pack that came during the run may hold what was read in it.
        let is_steady = Witness::of(&self.object_dirs) == self.witness;
        // Not all of a record was asked for in this run: paths may have been ignored.
        let unpacked = if is_steady {
            let used = self.old().used_unproven(is_confirmed);
            let all: Vec<(Key, &[u8])> = learned.iter().map(|(key, content)| (*key, &**content)).chain(used).collect();
            self.unpacked(&all, lacking)
        } else {
            HashSet::default()
        };
        let is_packed = |key: Key, content: &[u8]| {
            is_steady && (unpacked.is_empty() || objects(key, content).all(|id| !unpacked.contains(&id)))
        };
        let new = New { learned: &learned, witness: &self.witness, is_confirmed, is_packed: &is_packed };
        file::write(&self.path, self.old(), &new)
    }

    /// Of the objects that some records are about those that lie in no pack. Each is asked for once, and in their order: so
    /// neighbours in an index are looked up one after the other.
    fn unpacked(
        &self,
        records: &[(Key, &[u8])],
        lacking: impl Fn(&[ObjectId]) -> Vec<ObjectId> + Sync,
    ) -> HashSet<ObjectId> {
        let mut all: Vec<ObjectId> =
            records.par_iter().flat_map_iter(|(key, content)| objects(*key, content)).collect();
        all.par_sort_unstable();
        all.dedup();
        let found = all.par_chunks(AT_ONCE).flat_map_iter(|some| {
            let loose = Loose::new(self.object_dirs.clone());
            let listed: Vec<ObjectId> = some.iter().copied().filter(|id| loose.is_listed(*id)).collect();
            listed.into_iter().chain(lacking(some))
        });
        found.collect::<Vec<_>>().into_iter().collect()
    }

    fn old(&self) -> &File {
        self.old.get_or_init(|| File::read(&self.path))
    }

    /// Whether all packs are there of which the old file knows.
    fn is_confirmed(&self) -> bool {
        *self.is_confirmed.get_or_init(|| self.witness.confirms(&self.old().witness))
    }
}

impl Kind {
    const ALL: [Self; 6] = [Self::Links, Self::Commit, Self::Own, Self::Landing, Self::Directory, Self::Conclusion];

    /// One byte for the file.
    const fn code(self) -> u8 {
        match self {
            Self::Links => 1,
            Self::Commit => 2,
            Self::Own => 3,
            Self::Landing => 4,
            Self::Directory => 5,
            Self::Conclusion => 6,
        }
    }

    fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kept").field(&self.store.as_ref().map(|store| &store.path)).finish()
    }
}
