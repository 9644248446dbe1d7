//! `debtlint config`: whether a policy can be used, and what it says in full.

use std::collections::BTreeSet;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::agreed;
use crate::cli::agreed::Pipes;
use crate::cli::args::ConfigArgs;
use crate::cli::args::ConfigCheckArgs;
use crate::cli::args::OwnerArgs;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::org_policy;
use crate::cli::outputs::Outputs;
use crate::cli::pathless;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::config;
use crate::config::Loaded;
use crate::config::Source;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::Step;
use crate::policy::Written;
use crate::repo::OwnerCheck;
use crate::repo::Repository;
use crate::repo::trusted::CodeOwners;
use crate::repo::trusted::PathOwners;
use crate::repo::trusted::Trusted;
use crate::report::figures;
use crate::report::text;

/// Says that a policy can be used, and what was probably not meant.
pub(super) fn check(typed: &ConfigCheckArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let view = outputs.view();
    let (warnings, summary) = match &typed.org_policy {
        Some(file) => {
            let Loaded { policy, warnings } = org_policy::read(file)?;
            let name = view.sink.word(&file.to_string_lossy());
            (warnings, format!("{name} can be used as a floor; it holds {}\n", org_policy::stated(&policy)))
        }
        None => {
            let (Loaded { policy, mut warnings }, codeowners) = load(&typed.policy)?;
            let owners = PathOwners::new(&policy.teams, codeowners).map_err(CliError::from)?;
            warnings.extend(pathless::findings(&policy, &owners));
            warnings.extend(pathless::unnamed_owners(&policy, &owners));
            (warnings, summary(&policy, view))
        }
    };
    let mut said: String = warnings.iter().map(|finding| text::in_brief(finding, view)).collect();
    said.push_str(&summary);
    outputs.print(&said).map(|()| Exit::Passed)
}

/// Prints a policy whole.
pub(super) fn show(typed: &ConfigArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let shown = config::show(&load(typed)?.0.policy);
    outputs.print(&shown).map(|()| Exit::Passed)
}

fn summary(policy: &Policy, view: text::View) -> String {
    // Not every text is one that was extended: the defaults of settings lie in one as well.
    let files: BTreeSet<&str> = policy.written.iter().map(|written| written.at.file.as_ref()).collect();
    let packs = files.iter().filter(|file| config::is_shipped(file)).count();
    let in_pack = |written: &Written| match written.path.as_slice() {
        [Step::Key(key), Step::Entry(place), ..] if key == "packs" => Some(*place),
        _ => None,
    };
    let written_out: BTreeSet<usize> = policy.written.iter().filter_map(in_pack).collect();
    let packs = packs.saturating_add(written_out.len());
    let rules: usize = [policy.labels.len(), policy.exempt.len(), policy.exempt_changes.len()].iter().sum();
    let counts = [
        figures::counted(policy.teams.len(), "team", "teams"),
        figures::counted(rules, "rule", "rules"),
        figures::counted(policy.ignore.len(), "ignored pattern", "ignored patterns"),
        figures::counted(packs, "pack", "packs"),
    ];
    let name = match &policy.source {
        PolicySource::Default => {
            return format!("no policy here, so the built-in default applies: {}\n", counts.join(", "));
        }
        PolicySource::Tree { path } | PolicySource::File { path } => view.sink.word(path),
    };
    format!("{name} can be used: {}\n", counts.join(", "))
}

/// Where nothing lies in a working tree, what was committed is meant.
const HEAD: &str = "HEAD";

/// The policy, and the owners of paths that lie beside it.
fn load(typed: &ConfigArgs) -> Result<(Loaded, Option<CodeOwners>), Fault> {
    let named = typed.file.as_ref().or(typed.config.as_ref());
    let bare = || named.is_none() && is_bare();
    if let Some(revision) = typed.rev.clone().or_else(|| bare().then(|| HEAD.to_owned())) {
        let owner = OwnerArgs { accept_owner: typed.accept_owner }.check();
        let repository = Repository::open(Path::new("."), owner)?;
        let settings = Settings { revision, ..Settings::of_head(PathBuf::from("."), owner) };
        let tip = Revisions::resolve(&repository, &settings)?.tip;
        let trusted = tip.map(|tip| Trusted::read(&repository, tip)).transpose()?;
        return Ok((agreed::written(&repository, tip, &settings)?, trusted.and_then(|trusted| trusted.codeowners)));
    }
    let root = match (root()?, named) {
        (Some(root), _) => root,
        (None, Some(_)) => here()?,
        // Nothing of it is read: only without a repository there is nothing that the default policy would hold for.
        (None, None) => Repository::open(Path::new("."), OwnerCheck::Accept)?.root().to_owned(),
    };
    let path = match named {
        Some(path) => Some(path.clone()),
        None => in_root(&root)?.map(|name| root.join(name)),
    };
    let read = |path: &str| from_disk(&root, path);
    let Some(path) = path else { return Ok((config::load(None, &read)?, None)) };
    let (what, pipes) = match (named, &typed.config) {
        (Some(_), Some(_)) => ("--config names a file, relative to the working directory", Pipes::Taken),
        (Some(_), None) => ("FILE is the path of a policy file, relative to the working directory", Pipes::Taken),
        (None, _) => ("it is the working tree's policy; you can name another file after the command", Pipes::Refused),
    };
    let bytes = agreed::bytes_of(&path, what, pipes)?;
    let name = path.strip_prefix(&root).unwrap_or(&path);
    let name: Arc<str> = Arc::from(name.to_string_lossy());
    let source = Source { name: Arc::clone(&name), bytes: &bytes };
    let loaded = config::load(Some((PolicySource::File { path: name }, source)), &read)?;
    // What cannot be read as a file owns nothing, as in a revision's tree.
    let first = CodeOwners::PATHS.into_iter().find_map(|path| Some((path, read(path).ok()??)));
    Ok((loaded, first.map(|(path, bytes)| CodeOwners::parse(path, &bytes))))
}

/// Whether the innermost repository around the working directory has no working tree.
fn is_bare() -> bool {
    // Who owns it matters when something of it is read.
    Repository::open(Path::new("."), OwnerCheck::Accept).is_ok_and(|repository| repository.is_bare())
}

/// The working tree around the working directory.
fn root() -> Result<Option<PathBuf>, Fault> {
    Ok(here()?.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned))
}

/// The working directory.
fn here() -> Result<PathBuf, CliError> {
    let gone = CliError::refused("find the working directory", "change to a folder that is there, and readable");
    Path::new(".").canonicalize().map_err(gone)
}

/// The policy of a working tree.
pub(super) fn in_root(root: &Path) -> Result<Option<&'static str>, CliError> {
    let found: Vec<_> =
        config::CANDIDATES.into_iter().filter(|name| root.join(name).symlink_metadata().is_ok()).collect();
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(CliError::SeveralPolicies { found }),
    }
}

/// A file that a policy extends. As in a revision's tree, no link is followed.
pub(super) fn from_disk(root: &Path, path: &str) -> Result<Option<Vec<u8>>, String> {
    let mut place = root.to_owned();
    for part in Path::new(path).components() {
        let Component::Normal(part) = part else { return Err("it is not inside the repository".to_owned()) };
        place.push(part);
        match place.symlink_metadata() {
            Ok(found) if found.is_symlink() => return Err("it is a symbolic link, or lies behind one".to_owned()),
            Ok(_) => {}
            Err(_) => return Ok(None),
        }
    }
    agreed::bytes_of(&place, "", Pipes::Refused).map(Some).map_err(|error| error.to_string())
}
