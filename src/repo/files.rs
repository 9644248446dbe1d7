//! All files of a commit's tree or of the working tree, each read once, on all cores.
//!
//! What is done with them is a [`Visit`]: pure code of the caller's, called from several threads.

mod tree;
mod working;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::RepoError;

/// What is done with each file.
pub trait Visit: Sync {
    /// What a file comes to.
    type Found: Send;

    /// What is known of all files in one directory.
    type Folder;

    /// A directory that is looked into, by its object and its bytes, before anything in it is asked about. Called in no
    /// order, and not for the working tree.
    fn directory(&self, _id: ObjectId, _bytes: &[u8]) {}

    /// What is known of the files in a directory; the empty path is the root.
    ///
    /// # Errors
    /// What decides about them cannot be read.
    fn folder(&self, path: &[u8]) -> Result<Self::Folder, RepoError>;

    /// What a file in a directory comes to that need not be read; `None` to have it read.
    ///
    /// # Errors
    /// What decides about it cannot be read.
    fn at_sight(&self, folder: &Self::Folder, path: &RepoPath) -> Result<Option<Self::Found>, RepoError>;

    /// What a file comes to.
    fn read(&self, path: &RepoPath, content: Content<'_>) -> Self::Found;

    /// Of larger files only the size is read; in bytes.
    fn limit(&self) -> u64;
}

/// What stands under a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'c> {
    /// A file of these bytes.
    Bytes(&'c [u8]),
    /// A file of this many bytes, more than the visitor's limit.
    TooLarge(u64),
    /// A symbolic link; it is not followed.
    Symlink,
    /// A commit of another repository, or a repository within the working tree.
    Submodule,
    /// Of the working tree: something that is there and cannot be read, or is no file. Why.
    Unreadable(String),
}

/// What all files come to together. Each thread gathers what it finds, in no order.
pub trait Gather: Default + Send {
    /// What one file comes to.
    type Found;

    /// Takes what a file came to.
    fn add(&mut self, path: RepoPath, found: Self::Found);

    /// Takes what another thread gathered.
    fn join(&mut self, other: Self);

    /// All was taken: puts it in the order of paths.
    fn sort(&mut self);
}

/// Each path with what it came to, sorted by path.
pub type Visited<F> = Vec<(RepoPath, F)>;

impl<F: Send> Gather for Visited<F> {
    type Found = F;

    fn add(&mut self, path: RepoPath, found: F) {
        self.push((path, found));
    }

    fn join(&mut self, mut other: Self) {
        self.append(&mut other);
    }

    fn sort(&mut self) {
        self.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
}

/// Whether a path is a folder's, or lies below it; the empty folder is the root.
fn is_below(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}
