//! How languages write comments and strings: plain data, read by `config` from `rules/languages.yml` and from policies.

/// All languages that are known, and what is left out of a search for markers by default.
#[derive(Debug, Clone, Default)]
pub struct Languages {
    /// In the order of the table; the first that claims a file (and whose hints fit) has it.
    pub list: Vec<Language>,
    /// Globs of paths that are left out by default.
    pub excluded: Vec<ExcludedPaths>,
    /// Words in a file's first lines that say it was generated.
    pub generated_words: Vec<String>,
}

/// Paths that are left out by default, with the reason that a report counts them under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedPaths {
    /// `fixture`, `vendored`, `generated`.
    pub reason: String,
    /// Globs, matched against the whole path.
    pub globs: Vec<String>,
}

/// One language.
#[derive(Debug, Clone, Default)]
pub struct Language {
    /// Its name in lower case; unique.
    pub name: String,
    /// Without the leading dot, in lower case; may have dots inside (`html.erb`).
    pub extensions: Vec<String>,
    /// Whole file names; one `*` in a name stands for any text.
    pub file_names: Vec<String>,
    /// Programs named in a first line that begins with `#!`, without version numbers.
    pub interpreters: Vec<String>,
    /// If there are any: of the languages that share an extension, this one has the file only if one of these texts
    /// occurs near its start.
    pub hints: Vec<String>,
    /// Of the languages that share an extension, this one is searched for as well where none of its hints occurs.
    pub in_doubt: bool,
    /// Comments and strings.
    pub syntax: Syntax,
}

/// What separates comments from everything else in a language.
#[derive(Debug, Clone, Default)]
pub struct Syntax {
    /// Comments.
    pub comments: Vec<CommentRule>,
    /// Strings between fixed delimiters.
    pub strings: Vec<StringRule>,
    /// Strings and comments whose closing delimiter repeats a part of the opening one.
    pub fences: Vec<FenceRule>,
    /// Texts after which the next byte of code stands for itself.
    pub escapes: Vec<String>,
    /// Other languages inside this one.
    pub embeds: Vec<EmbedRule>,
    /// What no table can say.
    pub specials: Vec<Special>,
    /// The file is prose: without comments, searched as a whole where the policy asks for it.
    pub prose: bool,
}

/// A kind of comment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentRule {
    /// How it begins.
    pub open: String,
    /// How it ends; the end of the line if `None`.
    pub close: Option<String>,
    /// Whether comments of the kind lie inside each other.
    pub nested: bool,
    /// Whether strings in it are read as strings, so that what they hold opens and closes nothing.
    pub holds_strings: bool,
    /// Where it may begin.
    pub at: At,
    /// The closing text counts at the start of a line only, and takes the rest of its line along.
    pub close_at_line_start: bool,
    /// Letters of the opening text are compared without case.
    pub any_case: bool,
    /// What must follow the opening text.
    pub next: Option<Class>,
    /// What must not follow the opening text.
    pub not_next: Option<Class>,
    /// When the next line belongs to a comment to the end of the line.
    pub continued: Continued,
}

/// When a backslash before the end of the line takes the next line along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Continued {
    /// Never.
    #[default]
    Never,
    /// Always, as in C, which joins lines before it knows of comments.
    Backslash,
    /// When it is not itself behind a backslash that takes its meaning away.
    OddBackslashes,
    /// The same, but on lines that begin with a tab: their comments are the shell's, which knows of no such thing.
    OutsideRecipes,
}

/// A kind of string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StringRule {
    /// How it begins.
    pub open: String,
    /// How it ends.
    pub close: String,
    /// The byte that takes the meaning of the next one away.
    pub escape: Option<u8>,
    /// The closing text stands for itself when doubled.
    pub doubled: bool,
    /// Whether it may go over the end of a line; if not, it ends there.
    pub many_lines: bool,
    /// Of a run of its last byte that is longer than the closing text, the last ones close: `"""a""""` holds a quote.
    pub last_of_run: bool,
    /// Texts inside that stand for themselves, although they begin or look like something else.
    pub literals: Vec<String>,
    /// Code inside the string.
    pub interpolations: Vec<Interpolation>,
    /// Where it may begin.
    pub at: At,
    /// What must not stand right before it.
    pub not_after: Option<Class>,
    /// When it is documentation and counts as a comment.
    pub doc: Doc,
}

/// Code inside a string: `${ }`, `#{ }`, `$( )`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interpolation {
    /// How it begins; it ends with the bracket that matches the last byte.
    pub open: String,
    /// The opening text stands for itself when doubled.
    pub doubled: bool,
}

