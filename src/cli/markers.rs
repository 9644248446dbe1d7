//! `debtlint markers`: a tree goes in, its markers come out, and what the policy finds fault with.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;

use globset::GlobBuilder;

use crate::cli::agreed;
use crate::cli::args::AllocationArgs;
use crate::cli::args::CacheArgs;
use crate::cli::args::EvidenceArgs;
use crate::cli::args::JudgingArgs;
use crate::cli::args::ListFormat;
use crate::cli::args::MarkersArgs;
use crate::cli::args::SortBy;
use crate::cli::baseline;
use crate::cli::baseline::Compared;
use crate::cli::births;
use crate::cli::check;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::hunt;
use crate::cli::hunt::Ground;
use crate::cli::hunt::Hunt;
use crate::cli::opened::Opened;
use crate::cli::outputs::Outputs;
use crate::cli::pathless;
use crate::cli::ratchet;
use crate::cli::request::Request;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::cli::sources;
use crate::config;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::marker::Birth;
use crate::marker::Dates;
use crate::marker::Judged;
use crate::marker::MarkedFile;
use crate::marker::Marker;
use crate::marker::Rules;
use crate::policy::PathGlobs;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::beside;
use crate::repo::newest_at;
use crate::repo::trusted::PathOwners;
use crate::report::markers;
use crate::report::markers::Markers;
use crate::report::markers::Row;
use crate::report::markers::Sort;
use crate::report::sink::Sink;
use crate::report::text;

/// What was typed, and what it means here.
pub(super) struct Wanted {
    pub(super) settings: Settings,
    is_working_tree: bool,
    pub(super) dates: Dates,
    baseline: Option<PathBuf>,
    pub(super) tags: Vec<String>,
    owners: Vec<String>,
    paths: PathGlobs,
    codes: Vec<String>,
    pub(super) sort: Sort,
    ages: Ages,
}

/// Whether the ages of markers are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ages {
    Wanted,
    Left,
}

/// Lists the markers of a tree and tells what the policy finds fault with.
pub(super) fn markers(typed: MarkersArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let strictness = if typed.exit_zero { Strictness::ExitZero } else { Strictness::Fail };
    let show = outputs.show().unless(typed.terms.no_progress);
    let format = typed.format;
    let write_to = typed.write_baseline.clone();
    let wanted = Wanted::of(typed, strictness)?;
    if let Some(file) = write_to {
        let written = show.during(|bar| write_baseline(&wanted, &file, bar, outputs.sink()))?;
        return outputs.print(&written).map(|()| Exit::Passed);
    }
    let search = if wanted.settings.head.is_some() { ratchet::search } else { search };
    let found = show.during(|bar| search(&wanted, bar))?;
    let sink = outputs.sink();
    match format {
        ListFormat::Text => outputs.print(&text::markers(&found, outputs.view()))?,
        ListFormat::Csv => outputs.write(|out| markers::csv::write(&found, sink, out))?,
        ListFormat::Json => outputs.write(|out| markers::json::write(&found, out))?,
    }
    Ok(strictness.exit(found.outcome()))
}

/// All markers of the judged revision, what to pay first before all others.
pub(super) fn stock(settings: &Settings, progress: &dyn Progress) -> Result<Markers, Fault> {
    let wanted = Wanted {
        settings: Settings { teams: Vec::new(), ..settings.clone() },
        is_working_tree: false,
        dates: Dates::Lenient,
        baseline: None,
        tags: Vec::new(),
        owners: Vec::new(),
        paths: PathGlobs::default(),
        codes: Vec::new(),
        sort: Sort::Interest,
        ages: Ages::Wanted,
    };
    search(&wanted, progress)
}

