//! The words by which a commit says what it is.

use crate::classify::Coming;
use crate::facts::CommitFact;
use crate::facts::Trailer;

/// What a commit says of itself, or a landing of all that it brought in.
#[derive(Debug, Clone)]
pub(super) struct Words<'f> {
    /// The line that labels are read from: the subject, and for a merge what [`title`] gives.
    pub(super) title: &'f str,
    /// The type of a conventional title, as typed.
    pub(super) kind_of_change: Option<&'f str>,
    /// The scopes of a conventional title, as typed; `a, b` are two.
    pub(super) scopes: Vec<&'f str>,
    /// The trailers that count.
    pub(super) trailers: &'f [Trailer],
    /// The labels of its pull request.
    pub(super) pull_request: &'f [String],
}

impl<'f> Words<'f> {
    /// Reads the words. What is no conventional title has neither type nor scope.
    pub(super) fn of(fact: &'f CommitFact, pull_request: &'f [String]) -> Self {
        Self::read(title(fact), &fact.message.trailers, pull_request)
    }

    /// The words of a pull request: its title is read as if it were a subject.
    pub(super) fn of_request(request: &'f Coming) -> Self {
        Self::read(request.title.as_deref().unwrap_or_default(), &[], &request.labels)
    }

    fn read(title: &'f str, trailers: &'f [Trailer], pull_request: &'f [String]) -> Self {
        // Squashing leaves a blank there now and then; the body's line, which is a merge's title, has none either.
        let parsed = git_conventional::Commit::parse(title.trim_start()).ok();
        let scope = parsed.as_ref().and_then(git_conventional::Commit::scope).map(|scope| scope.as_str());
        Self {
            title,
            kind_of_change: parsed.as_ref().map(|commit| commit.type_().as_str()),
            scopes: scope.into_iter().flat_map(|list| list.split(',')).map(str::trim).collect(),
            trailers,
            pull_request,
        }
    }
}

/// The type and the scopes of a commit whose title is conventional, as typed.
#[must_use]
pub fn conventional(fact: &CommitFact) -> Option<(&str, Vec<&str>)> {
    let words = Words::of(fact, &[]);
    Some((words.kind_of_change?, words.scopes))
}

/// The line of a commit that labels are read from.
///
/// For a merge whose subject was made by a tool ("Merge pull request #1 from ...", "Merge branch ...", "Auto merge of
/// #1 ...", "Rollup merge of ...") that is the first line of the body with something on it, where the title of the
/// pull request stands. Gerrit quotes the title in the subject: `Merge "title"`. Otherwise it is the subject.
#[must_use]
pub fn title(fact: &CommitFact) -> &str {
    let subject = fact.message.subject.expose();
    if !fact.is_merge() {
        return subject;
    }
    if let Some(quoted) = subject.strip_prefix("Merge \"") {
        // Gerrit appends ` into branch` behind the closing quote.
        if let Some((title, _)) = quoted.rsplit_once('"') {
            return title;
        }
    }
    let by_tool = ["Merge ", "Auto merge of ", "Rollup merge ", "Merged in "];
    if !by_tool.iter().any(|prefix| subject.starts_with(prefix)) {
        return subject;
    }
    let mut lines = fact.message.body.expose().lines().map(str::trim);
    lines.find(|line| !line.is_empty()).unwrap_or(subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::sample::commit;

    #[test]
    fn types_and_scopes() {
        for (subject, expected) in [
            ("fix: x", Some(("fix", vec![]))),
            ("Fix(a, b)!: x", Some(("Fix", vec!["a", "b"]))),
            (" fix(a): x", Some(("fix", vec!["a"]))),
            ("\u{a0}\tfix:x", Some(("fix", vec![]))),
            ("fix: ", None),
            ("fixup! fix: x", None),
            ("[stable] fix: x", None),
            (" ", None),
        ] {
            assert_eq!(conventional(&commit(1).says(subject).fact), expected, "{subject:?}");
        }
    }

    #[test]
    fn titles_of_merges() {
        for (subject, body, expected) in [
            ("Merge pull request #12 from acme/topic", "\nrefactor: drop shim\n\nmore", "refactor: drop shim"),
            ("Merge branch 'topic' into main", "  \r\n[debt] shim\r\n", "[debt] shim"),
            ("Auto merge of #9 - dev:topic, r=lead", "internal: less", "internal: less"),
            ("Rollup merge of #9 - dev:topic, r=lead", "title", "title"),
            ("Merge branch 'topic'", "", "Merge branch 'topic'"),
            ("Merge \"Fix the \"odd\" one\"", "body", "Fix the \"odd\" one"),
            ("Merge \"Fix: x\" into stable/1", "body", "Fix: x"),
            ("Merge \"half", "body", "body"),
            ("feat: by hand", "body", "feat: by hand"),
        ] {
            let merge = commit(1).says(subject).with_body(body).merging(&[2, 3]).fact;
            assert_eq!(title(&merge), expected);
            let plain = commit(1).says(subject).with_body(body).fact;
            assert_eq!(title(&plain), subject, "only a merge has a title in its body");
        }
    }
}
