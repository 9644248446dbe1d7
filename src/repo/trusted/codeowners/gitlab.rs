//! GitLab's dialect: sections, each of which decides for itself.
//!
//! A section's last line that fits decides for it, unless a line with `!` takes the path out of the section. Sections of one
//! name, whatever its case, are one. Owners may stand behind the heading, for the lines that name none.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use globset::Glob;
use globset::GlobBuilder;
use globset::GlobSet;
use globset::GlobSetBuilder;

use bstr::ByteSlice as _;

use crate::facts::RepoPath;
use crate::repo::trusted::codeowners::Parts;
use crate::repo::trusted::codeowners::is_owner;
use crate::repo::trusted::codeowners::pattern_and_rest;
use crate::repo::trusted::owners::literal;

#[derive(Debug, Clone)]
pub(super) struct GitLab {
    /// One glob a line, in the order of the file; each set with the place of its first.
    globs: Vec<(usize, GlobSet)>,
    lines: Vec<Line>,
    sections: Vec<Section>,
    pub(super) bad_lines: Vec<usize>,
}

/// Which sections are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sections {
    All,
    /// Those without `^`.
    Required,
}

#[derive(Debug, Clone)]
struct Section {
    /// Only where each heading of the name has its `^`.
    is_optional: bool,
}

#[derive(Debug, Clone)]
struct Line {
    section: usize,
    /// It begins with `!`: the path is not the section's.
    is_exclusion: bool,
    owners: Vec<String>,
}

/// `^[Name][2] @owner`. How many have to approve decides nothing about who owns a path.
struct Heading<'l> {
    name: &'l str,
    is_optional: bool,
    owners: Vec<String>,
}

impl GitLab {
    pub(super) fn parse(text: &str) -> Self {
        let (mut globs, mut numbers) = (Vec::new(), Vec::new());
        let mut lines: Vec<Line> = Vec::new();
        // What stands before the first heading is a section of its own.
        let mut sections = vec![Section { is_optional: false }];
        let mut by_name = HashMap::new();
        let (mut section, mut defaults) = (0, Vec::new());
        let mut bad_lines = Vec::new();
        for (number, line) in (1..).zip(text.split('\n')) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(heading) = heading(line) {
                let is_optional = heading.is_optional;
                section = *by_name.entry(heading.name.to_lowercase()).or_insert_with(|| {
                    sections.push(Section { is_optional });
                    sections.len().saturating_sub(1)
                });
                if let Some(section) = sections.get_mut(section) {
                    section.is_optional &= is_optional;
                }
                defaults = heading.owners;
                continue;
            }
            let (pattern, rest) = pattern_and_rest(line);
            let (pattern, is_exclusion) = match pattern.strip_prefix('!') {
                Some(pattern) => (pattern, true),
                None => (pattern, false),
            };
            let Some(glob) = glob(pattern) else {
                bad_lines.push(number);
                continue;
            };
            globs.push(glob);
            numbers.push(number);
            let written = owners(rest);
            let owners = if rest.trim().is_empty() { defaults.clone() } else { written };
            lines.push(Line { section, is_exclusion, owners });
        }
        let Parts { built, too_large } = Parts::of(&globs, &set);
        bad_lines.extend(too_large.into_iter().filter_map(|place| numbers.get(place)));
        bad_lines.sort_unstable();
        Self { globs: built, lines, sections, bad_lines }
    }

    /// The owners of all lines.
    pub(super) fn named(&self) -> Vec<&str> {
        let lines = self.lines.iter().filter(|line| !line.is_exclusion);
        lines.flat_map(|line| &line.owners).map(String::as_str).collect()
    }

    pub(super) fn owners(&self, path: &RepoPath, asked: Sections) -> Vec<&str> {
        let path = [b"/", path.as_bytes()].concat();
        let path = path.to_path_lossy();
        let places = |(first, set): &(usize, GlobSet)| {
            set.matches(&*path).into_iter().map(|place| place.saturating_add(*first)).collect::<Vec<_>>()
        };
        let is_asked = |section: usize| {
            asked == Sections::All || self.sections.get(section).is_some_and(|section| !section.is_optional)
        };
        // By section the line that decides; none once the path was taken out of it.
        let mut deciding: BTreeMap<usize, Option<&Line>> = BTreeMap::new();
        let fitting = self.globs.iter().flat_map(places).filter_map(|place| self.lines.get(place));
        for line in fitting.filter(|line| is_asked(line.section)) {
            let decides = deciding.entry(line.section).or_insert(Some(line));
            *decides = decides.and(Some(line)).filter(|line| !line.is_exclusion);
        }
        let owners = deciding.into_values().flatten().flat_map(|line| &line.owners).map(String::as_str);
        let mut known = BTreeSet::new();
        owners.filter(|owner| known.insert(*owner)).collect()
    }
}

