//! `debtlint report`

use std::path::PathBuf;

use clap::Args;

use crate::cli::settings;

use super::JudgingArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint report                               writes debtlint-report.html
  debtlint report ../shop --output shop.html    for another repository, into another file
  debtlint report --since 2y --window 26w       two years, with a longer window
  debtlint report --no-markers                  faster, without the search for markers
  debtlint report --output - | gzip > debt.gz   to standard output

Exit codes: 0 written, 2 what was typed or written is wrong, 3 could not judge. A short team never fails it.";

/// `debtlint report`
#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArgs {
    /// The repository, or a path inside it
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// What is judged, and by what.
    #[command(flatten)]
    pub(in crate::cli) judging: JudgingArgs,

    /// How far the charts look back: 1y (52 weeks), 26w, 90d
    #[arg(long, value_name = "LENGTH", default_value = "1y", value_parser = settings::span)]
    pub(in crate::cli) since: u32,

    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "debtlint-report.html", help_heading = "Output")]
    pub(in crate::cli) output: PathBuf,

    /// Do not search the tree for markers
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_markers: bool,

    /// Add a table of people, sorted by name
    ///
    /// Shares are about teams; without this option the page has no figures about individuals.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) people: bool,
}
