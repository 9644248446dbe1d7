//! Edits of pipelines by which changes are no longer judged, or by another program, and their honest twins.

mod edits;

use super::*;

fn examined(path: &str, text: &str) -> Examined {
    let files = vec![File { path: path.to_owned(), bytes: text.as_bytes().to_vec() }];
    examine(&Setup { files, read: &|_path| None, codeowners: None, policy: None, is_called: true })
}

/// What the base judged and the head does not; its others are what stands in further files.
fn unjudged(path: &str, base: &str, head: &str, others: &[&str]) -> Vec<String> {
    let (base, head) = (examined(path, base), examined(path, head));
    let others: Vec<Examined> = others.iter().map(|text| examined(path, text)).collect();
    super::unjudged(&base, &head, &others.iter().collect::<Vec<_>>()).into_iter().flat_map(|one| one.judged).collect()
}

/// What the head asks for that the base does not.
fn asked(path: &str, base: &str, head: &str) -> Vec<String> {
    let (base, head) = (examined(path, base), examined(path, head));
    let known: Vec<&str> = base.guards.iter().map(|(text, _)| text.as_str()).collect();
    let all = head.guards.iter().map(|(text, _)| text.clone());
    all.filter(|text| !known.contains(&text.as_str())).collect()
}

const GITHUB: &str = ".github/workflows/debt.yml";
const BOTH: &str = "  pull_request: { branches: [main] }\n  merge_group: { branches: [main] }\n";
const CALL: &str = "debtlint check --event --expect-base main";

fn workflow(on: &str, jobs: &[(&str, &str, &str)]) -> String {
    let job = |(name, keys, call): &(&str, &str, &str)| {
        format!("  {name}:\n    runs-on: ubuntu-latest\n{keys}    steps:\n      - run: {call}\n")
    };
    format!("on:\n{on}jobs:\n{}", jobs.iter().map(job).collect::<String>())
}

const OF_REQUESTS: &str = "    if: github.event_name == 'pull_request'\n";
const OF_QUEUE: &str = "    if: github.event_name == 'merge_group'\n";

