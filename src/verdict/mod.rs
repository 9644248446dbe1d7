//! What a team's account says against its allocation. Pure.

mod interval;
mod share;
mod standing;

pub use interval::Interval;
pub use share::Share;
pub use standing::{Standing, Verdict};
