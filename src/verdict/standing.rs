//! Verdicts.

use crate::policy::Allocation;
use crate::policy::Rounding;
use crate::policy::TeamId;
use crate::verdict::Interval;
use crate::verdict::Share;

/// How a team stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Its share is at or above its allocation.
    Met,
    /// Its share is below its allocation.
    Short,
    /// It has too little work in the window to be judged.
    NotEnoughWork,
    /// It would be short, and the sponsor has waived that for a time.
    Waived,
}

/// What is said of one team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The team.
    pub team: TeamId,
    /// How it stands.
    pub standing: Standing,
    /// Its share in the normative measure; `None` where it has no effort at all.
    pub share: Option<Share>,
    /// Its protected allocation.
    pub allocation: Allocation,
    /// How many units of paydown, added to the work there is, would lift the share to the allocation; 0 where it is
    /// there, `None` where no amount would (an allocation of 100 %).
    pub shortfall: Option<u64>,
    /// How far the share could be off by chance.
    pub interval: Option<Interval>,
}

impl Standing {
    /// The standing as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Short => "short",
            Self::NotEnoughWork => "not-enough-work",
            Self::Waived => "waived",
        }
    }

    /// Which way the share of a team that stands so is rounded: one below the floor must not read as one on it.
    #[must_use]
    pub const fn rounding(self) -> Rounding {
        match self {
            Self::Short | Self::Waived => Rounding::Down,
            Self::Met | Self::NotEnoughWork => Rounding::Nearest,
        }
    }
}
