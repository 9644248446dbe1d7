//! GitHub's dialect: gitignore patterns, of which the last that fits decides.

use std::collections::HashMap;
use std::path::PathBuf;
use std::slice;
use std::sync::Arc;
use std::sync::OnceLock;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use bstr::ByteSlice as _;

use crate::facts::RepoPath;
use crate::policy::lies_below;
use crate::repo::trusted::codeowners::Parts;
use crate::repo::trusted::codeowners::is_owner;
use crate::repo::trusted::codeowners::pattern_and_rest;
use crate::repo::trusted::owners::is_odd;
use crate::repo::trusted::owners::levels;
use crate::repo::trusted::owners::literal;

/// A pattern of so many bytes is small enough for a matcher of its own, ten times over.
const SURELY_FITS: usize = 1_000;

#[derive(Debug, Clone)]
pub(super) struct GitHub {
    /// By the directory below which all that their patterns match lies.
    groups: HashMap<String, Arc<Group>>,
    /// The owners of each line.
    lines: Vec<Vec<String>>,
    pub(super) bad_lines: Vec<usize>,
}

/// Patterns that are asked about the same directory. What matches them is built once a path is asked about: of a file of thousands
/// of lines that takes seconds, and few of them are about the paths of a window.
#[derive(Debug, Default)]
struct Group {
    all: Vec<Placed>,
    parts: OnceLock<Vec<Part>>,
}

/// Lines of which the patterns are asked at once. One matcher a kind of line, each pattern with the place of its line: what may
/// match a file, and what may match a directory above it.
#[derive(Debug, Clone)]
struct Part {
    files: Gitignore,
    directories: Gitignore,
}

/// A pattern, and the place of its line.
#[derive(Debug)]
struct Placed {
    pattern: String,
    place: usize,
}

impl GitHub {
    pub(super) fn parse(text: &str) -> Self {
        let mut groups: HashMap<String, Group> = HashMap::new();
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut bad_lines = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = lines.len();
            let read = parse_line(line).map(|(pattern, owners)| (Placed { pattern, place }, owners));
            match read.filter(|(placed, _)| placed.is_pattern()) {
                Some((placed, owners)) => {
                    let below = lies_below(&placed.pattern).to_owned();
                    groups.entry(below).or_default().all.push(placed);
                    lines.push(owners);
                }
                None => bad_lines.push(number),
            }
        }
        let groups = groups.into_iter().map(|(below, group)| (below, Arc::new(group))).collect();
        Self { groups, lines, bad_lines }
    }

    /// The owners of all lines.
    pub(super) fn named(&self) -> Vec<&str> {
        self.lines.iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn owners(&self, path: &RepoPath) -> Vec<&str> {
        let levels = levels(path);
        let mut last: Option<usize> = None;
        for part in self.about(path).into_iter().flat_map(Group::parts) {
            for (level, is_file) in levels.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
                let matcher = if is_file { &part.files } else { &part.directories };
                let found = matcher.matched(level, !is_file);
                let line = found.inner().and_then(|glob| glob.from()?.to_str()?.parse().ok());
                last = last.max(line);
            }
        }
        let owners = last.and_then(|index| self.lines.get(index));
        owners.into_iter().flatten().map(String::as_str).collect()
    }

    /// The patterns that may match a path or a directory above it. A path that only a forged tree has may be matched in other ways.
    fn about(&self, path: &RepoPath) -> Vec<&Group> {
        let bytes = path.as_bytes();
        if is_odd(bytes) {
            return self.groups.values().map(Arc::as_ref).collect();
        }
        let above = bytes.find_iter(b"/").map(|slash| bytes.get(..slash).unwrap_or_default());
        let levels = std::iter::once(&b""[..]).chain(above).chain([bytes]);
        levels.filter_map(|level| self.groups.get(level.to_str().ok()?)).map(Arc::as_ref).collect()
    }
}

impl Group {
    fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| Parts::of(&self.all, &Part::of).built.into_iter().map(|(_, part)| part).collect())
    }
}

impl Part {
    /// `None` where the patterns are too large together.
    fn of(all: &[Placed]) -> Option<Self> {
        let (mut files, mut directories) = (GitignoreBuilder::new(""), GitignoreBuilder::new(""));
        for placed in all {
            placed.add_to(&mut files);
            // What ends with `/*` is about the files of a directory, not about what lies deeper.
            if !placed.pattern.ends_with("/*") {
                placed.add_to(&mut directories);
            }
        }
        Some(Self { files: files.build().ok()?, directories: directories.build().ok()? })
    }
}

impl Placed {
    /// Whether a matcher can be made of it.
    fn is_pattern(&self) -> bool {
        let is_one = self.add_to(&mut GitignoreBuilder::new(""));
        is_one && (self.pattern.len() <= SURELY_FITS || Part::of(slice::from_ref(self)).is_some())
    }

    fn add_to(&self, builder: &mut GitignoreBuilder) -> bool {
        builder.add_line(Some(PathBuf::from(self.place.to_string())), &self.pattern).is_ok()
    }
}

