//! `debtlint labels import`: the labels of merged pull requests, from a host or a file, into a file of the repository.

use std::path::Path;
use std::path::PathBuf;

use crate::cli::agreed;
use crate::cli::args::ImportArgs;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::host;
use crate::cli::host::Host;
use crate::cli::outputs::Outputs;
use crate::cli::pull_requests;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::cli::tree_file;
use crate::config;
use crate::facts::Request;
use crate::repo::Repository;
use crate::report::figures;

/// Reads, merges with what the file has, and writes.
pub(super) fn import(typed: &ImportArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    // A file that is not there is told before anything that the policy lacks; a host is asked when all else is right.
    let host = Host::named(&typed.from);
    let typed_file = host.is_none().then(|| pull_requests::from_disk(Path::new(&typed.from))).transpose()?;
    let target = target(typed)?;
    let read = match (host, typed_file) {
        (Some(host), _) => host::requests(host, typed)?,
        (None, read) => read.unwrap_or_default(),
    };
    let merged: Vec<Request> = read.into_iter().filter(|one| one.merge.is_some()).collect();
    let known = if target.exists() { pull_requests::from_disk(&target)? } else { Vec::new() };
    let is_new = |one: &Request| merged.iter().any(|new| new.number == one.number);
    let kept: Vec<Request> = known.into_iter().filter(|one| !is_new(one)).collect();
    let all: Vec<Request> = merged.iter().chain(&kept).cloned().collect();
    let text = config::requests_file(&all);
    tree_file::write(&target, text.as_bytes())
        .map_err(|error| CliError::LabelsUnwritable { path: target.clone(), reason: error.to_string() })?;
    let count = |number: usize| figures::counted(number, "pull request", "pull requests");
    let said =
        format!("{} read, {} in {}\n", count(merged.len()), count(text.lines().count()), outputs.sink().path(&target));
    outputs.print(&said).map(|()| Exit::Passed)
}

/// Where to write: what was typed, or the policy's file in the working tree.
fn target(typed: &ImportArgs) -> Result<PathBuf, Fault> {
    if let Some(path) = &typed.output {
        return Ok(path.clone());
    }
    let owner = typed.owner.check();
    let repository = Repository::open(&typed.path, owner)?;
    let settings = Settings::of_head(typed.path.clone(), owner);
    let revisions = Revisions::resolve(&repository, &settings)?;
    let policy = agreed::policy(&repository, &revisions, &settings)?.loaded.policy;
    let (path, _) = policy.requests_file.ok_or(CliError::NoLabelsFile)?;
    let unwritable = |error: std::io::Error| CliError::LabelsUnwritable {
        path: repository.root().join(&path),
        reason: error.to_string(),
    };
    Ok(tree_file::place(repository.root(), &path).map_err(unwritable)?)
}
