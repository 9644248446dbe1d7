//! Text that means harm, through every format: each is read as its consumer reads it.
//!
//! A new format is a line in [`FORMATS`], and a function that says what its consumer must not come upon.

use debtlint::report::formats::Format as Written;

use crate::support::History;
use crate::support::Room;

mod consumers;

use consumers::*;

/// How a format is asked for, what must hold of all that it says (`Err` is what its consumer would fall for), and a text
/// of the corpus that gets there.
type Format = (&'static str, Model, &'static str);

const FORMATS: [Format; 13] = [
    ("text", terminal, "ünïcödé"),
    ("json", json, "ünïcödé"),
    ("ndjson", json_lines, "ünïcödé"),
    ("sarif", sarif, "ünïcödé"),
    ("github", github, "ünïcödé"),
    ("gitlab", gitlab, "ünïcödé"),
    ("junit", junit, "ünïcödé"),
    ("azure", azure, "ünïcödé"),
    ("rdjson", json, "ünïcödé"),
    ("markdown", markdown, "ünïcödé"),
    ("html", html, "ünïcödé"),
    ("csv", csv, "ünïcödé"),
    // It has figures only.
    ("badge", json, ""),
];

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
    (
        serde_json::from_value(serde_json::json!({ "commits": commits, "branches": { HEAD: "topic" } })).unwrap(),
        format!("{policy}{}", teams()),
    )
}

const TEAM: &str = "=::error::<b>|`x` @all ##[group] ünïcödé";

/// A team of everybody, whose name is naughty, and paths that nothing lies in.
fn teams() -> String {
    let team = serde_json::json!({ TEAM: { "paths": ["*", "/<i>|`x` ##vso[task.x]y"], "members": ["*@x.example"] } });
    format!("teams: {team}\n")
}

#[test]
fn naughty_text_goes_through_every_format() {
    let (history, policy) = past();
    let (room, _) = Room::with_past(&history);
    room.put("policy.yml", &policy);
    // What a policy may hold of it: a waiver's reason, and labels that rules look for.
    let reason = "=1 ::error::x ##[group] ##vso[task.x]y | <b> `c` [l](//evil.example) @all #1 {{7}} &lt;";
    let waiver =
        serde_json::json!([{ "team": TEAM, "until": "2026-02-15", "reason": reason, "approved-by": "a@x.example" }]);
    let labels = serde_json::json!([{ "id": "naughty", "pull-request": "*error*", "kind": "run" }]);
    let exempt = serde_json::json!([{ "id": "naughty", "pull-request": "*evil*", "reason": "incident" }]);
    let waived =
        format!("{policy}sponsor: a@x.example\nwaivers: {waiver}\nlabels: {labels}\nexempt-changes: {exempt}\n");
    room.put("waived.yml", &waived);
    let request: Vec<&str> = NAUGHTY.iter().flat_map(|text| ["--label", text]).collect();

    let change = ["--config", "policy.yml", "--base", "main", "--head", HEAD];
    let waived = ["--config", "waived.yml", "--base", "main", "--head", HEAD, "--title", NAUGHTY[7]];
    let runs = [
        (vec!["--config", "policy.yml", "--rev", "topic"], 1),
        (change.to_vec(), 1),
        ([&waived[..], &request].concat(), 0),
    ];
    for (format, harmless, corpus) in FORMATS {
        for (run, status) in &runs {
            for variables in [&[][..], &[("GITHUB_ACTIONS", "true")]] {
                let items = matches!(format, "text" | "json").then_some("--items");
                let mut line = [&["check", "past.git", "--format", format][..], run].concat();
                line.extend(items);
                let told = room.debtlint_with(&line, variables);
                assert_eq!(told.status, Some(*status), "{line:?}: {told}");
                let silent = *status == 0 && matches!(format, "github" | "azure");
                assert!(silent || told.stdout.contains(corpus), "{format} shows the corpus: {}", told.stdout);
                harmless(&told.stdout).unwrap_or_else(|harm| panic!("{format} {run:?}: {harm}"));
                terminal(&told.stderr).unwrap_or_else(|harm| panic!("{format} {run:?}: {harm}"));
                // These are commands, and nothing else: their models look for further ones inside.
                if !variables.is_empty() && !matches!(format, "github" | "azure") {
                    build_log(&told.stdout).unwrap_or_else(|harm| panic!("{format} {run:?} in a build: {harm}"));
                }
                if variables.is_empty() {
                    continue;
                }
                build_log(&told.stderr).unwrap_or_else(|harm| panic!("{format} {run:?} in a build: {harm}"));
            }
        }
    }
}

