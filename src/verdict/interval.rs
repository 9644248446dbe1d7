//! How far a share could be off by chance.

use crate::policy::BasisPoints;

/// The middle 90 % of the shares that a team's person-weeks, drawn again and again, give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The 5th percentile.
    pub low: BasisPoints,
    /// The 95th percentile.
    pub high: BasisPoints,
}
