//! Looks into commits that claim credit for paydown: was anything done in them?
//!
//! Texts are compared without blanks and, where the language is known, without comments; names of files do not matter.
//! In doubt a commit counts as work: a guess does not overrule its label.

mod left;
mod moved;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Hollow;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::Conclusion;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::changes::Failure;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Reader;
use crate::repo::changes::Readers;
use crate::repo::changes::all_or_first_error;
use crate::repo::common::common_start;
use crate::repo::differences::Against;
use crate::repo::hollow::left::Left;
use crate::repo::hollow::moved::Moved;
use crate::repo::lines::Middle;
use crate::repo::merge_lines;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::compare;

/// A file's text without its comments; `None` where that is not known.
pub type WithoutComments<'c> = dyn Fn(&RepoPath, &[u8]) -> Option<Vec<u8>> + Sync + 'c;

/// Fewer changed files are no mass.
const MANY_FILES: usize = 20;
/// Of what a merge has of its own in longer files, nothing is told word by word.
const LARGEST_MERGED: usize = 1 << 20;

/// What is asked about, and by what it is told.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    /// The commits that claim credit.
    pub claimed: &'a BTreeSet<ObjectId>,
    /// What each of them changed.
    pub changes: &'a HashMap<ObjectId, Changes>,
    /// The change as a whole, where one is judged: the commits that it begins at, and its head.
    pub whole: Option<(&'a [ObjectId], ObjectId)>,
    /// The commits of that change.
    pub coming: &'a BTreeSet<ObjectId>,
    /// Paths that are left out of the measure.
    pub ignored: &'a IsIgnored<'a>,
    /// Takes comments away.
    pub without_comments: &'a WithoutComments<'a>,
    /// A name for the rules by which it does.
    pub rules: &'a [u8],
}

/// Those of the commits that claim credit in which nothing was done, each with what it lacks:
///
/// - a commit that leaves all texts as they were, but for blanks, comments and the names of files; of a merge, what it has of
///   its own is compared with each of its parents, and nothing was done where it is as one of them has it, or put together
///   from them (where that is so with its comments, too, it is told),
/// - a commit of a mainline merge, or of the change that is judged, if that leaves each path which the commit changed as it was
///   before,
/// - a commit of 20 files or more in which nine of ten changed lines are in files that hold the same words and signs as
///   before, in any order and but for commas, semicolons, quotes, parentheses and braces: what formatters move about.
///
/// # Errors
/// An object that decides is absent, damaged, or beyond a limit.
pub fn hollow(
    repository: &Repository,
    history: &[CommitFact],
    claims: &Claims<'_>,
) -> Result<BTreeMap<ObjectId, Hollow>, RepoError> {
    let readers = Readers::new(repository, history.iter());
    let landed_with: BTreeSet<ObjectId> = history
        .iter()
        .filter(|fact| claims.claimed.contains(&fact.id) && fact.landing.commit != fact.id)
        .map(|fact| fact.landing.commit)
        .collect();
    let merges: Vec<&CommitFact> = history.iter().filter(|fact| landed_with.contains(&fact.id)).collect();
    let forks = left::forks(history, &landed_with);
    let of_merges = readers.each(&merges, |reader, merge| {
        Left::of_merge(reader, merge, forks.get(&merge.id).unwrap_or(&BTreeSet::new()))
    })?;
    let of_merges = of_merges.into_iter().collect::<Result<Vec<_>, _>>()?;
    let of_merges: BTreeMap<ObjectId, Left> = merges.iter().map(|merge| merge.id).zip(of_merges).collect();
    let of_change = match claims.whole {
        Some((forks, head)) => Some(readers.with(|reader| Left::of_change(reader, head, forks))??),
        None => None,
    };

    let mut claimed: Vec<&CommitFact> = history.iter().filter(|fact| claims.claimed.contains(&fact.id)).collect();
    // The largest first, so that at the end no thread waits for another.
    claimed.sort_by_key(|fact| Reverse(claims.changes.get(&fact.id).map_or(0, |changes| changes.paths.len())));
    let found = readers.each(&claimed, |reader, fact| {
        let look = Look { reader, claims };
        let paths = look.seen(fact);
        let of_change = of_change.as_ref().filter(|_| claims.coming.contains(&fact.id));
        for left in of_merges.get(&fact.landing.commit).into_iter().chain(of_change) {
            if left.is_gone(reader, fact, &paths)? {
                return Ok(Some(Hollow::WithoutChange));
            }
        }
        look.at(fact)
    })?;
    let found = all_or_first_error(found.into_iter())?;
    Ok(claimed.iter().zip(found).filter_map(|(fact, hollow)| Some((fact.id, hollow?))).collect())
}

