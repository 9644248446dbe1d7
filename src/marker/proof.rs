//! What a commit's content says for its paydown label. Pure but for the texts, which are asked for one by one.

mod kept;
mod lines;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use bstr::ByteSlice as _;

use crate::facts::Age;
use crate::facts::CommitFact;
use crate::facts::Grade;
use crate::facts::Ground;
use crate::facts::ObjectId;
use crate::facts::Proof;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::marker::brief::Brief;
use crate::marker::find::Prose;
use crate::marker::find::Scanner;
use crate::marker::find::ScannerError;
use crate::marker::find::Search;
use crate::marker::find::Tag;
use crate::marker::find::Words;
use crate::marker::item::Marker;
use crate::marker::proof::lines::Lines;
use crate::marker::proof::lines::Removed;
use crate::marker::proof::lines::Shapes;
use crate::marker::proof::lines::old_lines;
use crate::marker::proof::lines::without_moved;
use crate::marker::turnover::Turning;
use crate::marker::turnover::Turnover;
use crate::policy::Languages;
use crate::policy::PathGlobs;
use crate::policy::SignPlace;
use crate::policy::Signs;
use crate::policy::TagCase;
use crate::repo::RepoError;
use crate::repo::content::Earlier;
use crate::repo::content::Sides;

/// The tag whose brackets hold the names of debts.
const NAMING_TAG: &str = "DEBT";

/// So many places are kept for a grade.
const GROUNDS: usize = 5;

/// How often each sign is in its place, by its place in the list.
type SignCounts = BTreeMap<usize, i64>;

/// Files by their names and contents.
type Counted = HashMap<(ObjectId, Vec<u8>), Arc<SignCounts>>;

/// Looks for what bears paydown labels out; made once, used by all threads.
#[derive(Debug)]
pub struct Prover {
    markers: Scanner,
    /// The texts of the signs of each language.
    words: BTreeMap<String, Words>,
    signs: Signs,
    /// Fixtures, vendored and generated files.
    excluded: PathGlobs,
    /// Signs of files that were counted; a file's name says which language it is in.
    counted: Mutex<Counted>,
}

/// Says how a path stood 90 days before, by the path and the file that the commit found there.
pub type Before<'b> = dyn Fn(&RepoPath, Option<ObjectId>) -> Result<Earlier, RepoError> + 'b;

/// Gives the markers of a file of that text, in brief. They are those that [`Prover::markers`] finds: whoever asks may know
/// them already.
pub type Briefs<'b> = dyn Fn(&RepoPath, Option<ObjectId>, &[u8]) -> Vec<Brief> + 'b;

/// What was seen of a commit.
#[derive(Default)]
struct Seen {
    turning: Turning<Brief>,
    /// How many more there are than before, of each sign and file.
    signs: Vec<(RepoPath, usize, i64)>,
    /// How many lines a file has lost and not got, of each line.
    removed: Vec<Removed>,
    /// Lines that a file has got, of each file.
    added: Vec<Lines>,
    /// By how many lines the tests grew.
    tests: i64,
}

impl Prover {
    /// Takes the tables.
    ///
    /// # Errors
    /// When the texts cannot be looked for together.
    pub fn new(languages: &Languages, signs: Signs, excluded: PathGlobs) -> Result<Self, ScannerError> {
        let mut texts: BTreeMap<String, Vec<Tag>> = BTreeMap::new();
        for sign in &signs.list {
            for language in &sign.languages {
                let tags = texts.entry(language.clone()).or_default();
                if tags.iter().all(|tag| tag.name != sign.text) {
                    tags.push(Tag { name: sign.text.clone(), case: TagCase::Exact });
                }
            }
        }
        let markers = Scanner::new(languages.clone(), Search::default())?;
        let words = texts.into_iter().map(|(language, tags)| Ok((language, Words::new(tags)?)));
        let words = words.collect::<Result<_, ScannerError>>()?;
        Ok(Self { markers, words, signs, excluded, counted: Mutex::default() })
    }

