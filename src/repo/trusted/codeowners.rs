//! `CODEOWNERS`: who owns which paths, in the dialect of the host that the file is written for.
//!
//! The dialects agree in little but the order of things in a line, so each has a reader of its own. A file is GitLab's
//! where it lies in `.gitlab/`, or has a section; any other is GitHub's.

mod github;
mod gitlab;

use crate::facts::RepoPath;

use github::GitHub;
use gitlab::GitLab;

/// The hosts ignore a larger file, or say that they might.
const LARGEST: usize = 3 << 20;

/// A `CODEOWNERS` file.
#[derive(Debug, Clone)]
pub struct CodeOwners(Read);

#[derive(Debug, Clone)]
enum Read {
    GitHub(GitHub),
    GitLab(GitLab),
}

/// The host whose rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The last line that fits decides.
    GitHub,
    /// Sections, each of which decides for itself.
    GitLab,
}

impl CodeOwners {
    /// Where the hosts look for the file; the first that is there is the one. No host looks at all of them.
    pub const PATHS: [&'static str; 4] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

    /// Reads the bytes of the file at one of [`Self::PATHS`]. A malformed line says nothing; a file of 3 MiB or more says
    /// nothing at all.
    #[must_use]
    pub fn parse(path: &str, bytes: &[u8]) -> Self {
        let bytes = if Self::is_too_large(bytes) { &[] } else { bytes };
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        Self(match Self::dialect(path, text) {
            Dialect::GitHub => Read::GitHub(GitHub::parse(text)),
            Dialect::GitLab => Read::GitLab(GitLab::parse(text)),
        })
    }

    /// Whether the file says nothing because it is too large: 3 MiB or more.
    #[must_use]
    pub const fn is_too_large(bytes: &[u8]) -> bool {
        bytes.len() >= LARGEST
    }

    /// Whose rules a text follows that lies at a path.
    #[must_use]
    pub fn dialect(path: &str, text: &str) -> Dialect {
        let is_gitlab = path.starts_with(".gitlab/") || text.lines().any(|line| gitlab::is_heading(line.trim()));
        if is_gitlab { Dialect::GitLab } else { Dialect::GitHub }
    }

    /// A line as a reader of either host's divides it: the pattern, and the words behind, what may be a comment included.
    /// Nothing where it says nothing.
    pub fn words(line: &str) -> impl Iterator<Item = &str> {
        let line = Some(line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#'));
        line.into_iter().flat_map(|line| {
            let (pattern, rest) = pattern_and_rest(line);
            std::iter::once(pattern).chain(rest.split_whitespace())
        })
    }

    /// The owners of a path, as written; none where no line matches, or where the one that decides names none.
    #[must_use]
    pub fn owners(&self, path: &RepoPath) -> Vec<&str> {
        match &self.0 {
            Read::GitHub(read) => read.owners(path),
            Read::GitLab(read) => read.owners(path, gitlab::Sections::All),
        }
    }

    /// The owners that the file names for any path, as written, with repeats.
    #[must_use]
    pub fn named(&self) -> Vec<&str> {
        match &self.0 {
            Read::GitHub(read) => read.named(),
            Read::GitLab(read) => read.named(),
        }
    }

    /// The owners of a path without whom the host lets nothing land: not those of optional sections.
    #[must_use]
    pub fn reviewers(&self, path: &RepoPath) -> Vec<&str> {
        match &self.0 {
            Read::GitHub(read) => read.owners(path),
            Read::GitLab(read) => read.owners(path, gitlab::Sections::Required),
        }
    }

    /// Numbers, counted from 1, of the lines that say nothing because they are malformed.
    #[must_use]
    pub fn bad_lines(&self) -> &[usize] {
        match &self.0 {
            Read::GitHub(read) => &read.bad_lines,
            Read::GitLab(read) => &read.bad_lines,
        }
    }
}

/// What patterns are asked at once: as many as fit into one matcher. A file of thousands of lines is more than one holds.
struct Parts<M> {
    /// Each with the place of its first pattern.
    built: Vec<(usize, M)>,
    /// The places of patterns that fit into none, each by itself.
    too_large: Vec<usize>,
}

impl<M> Parts<M> {
    /// Of all patterns, or of either half where a matcher of all cannot be made.
    fn of<P>(all: &[P], build: &impl Fn(&[P]) -> Option<M>) -> Self {
        let mut parts = Self { built: Vec::new(), too_large: Vec::new() };
        let mut open = vec![(0, all)];
        while let Some((first, some)) = open.pop() {
            match build(some) {
                Some(matcher) => parts.built.push((first, matcher)),
                None if some.len() > 1 => {
                    let (left, right) = some.split_at(some.len() / 2);
                    open.extend([(first.saturating_add(left.len()), right), (first, left)]);
                }
                None => parts.too_large.push(first),
            }
        }
        parts
    }
}

/// A line's pattern, with its escapes, and what follows.
fn pattern_and_rest(line: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = line.find(|char: char| {
        let ends = char.is_whitespace() && !is_escaped;
        is_escaped = char == '\\' && !is_escaped;
        ends
    });
    line.split_at(end.unwrap_or(line.len()))
}

/// `@user`, `@organisation/team`, or an address.
fn is_owner(word: &str) -> bool {
    match word.split_once('@') {
        Some(("", name)) => !name.is_empty() && !name.contains('@'),
        Some((_, host)) => !host.is_empty(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_patterns_than_one_matcher_holds() {
        let wide = |number: usize| format!("{}{number}", "?".repeat(10_000));
        let lines: String = (0..24).map(|number| format!("{} @a{number}\n", wide(number))).collect();
        for (path, at) in [(".github/CODEOWNERS", "x"), (".gitlab/CODEOWNERS", "/x")] {
            let file = CodeOwners::parse(path, format!("x @first\n{lines}{at} @last\n").as_bytes());
            let owners = |path: &str| file.owners(&RepoPath::from(path)).join(" ");
            assert_eq!(owners("x"), "@last", "{path}");
            assert_eq!(owners("y/x"), if at == "x" { "@last" } else { "@first" }, "{path}");
            for number in [0, 12, 23] {
                let name = wide(number).replace('?', "y");
                assert_eq!(owners(&name), format!("@a{number}"), "{path}");
            }
            assert!(file.bad_lines().is_empty(), "{path}");
        }
    }

    #[test]
    fn halves_of_what_is_too_large() {
        let build = |some: &[u32]| (some.iter().sum::<u32>() < 11).then(|| some.to_vec());
        for (all, built, too_large) in [
            (&[][..], vec![(0, vec![])], vec![]),
            (&[1, 2, 3], vec![(0, vec![1, 2, 3])], vec![]),
            (&[5, 6, 11, 1, 2], vec![(0, vec![5]), (1, vec![6]), (3, vec![1, 2])], vec![2]),
        ] {
            let parts = Parts::of(all, &build);
            assert_eq!((parts.built, parts.too_large), (built, too_large), "{all:?}");
        }
    }
}