/// The whole way, in order.
fn search(wanted: &Wanted, progress: &dyn Progress) -> Result<Markers, Fault> {
    // The table of languages is needed further down, and read beside what comes before. What is wrong with it is said there.
    beside(|| drop(config::languages()));
    let Opened { repository, below, revisions, policy, warnings, trusted, chosen, .. } = Opened::of(wanted)?;
    let tip = wanted.tip(&repository, &revisions)?;
    let as_of = match wanted.settings.as_of {
        Some(time) => Some(time),
        None => tip.map(|tip| repo::as_of(&repository, tip)).transpose()?,
    };
    let hunt = Hunt::new(&policy, trusted.as_ref().map(|trusted| &trusted.attributes))?;
    let ground = wanted.ground(tip);
    let listing = ground.map(|ground| hunt.markers(&repository, ground, &below, progress)).transpose()?;
    let listing = listing.unwrap_or_default();

    let owners = PathOwners::new(&policy.teams, trusted.as_ref().and_then(|trusted| trusted.codeowners.clone()));
    let owners = owners.map_err(CliError::from)?;
    let teams_of = |path: &RepoPath| hunt::teams_of(&policy, &owners, path);
    let teams: HashMap<RepoPath, Vec<TeamId>> =
        listing.files.iter().map(|file| (file.path.clone(), teams_of(&file.path))).collect();
    let births = match (tip.filter(|_| !wanted.is_working_tree && wanted.ages == Ages::Wanted), as_of) {
        (Some(tip), Some(as_of)) => {
            births::births(&repository, tip, &hunt, &listing, trusted.as_ref(), as_of, progress)
                .map_err(without_ages)?
        }
        _ => Vec::new(),
    };
    let ages: BTreeMap<_, u32> = listing
        .markers()
        .zip(&births)
        .filter_map(|((path, marker), birth)| Some(((path, marker.place), birth.as_ref()?.days)))
        .collect();
    let compared = wanted.baseline.as_deref().map(|file| Compared::read(file, &listing)).transpose()?;
    let is_new = |path: &RepoPath, marker: &Marker| compared.as_ref().is_none_or(|known| known.is_new(path, marker));
    let rules = Rules {
        policy: &policy,
        today: as_of.map(UnixTime::day),
        dates: wanted.dates,
        judged: match compared {
            None => Judged::All,
            Some(_) => Judged::Added { marker: &is_new, suppression: &|_, _| true },
        },
        teams: &|path| teams.get(path).cloned().unwrap_or_default(),
        age: &|path, marker| ages.get(&(path, marker.place)).copied(),
    };
    let mut findings = warnings;
    findings.extend(pathless::findings(&policy, &owners));
    findings.extend(pathless::unnamed_owners(&policy, &owners));
    findings.extend(rules.findings(&listing.files));
    let shadow = check::shadow(&policy, as_of.map(UnixTime::day), &mut findings);
    // Stable: files and lines stay in their order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));

    let total = u64::try_from(listing.markers().count()).unwrap_or(u64::MAX);
    let found = wanted.found(&findings);
    let is_asked = |row: &Row| wanted.wants(row, &chosen) && is_found(row, found.as_ref());
    let rows = rows(listing.files, births, &teams).filter(|row| is_new(&row.path, &row.marker));
    let mut rows: Vec<Row> = rows.filter(is_asked).collect();
    if let (Sort::Interest, Some(tip), Some(as_of)) = (wanted.sort, tip, as_of) {
        births::rate(&repository, tip, &policy, as_of, &mut rows, progress)?;
    }
    wanted.sort.sort(&mut rows);
    let unasked = wanted.unasked(&findings, &rows, &chosen, &policy, &teams_of);
    let sources = sources::sources(&repository, ground, &findings)?;
    let known = compared.map(|known| known.told(&below));
    drop(hunt);
    // What the trusted tree says of tens of thousands of directories takes its time to be forgotten.
    beside(move || drop(trusted));
    Ok(Markers {
        ground: searched(&repository, wanted, tip, revisions.tip, below, as_of),
        policy,
        overrides: wanted.overrides(),
        rows,
        sort: wanted.sort,
        total,
        searched: listing.searched,
        left_out: listing.left_out,
        said: listing.said,
        findings,
        unasked,
        shadow,
        sources,
        change: None,
        known,
    })
}

/// Where history lacks a file, the list can still be had without ages.
fn without_ages(error: RepoError) -> Fault {
    if error.lacks_a_file() { CliError::Ages { error }.into() } else { error.into() }
}

