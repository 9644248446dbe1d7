//! What the classification found that somebody should know.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use crate::classify::Context;
use crate::classify::Doubt;
use crate::classify::Evidence;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::WorkerId;
use crate::classify::exempt;
use crate::classify::owners;
use crate::classify::people;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy::Membership;
use crate::policy::PathGlobs;
use crate::policy::PathRule;
use crate::policy::PersonId;
use crate::policy::Policy;
use crate::policy::Rank;
use crate::policy::TeamId;

/// What the commits and their classification give to say: labels that contradict each other, malformed objects, credit
/// that was taken away, and entries of the policy itself (not of the packs) that match nothing.
#[must_use]
pub fn findings(
    facts: &[CommitFact],
    changes: &HashMap<ObjectId, Changes>,
    items: &[WorkItem],
    context: &Context<'_>,
) -> Vec<Finding> {
    let mut all = about_commits(facts, items);
    // In an empty window everything matches nothing.
    if !facts.is_empty() {
        all.extend(unmatched_rules(facts, changes, items, context.policy));
        all.extend(unmatched_paths(changes, context.policy));
        all.extend(unmatched_members(facts, context.policy));
    }
    all
}

fn about_commits(facts: &[CommitFact], items: &[WorkItem]) -> Vec<Finding> {
    let with = |wanted: &dyn Fn(&Evidence) -> bool| {
        let counted = items.iter().filter(|item| match &item.reading {
            Reading::Counted(counted) => wanted(&counted.evidence),
            Reading::Exempt(_) => false,
        });
        counted.map(|item| item.commit).collect::<BTreeSet<_>>()
    };
    let malformed = facts.iter().filter(|fact| !fact.words_count()).map(|fact| fact.id).collect();
    let contradicting = with(&|evidence| evidence.contradicts);
    let differing = with(&|evidence| evidence.doubts.contains(&Doubt::SharesDiffer));
    let unreadable = with(&|evidence| evidence.doubts.contains(&Doubt::ShareUnreadable));
    let unproven = with(&|evidence| evidence.doubts.contains(&Doubt::UnprovenAuthor));
    let without = with(&|evidence| evidence.doubts.contains(&Doubt::WithoutChange));
    let put_together = with(&|evidence| evidence.doubts.contains(&Doubt::PutTogether));
    let mass = with(&|evidence| evidence.doubts.contains(&Doubt::MassChange));
    let undone = with(&|evidence| evidence.retraced.is_some());
    let explain = "`debtlint explain COMMIT` shows what was read, and where";
    [
        (Code::ContradictingLabels, Level::Warning, contradicting, "labels that contradict each other: not paydown"),
        (Code::ContradictingLabels, Level::Warning, differing, "different shares of paydown: none is credited"),
        (
            Code::ShareUnreadable,
            Level::Warning,
            unreadable,
            "a share of paydown that is not a percentage from 0% to 100%: none is credited",
        ),
        (Code::MalformedCommit, Level::Warning, malformed, "a malformed object: counted as work, never as paydown"),
        (
            Code::CreditWithoutChange,
            Level::Warning,
            without,
            "the label of paydown and no change but of blanks, comments or names: the credit is taken away",
        ),
        (
            Code::CreditWithoutChange,
            Level::Warning,
            put_together,
            "the label of paydown for a merge without a word that is not its parents': the credit is taken away",
        ),
        (
            Code::CreditMassChange,
            Level::Warning,
            mass,
            "the label of paydown and little but reformatting, or edited comments, in many files: the credit is taken away",
        ),
        (
            Code::UnprovenAuthor,
            Level::Note,
            unproven,
            "an author whom a rule exempts, but whom nobody has proven: it counts, since it touches more than `bot-paths`",
        ),
        (
            Code::CreditUndone,
            Level::Note,
            undone,
            "a change that was undone, or that undoes or repeats another: the credit as paydown is taken away",
        ),
    ]
    .into_iter()
    .filter(|(_, _, commits, _)| !commits.is_empty())
    .map(|(code, level, commits, what)| {
        let message = match commits.len() {
            1 => format!("1 commit has {what}"),
            many => format!("{many} commits have {what}"),
        };
        Finding::new(code, level, message).of_commits(commits).help(explain)
    })
    .collect()
}

fn unmatched_rules(
    facts: &[CommitFact],
    changes: &HashMap<ObjectId, Changes>,
    items: &[WorkItem],
    policy: &Policy,
) -> Vec<Finding> {
    let mut found = BTreeSet::new();
    for item in items {
        if let Reading::Counted(counted) = &item.reading {
            found.extend(counted.evidence.labels().map(|label| &*label.rule));
        }
    }
    let labels = policy.labels.iter().filter(|rule| rule.rank == Rank::Own && !found.contains(&*rule.id));
    let labels = labels
        .map(|rule| unmatched(&rule.at, None, format!("label rule {} matches no counted commit", rule.id)))
        .collect::<Vec<_>>();
    let exempts = policy.exempt.iter().filter(|rule| {
        let matches = |fact: &CommitFact| exempt::matched(rule, fact, changes.get(&fact.id)).is_some();
        rule.rank == Rank::Own && !facts.iter().any(matches)
    });
    let exempts = exempts.map(|rule| unmatched(&rule.at, None, format!("exempt rule {} matches no commit", rule.id)));
    labels.into_iter().chain(exempts).collect()
}

