//! Deltas: an object told as pieces of another one and new bytes between.

const CUT: &str = "a delta is cut off";
const BEYOND: &str = "a delta takes what its base does not have";
const WRONG: &str = "a delta gives another size than it says";

/// A delta and what it stands on.
pub(super) struct Delta<'d> {
    steps: &'d [u8],
    base: &'d [u8],
    size: usize,
}

impl<'d> Delta<'d> {
    /// Looks at what a delta says of sizes.
    pub(super) fn parse(delta: &'d [u8], base: &'d [u8]) -> Result<Self, &'static str> {
        let (base_size, rest) = number(delta)?;
        let (size, steps) = number(rest)?;
        if usize::try_from(base_size) != Ok(base.len()) {
            return Err("a delta stands on a base of another size");
        }
        Ok(Self { steps, base, size: usize::try_from(size).map_err(|_too_large| WRONG)? })
    }

    /// How large the object will be, or so the delta says.
    pub(super) fn size(&self) -> u64 {
        u64::try_from(self.size).unwrap_or(u64::MAX)
    }

    /// Makes the object.
    pub(super) fn apply(&self) -> Result<Vec<u8>, &'static str> {
        // What is only said, and not yet there, takes no more memory than what is there.
        let likely = self.base.len().saturating_add(self.steps.len());
        let mut made = Vec::with_capacity(self.size.min(likely.saturating_mul(2)));
        let mut steps = self.steps;
        while let Some((step, rest)) = steps.split_first() {
            let piece;
            if step & 0x80 == 0 {
                if *step == 0 {
                    return Err("a delta has a step without meaning");
                }
                (piece, steps) = rest.split_at_checked(usize::from(*step)).ok_or(CUT)?;
            } else {
                let mut rest = rest;
                // Of the offset four bytes and of the length three; those that are zero are left out.
                let mut field = |bits: u8, width: u32| -> Result<usize, &'static str> {
                    let mut value = 0_usize;
                    for at in 0..width {
                        if bits & (1 << at) != 0 {
                            let (byte, after) = rest.split_first().ok_or(CUT)?;
                            value |= usize::from(*byte) << (8 * at);
                            rest = after;
                        }
                    }
                    Ok(value)
                };
                let offset = field(step & 15, 4)?;
                let length = match field((step >> 4) & 7, 3)? {
                    0 => 0x1_0000,
                    length => length,
                };
                piece = self.base.get(offset..offset.saturating_add(length)).ok_or(BEYOND)?;
                steps = rest;
            }
            if piece.len() > self.size.saturating_sub(made.len()) {
                return Err(WRONG);
            }
            made.extend_from_slice(piece);
        }
        if made.len() == self.size { Ok(made) } else { Err(WRONG) }
    }
}

/// A number in groups of seven bits, the lowest first.
fn number(bytes: &[u8]) -> Result<(u64, &[u8]), &'static str> {
    let (mut value, mut shift) = (0_u64, 0_u32);
    let mut rest = bytes;
    loop {
        let (byte, after) = rest.split_first().ok_or(CUT)?;
        rest = after;
        if shift > 56 {
            return Err("a delta's size is no number");
        }
        value |= u64::from(byte & 0x7f) << shift;
        shift = shift.saturating_add(7);
        if byte & 0x80 == 0 {
            return Ok((value, rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn made(delta: &[u8], base: &[u8]) -> Result<Vec<u8>, &'static str> {
        Delta::parse(delta, base)?.apply()
    }

    #[test]
    fn steps() {
        let base = b"0123456789";
        for (delta, expected) in [
            (&[10, 3, 3, b'a', b'b', b'c'][..], Ok("abc")),
            (&[10, 4, 0x91, 2, 4], Ok("2345")),
            (&[10, 2, 0x90, 2], Ok("01")),
            (&[10, 3, 1, b'x', 0x91, 8, 2], Ok("x89")),
            (&[10, 0], Ok("")),
            (&[], Err(CUT)),
            (&[10], Err(CUT)),
            (&[0x8a, 0x80], Err(CUT)),
            (&[9, 1, 1, b'a'], Err("a delta stands on a base of another size")),
            (&[10, 3, 3, b'a'], Err(CUT)),
            (&[10, 3, 0x91, 2], Err(CUT)),
            (&[10, 3, 0], Err("a delta has a step without meaning")),
            (&[10, 3, 0x91, 8, 3], Err(BEYOND)),
            (&[10, 3, 0x80], Err(BEYOND)),
            (&[10, 3, 0x9f, 255, 255, 255, 255, 3], Err(BEYOND)),
            (&[10, 2, 0x91, 0, 3], Err(WRONG)),
            (&[10, 4, 0x91, 0, 3], Err(WRONG)),
            (&[10, 0xff, 0xff, 0xff, 0xff, 0x0f], Err(WRONG)),
            (&[&[10][..], &[0xff; 12]].concat(), Err("a delta's size is no number")),
        ] {
            assert_eq!(made(delta, base), expected.map(|text| text.as_bytes().to_vec()), "{delta:?}");
        }
        // A length of zero means 65,536.
        let long = vec![b'x'; 0x1_0000];
        assert_eq!(made(&[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80], &long), Ok(long.clone()));
    }

    proptest! {
        #[test]
        fn any_bytes(delta in proptest::collection::vec(any::<u8>(), 0..80), base in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(made) = made(&delta, &base) {
                prop_assert!(made.len() <= delta.len() * 40);
            }
        }
    }
}