/// `None` where the globs are too large together.
fn set(globs: &[Glob]) -> Option<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(glob.clone());
    }
    builder.build().ok()
}

/// Whether a line is the heading of a section.
pub(super) fn is_heading(line: &str) -> bool {
    heading(line).is_some()
}

fn heading(line: &str) -> Option<Heading<'_>> {
    let (line, is_optional) = match line.strip_prefix('^') {
        Some(line) => (line, true),
        None => (line, false),
    };
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((approvals, rest)) if approvals.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => rest,
    };
    let is_whole = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (is_whole && !name.trim().is_empty()).then(|| Heading { name: name.trim(), is_optional, owners: owners(rest) })
}

/// The words that name somebody; roles (`@@maintainer`) are kept as they are, others say nothing.
fn owners(rest: &str) -> Vec<String> {
    let is_role = |word: &str| word.strip_prefix("@@").is_some_and(|role| !role.is_empty());
    rest.split_whitespace().filter(|word| is_owner(word) || is_role(word)).map(str::to_owned).collect()
}

/// As `File::fnmatch` with dotfiles and path names takes it: `*` stays within a name, `**/` is any number of directories,
/// and what has no slash in front may lie anywhere.
fn glob(pattern: &str) -> Option<Glob> {
    if pattern.is_empty() {
        return None;
    }
    let pattern = pattern.strip_prefix("\\#").map_or_else(|| pattern.to_owned(), |rest| format!("#{rest}"));
    let mut glob = match pattern.as_str() {
        "*" => "/**/*".to_owned(),
        rooted if rooted.starts_with('/') => rooted.to_owned(),
        other => format!("/**/{other}"),
    };
    if glob.ends_with('/') {
        glob.push_str("**/*");
    } else if let Some(folder) = glob.strip_suffix("/**") {
        // Without a slash behind them two stars are one.
        glob = format!("{folder}/*");
    }
    // Braces stand for themselves.
    GlobBuilder::new(&literal(&glob, &['{', '}'])).literal_separator(true).backslash_escape(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::trusted::CodeOwners;
    use crate::repo::trusted::codeowners::Dialect;

    fn read(file: &str) -> CodeOwners {
        CodeOwners::parse(".gitlab/CODEOWNERS", file.as_bytes())
    }

    fn owners(file: &str, path: &str) -> String {
        read(file).owners(&RepoPath::new(path.as_bytes())).join(" ")
    }

    /// The cases of GitLab's reference, in our words.
    #[test]
    fn sections() {
        let readme = "* @admin\n[README Owners]\nREADME.md @user1 @user2\ninternal/README.md @user4\n\
                      [README other owners]\nREADME.md @user3\n";
        let defaults = "[Documentation] @docs\ndocs/\nREADME.md\n[Database] @database @ann\nmodel/db/\n\
                        config/db/setup.md @docs\n";
        let regular = "* @general\n[Documentation] @docs\ndocs/\n*.txt\n[Database] @database\nmodel/db/\n";
        let twice =
            "[Docs]\nee/docs @docs\n[Database]\nREADME.md @database\nmodel/db @database\n[DOCS]\nREADME.md @docs\n";
        let excluded = "* @default\n!package-lock.json\n[Ruby]\n*.rb @ruby\n!/config/**/*.rb\n/config/a.rb @late\n\
                        [Config]\n/config/ @ops\n";
        for (file, path, expected) in [
            (readme, "README.md", "@admin @user1 @user2 @user3"),
            (readme, "internal/README.md", "@admin @user4 @user3"),
            (readme, "x", "@admin"),
            (defaults, "docs/a/b", "@docs"),
            (defaults, "README.md", "@docs"),
            (defaults, "model/db/x", "@database @ann"),
            (defaults, "config/db/setup.md", "@docs"),
            (defaults, "x", ""),
            (regular, "docs/x", "@general @docs"),
            (regular, "model/db/CHANGELOG.txt", "@general @docs @database"),
            (twice, "README.md", "@docs @database"),
            (excluded, "package-lock.json", ""),
            (excluded, "a/package-lock.json", ""),
            (excluded, "x", "@default"),
            (excluded, "a.rb", "@default @ruby"),
            // What is taken out of a section stays out of it, and is in the others.
            (excluded, "config/a.rb", "@default @ops"),
            ("[A][2] @a\nx\n", "x", "@a"),
            ("[A][2] @a @b/c\nx\n", "x", "@a @b/c"),
            ("^[A]\nx @a\n", "x", "@a"),
            ("[A] @a\nx @b\nx\n", "x", "@a"),
            ("[A]\nx @a\n[A]\nx @b\n", "x", "@b"),
        ] {
            assert_eq!(owners(file, path), expected, "{path} in\n{file}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, path, owned) in [
            ("*", ".hidden/x", true),
            ("/README.md", "README.md", true),
            ("/README.md", "docs/README.md", false),
            ("README.md", "app/lib/README.md", true),
            ("internal/README.md", "docs/internal/README.md", true),
            ("/docs/", "docs/a/b.md", true),
            ("/docs/", "docs", false),
            ("lib/", "a/lib/b", true),
            ("docs", "docs/a", false),
            ("docs", "a/docs", true),
            ("/docs/*", "docs/index.md", true),
            ("/docs/*", "docs/projects/index.md", false),
            ("/docs/**", "docs/a", true),
            ("/docs/**", "docs/a/b", false),
            ("/docs/**/*.md", "docs/a.md", true),
            ("/docs/**/*.md", "docs/a/b/c.md", true),
            ("/docs/*spec*", "docs/qa_specs.rb", true),
            ("/docs/*spec*", "docs/a/qa_specs.rb", false),
            ("/docs/*/README.md", "docs/api/README.md", true),
            ("/docs/*/README.md", "docs/README.md", false),
            ("/docs/**/index.md", "docs/index.md", true),
            ("/docs/**/index.md", "docs/api/graphql/index.md", true),
            ("/docs/index.*", "docs/index.html", true),
            ("*.rb", "a/.b.rb", true),
            ("\\#file.rb", "#file.rb", true),
            ("path\\ with\\ spaces/", "path with spaces/a", true),
            ("[xy].md", "x.md", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("{x,y}.md", "x.md", false),
            ("A", "a", false),
        ] {
            assert_eq!(owners(&format!("{pattern} @o"), path) == "@o", owned, "{pattern} on {path}");
        }
    }

    #[test]
    fn lines() {
        for (file, expected) in [
            ("x @a this_is_nobody me@example.com", "@a me@example.com"),
            ("x @@maintainer", "@@maintainer"),
            // There are no comments behind something: who is named there is named.
            ("x @a # and @b", "@a @b"),
            ("* @a\nx", ""),
            ("\u{feff}[A] @a\r\nx\r\n", "@a"),
            ("[A] @a\nx nobody", ""),
        ] {
            assert_eq!(owners(file, "x"), expected, "{file:?}");
        }
        assert_eq!(read("x @a\n[a\n!\n").bad_lines(), [2, 3]);
    }

    #[test]
    fn optional_sections_ask_nobody() {
        let path = RepoPath::new(&b"x"[..]);
        for (file, owners, reviewers) in [
            ("^[A]\nx @a\n[B]\nx @b\n", "@a @b", "@b"),
            ("^[A]\nx @a\n[a]\ny @b\n", "@a", "@a"),
            ("x @a\n", "@a", "@a"),
        ] {
            let file = read(file);
            assert_eq!(
                (file.owners(&path).join(" "), file.reviewers(&path).join(" ")),
                (owners.into(), reviewers.into())
            );
        }
    }

    #[test]
    fn whose_a_file_is() {
        for (path, text, expected) in [
            ("CODEOWNERS", "* @a\n[xy].md @b\n", Dialect::GitHub),
            ("CODEOWNERS", "* @a\n[Docs]\n", Dialect::GitLab),
            ("docs/CODEOWNERS", "^[Docs][2] @a\n", Dialect::GitLab),
            ("docs/CODEOWNERS", "# [Docs]\n", Dialect::GitHub),
            (".gitlab/CODEOWNERS", "* @a\n", Dialect::GitLab),
        ] {
            assert_eq!(CodeOwners::dialect(path, text), expected, "{path} {text}");
        }
    }
}