fn unmatched_paths(changes: &HashMap<ObjectId, Changes>, policy: &Policy) -> Vec<Finding> {
    let lists = [
        ("ignored path", &policy.ignore, &policy.ignored),
        ("path of `bot-paths`", &policy.bot_path_rules, &policy.bot_paths),
    ];
    let has_own = lists.iter().any(|(_, rules, _)| rules.iter().any(|rule| rule.rank == Rank::Own));
    // To put all paths in order would take longest of all that is said here.
    if !has_own && policy.teams.iter().all(|team| team.paths.is_empty()) {
        return Vec::new();
    }
    let changed: BTreeSet<&RepoPath> = changes.values().flat_map(|one| &one.paths).map(|change| &change.path).collect();
    let mut all = Vec::new();
    for (what, rules, globs) in lists {
        for rule in fitting_none(rules, globs, &changed) {
            all.push(unmatched(&rule.at, None, format!("{what} {} matches no changed path", rule.glob)));
        }
    }
    for team in &policy.teams {
        for (path, at) in owners::unmatched(team, &changed) {
            all.push(unmatched(at, Some(&team.name), format!("path {path} of {} matches no changed path", team.name)));
        }
    }
    all
}

/// The policy's own among some rules, whose globs fit none of the paths.
fn fitting_none<'r>(rules: &'r [PathRule], globs: &PathGlobs, paths: &BTreeSet<&RepoPath>) -> Vec<&'r PathRule> {
    let own = rules.iter().enumerate().filter(|(_, rule)| rule.rank == Rank::Own);
    let mut missing: BTreeMap<usize, &PathRule> = own.collect();
    let mut asked = paths.iter();
    // Most are found among the first paths.
    while !missing.is_empty()
        && let Some(path) = asked.next()
    {
        for place in globs.fitting(path) {
            missing.remove(&place);
        }
    }
    missing.into_values().collect()
}

/// One finding a team: who of it appears in no commit, neither as its author nor as a co-author.
fn unmatched_members(facts: &[CommitFact], policy: &Policy) -> Vec<Finding> {
    let (Some(first), Some(last)) = (
        facts.iter().map(|fact| fact.landing.time.day()).min(),
        facts.iter().map(|fact| fact.landing.time.day()).max(),
    ) else {
        return Vec::new();
    };
    let identities: BTreeSet<_> =
        facts.iter().flat_map(|fact| std::iter::once(&fact.author).chain(&fact.co_authors)).collect();
    let mut people: BTreeSet<PersonId> = BTreeSet::new();
    let mut addresses: BTreeSet<Arc<str>> = BTreeSet::new();
    for identity in identities {
        match people::worker(identity, &policy.roster).id {
            WorkerId::Rostered(id) => {
                people.insert(id);
            }
            WorkerId::Address(address) => {
                addresses.insert(address);
            }
        }
    }
    let mut missing: BTreeMap<TeamId, Vec<(&str, &Location)>> = BTreeMap::new();
    let mut miss = |membership: &'_ Membership, name, at| {
        if overlaps(membership, first, last) {
            missing.entry(membership.team).or_default().push((name, at));
        }
    };
    for (place, person) in policy.roster.people.iter().enumerate() {
        if !people.contains(&PersonId(place)) {
            person.memberships.iter().for_each(|membership| miss(membership, person.name.as_str(), &membership.at));
        }
    }
    for (pattern, membership) in &policy.roster.patterns {
        if !addresses.iter().any(|address| pattern.matches(address)) {
            miss(membership, pattern.as_str(), &membership.at);
        }
    }
    let mut all = Vec::new();
    for (team, entries) in missing {
        let (Some(team), Some((_, at))) = (policy.team(team), entries.first()) else { continue };
        let names: Vec<&str> = entries.iter().map(|(name, _)| *name).collect();
        let message = format!("members of {} without a commit in the window: {}", team.name, names.join(", "));
        all.push(unmatched(at, Some(&team.name), message));
    }
    all
}

fn overlaps(membership: &Membership, first: Day, last: Day) -> bool {
    membership.from.is_none_or(|from| from <= last) && membership.until.is_none_or(|until| first <= until)
}

fn unmatched(at: &Location, team: Option<&str>, message: String) -> Finding {
    let finding = Finding::new(Code::UnmatchedEntry, Level::Warning, message).at(at.clone());
    let finding = finding.help("correct the entry, or take it out if it is no longer needed");
    match team {
        Some(team) => finding.of_team(team),
        None => finding,
    }
}
