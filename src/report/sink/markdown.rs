//! Markdown, as GitHub and GitLab render it.

use super::Sink;

/// Text in one line of Markdown, at most `limit` characters of it: it closes no cell, opens no markup, links nothing and
/// nobody.
///
/// Every character that Markdown or HTML could take for its own is written as an entity. What hosts look for in the rendered
/// text (mentions, references to issues, addresses) they do not look for in code, so that such words are set as code.
#[must_use]
pub fn markdown(text: &str, limit: usize) -> String {
    let shown = Sink::CommandLog.limited(text, limit);
    let words: Vec<String> = shown.split(' ').map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let linked = word.contains(['@', '#', '!'])
        || lower.contains("gh-")
        || lower.contains("www.")
        // `: //` as well: the sink sets a blank between the colons of `::` only.
        || lower.contains("//");
    let entities: String = word.chars().map(entity).collect();
    if linked { format!("<code>{entities}</code>") } else { entities }
}

fn entity(character: char) -> String {
    match character {
        '.' | ',' | ';' | '?' | '%' | '/' | '-' | '(' | ')' | ':' | '\'' | '+' | '=' => character.to_string(),
        _ if character.is_ascii_punctuation() => format!("&#{};", u32::from(character)),
        _ => character.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        for (text, shown) in [
            ("payments is at 14.2% of 20%: 1.3 short", "payments is at 14.2% of 20%: 1.3 short"),
            ("a | b", "a &#124; b"),
            ("`x` *y* _z_", "&#96;x&#96; &#42;y&#42; &#95;z&#95;"),
            ("<img src=x>", "&#60;img src=x&#62;"),
            ("[x](y)", "&#91;x&#93;(y)"),
            ("@ann fixes #1", "<code>&#64;ann</code> fixes <code>&#35;1</code>"),
            ("see https://evil", "see <code>https://evil</code>"),
            ("GH-12 www.evil.com", "<code>GH-12</code> <code>www.evil.com</code>"),
            ("# title", "<code>&#35;</code> title"),
            ("a\n\n## b", "<code>a&#92;u&#123;a&#125;&#92;u&#123;a&#125;&#35;</code> <code>&#35;</code> b"),
            ("&lt;", "&#38;lt;"),
            ("\\|", "&#92;&#124;"),
        ] {
            assert_eq!(markdown(text, 200), shown, "{text:?}");
        }
    }

    #[test]
    fn a_list_or_a_rule_does_not_begin_in_a_cell() {
        // Alone at the start of a line these would; callers set text behind words or in cells.
        assert_eq!(markdown("- x", 200), "- x");
        assert_eq!(markdown("---", 200), "---");
    }
}