    /// The best that a commit has to show for its label. Without `before` nothing is known of the age of lines.
    ///
    /// # Errors
    /// A text cannot be had.
    pub fn prove<S: Iterator<Item = Result<Sides, RepoError>>>(
        &self,
        fact: &CommitFact,
        sides: impl Fn() -> S,
        briefs: &Briefs<'_>,
        before: Option<&Before<'_>>,
    ) -> Result<Proof, RepoError> {
        let mut seen = Seen::default();
        for sides in sides() {
            self.look(&sides?, briefs, &mut seen);
        }
        let Seen { turning, signs, removed, added, tests } = seen;
        let proof = |grade, grounds: Vec<Ground>| Proof { grade, grounds, age: Age::Known };
        // What the markers say matters only where one is gone: then all is looked at once more.
        if !turning.done().removed.is_empty() {
            let (turnover, standing) = self.turnover(sides())?;
            let named = named_debts(fact, &turnover, &standing);
            if !named.is_empty() {
                return Ok(proof(Grade::NamedDebt, named));
            }
            if turnover.net() < 0 {
                return Ok(proof(Grade::Marker, removed_markers(&turnover)));
            }
        }
        let fewer = self.fewer_signs(&signs);
        if !fewer.is_empty() {
            return Ok(proof(Grade::Suppression, fewer));
        }
        let removed = without_moved(removed, Lines::all(added));
        if tests < 0 || removed.is_empty() {
            return Ok(proof(Grade::None, Vec::new()));
        }
        let Some(before) = before else {
            return Ok(Proof { grade: Grade::None, grounds: Vec::new(), age: Age::Unknown });
        };
        let old = old_lines(&removed, before)?;
        Ok(if old.is_empty() { proof(Grade::None, old) } else { proof(Grade::OldCode, old) })
    }

    /// What became of the markers of a commit, and the tickets and names of debts that still stand in the changed files.
    fn turnover(
        &self,
        sides: impl Iterator<Item = Result<Sides, RepoError>>,
    ) -> Result<(Turnover, Vec<String>), RepoError> {
        let (mut turning, mut standing) = (Turning::default(), Vec::new());
        for sides in sides {
            let sides = sides?;
            let (old, new) = (self.markers(&sides.path, &sides.old), self.markers(&sides.path, &sides.new));
            standing.extend(new.iter().flat_map(names));
            turning.path(&sides.path, sides.fate, old, new);
        }
        Ok((turning.done(), standing))
    }

    /// The markers of a text, none where it is not searched.
    #[must_use]
    pub fn markers(&self, path: &RepoPath, text: &[u8]) -> Vec<Marker> {
        if text.is_empty() || self.excluded.fit(path) {
            return Vec::new();
        }
        self.markers.scan(path, text, Prose::Comments).map(|scanned| scanned.markers).unwrap_or_default()
    }

    fn look(&self, sides: &Sides, briefs: &Briefs<'_>, seen: &mut Seen) {
        if self.excluded.fit(&sides.path) {
            return;
        }
        let brief = |file, text: &[u8]| if text.is_empty() { Vec::new() } else { briefs(&sides.path, file, text) };
        let (old, new) = (brief(sides.old_file, &sides.old), brief(sides.new_file, &sides.new));
        seen.turning.path(&sides.path, sides.fate, old, new);
        // What is in the common ends is as often there before as after: signs, and lines.
        let (old, new) = sides.middles();
        if self.has_signs(&sides.path, &sides.old, old) || self.has_signs(&sides.path, &sides.new, new) {
            let signs = |file, text: &[u8]| self.signs_of(&sides.path, file, text);
            let (old, new) = (signs(sides.old_file, &sides.old), signs(sides.new_file, &sides.new));
            for place in 0..self.signs.list.len() {
                let count = |signs: &SignCounts| signs.get(&place).copied().unwrap_or_default();
                let more = count(&new).saturating_sub(count(&old));
                if more != 0 {
                    seen.signs.push((sides.path.clone(), place, more));
                }
            }
        }
        let (mut removed, mut added) = (Lines::of(old), Lines::of(new));
        removed.cancel(&mut added);
        if self.signs.tests.fit(&sides.path) {
            seen.tests = seen.tests.saturating_add(added.count()).saturating_sub(removed.count());
        }
        seen.added.push(added);
        if !removed.is_empty() {
            let shapes = Shapes::of(old);
            seen.removed.push(Removed { path: sides.path.clone(), file: sides.old_file, lines: removed, shapes });
        }
    }

