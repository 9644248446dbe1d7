//! What came from other files: renamed whole, or moved by content.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::RepoError;
use crate::repo::births::Trait;
use crate::repo::births::front::Item;
use crate::repo::births::split::take;
use crate::repo::births::trace::Step;
use crate::repo::tally::Tally;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::compare;

/// Of more than these no words are looked for before a text is taken apart: in each of many texts, for each of many things,
/// that takes the square of their number, and taking apart takes what it takes for one of them.
const MOST_LOOKED_FOR: usize = 32;

/// What the parents had and the commit has elsewhere, or no more.
pub(super) struct Moves {
    /// From a new file to the parent and the path that had the very same text.
    renamed: BTreeMap<RepoPath, (usize, RepoPath)>,
    /// By what it says: what a file had and has no more, with its parent.
    gone: Pool<[u8; 20], (usize, RepoPath, Trait)>,
}

impl Moves {
    /// Looks at all that the commit changed, for what was lost.
    pub(super) fn read(step: &Step<'_>, parents: &[ObjectId], lost: &[Item]) -> Result<Self, RepoError> {
        let mut moves = Self { renamed: BTreeMap::new(), gone: Pool::default() };
        for (place, tree) in parents.iter().enumerate() {
            let deltas = compare(step.reader.objects, Some(step.tree), &[Some(*tree)])?;
            let renamed = renames(&deltas);
            let taken: BTreeSet<&RepoPath> = renamed.values().copied().collect();
            for delta in deltas.iter().filter(|delta| !taken.contains(&delta.path)) {
                for one in gone(step, delta, lost)? {
                    moves.gone.put(one.content, &delta.path, (place, delta.path.clone(), one));
                }
            }
            for (new, old) in renamed {
                moves.renamed.entry(new.clone()).or_insert_with(|| (place, old.clone()));
            }
        }
        Ok(moves)
    }

    /// What a parent had elsewhere, with the parent's place and as it looks there; and what was born here.
    pub(super) fn split(mut self, lost: Vec<Item>) -> (Vec<(usize, Item)>, Vec<Item>) {
        let mut there = Vec::new();
        let mut left = Vec::new();
        for item in lost {
            match self.renamed.get(&item.path) {
                Some((place, old)) => there.push((*place, Item { path: old.clone(), ..item })),
                None => left.push(item),
            }
        }
        // A file of the same name is the likelier origin.
        for nearness in [Nearness::SameName, Nearness::Any] {
            let mut rest = Vec::new();
            for item in left {
                match self.gone.take(item.is.content, &item.path, nearness) {
                    // How often its line stands there is not known: the next file is taken apart.
                    Some((place, path, is)) => {
                        there.push((place, Item { path, is, is_carried: false, twins: usize::MAX, ..item }));
                    }
                    None => rest.push(item),
                }
            }
            left = rest;
        }
        (there, left)
    }
}

/// From each new file to the one that is gone and had the very same text, each used once.
fn renames(deltas: &[Delta]) -> BTreeMap<&RepoPath, &RepoPath> {
    let is_file = |entry: &Entry| entry.mode.is_blob();
    let mut pool: Pool<ObjectId, &RepoPath> = Pool::default();
    for delta in deltas.iter().filter(|delta| delta.new.is_none()) {
        if let Some(entry) = delta.first_old().filter(is_file) {
            pool.put(entry.id, &delta.path, &delta.path);
        }
    }
    let mut renamed = BTreeMap::new();
    for nearness in [Nearness::SameName, Nearness::Any] {
        for delta in deltas.iter().filter(|delta| delta.first_old().is_none()) {
            let Some(entry) = delta.new.filter(is_file).filter(|_| !renamed.contains_key(&delta.path)) else {
                continue;
            };
            if let Some(from) = pool.take(entry.id, &delta.path, nearness) {
                renamed.insert(&delta.path, from);
            }
        }
    }
    renamed
}

/// What a file had and has no more; nothing where none of what was lost can have been there.
fn gone(step: &Step<'_>, delta: &Delta, lost: &[Item]) -> Result<Vec<Trait>, RepoError> {
    let Some(old) = delta.first_old() else { return Ok(Vec::new()) };
    let Some(text) = step.reader.text(Some(old))? else { return Ok(Vec::new()) };
    if lost.len() <= MOST_LOOKED_FOR && !lost.iter().any(|item| item.is.may_be_in(&text)) {
        return Ok(Vec::new());
    }
    let mut gone = (step.find)(&delta.path, &text);
    if !gone.is_empty() && delta.new.is_some() {
        let text = step.reader.text(delta.new)?;
        let still = text.map(|text| (step.find)(&delta.path, &text)).unwrap_or_default();
        let mut still: Tally<[u8; 20]> = still.into_iter().map(|one| one.content).collect();
        gone.retain(|one| !still.take(&one.content));
    }
    Ok(gone)
}

/// How near to where something was lost its origin is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nearness {
    /// In files of the same name.
    SameName,
    /// In any file.
    Any,
}

/// Things by a key and a file's name; each is taken once, the first first.
struct Pool<K, T> {
    all: Vec<Option<T>>,
    by_name: BTreeMap<(K, Box<[u8]>), VecDeque<usize>>,
    by_key: BTreeMap<K, VecDeque<usize>>,
}

impl<K, T> Default for Pool<K, T> {
    fn default() -> Self {
        Self { all: Vec::new(), by_name: BTreeMap::new(), by_key: BTreeMap::new() }
    }
}

impl<K: Ord + Copy, T> Pool<K, T> {
    fn put(&mut self, key: K, path: &RepoPath, thing: T) {
        let place = self.all.len();
        self.by_name.entry((key, path.name().into())).or_default().push_back(place);
        self.by_key.entry(key).or_default().push_back(place);
        self.all.push(Some(thing));
    }

    fn take(&mut self, key: K, path: &RepoPath, nearness: Nearness) -> Option<T> {
        let places = match nearness {
            Nearness::SameName => self.by_name.get_mut(&(key, path.name().into())),
            Nearness::Any => self.by_key.get_mut(&key),
        };
        take(places, &mut self.all)
    }
}
