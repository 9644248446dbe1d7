//! One commit: what stands in it that its parents have already.

use std::ops::Bound;

use crate::facts::ObjectId;
use crate::repo::ObjectStore;
use crate::repo::RepoError;
use crate::repo::births::Find;
use crate::repo::births::front;
use crate::repo::births::front::Item;
use crate::repo::births::front::Pending;
use crate::repo::births::front::Stand;
use crate::repo::births::moved::Moves;
use crate::repo::births::split::by_content;
use crate::repo::births::split::by_line;
use crate::repo::births::split::read_again;
use crate::repo::changes::Reader;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::Mode;
use crate::repo::tree::compare_some;

/// A commit that hands over to its parents.
pub(super) struct Step<'s> {
    pub(super) reader: &'s Reader<'s, ObjectStore>,
    pub(super) find: &'s Find<'s>,
    pub(super) tree: ObjectId,
}

/// What came of asking the parents.
pub(super) struct Handed {
    /// What each parent is to be asked for.
    pub(super) parents: Vec<(Stand, Pending)>,
    /// What no parent has.
    pub(super) here: Vec<Item>,
    /// A parent is not there: history was cut.
    pub(super) is_cut: bool,
}

/// Reads a parent; `None` where history was cut.
type Read<'r> = dyn Fn(&ObjectId) -> Result<Option<Stand>, RepoError> + 'r;

impl Step<'_> {
    /// What each parent is to be asked for, and what no parent has. All but the first are read only where they matter.
    pub(super) fn hand_over(
        &self,
        mut pending: Pending,
        parents: &[ObjectId],
        read: &Read<'_>,
    ) -> Result<Handed, RepoError> {
        let mut handed = Handed { parents: Vec::new(), here: Vec::new(), is_cut: false };
        let mut ids = parents.iter();
        for id in ids.by_ref() {
            if handed.add(read(id)?) {
                break;
            }
        }
        let Some((first, _)) = handed.parents.first() else {
            handed.here = pending.into_values().flatten().collect();
            return Ok(handed);
        };
        let trees = [Some(first.tree)];
        let wanted = |path: &[u8], mode| match mode {
            Mode::Tree => has_below(&pending, path),
            _ => pending.contains_key(path),
        };
        let deltas = compare_some(self.reader.objects, Some(self.tree), &trees, &wanted)?;
        if !deltas.is_empty() {
            for id in ids {
                handed.add(read(id)?);
            }
        }
        let mut lost: Vec<Item> = Vec::new();
        for delta in &deltas {
            let Some(items) = pending.remove(&delta.path) else { continue };
            lost.extend(self.changed(delta, items, &mut handed)?);
        }
        // All other files are the first parent's: most, nearly always.
        if let Some((_, to)) = handed.parents.first_mut() {
            let given = std::mem::replace(to, pending);
            front::join(to, given);
        }
        if !lost.is_empty() {
            let trees = handed.parents.iter().map(|(parent, _)| parent.tree).collect::<Vec<_>>();
            let (there, here) = Moves::read(self, &trees, &lost)?.split(lost);
            for (place, item) in there {
                handed.give(place, vec![item]);
            }
            handed.here = here;
        }
        Ok(handed)
    }

    /// Hands over what stands in a file that the first parent has not in this form; gives back what no parent has there.
    fn changed(&self, delta: &Delta, mut items: Vec<Item>, handed: &mut Handed) -> Result<Vec<Item>, RepoError> {
        let id = |entry: &Option<Entry>| entry.map(|entry| entry.id);
        let others = handed.parents.iter().skip(1).map(|(parent, _)| self.reader.entry_below(parent.tree, &delta.path));
        let entries: Vec<Option<Entry>> =
            std::iter::once(Ok(delta.first_old())).chain(others).collect::<Result<_, _>>()?;
        // A parent with the very same text: a mode change alone, or the side that a merge took.
        if let Some(place) = entries.iter().position(|entry| entry.is_some() && id(entry) == id(&delta.new)) {
            handed.give(place, items);
            return Ok(Vec::new());
        }
        for (place, entry) in entries.into_iter().enumerate() {
            if items.is_empty() {
                break;
            }
            let Some(entry) = entry.filter(|entry| entry.mode.is_file()) else { continue };
            let Some(text) = self.reader.text(Some(entry))? else { continue };
            let (there, mut doubtful) = by_line(&delta.path, &text, items);
            self.read_again(delta, &mut doubtful)?;
            let (there, rest) = by_content(self.find, &delta.path, &text, there, doubtful);
            handed.give(place, there);
            items = rest;
        }
        self.read_again(delta, &mut items)?;
        Ok(items)
    }

    /// Before anything is looked for by what it says, that has to be what it says here.
    fn read_again(&self, delta: &Delta, items: &mut [Item]) -> Result<(), RepoError> {
        if items.iter().any(|item| item.is_carried)
            && let Some(text) = self.reader.text(delta.new)?
        {
            read_again(self.find, &text, items);
        }
        Ok(())
    }
}

impl Handed {
    /// Whether the parent is there.
    fn add(&mut self, parent: Option<Stand>) -> bool {
        let is_there = parent.is_some();
        self.is_cut |= !is_there;
        self.parents.extend(parent.map(|parent| (parent, Pending::new())));
        is_there
    }

    fn give(&mut self, place: usize, items: Vec<Item>) {
        if let Some((_, to)) = self.parents.get_mut(place).filter(|_| !items.is_empty()) {
            front::join(to, front::pending(items));
        }
    }
}

/// Whether anything is sought below a directory.
fn has_below(pending: &Pending, directory: &[u8]) -> bool {
    let below = [directory, b"/"].concat();
    let mut from = pending.range::<[u8], _>((Bound::Included(below.as_slice()), Bound::Unbounded));
    from.next().is_some_and(|(path, _)| path.as_bytes().starts_with(&below))
}
