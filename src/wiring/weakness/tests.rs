//! Edits of pipelines: what loosens, and what does not.

use super::newer;
use crate::wiring::Examined;
use crate::wiring::File;
use crate::wiring::Setup;
use crate::wiring::examine;

const GITHUB: &str = ".github/workflows/debt.yml";

fn examined(path: &str, text: &str) -> Examined {
    let files = vec![File { path: path.to_owned(), bytes: text.as_bytes().to_vec() }];
    examine(&Setup { files, read: &|_path| None, codeowners: None, policy: None, is_called: true })
}

/// What an edit makes worse: each as it is told of the change, and of the base where there was less of it.
fn told(path: &str, base: &str, head: &str) -> Vec<String> {
    let (base, head) = (examined(path, base), examined(path, head));
    let say = |one: super::Newer<'_>| {
        let before = one.before.map(|before| format!(" <- {}", before.finding.message.expose()));
        let there = if one.is_elsewhere && before.is_none() { " there" } else { "" };
        format!("{}: {}{there}{}", one.now.finding.code, one.now.finding.message.expose(), before.unwrap_or_default())
    };
    newer(&base, &head).into_iter().map(say).collect()
}

/// A workflow with a gate in which everything is as it should be.
const SOUND: &str = "on:
  pull_request:
    branches: [main]
    types: [opened, synchronize, reopened, edited, labeled, unlabeled]
  merge_group:
jobs:
  debt:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
        with: { fetch-depth: 0 }
      - run: debtlint check --event --expect-base main
";
const PINNED: &str = "actions/checkout@0123456789012345678901234567890123456789";
const CALL: &str = "debtlint check --event --expect-base main";
const TYPES: &str = "types: [opened, synchronize, reopened, edited, labeled, unlabeled]";
const JOB: &str = "    runs-on: ubuntu-latest\n";

