//! How the teams stood over time as one value: the only input of `debtlint trend` and `debtlint simulate`.

pub mod csv;
pub mod json;

use crate::policy::Policy;
use crate::policy::TeamId;
use crate::report::Subject;
use crate::report::figures;
use crate::verdict::Point;
use crate::verdict::SimulatedLanding;
use crate::verdict::Standing;
use crate::verdict::Verdict;
use crate::verdict::fails;

/// What was judged, by what, and how it stood week by week.
#[derive(Debug, Clone)]
pub struct Past {
    /// What was judged: its window is the last point's.
    pub subject: Subject,
    /// By what.
    pub policy: Policy,
    /// A week apart, oldest first; the last one is the judged revision's own. None without a commit.
    pub points: Vec<Point>,
    /// What the gate would have said of each landing behind the first point; empty unless that was asked for.
    pub landings: Vec<SimulatedLanding>,
}

/// One team's weeks in figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Weeks with enough work to be judged.
    pub judged: u64,
    /// Weeks in which the team would have failed a run.
    pub short: u64,
    /// Weeks below the allocation that a waiver of the judged policy covers: none of them is short.
    pub waived: u64,
    /// The most short weeks in a row.
    pub longest: u64,
    /// How many of these in a row there are at the end.
    pub lasting: u64,
    /// How many of these in a row there are at the beginning: how many came before was not looked at.
    pub begun: u64,
    /// Landings that concern the team.
    pub landings: u64,
    /// Landings that it would have blocked.
    pub blocked: u64,
    /// Landings that it would have blocked, were it not for a waiver.
    pub let_pass: u64,
}

/// The longest time below an allocation, in weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Longest {
    /// Its beginning was looked at.
    Exactly(u64),
    /// It reaches back to the first point, and perhaps further.
    AtLeast(u64),
}

impl Past {
    /// The judged teams, in the order of the policy.
    #[must_use]
    pub fn teams(&self) -> Vec<TeamId> {
        match self.points.last() {
            Some(last) => last.verdicts.iter().map(|verdict| verdict.team).collect(),
            None if self.subject.chosen.is_empty() => (0..self.policy.teams.len()).map(TeamId).collect(),
            None => self.subject.chosen.clone(),
        }
    }

    /// One team's verdicts, oldest first.
    pub fn course(&self, team: TeamId) -> impl DoubleEndedIterator<Item = &Verdict> {
        self.points.iter().filter_map(move |point| point.verdicts.iter().find(|verdict| verdict.team == team))
    }

    /// One team's weeks in figures.
    #[must_use]
    pub fn tally(&self, team: TeamId) -> Tally {
        let mut tally = Tally::default();
        for (at, verdict) in (0_u64..).zip(self.course(team)) {
            let is_judged = verdict.standing != Standing::NotEnoughWork;
            tally.judged = tally.judged.saturating_add(u64::from(is_judged));
            tally.waived = tally.waived.saturating_add(u64::from(verdict.standing == Standing::Waived));
            if fails(verdict, &self.policy) {
                tally.short = tally.short.saturating_add(1);
                tally.lasting = tally.lasting.saturating_add(1);
                tally.longest = tally.longest.max(tally.lasting);
                if tally.lasting > at {
                    tally.begun = tally.lasting;
                }
            } else {
                tally.lasting = 0;
            }
        }
        for landing in &self.landings {
            tally.landings = tally.landings.saturating_add(u64::from(landing.concerns.contains(&team)));
            tally.blocked = tally.blocked.saturating_add(u64::from(landing.blocked.contains(&team)));
            tally.let_pass = tally.let_pass.saturating_add(u64::from(landing.waived.contains(&team)));
        }
        tally
    }

    /// What waivers make of the weeks, in a sentence: they are those of the judged policy, and reach back to weeks in which
    /// nobody had given them.
    #[must_use]
    pub fn waived(&self) -> Option<String> {
        let teams = self.teams();
        let waived: Vec<u64> = teams.iter().map(|team| self.tally(*team).waived).filter(|weeks| *weeks > 0).collect();
        let most = figures::counted(waived.iter().copied().max()?, "week", "weeks");
        let by = "below the allocation, but waived by today's policy";
        Some(match (waived.len(), teams.len()) {
            (_, 1) => format!("In {most} it was {by}."),
            (1, all) => format!("1 of {all} teams was {by} in {most}."),
            (some, all) => format!("{some} of {all} teams were {by}, in at most {most}."),
        })
    }

    /// What a sentence that something never was adds where there are waivers.
    #[must_use]
    pub fn aside(&self) -> &'static str {
        if self.waived().is_some() { ", waivers aside" } else { "" }
    }

    /// How many weeks were looked at: one less than points, which stand at both ends.
    #[must_use]
    pub fn weeks(&self) -> u64 {
        u64::try_from(self.points.len().saturating_sub(1)).unwrap_or(u64::MAX)
    }

    /// The same with its unit: `52 weeks`.
    #[must_use]
    pub fn span(&self) -> String {
        figures::counted(self.weeks(), "week", "weeks")
    }

    /// How many landings were judged.
    #[must_use]
    pub fn judged_landings(&self) -> u64 {
        u64::try_from(self.landings.len()).unwrap_or(u64::MAX)
    }

    /// Whether the row of short weeks at the end is all that was looked at, so that it may have begun before.
    #[must_use]
    pub fn is_short_throughout(&self, tally: &Tally) -> bool {
        self.weeks() > 0 && tally.lasting > self.weeks()
    }

    /// The longest time below the allocation among some teams, in weeks: never more than were looked at.
    #[must_use]
    pub fn longest(&self, tallies: &[Tally]) -> Longest {
        let points = tallies.iter().map(|tally| tally.longest).max().unwrap_or_default();
        let weeks = points.min(self.weeks().max(1));
        if points > 0 && tallies.iter().any(|tally| tally.begun == points) {
            Longest::AtLeast(weeks)
        } else {
            Longest::Exactly(weeks)
        }
    }

    /// The landings that would have been blocked, for whichever team.
    pub fn blocked(&self) -> impl DoubleEndedIterator<Item = &SimulatedLanding> {
        self.landings.iter().filter(|landing| !landing.blocked.is_empty())
    }
}
