//! GitHub's dialect: gitignore patterns, of which the last that fits decides.

use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use ignore::gitignore::GitignoreBuilder;

use crate::facts::RepoPath;
use crate::repo::trusted::codeowners::is_owner;
use crate::repo::trusted::codeowners::pattern_and_rest;
use crate::repo::trusted::owners::levels;
use crate::repo::trusted::owners::literal;

#[derive(Debug, Clone)]
pub(super) struct GitHub {
    /// One matcher a kind of line, each pattern with the number of its line: what may match a file, and what may match a
    /// directory above it.
    files: Gitignore,
    directories: Gitignore,
    /// Their owners.
    lines: Vec<Vec<String>>,
    pub(super) bad_lines: Vec<usize>,
}

impl GitHub {
    pub(super) fn parse(text: &str) -> Self {
        let (mut files, mut directories) = (GitignoreBuilder::new(""), GitignoreBuilder::new(""));
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut bad_lines = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((pattern, owners)) = parse_line(line) else {
                bad_lines.push(number);
                continue;
            };
            let index = Some(PathBuf::from(lines.len().to_string()));
            // What ends with `/*` is about the files of a directory, not about what lies deeper.
            let deep = !pattern.ends_with("/*");
            let added = files.add_line(index.clone(), &pattern).is_ok()
                && (!deep || directories.add_line(index, &pattern).is_ok());
            if added {
                lines.push(owners);
            } else {
                bad_lines.push(number);
            }
        }
        let build = |builder: &GitignoreBuilder| builder.build().unwrap_or_else(|_too_big| Gitignore::empty());
        Self { files: build(&files), directories: build(&directories), lines, bad_lines }
    }

    /// The owners of all lines.
    pub(super) fn named(&self) -> Vec<&str> {
        self.lines.iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn owners(&self, path: &RepoPath) -> Vec<&str> {
        let mut last: Option<usize> = None;
        for (level, is_file) in levels(path).iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            let matcher = if is_file { &self.files } else { &self.directories };
            let found = matcher.matched(level, !is_file);
            let line = found.inner().and_then(|glob| glob.from()?.to_str()?.parse().ok());
            last = last.max(line);
        }
        let owners = last.and_then(|index| self.lines.get(index));
        owners.into_iter().flatten().map(String::as_str).collect()
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
