//! docs/cli: a page a command, written by a test, so that it is true.

use std::fs;
use std::path::Path;

use clap::Command;
use clap::CommandFactory as _;

use super::Args;

/// As wide as the program's own help is at most.
const WIDTH: usize = 100;

/// Each command that can be run, with all its names: `config check`.
fn commands() -> Vec<(String, Command)> {
    fn below(command: &Command, names: &str, all: &mut Vec<(String, Command)>) {
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let names = format!("{names} {}", inner.get_name()).trim().to_owned();
            if inner.has_subcommands() {
                below(inner, &names, all);
            } else {
                all.push((names, inner.clone()));
            }
        }
    }
    let mut command = Args::command().term_width(WIDTH);
    command.build();
    let mut all = Vec::new();
    below(&command, "", &mut all);
    all
}

fn page(names: &str, command: &Command) -> String {
    let help = command.clone().term_width(WIDTH).render_long_help().to_string();
    let help: String = help.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    format!("# debtlint {names}\n\n```text\n$ debtlint {names} --help\n{help}```\n")
}

fn index(all: &[(String, Command)]) -> String {
    let mut text =
        "# Commands\n\nWhat `--help` says of each, at full length; `-h` says it in short, and `debtlint man` as a \
                    manual page.\n\n| command | what it does |\n|---|---|\n"
            .to_owned();
    for (names, command) in all {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("| [`debtlint {names}`]({}.md) | {about} |\n", names.replace(' ', "-")));
    }
    text
}

#[test]
fn the_committed_pages_are_what_help_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli");
    let all = commands();
    let mut pages: Vec<_> =
        all.iter().map(|(names, command)| (format!("{}.md", names.replace(' ', "-")), page(names, command))).collect();
    pages.push(("README.md".to_owned(), index(&all)));
    pages.sort();
    if std::env::vars().any(|(name, value)| name == "UPDATE_DOCS" && value == "1") {
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut committed: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    committed.sort();
    for (page, committed) in pages.iter().zip(&committed) {
        assert!(
            page == committed,
            "docs/cli/{} is out of date: run `UPDATE_DOCS=1 cargo test --lib reference`",
            page.0
        );
    }
    assert_eq!(pages.len(), committed.len(), "docs/cli has other pages than there are commands");
}

#[test]
fn every_command_shows_examples() {
    for (names, command) in commands() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let line = format!("debtlint {names}");
        assert!(help.contains(&line), "`debtlint {names} --help` shows no example of it:\n{help}");
        assert!(command.get_about().is_some(), "{names}");
    }
}

#[test]
fn every_example_can_be_typed() {
    for (names, command) in commands() {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for line in help.lines() {
            // Variables before it, another program before or behind it, and what is said of it, are no part of it.
            let Some(at) = line.find("debtlint ").filter(|_| !line.trim_start().starts_with('`')) else { continue };
            let line = line[at..].split("  ").next().unwrap().split('>').next().unwrap();
            let line = line.split(" | ").next().unwrap().replace('\'', "");
            // Every second piece stands in quotes.
            let pieces = line.split('"').enumerate();
            let line: String = pieces
                .map(|(at, piece)| if at % 2 == 1 { piece.replace(' ', "_") } else { piece.to_owned() })
                .collect();
            let words = line.split_whitespace();
            if let Err(refused) = Args::read(words.map(Into::into)) {
                assert!(!refused.use_stderr(), "{names}: {line}\n{refused}");
            }
        }
    }
}

#[test]
fn shells_and_manuals() {
    use clap::ValueEnum as _;
    for shell in clap_complete::Shell::value_variants() {
        let script = String::from_utf8(Args::completions(*shell)).unwrap();
        assert!(script.contains("doctor") && script.contains("commit-msg"), "{shell}");
        // What `clap_complete` writes for others has no values, or only those of options.
        if matches!(shell, clap_complete::Shell::Bash | clap_complete::Shell::Zsh) {
            assert!(script.contains("rdjson") && script.contains("conventional-commits"), "{shell}");
        }
    }
    let pages = Args::manual().unwrap();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"debtlint.1"));
    assert!(names.contains(&"debtlint-config-check.1") && names.contains(&"debtlint-hook-pre-push.1"), "{names:?}");
    for (name, page) in &pages {
        let page = String::from_utf8_lossy(page);
        assert!(page.contains(".TH") && page.contains(".SH SYNOPSIS"), "{name}");
    }
}
