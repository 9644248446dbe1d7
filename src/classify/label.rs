//! Which labels a commit carries, by the rules of the policy.

use std::sync::Arc;

use crate::classify::FoundLabel;
use crate::classify::Words;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Lines;
use crate::facts::Untrusted;
use crate::policy::BasisPoints;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::LabelRule;
use crate::policy::PathGlobs;
use crate::policy::WildcardPattern;

/// A label that was found, with what deciding about it takes.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// What reports show of it.
    pub(super) label: FoundLabel,
    /// Whether the commit says so itself, or the policy says so about it.
    pub(super) voice: Voice,
    /// For an outcome that gives a share: the share, or that it cannot be read.
    pub(super) share: Option<Result<BasisPoints, NoPercentage>>,
}

/// Who says what a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The commit, or its landing: type, scope, trailer, subject, a label of the pull request.
    Words,
    /// The policy about the commit: by its author, its paths or its name.
    Policy,
}

/// The value of a share is no percentage of 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoPercentage;

/// The labels in some words, in the order of the rules. A rule that finds several texts (two trailers of one key) gives
/// one label for each.
pub(super) fn in_words(words: &Words<'_>, rules: &[LabelRule]) -> Vec<(usize, Found)> {
    let mut found = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        matches_in_words(words, &rule.matches, &mut |matched, value| {
            let share = match rule.outcome {
                LabelOutcome::Kind(_) => None,
                LabelOutcome::Share(share) => Some(Ok(share)),
                LabelOutcome::ShareFromValue => Some(BasisPoints::parse_percentage(value).ok_or(NoPercentage)),
            };
            found.push((place, Found { label: label(rule, matched), voice: Voice::Words, share }));
        });
    }
    found
}

/// What the policy says about a commit, whatever its own words are; in the order of the rules.
pub(super) fn by_policy(fact: &CommitFact, changes: &Changes, rules: &[LabelRule]) -> Vec<(usize, Found)> {
    let mut found = Vec::new();
    for (place, rule) in rules.iter().enumerate() {
        let Some(matched) = matches_by_policy(fact, changes, &rule.matches) else { continue };
        let share = match rule.outcome {
            LabelOutcome::Kind(_) => None,
            LabelOutcome::Share(share) => Some(Ok(share)),
            // `config` lets a share come from a trailer's value only.
            LabelOutcome::ShareFromValue => Some(Err(NoPercentage)),
        };
        found.push((place, Found { label: label(rule, matched), voice: Voice::Policy, share }));
    }
    found
}

/// What `commit` rules say about a landing: the commits that it brought in take it over with its words.
pub(super) fn by_name(fact: &CommitFact, rules: &[LabelRule]) -> Vec<(usize, Found)> {
    let nothing = Changes::default();
    let mut found = by_policy(fact, &nothing, rules);
    found.retain(|(_, one)| one.label.source == source(&LabelMatch::Commit(Vec::new())));
    found
}

/// Where a rule looks, as policies write it.
pub(super) const fn source(matches: &LabelMatch) -> &'static str {
    match matches {
        LabelMatch::Type(_) => "type",
        LabelMatch::Scope(_) => "scope",
        LabelMatch::Trailer { .. } => "trailer",
        LabelMatch::Subject(_) => "subject",
        LabelMatch::PullRequest(_) => "pull-request",
        LabelMatch::Author(_) => "author",
        LabelMatch::Path(_) => "path",
        LabelMatch::Commit(_) => "commit",
    }
}

/// Hands over the texts that a rule recognises, each with the value that it carries.
pub(super) fn matches_in_words<'w>(words: &Words<'w>, matches: &LabelMatch, found: &mut dyn FnMut(Untrusted, &'w str)) {
    let plain = |text: &'w str| found(Untrusted::new(text), text);
    match matches {
        LabelMatch::Type(types) => {
            words.kind_of_change.into_iter().filter(|text| is_one_of(text, types)).for_each(plain);
        }
        LabelMatch::Scope(scopes) => {
            words.scopes.iter().copied().filter(|text| is_one_of(text, scopes)).for_each(plain);
        }
        LabelMatch::Subject(pattern) => pattern.find(words.title).into_iter().for_each(plain),
        LabelMatch::PullRequest(pattern) => {
            let labels = words.pull_request.iter().map(String::as_str);
            labels.filter(|text| pattern.matches(text)).for_each(plain);
        }
        LabelMatch::Trailer { key, value: wanted } => {
            let named = words.trailers.iter().filter(|trailer| trailer.key.expose().eq_ignore_ascii_case(key));
            for trailer in named {
                let value = trailer.value.expose();
                // A trailer without a value comes from a template that nobody filled in: it says nothing.
                if wanted.as_ref().map_or(!value.is_empty(), |pattern| pattern.find(value).is_some()) {
                    found(Untrusted::new(format!("{}: {value}", trailer.key.expose())), value);
                }
            }
        }
        LabelMatch::Author(_) | LabelMatch::Path(_) | LabelMatch::Commit(_) => {}
    }
}

fn matches_by_policy(fact: &CommitFact, changes: &Changes, matches: &LabelMatch) -> Option<Untrusted> {
    match matches {
        LabelMatch::Author(pattern) => author_fits(fact, pattern),
        LabelMatch::Commit(ids) => ids.contains(&fact.id).then(|| Untrusted::new(fact.id.to_string())),
        LabelMatch::Path(globs) => all_paths_fit(changes, globs),
        LabelMatch::Type(_)
        | LabelMatch::Scope(_)
        | LabelMatch::Trailer { .. }
        | LabelMatch::Subject(_)
        | LabelMatch::PullRequest(_) => None,
    }
}

