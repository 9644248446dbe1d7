//! The table of signs of debt besides markers, `rules/suppressions.yml`: text becomes [`Signs`].

use globset::GlobBuilder;
use serde::Deserialize;

use crate::config::shipped;
use crate::policy::Languages;
use crate::policy::PathGlobs;
use crate::policy::Sign;
use crate::policy::SignPlace;
use crate::policy::Signs;

/// The table that ships inside the program.
pub(super) const SHIPPED: &str = include_str!("../../rules/suppressions.yml");

/// A table of signs cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("the table of suppressions cannot be read: {0}")]
#[diagnostic(
    code(debtlint::suppressions::unreadable),
    help("compare with rules/suppressions.yml, or docs/evidence.md")
)]
pub struct SignsError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    signs: Vec<RawSigns>,
    tests: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSigns {
    languages: Vec<String>,
    #[serde(default)]
    comments: Vec<String>,
    #[serde(default)]
    code: Vec<String>,
}

/// The shipped table.
///
/// # Errors
/// Never with the table as shipped: a test reads it.
pub fn signs() -> Result<Signs, SignsError> {
    let raw: Raw = shipped::table(SHIPPED).map_err(SignsError)?;
    let mut list = Vec::new();
    for RawSigns { languages, comments, code } in raw.signs {
        let placed = |place| move |text| (place, text);
        let all =
            comments.into_iter().map(placed(SignPlace::Comment)).chain(code.into_iter().map(placed(SignPlace::Code)));
        list.extend(all.map(|(place, text)| Sign { text, place, languages: languages.clone() }));
    }
    Ok(Signs { list, tests: globs(raw.tests.iter())? })
}

/// The paths that a table of languages leaves out: fixtures, vendored and generated files.
///
/// # Errors
/// Never with the table as shipped.
pub fn excluded(languages: &Languages) -> Result<PathGlobs, SignsError> {
    globs(languages.excluded.iter().flat_map(|excluded| &excluded.globs))
}

fn globs<'t>(texts: impl Iterator<Item = &'t String>) -> Result<PathGlobs, SignsError> {
    let all = texts.map(|text| GlobBuilder::new(text).literal_separator(true).build()).collect::<Result<Vec<_>, _>>();
    all.and_then(|globs| PathGlobs::new(&globs)).map_err(|error| SignsError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::languages;
    use crate::facts::RepoPath;

    #[test]
    fn the_shipped_table_is_sound() {
        let (signs, languages) = (signs().unwrap(), languages().unwrap());
        for sign in &signs.list {
            assert!(!sign.text.trim().is_empty());
            for language in &sign.languages {
                assert!(languages.named(language).is_some(), "{language}");
            }
        }
        for (path, test) in [
            ("tests/a.rs", true),
            ("a/b/test/c.py", true),
            ("src/a_test.go", true),
            ("src/FooTest.java", true),
            ("src/a.spec.ts", true),
            ("src/contest/a.rs", false),
            ("src/latest.rs", false),
        ] {
            assert_eq!(signs.tests.fit(&RepoPath::new(path.as_bytes())), test, "{path}");
        }
    }
}
