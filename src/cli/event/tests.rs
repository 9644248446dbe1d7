use super::*;
use crate::repo::OwnerCheck;

fn named(digit: &str) -> String {
    digit.repeat(40)
}

/// What is told of an environment; the payload lies where it says.
fn told(variables: &str, payload: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.json");
    std::fs::write(&path, payload).unwrap();
    let variable = |name: &str| {
        if name == "GITHUB_EVENT_PATH" {
            return Some(path.to_str().unwrap().to_owned());
        }
        let found = variables.split(' ').filter_map(|pair| pair.split_once('='));
        found.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next()
    };
    let short = |id: ObjectId| id.to_string().chars().take(1).collect::<String>();
    match Event::ask(&variable) {
        Err(error) => error.to_string(),
        Ok(Event { ends, branch }) => {
            let ends = match ends {
                Ends::Change { base, head, merge } => {
                    let merge = merge.map(|merge| format!(" or {}", short(merge))).unwrap_or_default();
                    format!("{}..{}{merge}", short(base), short(head))
                }
                Ends::Window(of) => format!("window of {}", short(of)),
            };
            format!("{ends}, {}", branch.as_deref().unwrap_or("no branch"))
        }
    }
}

#[test]
fn what_each_event_is_about() {
    let [zero, a, b, c] = ["0", "a", "b", "c"].map(named);
    let request = format!(
        r#"{{"action":"edited","number":3,"pull_request":{{"base":{{"ref":"main","sha":"{a}"}},"head":{{"ref":"topic","sha":"{b}"}}}}}}"#
    );
    let group = format!(
        r#"{{"merge_group":{{"base_sha":"{a}","base_ref":"refs/heads/main","head_sha":"{b}","head_ref":"refs/heads/gh-readonly-queue/x"}}}}"#
    );
    let push =
        |before: &str, after: &str| format!(r#"{{"ref":"refs/heads/main","before":"{before}","after":"{after}"}}"#);
    let merge_request = format!(
        "GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_DIFF_BASE_SHA={a} CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main"
    );
    let cases = [
        (format!("GITHUB_EVENT_NAME=pull_request GITHUB_SHA={c}"), request.clone(), "a..b or c, main"),
        ("GITHUB_EVENT_NAME=pull_request".to_owned(), request.clone(), "a..b, main"),
        ("GITHUB_EVENT_NAME=merge_group".to_owned(), group, "a..b, refs/heads/main"),
        ("GITHUB_EVENT_NAME=push".to_owned(), push(&a, &b), "a..b, refs/heads/main"),
        ("GITHUB_EVENT_NAME=push".to_owned(), push(&zero, &b), "window of b, refs/heads/main"),
        (
            "GITHUB_EVENT_NAME=push".to_owned(),
            push(&a, &zero),
            "the event does not say what to judge: the push deletes its branch: nothing is left to judge",
        ),
        (
            "GITHUB_EVENT_NAME=push".to_owned(),
            push("main", &b),
            "the event does not say what to judge: `before` is not a full commit id",
        ),
        (
            "GITHUB_EVENT_NAME=push".to_owned(),
            "{}".to_owned(),
            "the event does not say what to judge: it has no `before`",
        ),
        (
            format!("GITHUB_EVENT_NAME=schedule GITHUB_SHA={c} GITHUB_REF=refs/heads/main"),
            String::new(),
            "window of c, refs/heads/main",
        ),
        (format!("GITHUB_EVENT_NAME=workflow_dispatch GITHUB_SHA={c}"), String::new(), "window of c, no branch"),
        (
            "GITHUB_EVENT_NAME=schedule".to_owned(),
            String::new(),
            "the event does not say what to judge: it has no `GITHUB_SHA`",
        ),
        (
            format!("GITHUB_EVENT_NAME=pull_request_target GITHUB_SHA={c}"),
            request.clone(),
            "`pull_request_target` is not judged: it runs with the repository's secrets, on the base and not on the change",
        ),
        (
            "GITHUB_EVENT_NAME=release".to_owned(),
            String::new(),
            "the event does not say what to judge: there is no support for the event `release`",
        ),
        (
            "GITHUB_EVENT_NAME=pull_request".to_owned(),
            request.replace(&b, "bbbb"),
            "the event does not say what to judge: `pull_request.head.sha` is not a full commit id",
        ),
        (
            "GITHUB_EVENT_NAME=pull_request".to_owned(),
            "{}".to_owned(),
            "the event does not say what to judge: it has no `pull_request`",
        ),
        (format!("{merge_request} CI_COMMIT_SHA={b}"), String::new(), "a..b, main"),
        (
            format!("{merge_request} CI_COMMIT_SHA={c} CI_MERGE_REQUEST_SOURCE_BRANCH_SHA={b}"),
            String::new(),
            "a..b or c, main",
        ),
        (
            format!("GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_COMMIT_SHA={c}"),
            String::new(),
            "the event does not say what to judge: it has no `CI_MERGE_REQUEST_DIFF_BASE_SHA`",
        ),
        (
            format!(
                "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BEFORE_SHA={a} CI_COMMIT_SHA={b} CI_COMMIT_BRANCH=main"
            ),
            String::new(),
            "a..b, main",
        ),
        (
            format!("GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BEFORE_SHA={zero} CI_COMMIT_SHA={b}"),
            String::new(),
            "window of b, no branch",
        ),
        (
            format!(
                "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BEFORE_SHA={zero} CI_COMMIT_SHA={b} CI_COMMIT_TAG=v1"
            ),
            String::new(),
            "window of b, refs/tags/v1",
        ),
        (
            format!("GITLAB_CI=true CI_PIPELINE_SOURCE=schedule CI_COMMIT_BEFORE_SHA={a} CI_COMMIT_SHA={b}"),
            String::new(),
            "window of b, no branch",
        ),
        (
            String::new(),
            String::new(),
            "the event does not say what to judge: this runs neither in GitHub Actions (GITHUB_EVENT_NAME) nor in GitLab CI (GITLAB_CI)",
        ),
    ];
    for (variables, payload, expected) in cases {
        assert_eq!(told(&variables, &payload), expected, "{variables} {payload}");
    }
    assert!(told("GITHUB_EVENT_NAME=push", "{").contains("event.json: EOF while parsing an object"));
}

#[test]
fn the_base_branch_is_the_expected_one() {
    let of = |branch: Option<&str>| Event {
        ends: Ends::Window(named("a").parse().unwrap()),
        branch: branch.map(str::to_owned),
    };
    for (branch, expected, is_it) in [
        (Some("main"), "main", true),
        (Some("refs/heads/main"), "main", true),
        (Some("main"), "refs/heads/main", true),
        (Some("develop"), "main", false),
        (Some("feature/main"), "main", false),
        (Some("refs/tags/main"), "main", false),
        (None, "main", false),
    ] {
        assert_eq!(of(branch).expect_base(expected).is_ok(), is_it, "{branch:?} {expected}");
    }
}

#[test]
fn a_merge_that_was_not_fetched_leaves_both_ends() {
    for config in ["", "[remote \"origin\"]\n\tpromisor = true\n"] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("objects")).unwrap();
        std::fs::create_dir(at("refs")).unwrap();
        std::fs::write(at("HEAD"), "ref: refs/heads/main\n").unwrap();
        std::fs::write(at("config"), config).unwrap();
        let repository = Repository::open(folder.path(), OwnerCheck::Accept).unwrap();
        let head = Settings::of_head(folder.path().to_owned(), OwnerCheck::Accept);
        let settings = Settings { head: Some(named("b")), merge: named("c").parse().ok(), ..head };
        let settled = settle(&settings, &repository).ok().unwrap();
        assert_eq!((settled.head, settled.revision), (settings.head, settings.revision), "{config}");
    }
}
