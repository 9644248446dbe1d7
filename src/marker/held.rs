//! Which suppressions stood before a change: those that it brings do not decide how it is judged.

use crate::marker::identity;
use crate::marker::item::Marker;
use crate::marker::listing::MarkedFile;
use crate::marker::suppression::Suppression;

/// For each suppression of a file whether it stood in what the file was made of: with the same codes and the same reason,
/// and not taken off a marker that still stands.
#[must_use]
pub fn held(file: &MarkedFile, before: &[&MarkedFile]) -> Vec<bool> {
    let all = before.iter().flat_map(|old| old.suppressions.iter().map(move |one| (*old, one)));
    let mut left: Vec<(&MarkedFile, &Suppression)> = all.collect();
    let is_held = |suppression: &Suppression| {
        let same =
            |(_, old): &(&MarkedFile, &Suppression)| old.codes == suppression.codes && same_reason(old, suppression);
        let Some(place) = left.iter().position(same) else { return false };
        let (old_file, old) = left.remove(place);
        covered(old_file, old).all(|marker| still_covered(marker, file, suppression))
    };
    file.suppressions.iter().map(is_held).collect()
}

fn same_reason(one: &Suppression, other: &Suppression) -> bool {
    let text = |suppression: &Suppression| suppression.reason.as_ref().map(|reason| reason.expose().to_owned());
    text(one) == text(other)
}

fn covered<'f>(file: &'f MarkedFile, suppression: &'f Suppression) -> impl Iterator<Item = &'f Marker> {
    file.markers.iter().filter(|marker| suppression.lines.contains(&marker.place.line))
}

/// A marker that is gone needs no suppression.
fn still_covered(marker: &Marker, file: &MarkedFile, suppression: &Suppression) -> bool {
    let content = identity::content(marker);
    let same = |other: &&Marker| identity::content(other) == content;
    file.markers.iter().find(same).is_none() || covered(file, suppression).any(|other| same(&other))
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
    }
}
