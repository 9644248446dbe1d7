//! Which language a file is written in, and whether a program wrote it.

use std::collections::HashMap;

use bstr::ByteSlice as _;

use crate::policy::Languages;

/// Where hints and marks of generated files are looked for.
const START: usize = 4_096;
const GENERATED_START: usize = 1_024;

/// Whether files that say they were generated are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Generated {
    /// They are left out, and counted.
    #[default]
    LeftOut,
    /// They are searched like any other.
    Searched,
}

/// The table turned round: from names of files to languages.
#[derive(Debug)]
pub(super) struct Detector {
    extensions: HashMap<String, Vec<usize>>,
    names: HashMap<String, usize>,
    /// Names with a `*`: how they begin and how they end.
    patterns: Vec<(String, String, usize)>,
    interpreters: HashMap<String, usize>,
}

impl Detector {
    pub(super) fn new(languages: &Languages) -> Self {
        let mut new = Self {
            extensions: HashMap::new(),
            names: HashMap::new(),
            patterns: Vec::new(),
            interpreters: HashMap::new(),
        };
        for (place, language) in languages.list.iter().enumerate() {
            for extension in &language.extensions {
                new.extensions.entry(extension.clone()).or_default().push(place);
            }
            for name in &language.file_names {
                if let Some((start, end)) = name.split_once('*') {
                    new.patterns.push((start.to_owned(), end.to_owned(), place));
                } else {
                    new.names.entry(name.clone()).or_insert(place);
                }
            }
            for interpreter in &language.interpreters {
                new.interpreters.entry(interpreter.clone()).or_insert(place);
            }
        }
        // Those that say more go first: `requirements*.txt` before `requirements*`.
        new.patterns.sort_by_key(|(_, end, _)| end.is_empty());
        new
    }

    /// The language of a file: by its name, its extension (the longest first), or its first line.
    pub(super) fn language(&self, languages: &Languages, path: &[u8], text: &[u8]) -> Option<usize> {
        self.languages(languages, path, text).first().copied()
    }

    /// The same, and after it those that the file may as well be written in: where languages share an extension and no
    /// hint says which of them it is.
    pub(super) fn languages(&self, languages: &Languages, path: &[u8], text: &[u8]) -> Vec<usize> {
        let name = path.rsplit_str("/").next().unwrap_or(path).to_str_lossy();
        if let Some(place) = self.names.get(name.as_ref()) {
            return vec![*place];
        }
        let fits = |(start, end, _): &&(String, String, usize)| {
            name.strip_prefix(start.as_str()).is_some_and(|rest| rest.ends_with(end.as_str()))
        };
        if let Some((.., place)) = self.patterns.iter().find(fits) {
            return vec![*place];
        }
        let lower = name.to_lowercase();
        for (dot, _) in lower.match_indices('.').take(8) {
            let extension = lower.get(dot.saturating_add(1)..).unwrap_or_default();
            let Some(places) = self.extensions.get(extension) else { continue };
            let chosen = choose(languages, places, text);
            if !chosen.is_empty() {
                return chosen;
            }
        }
        self.by_first_line(text).into_iter().collect()
    }

    fn by_first_line(&self, text: &[u8]) -> Option<usize> {
        let line = text.lines().next()?.strip_prefix(b"#!")?;
        let line = line.get(..256).unwrap_or(line).to_str_lossy();
        let mut words = line.split_whitespace();
        let mut program = words.next()?.rsplit('/').next()?;
        if program == "env" {
            program = words.find(|word| !word.starts_with('-') && !word.contains('='))?.rsplit('/').next()?;
        }
        let program = program.to_lowercase();
        let bare = program.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
        self.interpreters.get(program.as_str()).or_else(|| self.interpreters.get(bare)).copied()
    }
}

/// Of languages that share an extension, the first of which a hint occurs, or that has none; where no hint occurs, then also
/// those that are looked for in doubt: a short text may have no hint.
fn choose(languages: &Languages, places: &[usize], text: &[u8]) -> Vec<usize> {
    let start = text.get(..START).unwrap_or(text);
    let hints = |place: usize| languages.list.get(place).map(|language| language.hints.as_slice()).unwrap_or_default();
    let is_hinted = |place: usize| hints(place).iter().any(|hint| start.contains_str(hint));
    let fits = |place: &&usize| hints(**place).is_empty() || is_hinted(**place);
    let Some(first) = places.iter().find(fits).or_else(|| places.first()).copied() else { return Vec::new() };
    if is_hinted(first) {
        return vec![first];
    }
    let is_in_doubt = |place: usize| languages.list.get(place).is_some_and(|language| language.in_doubt);
    let others = places.iter().filter(|place| **place != first && is_in_doubt(**place));
    std::iter::once(first).chain(others.copied()).collect()
}

/// Whether a file's first lines say that a program wrote it.
pub(super) fn is_generated(languages: &Languages, text: &[u8]) -> bool {
    let start = text.get(..GENERATED_START).unwrap_or(text);
    languages.generated_words.iter().any(|word| start.contains_str(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The language of a file, by name.
    fn language(path: &str, text: &str) -> String {
        let languages = crate::config::languages().unwrap();
        let found = Detector::new(&languages).language(&languages, path.as_bytes(), text.as_bytes());
        found.map_or_else(|| "none".to_owned(), |place| languages.list[place].name.clone())
    }

    #[test]
    fn names_before_endings_before_first_lines() {
        for (path, text, expected) in [
            // The whole name, or its beginning and its end, which may not overlap.
            ("requirements.txt", "", "ini"),
            ("a/requirements-dev.txt", "", "ini"),
            ("requirements", "", "none"),
            ("requirements.md", "", "markdown"),
            ("my-requirements.txt", "", "text"),
            ("requirement.txt", "", "text"),
            (".env.local", "", "ini"),
            (".editorconfig", "", "ini"),
            // The longest ending, without case.
            ("A.PY", "", "python"),
            ("a.b.rs", "", "rust"),
            ("rs", "", "none"),
            // The first line, where nothing else tells.
            ("run", "#!/bin/sh\n", "shell"),
            ("run", "#! /usr/bin/env -S LC_ALL=C python3.12 -u\n", "python"),
            ("run", "#!/opt/Python\n", "python"),
            ("run", "#!/usr/bin/unheard-of\n", "none"),
            ("run", "\n#!/bin/sh\n", "none"),
            ("a.rs", "#!/bin/sh\n", "rust"),
        ] {
            assert_eq!(language(path, text), expected, "{path} {text:?}");
        }
    }
}
