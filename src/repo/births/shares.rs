//! Which thread looks for what.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::facts::RepoPath;
use crate::repo::births::Sought;
use crate::repo::births::front::Item;

/// Each share is a walk of its own: more threads than this would mostly read the same commits.
const MOST_SHARES: usize = 8;
/// A file with more is taken apart whole rather than searched line by line.
const CROWD: usize = 64;

/// Cuts what is sought into at most so many shares of about one size. What is alike is in one share, and what stands in one
/// file; neighbours in the tree tend to be, since they share directories.
pub(super) fn shares(sought: &[Sought], threads: usize) -> Vec<Vec<Item>> {
    let mut kin = Kin::default();
    let mut by_path: BTreeMap<&RepoPath, Vec<usize>> = BTreeMap::new();
    for (number, one) in sought.iter().enumerate() {
        by_path.entry(&one.path).or_default().push(number);
    }
    let mut first_alike: HashMap<[u8; 20], usize> = HashMap::new();
    for (file, numbers) in by_path.values().enumerate() {
        for one in numbers.iter().filter_map(|number| sought.get(*number)) {
            let alike = *first_alike.entry(one.is.heart.unwrap_or(one.is.content)).or_insert(file);
            kin.unite(file, alike);
        }
    }
    // Families in the order of their first files.
    let mut families: BTreeMap<usize, Vec<Item>> = BTreeMap::new();
    for (file, numbers) in by_path.values().enumerate() {
        let items = numbers.iter().filter_map(|number| Some((*number, sought.get(*number)?)));
        let lines = count_lines(items.clone().map(|(_, one)| one.is.line.bytes()));
        let family = families.entry(kin.head(file)).or_default();
        family.extend(items.map(|(number, one)| Item {
            number,
            path: one.path.clone(),
            twins: lines.get(one.is.line.bytes()).copied().unwrap_or(1),
            is: one.is.clone(),
            is_carried: false,
            is_crowded: numbers.len() > CROWD,
        }));
    }
    let wanted = threads.clamp(1, MOST_SHARES);
    let enough = sought.len().div_ceil(wanted);
    let mut shares: Vec<Vec<Item>> = Vec::new();
    for family in families.into_values() {
        match shares.last_mut() {
            Some(share) if share.len() < enough => share.extend(family),
            _ => shares.push(family),
        }
    }
    shares
}

/// How often each line occurs.
pub(super) fn count_lines<'l>(lines: impl Iterator<Item = &'l [u8]>) -> HashMap<&'l [u8], usize> {
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for line in lines {
        let count = counts.entry(line).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Files that belong together; the head of a family is its first file.
#[derive(Default)]
struct Kin {
    heads: HashMap<usize, usize>,
}

impl Kin {
    fn head(&mut self, file: usize) -> usize {
        let mut head = file;
        while let Some(next) = self.heads.get(&head).copied() {
            // Every second step is cut short, so that chains stay short.
            if let Some(after) = self.heads.get(&next).copied() {
                self.heads.insert(head, after);
            }
            head = next;
        }
        head
    }

    fn unite(&mut self, one: usize, other: usize) {
        let (one, other) = (self.head(one), self.head(other));
        if one != other {
            self.heads.insert(one.max(other), one.min(other));
        }
    }
}
