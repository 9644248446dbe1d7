//! `debtlint init`: a first policy, from what the history says.
//!
//! The last year is read by the default policy and surveyed; the teams found are judged over the last 13 weeks; both go
//! into a draft, whose comments say what was found and how it was guessed.

mod draft;
mod survey;
mod teams;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::cli::args::InitArgs;
use crate::cli::check;
use crate::cli::check::Judged;
use crate::cli::config_command;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::progress::Show;
use crate::cli::revisions::Revisions;
use crate::cli::settings::FactsKept;
use crate::cli::settings::PolicyChoice;
use crate::cli::settings::Settings;
use crate::config;
use crate::repo::Repository;
use crate::repo::trusted::Trusted;
use crate::report::text;

use draft::Today;
use survey::Survey;

/// What is looked at for habits: a year of whole weeks.
const YEAR_DAYS: u32 = 364;

/// Drafts a policy, and writes or prints it.
pub(super) fn init(typed: &InitArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let owner = typed.limits.owner.check();
    let repository = Repository::open(&typed.path, owner)?;
    let target = if typed.stdout { None } else { Some(target(repository.root())?) };
    let show = outputs.show().unless(typed.no_progress);

    let settings = Settings { facts: FactsKept::InUsersCache, ..Settings::of_head(typed.path.clone(), owner) };
    let tip = Revisions::resolve(&repository, &settings)?.tip;
    let codeowners = tip.map(|tip| Trusted::read(&repository, tip)).transpose()?.and_then(|read| read.codeowners);
    let year = judged("version: 1\n", Some(YEAR_DAYS), &settings, show)?;
    let survey = Survey::of(&year, codeowners.as_ref());
    drop(year);
    let now = judged(&draft::draft(&survey, None), None, &settings, show)?;
    let text = draft::draft(&survey, Some(&Today::of(&now)));

    let Some(target) = target else { return outputs.print(&text).map(|()| Exit::Passed) };
    write(&target, &text)?;
    let said = format!(
        "{} is written. Read it, decide what its comments leave open, and try it:\n  {}\nThen commit it, \
         and let your build service run the gate: docs/ci has files to copy, and `debtlint doctor` checks that it works as one.\n",
        target.display(),
        trial(&typed.path, &target)
    );
    outputs.print(&text::prose(&said, outputs.view())).map(|()| Exit::Passed)
}

/// Where the policy goes: nowhere, if there is one.
fn target(root: &Path) -> Result<PathBuf, CliError> {
    if !root.join(".git").exists() {
        return Err(CliError::NoWorkingTree { path: root.to_owned() });
    }
    if let Some(name) = config_command::in_root(root)? {
        return Err(CliError::PolicyExists { path: root.join(name) });
    }
    let [name, ..] = config::CANDIDATES;
    Ok(root.join(name))
}

/// The repository judged by a policy that is in no file yet.
fn judged(policy: &str, window_days: Option<u32>, settings: &Settings, show: Show) -> Result<Judged, Fault> {
    let unwritten =
        || CliError::refused("write a temporary file", "the folder that TMPDIR names has to be there, and writable");
    let mut file = tempfile::NamedTempFile::new().map_err(unwritten())?;
    file.write_all(policy.as_bytes()).map_err(unwritten())?;
    let policy = PolicyChoice::File(file.path().to_owned());
    let settings = Settings { policy, window_days, ..settings.clone() };
    show.during(|bar| check::judge(&settings, bar))
}

/// The command that tries the policy out, to be typed where this one was.
fn trial(repository: &Path, policy: &Path) -> String {
    let mut command = "debtlint check".to_owned();
    if repository != Path::new(".") {
        command.push_str(&format!(" {}", quoted(repository)));
    }
    let seen = Path::new(".").canonicalize().ok().and_then(|here| seen_from(&here, policy));
    command.push_str(&format!(" --config {}", quoted(&seen.unwrap_or_else(|| policy.to_owned()))));
    command
}

/// The way to a file from a folder, unless they have nothing in common.
fn seen_from(here: &Path, file: &Path) -> Option<PathBuf> {
    // The file is there: it is written.
    let file = file.canonicalize().ok()?;
    let common = here.ancestors().zip(0..).filter(|(above, _)| above.parent().is_some());
    let mut ways = common.filter_map(|(above, ups)| Some((file.strip_prefix(above).ok()?, ups)));
    let (below, ups) = ways.next()?;
    Some(std::iter::repeat_n(Path::new(".."), ups).chain([below]).collect())
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |sign: char| sign.is_alphanumeric() || "/\\._-+:@%".contains(sign);
    if text.chars().all(is_plain) { text.into_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let unwritable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => CliError::PolicyExists { path: path.to_owned() },
        _ => CliError::PolicyUnwritable { path: path.to_owned(), reason: error.to_string() },
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).map_err(unwritable)
}
