//! From a file to its markers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bstr::ByteSlice as _;
use regex::bytes::Regex;

use crate::facts::RepoPath;
use crate::marker::decode::Skip;
use crate::marker::decode::decode;
use crate::marker::detect::Detector;
use crate::marker::detect::Generated;
use crate::marker::detect::is_generated;
use crate::marker::grammar::Grammars;
use crate::marker::item::Marker;
use crate::marker::lex;
use crate::marker::read::Reader;
use crate::marker::suppression::SIGN;
use crate::marker::suppression::Suppression;
use crate::policy::Languages;
use crate::policy::MarkerPolicy;
use crate::policy::TagCase;
use crate::policy::TextPattern;

/// Larger files are not searched unless asked otherwise: 8 MiB.
const LARGEST: usize = 8 << 20;

/// Markers of one file, at most: what has more is no source.
pub(super) const MOST_MARKERS: usize = 100_000;

/// A word that makes a comment a marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// As the policy writes it.
    pub name: String,
    /// Whether `todo` is as good as `TODO`.
    pub case: TagCase,
}

/// Whether files of prose (Markdown, plain text) are searched as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prose {
    /// Only in the comments that they may have.
    #[default]
    Comments,
    /// Everywhere.
    Everywhere,
}

/// What a scanner looks for, and where.
#[derive(Debug, Clone)]
pub struct Search {
    /// The tags.
    pub tags: Vec<Tag>,
    /// Texts in brackets that are tickets, beside `#12`, `TD-12` and URLs.
    pub tickets: Vec<TextPattern>,
    /// Larger files are skipped; in bytes.
    pub max_bytes: usize,
    /// What happens to files that say they were generated.
    pub generated: Generated,
}

/// Finds markers; made once, used by all threads.
#[derive(Debug)]
pub struct Scanner {
    languages: Languages,
    grammars: Grammars,
    detector: Detector,
    search: Search,
    words: Words,
}

/// Words that are looked for together.
#[derive(Debug)]
pub(super) struct Words {
    tags: Vec<Tag>,
    /// Any of them, or the sign of a suppression.
    any: Regex,
}

/// Tells of most texts that they have no marker, without knowing anything of languages.
#[derive(Debug)]
pub struct Glimpse(Words);

/// A scanner cannot be made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ScannerError {
    /// There is nothing to look for, or a tag is empty.
    #[error("there is no tag to look for, or one of them is empty")]
    #[diagnostic(code(debtlint::markers::no_tag), help("name at least one tag, such as TODO"))]
    NoTag,
    /// The tags are too many or too long to be looked for together.
    #[error("the tags are too many or too long: {0}")]
    #[diagnostic(code(debtlint::markers::tags_too_long), help("use fewer or shorter tags"))]
    TooLong(regex::Error),
    /// A path that is left out by default is no glob.
    #[error("the globs of paths that are left out cannot be used: {0}")]
    #[diagnostic(code(debtlint::markers::bad_glob), help("compare with rules/languages.yml, or docs/markers.md"))]
    BadGlob(globset::Error),
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scanned {
    /// In the order of the file.
    pub markers: Vec<Marker>,
    /// In the order of the file.
    pub suppressions: Vec<Suppression>,
    /// There are more markers than are given here: 100,000.
    pub more: bool,
}

impl Scanned {
    /// Whether nothing was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.markers.is_empty() && self.suppressions.is_empty()
    }
}

/// How often each tag was seen: in comments, and altogether.
pub(super) type TagCounts<'s> = BTreeMap<&'s str, (i64, i64)>;

impl Default for Search {
    fn default() -> Self {
        let tag = |name: &str| Tag { name: name.to_owned(), case: TagCase::Exact };
        Self {
            tags: MarkerPolicy::TAGS.map(tag).to_vec(),
            tickets: Vec::new(),
            max_bytes: LARGEST,
            generated: Generated::LeftOut,
        }
    }
}

impl Scanner {
    /// A scanner for a table of languages.
    ///
    /// # Errors
    /// When there is no tag, or the tags cannot be looked for together.
    pub fn new(languages: Languages, search: Search) -> Result<Self, ScannerError> {
        let words = Words::new(search.tags.clone())?;
        let grammars = Grammars::new(&languages);
        let detector = Detector::new(&languages);
        Ok(Self { languages, grammars, detector, search, words })
    }

    /// The markers of a file. Positions refer to the text that [`decode`] gives, or to the bytes where it gives none.
    ///
    /// # Errors
    /// None that ends a run: the reason why a file is not searched. A file without any tag is searched, whatever its
    /// language.
    pub fn scan(&self, path: &RepoPath, bytes: &[u8], prose: Prose) -> Result<Scanned, Skip> {
        if bytes.len() > self.search.max_bytes {
            return Err(Skip::TooLarge);
        }
        self.scan_as(path, bytes, prose, self.search.generated)
    }