#[test]
fn one_of_several_gates_is_gone() {
    let one = workflow(BOTH, &[("a", "", CALL)]);
    let split = workflow(BOTH, &[("a", OF_REQUESTS, CALL), ("b", OF_QUEUE, CALL)]);
    let two = workflow(BOTH, &[("a", "", CALL), ("b", "", CALL)]);
    let teams = |names: &[(&str, &str)]| {
        let jobs = names.iter().map(|(name, call)| (*name, "", *call)).collect::<Vec<_>>();
        workflow(BOTH, &jobs)
    };
    let on = "  pull_request: { branches: [main, next] }\n";
    let (main, next) = ("debtlint check --event --expect-base main", "debtlint check --event --expect-base next");
    let weak = |keys: &'static str, call: &'static str| workflow(BOTH, &[("a", "", CALL), ("b", keys, call)]);
    let left = |keys: &'static str, call: &'static str| workflow(BOTH, &[("b", keys, call)]);
    let all = ["`merge_group` for main", "`pull_request` for main"];
    let named = workflow(BOTH, &[("a", "    name: gate\n", CALL)]);
    let floor = |number: &str| {
        let call = format!("{CALL} --no-ci-labels --org-policy=/etc/org{number}.yml");
        workflow(BOTH, &[("a", "", &call)])
    };
    let deaf = workflow(BOTH, &[("a", "", "debtlint check --event --expect-base main --no-ci-labels")]);
    let action = |with: &str| workflow(BOTH, &[("a", "", "make")]) + "      - uses: org/debtlint@v1\n" + with;
    for (base, head, expected) in [
        // What is left judges the same.
        (two.clone(), one.clone(), &[][..]),
        (two.clone(), workflow(BOTH, &[("c", "", CALL)]), &[]),
        (two.clone(), workflow(BOTH, &[("a", "", CALL), ("c", "", "make")]), &[]),
        // Where that job is waited for, it ends well by now.
        (two.clone(), workflow(BOTH, &[("a", "", CALL), ("b", "", "make")]), &all),
        (two.clone(), workflow(BOTH, &[("a", "", CALL), ("c", "    name: b\n", "make")]), &all),
        (split.clone(), one.clone(), &[]),
        (split.clone(), workflow(BOTH, &[("a", OF_REQUESTS, CALL), ("c", OF_QUEUE, CALL)]), &[]),
        (one.clone(), split.clone(), &[]),
        (
            teams(&[("a", "debtlint check --event --team a"), ("b", "debtlint check --event --team b")]),
            one.clone(),
            &[],
        ),
        (weak("", "debtlint check --event --expect-base main || true"), one.clone(), &[]),
        // Or it does not.
        (split.clone(), workflow(BOTH, &[("a", OF_REQUESTS, CALL)]), &["`merge_group` for main"]),
        (split.clone(), workflow(BOTH, &[("b", OF_QUEUE, CALL)]), &["`pull_request` for main"]),
        (split, workflow(BOTH, &[("a", OF_REQUESTS, CALL), ("b", OF_QUEUE, "make")]), &["`merge_group` for main"]),
        (
            workflow(on, &[("a", "", main), ("b", "", next)]),
            workflow(on, &[("a", "", main)]),
            &["`pull_request` for next"],
        ),
        (
            workflow(on, &[("a", "", main), ("b", "", next)]),
            workflow(on, &[("a", "", next)]),
            &["`pull_request` for main"],
        ),
        (
            teams(&[("a", "debtlint check --event --team a"), ("b", "debtlint check --event --team b")]),
            teams(&[("a", "debtlint check --event --team a")]),
            &["`merge_group` for main", "`pull_request` for main"],
        ),
        // What is left is weaker.
        (
            weak("", "debtlint check --event --expect-base main || true"),
            left("", "debtlint check --event --expect-base main || true"),
            &all,
        ),
        (weak("    continue-on-error: true\n", CALL), left("    continue-on-error: true\n", CALL), &all),
        (weak("    if: github.actor != 'x'\n", CALL), left("    if: github.actor != 'x'\n", CALL), &all),
        (weak("    env: { PATH: ./bin }\n", CALL), left("    env: { PATH: ./bin }\n", CALL), &all),
        (weak("", "debtlint check --event"), left("", "debtlint check --event"), &all),
        (
            weak("", "test -f x || debtlint check --event --expect-base main"),
            left("", "test -f x || debtlint check --event --expect-base main"),
            &all,
        ),
        // The same place, at less.
        (
            one.clone(),
            workflow("  pull_request: { branches: [main] }\n", &[("a", "", CALL)]),
            &["`merge_group` for main"],
        ),
        (one.clone(), workflow("  merge_group:\n", &[("a", "", CALL)]), &["`pull_request` for main"]),
        (
            one.clone(),
            workflow("  pull_request: { branches: ['x*'] }\n  merge_group:\n", &[("a", "", CALL)]),
            &["`pull_request` for main"],
        ),
        (one.clone(), workflow("  pull_request: { branches: ['m*'] }\n  merge_group:\n", &[("a", "", CALL)]), &[]),
        (
            one.clone(),
            workflow("  pull_request: { branches: [main] }\n  merge_group: { branches: [x] }\n", &[("a", "", CALL)]),
            &["`merge_group` for main"],
        ),
        (
            one.clone(),
            workflow(
                "  pull_request: { branches: [main] }\n  merge_group: { types: [destroyed] }\n",
                &[("a", "", CALL)],
            ),
            &["`merge_group` for main"],
        ),
        (
            one.clone(),
            workflow("  pull_request: { branches: ['**', '!main'] }\n  merge_group:\n", &[("a", "", CALL)]),
            &["`pull_request` for main"],
        ),
        (
            one.clone(),
            workflow("  pull_request: { branches: ['!main', 'm*', '!more*'] }\n  merge_group:\n", &[("a", "", CALL)]),
            &[],
        ),
        (one.clone(), workflow(BOTH, &[("a", "", "debtlint check --base HEAD --expect-base main")]), &all),
        // A job that judges nothing takes the gate's name, or bears it as well.
        (named.clone(), workflow(BOTH, &[("a", "    name: other\n", CALL), ("x", "    name: gate\n", "make")]), &all),
        (named.clone(), workflow(BOTH, &[("a", "    name: gate\n", CALL), ("x", "    name: gate\n", "make")]), &all),
        (named.clone(), workflow(BOTH, &[("a", "    name: other\n", CALL), ("x", "", "make")]), &[]),
        (named, workflow(BOTH, &[("b", "    name: gate\n", CALL), ("a", "", "make")]), &[]),
        // The floor under the policy, and that no labels are heard of.
        (one.clone(), floor(""), &[]),
        (floor(""), floor(""), &[]),
        (floor(""), one.clone(), &all),
        (floor(""), floor("2"), &all),
        // A floor is typed: no variable stands for it.
        (
            workflow(BOTH, &[("a", "", &format!("{CALL} --org-policy /etc/org.yml"))]),
            workflow(BOTH, &[("a", "    env: { DEBTLINT_ORG_POLICY: /etc/org.yml }\n", CALL)]),
            &all,
        ),
        (deaf.clone(), one.clone(), &all),
        (one, deaf, &[]),
        (action("        with: { org-policy: /etc/org.yml }\n"), action(""), &all),
        (action(""), action("        with: { org-policy: /etc/org.yml }\n"), &[]),
    ] {
        let expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
        let mut found = unjudged(GITHUB, &base, &head, &[]);
        found.dedup();
        assert_eq!(found, expected, "{base}\n{head}");
        assert_eq!(unjudged(GITHUB, &base, &base, &[]), [""; 0], "{base}");
    }
}

