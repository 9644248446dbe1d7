//! What would let a change slip past the gate: `tests/doctor/README.md` describes the table.

use std::collections::BTreeMap;
use std::path::Path;

use debtlint::finding::Level;
use debtlint::repo::trusted::CodeOwners;
use debtlint::wiring;
use debtlint::wiring::CodeOwnersFile;
use debtlint::wiring::File;
use debtlint::wiring::Setup;

use crate::support::History;
use crate::support::Room;

/// Findings by their line, in the notation of the table; 1 for those without one.
type ByLine = BTreeMap<u32, Vec<String>>;

fn examined(path: &str, text: &str, read: &dyn Fn(&str) -> Option<Vec<u8>>) -> ByLine {
    let files = vec![File { path: path.to_owned(), bytes: text.as_bytes().to_vec() }];
    let owners = CodeOwners::parse("CODEOWNERS", b"* @owner\n");
    let codeowners = Some(CodeOwnersFile { path: "CODEOWNERS".to_owned(), owners });
    let found =
        wiring::examine(&Setup { files, read, codeowners, policy: Some(".debtlint.yml".to_owned()), is_called: false });
    let mut lines = ByLine::new();
    for finding in found.findings() {
        assert!(finding.help.is_some(), "{finding:?}");
        let sign = match finding.level {
            Level::Error => '!',
            Level::Warning => '?',
            Level::Note => '~',
        };
        let line = finding.at.map_or(1, |at| at.line);
        lines.entry(line).or_default().push(format!("{sign} {}", finding.code));
    }
    lines.values_mut().for_each(|all| all.sort());
    lines
}

fn announced(text: &str) -> ByLine {
    let mut lines = ByLine::new();
    for (number, line) in (1..).zip(text.lines()) {
        let comment = ["# ", "// "].iter().filter_map(|sign| line.rsplit_once(sign)).map(|(_, rest)| rest);
        let Some(comment) = comment.max_by_key(|rest| line.len() - rest.len()) else { continue };
        let mut sign = None;
        for word in comment.split_whitespace() {
            match (word, sign) {
                ("!" | "?" | "~", _) => sign = Some(word),
                (code, Some(sign)) => lines.entry(number).or_default().push(format!("{sign} {code}")),
                _ => break,
            }
        }
    }
    lines.values_mut().for_each(|all| all.sort());
    lines
}

#[test]
fn each_line_says_what_is_found_there() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor");
    let mut cases = 0;
    for (service, path) in [
        ("github", ".github/workflows/debt.yml"),
        ("gitlab", ".gitlab-ci.yml"),
        ("azure", "azure-pipelines.yml"),
        ("bitbucket", "bitbucket-pipelines.yml"),
        ("jenkins", "Jenkinsfile"),
    ] {
        for entry in std::fs::read_dir(table.join(service)).unwrap() {
            let case = entry.unwrap().path();
            let text = std::fs::read_to_string(&case).unwrap();
            assert_eq!(examined(path, &text, &|_| None), announced(&text), "{}", case.display());
            cases += 1;
        }
    }
    assert!(cases >= 25, "{cases}");
}

#[test]
fn what_a_workflow_calls_is_looked_at() {
    let caller = "on:\n  merge_group:\n  pull_request:\n    branches: [main] \n    types: [opened, synchronize, reopened, edited, labeled, unlabeled]\njobs:\n  debt:\n    if: failure()\n    uses: ./.github/workflows/called.yml\n";
    let called = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./ci/debt\n";
    let action = "name: ours\nruns:\n  using: composite\n  steps:\n    - shell: sh\n      run: debtlint check --event --expect-base main | tee log\n";
    let read = |path: &str| match path {
        ".github/workflows/called.yml" => Some(called.as_bytes().to_vec()),
        "ci/debt/action.yml" => Some(action.as_bytes().to_vec()),
        _ => None,
    };
    let expected = ByLine::from([(8, vec!["! gate-skipped".to_owned()]), (6, vec!["! gate-ignored".to_owned()])]);
    assert_eq!(examined(".github/workflows/debt.yml", caller, &read), expected);
    // By itself it is run by nobody.
    let alone = examined(".github/workflows/called.yml", called, &read);
    assert_eq!(alone, ByLine::from([(1, vec!["! gate-missing".to_owned()])]));
}

