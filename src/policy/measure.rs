//! Effort and shares in words, without floating point.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::integer_division,
    reason = "this module counts"
)]

use crate::policy::Measure;

/// Which way a figure is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, a half upward.
    Nearest,
    /// Upward, for what is missing: to bring what is shown must be enough.
    Up,
    /// Downward, for what is reached: what lies below a floor never reads as reaching it.
    Down,
}

impl Rounding {
    /// An integer divided; by 0 as by 1.
    #[must_use]
    pub fn divided(self, number: u128, by: u128) -> u128 {
        let by = by.max(1);
        let (whole, rest) = (number.div_euclid(by), number.rem_euclid(by));
        let upward = match self {
            Self::Nearest => rest.saturating_mul(2) >= by,
            Self::Up => rest > 0,
            Self::Down => false,
        };
        whole.saturating_add(u128::from(upward))
    }

    /// A part of a whole in tenths of a per cent.
    #[must_use]
    pub fn per_mille(self, part: u64, whole: u64) -> u128 {
        self.divided(u128::from(part).saturating_mul(1_000), u128::from(whole))
    }

    /// The same in words, rounded once: `14.2%`. Of basis points that are rounded already 38.2486 % would be 38.3 %.
    #[must_use]
    pub fn percent(self, part: u64, whole: u64) -> String {
        format!("{}%", tenths(self.per_mille(part, whole)))
    }
}

impl Measure {
    /// Units of the measure as a number with one decimal, rounded half up: `12.3` developer-weeks.
    #[must_use]
    pub fn decimal(self, units: u64) -> String {
        self.rounded(units, Rounding::Nearest)
    }

    /// The same, rounded up: what is missing must not read as nothing.
    #[must_use]
    pub fn decimal_up(self, units: u64) -> String {
        self.rounded(units, Rounding::Up)
    }

    fn rounded(self, units: u64, rounding: Rounding) -> String {
        tenths(rounding.divided(u128::from(units).saturating_mul(10), u128::from(self.scale())))
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
    fn parts_of_a_whole() {
        for (part, whole, [nearest, up, down]) in [
            (0, 1, ["0.0%", "0.0%", "0.0%"]),
            (1, 1, ["100.0%", "100.0%", "100.0%"]),
            (1_999, 10_000, ["20.0%", "20.0%", "19.9%"]),
            (1, 3, ["33.3%", "33.4%", "33.3%"]),
            (382_486, 1_000_000, ["38.2%", "38.3%", "38.2%"]),
            (38_250, 100_000, ["38.3%", "38.3%", "38.2%"]),
            (u64::MAX, u64::MAX, ["100.0%", "100.0%", "100.0%"]),
            (u64::MAX - 1, u64::MAX, ["100.0%", "100.0%", "99.9%"]),
        ] {
            let told = [Rounding::Nearest, Rounding::Up, Rounding::Down].map(|rounding| rounding.percent(part, whole));
            assert_eq!(told, [nearest, up, down], "{part} of {whole}");
        }
    }
}
