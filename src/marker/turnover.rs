//! What became of markers in a change: added, edited, removed, moved, copied; by content, whatever line they stand on.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::RepoPath;
use crate::marker::brief::Told;
use crate::marker::brief::Words;
use crate::marker::item::Marker;
use crate::marker::reworded;
use crate::repo::content::Fate;

/// What became of the markers of a change. Each vector is in the order of paths, then of places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turnover<M = Marker> {
    /// New debt.
    pub added: Vec<(RepoPath, M)>,
    /// Debt that is gone.
    pub removed: Vec<Gone<M>>,
    /// Debt that is described in another way: other brackets, another tag.
    pub edited: Vec<Former<M>>,
    /// Debt that stands in another file now.
    pub moved: Vec<Former<M>>,
    /// The same words once more, while the first still stand: no debt was taken on by that.
    pub copied: Vec<(RepoPath, M)>,
}

/// A marker that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone<M = Marker> {
    /// Where it stood.
    pub path: RepoPath,
    /// What it said.
    pub marker: M,
    /// Whether its file went with it: code that is gone owes nothing, but nobody may have looked at the marker.
    pub with_file: bool,
}

/// A marker, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former<M = Marker> {
    /// Where it stood.
    pub from: RepoPath,
    /// What it said.
    pub before: M,
    /// Where it stands.
    pub path: RepoPath,
    /// What it says.
    pub marker: M,
}

/// Collects the markers of a change, path by path.
#[derive(Debug)]
pub struct Turning<M = Marker> {
    added: Vec<(RepoPath, M)>,
    removed: Vec<Gone<M>>,
    edited: Vec<Former<M>>,
    /// All that the old sides had and the new sides still have.
    kept: BTreeSet<[u8; 20]>,
}

impl<M> Default for Turning<M> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new(), edited: Vec::new(), kept: BTreeSet::new() }
    }
}

impl<M> Default for Turnover<M> {
    fn default() -> Self {
        Self { added: Vec::new(), removed: Vec::new(), edited: Vec::new(), moved: Vec::new(), copied: Vec::new() }
    }
}

impl<M: Told> Turning<M> {
    /// Takes up a changed path with the markers of both sides.
    pub fn path(&mut self, path: &RepoPath, fate: Fate, old: Vec<M>, new: Vec<M>) {
        let (old, new) = self.unmatched(old, new);
        // The same words with other brackets, or under another tag, are the same debt.
        let mut by_words: BTreeMap<Option<Words>, Vec<M>> = BTreeMap::new();
        for marker in old.into_iter().rev() {
            by_words.entry(marker.words()).or_default().push(marker);
        }
        for marker in new {
            let words = marker.words();
            match by_words.get_mut(&words).filter(|_| words.is_some()).and_then(Vec::pop) {
                Some(before) => {
                    self.edited.push(Former { from: path.clone(), before, path: path.clone(), marker });
                }
                None => self.added.push((path.clone(), marker)),
            }
        }
        let mut gone: Vec<M> = by_words.into_values().flatten().collect();
        gone.sort_by_key(Told::place);
        let with_file = fate == Fate::Deleted;
        self.removed.extend(gone.into_iter().map(|marker| Gone { path: path.clone(), marker, with_file }));
    }

    /// What all paths together come to.
    #[must_use]
    pub fn done(self) -> Turnover<M> {
        let mut pending: BTreeMap<[u8; 20], Vec<Gone<M>>> = BTreeMap::new();
        for gone in self.removed.into_iter().rev() {
            pending.entry(gone.marker.content()).or_default().push(gone);
        }
        let mut turnover = Turnover { edited: self.edited, ..Turnover::default() };
        for (path, marker) in self.added {
            let content = marker.content();
            match pending.get_mut(&content).and_then(Vec::pop) {
                Some(gone) => turnover.moved.push(gone.became(path, marker)),
                // A bare tag says nothing by which it could be known again.
                None if self.kept.contains(&content) && marker.words().is_some() => {
                    turnover.copied.push((path, marker));
                }
                None => turnover.added.push((path, marker)),
            }
        }
        turnover.removed = pending.into_values().flatten().collect();
        turnover.sort();
        turnover
    }

