//! `debtlint markers`

use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use clap::builder::PossibleValuesParser;

use super::StateArgs;
use super::TeamArgs;
use super::TermsArgs;
use crate::finding::Code;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint markers                              all markers of HEAD
  debtlint markers src --worktree               those of a folder, as its files are now
  debtlint markers --tag FIXME --tag XXX        some tags only
  debtlint markers --owner ada --sort file      what ada is responsible for
  debtlint markers --code marker-expired        what one rule of the policy reports, by its code
  debtlint markers --sort team                  by the teams that own the files
  debtlint markers --sort interest              what to pay first
  debtlint markers --no-age                     faster, without the history of each marker
  debtlint markers --path 'src/**' --format json    for a program
  debtlint markers --base refs/remotes/origin/main  what HEAD adds, edits, removes and moves
  debtlint markers --write-baseline .debtlint/markers.txt   what is there today...
  debtlint markers --baseline .debtlint/markers.txt         ...and what is not in that file

Exit codes: 0 passed, 1 a marker breaks a rule of the policy, 2 what was typed or written is wrong, 3 could not search.";

/// What means nothing where all markers are written down and none is judged.
const NO_LIST: [&str; 12] = [
    "base",
    "baseline",
    "tag",
    "owner",
    "paths",
    "code",
    "team",
    "strict_dates",
    "no_age",
    "sort",
    "format",
    "exit_zero",
];

/// `debtlint markers`
#[derive(Debug, Args)]
pub(in crate::cli) struct MarkersArgs {
    /// The repository, or a folder or file inside it, to search only that
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Search the files of the working tree, except those that .gitignore names
    ///
    /// The policy, .gitattributes and CODEOWNERS are still those of the revision.
    #[arg(long)]
    pub(in crate::cli) worktree: bool,

    /// List what became of markers since this base: added, edited, removed, moved, copied
    ///
    /// Compares --rev with the commit that it and the base have in common, by content: a marker that moves within its file is
    /// not listed. The policy, .gitattributes and CODEOWNERS are the base's, and rules apply only to what is added, copied or
    /// edited.
    #[arg(long, value_name = "REVISION", conflicts_with = "worktree")]
    pub(in crate::cli) base: Option<String>,

    /// Which state is searched.
    #[command(flatten)]
    pub(in crate::cli) state: StateArgs,

    /// By what is judged.
    #[command(flatten)]
    pub(in crate::cli) terms: TermsArgs,

    /// Whose work.
    #[command(flatten)]
    pub(in crate::cli) teams: TeamArgs,

    /// Treat every past due date as gravely as the policy says, even if nobody touched the marker
    #[arg(long)]
    pub(in crate::cli) strict_dates: bool,

    /// Write all markers to a file, one per line, by content, and judge nothing
    ///
    /// For use without a base to compare with. A moved marker changes no line of it.
    #[arg(long, value_name = "FILE", conflicts_with_all = NO_LIST, help_heading = "Baseline")]
    pub(in crate::cli) write_baseline: Option<PathBuf>,

    /// List and judge only markers that such a file does not have
    #[arg(long, value_name = "FILE", conflicts_with = "base", help_heading = "Baseline")]
    pub(in crate::cli) baseline: Option<PathBuf>,

    /// List markers with this tag; may be given several times
    #[arg(long, value_name = "TAG", help_heading = "Filters")]
    pub(in crate::cli) tag: Vec<String>,

    /// List markers of this owner, with or without the `@`; may be given several times
    #[arg(long, value_name = "OWNER", help_heading = "Filters")]
    pub(in crate::cli) owner: Vec<String>,

    /// List markers in files that match this glob; may be given several times
    #[arg(long = "path", value_name = "GLOB", help_heading = "Filters")]
    pub(in crate::cli) paths: Vec<String>,

    /// List markers that a finding of this code is about; may be given several times
    #[arg(long, value_name = "CODE", value_parser = codes(), hide_possible_values = true, help_heading = "Filters")]
    pub(in crate::cli) code: Vec<String>,

    /// Do not look for the commits that introduced the markers
    ///
    /// Without ages, no rule about ages applies. Markers of a working tree have none.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_age: bool,

    /// Sort by
    #[arg(long, value_name = "ORDER", default_value = "file", help_heading = "Output")]
    pub(in crate::cli) sort: SortBy,

    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(in crate::cli) format: ListFormat,

    /// Exit with 0 even if a marker breaks a rule; the list says so
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) exit_zero: bool,
}

/// The codes of findings about markers.
fn codes() -> PossibleValuesParser {
    let names = Code::ALL.into_iter().map(Code::name);
    names.filter(|name| name.starts_with("marker-")).collect::<Vec<_>>().into()
}

/// In which order markers are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SortBy {
    /// By file and line.
    File,
    /// By their first owner.
    Owner,
    /// By their first team.
    Team,
    /// The oldest first.
    Age,
    /// Most worth paying first: how often the file changed in the window, times age, times estimate.
    Interest,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ListFormat {
    /// For people, on a terminal.
    Text,
    /// For programs: one document, which `debtlint schema` describes.
    Json,
    /// For spreadsheets: one row for each marker, team, or (in `trend`) week of a team.
    Csv,
}
