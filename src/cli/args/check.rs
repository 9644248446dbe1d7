//! `debtlint check`

use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args;

use crate::cli::deliver;
use crate::cli::deliver::Output;
use crate::report::formats::Format;

use super::JudgingArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint check                                judge the repository around the working directory
  debtlint check ../shop --rev refs/heads/main  judge a branch of another one
  debtlint check --team payments                judge one team only
  debtlint check --as-of 2026-06-30             judge as it stood at the end of that day
  debtlint check --format json --items          everything, for a program
  debtlint check --output sarif=debt.sarif --output markdown=debt.md    several formats of one judgement
  debtlint check --base refs/remotes/origin/main    judge what HEAD has and main has not, by main's policy
  debtlint check --event --expect-base main         what the event of GitHub Actions or GitLab CI is about
  debtlint check --org-policy ../org/floor.yml      with a floor that the repository may not go below
  debtlint check --base refs/remotes/origin/main --label tech-debt    the same, of a pull request with that label

Exit codes: 0 passed, 1 failed, 2 what was typed or written is wrong, 3 could not judge.";

/// `debtlint check`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").args(["base", "event"]))]
pub(in crate::cli) struct CheckArgs {
    /// The repository, or a path inside of it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    /// Judge a change: what the head has and this base has not, by the rules of the base
    ///
    /// Fails when a team that the change concerns is short with it, unless the change itself holds as much paydown as
    /// the allocation asks for, or only takes earlier work back. Nothing in the change's own files moves a figure.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["rev", "as_of"])]
    pub(in crate::cli) base: Option<String>,

    /// The end of the change, with --base
    #[arg(long, value_name = "REVISION", default_value = "HEAD", requires = "base")]
    pub(in crate::cli) head: String,

    /// Judge what the run of the build service around us is about, found in its event
    ///
    /// GitHub Actions: the change of `pull_request` (its test merge where that is checked out), `merge_group` and `push`; the
    /// whole window at `schedule`, `workflow_dispatch` and a new branch; `pull_request_target` is refused. GitLab CI: the
    /// change of a merge request or a push, else the whole window. Elsewhere name both ends with --base and --head.
    #[arg(long, conflicts_with_all = ["base", "head", "rev", "as_of"])]
    pub(in crate::cli) event: bool,

    /// Refuse an event whose base, or pushed branch, is another: a pull request may be retargeted
    #[arg(long, value_name = "BRANCH", requires = "event", conflicts_with = "base")]
    pub(in crate::cli) expect_base: Option<String>,

    /// A label of the change's pull request; may be given several times
    ///
    /// Labels and title are read by the policy's rules for labels of pull requests, for commits without a label of their
    /// own. In GitHub Actions (GITHUB_EVENT_PATH) and GitLab CI (CI_MERGE_REQUEST_LABELS) they are found without it.
    #[arg(long, value_name = "LABEL", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) label: Vec<String>,

    /// The title of the change's pull request, read like the subject of a squashed commit
    #[arg(long, value_name = "TITLE", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) title: Option<String>,

    /// Labels of what a merge queue has put together, by the numbers in the messages of its commits
    ///
    /// One JSON object a line, as `debtlint labels import` writes, or what `gh pr list --json
    /// number,title,labels,mergeCommit` prints.
    #[arg(long, value_name = "FILE", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) pr_labels: Option<PathBuf>,

    /// Do not ask the build service for labels and title
    #[arg(long, requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) no_ci_labels: bool,

    /// Write the report in this format to standard output: short for --output FORMAT
    #[arg(long, value_name = "FORMAT", value_parser = deliver::parse_format, help_heading = "Output")]
    pub(in crate::cli) format: Option<Format>,

    /// Write the report in this format, to a file or to standard output; may be given several times
    ///
    /// Text goes to standard output unless another format does. Beside that text, GitHub Actions gets annotations and a
    /// summary, Azure Pipelines issues, and GitLab CI a file gl-code-quality-report.json.
    ///
    /// Formats: text, json, ndjson (commits), sarif, github, gitlab, junit, azure, rdjson, markdown, html, csv (teams), badge.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = deliver::parse, help_heading = "Output")]
    pub(in crate::cli) output: Vec<Output>,

    /// Show what became of markers in the window, by team, although the policy says nothing of markers
    ///
    /// Markers added, removed, moved and copied from landing to landing, and the net. A policy with `markers` or
    /// `marker-flow` shows them without this.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) flow: bool,

    /// List every commit of the window, how it was read and what it counts
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) items: bool,

    /// Exit with 0 when a team is short; the report says so
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) exit_zero: bool,
}
