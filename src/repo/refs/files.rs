//! References kept in files: one each, or packed together.

use std::fs;
use std::io;
use std::path::Path;

use crate::facts::ObjectFormat;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use crate::repo::open;
use crate::repo::open::is_absent;
use crate::repo::open::unreadable;
use crate::repo::refs::Target;
use crate::repo::refs::dir;
use crate::repo::refs::packed::PackedRefs;

/// What a reference says; `None` when it does not exist. The inner error is a reason.
pub(super) fn read(repository: &Repository, name: &str) -> Result<Result<Option<Target>, String>, RepoError> {
    // References may lie in a folder of that name, or have lain in it.
    let path = dir(repository, name).join(name);
    let loose = if path.is_dir() { None } else { open::read(&path)? };
    if let Some(text) = loose {
        return Ok(parse(&text, repository.format).map(Some).ok_or_else(|| format!("it says `{}`", shown(&text))));
    }
    if name == "HEAD" {
        return Ok(Ok(None));
    }
    let found = PackedRefs::open(&repository.common_dir, repository.format)?
        .map_or(Ok(None), |mut packed| packed.find(name))?;
    if found.is_none() && path.is_symlink() {
        return Ok(Err("it is a link that leads nowhere".to_owned()));
    }
    Ok(Ok(found.map(Target::Object)))
}

/// Fails where a line among the packed ones is damaged.
pub(super) fn look_through(repository: &Repository) -> Result<(), RepoError> {
    PackedRefs::open(&repository.common_dir, repository.format)?.map_or(Ok(()), |mut packed| packed.look_through())
}

/// How many references there are below a prefix that ends in a slash.
pub(super) fn below(repository: &Repository, prefix: &str) -> Result<usize, RepoError> {
    let loose = count_files(&repository.common_dir.join(prefix));
    let packed = PackedRefs::open(&repository.common_dir, repository.format)?
        .map_or(Ok(0), |mut packed| packed.count(prefix))?;
    Ok(loose.saturating_add(packed))
}

/// Whether there is a reference below the prefix of a remote besides its HEAD.
pub(super) fn has_branch(repository: &Repository, prefix: &str) -> Result<bool, RepoError> {
    let folder = repository.common_dir.join(prefix);
    if has_file(&folder).map_err(|error| unreadable(&folder, &error))? {
        return Ok(true);
    }
    let Some(mut packed) = PackedRefs::open(&repository.common_dir, repository.format)? else { return Ok(false) };
    if packed.count(prefix)? > 0 {
        return Ok(true);
    }
    packed.look_through().map(|()| false)
}

/// Whether there is a file below the folder of a remote besides its HEAD. What cannot be listed is an error: a push is let
/// through where there is none.
fn has_file(folder: &Path) -> io::Result<bool> {
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

fn parse(text: &[u8], format: ObjectFormat) -> Option<Target> {
    let text = std::str::from_utf8(text).ok()?;
    match text.strip_prefix("ref:") {
        Some(name) => Some(Target::Symbolic(name.trim().into())),
        // git, too, allows anything behind a blank.
        None => format.id(text.split_ascii_whitespace().next()?.as_bytes()).map(Target::Object),
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
