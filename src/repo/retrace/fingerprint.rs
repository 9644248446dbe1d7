//! The content of a change, and that of the change which would take it back.

use imara_diff::Algorithm;
use imara_diff::Diff;
use imara_diff::InternedInput;
use imara_diff::Token;
use imara_diff::sources::byte_lines;
use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::ObjectId;
use crate::repo::Objects;
use crate::repo::changes::Failure;
use crate::repo::changes::IsIgnored;
use crate::repo::changes::Reader;
use crate::repo::differences::Against;
use crate::repo::kept::Print;
use crate::repo::retrace::unit::Unit;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;

/// Names of contents: SHA-1 over what can be read in one way only, since somebody may want two to be taken for one. (The
/// [gist](crate::repo::Gist) before it is no such name: who makes two agree has them compared here.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// What the change does.
    pub(super) forward: [u8; 20],
    /// What would take it back.
    pub(super) inverse: [u8; 20],
}

/// The fingerprint of a unit; `None` where it has no content.
pub(super) fn of<O: Objects>(
    reader: &Reader<'_, O>,
    unit: &Unit<'_>,
    ignored: &IsIgnored<'_>,
) -> Result<Option<Fingerprint>, Failure> {
    let (mut forward, mut inverse) = (Sha1::new(), Sha1::new());
    let mut any = false;
    let mut found = reader.differences(unit.fact, Against::First)?;
    for at in 0..found.differences.paths.len() {
        let Some(path) = found.differences.paths.get(at).map(|known| known.delta.path.clone()) else { continue };
        if ignored(&path)? {
            continue;
        }
        if let Some(print) = found.print(at, reader, |delta| print(reader, delta))? {
            forward.update(print.forward);
            inverse.update(print.inverse);
            any |= print.has_content;
        }
    }
    found.keep(reader.kept);
    Ok(any.then(|| Fingerprint { forward: forward.finalize().into(), inverse: inverse.finalize().into() }))
}

/// What a path has to both.
fn print<O: Objects>(reader: &Reader<'_, O>, delta: &Delta) -> Result<Print, Failure> {
    let (mut forward, mut inverse) = (Sha1::new(), Sha1::new());
    let has_content = add(reader, delta, &mut forward, &mut inverse)?;
    Ok(Print { forward: forward.finalize().into(), inverse: inverse.finalize().into(), has_content })
}

/// Adds a path to both; says whether it has content.
fn add<O: Objects>(
    reader: &Reader<'_, O>,
    delta: &Delta,
    forward: &mut Sha1,
    inverse: &mut Sha1,
) -> Result<bool, Failure> {
    let (old, new) = (delta.first_old(), delta.new);
    let code = |entry: Option<Entry>| entry.map_or(b'-', |entry| entry.mode.code());
    for (hash, before, after) in [(&mut *forward, old, new), (&mut *inverse, new, old)] {
        hash.update(delta.path.as_bytes());
        hash.update([0, code(before), code(after)]);
    }
    let modes_differ = code(old) != code(new);
    let is_submodule = |entry: Option<Entry>| entry.is_some_and(|entry| !entry.mode.is_blob());
    let texts = if is_submodule(old) || is_submodule(new) { None } else { reader.text(old)?.zip(reader.text(new)?) };
    let Some((old_text, new_text)) = texts else {
        // Binary files and submodules: the objects themselves.
        let name = |entry: Option<Entry>| entry.map_or(ObjectId::NULL, |entry| entry.id);
        for (hash, before, after) in [(forward, old, new), (inverse, new, old)] {
            hash.update(b"o");
            hash.update(name(before).as_bytes());
            hash.update(name(after).as_bytes());
        }
        return Ok(true);
    };
    // Of two equally short differences one is shown, and which one depends on the direction: so the way back is
    // compared for itself, as the commit that goes it will be.
    let mut input = InternedInput::new(byte_lines(&old_text), byte_lines(&new_text));
    let there = lines(&input, forward);
    std::mem::swap(&mut input.before, &mut input.after);
    let back = lines(&input, inverse);
    Ok(there || back || modes_differ)
}

/// Adds the removed lines, then the added ones, each side with the number of its lines in front: without it a line that begins
/// as the second side does could stand on either. Says whether there is one that is not blank.
fn lines(input: &InternedInput<&[u8]>, hash: &mut Sha1) -> bool {
    let mut diff = Diff::compute(Algorithm::Myers, input);
    diff.postprocess_lines(input);
    // What objects have an `o` for.
    hash.update(b"t");
    let mut any = false;
    let removed = (0_u32..).zip(&input.before).filter(|(line, _)| diff.is_removed(*line)).map(|(_, token)| token);
    let added = (0_u32..).zip(&input.after).filter(|(line, _)| diff.is_added(*line)).map(|(_, token)| token);
    for tokens in [removed.collect::<Vec<_>>(), added.collect()] {
        let bare = |token: &Token| -> Vec<u8> {
            input.interner[*token].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect()
        };
        let lines: Vec<Vec<u8>> = tokens.into_iter().map(bare).filter(|line| !line.is_empty()).collect();
        hash.update(lines.len().to_le_bytes());
        for line in &lines {
            hash.update(line);
            // No line has one within it.
            hash.update(b"\n");
            any = true;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn name(old: &str, new: &str) -> [u8; 20] {
        let mut hash = Sha1::new();
        lines(&InternedInput::new(byte_lines(old.as_bytes()), byte_lines(new.as_bytes())), &mut hash);
        hash.finalize().into()
    }

    #[test]
    fn where_removed_lines_end_and_added_ones_begin() {
        let table = [
            ("b\n", "x\nay\n"),
            ("b\nax\n", "y\n"),
            ("b\nax\nay\n", ""),
            ("", "b\nax\nay\n"),
            ("b\n", "x\n"),
            ("b\nx\n", ""),
            ("", ""),
        ];
        let names: BTreeSet<_> = table.iter().map(|(old, new)| name(old, new)).collect();
        assert_eq!(names.len(), table.len());
        // Blanks, and blank lines, are nothing.
        assert_eq!(name("b\n", " x\n\na y\n"), name("b\n", "x\nay\n"));
    }
}
