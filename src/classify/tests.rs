//! Whole commits, read with a small policy.

use super::*;
use crate::facts::Defect;
use crate::facts::RetraceKind;
use crate::finding::Code;
use crate::policy::Kind;
use crate::policy::LabelMatch;
use crate::policy::LabelOutcome;
use crate::policy::Rank;
use crate::policy::WildcardPattern;
use sample::Draft;
use sample::at;
use sample::changes;
use sample::commit;
use sample::id;
use sample::policy;
use sample::rule;

fn sample_policy() -> Policy {
    let mut policy = policy(&["a: ann@x.example, bob@x.example", "b: carl@x.example, *@b.example"]);
    let kind = LabelOutcome::Kind;
    let of_type = |text: &str| LabelMatch::Type(vec![text.to_owned()]);
    let trailer = |key: &str| LabelMatch::Trailer { key: key.to_owned(), value: None };
    policy.labels = vec![
        rule("named", LabelMatch::Commit(vec![id(99)]), kind(Kind::Paydown)),
        rule("debt", trailer("Debt"), kind(Kind::Paydown)),
        rule("share", trailer("Debt-Share"), LabelOutcome::ShareFromValue),
        rule("refactor", of_type("refactor"), kind(Kind::Paydown)),
        rule("feat", of_type("feat"), kind(Kind::Feature)),
        rule("pull", LabelMatch::PullRequest(WildcardPattern::new("tech-debt")), kind(Kind::Paydown)),
        rule("tool", LabelMatch::Author(WildcardPattern::new("tool@*")), kind(Kind::Run)),
    ];
    policy
}

fn classified(drafts: Vec<Draft>, retraces: &[Retrace]) -> Vec<WorkItem> {
    let policy = sample_policy();
    let facts: Vec<CommitFact> = drafts.into_iter().map(|draft| draft.fact).collect();
    let content = |fact: &CommitFact| if fact.is_merge() { changes(&[]) } else { changes(&[("a", Some(3))]) };
    let changed = facts.iter().map(|fact| (fact.id, content(fact))).collect();
    let labels = BTreeMap::from([(id(30), vec!["tech-debt".to_owned()])]);
    let requests = Requests { landed: labels, coming: None };
    let context = Context { requests: &requests, ..Context::of(&policy) };
    classify(&facts, read(&facts, &changed, &context), &changed, retraces, &context)
}

fn counted(item: &WorkItem) -> &Counted {
    match &item.reading {
        Reading::Counted(counted) => counted,
        Reading::Exempt(exempt) => panic!("{exempt:?}"),
    }
}

fn merge(number: u8) -> Draft {
    commit(number).merging(&[1, 2]).says("Merge pull request #1 from x/y")
}

/// What the first commit comes to, when the rest of the history is there.
fn first(drafts: Vec<Draft>) -> (Kind, u16, Option<String>) {
    let items = classified(drafts, &[]);
    let counted = counted(&items[0]);
    let from = counted.evidence.inherited.as_ref().map(|inherited| inherited.title.expose().to_owned());
    (counted.kind, counted.credit.get(), from)
}

