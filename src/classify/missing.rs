//! Commits that do not say what kind of work they are, and what they probably meant to say.

use std::collections::BTreeSet;

use crate::classify::Context;
use crate::classify::Counted;
use crate::classify::Following;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::count;
use crate::classify::excuse::catches_up;
use crate::classify::people;
use crate::classify::words::Words;
use crate::config::nearest;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::policy::Kind;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::Policy;
use crate::policy::RequireLabel;

/// So many commits are told by name.
const TOLD: usize = 3;

/// What a commit says of itself, as far as its words alone tell.
#[derive(Debug, Clone)]
pub struct Hint {
    /// How it would count.
    pub counted: Counted,
    /// What it probably meant to say, or could say; `None` where it says something.
    pub suggestion: Option<String>,
}

/// Reads the words of a commit that is about to be made.
#[must_use]
pub fn hint(fact: &CommitFact, policy: &Policy) -> Hint {
    let context = Context::of(policy);
    let counted = count(fact, people::worker(&fact.author, &policy.roster), None, &Changes::default(), &context);
    let suggestion = is_missing(&counted).then(|| suggestion(fact, policy));
    Hint { counted, suggestion }
}

/// The counted commits of a change without a label, if the policy wants one. Those that take earlier work back need none: it is theirs
/// that goes; nor does a merge that only catches up with the base.
#[must_use]
pub fn label_missing(
    facts: &[CommitFact],
    items: &[WorkItem],
    following: &Following,
    required: &RequireLabel,
    policy: &Policy,
) -> Option<Finding> {
    let own: BTreeSet<ObjectId> = facts.iter().map(|fact| fact.id).collect();
    let is_asked = |(fact, item): &(&CommitFact, &WorkItem)| match &item.reading {
        Reading::Counted(counted) => {
            let is_excused = !counted.evidence.excuses.is_empty() || following.reverts.contains_key(&item.commit);
            is_missing(counted) && !is_excused && !catches_up(fact, item, &own)
        }
        Reading::Exempt(_) => false,
    };
    let missing: Vec<(&CommitFact, &WorkItem)> = facts.iter().zip(items).filter(is_asked).collect();
    let message = match missing.len() {
        0 => return None,
        1 => "1 commit of the change carries no label that a rule knows".to_owned(),
        many => format!("{many} commits of the change carry no label that a rule knows"),
    };
    let told = missing.iter().take(TOLD);
    let told = told.map(|(fact, item)| format!("{}: {}", item.commit.short(), suggestion(fact, policy)));
    let mut help = told.collect::<Vec<_>>().join("; ");
    if missing.len() > TOLD {
        help.push_str(&format!("; and {} more", missing.len().saturating_sub(TOLD)));
    }
    let finding = Finding::new(Code::LabelMissing, required.level.max(Level::Warning), message);
    Some(finding.of_commits(missing.iter().map(|(_, item)| item.commit)).at(required.at.clone()).help(help))
}

fn is_missing(counted: &Counted) -> bool {
    counted.evidence.winner.is_none()
}

/// The nearest type, scope or trailer that a rule knows to what the commit wrote; else examples.
fn suggestion(fact: &CommitFact, policy: &Policy) -> String {
    let words = Words::of(fact, &[]);
    let typed = words.kind_of_change.and_then(|typed| nearest(typed, known_types(policy)).map(|known| (typed, known)));
    if let Some((typed, known)) = typed {
        return format!("type `{typed}`: did you mean `{known}`?");
    }
    let keys = words.trailers.iter().map(|trailer| trailer.key.expose());
    let near = keys.filter_map(|key| nearest(key, known_trailers(policy)).map(|known| (key, known))).next();
    if let Some((key, known)) = near {
        return format!("trailer `{key}`: did you mean `{known}`?");
    }
    advice(policy)
}

/// The types that rules know.
fn known_types(policy: &Policy) -> impl Iterator<Item = &str> {
    let lists = policy.labels.iter().filter_map(|rule| match &rule.matches {
        LabelMatch::Type(types) => Some(types),
        _ => None,
    });
    lists.flatten().map(String::as_str)
}

