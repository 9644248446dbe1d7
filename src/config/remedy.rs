//! What to do about a text that is no YAML, or is not the YAML that was meant: most such texts have one of a few mistakes.

use crate::config::error::escaped;
use crate::config::error::quoted;

/// What helps where the parser met something at a place of a text; and where the mistake lies, if it lies elsewhere.
pub(super) fn of_syntax(text: &str, at: usize, met: &str) -> (Option<usize>, String) {
    let rest = text.get(at..).unwrap_or_default();
    if ["<<<<<<< ", "=======", ">>>>>>> "].iter().any(|mark| rest.starts_with(mark)) {
        return (None, "a merge stopped here: keep what holds of both sides, and remove the marks".to_owned());
    }
    if met.starts_with("simple key expected") || met.starts_with("mapping values are not allowed") {
        // What was to be a key became the beginning of a text that goes on for lines.
        return match glued_before(text, at) {
            Some((place, key, value)) => (Some(place), of_glued(key, value)),
            None => (None, "put a text that contains `: ` in quotes; indent all keys of a mapping alike".to_owned()),
        };
    }
    let help = if let Some(begun) = rest.chars().next().filter(|begun| "@`%".contains(*begun)) {
        format!("put a text that begins with `{begun}` in quotes: {}", in_quotes(plain(rest)))
    } else if met.contains("escape") {
        let inner = rest.strip_prefix('"').and_then(|inner| inner.lines().next()?.split_once('"'));
        let sample = inner.filter(|(inner, _)| !inner.contains('\'') && !inner.ends_with('\\'));
        let sample = sample.map(|(inner, _)| format!(": {}", in_quotes(inner))).unwrap_or_default();
        format!("in double quotes `\\` begins an escape: single quotes for regular expressions{sample}")
    } else if met.contains("tab") || rest.starts_with('\t') {
        "indent with spaces: YAML does not allow tabs here".to_owned()
    } else {
        "look for a wrong quote, bracket or indent, here or just before; nothing after it was read".to_owned()
    };
    (None, help)
}

/// What helps against anchors and aliases, the first of them as it is written.
pub(super) fn of_anchors(first: &str, has_anchors: bool) -> String {
    if has_anchors {
        return "write each value out where it is needed; put a text that begins with `*` or `&` in quotes".to_owned();
    }
    format!("this begins with `*`, which is an alias in YAML: quote it: {}", in_quotes(plain(first)))
}

/// What helps where a key and its value became one text.
pub(super) fn of_glued(key: &str, value: &str) -> String {
    format!("a space is missing after the colon: {}", quoted(&format!("{key}: {}", value.trim())))
}

/// A key and a value with no blank between them, in the line of a place or in the last one before it that says something;
/// and where the key begins.
fn glued_before(text: &str, at: usize) -> Option<(usize, &str, &str)> {
    let end = text.get(at..)?.find('\n').map_or(text.len(), |end| at.saturating_add(end));
    let mut begun = end.saturating_add(1);
    let lines = text.get(..end)?.rsplit('\n').map(|line| {
        begun = begun.saturating_sub(line.len()).saturating_sub(1);
        (begun, line)
    });
    lines.filter(|(_, line)| !line.trim().is_empty()).take(2).find_map(|(begun, line)| {
        let entry = line.trim_start().trim_start_matches("- ").trim_start();
        let (key, value) = entry.split_once(':')?;
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_glued =
            is_key && !value.starts_with(char::is_whitespace) && !value.is_empty() && !value.starts_with("//");
        let place = begun.saturating_add(line.len().saturating_sub(entry.len()));
        is_glued.then_some((place, key, value))
    })
}

/// The text without quotes that something begins with.
fn plain(text: &str) -> &str {
    text.split(|character: char| character.is_whitespace() || ",]}".contains(character)).next().unwrap_or_default()
}

/// A text in YAML's single quotes, for a message.
fn in_quotes(text: &str) -> String {
    format!("`'{}'`", escaped(text))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::error::Problems;
    use crate::config::node;

    #[test]
    fn the_usual_mistakes_have_their_remedies() {
        for (text, line, help) in [
            ("ignore: [*.lock]\n", 1, "begins with `*`, which is an alias in YAML: quote it: `'*.lock'`"),
            ("a: *debt\nb: *c\n", 1, "quote it: `'*debt'`"),
            ("a: &x 1\nb: *x\n", 1, "write each value out"),
            ("a: [@org/a, b]\n", 1, "begins with `@` in quotes: `'@org/a'`"),
            ("a: `x`\n", 1, "begins with ``` in quotes"),
            ("a: \"\\bfix\\b\"\n", 1, "single quotes for regular expressions"),
            ("a: \"^\\d+\"\n", 1, "single quotes for regular expressions: `'^\\d+'`"),
            ("a: \"it's \\d\"\n", 1, "single quotes for regular expressions"),
            ("a:\n  - id: a\n    type:x\n    kind: paydown\n", 3, "missing after the colon: `type: x`"),
            ("a:\n  - id:a\n    type: x\n", 2, "missing after the colon: `id: a`"),
            ("a: 1\nextends:[bots]\nb: 2\n", 2, "missing after the colon: `extends: [bots]`"),
            ("version:1\n\nextends: [bots]\n", 1, "missing after the colon: `version: 1`"),
            ("a: b: c\n", 1, "put a text that contains `: ` in quotes"),
            ("a:\n\tb: 1\n", 2, "YAML does not allow tabs"),
            ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> topic\n", 2, "a merge stopped here"),
            ("a: [b\n", 1, "a wrong quote, bracket or indent"),
        ] {
            let (name, mut problems): (Arc<str>, _) = ("p.yml".into(), Problems::default());
            let text: Arc<str> = text.into();
            problems.know(&name, &text);
            node::parse(&name, &text, &mut problems);
            assert_eq!(problems.count(), 1, "{text}");
            let error = problems.into_error(&name);
            let problem = error.problems().first().unwrap();
            let told = miette::Diagnostic::help(problem).unwrap().to_string();
            assert!(told.contains(help), "{text}: {told}");
            assert_eq!(problem.at().unwrap().line, line, "{text}");
        }
    }
}
