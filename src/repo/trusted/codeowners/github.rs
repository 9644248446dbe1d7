//! GitHub's dialect: gitignore patterns, of which the last that fits decides.

use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use crate::facts::RepoPath;
use crate::repo::trusted::codeowners::Parts;
use crate::repo::trusted::codeowners::is_owner;
use crate::repo::trusted::codeowners::pattern_and_rest;
use crate::repo::trusted::owners::levels;
use crate::repo::trusted::owners::literal;

#[derive(Debug, Clone)]
pub(super) struct GitHub {
    parts: Vec<Part>,
    /// The owners of each line.
    lines: Vec<Vec<String>>,
    pub(super) bad_lines: Vec<usize>,
}

/// Lines of which the patterns are asked at once. One matcher a kind of line, each pattern with the place of its line: what may
/// match a file, and what may match a directory above it.
#[derive(Debug, Clone)]
struct Part {
    files: Gitignore,
    directories: Gitignore,
}

/// A pattern, and the place of its line.
struct Placed {
    pattern: String,
    place: usize,
}

impl GitHub {
    pub(super) fn parse(text: &str) -> Self {
        let mut all: Vec<Placed> = Vec::new();
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut numbers = Vec::new();
        let mut bad_lines = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = lines.len();
            let read = parse_line(line).map(|(pattern, owners)| (Placed { pattern, place }, owners));
            match read.filter(|(placed, _)| placed.add_to(&mut GitignoreBuilder::new(""))) {
                Some((placed, owners)) => {
                    all.push(placed);
                    lines.push(owners);
                    numbers.push(number);
                }
                None => bad_lines.push(number),
            }
        }
        let Parts { built, too_large } = Parts::of(&all, &Part::of);
        bad_lines.extend(too_large.into_iter().filter_map(|place| numbers.get(place)));
        bad_lines.sort_unstable();
        Self { parts: built.into_iter().map(|(_, part)| part).collect(), lines, bad_lines }
    }

    /// The owners of all lines.
    pub(super) fn named(&self) -> Vec<&str> {
        self.lines.iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn owners(&self, path: &RepoPath) -> Vec<&str> {
        let mut last: Option<usize> = None;
        for (level, is_file) in levels(path).iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            for part in &self.parts {
                let matcher = if is_file { &part.files } else { &part.directories };
                let found = matcher.matched(level, !is_file);
                let line = found.inner().and_then(|glob| glob.from()?.to_str()?.parse().ok());
                last = last.max(line);
            }
        }
        let owners = last.and_then(|index| self.lines.get(index));
        owners.into_iter().flatten().map(String::as_str).collect()
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
    /// Whether it is a pattern.
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
}
