//! The screenfuls in README and docs are what the program prints today.
//!
//! `tests/readme.rs` runs console blocks in an empty folder; what needs a repository stands here. A comment names the
//! scenario and what is run in it, and the block that follows shows the terminal:
//!
//! ```text
//! <!-- shown: tests/scenarios/readme: debtlint check past.git --config debtlint.yml -->
//! ```

use std::path::Path;

use crate::support::History;
use crate::support::Room;

const OPENING: &str = "<!-- shown: ";
const DOCUMENTS: [&str; 2] = ["README.md", "docs"];

#[test]
fn shown_screens_are_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut shown = 0;
    for document in DOCUMENTS {
        for path in markdown(&root.join(document)) {
            let text = std::fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices(OPENING) {
                shown += 1;
                let (order, rest) = text[at + OPENING.len()..].split_once(" -->").unwrap();
                let (scenario, command) = order.split_once(": ").unwrap();
                let block = rest.trim_start().strip_prefix("```text\n").expect("a text block follows the comment");
                let (block, _) = block.split_once("```").unwrap();
                let expected = screen(&root.join(scenario), command);
                assert_eq!(block, expected, "{}: put this into the block:\n{expected}", path.display());
            }
        }
    }
    assert!(shown > 0, "the README shows no screen");
}

fn screen(scenario: &Path, command: &str) -> String {
    let read = |name: &str| std::fs::read_to_string(scenario.join(name)).unwrap();
    let (room, written) = Room::with_past(&History::parse(&read("history.yml")));
    room.put("debtlint.yml", &written.fill(&read("debtlint.yml")));
    let words = command.split(' ').skip(1).map(|word| written.fill(word));
    let told = room.debtlint(words);
    // A terminal shows both; here what the program found goes before what it says about itself.
    format!("$ {command}\n{}{}", told.stdout, told.stderr)
}

fn markdown(place: &Path) -> Vec<std::path::PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut files: Vec<_> = std::fs::read_dir(place)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_index_names_every_document_and_links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let index = std::fs::read_to_string(root.join("docs/README.md")).unwrap();
    for path in markdown(&root.join("docs")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(name == "README.md" || index.contains(&format!("]({name})")), "docs/README.md does not name {name}");
    }
    let mut wrong = Vec::new();
    for folder in [".", "docs", "docs/ci", "docs/cli", "docs/findings", "docs/errors"] {
        for path in markdown(&root.join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let target = link.split('#').next().unwrap();
                let is_ours = !target.is_empty() && !target.contains(':') && !target.contains(' ');
                if is_ours && !path.parent().unwrap().join(target).exists() {
                    wrong.push(format!("{}: {link}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
