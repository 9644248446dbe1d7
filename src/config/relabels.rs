//! `.debtlint/relabels.yml`: a list of what commits are, which only grows.

use crate::config::ConfigError;
use crate::config::Source;
use crate::config::error::Problems;
use crate::config::node;
use crate::config::raw;
use crate::config::read::At;
use crate::config::read::Read as _;
use crate::config::read::Word as _;
use crate::config::text;
use crate::config::values::Text;
use crate::facts::Untrusted;
use crate::policy::Relabel;

/// Reads the entries, in the order of the file.
///
/// # Errors
///
/// Everything that is wrong with the file.
pub fn relabels(source: &Source<'_>) -> Result<Vec<Relabel>, ConfigError> {
    let mut problems = Problems::default();
    let entries = read(source, &mut problems).unwrap_or_default();
    if problems.count() > 0 {
        return Err(problems.into_error(&source.name));
    }
    let entry = |entry: At<raw::RelabelEntry>| {
        let (at, written) = (entry.at, entry.value);
        Some(Relabel {
            commit: written.commit?.value,
            kind: written.kind?.value,
            share: written.share.map(|share| share.value),
            reason: Untrusted::new(written.reason?.value.0),
            at,
        })
    };
    Ok(entries.into_iter().filter_map(entry).collect())
}

/// Whether an entry may have this reason.
#[must_use]
pub fn is_reason(text: &str) -> bool {
    !text.contains(text::is_control) && Text::parse(text).is_ok()
}

/// An entry as it is written, to be put behind those that are there.
#[must_use]
pub fn relabel_entry(entry: &Relabel) -> String {
    let share = entry.share.map(|share| format!("  share: {share}\n")).unwrap_or_default();
    // A text in JSON is one in YAML too.
    let reason = serde_json::Value::from(entry.reason.expose());
    format!("- commit: {}\n  kind: {}\n{share}  reason: {reason}\n", entry.commit, entry.kind.name())
}

fn read(source: &Source<'_>, problems: &mut Problems) -> Option<Vec<At<raw::RelabelEntry>>> {
    let text = text::decode(source, problems)?;
    let root = node::parse(&source.name, &text, problems)?;
    // Nothing but comments.
    if matches!(root.value, node::Value::Null) {
        return None;
    }
    Vec::read(&root, problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Kind;

    const ID: &str = "0123456789012345678901234567890123456789";

    fn read(text: &str) -> Result<Vec<Relabel>, ConfigError> {
        relabels(&Source { name: Relabel::PATH.into(), bytes: text.as_bytes() })
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = format!("# ours\n- {{ commit: {ID}, kind: feature, share: 40%, reason: old shim }}\n");
        let mut all = read(&text).unwrap();
        let first = all.remove(0);
        assert_eq!((first.kind, first.credit().get(), first.reason.expose()), (Kind::Feature, 4_000, "old shim"));
        for reason in ["a \"b\" \\ c: #d", "- x", "ä ✓ '", "true"] {
            let entry = Relabel { reason: Untrusted::new(reason), ..first.clone() };
            let whole = Relabel { share: None, ..entry.clone() };
            let read = read(&format!("{text}{}{}", relabel_entry(&entry), relabel_entry(&whole))).unwrap();
            assert!(read[1].says_as(&entry) && read[2].says_as(&whole), "{read:?}");
            assert_eq!(read[1].at.line, 3);
        }
        for (reason, may_be) in [("x", true), ("", false), (" x", false), ("a\nb", false), ("a\u{1b}b", false)] {
            assert_eq!(is_reason(reason), may_be, "{reason:?}");
            let entry = Relabel { reason: Untrusted::new(reason), ..first.clone() };
            assert_eq!(read(&relabel_entry(&entry)).is_ok(), may_be, "{reason:?}");
        }
        for empty in ["", "# nothing yet\n", "[]\n"] {
            assert!(read(empty).unwrap().is_empty(), "{empty}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let error = read(&format!(
            "- {{ commit: abc, kind: debt, share: 140%, reason: x }}\n- {{ commit: {ID}, kind: run, by: me }}\n"
        ));
        let error = error.unwrap_err();
        assert_eq!(error.problems().len(), 5, "{error:?}");
        assert!(read("commit: x\n").is_err());
        assert!(read(&format!("- {{ commit: {ID}, kind: unlabelled, reason: x }}\n")).is_err());
    }
}
