//! What is left out of the measure, and why.
//!
//! The order is fixed: a merge without content of its own; then the policy's rules by author and by commit, in their
//! order; then the revisions that the trusted `.git-blame-ignore-revs` lists; then commits that touch only ignored
//! paths; then the policy's rules by path. No subject exempts anything.

use std::collections::BTreeSet;

use crate::classify::Exempt;
use crate::classify::label::all_paths_fit;
use crate::classify::label::author_fits;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::policy::ExemptMatch;
use crate::policy::ExemptReason;
use crate::policy::ExemptRule;
use crate::policy::Policy;

/// Whether a commit is left out whatever it changed, so that nobody need compare its trees.
///
/// Never true of a merge: whether it has content of its own comes first.
#[must_use]
pub fn exempt_at_sight(fact: &CommitFact, policy: &Policy, ignored_revisions: &BTreeSet<ObjectId>) -> Option<Exempt> {
    if fact.is_merge() { None } else { by_who_and_which(fact, policy, ignored_revisions) }
}

/// Whether a commit is left out, when what it changed is known.
pub(super) fn exempt(
    fact: &CommitFact,
    changes: Option<&Changes>,
    policy: &Policy,
    ignored_revisions: &BTreeSet<ObjectId>,
) -> Option<Exempt> {
    let nothing = Changes::default();
    if fact.is_merge() && changes == Some(&nothing) {
        return Some(because(ExemptReason::Merge));
    }
    by_who_and_which(fact, policy, ignored_revisions).or_else(|| by_paths(changes.unwrap_or(&nothing), policy))
}

/// The text in a commit that an exempt rule matches.
pub(super) fn matched(rule: &ExemptRule, fact: &CommitFact, changes: Option<&Changes>) -> Option<Untrusted> {
    match &rule.matches {
        ExemptMatch::Author(pattern) => author_fits(fact, pattern),
        ExemptMatch::Commit(ids) => ids.contains(&fact.id).then(|| Untrusted::new(fact.id.to_string())),
        ExemptMatch::Path(globs) => changes.and_then(|changes| all_paths_fit(changes, globs)),
    }
}

fn by_who_and_which(fact: &CommitFact, policy: &Policy, ignored: &BTreeSet<ObjectId>) -> Option<Exempt> {
    by_rules(policy, |rule| matched(rule, fact, None))
        .or_else(|| ignored.contains(&fact.id).then(|| because(ExemptReason::IgnoredRevision)))
}

fn by_paths(changes: &Changes, policy: &Policy) -> Option<Exempt> {
    if changes.only_ignored() {
        return Some(because(ExemptReason::IgnoredPaths));
    }
    by_rules(policy, |rule| match &rule.matches {
        ExemptMatch::Path(globs) => all_paths_fit(changes, globs),
        ExemptMatch::Author(_) | ExemptMatch::Commit(_) => None,
    })
}

fn by_rules(policy: &Policy, matches: impl Fn(&ExemptRule) -> Option<Untrusted>) -> Option<Exempt> {
    policy.exempt.iter().find_map(|rule| {
        let text = matches(rule)?;
        Some(Exempt { reason: rule.reason, rule: Some(rule.id.clone()), matched: Some(text) })
    })
}

const fn because(reason: ExemptReason) -> Exempt {
    Exempt { reason, rule: None, matched: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::changes;
    use crate::classify::sample::commit;
    use crate::classify::sample::exempt_rule;
    use crate::classify::sample::id;
    use crate::classify::sample::policy;
    use crate::policy::PathGlobs;
    use crate::policy::WildcardPattern;

    #[test]
    fn the_first_reason_counts() {
        let mut policy = policy(&[]);
        let glob = PathGlobs::new(&[globset::Glob::new("third/**").unwrap()]).unwrap();
        policy.exempt = vec![
            exempt_rule("import", ExemptMatch::Path(glob), ExemptReason::Import),
            exempt_rule("bots", ExemptMatch::Author(WildcardPattern::new("*[bot]@*")), ExemptReason::Bot),
            exempt_rule("one", ExemptMatch::Commit(vec![id(5)]), ExemptReason::Import),
        ];
        let ignored = BTreeSet::from([id(4), id(5), id(9)]);
        let source = changes(&[("src/a", Some(3))]);
        let lock = changes(&[("Cargo.lock", None)]);
        let imported = changes(&[("third/a", Some(3)), ("third/b", Some(0)), ("Cargo.lock", None)]);
        let dev = "dev@example.com";
        let bot = "ci[bot]@example.com";
        for (number, author, parents, changes, reason, rule) in [
            (1, dev, 1, &source, None, None),
            (1, dev, 1, &changes(&[]), None, None),
            (1, dev, 2, &changes(&[]), Some(ExemptReason::Merge), None),
            (1, bot, 2, &changes(&[]), Some(ExemptReason::Merge), None),
            (1, dev, 2, &source, None, None),
            (1, bot, 2, &source, Some(ExemptReason::Bot), Some("bots")),
            (1, bot, 1, &lock, Some(ExemptReason::Bot), Some("bots")),
            (4, bot, 1, &source, Some(ExemptReason::Bot), Some("bots")),
            (4, dev, 1, &source, Some(ExemptReason::IgnoredRevision), None),
            (4, dev, 1, &lock, Some(ExemptReason::IgnoredRevision), None),
            (5, dev, 1, &source, Some(ExemptReason::Import), Some("one")),
            (1, dev, 1, &lock, Some(ExemptReason::IgnoredPaths), None),
            (1, dev, 1, &imported, Some(ExemptReason::Import), Some("import")),
            (1, dev, 2, &lock, Some(ExemptReason::IgnoredPaths), None),
        ] {
            let parents: Vec<u8> = (100..100 + parents).collect();
            let fact = commit(number).by(author).merging(&parents).fact;
            let found = exempt(&fact, Some(changes), &policy, &ignored);
            assert_eq!(found.as_ref().map(|found| found.reason), reason, "{number} {author} {changes:?}");
            assert_eq!(found.and_then(|found| found.rule).as_deref(), rule);
            let at_sight = exempt_at_sight(&fact, &policy, &ignored).map(|found| found.reason);
            let expected = reason.filter(|_| !fact.is_merge() && (number > 1 || author == bot));
            assert_eq!(at_sight, expected, "{number} {author}");
        }
    }

    #[test]
    fn a_merge_that_nobody_looked_into_is_not_left_out() {
        let merge = commit(1).merging(&[2, 3]).fact;
        assert_eq!(exempt(&merge, None, &policy(&[]), &BTreeSet::new()), None);
    }
}
