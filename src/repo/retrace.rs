//! Finds changes that undo or repeat earlier ones, by their content.

mod fingerprint;
mod standing;
mod together;
mod unit;

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::repo::ObjectStore;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Walk;
use crate::repo::changes::Compared;
use crate::repo::changes::Failure;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Reader;
use crate::repo::changes::Readers;
use crate::repo::changes::all_or_first_error;
use crate::repo::retrace::fingerprint::Fingerprint;
use crate::repo::retrace::together::Claim;
use crate::repo::retrace::unit::Unit;
use crate::repo::retrace::unit::paths_of;
use crate::repo::retrace::unit::units;

/// The changes that undo or repeat earlier ones in content, in the order of history. Each is paired with every earlier change
/// that it undoes and that still stood, and then with the nearest one that it repeats.
///
/// A change is one of the given commits that is no merge, against its parent, or a merge of the mainline against its first
/// parent: it stands for all that it brought in. (A merge that is one commit, put on the mainline as it was, is not asked
/// a second time.) What a merge brought in is not compared with the merge itself. Content is, for each path, the
/// lines removed and the lines added, without blanks and blank lines; of binary files and submodules, the object before
/// and after; and the mode. Ignored paths take no part, and a change without content matches nothing.
///
/// A change may also undo several others together, or one whose files were renamed since. That is tried where its message says
/// which ones, and holds if it leaves what git's reverts of them would leave.
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
    let candidates: Vec<&Unit<'_>> = candidates.into_iter().map(|(_, unit)| unit).collect();
    let mut prints = fingerprints(&readers, &candidates, ignored)?;
    // What undoes no single one may undo several, and be like nothing else.
    let claims =
        those(&readers, together::claims(walk, &units, &prints), |reader, claim| claim.is_open(reader, ignored))?;
    let asked = claims.iter().flat_map(|claim| claim.earlier.iter().copied().chain([claim.later]));
    let asked: BTreeMap<ObjectId, &Unit<'_>> = asked.map(|unit| (unit.fact.id, unit)).collect();
    let asked: Vec<&Unit<'_>> = asked.into_values().filter(|unit| !prints.contains_key(&unit.fact.id)).collect();
    prints.extend(fingerprints(&readers, &asked, ignored)?);
    let has_content = |unit: &&Unit<'_>| prints.contains_key(&unit.fact.id);
    let claims = claims.into_iter().filter(|claim| has_content(&claim.later)).map(|mut claim| {
        claim.earlier.retain(has_content);
        claim
    });
    let claims = those(&readers, claims.collect(), |reader, claim| claim.holds(reader, ignored))?;
    let claims = claims.into_iter().map(|claim| (claim.later.fact.id, claim.earlier)).collect();
    Ok(standing::matches(&units, &prints, &claims))
}

/// Whether a commit leaves what git's reverts of others, the newest first, would leave.
///
/// # Errors
///
/// An object that decides is absent, damaged, or beyond a limit.
pub fn takes_back(
    repository: &Repository,
    later: &CommitFact,
    earlier: &[&CommitFact],
    ignored: &IsIgnored<'_>,
) -> Result<bool, RepoError> {
    let known = earlier.iter().copied().chain([later]);
    Readers::new(repository, known).with(|reader| together::takes_back(reader, later, earlier, ignored))?
}

/// The names of those of some units that have content.
fn fingerprints(
    readers: &Readers<'_>,
    units: &[&Unit<'_>],
    ignored: &IsIgnored<'_>,
) -> Result<HashMap<ObjectId, Fingerprint>, RepoError> {
    let found = readers.each(units, |reader, unit| fingerprint::of(reader, unit, ignored))?;
    let found = all_or_first_error(found.into_iter())?;
    Ok(units.iter().zip(found).filter_map(|(unit, print)| Some((unit.fact.id, print?))).collect())
}

/// Those claims of which something is so.
fn those<'u>(
    readers: &Readers<'_>,
    claims: Vec<Claim<'u>>,
    is_so: impl Fn(&Reader<'_, ObjectStore>, &Claim<'u>) -> Result<bool, RepoError> + Sync,
) -> Result<Vec<Claim<'u>>, RepoError> {
    let found = readers.each(&claims, |reader, claim| is_so(reader, claim).map_err(Failure::from))?;
    let found = all_or_first_error(found.into_iter())?;
    Ok(claims.into_iter().zip(found).filter_map(|(claim, is_so)| is_so.then_some(claim)).collect())
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

#[cfg(test)]
mod tests;
