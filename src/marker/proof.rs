//! What a commit's content says for its paydown label. Pure but for the texts, which are asked for one by one.

mod kept;

use std::collections::BTreeMap;
use std::hash::DefaultHasher;
use std::hash::Hash as _;
use std::hash::Hasher as _;
use std::sync::Arc;

use bstr::ByteSlice as _;

use crate::facts::Age;
use crate::facts::CommitFact;
use crate::facts::Grade;
use crate::facts::Ground;
use crate::facts::Proof;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::marker::find::Prose;
use crate::marker::find::Scanner;
use crate::marker::find::ScannerError;
use crate::marker::find::Search;
use crate::marker::find::Tag;
use crate::marker::item::Marker;
use crate::marker::turnover::Turning;
use crate::marker::turnover::Turnover;
use crate::policy::Languages;
use crate::policy::PathGlobs;
use crate::policy::SignPlace;
use crate::policy::Signs;
use crate::policy::TagCase;
use crate::repo::RepoError;
use crate::repo::content::Sides;

/// The tag whose brackets hold the names of debts.
const NAMING_TAG: &str = "DEBT";

/// So many places are kept for a grade.
const GROUNDS: usize = 5;

/// Looks for what bears paydown labels out; made once, used by all threads.
#[derive(Debug)]
pub struct Prover {
    markers: Scanner,
    /// Finds the texts of all signs.
    words: Scanner,
    signs: Signs,
    /// Fixtures, vendored and generated files.
    excluded: PathGlobs,
}

/// Gives the text that a path had 90 days before; `None` where it had none.
pub type Before<'b> = dyn Fn(&RepoPath) -> Result<Option<Arc<Vec<u8>>>, RepoError> + 'b;

/// Lines by their hashes, and how often they occur.
type Lines = BTreeMap<u64, i64>;

/// What was seen of a commit.
#[derive(Default)]
struct Seen {
    turning: Turning,
    /// Tickets and names of debts that still stand in the changed files.
    standing: Vec<String>,
    /// How many more there are than before, of each sign and file.
    signs: Vec<(RepoPath, usize, i64)>,
    /// How many lines a file has lost and not got, of each line.
    removed: Vec<(RepoPath, Lines)>,
    /// Lines that files have got.
    added: Lines,
    /// By how many lines the tests grew.
    tests: i64,
}

impl Prover {
    /// Takes the tables.
    ///
    /// # Errors
    /// When the texts cannot be looked for together.
    pub fn new(languages: &Languages, signs: Signs, excluded: PathGlobs) -> Result<Self, ScannerError> {
        let mut tags: Vec<Tag> = Vec::new();
        for sign in &signs.list {
            if tags.iter().all(|tag| tag.name != sign.text) {
                tags.push(Tag { name: sign.text.clone(), case: TagCase::Exact });
            }
        }
        let markers = Scanner::new(languages.clone(), Search::default())?;
        let words = Scanner::new(languages.clone(), Search { tags, ..Search::default() })?;
        Ok(Self { markers, words, signs, excluded })
    }

    /// The best that a commit has to show for its label. Without `before` nothing is known of the age of lines.
    ///
    /// # Errors
    /// A text cannot be had.
    pub fn prove(
        &self,
        fact: &CommitFact,
        sides: impl Iterator<Item = Result<Sides, RepoError>>,
        before: Option<&Before<'_>>,
    ) -> Result<Proof, RepoError> {
        let mut seen = Seen::default();
        for sides in sides {
            self.look(&sides?, &mut seen);
        }
        let Seen { turning, standing, signs, removed, added, tests } = seen;
        let turnover = turning.done();
        let proof = |grade, grounds: Vec<Ground>| Proof { grade, grounds, age: Age::Known };
        let named = named_debts(fact, &turnover, &standing);
        if !named.is_empty() {
            return Ok(proof(Grade::NamedDebt, named));
        }
        if turnover.net() < 0 {
            return Ok(proof(Grade::Marker, removed_markers(&turnover)));
        }
        let fewer = self.fewer_signs(&signs);
        if !fewer.is_empty() {
            return Ok(proof(Grade::Suppression, fewer));
        }
        let removed = without_moved(removed, added);
        if tests < 0 || removed.is_empty() {
            return Ok(proof(Grade::None, Vec::new()));
        }
        let Some(before) = before else {
            return Ok(Proof { grade: Grade::None, grounds: Vec::new(), age: Age::Unknown });
        };
        let old = old_lines(&removed, before)?;
        Ok(if old.is_empty() { proof(Grade::None, old) } else { proof(Grade::OldCode, old) })
    }

