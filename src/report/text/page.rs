//! The page of a code, for a terminal: its Markdown as it stands, with prose as wide as there is room for.

use super::View;

/// Prose that goes on from line to line, with what stands before its first line and before the others.
struct Prose<'p> {
    first: &'static str,
    others: &'static str,
    words: Vec<&'p str>,
}

/// The whole page. Code, which is indented by four blanks, and headings keep their lines.
#[must_use]
pub fn page(markdown: &str, view: View) -> String {
    let mut text = String::new();
    let mut open: Option<Prose<'_>> = None;
    for line in markdown.lines() {
        let is_kept = line.trim().is_empty() || line.starts_with("    ") || line.starts_with('#');
        let item = line.strip_prefix("- ");
        if is_kept || item.is_some() {
            close(&mut text, open.take(), view);
        }
        if is_kept {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let prose = open.get_or_insert_with(|| match item {
            Some(_) => Prose { first: "- ", others: "  ", words: Vec::new() },
            None => Prose { first: "", others: "", words: Vec::new() },
        });
        prose.words.extend(item.unwrap_or(line).split_ascii_whitespace());
    }
    close(&mut text, open, view);
    text
}

/// Names, each with what it means in a column beside, or where there is no room for that below it.
#[must_use]
pub fn meanings<'n>(named: &[(&'n str, String)], indent: &str, view: View) -> String {
    /// With less room prose is hard to read.
    const LEAST: usize = 30;
    let widest = named.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let before = indent.len().saturating_add(widest).saturating_add(2);
    let line = |(name, meaning): &(&'n str, String)| {
        if before.saturating_add(LEAST) <= view.width {
            view.whole(meaning, &format!("{indent}{name:<widest$}  "), &" ".repeat(before)) + "\n"
        } else {
            let below = format!("{indent}    ");
            format!("{indent}{name}\n{}\n", view.whole(meaning, &below, &below))
        }
    };
    named.iter().map(line).collect()
}

fn close(text: &mut String, open: Option<Prose<'_>>, view: View) {
    let Some(Prose { first, others, words }) = open else { return };
    text.push_str(&view.hung(&words.join(" "), first, others));
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Code;
    use crate::report::pages;
    use crate::report::sink::Sink;

    #[test]
    fn pages_keep_to_the_width_and_lose_nothing() {
        for markdown in Code::ALL.map(pages::page).into_iter().chain([pages::POLICY_ERRORS, pages::REPOSITORY_ERRORS]) {
            for width in [30, 50, 80, 100] {
                let laid_out = page(markdown, View { width, sink: Sink::Terminal });
                let is_kept = |line: &str| line.starts_with("    ") || line.starts_with('#');
                let fits = |line: &&str| is_kept(line) || line.chars().count() <= width;
                let wide: Vec<_> = laid_out.lines().filter(|line| !fits(line)).collect();
                assert_eq!(wide, Vec::<&str>::new(), "{width}");
                let is_code = |line: &&str| line.starts_with("    ") || line.starts_with('#') || line.is_empty();
                let kept = |text: &str| text.lines().filter(is_code).map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(kept(&laid_out), kept(markdown));
                // Longer words than lines are broken.
                let words = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(words(&laid_out), words(markdown));
            }
        }
    }

    #[test]
    fn items_hang() {
        let markdown = "# a-code\n\nSome words of\na paragraph.\n- an item that goes on\n  behind its line\n- another\n\n    code that is not broken, however long\n";
        assert_eq!(
            page(markdown, View { width: 30, sink: Sink::Terminal }),
            "# a-code\n\nSome words of a paragraph.\n- an item that goes on behind\n  its line\n- another\n\n    code that is not broken, however long\n"
        );
    }
}
