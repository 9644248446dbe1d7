//! Commit facts become classified work: which kind, whose, for which team, and why. Pure.
//!
//! `docs/measure.md` states the rules and why they are so.

mod authors;
mod credit;
mod excuse;
mod exempt;
mod findings;
mod item;
mod kind;
mod label;
mod missing;
mod owners;
mod people;
mod relabel;
#[cfg(test)]
pub(crate) mod sample;
mod settling;
mod words;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::facts::Hollow;
use crate::facts::ObjectId;
use crate::facts::Proof;
use crate::facts::RepoPath;
use crate::facts::Retrace;
use crate::facts::Untrusted;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::Policy;
use crate::policy::TeamId;

pub use credit::{Following, Revival, following, reviving};
pub use excuse::{Excuse, Uses, excused, uses};
pub use exempt::exempt_at_sight;
pub use findings::findings;
pub use item::{
    ByRequest, Counted, Doubt, Evidence, Exempt, FoundLabel, Inherited, Owner, Reading, WorkItem, Worker, WorkerId,
};
pub use missing::{Hint, hint, label_missing};
pub use owners::{LINES_CAP, touched, weight};
pub use people::MOST_CO_AUTHORS;
pub use relabel::{Effect, Relabelled, Stated};
pub use settling::settling;
pub use words::{conventional, title};

use authors::Authors;
use exempt::Author;
use label::Found;
use label::Voice;
use words::Words;

/// How long before its landing a commit's own day may lie: 13 weeks.
pub const OWN_DAY_REACH_DAYS: u32 = 91;

/// What the commits are read by.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What was agreed.
    pub policy: &'a Policy,
    /// What the trusted `.git-blame-ignore-revs` lists.
    pub ignored_revisions: &'a BTreeSet<ObjectId>,
    /// What is known of pull requests.
    pub requests: &'a Requests,
    /// The commits that are a change's: their authors are claims.
    pub coming: &'a BTreeSet<ObjectId>,
    /// Commits labelled as paydown in which nothing was done, each with what it lacks.
    pub hollow: &'a BTreeMap<ObjectId, Hollow>,
    /// Commits of a change that bring back what was undone, of which the change's end does not have all: they give no credit back.
    pub fleeting: &'a BTreeSet<ObjectId>,
    /// The entries of the trusted relabels by the commits that they are about, each in the order of the file.
    pub relabels: &'a BTreeMap<ObjectId, Vec<Stated>>,
    /// The teams that own a path: [`PathOwners`](crate::repo::trusted::PathOwners).
    pub owners: &'a (dyn Fn(&RepoPath) -> Vec<TeamId> + Sync),
}

impl<'a> Context<'a> {
    /// The policy alone: nothing is known besides, and no path has an owner.
    #[must_use]
    pub fn of(policy: &'a Policy) -> Self {
        static NO_COMMITS: BTreeSet<ObjectId> = BTreeSet::new();
        static NO_REQUESTS: Requests = Requests { landed: BTreeMap::new(), coming: None };
        static NOT_HOLLOW: BTreeMap<ObjectId, Hollow> = BTreeMap::new();
        static NOT_RELABELLED: BTreeMap<ObjectId, Vec<Stated>> = BTreeMap::new();
        Self {
            policy,
            ignored_revisions: &NO_COMMITS,
            requests: &NO_REQUESTS,
            fleeting: &NO_COMMITS,
            coming: &NO_COMMITS,
            hollow: &NOT_HOLLOW,
            relabels: &NOT_RELABELLED,
            owners: &|_| Vec::new(),
        }
    }
}

/// What is known of pull requests.
#[derive(Debug, Clone, Default)]
pub struct Requests {
    /// The labels of those that have landed, by the commit that landed them: they are among that commit's own words.
    pub landed: BTreeMap<ObjectId, Vec<String>>,
    /// The one that is judged, with all commits that it would land.
    pub coming: Option<Coming>,
}

/// A pull request that is judged.
#[derive(Debug, Clone)]
pub struct Coming {
    /// What would land its commits: what these landings bring in is its own.
    pub landings: BTreeSet<ObjectId>,
    /// Its title: of a branch that is squashed it becomes the subject.
    pub title: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
}

