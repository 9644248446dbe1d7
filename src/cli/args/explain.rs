//! `debtlint explain`

use std::path::PathBuf;

use clap::Args;

use super::JudgingArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint explain 4f3a2b1c9d           how a commit of the window was read
  debtlint explain allocation-short     the page of a finding";

/// `debtlint explain`
#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArgs {
    /// A commit of the window (a full id, or at least its first four digits), or the code of a finding
    pub(in crate::cli) what: String,

    /// The repository, or a path inside of it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,
}
