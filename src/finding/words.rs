//! How numbers and lists read in a sentence, wherever one is written.

use std::fmt;

/// A number with what it counts: `1 marker`, `2 markers`.
pub(crate) fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let what = if number == N::from(1) { one } else { many };
    format!("{number} {what}")
}

/// The first few of a list, and how many there are besides: `a, b and 3 more`.
pub(crate) fn first_of<S: AsRef<str>>(all: impl ExactSizeIterator<Item = S>, most: usize) -> String {
    let more = all.len().saturating_sub(most);
    let first = joined(all.take(most));
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// All of a list: `a, b and c`.
pub(crate) fn all_of<S: AsRef<str>>(all: &[S]) -> String {
    match all.split_last() {
        Some((last, [])) => last.as_ref().to_owned(),
        Some((last, others)) => format!("{} and {}", joined(others.iter()), last.as_ref()),
        None => String::new(),
    }
}

fn joined<S: AsRef<str>>(all: impl Iterator<Item = S>) -> String {
    let mut text = String::new();
    for one in all {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(one.as_ref());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_a_sentence() {
        for (all, first, whole) in [
            (&[][..], "", ""),
            (&["a"], "a", "a"),
            (&["a", "b"], "a, b", "a and b"),
            (&["a", "b", "c"], "a, b and 1 more", "a, b and c"),
            (&["a", "b", "c", "d"], "a, b and 2 more", "a, b, c and d"),
        ] {
            assert_eq!(first_of(all.iter(), 2), first);
            assert_eq!(all_of(all), whole);
        }
    }
}
