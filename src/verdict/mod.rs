//! What a team's account says against its allocation. Pure, in integers.
#![cfg_attr(
    not(test),
    warn(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::float_arithmetic,
        clippy::integer_division,
        reason = "this module counts"
    )
)]

mod findings;
mod interval;
mod judge;
mod share;
mod standing;

pub use findings::findings;
pub use interval::Interval;
pub use judge::{fails, judge};
pub use share::Share;
pub use standing::{Standing, Verdict};
