//! References: kept in files, or in git's reftables.

mod files;
mod packed;
mod reftable;

use std::path::Path;

use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use reftable::Stack;

/// How many symbolic references may lead to one another; git's own limit.
const SYMBOLIC_DEPTH: usize = 5;

/// How a repository keeps its references.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// In files: one each, or packed together.
    Files,
    /// In tables, of which the later ones hold before the earlier.
    Reftable,
}

impl Storage {
    /// The one that `extensions.refStorage` names.
    pub(super) fn named(value: &[u8]) -> Option<Self> {
        // git compares the case, too; whoever writes another one means no other thing.
        [("files", Self::Files), ("reftable", Self::Reftable)]
            .into_iter()
            .find_map(|(name, storage)| value.eq_ignore_ascii_case(name.as_bytes()).then_some(storage))
    }
}

/// What a reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Object(ObjectId),
    /// The name of another reference.
    Symbolic(Vec<u8>),
}

/// Where a reference leads to in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Followed {
    /// To an object.
    Object(ObjectId),
    /// To a reference, named here, that does not exist.
    Nothing(String),
    /// Nowhere, and why.
    Broken(String),
}

/// Follows a reference by its full name, or HEAD.
pub(super) fn follow(repository: &Repository, name: &str) -> Result<Followed, RepoError> {
    let mut at = name.to_owned();
    for _depth in 0..=SYMBOLIC_DEPTH {
        match read(repository, &at)? {
            Ok(Some(Target::Object(id))) => return Ok(Followed::Object(id)),
            Ok(Some(Target::Symbolic(next))) => match String::from_utf8(next) {
                Ok(next) => at = next,
                Err(error) => return Ok(Followed::Broken(format!("it leads to `{}`", shown(error.as_bytes())))),
            },
            Ok(None) => return Ok(Followed::Nothing(at)),
            Err(reason) => return Ok(Followed::Broken(reason)),
        }
    }
    Ok(Followed::Broken("it leads from one symbolic reference to the next without end".to_owned()))
}

/// Fails where a reference that was not found may have stood: what is looked for by its name may stand where it is damaged.
pub(super) fn look_through(repository: &Repository) -> Result<(), RepoError> {
    match repository.references {
        Storage::Files => files::look_through(repository),
        Storage::Reftable => tables(repository, "refs/")?.look_through(),
    }
}

/// Whether a full name is one that a reference may have: it cannot lead out of the repository.
pub(super) fn is_valid(name: &str) -> bool {
    name.starts_with("refs/") && git2::Reference::is_valid_name(name)
}

/// How many references there are below a prefix that ends in a slash.
pub(super) fn below(repository: &Repository, prefix: &str) -> Result<usize, RepoError> {
    match repository.references {
        Storage::Files => files::below(repository, prefix),
        Storage::Reftable => Ok(tables(repository, prefix)?.below(prefix)?.len()),
    }
}

impl Repository {
    /// Whether a branch of a remote is known here. Its HEAD is none: it may lead to one that was never fetched.
    ///
    /// # Errors
    /// The references cannot be listed.
    pub fn knows_branches_of(&self, remote: &str) -> Result<bool, RepoError> {
        let prefix = format!("refs/remotes/{remote}/");
        // What is no name of a reference could lead out of the repository.
        if !is_valid(&format!("{prefix}x")) {
            return Ok(false);
        }
        match self.references {
            Storage::Files => files::has_branch(self, &prefix),
            Storage::Reftable => {
                let (mut tables, head) = (tables(self, &prefix)?, format!("{prefix}HEAD"));
                if tables.below(&prefix)?.iter().any(|name| name != head.as_bytes()) {
                    return Ok(true);
                }
                tables.look_through().map(|()| false)
            }
        }
    }
}

/// What a reference says; `None` when it does not exist. The inner error is a reason.
fn read(repository: &Repository, name: &str) -> Result<Result<Option<Target>, String>, RepoError> {
    if name != "HEAD" && !is_valid(name) {
        return Ok(Err(format!("`{}` is no name of a reference", shown(name.as_bytes()))));
    }
    match repository.references {
        Storage::Files => files::read(repository, name),
        Storage::Reftable => tables(repository, name)?.find(name).map(Ok),
    }
}

/// The tables in which a reference stands.
fn tables(repository: &Repository, name: &str) -> Result<Stack, RepoError> {
    Stack::open(&dir(repository, name).join("reftable"), repository.format)
}

/// Where a reference lies: a linked worktree has some of its own.
fn dir<'r>(repository: &'r Repository, name: &str) -> &'r Path {
    let own_to_a_worktree =
        name == "HEAD" || ["refs/bisect/", "refs/worktree/", "refs/rewritten/"].iter().any(|own| name.starts_with(own));
    if own_to_a_worktree { &repository.git_dir } else { &repository.common_dir }
}