    /// The same for files of any size, and with another answer for those that say they were generated.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub fn scan_as(&self, path: &RepoPath, bytes: &[u8], prose: Prose, generated: Generated) -> Result<Scanned, Skip> {
        let text = self.text(path, bytes)?;
        let mut found = self.scan_text(path, &text, prose, generated)?;
        // Bytes that begin like UTF-16 and are none: there a tag stands as it is.
        if matches!(text, Cow::Owned(_)) && self.words.any.is_match(bytes) {
            let more = self.scan_text(path, bytes, prose, generated)?;
            found.markers.extend(more.markers);
            found.suppressions.extend(more.suppressions);
            found.markers.sort_by_key(|marker| marker.place);
        }
        Ok(found)
    }

    /// What is searched of a file. A NUL makes none binary that a language claims: compilers read over it.
    ///
    /// # Errors
    /// As [`Self::scan`].
    pub(super) fn text<'t>(&self, path: &RepoPath, bytes: &'t [u8]) -> Result<Cow<'t, [u8]>, Skip> {
        match decode(bytes) {
            Err(Skip::Binary) if self.language(path, bytes).is_some() => Ok(Cow::Borrowed(bytes)),
            decoded => decoded,
        }
    }

    fn scan_text(&self, path: &RepoPath, text: &[u8], prose: Prose, generated: Generated) -> Result<Scanned, Skip> {
        let wanted: Vec<usize> = self.words.tags(text, 0..text.len()).map(|(range, _)| range.start).collect();
        if wanted.is_empty() {
            return Ok(Scanned::default());
        }
        if generated == Generated::LeftOut && is_generated(&self.languages, text) {
            return Err(Skip::Generated);
        }
        let places = self.detector.languages(&self.languages, path.as_bytes(), text);
        let Some((language, others)) = places.split_first() else { return Err(Skip::UnknownLanguage) };
        let syntax = self.languages.list.get(*language).map(|language| &language.syntax);
        let is_prose = syntax.is_some_and(|syntax| syntax.prose);
        if is_prose && prose == Prose::Comments && syntax.is_some_and(|syntax| syntax.comments.is_empty()) {
            return Err(Skip::Prose);
        }
        let mut reader = Reader::new(text, self);
        if is_prose && prose == Prose::Everywhere {
            reader.prose();
        } else {
            let comments = lex::comments_in_any(text, &self.languages, &self.grammars, (*language, others), &wanted);
            for group in comments.chunk_by(|before, comment| lex::continues(text, before, comment)) {
                reader.comments(group);
            }
        }
        Ok(reader.done())
    }

    /// How often each of the tags that are looked for in the language of a file stands there as a word: in comments, and
    /// altogether. `None` where the file is not searched, or has none of them.
    pub(super) fn counts<'w>(
        &self,
        path: &RepoPath,
        bytes: &[u8],
        wanted: impl FnOnce(&str) -> Option<&'w Words>,
    ) -> Option<TagCounts<'w>> {
        let text = decode(bytes).ok().filter(|_| bytes.len() <= self.search.max_bytes)?;
        let place = self.detector.language(&self.languages, path.as_bytes(), &text)?;
        let words = wanted(self.languages.list.get(place)?.name.as_str())?;
        let found: Vec<(std::ops::Range<usize>, &Tag)> =
            words.tags(&text, 0..text.len()).filter_map(|(range, tag)| Some((range, tag?))).collect();
        if found.is_empty() || (self.search.generated == Generated::LeftOut && is_generated(&self.languages, &text)) {
            return None;
        }
        let wanted: Vec<usize> = found.iter().map(|(range, _)| range.start).collect();
        let comments = lex::comments(&text, &self.languages, &self.grammars, place, &wanted);
        let mut counts = TagCounts::new();
        for (range, tag) in found {
            let before = comments.partition_point(|comment| comment.whole.end <= range.start);
            let inside = comments.get(before).is_some_and(|comment| comment.whole.start <= range.start);
            let (in_comments, all) = counts.entry(tag.name.as_str()).or_default();
            *in_comments = in_comments.saturating_add(i64::from(inside));
            *all = all.saturating_add(1);
        }
        Some(counts)
    }

    /// Whether some whole lines of a file have any of the tags that are looked for in its language, in a comment or not. Of
    /// a file that has to be decoded first it says that it may.
    pub(super) fn has_any<'w>(
        &self,
        path: &RepoPath,
        bytes: &[u8],
        lines: &[u8],
        wanted: impl FnOnce(&str) -> Option<&'w Words>,
    ) -> bool {
        if lines.is_empty() || bytes.len() > self.search.max_bytes {
            return false;
        }
        let Ok(text) = decode(bytes) else { return false };
        let Some(words) = self.language(path, &text).and_then(wanted) else { return false };
        matches!(text, Cow::Owned(_)) || words.tags(lines, 0..lines.len()).any(|(_, tag)| tag.is_some())
    }

    /// Whether a file's first lines say that a program wrote it.
    #[must_use]
    pub fn says_generated(&self, bytes: &[u8]) -> bool {
        decode(bytes).is_ok_and(|text| is_generated(&self.languages, &text))
    }

    /// Files of more bytes are not searched.
    #[must_use]
    pub const fn largest(&self) -> usize {
        self.search.max_bytes
    }

    /// The name of the language that a file is taken for.
    #[must_use]
    pub fn language(&self, path: &RepoPath, text: &[u8]) -> Option<&str> {
        let place = self.detector.language(&self.languages, path.as_bytes(), text)?;
        self.languages.list.get(place).map(|language| language.name.as_str())
    }

    /// Whether the policy takes a text in brackets for a ticket.
    pub(super) fn is_ticket(&self, text: &str) -> bool {
        self.search.tickets.iter().any(|pattern| pattern.find(text).is_some())
    }

    /// The tags, as words, within a part of a text; a suppression's sign is `None`.
    pub(super) fn tags<'s, 't>(
        &'s self,
        text: &'t [u8],
        part: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (std::ops::Range<usize>, Option<&'s Tag>)> + use<'s, 't> {
        self.words.tags(text, part)
    }
}

