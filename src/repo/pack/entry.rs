//! What stands before an object's data in a pack.

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;

/// The header of an object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// How large the data are, unpacked.
    pub(super) size: u64,
    /// How many bytes the header has.
    pub(super) header: u64,
    pub(super) base: Base,
}

/// What the data stand on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing: they are the object.
    None(ObjectKind),
    /// They are a delta upon the object that starts so many bytes before.
    Behind(u64),
    /// They are a delta upon the object of that name.
    Named(ObjectId),
}

/// Takes a header apart.
#[inline]
pub(super) fn parse(format: ObjectFormat, bytes: &[u8]) -> Result<Entry, &'static str> {
    const CUT: &str = "it ends within an object";
    const HUGE: &str = "the size of an object is no number";
    let mut rest = bytes.iter();
    let mut next = || rest.next().copied().ok_or(CUT);
    let first = next()?;
    let mut size = u64::from(first & 15);
    let (mut byte, mut shift) = (first, 4_u32);
    while byte & 0x80 != 0 {
        byte = next()?;
        if shift > 57 {
            return Err(HUGE);
        }
        size |= u64::from(byte & 0x7f) << shift;
        shift = shift.saturating_add(7);
    }
    let base = match (first >> 4) & 7 {
        1 => Base::None(ObjectKind::Commit),
        2 => Base::None(ObjectKind::Tree),
        3 => Base::None(ObjectKind::Blob),
        4 => Base::None(ObjectKind::Tag),
        6 => {
            let mut byte = next()?;
            let mut distance = u64::from(byte & 0x7f);
            while byte & 0x80 != 0 {
                byte = next()?;
                let shifted = distance.checked_add(1).and_then(|distance| distance.checked_mul(128)).ok_or(HUGE)?;
                distance = shifted | u64::from(byte & 0x7f);
            }
            Base::Behind(distance)
        }
        7 => {
            let (name, behind) = rest.as_slice().split_at_checked(format.width()).ok_or(CUT)?;
            rest = behind.iter();
            Base::Named(ObjectId::from_slice(name).ok_or(CUT)?)
        }
        _ => return Err("an object is of no known kind"),
    };
    let header = bytes.len().saturating_sub(rest.len());
    Ok(Entry { size, header: u64::try_from(header).unwrap_or(u64::MAX), base })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let blob = |size, header| Ok(Entry { size, header, base: Base::None(ObjectKind::Blob) });
        let behind = |distance, header| Ok(Entry { size: 1, header, base: Base::Behind(distance) });
        for (bytes, expected) in [
            (&[0x3f][..], blob(15, 1)),
            (&[0xb5, 0x01], blob(21, 2)),
            (&[0xb0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], blob((1 << 60) - 16, 9)),
            (&[0xb0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Err("the size of an object is no number")),
            (&[0xb5], Err("it ends within an object")),
            (&[], Err("it ends within an object")),
            (&[0x51], Err("an object is of no known kind")),
            (&[0x01], Err("an object is of no known kind")),
            (&[0x61, 0x05], behind(5, 2)),
            (&[0x61, 0x80, 0x00], behind(128, 3)),
            (&[0x61, 0xff, 0xff, 0x7f], behind(128 * 128 * 128 + 128 * 128 + 127, 4)),
            (&[[0x61].as_slice(), &[0xff; 12]].concat(), Err("the size of an object is no number")),
            (&[0x71, 1, 2], Err("it ends within an object")),
        ] {
            assert_eq!(parse(ObjectFormat::Sha1, bytes), expected, "{bytes:x?}");
        }
        for format in [ObjectFormat::Sha1, ObjectFormat::Sha256] {
            let id = vec![7; format.width()];
            let named = [&[0x71][..], &id, b"rest"].concat();
            let base = Base::Named(ObjectId::from_slice(&id).unwrap());
            assert_eq!(parse(format, &named), Ok(Entry { size: 1, header: id.len() as u64 + 1, base }));
            assert_eq!(parse(format, &named[..id.len()]), Err("it ends within an object"));
        }
    }
}
