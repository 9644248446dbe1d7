//! Commits and policies for tests, written in a few words.

use std::sync::Arc;

use crate::classify::Counted;
use crate::classify::Evidence;
use crate::classify::Exempt;
use crate::classify::Reading;
use crate::classify::WorkItem;
use crate::classify::Worker;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Identity;
use crate::facts::Landing;
use crate::facts::Lines;
use crate::facts::Message;
use crate::facts::ObjectId;
use crate::facts::PathChange;
use crate::facts::RepoPath;
use crate::facts::Trailer;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::finding::Location;
use crate::policy::Allocation;
use crate::policy::Attribution;
use crate::policy::BasisPoints;
use crate::policy::ExemptMatch;
use crate::policy::ExemptReason;
use crate::policy::ExemptRule;
use crate::policy::FailWhen;
use crate::policy::Kind;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::LabelRule;
use crate::policy::Measure;
use crate::policy::Membership;
use crate::policy::MinimumEffort;
use crate::policy::Percent;
use crate::policy::Person;
use crate::policy::PersonId;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::Rank;
use crate::policy::Roster;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::policy::WildcardPattern;

/// The object id whose first byte is the number, the rest zero.
pub(crate) fn id(number: u8) -> ObjectId {
    let mut bytes = [0; 20];
    bytes[0] = number;
    ObjectId::from_bytes(bytes)
}

/// Midnight of a date such as `2026-01-05`, in UTC.
pub(crate) fn at(date: &str) -> UnixTime {
    let date: jiff::civil::Date = date.parse().unwrap();
    UnixTime::new(date.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()).unwrap()
}

pub(crate) fn place() -> Location {
    Location { file: Arc::from(".debtlint.yml"), line: 1, column: 1, span: 0..1 }
}

fn identity(email: &str) -> Identity {
    let name = email.split('@').next().unwrap_or_default();
    Identity { name: Untrusted::new(name), email: Untrusted::new(email) }
}

/// A commit in the making.
pub(crate) struct Draft {
    pub(crate) fact: CommitFact,
}

/// A commit of ann's on 2026-01-05 (a Monday), on the mainline.
pub(crate) fn commit(number: u8) -> Draft {
    let time = at("2026-01-05");
    Draft {
        fact: CommitFact {
            id: id(number),
            tree: id(0),
            parents: vec![id(0)],
            author: identity("ann@x.example"),
            author_as_written: identity("ann@x.example"),
            committed: Some(time),
            message: Message::default(),
            co_authors: Vec::new(),
            landing: Landing { commit: id(number), time },
            defects: Vec::new(),
        },
    }
}

impl Draft {
    pub(crate) fn says(mut self, subject: &str) -> Self {
        self.fact.message.subject = Untrusted::new(subject);
        self
    }

    pub(crate) fn with_body(mut self, body: &str) -> Self {
        self.fact.message.body = Untrusted::new(body);
        self
    }

    pub(crate) fn with_trailers(mut self, trailers: &[(&str, &str)]) -> Self {
        let trailer =
            |(key, value): &(&str, &str)| Trailer { key: Untrusted::new(*key), value: Untrusted::new(*value) };
        self.fact.message.trailers = trailers.iter().map(trailer).collect();
        self
    }

    pub(crate) fn by(mut self, email: &str) -> Self {
        self.fact.author = identity(email);
        self
    }

    pub(crate) fn with(mut self, co_authors: &[&str]) -> Self {
        self.fact.co_authors = co_authors.iter().map(|email| identity(email)).collect();
        self
    }

    pub(crate) fn merging(mut self, parents: &[u8]) -> Self {
        self.fact.parents = parents.iter().map(|parent| id(*parent)).collect();
        self
    }

    /// Takes it off the mainline: that commit landed it.
    pub(crate) fn landing_with(mut self, number: u8) -> Self {
        self.fact.landing.commit = id(number);
        self
    }

    pub(crate) fn on(mut self, committed: &str, landed: &str) -> Self {
        self.fact.committed = Some(at(committed));
        self.fact.landing.time = at(landed);
        self
    }
}

