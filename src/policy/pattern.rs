//! Patterns of the policy over texts: what somebody wrote is compiled when it is read, what ships when it is asked.

use std::sync::OnceLock;

use bstr::ByteSlice as _;
use regex::Regex;
use regex_syntax::ast::Ast;
use regex_syntax::ast::ClassSet;
use regex_syntax::ast::ClassSetItem;
use regex_syntax::ast::Literal;
use regex_syntax::ast::RepetitionKind;
use regex_syntax::ast::RepetitionRange;
use regex_syntax::ast::parse::Parser;

/// A regular expression over one line of text, searched, not anchored; size and length are bounded by `config`.
#[derive(Clone)]
pub struct TextPattern {
    text: String,
    /// Bytes of which every text in which it is found has one; none where that is not plain to see.
    needed: Vec<u8>,
    /// Compiled when it is first asked for, where it is known to be one.
    compiled: OnceLock<Regex>,
}

/// Text with `*` for any run of characters and `?` for one; everything else, brackets included, stands for itself.
/// Compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WildcardPattern(String);

impl TextPattern {
    /// Takes over a compiled pattern.
    #[must_use]
    pub fn new(regex: Regex) -> Self {
        Self { text: regex.as_str().to_owned(), needed: needed(regex.as_str()), compiled: regex.into() }
    }

    /// A pattern that ships with the program. Few of these are ever asked for in one run, and to compile one takes longer than to
    /// ask it about a thousand texts.
    #[must_use]
    pub fn shipped(text: &str) -> Self {
        Self { text: text.to_owned(), needed: needed(text), compiled: OnceLock::new() }
    }

    /// Where the pattern first matches, if it does.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        if !self.needed.is_empty() && text.as_bytes().find_byteset(&self.needed).is_none() {
            return None;
        }
        self.regex().find(text).map(|found| found.as_str())
    }

    #[expect(clippy::expect_used, reason = "a test compiles each pattern that ships")]
    fn regex(&self) -> &Regex {
        self.compiled.get_or_init(|| Regex::new(&self.text).expect("a pattern that ships is one"))
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for TextPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TextPattern").field(&self.text).finish()
    }
}

fn needed(pattern: &str) -> Vec<u8> {
    let mut needed = Parser::new().parse(pattern).ok().as_ref().and_then(needed_bytes).unwrap_or_default();
    needed.sort_unstable();
    needed.dedup();
    needed
}

/// Bytes of which every text that fits has one: the first of characters that have no case, so that nothing else stands for
/// them.
fn needed_bytes(ast: &Ast) -> Option<Vec<u8>> {
    let literal = |literal: &Literal| {
        let first = literal.c.encode_utf8(&mut [0; 4]).bytes().next();
        first.filter(|_| !literal.c.is_alphabetic())
    };
    match ast {
        Ast::Literal(one) => literal(one).map(|byte| vec![byte]),
        Ast::ClassBracketed(class) if !class.negated => match &class.kind {
            ClassSet::Item(ClassSetItem::Union(union)) => {
                let item = |item: &_| if let ClassSetItem::Literal(one) = item { literal(one) } else { None };
                union.items.iter().map(item).collect()
            }
            _ => None,
        },
        Ast::Group(group) => needed_bytes(&group.ast),
        Ast::Repetition(repeated) => {
            let least = match &repeated.op.kind {
                RepetitionKind::OneOrMore => 1,
                RepetitionKind::Range(
                    RepetitionRange::Exactly(least)
                    | RepetitionRange::AtLeast(least)
                    | RepetitionRange::Bounded(least, _),
                ) => *least,
                RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
            };
            (least > 0).then(|| needed_bytes(&repeated.ast)).flatten()
        }
        // Of what follows each other each is needed, of alternatives any.
        Ast::Concat(parts) => parts.asts.iter().filter_map(needed_bytes).min_by_key(Vec::len),
        Ast::Alternation(parts) => {
            let each: Option<Vec<_>> = parts.asts.iter().map(needed_bytes).collect();
            each.map(|each| each.concat())
        }
        _ => None,
    }
}

impl WildcardPattern {
    /// A pattern as written.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// Whether the whole of a text fits the pattern. Takes time linear in pattern times text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if text.is_ascii() {
            // Nearly always, and asked for each author and each rule: without taking memory. What is not ASCII in the
            // pattern equals nothing here, byte by byte.
            return fits(self.0.as_bytes(), text.as_bytes(), b'*', b'?', |wanted, found| {
                *wanted == found.to_ascii_lowercase()
            });
        }
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let pattern: Vec<char> = self.0.chars().collect();
        fits(&pattern, &text, '*', '?', |wanted, found| wanted == found)
    }

    /// Whether it has a `*` or `?`: otherwise it is one literal text.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    /// The pattern, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What every path that a pattern in gitignore syntax matches is, or lies below, for certain; empty where that may be
