//! The repository: bytes become facts.
//!
//! Everything that decides comes out of the object database, by full ids, and is checked against its own name; see
//! `objects.rs`. git's configuration of the user and the system, its environment, the working tree, the index, notes,
//! replace refs, grafts and commit-graphs are never read.

mod ahead;
mod begun;
mod beside;
pub mod births;
mod cached;
pub mod changes;
mod commit;
mod common;
mod conclusion;
pub mod content;
mod differences;
mod error;
mod file;
mod files;
pub mod folders;
mod gains;
mod gist;
mod graph;
mod held;
pub mod hollow;
mod kept;
mod lines;
mod loose;
mod mainline;
mod measure;
#[cfg(test)]
mod memory;
pub mod merge;
mod merge_lines;
mod message;
mod names;
mod object;
mod objects;
mod open;
pub mod origin;
mod pack;
mod paint;
pub mod proof;
mod recent;
mod refs;
mod resolve;
pub mod retrace;
mod shared;
mod tally;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trailers;
mod tree;
pub mod trusted;
pub mod walk;
mod watch;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::OnceLock;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;

pub use ahead::{Ahead, ahead, forks};
pub use beside::{beside, both, each};
use cached::Cached;
pub use changes::IsIgnored;
pub use conclusion::Conclusion;
pub use error::RepoError;
pub use file::Files;
pub use files::{Content, Gather, Visit, Visited};
use gains::Gains;
pub use gist::Gist;
use kept::Kept;
pub use mainline::{as_of, newest_at};
pub use message::parse as parse_message;
pub use object::ObjectKind;
use objects::{Blob, ObjectStore, Objects};
pub use resolve::NoParent;
use shared::Idle;
pub use walk::{Span, Walk};
pub use watch::Watch;

/// What to do about a repository that belongs to another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnerCheck {
    /// Refuse it, as git does.
    Enforce,
    /// Read it all the same.
    Accept,
}

/// Is told how far a long piece of work has come. It is called often, and by several threads at once.
pub trait Progress: Sync {
    /// `done` of `total` are done; a total of 0 means that it is not known yet.
    fn tick(&self, done: u64, total: u64, what: &'static str);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn tick(&self, _done: u64, _total: u64, _what: &'static str) {}
}

/// A repository whose layout is known: where its files lie, nothing read of its history yet.
///
/// May be shared between threads; each thread takes a store of its own.
#[derive(Debug, Clone)]
pub struct Repository {
    /// The working tree's root, or the repository itself where it is bare.
    root: PathBuf,
    /// Where HEAD lies: a linked worktree has one of its own.
    git_dir: PathBuf,
    /// Where everything else lies.
    common_dir: PathBuf,
    /// Object directories: our own first, then the alternates.
    object_dirs: Vec<PathBuf>,
    /// Opened when first needed.
    packs: Arc<OnceLock<Arc<pack::Packs>>>,
    /// Readers that are not in use: what one step of the work has read is at hand for the next.
    idle: Arc<Idle<Cached<ObjectStore>>>,
    /// What files are known to gain.
    gains: Arc<Gains>,
    /// Commits at which a shallow clone was cut; consulted only when one of their parents is absent.
    shallow: BTreeSet<ObjectId>,
    /// Whether objects may be absent by intent.
    is_partial: bool,
    /// How its objects are named.
    format: ObjectFormat,
    /// How its references are kept.
    references: refs::Storage,
    /// What would change history if it were followed.
    overrides: Overrides,
    /// What earlier runs found out, and this one.
    kept: Arc<Kept>,
    /// Who is shown what is read.
    watch: Option<Arc<dyn Watch>>,
}

/// Things in a repository that make git show another history than its commits tell. None is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overrides {
    /// References below `refs/replace/`.
    pub replace_refs: usize,
    /// Lines of `info/grafts`.
    pub grafts: usize,
}

impl Repository {
    /// Whether it has no working tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.root == self.git_dir
    }

    /// The working tree's root, or the repository's own directory where it is bare: to be printed, not to be read from.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Replace refs and grafts that git itself would follow.
    #[must_use]
    pub const fn overrides(&self) -> Overrides {
        self.overrides
    }

    /// The same repository, with what earlier runs kept about it in a folder, so that it need not be read again.
    ///
    /// A folder that cannot be read counts as empty. No report depends on what is kept.
    #[must_use]
    pub fn with_facts_kept_in(self, folder: &Path) -> Self {
        let kept = Arc::new(Kept::read(folder, &self.common_dir, &self.object_dirs));
        Self { kept, ..self }
    }

    /// The same repository, with a watcher that is shown what is read from now on.
    #[must_use]
    pub fn watched_by(self, watch: Arc<dyn Watch>) -> Self {
        Self { watch: Some(watch), idle: Arc::default(), ..self }
    }

    /// Writes what this run found out to the folder, for the next one.
    ///
    /// # Errors
    /// It cannot be written to; nothing depends on it.
    pub fn keep_facts(&self) -> io::Result<()> {
        if !self.kept.has_news() {
            return Ok(());
        }
        let readers = changes::Readers::of(self);
        self.kept.write(|some| {
            let lacking = readers.with(|reader| {
                let objects = reader.objects.objects();
                some.iter().copied().filter(|id| !objects.has(*id)).collect()
            });
            // Where nothing can be read, nothing is known to be there.
            lacking.unwrap_or_else(|_unreadable| some.to_vec())
        })
    }

    /// Whether a path lies in the repository, or in its working tree.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        // What does not exist yet lies where the nearest folder above it does.
        let real = path.ancestors().find_map(|path| fs::canonicalize(path).ok());
        let parts = [&self.root, &self.git_dir, &self.common_dir].map(fs::canonicalize);
        real.is_some_and(|real| parts.iter().flatten().any(|part| real.starts_with(part)))
    }

    /// Whether this is a shallow clone: its history was cut.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        !self.shallow.is_empty()
    }

    /// Whether an error says that a parent of a commit is absent because a shallow clone was cut at the commit. The list of
    /// cuts is believed only about what is indeed not there: a forged one hides nothing.
    fn is_cut_at(&self, child: ObjectId, parent: ObjectId, error: &RepoError) -> bool {
        error.lacks(parent) && self.shallow.contains(&child)
    }

    /// Whether this is a partial clone: objects may be absent by intent.
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.is_partial
    }
}
