//! What a trusted tree says of how history is to be read: `.mailmap`, `.gitattributes`, `CODEOWNERS`,
//! `.git-blame-ignore-revs`. All of it comes from blobs of one tree, never from the working tree or from configuration.

mod attributes;
mod codeowners;
mod ignored_revisions;
mod mailmap;
mod owners;

use std::collections::BTreeSet;

use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::proof::AllowedSigners;

pub use attributes::{Attributes, FolderAttributes};
pub use codeowners::{CodeOwners, Dialect};
pub use ignored_revisions::{BadLine, ignored_revisions};
pub use mailmap::Mailmap;
pub use owners::{BadPath, PathOwners, taken_in_by};

/// The largest of these files that is read.
const LARGEST: u64 = 16 << 20;

/// Everything that a trusted tree says, but for its policy.
#[derive(Debug)]
pub struct Trusted {
    /// Who is who.
    pub mailmap: Mailmap,
    /// Which paths are generated or vendored.
    pub attributes: Attributes,
    /// Revisions that changed the form of the code only.
    pub ignored_revisions: BTreeSet<ObjectId>,
    /// Lines of `.git-blame-ignore-revs` that could not be read.
    pub bad_revision_lines: Vec<BadLine>,
    /// Who owns which paths.
    pub codeowners: Option<CodeOwners>,
    /// Who signs with which key.
    pub signers: Option<AllowedSigners>,
}

impl Trusted {
    /// Reads what the tree of a trusted commit says.
    ///
    /// # Errors
    /// What is needed is absent, damaged, too large, or something else than a file.
    pub fn read(repository: &Repository, commit: ObjectId) -> Result<Self, RepoError> {
        let file = |path: &str| match repository.read_file(commit, path, LARGEST) {
            // git does not follow a link to any of these either.
            Err(RepoError::NotAFile { .. }) => Ok(None),
            read => read,
        };
        let (ignored_revisions, bad_revision_lines) =
            ignored_revisions(&file(".git-blame-ignore-revs")?.unwrap_or_default());
        let mut codeowners = None;
        for path in CodeOwners::PATHS {
            if codeowners.is_none() {
                codeowners = file(path)?.map(|bytes| CodeOwners::parse(path, &bytes));
            }
        }
        let mut signers = file(AllowedSigners::PATH)?.map(|bytes| AllowedSigners::parse(&bytes));
        if let Some(bytes) = file(AllowedSigners::OPENPGP_PATH)? {
            signers = Some(signers.unwrap_or_default().with_openpgp(&bytes));
        }
        Ok(Self {
            mailmap: Mailmap::parse(&file(".mailmap")?.unwrap_or_default()),
            attributes: Attributes::of(repository, commit)?,
            ignored_revisions,
            bad_revision_lines,
            codeowners,
            signers,
        })
    }
}