fn against_first_parent<O: Objects>(reader: &Reader<'_, O>, fact: &CommitFact) -> Result<Vec<Delta>, RepoError> {
    let found = reader.differences(fact, Against::First)?;
    found.keep(reader.kept);
    Ok(found.deltas())
}

/// What is a commit's own: of a merge, where it differs from all its parents.
fn own<O: Objects>(reader: &Reader<'_, O>, fact: &CommitFact) -> Result<Vec<Delta>, RepoError> {
    let found = reader.differences(fact, Against::All)?;
    found.keep(reader.kept);
    Ok(found.deltas())
}

/// How a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Differs {
    /// Not but for blanks and comments.
    Not,
    /// In its looks.
    InLooks,
    /// It does.
    Yes,
}

/// What a look into a commit found.
struct Found(Option<Hollow>);

impl Conclusion for Found {
    const WHAT: &'static str = "hollow";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        Some(vec![match self.0 {
            None => 0,
            // Of a merge it is asked once more, each time.
            Some(Hollow::WithoutChange | Hollow::PutTogether) => 1,
            Some(Hollow::MassChange) => 2,
        }])
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0] => Some(Self(None)),
            [1] => Some(Self(Some(Hollow::WithoutChange))),
            [2] => Some(Self(Some(Hollow::MassChange))),
            _ => None,
        }
    }
}

struct Look<'r, O> {
    reader: &'r Reader<'r, O>,
    claims: &'r Claims<'r>,
}