/// A row for each marker, with its birth: those come in the order of the markers, or not at all.
fn rows(
    files: Vec<MarkedFile>,
    births: Vec<Option<Birth>>,
    teams: &HashMap<RepoPath, Vec<TeamId>>,
) -> impl Iterator<Item = Row> {
    let markers =
        files.into_iter().flat_map(|file| file.markers.into_iter().map(move |marker| (file.path.clone(), marker)));
    markers.zip(births.into_iter().chain(std::iter::repeat(None))).map(|((path, marker), birth)| Row {
        teams: teams.get(&path).cloned().unwrap_or_default(),
        path,
        marker,
        birth,
        interest: None,
        fate: None,
    })
}

/// Writes the markers of a tree to a file.
fn write_baseline(wanted: &Wanted, file: &Path, progress: &dyn Progress, sink: Sink) -> Result<String, Fault> {
    let Opened { repository, below, revisions, policy, trusted, .. } = Opened::of(wanted)?;
    let hunt = Hunt::new(&policy, trusted.as_ref().map(|trusted| &trusted.attributes))?;
    let tip = wanted.tip(&repository, &revisions)?;
    let listing = wanted.ground(tip).map(|ground| hunt.markers(&repository, ground, &below, progress)).transpose()?;
    Ok(baseline::write(file, &listing.unwrap_or_default(), sink)?)
}

impl Wanted {
    fn of(typed: MarkersArgs, strictness: Strictness) -> Result<Self, CliError> {
        let mut globs = Vec::new();
        let bad = |error: globset::Error| CliError::BadGlob { reason: error.to_string() };
        for path in &typed.paths {
            globs.push(GlobBuilder::new(path).literal_separator(true).build().map_err(bad)?);
        }
        let judging = JudgingArgs {
            state: typed.state,
            terms: typed.terms,
            teams: typed.teams,
            allocation: AllocationArgs::default(),
            cache: CacheArgs::default(),
            evidence: EvidenceArgs::default(),
        };
        let settings = Settings::new(typed.path, judging, strictness);
        let head = settings.revision.clone();
        Ok(Self {
            is_working_tree: typed.worktree,
            dates: if typed.strict_dates { Dates::Strict } else { Dates::Lenient },
            tags: typed.tag,
            owners: typed.owner.iter().map(|owner| owner.trim_start_matches('@').to_lowercase()).collect(),
            paths: PathGlobs::new(&globs).map_err(bad)?,
            codes: typed.code,
            ages: if typed.no_age { Ages::Left } else { Ages::Wanted },
            sort: match typed.sort {
                SortBy::File => Sort::File,
                SortBy::Owner => Sort::Owner,
                SortBy::Team => Sort::Team,
                SortBy::Age => Sort::Age,
                SortBy::Interest => Sort::Interest,
            },
            baseline: typed.baseline,
            settings: Settings { head_option: "--rev", ..settings.for_change(typed.base, head, Request::default()) },
        })
    }

    /// What is searched, where no working tree is.
    fn tip(&self, repository: &Repository, revisions: &Revisions) -> Result<Option<ObjectId>, Fault> {
        Ok(match (revisions.tip, self.settings.as_of) {
            (Some(tip), Some(as_of)) if !self.is_working_tree => newest_at(repository, tip, as_of)?,
            (tip, _) => tip,
        })
    }

    /// Where markers are searched, by what `tip` found; nowhere on a branch without a commit.
    fn ground(&self, tip: Option<ObjectId>) -> Option<Ground> {
        if self.is_working_tree { Some(Ground::WorkingTree) } else { tip.map(Ground::Revision) }
    }

    /// Whether a marker was asked for. The filters choose what is listed, not what is judged.
    pub(super) fn wants(&self, row: &Row, teams: &[TeamId]) -> bool {
        let owned = |owner: &Untrusted| self.owners.contains(&owner.expose().to_lowercase());
        (self.tags.is_empty() || self.tags.contains(&row.marker.tag))
            && (self.owners.is_empty() || row.marker.attributes.owners.iter().any(owned))
            && (self.paths.texts().is_empty() || self.paths.fit(&row.path))
            && (teams.is_empty() || row.teams.iter().any(|team| teams.contains(team)))
    }

