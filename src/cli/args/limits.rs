//! What a run may read and take: the options that all commands about a repository share.

use std::time::Duration;

use clap::Args;

use crate::cli::settings;
use crate::repo::OwnerCheck;

/// Whose repository may be read.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct OwnerArgs {
    /// Read a repository that belongs to another user
    #[arg(long, help_heading = "Limits")]
    pub(in crate::cli) accept_owner: bool,
}

/// What a run may take, of commands that leave the work to a worker.
#[derive(Debug, Clone, Copy, Args)]
pub(in crate::cli) struct LimitArgs {
    /// Whose repository may be read.
    #[command(flatten)]
    pub(in crate::cli) owner: OwnerArgs,

    /// Give up after this time: 90s, 10m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = settings::deadline, help_heading = "Limits")]
    pub(in crate::cli) deadline: Duration,

    /// Give up if more memory than this is needed: 512MiB, 4GiB (Linux only)
    #[arg(long, value_name = "SIZE", default_value = "4GiB", value_parser = settings::memory, help_heading = "Limits")]
    pub(in crate::cli) memory_limit: u64,
}

impl OwnerArgs {
    /// What that means when the repository is opened.
    pub(in crate::cli) const fn check(&self) -> OwnerCheck {
        if self.accept_owner { OwnerCheck::Accept } else { OwnerCheck::Enforce }
    }
}
