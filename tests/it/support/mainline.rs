//! The mainline of a history, read back.
#![expect(clippy::disallowed_types, reason = "histories are read with the library that they are built with")]

use std::path::Path;

/// The mainline commits that were made after one time and up to another, each behind its first parent; newest first.
pub(crate) fn mainline(path: &Path, after: i64, up_to: i64) -> Vec<(String, String)> {
    let repo = git2::Repository::open_bare(path).unwrap();
    let mut found = Vec::new();
    let mut next = repo.head().ok().and_then(|head| head.peel_to_commit().ok());
    while let Some(commit) = next {
        let Ok(parent) = commit.parent(0) else { break };
        if (after + 1..=up_to).contains(&commit.time().seconds()) {
            found.push((parent.id().to_string(), commit.id().to_string()));
        }
        next = Some(parent);
    }
    found
}
