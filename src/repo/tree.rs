//! Entries of a tree object.

use crate::facts::ObjectId;

/// One entry of a tree, borrowed from the tree's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'t> {
    /// The mode, as git writes it in octal.
    pub(super) mode: u32,
    /// The name, without a slash.
    pub(super) name: &'t [u8],
    /// The object.
    pub(super) id: ObjectId,
}

/// What an entry is, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    /// A file, executable or not; odd permissions of old histories included.
    File,
    /// A symbolic link.
    Link,
    /// A directory.
    Tree,
    /// Another repository's commit.
    Submodule,
    /// None of these.
    Unknown,
}

impl Entry<'_> {
    /// What it is.
    pub(super) const fn kind(&self) -> EntryKind {
        match self.mode & 0o170_000 {
            0o100_000 => EntryKind::File,
            0o120_000 => EntryKind::Link,
            0o040_000 => EntryKind::Tree,
            0o160_000 => EntryKind::Submodule,
            _ => EntryKind::Unknown,
        }
    }
}

/// The entries of a tree in their order; the bytes behind the first malformed one are not looked at.
#[derive(Debug, Clone)]
pub(super) struct Entries<'t> {
    rest: &'t [u8],
}

impl<'t> Entries<'t> {
    pub(super) const fn of(tree: &'t [u8]) -> Self {
        Self { rest: tree }
    }

    fn parse(&self) -> Option<(Entry<'t>, &'t [u8])> {
        let blank = self.rest.iter().take(8).position(|byte| *byte == b' ')?;
        let (mode, behind) = self.rest.split_at_checked(blank)?;
        let behind = behind.get(1..)?;
        let end = behind.iter().position(|byte| *byte == 0)?;
        let (name, behind) = behind.split_at_checked(end)?;
        let (id, rest) = behind.get(1..)?.split_first_chunk::<20>()?;
        let mode = octal(mode)?;
        (!name.is_empty()).then_some((Entry { mode, name, id: ObjectId::from_bytes(*id) }, rest))
    }
}

impl<'t> Iterator for Entries<'t> {
    /// An entry, or why there is none.
    type Item = Result<Entry<'t>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let parsed = self.parse();
        self.rest = parsed.map_or(&[], |(_entry, rest)| rest);
        Some(parsed.map(|(entry, _rest)| entry).ok_or("an entry is cut off, or has no mode or name"))
    }
}

fn octal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |mode, digit| match digit {
        // At most seven digits come here.
        b'0'..=b'7' => Some(mode << 3 | u32::from(digit & 7)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_in_order_until_one_is_malformed() {
        let id = [7; 20];
        let good = [b"100644 a b\0".as_slice(), &id, b"40000 dir\0", &id].concat();
        let entries: Vec<_> = Entries::of(&good).map(Result::unwrap).collect();
        assert_eq!(entries.len(), 2);
        assert_eq!((entries[0].kind(), entries[0].name), (EntryKind::File, b"a b".as_slice()));
        assert_eq!((entries[1].kind(), entries[1].name), (EntryKind::Tree, b"dir".as_slice()));

        for bad in [
            b"100644 a\0short".as_slice(),
            b"100644 a",
            b"100644",
            b" a\0aaaaaaaaaaaaaaaaaaaa",
            b"100844 a\0aaaaaaaaaaaaaaaaaaaa",
            b"100644 \0aaaaaaaaaaaaaaaaaaaa",
            b"777777777777777 a\0aaaaaaaaaaaaaaaaaaaa",
        ] {
            let tree = [good.as_slice(), bad].concat();
            let read: Vec<_> = Entries::of(&tree).collect();
            assert_eq!(read.len(), 3, "{bad:?}");
            assert!(read[2].is_err(), "{bad:?}");
        }
    }

    #[test]
    fn kinds_by_mode() {
        for (mode, kind) in [
            (0o100_644, EntryKind::File),
            (0o100_755, EntryKind::File),
            (0o100_664, EntryKind::File),
            (0o120_000, EntryKind::Link),
            (0o040_000, EntryKind::Tree),
            (0o160_000, EntryKind::Submodule),
            (0o644, EntryKind::Unknown),
        ] {
            assert_eq!(Entry { mode, name: b"x", id: ObjectId::from_bytes([0; 20]) }.kind(), kind);
        }
    }
}
