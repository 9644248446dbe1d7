//! Files that changes are judged by, and that a change edits: said, and never applied.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::config;
use crate::facts::Changes;
use crate::facts::ObjectId;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::repo::Ahead;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::trusted::CodeOwners;

const ATTRIBUTES: &str = ".gitattributes";
/// So many files are named.
const NAMED: usize = 5;

/// The base has no policy and the change proposes one.
pub(super) fn proposed(policy: &Policy) -> Finding {
    let path = match &policy.source {
        PolicySource::Tree { path } | PolicySource::File { path } => path,
        PolicySource::Default => "the default",
    };
    let message =
        format!("the base has no policy: the change was judged by {path} as it proposes, and nothing is enforced");
    let finding = Finding::new(Code::PolicyProposed, Level::Note, message);
    finding.help("once the policy has landed it is the base's, and is enforced")
}

/// The trusted files that the change edits, adds or deletes.
pub(super) fn changed(
    repository: &Repository,
    base: ObjectId,
    head: ObjectId,
    ahead: &Ahead,
    changes: &BTreeMap<ObjectId, Changes>,
    policy: &Policy,
) -> Result<Option<Finding>, RepoError> {
    let mut differing = Vec::new();
    for path in candidates(ahead, changes, policy) {
        let of_head = content(repository, head, &path)?;
        if of_head == content(repository, base, &path)? {
            continue;
        }
        // Where the base has moved on since, the change did not: it only lacks what the base has by now.
        let forks = ahead.forks.iter().map(|fork| content(repository, *fork, &path));
        let is_behind = forks.collect::<Result<Vec<_>, _>>()?.iter().all(|of_fork| *of_fork == of_head);
        if ahead.forks.is_empty() || !is_behind {
            differing.push(path);
        }
    }
    if differing.is_empty() {
        return Ok(None);
    }
    let more = differing.len().saturating_sub(NAMED);
    let named = differing.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("the change edits {named}{more}; it was judged by what the base says");
    let finding = Finding::new(Code::PolicyChanged, Level::Warning, message);
    Ok(Some(finding.help("who approves this decides what later changes are judged by: the sponsor should be asked")))
}

/// Where something that decides may lie, sorted.
fn candidates(ahead: &Ahead, changes: &BTreeMap<ObjectId, Changes>, policy: &Policy) -> BTreeSet<String> {
    let fixed = config::CANDIDATES.into_iter().chain(CodeOwners::PATHS);
    let fixed = fixed.chain([".mailmap", ".git-blame-ignore-revs", ATTRIBUTES]);
    // The policy comes first, then what it extends.
    let packs = policy.texts.iter().skip(1).map(|text| text.name.to_string());
    let packs = packs.chain(policy.requests_file.iter().map(|(path, _)| path.clone()));
    let touched = ahead.commits.iter().filter_map(|fact| changes.get(&fact.id)).flat_map(|one| &one.paths);
    let nested = touched.map(|change| change.path.to_text().expose().to_owned());
    let nested = nested.filter(|path| path.ends_with(&format!("/{ATTRIBUTES}")));
    fixed.map(str::to_owned).chain(packs).chain(nested).collect()
}

/// What lies at a path, to be compared.
#[derive(Debug, PartialEq, Eq)]
enum Content {
    Nothing,
    File(Vec<u8>),
    /// A link, a directory, or more bytes than are read.
    Else,
}

fn content(repository: &Repository, commit: ObjectId, path: &str) -> Result<Content, RepoError> {
    const LARGEST: u64 = 16 << 20;
    match repository.read_file(commit, path, LARGEST) {
        Ok(None) => Ok(Content::Nothing),
        Ok(Some(bytes)) => Ok(Content::File(bytes)),
        Err(RepoError::NotAFile { .. } | RepoError::FileTooLarge { .. }) => Ok(Content::Else),
        Err(error) => Err(error),
    }
}
