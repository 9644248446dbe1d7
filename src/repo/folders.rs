//! What is concluded from the files of a commit's tree, directory by directory: most directories are the same for years.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Conclusion;
use crate::repo::ObjectKind;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Reader;
use crate::repo::changes::Readers;
use crate::repo::kept;
use crate::repo::tree;
use crate::repo::tree::Delta;
use crate::repo::tree::Limits;
use crate::repo::tree::Mode;
use crate::repo::tree::Old;

/// So many are read before it is asked whether the tree is too large, so that one without an end does not fill the memory.
const AT_ONCE: usize = 4_096;

/// The files that lie in one directory itself.
pub struct Folder<'r> {
    reader: &'r Reader<'r, ObjectStore>,
    files: &'r [Delta],
}

impl Folder<'_> {
    /// The files, in their order: paths and blobs.
    pub fn files(&self) -> impl Iterator<Item = (&RepoPath, ObjectId)> {
        self.files.iter().filter_map(|file| Some((&file.path, file.new?.id)))
    }

    /// The bytes of a file; `None` where there are more than the limit.
    ///
    /// # Errors
    /// It is absent or damaged.
    pub fn bytes(&self, id: ObjectId, limit: u64) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.reader.objects.blob_up_to(id, limit)
    }

    /// Notes that a conclusion rests on a file although the file was not read.
    pub fn rests_on(&self, id: ObjectId) {
        self.reader.objects.note(id);
    }
}

impl std::fmt::Debug for Folder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Folder").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// What some work concludes from all files of a commit's tree that are not ignored. What an earlier run concluded, about the
/// whole tree or about a directory, is used again.
///
/// `whole` is all that decides beside the tree, which of its paths are ignored included, in bytes; `one` the same without
/// that. The work may read by the directory at hand only.
///
/// # Errors
/// A tree or a file is absent, damaged or malformed; the tree is beyond a limit; those of the work.
pub fn standing<C: Conclusion + Send + Default>(
    repository: &Repository,
    commit: ObjectId,
    ignored: &IsIgnored<'_>,
    (whole, one): (&[&[u8]], &[&[u8]]),
    progress: &dyn Progress,
    work: impl Fn(&Folder<'_>) -> Result<C, RepoError> + Sync,
    join: impl Fn(C, &C) -> C,
) -> Result<C, RepoError> {
    let readers = Readers::of(repository);
    let root = readers.with(|reader| reader.tree_of(commit))??;
    // No reader is held meanwhile: what it has at hand is needed there.
    if let Ok(known) = readers.with(|reader| reader.concluded(root, &[], whole, || Err(NotKnown)))? {
        return Ok(known);
    }
    // What was absent is not looked for once more while it still is.
    if let Some(lacking) = readers.with(|reader| Absent::still(reader, root, whole))? {
        return Err(lacking);
    }
    let search = Search { readers: &readers, ignored, one, progress };
    let Searched { found, objects, absent } = search.all(root, &Limits::OURS, &work)?;
    let lacking = absent.told();
    let found = found.iter().fold(C::default(), &join);
    readers.with(|reader| {
        let note = |id: &ObjectId| reader.objects.note(*id);
        match lacking {
            None => reader.concluded(root, &[], whole, || {
                objects.iter().for_each(note);
                Ok(found)
            }),
            Some(lacking) => reader
                .concluded(root, &[], whole, || {
                    objects.iter().filter(|id| !absent.files.contains(id)).for_each(note);
                    Ok(absent)
                })
                .and_then(|_kept| Err(lacking)),
        }
    })?
}

/// Nothing was concluded by now.
struct NotKnown;

/// Files of a commit's tree that would have to be read, and are not there.
struct Absent {
    /// All that a partial clone left out; of an incomplete one the first.
    files: BTreeSet<ObjectId>,
    is_partial: bool,
}

impl Conclusion for Absent {
    const WHAT: &'static str = "files that are absent";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let files: Vec<ObjectId> = self.files.iter().copied().collect();
        Some([&[u8::from(self.is_partial)][..], &kept::joined(&files)].concat())
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (is_partial, files) = bytes.split_first()?;
        let files = kept::split(files)?.into_iter().collect();
        Some(Self { files, is_partial: *is_partial == 1 })
    }
}

impl Absent {
    /// What an earlier run was told, where none of the files has come since. Once one has, each run looks anew until none is
    /// absent.
    fn still(reader: &Reader<'_, ObjectStore>, root: ObjectId, whole: &[&[u8]]) -> Option<RepoError> {
        let known: Self = reader.concluded(root, &[], whole, || Err(NotKnown)).ok()?;
        let objects = reader.objects.objects();
        known.told().filter(|_| known.files.iter().all(|id| !objects.has(*id)))
    }

    fn told(&self) -> Option<RepoError> {
        let first = *self.files.first()?;
        Some(if self.is_partial {
            RepoError::PartialBlobs { first, count: self.files.len() }
        } else {
            RepoError::Missing { id: first, kind: ObjectKind::Blob }
        })
    }
}

struct Search<'s> {
    readers: &'s Readers<'s>,
    ignored: &'s IsIgnored<'s>,
    one: &'s [&'s [u8]],
    progress: &'s dyn Progress,
}

/// A directory's path, and its tree.
type Directory = (Box<[u8]>, ObjectId);

