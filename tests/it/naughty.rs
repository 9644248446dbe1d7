//! Text that means harm, through every format: each is read as its consumer reads it.
//!
//! A new format is a line in [`FORMATS`], and a function that says what its consumer must not come upon.

use serde_json::Value;

use crate::support::History;
use crate::support::Room;

/// How a format is asked for, and what must hold of all that it says: `Err` is what its consumer would fall for.
type Format = (&'static str, fn(&str) -> Result<(), String>);

const FORMATS: [Format; 2] = [("text", terminal), ("json", json)];

/// What somebody might write into names, subjects and paths.
const NAUGHTY: [&str; 44] = [
    // Commands of build services.
    "::error file=a,line=1::boo",
    "  ::set-output name=x::y",
    "::stop-commands::token",
    "x ##[add-mask]debt",
    "##[group]gone",
    "##vso[task.complete result=Succeeded;]done",
    "##teamcity[testFailed name='x']",
    "a\n::warning::line",
    "a\r::warning::return",
    "a\r\n##[error]both",
    // Line separators.
    "a\u{b}b\u{c}c",
    "a\u{85}::error::nel",
    "a\u{2028}::error::b\u{2029}c",
    // Escapes of terminals.
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}[2J\u{1b}[1;1Hcleared",
    "\u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}P+q\u{1b}\\",
    "\u{9b}31m\u{9d}0;title\u{9c}",
    "a\u{8}\u{8}b\u{7f}\u{7}",
    // What is not seen, or seen elsewhere.
    "\u{202e}gnp.exe\u{202c}",
    "\u{2066}a\u{2069}\u{200f}",
    "zero\u{200b}width\u{200d}\u{2060}\u{feff}",
    "so\u{ad}ft \u{e0041}\u{e0042} tags",
    "\u{3164}filler\u{115f}",
    "combining z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
    // Markdown and HTML.
    "| cell | `code` | **bold** |",
    "``` fence",
    "[link](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "@everyone fixes #1 closes GH-2",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></style></script><!--",
    "&lt;b&gt; &#x3c;b&#x3e; &amp;",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    // Formulas.
    "=HYPERLINK(\"https://evil.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    // Quotes, paths and format strings.
    "'; DROP TABLE commits;-- \\\" \\\\ \\u0041",
    "../../etc/passwd %s%n%x %0a%0d {0} {}",
    "ünïcödé 日本語 🎉 ⚠️",
];

/// A branch may be called so: git forbids blanks, `:`, `[` and the controls of ASCII.
const HEAD: &str = "##n\u{202e}\u{85}|<b>`x`";

/// A past in which everything is naughty that may be; subjects, authors, paths, trailers, a team, a branch.
fn past() -> (History, String) {
    let mut commits = Vec::new();
    let policy = "version: 1\nextends: [conventional-commits, debt-trailers, bots]\nallocation: 50%\n\
                  minimum-effort: { people: 1, developer-weeks: 0.1 }\n";
    for (number, text) in NAUGHTY.iter().chain([&"long ".repeat(2_000).as_str(), &""]).enumerate() {
        let hour = format!("2026-01-{:02}T{:02}:00:00Z", 5 + number / 20, number % 20);
        // A name ends with a line or an angle bracket.
        let name: String = text.chars().map(|c| if matches!(c, '\n' | '\0' | '<' | '>') { ' ' } else { c }).collect();
        let path = text.replace(['/', '\0'], "_");
        let path = if path.is_empty() || path.len() > 4_000 { "plain".to_owned() } else { path };
        let mut step = serde_json::json!({
            "at": hour,
            "by": format!("{name} <{number}{}@x.example>", name.replace(' ', "")),
            "say": format!("{}{text}\n\n{text}\n\nDebt: {text}", if number % 2 == 0 { "feat: " } else { "" }),
            "touch": [format!("d/{path}")],
            "on": if number < 30 { "main" } else { "topic" },
        });
        if number == 30 {
            step["from"] = "main".into();
        }
        commits.push(step);
    }
    // Bytes that are no UTF-8, and a NUL.
    let raw = "tree ${tree}\nparent ${parent}\nauthor \u{ff}\u{1b}[31m <\u{fe}@x> 1768000000 +0000\n\
               committer A <a@x> 1768000000 +0000\n\n::error::\u{ff}\u{0}::\n";
    commits.push(serde_json::json!({ "on": "topic", "touch": ["\u{1b}]0;x"], "raw": raw }));
    let team = serde_json::json!({ "::error::<b>|`x`": { "paths": ["*"], "members": ["*@x.example"] } });
    (
        serde_json::from_value(serde_json::json!({ "commits": commits, "branches": { HEAD: "topic" } })).unwrap(),
        format!("{policy}teams: {team}\n"),
    )
}

#[test]
fn naughty_text_goes_through_every_format() {
    let (history, policy) = past();
    let (room, _) = Room::with_past(&history);
    room.put("policy.yml", &policy);
    let base = ["check", "past.git", "--config", "policy.yml", "--items"];
    let runs: [&[&str]; 2] = [&["--rev", "topic"], &["--base", "main", "--head", HEAD]];
    for (format, harmless) in FORMATS {
        for run in runs {
            for variables in [&[][..], &[("GITHUB_ACTIONS", "true")]] {
                let line = [&base[..], &["--format", format], run].concat();
                let told = room.debtlint_with(&line, variables);
                assert_eq!(told.status, Some(1), "{line:?}: {told}");
                assert!(told.stdout.contains("ünïcödé"), "{format} shows the corpus: {}", told.stdout);
                for output in [&told.stdout, &told.stderr] {
                    harmless(output).unwrap_or_else(|harm| panic!("{format} {run:?}: {harm}"));
                    if !variables.is_empty() {
                        build_log(output).unwrap_or_else(|harm| panic!("{format} {run:?} in a build: {harm}"));
                    }
                }
            }
        }
    }
}

#[test]
fn the_models_fall_for_harm() {
    for (model, harm) in [
        (terminal as fn(&str) -> Result<(), String>, "\u{1b}[31m"),
        (terminal, "a\u{202e}b"),
        (terminal, "a\u{85}b"),
        (terminal, "a\rb"),
        (build_log, "a\n \t::error::b"),
        (build_log, "x ##[group]y"),
        (build_log, "x ##vso[task]y"),
        (json, "{\"a\": \"\u{200b}\"}"),
        (json, "{"),
    ] {
        assert!(model(harm).is_err(), "{harm:?}");
    }
}

/// A terminal without colours: nothing steers it, nothing hides, lines end with a line feed only.
fn terminal(output: &str) -> Result<(), String> {
    let steers = |c: &char| c.is_control() && *c != '\n';
    let hides = |c: &char| {
        matches!(c, '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{3164}' | '\u{feff}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
    };
    match output.chars().find(|c| steers(c) || hides(c)) {
        Some(harm) => Err(format!("{harm:?} gets to the terminal: {}", around(output, harm))),
        None => Ok(()),
    }
}

/// GitHub's runner trims a line and takes `::name` for a command; the older `##[name]` it finds anywhere. So do others.
fn build_log(output: &str) -> Result<(), String> {
    for line in output.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']) {
        if line.trim_start().starts_with("::") || ["##[", "##vso[", "##teamcity["].iter().any(|one| line.contains(one))
        {
            return Err(format!("a command: {line}"));
        }
    }
    Ok(())
}

/// One document, which says nothing harmful before it is parsed either.
fn json(output: &str) -> Result<(), String> {
    terminal(output)?;
    if output.is_empty() {
        return Ok(());
    }
    let report: Value = serde_json::from_str(output).map_err(|error| error.to_string())?;
    report.is_object().then_some(()).ok_or_else(|| "no object".to_owned())
}

fn around(text: &str, harm: char) -> String {
    let line = text.lines().find(|line| line.contains(harm)).unwrap_or_default();
    format!("{:?}", line.chars().take(200).collect::<String>())
}
