//! `.gitattributes`: which paths are generated or vendored, by the attributes that GitHub's linguist reads.

mod rules;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;

use bstr::ByteSlice as _;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::kept::Kept;
use crate::repo::shared::locked;
use crate::repo::tree;
use crate::repo::tree::Listing;
use crate::repo::tree::Mode;
use crate::repo::trusted::LARGEST;
use crate::repo::trusted::attributes::rules::Rules;

const FILE: &[u8] = b".gitattributes";

/// The attributes of a trusted tree, read directory by directory as they are asked for; may be asked from many threads.
pub struct Attributes {
    source: Source,
    directories: RwLock<HashMap<Box<[u8]>, Arc<Directory>>>,
    root: Arc<Directory>,
}

/// Where directories of the trusted tree come from.
struct Source {
    objects: Mutex<Box<dyn Objects + Send>>,
    kept: Arc<Kept>,
    /// Directories that somebody else has read.
    seen: Mutex<HashMap<ObjectId, Listing>>,
}

/// What is known of a directory of the trusted tree.
struct Directory {
    /// Sorted by name.
    below: Vec<(Box<[u8]>, ObjectId)>,
    rules: Arc<Rules>,
}

/// What the attributes of a trusted tree say of the files in one directory.
#[derive(Debug, Clone)]
pub struct FolderAttributes(Arc<Rules>);

impl Attributes {
    /// The attributes of a commit's tree.
    ///
    /// # Errors
    /// What is needed is absent or damaged.
    pub fn of(repository: &Repository, commit: ObjectId) -> Result<Self, RepoError> {
        let store = repository.store()?;
        let tree = commit::tree_of(commit.format(), &store.commit(commit)?);
        Self::new(Box::new(store), Arc::clone(&repository.kept), tree)
    }

    /// The attributes of a tree.
    ///
    /// # Errors
    /// What is needed is absent or damaged.
    fn new(objects: Box<dyn Objects + Send>, kept: Arc<Kept>, tree: ObjectId) -> Result<Self, RepoError> {
        let source = Source { objects: Mutex::new(objects), kept, seen: Mutex::default() };
        let root = Arc::new(source.read(tree, b"", &Arc::default())?);
        Ok(Self { source, directories: RwLock::default(), root })
    }

    /// Takes note of a directory that somebody else has read, of this tree or of another: it need not be read here, too.
    pub fn saw(&self, id: ObjectId, bytes: &[u8]) {
        // What is wrong with it is said where it is needed.
        if let Ok(listing) = list(id, bytes) {
            locked(&self.source.seen).insert(id, listing);
        }
    }

    /// Whether a path is generated or vendored: `Some(true)` when one of the attributes says so, `Some(false)` when one says
    /// that it is not, `None` when they say nothing.
    ///
    /// # Errors
    /// A directory of the trusted tree, or its `.gitattributes`, is absent, damaged or too large.
    pub fn ignored(&self, path: &RepoPath) -> Result<Option<bool>, RepoError> {
        Ok(self.folder(path.folder())?.ignored(path))
    }

    /// What holds for the files in a directory; the empty path is the root.
    ///
    /// # Errors
    /// As [`Self::ignored`].
    pub fn folder(&self, path: &[u8]) -> Result<FolderAttributes, RepoError> {
        Ok(FolderAttributes(Arc::clone(&self.directory(path)?.rules)))
    }

    fn directory(&self, path: &[u8]) -> Result<Arc<Directory>, RepoError> {
        let mut unknown = Vec::new();
        let mut prefix = path;
        let mut here = loop {
            if prefix.is_empty() {
                break Arc::clone(&self.root);
            }
            if let Some(known) = self.directories.read().unwrap_or_else(PoisonError::into_inner).get(prefix) {
                break Arc::clone(known);
            }
            unknown.push(prefix);
            prefix = folder_and_name(prefix).0;
        };
        for prefix in unknown.into_iter().rev() {
            let (_, name) = folder_and_name(prefix);
            // Of a name that a forged tree has twice the last.
            let behind = here.below.partition_point(|(other, _)| **other <= *name);
            let below = behind.checked_sub(1).and_then(|at| here.below.get(at));
            here = Arc::new(match below.filter(|(other, _)| **other == *name) {
                Some((_, tree)) => self.source.read(*tree, prefix, &here.rules)?,
                // Not in the trusted tree: what is above it holds.
                None => Directory { below: Vec::new(), rules: Arc::clone(&here.rules) },
            });
            let mut directories = self.directories.write().unwrap_or_else(PoisonError::into_inner);
            directories.insert(prefix.into(), Arc::clone(&here));
        }
        Ok(here)
    }
}