#[test]
fn another_file_may_judge_the_same() {
    let base = workflow(BOTH, &[("a", "", CALL)]);
    let all = ["`merge_group` for main", "`pull_request` for main"];
    let requests = workflow("  pull_request: { branches: [main] }\n", &[("a", "", CALL)]);
    let queue = workflow("  merge_group:\n", &[("q", "", CALL)]);
    let next = base.replace("main", "next");
    for (others, expected) in [
        (vec![base.clone()], &[][..]),
        (vec![requests.clone(), queue.clone()], &[]),
        (vec![next.clone(), base.clone()], &[]),
        (vec![], &all),
        (vec![next], &all),
        (vec![requests], &all[..1]),
        (vec![queue], &all[1..]),
        (vec![base.replace("base main", "base main || true")], &all),
        (vec![base.replace("[main] }\n  merge", "[main], paths: [src/**] }\n  merge")], &all[1..]),
        (vec![base.replace("[main] }\n  merge", "[main], types: [opened] }\n  merge")], &all[1..]),
        (vec![base.replace("    steps", "    container: x\n    steps")], &all),
    ] {
        let texts: Vec<&str> = others.iter().map(String::as_str).collect();
        assert_eq!(unjudged(GITHUB, &base, "", &texts), expected, "{others:?}");
    }
}

