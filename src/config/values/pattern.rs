//! Values that match something, or lead somewhere.

use std::fmt::Display;

use globset::GlobBuilder;
use ignore::gitignore::GitignoreBuilder;
use regex::RegexBuilder;
use serde_json::Value as Json;
use serde_json::json;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::quoted;
use crate::config::pack::packs;
use crate::config::read::Word;
use crate::policy::TextPattern;
use crate::policy::WildcardPattern;

/// The longest pattern of any sort, in bytes.
const MAX_PATTERN: usize = 512;

/// An author's name or address, or a wildcard.
#[derive(Debug)]
pub(in crate::config) struct AuthorPattern(pub(in crate::config) WildcardPattern);

/// A label of a pull request, or a wildcard.
#[derive(Debug)]
pub(in crate::config) struct PullRequestLabel(pub(in crate::config) WildcardPattern);

/// A glob over whole paths.
#[derive(Debug)]
pub(in crate::config) struct Glob {
    pub(in crate::config) text: String,
    pub(in crate::config) glob: globset::Glob,
}

/// A pattern in gitignore syntax.
#[derive(Debug)]
pub(in crate::config) struct OwnedPath(pub(in crate::config) String);

/// An entry of `extends`.
#[derive(Debug)]
pub(in crate::config) enum Extended {
    /// A pack that ships with the program.
    Pack(String),
    /// A path from the repository's root, without `./`.
    Path(String),
}

/// A file of the repository, by its path from the root, without `./`.
#[derive(Debug)]
pub(in crate::config) struct TreePath(pub(in crate::config) String);

impl Word for TextPattern {
    const WHAT: &'static str = "a regular expression";

    fn parse(text: &str) -> Result<Self, Problem> {
        let bad = |reason: &dyn Display| {
            let message = format!("{} cannot be used as a regular expression: {reason}", quoted(text));
            Problem::new(Fault::BadPattern, message)
        };
        if text.is_empty() || text.len() > MAX_PATTERN {
            return Err(bad(&format!("it must have 1 to {MAX_PATTERN} bytes")));
        }
        RegexBuilder::new(text).size_limit(1 << 20).nest_limit(50).build().map(Self::new).map_err(|error| match error {
            regex::Error::CompiledTooBig(limit) => bad(&format!("compiled, it is bigger than {limit} bytes"))
                .help("repeat less: `{1000}` counts a thousand times"),
            // The message draws the pattern and a caret over several lines; the last says what is wrong.
            error => {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default();
                let problem = bad(&reason.strip_prefix("error: ").unwrap_or(reason));
                problem.help("the syntax is that of the Rust crate `regex`, without look-around and back-references")
            }
        })
    }

    fn shipped(text: &str) -> Result<Self, Problem> {
        Ok(Self::shipped(text))
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_PATTERN })
    }
}

impl Word for AuthorPattern {
    const WHAT: &'static str = "an author's name or address";

    fn parse(text: &str) -> Result<Self, Problem> {
        wildcard(text, Self::WHAT).map(Self)
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_PATTERN })
    }
}

impl Word for PullRequestLabel {
    const WHAT: &'static str = "a label of pull requests";

    fn parse(text: &str) -> Result<Self, Problem> {
        wildcard(text, Self::WHAT).map(Self)
    }

    fn schema() -> Json {
        AuthorPattern::schema()
    }
}

fn wildcard(text: &str, what: &str) -> Result<WildcardPattern, Problem> {
    let reason = if text.trim_matches(['*', '?', '@', ' ']).is_empty() {
        "it would fit everything"
    } else if text.len() > MAX_PATTERN {
        "it is longer than 512 bytes"
    } else {
        return Ok(WildcardPattern::new(text));
    };
    Err(Problem::new(Fault::BadPattern, format!("{} cannot stand for {what}: {reason}", quoted(text))))
}

impl Word for Glob {
    const WHAT: &'static str = "a glob over paths";
    const MOST: usize = 200;