impl FolderAttributes {
    /// As [`Attributes::ignored`], of a file in the directory.
    #[must_use]
    pub fn ignored(&self, path: &RepoPath) -> Option<bool> {
        self.0.ask(path.as_bytes())
    }
}

impl Source {
    /// A directory of the trusted tree.
    fn read(&self, id: ObjectId, path: &[u8], above: &Arc<Rules>) -> Result<Directory, RepoError> {
        // Where it stands a second time it is read after all.
        let seen = locked(&self.seen).remove(&id);
        let objects = || locked(&self.objects);
        let mut listing = match seen.or_else(|| self.kept.listing(id, |id| objects().has(id))) {
            Some(listing) => listing,
            None => {
                let listing = list(id, &objects().tree(id)?)?;
                self.kept.learn_listing(id, &listing);
                listing
            }
        };
        let mut rules = Arc::clone(above);
        for id in listing.attributes {
            let objects = objects();
            let content = match objects.blob(id, LARGEST)? {
                Blob::Bytes(bytes) => bytes,
                Blob::TooLarge(size) => {
                    return Err(RepoError::ObjectTooLarge { id, kind: ObjectKind::Blob, size, limit: LARGEST });
                }
            };
            rules = Arc::new(above.with(&content, path));
        }
        listing.directories.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(Directory { below: listing.directories, rules })
    }
}

/// The directory that a path lies in, the root as the empty path; and its name there.
fn folder_and_name(path: &[u8]) -> (&[u8], &[u8]) {
    path.rsplit_once_str("/").unwrap_or((b"", path))
}

fn list(id: ObjectId, bytes: &[u8]) -> Result<Listing, RepoError> {
    let mut listing = Listing::default();
    for found in tree::entries(bytes, id.format()) {
        let found = found.map_err(|reason| RepoError::MalformedTree { id, reason })?;
        match found.entry.mode {
            Mode::Tree => listing.directories.push((found.name.into(), found.entry.id)),
            // git does not follow links to it either.
            Mode::File | Mode::Executable if found.name == FILE => listing.attributes.push(found.entry.id),
            _ => {}
        }
    }
    Ok(listing)
}

