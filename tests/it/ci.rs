//! Build services: what the program tells in them, and the files of docs/ci, which people copy.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::History;
use crate::support::Room;

/// The history ends where the window still needs it.
const SHALLOW: &str = r#"
people: { ann: Ann Archer <ann@example.com> }
commits:
  - { at: 2026-11-02T10:00:00Z, by: ann, say: "feat: begin", touch: [a.rs] }
  - { name: cut, at: 2026-11-03T10:00:00Z, by: ann, say: "feat: more", touch: [a.rs] }
  - { at: 2026-11-04T10:00:00Z, by: ann, say: "feat: and more", touch: [a.rs] }
cut: [cut]
"#;

#[test]
fn missing_history_is_mended_by_lines_of_the_workflow() {
    let (room, _) = Room::with_past(&History::parse(SHALLOW));
    let lines =
        "  in the workflow, at the step with `uses: actions/checkout`:\n        with:\n          fetch-depth: 0\n";
    let absent = "0123456789012345678901234567890123456789";
    for line in [&["check", "past.git"][..], &["check", "past.git", "--base", absent]] {
        let told = room.debtlint_with(line, &[("GITHUB_ACTIONS", "true")]);
        assert!(told.status == Some(3) && told.stderr.ends_with(lines), "{told}");
        let elsewhere = room.debtlint(line);
        assert!(elsewhere.status == Some(3) && !elsewhere.stderr.contains(lines), "{elsewhere}");
    }
    let other = room.debtlint_with(["check", "nothing"], &[("GITHUB_ACTIONS", "true")]);
    assert!(other.status == Some(3) && !other.stderr.contains("in the workflow"), "{other}");
}

/// Every file in docs/ci that is no prose, with its name.
fn copied() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut files: Vec<_> = files.map(|path| (named(&path), std::fs::read_to_string(path).unwrap())).collect();
    files.retain(|(name, _)| name != "README.md");
    files.sort();
    files
}

#[test]
fn what_is_copied_can_be_read() {
    let mut read = BTreeSet::new();
    for (name, text) in copied() {
        if !name.ends_with(".yml") && !name.ends_with(".yaml") {
            continue;
        }
        let told = |error| panic!("{name}: {error}");
        let file: Value = serde_yaml::from_str(&text).unwrap_or_else(told);
        let has = match name.as_str() {
            "debtlint.github.yml" => {
                // A wider permission, or credentials that stay, is nothing that a gate needs.
                assert_eq!(file["permissions"].to_string(), r#"{"contents":"read"}"#);
                assert_eq!(file["jobs"]["debtlint"]["steps"][0]["with"]["persist-credentials"], false);
                assert_eq!(file["jobs"]["debtlint"]["steps"][0]["with"]["fetch-depth"], 0);
                let branch = file["on"]["pull_request"]["branches"][0].as_str().unwrap();
                let job = file["jobs"]["debtlint"]["name"].as_str().unwrap();
                assert!(job.contains(branch) && text.contains(&format!("--expect-base {branch}")), "{job}");
                let types = file["on"]["pull_request"]["types"].to_string();
                ["labeled", "unlabeled", "edited", "synchronize"].iter().all(|one| types.contains(one))
                    && file["on"].get("merge_group").is_some()
                    && !text.contains("paths:")
                    && !text.contains("continue-on-error")
            }
            "gitlab-ci.yml" => file["debtlint"]["variables"]["GIT_DEPTH"] == "0",
            "azure-pipelines.yml" => file["steps"][0]["fetchDepth"] == "0",
            "bitbucket-pipelines.yml" => file["clone"]["depth"] == "full",
            "pre-commit-config.yaml" => file["repos"][0]["hooks"].as_array().is_some_and(|hooks| hooks.len() == 2),
            other => panic!("docs/ci/{other} is not looked at"),
        };
        assert!(has, "{name}: {file:#}");
        read.insert(name);
    }
    assert_eq!(read.len(), 5, "{read:?}");
}

#[test]
fn what_is_copied_is_what_the_program_takes() {
    let room = Room::new();
    let mut run = BTreeSet::new();
    for (name, text) in copied() {
        let lines = text.lines().filter(|line| !["#", "//"].iter().any(|sign| line.trim_start().starts_with(sign)));
        for line in lines {
            let Some(at) = ["debtlint check", "debtlint hook"].iter().filter_map(|command| line.find(command)).min()
            else {
                continue;
            };
            // What the shell fills in is a word; quotes are the shell's, or the file's.
            let words = line[at..].split_whitespace().skip(1).map(|word| word.trim_matches(['"', '\'']));
            // pre-commit adds the file.
            let file = line.trim_start().starts_with("entry:").then_some("message");
            let words: Vec<String> =
                words.chain(file).map(|word| word.replace(['$', '{', '}', '#', '"'], "x")).collect();
            let told = room.debtlint(&words);
            // The parser's own complaints begin so; there is no repository, and no service, for the rest.
            assert!(!told.stderr.starts_with("error:"), "{name}: debtlint {}\n{told}", words.join(" "));
            run.insert(name.clone());
        }
    }
    assert_eq!(run.len(), copied().len(), "every file runs debtlint: {run:?}");
}
