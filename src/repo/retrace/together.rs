//! Commits that take back several others in one, or one whose files have been renamed since.
//!
//! What a commit says it reverts chooses what is tried, and nothing else. What decides is its content: it must leave what git's own
//! reverts of these leave, the newest first, but for blanks; and each of them must find all of its lines there.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use imara_diff::sources::byte_lines;

use crate::facts::CommitFact;
use crate::facts::Message;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::repo::IsIgnored;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::Walk;
use crate::repo::changes::Reader;
use crate::repo::differences::Against;
use crate::repo::lines;
use crate::repo::lines::Middle;
use crate::repo::merge;
use crate::repo::merge::Merged;
use crate::repo::retrace::fingerprint::Fingerprint;
use crate::repo::retrace::unit::Unit;
use crate::repo::tally::Tally;
use crate::repo::tree::Entry;
use crate::repo::tree::Mode;

/// Larger files are merged by nobody.
const LARGEST: usize = 1 << 20;

/// So many files may be held against one that is not there any more.
const MOST_RENAMED: usize = 32;

/// A unit that says it reverts, and the earlier ones that it names, the newest first.
pub(super) struct Claim<'u> {
    pub(super) later: &'u Unit<'u>,
    pub(super) earlier: Vec<&'u Unit<'u>>,
    /// How many it names, with or without content.
    named: usize,
}

/// Units in the order of history that say they revert earlier ones; without those whose content is the inverse of one of these.
pub(super) fn claims<'u>(
    walk: &Walk,
    units: &'u [Unit<'u>],
    prints: &HashMap<ObjectId, Fingerprint>,
) -> Vec<Claim<'u>> {
    let says = |unit: &Unit<'_>| {
        let named = unit.fact.message.reverts.len();
        named > 0 && named <= Message::MOST_REVERTS && unit.fact.words_count()
    };
    if !units.iter().any(says) {
        return Vec::new();
    }
    let mut places: BTreeMap<ObjectId, usize> = units.iter().enumerate().map(|(at, unit)| (unit.fact.id, at)).collect();
    // A merge that is no unit did nothing but put one commit on the mainline.
    let merges = walk.commits.iter().filter(|fact| fact.is_merge() && fact.landing.commit == fact.id);
    for merge in merges {
        let only = merge.parents.get(1).and_then(|only| places.get(only)).copied();
        if let Some(only) = only.filter(|_| !places.contains_key(&merge.id)) {
            places.insert(merge.id, only);
        }
    }
    let mut there = BTreeSet::new();
    let mut found = Vec::new();
    for (at, later) in units.iter().enumerate() {
        let print = prints.get(&later.fact.id);
        let is_alone = print.is_none_or(|print| !there.contains(&print.inverse));
        there.extend(print.map(|print| print.forward));
        if is_alone && says(later) {
            let named = later.fact.message.reverts.iter().filter_map(|name| place(name, &places));
            let earlier: BTreeSet<usize> = named.filter(|earlier| *earlier < at).collect();
            let earlier = earlier.into_iter().rev().filter_map(|earlier| units.get(earlier));
            let earlier = earlier.filter(|earlier| !earlier.is_part_of(later) && !later.is_part_of(earlier));
            let earlier: Vec<_> = earlier.collect();
            let named = earlier.len();
            found.push(Claim { later, earlier, named });
        }
    }
    found.retain(|claim| !claim.earlier.is_empty());
    found
}

/// The one whose name begins so.
fn place(name: &str, places: &BTreeMap<ObjectId, usize>) -> Option<usize> {
    // Names by either hash lie in between, as those by SHA-1 are filled up with zeros.
    let least: ObjectId = format!("{name:0<64}").parse().ok()?;
    let most: ObjectId = format!("{name:f<64}").parse().ok()?;
    let mut found = places.range(least..=most);
    found.next().filter(|_| found.next().is_none()).map(|(_, place)| *place)
}

impl Claim<'_> {
    /// Whether it is worth trying: there is something, and of one commit at the same paths the fingerprint tells all.
    pub(super) fn is_open<O: Objects>(
        &self,
        reader: &Reader<'_, O>,
        ignored: &IsIgnored<'_>,
    ) -> Result<bool, RepoError> {
        let [earlier] = self.earlier.as_slice() else { return Ok(!self.earlier.is_empty()) };
        let (Some(now), Some(then)) =
            (changed(reader, self.later.fact, ignored)?, changed(reader, earlier.fact, ignored)?)
        else {
            return Ok(false);
        };
        Ok(then.keys().any(|path| !now.contains_key(path)))
    }

    /// Whether an open one is so; where some that it names have gone since for want of content, the one that is left is a new question.
    pub(super) fn holds<O: Objects>(&self, reader: &Reader<'_, O>, ignored: &IsIgnored<'_>) -> Result<bool, RepoError> {
        let earlier: Vec<&CommitFact> = self.earlier.iter().map(|unit| unit.fact).collect();
        let is_open = self.earlier.len() == self.named || self.is_open(reader, ignored)?;
        Ok(is_open && takes_back(reader, self.later.fact, &earlier, ignored)?)
    }
}

