//! References kept in git's reftables: files of sorted records, the newer before the older. The format is described in
//! git's `Documentation/technical/reftable.adoc`; no maintained crate reads it (gitoxide's is being written).

mod block;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::facts::ObjectFormat;
use crate::repo::RepoError;
use crate::repo::open;
use crate::repo::open::unreadable;
use crate::repo::refs::Target;
use table::Table;

/// How often the list is read again, because a table of it went: git joins tables at any time.
const ATTEMPTS: usize = 8;

/// The tables of a repository, or of a linked worktree.
#[derive(Debug)]
pub(super) struct Stack {
    /// The oldest first.
    tables: Vec<(PathBuf, Table)>,
}

impl Stack {
    /// Opens each table that the list in a folder names.
    pub(super) fn open(dir: &Path, format: ObjectFormat) -> Result<Self, RepoError> {
        let list = dir.join("tables.list");
        let mut gone = None;
        for _attempt in 0..ATTEMPTS {
            let Some(text) = open::read(&list)? else {
                return Err(unreadable(&list, &io::Error::from(io::ErrorKind::NotFound)));
            };
            match listed(dir, &list, &text, format)? {
                Ok(tables) => return Ok(Self { tables }),
                Err(absent) => gone = Some(absent),
            }
        }
        let (path, error) = gone.unwrap_or_else(|| (list, io::Error::from(io::ErrorKind::NotFound)));
        Err(unreadable(&path, &error))
    }

    /// What a reference says; `None` where there is none.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<Target>, RepoError> {
        for (path, table) in self.tables.iter_mut().rev() {
            if let Some(found) = table.find(name.as_bytes()).map_err(|error| unreadable(path, &error))? {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The names of the references that begin so.
    pub(super) fn below(&mut self, prefix: &str) -> Result<BTreeSet<Vec<u8>>, RepoError> {
        let mut names = BTreeSet::new();
        for (path, table) in &mut self.tables {
            let take = |name: &[u8], said: Option<Target>| {
                if said.is_some() {
                    names.insert(name.to_vec());
                } else {
                    names.remove(name);
                }
            };
            table.each(prefix.as_bytes(), take).map_err(|error| unreadable(path, &error))?;
        }
        Ok(names)
    }

    /// Fails where anything is damaged, or cannot be found by its name: for whoever is about to believe that a reference does
    /// not exist.
    pub(super) fn look_through(&mut self) -> Result<(), RepoError> {
        self.tables
            .iter_mut()
            .try_for_each(|(path, table)| table.look_through().map_err(|error| unreadable(path, &error)))
    }
}

type Tables = Vec<(PathBuf, Table)>;

/// The tables of a list, or the one that is not there.
fn listed(
    dir: &Path,
    list: &Path,
    text: &[u8],
    format: ObjectFormat,
) -> Result<Result<Tables, (PathBuf, io::Error)>, RepoError> {
    let mut tables = Vec::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let name = std::str::from_utf8(line).ok().filter(|name| is_name(name)).ok_or_else(|| {
            let line = String::from_utf8_lossy(line);
            unreadable(list, &damaged(format!("`{line}` is no name of a table")))
        })?;
        let path = dir.join(name);
        match Table::open(&path, format) {
            Ok(table) => tables.push((path, table)),
            Err(error) if open::is_absent(&error) => return Ok(Err((path, error))),
            Err(error) => return Err(unreadable(&path, &error)),
        }
    }
    Ok(Ok(tables))
}

/// Whether it is a file's own name: nothing outside the folder is opened.
fn is_name(name: &str) -> bool {
    !name.starts_with('.') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn damaged(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}
