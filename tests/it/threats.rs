//! `docs/threats.md` promises that a test shows each row: the tests are there.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_test_that_a_threat_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/threats.md")).unwrap();
    let functions = functions(root);
    let (mut named, mut absent) = (BTreeSet::new(), Vec::new());
    // A letter and a number begin a row; its tests stand in the cell behind the defence.
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.contains(char::is_numeric));
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let tests: Vec<&str> = cells[3].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test: {row}");
        for test in tests {
            named.insert(test);
            if !is_scenario(root, test) && !functions.contains(test) {
                absent.push(test);
            }
        }
    }
    assert!(absent.is_empty(), "docs/threats.md names tests that are not there: {absent:?}");
    assert!(named.len() > 60, "only {} tests are named", named.len());
}

/// What a row says of exit codes was tried: it is what the runs that it names ended with, as their snapshots have it.
#[test]
fn the_exit_codes_of_threats_are_those_of_their_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/threats.md")).unwrap();
    let mut compared = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && line.contains(char::is_numeric)) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let Some(stated) = cells.get(4).filter(|codes| codes.contains(char::is_numeric)) else { continue };
        for test in cells[3].split('`').skip(1).step_by(2) {
            let Some((folder, head)) = test.split_once('/') else { continue };
            let runs = std::fs::read_to_string(root.join(format!("tests/scenarios/{folder}/gate.txt"))).unwrap();
            let snapshot = format!("tests/it/snapshots/it__scenarios__scenarios@{folder}__history.yml.snap");
            let snapshot = std::fs::read_to_string(root.join(snapshot)).unwrap();
            let codes = snapshot.lines().filter_map(|line| line.strip_prefix("exit code: "));
            let runs = runs.lines().filter(|run| !run.trim().is_empty());
            let own = runs.zip(codes).filter(|(run, _)| run.split_whitespace().take(2).any(|word| word == head));
            let own: BTreeSet<&str> = own.map(|(_, code)| code).collect();
            assert!(own.iter().any(|code| stated.contains(code)), "{test} ended with {own:?}: {row}");
            compared += 1;
        }
    }
    assert!(compared > 60, "only {compared} runs were compared");
}

/// A folder, or a folder and the head of one of its runs.
fn is_scenario(root: &Path, name: &str) -> bool {
    let (folder, head) = name.split_once('/').map_or((name, None), |(folder, head)| (folder, Some(head)));
    let folder = root.join("tests/scenarios").join(folder);
    match head {
        None => folder.join("history.yml").is_file(),
        Some(head) => std::fs::read_to_string(folder.join("gate.txt"))
            .is_ok_and(|runs| runs.lines().any(|run| run.split_whitespace().take(2).any(|word| word == head))),
    }
}

/// The names of all functions in the sources and the tests.
fn functions(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.join("src"), root.join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let names = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
                found.extend(names.filter_map(|name| name.split(['(', '<']).next()).map(str::to_owned));
            }
        }
    }
    found
}
