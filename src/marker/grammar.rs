//! A language's rules, made ready to be looked up by the next byte.

use std::cmp::Reverse;
use std::sync::OnceLock;

use crate::policy::CommentRule;
use crate::policy::Doc;
use crate::policy::EmbedKind;
use crate::policy::EmbedRule;
use crate::policy::FenceRule;
use crate::policy::Languages;
use crate::policy::Special;
use crate::policy::StringRule;
use crate::policy::Syntax;

/// The grammars of all languages, each made when a file first asks for it.
#[derive(Debug)]
pub(super) struct Grammars {
    made: Vec<OnceLock<Grammar>>,
}

/// One language's rules by first byte.
#[derive(Debug)]
pub(super) struct Grammar {
    /// For each byte the place of its rules; 0 when the byte never matters in code.
    group: [u8; 256],
    groups: Vec<Vec<Rule>>,
    /// For each group, by bits, the bytes that may follow: `r` begins a string in Rust only before `#` or `"`.
    seconds: Vec<[u64; 4]>,
    /// Brackets are counted: something may end at one, or depends on being outside of all.
    pub(super) brackets: bool,
    /// Lines of a `---` front matter, if the language has one.
    pub(super) front_matter: Option<EmbedRule>,
}

/// One thing that code may come upon.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    Comment(u16, CommentRule),
    Text(StringRule),
    Fence(u16, FenceRule),
    Escape(Vec<u8>),
    Embed(EmbedRule),
    Special(Special),
    /// Looked at for its own sake: a bracket or the end of a line.
    Plain,
}

impl Grammars {
    pub(super) fn new(languages: &Languages) -> Self {
        Self { made: languages.list.iter().map(|_| OnceLock::new()).collect() }
    }

    /// The grammar of a language, by its place in the table.
    pub(super) fn get<'g>(&'g self, languages: &Languages, place: usize) -> Option<&'g Grammar> {
        let language = languages.list.get(place)?;
        Some(self.made.get(place)?.get_or_init(|| Grammar::new(&language.syntax)))
    }
}

impl Grammar {
    fn new(syntax: &Syntax) -> Self {
        let mut rules: Vec<(Vec<u8>, usize, Rule)> = Vec::new();
        let mut number = 0;
        for rule in &syntax.comments {
            number += 1;
            let first = first_bytes(&rule.open, rule.any_case);
            rules.push((first, rule.open.len(), Rule::Comment(number, rule.clone())));
        }
        for rule in &syntax.strings {
            rules.push((first_bytes(&rule.open, false), rule.open.len(), Rule::Text(rule.clone())));
        }
        for rule in &syntax.fences {
            number += 1;
            let first = rule.prefix.bytes().next().unwrap_or(rule.fence);
            let len = rule.prefix.len().saturating_add(rule.min).saturating_add(rule.open.len());
            rules.push((vec![first], len, Rule::Fence(number, rule.clone())));
        }
        for text in &syntax.escapes {
            rules.push((first_bytes(text, false), text.len(), Rule::Escape(text.as_bytes().to_vec())));
        }
        for rule in syntax.embeds.iter().filter(|rule| rule.kind != EmbedKind::FrontMatter) {
            let (first, len) = match rule.kind {
                EmbedKind::Element => (vec![b'<'], rule.open.len().saturating_add(1)),
                _ => (first_bytes(&rule.open, false), rule.open.len()),
            };
            rules.push((first, len, Rule::Embed(rule.clone())));
        }
        for special in &syntax.specials {
            let (first, len) = trigger(*special);
            rules.push((first.to_vec(), len, Rule::Special(*special)));
        }
        let brackets = syntax.strings.iter().any(|rule| !rule.interpolations.is_empty())
            || syntax.strings.iter().any(|rule| rule.doc != Doc::Never)
            || syntax.specials.contains(&Special::Jsx);
        if brackets {
            rules.push((b"()[]{}".to_vec(), 0, Rule::Plain));
        }
        if syntax.specials.iter().any(Special::is_here_doc) {
            rules.push((vec![b'\n'], 0, Rule::Plain));
        }
        // The longest opening text is tried first: `///` before `//`, `"""` before `"`.
        rules.sort_by_key(|(_, len, _)| Reverse(*len));
        let mut grammar = Self {
            group: [0; 256],
            groups: vec![Vec::new()],
            seconds: vec![[0; 4]],
            brackets,
            front_matter: syntax.embeds.iter().find(|rule| rule.kind == EmbedKind::FrontMatter).cloned(),
        };
        for (first, _, rule) in rules {
            for byte in first {
                grammar.add(byte, &rule);
            }
        }
        grammar
    }

    fn add(&mut self, byte: u8, rule: &Rule) {
        let Some(slot) = self.group.get_mut(usize::from(byte)) else { return };
        if *slot == 0 {
            // There are at most 256 groups beside the empty one, and none begins with each of the 256 bytes.
            let Ok(place) = u8::try_from(self.groups.len()) else { return };
            *slot = place;
            self.groups.push(Vec::new());
            self.seconds.push([0; 4]);
        }
        // A bracket is counted where it is looked at, whatever follows.
        let seconds = if b"()[]{}<>".contains(&byte) { None } else { second_bytes(rule) };
        if let Some(bits) = self.seconds.get_mut(usize::from(*slot)) {
            for second in 0..=u8::MAX {
                if seconds.as_ref().is_none_or(|seconds| seconds.contains(&second)) {
                    let (place, bit) = place_of(second);
                    if let Some(bits) = bits.get_mut(place) {
                        *bits |= bit;
                    }
                }
            }
        }
        if let Some(group) = self.groups.get_mut(usize::from(*slot)) {
            group.push(rule.clone());
        }
    }