#[test]
fn labels_of_a_landing() {
    let inside = |subject: &str| commit(5).says(subject).landing_with(20);
    let from = |title: &str| Some(title.to_owned());
    let plain_merge = || merge(20).with_body("refactor: all of it");
    // Its own label, or else the landing's.
    assert_eq!(first(vec![inside("x"), plain_merge()]), (Kind::Paydown, 10_000, from("refactor: all of it")));
    assert_eq!(first(vec![inside("feat: x"), plain_merge()]), (Kind::Feature, 0, None));
    // A type that no rule knows is no label.
    assert_eq!(first(vec![inside("chore: x"), plain_merge()]).1, 10_000);
    // Trailers of the landing, and a share.
    let shared = || merge(20).with_body("feat: x").with_trailers(&[("Debt-Share", "30%")]);
    assert_eq!(first(vec![inside("x"), shared()]), (Kind::Feature, 3_000, from("feat: x")));
    // Labels of the pull request, known for the landing.
    let pulled = || commit(5).says("x").landing_with(30);
    assert_eq!(first(vec![pulled(), merge(30)]).1, 10_000);
    // A rule that names the landing is about what it brought in.
    assert_eq!(first(vec![commit(5).says("x").landing_with(99), merge(99)]).1, 10_000);
    // What the policy says about a commit is no label of its own, and stays.
    let by_tool = || inside("x").by("tool@x.example");
    assert_eq!(first(vec![by_tool(), plain_merge()]).0, Kind::Paydown);
    assert_eq!(first(vec![by_tool(), merge(20).with_body("x")]), (Kind::Run, 0, None));
    // A landing that is no merge gives nothing.
    assert_eq!(first(vec![inside("x"), commit(20).says("refactor: y")]), (Kind::Unlabelled, 0, None));
}

/// What the policy says of a commit by its name stands; what it says of the landing was said without a look at each commit.
#[test]
fn a_commit_in_which_nothing_was_done() {
    let policy = sample_policy();
    let hollow = [5, 99].map(|number| (id(number), Hollow::WithoutChange)).into();
    let context = Context { hollow: &hollow, ..Context::of(&policy) };
    let credit = |drafts: Vec<Draft>| {
        let facts: Vec<CommitFact> = drafts.into_iter().map(|draft| draft.fact).collect();
        let changed = facts.iter().map(|fact| (fact.id, changes(&[("a", Some(3))]))).collect();
        let items = classify(&facts, read(&facts, &changed, &context), &changed, &[], &context);
        counted(&items[0]).credit.get()
    };
    assert_eq!(credit(vec![commit(5).says("refactor: x")]), 0);
    assert_eq!(credit(vec![commit(6).says("refactor: x")]), 10_000);
    assert_eq!(credit(vec![commit(99).says("x")]), 10_000);
    assert_eq!(credit(vec![commit(5).says("x").landing_with(99), merge(99)]), 0);
    assert_eq!(credit(vec![commit(6).says("x").landing_with(99), merge(99)]), 10_000);
}

#[test]
fn malformed_commits_have_no_say() {
    let broken = |mut draft: Draft| {
        draft.fact.defects = vec![Defect::Nul];
        draft
    };
    let plain_merge = || merge(20).with_body("refactor: all of it");
    assert_eq!(first(vec![broken(commit(5).says("refactor: x"))]).0, Kind::Unlabelled);
    // Neither does it inherit, nor does a broken landing give.
    assert_eq!(first(vec![broken(commit(5).says("feat: x").landing_with(20)), plain_merge()]).0, Kind::Unlabelled);
    assert_eq!(first(vec![commit(5).says("x").landing_with(20), broken(plain_merge())]).0, Kind::Unlabelled);
    // What the policy says about it counts all the same.
    assert_eq!(first(vec![broken(commit(5).by("tool@x.example"))]).0, Kind::Run);
}

#[test]
fn own_days() {
    for (committed, landed, day) in [
        ("2026-01-05", "2026-01-05", "2026-01-05"),
        ("2026-01-02", "2026-01-05", "2026-01-02"),
        ("2026-02-01", "2026-01-05", "2026-01-05"),
        ("2025-10-06", "2026-01-05", "2025-10-06"),
        ("1970-01-01", "2026-01-05", "2025-10-06"),
    ] {
        let fact = commit(1).on(committed, landed).fact;
        assert_eq!(own_day(&fact), at(day).day(), "{committed}");
    }
    let mut unknown = commit(1).on("2026-01-01", "2026-01-05").fact;
    unknown.committed = None;
    assert_eq!(own_day(&unknown), at("2026-01-05").day());
}

