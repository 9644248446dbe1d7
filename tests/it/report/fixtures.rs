//! Reports made by hand: what a judgement could come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use debtlint::classify::Counted;
use debtlint::classify::Evidence;
use debtlint::classify::Exempt;
use debtlint::classify::FoundLabel;
use debtlint::classify::Inherited;
use debtlint::classify::Reading;
use debtlint::classify::WorkItem;
use debtlint::classify::Worker;
use debtlint::classify::WorkerId;
use debtlint::facts::Identity;
use debtlint::facts::Landing;
use debtlint::facts::ObjectId;
use debtlint::facts::UnixTime;
use debtlint::facts::Untrusted;
use debtlint::finding::Code;
use debtlint::finding::Finding;
use debtlint::finding::Level;
use debtlint::finding::Location;
use debtlint::ledger::Account;
use debtlint::ledger::Efforts;
use debtlint::ledger::Ledger;
use debtlint::ledger::Posting;
use debtlint::policy::Allocation;
use debtlint::policy::Attribution;
use debtlint::policy::BasisPoints;
use debtlint::policy::ExemptReason;
use debtlint::policy::FailWhen;
use debtlint::policy::Kind;
use debtlint::policy::LabelOutcome;
use debtlint::policy::MarkerPolicy;
use debtlint::policy::Measure;
use debtlint::policy::MinimumEffort;
use debtlint::policy::PathGlobs;
use debtlint::policy::Person;
use debtlint::policy::PersonId;
use debtlint::policy::Policy;
use debtlint::policy::PolicySource;
use debtlint::policy::PolicyText;
use debtlint::policy::Rank;
use debtlint::policy::Roster;
use debtlint::policy::Safeguards;
use debtlint::policy::Team;
use debtlint::policy::TeamId;
use debtlint::report::Report;
use debtlint::report::Subject;
use debtlint::verdict::Interval;
use debtlint::verdict::Share;
use debtlint::verdict::Standing;
use debtlint::verdict::Verdict;

/// One team of a report, in tenths of a developer-week.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) allocation: u16,
    pub(crate) standing: Standing,
    pub(crate) paydown: u64,
    pub(crate) other: [u64; 4],
    pub(crate) shortfall: u64,
}

pub(crate) const PAYMENTS: Row = Row {
    name: "payments",
    allocation: 2_500,
    standing: Standing::Short,
    paydown: 31,
    other: [110, 42, 20, 17],
    shortfall: 32,
};

pub(crate) const SEARCH: Row = Row {
    name: "search",
    allocation: 2_000,
    standing: Standing::Met,
    paydown: 60,
    other: [90, 30, 0, 20],
    shortfall: 0,
};

pub(crate) const BILLING: Row = Row {
    name: "billing",
    allocation: 1_250,
    standing: Standing::NotEnoughWork,
    paydown: 0,
    other: [10, 0, 0, 3],
    shortfall: 1,
};

/// A report on these teams, with an unattributed account of `nobody` tenths, and the findings that go with it.
pub(crate) fn report(rows: &[Row], nobody: u64) -> Report {
    let (text, teams) = teams(rows);
    let accounts: Vec<_> = rows.iter().enumerate().map(|(at, row)| account(row.paydown, row.other, at)).collect();
    let unattributed = if nobody > 0 { account(0, [nobody, 0, 0, 0], 99) } else { Account::default() };
    let counted = accounts.iter().map(|account| account.commits).sum::<u64>() + unattributed.commits;
    let empty = counted == 0;
    let exempt = if empty {
        BTreeMap::new()
    } else {
        BTreeMap::from([(ExemptReason::Merge, 1_035), (ExemptReason::Bot, 9), (ExemptReason::IgnoredPaths, 4)])
    };
    let walked = counted + exempt.values().sum::<u64>();
    let verdicts: Vec<_> = rows.iter().enumerate().map(|(at, row)| verdict(at, row)).collect();
    let findings = verdicts.iter().zip(&teams).filter_map(|(verdict, team)| short(verdict, team)).collect();
    Report {
        subject: Subject {
            repository: Untrusted::new("/srv/work/shop"),
            revision_name: Untrusted::new("HEAD"),
            revision: Some(id(1)),
            trusted: Some(id(1)),
            boundary: Some(id(2)),
            as_of: UnixTime::new(1_795_341_600),
            start: UnixTime::new(1_795_341_600 - 91 * 86_400),
            overrides: Vec::new(),
            chosen: Vec::new(),
            named: None,
        },
        policy: policy(text, teams),
        items: Vec::new(),
        ledger: Ledger {
            accounts,
            unattributed,
            exempt,
            walked,
            counted,
            postings: Vec::new(),
            relabels: BTreeMap::new(),
        },
        verdicts,
        findings,
        change: None,
        relabels: Vec::new(),
        shadow: None,
        flow: None,
        flow_lacks: None,
        sources: BTreeMap::new(),
    }
}

