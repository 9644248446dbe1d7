//! The table of languages, `rules/languages.yml`: text becomes [`Languages`].

use serde::Deserialize;

use crate::policy::At;
use crate::policy::Class;
use crate::policy::CommentRule;
use crate::policy::Doc;
use crate::policy::EmbedKind;
use crate::policy::EmbedRule;
use crate::policy::ExcludedPaths;
use crate::policy::FenceRule;
use crate::policy::Interpolation;
use crate::policy::Language;
use crate::policy::Languages;
use crate::policy::Special;
use crate::policy::StringRule;
use crate::policy::Syntax;

/// The table that ships inside the program.
const SHIPPED: &str = include_str!("../../rules/languages.yml");

/// A table of languages cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum LanguagesError {
    /// It is not what the table's structure asks for.
    #[error("the table of languages cannot be read: {0}")]
    #[diagnostic(code(languages_unreadable), help("compare with rules/languages.yml, or docs/markers.md"))]
    Unreadable(String),
    /// A language rests on, or embeds, one that is not there.
    #[error("language `{language}` names `{missing}`, which the table does not have before it")]
    #[diagnostic(code(language_unknown), help("`like` needs a language further up; `embeds` any language of the table"))]
    Unknown {
        /// The language that names it.
        language: String,
        /// What is missing.
        missing: String,
    },
    /// A language has a rule that could never match, or match nothing.
    #[error("language `{language}` has a rule without an opening text")]
    #[diagnostic(code(language_rule_empty), help("give every comment, string and embed a text that it begins with"))]
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
    languages_from(SHIPPED)
}

