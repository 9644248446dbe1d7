//! `debtlint doctor`

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;

use super::OwnerArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint doctor                                   the files as they are now, before you commit them
  debtlint doctor --rev refs/remotes/origin/main    as a revision has them
  debtlint doctor --format json                     for a program

Exit codes: 0 no way past the gate found, 1 there is one, 2 what was typed is wrong, 3 could not look.";

/// `debtlint doctor`
#[derive(Debug, Args)]
pub(in crate::cli) struct DoctorArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Look at this revision instead of the working tree: HEAD, a branch, a tag, a full commit id, or as in main~3
    #[arg(long, value_name = "REVISION")]
    pub(in crate::cli) rev: Option<String>,

    /// Whose repository may be read.
    #[command(flatten)]
    pub(in crate::cli) owner: OwnerArgs,

    /// How to print what was found
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(in crate::cli) format: DoctorFormat,
}

/// How what was found is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DoctorFormat {
    /// For people, on a terminal.
    Text,
    /// For programs: one document, which `debtlint schema doctor` describes.
    Json,
}
