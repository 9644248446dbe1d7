//! The texts that errors about markers point into.

use std::collections::BTreeMap;

use crate::cli::hunt::Ground;
use crate::facts::RepoPath;
use crate::finding::Finding;
use crate::finding::Level;
use crate::marker;
use crate::repo::Content;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Visit;
use crate::repo::Visited;

/// The text of so many files is at hand for errors, at most.
const DRAWN: usize = 10;

/// The texts of the files that the first errors are about: read again, since few are.
pub(super) fn sources(
    repository: &Repository,
    ground: Option<Ground>,
    findings: &[Finding],
) -> Result<BTreeMap<RepoPath, String>, RepoError> {
    let grave = findings.iter().filter(|finding| finding.level == Level::Error).take(DRAWN);
    let mut sources = BTreeMap::new();
    for place in grave.filter_map(|finding| finding.found.as_ref()) {
        if sources.contains_key(&place.path) {
            continue;
        }
        let read: Visited<Option<String>> = match ground {
            Some(Ground::Revision(commit)) => repository.visit_tree(commit, &place.path, &Text, &Quiet)?,
            Some(Ground::WorkingTree) => repository.visit_working_tree(&place.path, &Text, &Quiet)?,
            None => Vec::new(),
        };
        sources.extend(read.into_iter().filter_map(|(path, text)| Some((path, text?))));
    }
    Ok(sources)
}

/// Keeps a file's text.
struct Text;

impl Visit for Text {
    type Found = Option<String>;
    type Folder = ();

    fn folder(&self, _path: &[u8]) -> Result<(), RepoError> {
        Ok(())
    }

    fn at_sight(&self, _folder: &(), _path: &RepoPath) -> Result<Option<Self::Found>, RepoError> {
        Ok(None)
    }

    fn read(&self, _path: &RepoPath, content: Content<'_>) -> Option<String> {
        let Content::Bytes(bytes) = content else { return None };
        let text = marker::decode(bytes).unwrap_or(std::borrow::Cow::Borrowed(bytes));
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        Some(String::from_utf8_lossy(text).into_owned())
    }

    fn limit(&self) -> u64 {
        8 << 20
    }
}