/// A small report with every kind of work item in it.
pub(crate) fn with_items() -> Report {
    let mut made = report(&[PAYMENTS, SEARCH], 0);
    let counted = |evidence| Counted {
        day: UnixTime::new(1_795_305_600).unwrap().day(),
        workers: vec![
            worker(WorkerId::Rostered(PersonId(0)), "Dev One"),
            worker(WorkerId::Address("co@example.com".into()), "Co"),
        ],
        kind: Kind::Feature,
        credit: BasisPoints::new(3_000).unwrap(),
        lines: 41,
        owners: Vec::new(),
        evidence,
    };
    let evidence = Evidence {
        winner: Some(label("debt-share", "trailer", "Debt-Share: 30%", LabelOutcome::ShareFromValue)),
        others: vec![label("types-feature", "type", "feat", LabelOutcome::Kind(Kind::Feature))],
        inherited: Some(Box::new(Inherited { from: id(7), title: Untrusted::new("Merge\x1b[31m of ::error::") })),
        ..Evidence::default()
    };
    made.items = vec![
        item(3, "feat: half a clean-up \u{202e}", Reading::Counted(Box::new(counted(evidence)))),
        item(
            4,
            "bump lockfile",
            Reading::Exempt(Box::new(Exempt {
                reason: ExemptReason::Bot,
                rule: Some("release-bot".into()),
                matched: Some(Untrusted::new("release-bot@example.com")),
            })),
        ),
    ];
    let posting = |worker: &WorkerId, team, units| Posting {
        item: 0,
        worker: worker.clone(),
        week: UnixTime::new(1_795_305_600).unwrap().day().iso_week(),
        team,
        effort: efforts(units),
        paydown: efforts(units * 3 / 10),
        credit: 30_000_000,
        refused: efforts(0),
    };
    made.ledger.postings = vec![
        posting(&WorkerId::Rostered(PersonId(0)), Some(TeamId(0)), 10),
        posting(&WorkerId::Address("co@example.com".into()), None, 10),
    ];
    made
}

/// A finding without a place.
pub(crate) fn finding(code: Code, level: Level, message: &str, help: &str) -> Finding {
    let commits = vec![id(11), id(12), id(13), id(14), id(15)];
    let help = (!help.is_empty()).then(|| Untrusted::new(help));
    Finding { commits, help, ..Finding::new(code, level, message) }
}

pub(crate) fn id(number: u8) -> ObjectId {
    ObjectId::from_bytes([number.wrapping_mul(37).wrapping_add(5); 20])
}

fn worker(id: WorkerId, name: &str) -> Worker {
    Worker { id, name: Untrusted::new(name) }
}

fn label(rule: &str, source: &'static str, matched: &str, outcome: LabelOutcome) -> FoundLabel {
    let at = Location { file: Arc::from("rules/debt-trailers.yml"), line: 9, column: 5, span: 120..140 };
    FoundLabel { rule: rule.into(), rank: Rank::Pack, source, matched: Untrusted::new(matched), outcome, at }
}

fn item(number: u8, subject: &str, reading: Reading) -> WorkItem {
    WorkItem {
        commit: id(number),
        subject: Untrusted::new(subject),
        landing: Landing { commit: id(7), time: UnixTime::new(1_795_305_600).unwrap() },
        author: Identity { name: Untrusted::new("Dev One"), email: Untrusted::new("dev1@example.com") },
        reading,
    }
}

