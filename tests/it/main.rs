//! The integration tests, one binary.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml lets tests end so, but takes their helpers for something else"
)]

mod adoption;
mod architecture;
mod cache;
mod ci;
mod doctor;
mod documents;
mod explain;
mod gate;
mod hooks;
mod inputs;
mod label_rules;
mod labels;
mod loosened;
mod marker_list;
mod markers;
mod naughty;
mod openpgp;
mod org_policy;
mod packs;
mod page;
mod past;
mod policies;
mod program;
mod ratchet;
mod relabel;
mod report;
mod safeguards;
mod scenarios;
mod schema;
mod signatures;
mod support;
mod surroundings;
mod threats;
