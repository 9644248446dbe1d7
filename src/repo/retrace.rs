//! Finds changes that undo or repeat earlier ones, by their content.

mod fingerprint;
mod unit;

use std::collections::BTreeMap;

use crate::facts::CommitFact;
use crate::facts::Retrace;
use crate::facts::RetraceKind;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::changes::Compared;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Readers;
use crate::repo::changes::all_or_first_error;
use crate::repo::retrace::fingerprint::Fingerprint;
use crate::repo::retrace::unit::Unit;
use crate::repo::retrace::unit::paths_of;
use crate::repo::retrace::unit::units;

/// The changes that undo or repeat an earlier one in content: each with all before it that it undoes and that nobody has
/// undone since, and with the nearest that it repeats; in the order of history, undoing before repeating.
///
/// A change is one of the given commits that is no merge, against its parent, or a merge of the mainline against its first
/// parent: it stands for all that it brought in. (A merge that is one commit, put on the mainline as it was, is not asked
/// a second time.) What a merge brought in is not compared with the merge itself. Content is, for each path, the
/// lines removed and the lines added, without blanks and blank lines; of binary files and submodules, the object before
/// and after; and the mode. Ignored paths take no part, and a change without content matches nothing.
///
/// # Errors
///
/// An object that decides is absent, damaged, or beyond a limit.
pub fn retraced(
    repository: &Repository,
    walk: &Walk,
    counted: &[(&CommitFact, &Compared)],
    ignored: &IsIgnored<'_>,
) -> Result<Vec<Retrace>, RepoError> {
    let readers = Readers::new(repository, walk.commits.iter());
    let units = units(walk, counted);
    // Cheap first: only changes of the very same paths can match. No blob is read for this.
    let paths = readers.each(&units, |reader, unit| paths_of(reader, unit, ignored))?;
    let paths = paths.into_iter().collect::<Result<Vec<_>, _>>()?;
    let named = units.iter().zip(paths).filter_map(|(unit, paths)| Some((paths?, unit)));
    let candidates = with_strangers(named);
    // Then what the paths gain: nearly all work goes on in the same few files, and nearly none of it is the same.
    let gists = readers.each(&candidates, |reader, (paths, unit)| {
        unit::gist_of(reader, unit, ignored).map(|gist| ((*paths, gist.either_way()), *unit))
    })?;
    let candidates = with_strangers(all_or_first_error(gists.into_iter())?.into_iter());
    let fingerprints = readers.each(&candidates, |reader, (_, unit)| fingerprint::of(reader, unit, ignored))?;
    let fingerprints = all_or_first_error(fingerprints.into_iter())?;
    let known = candidates.into_iter().map(|(_, unit)| unit).zip(fingerprints);
    Ok(matches(known.filter_map(|(unit, fingerprint)| Some((unit, fingerprint?)))))
}

/// Those units, in their order, for which another one has the same key and may be compared with it.
fn with_strangers<'u, K: Ord + Copy>(named: impl Iterator<Item = (K, &'u Unit<'u>)>) -> Vec<(K, &'u Unit<'u>)> {
    let named: Vec<_> = named.collect();
    let mut groups: BTreeMap<K, Vec<&Unit<'_>>> = BTreeMap::new();
    for (key, unit) in &named {
        groups.entry(*key).or_default().push(unit);
    }
    groups.retain(|_, group| has_strangers(group));
    named.into_iter().filter(|(key, _)| groups.contains_key(key)).collect()
}

/// Whether two of some units may be compared with each other.
fn has_strangers(group: &[&Unit<'_>]) -> bool {
    let mut members = group.iter();
    let Some(first) = members.next() else { return false };
    // All of one landing, the merge among them: with two commits or more these may be compared.
    let mut commits = usize::from(!first.is_landing);
    for member in members {
        if member.fact.landing.commit != first.fact.landing.commit {
            return true;
        }
        commits = commits.saturating_add(usize::from(!member.is_landing));
    }
    commits > 1
}

/// Each unit with those before it that it undoes, and with the nearest that it repeats.
///
/// What one unit has undone is not asked for again: whoever undoes it later is of the same content as the one that did,
/// and shares its lot. So the number of pairs is at most twice that of the units, however often something goes back and
/// forth.
fn matches<'u>(units: impl Iterator<Item = (&'u Unit<'u>, Fingerprint)>) -> Vec<Retrace> {
    let mut standing: BTreeMap<[u8; 20], Vec<&Unit<'_>>> = BTreeMap::new();
    let mut latest: BTreeMap<[u8; 20], Vec<&Unit<'_>>> = BTreeMap::new();
    let mut found = Vec::new();
    for (unit, fingerprint) in units {
        let is_stranger = |earlier: &&Unit<'_>| !unit.is_part_of(earlier) && !earlier.is_part_of(unit);
        let later = unit.fact.id;
        let mut undone = Vec::new();
        if let Some(earlier) = standing.get_mut(&fingerprint.inverse) {
            let (strangers, own): (Vec<_>, Vec<_>) = earlier.drain(..).partition(is_stranger);
            *earlier = own;
            undone.extend(strangers.into_iter().map(|earlier| earlier.fact.id));
        }
        let repeated = latest.get(&fingerprint.forward).and_then(|same| same.iter().rev().copied().find(is_stranger));
        // A change that is its own inverse is said once.
        let repeated = repeated.map(|earlier| earlier.fact.id).filter(|repeated| !undone.contains(repeated));
        found.extend(undone.iter().rev().map(|earlier| Retrace {
            later,
            earlier: *earlier,
            kind: RetraceKind::Undoes,
        }));
        found.extend(repeated.map(|earlier| Retrace { later, earlier, kind: RetraceKind::Repeats }));
        standing.entry(fingerprint.forward).or_default().push(unit);
        latest.entry(fingerprint.forward).or_default().push(unit);
    }
    found
}

#[cfg(test)]
mod tests;