#[test]
fn what_stands_around_a_gate() {
    let github = |keys: &str, step: &str| format!("{}        {step}\n", workflow(BOTH, &[("a", keys, CALL)]));
    let gitlab = |keys: &str, rules: &str, script: &str| {
        format!("debt:\n  variables: {{ GIT_DEPTH: 0 }}\n{keys}  rules: [{rules}]\n  script: [{script}]\n")
    };
    let call = "debtlint check --event";
    let rule = "{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" }";
    let azure = |keys: &str| format!("steps:\n  - bash: debtlint check --base x\n{keys}");
    let jenkins = |keys: &str, steps: &str| {
        format!(
            "pipeline {{\n  {keys}\n  stages {{ stage('a') {{\n    when {{ changeRequest() }}\n    steps {{\n{steps}\n    }}\n  }} }}\n}}\n"
        )
    };
    let sh = "sh 'debtlint check --base x'";
    let (hub, lab) = (github("", ""), gitlab("", rule, call));
    let (azur, bit) =
        (azure(""), "pipelines:\n  pull-requests:\n    '**': [{ step: { script: [debtlint check --base x] } }]\n");
    let jenk = jenkins("agent any", sh);
    for (path, base, head, expected) in [
        (GITHUB, &hub, github("    container: evil/x:1\n", ""), &["image evil/x"][..]),
        (GITHUB, &github("    container: x:1\n", ""), github("    container: x:2\n", ""), &[]),
        (GITHUB, &hub, github("", "env: { BASH_ENV: ci/env.sh }"), &["BASH_ENV=ci/env.sh"]),
        (
            GITHUB,
            &hub,
            github("    env: { PATH: '${{ github.workspace }}/bin:/bin' }\n", ""),
            &["PATH=${{ github.workspace }}/bin:/bin"],
        ),
        (GITHUB, &hub, github("    env: { LANG: C, PATH: /bin }\n", "name: Judge"), &[]),
        // What a change is said to be.
        (
            GITHUB,
            &hub,
            hub.replace("--event", "--event --label debt --title=refactor:x"),
            &["--label debt", "--title refactor:x"],
        ),
        (GITHUB, &hub, hub.replace("--event", "--event --pr-labels queue.json"), &["--pr-labels queue.json"]),
        (GITHUB, &hub, hub.replace("run: ", "run: GITHUB_EVENT_NAME=schedule "), &["GITHUB_EVENT_NAME=schedule"]),
        (
            ".gitlab-ci.yml",
            &lab,
            lab.replace("GIT_DEPTH: 0", "GIT_DEPTH: 0, CI_PIPELINE_SOURCE: schedule, CI_DEBUG: 1"),
            &["CI_PIPELINE_SOURCE=schedule"],
        ),
        (
            GITHUB,
            &hub,
            hub.replace(
                "run: ",
                "run: |\n          enable -f ./x.so debtlint\n          command_not_found_handle() { :; }\n          ",
            ),
            &["command_not_found_handle() { :", "enable -f ./x.so debtlint"],
        ),
        (".gitlab-ci.yml", &lab, gitlab("  before_script: [make]\n", rule, call), &[]),
        (
            ".gitlab-ci.yml",
            &lab,
            gitlab("  before_script: ['test -f x && exit 0']\n", rule, call),
            &["test -f x &&; exit 0"],
        ),
        (".gitlab-ci.yml", &lab, gitlab("  before_script: ['. ci/env.sh']\n", rule, call), &[". ci/env.sh"]),
        (".gitlab-ci.yml", &lab, gitlab("  image: x:1\n", rule, call), &["image x"]),
        (
            ".gitlab-ci.yml",
            &gitlab("  image: x:1\n", rule, call),
            gitlab("  image: { name: 'x:2' }\n", rule, call),
            &[],
        ),
        (
            ".gitlab-ci.yml",
            &gitlab("  image: x:1\n", rule, call),
            gitlab("  image: { name: 'x:1', entrypoint: ['true'] }\n", rule, call),
            &["image x, begun by true"],
        ),
        (
            ".gitlab-ci.yml",
            &gitlab("  image: x:1\n", rule, call),
            gitlab("  image: { name: 'x:1', entrypoint: [''] }\n", rule, call),
            &[],
        ),
        (
            ".gitlab-ci.yml",
            &lab,
            gitlab("", "{ if: $CI_PIPELINE_SOURCE == \"merge_request_event\" && $X }", call),
            &["the job by if $CI_PIPELINE_SOURCE==\"merge_request_event\"&&$X"],
        ),
        (
            ".gitlab-ci.yml",
            &lab,
            gitlab("", &format!("{rule}, {{ if: $CI_PIPELINE_SOURCE == \"schedule\" }}"), call),
            &[],
        ),
        ("azure-pipelines.yml", &azur, azure("    env: { BASH_ENV: env.sh }\n"), &["BASH_ENV=env.sh"]),
        ("azure-pipelines.yml", &azur, azure("    env: { LANG: C }\n    displayName: x\n"), &[]),
        (
            "bitbucket-pipelines.yml",
            &bit.to_owned(),
            bit.replace("[debt", "[test -f x && exit 0, debt"),
            &["test -f x &&; exit 0"],
        ),
        (
            "bitbucket-pipelines.yml",
            &bit.to_owned(),
            bit.replace("[debt", "[test -f x && exit 256, debt"),
            &["test -f x &&; exit 256"],
        ),
        (
            "bitbucket-pipelines.yml",
            &bit.to_owned(),
            bit.replace("script: [", "image: x, script: [make, "),
            &["image x"],
        ),
        ("Jenkinsfile", &jenk, jenkins("agent any", &format!("script {{ if (env.X) {{ {sh} }} }}")), &["if (env.X)"]),
        (
            "Jenkinsfile",
            &jenk,
            jenkins("agent any", &format!("try {{\n{sh}\n}} catch (e) {{\n  echo 'x'\n}}")),
            &["try"],
        ),
        ("Jenkinsfile", &jenk, jenkins("agent any", &format!("try {{\n{sh}\n}} catch (e) {{\n  throw e\n}}")), &[]),
        ("Jenkinsfile", &jenk, jenkins("agent any", &format!("try {{\n{sh}\n}} finally {{\n  echo 'x'\n}}")), &[]),
        (
            "Jenkinsfile",
            &jenk,
            jenkins("agent any", &format!("withEnv(['PATH+X=./bin', 'LANG=C']) {{\n{sh}\n}}")),
            &["PATH=./bin"],
        ),
        ("Jenkinsfile", &jenk, jenk.replace("changeRequest()", "branch 'x'"), &["when branch 'x'"]),
        ("Jenkinsfile", &jenk, jenkins("agent any\n  environment { LANG = 'C' }", &format!("// it's one\n{sh}")), &[]),
        ("Jenkinsfile", &jenk, jenkins("agent any\n  environment { BASH_ENV = 'x.sh' }", sh), &["BASH_ENV=x.sh"]),
        (
            "Jenkinsfile",
            &jenk,
            jenkins("agent any\n  post { always { script { currentBuild.result = 'SUCCESS' } } }", sh),
            &["post always { script { currentBuild.result = 'SUCCESS' } }"],
        ),
        (
            "Jenkinsfile",
            &jenk,
            jenkins("agent any\n  post { always { junit 'x' } }", &format!("timeout(5) {{ {sh} }}")),
            &[],
        ),
    ] {
        assert_eq!(asked(path, base, &head), expected, "{base}\n{head}");
        assert!(!examined(path, &head).gates.is_empty(), "{head}");
    }
}