/// Every text that a policy takes: a waiver's reason, labels and patterns that rules look for, and what is told of them
/// when a change loosens them.
#[test]
fn every_text_of_a_policy_goes_through_every_format() {
    let texts = |number: usize, text: &str| {
        // A pattern must be one, a reason something, and neither too long.
        let pattern: String =
            text.chars().map(|c| if "\\[](){}*+?.^$|".contains(c) || c.is_control() { '_' } else { c }).collect();
        let reason = if text.trim().is_empty() { "none" } else { text };
        let plain: String = pattern.chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
        serde_json::json!({
            "version": 1,
            "description": reason,
            "extends": ["conventional-commits"],
            "sponsor": "a@x.example",
            "sponsor-handle": "@x/sponsor",
            "allocation": "50%",
            "minimum-effort": { "people": 1, "developer-weeks": 0.1 },
            "teams": { "everybody": { "members": ["*@x.example"], "lead": "a@x.example" } },
            "waivers": [{ "team": "everybody", "until": "2026-02-15", "reason": reason, "approved-by": "a@x.example" }],
            "labels": [
                { "id": "subject", "subject": format!("^{plain}"), "kind": "run" },
                { "id": "request", "pull-request": format!("{plain}*"), "kind": "paydown" },
                { "id": "trailer", "trailer": "Kind", "value": format!("^{plain}$"), "kind": "paydown" },
                { "id": "path", "path": format!("{plain}/**"), "kind": "run" },
            ],
            "exempt": [{ "id": "author", "author": format!("{plain}-{number}@x.example"), "reason": "bot" }],
            "ignore": [format!("{plain}/**")],
        })
        .to_string()
    };
    for (number, text) in NAUGHTY.iter().enumerate() {
        let policy = texts(number, text);
        let loosened = policy
            .replace("50%", "40%")
            .replace("\"kind\":\"run\"", "\"kind\":\"paydown\"")
            .replace("-02-15", "-02-16");
        let past = serde_json::json!({ "commits": [
            { "at": "2026-01-05T10:00:00Z", "by": "A <a@x.example>", "say": "feat: x", "write": { ".debtlint.yml": policy }, "touch": ["a"] },
            { "on": "topic", "from": "main", "at": "2026-01-06T10:00:00Z", "by": "A <a@x.example>", "say": "refactor: y", "write": { ".debtlint.yml": loosened }, "touch": ["a"] },
        ]});
        let (room, _) = Room::with_past(&serde_json::from_value(past).unwrap());
        let mut line = vec!["check", "past.git", "--base", "refs/heads/main", "--head", "topic"];
        let wanted: Vec<String> = FORMATS.iter().map(|(format, ..)| format!("{format}={format}.out")).collect();
        line.extend(wanted.iter().flat_map(|one| ["--output", one.as_str()]));
        let told = room.debtlint_with(&line, &[("GITHUB_ACTIONS", "true")]);
        if told.status == Some(2) {
            // Not every text can stand in a policy: then the error is what is told.
            terminal(&told.stderr)
                .and_then(|()| build_log(&told.stderr))
                .unwrap_or_else(|harm| panic!("{text:?}: {harm}"));
            continue;
        }
        assert_eq!(told.status, Some(1), "{text:?}: {told}");
        for (format, harmless, _) in FORMATS {
            let written = std::fs::read_to_string(room.path(&format!("{format}.out"))).unwrap();
            harmless(&written).unwrap_or_else(|harm| panic!("{format} of {text:?}: {harm}"));
        }
    }
}

