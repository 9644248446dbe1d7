//! Which suppressions stood before a change: those that it brings do not decide how it is judged.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::ops::Range;

use crate::facts::Untrusted;
use crate::marker::identity;
use crate::marker::listing::MarkedFile;
use crate::marker::suppression::Suppression;

/// For each suppression of a file, whether it stood in one of the files that this one comes from, with the same codes and reason,
/// and still covers what it covered there: it may not be moved away from a marker that still stands.
#[must_use]
pub fn held(file: &MarkedFile, before: &[&MarkedFile]) -> Vec<bool> {
    let now = Standing::of(file);
    let olds: Vec<Standing> = before.iter().map(|old| Standing::of(old)).collect();
    let mut left: BTreeMap<Said<'_>, VecDeque<(usize, &Range<u32>)>> = BTreeMap::new();
    for (place, old) in before.iter().enumerate() {
        for suppression in &old.suppressions {
            left.entry(said(suppression)).or_default().push_back((place, &suppression.lines));
        }
    }
    // A comment of many markers may have as many suppressions, each about all of them: that is asked once.
    let mut known: BTreeMap<(usize, [u32; 4]), bool> = BTreeMap::new();
    let mut held = Vec::with_capacity(file.suppressions.len());
    for suppression in &file.suppressions {
        let old = left.get_mut(&said(suppression)).and_then(VecDeque::pop_front);
        held.push(old.is_some_and(|(place, lines)| {
            let key = (place, [lines.start, lines.end, suppression.lines.start, suppression.lines.end]);
            *known.entry(key).or_insert_with(|| {
                let covered = olds.get(place).map(|old| old.within(lines)).unwrap_or_default();
                covered.iter().all(|(_, content)| now.still_covers(&suppression.lines, *content))
            })
        }));
    }
    held
}

/// What a suppression says.
type Said<'s> = (&'s [String], Option<&'s str>);

fn said(suppression: &Suppression) -> Said<'_> {
    (&suppression.codes, suppression.reason.as_ref().map(Untrusted::expose))
}

/// The markers of a file, by their lines and by what they say.
struct Standing {
    /// In the order of the file.
    markers: Vec<(u32, [u8; 20])>,
    /// In that order, too.
    lines: BTreeMap<[u8; 20], Vec<u32>>,
}

impl Standing {
    fn of(file: &MarkedFile) -> Self {
        let markers: Vec<_> =
            file.markers.iter().map(|marker| (marker.place.line, identity::content(marker))).collect();
        let mut lines: BTreeMap<[u8; 20], Vec<u32>> = BTreeMap::new();
        for (line, content) in &markers {
            lines.entry(*content).or_default().push(*line);
        }
        Self { markers, lines }
    }

    /// The markers on some lines.
    fn within(&self, lines: &Range<u32>) -> &[(u32, [u8; 20])] {
        let before = |end: u32| self.markers.partition_point(|(line, _)| *line < end);
        self.markers.get(before(lines.start)..before(lines.end)).unwrap_or_default()
    }

    /// Whether one that says so stands on some lines, or none stands any more: a marker that is gone needs no suppression.
    fn still_covers(&self, lines: &Range<u32>, content: [u8; 20]) -> bool {
        self.lines.get(&content).is_none_or(|standing| {
            let first = standing.partition_point(|line| *line < lines.start);
            standing.get(first).is_some_and(|line| *line < lines.end)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::RepoPath;
    use crate::marker::Prose;
    use crate::marker::Scanner;
    use crate::marker::Search;

    fn file(text: &str) -> MarkedFile {
        let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
        let path = RepoPath::new(*b"a.rs");
        let found = scanner.scan(&path, text.as_bytes(), Prose::Comments).unwrap();
        MarkedFile { path, markers: found.markers, suppressions: found.suppressions }
    }

    #[test]
    fn which_stood_before() {
        let ignore = "// debtlint:ignore marker-denied -- waits\n";
        let old = format!("{ignore}// FIXME: old\nx();\n");
        for (before, after, expected) in [
            // Its own.
            ("x();\n", format!("{ignore}// FIXME: new\n"), &[false][..]),
            (&old, format!("y();\n    {ignore}    // FIXME: old\n"), &[true]),
            // Other codes, another reason.
            (&old, old.replace("waits", "waits long"), &[false]),
            (&old, old.replace("marker-denied", "marker-denied, marker-stale"), &[false]),
            // Once more.
            (&old, format!("{old}{ignore}// FIXME: new\n"), &[true, false]),
            // Taken off a marker that still stands, and off one that is gone.
            (&old, format!("// FIXME: old\nx();\n{ignore}// FIXME: new\n"), &[false]),
            (&old, format!("x();\n{ignore}// FIXME: new\n"), &[true]),
        ] {
            assert_eq!(held(&file(&after), &[&file(before)]), expected, "{after}");
        }
        assert_eq!(held(&file(&old), &[]), [false]);
        // Two in one comment are about both of its markers, and one of another file is not theirs.
        let both =
            "// FIXME: a debtlint:ignore marker-denied -- waits\n// FIXME: b debtlint:ignore marker-denied -- waits\n";
        assert_eq!(held(&file(both), &[&file(both)]), [true, true]);
        assert_eq!(held(&file(both), &[&file(&old), &file(both)]), [true, true]);
        let parted = both.replacen('\n', "\nx();\n", 1);
        assert_eq!(held(&file(&parted), &[&file(both)]), [false, false]);
    }
}
