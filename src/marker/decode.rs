//! From the bytes of a file to text that can be searched.

use std::borrow::Cow;

use bstr::ByteSlice as _;

/// Why a file is not searched. Each is counted, none ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skip {
    /// A NUL in its first 8,000 bytes, what git takes for binary, and no language of the table claims it.
    Binary,
    /// Larger than the limit.
    TooLarge,
    /// The pointer of Git LFS: the content is elsewhere.
    LfsPointer,
    /// No language of the table claims it.
    UnknownLanguage,
    /// Prose, which the policy did not ask for.
    Prose,
    /// Its first lines say that it was generated.
    Generated,
}

/// As git: a NUL further on makes no file binary.
const LOOKED_AT: usize = 8_000;

/// Pointers of Git LFS are shorter.
const LONGEST_POINTER: usize = 1_024;

/// The text of a file: as it is, or out of UTF-16 with a byte-order mark.
///
/// Positions of markers refer to this text. Bytes that are not UTF-8 stay as they are.
///
/// # Errors
/// When the file is binary or a pointer of Git LFS.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Skip> {
    let wide = |decode: fn([u8; 2]) -> u16| {
        let (pairs, _odd_byte) = bytes.as_chunks::<2>();
        let units = pairs.iter().skip(1).map(|pair| decode(*pair));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    // A NUL pair after the mark is UTF-32, which nobody writes; it decodes to NULs and is binary.
    let text = match bytes {
        [0xff, 0xfe, ..] => Cow::Owned(wide(u16::from_le_bytes).into_bytes()),
        [0xfe, 0xff, ..] => Cow::Owned(wide(u16::from_be_bytes).into_bytes()),
        _ => Cow::Borrowed(bytes),
    };
    let start = text.get(..LOOKED_AT).unwrap_or(&text);
    if start.find_byte(0).is_some() {
        return Err(Skip::Binary);
    }
    if is_pointer(&text) {
        return Err(Skip::LfsPointer);
    }
    Ok(text)
}

/// Whether a file is a pointer of Git LFS and nothing else: code behind its first line is code.
fn is_pointer(text: &[u8]) -> bool {
    let is_hash =
        |value: &[u8]| value.split_once_str(":").is_some_and(|(_, hash)| hash.iter().all(u8::is_ascii_hexdigit));
    let is_known = |line: &[u8]| match line.split_once_str(" ") {
        Some((b"oid", value)) => is_hash(value),
        Some((b"size", value)) => value.iter().all(u8::is_ascii_digit),
        Some((key, value)) => key.starts_with(b"ext-") && key.iter().all(is_of_key) && is_hash(value),
        None => line.is_empty(),
    };
    text.len() < LONGEST_POINTER
        && text.starts_with(b"version https://git-lfs.github.com/spec/")
        && text.lines().next().is_some_and(|line| line.len() < 64)
        && text.lines().skip(1).all(is_known)
}

fn is_of_key(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
}

impl Skip {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Self; 6] =
        [Self::Binary, Self::TooLarge, Self::LfsPointer, Self::UnknownLanguage, Self::Prose, Self::Generated];

    /// The reason as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TooLarge => "too-large",
            Self::LfsPointer => "lfs-pointer",
            Self::UnknownLanguage => "unknown-language",
            Self::Prose => "prose",
            Self::Generated => "generated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_has_a_mark() {
        let text = "// TODO: é𝄞\n";
        let wide: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
        let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(decode(&little).unwrap().as_ref(), text.as_bytes());
        assert_eq!(decode(&big).unwrap().as_ref(), text.as_bytes());
        assert_eq!(decode(b"\xff\xfe\x00").unwrap().as_ref(), b"");
        assert_eq!(decode(b"\xff\xff // TODO").unwrap().as_ref(), b"\xff\xff // TODO");
    }

    #[test]
    fn refuses_what_is_no_text() {
        assert_eq!(decode(b"a\0b"), Err(Skip::Binary));
        assert_eq!(decode(b"\xff\xfe\x00\x00a\x00\x00\x00"), Err(Skip::Binary));
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
        assert_eq!(decode(pointer), Err(Skip::LfsPointer));
        let more = b"version https://git-lfs.github.com/spec/v1\next-0-foo sha256:00\noid sha256:00\r\nsize 1\n";
        assert_eq!(decode(more), Err(Skip::LfsPointer));
        // Code, whatever stands in its first line.
        for code in ["<?php // x", "oid sha256:00 # x", "size 1 // x", "ext-#: a:0", "oid x", "x"] {
            // Also behind a line that a pointer has.
            for known in ["", "size 1\n"] {
                let text = format!("version https://git-lfs.github.com/spec/v1\n{known}{code}\n");
                assert!(decode(text.as_bytes()).is_ok(), "{known}{code}");
            }
        }
        assert!(
            decode(b"version https://git-lfs.github.com/spec/v1 ; a line that is longer than any version\n").is_ok()
        );
        let late = [vec![b'a'; 8_000], vec![0]].concat();
        assert!(decode(&late).is_ok());
    }
}
