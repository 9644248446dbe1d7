//! Fields of a spreadsheet.

use super::Sink;

/// How many characters of a text are shown. Spreadsheets hold about 32,000.
const LONGEST: usize = 4_096;

/// A field that no spreadsheet takes for a formula: one that begins like one, blanks aside, gets an apostrophe before it.
///
/// In one line, of at most 4,096 characters, which a path may have; the quotes around it are the writer's business.
#[must_use]
pub fn csv_field(text: &str, sink: Sink) -> String {
    let shown = sink.limited(text, LONGEST);
    // Full-width forms are read like their twins by spreadsheets of some languages.
    let formula = |c: char| matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠');
    match shown.trim_start().chars().next() {
        Some(first) if formula(first) => format!("'{shown}"),
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_begins_a_formula() {
        for (text, field) in [
            ("payments", "payments"),
            ("=1+1", "'=1+1"),
            ("  =HYPERLINK(\"x\")", "'  =HYPERLINK(\"x\")"),
            ("\u{a0}@SUM(A1)", "'\u{a0}@SUM(A1)"),
            ("\t=1", "\\u{9}=1"),
            ("\r=1", "\\u{d}=1"),
            ("-3", "'-3"),
            ("＝1", "'＝1"),
            ("a\n=b", "a\\u{a}=b"),
            ("", ""),
        ] {
            assert_eq!(csv_field(text, Sink::Terminal), field, "{text:?}");
        }
    }
}