/// The trailers that rules know.
pub(super) fn known_trailers(policy: &Policy) -> impl Iterator<Item = &str> {
    policy.labels.iter().filter_map(|rule| match &rule.matches {
        LabelMatch::Trailer { key, .. } => Some(key.as_str()),
        _ => None,
    })
}

/// How a commit says what it is under this policy.
fn advice(policy: &Policy) -> String {
    let kinds = [Kind::Run, Kind::Feature, Kind::Other].map(|kind| examples(policy, kind));
    let types: Vec<&str> = kinds.iter().filter_map(|examples| examples.subject.as_deref()).collect();
    let paydown = examples(policy, Kind::Paydown);
    let paydown = [paydown.subject, paydown.trailer.map(|trailer| format!("a trailer {trailer}"))];
    let paydown: Vec<String> = paydown.into_iter().flatten().collect();
    let paydown = paydown.join(" or ");
    match (types.is_empty(), paydown.is_empty()) {
        (true, true) => "say what it is, as the policy's `labels` say".to_owned(),
        (true, false) => format!("say what it is, such as {paydown} for paydown"),
        (false, true) => format!("begin the subject with what it is: {}", types.join(", ")),
        (false, false) => format!("begin the subject with what it is: {}; for paydown {paydown}", types.join(", ")),
    }
}

/// How a kind is said.
struct Examples {
    subject: Option<String>,
    trailer: Option<String>,
}

fn examples(policy: &Policy, kind: Kind) -> Examples {
    let matches = || {
        let rules = policy.labels.iter().filter(|rule| rule.outcome == LabelOutcome::Kind(kind));
        rules.map(|rule| &rule.matches)
    };
    let typed = matches().find_map(|matches| match matches {
        LabelMatch::Type(types) => types.first().map(|word| format!("`{word}:`")),
        _ => None,
    });
    let scoped = matches().find_map(|matches| match matches {
        LabelMatch::Scope(scopes) => scopes.first().map(|word| format!("`chore({word}):`")),
        _ => None,
    });
    let trailers = || {
        matches().filter_map(|matches| match matches {
            LabelMatch::Trailer { key, value } => Some((key, value.as_ref())),
            _ => None,
        })
    };
    let plain = trailers().find(|(_, value)| value.is_none_or(|pattern| pattern.find("yes").is_some()));
    let trailer = plain.map(|(key, _)| format!("`{key}: yes`")).or_else(|| {
        let (key, value) = trailers().next()?;
        Some(format!("`{key}:` with a value that fits `{}`", value?.as_str()))
    });
    // A type is said more often than a scope, and `chore` says of no other kind what it is.
    Examples { subject: typed.or(scoped.filter(|_| kind == Kind::Paydown)), trailer }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::commit;
    use crate::classify::sample::policy;
    use crate::classify::sample::rule;
    use crate::policy::TextPattern;

    /// Who does as told has said what it is.
    #[test]
    fn what_is_advised_is_understood() {
        let trailer = |key: &str, value: Option<&str>| {
            let value = value.map(|text| TextPattern::new(regex::Regex::new(text).unwrap()));
            rule(key, LabelMatch::Trailer { key: key.to_owned(), value }, LabelOutcome::Kind(Kind::Paydown))
        };
        let (ticket, any, word) = (("Refs", Some(r"^DEBT-\d+$")), ("Pays", None), ("Debt", Some("^(yes|all)$")));
        for (trailers, advice) in [
            (&[any][..], "a trailer `Pays: yes`"),
            (&[ticket, word], "a trailer `Debt: yes`"),
            (&[ticket, any], "a trailer `Pays: yes`"),
            (&[ticket], r"a trailer `Refs:` with a value that fits `^DEBT-\d+$`"),
        ] {
            let mut policy = policy(&[]);
            policy.labels = trailers.iter().map(|(key, value)| trailer(key, *value)).collect();
            let hint = hint(&commit(1).says("plain words").fact, &policy);
            assert_eq!(hint.suggestion, Some(format!("say what it is, such as {advice} for paydown")));
        }
    }
}
