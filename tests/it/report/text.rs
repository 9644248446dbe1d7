//! The terminal's text.

use debtlint::facts::Untrusted;
use debtlint::finding::Code;
use debtlint::finding::Level;
use debtlint::report::Report;
use debtlint::report::json::Items;
use debtlint::report::sink::Sink;
use debtlint::report::text;
use debtlint::report::text::View;
use debtlint::verdict::Standing;

use super::fixtures;
use super::fixtures::BILLING;
use super::fixtures::PAYMENTS;
use super::fixtures::Row;
use super::fixtures::SEARCH;

fn coloured(report: &Report, width: usize) -> String {
    text::render(report, Items::Omitted, View { width, sink: Sink::Terminal })
}

fn plain(report: &Report, width: usize) -> String {
    anstream::adapter::strip_str(&coloured(report, width)).to_string()
}

fn three_teams() -> Report {
    let mut report = fixtures::report(&[SEARCH, PAYMENTS, BILLING], 12);
    report.findings.push(fixtures::finding(
        Code::ContradictingLabels,
        Level::Warning,
        "5 commits carry labels that contradict each other, so that they are not counted as paydown",
        "Keep one of them",
    ));
    report.findings.push(fixtures::finding(Code::MeasuresDisagree, Level::Note, "lines say 3%, weeks 14%", ""));
    report.subject.overrides = vec![("window", "13w".to_owned())];
    report
}

#[test]
fn a_short_team_at_80_columns() {
    insta::assert_snapshot!(plain(&three_teams(), 80));
}

#[test]
fn a_short_team_at_120_columns() {
    insta::assert_snapshot!(plain(&three_teams(), 120));
}

#[test]
fn a_short_team_in_colour() {
    insta::assert_snapshot!(coloured(&three_teams(), 100).replace('\x1b', "␛"));
}

#[test]
fn a_narrow_terminal() {
    insta::assert_snapshot!(plain(&three_teams(), 40));
}

#[test]
fn all_met() {
    insta::assert_snapshot!(plain(&fixtures::report(&[SEARCH], 0), 80));
}

#[test]
fn not_enough_work() {
    insta::assert_snapshot!(plain(&fixtures::report(&[BILLING], 0), 80));
}

#[test]
fn an_empty_window() {
    let nothing = Row { paydown: 0, other: [0; 4], standing: Standing::NotEnoughWork, ..SEARCH };
    insta::assert_snapshot!(plain(&fixtures::report(&[nothing], 0), 80));
}

#[test]
fn teams_that_are_short_of_one_line() {
    let mut report = fixtures::report(&[PAYMENTS, Row { name: "web", ..PAYMENTS }], 0);
    let at = report.findings[0].at.clone();
    report.findings[1].at = at;
    let text = plain(&report, 80);
    assert_eq!(text.matches("allocation-short").count(), 1);
    insta::assert_snapshot!(text.split_once("allocation-short").unwrap().1);
}

/// Whoever reads that something fails wants to know which commits brought it.
#[test]
fn an_error_with_a_line_of_the_policy_names_its_commits() {
    let mut report = fixtures::report(&[SEARCH], 0);
    let at = report.policy.teams[0].allocation_at.clone();
    let about = |level| fixtures::finding(Code::PolicyLoosened, level, "the allocation is lowered to 5%", "");
    report.findings.push(about(Level::Error).at(at.clone()).beside(at, "what the change makes of it"));
    report.findings.push(about(Level::Error));
    let text = plain(&report, 100);
    let ids = [11, 12, 13].map(|number| fixtures::id(number).short()).join(", ");
    let said = format!("the allocation is lowered to 5% [{ids} and 2 more]");
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
    assert_eq!(flat.matches(&said).count(), 2, "{text}");
}

#[test]
fn two_hundred_teams() {
    let rows: Vec<Row> = (0..200)
        .map(|at| match at % 10 {
            0 => Row { name: "a-team-with-a-rather-long-name", ..PAYMENTS },
            _ => SEARCH,
        })
        .collect();
    let text = plain(&fixtures::report(&rows, 0), 100);
    // One line a team, the ten first that are short in full, and no table that repeats all of them.
    assert!(text.lines().count() < 400, "{}", text.lines().count());
    assert_eq!(text.matches("allocation-short").count(), 10);
    assert!(text.contains("and 10 more of the kind"), "{text}");
    assert!(
        text.ends_with(
            "✗ 20 of 200 teams are short of their allocations: a-team-with-a-rather-long-name,\n\
         a-team-with-a-rather-long-name, a-team-with-a-rather-long-name and 17 more.\n"
        ),
        "{text}"
    );
}

