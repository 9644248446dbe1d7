//! Which commit brought something into a file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::ObjectId;
use crate::repo::Objects as _;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::file;

/// No more commits than this are looked at.
pub const MOST: usize = 20_000;

/// A file, and what it may hold.
pub struct Held<'a> {
    /// Its path.
    pub path: &'a str,
    /// More bytes hold nothing.
    pub limit: u64,
    /// Which of the wanted things some content holds.
    pub holds: &'a dyn Fn(&[u8]) -> BTreeSet<usize>,
}

/// For each wanted thing that the tip's file holds, the commit that has it while none of its parents does. Where several
/// parents have it, the first is followed. What was not found within [`MOST`] commits is left out.
///
/// # Errors
/// What is needed is absent or damaged.
pub fn origins(
    repository: &Repository,
    tip: ObjectId,
    wanted: BTreeSet<usize>,
    held: &Held<'_>,
) -> Result<BTreeMap<usize, ObjectId>, RepoError> {
    let store = repository.store()?;
    // From one commit to the next the file is mostly the same.
    let mut last: (Vec<u8>, BTreeSet<usize>) = (Vec::new(), (held.holds)(&[]));
    let mut holds = |id: ObjectId| -> Result<BTreeSet<usize>, RepoError> {
        let bytes = match file::read(&store, id, held.path.as_bytes(), held.limit) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(RepoError::NotAFile { .. } | RepoError::FileTooLarge { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        if bytes != last.0 {
            let found = (held.holds)(&bytes);
            last = (bytes, found);
        }
        Ok(last.1.clone())
    };
    let mut found = BTreeMap::new();
    let mut open = vec![(tip, wanted)];
    for _step in 0..MOST {
        let Some((at, mut wanted)) = open.pop() else { break };
        for parent in commit::links(at.format(), &store.commit(at)?).parents {
            if wanted.is_empty() {
                break;
            }
            let older: BTreeSet<usize> = holds(parent)?.intersection(&wanted).copied().collect();
            wanted.retain(|one| !older.contains(one));
            if !older.is_empty() {
                open.push((parent, older));
            }
        }
        found.extend(wanted.into_iter().map(|one| (one, at)));
    }
    Ok(found)
}