/// Whether a commit leaves what git's reverts of others, the newest first, would leave of its first parent.
pub(super) fn takes_back<O: Objects>(
    reader: &Reader<'_, O>,
    later: &CommitFact,
    earlier: &[&CommitFact],
    ignored: &IsIgnored<'_>,
) -> Result<bool, RepoError> {
    let Some(goal) = changed(reader, later, ignored)? else { return Ok(false) };
    let mut undone = Vec::new();
    for fact in earlier {
        match changed(reader, fact, ignored)? {
            Some(changes) if !changes.is_empty() => undone.push((fact, changes)),
            _ => return Ok(false),
        }
    }
    let touched: BTreeSet<&RepoPath> = undone.iter().flat_map(|(_, changes)| changes.keys()).collect();
    // What they change forth and back is left as it was.
    let mut files: BTreeMap<&RepoPath, (State, Option<Entry>)> =
        goal.iter().map(|(path, change)| (path, (State::of(change.old), change.new))).collect();
    for path in &touched {
        if !goal.contains_key(*path) {
            let before = match later.parents.first() {
                Some(parent) => reader.entry_at(*parent, path)?,
                None => None,
            };
            files.insert(path, (State::of(before), before));
        }
    }
    for (fact, changes) in &undone {
        let mut renamed = BTreeSet::new();
        for (path, change) in changes {
            let is_gone = files.get(path).is_some_and(|(state, _)| state.mode.is_none());
            let mut at = path;
            if is_gone && change.old.is_some() && change.new.is_some() {
                let elsewhere = goal.keys().filter(|other| !touched.contains(other) && !renamed.contains(other));
                let Some(other) = most_like(reader, fact, change, elsewhere, &files)? else { return Ok(false) };
                renamed.insert(other);
                at = other;
            }
            let Some((state, _)) = files.get_mut(at) else { return Ok(false) };
            match state.without(reader, change)? {
                Some(before) => *state = before,
                None => return Ok(false),
            }
        }
    }
    for (state, after) in files.values() {
        if !state.is(reader, *after)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What stood at a path before a commit, and behind it.
struct Change {
    old: Option<Entry>,
    new: Option<Entry>,
}

/// What a commit changed against its first parent; `None` where a malformed tree names a path twice.
fn changed<O: Objects>(
    reader: &Reader<'_, O>,
    fact: &CommitFact,
    ignored: &IsIgnored<'_>,
) -> Result<Option<BTreeMap<RepoPath, Change>>, RepoError> {
    let mut changes = BTreeMap::new();
    for delta in reader.differences(fact, Against::First)?.deltas() {
        if !ignored(&delta.path)? {
            let change = Change { old: delta.first_old(), new: delta.new };
            if changes.insert(delta.path, change).is_some() {
                return Ok(None);
            }
        }
    }
    Ok(Some(changes))
}

/// The path under which a file goes on that is not there any more, as git finds it: one that was not there yet, and holds half of the
/// file's bytes or more in the same lines; the one that holds the most.
fn most_like<'p, O: Objects>(
    reader: &Reader<'_, O>,
    fact: &CommitFact,
    change: &Change,
    elsewhere: impl Iterator<Item = &'p RepoPath>,
    files: &BTreeMap<&RepoPath, (State, Option<Entry>)>,
) -> Result<Option<&'p RepoPath>, RepoError> {
    let Some(then) = text_of(reader, change.new)? else { return Ok(None) };
    let mut alike: Vec<(usize, &RepoPath)> = Vec::new();
    for (number, path) in elsewhere.enumerate() {
        if number >= MOST_RENAMED {
            return Ok(None);
        }
        let Some((state, Some(_))) = files.get(path) else { continue };
        let Some(now) = state.text(reader)? else { continue };
        let common = common(&then, &now);
        let is_alike = common > 0 && common.saturating_mul(2) >= then.len().max(now.len());
        if is_alike && reader.entry_at(fact.id, path)?.is_none() {
            alike.push((common, path));
        }
    }
    let most = alike.iter().map(|(common, _)| *common).max();
    let mut best = alike.into_iter().filter(|(common, _)| Some(*common) == most).map(|(_, path)| path);
    Ok(best.next().filter(|_| best.next().is_none()))
}

