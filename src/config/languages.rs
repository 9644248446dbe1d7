//! The table of languages, `rules/languages.yml`: text becomes [`Languages`].

mod raw;

use std::sync::OnceLock;

use crate::config::shipped;
use crate::policy::Languages;

use raw::RawExcluded;
pub(super) use raw::RawLanguage;
use raw::RawTable;

/// The table that ships inside the program.
pub(super) const SHIPPED: &str = include_str!("../../rules/languages.yml");

/// A table of languages cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum LanguagesError {
    /// It is not what the table's structure asks for.
    #[error("the table of languages cannot be read: {0}")]
    #[diagnostic(code(debtlint::languages::unreadable), help("compare with rules/languages.yml, or docs/markers.md"))]
    Unreadable(String),
    /// A language rests on, or embeds, one that is not there.
    #[error("language `{language}` names `{missing}`, which the table does not have before it")]
    #[diagnostic(
        code(debtlint::languages::unknown),
        help("`like` needs a language further up; `embeds` any language of the table")
    )]
    Unknown {
        /// The language that names it.
        language: String,
        /// What is missing.
        missing: String,
    },
    /// A language has a rule that could never match, or match nothing.
    #[error("language `{language}` has a rule without an opening text")]
    #[diagnostic(
        code(debtlint::languages::empty_rule),
        help("give every comment, string and embed a text that it begins with")
    )]
    EmptyRule {
        /// The language that has it.
        language: String,
    },
}

/// The shipped table.
///
/// # Errors
/// Never with the table as shipped: a test reads it.
pub fn languages() -> Result<Languages, LanguagesError> {
    // Asked for by whatever looks into files, and always the same.
    static TABLE: OnceLock<Option<Languages>> = OnceLock::new();
    match TABLE.get_or_init(|| languages_from(SHIPPED).ok()) {
        Some(table) => Ok(table.clone()),
        None => languages_from(SHIPPED),
    }
}

/// A table out of text.
///
/// # Errors
/// When the text is not such a table, or a language in it names another that is not there.
pub fn languages_from(text: &str) -> Result<Languages, LanguagesError> {
    let raw: RawTable = shipped::table(text).map_err(LanguagesError::Unreadable)?;
    let mut table = Languages {
        list: Vec::new(),
        excluded: raw.excluded.into_iter().map(RawExcluded::agreed).collect(),
        generated_words: raw.generated_words,
    };
    for language in raw.languages {
        let agreed = language.agreed(&table)?;
        table.list.push(agreed);
    }
    for language in &table.list {
        if let Some(embed) = language.syntax.embeds.iter().find(|embed| table.named(&embed.language).is_none()) {
            return Err(LanguagesError::Unknown { language: language.name.clone(), missing: embed.language.clone() });
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_shipped_table_is_sound() {
        let table = languages().unwrap();
        assert!(table.list.len() >= 60, "{}", table.list.len());
        let names: BTreeSet<_> = table.list.iter().map(|language| &language.name).collect();
        assert_eq!(names.len(), table.list.len(), "names are unique");
        // An extension that two languages claim needs a hint to choose by, on all but the last of them.
        for (place, language) in table.list.iter().enumerate() {
            for extension in &language.extensions {
                assert_eq!(*extension, extension.to_lowercase(), "{}", language.name);
                let later = table.list.iter().skip(place + 1).find(|other| other.extensions.contains(extension));
                assert!(
                    later.is_none() || !language.hints.is_empty(),
                    "{}: .{extension} is never reached",
                    language.name
                );
            }
        }
    }

    #[test]
    fn what_cannot_work_is_said() {
        for (text, says) in [
            ("languages: [{name: a, like: b}]", "names `b`"),
            ("languages: [{name: a, embeds: [{open: x, language: b, kind: first}]}]", "names `b`"),
            ("languages: [{name: a, line: ['']}]", "without an opening text"),
            ("languages: [{name: a, lines: ['//']}]", "cannot be read"),
        ] {
            let error = languages_from(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
