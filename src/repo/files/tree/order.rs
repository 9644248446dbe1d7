//! In which order objects are best read: as they lie in packs, and what stands on the same side by side.

use rayon::prelude::*;

use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::files::tree::Entry;
use crate::repo::files::tree::Stores;
use crate::repo::pack::Start;

/// So many objects are looked up by one thread at a time.
const LOOKED_UP: usize = 256;
/// Of so many one thread finds out what they stand on: what is common to several of them it finds once.
const ROOTED: usize = 4_096;

/// An entry's turn. What lies in no pack comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    /// Where it starts; `None` where it is in no pack.
    start: Option<Start>,
    /// Its place among the entries.
    place: usize,
}

impl Turn {
    /// Whose turn it is, and where that starts.
    pub(super) fn of(self, entries: &[Entry]) -> Option<(&Entry, Option<Start>)> {
        entries.get(self.place).map(|entry| (entry, self.start))
    }
}

/// The order of entries in packs. Turns are sorted, and not entries, which are larger.
///
/// # Errors
/// An index is damaged.
pub(super) fn in_packs(stores: &Stores<'_>, entries: &[Entry]) -> Result<Vec<Turn>, RepoError> {
    let first = |id: ObjectId| id.as_bytes().first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    let mut sought: Vec<(u64, usize)> =
        entries.iter().enumerate().map(|(place, entry)| (first(entry.id), place)).collect();
    // Names that follow one another stand side by side in an index.
    sought.par_sort_unstable();
    let look_up = |sought: &[(u64, usize)]| {
        stores.with(|store| {
            let turn = |&(_, place): &(u64, usize)| {
                let start = entries.get(place).map(|entry| store.start(entry.id)).transpose()?.flatten();
                Ok(Turn { start, place })
            };
            sought.iter().map(turn).collect::<Result<Vec<Turn>, RepoError>>()
        })
    };
    let turns: Vec<Vec<Turn>> = sought.par_chunks(LOOKED_UP).map(look_up).collect::<Result<_, _>>()?;
    let mut turns = turns.concat();
    turns.par_sort_unstable();
    Ok(turns)
}

/// The order of entries of which many stand on the same.
///
/// # Errors
/// An index is damaged.
pub(super) fn by_root(stores: &Stores<'_>, entries: &[Entry]) -> Result<Vec<Turn>, RepoError> {
    let mut turns = in_packs(stores, entries)?;
    let complete = |turns: &mut [Turn]| {
        stores.with(|store| {
            let mut roots = store.roots();
            turns.iter_mut().filter_map(|turn| turn.start.as_mut()).for_each(|start| roots.complete(start));
            Ok(())
        })
    };
    turns.par_chunks_mut(ROOTED).map(complete).collect::<Result<(), RepoError>>()?;
    turns.par_sort_unstable();
    let is_beside = |one: &Turn, next: &Turn| one.start.zip(next.start).is_some_and(|(one, next)| one.is_beside(next));
    for beside in turns.chunk_by_mut(is_beside) {
        if let [turn] = beside {
            turn.start = turn.start.map(Start::alone);
        }
    }
    Ok(turns)
}