/// Delimiters that agree with each other: `r##"…"##`, `[==[…]==]`.
///
/// Opens with `prefix`, a run of `fence`, `open`; closes with `close`, a run of the same length, `suffix`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FenceRule {
    /// Before the run.
    pub prefix: String,
    /// The byte that is repeated.
    pub fence: u8,
    /// The shortest run.
    pub min: usize,
    /// After the run.
    pub open: String,
    /// Before the closing run.
    pub close: String,
    /// After the closing run.
    pub suffix: String,
    /// What must not stand right before it.
    pub not_after: Option<Class>,
    /// Where it may begin.
    pub at: At,
    /// It is a comment, not a string.
    pub comment: bool,
}

/// Another language inside a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedRule {
    /// The opening text, or the name of an element (without `<`).
    pub open: String,
    /// The closing text; for an element `</name`.
    pub close: String,
    /// The name of the language; an element's `lang` attribute goes before.
    pub language: String,
    /// How it is delimited.
    pub kind: EmbedKind,
}

/// How an embedded language is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbedKind {
    /// Between an element's tags; ends at the first closing tag, wherever it stands.
    Element,
    /// Ends at the first closing text, wherever it stands.
    First,
    /// Ends at a closing text in code or in a line comment, not inside a string.
    Token,
    /// At the start of the file only, between lines that consist of the text.
    FrontMatter,
    /// Behind a line that consists of the text, up to the end of the file.
    Rest,
}

/// Where something may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum At {
    /// Anywhere in code.
    #[default]
    Anywhere,
    /// With only blanks before it on its line.
    LineStart,
    /// At the very start of a line.
    FirstColumn,
    /// In the seventh column.
    SeventhColumn,
    /// After a blank, a separator or the start of a line.
    WordStart,
    /// After a blank or the start of a line.
    AfterBlank,
    /// After a blank, what separates words in a shell, or the start of a line.
    ShellWord,
    /// Where a value of YAML begins: a quote within a plain text is a part of it.
    YamlValue,
    /// Where a quote quotes in a makefile: in a recipe, or in what make calls.
    MakeQuote,
}

/// Kinds of neighbouring bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// An ASCII letter.
    Letter,
    /// A blank, or the end of the line.
    Blank,
    /// A letter, digit or underscore.
    Word,
    /// What ends a value: a letter, digit, underscore, closing bracket, quote or dot.
    Value,
    /// A symbol of an operator, the last byte of the opening text not counted when it is repeated.
    Symbol,
    /// One of these bytes.
    OneOf(String),
}

/// When a string is documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Doc {
    /// Never.
    #[default]
    Never,
    /// Always.
    Always,
    /// When it is a statement of its own.
    Statement,
    /// After `@doc`, `@moduledoc`, `@typedoc`.
    Attribute,
}

/// Syntax that needs more than a pair of delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// `'x'` as in C, with digit separators (`1'000`).
    CChar,
    /// `'x'`, where `'x` alone is a lifetime or a type variable.
    Lifetime,
    /// `'x'`, where `x'` is a name, a transposition or an attribute.
    Prime,
    /// `R"delimiter(…)delimiter"`.
    CppRaw,
    /// `{name|…|name}`.
    OcamlQuoted,
    /// `/…/` where a value may begin.
    JsRegex,
    /// `/…/` where a value may begin, or after a word and a blank.
    RubyRegex,
    /// Elements inside JavaScript.
    Jsx,
    /// `%w[…]` and its like.
    RubyPercent,
    /// `q(…)`, `s{…}{…}` and their like.
    PerlQuote,
    /// `~r/…/` and its like.
    ElixirSigil,
    /// `?x` for a character.
    Question,
    /// Block scalars.
    YamlBlock,
    /// `<<WORD` as shells write it.
    ShellHereDoc,
    /// `<<~WORD` as Ruby writes it.
    RubyHereDoc,
    /// The same as Perl writes it: `<< "WORD"`, too.
    PerlHereDoc,
    /// `<<<WORD`.
    PhpHereDoc,
    /// `<<WORD` as Terraform writes it: the last line may be indented.
    HclHereDoc,
    /// `$tag$…$tag$`, whose text is code of the same language.
    DollarQuote,
}

impl Special {
    /// Whether it is announced on one line and begins on the next.
    #[must_use]
    pub fn is_here_doc(&self) -> bool {
        let kinds = [Self::ShellHereDoc, Self::RubyHereDoc, Self::PerlHereDoc, Self::PhpHereDoc, Self::HclHereDoc];
        kinds.contains(self)
    }
}

impl Languages {
    /// The place of the language of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|language| language.name == name)
    }

    /// Adds languages; one of the same name takes the older one's place, so that places stay.
    pub fn extend(&mut self, more: Vec<Language>) {
        for language in more {
            match self.list.iter_mut().find(|known| known.name == language.name) {
                Some(known) => *known = language,
                None => self.list.push(language),
            }
        }
    }
}
