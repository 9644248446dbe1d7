//! Names of git objects.

use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::str::FromStr;

/// How a repository names its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectFormat {
    /// By SHA-1: 20 bytes, 40 hexadecimal digits.
    Sha1,
    /// By SHA-256: 32 bytes, 64 hexadecimal digits.
    Sha256,
}

impl ObjectFormat {
    /// The bytes of a name.
    #[must_use]
    pub const fn width(self) -> usize {
        match self {
            Self::Sha1 => SHA1,
            Self::Sha256 => SHA256,
        }
    }

    /// The hexadecimal digits of a name.
    #[must_use]
    pub const fn digits(self) -> usize {
        self.width().saturating_mul(2)
    }

    /// The name that a text is in such a repository; one by the other hash is none there.
    #[must_use]
    #[inline]
    pub fn id(self, text: &[u8]) -> Option<ObjectId> {
        let digits = Some(text).filter(|text| text.len() == self.digits())?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }
}

const SHA1: usize = 20;
const SHA256: usize = 32;

/// The name of a git object, by SHA-1 or by SHA-256.
///
/// Behind the 20 bytes of SHA-1 there are zeros, and by these it is known: of names by SHA-256 one in 2^96 ends so. Such a
/// name finds nothing, so that its object counts as missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId([u8; SHA256]);

/// A text is not the full name of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a full object id has 40 hexadecimal digits, or 64 in a SHA-256 repository")]
pub struct ParseIdError;

impl ObjectId {
    /// The name of no object, as git writes it: zeros alone.
    pub const NULL: Self = Self([0; SHA256]);

    /// A name by SHA-1.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SHA1]) -> Self {
        let mut all = [0; SHA256];
        if let Some(start) = all.first_chunk_mut() {
            *start = bytes;
        }
        Self(all)
    }

    /// A name by SHA-256.
    #[must_use]
    pub const fn from_sha256(bytes: [u8; SHA256]) -> Self {
        Self(bytes)
    }

    /// The name that 20 or 32 bytes are; `None` for any other number of them.
    #[must_use]
    #[inline]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let of_sha1 = || bytes.try_into().ok().map(Self::from_bytes);
        of_sha1().or_else(|| bytes.try_into().ok().map(Self::from_sha256))
    }

    /// Which hash it was made by.
    #[must_use]
    #[inline]
    pub fn format(&self) -> ObjectFormat {
        if self.0.ends_with(&[0; SHA256 - SHA1]) { ObjectFormat::Sha1 } else { ObjectFormat::Sha256 }
    }

    /// The 20 or 32 bytes of the name.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.get(..self.format().width()).unwrap_or_default()
    }

    /// The bytes of the name, filled up with zeros: what [`Self::from_sha256`] makes the same name of.
    #[must_use]
    pub const fn padded(&self) -> &[u8; SHA256] {
        &self.0
    }

    /// The first ten hexadecimal digits, for people; never for looking an object up.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl Hash for ObjectId {
    /// All bytes, since trees may name whatever their author likes, and no length, since all are as long.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectId {
    type Err = ParseIdError;

    #[inline]
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let mut bytes = [0; SHA256];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !matches!(pairs.len(), SHA1 | SHA256) || !rest.is_empty() {
            return Err(ParseIdError);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = hex(*high)? << 4 | hex(*low)?;
        }
        Ok(Self(bytes))
    }
}

#[inline]
fn hex(digit: u8) -> Result<u8, ParseIdError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(ParseIdError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: &str = "0123456789abcdef0123456789abcdef01234567";
    const LONG: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn parses_what_it_prints() {
        for (text, format) in [(SHORT, ObjectFormat::Sha1), (LONG, ObjectFormat::Sha256)] {
            let id: ObjectId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
            assert_eq!(id.short(), "0123456789");
            assert_eq!((id.format(), id.as_bytes().len(), text.len()), (format, format.width(), format.digits()));
            assert_eq!(ObjectId::from_slice(id.as_bytes()), Some(id));
        }
    }

    #[test]
    fn refuses_everything_else() {
        let cut = |text: &str| text[1..].to_owned();
        let other = |text: &str| format!("g{}", cut(text));
        let odd = |text: &str| format!("é{}", cut(&cut(text)));
        let bad = ["".to_owned(), "0123".to_owned(), format!("{SHORT}01"), format!("{LONG}01")];
        for text in [SHORT, LONG].iter().flat_map(|text| [cut(text), other(text), odd(text)]).chain(bad) {
            assert_eq!(text.parse::<ObjectId>(), Err(ParseIdError), "{text}");
        }
        for length in [0, 19, 21, 31, 33] {
            assert_eq!(ObjectId::from_slice(&vec![1; length]), None, "{length}");
        }
    }
}
