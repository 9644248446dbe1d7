//! Changes that cannot wait: which commits the policy lets land while their team is short, and how often it has.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::classify::Context;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::label::matches_in_words;
use crate::classify::label::source;
use crate::classify::words::Words;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::Untrusted;
use crate::policy::ChangeReason;
use crate::policy::Policy;

/// Why a commit may land while its team is short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excuse {
    /// The rule's id.
    pub rule: Arc<str>,
    /// Why it cannot wait.
    pub reason: ChangeReason,
    /// Where it says so: `type`, `scope`, `trailer`, `pull-request`.
    pub source: &'static str,
    /// The text that the rule matched.
    pub matched: Untrusted,
}

/// How often a rule was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses {
    /// Landings of the base's window that carry it.
    pub landed: usize,
    /// How many may.
    pub at_most: Option<u32>,
}

impl Uses {
    /// Whether the rule lets one more land.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.at_most.and_then(|most| usize::try_from(most).ok()).is_none_or(|most| self.landed < most)
    }
}

/// The rules that fit the words of a commit, of the merge that lands it, or of its pull request, in the order of the policy.
///
/// Unlike a kind it is not left to the commit's own label: `fix: x` is of a kind, and may be a security fix.
pub(super) fn excuses(fact: &CommitFact, landing: Option<&CommitFact>, context: &Context<'_>) -> Vec<Excuse> {
    let rules = &context.policy.exempt_changes;
    if rules.is_empty() || !fact.words_count() {
        return Vec::new();
    }
    let own = Words::of(fact, context.requests.labels_of(fact.id));
    let landing = landing.filter(|landing| landing.words_count());
    let landing = landing.map(|landing| Words::of(landing, context.requests.labels_of(landing.id)));
    let request = context.requests.coming_with(fact).map(Words::of_request);
    let all: Vec<Words<'_>> = [Some(own), landing, request].into_iter().flatten().collect();
    let fitting = rules.iter().filter_map(|rule| {
        let first_in = |words: &Words<'_>| {
            let mut first = None;
            matches_in_words(words, &rule.matches, &mut |matched, _value| first = first.take().or(Some(matched)));
            first
        };
        let matched = all.iter().find_map(first_in)?;
        Some(Excuse { rule: Arc::clone(&rule.id), reason: rule.reason, source: source(&rule.matches), matched })
    });
    fitting.collect()
}

/// How often each rule of the policy was used by the landings of a window.
#[must_use]
pub fn uses(items: &[WorkItem], policy: &Policy) -> BTreeMap<Arc<str>, Uses> {
    let mut landings: BTreeMap<&str, BTreeSet<ObjectId>> = BTreeMap::new();
    for item in items {
        for excuse in item.excuses() {
            landings.entry(&*excuse.rule).or_default().insert(item.landing.commit);
        }
    }
    let used = |id: &str| landings.get(id).map_or(0, BTreeSet::len);
    let rules = policy.exempt_changes.iter();
    rules.map(|rule| (Arc::clone(&rule.id), Uses { landed: used(&rule.id), at_most: rule.at_most })).collect()
}

/// The places of a change's items that a rule still lets land. Where these are all of it but for merges that only
/// catch up, so are they: a conflict with the base is resolved for the sake of the rest.
#[must_use]
pub fn excused(coming: &[CommitFact], items: &[WorkItem], uses: &BTreeMap<Arc<str>, Uses>) -> BTreeSet<usize> {
    let own: BTreeSet<ObjectId> = coming.iter().map(|fact| fact.id).collect();
    let (mut excused, mut catching_up, mut is_all) = (BTreeSet::new(), BTreeSet::new(), true);
    for (place, (fact, item)) in coming.iter().zip(items).enumerate() {
        if item.excuses().iter().filter_map(|excuse| uses.get(&excuse.rule)).any(Uses::is_left) {
            excused.insert(place);
        } else if catches_up(fact, item, &own) {
            catching_up.insert(place);
        } else if matches!(item.reading, Reading::Counted(_)) {
            is_all = false;
        }
    }
    if is_all && !excused.is_empty() {
        excused.append(&mut catching_up);
    }
    excused
}

/// Whether a merge of a change brings nothing but the base's history into it, and says nothing of itself.
pub(super) fn catches_up(fact: &CommitFact, item: &WorkItem, own: &BTreeSet<ObjectId>) -> bool {
    let Reading::Counted(counted) = &item.reading else { return false };
    let brings_nothing = match fact.parents.as_slice() {
        [first, others @ ..] => {
            own.contains(first) && !others.is_empty() && !others.iter().any(|other| own.contains(other))
        }
        [] => false,
    };
    brings_nothing && counted.evidence.labels().next().is_none()
}

