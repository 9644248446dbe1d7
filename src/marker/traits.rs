//! By what a marker is known in older texts.

use std::sync::Arc;

use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::RepoPath;
use crate::marker::find::Prose;
use crate::marker::find::Scanner;
use crate::marker::identity;
use crate::marker::item::Marker;
use crate::repo::births::Line;
use crate::repo::births::Trait;

/// So many words of a marker are looked for in a text before it is taken apart: the longest, since they are rare.
const WORDS: usize = 8;

/// By what a marker is known.
#[must_use]
pub fn trait_of(marker: &Marker) -> Trait {
    let text = marker.text.expose();
    let heart = (!text.is_empty()).then(|| Sha1::digest(text.as_bytes()).into());
    Trait { content: identity::content(marker), heart, line: Line::new(&marker.line), words: words(text) }
}

/// By what each marker of a text is known, in their order; none where the text is not searched.
#[must_use]
pub fn traits(scanner: &Scanner, path: &RepoPath, bytes: &[u8], prose: Prose) -> Vec<Trait> {
    scanner.scan(path, bytes, prose).unwrap_or_default().markers.iter().map(trait_of).collect()
}

/// Words that stand in every text with a marker of this one. What stands in for bytes that are not UTF-8 is in no text.
fn words(text: &str) -> Arc<[Box<[u8]>]> {
    let is_sure = |word: &&str| !word.is_empty() && !word.contains(char::REPLACEMENT_CHARACTER);
    let mut words: Vec<&str> = text.split(' ').filter(is_sure).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.iter().take(WORDS).map(|word| word.as_bytes().into()).collect()
}