    fn parse(text: &str) -> Result<Self, Problem> {
        let bad = |reason: &dyn Display| {
            Problem::new(Fault::BadGlob, format!("{} cannot be used as a glob: {reason}", quoted(text)))
                .help("as in `src/**/*.rs`: `*` stays in a folder, `**` crosses folders")
        };
        if text.is_empty() || text.len() > MAX_PATTERN {
            return Err(bad(&format!("it must have 1 to {MAX_PATTERN} bytes")));
        }
        // All of these compile, and then match nothing, for ever.
        if text.starts_with('/') || text.starts_with("./") {
            let bare = text.trim_start_matches("./").trim_start_matches('/');
            return Err(bad(&"paths begin at the root, without `/` or `./`").help(format!("write {}", quoted(bare))));
        }
        if let Some(folder) = text.strip_suffix('/') {
            return Err(bad(&"it ends in `/`, but paths are of files")
                .help(format!("write {}", quoted(&format!("{folder}/**")))));
        }
        if text.starts_with('!') {
            return Err(bad(&"there is no `!` here").help("a path that any of the globs fits is taken"));
        }
        if text.split('/').any(|part| part == "..") {
            return Err(bad(&"no path inside the repository has `..` in it"));
        }
        match GlobBuilder::new(text).literal_separator(true).backslash_escape(true).build() {
            Ok(glob) => Ok(Self { text: text.to_owned(), glob }),
            Err(error) => Err(bad(error.kind())),
        }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^/!].*[^/]$|^[^/!]$", "maxLength": MAX_PATTERN })
    }
}

impl Word for OwnedPath {
    const WHAT: &'static str = "a path in gitignore syntax";

    fn parse(text: &str) -> Result<Self, Problem> {
        let bad = |reason: &dyn Display| {
            Problem::new(Fault::BadGlob, format!("{} cannot be used as a team's path: {reason}", quoted(text)))
                .help("as a line of .gitignore: `/api/` is a folder at the root, `*.sql` are files anywhere")
        };
        if text.trim() != text || text.is_empty() || text.len() > MAX_PATTERN {
            return Err(bad(&format!("it must have 1 to {MAX_PATTERN} bytes, and no blanks around it")));
        }
        if text.starts_with('#') {
            return Err(
                bad(&"gitignore takes it for a comment").help(format!("write {}", quoted(&format!("\\{text}"))))
            );
        }
        if text.split('/').any(|part| part == "..") {
            return Err(bad(&"no path inside the repository has `..` in it"));
        }
        if text.starts_with("./") {
            return Err(
                bad(&"gitignore does not know `./`").help(format!("write {}", quoted(text.trim_start_matches('.'))))
            );
        }
        // gitignore has no name for the root: this compiles, and matches nothing.
        if text.trim_start_matches('!').trim_matches('/').is_empty() {
            return Err(bad(&"it matches nothing").help("write `'*'` or `/**` for all files"));
        }
        match GitignoreBuilder::new("").add_line(None, text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(ignore::Error::Glob { err, .. }) => Err(bad(&err)),
            Err(error) => Err(bad(&error)),
        }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^#\\s]", "maxLength": MAX_PATTERN })
    }
}

impl Word for Extended {
    const WHAT: &'static str = "a pack's name, or a path such as `./debtlint/labels.yml`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let is_path =
            text.contains(['/', '\\']) || text.ends_with(".yml") || text.ends_with(".yaml") || text.starts_with('.');
        if !is_path {
            return Ok(Self::Pack(text.to_owned()));
        }
        inside(text, "./debtlint/labels.yml").map(Self::Path)
    }

    fn schema() -> Json {
        json!({ "anyOf": [
            { "enum": packs().iter().map(|pack| pack.name).collect::<Vec<_>>() },
            { "type": "string", "pattern": "^\\.?[^/\\\\]*(/[^/\\\\]+)*\\.ya?ml$" }
        ] })
    }
}

impl Word for TreePath {
    const WHAT: &'static str = "a path from the repository's root";

    fn parse(text: &str) -> Result<Self, Problem> {
        inside(text, ".debtlint/pull-requests.ndjson").map(Self)
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": 1024, "pattern": "^[^/]" })
    }
}

/// A path from the root that stays in the repository, without `./`.
fn inside(text: &str, example: &str) -> Result<String, Problem> {
    let path = text.strip_prefix("./").unwrap_or(text);
    let reason = if path.contains('\\') {
        "`\\` is no separator here"
    } else if path.contains("://") || path.split('/').next().is_some_and(|first| first.contains(':')) {
        "it is a URL"
    } else if path.starts_with('/') {
        "it is absolute"
    } else if path.split('/').any(|part| part == "..") {
        "it goes up with `..`"
    } else if path.split('/').any(|part| part.is_empty() || part == "." || part.eq_ignore_ascii_case(".git")) {
        "it has an empty part, `.` or `.git` in it"
    } else if path.len() > 1024 {
        "it is longer than 1024 bytes"
    } else {
        return Ok(path.to_owned());
    };
    let message = format!("{} is no path inside the repository: {reason}", quoted(text));
    let help = format!("a path from the repository's root, such as `{example}`, in the judged revision");
    Err(Problem::new(Fault::PathLeavesRepository, message).help(help))
}
