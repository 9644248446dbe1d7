//! Edits of pipelines that look like nothing, and what is told of them.

use super::asked;
use super::examined;
use crate::wiring::newer;

const GITHUB: &str = "\
on:
  pull_request: { branches: [main], types: [opened, synchronize, reopened, edited, labeled, unlabeled] }
  merge_group:
jobs:
  debt:
    name: debtlint (main)
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789
        with: { fetch-depth: 0 }
      - run: debtlint check --event --expect-base main
";
const GITLAB: &str = "\
debt:
  variables: { GIT_DEPTH: 0 }
  rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }]
  script: [debtlint check --event --expect-base main]
";
const AZURE: &str = "\
jobs:
  - job: debt
    steps:
      - { checkout: self, fetchDepth: 0 }
      - script: debtlint check --base refs/remotes/origin/main
";
const JENKINS: &str = "\
pipeline {
  agent any
  stages {
    stage('debt') {
      steps {
        sh 'debtlint check --base refs/remotes/origin/main'
      }
    }
  }
}
";

/// What is newly wrong, and what is newly asked for.
fn all(path: &str, base: &str, head: &str) -> Vec<String> {
    let sides = (examined(path, base), examined(path, head));
    let told = newer(&sides.0, &sides.1);
    let told = told.into_iter().map(|one| (one.now.finding.code, one.now.finding.message.expose()));
    told.map(|(code, message)| format!("{code}: {message}")).chain(asked(path, base, head)).collect()
}

/// Some text of a pipeline, replaced.
fn edited(base: &str, from: &str, to: &str) -> String {
    assert!(base.contains(from), "{from}");
    base.replacen(from, to, 1)
}

#[test]
fn variables_by_which_the_shell_or_the_facts_are_others() {
    let job = |line: &str| edited(GITHUB, "    steps:\n", &format!("    {line}\n    steps:\n"));
    let before = |line: &str| edited(GITHUB, "      - run: d", &format!("      - run: {line}\n      - run: d"));
    let call = |to: &str| edited(GITHUB, "run: debtlint check", &format!("run: {to}"));
    let facts = "gate-cache: `DEBTLINT_CACHE`, facts, is in the checkout, where a change can bring facts of its own";
    for (head, expected) in [
        (job("env: { SHELLOPTS: noexec }"), &["SHELLOPTS=noexec"][..]),
        (job("env: { SHELLOPTS: 'braceexpand:noexec' }"), &["SHELLOPTS=braceexpand:noexec"]),
        (job("env: { SHELLOPTS: errexit }"), &[]),
        (before("echo SHELLOPTS=noexec >> $GITHUB_ENV"), &["SHELLOPTS=noexec"]),
        (before("'echo \"BASH_FUNC_debtlint%%=() { true; }\" >> $GITHUB_ENV'"), &["BASH_FUNC_debtlint%%=() { true; }"]),
        (job("env: { DEBTLINT_CACHE: facts }"), &[facts]),
        (job("env: { DEBTLINT_CACHE: /var/facts }"), &[]),
        (before("echo DEBTLINT_CACHE=facts >> $GITHUB_ENV"), &[facts]),
        (call("DEBTLINT_CACHE=facts debtlint check"), &[facts]),
        (call("|\n          export DEBTLINT_CACHE=facts\n          debtlint check"), &[facts]),
        // What the call itself is given.
        (call("debtlint check $MORE"), &["the argument $MORE"]),
        (call("debtlint check $'--exit-zero'"), &["the argument $--exit-zero"]),
        (call("debtlint check --no-progress --width $COLUMNS"), &[]),
        (call("debtlint check -hq"), &["gate-ignored: nothing is judged here: `-h`"]),
        (call("docker run --rm evil/x:1 debtlint check"), &["docker run --rm evil/x"]),
        (call("timeout 600 debtlint check"), &[]),
    ] {
        assert_eq!(all(".github/workflows/debt.yml", GITHUB, &head), expected, "{head}");
    }
    let base = call("docker run --rm x/y:1 debtlint check");
    assert_eq!(all(".github/workflows/debt.yml", &base, &edited(&base, "x/y:1", "x/y:2")), [""; 0]);
}

