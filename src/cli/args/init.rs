//! `debtlint init`

use std::path::PathBuf;

use clap::Args;

use super::LimitArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint init                  write .debtlint.yml at the root of the working tree
  debtlint init ../shop.git --stdout    print it, for a repository without a working tree

Exit codes: 0 written, 2 there is a policy already, 3 the history could not be read.";

/// `debtlint init`
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Print the policy and write nothing
    #[arg(long)]
    pub(in crate::cli) stdout: bool,

    /// What a run may take.
    #[command(flatten)]
    pub(in crate::cli) limits: LimitArgs,

    /// Show no progress on a terminal
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_progress: bool,
}
