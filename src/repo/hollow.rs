//! Looks into commits that claim credit for paydown: was anything done in them?
//!
//! Texts are compared without blanks and, where the language is known, without comments; names of files do not matter.
//! What cannot be told is taken for work: a label is not disbelieved on a guess.

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
use crate::repo::lines::Middle;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::compare;

/// A file's text without its comments; `None` where that is not known.
pub type WithoutComments<'c> = dyn Fn(&RepoPath, &[u8]) -> Option<Vec<u8>> + Sync + 'c;

/// Fewer changed files are no mass.
const MANY_FILES: usize = 20;

/// What is asked about, and by what it is told.
#[derive(Clone, Copy)]
pub struct Claims<'a> {
    /// The commits that claim credit.
    pub claimed: &'a BTreeSet<ObjectId>,
    /// What each of them changed.
    pub changes: &'a HashMap<ObjectId, Changes>,
    /// The change as a whole, where one is judged: what it was built on, and its head.
    pub whole: Option<(ObjectId, ObjectId)>,
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
/// - a commit that leaves all texts as they were, but for blanks, comments and the names of files,
/// - all commits of a mainline merge, or of the change that is judged, if it leaves the tree as it was before,
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
    let kept_nothing = readers.each(&merges, |reader, merge| is_unchanged(reader, merge, claims))?;
    let kept_nothing = kept_nothing.into_iter().collect::<Result<Vec<_>, _>>()?;
    let empty: BTreeSet<ObjectId> =
        merges.iter().zip(kept_nothing).filter(|(_, nothing)| *nothing).map(|(merge, _)| merge.id).collect();
    let no_change = match claims.whole {
        Some((fork, head)) => readers.with(|reader| {
            let deltas = compare(reader.objects, Some(reader.tree_of(head)?), &[Some(reader.tree_of(fork)?)])?;
            nothing_seen(&deltas, claims.ignored)
        })??,
        None => false,
    };

    let mut claimed: Vec<&CommitFact> = history.iter().filter(|fact| claims.claimed.contains(&fact.id)).collect();
    // The largest first, so that at the end no thread waits for another.
    claimed.sort_by_key(|fact| Reverse(claims.changes.get(&fact.id).map_or(0, |changes| changes.paths.len())));
    let found = readers.each(&claimed, |reader, fact| {
        if empty.contains(&fact.landing.commit) || (no_change && claims.coming.contains(&fact.id)) {
            return Ok(Some(Hollow::WithoutChange));
        }
        Look { reader, claims }.at(fact)
    })?;
    let found = all_or_first_error(found.into_iter())?;
    Ok(claimed.iter().zip(found).filter_map(|(fact, hollow)| Some((fact.id, hollow?))).collect())
}

/// Whether a mainline merge left all that it brought in aside.
fn is_unchanged<O: Objects>(
    reader: &Reader<'_, O>,
    merge: &CommitFact,
    claims: &Claims<'_>,
) -> Result<bool, RepoError> {
    nothing_seen(&against_first_parent(reader, merge)?, claims.ignored)
}

fn nothing_seen(deltas: &[Delta], ignored: &IsIgnored<'_>) -> Result<bool, RepoError> {
    for delta in deltas {
        if !ignored(&delta.path)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn against_first_parent<O: Objects>(reader: &Reader<'_, O>, fact: &CommitFact) -> Result<Vec<Delta>, RepoError> {
    let found = reader.differences(fact, Against::First)?;
    found.keep(reader.kept);
    Ok(found.deltas())
}

/// How a file that is there before and after differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            Some(Hollow::WithoutChange) => 1,
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
    fn at(&self, fact: &CommitFact) -> Result<Option<Hollow>, Failure> {
        // What a merge has of its own differs from all sides.
        if fact.is_merge() {
            return Ok(None);
        }
        let mut deltas = Vec::new();
        for delta in against_first_parent(self.reader, fact)? {
            if !(self.claims.ignored)(&delta.path)? {
                deltas.push(delta);
            }
        }
        let found = self.reader.concluded(fact.id, &deltas, &[self.claims.rules], || self.look(fact, &deltas))?;
        Ok(found.0)
    }

    fn look(&self, fact: &CommitFact, deltas: &[Delta]) -> Result<Found, Failure> {
        let is_mass = deltas.len() >= MANY_FILES;
        let lines = self.claims.changes.get(&fact.id).map(|changes| changes.paths.as_slice()).unwrap_or_default();
        let lines: BTreeMap<&RepoPath, u64> = lines.iter().map(|one| (&one.path, one.lines.count())).collect();
        let all = lines.values().fold(0, |sum: u64, lines| sum.saturating_add(*lines));
        let mut done = Done { any: false, lines: 0, all, is_mass };
        // Files that came or went, by what is in them: what came under another name did not come.
        let mut moved: BTreeMap<[u8; 20], (Vec<u64>, Vec<u64>)> = BTreeMap::new();
        for delta in deltas {
            let lines = lines.get(&delta.path).copied().unwrap_or_default();
            match (delta.old.first().copied().flatten(), delta.new) {
                (Some(old), Some(new)) => match self.differs(&delta.path, old, new, is_mass)? {
                    Differs::Not => {}
                    Differs::InLooks => done.any = true,
                    Differs::Yes => done.add(lines),
                },
                (old, new) => {
                    if let Some(content) = self.content(&delta.path, old.or(new))? {
                        let (went, came) = moved.entry(content).or_default();
                        if old.is_some() { went.push(lines) } else { came.push(lines) }
                    }
                }
            }
            if done.is_enough() {
                return Ok(Found(None));
            }
        }
        for (went, came) in moved.into_values() {
            let (more, fewer) = if went.len() > came.len() { (went, came.len()) } else { (came, went.len()) };
            more.iter().skip(fewer).for_each(|lines| done.add(*lines));
        }
        Ok(Found(match (done.any, done.is_enough()) {
            (false, _) => Some(Hollow::WithoutChange),
            (true, false) => Some(Hollow::MassChange),
            (true, true) => None,
        }))
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
    fn content(&self, path: &RepoPath, entry: Option<Entry>) -> Result<Option<[u8; 20]>, Failure> {
        let Some(entry) = entry else { return Ok(None) };
        let text = if entry.mode.is_blob() { self.text(entry)? } else { None };
        let Some(text) = text else { return Ok(Some(*entry.id.as_bytes())) };
        let code = (self.claims.without_comments)(path, &text);
        let text: Vec<u8> = seen(code.as_deref().unwrap_or(&text)).collect();
        Ok((!text.is_empty()).then(|| Sha1::digest(&text).into()))
    }

    fn text(&self, entry: Entry) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        self.reader.text(Some(entry))
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
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii();
    let mut words: Vec<&[u8]> = text.chunk_by(|one, next| in_word(one) && in_word(next)).collect();
    words.retain(|word| !matches!(word, [b',' | b';' | b'\'' | b'"' | b'`' | b'(' | b')' | b'{' | b'}' | b'\\']));
    words.retain(|word| !word.iter().all(u8::is_ascii_whitespace));
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests;
