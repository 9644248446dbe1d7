//! What counts as a comment where languages are at their oddest. Tags that are to be found say "yes", others "no".

use crate::facts::RepoPath;
use crate::marker::Prose;
use crate::marker::Scanner;
use crate::marker::Search;

/// What the markers of each text say, against what they are to say.
fn told(cases: &[(&str, &str)]) {
    let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
    for (path, text) in cases {
        let found = scanner.scan(&RepoPath::new(path.as_bytes()), text.as_bytes(), Prose::Comments).unwrap();
        let found: Vec<&str> = found.markers.iter().map(|marker| marker.text.expose()).collect();
        let yes = text.matches("TODO: yes").count();
        assert!(found.len() == yes && found.iter().all(|text| text.starts_with("yes")), "{path}: {text}\n{found:?}");
    }
}

#[test]
fn runs_of_one_byte() {
    told(&[
        ("a.hs", "x = a -----> b\n------ TODO: yes\ny = a --> \"TODO: no\" -- TODO: yes"),
        ("a.swift", "###if x\n// TODO: yes\nlet a = ##\"# TODO: no \"# // TODO: no\"##; // TODO: yes"),
        ("a.rs", "let a = r##\"\"# // TODO: no\"##; // TODO: yes"),
    ]);
}