/// A counted work item: number of its commit, day, lines, addresses of those who worked on it, kind; a kind of paydown
/// is credited wholly.
pub(crate) fn work(policy: &Policy, number: u8, day: &str, lines: u64, workers: &[&str], kind: Kind) -> WorkItem {
    let mut fact = commit(number).on(day, day).fact;
    let mut all: Vec<Worker> =
        workers.iter().map(|email| super::people::worker(&identity(email), &policy.roster)).collect();
    all.sort_by(|one, other| one.id.cmp(&other.id));
    fact.author = identity(workers.first().copied().unwrap_or_default());
    let credit = if kind == Kind::Paydown { BasisPoints::WHOLE } else { BasisPoints::ZERO };
    let owners = Vec::new();
    let evidence = Evidence::default();
    let day = at(day).day();
    let counted = Counted { day, workers: all, kind, credit, lines, owners, evidence };
    WorkItem {
        commit: fact.id,
        subject: fact.message.subject,
        landing: fact.landing,
        author: fact.author,
        reading: Reading::Counted(Box::new(counted)),
    }
}

/// Changes how an item counts.
pub(crate) fn but(mut item: WorkItem, change: impl FnOnce(&mut Counted)) -> WorkItem {
    if let Reading::Counted(counted) = &mut item.reading {
        change(counted);
    }
    item
}

/// The item, left out.
pub(crate) fn left_out(mut item: WorkItem, reason: ExemptReason) -> WorkItem {
    item.reading = Reading::Exempt(Box::new(Exempt { reason, rule: None, matched: None }));
    item
}

/// Changed paths with their lines; `None` for an ignored path.
pub(crate) fn changes(paths: &[(&str, Option<u64>)]) -> Changes {
    let change = |(path, lines): &(&str, Option<u64>)| PathChange {
        path: RepoPath::new(path.as_bytes()),
        lines: lines.map_or(Lines::Ignored, |added| Lines::Text { added, removed: 0 }),
    };
    Changes { paths: paths.iter().map(change).collect() }
}

pub(crate) fn rule(id: &str, matches: LabelMatch, outcome: LabelOutcome) -> LabelRule {
    LabelRule { id: id.into(), rank: Rank::Own, matches, outcome, at: place() }
}

pub(crate) fn exempt_rule(id: &str, matches: ExemptMatch, reason: ExemptReason) -> ExemptRule {
    ExemptRule { id: id.into(), rank: Rank::Own, matches, reason, at: place() }
}

/// A policy with teams such as `payments: ann@x.example, bob@x.example 50, *@pay.example`; the figure is the part in
/// per cents. Each team has an allocation of 20 %. Without teams there is the one team `everyone`.
pub(crate) fn policy(teams: &[&str]) -> Policy {
    let mut roster = Roster::default();
    let mut named = Vec::new();
    for (number, written) in teams.iter().enumerate() {
        let (name, members) = written.split_once(": ").unwrap();
        named.push(team(name));
        for member in members.split(", ") {
            let (email, part) = member.split_once(' ').unwrap_or((member, "100"));
            let part_time = Percent::new(part.parse().unwrap()).unwrap();
            let membership = Membership { team: TeamId(number), part_time, from: None, until: None, at: place() };
            let pattern = WildcardPattern::new(email);
            if pattern.has_wildcard() {
                roster.patterns.push((pattern, membership));
            } else if let Some(id) = roster.by_address.get(email) {
                roster.people[id.0].memberships.push(membership);
            } else {
                roster.by_address.insert(email.to_owned(), PersonId(roster.people.len()));
                let addresses = vec![email.to_owned()];
                roster.people.push(Person { name: email.to_owned(), addresses, memberships: vec![membership] });
            }
        }
    }
    if named.is_empty() {
        named.push(team(Policy::EVERYONE));
    }
    Policy {
        source: PolicySource::Default,
        texts: Vec::new(),
        written: Vec::new(),
        sponsor: None,
        window_days: 91,
        effort: Measure::DeveloperWeeks,
        attribution: Attribution::Roster,
        minimum: MinimumEffort { people: 2, developer_week_hundredths: 200 },
        fail_when: FailWhen::Below,
        unproven_credit: BasisPoints::WHOLE,
        teams: named,
        roster,
        labels: Vec::new(),
        requests_file: None,
        require_label: None,
        exempt_changes: Vec::new(),
        exempt: Vec::new(),
        ignore: Vec::new(),
        ignored: crate::policy::PathGlobs::default(),
        safeguards: crate::policy::Safeguards::default(),
        bot_paths: crate::policy::PathGlobs::default(),
        bot_path_rules: Vec::new(),
        markers: crate::policy::MarkerPolicy::default(),
    }
}

fn team(name: &str) -> Team {
    Team {
        name: name.to_owned(),
        lead: None,
        allocation: Allocation(BasisPoints::new(2_000).unwrap()),
        allocation_at: place(),
        paths: Vec::new(),
        codeowners: Vec::new(),
        at: place(),
    }
}
