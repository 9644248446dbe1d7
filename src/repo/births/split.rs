//! What an older text has of what is sought.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::VecDeque;

use crate::facts::RepoPath;
use crate::repo::births::Find;
use crate::repo::births::Line;
use crate::repo::births::Trait;
use crate::repo::births::front::Item;
use crate::repo::births::shares::count_lines;

/// What a text has of some items by their lines alone, as they look there, and the rest; each in their order.
///
/// A line that the text has as often as the file in which it was found last is there still.
pub(super) fn by_line(path: &RepoPath, text: &[u8], mut items: Vec<Item>) -> (Vec<Item>, Vec<Item>) {
    items.sort_by_key(|item| item.number);
    #[expect(clippy::mutable_key_type, reason = "lines are compared by their bytes, which never change")]
    let mut counts: BTreeMap<Line, usize> = BTreeMap::new();
    let mut is_plain = |item: &Item| {
        if item.is_crowded || item.is.line.bytes().is_empty() {
            return false;
        }
        let count = counts.entry(item.is.line.clone()).or_insert_with(|| item.is.line.occurrences(text));
        *count >= item.twins
    };
    let (mut there, doubtful): (Vec<Item>, Vec<Item>) = items.into_iter().partition(&mut is_plain);
    for item in &mut there {
        item.path = path.clone();
        item.twins = counts.get(&item.is.line).copied().unwrap_or(item.twins);
        // Also where it is all in its line: there it may have said more.
        item.is_carried = true;
    }
    (there, doubtful)
}

/// What a text has of the doubtful, as they look there, and the rest; `there` is what its lines have told.
///
/// They are looked for among all that stands in the text: what says the same, and then what has the same heart. A text that
/// lacks a word of each of them is not even taken apart: most often what is left was born just after it.
pub(super) fn by_content(
    find: &Find<'_>,
    path: &RepoPath,
    text: &[u8],
    mut there: Vec<Item>,
    doubtful: Vec<Item>,
) -> (Vec<Item>, Vec<Item>) {
    if !doubtful.iter().any(|item| item.is.may_be_in(text)) {
        return (there, doubtful);
    }
    let mut known = Known::new(find(path, text));
    // What was seen to be there is taken.
    for item in &there {
        let _same = known.take_line(&item.is).or_else(|| known.take_same(&item.is));
    }
    let mut left = doubtful;
    for take in [Known::take_same, Known::take_alike] {
        let mut rest = Vec::new();
        for item in left {
            match take(&mut known, &item.is) {
                Some((is, twins)) => {
                    there.push(Item { path: path.clone(), is, is_carried: false, twins, ..item });
                }
                None => rest.push(item),
            }
        }
        left = rest;
    }
    (there, left)
}

/// Reads again what was told by its line alone, in the text of the file that it stands in.
pub(super) fn read_again(find: &Find<'_>, text: &[u8], items: &mut [Item]) {
    let Some(path) = items.first().map(|item| item.path.clone()) else { return };
    items.sort_by_key(|item| item.number);
    let mut known = Known::new(find(&path, text));
    for item in items.iter_mut().filter(|item| item.is_carried) {
        if let Some((is, _)) = known.take_line(&item.is) {
            item.is = is;
        }
        item.is_carried = false;
    }
}

/// All that stands in a text, each to be taken once.
struct Known {
    all: Vec<Option<(Trait, usize)>>,
    by_content: HashMap<[u8; 20], VecDeque<usize>>,
    by_heart: HashMap<[u8; 20], VecDeque<usize>>,
    by_line: HashMap<Box<[u8]>, VecDeque<usize>>,
}

impl Known {
    fn new(found: Vec<Trait>) -> Self {
        let lines = count_lines(found.iter().map(|one| one.line.bytes()));
        let twins: Vec<usize> = found.iter().map(|one| lines.get(one.line.bytes()).copied().unwrap_or(1)).collect();
        let (mut by_content, mut by_heart, mut by_line) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (place, one) in found.iter().enumerate() {
            by_line.entry(Box::from(one.line.bytes())).or_insert_with(VecDeque::new).push_back(place);
            by_content.entry(one.content).or_insert_with(VecDeque::new).push_back(place);
            if let Some(heart) = one.heart {
                by_heart.entry(heart).or_insert_with(VecDeque::new).push_back(place);
            }
        }
        Self { all: found.into_iter().zip(twins).map(Some).collect(), by_content, by_heart, by_line }
    }

    /// What says the same, with how often its line occurs.
    fn take_same(&mut self, is: &Trait) -> Option<(Trait, usize)> {
        take(self.by_content.get_mut(&is.content), &mut self.all)
    }

    /// What has the same line.
    fn take_line(&mut self, is: &Trait) -> Option<(Trait, usize)> {
        take(self.by_line.get_mut(is.line.bytes()), &mut self.all)
    }

    /// What has the same heart.
    fn take_alike(&mut self, is: &Trait) -> Option<(Trait, usize)> {
        take(self.by_heart.get_mut(&is.heart?), &mut self.all)
    }
}

/// The first of the things at some places that nobody has taken yet.
pub(super) fn take<T>(places: Option<&mut VecDeque<usize>>, all: &mut [Option<T>]) -> Option<T> {
    let places = places?;
    while let Some(place) = places.pop_front() {
        if let Some(found) = all.get_mut(place).and_then(Option::take) {
            return Some(found);
        }
    }
    None
}
