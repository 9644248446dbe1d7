//! Patterns of the policy, compiled when it is read.

use globset::Glob;
use globset::GlobSet;
use regex::Regex;

use crate::facts::RepoPath;

/// A regular expression over one line of text, searched, not anchored; size and length are bounded by `config`.
#[derive(Debug, Clone)]
pub struct TextPattern(Regex);

/// Text with `*` for any run of characters and `?` for one; everything else, brackets included, stands for itself.
/// Compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WildcardPattern(String);

/// Globs over whole paths, in which only `**` crosses directories; all of them are asked at once.
#[derive(Clone, Default)]
pub struct PathGlobs {
    set: GlobSet,
    /// What a path has in it that one of them fits; `None` where that cannot be said of each. Nearly no path has, and this
    /// is asked several times faster.
    needed: Option<Regex>,
    texts: Vec<String>,
    globs: Vec<Glob>,
}

impl PathGlobs {
    /// Takes some globs together.
    ///
    /// # Errors
    /// Compiled, they are too big.
    pub fn new(globs: &[Glob]) -> Result<Self, globset::Error> {
        let texts = globs.iter().map(|glob| glob.glob().to_owned()).collect();
        Ok(Self { set: GlobSet::new(globs)?, needed: needed(globs), texts, globs: globs.to_vec() })
    }

    /// Those of several that are to be kept, by how they were written.
    ///
    /// # Errors
    /// Compiled together, they are too big.
    pub fn kept(of: &[&Self], keep: &dyn Fn(&str) -> bool) -> Result<Self, globset::Error> {
        let globs = of.iter().flat_map(|one| &one.globs).filter(|glob| keep(glob.glob()));
        Self::new(&globs.cloned().collect::<Vec<_>>())
    }

    /// The globs as written, in their order.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// Whether one of them fits a path.
    #[must_use]
    pub fn fit(&self, path: &RepoPath) -> bool {
        self.with_text(path, |text| self.set.is_match(text))
    }

    /// The places of those that fit a path.
    #[must_use]
    pub fn fitting(&self, path: &RepoPath) -> Vec<usize> {
        self.with_text(path, |text| self.set.matches(text))
    }

    /// Asks about a path that one of them may fit.
    fn with_text<T: Default>(&self, path: &RepoPath, ask: impl Fn(&str) -> T) -> T {
        let ask = |text: &str| {
            if self.needed.as_ref().is_none_or(|needed| needed.is_match(text)) { ask(text) } else { T::default() }
        };
        match std::str::from_utf8(path.as_bytes()) {
            Ok(text) => ask(text),
            Err(_not_text) => ask(path.to_text().expose()),
        }
    }
}

/// More would not be looked for as fast.
const MOST_NEEDED: usize = 64;

/// Any of the pieces of names that each of some globs needs.
fn needed(globs: &[Glob]) -> Option<Regex> {
    if globs.is_empty() || globs.len() > MOST_NEEDED {
        return None;
    }
    let pieces: Vec<String> = globs.iter().map(|glob| piece(glob).map(regex::escape)).collect::<Option<_>>()?;
    Regex::new(&pieces.join("|")).ok()
}

/// The longest piece that stands in every path that a glob fits; `None` where there is none of two bytes, or where that is not
/// plain to see. What `**/` stands for may be nothing, so that a slash behind it is no part of a piece.
fn piece(glob: &Glob) -> Option<&str> {
    let is_plain = glob.regex().starts_with("(?-u)^") && !glob.glob().contains(['\\', '[', ']', '{', '}', '!']);
    let (first, others) = glob.glob().split_once(['*', '?']).unwrap_or((glob.glob(), ""));
    let others = others.split(['*', '?']).map(|piece| piece.trim_start_matches('/'));
    std::iter::once(first).chain(others).max_by_key(|piece| piece.len()).filter(|piece| is_plain && piece.len() > 1)
}

impl std::fmt::Debug for PathGlobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PathGlobs").field(&self.texts).finish()
    }
}

impl TextPattern {
    /// Takes over a compiled pattern.
    #[must_use]
    pub const fn new(regex: Regex) -> Self {
        Self(regex)
    }

    /// Where the pattern first matches, if it does.
    #[must_use]
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.find(text).map(|found| found.as_str())
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
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
    use super::*;
    use globset::GlobBuilder;
    use proptest::prelude::*;

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

    fn glob(text: &str) -> Glob {
        GlobBuilder::new(text).literal_separator(true).build().unwrap()
    }

    #[test]
    fn pieces_that_a_glob_needs() {
        for (text, expected) in [
            ("**/test-data/**", Some("test-data/")),
            ("**/external/**/vendor/**", Some("external/")),
            ("**/*.min.js", Some(".min.js")),
            ("src/a?cd", Some("src/a")),
            ("**", None),
            ("a/*", Some("a/")),
            ("**/a", None),
            ("*.{lock,sum}", None),
            ("[ab]cde", None),
            (r"\*cde", None),
        ] {
            assert_eq!(piece(&glob(text)), expected, "{text}");
        }
        assert_eq!(piece(&GlobBuilder::new("**/Vendor/**").case_insensitive(true).build().unwrap()), None);
        assert!(PathGlobs::new(&[glob("**/vendor/**"), glob("*.{a,b}")]).unwrap().needed.is_none());
    }

    proptest! {
        /// What is asked first changes no answer.
        #[test]
        fn as_the_globs_say(path in "(ven|vendor|dor|/|a|[.]min|[.]js|\u{e9}){1,7}", end in proptest::collection::vec(any::<u8>(), 0..2)) {
            let globs = [
                "**/vendor/**", "**/*.min.js", "a/ven?or/*/js", "**/a\u{e9}*", "ven/**", "a/**/ven", "**/dor/**/vendor/**", "**/vendor/a",
            ];
            let globs = globs.map(glob);
            let all = PathGlobs::new(&globs).unwrap();
            prop_assert!(all.needed.is_some());
            let path = RepoPath::new([path.as_bytes(), &end].concat());
            let text = path.to_text();
            prop_assert_eq!(all.fit(&path), all.set.is_match(text.expose()));
            prop_assert_eq!(all.fitting(&path), all.set.matches(text.expose()));
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
