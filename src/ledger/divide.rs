//! Dividing an amount into whole parts, so that nothing is lost and nothing is made.

use crate::ledger::LedgerError;

/// Divides an amount in proportion to the weights, by largest remainder.
///
/// Every part is first rounded down; the units that are left over go, one each, to the parts with the largest
/// remainders, ties to the earlier one. The parts add up to the amount exactly. Callers sort, so that the order of the
/// history cannot matter. Where all weights are zero, they count as equal. Without weights there are no parts.
///
/// # Errors
///
/// [`LedgerError`] when the amount times the sum of the weights does not fit into 128 bits.
pub fn divide(amount: u64, weights: &[u128]) -> Result<Vec<u64>, LedgerError> {
    let too_big = || LedgerError::Overflow { what: "a division of effort" };
    let sum = weights.iter().try_fold(0_u128, |sum, weight| sum.checked_add(*weight)).ok_or_else(too_big)?;
    if sum == 0 {
        let equal = vec![1; weights.len()];
        return if weights.is_empty() { Ok(Vec::new()) } else { divide(amount, &equal) };
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = amount;
    for (place, weight) in weights.iter().enumerate() {
        let product = u128::from(amount).checked_mul(*weight).ok_or_else(too_big)?;
        let part = u64::try_from(product.div_euclid(sum)).map_err(|_impossible| too_big())?;
        left = left.checked_sub(part).ok_or_else(too_big)?;
        parts.push(part);
        remainders.push((std::cmp::Reverse(product.rem_euclid(sum)), place));
    }
    remainders.sort_unstable();
    let left = usize::try_from(left).map_err(|_impossible| too_big())?;
    for (_, place) in remainders.into_iter().take(left) {
        if let Some(part) = parts.get_mut(place) {
            *part = part.checked_add(1).ok_or_else(too_big)?;
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn largest_remainder() {
        for (amount, weights, parts) in [
            (10, &[][..], &[][..]),
            (10, &[1], &[10]),
            (10, &[1, 1, 1], &[4, 3, 3]),
            (11, &[1, 1, 1], &[4, 4, 3]),
            (10, &[1, 2], &[3, 7]),
            (10, &[0, 1], &[0, 10]),
            (3, &[0, 0], &[2, 1]),
            (0, &[5, 7], &[0, 0]),
            (1, &[3, 4], &[0, 1]),
            (7, &[10, 30, 30], &[1, 3, 3]),
            (840, &[401, 1], &[838, 2]),
            (u64::MAX, &[1, 1], &[u64::MAX / 2 + 1, u64::MAX / 2]),
        ] {
            assert_eq!(divide(amount, weights).unwrap(), parts, "{amount} over {weights:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(divide(u64::MAX, &[u128::MAX]).is_err());
        assert!(divide(1, &[u128::MAX, 1]).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_made(amount: u64, weights in prop::collection::vec(0_u128..1 << 60, 1..40)) {
            let parts = divide(amount, &weights).unwrap();
            prop_assert_eq!(parts.iter().map(|part| u128::from(*part)).sum::<u128>(), u128::from(amount));
            // No part is off by a whole unit.
            let sum: u128 = weights.iter().sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| sum > 0) {
                let exact = u128::from(amount) * weight;
                prop_assert!(exact < (u128::from(*part) + 1) * sum && u128::from(*part) * sum < exact + sum);
            }
        }

        #[test]
        fn a_greater_weight_never_gets_less(amount: u64, weights in prop::collection::vec(0_u128..1000, 2..20)) {
            let parts = divide(amount, &weights).unwrap();
            for (one, part) in weights.iter().zip(&parts) {
                for (other, other_part) in weights.iter().zip(&parts) {
                    prop_assert!(one <= other || part >= other_part);
                }
            }
        }
    }
}
