//! A share, kept as the two integers that it came from.

use std::num::NonZeroU64;

/// How much of an account's effort is paydown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Units credited as paydown.
    pub paydown: u64,
    /// All units: a share of nothing cannot be built.
    pub total: NonZeroU64,
}
