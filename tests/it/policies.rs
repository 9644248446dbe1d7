//! Policies, valid and invalid.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use debtlint::config;
use debtlint::config::ConfigError;
use debtlint::config::Fault;
use debtlint::config::Loaded;
use debtlint::config::Source;
use debtlint::policy::BasisPoints;
use debtlint::policy::ExemptMatch;
use debtlint::policy::Kind;
use debtlint::policy::LabelMatch;
use debtlint::policy::LabelOutcome;
use debtlint::policy::Membership;
use debtlint::policy::Policy;
use debtlint::policy::PolicySource;
use debtlint::policy::Rank;
use miette::GraphicalReportHandler;
use miette::GraphicalTheme;
use miette::ThemeCharacters;
use miette::ThemeStyles;

/// Loads a policy whose `extends` finds its files in `tests/policies`.
pub(crate) fn load(name: &str, bytes: &[u8]) -> Result<Loaded, ConfigError> {
    let source = Source { name: name.into(), bytes };
    let read = |path: &str| match path {
        "files/refused.yml" => Err("it is a symbolic link".to_owned()),
        _ => Ok(fs::read(Path::new("tests/policies").join(path)).ok()),
    };
    config::load(Some((PolicySource::File { path: name.into() }, source)), &read)
}

/// The same from a file.
pub(crate) fn load_file(path: &Path) -> Result<Loaded, ConfigError> {
    load(path.file_name().unwrap().to_str().unwrap(), &fs::read(path).unwrap())
}

/// The same, as a floor under other policies.
pub(crate) fn load_floor(path: &Path) -> Result<Loaded, ConfigError> {
    let (name, bytes) = (path.file_name().unwrap().to_str().unwrap(), fs::read(path).unwrap());
    let source = Source { name: name.into(), bytes: &bytes };
    config::load_floor(PolicySource::File { path: name.into() }, source, &|_path| Ok(None))
}

/// The YAML files of a folder.
pub(crate) fn policies_in(folder: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "yml")).collect()
}

/// The message without colours, 100 columns wide.
pub(crate) fn render(error: &ConfigError) -> String {
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles: ThemeStyles::none() };
    let mut text = String::new();
    GraphicalReportHandler::new_themed(theme).with_width(100).render_report(&mut text, error).unwrap();
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn invalid_policies() {
    insta::glob!("../policies", "invalid/*.yml", |path| {
        insta::assert_snapshot!(render(&load_file(path).unwrap_err()));
    });
}

#[test]
fn valid_policies() {
    insta::glob!("../policies", "valid/*.yml", |path| {
        let loaded = load_file(path).unwrap_or_else(|error| panic!("{}", render(&error)));
        insta::assert_snapshot!(meaning(&loaded));
    });
}

