//! A share, kept as the two integers that it came from.

use std::num::NonZeroU64;

use crate::ledger::Sums;
use crate::policy::Allocation;
use crate::policy::BasisPoints;
use crate::policy::Rounding;

/// How much of an account's effort is paydown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Units credited as paydown.
    pub paydown: u64,
    /// All units: a share of nothing cannot be built.
    pub total: NonZeroU64,
}

impl Share {
    /// The share of some sums; `None` where there is no effort.
    #[must_use]
    pub fn of(sums: Sums) -> Option<Self> {
        NonZeroU64::new(sums.total).map(|total| Self { paydown: sums.paydown.min(sums.total), total })
    }

    /// Whether the share is on or above an allocation: `paydown * 10,000 >= allocation * total`, exactly.
    #[must_use]
    pub fn meets(self, allocation: Allocation) -> bool {
        // A u64 times 10,000 always fits into 128 bits.
        let paydown = u128::from(self.paydown).saturating_mul(10_000);
        paydown >= u128::from(allocation.0.get()).saturating_mul(u128::from(self.total.get()))
    }

    /// The share in basis points, rounded down: below a floor in exact arithmetic it is never shown as on it.
    #[must_use]
    pub fn basis_points_floor(self) -> BasisPoints {
        self.points(Rounding::Down)
    }

    /// The share in basis points, rounded half up.
    #[must_use]
    pub fn basis_points(self) -> BasisPoints {
        self.points(Rounding::Nearest)
    }

    /// The share in basis points.
    #[must_use]
    pub fn points(self, rounding: Rounding) -> BasisPoints {
        let count = rounding.divided(u128::from(self.paydown).saturating_mul(10_000), u128::from(self.total.get()));
        u16::try_from(count).ok().and_then(BasisPoints::new).unwrap_or(BasisPoints::WHOLE)
    }

    /// For people, with one decimal.
    #[must_use]
    pub fn percent(self, rounding: Rounding) -> String {
        rounding.percent(self.paydown, self.total.get())
    }

    /// How many units of paydown, added to the work there is, would lift the share to an allocation:
    /// `ceil((allocation * total - 10,000 * paydown) / (10,000 - allocation))`. 0 where it is there, `None` where no
    /// amount would do: at an allocation of 100 %.
    #[must_use]
    pub fn shortfall(self, allocation: Allocation) -> Option<u64> {
        let allocation = u128::from(allocation.0.get());
        let wanted = allocation.saturating_mul(u128::from(self.total.get()));
        let missing = wanted.saturating_sub(u128::from(self.paydown).saturating_mul(10_000));
        if missing == 0 {
            return Some(0);
        }
        let each = 10_000_u128.checked_sub(allocation).filter(|each| *each > 0)?;
        // What does not fit is more than anybody can do.
        u64::try_from(missing.div_ceil(each)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn share(paydown: u64, total: u64) -> Share {
        Share::of(Sums { paydown, total }).unwrap()
    }

    fn floor(points: u16) -> Allocation {
        Allocation(BasisPoints::new(points).unwrap())
    }

    #[test]
    fn shares_against_floors() {
        for (paydown, total, allocation, meets, down, half_up, shortfall) in [
            (20, 100, 2_000, true, 2_000, 2_000, Some(0)),
            (19, 100, 2_000, false, 1_900, 1_900, Some(2)),
            (1_999_999, 10_000_000, 2_000, false, 1_999, 2_000, Some(2)),
            (0, 100, 2_000, false, 0, 0, Some(25)),
            (0, 100, 0, true, 0, 0, Some(0)),
            (100, 100, 10_000, true, 10_000, 10_000, Some(0)),
            (99, 100, 10_000, false, 9_900, 9_900, None),
            (1, 3, 3_333, true, 3_333, 3_333, Some(0)),
            (1, 3, 3_334, false, 3_333, 3_333, Some(1)),
            (2, 3, 0, true, 6_666, 6_667, Some(0)),
            (u64::MAX, u64::MAX, 10_000, true, 10_000, 10_000, Some(0)),
            (0, u64::MAX, 9_999, false, 0, 0, None),
            // The example of docs/measure.md.
            (387_333_333, 1_120_000_000, 4_000, false, 3_458, 3_458, Some(101_111_112)),
        ] {
            let (share, allocation) = (share(paydown, total), floor(allocation));
            assert_eq!(share.meets(allocation), meets, "{share:?} {allocation:?}");
            assert_eq!([share.basis_points_floor().get(), share.basis_points().get()], [down, half_up], "{share:?}");
            assert_eq!(share.shortfall(allocation), shortfall, "{share:?} {allocation:?}");
        }
        assert_eq!(Share::of(Sums::default()), None);
    }

    proptest! {
        #[test]
        fn exactly_on_the_floor_is_met(points in 0..=10_000_u16, scale in 1..1_000_000_000_u64) {
            let (paydown, total) = (u64::from(points) * scale, 10_000 * scale);
            prop_assert!(share(paydown, total).meets(floor(points)));
            if paydown > 0 {
                prop_assert!(!share(paydown - 1, total).meets(floor(points)));
            }
        }

        #[test]
        fn no_floor_is_always_met_and_the_whole_needs_everything(total in 1_u64.., paydown: u64) {
            let share = share(paydown % total, total);
            prop_assert!(share.meets(floor(0)));
            prop_assert!(!share.meets(floor(10_000)));
        }

        #[test]
        fn the_shortfall_is_the_least_that_mends(paydown in 0..1_u64 << 50, rest in 0..1_u64 << 50, points in 0..10_000_u16) {
            prop_assume!(paydown + rest > 0);
            let now = share(paydown, paydown + rest);
            let missing = now.shortfall(floor(points)).unwrap();
            prop_assert_eq!(missing == 0, now.meets(floor(points)));
            prop_assert!(share(paydown + missing, paydown + rest + missing).meets(floor(points)));
            if missing > 1 {
                let less = missing - 1;
                prop_assert!(!share(paydown + less, paydown + rest + less).meets(floor(points)));
            }
        }
    }
}
