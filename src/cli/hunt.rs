//! The search for markers: all files of a tree, each through the scanner, on all cores.

use std::sync::Arc;

use sha1::Digest as _;
use sha1::Sha1;

use crate::cli::error::Fault;
use crate::config;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::Exclusion;
use crate::marker::Generated;
use crate::marker::LeftOut;
use crate::marker::Listing;
use crate::marker::Prose;
use crate::marker::Scanned;
use crate::marker::Scanner;
use crate::marker::Search;
use crate::marker::SearchedFile;
use crate::marker::Skip;
use crate::marker::Tag;
use crate::policy::MarkerPolicy;
use crate::policy::Policy;
use crate::policy::TeamId;
use crate::repo::Content;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Visit;
use crate::repo::content::Fate;
use crate::repo::content::Sides;
use crate::repo::trusted::Attributes;
use crate::repo::trusted::FolderAttributes;
use crate::repo::trusted::PathOwners;

/// What finds markers: made once for what a policy says of them.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) scanner: Scanner,
    exclusion: Exclusion,
    prose: Prose,
}

/// What is looked for, and what is left out.
pub(super) struct Hunt<'p> {
    pub(super) tools: Arc<Tools>,
    policy: &'p Policy,
    attributes: Option<&'p Attributes>,
}

/// Which files are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Those of a commit's tree.
    Revision(ObjectId),
    /// Those of the working tree.
    WorkingTree,
}

impl Tools {
    /// What finds the tags of a policy, in its languages.
    pub(super) fn new(markers: &MarkerPolicy) -> Result<Self, Fault> {
        let mut languages = config::languages()?;
        languages.extend(markers.languages.clone());
        let exclusion = Exclusion::new(&languages)?;
        let search = Search { tags: Self::tags(markers), tickets: markers.tickets.clone(), ..Search::default() };
        let prose = if markers.prose { Prose::Everywhere } else { Prose::Comments };
        Ok(Self { scanner: Scanner::new(languages, search)?, exclusion, prose })
    }

    /// The tags of a policy.
    pub(super) fn tags(markers: &MarkerPolicy) -> Vec<Tag> {
        markers.search_tags().into_iter().map(|(name, case)| Tag { name: name.to_owned(), case }).collect()
    }

    /// A name for all that decides which markers a file has.
    pub(super) fn digest(markers: &MarkerPolicy) -> [u8; 20] {
        let MarkerPolicy { tickets, prose, languages, .. } = markers;
        let mut hash = Sha1::new_with_prefix(config::tables_digest());
        hash.update(format!("{:?}", (markers.search_tags(), tickets, prose, languages)));
        hash.finalize().into()
    }

    /// Whether a path is left out by its name.
    pub(super) fn is_excluded(&self, path: &RepoPath) -> bool {
        self.exclusion.reason(path).is_some()
    }

    /// The markers and suppressions of a text; none where it is not searched.
    pub(super) fn side(&self, path: &RepoPath, bytes: &[u8], generated: Generated) -> Scanned {
        self.scanner.scan_as(path, bytes, self.prose, generated).unwrap_or_default()
    }

    /// Larger files are not searched; in bytes.
    pub(super) fn limit(&self) -> u64 {
        u64::try_from(self.scanner.largest()).unwrap_or(u64::MAX)
    }
}

impl<'p> Hunt<'p> {
    /// What a policy looks for; `attributes` are those of the trusted tree.
    pub(super) fn new(policy: &'p Policy, attributes: Option<&'p Attributes>) -> Result<Self, Fault> {
        Ok(Self::with(Arc::new(Tools::new(&policy.markers)?), policy, attributes))
    }

    /// The same with what finds the policy's markers.
    pub(super) const fn with(tools: Arc<Tools>, policy: &'p Policy, attributes: Option<&'p Attributes>) -> Self {
        Self { tools, policy, attributes }
    }

    /// A name for all that decides which markers a file has.
    pub(super) fn digest(&self) -> [u8; 20] {
        Tools::digest(&self.policy.markers)
    }

    /// All markers of a tree, below a folder; the empty one is the root.
    pub(super) fn markers(
        &self,
        repository: &Repository,
        ground: Ground,
        below: &RepoPath,
        progress: &dyn Progress,
    ) -> Result<Listing, RepoError> {
        match ground {
            Ground::Revision(commit) => repository.visit_tree(commit, below, self, progress),
            Ground::WorkingTree => repository.visit_working_tree(below, self, progress),
        }
    }

