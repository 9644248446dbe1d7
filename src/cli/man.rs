//! `debtlint man`: the manual pages, from the declaration of the arguments.

use std::fs;

use crate::cli::args::Args;
use crate::cli::args::ManArgs;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;

/// Prints the program's page, or writes those of all commands.
pub(super) fn man(typed: &ManArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let pages = Args::manual().map_err(Fault::Write)?;
    let Some(folder) = &typed.out else {
        let page = pages.first().map(|(_, page)| page.as_slice()).unwrap_or_default();
        return outputs.write(|out| out.write_all(page)).map(|()| Exit::Passed);
    };
    let unwritable =
        |error: std::io::Error| CliError::ManualUnwritable { folder: folder.clone(), reason: error.to_string() };
    fs::create_dir_all(folder).map_err(unwritable)?;
    for (name, page) in &pages {
        fs::write(folder.join(name), page).map_err(unwritable)?;
    }
    let said = format!("{} pages are written to {}\n", pages.len(), outputs.sink().path(folder));
    outputs.print(&said).map(|()| Exit::Passed)
}
