//! The table of languages as it is written; each part knows what it means.

use serde::Deserialize;

use crate::config::languages::LanguagesError;
use crate::policy::At;
use crate::policy::Class;
use crate::policy::CommentRule;
use crate::policy::Continued;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawTable {
    #[serde(default)]
    pub(super) excluded: Vec<RawExcluded>,
    #[serde(default)]
    pub(super) generated_words: Vec<String>,
    pub(super) languages: Vec<RawLanguage>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExcluded {
    reason: String,
    globs: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
pub(in crate::config) struct RawLanguage {
    pub(in crate::config) name: String,
    /// Everything that the named language has, and then what stands here.
    pub(in crate::config) like: Option<String>,
    pub(in crate::config) extensions: Vec<String>,
    pub(in crate::config) file_names: Vec<String>,
    pub(in crate::config) interpreters: Vec<String>,
    pub(in crate::config) hints: Vec<String>,
    /// Searched for as well where no hint says which of those that share an extension it is.
    pub(in crate::config) in_doubt: bool,
    /// Line comments that may begin anywhere.
    pub(in crate::config) line: Vec<String>,
    pub(in crate::config) block: Vec<(String, String)>,
    pub(in crate::config) nested: Vec<(String, String)>,
    pub(in crate::config) comments: Vec<RawComment>,
    /// One line, backslash escapes.
    pub(in crate::config) quotes: Vec<String>,
    /// Many lines, backslash escapes.
    pub(in crate::config) long_quotes: Vec<String>,
    pub(in crate::config) strings: Vec<RawString>,
    pub(in crate::config) fences: Vec<RawFence>,
    pub(in crate::config) escapes: Vec<String>,
    pub(in crate::config) embeds: Vec<RawEmbed>,
    pub(in crate::config) special: Vec<RawSpecial>,
    pub(in crate::config) prose: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(in crate::config) struct RawComment {
    open: String,
    close: Option<String>,
    nested: bool,
    holds_strings: bool,
    at: RawAt,
    close_at_line_start: bool,
    any_case: bool,
    next: Option<String>,
    not_next: Option<String>,
    continued: RawContinued,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(in crate::config) struct RawString {
    open: String,
    /// The opening text if it is missing.
    close: Option<String>,
    escape: Option<char>,
    doubled: bool,
    many_lines: bool,
    last_of_run: bool,
    literals: Vec<String>,
    interpolations: Vec<String>,
    /// An opening text of an interpolation stands for itself when doubled.
    doubled_interpolations: bool,
    at: RawAt,
    not_after: Option<String>,
    doc: RawDoc,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(in crate::config) struct RawFence {
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
pub(in crate::config) struct RawEmbed {
    open: String,
    close: Option<String>,
    language: String,
    kind: RawEmbedKind,
}

/// Words of the table: each means the one of the same name that was agreed.
macro_rules! words {
    ($($raw:ident, $agreed:ident [$first:ident $(, $variant:ident)*];)+) => {$(
        #[derive(Deserialize, Clone, Copy, Default)]
        #[serde(rename_all = "kebab-case")]
        pub(in crate::config) enum $raw {
            #[default]
            $first,
            $($variant,)*
        }

        impl $raw {
            const fn agreed(self) -> $agreed {
                match self {
                    Self::$first => $agreed::$first,
                    $(Self::$variant => $agreed::$variant,)*
                }
            }
        }
    )+};
}

words! {
    RawEmbedKind, EmbedKind [Element, First, Token, FrontMatter, Rest];
    RawAt, At [Anywhere, LineStart, FirstColumn, SeventhColumn, WordStart, AfterBlank, ShellWord, YamlValue, MakeQuote];
    RawContinued, Continued [Never, Backslash, OddBackslashes, OutsideRecipes];
    RawDoc, Doc [Never, Always, Statement, Attribute];
    RawSpecial, Special [
        CChar, Lifetime, Prime, CppRaw, OcamlQuoted, JsRegex, RubyRegex, Jsx, RubyPercent, PerlQuote, ElixirSigil, Question,
        YamlBlock, ShellHereDoc, RubyHereDoc, PerlHereDoc, PhpHereDoc, HclHereDoc, DollarQuote
    ];
}

impl RawExcluded {
    pub(super) fn agreed(self) -> ExcludedPaths {
        ExcludedPaths { reason: self.reason, globs: self.globs }
    }
}

impl RawLanguage {
    pub(in crate::config) fn agreed(self, known: &Languages) -> Result<Language, LanguagesError> {
        let mut syntax = match &self.like {
            None => Syntax::default(),
            Some(base) => match known.list.iter().find(|language| language.name == *base) {
                Some(language) => language.syntax.clone(),
                None => return Err(LanguagesError::Unknown { language: self.name, missing: base.clone() }),
            },
        };
        let pair =
            |nested| move |(open, close)| CommentRule { open, close: Some(close), nested, ..CommentRule::default() };
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
            || syntax.strings.iter().flat_map(|rule| &rule.literals).any(String::is_empty)
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
            in_doubt: self.in_doubt,
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
            holds_strings: self.holds_strings,
            at: self.at.agreed(),
            close_at_line_start: self.close_at_line_start,
            any_case: self.any_case,
            next: self.next.map(class),
            not_next: self.not_next.map(class),
            continued: self.continued.agreed(),
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
            last_of_run: self.last_of_run,
            literals: self.literals,
            interpolations: self.interpolations.into_iter().map(interpolation).collect(),
            at: self.at.agreed(),
            not_after: self.not_after.map(class),
            doc: self.doc.agreed(),
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
            kind: self.kind.agreed(),
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