#[test]
fn what_others_wrote_cannot_steer_the_terminal() {
    let mut report = three_teams();
    let evil = "\x1b]0;owned\x07\u{202e}::error::x ##[stop-commands]";
    report.subject.repository = Untrusted::new(evil);
    report.subject.revision_name = Untrusted::new(evil);
    report.policy.teams[0].name = evil.to_owned();
    report.policy.sponsor = Some(evil.to_owned());
    let policy = report.policy.texts[0].text.replace("version: 1", &format!("# {evil}"));
    report.policy.texts[0].text = policy.into();
    for finding in &mut report.findings {
        finding.message = Untrusted::new(evil);
        finding.help = Some(Untrusted::new(evil));
    }
    let view = View { width: 80, sink: Sink::CommandLog };
    let text = anstream::adapter::strip_str(&text::render(&report, Items::Omitted, view)).to_string();
    assert!(!text.contains(['\x1b', '\x07', '\u{202e}']), "{text}");
    assert!(!text.contains("##[") && !text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
}

#[test]
fn what_is_not_shown_is_not_explained() {
    let is_explained = |report: &Report, width| plain(report, width).contains("Range: nine in ten");
    // The range may decide: it is there at every width.
    for width in 30..=130 {
        let text = plain(&three_teams(), width);
        assert!(text.contains("  Range\n") || text.contains("  range "), "{width}: {text}");
        assert!(is_explained(&three_teams(), width), "{text}");
    }
    let nothing = Row { paydown: 0, other: [0; 4], standing: Standing::NotEnoughWork, ..SEARCH };
    assert!(!is_explained(&fixtures::report(&[nothing], 0), 80));
}

/// What there is room for, from rich to poor; nothing is left out but the bar.
#[test]
fn the_first_table_loses_its_bar_and_then_its_columns() {
    let rows = [PAYMENTS, Row { name: "billing-and-invoices", ..BILLING }];
    let table = |width: usize| {
        let text = plain(&fixtures::report(&rows, 12), width);
        let (_, table) = text.split_once("Teams, in developer-weeks\n").unwrap();
        table.split_once("  Missing: ").unwrap().0.to_owned()
    };
    let bar = |width| table(width).matches(['━', '─', '╸']).count();
    assert_eq!([120, 98, 95, 94, 93, 92, 88, 87].map(bar), [20, 12, 12, 8, 8, 0, 0, 0]);
    let is_table = |width| table(width).lines().next().unwrap().trim_end().ends_with("Range");
    assert_eq!([120, 92, 89, 88, 87, 60].map(is_table), [true, true, true, true, false, false]);
    for width in [88, 87, 40] {
        let told: Vec<String> =
            table(width).lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for part in ["payments short", "14.0% of 25%", "9–21%", "not-enough-work", "(no team)", "1.2"] {
            assert!(told.iter().any(|line| line.contains(part)), "{width} {part}: {told:#?}");
        }
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    use unicode_width::UnicodeWidthStr as _;
    // But for the piece of a policy that a caret points into.
    let is_code = |line: &&str| line.contains(['│', '╭', '╰', '·']);
    for (width, items) in [40, 60, 72, 80, 100, 120, 200]
        .into_iter()
        .flat_map(|width| [Items::Omitted, Items::Listed].map(|items| (width, items)))
    {
        let text = text::render(&three_teams(), items, View { width, sink: Sink::Terminal });
        let text = anstream::adapter::strip_str(&text).to_string();
        for line in text.lines().filter(|line| width > 72 || !is_code(line)) {
            assert!(line.width() <= width, "{} > {width}: {line}\n{text}", line.width());
        }
    }
}

/// The name of a fourth takes no more room than that there is one.
#[test]
fn of_many_short_teams_the_first_are_named() {
    let named = |names: &[&'static str]| {
        let rows: Vec<Row> = names.iter().map(|name| Row { name, ..PAYMENTS }).collect();
        plain(&fixtures::report(&rows, 0), 100)
    };
    for (names, says) in [
        (&["a", "b", "c", "d"][..], "4 of 4 teams are short of their allocations: a, b, c, d.\n"),
        (&["a", "b", "c", "d", "e"], "5 of 5 teams are short of their allocations: a, b, c and 2 more.\n"),
    ] {
        let text = named(names);
        assert!(text.ends_with(says), "{text}");
    }
}

#[test]
fn what_the_exit_code_hides_is_said() {
    for (row, is_hidden) in [(PAYMENTS, true), (SEARCH, false)] {
        let mut report = fixtures::report(&[row], 0);
        report.subject.overrides.push(("exit-zero", String::new()));
        let text = plain(&report, 100).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(text.ends_with("--exit-zero hides that from the exit code."), is_hidden, "{text}");
    }
}

#[test]
fn what_mends_several_findings_is_said_once() {
    for (findings, more) in [(10, 0), (11, 1)] {
        let mut report = fixtures::report(&[SEARCH], 0);
        for number in 0..findings {
            let message = format!("finding {number}");
            report.findings.push(fixtures::finding(Code::MalformedCommit, Level::Warning, &message, "look at it"));
        }
        let text = plain(&report, 100);
        assert_eq!(text.matches("look at it").count(), 1, "{text}");
        assert_eq!(text.contains(&format!("and {more} more of the kind")), more > 0, "{text}");
        assert!(!text.contains("and 0 more"), "{text}");
    }
}