    /// The markers of a text, none where it is not searched.
    #[must_use]
    pub fn markers(&self, path: &RepoPath, text: &[u8]) -> Vec<Marker> {
        if text.is_empty() || self.excluded.fit(path) {
            return Vec::new();
        }
        self.markers.scan(path, text, Prose::Comments).map(|scanned| scanned.markers).unwrap_or_default()
    }

    fn look(&self, sides: &Sides, seen: &mut Seen) {
        if self.excluded.fit(&sides.path) {
            return;
        }
        let (old, new) = (self.markers(&sides.path, &sides.old), self.markers(&sides.path, &sides.new));
        seen.standing.extend(new.iter().flat_map(names));
        seen.turning.path(&sides.path, sides.fate, old, new);
        let (old, new) = (self.count_signs(&sides.path, &sides.old), self.count_signs(&sides.path, &sides.new));
        for place in 0..self.signs.list.len() {
            let count = |signs: &BTreeMap<usize, i64>| signs.get(&place).copied().unwrap_or_default();
            let more = count(&new).saturating_sub(count(&old));
            if more != 0 {
                seen.signs.push((sides.path.clone(), place, more));
            }
        }
        let mut removed = lines(&sides.old);
        let mut added = lines(&sides.new);
        removed.retain(|line, count| {
            let other = added.entry(*line).or_default();
            let common = (*count).min(*other);
            *other = other.saturating_sub(common);
            *count = count.saturating_sub(common);
            *count > 0
        });
        added.retain(|_, count| *count > 0);
        if self.signs.tests.fit(&sides.path) {
            seen.tests = seen.tests.saturating_add(sum(&added)).saturating_sub(sum(&removed));
        }
        for (line, count) in added {
            let all = seen.added.entry(line).or_default();
            *all = all.saturating_add(count);
        }
        if !removed.is_empty() {
            seen.removed.push((sides.path.clone(), removed));
        }
    }

    /// How often each sign of the file's language is in its place.
    fn count_signs(&self, path: &RepoPath, text: &[u8]) -> BTreeMap<usize, i64> {
        let mut counts = BTreeMap::new();
        let Some((language, words)) = self.words.counts(path, text) else { return counts };
        for (place, sign) in self.signs.list.iter().enumerate() {
            let Some((in_comments, all)) = words.get(sign.text.as_str()) else { continue };
            if sign.languages.iter().any(|name| name == language) {
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

/// What was taken out and not put in elsewhere.
fn without_moved(removed: Vec<(RepoPath, Lines)>, mut added: Lines) -> Vec<(RepoPath, Lines)> {
    let mut left = removed;
    for (_, lines) in &mut left {
        lines.retain(|line, count| {
            let moved = added.get_mut(line).map_or(0, |there| {
                let moved = (*count).min(*there);
                *there = there.saturating_sub(moved);
                moved
            });
            *count = count.saturating_sub(moved);
            *count > 0
        });
    }
    left.retain(|(_, lines)| !lines.is_empty());
    left
}

/// Where old lines were taken out, if most of those that were are old: if the middle one by age is.
fn old_lines(removed: &[(RepoPath, Lines)], before: &Before<'_>) -> Result<Vec<Ground>, RepoError> {
    let mut grounds = Vec::new();
    let (mut all, mut old) = (0_i64, 0_i64);
    for (path, gone) in removed {
        all = all.saturating_add(sum(gone));
        let Some(text) = before(path)? else { continue };
        let there = lines(&text);
        let is_old = |(line, count): (&u64, &i64)| (*count).min(there.get(line).copied().unwrap_or_default());
        let count = gone.iter().map(is_old).fold(0, i64::saturating_add);
        old = old.saturating_add(count);
        if count > 0 && grounds.len() < GROUNDS {
            let what = if count == 1 { "1 old line".to_owned() } else { format!("{count} old lines") };
            grounds.push(Ground { path: path.clone(), what: Untrusted::new(what) });
        }
    }
    Ok(if old.saturating_mul(2) > all { grounds } else { Vec::new() })
}

/// The lines of a text with anything to be read in them, without blanks around.
fn lines(text: &[u8]) -> Lines {
    let mut all = Lines::new();
    for line in text.lines() {
        let line = line.trim();
        if line.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80) {
            // With the same keys each time: the same line has the same hash in every run.
            let mut hasher = DefaultHasher::new();
            line.hash(&mut hasher);
            let count = all.entry(hasher.finish()).or_default();
            *count = count.saturating_add(1);
        }
    }
    all
}

fn sum(lines: &Lines) -> i64 {
    lines.values().copied().fold(0, i64::saturating_add)
}

#[cfg(test)]
mod tests;
