//! `debtlint explain`

use std::path::PathBuf;

use clap::Args;

use super::CacheArgs;
use super::ChangeArgs;
use super::StateArgs;
use super::TermsArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint explain 4f3a2b1c9d           how a commit in the window was read
  debtlint explain HEAD                 the newest commit
  debtlint explain allocation-short     the page of a finding
  debtlint explain --list               all codes
  debtlint explain 4f3a2b1c9d --base refs/remotes/origin/main    a commit of the change that ends at HEAD
  debtlint explain 4f3a2b1c9d --event   a commit of the change that this CI run is about";

/// `debtlint explain`
#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArgs {
    /// A commit in the window or the change (its id, or at least its first four digits; HEAD, HEAD~1, a branch, a tag), or the
    /// code of a finding or an error
    #[arg(required_unless_present = "list")]
    pub(in crate::cli) what: Option<String>,

    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// List the codes of all findings and errors, with what each means
    #[arg(long, conflicts_with = "what")]
    pub(in crate::cli) list: bool,

    /// Which state is judged.
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,

    /// By what it is judged.
    #[command(flatten)]
    pub(in crate::cli) terms: TermsArgs,

    /// Where facts are kept.
    #[command(flatten)]
    pub(in crate::cli) cache: CacheArgs,

    /// Which change is judged, and what is known of its pull request.
    #[command(flatten)]
    pub(in crate::cli) change: ChangeArgs,
}
