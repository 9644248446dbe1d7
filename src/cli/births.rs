//! Where the markers of a revision come from, and which of them are most worth a look.

use std::collections::BTreeMap;

use crate::cli::hunt::Hunt;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::marker;
use crate::marker::Birth;
use crate::marker::Listing;
use crate::marker::Marker;
use crate::policy::Policy;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::births;
use crate::repo::births::Sought;
use crate::repo::changes;
use crate::repo::trusted::Trusted;
use crate::repo::walk;
use crate::report::markers::Row;

/// What a marker without an estimate is taken to need, in minutes.
const USUAL_MINUTES: u64 = 60;

/// The births of all markers of a listing of a commit's tree, in their order; `None` where history does not reach back.
pub(super) fn births(
    repository: &Repository,
    tip: ObjectId,
    hunt: &Hunt<'_>,
    listing: &Listing,
    trusted: Option<&Trusted>,
    as_of: UnixTime,
    progress: &dyn Progress,
) -> Result<Vec<Option<Birth>>, RepoError> {
    let markers = listing.markers();
    let sought: Vec<Sought> =
        markers.map(|(path, marker)| Sought { path: path.clone(), is: marker::trait_of(marker) }).collect();
    let find = |path: &RepoPath, text: &[u8]| marker::traits(&hunt.tools.scanner, path, text, hunt.prose());
    let found = births::births(repository, tip, &sought, &find, progress)?;
    let told = |birth: Option<births::Birth>| {
        let birth = birth.filter(|birth| !birth.is_cut)?;
        let author = trusted.map_or_else(|| birth.author.clone(), |trusted| trusted.mailmap.map(&birth.author));
        let at = birth.time?;
        let days = as_of.day().number().saturating_sub(at.day().number());
        Some(Birth { commit: birth.commit, by: author.name, at, days: u32::try_from(days).unwrap_or_default() })
    };
    Ok(found.into_iter().map(told).collect())
}

/// Gives each row its interest: how often its file changed in the window, times its age in days, times its estimate in
/// hours; rounded down. A marker without an estimate is taken to need one hour.
pub(super) fn rate(
    repository: &Repository,
    tip: ObjectId,
    policy: &Policy,
    as_of: UnixTime,
    rows: &mut [Row],
    progress: &dyn Progress,
) -> Result<(), RepoError> {
    let span = Span { as_of: Some(as_of), days: policy.window_days };
    let walk = walk::window(repository, tip, span, &Clone::clone, progress)?;
    let commits: Vec<&CommitFact> = walk.commits.iter().collect();
    // Which paths changed is enough: no file is read.
    let changed = changes::changes(repository, &commits, &|_path| Ok(true), progress)?;
    let mut often: BTreeMap<RepoPath, u64> = BTreeMap::new();
    for change in changed.into_iter().flat_map(|compared| compared.changes.paths) {
        let count = often.entry(change.path).or_default();
        *count = count.saturating_add(1);
    }
    for row in rows {
        let changes = often.get(&row.path).copied().unwrap_or_default();
        row.interest = row.birth.as_ref().map(|birth| interest(changes, birth.days, &row.marker));
    }
    Ok(())
}

fn interest(changes: u64, days: u32, marker: &Marker) -> u64 {
    let minutes = marker.attributes.estimate_minutes.map_or(USUAL_MINUTES, u64::from);
    changes.saturating_mul(u64::from(days)).saturating_mul(minutes).div_euclid(60)
}