    /// Those markers of both sides that the other side has not, by content.
    fn unmatched(&mut self, old: Vec<M>, new: Vec<M>) -> (Vec<M>, Vec<M>) {
        let mut known: BTreeMap<[u8; 20], Vec<M>> = BTreeMap::new();
        for marker in old.into_iter().rev() {
            known.entry(marker.content()).or_default().push(marker);
        }
        let mut fresh = Vec::new();
        for marker in new {
            let content = marker.content();
            match known.get_mut(&content).and_then(Vec::pop) {
                Some(_same) => {
                    self.kept.insert(content);
                }
                None => fresh.push(marker),
            }
        }
        let mut gone: Vec<M> = known.into_values().flatten().collect();
        gone.sort_by_key(Told::place);
        (gone, fresh)
    }
}

impl Turnover {
    /// The same, with each new marker that another one was rewritten into: by its ticket, its words, or its text in
    /// another file. What was rewritten is neither new nor gone.
    #[must_use]
    pub fn with_rewritten(mut self) -> Self {
        let (added, removed) = (std::mem::take(&mut self.added), std::mem::take(&mut self.removed));
        let (pairs, added, removed) = reworded::pairs(added, removed);
        self.edited.extend(pairs.into_iter().map(|(gone, (path, marker))| gone.became(path, marker)));
        (self.added, self.removed) = (added, removed);
        self.sort();
        self
    }

    /// What this and the same change against another of its beginnings have in common: what came from one of them is not
    /// the change's own.
    #[must_use]
    pub fn common(mut self, other: &Self) -> Self {
        let place = |path: &RepoPath, marker: &Marker| (path.clone(), marker.place);
        let formers = other.edited.iter().map(|former| place(&former.path, &former.marker));
        let new = other.added.iter().chain(&other.copied).map(|(path, marker)| place(path, marker));
        let new: BTreeSet<_> = new.chain(formers).collect();
        let moved: BTreeSet<_> = other.moved.iter().map(|former| place(&former.path, &former.marker)).collect();
        let gone: BTreeSet<_> = other.removed.iter().map(|gone| (&gone.path, gone.marker.id)).collect();
        self.added.retain(|(path, marker)| new.contains(&place(path, marker)));
        self.copied.retain(|(path, marker)| new.contains(&place(path, marker)));
        self.edited.retain(|former| new.contains(&place(&former.path, &former.marker)));
        self.moved.retain(|former| moved.contains(&place(&former.path, &former.marker)));
        self.removed.retain(|one| gone.contains(&(&one.path, one.marker.id)));
        self
    }

    /// How many markers there are more of than before: what moved, or was copied, is no new debt.
    #[must_use]
    pub fn net(&self) -> i64 {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        count(self.added.len()).saturating_sub(count(self.removed.len()))
    }
}

impl<M: Told> Turnover<M> {
    fn sort(&mut self) {
        self.removed.sort_by(|a, b| (&a.path, a.marker.place()).cmp(&(&b.path, b.marker.place())));
        self.edited.sort_by(|a, b| (&a.path, a.marker.place()).cmp(&(&b.path, b.marker.place())));
    }
}

