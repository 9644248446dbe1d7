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

mod brought;
mod findings;
mod gate;
mod history;
mod interval;
mod judge;
mod share;
mod simulate;
mod standing;
mod waived;

pub use brought::Brought;
pub use findings::findings;
pub use gate::{Answer, ChangeVerdict, Coming, change_findings, judge_change};
pub use history::{Point, Record, weekly};
pub use interval::Interval;
pub use judge::{fails, judge, waive};
pub use share::Share;
pub use simulate::{SimulatedLanding, simulate};
pub use standing::{Standing, Verdict};
pub use waived::waiver_findings;