/// anywhere. So that of many patterns few need be asked about a path, and of many paths few about a pattern.
#[must_use]
pub fn lies_below(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern).trim_end();
    let is_anchored =
        pattern.trim_end_matches('/').contains('/') && !pattern.contains("//") && !pattern.starts_with('#');
    if !is_anchored {
        return "";
    }
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"*?[]{}\\".contains(&byte);
    match pattern.bytes().position(|byte| !is_plain(byte)) {
        None => pattern.trim_end_matches('/'),
        Some(other) => pattern.get(..other).and_then(|start| start.rsplit_once('/')).map_or("", |(above, _)| above),
    }
}

fn fits<T: PartialEq + Copy>(pattern: &[T], text: &[T], many: T, one: T, same: impl Fn(&T, &T) -> bool) -> bool {
    let (mut at, mut next) = (0, 0);
    // Where to go on when the text after the last `*` turns out not to fit.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(found) = text.get(at) {
        match pattern.get(next) {
            Some(wanted) if *wanted == many => {
                retry = Some((at, next));
                next += 1;
            }
            Some(wanted) if *wanted == one || same(wanted, found) => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((from, star)) = retry else { return false };
                retry = Some((from + 1, star));
                at = from + 1;
                next = star + 1;
            }
        }
    }
    pattern.iter().skip(next).all(|rest| *rest == many)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_syntax::hir::ClassUnicode;
    use regex_syntax::hir::ClassUnicodeRange;

    use super::*;

    #[test]
    fn where_a_pattern_lies() {
        for (pattern, below) in [
            ("/services/pay/", "services/pay"),
            ("services/pay", "services/pay"),
            ("!/services/pay/ui/", "services/pay/ui"),
            ("/services/pay/*.rs", "services/pay"),
            ("/services/pa*/x", "services"),
            ("/a b/c/", ""),
            ("/d/a b/c/", "d"),
            ("/d/e  ", "d/e"),
            ("/x", "x"),
            ("docs/", ""),
            ("*.sql", ""),
            ("**/db/", ""),
            ("/d/\\[x", "d"),
            ("/jörg/x", ""),
            ("/d//e", ""),
            ("#/a/b", ""),
        ] {
            assert_eq!(lies_below(pattern), below, "{pattern}");
        }
    }

    #[test]
    fn bytes_that_a_pattern_needs() {
        for (pattern, bytes) in [
            (r"(?i)^\s*(\[[^\[\]]+\]\s*)*\[debt\]", "["),
            (r"(?i)(^|\s)#(tech)?debt\s*(\(#[0-9]+\)\s*)?$", "#"),
            (r"^\s*(:fire:|♻|🔥)", ":\u{e2}\u{f0}"),
            ("^[♻🔥]", "\u{e2}\u{f0}"),
            ("[0-9]{2,}-x", "-"),
            ("(a!){1,3}", "!"),
            ("debt", ""),
            ("(?i)k", ""),
            ("a!?", ""),
            ("(a!){0,3}", ""),
            ("!|b", ""),
            ("[^!]", ""),
            ("[!-~]", ""),
            (r"\D", ""),
            ("", ""),
        ] {
            let bytes: Vec<u8> = bytes.chars().map(|byte| u8::try_from(u32::from(byte)).unwrap()).collect();
            assert_eq!(needed(pattern), bytes, "{pattern}");
        }
    }

    /// What is no letter stands for itself, also where a pattern is without case.
    #[test]
    fn only_letters_have_a_case() {
        for character in ('\0'..=char::MAX).filter(|character| !character.is_alphabetic()) {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(character, character)]);
            class.try_case_fold_simple().unwrap();
            assert_eq!(class.ranges().len(), 1, "{character:?}");
        }
    }

    proptest! {
        /// What is asked first changes no answer.
        #[test]
        fn as_the_pattern_says(
            pattern in "(\\(\\?i\\))?([!ab#\u{2672}]|\\[[!#\u{2672}]\\]|\\((!|#|a)\\|(!|b#)\\)|[!a][?*+]|!\\{[01],2\\}){1,4}",
            text in "[!aAb#\u{2672}\u{2673}]{0,6}",
        ) {
            let regex = Regex::new(&pattern).unwrap();
            let found = regex.find(&text).map(|found| found.as_str());
            prop_assert_eq!(TextPattern::new(regex.clone()).find(&text), found);
            prop_assert_eq!(TextPattern::shipped(&pattern).find(&text), found);
        }
    }

    #[test]
    fn wildcards() {
        for (pattern, text, fits) in [
            ("release-bot@*", "release-bot@example.com", true),
            ("*@Payments.example.com", "Dev@payments.EXAMPLE.com", true),
            ("*@payments.example.com", "dev@payments.example.com.evil", false),
            ("*[bot]", "dependabot[bot]", true),
            ("*[bot]", "dependabotb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*a*b", "ab ab a", false),
            ("j?rg@*", "JÖRG@x", true),
            ("jörg@*", "JÖRG@x", true),
            ("jörg@*", "jorg@x", false),
            ("j?rg", "jrg", false),
        ] {
            assert_eq!(WildcardPattern::new(pattern).matches(text), fits, "{pattern} on {text}");
        }
    }
}
