//! `debtlint config`

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  debtlint config check                           the working tree's policy, before you commit it
  debtlint config check draft.yml                 another file
  debtlint config check --rev refs/heads/main     the policy of a revision
  debtlint config check --org-policy floor.yml    an organisation's floor

Exit codes: 0 it can be used, 2 it cannot, 3 the repository could not be read.";

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  debtlint config show                            every value in force, and where it came from
  debtlint config show > whole.yml                one policy that extends nothing and means the same";

/// What to do with a policy.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ConfigCommand {
    /// Say whether a policy is valid, and list everything that is wrong with it
    #[command(after_help = CHECK_EXAMPLES)]
    Check(ConfigCheckArgs),
    /// Print a policy in full: packs expanded, defaults shown, and the source of each value
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ConfigArgs),
}

/// `debtlint config check`
#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigCheckArgs {
    /// Which policy.
    #[command(flatten)]
    pub(in crate::cli) policy: ConfigArgs,

    /// Check an organisation's floor instead: a policy without the keys that belong to each repository
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "config", "rev"])]
    pub(in crate::cli) org_policy: Option<PathBuf>,
}

/// `debtlint config show`, and what `debtlint config check` shares with it
#[derive(Debug, Args)]
pub(in crate::cli) struct ConfigArgs {
    /// The policy file; by default the one in the working tree you are in, or HEAD's in a bare repository
    ///
    /// Files that it extends are read from that working tree.
    #[arg(conflicts_with_all = ["rev", "config"])]
    pub(in crate::cli) file: Option<PathBuf>,

    /// The same as FILE, spelled as in other commands
    #[arg(long, value_name = "FILE", conflicts_with = "rev")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// Read the policy of this revision instead: HEAD, a branch, a tag, a full commit id, or as in main~3
    #[arg(long, value_name = "REVISION")]
    pub(in crate::cli) rev: Option<String>,

    /// Read a repository that belongs to another user, with --rev
    #[arg(long, requires = "rev", help_heading = "Limits")]
    pub(in crate::cli) accept_owner: bool,
}
