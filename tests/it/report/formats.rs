//! The report for other programs.

use std::collections::BTreeSet;

use debtlint::facts::RepoPath;
use debtlint::facts::Untrusted;
use debtlint::finding::Code;
use debtlint::finding::Level;
use debtlint::finding::TreePlace;
use debtlint::policy::PolicySource;
use debtlint::policy::Shadow;
use debtlint::report::InShadow;
use debtlint::report::NamedFile;
use debtlint::report::Report;
use debtlint::report::formats;
use debtlint::report::formats::Format;
use debtlint::report::json::Items;
use debtlint::report::sink::Sink;
use debtlint::report::text::View;

use super::fixtures;
use super::fixtures::BILLING;
use super::fixtures::PAYMENTS;
use super::fixtures::Row;
use super::fixtures::SEARCH;

fn written(report: &Report, format: Format) -> String {
    let mut bytes = Vec::new();
    let view = View { width: 80, sink: Sink::CommandLog };
    formats::write(report, format, Items::Listed, view, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Something of each level, in the policy, in the tree, and nowhere.
fn eventful() -> Report {
    let mut report = fixtures::report(&[PAYMENTS, SEARCH, BILLING], 12);
    report.policy.source = PolicySource::Tree { path: ".debtlint.yml".into() };
    let place = TreePlace { path: RepoPath::new(*b"src/a b/\xff,%.rs"), line: 7, column: 3, byte_column: 5 };
    let about =
        fixtures::finding(Code::MalformedCommit, Level::Warning, "5 commits have 100%\na malformed object", "look");
    report.findings.push(about.found_at(place).keyed("one"));
    report.findings.push(fixtures::finding(Code::CreditUndone, Level::Note, "a change was undone", ""));
    report
}

#[test]
fn each_format_of_one_report() {
    for format in Format::ALL.into_iter().filter(|format| !matches!(format, Format::Text | Format::Json)) {
        let text = written(&eventful(), format);
        // How the page looks is another matter.
        let text = text.split_once("<body").map_or(text.as_str(), |(_head, body)| body);
        insta::assert_snapshot!(format!("format_{}", format.name()), text);
    }
}

/// What GitHub would refuse is left out, and said.
#[test]
fn findings_that_do_not_fit_into_a_run_are_counted() {
    let with = |count: usize| {
        let mut report = eventful();
        let finding = fixtures::finding(Code::CreditUndone, Level::Note, "a change was undone", "");
        report.findings = vec![finding; count];
        let log: serde_json::Value = serde_json::from_str(&written(&report, Format::Sarif)).unwrap();
        let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
        (log["runs"][0]["results"].as_array().unwrap().len(), said.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(with(25_000), (25_000, String::new()));
    let (count, said) = with(25_002);
    assert!(count == 25_000 && said.starts_with("2 more findings are left out: "), "{count} {said}");
}

/// A column is counted in characters for one reader, in bytes for another.
#[test]
fn columns_are_what_each_reader_counts() {
    let report = eventful();
    let json = |format| -> serde_json::Value { serde_json::from_str(&written(&report, format)).unwrap() };
    let rdjson = json(Format::Rdjson);
    let places = rdjson["diagnostics"].as_array().unwrap().iter().map(|told| &told["location"]["range"]["start"]);
    assert_eq!(places.filter(|at| at["line"] == 7 && at["column"] == 5).count(), 1, "{rdjson}");
    let sarif = json(Format::Sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap().iter();
    let places = results.map(|told| &told["locations"][0]["physicalLocation"]["region"]);
    assert_eq!(places.filter(|at| at["startLine"] == 7 && at["startColumn"] == 3).count(), 1, "{sarif}");
}

/// A summary may be all that somebody sees of a run.
#[test]
fn a_summary_names_the_commits_of_a_finding() {
    let text = written(&eventful(), Format::Markdown);
    let ids = [11, 12, 13].map(|number| fixtures::id(number).short()).join(", ");
    let line = text.lines().find(|line| line.contains("a change was undone")).unwrap();
    assert!(line.contains(&format!("a change was undone ({ids} and 2 more)")), "{line}");
}

/// The report of a policy that is only tried out.
fn tried_out(mut report: Report) -> Report {
    let failing = report.findings.iter_mut().filter_map(|finding| finding.spare().then_some(())).count();
    report.shadow = Some(InShadow { why: Shadow::Open, failing: u64::try_from(failing).unwrap() });
    report
}

/// The first sign of a summary says no more than the words behind it: a tick is for what was judged and meets.
#[test]
fn a_summary_shows_a_tick_only_for_what_meets() {
    let tried_out = |row| tried_out(fixtures::report(&[row], 0));
    let mut unborn = fixtures::report(&[BILLING], 0);
    unborn.subject.revision = None;
    unborn.subject.trusted = None;
    for (report, said, beginning) in [
        (fixtures::report(&[SEARCH], 0), 2, "**✅ search meets its allocation."),
        (fixtures::report(&[PAYMENTS], 0), 2, "**❌ payments is short of its allocation:"),
        (fixtures::report(&[BILLING], 0), 2, "**⚪ Not enough work in the window"),
        (unborn, 2, "**⚪ The branch has no commit yet"),
        (tried_out(PAYMENTS), 2, "**⚠️ payments is short of its allocation:"),
        (tried_out(PAYMENTS), 2, "**⚠️ Shadow mode: nothing is enforced (enforce: false); 1 finding would have failed"),
        (tried_out(SEARCH), 2, "**⚠️ Shadow mode: nothing is enforced (enforce: false); nothing would have failed"),
    ] {
        let text = written(&report, Format::Markdown);
        assert_eq!(text.lines().filter(|line| line.starts_with(beginning)).count(), said, "{beginning}\n{text}");
    }
}

/// Nothing stands above a headline.
#[test]
fn a_summary_points_to_nothing_above_it() {
    let mut report = fixtures::report(&[SEARCH], 0);
    report.findings.push(fixtures::finding(Code::WaiverExpired, Level::Error, "a waiver is over", ""));
    let text = written(&report, Format::Markdown);
    assert_eq!(text.matches("**❌ No team is short, but 1 finding fails.**").count(), 2, "{text}");
    assert!(!text.contains("above"), "{text}");
}

/// What would fail is a warning there, and looks like one.
#[test]
fn annotations_say_that_nothing_is_enforced() {
    let report = fixtures::report(&[PAYMENTS], 0);
    let says = "Shadow mode: nothing is enforced (enforce: false); 1 finding would have failed this run.";
    let both = |report: &Report| [Format::Github, Format::Azure].map(|format| written(report, format));
    assert!(both(&report).iter().all(|text| !text.contains("Shadow mode")));
    let mut report = tried_out(report);
    let [github, azure] = both(&report);
    assert_eq!(github.lines().next(), Some(format!("::notice title=debtlint%3A shadow mode::{says}").as_str()));
    assert_eq!(
        azure.lines().next(),
        Some(format!("##vso[task.logissue type=warning]{}", says.replace(';', "%3B")).as_str())
    );
    // It is one of the ten notices that are shown.
    for at in 0..20 {
        report.findings.push(fixtures::finding(Code::CreditUndone, Level::Note, &format!("finding {at}"), ""));
    }
    let notices = written(&report, Format::Github);
    assert_eq!(notices.lines().filter(|line| line.starts_with("::notice ")).count(), 10, "{notices}");
    assert!(notices.contains("::12 more notes in the summary"), "{notices}");
    // Where nothing would have failed there is nothing that the log should warn of.
    report.shadow = Some(InShadow { why: Shadow::Open, failing: 0 });
    assert!(!written(&report, Format::Azure).contains("Shadow mode"));
}

/// Whoever looks at a badge never sees the report, and rows of many repositories are read side by side.
#[test]
fn figures_say_that_nothing_is_enforced() {
    let message = |report: &Report| {
        let badge: serde_json::Value = serde_json::from_str(&written(report, Format::Badge)).unwrap();
        badge["message"].as_str().unwrap().to_owned()
    };
    let enforced = |report: &Report| {
        let rows = written(report, Format::Csv);
        let rows: Vec<_> = rows.lines().map(|row| row.rsplit(',').next().unwrap().to_owned()).collect();
        assert_eq!(rows[0], "\"enforced\"");
        rows[1..].to_vec()
    };
    let all = fixtures::report(&[PAYMENTS, SEARCH], 0);
    assert_eq!((message(&all), enforced(&all)), ("1 of 2 teams".to_owned(), vec!["\"true\"".to_owned(); 2]));
    let all = tried_out(all);
    assert_eq!(message(&all), "1 of 2 teams, not enforced");
    assert_eq!(enforced(&all), ["\"false\"", "\"false\""]);
    assert_eq!(message(&tried_out(fixtures::report(&[SEARCH], 0))), "30.0%, not enforced");
    assert_eq!(message(&tried_out(fixtures::report(&[BILLING], 0))), "not enough work");
}

#[test]
fn a_badge_has_the_colour_of_what_it_says() {
    for (report, colour) in [
        (fixtures::report(&[PAYMENTS, SEARCH], 0), "red"),
        (fixtures::report(&[SEARCH, BILLING], 0), "brightgreen"),
        (fixtures::report(&[BILLING], 0), "lightgrey"),
        (tried_out(fixtures::report(&[PAYMENTS, SEARCH], 0)), "yellow"),
        (tried_out(fixtures::report(&[SEARCH], 0)), "brightgreen"),
    ] {
        let badge: serde_json::Value = serde_json::from_str(&written(&report, Format::Badge)).unwrap();
        assert_eq!(badge["color"], colour, "{badge}");
    }
}

/// A host shows one finding here and one there: each that would have failed says so, and no other does.
#[test]
fn findings_that_are_shown_one_by_one_say_that_nothing_is_enforced() {
    let all = "Shadow mode: nothing is enforced (enforce: false); 1 finding would have failed this run.";
    let one = "Shadow mode: nothing is enforced (enforce: false); this would have failed the run.";
    let report = tried_out(eventful());
    for (format, in_all, in_each) in
        [(Format::Sarif, 1, 1), (Format::Gitlab, 0, 1), (Format::Rdjson, 0, 1), (Format::Junit, 2, 1)]
    {
        let (enforced, shadow) = (written(&eventful(), format), written(&report, format));
        assert!(!enforced.contains("Shadow mode"), "{format:?}\n{enforced}");
        assert_eq!(
            (shadow.matches(all).count(), shadow.matches(one).count()),
            (in_all, in_each),
            "{format:?}\n{shadow}"
        );
    }
    // It fails nothing, and did not succeed either.
    let suite = written(&report, Format::Junit);
    assert!(suite.contains(r#"tests="5" skipped="2" errors="0" failures="0""#), "{suite}");
    assert!(suite.contains(&format!("<skipped message=\"{one}\"/>")), "{suite}");
    assert!(suite.contains(&format!("<property name=\"shadow\" value=\"{all}\"/>")), "{suite}");
    let mut long = tried_out(eventful());
    long.findings[0].message = Untrusted::new("a ".repeat(400));
    assert!(written(&long, Format::Sarif).contains(one), "the help is cut first");
}

#[test]
fn items_come_a_line_each_and_fit_their_schema() {
    let text = written(&fixtures::with_items(), Format::Ndjson);
    let validator = jsonschema::validator_for(&debtlint::report::json::line_schema()).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), fixtures::with_items().items.len());
    for line in lines {
        let errors: Vec<_> = validator.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn annotations_stay_within_what_is_shown() {
    for (findings, commands) in [(0_usize, 0), (1, 1), (10, 10), (11, 10), (500, 10)] {
        let mut report = fixtures::report(&[SEARCH], 0);
        for at in 0..findings {
            report.findings.push(fixtures::finding(
                Code::MalformedCommit,
                Level::Warning,
                &format!("finding {at}"),
                "",
            ));
        }
        let text = written(&report, Format::Github);
        assert_eq!(text.lines().count(), commands, "{findings}");
        let rest = findings.saturating_sub(9);
        assert_eq!(text.contains(&format!("::{rest} more warnings in the summary")), findings > 10, "{text}");
    }
}

#[test]
fn fingerprints_know_neither_lines_nor_figures_nor_order() {
    let prints = |report: &Report| -> BTreeSet<String> {
        let issues: serde_json::Value = serde_json::from_str(&written(report, Format::Gitlab)).unwrap();
        let all: Vec<_> =
            issues.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect();
        let distinct: BTreeSet<_> = all.iter().cloned().collect();
        assert_eq!(all.len(), distinct.len(), "each has its own");
        distinct
    };
    let before = prints(&eventful());
    let mut later = eventful();
    for finding in &mut later.findings {
        finding.message = Untrusted::new(format!("{} today", finding.message.expose()));
        if let Some(found) = &mut finding.found {
            found.line += 40;
        }
        if let Some(at) = &mut finding.at {
            at.line += 40;
        }
    }
    later.findings.reverse();
    assert_eq!(before, prints(&later));
    let mut other = eventful();
    other.findings[0].team = Some("another".to_owned());
    assert_ne!(before, prints(&other));
}

#[test]
fn a_summary_is_never_too_large_and_says_its_verdict_twice() {
    let mut report = fixtures::report(&[PAYMENTS], 0);
    for _ in 0..5_000 {
        report.findings.push(fixtures::finding(Code::MalformedCommit, Level::Warning, &"| <b> @all ".repeat(50), "x"));
    }
    let text = written(&report, Format::Markdown);
    assert!(text.len() < 65_536, "{}", text.len());
    assert_eq!(text.matches("**❌ payments is short").count(), 2);
    assert!(text.contains("more findings are left out here"));
}

/// Where not all has room, those that fail come first, and how it was judged stays.
#[test]
fn a_summary_of_thousands_of_teams_shows_the_first_of_all() {
    let met = || Row { name: "a-team-that-meets-its-allocation", ..SEARCH };
    let rows: Vec<Row> = (0..2_000).map(|at| if at % 100 == 99 { PAYMENTS } else { met() }).collect();
    let text = written(&fixtures::report(&rows, 0), Format::Markdown);
    assert!(text.len() < 60_000, "{}", text.len());
    let begins = |beginning: &str| text.lines().filter(|line| line.starts_with(beginning)).count();
    assert_eq!(begins("| payments | short "), 20, "{text}");
    let shown = begins("| a&#45;team") + begins("| a-team");
    assert!(shown > 200, "{shown}");
    assert_eq!(begins("| ❌ error | payments is short"), 20);
    for part in ["What the work was", "How it was judged", "more teams are left out", "- Revision: "] {
        assert!(text.contains(part), "{part}");
    }
    // A table keeps its rows together.
    assert!(!text.contains("|\n\n|--"), "{text}");
}

#[test]
fn a_policy_outside_of_the_repository_is_shown_where_a_host_finds_a_file() {
    for (in_tree, shown) in
        [(Some("conf/debt.yml"), "file=conf/debt.yml,line=6,col=17"), (None, "file=.debtlint.yml,line=1,col=1")]
    {
        let mut report = fixtures::report(&[PAYMENTS], 0);
        report.policy.source = PolicySource::File { path: ".debtlint.yml".into() };
        report.subject.named = Some(NamedFile { by: "--config", in_tree: in_tree.map(str::to_owned) });
        assert!(written(&report, Format::Github).contains(shown), "{in_tree:?}");
    }
    // Nor has the repository a file of a pack that ships.
    let mut report = eventful();
    report.findings[0].at.as_mut().unwrap().file = "rules/default.yml".into();
    assert!(written(&report, Format::Github).contains("file=.debtlint.yml,line=1,col=1"));
}
