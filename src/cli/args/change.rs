//! Which change is judged, and what is known of its pull request: the options that several commands share.

use std::path::PathBuf;

use clap::ArgGroup;
use clap::Args;

/// Which change is judged, and what is known of its pull request.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").args(["base", "event"]))]
pub(in crate::cli) struct ChangeArgs {
    /// Judge a change: the commits that the head has and this base lacks, by the base's rules
    ///
    /// Fails if the change would leave a team that it concerns short, unless the change itself holds as much paydown as the
    /// allocation asks for, or only takes earlier work back. Nothing in the change's own files affects how it is judged.
    #[arg(long, value_name = "REVISION", conflicts_with_all = ["rev", "as_of"])]
    pub(in crate::cli) base: Option<String>,

    /// The last commit of the change, with --base
    #[arg(long, value_name = "REVISION", default_value = "HEAD", requires = "base")]
    pub(in crate::cli) head: String,

    /// Judge what this CI run is about, as its event says
    ///
    /// GitHub Actions: the change of `pull_request` (its test merge where that is checked out), `merge_group` and `push`; the
    /// whole window on `schedule`, `workflow_dispatch` and a new branch; `pull_request_target` is refused. GitLab CI: the
    /// change of a merge request or a push, else the whole window. Elsewhere name both ends with --base and --head.
    #[arg(long, conflicts_with_all = ["base", "head", "rev", "as_of"])]
    pub(in crate::cli) event: bool,

    /// Refuse an event for any other base or pushed branch: a pull request may have been retargeted
    #[arg(long, value_name = "BRANCH", requires = "event", conflicts_with = "base")]
    pub(in crate::cli) expect_base: Option<String>,

    /// A label of the change's pull request; may be given several times
    ///
    /// The policy's rules for pull-request labels apply labels and title to commits that have no label of their own. GitHub
    /// Actions (GITHUB_EVENT_PATH) and GitLab CI (CI_MERGE_REQUEST_LABELS) provide them without this option.
    #[arg(long, value_name = "LABEL", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) label: Vec<String>,

    /// The title of the change's pull request, read like the subject of a squashed commit
    #[arg(long, value_name = "TITLE", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) title: Option<String>,

    /// Labels of the pull requests in a merge queue, found by the numbers in its commit messages
    ///
    /// One JSON object per line, as `debtlint labels import` writes, or what `gh pr list --json
    /// number,title,labels,mergeCommit` prints.
    #[arg(long, value_name = "FILE", requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) pr_labels: Option<PathBuf>,

    /// Do not read labels and title from the build service
    #[arg(long, requires = "change", help_heading = "Pull request")]
    pub(in crate::cli) no_ci_labels: bool,
}