/// Reads commits each for itself: without its owners, and without what others did before and after it.
pub struct Reader<'a> {
    changes: &'a HashMap<ObjectId, Changes>,
    landings: HashMap<ObjectId, &'a CommitFact>,
    authors: Authors<'a>,
    context: &'a Context<'a>,
}

impl<'a> Reader<'a> {
    /// For some commits.
    ///
    /// `changes` has an entry for every commit but those that are [exempt at sight](exempt_at_sight); for a merge it is the
    /// merge's own content.
    #[must_use]
    pub fn of(facts: &'a [CommitFact], changes: &'a HashMap<ObjectId, Changes>, context: &'a Context<'a>) -> Self {
        Self { changes, landings: landings(facts), authors: Authors::of(facts.iter(), context.policy), context }
    }

    /// What one of them is read as does not depend on the others, but for the merges that brought it in.
    #[must_use]
    pub fn read(&self, fact: &CommitFact) -> Reading {
        match read_one(fact, self.changes, &self.landings, &self.authors, self.context) {
            Ok(counted) => Reading::Counted(Box::new(counted)),
            Err(exempt) => Reading::Exempt(Box::new(exempt)),
        }
    }
}

/// Each of some commits, as a [`Reader`] reads it.
#[must_use]
pub fn read(facts: &[CommitFact], changes: &HashMap<ObjectId, Changes>, context: &Context<'_>) -> Vec<Reading> {
    let reader = Reader::of(facts, changes, context);
    facts.iter().map(|fact| reader.read(fact)).collect()
}

/// Classifies the commits of a window, in their order; `readings` are theirs, as [`read`] gives them with the same
/// context, and `retraces` are between counted commits and landing merges.
#[must_use]
pub fn classify(
    facts: &[CommitFact],
    readings: Vec<Reading>,
    changes: &HashMap<ObjectId, Changes>,
    retraces: &[Retrace],
    context: &Context<'_>,
) -> Vec<WorkItem> {
    let owned = owners_of_paths(facts, changes, context);
    let nothing = Changes::default();
    let item = |(fact, mut reading): (&CommitFact, Reading)| {
        if let Reading::Counted(counted) = &mut reading {
            if context.policy.attribution == Attribution::Paths {
                let changed = changes.get(&fact.id).unwrap_or(&nothing);
                let of = |path: &RepoPath| owned.get(path).cloned().unwrap_or_default();
                counted.owners = owners::owners(changed, context.policy, of);
            }
            if let Some(hollow) = context.hollow.get(&fact.id).filter(|_| is_claimed(fact.id, counted)) {
                counted.evidence.doubts.push(Doubt::of(*hollow));
                counted.credit = BasisPoints::ZERO;
            }
            if let Some(stated) = context.relabels.get(&fact.id) {
                relabel::relabel(counted, stated, context.policy);
            }
        }
        WorkItem {
            commit: fact.id,
            subject: fact.message.subject.clone(),
            landing: fact.landing,
            author: fact.author.clone(),
            reading,
        }
    };
    let mut items: Vec<WorkItem> = facts.iter().zip(readings).map(item).collect();
    withdraw(&mut items, retraces, context.fleeting);
    items
}

/// Takes the credit away of what was undone, undoes another or is there twice, as far as these items and retraces tell:
/// the last step of [`classify`], for items that were classified without retraces.
pub fn withdraw(items: &mut [WorkItem], retraces: &[Retrace], fleeting: &BTreeSet<ObjectId>) {
    if retraces.is_empty() {
        return;
    }
    let commits: Vec<(ObjectId, ObjectId)> = items.iter().map(|item| (item.commit, item.landing.commit)).collect();
    let withdrawn = credit::withdrawn(&commits, retraces, fleeting);
    for item in items {
        let (Reading::Counted(counted), Some(retrace)) = (&mut item.reading, withdrawn.get(&item.commit)) else {
            continue;
        };
        let is_hollow = |doubt: &Doubt| matches!(doubt, Doubt::WithoutChange | Doubt::PutTogether | Doubt::MassChange);
        let had_credit = counted.credit > BasisPoints::ZERO
            || counted.evidence.doubts.iter().any(is_hollow)
            || counted.evidence.relabelled.as_ref().is_some_and(|made| made.natural > BasisPoints::ZERO);
        // Of what was undone, that alone is told.
        counted.evidence.doubts.retain(|doubt| !is_hollow(doubt));
        if had_credit {
            counted.credit = BasisPoints::ZERO;
            counted.evidence.retraced = Some(Box::new(*retrace));
        }
    }
}