    /// Why a path is left out whatever it holds, if it is. What `.gitattributes` says of a path goes before what its name
    /// looks like.
    pub(super) fn left_out(&self, path: &RepoPath) -> Result<Option<LeftOut>, RepoError> {
        self.left_out_in(|| self.folder(path.folder()), path)
    }

    fn left_out_in(
        &self,
        folder: impl FnOnce() -> Result<Option<FolderAttributes>, RepoError>,
        path: &RepoPath,
    ) -> Result<Option<LeftOut>, RepoError> {
        if self.policy.ignored.fit(path) {
            return Ok(Some(LeftOut::Ignored));
        }
        Ok(match folder()?.and_then(|folder| folder.ignored(path)) {
            Some(true) => Some(LeftOut::Attributes),
            Some(false) => None,
            None => self.tools.exclusion.reason(path).map(|reason| LeftOut::Excluded(reason.to_owned())),
        })
    }

    /// Whether files of prose are searched as a whole.
    pub(super) fn prose(&self) -> Prose {
        self.tools.prose
    }

    /// The markers and suppressions of both sides of a changed file. That its first lines say it was generated counts
    /// only if they said so before: a change does not say of itself what is searched.
    pub(super) fn both(&self, sides: &Sides) -> (Scanned, Scanned) {
        let says_so = sides.fate != Fate::Created && self.tools.scanner.says_generated(&sides.old);
        let generated = if says_so { Generated::LeftOut } else { Generated::Searched };
        let side = |bytes: &[u8]| self.tools.side(&sides.path, bytes, generated);
        (side(&sides.old), side(&sides.new))
    }

    /// What a file's bytes come to.
    pub(super) fn search(&self, path: &RepoPath, bytes: &[u8]) -> SearchedFile {
        match self.tools.scanner.scan(path, bytes, self.prose()) {
            Ok(found) if found.markers.is_empty() && found.suppressions.is_empty() => SearchedFile::Empty,
            Ok(found) => {
                SearchedFile::Found { markers: found.markers, suppressions: found.suppressions, more: found.more }
            }
            Err(skip) => SearchedFile::LeftOut(LeftOut::Content(skip), None),
        }
    }
}

impl Visit for Hunt<'_> {
    type Found = SearchedFile;
    type Folder = Option<FolderAttributes>;

    fn directory(&self, id: ObjectId, bytes: &[u8]) {
        if let Some(attributes) = self.attributes {
            attributes.saw(id, bytes);
        }
    }

    fn folder(&self, path: &[u8]) -> Result<Self::Folder, RepoError> {
        self.attributes.map(|attributes| attributes.folder(path)).transpose()
    }

    fn at_sight(&self, folder: &Self::Folder, path: &RepoPath) -> Result<Option<SearchedFile>, RepoError> {
        let reason = self.left_out_in(|| Ok(folder.clone()), path)?;
        Ok(reason.map(|reason| SearchedFile::LeftOut(reason, None)))
    }

    fn read(&self, path: &RepoPath, content: Content<'_>) -> SearchedFile {
        let left_out = |reason| SearchedFile::LeftOut(reason, None);
        match content {
            Content::Bytes(bytes) => self.search(path, bytes),
            Content::TooLarge(size) => {
                let said = format!("it has {size} bytes, more than the {} that are searched", self.limit());
                SearchedFile::LeftOut(LeftOut::Content(Skip::TooLarge), Some(said))
            }
            Content::Symlink => left_out(LeftOut::Symlink),
            Content::Submodule => left_out(LeftOut::Submodule),
            Content::Unreadable(reason) => SearchedFile::LeftOut(LeftOut::Unreadable, Some(reason)),
        }
    }

    fn limit(&self) -> u64 {
        self.tools.limit()
    }
}

/// Whose the markers of a path are.
pub(super) fn teams_of(policy: &Policy, owners: &PathOwners, path: &RepoPath) -> Vec<TeamId> {
    match policy.everyone() {
        Some(everyone) => vec![everyone],
        None => owners.owners(path),
    }
}
