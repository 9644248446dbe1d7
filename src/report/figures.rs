//! How figures are written for people: integers divided at the last moment, so that the direction of rounding is chosen.
#![warn(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::integer_division,
    reason = "this module counts"
)]

use std::cmp::Ordering;
use std::fmt;

use crate::policy::Allocation;
use crate::policy::BasisPoints;
use crate::policy::Measure;
pub use crate::policy::Rounding;
use crate::verdict::Interval;
use crate::verdict::Share;
use crate::verdict::Verdict;

/// A share in per cent with one decimal, such as `14.2%`; a dash for a share of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64, rounding: Rounding) -> String {
    if whole == 0 { "–".to_owned() } else { rounding.percent(part, whole) }
}

/// The share of a team, or a dash where there is none.
#[must_use]
pub fn share(verdict: &Verdict) -> String {
    of_share(verdict.share, verdict.standing.rounding())
}

/// How far a share could be off by chance, such as `12–31%`; nothing where that is not known.
#[must_use]
pub fn range(interval: Option<Interval>) -> String {
    interval
        .map_or_else(String::new, |Interval { low, high }| format!("{}–{}%", whole_percent(low), whole_percent(high)))
}

/// A share in percent, or a dash where there is none.
#[must_use]
pub fn of_share(share: Option<Share>, rounding: Rounding) -> String {
    share.map_or_else(|| percent(0, 0, rounding), |share| share.percent(rounding))
}

