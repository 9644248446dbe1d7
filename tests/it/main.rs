//! The integration tests, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml lets tests end so, but takes their helpers for something else"
)]

mod architecture;
mod documents;
mod gate;
mod markers;
mod naughty;
mod packs;
mod policies;
mod program;
mod report;
mod scenarios;
mod schema;
mod support;
mod surroundings;
mod threats;
