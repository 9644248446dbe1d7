//! Effort and shares in words, without floating point.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::integer_division,
    reason = "this module counts"
)]

use crate::policy::BasisPoints;
use crate::policy::Measure;

impl Measure {
    /// Units of the measure as a number with one decimal, rounded half up: `12.3` developer-weeks.
    #[must_use]
    pub fn decimal(self, units: u64) -> String {
        let scale = u128::from(self.scale());
        let half = scale.div_euclid(2);
        tenths(u128::from(units).saturating_mul(10).saturating_add(half).div_euclid(scale))
    }

    /// The same, rounded up: what is missing must not read as nothing.
    #[must_use]
    pub fn decimal_up(self, units: u64) -> String {
        tenths(u128::from(units).saturating_mul(10).div_ceil(u128::from(self.scale())))
    }
}

impl BasisPoints {
    /// With one decimal, rounded down: a share below the floor must not read as one on it.
    #[must_use]
    pub fn rounded_down(self) -> String {
        let tenths = self.get().div_euclid(10);
        format!("{}.{}%", tenths.div_euclid(10), tenths.rem_euclid(10))
    }

    /// As it was agreed, for sentences: `20%`, `12.5%`.
    #[must_use]
    pub fn in_words(self) -> String {
        self.to_string()
    }
}

fn tenths(count: u128) -> String {
    format!("{}.{}", count.div_euclid(10), count.rem_euclid(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn efforts() {
        for (measure, units, half_up, up) in [
            (Measure::DeveloperWeeks, 0, "0.0", "0.0"),
            (Measure::DeveloperWeeks, 1, "0.0", "0.1"),
            (Measure::DeveloperWeeks, 41_999_999, "0.0", "0.1"),
            (Measure::DeveloperWeeks, 42_000_000, "0.1", "0.1"),
            (Measure::DeveloperWeeks, 840_000_000, "1.0", "1.0"),
            (Measure::DeveloperDays, 1_092_000_000, "1.3", "1.3"),
            (Measure::DeveloperDays, 1_092_000_001, "1.3", "1.4"),
            (Measure::Commits, 840 * 12, "12.0", "12.0"),
            (Measure::Lines, u64::MAX, "21960409611558990.0", "21960409611558990.1"),
        ] {
            assert_eq!(measure.decimal(units), half_up, "{units}");
            assert_eq!(measure.decimal_up(units), up, "{units}");
        }
    }

    #[test]
    fn shares() {
        for (points, down, agreed) in [
            (0, "0.0%", "0%"),
            (1_415, "14.1%", "14.15%"),
            (1_999, "19.9%", "19.99%"),
            (1_250, "12.5%", "12.5%"),
            (10_000, "100.0%", "100%"),
        ] {
            let share = BasisPoints::new(points).unwrap();
            assert_eq!([share.rounded_down(), share.in_words()], [down, agreed]);
        }
    }
}