    /// Where findings of the codes asked for are; `None` where every marker is listed.
    pub(super) fn found<'f>(&self, findings: &'f [Finding]) -> Option<BTreeSet<Spot<'f>>> {
        let has_code = |finding: &&Finding| self.codes.iter().any(|code| code == finding.code.name());
        let places = findings.iter().filter(has_code).filter_map(|finding| finding.found.as_ref());
        (!self.codes.is_empty()).then(|| places.map(|place| (&place.path, place.line, place.column)).collect())
    }

    /// Those of the findings, by their places, that are about no marker of the list and nothing else that was asked for.
    pub(super) fn unasked(
        &self,
        findings: &[Finding],
        rows: &[Row],
        chosen: &[TeamId],
        policy: &Policy,
        teams_of: &dyn Fn(&RepoPath) -> Vec<TeamId>,
    ) -> BTreeSet<usize> {
        let rows = rows.iter().map(|row| (&row.path, row.marker.place.line, row.marker.place.column));
        let listed: BTreeSet<Spot<'_>> = rows.collect();
        let of_markers = self.tags.is_empty() && self.owners.is_empty();
        let everywhere = self.paths.texts().is_empty();
        let is_chosen = |team: &TeamId| chosen.is_empty() || chosen.contains(team);
        let is_asked = |finding: &Finding| {
            if !self.codes.is_empty() && !self.codes.iter().any(|code| code == finding.code.name()) {
                return false;
            }
            match (&finding.found, &finding.team) {
                _ if of_markers && everywhere && chosen.is_empty() => true,
                // A suppression is no marker: tags and owners ask for none.
                (Some(place), _) if finding.code == Code::UnusedSuppression => {
                    let is_there = everywhere || self.paths.fit(&place.path);
                    of_markers && is_there && (chosen.is_empty() || teams_of(&place.path).iter().any(is_chosen))
                }
                (Some(place), _) => listed.contains(&(&place.path, place.line, place.column)),
                (None, Some(team)) => {
                    of_markers && everywhere && policy.team_named(team).is_some_and(|team| is_chosen(&team))
                }
                (None, None) => false,
            }
        };
        let unasked = findings.iter().enumerate().filter(|(_, finding)| !is_asked(finding));
        unasked.map(|(place, _)| place).collect()
    }

    pub(super) fn overrides(&self) -> Vec<(&'static str, String)> {
        let mut typed = self.settings.overrides();
        if self.dates == Dates::Strict {
            typed.push(("strict-dates", String::new()));
        }
        typed.extend(self.tags.iter().map(|tag| ("tag", tag.clone())));
        typed.extend(self.owners.iter().map(|owner| ("owner", owner.clone())));
        typed.extend(self.baseline.iter().map(|file| ("baseline", file.to_string_lossy().into_owned())));
        typed.extend(self.codes.iter().map(|code| ("code", code.clone())));
        typed.extend(self.paths.texts().iter().map(|path| ("path", path.clone())));
        if self.ages == Ages::Left {
            typed.push(("no-age", String::new()));
        }
        typed.sort();
        typed
    }
}

/// A file, a line, a column.
pub(super) type Spot<'f> = (&'f RepoPath, u32, u32);

/// Whether a marker is one of those that were found, or all are wanted.
pub(super) fn is_found(row: &Row, found: Option<&BTreeSet<Spot<'_>>>) -> bool {
    found.is_none_or(|found| found.contains(&(&row.path, row.marker.place.line, row.marker.place.column)))
}

pub(super) fn searched(
    repository: &Repository,
    wanted: &Wanted,
    revision: Option<ObjectId>,
    trusted: Option<ObjectId>,
    below: RepoPath,
    as_of: Option<UnixTime>,
) -> markers::Ground {
    markers::Ground {
        repository: Untrusted::new(repository.root().to_string_lossy()),
        revision_name: Untrusted::new(wanted.settings.revision.clone()),
        revision,
        trusted,
        is_working_tree: wanted.is_working_tree,
        below,
        as_of,
        named: agreed::named(repository, &wanted.settings),
    }
}
