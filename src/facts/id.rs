//! Names of git objects.

use std::fmt;
use std::str::FromStr;

/// The SHA-1 name of a git object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId([u8; 20]);

/// A text is not the full name of an object: 40 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a full object id has 40 hexadecimal digits")]
pub struct ParseIdError;

impl ObjectId {
    /// Wraps the 20 bytes of a name.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes of the name.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// The first ten hexadecimal digits, for people; never for looking an object up.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
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
        let digits: &[u8; 40] = text.as_bytes().try_into().map_err(|_wrong_length| ParseIdError)?;
        let (pairs, _none_left) = digits.as_chunks::<2>();
        let mut bytes = [0; 20];
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

    #[test]
    fn parses_what_it_prints() {
        let text = "0123456789abcdef0123456789abcdef01234567";
        let id: ObjectId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.short(), "0123456789");
    }

    #[test]
    fn refuses_everything_else() {
        for text in ["", "0123", "g123456789abcdef0123456789abcdef01234567", "é123456789abcdef0123456789abcdef0123456"]
        {
            assert_eq!(text.parse::<ObjectId>(), Err(ParseIdError), "{text}");
        }
    }
}