    /// Whether a part of a file's text has any text of a sign of the file's language.
    fn has_signs(&self, path: &RepoPath, text: &[u8], part: &[u8]) -> bool {
        self.markers.has_any(path, text, part, |language| self.words.get(language))
    }

    /// The same for a file that may have been counted already: what is new in one commit is old in the next.
    fn signs_of(&self, path: &RepoPath, file: Option<ObjectId>, text: &[u8]) -> Arc<SignCounts> {
        let Some(file) = file.filter(|_| !text.is_empty()) else { return Arc::new(self.count_signs(path, text)) };
        let key = (file, path.name().to_vec());
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let counts = Arc::new(self.count_signs(path, text));
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&counts));
        counts
    }

    /// How often each sign of the file's language is in its place.
    fn count_signs(&self, path: &RepoPath, text: &[u8]) -> SignCounts {
        let mut counts = BTreeMap::new();
        let mut spoken = None;
        let found = self.markers.counts(path, text, |language| {
            spoken = Some(language.to_owned());
            self.words.get(language)
        });
        let Some((language, words)) = spoken.zip(found) else { return counts };
        for (place, sign) in self.signs.list.iter().enumerate() {
            let Some((in_comments, all)) = words.get(sign.text.as_str()) else { continue };
            if sign.languages.contains(&language) {
                let in_code = all.saturating_sub(*in_comments);
                counts.insert(place, if sign.place == SignPlace::Comment { *in_comments } else { in_code });
            }
        }
        counts
    }

    /// Where signs went, if there are fewer of them altogether.
    fn fewer_signs(&self, signs: &[(RepoPath, usize, i64)]) -> Vec<Ground> {
        let more = signs.iter().map(|(_, _, more)| *more).fold(0_i64, i64::saturating_add);
        if more >= 0 {
            return Vec::new();
        }
        let gone = signs.iter().filter(|(_, _, more)| *more < 0).filter_map(|(path, place, _)| {
            let sign = self.signs.list.get(*place)?;
            Some(Ground { path: path.clone(), what: Untrusted::new(sign.text.clone()) })
        });
        gone.take(GROUNDS).collect()
    }
}

/// The tickets of a marker, and the names in the brackets of a `DEBT(...)`.
fn names(marker: &Marker) -> Vec<String> {
    let attributes = &marker.attributes;
    let owners = (marker.tag == NAMING_TAG).then_some(&attributes.owners).into_iter().flatten();
    attributes.tickets.iter().chain(owners).map(|name| name.expose().to_owned()).collect()
}

/// The removed markers whose ticket or name the message says, and that no marker of the changed files has any more.
fn named_debts(fact: &CommitFact, turnover: &Turnover, standing: &[String]) -> Vec<Ground> {
    if !fact.words_count() || turnover.removed.is_empty() {
        return Vec::new();
    }
    let message = &fact.message;
    let trailers = message.trailers.iter().map(|trailer| trailer.value.expose());
    let texts: Vec<&str> = [message.subject.expose(), message.body.expose()].into_iter().chain(trailers).collect();
    let is_said = |name: &str| texts.iter().any(|text| says(text, name));
    let grounds = turnover.removed.iter().flat_map(|gone| {
        let names = names(&gone.marker).into_iter();
        let resolved = names.filter(|name| !standing.contains(name) && is_said(name));
        resolved.map(|name| Ground { path: gone.path.clone(), what: Untrusted::new(name) })
    });
    grounds.take(GROUNDS).collect()
}

/// Whether a text has a name in it that is not part of a longer one.
fn says(text: &str, name: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    let bytes = text.as_bytes();
    !name.is_empty()
        && bytes.find_iter(name).any(|at| {
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            !is_part(before) && !is_part(bytes.get(at.saturating_add(name.len())))
        })
}

fn removed_markers(turnover: &Turnover) -> Vec<Ground> {
    let ground = |gone: &crate::marker::Gone| {
        let text = format!("{} {}", gone.marker.tag, gone.marker.text.expose());
        Ground { path: gone.path.clone(), what: Untrusted::new(text.trim()) }
    };
    turnover.removed.iter().take(GROUNDS).map(ground).collect()
}

#[cfg(test)]
mod tests;