    /// Whether a byte may begin something.
    pub(super) fn matters(&self, byte: u8) -> bool {
        self.group.get(usize::from(byte)).is_some_and(|group| *group != 0)
    }

    /// Whether a byte may begin something, with what follows it; at the end of the text nothing does.
    pub(super) fn matters_before(&self, byte: u8, second: Option<u8>) -> bool {
        let group = self.group.get(usize::from(byte)).copied().unwrap_or_default();
        let Some(second) = second.filter(|_| group != 0) else { return group != 0 };
        let (place, bit) = place_of(second);
        let bits = self.seconds.get(usize::from(group)).and_then(|bits| bits.get(place));
        bits.is_some_and(|bits| bits & bit != 0)
    }

    /// What may begin with a byte, in the order in which it is to be tried.
    pub(super) fn rules(&self, byte: u8) -> &[Rule] {
        let group = self.group.get(usize::from(byte)).copied().unwrap_or_default();
        self.groups.get(usize::from(group)).map_or(&[], Vec::as_slice)
    }
}

fn first_bytes(open: &str, any_case: bool) -> Vec<u8> {
    match open.bytes().next() {
        None => Vec::new(),
        Some(byte) if any_case && byte.is_ascii_alphabetic() => {
            vec![byte.to_ascii_lowercase(), byte.to_ascii_uppercase()]
        }
        Some(byte) => vec![byte],
    }
}

/// The bytes that have to stand second where a rule fits; `None` where any may.
fn second_bytes(rule: &Rule) -> Option<Vec<u8>> {
    let second = |open: &str, any_case: bool| match open.as_bytes() {
        [_, second, ..] if any_case => Some(vec![second.to_ascii_lowercase(), second.to_ascii_uppercase()]),
        [_, second, ..] => Some(vec![*second]),
        _ => None,
    };
    match rule {
        Rule::Comment(_, rule) => second(&rule.open, rule.any_case),
        Rule::Text(rule) => second(&rule.open, false),
        Rule::Fence(_, rule) => match (rule.prefix.as_bytes(), rule.open.bytes().next()) {
            ([_, second, ..], _) => Some(vec![*second]),
            ([_], Some(open)) => Some(vec![rule.fence, open]),
            _ => None,
        },
        Rule::Escape(text) => text.get(1).map(|second| vec![*second]),
        Rule::Embed(rule) if rule.kind != EmbedKind::Element => second(&rule.open, false),
        Rule::Embed(_) | Rule::Special(_) | Rule::Plain => None,
    }
}

fn place_of(byte: u8) -> (usize, u64) {
    (usize::from(byte >> 6), 1 << (byte & 63))
}

/// The bytes that a special may begin with, and how long its opening text is at least.
fn trigger(special: Special) -> (&'static [u8], usize) {
    match special {
        Special::CChar | Special::Lifetime | Special::Prime => (b"'", 1),
        Special::CppRaw => (b"R", 2),
        Special::OcamlQuoted => (b"{", 2),
        Special::JsRegex | Special::RubyRegex => (b"/", 1),
        Special::Jsx => (b"<", 1),
        Special::RubyPercent => (b"%", 2),
        Special::PerlQuote => (b"qmsty", 2),
        Special::ElixirSigil => (b"~", 2),
        Special::Question => (b"?", 2),
        Special::YamlBlock => (b"|>", 1),
        Special::ShellHereDoc | Special::RubyHereDoc | Special::PerlHereDoc | Special::HclHereDoc => (b"<", 2),
        Special::PhpHereDoc => (b"<", 3),
        Special::DollarQuote => (b"$", 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_begins_something_is_looked_at() {
        let languages = crate::config::languages().unwrap();
        let grammars = Grammars::new(&languages);
        let mut openings = 0;
        for (place, language) in languages.list.iter().enumerate() {
            let grammar = grammars.get(&languages, place).unwrap();
            let Syntax { comments, strings, fences, escapes, embeds, .. } = &language.syntax;
            let fence = |rule: &FenceRule, count: usize| {
                let run = String::from_utf8(vec![rule.fence; count]).unwrap();
                format!("{}{run}{}", rule.prefix, rule.open)
            };
            let embeds = embeds.iter().filter(|rule| rule.kind == EmbedKind::Token);
            let texts = comments
                .iter()
                .flat_map(|rule| {
                    [rule.open.clone(), if rule.any_case { rule.open.to_lowercase() } else { String::new() }]
                })
                .chain(strings.iter().map(|rule| rule.open.clone()))
                .chain(fences.iter().flat_map(|rule| [fence(rule, rule.min), fence(rule, rule.min + 1)]))
                .chain(escapes.iter().map(|text| format!("{text}x")))
                .chain(embeds.map(|rule| rule.open.clone()))
                .chain(if grammar.brackets { "([{)]}" } else { "" }.chars().map(|bracket| format!("{bracket}x")));
            for text in texts.filter(|text| !text.is_empty()) {
                let bytes = [text.as_bytes(), b"\0"].concat();
                assert!(grammar.matters_before(bytes[0], Some(bytes[1])), "{}: {text}", language.name);
                assert!(grammar.matters_before(bytes[0], None), "{}: {text}", language.name);
                openings += 1;
            }
        }
        assert!(openings > 300, "{openings}");
        let rust = languages.list.iter().position(|language| language.name == "rust").unwrap();
        let rust = grammars.get(&languages, rust).unwrap();
        let matters = |text: &[u8; 2]| rust.matters_before(text[0], Some(text[1]));
        assert!(!matters(b"re") && !matters(b"/ ") && matters(b"r#") && matters(b"//"));
    }
}