impl<M> Gone<M> {
    fn became(self, path: RepoPath, marker: M) -> Former<M> {
        Former { from: self.path, before: self.marker, path, marker }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::Prose;
    use crate::marker::Scanner;
    use crate::marker::Search;

    /// What a change of these files comes to; `-` is no file.
    fn turned(files: &[(&str, &str, &str)]) -> Vec<String> {
        told(&turnover(files))
    }

    fn turnover(files: &[(&str, &str, &str)]) -> Turnover {
        let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
        let mut turning = Turning::default();
        for (path, old, new) in files {
            let path = RepoPath::new(path.as_bytes());
            let markers = |text: &str| scanner.scan(&path, text.as_bytes(), Prose::Comments).unwrap().markers;
            let fate = match (*old, *new) {
                ("-", _) => Fate::Created,
                (_, "-") => Fate::Deleted,
                _ => Fate::Edited,
            };
            turning.path(&path, fate, markers(old), markers(new));
        }
        turning.done()
    }

    fn told(done: &Turnover) -> Vec<String> {
        let name = |path: &RepoPath, marker: &Marker| format!("{} {}", path.to_text().expose(), marker.text.expose());
        let mut all: Vec<String> = done.added.iter().map(|(path, one)| format!("+ {}", name(path, one))).collect();
        all.extend(done.removed.iter().map(|gone| {
            format!("- {}{}", name(&gone.path, &gone.marker), if gone.with_file { " with its file" } else { "" })
        }));
        all.extend(
            done.edited.iter().map(|one| format!("~ {} {}", one.before.text.expose(), name(&one.path, &one.marker))),
        );
        all.extend(
            done.moved.iter().map(|one| format!("> {} {}", one.from.to_text().expose(), name(&one.path, &one.marker))),
        );
        all.extend(done.copied.iter().map(|(path, one)| format!("= {}", name(path, one))));
        all
    }

    #[test]
    fn what_becomes_of_markers() {
        let (one, two) = ("// TODO: one\n", "// TODO: one\n\nx();\n\n// TODO: two\n");
        for (files, expected) in [
            (&[("a.rs", "x();\n", one)][..], &["+ a.rs one"][..]),
            (&[("a.rs", one, "x();\n")], &["- a.rs one"]),
            (&[("a.rs", one, "-")], &["- a.rs one with its file"]),
            // Another line, another indentation, another style of comment.
            (&[("a.rs", one, "x();\n    /* TODO: one */\n")], &[]),
            // Other brackets, another tag.
            (&[("a.rs", one, "// FIXME(@ada, TD-1): one\n")], &["~ one a.rs one"]),
            (&[("a.rs", one, "// TODO: won\n")], &["+ a.rs won", "- a.rs one"]),
            // Renamed, moved, copied.
            (&[("a.rs", two, "-"), ("b.rs", "-", two)], &["> a.rs b.rs one", "> a.rs b.rs two"]),
            (&[("a.rs", two, one), ("b.rs", "x();\n", "// TODO: two\n")], &["> a.rs b.rs two"]),
            (&[("a.rs", one, two), ("b.rs", "-", one)], &["+ a.rs two", "= b.rs one"]),
            (&[("a.rs", one, "// TODO: one\n\nx();\n// TODO: one\n")], &["= a.rs one"]),
            // Nothing by which a bare tag could be known again.
            (&[("a.rs", "// TODO\n", "// TODO\nx();\n// TODO\n")], &["+ a.rs "]),
            // Of twins one.
            (&[("a.rs", "// TODO: one\n\nx();\n// TODO: one\n", one)], &["- a.rs one"]),
            // Moved once, copied the other time.
            (&[("a.rs", one, "-"), ("b.rs", "-", one), ("c.rs", "-", one)], &["+ c.rs one", "> a.rs b.rs one"]),
        ] {
            assert_eq!(turned(files), expected, "{files:?}");
        }
    }
    #[test]
    fn what_was_rewritten() {
        let rewritten = |files: &[(&str, &str, &str)]| told(&turnover(files).with_rewritten());
        for (old, new, expected) in [
            (
                "// TODO: pay the old engine down\n",
                "// TODO: pay the old tax engine down\n",
                "~ pay the old engine down a.rs pay the old tax engine down",
            ),
            ("// TODO(TD-1): this\n", "// TODO(TD-1): that other thing\n", "~ this a.rs that other thing"),
        ] {
            assert_eq!(rewritten(&[("a.rs", old, new)]), [expected]);
        }
        let (old, new) = ("// TODO: pay it down\n", "// FIXME: crash on an empty list\n");
        assert_eq!(rewritten(&[("a.rs", old, new)]), ["+ a.rs crash on an empty list", "- a.rs pay it down"]);
        // With its file elsewhere only the same words are known again.
        let new = "// FIXME(@ada): pay it down\n";
        assert_eq!(rewritten(&[("a.rs", old, "-"), ("b.rs", "-", new)]), ["~ pay it down b.rs pay it down"]);
    }

    #[test]
    fn what_is_common() {
        let base = [("a.rs", "x();\n", "// TODO: mine\n\ny();\n// TODO: theirs\n")];
        let other = [("a.rs", "y();\n// TODO: theirs\n", "// TODO: mine\n\ny();\n// TODO: theirs\n")];
        assert_eq!(told(&turnover(&base).common(&turnover(&other))), ["+ a.rs mine"]);
    }
}