/// The commits that would be credited as paydown by their labels alone, so that it is worth looking at what they did.
/// What the policy says of a commit by its id stands.
#[must_use]
pub fn claimed(facts: &[CommitFact], readings: &[Reading]) -> BTreeSet<ObjectId> {
    let claimed = facts
        .iter()
        .zip(readings)
        .filter(|(fact, reading)| matches!(reading, Reading::Counted(counted) if is_claimed(fact.id, counted)));
    claimed.map(|(fact, _)| fact.id).collect()
}

fn is_claimed(commit: ObjectId, counted: &Counted) -> bool {
    // A rule that names the landing has looked at no commit of those that it brought in.
    let is_stated = |label: &FoundLabel| label.source == "commit" && label.matched.expose() == commit.to_string();
    counted.credit > BasisPoints::ZERO && !counted.evidence.winner.as_ref().is_some_and(is_stated)
}

fn read_one(
    fact: &CommitFact,
    changes: &HashMap<ObjectId, Changes>,
    landings: &HashMap<ObjectId, &CommitFact>,
    authors: &Authors<'_>,
    context: &Context<'_>,
) -> Result<Counted, Exempt> {
    let changed = changes.get(&fact.id);
    let author = if context.coming.contains(&fact.id) { Author::Claimed } else { Author::Landed };
    if let Some(exempt) = exempt::exempt(fact, changed, context.policy, context.ignored_revisions, author, authors) {
        return Err(exempt);
    }
    let nothing = Changes::default();
    let landing = landings.get(&fact.landing.commit).copied().filter(|landing| landing.id != fact.id);
    let worker = authors.worker(fact, context.policy);
    let mut counted = count(fact, worker, landing, changed.unwrap_or(&nothing), context);
    if author == Author::Claimed && exempt::by_author(fact, context.policy) {
        counted.evidence.doubts.push(Doubt::UnprovenAuthor);
    }
    Ok(counted)
}

/// Which of some commits are credited as paydown, so that something may be looked for that bears their labels out.
pub fn credited(items: &[WorkItem]) -> impl Iterator<Item = ObjectId> {
    items
        .iter()
        .filter(|item| matches!(&item.reading, Reading::Counted(counted) if counted.credit > BasisPoints::ZERO))
        .map(|item| item.commit)
}

/// What each of some items weighs by its lines; what is left out, nothing.
#[must_use]
pub fn weights(items: &[WorkItem]) -> Vec<u64> {
    let weight_of = |item: &WorkItem| match &item.reading {
        Reading::Counted(counted) => weight(counted.lines),
        Reading::Exempt(_) => 0,
    };
    items.iter().map(weight_of).collect()
}

/// The places of merges that call themselves paydown and of whose own content all is one of their parents'.
pub fn put_together(items: &[WorkItem]) -> impl Iterator<Item = usize> {
    let is_so = |item: &WorkItem| match &item.reading {
        Reading::Counted(counted) => {
            counted.credit == BasisPoints::ZERO && counted.evidence.doubts.contains(&Doubt::PutTogether)
        }
        Reading::Exempt(_) => false,
    };
    items.iter().enumerate().filter(move |(_, item)| is_so(item)).map(|(place, _)| place)
}

/// Takes up what was found in the content of credited commits.
pub fn prove(items: &mut [WorkItem], proofs: &BTreeMap<ObjectId, Proof>) {
    for item in items {
        if let Reading::Counted(counted) = &mut item.reading {
            counted.evidence.proof =
                proofs.get(&item.commit).filter(|_| counted.credit > BasisPoints::ZERO).cloned().map(Box::new);
        }
    }
}

/// The merges that brought other commits in.
fn landings(facts: &[CommitFact]) -> HashMap<ObjectId, &CommitFact> {
    facts.iter().filter(|fact| fact.is_merge() && fact.landing.commit == fact.id).map(|fact| (fact.id, fact)).collect()
}

