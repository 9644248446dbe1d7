//! One commit: what stands in it that its parents have already.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use bstr::ByteSlice as _;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::ObjectStore;
use crate::repo::RepoError;
use crate::repo::births::Find;
use crate::repo::births::Pending;
use crate::repo::births::Trait;
use crate::repo::changes::Reader;
use crate::repo::file;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::Mode;
use crate::repo::tree::compare;

/// A commit that hands over to its parents.
pub(super) struct Step<'s> {
    pub(super) reader: &'s Reader<'s, ObjectStore>,
    pub(super) find: &'s Find<'s>,
    pub(super) tree: ObjectId,
    /// The parents' trees.
    pub(super) parents: &'s [ObjectId],
}

/// What is sought in one file.
type Items = Vec<(usize, Trait)>;

impl Step<'_> {
    /// What each parent is to be asked for, and what no parent has.
    pub(super) fn hand_over(&self, mut pending: Pending) -> Result<(Vec<Pending>, Vec<usize>), RepoError> {
        let mut handed: Vec<Pending> = vec![Pending::new(); self.parents.len()];
        let Some(first) = self.parents.first() else { return Ok((handed, numbers(pending.into_values().flatten()))) };
        let deltas = compare(self.reader.objects, Some(self.tree), &[Some(*first)])?;
        let mut lost: Vec<(RepoPath, Items)> = Vec::new();
        for delta in &deltas {
            let Some(items) = pending.remove(&delta.path) else { continue };
            let rest = self.changed(delta, items, &mut handed)?;
            if !rest.is_empty() {
                lost.push((delta.path.clone(), rest));
            }
        }
        // All other files are the first parent's.
        if let Some(to) = handed.first_mut() {
            super::join(to, pending);
        }
        let mut here = Vec::new();
        if !lost.is_empty() {
            for items in self.moved(lost, &deltas, &mut handed)? {
                here.extend(numbers(items.into_iter()));
            }
        }
        Ok((handed, here))
    }

    /// Hands over what stands in a file that the first parent has not in this form; gives back what no parent has there.
    fn changed(&self, delta: &Delta, mut items: Items, handed: &mut [Pending]) -> Result<Items, RepoError> {
        let id = |entry: &Option<Entry>| entry.map(|entry| entry.id);
        let first = delta.old.first().copied().flatten();
        let others = self.parents.iter().skip(1).map(|tree| self.entry(*tree, &delta.path));
        let entries: Vec<Option<Entry>> = std::iter::once(Ok(first)).chain(others).collect::<Result<_, _>>()?;
        // A parent with the very same text: a mode change alone, or the side that a merge took.
        if let Some(place) = entries.iter().position(|entry| entry.is_some() && id(entry) == id(&delta.new)) {
            give(handed, place, &delta.path, items);
            return Ok(Vec::new());
        }
        for (place, entry) in entries.into_iter().enumerate() {
            if items.is_empty() {
                break;
            }
            let Some(entry) = entry.filter(|entry| matches!(entry.mode, Mode::File | Mode::Executable)) else {
                continue;
            };
            let Some(text) = self.reader.text(Some(entry))? else { continue };
            let (there, rest) = self.split(&delta.path, &text, items);
            give(handed, place, &delta.path, there);
            items = rest;
        }
        Ok(items)
    }

    /// What a text has of the items, as they look there, and the rest.
    fn split(&self, path: &RepoPath, text: &[u8], items: Items) -> (Items, Items) {
        // How often each line is wanted; that a text has it so often is quickly seen.
        let mut wanted: BTreeMap<&[u8], usize> = BTreeMap::new();
        for (_, one) in &items {
            *wanted.entry(&one.line).or_default() += 1;
        }
        let plain: BTreeSet<Arc<[u8]>> = wanted
            .into_iter()
            .filter(|(line, count)| !line.is_empty() && occurrences(text, line, *count) >= *count)
            .map(|(line, _)| Arc::from(line))
            .collect();
        let (mut there, doubtful): (Items, Items) = items.into_iter().partition(|(_, one)| plain.contains(&one.line));
        if doubtful.is_empty() {
            return (there, doubtful);
        }
        let mut known = (self.find)(path, text);
        // What was seen to be there is taken.
        known.retain(|one| !plain.contains(&one.line));
        let same = |one: &Trait, other: &Trait| one.content == other.content;
        let alike = |one: &Trait, other: &Trait| one.heart.is_some() && one.heart == other.heart;
        let mut left = doubtful;
        for is in [&same as &dyn Fn(&Trait, &Trait) -> bool, &alike] {
            let mut rest = Items::new();
            for (number, one) in left {
                match known.iter().position(|other| is(&one, other)) {
                    Some(place) => there.push((number, known.remove(place))),
                    None => rest.push((number, one)),
                }
            }
            left = rest;
        }
        (there, left)
    }

    /// Hands over what another file of a parent had and has lost; gives back what was born here.
    fn moved(
        &self,
        lost: Vec<(RepoPath, Items)>,
        deltas: &[Delta],
        handed: &mut [Pending],
    ) -> Result<Vec<Items>, RepoError> {
        let mut pool: BTreeMap<[u8; 20], Vec<(usize, RepoPath, Trait)>> = BTreeMap::new();
        for (place, tree) in self.parents.iter().enumerate() {
            let of_other;
            let deltas = if place == 0 {
                deltas
            } else {
                of_other = compare(self.reader.objects, Some(self.tree), &[Some(*tree)])?;
                &of_other
            };
            for delta in deltas {
                for one in self.gone(delta)? {
                    pool.entry(one.content).or_default().push((place, delta.path.clone(), one));
                }
            }
        }
        let mut here = Vec::new();
        for (_, items) in lost {
            let mut born = Items::new();
            for (number, one) in items {
                let gone = pool.get_mut(&one.content).filter(|gone| !gone.is_empty()).map(|gone| gone.remove(0));
                match gone {
                    Some((place, path, other)) => give(handed, place, &path, vec![(number, other)]),
                    None => born.push((number, one)),
                }
            }
            here.push(born);
        }
        Ok(here)
    }

    /// What a file had and has no more.
    fn gone(&self, delta: &Delta) -> Result<Vec<Trait>, RepoError> {
        let Some(old) = delta.old.first().copied().flatten() else { return Ok(Vec::new()) };
        let of = |entry| -> Result<Vec<Trait>, RepoError> {
            Ok(self.reader.text(entry)?.map(|text| (self.find)(&delta.path, &text)).unwrap_or_default())
        };
        let mut gone = of(Some(old))?;
        if !gone.is_empty() && delta.new.is_some() {
            for still in of(delta.new)? {
                if let Some(place) = gone.iter().position(|one| one.content == still.content) {
                    gone.remove(place);
                }
            }
        }
        Ok(gone)
    }

    /// What stands at a path in a tree.
    fn entry(&self, root: ObjectId, path: &RepoPath) -> Result<Option<Entry>, RepoError> {
        file::entry_at(root, path, |tree| self.reader.objects.tree(tree))
    }
}

fn give(handed: &mut [Pending], place: usize, path: &RepoPath, items: Items) {
    if let Some(to) = handed.get_mut(place).filter(|_| !items.is_empty()) {
        to.entry(path.clone()).or_default().extend(items);
    }
}

fn numbers(items: impl Iterator<Item = (usize, Trait)>) -> Vec<usize> {
    items.map(|(number, _)| number).collect()
}

/// How often a text has these bytes at the end of a line, as a word of their own; counted up to `enough`.
fn occurrences(text: &[u8], line: &[u8], enough: usize) -> usize {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let ends = |at: usize| matches!(text.get(at), None | Some(b'\n' | b'\r'));
    text.find_iter(line)
        .filter(|at| ends(at.saturating_add(line.len())) && !is_word(at.checked_sub(1).and_then(|at| text.get(at))))
        .take(enough)
        .count()
}
