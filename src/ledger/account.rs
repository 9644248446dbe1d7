//! The ledger and its accounts.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::classify::Counted;
use crate::classify::WorkerId;
use crate::facts::IsoWeek;
use crate::policy::ExemptReason;
use crate::policy::Kind;
use crate::policy::Measure;
use crate::policy::TeamId;

/// All effort of a window: every walked commit is posted exactly once, or exempt with a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// One account a team, in the order of the policy.
    pub accounts: Vec<Account>,
    /// What belongs to no team.
    pub unattributed: Account,
    /// How many commits were left out, by reason.
    pub exempt: BTreeMap<ExemptReason, u64>,
    /// How many commits the window holds.
    pub walked: u64,
    /// How many of them count.
    pub counted: u64,
    /// What was posted, sorted by item, worker and team.
    pub postings: Vec<Posting>,
    /// What entries of the relabels were granted, by their numbers, in the normative measure.
    pub relabels: BTreeMap<usize, Granted>,
}

/// What a relabel was granted under the cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Granted {
    /// The credit that it would give.
    pub asked: u64,
    /// The credit that it gives.
    pub given: u64,
}

/// A whole credit: ten-thousandths, of which `unproven-credit` may leave ten-thousandths again.
pub const CREDIT_SCALE: u32 = 100_000_000;

/// What one person's part in one commit brought one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// The commit's place in the work items.
    pub item: usize,
    /// Whose work.
    pub worker: WorkerId,
    /// The ISO week of the commit's day.
    pub week: IsoWeek,
    /// Whose account; `None` is [`Ledger::unattributed`].
    pub team: Option<TeamId>,
    /// The whole effort, in units of each measure.
    pub effort: Efforts,
    /// The part of it that is credited as paydown.
    pub paydown: Efforts,
    /// The same as a fraction, in units of [`CREDIT_SCALE`]: before it is rounded to units, and before the cap on relabels.
    pub credit: u32,
    /// The part of it that a relabel asks for beyond the cap: it stays what it was before.
    pub refused: Efforts,
}

/// An effort in each of the four measures, in that measure's [units](Measure::scale).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Efforts {
    /// In units of a developer-week.
    pub developer_weeks: u64,
    /// In units of a developer-day.
    pub developer_days: u64,
    /// In units of a commit.
    pub commits: u64,
    /// In units of a line.
    pub lines: u64,
}

/// The effort of one team.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// Effort by kind, in the order of [`Kind::ALL`].
    pub by_kind: BTreeMap<Kind, Efforts>,
    /// The part of what is credited as paydown for which only labels speak.
    pub unproven: Efforts,
    /// Who has counted work in it.
    pub people: BTreeSet<WorkerId>,
    /// How many commits have a part in it.
    pub commits: u64,
    /// Effort by person and week, for the interval.
    pub person_weeks: BTreeMap<(WorkerId, IsoWeek), Sums>,
}

/// Paydown and total in the normative measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Units credited as paydown.
    pub paydown: u64,
    /// All units.
    pub total: u64,
}

impl Efforts {
    /// The effort in one measure.
    #[must_use]
    pub const fn get(&self, measure: Measure) -> u64 {
        match measure {
            Measure::DeveloperWeeks => self.developer_weeks,
            Measure::DeveloperDays => self.developer_days,
            Measure::Commits => self.commits,
            Measure::Lines => self.lines,
        }
    }

    /// The effort in one measure, to be changed.
    pub const fn get_mut(&mut self, measure: Measure) -> &mut u64 {
        match measure {
            Measure::DeveloperWeeks => &mut self.developer_weeks,
            Measure::DeveloperDays => &mut self.developer_days,
            Measure::Commits => &mut self.commits,
            Measure::Lines => &mut self.lines,
        }
    }
}

impl Efforts {
    /// Both together, measure by measure; `None` where a sum leaves its range.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match (
            self.developer_weeks.checked_add(other.developer_weeks),
            self.developer_days.checked_add(other.developer_days),
            self.commits.checked_add(other.commits),
            self.lines.checked_add(other.lines),
        ) {
            (Some(developer_weeks), Some(developer_days), Some(commits), Some(lines)) => {
                Some(Self { developer_weeks, developer_days, commits, lines })
            }
            _ => None,
        }
    }

    /// What is left when a part is taken out, measure by measure; `None` where the part is greater.
    #[must_use]
    pub const fn checked_sub(self, part: Self) -> Option<Self> {
        match (
            self.developer_weeks.checked_sub(part.developer_weeks),
            self.developer_days.checked_sub(part.developer_days),
            self.commits.checked_sub(part.commits),
            self.lines.checked_sub(part.lines),
        ) {
            (Some(developer_weeks), Some(developer_days), Some(commits), Some(lines)) => {
                Some(Self { developer_weeks, developer_days, commits, lines })
            }
            _ => None,
        }
    }
}

impl Account {
    /// Adds a posting to the account.
    pub(super) fn post(&mut self, posting: &Posting, counted: &Counted, normative: Measure) -> Option<()> {
        let (rest_kind, former_kind) = (counted.rest_kind_of(posting.team), counted.former_rest_kind());
        let rest = posting.effort.checked_sub(posting.paydown)?.checked_sub(posting.refused)?;
        for (kind, part) in [(Kind::Paydown, posting.paydown), (rest_kind, rest), (former_kind, posting.refused)] {
            if part != Efforts::default() {
                let sum = self.by_kind.entry(kind).or_default();
                *sum = sum.checked_add(part)?;
            }
        }
        if counted.is_unproven() {
            self.unproven = self.unproven.checked_add(posting.paydown)?;
        }
        self.people.insert(posting.worker.clone());
        let sums = self.person_weeks.entry((posting.worker.clone(), posting.week)).or_default();
        sums.paydown = sums.paydown.checked_add(posting.paydown.get(normative))?;
        sums.total = sums.total.checked_add(posting.effort.get(normative))?;
        Some(())
    }

    /// The same with that paydown alone that something beside its label bears out.
    #[must_use]
    pub fn proven(&self, measure: Measure) -> Sums {
        let Sums { paydown, total } = self.sums(measure);
        Sums { paydown: paydown.saturating_sub(self.unproven.get(measure)), total }
    }

    /// Paydown and total in one measure. The sum of all kinds fits: the ledger was refused otherwise.
    #[must_use]
    pub fn sums(&self, measure: Measure) -> Sums {
        let of = |kind: &Kind| self.by_kind.get(kind).map_or(0, |efforts| efforts.get(measure));
        Sums { paydown: of(&Kind::Paydown), total: Kind::ALL.iter().map(of).fold(0, u64::saturating_add) }
    }
}