#[test]
fn no_policy_is_the_default_policy() {
    insta::assert_snapshot!(meaning(&config::load(None, &|_| Ok(None)).unwrap()), @r"
    from Default, texts rules/default.yml, rules/debt-trailers.yml, rules/subject-tags.yml, rules/pull-request-labels.yml, rules/conventional-commits.yml, rules/gitmoji.yml, rules/bots.yml, rules/generated.yml
    sponsor None, window 91 days, DeveloperWeeks, Roster, MinimumEffort { people: 2, developer_week_hundredths: 200 }, Below
    team everyone, 10% at rules/default.yml:25:13
    labels of packs: 94
    exempt by packs: 68
    ignored by packs: 96
    ");
}

/// What a policy means, without the many rules of the packs.
fn meaning(loaded: &Loaded) -> String {
    let Policy { source, texts, sponsor, window_days, effort, attribution, minimum, fail_when, .. } = &loaded.policy;
    let Policy { teams, roster, labels, exempt, ignore, .. } = &loaded.policy;
    let mut text = String::new();
    let names = texts.iter().map(|text| text.name.as_ref()).collect::<Vec<_>>().join(", ");
    let source = match source {
        PolicySource::Default => "Default",
        PolicySource::Tree { path } | PolicySource::File { path } => path,
    };
    writeln!(text, "from {source}, texts {names}").unwrap();
    writeln!(
        text,
        "sponsor {sponsor:?}, window {window_days} days, {effort:?}, {attribution:?}, {minimum:?}, {fail_when:?}"
    )
    .unwrap();
    let Policy { requests_file, require_label, exempt_changes, .. } = &loaded.policy;
    if let Some((path, at)) = requests_file {
        writeln!(text, "labels of pull requests in {path} ({}:{})", at.line, at.column).unwrap();
    }
    if let Some(required) = require_label {
        writeln!(text, "labels required: {:?} ({}:{})", required.level, required.at.line, required.at.column).unwrap();
    }
    for rule in exempt_changes {
        writeln!(text, "exempt change {}: {:?}, {:?}, at most {:?}", rule.id, rule.matches, rule.reason, rule.at_most)
            .unwrap();
    }
    if loaded.policy.unproven_credit < BasisPoints::WHOLE {
        writeln!(text, "unproven credit {}", loaded.policy.unproven_credit).unwrap();
    }
    let markers = &loaded.policy.markers;
    if let Some(at) = &markers.flow_at {
        writeln!(text, "flow of markers {} ({}:{})", markers.flow.name(), at.line, at.column).unwrap();
    }
    for team in teams {
        let at = &team.allocation_at;
        let place = format!("{}:{}:{}", at.file, at.line, at.column);
        let lead = team.lead.as_deref().map(|lead| format!(", lead {lead}")).unwrap_or_default();
        writeln!(text, "team {}, {} at {place}{lead}", team.name, team.allocation.0).unwrap();
        let paths: Vec<_> = team.paths.iter().map(|(path, _)| path).collect();
        if !paths.is_empty() || !team.codeowners.is_empty() {
            let owners: Vec<_> = team.codeowners.iter().map(|(owner, _)| owner).collect();
            writeln!(text, "  owns {paths:?} {owners:?}").unwrap();
        }
    }
    let member = |membership: &Membership| {
        let day = |day: Option<debtlint::facts::Day>| day.map(|day| day.date().to_string()).unwrap_or_default();
        let team = &teams[membership.team.0].name;
        let Membership { part_time, from, until, at, .. } = membership;
        format!("{team} {}% {}..{} at {}:{}", part_time.get(), day(*from), day(*until), at.line, at.column)
    };
    for person in &roster.people {
        let memberships: Vec<_> = person.memberships.iter().map(member).collect();
        writeln!(text, "person {} {:?}: {}", person.name, person.addresses, memberships.join("; ")).unwrap();
    }
    for (pattern, membership) in &roster.patterns {
        writeln!(text, "pattern {}: {}", pattern.as_str(), member(membership)).unwrap();
    }
    for rule in labels.iter().filter(|rule| rule.rank == Rank::Own) {
        let source = match &rule.matches {
            LabelMatch::Path(paths) => format!("Path({})", paths.texts().join(" ")),
            other => format!("{other:?}"),
        };
        writeln!(text, "label {} at {}: {source} → {:?}", rule.id, rule.at.line, rule.outcome).unwrap();
    }
    for rule in exempt.iter().filter(|rule| rule.rank == Rank::Own) {
        let source = match &rule.matches {
            ExemptMatch::Path(paths) => format!("{} globs", paths.texts().len()),
            other => format!("{other:?}"),
        };
        writeln!(text, "exempt {}: {source} → {:?}", rule.id, rule.reason).unwrap();
    }
    for rule in ignore.iter().filter(|rule| rule.rank == Rank::Own) {
        writeln!(text, "ignore {}", rule.glob).unwrap();
    }
    writeln!(text, "labels of packs: {}", labels.iter().filter(|rule| rule.rank == Rank::Pack).count()).unwrap();
    writeln!(text, "exempt by packs: {}", exempt.iter().filter(|rule| rule.rank == Rank::Pack).count()).unwrap();
    writeln!(text, "ignored by packs: {}", ignore.iter().filter(|rule| rule.rank == Rank::Pack).count()).unwrap();
    for warning in &loaded.warnings {
        let at = warning.at.as_ref().unwrap();
        writeln!(text, "warning {} at {}: {}", warning.code, at.line, warning.message.expose()).unwrap();
    }
    text
}

/// Files that no editor writes, and what is too much.
fn odd_files() -> Vec<(&'static str, Vec<u8>, Fault)> {
    let utf16: Vec<u8> = "version: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rules = (0..201)
        .fold("version: 1\nlabels:\n".to_owned(), |text, n| text + &format!("- {{id: r{n}, type: x, kind: run}}\n"));
    let globs = (0..201).fold("version: 1\nignore:\n".to_owned(), |text, n| text + &format!("- g{n}\n"));
    vec![
        ("UTF-16 without a mark", utf16.clone(), Fault::NotUtf8),
        ("UTF-16 with a mark", [&[0xff, 0xfe], utf16.as_slice()].concat(), Fault::NotUtf8),
        ("Latin-1", b"version: 1\n# caf\xe9\n".to_vec(), Fault::NotUtf8),
        ("NUL", b"version: 1\nsponsor: a\0b@example.com\n".to_vec(), Fault::ControlCharacter),
        ("ESC in a comment", b"version: 1 # \x1b[2J\n".to_vec(), Fault::ControlCharacter),
        ("bidi in a comment", "version: 1 # \u{202e}\n".into(), Fault::ControlCharacter),
        ("over 1 MiB", [b"version: 1\n#".to_vec(), vec![b'x'; 1 << 20]].concat(), Fault::FileTooLarge),
        ("100,000 brackets", format!("version: {}", "[".repeat(100_000)).into(), Fault::YamlSyntax),
        ("100,000 nested items", "- ".repeat(100_000).into(), Fault::YamlSyntax),
        ("too many values", format!("a: [{}]", "1,".repeat(120_000)).into(), Fault::FileTooLarge),
        ("many aliases", format!("a: &a 1\nb: [{}]", "*a,".repeat(90_000)).into(), Fault::AnchorOrAlias),
        ("201 label rules", rules.into(), Fault::TooManyEntries),
        ("201 globs", globs.into(), Fault::TooManyEntries),
        (
            "17 files",
            format!("version: 1\nextends: [{}]", (0..17).map(|n| format!("f{n}.yml,")).collect::<String>()).into(),
            Fault::ExtendsTooFar,
        ),
        (
            "a long regular expression",
            format!("version: 1\nlabels: [{{id: a, subject: {}, kind: run}}]", "x".repeat(513)).into(),
            Fault::BadPattern,
        ),
        ("nothing", Vec::new(), Fault::EmptyFile),
    ]
}

#[test]
fn odd_files_are_refused_in_short_words() {
    for (what, bytes, fault) in odd_files() {
        let error = load("p.yml", &bytes).unwrap_err();
        let text = render(&error);
        assert!(error.problems().iter().any(|problem| problem.fault() == fault), "{what}: {text}");
        assert!(text.len() < 40_000, "{what}: {} bytes of message", text.len());
        assert!(!text.contains(['\0', '\u{1b}', '\u{202e}']), "{what}: {text}");
    }
}

#[test]
fn every_fault_has_a_policy_that_shows_it() {
    let mut seen: BTreeSet<Fault> = odd_files().into_iter().map(|(_, _, fault)| fault).collect();
    for path in policies_in("tests/policies/invalid") {
        seen.extend(load_file(&path).unwrap_err().problems().iter().map(|problem| problem.fault()));
    }
    let missing: Vec<_> = Fault::ALL.iter().filter(|fault| !seen.contains(fault)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_fixture_of_another_system_still_is_one() {
    let bytes = fs::read("tests/policies/valid/crlf.yml").unwrap();
    assert!(bytes.starts_with(b"\xef\xbb\xbfversion: 1\r\n"));
}

#[test]
fn places_are_those_of_the_text() {
    let text = "version: 1\nteams:\n  größe: { members: [a@example.com], allocation: 25% }\n";
    let policy = load("p.yml", text.as_bytes()).unwrap().policy;
    let at = &policy.teams[0].allocation_at;
    assert_eq!((&text[at.span.clone()], at.line, at.column), ("25%", 3, 50));
    assert_eq!(policy.text_at(at).unwrap().text.as_ref(), text);
    let at = &policy.teams[0].at;
    assert_eq!((&text[at.span.clone()], at.line, at.column), ("größe", 3, 3));
}

#[test]
fn every_place_of_a_policy_lies_in_one_of_its_texts() {
    for text in ["version: 1\nextends: []", "version: 1", "version: 1\nextends: [bots]\nallocation: 5%"] {
        let policy = load("p.yml", text.as_bytes()).unwrap().policy;
        let places = policy.labels.iter().map(|rule| &rule.at).chain(policy.exempt.iter().map(|rule| &rule.at));
        for at in places
            .chain(policy.ignore.iter().map(|rule| &rule.at))
            .chain(policy.teams.iter().map(|team| &team.allocation_at))
        {
            assert!(
                policy.text_at(at).unwrap().text.get(at.span.clone()).is_some_and(|part| !part.is_empty()),
                "{at:?}"
            );
        }
    }
}

#[test]
fn a_rule_of_the_policy_replaces_that_of_a_pack() {
    let text = "version: 1\nlabels: [{ id: type-paydown, type: refactor, kind: other }]";
    let policy = load("p.yml", text.as_bytes()).unwrap().policy;
    let rules: Vec<_> = policy.labels.iter().filter(|rule| &*rule.id == "type-paydown").collect();
    assert!(matches!(rules[..], [rule] if rule.rank == Rank::Own && rule.outcome == LabelOutcome::Kind(Kind::Other)));
    assert_eq!(&*policy.labels[0].id, "type-paydown");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        cases: 200, failure_persistence: None, ..proptest::test_runner::Config::default()
    })]

    /// Whatever is cut out of a policy, put into it or doubled: it is read or refused, every place lies in its file, and
    /// the message can be drawn.
    #[test]
    fn no_text_is_too_odd(cut in 0..1_800_usize, length in 0..40_usize, put in "[-:#&*!|>'\"%@`{}\\[\\],? \t\r\na0~<é\u{1f600}\u{7f}]{0,8}") {
        let mut bytes = fs::read("tests/policies/valid/everything.yml").unwrap();
        let cut = cut.min(bytes.len());
        let end = (cut + length).min(bytes.len());
        bytes.splice(cut..end, put.bytes());
        if let Err(error) = load("p.yml", &bytes) {
            for at in error.problems().iter().filter_map(|problem| problem.at()) {
                proptest::prop_assert!(at.file.as_ref() != "p.yml" || at.span.end <= bytes.len());
                proptest::prop_assert!(at.line >= 1 && at.column >= 1);
            }
            proptest::prop_assert!(render(&error).contains("cannot be used"));
        }
    }
}