impl WorkItem {
    /// The rules by which it may land while its team is short, if it is counted and some fit.
    #[must_use]
    pub fn excuses(&self) -> &[Excuse] {
        match &self.reading {
            Reading::Counted(counted) => &counted.evidence.excuses,
            Reading::Exempt(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Coming;
    use crate::classify::Requests;
    use crate::classify::sample::but;
    use crate::classify::sample::commit;
    use crate::classify::sample::id;
    use crate::classify::sample::place;
    use crate::classify::sample::policy;
    use crate::classify::sample::work;
    use crate::facts::Defect;
    use crate::policy::ExemptChange;
    use crate::policy::Kind;
    use crate::policy::LabelMatch;
    use crate::policy::WildcardPattern;

    fn rule(id: &str, matches: LabelMatch, at_most: Option<u32>) -> ExemptChange {
        ExemptChange { id: id.into(), matches, reason: ChangeReason::Security, at_most, at: place() }
    }

    #[test]
    fn whose_words_excuse() {
        let mut policy = policy(&[]);
        policy.exempt_changes = vec![
            rule("trailer", LabelMatch::Trailer { key: "Security".to_owned(), value: None }, None),
            rule("label", LabelMatch::PullRequest(WildcardPattern::new("security")), None),
            rule("type", LabelMatch::Type(vec!["hotfix".to_owned()]), None),
        ];
        let coming = |title: &str, label: &str| Requests {
            coming: Some(Coming {
                landings: BTreeSet::from([id(1)]),
                title: Some(title.to_owned()),
                labels: vec![label.to_owned()],
            }),
            ..Requests::default()
        };
        let plain = commit(1).says("feat: x");
        let landing = commit(2).merging(&[8, 9]).says("hotfix: out").fact;
        let landed = Requests { landed: [(id(1), vec!["Security".to_owned()])].into(), ..Requests::default() };
        // Of which readers may see different words.
        let spoiled = |fact: CommitFact| CommitFact { defects: vec![Defect::Nul], ..fact };
        let with_trailer = commit(1).with_trailers(&[("security", "CVE-1")]).fact;
        let spoiled_landing = spoiled(landing.clone());
        for (fact, landing, requests, expected) in [
            (plain.fact.clone(), None, Requests::default(), &[][..]),
            (plain.fact.clone(), None, coming("feat: x", "Security"), &["label"]),
            (plain.fact.clone(), None, coming("hotfix: x", "ui"), &["type"]),
            (plain.fact.clone(), Some(&landing), Requests::default(), &["type"]),
            (plain.fact.clone(), None, landed, &["label"]),
            (commit(1).landing_with(3).fact, None, coming("feat: x", "security"), &[]),
            (with_trailer.clone(), None, coming("", "security"), &["trailer", "label"]),
            (spoiled(with_trailer), None, coming("hotfix: x", "security"), &[]),
            (plain.fact.clone(), Some(&spoiled_landing), Requests::default(), &[]),
            (commit(1).with_trailers(&[("Security", "")]).fact, None, Requests::default(), &[]),
        ] {
            let context = Context { requests: &requests, ..Context::of(&policy) };
            let found = excuses(&fact, landing, &context);
            let found = found.iter().map(|excuse| &*excuse.rule).collect::<Vec<_>>();
            assert_eq!(found, expected, "{fact:?} {requests:?}");
        }
    }

    /// Commits 1 to 3 are the change's.
    #[test]
    fn which_merges_bring_nothing_but_the_base() {
        let policy = policy(&[]);
        let own = BTreeSet::from([id(1), id(2), id(3)]);
        let item = work(&policy, 1, "2026-01-05", 1, &["ann@x.example"], Kind::Unlabelled);
        for (parents, expected) in [
            (&[2, 8][..], true),
            (&[2, 8, 9], true),
            (&[2], false),
            (&[], false),
            (&[8, 2], false),
            (&[2, 3], false),
            (&[2, 8, 3], false),
            (&[2, 3, 8], false),
        ] {
            let fact = commit(1).merging(parents).fact;
            assert_eq!(catches_up(&fact, &item, &own), expected, "{parents:?}");
        }
        let labelled = but(item, |counted| {
            counted.evidence.winner = Some(crate::classify::FoundLabel {
                rule: "a".into(),
                rank: crate::policy::Rank::Own,
                source: "type",
                matched: Untrusted::new("feat"),
                outcome: crate::policy::LabelOutcome::Kind(Kind::Feature),
                at: place(),
            });
        });
        assert!(!catches_up(&commit(1).merging(&[2, 8]).fact, &labelled, &own));
    }

    /// A rule that is used up takes nothing from another that fits as well; both are used by whoever carries both labels.
    #[test]
    fn of_several_rules_any_that_is_left() {
        let mut policy = policy(&[]);
        let trailer = |key: &str| LabelMatch::Trailer { key: key.to_owned(), value: None };
        policy.exempt_changes =
            vec![rule("few", trailer("Security"), Some(1)), rule("more", trailer("Outage"), Some(2))];
        let carrying = |number, trailers: &[(&str, &str)]| {
            let fact = commit(number).with_trailers(trailers).fact;
            let item = but(work(&policy, number, "2026-01-05", 1, &["ann@x.example"], Kind::Run), |counted| {
                counted.evidence.excuses = excuses(&fact, None, &Context::of(&policy));
            });
            (fact, item)
        };
        let both = [("Security", "CVE-1"), ("Outage", "yes")];
        let landed =
            |numbers: std::ops::Range<u8>| -> Vec<WorkItem> { numbers.map(|one| carrying(one, &both).1).collect() };
        for (landings, trailers, may_land) in [
            (0, &both[..1], true),
            (1, &both[..1], false),
            (1, &both[..], true),
            (1, &both[1..], true),
            (2, &both[..], false),
            (2, &both[1..], false),
        ] {
            let (fact, item) = carrying(9, trailers);
            let found = excused(&[fact], &[item], &uses(&landed(1..1 + landings), &policy));
            assert_eq!(found.contains(&0), may_land, "{landings} {trailers:?}");
        }
    }

    #[test]
    fn how_many_are_left() {
        for (landed, at_most, left) in
            [(0, None, true), (9, None, true), (0, Some(0), false), (1, Some(2), true), (2, Some(2), false)]
        {
            assert_eq!(Uses { landed, at_most }.is_left(), left, "{landed} of {at_most:?}");
        }
    }
}