#[test]
fn gitlab_jobs_that_no_merge_request_runs() {
    let top = |line: &str| format!("{line}\n{GITLAB}");
    let rules = "  rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }]\n";
    let only = |more: &str| edited(GITLAB, rules, &format!("  only: [merge_requests]\n{more}"));
    let never =
        "gate-event-missing: the job is in no pipeline of a merge request: its labels and its target are not known";
    let config = "gate-self-judged: `DEBTLINT_CONFIG` takes my.yml from the checkout, where the change can edit it";
    let needs = |names: &str, ask: &str| format!("{GITLAB}  needs: {names}\nask:\n  script: [make]\n  {ask}\n");
    let waits = "gate-skipped: the job waits for `ask`, which somebody has to start";
    for (head, expected) in [
        (top("workflow: { rules: [{ if: $CI_PIPELINE_SOURCE == \"push\" }] }"), &[never][..]),
        (
            top("workflow: { rules: [{ if: $CI_COMMIT_TAG }, { when: never }] }")
                .replace("when: never", "if: $CI_COMMIT_TAG"),
            &[never],
        ),
        (top("workflow: { rules: [{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }] }"), &[]),
        (top("workflow: { rules: [{ if: $CI_PIPELINE_SOURCE == \"push\" }, { when: always }] }"), &[]),
        (top("workflow: { rules: [{ when: always, variables: { DEBTLINT_CONFIG: my.yml } }] }"), &[config]),
        (only(""), &[]),
        (only("  except: [merge_requests]\n"), &[never]),
        (only("  except: { refs: [merge_requests] }\n"), &[never]),
        (only("  except: [tags]\n"), &[]),
        (needs("[ask]", "when: manual"), &[waits]),
        (needs("[{ job: ask, optional: true }]", "rules: [{ when: manual, allow_failure: true }]"), &[waits]),
        // The pipeline itself waits for these, or none has to be started.
        (needs("[ask]", "when: manual\n  allow_failure: false"), &[]),
        (needs("[ask]", "rules: [{ when: manual }]"), &[]),
        (needs("[ask]", "when: always"), &[]),
    ] {
        assert_eq!(all(".gitlab-ci.yml", GITLAB, &head), expected, "{head}");
    }
    // The job that stands there last is the one that is run.
    assert!(examined(".gitlab-ci.yml", &format!("{GITLAB}debt:\n  script: [make]\n")).gates.is_empty());
    assert!(!examined(".gitlab-ci.yml", &format!("debt:\n  script: [make]\n{GITLAB}")).gates.is_empty());
}

#[test]
fn gitlab_variables_that_a_job_does_not_inherit() {
    let base = format!("variables: {{ DEBTLINT_CACHE: kept, DEBTLINT_CONFIG: my.yml }}\n{GITLAB}");
    let given = |inherit: &str| {
        let text = edited(&base, "debt:\n", &format!("debt:\n  inherit: {inherit}\n"));
        let read = examined(".gitlab-ci.yml", &text);
        ["kept", "my.yml"].map(|file| read.findings().iter().any(|finding| finding.message.expose().contains(file)))
    };
    assert_eq!(given("{ variables: true }"), [true, true]);
    assert_eq!(given("{ default: false }"), [true, true]);
    assert_eq!(given("{ variables: [DEBTLINT_CACHE] }"), [true, false]);
    assert_eq!(given("{ variables: false }"), [false, false]);
}

#[test]
fn azure_jobs_in_images_of_others_and_codes_that_are_lost() {
    let job = |line: &str| edited(AZURE, "    steps:\n", &format!("    {line}\n    steps:\n"));
    for (head, expected) in [
        (job("container: evil/x:1"), &["image evil/x"][..]),
        (job("container: { image: evil/x }"), &["image evil/x"]),
        (format!("{AZURE}        target: evil\n"), &["image evil"]),
        (format!("{AZURE}        target: {{ container: evil }}\n"), &["image evil"]),
        (job("displayName: x"), &[]),
    ] {
        assert_eq!(all("azure-pipelines.yml", AZURE, &head), expected, "{head}");
    }
    let lost = "gate-ignored: a gate that fails here fails nothing: `ignoreLASTEXITCODE`";
    let shell = edited(AZURE, "script:", "pwsh:");
    assert_eq!(all("azure-pipelines.yml", &shell, &format!("{shell}        ignoreLASTEXITCODE: true\n")), [lost]);
    assert_eq!(all("azure-pipelines.yml", &shell, &format!("{shell}        ignoreLASTEXITCODE: false\n")), [""; 0]);
    let base = job("container: x:1");
    assert_eq!(all("azure-pipelines.yml", &base, &edited(&base, "x:1", "x:2")), [""; 0]);
}

