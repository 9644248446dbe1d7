//! `debtlint markers --write-baseline` and `--baseline`: the file between them.

use std::fs;
use std::path::Path;

use crate::cli::error::CliError;
use crate::cli::tree_file;
use crate::facts::RepoPath;
use crate::marker::Listing;
use crate::report::figures;
use crate::report::markers::baseline;
use crate::report::markers::baseline::Baseline;
use crate::report::sink::Sink;

/// Larger files are no baselines: 64 MiB.
const LARGEST: u64 = 64 << 20;

/// Reads a baseline from the disk.
pub(super) fn read(path: &Path) -> Result<Baseline, CliError> {
    let unreadable = |reason: String| CliError::BaselineUnreadable { file: path.to_owned(), reason };
    let size = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > LARGEST {
        return Err(unreadable("it is far too large".to_owned()));
    }
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let damaged = |damage: baseline::Damage| CliError::BaselineDamaged {
        file: path.to_owned(),
        line: damage.line,
        reason: damage.reason,
    };
    Baseline::read(&text).map_err(damaged)
}

/// Writes the markers of a tree to a file, and says what to do with it.
pub(super) fn write(path: &Path, listing: &Listing, sink: Sink) -> Result<String, CliError> {
    let text = baseline::write(listing.markers().map(|(_, marker)| marker));
    let written = tree_file::write(path, text.as_bytes());
    written.map_err(|error| CliError::BaselineUnwritable { file: path.to_owned(), reason: error.to_string() })?;
    let count = u64::try_from(listing.markers().count()).unwrap_or(u64::MAX);
    let shown = sink.word(&path.to_string_lossy());
    let name = sink.word(&path.file_name().unwrap_or_default().to_string_lossy());
    Ok(format!(
        "{} written to {shown}\n\nSo that two branches' files merge without a conflict, put this into .gitattributes:\n\n  \
         {name} merge=union\n\nThen: debtlint markers --baseline {shown}\n",
        figures::counted(count, "marker", "markers"),
    ))
}

/// Whether the whole of a tree is searched.
pub(super) fn is_whole(below: &RepoPath) -> bool {
    below.as_bytes().is_empty()
}
