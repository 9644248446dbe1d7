//! `debtlint doctor`: whether build services run the gate as a gate.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::args::DoctorArgs;
use crate::cli::args::DoctorFormat;
use crate::cli::config_command;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::revisions;
use crate::cli::settings::Strictness;
use crate::config;
use crate::config::Source;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Enforcement;
use crate::policy::PolicySource;
use crate::repo::Content;
use crate::repo::Files;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Visit;
use crate::repo::Visited;
use crate::repo::trusted::CodeOwners;
use crate::report::doctor;
use crate::report::doctor::Doctor;
use crate::report::text;
use crate::wiring;
use crate::wiring::CodeOwnersFile;
use crate::wiring::File;
use crate::wiring::Setup;

/// Larger files are no configuration that somebody wrote.
const LARGEST: u64 = 2 << 20;

/// Looks at the configuration of build services, and tells what would let a change slip past the gate.
pub(super) fn doctor(typed: &DoctorArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let repository = Repository::open(&typed.path, typed.owner.check())?;
    let name = match &typed.rev {
        None if repository.is_bare() => Some("HEAD"),
        rev => rev.as_deref(),
    };
    let revision = name.map(|name| repository.resolve(name));
    let revision = revision.transpose().map_err(|error| revisions::named(error, "--rev"))?.flatten();
    let ground = match (name, revision) {
        (None, _) => Ground::WorkingTree(repository.root()),
        (Some(_), Some(commit)) => {
            Ground::Revision { repository: &repository, files: Box::new(repository.files()?), commit }
        }
        (Some(name), None) => return Err(Fault::from(RepoError::NoSuchRevision { name: name.to_owned() })),
    };
    let read = |path: &str| ground.read(path);
    let policy = match &ground {
        Ground::WorkingTree(root) => config_command::in_root(root)?,
        Ground::Revision { .. } => config::CANDIDATES.into_iter().find(|path| read(path).is_some()),
    };
    let mut files = ground.workflows()?;
    let pipelines = wiring::PIPELINES.into_iter();
    files.extend(pipelines.filter_map(|path| Some(File { path: path.to_owned(), bytes: read(path)? })));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let owners = CodeOwners::PATHS.into_iter().find_map(|path| Some((path, read(path)?)));
    let codeowners =
        owners.map(|(path, bytes)| CodeOwnersFile { path: path.to_owned(), owners: CodeOwners::parse(path, &bytes) });
    let names = files.iter().map(|file| file.path.clone()).collect();
    let setup = Setup { files, read: &read, codeowners, policy: policy.map(str::to_owned), is_called: false };
    let found = wiring::examine(&setup);
    let mut findings = found.findings();
    findings.extend(policy.map(|path| unenforced(path, &read)).unwrap_or_default());
    findings.extend(incomplete(&repository));
    let found = Doctor {
        repository: Untrusted::new(repository.root().display().to_string()),
        revision: name.map(Untrusted::new),
        files: names,
        gates: found.gates.into_iter().collect(),
        findings,
        texts: found.texts,
    };
    match typed.format {
        DoctorFormat::Text => outputs.print(&text::doctor(&found, outputs.view()))?,
        DoctorFormat::Json => outputs.write(|out| doctor::write(&found, out))?,
    }
    Ok(Strictness::Fail.exit(found.outcome()))
}

