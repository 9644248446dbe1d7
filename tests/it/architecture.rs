//! The shape of the project: which module may know of which, and where foreign libraries live.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

/// What each module may import. Lowest first; docs/architecture.md shows the same table.
const MAY_IMPORT: [(&str, &[&str]); 13] = [
    ("facts", &[]),
    ("finding", &["facts"]),
    ("policy", &["facts", "finding"]),
    ("config", &["facts", "finding", "policy"]),
    ("repo", &["facts", "finding", "policy"]),
    ("classify", &["facts", "finding", "policy", "config", "repo"]),
    ("marker", &["facts", "finding", "policy", "config", "repo"]),
    ("wiring", &["facts", "finding", "config", "repo"]),
    ("ledger", &["facts", "finding", "policy", "classify", "marker"]),
    ("verdict", &["facts", "finding", "policy", "classify", "marker", "ledger"]),
    ("report", &["facts", "finding", "policy", "classify", "marker", "ledger", "verdict"]),
    (
        "cli",
        &[
            "facts", "finding", "policy", "config", "repo", "classify", "marker", "wiring", "ledger", "verdict",
            "report",
        ],
    ),
    // The program calls the library like everybody else.
    ("main", &[]),
];

/// What may be named in some modules only.
const ONLY_IN: [(&str, &[&str]); 17] = [
    ("ureq::", &["cli"]),
    ("git2::", &["repo"]),
    ("gix_pack::", &["repo"]),
    ("gix_hash::", &["repo"]),
    ("ssh_key::", &["repo"]),
    ("pgp::", &["repo"]),
    ("clap::", &["cli"]),
    ("serde_yaml::", &["config"]),
    ("comfy_table::", &["report"]),
    ("indicatif::", &["cli"]),
    ("rayon::", &["repo"]),
    ("std::env", &["cli"]),
    ("std::time", &["cli"]),
    ("SystemTime", &["cli"]),
    ("Zoned::now", &["cli"]),
    ("Timestamp::now", &["cli"]),
    ("current_dir(", &["cli"]),
];

const MOST_LINES: usize = 450;

#[test]
fn modules_import_from_below_only() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.into_iter().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let Some(module) = module_of(&path) else { continue };
        let Some(allowed) = table.get(module.as_str()) else {
            wrong.push(format!("{}: the module {module} is not in the table", path.display()));
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            for imported in imports_in(line) {
                if imported != module && !allowed.contains(&imported) {
                    wrong.push(format!("{}:{number}: {module} may not import {imported}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_stand_one_to_a_line() {
    // So that the test above sees them, and a merge of two branches does not conflict.
    let wrong: Vec<_> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.lines().any(|line| line.trim_start().starts_with("use crate::{")))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn foreign_libraries_live_in_one_place() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let module = module_of(&path);
        for (number, line) in (1..).zip(text.lines()) {
            let code = line.split("//").next().unwrap_or_default();
            for (name, homes) in ONLY_IN {
                if code.contains(name) && !module.as_deref().is_some_and(|module| homes.contains(&module)) {
                    wrong.push(format!("{}:{number}: {name} belongs into {homes:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_readable() {
    let wrong: Vec<_> = ["src", "tests/it"]
        .into_iter()
        .flat_map(sources)
        .map(|(path, text)| (text.lines().count(), path))
        .filter(|(lines, _)| *lines > MOST_LINES)
        .collect();
    assert!(wrong.is_empty(), "more than {MOST_LINES} lines: {wrong:?}");
}

#[test]
fn the_program_is_a_few_lines() {
    let main = std::fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(main.lines().count() <= 20);
}

#[test]
fn no_file_is_forgotten() {
    // A file that no `mod` names is never compiled: its tests pass by not being there.
    let mut wrong = Vec::new();
    for folder in ["src", "tests/it"] {
        let files = sources(folder);
        let named: BTreeSet<PathBuf> = files.iter().flat_map(|(path, text)| named_by(path, text)).collect();
        let roots = ["src/lib.rs", "src/main.rs", "tests/it/main.rs"];
        wrong.extend(
            files
                .into_iter()
                .map(|(path, _)| path)
                .filter(|path| !named.contains(path) && !roots.iter().any(|name| path == Path::new(name))),
        );
    }
    assert!(wrong.is_empty(), "no `mod` names {wrong:?}");
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for entry in std::fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|extension| extension == "rs") {
            assert!(manifest.contains(&format!("\"tests/{name}\"")), "Cargo.toml has no [[test]] for {name}");
        }
    }
}

/// The modules of this crate that a line names, `use` or not.
fn imports_in(line: &str) -> Vec<&str> {
    let code = if line.trim_start().starts_with("//") { "" } else { line };
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default())
        .filter(|name| MAY_IMPORT.iter().any(|(module, _)| module == name))
        .collect()
}

/// The top-level module that a file of `src` belongs to; the crate's root belongs to none.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix("src").unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    let module = first.strip_suffix(".rs").unwrap_or(first);
    (module != "lib").then(|| module.to_owned())
}

/// The files that the `mod` lines of a file stand for.
fn named_by(path: &Path, text: &str) -> Vec<PathBuf> {
    let folder = path.parent().unwrap();
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let inside = if ["mod", "lib", "main"].contains(&stem) { folder.to_owned() } else { folder.join(stem) };
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start();
            let (_, name) = line.strip_suffix(';')?.rsplit_once("mod ")?;
            (line.starts_with("mod ") || line.starts_with("pub")).then_some(name)
        })
        .flat_map(|name| [inside.join(format!("{name}.rs")), inside.join(name).join("mod.rs")])
        .collect()
}

/// Every Rust file below a folder, sorted, with its text; the paths start at the project's root.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(root().join(&path)).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no Rust file");
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
