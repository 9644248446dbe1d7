//! What may be typed. What it means is in [`crate::cli::settings`].

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use clap::ColorChoice;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

use crate::cli::settings;
use crate::facts::UnixTime;
use crate::policy::BasisPoints;

const CHECK_EXAMPLES: &str = "\
Examples:
  debtlint check                                judge the repository around the working directory
  debtlint check ../shop --rev refs/heads/main  judge a branch of another one
  debtlint check --team payments                judge one team only
  debtlint check --as-of 2026-06-30             judge as it stood at the end of that day
  debtlint check --format json --items          everything, for a program
  debtlint check --base refs/remotes/origin/main    judge what HEAD has and main has not, by main's policy

Exit codes: 0 passed, 1 failed, 2 what was typed or written is wrong, 3 could not judge.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  debtlint explain 4f3a2b1c9d           how a commit of the window was read
  debtlint explain allocation-short     the page of a finding";

/// Fails the build of a team whose share of debt paydown falls below its protected allocation.
#[derive(Debug, Parser)]
#[command(name = "debtlint", version, max_term_width = 100, arg_required_else_help = true)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,

    /// Colour the output
    ///
    /// `auto` colours a terminal; NO_COLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(super) color: ColorChoice,

    /// Write for so many columns
    ///
    /// Without it, for as many as COLUMNS or the terminal has, or else 80.
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = settings::width, help_heading = "Output")]
    pub(super) width: Option<usize>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge the teams of a repository
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Explain how a commit was read, or what a code means
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// List the packs of rules that ship with debtlint, or print one
    Rules {
        /// The pack to print
        name: Option<String>,
    },
    /// Print a JSON Schema
    Schema {
        /// Of what
        #[arg(default_value = "policy")]
        of: SchemaOf,
    },
}

/// `debtlint check`
#[derive(Debug, ClapArgs)]
pub(super) struct CheckArgs {
    /// The repository, or a path inside of it
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(super) judging: JudgingArgs,

    /// Judge a change: what the head has and this base has not, by the rules of the base
    ///
    /// Fails when a team that the change concerns is short with it, unless the change itself holds as much paydown as
    /// the allocation asks for, or only takes earlier work back. Nothing in the change's own files moves a figure.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["rev", "as_of"])]
    pub(super) base: Option<String>,

    /// The end of the change, with --base
    #[arg(long, value_name = "REVISION", default_value = "HEAD", requires = "base")]
    pub(super) head: String,

    /// How to write the report
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: Format,

    /// List every commit of the window, how it was read and what it counts
    #[arg(long, help_heading = "Output")]
    pub(super) items: bool,

    /// Exit with 0 when a team is short; the report says so
    #[arg(long, help_heading = "Output")]
    pub(super) exit_zero: bool,
}

/// `debtlint explain`
#[derive(Debug, ClapArgs)]
pub(super) struct ExplainArgs {
    /// A commit of the window (a full id, or at least its first four digits), or the code of a finding
    pub(super) what: String,

    /// The repository, or a path inside of it
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(super) judging: JudgingArgs,
}

/// What is judged, and by what.
#[derive(Debug, ClapArgs)]
pub(super) struct JudgingArgs {
    /// The policy to judge by, instead of the repository's own
    #[arg(long, value_name = "FILE", env = "DEBTLINT_CONFIG")]
    pub(super) config: Option<PathBuf>,

    /// The revision to judge: HEAD, a branch, a tag, or a full commit id
    ///
    /// A name that stands for several references is refused; write it in full, as in `refs/heads/main`.
    #[arg(long, value_name = "REVISION", default_value = "HEAD")]
    pub(super) rev: String,

    /// Judge as it stood at that time: RFC 3339, or a date, which means the end of that day in UTC
    ///
    /// The mainline is judged at its newest commit that is not later. Without it the window ends with the judged
    /// revision's own time; the clock is never read.
    #[arg(long, value_name = "TIME", value_parser = settings::as_of, allow_hyphen_values = true)]
    pub(super) as_of: Option<UnixTime>,

    /// The length of the window, in weeks or days: 13w, 90d
    #[arg(long, value_name = "LENGTH", value_parser = settings::window)]
    pub(super) window: Option<u32>,

    /// Judge this team; may be given several times
    #[arg(long, value_name = "TEAM")]
    pub(super) team: Vec<String>,

    /// The allocation to hold every team to, instead of those of the policy: 20%
    #[arg(long, value_name = "PERCENTAGE", value_parser = settings::allocation)]
    pub(super) allocation: Option<BasisPoints>,

    /// Read a repository that belongs to another user
    #[arg(long, help_heading = "Limits")]
    pub(super) accept_owner: bool,

    /// Give up after that time: 90s, 10m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = settings::deadline, help_heading = "Limits")]
    pub(super) deadline: std::time::Duration,

    /// Give up when more memory than this is needed: 512MiB, 4GiB (Linux only)
    #[arg(long, value_name = "SIZE", default_value = "4GiB", value_parser = settings::memory, help_heading = "Limits")]
    pub(super) memory_limit: u64,

    /// Show no progress on a terminal
    #[arg(long, help_heading = "Output")]
    pub(super) no_progress: bool,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on a terminal.
    Text,
    /// For programs: one document, `debtlint schema report` describes it.
    Json,
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// The policy file.
    Policy,
    /// What `check --format json` prints.
    Report,
}

impl Args {
    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    ///
    /// When it is none, or asks for help.
    pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::try_parse_from(arguments)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_is_refused() {
        for line in [
            "",
            "judge",
            "check --colour",
            "check --window 13",
            "check --window 0w",
            "check --window 999999w",
            "check --as-of yesterday",
            "check --as-of 2026-02-30",
            "check --allocation 20",
            "check --allocation 101%",
            "check --deadline 0s",
            "check --deadline x",
            "check --memory-limit 3",
            "check --format sarif",
            "check --width 3",
            "check a b",
            "check --base main --rev topic",
            "check --base main --as-of 2026-01-01",
            "check --head topic",
            "explain",
            "schema config",
        ] {
            let line = std::iter::once("debtlint").chain(line.split_whitespace()).map(OsString::from);
            let error = Args::read(line.collect::<Vec<_>>()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{error}");
        }
    }
}
