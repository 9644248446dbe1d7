//! All markers of a tree, and what was left out of the search for them.

use std::collections::BTreeMap;

use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::marker::decode::Skip;
use crate::marker::item::Marker;
use crate::marker::suppression::Suppression;
use crate::repo::Gather;

/// All markers of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// The files that have markers or suppressions, sorted by path.
    pub files: Vec<MarkedFile>,
    /// How many files were searched.
    pub searched: u64,
    /// How many were not, by reason.
    pub left_out: BTreeMap<LeftOut, u64>,
    /// The files that could not be read, or of which only a part was, and why; sorted by path.
    pub said: Vec<(RepoPath, String)>,
}

/// A file with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedFile {
    /// The file.
    pub path: RepoPath,
    /// In the order of the file.
    pub markers: Vec<Marker>,
    /// In the order of the file.
    pub suppressions: Vec<Suppression>,
}

/// Where a marker comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Birth {
    /// The commit that brought it in.
    pub commit: ObjectId,
    /// Who wrote it.
    pub by: Untrusted,
    /// When it was committed.
    pub at: UnixTime,
    /// How many days before the judged day that was.
    pub days: u32,
}

/// What a search of one file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchedFile {
    /// It was searched, and nothing was found.
    Empty,
    /// It was searched.
    Found {
        /// In the order of the file.
        markers: Vec<Marker>,
        /// In the order of the file.
        suppressions: Vec<Suppression>,
        /// There are more markers than are given.
        more: bool,
    },
    /// It was not searched.
    LeftOut(LeftOut, Option<String>),
}

/// Why a file was not searched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// A path that the table of languages leaves out: `fixture`, `vendored`, `generated`.
    Excluded(String),
    /// A path that `.gitattributes` calls generated or vendored.
    Attributes,
    /// A path that the policy ignores.
    Ignored,
    /// Its content.
    Content(Skip),
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Submodule,
    /// It could not be read.
    Unreadable,
}

impl LeftOut {
    /// The reason as reports write it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Excluded(reason) => reason,
            Self::Attributes => "gitattributes",
            Self::Ignored => "ignored",
            Self::Content(skip) => skip.name(),
            Self::Symlink => "symlink",
            Self::Submodule => "submodule",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Listing {
    /// All markers with their files, in the order of paths and lines.
    pub fn markers(&self) -> impl Iterator<Item = (&RepoPath, &Marker)> {
        self.files.iter().flat_map(|file| file.markers.iter().map(move |marker| (&file.path, marker)))
    }
}

impl Gather for Listing {
    type Found = SearchedFile;

    fn add(&mut self, path: RepoPath, found: SearchedFile) {
        match found {
            SearchedFile::Empty => self.searched = self.searched.saturating_add(1),
            SearchedFile::Found { markers, suppressions, more } => {
                self.searched = self.searched.saturating_add(1);
                if more {
                    let said = format!("only its first {} markers are listed", markers.len());
                    self.said.push((path.clone(), said));
                }
                self.files.push(MarkedFile { path, markers, suppressions });
            }
            SearchedFile::LeftOut(reason, said) => {
                let count = self.left_out.entry(reason).or_default();
                *count = count.saturating_add(1);
                self.said.extend(said.map(|said| (path, said)));
            }
        }
    }

    fn join(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.searched = self.searched.saturating_add(other.searched);
        for (reason, files) in other.left_out {
            let count = self.left_out.entry(reason).or_default();
            *count = count.saturating_add(files);
        }
        self.said.append(&mut other.said);
    }

    fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.said.sort();
    }
}