/// The workflow with some of its text replaced by other text.
fn with(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(SOUND.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// The workflow with a second gate behind the first.
fn twice(first: &[(&str, &str)], second: &[(&str, &str)]) -> String {
    let (whole, other) = (with(first), with(second));
    let jobs = |text: &str| text.split_once("jobs:\n").map(|(_, jobs)| jobs.to_owned()).unwrap_or_default();
    whole + &jobs(&other).replacen("  debt:", "  other:", 1)
}

#[test]
fn what_was_there_or_is_less_is_no_loosening() {
    let uses = |name: &'static str| [(PINNED, name)];
    let types = |now: &'static str| [(TYPES, now)];
    let depth = |now: &'static str| [("fetch-depth: 0", now)];
    let call = |now: &'static str| [(CALL, now)];
    let job = |now: &'static str| [(JOB, now)];
    for (base, head) in [
        (with(&uses("actions/checkout@v5")), with(&uses("actions/checkout@v6"))),
        (with(&uses("actions/checkout@v5")), with(&uses("Actions/Checkout@v5.0.1-rc.1"))),
        (with(&uses("actions/checkout@main")), with(&uses("actions/checkout@v5"))),
        (with(&uses("actions/checkout@main")), with(&uses("actions/checkout@main"))),
        (with(&uses("actions/checkout@v5")), SOUND.to_owned()),
        (with(&types("types: [opened, synchronize]")), with(&types("types: [opened, synchronize, reopened]"))),
        (with(&types("types: [opened]")), with(&types("types: [labeled, synchronize, opened]"))),
        (with(&[(TYPES, "")]), with(&types("types: [opened, synchronize, reopened, edited]"))),
        // Of what is less grave, too.
        (
            with(&types("types: [opened, synchronize]")),
            with(&[(TYPES, "types: [opened, synchronize]"), ("    branches: [main]\n", "")]),
        ),
        (with(&depth("fetch-depth: 50")), with(&depth("fetch-depth: 500"))),
        (with(&depth("fetch-depth: 50")), SOUND.to_owned()),
        (with(&depth("ref: x")), with(&depth("fetch-depth: 2"))),
        (with(&job("    needs: [a, b]\n")), with(&job("    needs: b\n"))),
        (
            with(&job("    if: github.actor != 'x' && !github.event.pull_request.draft\n")),
            with(&job("    if: ${{ github.actor != 'x' }}\n")),
        ),
        (
            with(&[("    branches", "    paths-ignore: [docs/**, x/**]\n    branches")]),
            with(&[("    branches", "    paths-ignore: [docs/**]\n    branches")]),
        ),
        (
            with(&[("    branches", "    paths: [src/**]\n    branches")]),
            with(&[("    branches", "    paths: [src/**, x/**]\n    branches")]),
        ),
        (with(&call("debtlint check --event --exit-zero || true")), with(&call("debtlint check --event --exit-zero"))),
        (
            with(&call("debtlint check --event --allocation 10%")),
            with(&call("debtlint check --event --allocation 30%")),
        ),
        // The call and the job may be edited beside.
        (with(&call("debtlint check --event || true")), with(&call("debtlint check --event --output sarif=x || true"))),
        (with(&[(PINNED, "actions/checkout@v5")]), with(&[(PINNED, "actions/checkout@v5"), ("  debt:", "  gate:")])),
        (
            with(&[(PINNED, "actions/checkout@v5"), (JOB, "    needs: a\n")]),
            with(&[(PINNED, "actions/checkout@v6"), (JOB, "    needs: a\n"), ("  debt:", "  gate:")]),
        ),
        // Something before, behind and beside it.
        (
            with(&uses("actions/checkout@v5")),
            with(&[(PINNED, "actions/checkout@v5"), ("      - run", "      - run: make\n      - run")]),
        ),
        (
            with(&uses("actions/checkout@v5")),
            with(&[
                (PINNED, "actions/checkout@v5"),
                ("  debt:", "  build:\n    steps: [{ uses: evil/x@v1 }]\n  debt:"),
            ]),
        ),
    ] {
        assert_eq!(told(GITHUB, &base, &head), [""; 0], "{base}\n{head}");
        assert_eq!(told(GITHUB, &base, &base), [""; 0], "{base}");
    }
}

#[test]
fn more_of_it_or_another_thing_loosens() {
    let v5 = (PINNED, "actions/checkout@v5");
    let or_true = (CALL, "debtlint check --event --expect-base main || true");
    let two = |first: &'static str, second: &'static str| {
        with(&[("      - run: debtlint check --event --expect-base main\n", "")])
            + &format!("      - run: {first}\n      - run: {second}\n")
    };
    let unpinned = "is whatever its owner makes of that name next";
    let either = "a title, a base or a label that is changed is not judged again";
    let swallowed = "gate-ignored: a gate that fails here fails nothing: what follows `||` replaces its exit code";
    let skipped = "gate-skipped: where this condition does not hold the gate is skipped, and that counts as passed";
    for (base, head, expected) in [
        (SOUND.to_owned(), with(&[v5]), vec![format!("gate-unpinned: actions/checkout@v5 {unpinned}")]),
        // A second one, of another owner, under another name of the same owner.
        (
            with(&[v5]),
            with(&[v5, ("      - run", "      - uses: evil/checkout@v5\n      - run")]),
            vec![format!("gate-unpinned: evil/checkout@v5 {unpinned}")],
        ),
        (with(&[v5]), with(&[(PINNED, "evil/checkout@v5")]), vec![format!("gate-unpinned: evil/checkout@v5 {unpinned}")]),
        (
            with(&[v5]),
            with(&[(PINNED, "actions/checkout@refs/pull/9/head")]),
            vec![format!("gate-unpinned: actions/checkout@refs/pull/9/head {unpinned} <- actions/checkout@v5 {unpinned}")],
        ),
        (
            with(&[(PINNED, "actions/checkout@main")]),
            with(&[(PINNED, "actions/checkout@mine")]),
            vec![format!("gate-unpinned: actions/checkout@mine {unpinned} <- actions/checkout@main {unpinned}")],
        ),
        // In another job.
        (twice(&[v5], &[]), twice(&[], &[v5]), vec![format!("gate-unpinned: actions/checkout@v5 {unpinned} there")]),
        (twice(&[or_true], &[]), twice(&[], &[or_true]), vec![format!("{swallowed} there")]),
        // Events.
        (
            with(&[(TYPES, "types: [opened, synchronize, edited, reopened]")]),
            with(&[(TYPES, "types: [opened, synchronize, edited, labeled]")]),
            vec![format!("gate-event-missing: not run at `reopened`, `unlabeled`: {either}")],
        ),
        (
            with(&[("    branches: [main]\n", ""), (TYPES, "types: [opened, synchronize]")]),
            with(&[(TYPES, "types: [opened, synchronize]")]),
            vec![
                "gate-event-missing: not run at `edited`: a pull request that is opened for another branch, and then retargeted, is not judged <- "
                    .to_owned() + &format!("not run at `reopened`, `edited`, `labeled`, `unlabeled`: {either}"),
            ],
        ),
        // History.
        (
            with(&[("fetch-depth: 0", "fetch-depth: 50")]),
            with(&[("fetch-depth: 0", "fetch-depth: 5")]),
            vec![
                "gate-shallow: the gate is given 5 commits of history, and judges a window of weeks <- the gate is given 50 commits of history, \
                 and judges a window of weeks"
                    .to_owned(),
            ],
        ),
        (
            with(&[("fetch-depth: 0", "fetch-depth: 50")]),
            with(&[("fetch-depth: 0", "fetch-depth: '${{ inputs.depth }}'")]),
            vec!["gate-shallow: the gate is given ${{ inputs.depth }} commits of history, and judges a window of weeks".to_owned()],
        ),
        // Conditions, what is needed, and filters.
        (
            with(&[(JOB, "    if: github.actor != 'x'\n")]),
            with(&[(JOB, "    if: false\n")]),
            vec![skipped.to_owned()],
        ),
        (
            with(&[(JOB, "    if: ${{ always() && github.actor != 'x' }}\n")]),
            with(&[(JOB, "    if: github.actor != 'x'\n")]),
            vec![skipped.to_owned()],
        ),
        (
            with(&[(JOB, "    if: \"!(github.actor == 'x' && github.ref == 'y') && (github.sha == 'z' && github.job == 'w')\"\n")]),
            with(&[(JOB, "    if: \"!(github.actor == 'x' && github.job == 'w')\"\n")]),
            vec![skipped.to_owned()],
        ),
        (
            with(&[(JOB, "    needs: [a]\n")]),
            with(&[(JOB, "    needs: [b]\n")]),
            vec!["gate-skipped: where a job that it needs fails or is skipped, the gate is skipped, and that counts as passed".to_owned()],
        ),
        (
            with(&[("    branches", "    paths-ignore: [docs/**]\n    branches")]),
            with(&[("    branches", "    paths-ignore: ['**']\n    branches")]),
            vec!["gate-skipped: `paths-ignore` keeps the gate from running for other changes; required, it would wait for ever".to_owned()],
        ),
        (
            with(&[("    branches", "    paths: [src/**]\n    branches")]),
            with(&[("    branches", "    paths: [src/**, '!src/**']\n    branches")]),
            vec!["gate-skipped: `paths` keeps the gate from running for other changes; required, it would wait for ever".to_owned()],
        ),
        (
            with(&[("branches: [main]", "branches: [main, next]"), (CALL, "debtlint check --event")]),
            with(&[("branches: [main]", "branches: [next, mine]"), (CALL, "debtlint check --event")]),
            vec![
                "gate-any-base: a pass by the policy of one branch counts after the pull request is retargeted to another <- a pass by the \
                 policy of one branch counts after the pull request is retargeted to another"
                    .to_owned(),
            ],
        ),
        // Calls that change places, also under new names.
        (two("debtlint check --event --team a || true", "debtlint check --event --team b"), two("debtlint check --event --team a", "debtlint check --event --team b || true"), vec![format!("{swallowed} there")]),
        (two("debtlint check --event -q || true", "debtlint check --event"), two("debtlint check --event -v", "debtlint check --event -c || true"), vec![format!("{swallowed} there")]),
        (
            two("debtlint check --event", "debtlint check --event --exit-zero -q"),
            two("debtlint check --event --exit-zero", "debtlint check --event --exit-zero -q"),
            vec!["gate-ignored: a team that is short fails nothing here: `--exit-zero`".to_owned()],
        ),
        (
            with(&[(CALL, "debtlint check --event --allocation 30%")]),
            with(&[(CALL, "debtlint check --event --allocation 5%")]),
            vec!["gate-ignored: it judges otherwise than the policy says: `--allocation 5%` <- it judges otherwise than the policy says: `--allocation 30%`".to_owned()],
        ),
        (
            with(&[(CALL, "debtlint check --event --team a")]),
            with(&[(CALL, "debtlint check --event --team b")]),
            vec!["gate-ignored: it judges otherwise than the policy says: `--team b`".to_owned()],
        ),
        // A step that was looked at no longer is.
        (
            with(&[("      - run", "      - id: debt\n        continue-on-error: true\n        run")]) + "      - run: test ${{ steps.debt.outcome }} = success\n",
            with(&[("      - run", "      - id: debt\n        continue-on-error: true\n        run")]),
            vec![
                "gate-ignored: a gate that fails here fails nothing: the step has `continue-on-error` <- a gate that fails here fails nothing: \
                 the step has `continue-on-error`"
                    .to_owned(),
            ],
        ),
    ] {
        assert_eq!(told(GITHUB, &base, &head), expected, "{base}\n{head}");
    }
}

#[test]
fn of_other_services() {
    let gitlab = |job: &str, depth: &str, rest: &str| {
        format!(
            "{job}:\n  variables: {{ GIT_DEPTH: {depth} }}\n  rules: [{{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }}]\n  \
             script: [debtlint check --event]\n{rest}"
        )
    };
    let shallow = "the job is given a shallow clone, 20 commits if nothing else is said";
    let failing = "the job may fail: `allow_failure` lets the change land all the same";
    let azure = |depth: &str| {
        format!(
            "jobs:\n  - job: debt\n    steps:\n      - {{ checkout: self, fetchDepth: {depth} }}\n      - script: debtlint check --base x\n"
        )
    };
    let bitbucket = |depth: &str, lines: &str| {
        format!(
            "clone: {{ depth: {depth} }}\npipelines:\n  pull-requests:\n    '**':\n      - step: {{ script: [{lines}] }}\n"
        )
    };
    let call = "debtlint check --base x";
    for (path, base, head, expected) in [
        (".gitlab-ci.yml", gitlab("a", "50", ""), gitlab("a", "500", ""), vec![]),
        (".gitlab-ci.yml", gitlab("a", "50", ""), gitlab("b", "50", ""), vec![]),
        (
            ".gitlab-ci.yml",
            gitlab("a", "50", ""),
            gitlab("a", "5", ""),
            vec![format!("gate-shallow: {shallow} <- {shallow}")],
        ),
        (
            ".gitlab-ci.yml",
            gitlab("a", "0", "  allow_failure: true\n") + &gitlab("b", "0", ""),
            gitlab("a", "0", "") + &gitlab("b", "0", "  allow_failure: true\n"),
            vec![format!("gate-ignored: {failing} there")],
        ),
        (
            ".gitlab-ci.yml",
            gitlab("a", "0", "  allow_failure: { exit_codes: [3] }\n"),
            gitlab("a", "0", "  allow_failure: true\n"),
            vec![format!("gate-ignored: {failing}")],
        ),
        ("azure-pipelines.yml", azure("5"), azure("50"), vec![]),
        (
            "azure-pipelines.yml",
            azure("50"),
            azure("5"),
            vec!["gate-shallow: the gate is given a shallow clone <- the gate is given a shallow clone".to_owned()],
        ),
        ("bitbucket-pipelines.yml", bitbucket("50", call), bitbucket("60", call), vec![]),
        (
            "bitbucket-pipelines.yml",
            bitbucket("full", call),
            bitbucket("full", &format!("{call} || true")),
            vec![
                "gate-ignored: a gate that fails here fails nothing: what follows `||` replaces its exit code"
                    .to_owned(),
            ],
        ),
        ("Jenkinsfile", format!("sh '{call} || true'\n"), format!("// more\nsh '{call} || true'\n"), vec![]),
    ] {
        assert_eq!(told(path, &base, &head), expected, "{base}\n{head}");
    }
}