#[test]
fn what_readers_do_not_agree_on_is_no_gate() {
    let whole = workflow(BOTH, &[("a", "", CALL)]);
    for (text, is_gate) in [
        (whole.clone(), true),
        (format!("---\n{whole}...\n"), true),
        (format!("{whole}jobs: {{}}\n"), false),
        (format!("{whole}        run: make\n"), false),
        (format!("on: push\n---\n{whole}"), false),
    ] {
        assert_eq!(!examined(GITHUB, &text).gates.is_empty(), is_gate, "{text}");
    }
    // GitLab takes the last.
    let job = "debt:\n  script: [debtlint check --event]\n";
    for (text, is_gate) in [
        (format!("spec: {{}}\n---\n{job}"), true),
        (format!("{job}  script: [make]\n"), false),
        ("debt:\n  script: [make]\n  script: [debtlint check --event]\n".to_owned(), true),
        ("a:\n  - debtlint check --event\ndebt:\n  script: [make, !reference [a]]\n".to_owned(), false),
        (
            ".a: { script: [debtlint check --event] }\ndebt:\n  script: [make, !reference [.a, script]]\n".to_owned(),
            true,
        ),
    ] {
        assert_eq!(!examined(".gitlab-ci.yml", &text).gates.is_empty(), is_gate, "{text}");
    }
}

/// This would take minutes if all that stands before each were read for it.
#[test]
fn thousands_of_calls_in_one_statement() {
    let text = format!("sh(['true'{}])", ",\n 'debtlint check --event'".repeat(10_000));
    assert_eq!(examined("Jenkinsfile", &text).gates.len(), 1);
}
