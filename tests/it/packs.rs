//! The packs that ship with the program say what they mean to say.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use debtlint::config;
use debtlint::finding::Location;
use debtlint::policy::ExemptMatch;
use debtlint::policy::Kind;
use debtlint::policy::LabelMatch;
use debtlint::policy::LabelOutcome;
use debtlint::policy::Policy;

use crate::policies::load;
use crate::policies::render;

fn default_policy() -> Policy {
    config::load(None, &|_| Ok(None)).unwrap().policy
}

#[test]
fn packs_are_valid_and_described_and_share_no_id() {
    let mut ids = BTreeMap::new();
    for pack in config::packs() {
        assert!(pack.text.starts_with("# "), "{} begins with what it is for", pack.name);
        assert!(pack.text.contains(&format!("description: {}\n", pack.description)), "{}", pack.name);
        let text = format!("version: 1\nextends: [{}]", pack.name);
        let policy = load("p.yml", text.as_bytes()).unwrap_or_else(|error| panic!("{}", render(&error))).policy;
        let own = |at: &Location| at.file.as_ref() == pack.file;
        let labels = policy.labels.iter().filter(|rule| own(&rule.at)).map(|rule| &rule.id);
        for id in labels.chain(policy.exempt.iter().filter(|rule| own(&rule.at)).map(|rule| &rule.id)) {
            assert_eq!(ids.insert(id.clone(), pack.name), None, "{id} of {}", pack.name);
        }
    }
    let files = fs::read_dir("rules").unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    // The table of languages is no pack.
    let files: BTreeSet<_> =
        files.filter(|file| !["languages.yml", "suppressions.yml"].contains(&file.as_str())).collect();
    assert_eq!(files, config::packs().iter().map(|pack| format!("{}.yml", pack.name)).collect());
    // The default names all others.
    assert_eq!(default_policy().texts.len(), files.len());
}

fn kind_by(policy: &Policy, fits: impl Fn(&LabelMatch) -> bool) -> Option<Kind> {
    let rule = policy.labels.iter().find(|rule| fits(&rule.matches))?;
    match rule.outcome {
        LabelOutcome::Kind(kind) => Some(kind),
        LabelOutcome::Share(_) | LabelOutcome::ShareFromValue => None,
    }
}

#[test]
fn packs_on_subjects() {
    let policy = default_policy();
    for (subject, kind) in [
        ("[debt] Split billing", Some(Kind::Paydown)),
        ("[api] [Tech-Debt] Split billing", Some(Kind::Paydown)),
        ("Split billing [technical debt] (#12)", Some(Kind::Paydown)),
        ("Split billing #tech-debt", Some(Kind::Paydown)),
        ("#debt: split billing", Some(Kind::Paydown)),
        ("Split the [debt] module", None),
        ("Show the #debt in the table", None),
        ("Pay #debtors", None),
        ("[debtor] page", None),
        ("Revert \"Split billing [debt]\"", None),
        ("[Feature] Refunds", Some(Kind::Feature)),
        ("[x][bugfix] Refunds", Some(Kind::Run)),
        ("[docs] Refunds", Some(Kind::Other)),
        ("[payments] Refunds", None),
        ("♻️ Split billing", Some(Kind::Paydown)),
        ("♻ Split billing", Some(Kind::Paydown)),
        (":recycle: Split billing", Some(Kind::Paydown)),
        (":fire: Old billing", Some(Kind::Paydown)),
        ("⚰️ Old billing", Some(Kind::Paydown)),
        ("✨ Refunds", Some(Kind::Feature)),
        ("🚑️ Refunds", Some(Kind::Run)),
        (":arrow_up: serde", Some(Kind::Run)),
        (":art: billing", Some(Kind::Other)),
        ("🧑‍💻 billing", Some(Kind::Other)),
        ("Say :fire: at the end", None),
    ] {
        let found =
            kind_by(&policy, |rule| matches!(rule, LabelMatch::Subject(pattern) if pattern.find(subject).is_some()));
        assert_eq!(found, kind, "{subject}");
    }
}

