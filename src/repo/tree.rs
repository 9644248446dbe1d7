//! Reads tree objects from their bytes and compares a tree with one or more others.

mod compare;
mod cursor;

use bstr::ByteSlice as _;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;

pub(super) use compare::{Delta, Old, compare, compare_some};

/// Where a comparison gives up.
pub(super) struct Limits {
    /// Directories within each other.
    pub(super) depth: usize,
    /// Entries looked at: a tree bomb has 10^10 from a dozen objects.
    pub(super) entries: u64,
    /// Bytes of changed paths.
    pub(super) bytes: u64,
}

impl Limits {
    /// The depth is git's own `core.maxTreeDepth`.
    pub(super) const OURS: Self = Self { depth: 2_048, entries: 5_000_000, bytes: 512 << 20 };
}

/// What an entry of a tree is; git knows no more of its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mode {
    /// A file.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link: its blob is the target.
    Symlink,
    /// A commit of another repository; its object is not here.
    Submodule,
    /// A directory.
    Tree,
}

/// An entry of a tree without its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Entry {
    /// What it is.
    pub(super) mode: Mode,
    /// Its object.
    pub(super) id: ObjectId,
}

/// An entry as it stands in a tree's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'t> {
    /// The name within the directory; never empty.
    pub(super) name: &'t [u8],
    /// What stands under it.
    pub(super) entry: Entry,
}

/// What the rules for paths need of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Listing {
    /// The directories in it, by name.
    pub(super) directories: Vec<(Box<[u8]>, ObjectId)>,
    /// Its `.gitattributes`; more than one only in a malformed tree.
    pub(super) attributes: Vec<ObjectId>,
}

/// What is wrong with bytes that are no tree.
pub(super) const MALFORMED: &str = "an entry is cut off, or has no mode or name";

impl Mode {
    /// As git reads it: the kind of a file, and of its permissions only whether the owner may run it.
    const fn from_bits(bits: u32) -> Self {
        match bits & 0o170_000 {
            0o100_000 if bits & 0o100 != 0 => Self::Executable,
            0o100_000 => Self::File,
            0o120_000 => Self::Symlink,
            0o040_000 => Self::Tree,
            _ => Self::Submodule,
        }
    }

    /// Whether it is a file: its blob is what stands in it.
    pub(super) const fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// Whether its object is a blob: it is a file or a symbolic link.
    pub(super) const fn is_blob(self) -> bool {
        self.is_file() || matches!(self, Self::Symlink)
    }

    /// One byte for fingerprints and for what is kept.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::File => b'f',
            Self::Executable => b'x',
            Self::Symlink => b'l',
            Self::Submodule => b's',
            Self::Tree => b't',
        }
    }

    /// The mode that a byte stands for.
    pub(super) fn from_code(code: u8) -> Option<Self> {
        let all = [Self::File, Self::Executable, Self::Symlink, Self::Submodule, Self::Tree];
        all.into_iter().find(|mode| mode.code() == code)
    }
}

/// The entries in a tree's bytes, in their order; ends after the first that is malformed.
///
/// A tree names what stands in it by the hash that it is named by itself.
pub(super) fn entries(bytes: &[u8], format: ObjectFormat) -> impl Iterator<Item = Result<Named<'_>, &'static str>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let read = split_entry(rest, format)?;
        rest = read.as_ref().map_or(&[][..], |(_, after)| after);
        Some(read.map(|(entry, _)| entry))
    })
}

/// The first entry and the bytes behind it; `None` at the end.
#[inline]
fn split_entry(bytes: &[u8], format: ObjectFormat) -> Option<Result<(Named<'_>, &[u8]), &'static str>> {
    if bytes.is_empty() { None } else { Some(parse_entry(bytes, format).ok_or(MALFORMED)) }
}

#[inline]
fn parse_entry(bytes: &[u8], format: ObjectFormat) -> Option<(Named<'_>, &[u8])> {
    let (mode, rest) = parse_mode(bytes)?;
    let (name, rest) = rest.split_at_checked(rest.find_byte(0)?)?;
    let (id, rest) = rest.get(1..)?.split_at_checked(format.width())?;
    if name.is_empty() {
        return None;
    }
    Some((Named { name, entry: Entry { mode, id: ObjectId::from_slice(id)? } }, rest))
}

/// The mode that bytes begin with, and what follows the blank behind it.
#[inline]
fn parse_mode(bytes: &[u8]) -> Option<(Mode, &[u8])> {
    // Nearly every entry has one of these, and every entry of every tree comes by here.
    const USUAL: [(&[u8], Mode); 3] =
        [(b"100644 ", Mode::File), (b"40000 ", Mode::Tree), (b"100755 ", Mode::Executable)];
    let usual = USUAL.into_iter().find_map(|(text, mode)| Some((mode, bytes.strip_prefix(text)?)));
    usual.or_else(|| {
        let digits = bytes.find_byte(b' ').filter(|digits| *digits > 0)?;
        let (number, rest) = bytes.split_at_checked(digits)?;
        let bits = number.iter().try_fold(0_u32, |bits, byte| match byte {
            b'0'..=b'7' => bits.checked_mul(8)?.checked_add(u32::from(byte - b'0')),
            _ => None,
        })?;
        Some((Mode::from_bits(bits), rest.get(1..)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(mode: &str, name: &str, id: u8) -> Vec<u8> {
        [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &[id; 20]].concat()
    }

    #[test]
    fn modes_as_git_reads_them() {
        for (mode, meant) in [
            ("100644", Mode::File),
            ("100664", Mode::File),
            ("100755", Mode::Executable),
            ("120000", Mode::Symlink),
            ("160000", Mode::Submodule),
            ("40000", Mode::Tree),
            ("040000", Mode::Tree),
            ("0", Mode::Submodule),
        ] {
            let bytes = raw(mode, "a", 1);
            let read: Vec<_> = entries(&bytes, ObjectFormat::Sha1).collect();
            let entry = Entry { mode: meant, id: ObjectId::from_bytes([1; 20]) };
            assert_eq!(read, [Ok(Named { name: b"a", entry })], "{mode}");
        }
    }

    #[test]
    fn malformed_entries_end_the_reading() {
        for bad in [
            &b"x"[..],
            b" a\0",
            b"100644",
            b"100644 ",
            b"100644 a",
            b"100644 a\0short",
            b"100644 \0aaaaaaaaaaaaaaaaaaaa",
            b"9 a\0aaaaaaaaaaaaaaaaaaaa",
            b"77777777777777 a\0aaaaaaaaaaaaaaaaaaaa",
        ] {
            let bytes = [&raw("100644", "a", 1), bad].concat();
            let read: Vec<_> = entries(&bytes, ObjectFormat::Sha1).collect();
            assert_eq!(read.len(), 2, "{bad:?}");
            assert_eq!(read[1], Err(MALFORMED), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn reads_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
                let read = entries(&bytes, format).count();
                prop_assert!(read <= bytes.len());
            }
        }
    }
}