/// What the policy itself takes from the gate.
fn unenforced(path: &'static str, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<Finding> {
    let told = |level, message: String, help: &str| Finding::new(Code::GateUnenforced, level, message).help(help);
    let Some(bytes) = read(path) else { return Vec::new() };
    let source = Source { name: path.into(), bytes: &bytes };
    let beside = |path: &str| Ok(read(path));
    let policy = match config::load(Some((PolicySource::Tree { path: path.into() }, source)), &beside) {
        Ok(loaded) => loaded.policy,
        Err(error) => {
            let help = "`debtlint config check` says what is wrong, and where";
            return vec![told(Level::Warning, format!("no change can be judged: {error}"), help)];
        }
    };
    let force = match policy.safeguards.enforcement {
        Enforcement::Always => None,
        Enforcement::From(day) => Some((
            Level::Note,
            format!("nothing is enforced before {} (`enforce` in {path})", day.date()),
            "until then the gate shows what would fail, and passes",
        )),
        Enforcement::Never => Some((
            Level::Warning,
            format!("nothing is enforced (`enforce: false` in {path}): the gate shows what would fail, and passes"),
            "take it out, or give it a day: `enforce: { from: 2030-01-01 }`",
        )),
    };
    let sponsor = policy.sponsor.is_none().then(|| {
        let message = format!("{path} names no `sponsor`: whoever may edit it may loosen it, and the gate only warns");
        (Level::Warning, message, "name who guards the allocation, `sponsor: ADDRESS`: docs/sponsor.md")
    });
    [force, sponsor].into_iter().flatten().map(|(level, message, help)| told(level, message, help)).collect()
}

/// What this clone itself lacks.
fn incomplete(repository: &Repository) -> Vec<Finding> {
    let shallow = repository.is_shallow().then_some((
        "this clone is shallow: its history was cut",
        "`git fetch --unshallow` fetches the rest, if `debtlint check` says that it needs more",
    ));
    let partial = repository.is_partial().then_some((
        "this clone was made as a partial one: files may be left out until somebody asks for them",
        "`git fetch --refetch --no-filter origin` fetches them, if `debtlint check` says that it needs more; git, and so \
         this warning, calls the clone partial afterwards, too",
    ));
    let told = |(message, help): (&str, &str)| Finding::new(Code::CloneIncomplete, Level::Warning, message).help(help);
    [shallow, partial].into_iter().flatten().map(told).collect()
}

/// Where files are read from.
enum Ground<'r> {
    WorkingTree(&'r Path),
    Revision { repository: &'r Repository, files: Box<Files>, commit: ObjectId },
}

impl Ground<'_> {
    /// A file, if it is one: links are not followed, and what cannot be read is not there.
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        match self {
            Self::WorkingTree(root) => {
                let is_small = root.join(path).metadata().is_ok_and(|found| found.is_file() && found.len() <= LARGEST);
                is_small.then(|| config_command::from_disk(root, path).ok().flatten()).flatten()
            }
            Self::Revision { files, commit, .. } => files.read(*commit, path, LARGEST).ok().flatten(),
        }
    }

    /// GitHub's workflows.
    fn workflows(&self) -> Result<Vec<File>, Fault> {
        let folder = wiring::WORKFLOWS;
        let is_workflow = |name: &str| name.ends_with(".yml") || name.ends_with(".yaml");
        let mut paths = Vec::new();
        match self {
            Self::WorkingTree(root) => {
                let unread = CliError::refused("list .github/workflows", "this user has to be able to read it");
                let entries = match root.join(folder).read_dir() {
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
                    entries => Some(entries.map_err(&unread)?),
                };
                for entry in entries.into_iter().flatten() {
                    let name = entry.map_err(&unread)?.file_name();
                    paths.extend(name.to_str().map(|name| format!("{folder}/{name}")));
                }
            }
            Self::Revision { repository, commit, .. } => {
                let below = RepoPath::new(folder.as_bytes());
                let found: Visited<()> = repository.visit_tree(*commit, &below, &Names, &Quiet)?;
                paths.extend(found.into_iter().map(|(path, ())| path.to_text().expose().to_owned()));
            }
        }
        paths.retain(|path| is_workflow(path) && path.matches('/').count() == folder.matches('/').count() + 1);
        paths.sort();
        Ok(paths.into_iter().filter_map(|path| self.read(&path).map(|bytes| File { path, bytes })).collect())
    }
}

/// Only the names of files are asked for.
pub(super) struct Names;

impl Visit for Names {
    type Found = ();
    type Folder = ();

    fn folder(&self, _path: &[u8]) -> Result<(), RepoError> {
        Ok(())
    }

    fn at_sight(&self, _folder: &(), _path: &RepoPath) -> Result<Option<()>, RepoError> {
        Ok(Some(()))
    }

    fn read(&self, _path: &RepoPath, _content: Content<'_>) {}

    fn limit(&self) -> u64 {
        LARGEST
    }
}
