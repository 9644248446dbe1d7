//! `debtlint relabel`: one entry more behind those of the relabels in the working tree.

use std::io;
use std::path::Path;

use crate::cli::agreed;
use crate::cli::args::RelabelArgs;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::relabels;
use crate::cli::revisions;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::cli::tree_file;
use crate::config;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::finding::Location;
use crate::policy::Kind;
use crate::policy::Relabel;
use crate::repo::Quiet;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::walk;
use crate::report::figures;
use crate::report::text;

/// Finds the commit, reads what is there, and puts the entry behind it.
pub(super) fn relabel(typed: RelabelArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let owner = typed.owner.check();
    let repository = Repository::open(&typed.path, owner)?;
    let settings = Settings::of_head(typed.path, owner);
    let commit = find(&repository, &settings, &typed.commit)?;
    let no_kind = || CliError::NoSuchCommit { what: typed.kind.clone() };
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == typed.kind).ok_or_else(no_kind)?;
    let at = Location::start_of(&Relabel::PATH.into());
    let entry = Relabel { commit, kind, share: typed.share, reason: Untrusted::new(typed.reason), at };

    let path = repository.root().join(Relabel::PATH);
    let unwritable = |error: io::Error| CliError::RelabelsUnwritable { path: path.clone(), reason: error.to_string() };
    if repository.is_bare() {
        let (reason, remedy) = ("the repository has no working tree", "relabel in a clone that has one");
        return Err(Fault::from(CliError::RelabelsNoPlace { path, reason, remedy }));
    }
    let target = tree_file::place(repository.root(), Relabel::PATH).map_err(unwritable)?;
    let mut bytes = there(&target).map_err(unwritable)?;
    // What is there has to be right before anything is put behind it.
    let before = relabels::parse(&bytes)?;
    if before.iter().rev().find(|one| one.commit == commit).is_some_and(|last| last.says_as(&entry)) {
        let said = format!(
            "{} is {} already, for that reason: {} stays as it is\n\
             If it does not count and has to be made again, give it a --reason of your own\n",
            commit.short(),
            kind.name(),
            Relabel::PATH
        );
        let said = text::prose(&said, outputs.view());
        return outputs.print(&said).map(|()| Exit::Passed);
    }
    if bytes.last().is_some_and(|last| *last != b'\n') {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(config::relabel_entry(&entry).as_bytes());
    // What was there has been read: an error is now about a text that stands nowhere.
    let after = relabels::parse(&bytes).unwrap_or_default();
    if after.len() != before.len().saturating_add(1) || !after.last().is_some_and(|last| last.says_as(&entry)) {
        let (reason, remedy) = ("the list that is there cannot be continued", "write it with one `- ` a line");
        return Err(Fault::from(CliError::RelabelsNoPlace { path, reason, remedy }));
    }
    tree_file::write(&target, &bytes).map_err(unwritable)?;
    let entries = figures::counted(after.len(), "entry", "entries");
    let said = format!(
        "{} is {} now, {entries} in {path}\n\
         Commit it as the team's lead: git add {path} && git commit -S\n",
        commit.short(),
        kind.name(),
        path = Relabel::PATH
    );
    outputs.print(&said).map(|()| Exit::Passed)
}

/// The bytes that are there. A link would be replaced by a file: it is not what somebody wants.
fn there(path: &Path) -> io::Result<Vec<u8>> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::other("it is no file")),
        Ok(_) => std::fs::read(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The one commit of HEAD's window that is meant.
fn find(repository: &Repository, settings: &Settings, what: &str) -> Result<ObjectId, Fault> {
    let nothing = || CliError::NoSuchCommit { what: what.to_owned() };
    let revisions = Revisions::resolve(repository, settings)?;
    let policy = agreed::policy(repository, &revisions, settings)?.loaded.policy;
    let tip = revisions.tip.ok_or_else(nothing)?;
    let span = Span { as_of: None, days: policy.window_days };
    let window = walk::window(repository, tip, span, &|identity| identity.clone(), &Quiet)?;
    let meant = match revisions::digits(what) {
        Some(digits) => digits,
        None => repository.resolve(what)?.ok_or_else(nothing)?.to_string(),
    };
    let ids = window.commits.iter().map(|fact| fact.id).filter(|id| id.to_string().starts_with(&meant));
    match ids.collect::<Vec<_>>().as_slice() {
        [] => Err(Fault::from(nothing())),
        [one] => Ok(*one),
        several => {
            let candidates = several.iter().map(ObjectId::to_string).collect();
            Err(Fault::from(CliError::AmbiguousCommit { what: what.to_owned(), candidates }))
        }
    }
}
