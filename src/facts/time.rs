//! Points in time, days and weeks; all in UTC.

use jiff::SignedDuration;
use jiff::civil;

/// Seconds since 1970-01-01T00:00:00Z.
///
/// Always within the years -9999 to 9999; a commit that claims a time outside has no time but a
/// [`Defect`](crate::facts::Defect).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixTime(i64);

/// A day in UTC, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i32);

/// A week as ISO 8601 counts it: Monday to Sunday, numbered within its own year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IsoWeek {
    /// The year that the week belongs to, which need not be the year of each of its days.
    pub year: i16,
    /// 1 to 53.
    pub week: i8,
}

const SECONDS_A_DAY: i64 = 86_400;
const HOURS_A_DAY: i64 = 24;
const EPOCH: civil::Date = civil::date(1970, 1, 1);

impl UnixTime {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// As-of is decided by the times of this many mainline commits.
    pub const AS_OF_BY: usize = 11;

    /// A time from its seconds; `None` outside the years -9999 to 9999.
    #[must_use]
    pub fn new(seconds: i64) -> Option<Self> {
        let known = jiff::Timestamp::MIN.as_second()..=jiff::Timestamp::MAX.as_second();
        known.contains(&seconds).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The day in UTC that the time lies on.
    #[must_use]
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(SECONDS_A_DAY);
        // The known range is under four million days.
        Day(i32::try_from(days).unwrap_or_default())
    }

    /// As-of of a mainline, from the times of its newest [`Self::AS_OF_BY`] commits: the later of the newest commit's own time
    /// and the median of all (of an even number, the earlier of the middle two). So a tip that claims an early time moves
    /// nothing.
    #[must_use]
    pub fn as_of(newest: Option<Self>, mut all: Vec<Self>) -> Option<Self> {
        all.sort_unstable();
        newest.max(all.get(all.len().saturating_sub(1) / 2).copied())
    }

    /// The time that lies `days` before, or the earliest one there is.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        let seconds = self.0.saturating_sub(i64::from(days).saturating_mul(SECONDS_A_DAY));
        Self(seconds.max(jiff::Timestamp::MIN.as_second()))
    }

    /// The time in RFC 3339, as `2026-01-31T12:00:00Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        jiff::Timestamp::from_second(self.0).map(|time| time.to_string()).unwrap_or_default()
    }
}

impl Day {
    /// A day from a calendar's date.
    #[must_use]
    pub fn from_date(date: civil::Date) -> Self {
        // From date to date: the calendar's last day ends behind the last time there is, and has no time to go by.
        let hours = EPOCH.duration_until(date).as_hours();
        Self(i32::try_from(hours.div_euclid(HOURS_A_DAY)).unwrap_or_default())
    }

    /// The calendar's date of the day.
    #[must_use]
    pub fn date(self) -> civil::Date {
        EPOCH.saturating_add(SignedDuration::from_hours(i64::from(self.0).saturating_mul(HOURS_A_DAY)))
    }

    /// The ISO week that the day lies in.
    #[must_use]
    pub fn iso_week(self) -> IsoWeek {
        let week = self.date().iso_week_date();
        IsoWeek { year: week.year(), week: week.week() }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }
}

impl std::fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-W{:02}", self.year, self.week)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_of_known_times() {
        for (seconds, date, week) in [
            (0, "1970-01-01", "1970-W01"),
            (-1, "1969-12-31", "1970-W01"),
            (86_399, "1970-01-01", "1970-W01"),
            (1_798_761_600, "2027-01-01", "2026-W53"),
            (1_795_305_600, "2026-11-22", "2026-W47"),
        ] {
            let day = UnixTime::new(seconds).unwrap().day();
            assert_eq!(day.date().to_string(), date);
            assert_eq!(day.iso_week().to_string(), week);
            assert_eq!(Day::from_date(day.date()), day);
        }
    }

    #[test]
    fn the_first_and_the_last_day_of_the_calendar() {
        for (date, days) in [
            (civil::Date::MIN, -4_371_587),
            (civil::date(-9999, 1, 2), -4_371_586),
            (civil::date(9999, 12, 30), 2_932_895),
            (civil::Date::MAX, 2_932_896),
        ] {
            let day = Day::from_date(date);
            assert_eq!((day.number(), day.date()), (days, date));
        }
    }

    #[test]
    fn no_time_outside_the_calendar() {
        assert_eq!(UnixTime::new(i64::MAX), None);
        assert_eq!(UnixTime::new(i64::MIN), None);
    }
}
