//! What has to hold of any input, for the fuzz targets and for the ordinary tests.

use std::borrow::Cow;

use debtlint::config::languages;
use debtlint::facts::RepoPath;
use debtlint::marker::Generated;
use debtlint::marker::Prose;
use debtlint::marker::Scanner;
use debtlint::marker::Search;
use debtlint::marker::decode;
use debtlint::marker::parse_attributes;

/// A scanner and a file name for each language that has one.
pub(super) struct Scanners {
    scanner: Scanner,
    names: Vec<String>,
}

impl Scanners {
    pub(super) fn new() -> Self {
        let table = languages().expect("the table that is shipped");
        let name = |extension: &String| format!("a.{extension}");
        let names = table.list.iter().filter_map(|language| {
            language.extensions.first().map(name).or_else(|| language.file_names.first().cloned())
        });
        let names = names.collect();
        let search = Search { generated: Generated::Searched, ..Search::default() };
        Self { scanner: Scanner::new(table, search).expect("the tags that are looked for by default"), names }
    }

    /// Whatever the bytes and the language: each marker lies in the file, behind the one before, and holds its tag.
    pub(super) fn scan(&self, language: usize, prose: bool, bytes: &[u8]) {
        let name = &self.names[language % self.names.len()];
        let prose = if prose { Prose::Everywhere } else { Prose::Comments };
        let Ok(found) = self.scanner.scan(&RepoPath::new(name.as_bytes()), bytes, prose) else { return };
        // What begins like UTF-16 is searched as it is, too: then a marker lies in one of two texts.
        let decoded = decode(bytes).ok().filter(|text| matches!(text, Cow::Owned(_)));
        let is_one = decoded.is_none();
        let mut last = 0;
        for marker in &found.markers {
            let is_of = |text: &&[u8]| {
                let before = text.get(..marker.tag_span.start).unwrap_or_default();
                text.get(marker.tag_span.clone()) == Some(marker.tag.as_bytes())
                    && marker.place.line as usize == 1 + before.iter().filter(|byte| **byte == b'\n').count()
                    && marker.span.end <= text.len()
            };
            assert!(decoded.as_deref().into_iter().chain([bytes]).any(|text| is_of(&text)));
            assert!(marker.span.start == marker.tag_span.start && marker.span.end >= marker.tag_span.end);
            assert!(!is_one || marker.span.start >= last);
            last = marker.tag_span.end;
        }
    }
}

/// Whatever stands between the brackets: each part is something, if only malformed, up to the most that are read.
pub(super) fn attributes(text: &str) {
    const MOST_PARTS: usize = 32;
    let found = parse_attributes(text, &|_| false);
    let parts = found.owners.len()
        + found.tickets.len()
        + found.malformed.len()
        + usize::from(found.due.is_some())
        + usize::from(found.estimate_minutes.is_some());
    assert_eq!(parts, text.split(',').count().min(MOST_PARTS + 1));
}