impl std::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attributes").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::memory::Memory;

    fn attributes(files: &[(&str, &str)]) -> Attributes {
        let mut memory = Memory::default();
        let tree = memory.files(files);
        Attributes::new(Box::new(memory), Arc::default(), tree).unwrap()
    }

    #[test]
    fn what_the_files_say() {
        let attributes = attributes(&[
            (
                ".gitattributes",
                "# comment\n\
                 [attr]made linguist-generated\n\
                 *.pb.go linguist-generated=true\n\
                 *.snap linguist-generated\n\
                 gen/** linguist-generated=false\n\
                 /top linguist-vendored\n\
                 *.min.js made\n\
                 odd linguist-generated=maybe\n\
                 both linguist-generated -linguist-vendored\n\
                 *.txt text\n\
                 [attr]outer made text\n\
                 *.gen outer\n\
                 *.val outer=true\n\
                 *.bad linguist-generated -in=valid!\n\
                 !*.not linguist-generated\n\
                 \"with blank\" linguist-vendored\n",
            ),
            ("kept/.gitattributes", "*.gen -made\n*.js -linguist-generated\n"),
            ("third/.gitattributes", "** linguist-vendored\nown/** -linguist-vendored\n"),
            ("third/deep/.gitattributes", "*.c !linguist-vendored\n[attr]late linguist-generated\n*.l late\n"),
            ("l:linked/.gitattributes", "elsewhere"),
            ("third/deep/x.c", ""),
        ]);
        for (path, expected) in [
            ("a.pb.go", Some(true)),
            ("x/y/a.pb.go", Some(true)),
            ("a.snap", Some(true)),
            ("gen/a.snap", Some(false)),
            ("gen/a", Some(false)),
            ("top", Some(true)),
            ("x/top", None),
            ("x.min.js", Some(true)),
            ("odd", Some(false)),
            ("both", Some(true)),
            ("a.txt", None),
            ("A.SNAP", None),
            ("third/a", Some(true)),
            ("third/own/a", Some(false)),
            ("third/deep/x.c", None),
            ("third/deep/x.d", Some(true)),
            ("third/deep/er/x.c", None),
            ("third/new/directory/x", Some(true)),
            ("thirdly/a", None),
            ("linked/a", None),
            ("nowhere/at/all", None),
            ("x.gen", Some(true)),
            ("kept/x.gen", None),
            ("kept/x.min.js", Some(false)),
            ("with blank", Some(true)),
            ("x.bad", Some(true)),
            ("x.val", None),
            ("x.not", None),
        ] {
            for _first_and_from_memory in 0..2 {
                let said = attributes.ignored(&RepoPath::new(path.as_bytes())).unwrap();
                assert_eq!(said, expected, "{path}");
            }
        }
    }

    #[test]
    fn what_was_seen_is_not_read_again() {
        let mut memory = Memory::default();
        let inner = memory.files(&[(".gitattributes", "*.c linguist-vendored"), ("a.c", "")]);
        let bytes = memory.tree(inner).unwrap().into_vec();
        let tree = memory.files(&[("d/.gitattributes", "*.c linguist-vendored"), ("d/a.c", "")]);
        memory.remove(inner);
        let attributes = Attributes::new(Box::new(memory), Arc::default(), tree).unwrap();
        let ask = || attributes.ignored(&RepoPath::new(&b"d/a.c"[..]));
        assert!(ask().is_err());
        attributes.saw(inner, b"40000");
        assert!(ask().is_err(), "what is malformed was not seen");
        attributes.saw(inner, &bytes);
        assert_eq!(ask().unwrap(), Some(true));
        assert_eq!(ask().unwrap(), Some(true));
    }

    #[test]
    fn threads_may_share_it() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&attributes(&[]));
    }

    #[test]
    fn an_absent_file_is_an_error_and_not_silence() {
        let mut memory = Memory::default();
        let tree = memory.files(&[("d/.gitattributes", "* linguist-vendored")]);
        let blob = memory.put(ObjectKind::Blob, b"* linguist-vendored");
        memory.remove(blob);
        let attributes = Attributes::new(Box::new(memory), Arc::default(), tree).unwrap();
        assert_eq!(attributes.ignored(&RepoPath::new(&b"a"[..])).unwrap(), None);
        assert!(attributes.ignored(&RepoPath::new(&b"d/a"[..])).is_err());
    }

    #[test]
    fn of_a_name_that_stands_twice_the_last_counts() {
        for (last, is_generated) in [("\n", None), ("* linguist-generated\n", Some(true))] {
            let mut memory = Memory::default();
            let mut folder = |text: &str| {
                let attributes = memory.put(ObjectKind::Blob, text.as_bytes());
                memory.put(ObjectKind::Tree, &[b"100644 .gitattributes\0".as_slice(), attributes.as_bytes()].concat())
            };
            let (one, last) = (folder("* linguist-generated\n"), folder(last));
            let entries = [("a", one), ("d", one), ("d", last), ("e", one)];
            let entry = |(name, id): (&str, ObjectId)| [format!("40000 {name}\0").as_bytes(), id.as_bytes()].concat();
            let tree = memory.put(ObjectKind::Tree, &entries.map(entry).concat());
            let attributes = Attributes::new(Box::new(memory), Arc::default(), tree).unwrap();
            assert_eq!(attributes.ignored(&RepoPath::new(*b"d/x")).unwrap(), is_generated);
            assert_eq!(attributes.ignored(&RepoPath::new(*b"e/x")).unwrap(), Some(true));
        }
    }
}