/// The author's address, or else the name, if it fits.
pub(super) fn author_fits(fact: &CommitFact, pattern: &WildcardPattern) -> Option<Untrusted> {
    let address = fact.author.address();
    if pattern.matches(&address) {
        return Some(Untrusted::new(address));
    }
    pattern.matches(fact.author.name.expose()).then(|| fact.author.name.clone())
}

/// The first changed path, if every changed path that is not ignored fits one of the globs and there is one.
pub(super) fn all_paths_fit(changes: &Changes, globs: &PathGlobs) -> Option<Untrusted> {
    let mut counted = changes.paths.iter().filter(|change| change.lines != Lines::Ignored).peekable();
    let first = counted.peek()?.path.to_text();
    counted.all(|change| globs.fit(&change.path)).then_some(first)
}

fn is_one_of(text: &str, wanted: &[String]) -> bool {
    // Nearly all are ASCII: compared without taking memory.
    let is_same = |one: &String| {
        let is_ascii = text.is_ascii() && one.is_ascii();
        text.eq_ignore_ascii_case(one) || (!is_ascii && one.to_lowercase() == text.to_lowercase())
    };
    wanted.iter().any(is_same)
}

fn label(rule: &LabelRule, matched: Untrusted) -> FoundLabel {
    FoundLabel {
        rule: Arc::clone(&rule.id),
        rank: rule.rank,
        source: source(&rule.matches),
        matched,
        outcome: rule.outcome,
        at: rule.at.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::changes;
    use crate::classify::sample::commit;
    use crate::classify::sample::rule;
    use crate::policy::TextPattern;

    fn found(subject: &str, trailers: &[(&str, &str)], matches: LabelMatch) -> Vec<String> {
        let fact = commit(1).says(subject).with_trailers(trailers).fact;
        let rules = [rule("r", matches, LabelOutcome::ShareFromValue)];
        let labels = ["tech-debt".to_owned(), "area: ui".to_owned()];
        let found = in_words(&Words::of(&fact, &labels), &rules);
        found.into_iter().map(|(_, one)| one.label.matched.expose().to_owned()).collect()
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    fn pattern(text: &str) -> TextPattern {
        TextPattern::new(regex::Regex::new(text).unwrap())
    }

    #[test]
    fn types_and_scopes() {
        for (subject, types, scopes) in [
            ("refactor: x", &["refactor"][..], &[][..]),
            ("Refactor(API, debt)!: x", &["Refactor"], &["API", "debt"]),
            ("refactor!: x", &["refactor"], &[]),
            ("refactor(debt,debt): x", &["refactor"], &["debt", "debt"]),
            ("refactor(other): x", &["refactor"], &[]),
            ("refactor:x", &["refactor"], &[]),
            ("refactor : x", &[], &[]),
            ("refactor x", &[], &[]),
            ("refactors: x", &[], &[]),
            ("fixup! refactor: x", &[], &[]),
            ("Revert \"refactor: x\"", &[], &[]),
            ("[stable] refactor: x", &[], &[]),
            ("refactor()", &[], &[]),
            ("", &[], &[]),
        ] {
            assert_eq!(found(subject, &[], LabelMatch::Type(words(&["REFACTOR"]))), types, "{subject}");
            assert_eq!(found(subject, &[], LabelMatch::Scope(words(&["api", "Debt"]))), scopes, "{subject}");
        }
    }

    #[test]
    fn trailers_subjects_and_pull_requests() {
        let trailers = [("debt", "yes"), ("DEBT", "DEBT-12"), ("Debt", ""), ("Other", "yes")];
        let by = |value: Option<&str>| LabelMatch::Trailer { key: "Debt".into(), value: value.map(pattern) };
        assert_eq!(found("x", &trailers, by(None)), ["debt: yes", "DEBT: DEBT-12"], "an empty value says nothing");
        assert_eq!(found("x", &trailers, by(Some(r"^DEBT-\d+$"))), ["DEBT: DEBT-12"]);
        assert_eq!(found("x", &trailers, by(Some("^$"))), ["Debt: "]);
        assert_eq!(found("[debt] x", &[], LabelMatch::Subject(pattern(r"\[debt\]"))), ["[debt]"]);
        let label = WildcardPattern::new("*-debt");
        assert_eq!(found("x", &[], LabelMatch::PullRequest(label)), ["tech-debt"]);
    }

    #[test]
    fn what_the_policy_says() {
        let fact = commit(7).by("Dev@Example.com").fact;
        let glob = |text: &str| PathGlobs::new(&[globset::Glob::new(text).unwrap()]).unwrap();
        let path = |text: &str| LabelMatch::Path(glob(text));
        let author = |text: &str| LabelMatch::Author(WildcardPattern::new(text));
        let two = changes(&[("docs/a.md", Some(1)), ("Cargo.lock", None)]);
        for (matches, changes, matched) in [
            (author("*@example.com"), changes(&[]), Some("dev@example.com")),
            (author("nobody*"), changes(&[]), None),
            (LabelMatch::Commit(vec![fact.id]), changes(&[]), Some("0700000000000000000000000000000000000000")),
            (LabelMatch::Commit(vec![]), changes(&[]), None),
            (path("docs/**"), two.clone(), Some("docs/a.md")),
            (path("docs/**"), changes(&[("docs/a.md", Some(1)), ("src/b", Some(1))]), None),
            (path("**"), changes(&[]), None),
            (path("**"), changes(&[("Cargo.lock", None)]), None),
        ] {
            let rules = [rule("r", matches, LabelOutcome::Share(BasisPoints::WHOLE))];
            let found = by_policy(&fact, &changes, &rules);
            let text = found.first().map(|(_, one)| one.label.matched.expose());
            assert_eq!(text, matched, "{rules:?}");
        }
    }
}