/// A table out of text.
///
/// # Errors
/// When the text is not such a table, or a language in it names another that is not there.
pub fn languages_from(text: &str) -> Result<Languages, LanguagesError> {
    let raw: RawTable = serde_yaml::from_str(text).map_err(|error| LanguagesError::Unreadable(error.to_string()))?;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawTable {
    #[serde(default)]
    excluded: Vec<RawExcluded>,
    #[serde(default)]
    generated_words: Vec<String>,
    languages: Vec<RawLanguage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExcluded {
    reason: String,
    globs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct RawLanguage {
    name: String,
    /// Everything that the named language has, and then what stands here.
    like: Option<String>,
    extensions: Vec<String>,
    file_names: Vec<String>,
    interpreters: Vec<String>,
    hints: Vec<String>,
    /// Line comments that may begin anywhere.
    line: Vec<String>,
    block: Vec<(String, String)>,
    nested: Vec<(String, String)>,
    comments: Vec<RawComment>,
    /// One line, backslash escapes.
    quotes: Vec<String>,
    /// Many lines, backslash escapes.
    long_quotes: Vec<String>,
    strings: Vec<RawString>,
    fences: Vec<RawFence>,
    escapes: Vec<String>,
    embeds: Vec<RawEmbed>,
    special: Vec<RawSpecial>,
    prose: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawComment {
    open: String,
    close: Option<String>,
    nested: bool,
    at: RawAt,
    close_at_line_start: bool,
    any_case: bool,
    next: Option<String>,
    not_next: Option<String>,
    continued: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawString {
    open: String,
    /// The opening text if it is missing.
    close: Option<String>,
    escape: Option<char>,
    doubled: bool,
    many_lines: bool,
    interpolations: Vec<String>,
    /// An opening text of an interpolation stands for itself when doubled.
    doubled_interpolations: bool,
    at: RawAt,
    not_after: Option<String>,
    doc: RawDoc,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawFence {
    prefix: String,
    fence: char,
    min: usize,
    open: String,
    close: String,
    suffix: String,
    not_after: Option<String>,
    at: RawAt,
    comment: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEmbed {
    open: String,
    close: Option<String>,
    language: String,
    kind: RawEmbedKind,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum RawEmbedKind {
    Element,
    First,
    Token,
    FrontMatter,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "kebab-case")]
enum RawAt {
    #[default]
    Anywhere,
    LineStart,
    FirstColumn,
    SeventhColumn,
    WordStart,
    AfterBlank,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "kebab-case")]
enum RawDoc {
    #[default]
    Never,
    Always,
    Statement,
    Attribute,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum RawSpecial {
    CChar,
    Lifetime,
    Prime,
    CppRaw,
    OcamlQuoted,
    JsRegex,
    RubyRegex,
    Jsx,
    RubyPercent,
    PerlQuote,
    ElixirSigil,
    Question,
    YamlBlock,
    ShellHereDoc,
    RubyHereDoc,
    PhpHereDoc,
}

impl RawExcluded {
    fn agreed(self) -> ExcludedPaths {
        ExcludedPaths { reason: self.reason, globs: self.globs }
    }
}

impl RawLanguage {
    fn agreed(self, known: &Languages) -> Result<Language, LanguagesError> {
        let mut syntax = match &self.like {
            None => Syntax::default(),
            Some(base) => match known.list.iter().find(|language| language.name == *base) {
                Some(language) => language.syntax.clone(),
                None => return Err(LanguagesError::Unknown { language: self.name, missing: base.clone() }),
            },
        };
        let pair = |nested| move |(open, close)| CommentRule { open, close: Some(close), nested, ..CommentRule::default() };
        syntax.comments.extend(self.line.into_iter().map(|open| CommentRule { open, ..CommentRule::default() }));
        syntax.comments.extend(self.block.into_iter().map(pair(false)));
        syntax.comments.extend(self.nested.into_iter().map(pair(true)));
        syntax.comments.extend(self.comments.into_iter().map(RawComment::agreed));
        let quote = |many_lines| {
            move |open: String| StringRule {
                close: open.clone(),
                open,
                escape: Some(b'\\'),
                many_lines,
                ..StringRule::default()
            }
        };
        syntax.strings.extend(self.quotes.into_iter().map(quote(false)));
        syntax.strings.extend(self.long_quotes.into_iter().map(quote(true)));
        syntax.strings.extend(self.strings.into_iter().map(RawString::agreed));
        syntax.fences.extend(self.fences.into_iter().map(RawFence::agreed));
        syntax.escapes.extend(self.escapes);
        syntax.embeds.extend(self.embeds.into_iter().map(RawEmbed::agreed));
        syntax.specials.extend(self.special.into_iter().map(RawSpecial::agreed));
        syntax.prose |= self.prose;
        let empty = syntax.comments.iter().any(|rule| rule.open.is_empty() || rule.close.as_deref() == Some(""))
            || syntax.strings.iter().any(|rule| rule.open.is_empty() || rule.close.is_empty())
            || syntax.fences.iter().any(|rule| rule.prefix.is_empty() && rule.min == 0)
            || syntax.escapes.iter().any(String::is_empty)
            || syntax.embeds.iter().any(|rule| rule.open.is_empty() || rule.close.is_empty());
        if empty {
            return Err(LanguagesError::EmptyRule { language: self.name });
        }
        Ok(Language {
            name: self.name,
            extensions: self.extensions,
            file_names: self.file_names,
            interpreters: self.interpreters,
            hints: self.hints,
            syntax,
        })
    }
}

impl RawComment {
    fn agreed(self) -> CommentRule {
        CommentRule {
            open: self.open,
            close: self.close,
            nested: self.nested,
            at: self.at.agreed(),
            close_at_line_start: self.close_at_line_start,
            any_case: self.any_case,
            next: self.next.map(class),
            not_next: self.not_next.map(class),
            continued: self.continued,
        }
    }
}

impl RawString {
    fn agreed(self) -> StringRule {
        let doubled = self.doubled_interpolations;
        let interpolation = |open| Interpolation { open, doubled };
        StringRule {
            close: self.close.unwrap_or_else(|| self.open.clone()),
            open: self.open,
            escape: self.escape.and_then(|escape| u8::try_from(escape).ok()),
            doubled: self.doubled,
            many_lines: self.many_lines,
            interpolations: self.interpolations.into_iter().map(interpolation).collect(),
            at: self.at.agreed(),
            not_after: self.not_after.map(class),
            doc: match self.doc {
                RawDoc::Never => Doc::Never,
                RawDoc::Always => Doc::Always,
                RawDoc::Statement => Doc::Statement,
                RawDoc::Attribute => Doc::Attribute,
            },
        }
    }
}

impl RawFence {
    fn agreed(self) -> FenceRule {
        FenceRule {
            prefix: self.prefix,
            fence: u8::try_from(self.fence).unwrap_or_default(),
            min: self.min,
            open: self.open,
            close: self.close,
            suffix: self.suffix,
            not_after: self.not_after.map(class),
            at: self.at.agreed(),
            comment: self.comment,
        }
    }
}

impl RawEmbed {
    fn agreed(self) -> EmbedRule {
        EmbedRule {
            close: self.close.unwrap_or_else(|| match self.kind {
                RawEmbedKind::Element => format!("</{}", self.open),
                _ => self.open.clone(),
            }),
            open: self.open,
            language: self.language,
            kind: match self.kind {
                RawEmbedKind::Element => EmbedKind::Element,
                RawEmbedKind::First => EmbedKind::First,
                RawEmbedKind::Token => EmbedKind::Token,
                RawEmbedKind::FrontMatter => EmbedKind::FrontMatter,
            },
        }
    }
}

impl RawAt {
    const fn agreed(self) -> At {
        match self {
            Self::Anywhere => At::Anywhere,
            Self::LineStart => At::LineStart,
            Self::FirstColumn => At::FirstColumn,
            Self::SeventhColumn => At::SeventhColumn,
            Self::WordStart => At::WordStart,
            Self::AfterBlank => At::AfterBlank,
        }
    }
}

impl RawSpecial {
    const fn agreed(self) -> Special {
        match self {
            Self::CChar => Special::CChar,
            Self::Lifetime => Special::Lifetime,
            Self::Prime => Special::Prime,
            Self::CppRaw => Special::CppRaw,
            Self::OcamlQuoted => Special::OcamlQuoted,
            Self::JsRegex => Special::JsRegex,
            Self::RubyRegex => Special::RubyRegex,
            Self::Jsx => Special::Jsx,
            Self::RubyPercent => Special::RubyPercent,
            Self::PerlQuote => Special::PerlQuote,
            Self::ElixirSigil => Special::ElixirSigil,
            Self::Question => Special::Question,
            Self::YamlBlock => Special::YamlBlock,
            Self::ShellHereDoc => Special::ShellHereDoc,
            Self::RubyHereDoc => Special::RubyHereDoc,
            Self::PhpHereDoc => Special::PhpHereDoc,
        }
    }
}

/// `letter`, `blank`, `word`, `value`, `symbol`; any other text means one of its bytes.
fn class(text: String) -> Class {
    match text.as_str() {
        "letter" => Class::Letter,
        "blank" => Class::Blank,
        "word" => Class::Word,
        "value" => Class::Value,
        "symbol" => Class::Symbol,
        _ => Class::OneOf(text),
    }
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
                assert!(later.is_none() || !language.hints.is_empty(), "{}: .{extension} is never reached", language.name);
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
