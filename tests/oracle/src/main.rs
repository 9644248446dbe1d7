//! Compares debtlint's view of "is this tag in a comment" with tree-sitter's, over real files.
//!
//! `oracle [--words the,is,of] GIT_DIR...` reads every file of each HEAD, through git. It prints, for each language, how
//! many tags both see in a comment, how many only one of them does, and where. Common words in place of the tags ask
//! the same question a hundred times as often.

mod files;
mod tree;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::error::Error;

use debtlint::config::languages;
use debtlint::facts::RepoPath;
use debtlint::marker::Generated;
use debtlint::marker::Prose;
use debtlint::marker::Scanner;
use debtlint::marker::Search;
use debtlint::marker::Tag;
use debtlint::marker::TagCase;

#[derive(Default)]
struct Tally {
    files: usize,
    unparsed: usize,
    /// Tags in files that could not be parsed.
    lost: usize,
    both: usize,
    neither: usize,
    only_ours: Vec<String>,
    only_theirs: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut search = Search { generated: Generated::Searched, ..Search::default() };
    search.tags.truncate(4);
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--words") {
        let words = arguments.drain(..2).next_back().unwrap_or_default();
        search.tags = words.split(',').map(|word| Tag { name: word.to_owned(), case: TagCase::Exact }).collect();
    }
    let names: Vec<Vec<u8>> = search.tags.iter().map(|tag| tag.name.clone().into_bytes()).collect();
    let scanner = Scanner::new(languages()?, search)?;
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    for git_dir in arguments {
        files::each(&git_dir, &mut |path, bytes| {
            let occurrences = words(bytes, &names);
            if occurrences.is_empty() {
                return;
            }
            let repo_path = RepoPath::new(path.as_bytes().to_vec());
            let Some(language) = scanner.language(&repo_path, bytes).map(str::to_owned) else { return };
            let Some((name, mut parser)) = tree::parser(&language) else { return };
            let tally = tallies.entry(name).or_default();
            let Some(theirs) = tree::comments(name, &mut parser, bytes) else {
                tally.unparsed += 1;
                tally.lost += occurrences.len();
                return;
            };
            let Ok(found) = scanner.scan(&repo_path, bytes, Prose::Comments) else { return };
            let ours: BTreeSet<usize> = found.markers.iter().map(|marker| marker.tag_span.start).collect();
            tally.files += 1;
            for at in occurrences {
                let place = theirs.partition_point(|range| range.start <= at);
                let their = place > 0 && theirs[place - 1].contains(&at);
                let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
                let text: Vec<u8> =
                    bytes[start..].iter().take_while(|byte| **byte != b'\n').take(120).copied().collect();
                let seen = format!("{path}:{line}: {}", String::from_utf8_lossy(&text).trim());
                match (ours.contains(&at), their) {
                    (true, true) => tally.both += 1,
                    (false, false) => tally.neither += 1,
                    (true, false) => tally.only_ours.push(seen),
                    (false, true) => tally.only_theirs.push(seen),
                }
            }
        })?;
    }
    print(&tallies);
    Ok(())
}

fn print(tallies: &BTreeMap<&'static str, Tally>) {
    for (name, tally) in tallies {
        for seen in &tally.only_ours {
            println!("only-ours   {name:<11} {seen}");
        }
        for seen in &tally.only_theirs {
            println!("only-theirs {name:<11} {seen}");
        }
    }
    println!("language     files  unparsed (tags)    both  neither  only-ours  only-theirs  precision  recall");
    let mut all = Tally::default();
    for (name, tally) in tallies {
        row(name, tally);
        all.files += tally.files;
        all.unparsed += tally.unparsed;
        all.lost += tally.lost;
        all.both += tally.both;
        all.neither += tally.neither;
        all.only_ours.extend_from_slice(&tally.only_ours);
        all.only_theirs.extend_from_slice(&tally.only_theirs);
    }
    row("all", &all);
}

fn row(name: &str, tally: &Tally) {
    let part = |wrong: usize| {
        let whole = tally.both + wrong;
        if whole == 0 { 1.0 } else { tally.both as f64 / whole as f64 }
    };
    println!(
        "{name:<11} {:>6} {:>9} {:>6} {:>7} {:>8} {:>10} {:>12} {:>10.4} {:>7.4}",
        tally.files,
        tally.unparsed,
        tally.lost,
        tally.both,
        tally.neither,
        tally.only_ours.len(),
        tally.only_theirs.len(),
        part(tally.only_ours.len()),
        part(tally.only_theirs.len())
    );
}

/// Where one of the words stands as a word, as `grep -w` has it.
fn words(bytes: &[u8], names: &[Vec<u8>]) -> Vec<usize> {
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let mut found = Vec::new();
    for at in 0..bytes.len() {
        if at > 0 && word(bytes.get(at - 1)) {
            continue;
        }
        let fits = |name: &&Vec<u8>| bytes[at..].starts_with(name) && !word(bytes.get(at + name.len()));
        if names.iter().any(|name| fits(&name)) {
            found.push(at);
        }
    }
    found
}
