//! What two contents have in common at their ends.

/// So many bytes are compared at once: as many as need no call.
const STEP: usize = 64;

/// How many bytes two contents begin with in common.
#[inline]
pub(super) fn common_start(a: &[u8], b: &[u8]) -> usize {
    let ((steps_a, _), (steps_b, _)) = (a.as_chunks::<STEP>(), b.as_chunks::<STEP>());
    let steps = steps_a.iter().zip(steps_b).take_while(|(a, b)| a == b).count();
    let coarse = steps.saturating_mul(STEP);
    let fine = a.iter().skip(coarse).zip(b.iter().skip(coarse)).take_while(|(a, b)| a == b).count();
    coarse.saturating_add(fine)
}

/// How many bytes two contents end with in common.
pub(super) fn common_end(a: &[u8], b: &[u8]) -> usize {
    let ((_, steps_a), (_, steps_b)) = (a.as_rchunks::<STEP>(), b.as_rchunks::<STEP>());
    let steps = steps_a.iter().rev().zip(steps_b.iter().rev()).take_while(|(a, b)| a == b).count();
    let coarse = steps.saturating_mul(STEP);
    let fine = a.iter().rev().skip(coarse).zip(b.iter().rev().skip(coarse)).take_while(|(a, b)| a == b).count();
    coarse.saturating_add(fine)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_byte_by_byte(same in "[ab]{0,300}", a in "[ab]{0,100}", b in "[ab]{0,100}") {
            let equal = |(a, b): &(u8, u8)| a == b;
            let (x, y) = (format!("{same}{a}"), format!("{same}{b}"));
            prop_assert_eq!(common_start(x.as_bytes(), y.as_bytes()), x.bytes().zip(y.bytes()).take_while(equal).count());
            let (x, y) = (format!("{a}{same}"), format!("{b}{same}"));
            let expected = x.bytes().rev().zip(y.bytes().rev()).take_while(equal).count();
            prop_assert_eq!(common_end(x.as_bytes(), y.as_bytes()), expected);
        }
    }
}