/// By how many points a share moved: the difference of the two [percentages](percent) that are printed of it.
#[must_use]
pub fn points_between(from: (u64, u64, Rounding), to: (u64, u64, Rounding)) -> String {
    let printed = |(part, whole, rounding): (u64, u64, Rounding)| rounding.per_mille(part, whole);
    let (from, to) = (printed(from), printed(to));
    let sign = match to.cmp(&from) {
        Ordering::Less => "−",
        Ordering::Equal => "±",
        Ordering::Greater => "+",
    };
    let tenths = from.abs_diff(to);
    format!("{sign}{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10))
}

/// Whole per cents of basis points, to the nearest, without the sign.
fn whole_percent(points: BasisPoints) -> u16 {
    points.get().saturating_add(50).div_euclid(100)
}

/// An effort: developer-weeks and days with one decimal, commits and lines without.
#[must_use]
pub fn amount(units: u64, measure: Measure, rounding: Rounding) -> String {
    match measure {
        Measure::DeveloperWeeks | Measure::DeveloperDays => {
            let tenths = rounding.divided(u128::from(units).saturating_mul(10), u128::from(measure.scale()));
            format!("{}.{}", count(tenths.div_euclid(10)), tenths.rem_euclid(10))
        }
        Measure::Commits | Measure::Lines => count(rounding.divided(u128::from(units), u128::from(measure.scale()))),
    }
}

/// An effort with four decimals, to the nearest, for one commit's part.
#[must_use]
pub fn exact(units: u64, scale: u64) -> String {
    let steps = Rounding::Nearest.divided(u128::from(units).saturating_mul(10_000), u128::from(scale));
    let text = format!("{}.{:04}", steps.div_euclid(10_000), steps.rem_euclid(10_000));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An unsigned integer with its thousands apart: `1,234,567`.
#[must_use]
pub fn count<N: Unsigned>(number: N) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).rem_euclid(3) == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A difference with its sign: `+1,234`, `-5`, `0`.
#[must_use]
pub fn signed(difference: i64) -> String {
    let digits = count(difference.unsigned_abs());
    match difference.signum() {
        1 => format!("+{digits}"),
        0 => digits,
        _ => format!("-{digits}"),
    }
}

/// `1 commit`, `2 commits`, `0 commits`.
#[must_use]
pub fn counted<N: Unsigned>(number: N, one: &str, many: &str) -> String {
    let what = if number == N::from(1) { one } else { many };
    format!("{} {what}", count(number))
}

/// What things are counted in.
pub trait Unsigned: Copy + fmt::Display + PartialEq + From<u8> {}

impl Unsigned for u32 {}
impl Unsigned for u64 {}
impl Unsigned for u128 {}
impl Unsigned for usize {}

/// A number of days, in weeks where it is one of whole weeks: `13 weeks`, `1 day`.
#[must_use]
pub fn span(days: u32) -> String {
    if days.rem_euclid(7) == 0 { counted(days.div_euclid(7), "week", "weeks") } else { counted(days, "day", "days") }
}

/// An estimate as it is written in brackets, in the largest unit that goes into it: `2d`, `4h`, `30m`. A day has eight hours.
#[must_use]
pub fn estimate(minutes: u32) -> String {
    match minutes {
        0 => "0m".to_owned(),
        _ if minutes.rem_euclid(480) == 0 => format!("{}d", minutes.div_euclid(480)),
        _ if minutes.rem_euclid(60) == 0 => format!("{}h", minutes.div_euclid(60)),
        _ => format!("{minutes}m"),
    }
}

/// How many half cells of a bar of `cells` cells are full: all of them exactly when the share reaches the allocation.
#[must_use]
pub fn half_cells(paydown: u64, total: u64, allocation: Allocation, cells: usize) -> usize {
    let all = cells.saturating_mul(2);
    let floor = u128::from(allocation.0.get()).saturating_mul(u128::from(total));
    let reached = u128::from(paydown).saturating_mul(10_000);
    if reached >= floor {
        return all;
    }
    let all_wide = u128::try_from(all).unwrap_or_default();
    let full = reached.saturating_mul(all_wide).checked_div(floor).unwrap_or(all_wide);
    usize::try_from(full).unwrap_or(all).min(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_down_where_a_floor_is_near() {
        for (part, whole, text) in [
            (0, 0, "–"),
            (0, 1, "0.0%"),
            (1, 1, "100.0%"),
            (1_999, 10_000, "19.9%"),
            (2_000, 10_000, "20.0%"),
            (u64::MAX, u64::MAX, "100.0%"),
            (1, 3, "33.3%"),
            (2, 3, "66.6%"),
        ] {
            assert_eq!(percent(part, whole, Rounding::Down), text);
        }
    }

    #[test]
    fn other_parts_are_rounded_to_the_nearest() {
        assert_eq!(percent(1_999, 10_000, Rounding::Nearest), "20.0%");
        assert_eq!(percent(2, 3, Rounding::Nearest), "66.7%");
    }

    #[test]
    fn a_change_is_what_lies_between_two_printed_figures() {
        use Rounding::Down;
        use Rounding::Nearest;
        for (from, to, text) in [
            // 10.0% and 10.1%, though less than half a tenth lies between them.
            ((10_049, 100_000, Nearest), (10_050, 100_000, Nearest), "+0.1"),
            ((10_050, 100_000, Nearest), (10_049, 100_000, Nearest), "−0.1"),
            // 20.0% and 19.9%: met, and short by a hair.
            ((20_000, 100_000, Nearest), (19_999, 100_000, Down), "−0.1"),
            ((1, 3, Nearest), (1, 3, Nearest), "±0.0"),
            ((0, 1, Down), (1, 1, Nearest), "+100.0"),
        ] {
            assert_eq!(points_between(from, to), text);
        }
    }

    #[test]
    fn amounts() {
        for (units, measure, rounding, text) in [
            (840_000_000, Measure::DeveloperWeeks, Rounding::Nearest, "1.0"),
            (42_000_000, Measure::DeveloperWeeks, Rounding::Nearest, "0.1"),
            (41_999_999, Measure::DeveloperWeeks, Rounding::Nearest, "0.0"),
            (1, Measure::DeveloperWeeks, Rounding::Up, "0.1"),
            (0, Measure::DeveloperWeeks, Rounding::Up, "0.0"),
            (84_000_000, Measure::DeveloperDays, Rounding::Up, "0.1"),
            (840 * 1_234_567, Measure::Lines, Rounding::Nearest, "1,234,567"),
            (420, Measure::Commits, Rounding::Nearest, "1"),
            (419, Measure::Commits, Rounding::Nearest, "0"),
            (841, Measure::Commits, Rounding::Up, "2"),
            (u64::MAX, Measure::DeveloperWeeks, Rounding::Up, "21,960,409,611.6"),
        ] {
            assert_eq!(amount(units, measure, rounding), text, "{units} {measure:?} {rounding:?}");
        }
    }

    #[test]
    fn a_bar_is_full_exactly_at_the_allocation() {
        let floor = |points| Allocation(BasisPoints::new(points).unwrap());
        for (paydown, total, allocation, half) in [
            (0, 100, floor(2_000), 0),
            (20, 100, floor(2_000), 20),
            (1_999_999, 10_000_000, floor(2_000), 19),
            (10, 100, floor(2_000), 10),
            (90, 100, floor(2_000), 20),
            (0, 100, floor(0), 20),
            (0, 0, floor(2_000), 20),
            (u64::MAX - 1, u64::MAX, floor(10_000), 19),
        ] {
            assert_eq!(half_cells(paydown, total, allocation, 10), half);
        }
    }

    #[test]
    fn a_range_is_told_in_whole_per_cents() {
        let points = |points| BasisPoints::new(points).unwrap();
        for (low, high, text) in [(0, 10_000, "0–100%"), (1_249, 1_250, "12–13%"), (50, 49, "1–0%")] {
            assert_eq!(range(Some(Interval { low: points(low), high: points(high) })), text);
        }
        assert_eq!(range(None), "");
    }

    #[test]
    fn spans_and_estimates() {
        for (days, text) in [(1, "1 day"), (7, "1 week"), (10, "10 days"), (91, "13 weeks")] {
            assert_eq!(span(days), text);
        }
        for (minutes, text) in [(0, "0m"), (30, "30m"), (90, "90m"), (60, "1h"), (480, "1d"), (540, "9h")] {
            assert_eq!(estimate(minutes), text);
        }
    }

    #[test]
    fn thousands() {
        for (number, text) in [(0_u32, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(count(number), text);
        }
    }
}