impl<O: Objects> Look<'_, O> {
    /// The paths that a commit changed and that are not ignored.
    fn seen(&self, fact: &CommitFact) -> BTreeSet<&RepoPath> {
        let changes = self.claims.changes.get(&fact.id).map(|changes| changes.paths.as_slice()).unwrap_or_default();
        changes.iter().filter(|change| change.lines != Lines::Ignored).map(|change| &change.path).collect()
    }

    fn at(&self, fact: &CommitFact) -> Result<Option<Hollow>, Failure> {
        let lines = self.claims.changes.get(&fact.id).map(|changes| changes.paths.as_slice()).unwrap_or_default();
        let lines: BTreeMap<&RepoPath, u64> = lines.iter().map(|one| (&one.path, one.lines.count())).collect();
        let (mut deltas, mut ignored) = (Vec::new(), Vec::new());
        for delta in own(self.reader, fact)? {
            if (self.claims.ignored)(&delta.path)? {
                ignored.push(delta);
            } else if !fact.is_merge() || lines.contains_key(&delta.path) {
                // What a merge only put together from its sides is none of its work.
                deltas.push(delta);
            }
        }
        if fact.is_merge() && deltas.iter().any(Delta::is_move) {
            // Nothing is kept of it: more decides than these paths.
            let sides = self.sides(fact, &deltas)?;
            return Ok(self.look(&deltas, &lines, &sides)?.0);
        }
        let found = self.concluded(fact, &deltas, &ignored, &lines)?;
        if !fact.is_merge() || found != Some(Hollow::WithoutChange) {
            return Ok(found);
        }
        for delta in &deltas {
            if !self.is_put_together(delta, &|text| Some(text.to_vec()))? {
                return Ok(found);
            }
        }
        Ok(Some(Hollow::PutTogether))
    }

    fn concluded(
        &self,
        fact: &CommitFact,
        deltas: &[Delta],
        ignored: &[Delta],
        lines: &BTreeMap<&RepoPath, u64>,
    ) -> Result<Option<Hollow>, Failure> {
        let moved = Moved::of(deltas, ignored);
        let seen: Vec<u8> = moved.ignored().flat_map(|path| path.as_bytes().iter().chain(&[0])).copied().collect();
        let look = || self.look(deltas, lines, &[moved]);
        Ok(self.reader.concluded(fact.id, deltas, &[self.claims.rules, &seen], look)?.0)
    }

    /// What came and went against each parent, as far as paths of a merge's own did.
    fn sides(&self, merge: &CommitFact, deltas: &[Delta]) -> Result<Vec<Moved>, Failure> {
        let paths: BTreeSet<&RepoPath> = deltas.iter().map(|delta| &delta.path).collect();
        let mut sides = Vec::new();
        for tree in self.reader.distinct_trees(&merge.parents)? {
            let (mut seen, mut ignored) = (Vec::new(), Vec::new());
            for delta in compare(self.reader.objects, Some(merge.tree), &[tree])? {
                if delta.is_move() {
                    let kept = if (self.claims.ignored)(&delta.path)? { &mut ignored } else { &mut seen };
                    kept.push(delta);
                }
            }
            sides.push(Moved::of(&seen, &ignored).about(&paths));
        }
        Ok(sides)
    }

    fn look(&self, deltas: &[Delta], lines: &BTreeMap<&RepoPath, u64>, sides: &[Moved]) -> Result<Found, Failure> {
        let is_mass = deltas.len() >= MANY_FILES;
        let all = lines.values().fold(0, |sum: u64, lines| sum.saturating_add(*lines));
        let mut done = Done { any: false, lines: 0, all, is_mass };
        // Files that are there on both sides first: often one of them says it all.
        let (moves, edits): (Vec<&Delta>, Vec<&Delta>) = deltas.iter().partition(|delta| delta.is_move());
        let mut for_good = Vec::new();
        for (delta, is_move) in
            edits.into_iter().map(|delta| (delta, false)).chain(moves.into_iter().map(|delta| (delta, true)))
        {
            if is_move && for_good.is_empty() {
                let found = sides.iter().map(|side| side.for_good(|path, entry| self.content(path, entry)));
                for_good = found.collect::<Result<_, _>>()?;
            }
            match self.of_all(delta, &for_good, is_mass)? {
                Differs::Not => {}
                Differs::InLooks => done.any = true,
                Differs::Yes => done.add(lines.get(&delta.path).copied().unwrap_or_default()),
            }
            if done.is_enough() {
                return Ok(Found(None));
            }
        }
        Ok(Found(match (done.any, done.is_enough()) {
            (false, _) => Some(Hollow::WithoutChange),
            (true, false) => Some(Hollow::MassChange),
            (true, true) => None,
        }))
    }

    /// How a path differs from what its parents have there, of a merge from the one that is nearest to it. `for_good` has for
    /// each of them what came or went.
    fn of_all(&self, delta: &Delta, for_good: &[BTreeSet<&RepoPath>], is_mass: bool) -> Result<Differs, Failure> {
        let mut least = Differs::Yes;
        for (side, old) in delta.old.iter().enumerate() {
            let differs = match (old, delta.new) {
                (Some(old), Some(new)) => self.differs(&delta.path, *old, new, is_mass)?,
                _ if for_good.get(side).is_some_and(|paths| paths.contains(&delta.path)) => Differs::Yes,
                _ => Differs::Not,
            };
            least = least.min(differs);
            if least == Differs::Not {
                break;
            }
        }
        let code = |text: &[u8]| (self.claims.without_comments)(&delta.path, text);
        Ok(if least != Differs::Not && self.is_put_together(delta, &code)? { Differs::Not } else { least })
    }

    /// Whether a path of a merge has no word and no sign of its own, wherever the lines break: none that no parent has, none
    /// left out that all have. Of the texts that is asked which `code` makes of them.
    fn is_put_together(&self, delta: &Delta, code: &dyn Fn(&[u8]) -> Option<Vec<u8>>) -> Result<bool, Failure> {
        let mut entries = delta.old.iter().chain([&delta.new]).flatten();
        if delta.old.len() < 2 || delta.new.is_none() || !entries.all(|entry| entry.mode.is_blob()) {
            return Ok(false);
        }
        let words = |entry: &Option<Entry>| -> Result<Option<Arc<Vec<u8>>>, Failure> {
            let Some(text) = self.text(*entry)?.filter(|text| text.len() <= LARGEST_MERGED) else { return Ok(None) };
            let code = code(&text);
            let words = signs(code.as_deref().unwrap_or(&text)).flat_map(|word| [word, b"\n"]).flatten();
            Ok(Some(Arc::new(words.copied().collect())))
        };
        let Some(new) = words(&delta.new)? else { return Ok(false) };
        let parents: Option<Vec<_>> = delta.old.iter().map(words).collect::<Result<_, _>>()?;
        Ok(parents.is_some_and(|parents| merge_lines::own(&new, &parents) == (0, 0)))
    }

    fn differs(&self, path: &RepoPath, old: Entry, new: Entry, is_mass: bool) -> Result<Differs, Failure> {
        if old.id == new.id {
            return Ok(Differs::Not);
        }
        let is_text = old.mode.is_blob() && new.mode.is_blob();
        let texts = if is_text { self.text(old)?.zip(self.text(new)?) } else { None };
        let Some((old, new)) = texts else { return Ok(Differs::Yes) };
        if looks_alike(&old, &new) {
            return Ok(Differs::Not);
        }
        let code = |text: &[u8]| (self.claims.without_comments)(path, text);
        let (old, new) = match code(&old).zip(code(&new)) {
            Some((old, new)) if looks_alike(&old, &new) => return Ok(Differs::Not),
            Some((old, new)) => (Arc::from(old), Arc::from(new)),
            None => (old, new),
        };
        Ok(if is_mass && same_words(&old, &new) { Differs::InLooks } else { Differs::Yes })
    }

    /// A name for what is in a file; `None` where nothing is.
    fn content(&self, path: &RepoPath, entry: Entry) -> Result<Option<ObjectId>, Failure> {
        let text = if entry.mode.is_blob() { self.text(entry)? } else { None };
        let Some(text) = text else { return Ok(Some(entry.id)) };
        let code = (self.claims.without_comments)(path, &text);
        let text: Vec<u8> = seen(code.as_deref().unwrap_or(&text)).collect();
        Ok((!text.is_empty()).then(|| ObjectId::from_bytes(Sha1::digest(&text).into())))
    }

    fn text(&self, entry: impl Into<Option<Entry>>) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.reader.text(entry.into())
    }
}

