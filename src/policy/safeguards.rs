//! What holds an agreement up, and what sets it aside for a time: enforcement, waivers, and the sponsor's proof.

use crate::facts::Day;
use crate::finding::Location;
use crate::policy::RelabelCap;
use crate::policy::TeamId;

/// How far ahead of the judged time a waiver may end: 13 weeks.
pub const WAIVER_REACH_DAYS: i32 = 91;

/// How an agreement is held up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Safeguards {
    /// Since when it decides the exit code.
    pub enforcement: Enforcement,
    /// What the sponsor has waived, in the order of the policy.
    pub waivers: Vec<Waiver>,
    /// How a change shows that it is the sponsor's.
    pub proof: SponsorProof,
    /// The sponsor as CODEOWNERS names him: `@org/cto`. His address does as well.
    pub sponsor_handle: Option<String>,
    /// How much of a team's credit its lead may bring by relabelling commits.
    pub relabel_cap: RelabelCap,
}

/// Whether a policy decides the exit code, or is only tried out (shadow mode). The lower, the sooner it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Enforcement {
    /// It decides.
    #[default]
    Always,
    /// It decides from that day on.
    From(Day),
    /// It does not decide.
    Never,
}

/// Why nothing is enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shadow {
    /// Until the day on which enforcement begins.
    Until(Day),
    /// Until the policy says otherwise.
    Open,
}

/// How a change shows that it is the sponsor's. The lower one takes more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SponsorProof {
    /// By his signature on the commits.
    #[default]
    Signature,
    /// By his review, which the host asks for since CODEOWNERS names him.
    Review,
}

/// That a team need not meet its allocation for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The team.
    pub team: TeamId,
    /// The last day.
    pub until: Day,
    /// Where that day is written.
    pub until_at: Location,
    /// Why.
    pub reason: String,
}

/// What a waiver comes to on the day that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaiverState {
    /// It holds for so many days more, that day not counted: 0 on its last day.
    Holds {
        /// So many.
        days_left: u32,
    },
    /// It is over since so many days.
    Expired {
        /// So many.
        days_ago: u32,
    },
    /// It ends so many days ahead, more than [`WAIVER_REACH_DAYS`], and does not hold.
    TooLong {
        /// So many.
        days_ahead: u32,
    },
}

impl Enforcement {
    /// Why nothing is enforced on a day; `None` when something is. Of a day that nobody knows only what begins on no day is
    /// known to be tried out.
    #[must_use]
    pub fn shadow(self, today: Option<Day>) -> Option<Shadow> {
        match self {
            Self::From(day) if today.is_some_and(|today| today < day) => Some(Shadow::Until(day)),
            Self::Always | Self::From(_) => None,
            Self::Never => Some(Shadow::Open),
        }
    }
}

impl SponsorProof {
    /// The proof as policies write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Review => "review",
        }
    }
}

impl Waiver {
    /// What it comes to on a day. Its last day belongs to it.
    #[must_use]
    pub fn on(&self, today: Day) -> WaiverState {
        let ahead = self.until.number().saturating_sub(today.number());
        let days = ahead.unsigned_abs();
        match ahead {
            ..0 => WaiverState::Expired { days_ago: days },
            0..=WAIVER_REACH_DAYS => WaiverState::Holds { days_left: days },
            _ => WaiverState::TooLong { days_ahead: days },
        }
    }
}

impl Safeguards {
    /// The waiver of a team that holds on a day: of several, the one that ends last.
    #[must_use]
    pub fn waiver(&self, team: TeamId, today: Day) -> Option<&Waiver> {
        let holds = |waiver: &&Waiver| matches!(waiver.on(today), WaiverState::Holds { .. });
        self.waivers.iter().filter(|waiver| waiver.team == team).filter(holds).max_by_key(|waiver| waiver.until)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn day(text: &str) -> Day {
        Day::from_date(text.parse().unwrap())
    }

    fn waiver(team: usize, until: &str) -> Waiver {
        let until_at = Location { file: Arc::from(".debtlint.yml"), line: 1, column: 1, span: 0..1 };
        Waiver { team: TeamId(team), until: day(until), until_at, reason: "a release".to_owned() }
    }

    #[test]
    fn a_waiver_ends_with_its_last_day_and_reaches_13_weeks() {
        for (until, state) in [
            ("2026-06-29", WaiverState::Expired { days_ago: 1 }),
            ("2026-06-30", WaiverState::Holds { days_left: 0 }),
            ("2026-07-01", WaiverState::Holds { days_left: 1 }),
            ("2026-09-29", WaiverState::Holds { days_left: 91 }),
            ("2026-09-30", WaiverState::TooLong { days_ahead: 92 }),
        ] {
            assert_eq!(waiver(0, until).on(day("2026-06-30")), state, "{until}");
        }
    }

    #[test]
    fn of_several_waivers_of_a_team_the_last_that_holds() {
        let waivers = ["2026-06-01", "2026-07-10", "2026-07-01", "2030-01-01"].map(|until| waiver(1, until)).to_vec();
        let safeguards = Safeguards { waivers, ..Safeguards::default() };
        let until = |team, today| safeguards.waiver(TeamId(team), day(today)).map(|waiver| waiver.until);
        assert_eq!(until(1, "2026-06-30"), Some(day("2026-07-10")));
        assert_eq!(until(0, "2026-06-30"), None);
        assert_eq!(until(1, "2026-07-11"), None);
    }

    #[test]
    fn enforcement_begins_with_its_day() {
        let from = Enforcement::From(day("2026-12-01"));
        for (enforcement, today, shadow) in [
            (Enforcement::Always, "1970-01-01", None),
            (Enforcement::Never, "2026-12-01", Some(Shadow::Open)),
            (from, "2026-11-30", Some(Shadow::Until(day("2026-12-01")))),
            (from, "2026-12-01", None),
        ] {
            assert_eq!(enforcement.shadow(Some(day(today))), shadow, "{enforcement:?} {today}");
        }
        for (enforcement, shadow) in
            [(Enforcement::Always, None), (Enforcement::Never, Some(Shadow::Open)), (from, None)]
        {
            assert_eq!(enforcement.shadow(None), shadow, "{enforcement:?}");
        }
    }
}
