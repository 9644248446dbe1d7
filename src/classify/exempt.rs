//! What is left out of the measure, and why.
//!
//! The order is fixed: a merge without content of its own; then the policy's rules by author and by commit, in their
//! order; then the revisions that the trusted `.git-blame-ignore-revs` lists; then commits that touch only ignored
//! paths; then the policy's rules by path. No subject exempts anything.
//!
//! An author is a claim. What has landed was looked at by somebody; of a change that is still to land a rule by author
//! leaves out only what touches nothing but the policy's `bot-paths`.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::classify::Exempt;
use crate::classify::authors::Authors;
use crate::classify::label::all_paths_fit;
use crate::classify::label::author_fits;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::policy::ExemptMatch;
use crate::policy::ExemptReason;
use crate::policy::ExemptRule;
use crate::policy::PathGlobs;
use crate::policy::Policy;

/// Whether an author is taken at his word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    /// The commit has landed under that name.
    Landed,
    /// The commit is a change's: whoever made it wrote what he liked.
    Claimed,
}

/// The place of the first rule that leaves an author out, and what it matches.
pub(super) fn first_by_author(fact: &CommitFact, policy: &Policy) -> Option<(usize, Untrusted)> {
    policy.exempt.iter().enumerate().find_map(|(place, rule)| match &rule.matches {
        ExemptMatch::Author(pattern) => author_fits(fact, pattern).map(|text| (place, text)),
        ExemptMatch::Commit(_) | ExemptMatch::Path(_) => None,
    })
}

/// Whether a commit is left out whatever it changed and whoever made it, so that nobody need compare its trees. What a
/// bot made is compared: it may undo what earned credit.
///
/// Never true of a merge: whether it has content of its own comes first.
#[must_use]
pub fn exempt_at_sight(fact: &CommitFact, policy: &Policy, ignored_revisions: &BTreeSet<ObjectId>) -> bool {
    let named =
        |rule: &ExemptRule| matches!(rule.matches, ExemptMatch::Commit(_)).then(|| matched(rule, fact, None))?;
    !fact.is_merge() && (ignored_revisions.contains(&fact.id) || policy.exempt.iter().any(|rule| named(rule).is_some()))
}

/// Whether a commit is left out, when what it changed is known.
pub(super) fn exempt(
    fact: &CommitFact,
    changes: Option<&Changes>,
    policy: &Policy,
    ignored_revisions: &BTreeSet<ObjectId>,
    author: Author,
    authors: &Authors<'_>,
) -> Option<Exempt> {
    let nothing = Changes::default();
    if fact.is_merge() && changes == Some(&nothing) {
        return Some(because(ExemptReason::Merge));
    }
    let changes = changes.unwrap_or(&nothing);
    let by_author = author == Author::Landed || only_in(changes, &policy.bot_paths);
    let by_author = if by_author { authors.rule(fact) } else { None };
    let by_commit = policy.exempt.iter().enumerate().find_map(|(place, rule)| match rule.matches {
        ExemptMatch::Commit(_) => matched(rule, fact, None).map(|text| (place, text)),
        ExemptMatch::Author(_) | ExemptMatch::Path(_) => None,
    });
    // By their places: no rule is both.
    by_author
        .into_iter()
        .chain(by_commit)
        .min()
        .and_then(|(place, text)| policy.exempt.get(place).map(|rule| by_rule(rule, text)))
        .or_else(|| ignored_revisions.contains(&fact.id).then(|| because(ExemptReason::IgnoredRevision)))
        .or_else(|| by_paths(changes, policy))
}

/// Whether a rule would leave a commit out by its author.
pub(super) fn by_author(fact: &CommitFact, policy: &Policy) -> bool {
    first_by_author(fact, policy).is_some()
}

/// The text in a commit that an exempt rule matches.
pub(super) fn matched(rule: &ExemptRule, fact: &CommitFact, changes: Option<&Changes>) -> Option<Untrusted> {
    match &rule.matches {
        ExemptMatch::Author(pattern) => author_fits(fact, pattern),
        ExemptMatch::Commit(ids) => ids.contains(&fact.id).then(|| Untrusted::new(fact.id.to_string())),
        ExemptMatch::Path(globs) => changes.and_then(|changes| all_paths_fit(changes, globs)),
    }
}

/// Whether all that is changed and not ignored lies in some paths.
fn only_in(changes: &Changes, paths: &PathGlobs) -> bool {
    changes.paths.iter().all(|change| change.lines == Lines::Ignored || paths.fit(&change.path))
}

fn by_paths(changes: &Changes, policy: &Policy) -> Option<Exempt> {
    if changes.only_ignored() {
        return Some(because(ExemptReason::IgnoredPaths));
    }
    policy.exempt.iter().find_map(|rule| match &rule.matches {
        ExemptMatch::Path(globs) => Some(by_rule(rule, all_paths_fit(changes, globs)?)),
        ExemptMatch::Author(_) | ExemptMatch::Commit(_) => None,
    })
}

fn by_rule(rule: &ExemptRule, text: Untrusted) -> Exempt {
    Exempt { reason: rule.reason, rule: Some(Arc::clone(&rule.id)), matched: Some(text) }
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
            let authors = Authors::of(std::iter::once(&fact), &policy);
            let found = exempt(&fact, Some(changes), &policy, &ignored, Author::Landed, &authors);
            assert_eq!(found.as_ref().map(|found| found.reason), reason, "{number} {author} {changes:?}");
            assert_eq!(found.and_then(|found| found.rule).as_deref(), rule);
            assert_eq!(exempt_at_sight(&fact, &policy, &ignored), !fact.is_merge() && number > 1, "{number} {author}");
        }
    }

    #[test]
    fn a_merge_that_nobody_looked_into_is_not_left_out() {
        let merge = commit(1).merging(&[2, 3]).fact;
        let policy = policy(&[]);
        let authors = Authors::of(std::iter::once(&merge), &policy);
        assert_eq!(exempt(&merge, None, &policy, &BTreeSet::new(), Author::Landed, &authors), None);
    }

    #[test]
    fn a_claimed_author_leaves_out_only_what_bots_touch() {
        let mut policy = policy(&[]);
        let bots = ExemptMatch::Author(WildcardPattern::new("*[bot]@*"));
        policy.exempt = vec![exempt_rule("bots", bots, ExemptReason::Bot)];
        let glob = |glob| PathGlobs::new(&[globset::Glob::new(glob).unwrap()]).unwrap();
        let (manifest, source) = (("sub/package.json", Some(2)), ("src/a", Some(3)));
        for (paths, globs, left_out) in [
            (&[manifest][..], "**/package.json", true),
            (&[manifest, ("yarn.lock", None)], "**/package.json", true),
            (&[manifest, source], "**/package.json", false),
            (&[source], "**/package.json", false),
            (&[source], "**", true),
            (&[manifest], "package.json", false),
            (&[], "package.json", true),
            (&[("yarn.lock", None)], "package.json", true),
        ] {
            policy.bot_paths = glob(globs);
            let fact = commit(1).by("ci[bot]@example.com").fact;
            let authors = Authors::of(std::iter::once(&fact), &policy);
            let found = |author| exempt(&fact, Some(&changes(paths)), &policy, &BTreeSet::new(), author, &authors);
            let reason = |author| found(author).map(|found| found.reason);
            assert_eq!(reason(Author::Claimed) == Some(ExemptReason::Bot), left_out, "{paths:?} {globs}");
            assert_eq!(reason(Author::Landed), Some(ExemptReason::Bot));
        }
    }
}
