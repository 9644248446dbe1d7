//! Which change is judged, and what is known of its pull request: the options that several commands share.

use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args;

/// Which change is judged, and what is known of its pull request.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").args(["base", "event"]))]
pub(in crate::cli) struct ChangeArgs {
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
}
