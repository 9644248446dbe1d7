//! What is judged, and by what: the options that several commands share.

use std::path::PathBuf;

use clap::Args;

use super::LimitArgs;
use crate::cli::org_policy;
use crate::cli::settings;
use crate::facts::UnixTime;
use crate::policy::BasisPoints;

/// The revision that is judged where none is named.
const HEAD: &str = "HEAD";

/// What is judged, and by what.
#[derive(Debug, Args)]
pub(in crate::cli) struct JudgingArgs {
    /// Which state is judged.
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

    /// What bears labels out.
    #[command(flatten)]
    pub(in crate::cli) evidence: EvidenceArgs,
}

/// Which state is judged. What git names to a hook leaves no choice of it.
#[derive(Debug, Args)]
pub(in crate::cli) struct StateArgs {
    /// The revision to judge: HEAD, a branch, a tag, a full commit id, or as in main~3
    ///
    /// An ambiguous name is refused; write it in full, as in `refs/heads/main`.
    #[arg(long, value_name = "REVISION", default_value = HEAD)]
    pub(in crate::cli) rev: String,

    /// Judge as of this time: RFC 3339, or a date, which means the end of that day in UTC
    ///
    /// Judges the mainline at its newest commit that is not later. Without this the window ends at the judged revision's own
    /// time; the clock is never read.
    #[arg(long, value_name = "TIME", value_parser = settings::as_of, allow_hyphen_values = true)]
    pub(in crate::cli) as_of: Option<UnixTime>,
}

/// Whether something is looked for that bears labels out. Markers have none, and what tells of the past shows none.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct EvidenceArgs {
    /// Look into the contents of credited commits for evidence that bears their labels out
    ///
    /// Shares are then shown once more without the credit that rests on labels alone. `check` and `explain` do so by default, and so
    /// does every command if the policy has `unproven-credit`.
    #[arg(long)]
    pub(in crate::cli) evidence: bool,
}

/// Where facts are kept from run to run. A list of markers is made without any.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct CacheArgs {
    /// Keep facts about commits in this folder, so that the next run need not read them again
    ///
    /// By default they are kept in the user's cache folder, or not at all if `CI` is set. The cache depends on no policy and
    /// changes no report. Never accept the folder from those whom you judge: see docs/gate.md.
    #[arg(long, value_name = "DIR", env = "DEBTLINT_CACHE", help_heading = "Cache")]
    pub(in crate::cli) cache: Option<PathBuf>,

    /// Read everything from the repository and keep nothing
    #[arg(long, help_heading = "Cache")]
    pub(in crate::cli) no_cache: bool,
}

/// By what is judged, and what a run may take.
#[derive(Debug, Args)]
pub(in crate::cli) struct TermsArgs {
    /// The policy to judge by, instead of the repository's own
    #[arg(long, value_name = "FILE", env = "DEBTLINT_CONFIG")]
    pub(in crate::cli) config: Option<PathBuf>,

    /// An organisation's floor: where the repository's policy asks for less, this applies
    #[arg(long, value_name = "FILE", long_help = floor_help())]
    pub(in crate::cli) org_policy: Option<PathBuf>,

    /// The length of the window, in weeks or days: 13w, 90d
    #[arg(long, value_name = "LENGTH", value_parser = settings::window)]
    pub(in crate::cli) window: Option<u32>,

    /// What a run may take.
    #[command(flatten)]
    pub(in crate::cli) limits: LimitArgs,

    /// Show no progress on a terminal
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_progress: bool,
}

/// Whose work it is. How a commit was read is a matter of no single team.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct TeamArgs {
    /// Judge only this team; may be given several times
    #[arg(long, value_name = "TEAM")]
    pub(in crate::cli) team: Vec<String>,
}

/// What every team is held to. Neither markers nor how a commit was read have to do with it.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct AllocationArgs {
    /// Hold every team to this allocation instead of the policy's: 20%
    #[arg(long, value_name = "PERCENTAGE", value_parser = settings::allocation)]
    pub(in crate::cli) allocation: Option<BasisPoints>,
}

/// What a floor is, for `--help`.
fn floor_help() -> String {
    format!(
        "An organisation's floor: where the repository's policy asks for less, this applies\n\nA policy with these keys only: \
         {}. docs/org-policy.md says more.",
        org_policy::held()
    )
}

impl StateArgs {
    /// What is judged where nothing was typed.
    pub(in crate::cli) fn of_head() -> Self {
        Self { rev: HEAD.to_owned(), as_of: None }
    }
}
