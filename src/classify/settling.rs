//! Commits that change nothing but what teams are judged by.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::config;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::Relabel;
use crate::repo::proof::AllowedSigners;

/// Those of some commits that change nothing but the policy in the tree, the packs and labels that it names, relabels, and
/// whose key is whose.
///
/// None of that is work on the product, and some of it is what brings a team back: what a lead says of commits, a waiver, somebody who
/// joins. Whether it may be edited so is another question.
#[must_use]
pub fn settling(facts: &[CommitFact], changes: &HashMap<ObjectId, Changes>, policy: &Policy) -> BTreeSet<ObjectId> {
    let deciding = deciding(policy);
    let settles = |changes: &Changes| {
        !changes.paths.is_empty() && changes.paths.iter().all(|change| deciding.contains(&change.path))
    };
    facts.iter().map(|fact| fact.id).filter(|id| changes.get(id).is_some_and(settles)).collect()
}

/// Where it lies. A policy that was named on the command line lies elsewhere, and so nothing that it extends is in the tree.
fn deciding(policy: &Policy) -> BTreeSet<RepoPath> {
    let mut all: Vec<&str> = AllowedSigners::PATHS.into_iter().chain([Relabel::PATH]).collect();
    all.extend(policy.requests_file.as_ref().map(|(path, _)| path.as_str()));
    if let PolicySource::Tree { .. } = policy.source {
        let own = policy.texts.iter().map(|text| &*text.name);
        all.extend(own.filter(|name| !config::is_shipped(name)));
    }
    all.into_iter().map(|path| RepoPath::new(path.as_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::commit;
    use crate::classify::sample::policy;
    use crate::facts::Lines;
    use crate::facts::PathChange;
    use crate::policy::PolicyText;

    #[test]
    fn nothing_but_what_decides() {
        let mut policy = policy(&[]);
        let texts = [".debtlint.yml", "rules/ours.yml", "rules/bots.yml"];
        policy.texts = texts.map(|name| PolicyText { name: name.into(), text: "".into() }).into();
        let fact = commit(1).fact;
        for (paths, in_tree, settles) in [
            (&[".debtlint.yml"][..], true, true),
            (&[".debtlint.yml"], false, false),
            (&[".debtlint/relabels.yml"], false, true),
            (&[".debtlint.yml", ".debtlint/allowed_signers", ".debtlint/allowed_signers.asc"], true, true),
            (&[".debtlint.yml", "src/a.rs"], true, false),
            (&[".debtlint/a.rs"], true, false),
            // A pack of the repository's, and a file that is only called like a shipped one.
            (&["rules/ours.yml"], true, true),
            (&["rules/ours.yml"], false, false),
            (&["rules/bots.yml"], true, false),
            (&["sub/.debtlint.yml"], true, false),
            (&[".github/debtlint.yml"], true, false),
            (&[], true, false),
        ] {
            policy.source = match in_tree {
                true => PolicySource::Tree { path: ".debtlint.yml".into() },
                false => PolicySource::File { path: "ours.yml".into() },
            };
            let lines = Lines::Text { added: 1, removed: 0 };
            let change = |path: &&str| PathChange { path: RepoPath::new(path.as_bytes()), lines };
            let changes = [(fact.id, Changes { paths: paths.iter().map(change).collect() })].into();
            let found = settling(std::slice::from_ref(&fact), &changes, &policy);
            assert_eq!(found.contains(&fact.id), settles, "{paths:?} {in_tree}");
        }
    }
}
