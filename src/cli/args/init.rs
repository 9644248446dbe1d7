//! `debtlint init`

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::Limits;
use crate::cli::settings;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint init                  write .debtlint.yml at the root of the working tree
  debtlint init ../shop.git --stdout    print it, of a repository without a working tree

Exit codes: 0 written, 2 there is a policy already, 3 the history could not be read.";

/// `debtlint init`
#[derive(Debug, Args)]
pub(in crate::cli) struct InitArgs {
    /// The repository, or a path inside of it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Print the policy, and write nothing
    #[arg(long)]
    pub(in crate::cli) stdout: bool,

    /// Read a repository that belongs to another user
    #[arg(long, help_heading = "Limits")]
    pub(in crate::cli) accept_owner: bool,

    /// Give up after that time: 90s, 10m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = settings::deadline, help_heading = "Limits")]
    pub(in crate::cli) deadline: Duration,

    /// Give up when more memory than this is needed: 512MiB, 4GiB (Linux only)
    #[arg(long, value_name = "SIZE", default_value = "4GiB", value_parser = settings::memory, help_heading = "Limits")]
    pub(in crate::cli) memory_limit: u64,

    /// Show no progress on a terminal
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_progress: bool,
}

impl InitArgs {
    pub(in crate::cli) const fn limits(&self) -> Limits {
        Limits { deadline: self.deadline, memory: self.memory_limit }
    }
}