/// What one directory came to.
struct Read<C> {
    found: Option<C>,
    below: Vec<Directory>,
    entries: u64,
    bytes: u64,
    objects: Vec<ObjectId>,
    /// Files that a partial clone left out.
    absent: Vec<ObjectId>,
}

/// What a whole tree came to.
struct Searched<C> {
    found: Vec<C>,
    /// What was read or rests on.
    objects: Vec<ObjectId>,
    absent: Absent,
}

impl Search<'_> {
    /// What the directories came to. Level by level, the directories of a level on all cores.
    fn all<C: Conclusion + Send>(
        &self,
        root: ObjectId,
        limits: &Limits,
        work: &(impl Fn(&Folder<'_>) -> Result<C, RepoError> + Sync),
    ) -> Result<Searched<C>, RepoError> {
        let (mut found, mut objects) = (Vec::new(), Vec::new());
        let mut absent = Absent { is_partial: true, files: BTreeSet::new() };
        let mut level: Vec<Directory> = vec![(Box::default(), root)];
        let (mut entries, mut bytes, mut depth) = (0_u64, 0_u64, 0_usize);
        while !level.is_empty() {
            if depth >= limits.depth {
                return Err(RepoError::TreeTooDeep { id: root, limit: limits.depth });
            }
            depth = depth.saturating_add(1);
            let mut next = Vec::new();
            for slice in level.chunks(AT_ONCE) {
                for read in self.readers.each(slice, |reader, directory| self.one(reader, directory, &work))? {
                    let read = match read {
                        Err(RepoError::Missing { id, kind: ObjectKind::Blob }) => {
                            let absent = Absent { is_partial: false, files: BTreeSet::from([id]) };
                            return Ok(Searched { found, objects, absent });
                        }
                        read => read?,
                    };
                    let Read { found: one, below, entries: more, bytes: longer, objects: read, absent: without } = read;
                    entries = entries.saturating_add(more);
                    bytes = bytes.saturating_add(longer);
                    if entries > limits.entries || bytes > limits.bytes {
                        return Err(RepoError::TreeTooLarge { id: root, limit: limits.entries });
                    }
                    found.extend(one);
                    objects.extend(read);
                    next.extend(below);
                    absent.files.extend(without);
                }
                self.progress.tick(entries, 0, "reading files");
            }
            level = next;
        }
        Ok(Searched { found, objects, absent })
    }

    fn one<C: Conclusion>(
        &self,
        reader: &Reader<'_, ObjectStore>,
        (folder, id): &Directory,
        work: &impl Fn(&Folder<'_>) -> Result<C, RepoError>,
    ) -> Result<Read<C>, RepoError> {
        let tree = reader.objects.tree(*id)?;
        let (mut files, mut below) = (Vec::new(), Vec::new());
        let mut read =
            Read { found: None, below: Vec::new(), entries: 0, bytes: 0, objects: vec![*id], absent: Vec::new() };
        for found in tree::entries(&tree, id.format()) {
            let found = found.map_err(|reason| RepoError::MalformedTree { id: *id, reason })?;
            let path = if folder.is_empty() { found.name.to_vec() } else { [folder, &b"/"[..], found.name].concat() };
            read.entries = read.entries.saturating_add(1);
            read.bytes = read.bytes.saturating_add(u64::try_from(path.len()).unwrap_or(u64::MAX));
            match found.entry.mode {
                Mode::Tree => below.push((path.into(), found.entry.id)),
                Mode::File | Mode::Executable => {
                    let path = RepoPath::new(path);
                    if !(self.ignored)(&path)? {
                        read.objects.push(found.entry.id);
                        files.push(Delta { path, new: Some(found.entry), old: Old::new() });
                    }
                }
                Mode::Symlink | Mode::Submodule => {}
            }
        }
        read.below = below;
        if !files.is_empty() {
            let folder = Folder { reader, files: &files };
            match reader.concluded(*id, &files, self.one, || work(&folder)) {
                Ok(found) => read.found = Some(found),
                Err(RepoError::Partial { kind: ObjectKind::Blob, .. }) => {
                    let objects = reader.objects.objects();
                    read.absent = folder.files().map(|(_, id)| id).filter(|id| !objects.has(*id)).collect();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::Quiet;
    use crate::repo::testing::TestRepo;

    struct Nothing;

    impl Conclusion for Nothing {
        const WHAT: &'static str = "nothing";

        fn to_bytes(&self) -> Option<Vec<u8>> {
            None
        }

        fn from_bytes(_bytes: &[u8]) -> Option<Self> {
            None
        }
    }

    #[test]
    fn trees_without_an_end_are_refused() {
        let repo = TestRepo::new();
        let (bomb, deep) = repo.bomb_and_pit();
        let opened = repo.open();
        let readers = Readers::of(&opened);
        let search = Search { readers: &readers, ignored: &|_| Ok(false), one: &[], progress: &Quiet };
        let refused = |root, limits: &Limits| search.all(root, limits, &|_| Ok(Nothing)).map(drop).unwrap_err();
        let few = Limits { entries: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &few), RepoError::TreeTooLarge { id, .. } if id == bomb));
        let short = Limits { bytes: 2_000, ..Limits::OURS };
        assert!(matches!(refused(bomb, &short), RepoError::TreeTooLarge { .. }));
        let shallow = Limits { depth: 10, ..Limits::OURS };
        assert!(matches!(refused(deep, &shallow), RepoError::TreeTooDeep { id, .. } if id == deep));
    }
}
