//! `debtlint trend` and `debtlint simulate`

use std::path::PathBuf;

use clap::Args;

use crate::cli::settings;

use super::AllocationArgs;
use super::CacheArgs;
use super::ListFormat;
use super::StateArgs;
use super::TeamArgs;
use super::TermsArgs;

pub(super) const TREND_EXAMPLES: &str = "\
Examples:
  debtlint trend                                the last year, one line per team
  debtlint trend --since 2y --team payments     two years of one team
  debtlint trend --window 26w                   with a longer window than the policy's
  debtlint trend --format json                  every weekly point, for a program

Exit codes: 0 shown, 2 what was typed or written is wrong, 3 could not judge.";

pub(super) const SIMULATE_EXAMPLES: &str = "\
Examples:
  debtlint simulate                             the policy as it is, over the last year
  debtlint simulate --allocation 15%            what an allocation of 15% would have meant for every team
  debtlint simulate --window 26w --since 26w    another window, half a year back
  debtlint simulate --config draft.yml          a policy that is not committed yet
  debtlint simulate --format json               every blocked landing, for a program

Exit codes: 0 shown, 2 what was typed or written is wrong, 3 could not judge.";

/// `debtlint trend`, `debtlint simulate`
#[derive(Debug, Args)]
pub(in crate::cli) struct PastArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Which state is judged, and what was before it.
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,

    /// By what it is judged.
    #[command(flatten)]
    pub(in crate::cli) terms: TermsArgs,

    /// Whose work.
    #[command(flatten)]
    pub(in crate::cli) teams: TeamArgs,

    /// What every team is held to.
    #[command(flatten)]
    pub(in crate::cli) allocation: AllocationArgs,

    /// Where facts are kept.
    #[command(flatten)]
    pub(in crate::cli) cache: CacheArgs,

    /// How far to look back: 1y (52 weeks), 26w, 90d
    ///
    /// One point a week, counting back from the judged revision. Needs history for one window more than that.
    #[arg(long, value_name = "LENGTH", default_value = "1y", value_parser = settings::span)]
    pub(in crate::cli) since: u32,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(in crate::cli) format: ListFormat,
}