/// A line's pattern, in the form that the matcher takes, and its owners; `None` when it is malformed.
fn parse_line(line: &str) -> Option<(String, Vec<String>)> {
    let (pattern, rest) = pattern_and_rest(line);
    // GitHub documents that these do not work.
    if pattern.starts_with('!') || pattern.starts_with("\\#") || pattern == "/" {
        return None;
    }
    let owners = rest.split_whitespace().take_while(|word| !word.starts_with('#'));
    let owners: Vec<String> = owners.map(str::to_owned).collect();
    owners.iter().all(|owner| is_owner(owner)).then(|| (literal(pattern, &['[', ']', '{', '}']), owners))
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    use crate::repo::trusted::CodeOwners;
    use crate::repo::trusted::codeowners::LARGEST;

    fn owners(file: &str, path: &str) -> String {
        CodeOwners::parse("CODEOWNERS", file.as_bytes()).owners(&RepoPath::new(path.as_bytes())).join(" ")
    }

    const EXAMPLE: &str = "\
# a comment
*       @global-owner1 @global-owner2

*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
";

    #[test]
    fn the_documented_example() {
        for (path, expected) in [
            ("README.md", "@global-owner1 @global-owner2"),
            ("a/b.js", "@js-owner"),
            ("x.go", "docs@example.com"),
            ("deep/er/x.txt", "@octo-org/octocats"),
            ("build/logs/a", "@octocat"),
            ("build/logsx/a", "@global-owner1 @global-owner2"),
            ("docs/a.md", "@doctocat"),
            ("docs/a/b.md", "@doctocat"),
            ("x/docs/a.md", "@global-owner1 @global-owner2"),
            ("scripts/x.js", "@doctocat @octocat"),
            ("x/logs/y/z", "@octocat"),
            ("x/apps/y", "@octocat"),
            ("apps/github", ""),
            ("apps/github/x.js", ""),
            ("apps/githubx", "@octocat"),
        ] {
            assert_eq!(owners(EXAMPLE, path), expected, "{path}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, path, owned) in [
            ("docs/*", "docs/a.md", true),
            ("docs/*", "docs/build/a.md", false),
            ("docs/*", "x/docs/a.md", false),
            ("/*", "a", true),
            ("/*", "a/b", false),
            ("/*.md", "a.md", true),
            ("/*.md", "x/a.md", false),
            ("*", "a/b/c", true),
            ("*.js", "x.js/y", true),
            ("/a/b*", "a/bc/d", true),
            ("/a/*/c", "a/x/c/d", true),
            ("/a/*/c", "a/x/y/c", false),
            ("a/**/c", "a/c", true),
            ("a/**/c", "a/x/y/c", true),
            ("a/**", "a/x/y", true),
            ("a/**", "b/a/x", false),
            ("docs/", "docs", false),
            ("docs/", "x/docs/y", true),
            ("docs", "x/docs", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[xy].md", "x.md", false),
            ("[xy].md", "[xy].md", true),
            ("{x,y}.md", "x.md", false),
            ("{x,y}.md", "{x,y}.md", true),
            ("with\\ blank/", "with blank/a", true),
            ("!a", "a", false),
            ("\\#a", "#a", false),
            ("/", "a", false),
            ("A", "a", false),
        ] {
            assert_eq!(owners(&format!("{pattern} @o"), path) == "@o", owned, "{pattern} on {path}");
        }
    }

    #[test]
    fn lines() {
        for (file, expected) in [
            ("\u{feff}* @a", "@a"),
            ("* @a\r\n\r\nx @b\r\n", "@b"),
            ("* @a\nx", ""),
            ("* @a\nx # nobody", ""),
            ("x @b\n* @a", "@a"),
            ("* @a\nx not-an-owner", "@a"),
            ("* @a\nx @b not-an-owner", "@a"),
            ("* @a\nx\t@b\tme@example.com", "@b me@example.com"),
            ("", ""),
        ] {
            assert_eq!(owners(file, "x"), expected, "{file:?}");
        }
        let file = CodeOwners::parse("CODEOWNERS", b"* @a\n!x @b\nx @@\n");
        assert_eq!(file.bad_lines(), [2, 3]);
        assert_eq!(owners(&format!("* @a\n{}", "#".repeat(LARGEST)), "x"), "");
    }

    proptest! {
        #[test]
        fn a_path_is_asked_of_no_fewer_patterns_than_may_match_it(
            lines in proptest::collection::vec(r"[/]?([ab]|\*|\*\*|[?]|a\\ )(/([ab]|\*|\*\*|b\*)){0,3}/?", 1..6),
            path in r"[.]?/?[ab]{1,2}(//?([ab]|a ){1,2}){0,3}/?",
        ) {
            let text: String = (0..).zip(&lines).map(|(number, line)| format!("{line} @a{number}\n")).collect();
            let mut grouped = GitHub::parse(&text);
            let path = RepoPath::new(path.as_bytes());
            let found: Vec<String> = grouped.owners(&path).into_iter().map(str::to_owned).collect();
            let groups = grouped.groups.drain().flat_map(|(_, group)| Arc::into_inner(group).unwrap().all);
            let mut all: Vec<Placed> = groups.collect();
            all.sort_by_key(|placed| placed.place);
            let one = Group { all, parts: OnceLock::new() };
            grouped.groups.insert(String::new(), Arc::new(one));
            prop_assert_eq!(found, grouped.owners(&path), "{}", text);
        }
    }

    #[test]
    fn what_matches_is_built_for_what_is_asked() {
        let text: String = (0..2_000).map(|number| format!("/src/part{number}/*.rs @a{number}\n")).collect();
        let read = GitHub::parse(&text);
        assert_eq!(read.owners(&RepoPath::from("src/part7/x.rs")), ["@a7"]);
        assert_eq!(read.groups.values().filter(|group| group.parts.get().is_some()).count(), 1);
    }
}