#[test]
fn credit_that_is_taken_away() {
    let retrace =
        |later, earlier| Retrace { later: id(later), earlier: id(earlier), kind: RetraceKind::Undoes, together: false };
    let history = || vec![commit(1).says("refactor: x"), commit(2).says("refactor: y"), commit(3).says("feat: z")];
    let items = classified(history(), &[retrace(2, 1), retrace(3, 2)]);
    let credits: Vec<_> = items.iter().map(|item| (counted(item).credit.get(), counted(item).kind)).collect();
    assert_eq!(credits, [(10_000, Kind::Paydown), (0, Kind::Paydown), (0, Kind::Feature)]);
    assert_eq!(counted(&items[1]).evidence.retraced.as_deref(), Some(&retrace(2, 1)));
    assert_eq!(counted(&items[2]).evidence.retraced, None, "a feature has no credit to lose");
    let items = classified(history(), &[retrace(2, 1)]);
    let credits: Vec<_> = items.iter().map(|item| counted(item).credit.get()).collect();
    assert_eq!(credits, [0, 0, 0]);
}

#[test]
fn what_is_said() {
    let mut policy = sample_policy();
    policy.labels[4].rank = Rank::Pack;
    policy.teams[0].paths = vec![("/a".into(), sample::place()), ("/gone/".into(), sample::place())];
    let glob = globset::Glob::new("vendor/**").unwrap();
    policy.ignore = vec![crate::policy::PathRule { glob: "vendor/**".into(), rank: Rank::Own, at: sample::place() }];
    policy.ignored = crate::policy::PathGlobs::new(&[glob]).unwrap();
    policy.exempt = vec![sample::exempt_rule(
        "bot",
        crate::policy::ExemptMatch::Author(WildcardPattern::new("bot@*")),
        crate::policy::ExemptReason::Bot,
    )];
    let mut facts: Vec<CommitFact> = [
        commit(1).says("refactor: x").with_trailers(&[("Debt-Share", "much")]),
        commit(2).says("x").with_trailers(&[("Debt-Share", "10%"), ("Debt-Share", "20%")]),
        commit(3).says("x").with_trailers(&[("Debt", "yes")]),
        commit(4).says("x").with(&["carl@x.example"]),
    ]
    .map(|draft| draft.fact)
    .into();
    facts[2].defects = vec![Defect::Committer];
    let changed = facts.iter().map(|fact| (fact.id, changes(&[("a", Some(3))]))).collect();
    let context = Context::of(&policy);
    let items = classify(&facts, read(&facts, &changed, &context), &changed, &[], &context);
    let found = findings(&facts, &changed, &items, &context);
    let said: Vec<_> = found.iter().map(|finding| (finding.code, finding.message.expose())).collect();
    assert_eq!(
        said,
        [
            (Code::ContradictingLabels, "1 commit has different shares of paydown: none is credited"),
            (
                Code::ShareUnreadable,
                "1 commit has a share of paydown that is not a percentage from 0% to 100%: none is credited"
            ),
            (Code::MalformedCommit, "1 commit has a malformed object: counted as work, never as paydown"),
            (Code::UnmatchedEntry, "label rule named matches no counted commit"),
            (Code::UnmatchedEntry, "label rule debt matches no counted commit"),
            (Code::UnmatchedEntry, "label rule pull matches no counted commit"),
            (Code::UnmatchedEntry, "label rule tool matches no counted commit"),
            (Code::UnmatchedEntry, "exempt rule bot matches no commit"),
            (Code::UnmatchedEntry, "ignored path vendor/** matches no changed path"),
            (Code::UnmatchedEntry, "path /gone/ of a matches no changed path"),
            (Code::UnmatchedEntry, "members of a without a commit in the window: bob@x.example"),
            (Code::UnmatchedEntry, "members of b without a commit in the window: *@b.example"),
        ]
    );
    assert_eq!(findings(&[], &HashMap::new(), &[], &context), []);
}