/// What names a rule, a team or a key is told when it is refused.
#[test]
fn naughty_names_are_refused_without_harm() {
    let room = Room::new();
    for text in NAUGHTY {
        let rule = serde_json::json!([{ "id": text, "trailer": "Security", "reason": "security" }]);
        room.put("policy.yml", &format!("version: 1\nexempt-changes: {rule}\n"));
        let told = room.debtlint_with(["check", ".", "--config", "policy.yml"], &[("GITHUB_ACTIONS", "true")]);
        assert!(matches!(told.status, Some(2 | 3)), "{text:?}: {told}");
        for output in [&told.stdout, &told.stderr] {
            terminal(output).and_then(|()| build_log(output)).unwrap_or_else(|harm| panic!("{text:?}: {harm}"));
        }
    }
}

#[test]
fn no_format_is_left_out() {
    assert_eq!(FORMATS.map(|(name, ..)| name), Written::ALL.map(Written::name));
}

#[test]
fn the_models_fall_for_harm() {
    let cell = "| a | b |\n|---|---|\n";
    for (model, harm) in [
        (terminal as Model, "\u{1b}[31m".to_owned()),
        (terminal, "a\u{202e}b".to_owned()),
        (terminal, "a\u{85}b".to_owned()),
        (terminal, "a\rb".to_owned()),
        (build_log, "a\n \t::error::b".to_owned()),
        (build_log, "x ##[group]y".to_owned()),
        (build_log, "x ##vso[task]y".to_owned()),
        (json, "{\"a\": \"\u{200b}\"}".to_owned()),
        (json, "{".to_owned()),
        (json_lines, "{}\n[]\n".to_owned()),
        (sarif, "{\"artifactLocation\": {\"uri\": \"file:///etc\"}}".to_owned()),
        (sarif, "{\"artifactLocation\": {\"uri\": \"../x\"}}".to_owned()),
        (html, "<p><script>alert(1)</script></p>".to_owned()),
        (html, "<p title=\"a\" onmouseover=\"x\">".to_owned()),
        (html, "<td>=<img src=x></td>".to_owned()),
        (html, "<a href=\"javascript:x\">".to_owned()),
        (html, "<p class=a>".to_owned()),
        (gitlab, "{}".to_owned()),
        (github, "::error file=a,line=1::x\n::set-output name=x::y\n".to_owned()),
        (github, "::error file=a,x=b::c\n".to_owned()),
        (github, "::error file=a,file=b::c\n".to_owned()),
        (github, "::error file=a,line=1::x ##[add-mask]y\n".to_owned()),
        (github, "words\n".to_owned()),
        (azure, "##vso[task.logissue type=error;sourcepath=a;linenumber=1;columnnumber=1;code=x;y=z]b\n".to_owned()),
        (
            azure,
            "##vso[task.logissue type=error;sourcepath=a;linenumber=1;columnnumber=1;code=x]a ##vso[task.complete]b\n"
                .to_owned(),
        ),
        (azure, "##vso[task.complete result=Succeeded]b\n".to_owned()),
        (azure, "words ##vso[task.logissue type=error;sourcepath=a;linenumber=1;columnnumber=1;code=x]b\n".to_owned()),
        (junit, "<testsuites".to_owned()),
        (csv, "a,b\n=1,2\n".to_owned()),
        (csv, "a,b\n\"x\ny\",2\n".to_owned()),
        (csv, "a,b\nc\n".to_owned()),
        (markdown, format!("{cell}| a | b | c |\n")),
        (markdown, format!("{cell}| <img> | b |\n")),
        (markdown, format!("{cell}| `a | b |\n")),
        (markdown, format!("{cell}| @all | b |\n")),
        (markdown, format!("{cell}| [x](y) | b |\n")),
        (markdown, format!("{cell}| www.x.example | b |\n")),
        (markdown, "## a title\n".to_owned()),
    ] {
        assert!(model(&harm).is_err(), "{harm:?}");
    }
}