impl Glimpse {
    /// Looks for tags, and for the sign of a suppression.
    ///
    /// # Errors
    /// There is none, one is empty, or they cannot be looked for together.
    pub fn new(tags: Vec<Tag>) -> Result<Self, ScannerError> {
        Words::new(tags).map(Self)
    }

    /// Whether a scanner that looks for the same may find anything in a file of these bytes.
    #[must_use]
    pub fn may_see(&self, bytes: &[u8]) -> bool {
        let is_seen = |text: &[u8]| self.0.tags(text, 0..text.len()).next().is_some();
        matches!(decode(bytes), Ok(Cow::Owned(text)) if is_seen(&text)) || is_seen(bytes)
    }
}

impl Words {
    /// These.
    ///
    /// # Errors
    /// There is none, one is empty, or they cannot be looked for together.
    pub(super) fn new(tags: Vec<Tag>) -> Result<Self, ScannerError> {
        if tags.is_empty() || tags.iter().any(|tag| tag.name.is_empty()) {
            return Err(ScannerError::NoTag);
        }
        let mut sorted: Vec<&Tag> = tags.iter().collect();
        // The first alternative that matches wins: the longest one has to come first.
        sorted.sort_by(|a, b| b.name.len().cmp(&a.name.len()).then_with(|| a.name.cmp(&b.name)));
        let alternative = |tag: &&Tag| match tag.case {
            TagCase::Exact => regex::escape(&tag.name),
            TagCase::Any => format!("(?i:{})", regex::escape(&tag.name)),
        };
        let alternatives: Vec<String> =
            std::iter::once(regex::escape(SIGN)).chain(sorted.iter().map(alternative)).collect();
        let any = Regex::new(&alternatives.join("|")).map_err(ScannerError::TooLong)?;
        Ok(Self { tags, any })
    }

    fn tags<'s, 't>(
        &'s self,
        text: &'t [u8],
        part: std::ops::Range<usize>,
    ) -> impl Iterator<Item = (std::ops::Range<usize>, Option<&'s Tag>)> + use<'s, 't> {
        let start = part.start;
        let found = self.any.find_iter(text.get(part).unwrap_or_default());
        found.filter_map(move |found| {
            let range = start.saturating_add(found.start())..start.saturating_add(found.end());
            if found.as_bytes() == SIGN.as_bytes() {
                return Some((range, None));
            }
            let start = range.start;
            let here = |tag: &Tag| start..start.saturating_add(tag.name.len());
            let same = |tag: &&Tag| {
                let written = text.get(here(tag)).unwrap_or_default();
                let is_same = match tag.case {
                    TagCase::Exact => written == tag.name.as_bytes(),
                    TagCase::Any => written.eq_ignore_ascii_case(tag.name.as_bytes()),
                };
                is_same && is_whole_word(text, &here(tag))
            };
            // Where the longest is part of a word, a shorter one that it begins with may be none. Of equals the first.
            let tag = self.tags.iter().rev().filter(same).max_by_key(|tag| tag.name.len())?;
            Some((here(tag), Some(tag)))
        })
    }
}

/// As `grep -w`: letters, digits and the underscore of ASCII make words; other scripts write without blanks.
fn is_whole_word(text: &[u8], range: &std::ops::Range<usize>) -> bool {
    let is_of_word = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|byte| lex::is_word(*byte));
    let goes_on = |inside: Option<usize>, outside: Option<usize>| is_of_word(inside) && is_of_word(outside);
    !goes_on(Some(range.start), range.start.checked_sub(1)) && !goes_on(range.end.checked_sub(1), Some(range.end))
}

/// Whether a text has anything to be read in it.
pub(super) fn is_blank(text: &[u8]) -> bool {
    text.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_are_glimpsed() {
        let tags = Search::default().tags;
        let glimpse = Glimpse::new(tags).unwrap();
        let utf_16 = |text: &str| {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        for text in ["TODO", "x TODO: y", "(XXX)", "éTODO", "XXXX XXX", "debtlint:ignore"] {
            assert!(glimpse.may_see(text.as_bytes()) && glimpse.may_see(&utf_16(text)), "{text}");
        }
        for text in ["", "XXXX", "HACKED", "a_TODO", "TODO1", "todo"] {
            assert!(!glimpse.may_see(text.as_bytes()) && !glimpse.may_see(&utf_16(text)), "{text}");
        }
    }
}
