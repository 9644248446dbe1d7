//! Which policy holds: the judged revision's own, one that was named, or the default; and what was typed over it.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::org_policy;
use crate::cli::outputs;
use crate::cli::revisions::Revisions;
use crate::cli::settings::PolicyChoice;
use crate::cli::settings::Settings;
use crate::config;
use crate::config::Loaded;
use crate::config::Source;
use crate::facts::ObjectId;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::Allocation;
use crate::policy::BasisPoints;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::PolicyText;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::report::NamedFile;

/// Far above what a policy may have: `config` itself says what is too large.
pub(super) const LARGEST: u64 = 64 << 20;

/// What names a policy that is not the repository's own.
const NAMED: &str = "--config and DEBTLINT_CONFIG name a file, relative to the working directory";
const OPTION: &str = "--config";
const VARIABLE: &str = "DEBTLINT_CONFIG";

/// What was agreed.
pub(super) struct Agreed {
    pub(super) loaded: Loaded,
    /// Whether it is only what the judged change proposes, because its base has no policy.
    pub(super) is_proposed: bool,
}

/// The policy that holds, with what was typed over it: the trusted revision's, or one that was named. Of a change whose
/// base has none, the one that it brings.
pub(super) fn policy(repository: &Repository, revisions: &Revisions, settings: &Settings) -> Result<Agreed, Fault> {
    let held = written(repository, revisions.tip, settings);
    let held = match (&settings.policy, revisions.head) {
        (PolicyChoice::Discover, Some(_)) => held.map_err(Fault::of_base)?,
        _ => held?,
    };
    let held = typed_over(held, settings)?;
    if held.policy.source == PolicySource::Default && revisions.head.is_some() {
        let brought = typed_over(written(repository, revisions.head, settings)?, settings)?;
        if brought.policy.source != PolicySource::Default {
            return Ok(Agreed { loaded: brought, is_proposed: true });
        }
    }
    Ok(Agreed { loaded: held, is_proposed: false })
}

/// How the files of a tree are read; nothing for one that is not there.
type ReadFile<'a> = dyn Fn(&str) -> Result<Option<Vec<u8>>, RepoError> + 'a;

/// The policy of a revision as it is written there, with nothing typed over it.
pub(super) fn written(repository: &Repository, tip: Option<ObjectId>, settings: &Settings) -> Result<Loaded, Fault> {
    let read = |path: &str| match tip {
        Some(tip) => repository.read_file(tip, path, LARGEST),
        None => Ok(None),
    };
    written_in(&read, settings)
}

/// The policy of a tree as it is written there, with nothing typed over it.
pub(super) fn written_in(read: &ReadFile<'_>, settings: &Settings) -> Result<Loaded, Fault> {
    let found = match &settings.policy {
        PolicyChoice::File(path) => Some(from_disk(path)?),
        PolicyChoice::Discover => from_tree(read)?,
    };
    // What a policy extends lies in the repository, also when the policy itself was named.
    let read = |path: &str| read(path).map_err(|error| error.to_string());
    let source = found.as_ref().map(|(origin, bytes)| {
        let (PolicySource::Tree { path: name } | PolicySource::File { path: name }) = origin else {
            return (origin.clone(), Source { name: Arc::from("default"), bytes });
        };
        (origin.clone(), Source { name: Arc::clone(name), bytes })
    });
    Ok(config::load(source, &read)?)
}

/// A policy with what was typed over it.
fn typed_over(mut loaded: Loaded, settings: &Settings) -> Result<Loaded, Fault> {
    if let Some(days) = settings.window_days {
        loaded.policy.window_days = days;
    }
    if let Some(allocation) = settings.allocation {
        hold_to(&mut loaded.policy, allocation);
    }
    if let Some(path) = &settings.org_policy {
        // A change cannot mend its base: there the stricter of both holds, and that is said.
        let level = if settings.head.is_some() { Level::Warning } else { Level::Error };
        loaded.warnings.extend(org_policy::raise(&mut loaded.policy, path, level)?);
    }
    Ok(loaded)
}