#[test]
fn packs_on_types_scopes_and_trailers() {
    let policy = default_policy();
    for (word, kind) in
        [("refactor", Kind::Paydown), ("feat", Kind::Feature), ("fix", Kind::Run), ("chore", Kind::Other)]
    {
        let fits = |rule: &LabelMatch| matches!(rule, LabelMatch::Type(types) if types.iter().any(|one| one == word));
        assert_eq!(kind_by(&policy, fits), Some(kind), "{word}");
    }
    let scope = |word: &str| {
        kind_by(&policy, |rule| matches!(rule, LabelMatch::Scope(all) if all.iter().any(|one| one == word)))
    };
    assert_eq!((scope("debt"), scope("deps"), scope("ui")), (Some(Kind::Paydown), Some(Kind::Run), None));
    for (value, kind) in [
        ("yes", Some(Kind::Paydown)),
        ("DEBT-1", Some(Kind::Paydown)),
        ("No", Some(Kind::Other)),
        ("", None),
        ("notes", Some(Kind::Paydown)),
    ] {
        for key in ["Debt", "Tech-Debt"] {
            let fits = |rule: &LabelMatch| match rule {
                LabelMatch::Trailer { key: named, value: pattern } => {
                    named == key && pattern.as_ref().is_none_or(|pattern| pattern.find(value).is_some())
                }
                _ => false,
            };
            assert_eq!(kind_by(&policy, fits), kind, "{key}: {value}");
        }
    }
    let share = policy.labels.iter().find(|rule| rule.outcome == LabelOutcome::ShareFromValue).unwrap();
    assert!(matches!(&share.matches, LabelMatch::Trailer { key, value: None } if key == "Debt-Share"));
}

#[test]
fn packs_on_pull_request_labels() {
    let policy = default_policy();
    for (label, kind) in [
        ("tech-debt", Some(Kind::Paydown)),
        ("Technical Debt", Some(Kind::Paydown)),
        ("kind/cleanup", Some(Kind::Paydown)),
        ("C-cleanup", Some(Kind::Paydown)),
        ("type: debt", Some(Kind::Paydown)),
        ("kind/feature", Some(Kind::Feature)),
        ("enhancement", Some(Kind::Feature)),
        ("feature-flags", None),
        ("dependencies", Some(Kind::Run)),
        ("debt-collector", None),
    ] {
        let found = kind_by(&policy, |rule| matches!(rule, LabelMatch::PullRequest(pattern) if pattern.matches(label)));
        assert_eq!(found, kind, "{label}");
    }
}

#[test]
fn packs_on_authors() {
    let policy = default_policy();
    for (author, bot) in [
        ("dependabot[bot]", true),
        ("49699333+dependabot[bot]@users.noreply.github.com", true),
        ("29139614+renovate[bot]@users.noreply.github.com", true),
        ("anything-new[bot]", true),
        ("project_123_bot_0a1b@noreply.gitlab.example.com", true),
        ("chromium-autoroll@skia-public.iam.gserviceaccount.com", true),
        ("OpenStack Proposal Bot", true),
        ("zuul@review.opendev.org", true),
        ("k8s-ci-robot", true),
        ("copilot-swe-agent[bot]", true),
        ("Abbot", false),
        ("bot@example.com", false),
        ("1234+talbot@users.noreply.github.com", false),
        ("noreply@github.com", false),
        ("Dev One", false),
    ] {
        let found = policy
            .exempt
            .iter()
            .any(|rule| matches!(&rule.matches, ExemptMatch::Author(pattern) if pattern.matches(author)));
        assert_eq!(found, bot, "{author}");
    }
}

#[test]
fn packs_on_paths() {
    let policy = default_policy();
    for (path, ignored) in [
        ("Cargo.lock", true),
        ("a/b/package-lock.json", true),
        ("vendor/x/y.go", true),
        ("a/node_modules/b/c.js", true),
        ("api/v1/types.pb.go", true),
        ("api/types_pb2.py", true),
        ("web/app.min.js", true),
        ("src/vendor.rs", false),
        ("src/lock.rs", false),
        ("tests/snapshots/a.snap", false),
        ("src/generated.rs", false),
        ("docs/Cargo.lock.md", false),
    ] {
        assert_eq!(policy.ignored.fit(&debtlint::facts::RepoPath::new(path.as_bytes())), ignored, "{path}");
    }
}
