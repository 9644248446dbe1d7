//! `debtlint markers --base`: which markers a change adds, edits, removes and moves.

use std::collections::BTreeSet;

use crate::cli::check;
use crate::cli::coming::Coming;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::hunt;
use crate::cli::hunt::Ground;
use crate::cli::hunt::Hunt;
use crate::cli::markers;
use crate::cli::markers::Wanted;
use crate::cli::markers::is_found;
use crate::cli::opened::Opened;
use crate::cli::pathless;
use crate::cli::sources;
use crate::cli::turned;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::finding::Level;
use crate::marker::Former;
use crate::marker::Marker;
use crate::marker::MarkerId;
use crate::marker::Turnover;
use crate::policy::TeamId;
use crate::repo;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::trusted::PathOwners;
use crate::report::markers::Change;
use crate::report::markers::Counts;
use crate::report::markers::Fate;
use crate::report::markers::Markers;
use crate::report::markers::Row;

/// The whole way, in order.
pub(super) fn search(wanted: &Wanted, progress: &dyn Progress) -> Result<Markers, Fault> {
    let settings = &wanted.settings;
    let Opened { repository, below, revisions, policy, warnings, is_proposed, trusted, chosen } = Opened::of(wanted)?;
    let name = || settings.head.clone().unwrap_or_else(|| settings.revision.clone());
    let ends = revisions.tip.zip(trusted).zip(revisions.head);
    let ((base, trusted), head) = ends.ok_or_else(|| RepoError::NoSuchRevision { name: name() })?;
    let as_of = settings.as_of.map_or_else(|| repo::as_of(&repository, base), Ok)?;
    let hunt = Hunt::new(&policy, Some(&trusted.attributes))?;
    let owners = PathOwners::new(&policy.teams, trusted.codeowners.clone()).map_err(CliError::from)?;
    let teams = |path: &RepoPath| hunt::teams_of(&policy, &owners, path);

    let ahead = repo::ahead(&repository, base, head, as_of, &Clone::clone, progress)?;
    let mut turned = turned::turned(&repository, &hunt, (&ahead.forks, base), head)?;
    if let Some(beginning) = turned.beginning {
        tell_copies(&mut turned.turnover, &repository, &hunt, Ground::Revision(beginning), progress)?;
    }
    let coming = Coming {
        repository: &repository,
        policy: &policy,
        hunt: &hunt,
        trusted: Some(&trusted),
        base,
        as_of,
        dates: wanted.dates,
        turned: &turned,
        teams: &teams,
    };
    let mut findings = warnings;
    findings.extend(pathless::findings(&policy, &owners));
    findings.extend(coming.findings(progress)?);
    let is_below = |path: &RepoPath| lies_below(path, &below);
    findings.retain(|finding| finding.found.as_ref().is_none_or(|place| is_below(&place.path)));
    if is_proposed {
        for finding in &mut findings {
            finding.level = finding.level.min(Level::Warning);
        }
    }
    let shadow = check::shadow(&policy, Some(as_of.day()), &mut findings);
    findings.sort_by_key(|finding: &Finding| std::cmp::Reverse(finding.level));

    let counts = counts(&turned.turnover);
    let all = rows(std::mem::take(&mut turned.turnover), &teams);
    let total = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let found = wanted.found(&findings);
    let is_wanted = |row: &Row| is_below(&row.path) && wanted.wants(row, &chosen) && is_found(row, found.as_ref());
    let mut rows: Vec<Row> = all.into_iter().filter(is_wanted).collect();
    wanted.sort.sort(&mut rows);
    let unasked = wanted.unasked(&findings, &rows, &chosen, &policy, &teams);
    let sources = sources::sources(&repository, Some(Ground::Revision(head)), &findings)?;
    let mut ground = markers::searched(&repository, wanted, Some(head), Some(base), below, Some(as_of));
    ground.revision_name = Untrusted::new(name());
    drop(hunt);
    Ok(Markers {
        ground,
        overrides: wanted.overrides(),
        rows,
        sort: wanted.sort,
        total,
        searched: 0,
        left_out: std::collections::BTreeMap::new(),
        said: Vec::new(),
        findings,
        unasked,
        shadow,
        sources,
        change: Some(Change {
            base_name: Untrusted::new(settings.revision.clone()),
            base,
            beginnings: turned.beginnings,
            counts,
        }),
        known: None,
        policy,
    })
}

/// Tells new markers apart from copies of what stood somewhere in the tree before.
fn tell_copies(
    turnover: &mut Turnover,
    repository: &Repository,
    hunt: &Hunt<'_>,
    before: Ground,
    progress: &dyn Progress,
) -> Result<(), RepoError> {
    let has_words = |marker: &Marker| !marker.text.expose().is_empty();
    if !turnover.added.iter().any(|(_, marker)| has_words(marker)) {
        return Ok(());
    }
    let there = hunt.markers(repository, before, &RepoPath::new(Vec::new()), progress)?;
    let known: BTreeSet<MarkerId> = there.markers().map(|(_, marker)| marker.content_id()).collect();
    let is_copy = |(_, marker): &(RepoPath, Marker)| has_words(marker) && known.contains(&marker.content_id());
    let (copied, added): (Vec<_>, Vec<_>) = std::mem::take(&mut turnover.added).into_iter().partition(is_copy);
    turnover.added = added;
    turnover.copied.extend(copied);
    Ok(())
}

fn counts(turnover: &Turnover) -> Counts {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Counts {
        added: count(turnover.added.len()),
        edited: count(turnover.edited.len()),
        removed: count(turnover.removed.len()),
        with_file: count(turnover.removed.iter().filter(|gone| gone.with_file).count()),
        moved: count(turnover.moved.len()),
        copied: count(turnover.copied.len()),
    }
}

/// All markers that something became of, by file and line.
fn rows(turnover: Turnover, teams: &dyn Fn(&RepoPath) -> Vec<TeamId>) -> Vec<Row> {
    let row = |path: RepoPath, marker: Marker, fate: Fate| Row {
        teams: teams(&path),
        path,
        marker,
        birth: None,
        interest: None,
        fate: Some(fate),
    };
    let former = |former: Former, fate: fn(Box<Former>) -> Fate| {
        row(former.path.clone(), former.marker.clone(), fate(Box::new(former)))
    };
    let Turnover { added, removed, edited, moved, copied } = turnover;
    let added = added.into_iter().map(|(path, marker)| row(path, marker, Fate::Added));
    let removed = removed
        .into_iter()
        .map(|gone| row(gone.path, gone.marker, if gone.with_file { Fate::RemovedWithFile } else { Fate::Removed }));
    let edited = edited.into_iter().map(|one| former(one, Fate::Edited));
    let moved = moved.into_iter().map(|one| former(one, Fate::Moved));
    let copied = copied.into_iter().map(|(path, marker)| row(path, marker, Fate::Copied));
    let mut all: Vec<Row> = added.chain(removed).chain(edited).chain(moved).chain(copied).collect();
    all.sort_by(|a, b| (&a.path, a.marker.place).cmp(&(&b.path, b.marker.place)));
    all
}

/// Whether a path is a folder or file, or lies in it; the empty one holds all.
fn lies_below(path: &RepoPath, below: &RepoPath) -> bool {
    let (path, below) = (path.as_bytes(), below.as_bytes());
    below.is_empty() || path.strip_prefix(below).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}
