//! Shares as integers.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::integer_division,
    reason = "this module counts"
)]

use std::fmt;

/// Ten-thousandths of a whole: 0 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasisPoints(u16);

/// A protected floor for the share of paydown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Allocation(pub BasisPoints);

/// Whole hundredths of a whole: 1 to 100. Effort divides evenly over whole per cents and not over finer ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl BasisPoints {
    /// All of it.
    pub const WHOLE: Self = Self(10_000);
    /// A quarter of it.
    pub const QUARTER: Self = Self(2_500);
    /// Nothing of it.
    pub const ZERO: Self = Self(0);

    /// From a count of ten-thousandths; `None` above 10,000.
    #[must_use]
    pub const fn new(points: u16) -> Option<Self> {
        if points <= Self::WHOLE.0 { Some(Self(points)) } else { None }
    }

    /// The count of ten-thousandths.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Reads `20%`, `12.5%`, `0.25 %`: digits with at most two decimals, and a per cent sign.
    #[must_use]
    pub fn parse_percentage(text: &str) -> Option<Self> {
        let number = text.trim().strip_suffix('%')?.trim_end();
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 2 || whole.len() > 3 {
            return None;
        }
        let whole: u16 = whole.parse().ok()?;
        let hundredths: u16 = format!("{decimals:0<2}").parse().ok()?;
        Self::new(whole.checked_mul(100)?.checked_add(hundredths)?)
    }
}

impl Percent {
    /// All of it.
    pub const WHOLE: Self = Self(100);

    /// From whole per cents; `None` for 0 and above 100.
    #[must_use]
    pub const fn new(percent: u8) -> Option<Self> {
        if percent >= 1 && percent <= 100 { Some(Self(percent)) } else { None }
    }

    /// Whole per cents.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for BasisPoints {
    /// As policies write it: `20%`, `12.5%`, `0.25%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0.div_euclid(100), self.0.rem_euclid(100));
        match (hundredths, hundredths.rem_euclid(10)) {
            (0, _) => write!(f, "{whole}%"),
            (_, 0) => write!(f, "{whole}.{}%", hundredths.div_euclid(10)),
            _ => write!(f, "{whole}.{hundredths:02}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for points in 0..=10_000 {
            let share = BasisPoints::new(points).unwrap();
            assert_eq!(BasisPoints::parse_percentage(&share.to_string()), Some(share));
        }
        for (points, written) in [(0, "0%"), (5, "0.05%"), (1_250, "12.5%"), (1_999, "19.99%"), (10_000, "100%")] {
            assert_eq!(BasisPoints::new(points).unwrap().to_string(), written);
        }
    }

    #[test]
    fn refuses_what_is_no_percentage() {
        for text in
            ["", "%", "20", "-1%", "+1%", ".5%", "5.%", "100.01%", "101%", "1e1%", "nan%", "0.125%", "20 % x", "2 0%"]
        {
            assert_eq!(BasisPoints::parse_percentage(text), None, "{text}");
        }
    }
}
