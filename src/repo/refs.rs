//! References kept in files: one each, or packed together.

mod packed;

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use crate::repo::open;
use crate::repo::open::is_absent;
use crate::repo::open::unreadable;
use packed::PackedRefs;

/// How many symbolic references may lead to one another; git's own limit.
const SYMBOLIC_DEPTH: usize = 5;

/// What a reference says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Object(ObjectId),
    Symbolic(String),
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
            Ok(Some(Target::Symbolic(next))) => at = next,
            Ok(None) => return Ok(Followed::Nothing(at)),
            Err(reason) => return Ok(Followed::Broken(reason)),
        }
    }
    Ok(Followed::Broken("it leads from one symbolic reference to the next without end".to_owned()))
}

/// Fails where a reference that was not found may have stood: by its name a line is looked for that may be damaged.
pub(super) fn look_through(repository: &Repository) -> Result<(), RepoError> {
    PackedRefs::open(&repository.common_dir)?.map_or(Ok(()), |mut packed| packed.look_through())
}

/// Whether a full name is one that a reference may have: it cannot lead out of the repository.
pub(super) fn is_valid(name: &str) -> bool {
    name.starts_with("refs/") && git2::Reference::is_valid_name(name)
}

/// How many references there are below a prefix that ends in a slash.
pub(super) fn below(repository: &Repository, prefix: &str) -> Result<usize, RepoError> {
    let loose = count_files(&repository.common_dir.join(prefix));
    let packed = PackedRefs::open(&repository.common_dir)?.map_or(Ok(0), |mut packed| packed.count(prefix))?;
    Ok(loose.saturating_add(packed))
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
        let folder = self.common_dir.join(&prefix);
        if has_branch(&folder).map_err(|error| unreadable(&folder, &error))? {
            return Ok(true);
        }
        let Some(mut packed) = PackedRefs::open(&self.common_dir)? else { return Ok(false) };
        if packed.count(&prefix)? > 0 {
            return Ok(true);
        }
        packed.look_through().map(|()| false)
    }
}

/// Whether there is a file below the folder of a remote besides its HEAD. What cannot be listed is an error: a push is let
/// through where there is none.
fn has_branch(folder: &Path) -> io::Result<bool> {
    let mut pending = vec![folder.to_owned()];
    while let Some(dir) = pending.pop() {
        let entries = match fs::read_dir(&dir) {
            Err(error) if is_absent(&error) => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
            } else if entry.path() != folder.join("HEAD") {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What a reference says; `None` when it does not exist. The inner error is a reason.
fn read(repository: &Repository, name: &str) -> Result<Result<Option<Target>, String>, RepoError> {
    if name != "HEAD" && !is_valid(name) {
        return Ok(Err(format!("`{}` is no name of a reference", shown(name.as_bytes()))));
    }
    // References may lie in a folder of that name, or have lain in it.
    let path = loose_path(repository, name);
    let loose = if path.is_dir() { None } else { open::read(&path)? };
    if let Some(text) = loose {
        return Ok(parse(&text).map(Some).ok_or_else(|| format!("it says `{}`", shown(&text))));
    }
    if name == "HEAD" {
        return Ok(Ok(None));
    }
    let found = PackedRefs::open(&repository.common_dir)?.map_or(Ok(None), |mut packed| packed.find(name))?;
    if found.is_none() && path.is_symlink() {
        return Ok(Err("it is a link that leads nowhere".to_owned()));
    }
    Ok(Ok(found.map(Target::Object)))
}

fn loose_path(repository: &Repository, name: &str) -> PathBuf {
    let own_to_a_worktree =
        name == "HEAD" || ["refs/bisect/", "refs/worktree/", "refs/rewritten/"].iter().any(|own| name.starts_with(own));
    let dir = if own_to_a_worktree { &repository.git_dir } else { &repository.common_dir };
    dir.join(name)
}

fn parse(text: &[u8]) -> Option<Target> {
    let text = std::str::from_utf8(text).ok()?;
    match text.strip_prefix("ref:") {
        Some(name) => Some(Target::Symbolic(name.trim().to_owned())),
        // git, too, allows anything behind a blank.
        None => text.split_ascii_whitespace().next()?.parse().ok().map(Target::Object),
    }
}

/// The files below a directory; what cannot be listed counts nothing, since this feeds a note only.
fn count_files(dir: &Path) -> usize {
    let mut pending = vec![dir.to_owned()];
    let mut files = 0_usize;
    while let Some(dir) = pending.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(entry.path()),
                Ok(_file) => files = files.saturating_add(1),
                Err(_gone) => {}
            }
        }
    }
    files
}