/// The candidates in a tree; two of them at once are an error: the one would shadow the other.
fn from_tree(read: &ReadFile<'_>) -> Result<Option<(PolicySource, Vec<u8>)>, Fault> {
    let mut found = Vec::new();
    for path in config::CANDIDATES {
        if let Some(bytes) = read(path)? {
            found.push((path, bytes));
        }
    }
    if found.len() > 1 {
        let found = found.into_iter().map(|(path, _)| path).collect();
        return Err(Fault::from(CliError::SeveralPolicies { found }));
    }
    Ok(found.pop().map(|(path, bytes)| (PolicySource::Tree { path: Arc::from(path) }, bytes)))
}

fn from_disk(path: &Path) -> Result<(PolicySource, Vec<u8>), CliError> {
    Ok((PolicySource::File { path: Arc::from(path.to_string_lossy()) }, bytes_in_worker(path, NAMED)?))
}

/// What is known of the policy's file, where one was named.
pub(super) fn named(repository: &Repository, settings: &Settings) -> Option<NamedFile> {
    let PolicyChoice::File(path) = &settings.policy else { return None };
    // Typed and set alike, both name it.
    let is_set = outputs::variable(VARIABLE).is_some_and(|set| Path::new(&set) == path);
    Some(NamedFile { by: if is_set { VARIABLE } else { OPTION }, in_tree: in_tree(repository, path) })
}

/// A file as the working tree has it, with `/` between its parts.
fn in_tree(repository: &Repository, path: &Path) -> Option<String> {
    if repository.is_bare() {
        return None;
    }
    // A link in the tree is the tree's, wherever it leads; the folders that it lies in are what they are.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = folder.canonicalize().ok()?.join(path.file_name()?);
    let inside = place.strip_prefix(repository.root().canonicalize().ok()?).ok()?;
    let parts: Vec<_> = inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    (parts.first()? != ".git").then(|| parts.join("/"))
}

/// As [`bytes_of`], in a worker: its standard input is the line to its supervisor, from which nothing ever comes.
pub(super) fn bytes_in_worker(path: &Path, named: &'static str) -> Result<Vec<u8>, CliError> {
    let is_input = ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|input| path == Path::new(input));
    if is_input {
        let reason = "standard input cannot be read here: put the policy into a file".to_owned();
        return Err(CliError::PolicyUnreadable { path: path.to_owned(), reason, named });
    }
    bytes_of(path, named, Pipes::Taken)
}

/// Whether a file may be a pipe: somebody named it, and may have written `<(...)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pipes {
    Taken,
    /// A repository's working tree could hold one that nobody ever writes to.
    Refused,
}

/// The bytes of a policy, and what is told of its name where it cannot be read.
pub(super) fn bytes_of(path: &Path, named: &'static str, pipes: Pipes) -> Result<Vec<u8>, CliError> {
    let unreadable = |reason: String| CliError::PolicyUnreadable { path: path.to_owned(), reason, named };
    let refused = |what: &str| Err(unreadable(what.to_owned()));
    // Before it is opened, which waits for whoever writes to a pipe.
    let found = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if found.is_dir() {
        return refused("it is a folder");
    }
    let is_taken = found.is_file() || (pipes == Pipes::Taken && is_pipe(&found));
    if !is_taken {
        return refused("it is no regular file");
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    file.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size <= LARGEST) {
        return Ok(bytes);
    }
    refused("it is far too large")
}

#[cfg(unix)]
fn is_pipe(found: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
const fn is_pipe(_found: &std::fs::Metadata) -> bool {
    false
}

/// Holds every team to one allocation. Findings then point at the command line, since it decides and not the policy.
fn hold_to(policy: &mut Policy, allocation: BasisPoints) {
    let name: Arc<str> = Arc::from(PolicyText::COMMAND_LINE);
    let option = "--allocation ";
    let text = format!("{option}{allocation}");
    let column = u32::try_from(option.len()).unwrap_or_default().saturating_add(1);
    let at = Location { file: Arc::clone(&name), line: 1, column, span: option.len()..text.len() };
    policy.texts.push(PolicyText { name, text: Arc::from(text) });
    for team in &mut policy.teams {
        team.allocation = Allocation(allocation);
        team.allocation_at = at.clone();
    }
}
