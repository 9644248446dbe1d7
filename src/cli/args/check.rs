//! `debtlint check`

use std::path::PathBuf;

use clap::Args;
use clap::builder::TypedValueParser;

use crate::cli::deliver;
use crate::cli::deliver::Output;
use crate::report::formats::Format;

use super::ChangeArgs;
use super::JudgingArgs;
use super::Offered;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint check                                judge the repository you are in
  debtlint check ../shop --rev refs/heads/main  judge a branch of another repository
  debtlint check --team payments                judge one team only
  debtlint check --as-of 2026-06-30             judge as of the end of that day
  debtlint check --format json --items          everything, for a program
  debtlint check --output sarif=debt.sarif --output markdown=debt.md    several formats of one judgement
  debtlint check --base refs/remotes/origin/main    judge what HEAD adds to main, by main's policy
  debtlint check --event --expect-base main         judge what this run of GitHub Actions or GitLab CI is about
  debtlint check --org-policy ../org/floor.yml      with an organisation's floor under the policy
  debtlint check --base refs/remotes/origin/main --label tech-debt    the same, for a pull request with that label

Exit codes: 0 passed, 1 failed, 2 what was typed or written is wrong, 3 could not judge.";

/// `debtlint check`
#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    /// Which change is judged, and what is known of its pull request.
    #[command(flatten)]
    pub(in crate::cli) change: ChangeArgs,

    /// Write the report in this format to standard output: short for --output FORMAT
    #[arg(long, value_name = "FORMAT", value_parser = format(), hide_possible_values = true, help_heading = "Output")]
    pub(in crate::cli) format: Option<Format>,

    /// Write the report in this format, to a file or to standard output; may be given several times
    ///
    /// Text goes to standard output unless another format does; a FILE of `-` is standard output, too. In addition to that text,
    /// GitHub Actions gets annotations and a summary, Azure Pipelines gets issues, and GitLab CI a file
    /// gl-code-quality-report.json.
    ///
    /// Formats: text, json, ndjson (commits), sarif, github, gitlab, junit, azure, rdjson, markdown, html, csv (teams), badge.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = deliver::parse, help_heading = "Output")]
    pub(in crate::cli) output: Vec<Output>,

    /// Show each team's markers added and removed in the window (the default), and fail if that cannot be known
    ///
    /// Counts markers added, removed, moved and copied from landing to landing, and the net. If the clone lacks files that have
    /// to be read, the report says so and the run goes on, unless this option or the policy's `marker-flow` asks for it.
    #[arg(long, overrides_with = "no_flow", help_heading = "Output")]
    pub(in crate::cli) flow: bool,

    /// Do not count added and removed markers, unless the policy's `marker-flow` can fail a team for them
    #[arg(long, overrides_with = "flow", help_heading = "Output")]
    pub(in crate::cli) no_flow: bool,

    /// Do not look for evidence in credited commits, unless credit depends on it (the policy's `unproven-credit`)
    #[arg(long, overrides_with = "evidence", help_heading = "Output")]
    pub(in crate::cli) no_evidence: bool,

    /// List every commit in the window, how it was read and what it counts
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) items: bool,

    /// Exit with 0 whatever is found, even a short team or a loosened policy; the report says so
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) exit_zero: bool,
}

/// A format for standard output, which has a word of its own for whoever names a file.
fn format() -> Offered<impl TypedValueParser<Value = Format>> {
    Offered {
        parser: deliver::parse_format as fn(&str) -> Result<Format, String>,
        names: Format::ALL.map(Format::name).to_vec(),
    }
}
