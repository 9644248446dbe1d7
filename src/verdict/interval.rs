//! How far a share could be off by chance.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;
use rand_chacha::rand_core::SeedableRng as _;

use crate::ledger::Sums;
use crate::policy::BasisPoints;
use crate::verdict::Share;

/// The middle 90 % of the shares that a team's person-weeks, drawn again and again, give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The 5th percentile.
    pub low: BasisPoints,
    /// The 95th percentile.
    pub high: BasisPoints,
}

/// How often all person-weeks are drawn.
const DRAWS: usize = 1_000;

impl Interval {
    /// The bootstrap over person-weeks, which come in a stable order.
    ///
    /// Each of 1,000 draws takes as many person-weeks as there are, with repeats, and gives one share in basis points
    /// (rounded half up); a draw without effort gives none. The bounds are the 5th and 95th percentile by nearest rank.
    /// The generator starts the same for every team, so that no team's interval depends on another's. `None` where no
    /// draw has effort.
    pub fn of<'s>(person_weeks: impl IntoIterator<Item = &'s Sums>) -> Option<Self> {
        let weeks: Vec<Sums> = person_weeks.into_iter().copied().collect();
        let many = u64::try_from(weeks.len()).ok()?;
        let mut random = ChaCha8Rng::from_seed(*b"debtlint/interval/person-weeks/1");
        let mut shares = Vec::with_capacity(DRAWS);
        // All that one draw takes at once is twice as fast, and the same numbers.
        let mut bytes = vec![0; weeks.len().checked_mul(8)?];
        for _ in 0..DRAWS {
            let mut drawn = Sums::default();
            random.fill_bytes(&mut bytes);
            for number in bytes.as_chunks().0 {
                let place = below(many, u64::from_le_bytes(*number));
                let week = usize::try_from(place).ok().and_then(|place| weeks.get(place)).copied().unwrap_or_default();
                drawn.paydown = drawn.paydown.saturating_add(week.paydown);
                drawn.total = drawn.total.saturating_add(week.total);
            }
            shares.extend(Share::of(drawn).map(Share::basis_points));
        }
        shares.sort_unstable();
        Some(Self { low: percentile(&shares, 5)?, high: percentile(&shares, 95)? })
    }
}

/// A number below `many` from 64 random bits, by multiplication and shift.
fn below(many: u64, random: u64) -> u64 {
    let product = u128::from(many).saturating_mul(u128::from(random));
    u64::try_from(product >> 64).unwrap_or_default()
}

/// The nearest rank: the value at the place `ceil(per_cent * count / 100)`, counted from 1.
fn percentile(sorted: &[BasisPoints], per_cent: usize) -> Option<BasisPoints> {
    let rank = sorted.len().checked_mul(per_cent)?.div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(weeks: &[(u64, u64)]) -> Option<(u16, u16)> {
        let weeks: Vec<Sums> = weeks.iter().map(|(paydown, total)| Sums { paydown: *paydown, total: *total }).collect();
        Interval::of(&weeks).map(|interval| (interval.low.get(), interval.high.get()))
    }

    #[test]
    fn known_cases() {
        assert_eq!(interval(&[]), None);
        assert_eq!(interval(&[(0, 0)]), None);
        assert_eq!(interval(&[(1, 5)]), Some((2_000, 2_000)));
        assert_eq!(interval(&[(1, 5); 20]), Some((2_000, 2_000)));
        // Two weeks, one all paydown: a quarter of the draws gives nothing, a quarter everything.
        assert_eq!(interval(&[(0, 10), (10, 10)]), Some((0, 10_000)));
        // Stable for ever: a change here is a change of every report.
        let mixed: Vec<(u64, u64)> = (0..30).map(|week| (week % 4, 10)).collect();
        assert_eq!(interval(&mixed), Some((1_100, 1_800)));
    }

    #[test]
    fn numbers_at_once_are_those_one_by_one() {
        let seed = *b"debtlint/interval/person-weeks/1";
        let (mut at_once, mut one_by_one) = (ChaCha8Rng::from_seed(seed), ChaCha8Rng::from_seed(seed));
        for many in [1, 30, 31, 32, 33, 157, 2, 1_000] {
            let mut bytes = vec![0; many * 8];
            at_once.fill_bytes(&mut bytes);
            for number in bytes.as_chunks().0 {
                assert_eq!(u64::from_le_bytes(*number), one_by_one.next_u64());
            }
        }
    }

    #[test]
    fn weeks_without_effort_are_no_evidence() {
        // Draws that hit only the empty week are left out, not counted as a share of nothing.
        assert_eq!(interval(&[(0, 0), (5, 5)]), Some((10_000, 10_000)));
    }

    #[test]
    fn numbers_and_ranks() {
        assert_eq!([0, 1 << 63, u64::MAX].map(|random| below(10, random)), [0, 5, 9]);
        assert_eq!(below(0, 7), 0);
        let points: Vec<_> = (1..=1_000).map(|point| BasisPoints::new(point).unwrap()).collect();
        assert_eq!([5, 95].map(|per_cent| percentile(&points, per_cent).unwrap().get()), [50, 950]);
        assert_eq!(percentile(&points[..1], 5), Some(points[0]));
        assert_eq!(percentile(&[], 5), None);
    }
}