/// What stands at a path while one change after the other is taken back.
struct State {
    mode: Option<Mode>,
    held: Held,
}

enum Held {
    /// An object, or nothing.
    Object(Option<ObjectId>),
    /// What no tree need have.
    Text(Arc<Vec<u8>>),
}

impl State {
    fn of(entry: Option<Entry>) -> Self {
        Self { mode: entry.map(|entry| entry.mode), held: Held::Object(entry.map(|entry| entry.id)) }
    }

    /// What git's revert of a change leaves; `None` where somebody has to settle it by hand, or where not all of the change is there.
    fn without<O: Objects>(&self, reader: &Reader<'_, O>, change: &Change) -> Result<Option<Self>, RepoError> {
        let (before, after) = (Self::of(change.old), Self::of(change.new));
        let mode = match self.mode {
            mode if before.mode == after.mode => mode,
            mode if mode == after.mode => before.mode,
            _ => return Ok(None),
        };
        if before.object() == after.object() {
            let held = match &self.held {
                Held::Object(id) => Held::Object(*id),
                Held::Text(text) => Held::Text(Arc::clone(text)),
            };
            return Ok(Some(Self { mode, held }));
        }
        if self.object().is_some_and(|now| Some(now) == after.object()) {
            return Ok(Some(Self { mode, held: before.held }));
        }
        let (Some(ours), Some(ancestor), Some(theirs)) =
            (self.text(reader)?, text_of(reader, change.new)?, text_of(reader, change.old)?)
        else {
            return Ok(None);
        };
        Ok(match merge::texts(&ancestor, &ours, &theirs) {
            Merged::Clean(text) if turned(&ours, &text) == turned(&ancestor, &theirs) => {
                Some(Self { mode, held: Held::Text(Arc::new(text)) })
            }
            _ => None,
        })
    }

    /// Whether this is what stands there, but for blanks.
    fn is<O: Objects>(&self, reader: &Reader<'_, O>, entry: Option<Entry>) -> Result<bool, RepoError> {
        let other = Self::of(entry);
        if self.mode != other.mode {
            return Ok(false);
        }
        if self.object().is_some_and(|id| Some(id) == other.object()) {
            return Ok(true);
        }
        let texts = self.text(reader)?.zip(other.text(reader)?);
        Ok(texts.is_some_and(|(one, other)| bare(&one).eq(bare(&other))))
    }

    /// The object, or that there is none, where that is known.
    const fn object(&self) -> Option<Option<ObjectId>> {
        match self.held {
            Held::Object(id) => Some(id),
            Held::Text(_) => None,
        }
    }

    fn text<O: Objects>(&self, reader: &Reader<'_, O>) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        match &self.held {
            Held::Object(id) => text_of(reader, self.mode.zip(*id).map(|(mode, id)| Entry { mode, id })),
            Held::Text(text) => Ok(Some(Arc::clone(text))),
        }
    }
}

/// The text of a file; `None` of anything else, and of what is too large.
fn text_of<O: Objects>(reader: &Reader<'_, O>, entry: Option<Entry>) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
    let Some(entry) = entry.filter(|entry| entry.mode.is_file()) else { return Ok(None) };
    let limit = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    let text = reader.objects.blob_up_to(entry.id, limit)?;
    // What is at hand comes in any size.
    Ok(text.filter(|text| text.len() <= LARGEST && !lines::is_binary(text)))
}

/// How many more of each line the new text has, or fewer: without blanks, and of no blank line.
fn turned(old: &[u8], new: &[u8]) -> BTreeMap<Vec<u8>, i64> {
    let middle = Middle::of(old, new);
    let mut turned: BTreeMap<Vec<u8>, i64> = BTreeMap::new();
    for (text, by) in [(middle.new, 1), (middle.old, -1)] {
        for line in bare(text) {
            let count = turned.entry(line).or_default();
            *count = count.saturating_add(by);
        }
    }
    turned.retain(|_, count| *count != 0);
    turned
}

/// Lines without blanks, and no blank ones.
fn bare(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let without = |line: &[u8]| line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    text.split(|byte| *byte == b'\n').map(without).filter(|line| !line.is_empty())
}

/// How many bytes stand in lines that both texts have.
fn common(one: &[u8], other: &[u8]) -> usize {
    let mut lines: Tally<&[u8]> = byte_lines(one).collect();
    byte_lines(other).filter(|line| lines.take(line)).map(<[u8]>::len).sum()
}