fn teams(rows: &[Row]) -> (String, Vec<Team>) {
    let mut text = String::from("version: 1\nsponsor: cto@example.com\nteams:\n");
    let mut line = 3;
    let mut teams = Vec::new();
    for row in rows {
        let allocation = BasisPoints::new(row.allocation).unwrap();
        text.push_str(&format!("  {}:\n    members: [\"*@{}.example.com\"]\n    allocation: ", row.name, row.name));
        line += 3;
        let start = text.len();
        text.push_str(&allocation.to_string());
        let at = Location { file: Arc::from(".debtlint.yml"), line, column: 17, span: start..text.len() };
        text.push('\n');
        teams.push(Team {
            name: row.name.to_owned(),
            lead: Some(format!("{}-lead@example.com", row.name)),
            allocation: Allocation(allocation),
            allocation_at: at.clone(),
            paths: Vec::new(),
            codeowners: Vec::new(),
            at,
        });
    }
    (text, teams)
}

fn policy(text: String, teams: Vec<Team>) -> Policy {
    Policy {
        source: PolicySource::Tree { path: Arc::from(".debtlint.yml") },
        texts: vec![PolicyText { name: Arc::from(".debtlint.yml"), text: Arc::from(text) }],
        written: Vec::new(),
        sponsor: Some("cto@example.com".to_owned()),
        window_days: 91,
        effort: Measure::DeveloperWeeks,
        attribution: Attribution::Roster,
        minimum: MinimumEffort { people: 2, developer_week_hundredths: 200 },
        fail_when: FailWhen::Below,
        unproven_credit: BasisPoints::WHOLE,
        teams,
        roster: Roster {
            people: vec![Person {
                name: "Dev One".to_owned(),
                addresses: vec!["dev1@example.com".to_owned()],
                memberships: Vec::new(),
            }],
            ..Roster::default()
        },
        labels: Vec::new(),
        requests_file: None,
        require_label: None,
        exempt_changes: Vec::new(),
        exempt: Vec::new(),
        ignore: Vec::new(),
        ignored: PathGlobs::default(),
        safeguards: Safeguards::default(),
        bot_paths: PathGlobs::default(),
        bot_path_rules: Vec::new(),
        markers: MarkerPolicy::default(),
    }
}

fn account(paydown: u64, other: [u64; 4], number: usize) -> Account {
    let [feature, run, rest, unlabelled] = other;
    let by_kind = [paydown, feature, run, rest, unlabelled];
    let by_kind: BTreeMap<_, _> =
        Kind::ALL.into_iter().zip(by_kind).filter(|(_, tenths)| *tenths > 0).map(|(k, t)| (k, efforts(t))).collect();
    let some = !by_kind.is_empty();
    Account {
        people: (0..3).filter(|_| some).map(|at| WorkerId::Rostered(PersonId(number * 3 + at))).collect(),
        commits: if some { 71 } else { 0 },
        by_kind,
        unproven: Efforts::default(),
        person_weeks: BTreeMap::new(),
    }
}

fn efforts(tenths: u64) -> Efforts {
    Efforts {
        developer_weeks: tenths * 84_000_000,
        developer_days: tenths * 2 * 84_000_000,
        commits: tenths * 840,
        lines: tenths * tenths * 840,
    }
}

fn verdict(at: usize, row: &Row) -> Verdict {
    let total = (row.paydown + row.other.iter().sum::<u64>()) * 84_000_000;
    let points = |points| BasisPoints::new(points).unwrap();
    Verdict {
        team: TeamId(at),
        standing: row.standing,
        share: total.try_into().ok().map(|total| Share { paydown: row.paydown * 84_000_000, total }),
        allocation: Allocation(points(row.allocation)),
        shortfall: Some(row.shortfall * 84_000_000),
        interval: (total > 0).then(|| Interval { low: points(912), high: points(2_138) }),
    }
}

fn short(verdict: &Verdict, team: &Team) -> Option<Finding> {
    let help = "3.2 developer-weeks more of paydown, on top of the work there is, would reach it; so would relabelling \
                what is paydown already";
    (verdict.standing == Standing::Short).then(|| {
        let message = format!("{} is short of its allocation of {}", team.name, team.allocation.0);
        let finding = Finding::new(Code::AllocationShort, Level::Error, message);
        finding.of_team(&team.name).at(team.allocation_at.clone()).help(help)
    })
}
