//! `debtlint man`

use std::io;
use std::path::PathBuf;

use clap::Args;
use clap::Command;
use clap_mangen::Man;

pub(super) const EXAMPLES: &str = "\
Examples:
  debtlint man | man -l -             read it
  debtlint man --out share/man/man1   one page for each command, for a package";

/// `debtlint man`
#[derive(Debug, Args)]
pub(in crate::cli) struct ManArgs {
    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) out: Option<PathBuf>,
}

/// The page of a command, and those of the commands below it. No date stands in them: the same program, the same pages.
pub(super) fn pages(command: &Command, all: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    all.push((format!("{name}.1"), page));
    command.get_subcommands().filter(|command| !command.is_hide_set()).try_for_each(|command| pages(command, all))
}