/// The owners of all changed paths, each asked for once: a path is changed again and again.
fn owners_of_paths<'c>(
    facts: &[CommitFact],
    changes: &'c HashMap<ObjectId, Changes>,
    context: &Context<'_>,
) -> BTreeMap<&'c RepoPath, Vec<TeamId>> {
    if context.policy.attribution != Attribution::Paths {
        return BTreeMap::new();
    }
    let changes = facts.iter().filter_map(|fact| changes.get(&fact.id));
    let paths: BTreeSet<&RepoPath> = changes.flat_map(|one| &one.paths).map(|change| &change.path).collect();
    paths.into_iter().map(|path| (path, (context.owners)(path))).collect()
}

/// How a commit counts, before its credit may be taken away.
fn count(
    fact: &CommitFact,
    author: Worker,
    landing: Option<&CommitFact>,
    changes: &Changes,
    context: &Context<'_>,
) -> Counted {
    let (found, inherited, by_request) = labels(fact, landing, changes, context);
    let decision = kind::decide(found);
    let (workers, crowd) = people::workers(author, fact, &context.policy.roster);
    Counted {
        day: own_day(fact),
        workers,
        kind: decision.kind,
        credit: decision.credit,
        lines: changes.lines(),
        owners: Vec::new(),
        evidence: Evidence {
            winner: decision.winner,
            others: decision.others,
            inherited: inherited.map(Box::new),
            by_request,
            excuses: excuse::excuses(fact, landing, context),
            contradicts: decision.contradicts,
            retraced: None,
            proof: None,
            doubts: decision.doubt.into_iter().chain(crowd).collect(),
            relabelled: None,
            defects: fact.defects.clone(),
        },
    }
}

/// The labels of a commit in the order of the rules: its own words' and the policy's; where its own words have none,
/// those of the merge that landed it; where that has none either, those of the pull request that is judged.
fn labels(
    fact: &CommitFact,
    landing: Option<&CommitFact>,
    changes: &Changes,
    context: &Context<'_>,
) -> (Vec<Found>, Option<Inherited>, ByRequest) {
    let rules = &context.policy.labels;
    let in_words_of = |fact: &CommitFact| label::in_words(&Words::of(fact, context.requests.labels_of(fact.id)), rules);
    let mut found = label::by_policy(fact, changes, rules);
    let (mut inherited, mut by_request) = (None, ByRequest::No);
    // A malformed commit has no say, and must not gain by being malformed what it would not have inherited otherwise.
    if fact.words_count() {
        let mut own = in_words_of(fact);
        if let Some(landing) = landing.filter(|landing| own.is_empty() && landing.words_count()) {
            own = in_words_of(landing);
            own.extend(label::by_name(landing, rules));
            if !own.is_empty() {
                inherited = Some(Inherited { from: landing.id, title: Untrusted::new(title(landing)) });
            }
        }
        if let Some(coming) = context.requests.coming_with(fact).filter(|_| own.is_empty()) {
            own = label::in_words(&Words::of_request(coming), rules);
            by_request = if own.is_empty() { ByRequest::No } else { ByRequest::Yes };
        }
        found.extend(own);
    }
    // Stable: what one rule found stays in the order of the commit's text, what the policy says of it goes first.
    found.sort_by_key(|(place, one)| (*place, one.voice == Voice::Words));
    (found.into_iter().map(|(_, one)| one).collect(), inherited, by_request)
}

impl Requests {
    /// The labels of the pull request that a commit landed.
    fn labels_of(&self, landing: ObjectId) -> &[String] {
        self.landed.get(&landing).map(Vec::as_slice).unwrap_or_default()
    }

    /// The pull request that is judged, if it would land the commit.
    fn coming_with(&self, fact: &CommitFact) -> Option<&Coming> {
        self.coming.as_ref().filter(|coming| coming.landings.contains(&fact.landing.commit))
    }
}

/// The commit's own day: its committer day, held between its landing and 13 weeks before.
fn own_day(fact: &CommitFact) -> Day {
    let last = fact.landing.time;
    let first = last.minus_days(OWN_DAY_REACH_DAYS);
    // Not `clamp`, which panics where the bounds are the wrong way round.
    fact.committed.unwrap_or(last).max(first).min(last).day()
}

#[cfg(test)]
mod tests;