/// What a commit did.
struct Done {
    /// Something looks different.
    any: bool,
    /// Changed lines in files that are different.
    lines: u64,
    /// Changed lines.
    all: u64,
    is_mass: bool,
}

impl Done {
    const fn add(&mut self, lines: u64) {
        self.any = true;
        self.lines = self.lines.saturating_add(lines);
    }

    /// Whether it is work: a difference, and in a mass of files more than a tenth of it.
    const fn is_enough(&self) -> bool {
        self.any && (!self.is_mass || self.all == 0 || self.lines.saturating_mul(10) > self.all)
    }
}

/// Whether the same is to be seen of two texts.
fn looks_alike(a: &[u8], b: &[u8]) -> bool {
    let same = common_start(a, b);
    seen(a.get(same..).unwrap_or_default()).eq(seen(b.get(same..).unwrap_or_default()))
}

/// What is to be seen of a text.
fn seen(text: &[u8]) -> impl Iterator<Item = u8> + '_ {
    text.iter().copied().filter(|byte| !byte.is_ascii_whitespace())
}

/// Whether two texts hold the same words and signs, in any order. What whole lines at their ends have in common needs no
/// look.
fn same_words(old: &[u8], new: &[u8]) -> bool {
    let Middle { old, new, .. } = Middle::of(old, new);
    words(old) == words(new)
}

/// The words and signs of a text, sorted, without what formatters put in and take out.
fn words(text: &[u8]) -> Vec<&[u8]> {
    let mut words: Vec<&[u8]> = signs(text).collect();
    words.retain(|word| !matches!(word, [b',' | b';' | b'\'' | b'"' | b'`' | b'(' | b')' | b'{' | b'}' | b'\\']));
    words.sort_unstable();
    words
}

/// The words and signs of a text, in their order.
fn signs(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let words = text.chunk_by(move |one, next| in_word(one) && in_word(next));
    words.filter(|word| !word.iter().all(u8::is_ascii_whitespace))
}

#[cfg(test)]
mod tests;
