//! Globs over paths, many of them at once.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use aho_corasick::AhoCorasickKind;
use aho_corasick::MatchKind;
use globset::Glob;
use globset::GlobMatcher;
use globset::GlobSet;

use crate::facts::RepoPath;

/// Globs over whole paths, in which only `**` crosses directories; all of them are asked at once.
#[derive(Clone, Default)]
pub struct PathGlobs {
    texts: Vec<String>,
    globs: Vec<Glob>,
    /// Made when a path is first asked about: many a run asks about none.
    asked: OnceLock<Asked>,
}

/// How globs are asked.
#[derive(Clone)]
enum Asked {
    /// Each has a piece that a path must have. Nearly no path has any, which is found out several times faster; of the
    /// globs few are ever compiled.
    ByPieces(Box<Pieces>),
    /// At least one of them has no such piece.
    Together(GlobSet),
}

#[derive(Clone)]
struct Pieces {
    /// Whether a path has one.
    any: Vec<AhoCorasick>,
    /// Which ones, by the globs' numbers.
    which: AhoCorasick,
    globs: Vec<OnceLock<GlobMatcher>>,
}

/// Globs whose regular expressions have no more bytes than this together are certain to compile together: it is a hundredth of
/// what the library allows.
const SMALL: usize = 32 << 10;

/// More pieces than these at once are not looked for by vectors.
const AT_ONCE: usize = 64;

impl PathGlobs {
    /// Takes some globs together.
    ///
    /// # Errors
    /// Compiled together, they are too big.
    pub fn new(globs: &[Glob]) -> Result<Self, globset::Error> {
        let texts = globs.iter().map(|glob| glob.glob().to_owned()).collect();
        let asked = OnceLock::new();
        let size: usize = globs.iter().map(|glob| glob.regex().len()).sum();
        if size > SMALL && globs.iter().any(|glob| piece(glob).is_none()) {
            return Ok(Self { texts, globs: globs.to_vec(), asked: Asked::Together(GlobSet::new(globs)?).into() });
        }
        Ok(Self { texts, globs: globs.to_vec(), asked })
    }

    /// The globs of several lists that are to be kept, as their texts say.
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
        with_text(path, |text| match self.asked() {
            Asked::ByPieces(pieces) => pieces.fitting(&self.globs, text).next().is_some(),
            Asked::Together(set) => set.is_match(text),
        })
    }

    /// The places of those that fit a path.
    #[must_use]
    pub fn fitting(&self, path: &RepoPath) -> Vec<usize> {
        with_text(path, |text| match self.asked() {
            Asked::ByPieces(pieces) => pieces.fitting(&self.globs, text).collect::<BTreeSet<_>>().into_iter().collect(),
            Asked::Together(set) => set.matches(text),
        })
    }

    #[expect(clippy::expect_used, reason = "a test says that globs so small compile together")]
    fn asked(&self) -> &Asked {
        self.asked.get_or_init(|| match Pieces::of(&self.globs) {
            Some(pieces) => Asked::ByPieces(Box::new(pieces)),
            None => Asked::Together(GlobSet::new(&self.globs).expect("small globs compile together")),
        })
    }
}

fn with_text<T>(path: &RepoPath, ask: impl Fn(&str) -> T) -> T {
    match std::str::from_utf8(path.as_bytes()) {
        Ok(text) => ask(text),
        Err(_not_text) => ask(path.to_text().expose()),
    }
}

impl Pieces {
    /// `None` where one of the globs has none.
    fn of(globs: &[Glob]) -> Option<Self> {
        let pieces: Vec<&str> = globs.iter().map(piece).collect::<Option<_>>()?;
        let mut search = AhoCorasick::builder();
        search.kind(Some(AhoCorasickKind::ContiguousNFA));
        let which = search.build(&pieces).ok()?;
        let each: BTreeSet<&str> = pieces.into_iter().collect();
        let each: Vec<&str> = each.into_iter().collect();
        // Only so it looks by vectors.
        search.match_kind(MatchKind::LeftmostFirst);
        let any = each.chunks(AT_ONCE).map(|some| search.build(some).ok()).collect::<Option<_>>()?;
        Some(Self { any, which, globs: vec![OnceLock::new(); globs.len()] })
    }

    /// The numbers of the globs that fit, some perhaps twice.
    fn fitting(&self, globs: &[Glob], text: &str) -> impl Iterator<Item = usize> {
        let has_any = self.any.iter().any(|any| any.is_match(text));
        let found = has_any.then(|| self.which.find_overlapping_iter(text)).into_iter().flatten();
        let fits = move |at: &usize| {
            let matcher = self.globs.get(*at).zip(globs.get(*at));
            matcher.is_some_and(|(made, glob)| made.get_or_init(|| glob.compile_matcher()).is_match(text))
        };
        found.map(|found| found.pattern().as_usize()).filter(fits)
    }
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

#[cfg(test)]
mod tests {
    use globset::GlobBuilder;
    use proptest::prelude::*;

    use super::*;

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
        assert!(Pieces::of(&[glob("**/vendor/**"), glob("*.{a,b}")]).is_none());
    }

    #[test]
    fn what_is_small_compiles_together() {
        // Of what makes the largest programs as much as there may be: classes, any case, what is not ASCII.
        for (text, is_alone) in [
            ("[!a-c]{é,[x-z]*}?**", true),
            ("**/[0-9]*.{ab,cd,ef}/?", true),
            ("{a/**,b}[é-ü]", true),
            ("**/vendor/*", false),
        ] {
            let one = GlobBuilder::new(text).literal_separator(true).case_insensitive(is_alone).build().unwrap();
            let globs = vec![one.clone(); SMALL / one.regex().len()];
            assert_eq!(piece(&one).is_none(), is_alone, "{text}");
            let asked = PathGlobs::new(&globs).unwrap();
            assert!(asked.asked.get().is_none());
            assert!(!asked.fit(&RepoPath::new(b"q".to_vec())), "{text}");
            // More are compiled at once, so that what is wrong with them is told.
            let more = [&globs[..], &globs[..2]].concat();
            assert_eq!(PathGlobs::new(&more).unwrap().asked.get().is_some(), is_alone, "{text}");
        }
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
            prop_assert!(Pieces::of(&globs).is_some());
            let set = GlobSet::new(&globs).unwrap();
            let path = RepoPath::new([path.as_bytes(), &end].concat());
            let text = path.to_text();
            prop_assert_eq!(all.fit(&path), set.is_match(text.expose()));
            prop_assert_eq!(all.fitting(&path), set.matches(text.expose()));
        }
    }
}
