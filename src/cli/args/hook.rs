//! `debtlint hook`

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;

use super::AllocationArgs;
use super::CacheArgs;
use super::EvidenceArgs;
use super::TeamArgs;
use super::TermsArgs;

pub(super) const COMMIT_MSG_EXAMPLES: &str = "\
Examples:
  debtlint hook commit-msg .git/COMMIT_EDITMSG     how the last message counts
  debtlint hook commit-msg message.txt             how a message would count, before you commit

As .git/hooks/commit-msg:
  #!/bin/sh
  exec debtlint hook commit-msg \"$1\"

Exit codes: 0 the message says what kind of work it is, 1 it does not, 2 what was typed or written is wrong, 3 the policy cannot be read.";

pub(super) const PRE_PUSH_EXAMPLES: &str = "\
Examples:
  echo refs/heads/topic $(git rev-parse HEAD) refs/heads/topic 0 |
    debtlint hook pre-push origin                  what a push of this branch would report

As .git/hooks/pre-push:
  #!/bin/sh
  exec debtlint hook pre-push \"$@\"

Exit codes: 0 passed, 1 failed, 2 what was typed or written is wrong, 3 could not judge.";

/// Which hook runs.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HookCommand {
    /// Say how a commit with this message will count, and refuse a message that does not say
    ///
    /// A message without a label is refused, unless the policy has `require-label: warn`. So are trailers that git does
    /// not read as such, shares that are not percentages, and labels that contradict each other.
    #[command(after_help = COMMIT_MSG_EXAMPLES)]
    CommitMsg(CommitMsgArgs),
    /// Judge what is about to be pushed, on top of the remote's default branch
    ///
    /// Reads git's list of refs from standard input, or pre-commit's variables. Deletions and tags are skipped.
    #[command(after_help = PRE_PUSH_EXAMPLES)]
    PrePush(Box<PrePushArgs>),
}

/// `debtlint hook commit-msg`
#[derive(Debug, Args)]
pub(in crate::cli) struct CommitMsgArgs {
    /// The file with the message
    pub(in crate::cli) file: PathBuf,

    /// The policy to use instead of HEAD's
    #[arg(long, value_name = "FILE", env = "DEBTLINT_CONFIG")]
    pub(in crate::cli) config: Option<PathBuf>,
}

/// `debtlint hook pre-push`
#[derive(Debug, Args)]
pub(in crate::cli) struct PrePushArgs {
    /// The remote's name, as git passes it
    pub(in crate::cli) remote: Option<String>,

    /// The remote's URL, which git passes too
    pub(in crate::cli) url: Option<String>,

    /// The base, instead of the remote's default branch
    #[arg(long, value_name = "REVISION")]
    pub(in crate::cli) base: Option<String>,

    /// By what is judged: git says what.
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

    /// The commits that are pushed: the supervising process has read them.
    #[arg(long, hide = true)]
    pub(in crate::cli) pushed: Vec<String>,
}
