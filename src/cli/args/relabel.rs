//! `debtlint relabel`

use std::path::PathBuf;

use clap::Args;

use super::OwnerArgs;
use crate::cli::settings;
use crate::policy::BasisPoints;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint relabel 3f2a91c paydown --reason \"takes the old tax engine out\"
  debtlint relabel 3f2a91c feature --share 40% --reason \"the first half moved the callers\"
  git add .debtlint/relabels.yml && git commit -S -m \"chore: relabel\"

Exit codes: 0 written, 2 what was typed or written is wrong, 3 the repository cannot be read.";

/// `debtlint relabel`
#[derive(Debug, Args)]
pub(in crate::cli) struct RelabelArgs {
    /// The commit: its id, or enough digits to be unambiguous among those that landed in HEAD's window
    pub(in crate::cli) commit: String,

    /// What kind of work it was
    #[arg(value_parser = ["paydown", "feature", "run", "other"])]
    pub(in crate::cli) kind: String,

    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Why, in one line
    #[arg(long, value_name = "TEXT", value_parser = settings::reason)]
    pub(in crate::cli) reason: String,

    /// The part of it that pays debt down; the rest is of KIND
    #[arg(long, value_name = "PERCENTAGE", value_parser = settings::allocation)]
    pub(in crate::cli) share: Option<BasisPoints>,

    /// Whose repository may be read.
    #[command(flatten)]
    pub(in crate::cli) owner: OwnerArgs,
}
