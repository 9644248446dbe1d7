//! `debtlint markers --write-baseline` and `--baseline`: the file between them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::cli::error::CliError;
use crate::cli::tree_file;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::marker::Listing;
use crate::marker::Marker;
use crate::marker::Place;
use crate::report::figures;
use crate::report::markers::Known;
use crate::report::markers::baseline;
use crate::report::markers::baseline::Baseline;
use crate::report::sink::Sink;

/// Larger files are no baselines: 64 MiB.
const LARGEST: u64 = 64 << 20;

/// The markers of a tree, held against a baseline.
pub(super) struct Compared<'f> {
    file: &'f Path,
    known: Baseline,
    old: u64,
    new: BTreeSet<(RepoPath, Place)>,
}

impl<'f> Compared<'f> {
    /// Reads the baseline from the disk.
    pub(super) fn read(file: &'f Path, listing: &Listing) -> Result<Self, CliError> {
        let (mut known, mut old, mut new) = (read(file)?, 0_u64, BTreeSet::new());
        for (path, marker) in listing.markers() {
            if known.take(marker) {
                old = old.saturating_add(1);
            } else {
                new.insert((path.clone(), marker.place));
            }
        }
        Ok(Self { file, known, old, new })
    }

    /// Whether the baseline lacks a marker of the tree.
    pub(super) fn is_new(&self, path: &RepoPath, marker: &Marker) -> bool {
        self.new.contains(&(path.clone(), marker.place))
    }

    /// What a report tells of it. `below` is the part of the tree that was searched.
    pub(super) fn told(&self, below: &RepoPath) -> Known {
        let is_whole = below.as_bytes().is_empty();
        Known {
            file: Untrusted::new(self.file.to_string_lossy()),
            markers: self.old,
            unmatched: is_whole.then(|| u64::try_from(self.known.left()).unwrap_or(u64::MAX)),
        }
    }
}

/// Writes the markers of a tree to a file, and says what to do with it.
pub(super) fn write(path: &Path, listing: &Listing, sink: Sink) -> Result<String, CliError> {
    let text = baseline::write(listing.markers().map(|(_, marker)| marker));
    let written = tree_file::write(path, text.as_bytes());
    written.map_err(|error| CliError::BaselineUnwritable { file: path.to_owned(), reason: error.to_string() })?;
    let shown = sink.path(path);
    let name = sink.word(&path.file_name().unwrap_or_default().to_string_lossy());
    Ok(format!(
        "{} written to {shown}\n\nSo that two branches' files merge without a conflict, put this into .gitattributes:\n\n  \
         {name} merge=union\n\nThen: debtlint markers --baseline {shown}\n",
        figures::counted(listing.markers().count(), "marker", "markers"),
    ))
}

/// Reads a baseline from the disk.
fn read(path: &Path) -> Result<Baseline, CliError> {
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