/// A workflow whose only job has these steps.
fn workflow(steps: &str) -> String {
    let on = "on:\n  merge_group:\n  pull_request:\n    branches: [main]\n    types: [opened, synchronize, reopened, edited, labeled, unlabeled]\n";
    format!("{on}jobs:\n  debt:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

#[test]
fn what_an_action_of_the_repository_says_is_looked_at() {
    let call = "    - { shell: bash, run: debtlint check --event --expect-base main }\n";
    for (with, steps, expected) in [
        ("", call.to_owned(), ""),
        ("", format!("    - run: make\n{call}"), ""),
        // Its own condition, and its inputs.
        ("", "    - { shell: sh, if: failure(), run: debtlint check --event --expect-base main }".to_owned(), "! gate-skipped"),
        ("", "    - { shell: sh, if: always(), run: debtlint check --event --expect-base main }".to_owned(), ""),
        ("", "    - { shell: sh, if: inputs.on == 'yes', run: debtlint check --event --expect-base main }".to_owned(), ""),
        ("on: no", "    - { shell: sh, if: inputs.on == 'yes', run: debtlint check --event --expect-base main }".to_owned(), "! gate-skipped"),
        ("on: '${{ github.actor }}'", "    - { shell: sh, if: inputs.on == 'yes', run: debtlint check --event --expect-base main }".to_owned(), "! gate-skipped"),
        ("on: 'true'", "    - { shell: sh, if: '${{ inputs.on }}', run: debtlint check --event --expect-base main }".to_owned(), ""),
        ("", "    - { shell: sh, if: inputs.other, run: debtlint check --event --expect-base main }".to_owned(), "! gate-skipped"),
        ("", "    - { shell: sh, if: github.event.inputs.on == 'yes', run: debtlint check --event --expect-base main }".to_owned(), "! gate-skipped"),
        // Its environment, and what is handed on in it.
        ("", "    - { shell: sh, env: { DEBTLINT_CONFIG: my.yml }, run: debtlint check --event --expect-base main }".to_owned(), "! gate-self-judged"),
        ("", "    - { shell: sh, env: { DEBTLINT_CONFIG: /etc/my.yml }, run: debtlint check --event --expect-base main }".to_owned(), ""),
        ("", format!("    - {{ shell: sh, run: echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV }}\n{call}"), "! gate-self-judged"),
        ("", format!("{call}    - {{ shell: sh, run: echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV }}"), ""),
        ("", format!("    - {{ shell: sh, run: echo bin >> $GITHUB_PATH }}\n{call}"), "? gate-self-judged"),
        ("", "    - { shell: sh, continue-on-error: true, run: debtlint check --event --expect-base main }".to_owned(), "! gate-ignored"),
        // What stands in front, and what it uses itself.
        ("", format!("    - uses: actions/cache@08c6903cd8c0fde910a37f88322edcfb5dd907a8\n{call}"), "? gate-cache"),
        ("", "    - { uses: owner/debtlint@08c6903cd8c0fde910a37f88322edcfb5dd907a8, with: { expect-base: main, fail-on: never } }".to_owned(), "! gate-ignored"),
        ("", "    - { uses: ./ci/inner, if: failure() }".to_owned(), "! gate-skipped"),
        ("", "    - { uses: ./ci/inner, env: { DEBTLINT_CONFIG: my.yml } }".to_owned(), "! gate-self-judged"),
        ("", "    - uses: ./ci/inner".to_owned(), ""),
        // It uses itself, for ever.
        ("", "    - uses: ./ci/debt\n".repeat(1_000) + call, ""),
        ("", "    - { shell: bash, run: bash -c 'debtlint check --event --expect-base main || true' }".to_owned(), "! gate-ignored"),
    ] {
        let action = format!(
            "name: ours\ninputs:\n  on: {{ default: yes }}\n  other: {{}}\nruns:\n  using: composite\n  steps:\n{steps}"
        );
        let inner = format!("name: inner\nruns:\n  using: composite\n  steps:\n{call}");
        let read = |path: &str| match path {
            "ci/debt/action.yml" => Some(action.clone().into_bytes()),
            "ci/inner/action.yaml" => Some(inner.clone().into_bytes()),
            _ => None,
        };
        let caller = workflow(&format!("      - uses: ./ci/debt\n        with: {{ {with} }}\n"));
        let found: Vec<String> = examined(".github/workflows/debt.yml", &caller, &read).into_values().flatten().collect();
        assert_eq!(found.join(" "), expected, "{with} {}", steps.get(..500).unwrap_or(&steps));
    }
}

#[test]
fn what_an_action_hands_to_the_steps_behind_it() {
    let action = "name: set-up\nruns:\n  using: composite\n  steps:\n    - { shell: sh, run: echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV }\n";
    let read = |path: &str| (path == "ci/set-up/action.yml").then(|| action.as_bytes().to_vec());
    let set_up = "      - uses: ./ci/set-up\n";
    let call = "      - run: debtlint check --event --expect-base main\n";
    for (steps, expected) in [
        (format!("{set_up}{call}"), "! gate-self-judged"),
        (format!("{call}{set_up}"), ""),
        (format!("{set_up}{call}        env: {{ DEBTLINT_CONFIG: /etc/my.yml }}\n"), ""),
    ] {
        let found = examined(".github/workflows/debt.yml", &workflow(&steps), &read);
        assert_eq!(found.into_values().flatten().collect::<Vec<_>>().join(" "), expected, "{steps}");
    }
}

#[test]
fn what_is_copied_from_the_docs_is_healthy() {
    for (path, file) in [
        (".github/workflows/debtlint.yml", "debtlint.github.yml"),
        (".gitlab-ci.yml", "gitlab-ci.yml"),
        ("azure-pipelines.yml", "azure-pipelines.yml"),
        ("bitbucket-pipelines.yml", "bitbucket-pipelines.yml"),
        ("Jenkinsfile", "Jenkinsfile"),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci");
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert_eq!(examined(path, &text, &|_| None), ByLine::new(), "{file}");
    }
}

const PAST: &str = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - at: 2026-11-02T10:00:00Z
    by: ann
    say: "feat: begin"
    write:
      ".github/workflows/debt.yml": "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          debtlint check --event | tee \u202elog\n"
"#;

#[test]
fn a_diagnosis() {
    let (room, _) = Room::with_past(&History::parse(PAST));
    let told = room.debtlint(["doctor", "past.git"]);
    assert_eq!(told.status, Some(1), "{told}");
    insta::assert_snapshot!(told);
    let told = room.debtlint(["doctor", "past.git", "--rev", "refs/heads/main", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
    let schema = room.debtlint(["schema", "doctor"]);
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema.stdout).unwrap()).unwrap();
    assert!(schema.is_valid(&document), "{document:#}");
    assert_eq!(document["findings"][0]["at"]["line"], 7);
    assert_eq!(room.debtlint(["doctor", "nothing"]).status, Some(3));
    assert_eq!(room.debtlint(["doctor", "past.git", "--rev", "nothing"]).status, Some(2));
}

/// A working tree that runs the gate as the documents say.
fn with_a_working_tree() -> Room {
    let (room, _) = Room::with_past(&History::parse(PAST));
    std::fs::create_dir(room.path("tree")).unwrap();
    std::fs::rename(room.path("past.git"), room.path("tree/.git")).unwrap();
    room.put("tree/.github/workflows/debt.yml", &std::fs::read_to_string("docs/ci/debtlint.github.yml").unwrap());
    room
}

#[test]
fn the_working_tree_is_looked_at_as_it_is() {
    let room = with_a_working_tree();
    room.put("tree/.debtlint.yml", "version: 1\nsponsor: cto@example.com\n");
    room.put("tree/CODEOWNERS", "* @owner\n");
    let told = room.debtlint(["doctor", "tree"]);
    assert_eq!(told.status, Some(0), "{told}");
    assert!(told.stdout.contains("no way past the gate was found\n"), "{told}");
    room.put("tree/CODEOWNERS", "* @owner\n/.github/\n");
    let told = room.debtlint(["doctor", "tree"]);
    assert!(told.status == Some(0) && told.stdout.contains("names no owner of .github/workflows/debt.yml"), "{told}");
}

/// Whoever does what is said is told of nothing more.
#[test]
fn the_lines_that_codeowners_lacks() {
    let room = with_a_working_tree();
    room.put("tree/.debtlint.yml", "version: 1\nsponsor: cto@example.com\n");
    room.put("tree/.debtlint/allowed_signers", "");
    let told = room.debtlint(["doctor", "tree", "--width", "400"]);
    let lines: Vec<_> = told.stdout.split('`').filter(|text| text.ends_with(" @owner")).collect();
    let all = [".github/workflows/debt.yml", ".debtlint.yml", ".debtlint/allowed_signers", ".github/CODEOWNERS"];
    assert_eq!(lines, all.map(|path| format!("/{path} @owner")), "{told}");
    room.put("tree/.github/CODEOWNERS", &lines.join("\n"));
    let told = room.debtlint(["doctor", "tree"]);
    assert!(told.stdout.ends_with("no way past the gate was found\n"), "{told}");
}

#[test]
fn what_the_policy_takes_from_the_gate() {
    let room = with_a_working_tree();
    room.put("tree/CODEOWNERS", "* @owner\n");
    for (policy, said) in [
        ("sponsor: cto@example.com", "no way past the gate was found\n"),
        (
            "sponsor: cto@example.com\nenforce: false",
            "warning: nothing is enforced (`enforce: false` in .debtlint.yml)",
        ),
        ("sponsor: cto@example.com\nenforce: { from: 2026-12-01 }", "note: nothing is enforced before 2026-12-01"),
        ("allocation: 20%", "warning: .debtlint.yml names no `sponsor`"),
        ("alocation: 20%", "warning: no change can be judged: the policy .debtlint.yml cannot be used"),
    ] {
        room.put("tree/.debtlint.yml", &format!("version: 1\n{policy}\n"));
        let told = room.debtlint(["doctor", "tree", "--width", "200"]);
        assert_eq!(told.status, Some(0), "{told}");
        let is_good = told.stdout.ends_with("no way past the gate was found\n");
        assert!(told.stdout.contains(said) && is_good != said.starts_with("warning"), "{policy}\n{told}");
    }
}

/// Of many files those are named that run the gate.
#[test]
fn many_workflows_are_counted() {
    let room = with_a_working_tree();
    for number in 0..9 {
        room.put(&format!("tree/.github/workflows/{number}.yml"), "on: push\njobs: {}\n");
    }
    let told = room.debtlint(["doctor", "tree"]);
    assert!(told.stdout.contains("looked at 10 files; .github/workflows/debt.yml runs the gate\n"), "{told}");
}