#[test]
fn texts_of_a_jenkinsfile_that_no_shell_runs() {
    let sh = "sh 'debtlint check --base refs/remotes/origin/main'";
    let step = |to: &str| edited(JENKINS, sh, to);
    let config = "gate-self-judged: `DEBTLINT_CONFIG` takes my.yml from the checkout, where the change can edit it";
    for (head, expected) in [
        (step("def x = 'debtlint check --base refs/remotes/origin/main'"), &["a text that no shell is handed"][..]),
        (step("run('debtlint check --base refs/remotes/origin/main')"), &["a text that no shell is handed"]),
        (step("def x = sh(script: 'debtlint check --base refs/remotes/origin/main')"), &[]),
        (step("sh '''#!/bin/true\ndebtlint check --base refs/remotes/origin/main'''"), &["#!/bin/true"]),
        (step("sh '''#!/bin/bash -n\ndebtlint check --base refs/remotes/origin/main'''"), &["#!/bin/bash -n"]),
        (step("sh '''#!/usr/bin/env bash\ndebtlint check --base refs/remotes/origin/main'''"), &[]),
        (step("sh '''#!/bin/bash -e\ndebtlint check --base refs/remotes/origin/main'''"), &[]),
        (step(&format!("script {{ env.DEBTLINT_CONFIG = 'my.yml' }}\n{sh}")), &[config]),
        (step(&format!("script {{ env.LANG = 'C' }}\n{sh}")), &[]),
        (edited(JENKINS, "agent any", "agent { docker { image 'evil' } }"), &["agent docker { image 'evil' }"]),
        (edited(JENKINS, "agent any", "agent { label 'linux' }"), &[]),
        (format!("def judge() {{\n  {sh}\n}}\n{}", step("echo 'x'")), &["def judge()"]),
        (format!("def judge() {{\n  {sh}\n}}\n{}", step("judge()")), &[]),
        (step(&format!("if (env.X) {{ return }}\n{sh}")), &["if (env.X) return"]),
        (step(&format!("if (env.X) return\n{sh}")), &["if (env.X) return"]),
        (step(&format!("dir('x') {{ {sh} }}\nreturn")), &[]),
        // These leave something else.
        (step(&format!("script {{ if (env.X) {{ return }} }}\n{sh}")), &[]),
        (step(&format!("// return\necho 'return'\nreturned = 1\n{sh}")), &[]),
        (format!("def of() {{\n  return 1\n}}\n{JENKINS}"), &[]),
        (format!("if (env.X) {{\n  return\n}}\n{JENKINS}"), &["if (env.X) return"]),
    ] {
        assert_eq!(all("Jenkinsfile", JENKINS, &head), expected, "{head}");
    }
}

/// A host knows a check by its name alone.
#[test]
fn jobs_that_may_bear_a_gates_name() {
    let gate = "debtlint (main)";
    let other = |on: &str, job: &str| {
        examined(".github/workflows/other.yml", &format!("on: {on}\njobs:\n  {job}\n    steps: [{{ run: make }}]\n"))
    };
    let named = "x:\n    name: debtlint (main)";
    let expression = "x:\n    name: debtlint (${{ github.base_ref }})";
    let matrix = "debtlint:\n    strategy: { matrix: { branch: [main] } }";
    let nothing = other("pull_request", "x:\n    name: test");
    for (on, job, expected) in [
        ("pull_request", named, true),
        ("pull_request", expression, true),
        ("pull_request", matrix, true),
        ("pull_request", "debtlint:\n    strategy: { matrix: { branch: [next] } }", false),
        ("push", named, true),
        ("{ push: { branches: ['**'] } }", named, true),
        ("{ push: { branches-ignore: [main] } }", named, true),
        ("workflow_dispatch", named, true),
        ("pull_request_review", named, true),
        // Of what has landed.
        ("{ push: { branches: [main] } }", named, false),
        ("{ push: { tags: ['v*'] } }", named, false),
        ("{ schedule: [{ cron: '0 0 * * *' }] }", named, false),
    ] {
        let head = other(on, job);
        assert_eq!(head.takes(gate, &nothing), expected, "{on} {job}");
        assert!(!head.takes(gate, &head), "{on} {job}");
    }
}
