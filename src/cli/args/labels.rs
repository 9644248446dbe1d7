//! `debtlint labels`

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

use super::OwnerArgs;
use crate::cli::settings;
use crate::facts::UnixTime;

pub(super) const EXAMPLES: &str = "\
Examples:
  GITHUB_TOKEN=... debtlint labels import --from github --repo owner/name --since 2026-01-01
  GITLAB_TOKEN=... debtlint labels import --from gitlab --repo group/project
  debtlint labels import --from pulls.json      the output of
      gh pr list --state merged --limit 1000 --json number,title,labels,mergeCommit > pulls.json

Exit codes: 0 written, 2 what was typed or written is wrong, 3 the host could not be asked.";

/// What to do with labels.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LabelsCommand {
    /// Write the labels of merged pull requests to the file that the policy names
    ///
    /// Replaces pull requests that the file already has, and keeps the others. Judging never asks a host: commit the file, and
    /// `check` reads it from the trusted revision.
    #[command(after_help = EXAMPLES)]
    Import(ImportArgs),
}

/// `debtlint labels import`
#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Where the labels come from: `github`, `gitlab`, or a file
    #[arg(long, value_name = "github|gitlab|FILE")]
    pub(in crate::cli) from: String,

    /// The repository on the host: `owner/name`
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) repo: Option<String>,

    /// Only pull requests updated since this time: RFC 3339, or a date
    #[arg(long, value_name = "TIME", value_parser = settings::since)]
    pub(in crate::cli) since: Option<UnixTime>,

    /// The URL of the host's API, for a host of your own: `https://github.example.com/api/v3`
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) api_url: Option<String>,

    /// Write to this file instead of the one that HEAD's policy names
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,

    /// Whose repository may be read.
    #[command(flatten)]
    pub(in crate::cli) owner: OwnerArgs,
}
