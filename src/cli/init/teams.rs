//! Which teams a history suggests.
//!
//! The teams (`@org/team`) of CODEOWNERS that own a twentieth of the year's commits. Where there are none: the top-level
//! folders in which at least two people each changed more lines than in any other, if a twentieth of the commits touches
//! each, there are at least two, and three quarters of the commits touch one of them. Folders that hold a layer of the
//! code and not a product (`src`, `tests`, `docs`) are nobody's team. Otherwise all are one team.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::repo::trusted::CodeOwners;

/// A team that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposed {
    /// Its name.
    pub(super) name: String,
    /// The owner of CODEOWNERS, or the folder.
    pub(super) owns: String,
    /// How many of the year's commits touch what it owns.
    pub(super) commits: u64,
    /// How many people do most of their work there; told of folders only.
    pub(super) people: usize,
}

/// The teams, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Proposal {
    /// Everybody is one team.
    #[default]
    Everyone,
    /// The teams of CODEOWNERS.
    CodeOwners(Vec<Proposed>),
    /// Top-level folders.
    Folders(Vec<Proposed>),
}

/// More lines of one commit in one folder say nothing more about who works where.
const LINES_CAP: u64 = 400;

/// What a folder is called that everybody works in.
const LAYERS: [&str; 31] = [
    "assets",
    "bench",
    "benchmarks",
    "bin",
    "boot",
    "build",
    "ci",
    "cmd",
    "config",
    "crates",
    "doc",
    "docs",
    "examples",
    "gradle",
    "include",
    "internal",
    "lib",
    "libs",
    "modules",
    "news",
    "packages",
    "pkg",
    "scripts",
    "source",
    "src",
    "support",
    "third_party",
    "tools",
    "utils",
    "vendor",
    "website",
];

/// Words in the name of such a folder: `android-test`, `changelog.d`.
const LAYER_WORDS: [&str; 8] =
    ["test", "tests", "testing", "testsuite", "changelog", "changelogs", "changes", "newsfragments"];

fn is_layer(folder: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    let has_word = || folder.split(['-', '_', '.']).any(|word| LAYER_WORDS.contains(&word));
    LAYERS.contains(&folder.as_str()) || has_word()
}

/// Looks for teams in what was changed.
pub(super) fn propose(work: &[(&CommitFact, &Changes)], codeowners: Option<&CodeOwners>) -> Proposal {
    let all = u64::try_from(work.len()).unwrap_or(u64::MAX);
    let is_enough = |commits: u64| commits.saturating_mul(20) >= all;
    if let Some(codeowners) = codeowners {
        let teams: Vec<_> = owners(work, codeowners).into_iter().filter(|team| is_enough(team.commits)).collect();
        if !teams.is_empty() {
            return Proposal::CodeOwners(named(teams));
        }
    }
    let mut teams = folders(work);
    teams.retain(|team| team.people >= 2 && is_enough(team.commits));
    // A commit that touches several counts once.
    let owned: BTreeSet<&str> = teams.iter().map(|team| team.owns.trim_matches('/')).collect();
    let is_covered = |changes: &Changes| {
        let counted = changes.paths.iter().filter(|change| change.lines != Lines::Ignored);
        counted
            .map(|change| change.path.to_text())
            .any(|path| path.expose().split_once('/').is_some_and(|(folder, _)| owned.contains(folder)))
    };
    let covered = work.iter().filter(|(_, changes)| is_covered(changes)).count();
    let is_most = covered.saturating_mul(4) >= work.len().saturating_mul(3);
    if teams.len() >= 2 && is_most { Proposal::Folders(named(teams)) } else { Proposal::Everyone }
}

impl Proposal {
    /// The teams; none where everybody is one.
    pub(super) fn teams(&self) -> &[Proposed] {
        match self {
            Self::Everyone => &[],
            Self::CodeOwners(teams) | Self::Folders(teams) => teams,
        }
    }
}

fn owners(work: &[(&CommitFact, &Changes)], codeowners: &CodeOwners) -> Vec<Proposed> {
    let mut commits: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, changes) in work {
        let counted = changes.paths.iter().filter(|change| change.lines != Lines::Ignored);
        let owners: BTreeSet<&str> = counted.flat_map(|change| codeowners.owners(&change.path)).collect();
        for owner in owners.into_iter().filter(|owner| owner.starts_with('@') && owner.contains('/')) {
            let number = commits.entry(owner).or_default();
            *number = number.saturating_add(1);
        }
    }
    let team = |(owner, commits): (&str, u64)| {
        let name = owner.rsplit('/').next().unwrap_or_default().to_owned();
        Proposed { name, owns: owner.to_owned(), commits, people: 0 }
    };
    commits.into_iter().map(team).collect()
}

fn folders(work: &[(&CommitFact, &Changes)]) -> Vec<Proposed> {
    let mut commits: BTreeMap<String, u64> = BTreeMap::new();
    let mut lines_of: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (fact, changes) in work {
        let mut lines: BTreeMap<String, u64> = BTreeMap::new();
        for change in changes.paths.iter().filter(|change| change.lines != Lines::Ignored) {
            let path = change.path.to_text();
            let folder = path.expose().split_once('/').map_or("", |(folder, _)| folder);
            let sum = lines.entry(folder.to_owned()).or_default();
            *sum = sum.saturating_add(change.lines.count()).min(LINES_CAP);
        }
        let person = lines_of.entry(fact.author.address()).or_default();
        for (folder, lines) in lines {
            let number = commits.entry(folder.clone()).or_default();
            *number = number.saturating_add(1);
            let sum = person.entry(folder).or_default();
            *sum = sum.saturating_add(lines).saturating_add(1);
        }
    }
    let mut people: BTreeMap<&str, usize> = BTreeMap::new();
    for folders in lines_of.values() {
        // Of equals the first by name.
        let home = folders.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        if let Some((folder, _)) = home {
            let number = people.entry(folder).or_default();
            *number = number.saturating_add(1);
        }
    }
    // What would have to be escaped in a pattern is left to its owners.
    let is_plain = |folder: &str| {
        let is_product = !folder.is_empty() && !folder.starts_with('.') && !is_layer(folder);
        is_product && folder.chars().all(|one| one.is_ascii_alphanumeric() || "-_.+@".contains(one))
    };
    let team = |(folder, commits): (&String, &u64)| Proposed {
        name: folder.trim_start_matches('.').to_owned(),
        owns: format!("/{folder}/"),
        commits: *commits,
        people: people.get(folder.as_str()).copied().unwrap_or_default(),
    };
    commits.iter().filter(|(folder, _)| is_plain(folder)).map(team).collect()
}

/// Names that a policy may use, no two alike; the teams with the most work first.
fn named(mut teams: Vec<Proposed>) -> Vec<Proposed> {
    teams.sort_by(|a, b| b.commits.cmp(&a.commits).then(a.owns.cmp(&b.owns)));
    let mut names = BTreeSet::new();
    for team in &mut teams {
        team.name.retain(|one| one.is_ascii_alphanumeric() || "-_.".contains(one));
        let is_usable = !team.name.is_empty() && !team.name.eq_ignore_ascii_case("unattributed");
        if !is_usable || !names.insert(team.name.clone()) {
            team.name = format!("team-{}", names.len().saturating_add(1));
            names.insert(team.name.clone());
        }
    }
    teams
}
