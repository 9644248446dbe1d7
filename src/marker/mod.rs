//! Tagged debt comments: `TODO(@ada, TD-12, due: 2026-12-31, 4h): text`. Pure: bytes and a table in, markers out.
//!
//! `docs/markers.md` states the grammar, what counts as a comment, and how accurate that is.

mod attributes;
mod brief;
mod code;
mod decode;
mod detect;
mod exclude;
mod find;
mod flow;
mod grammar;
mod held;
mod identity;
mod item;
mod lex;
mod listing;
mod owner;
mod proof;
mod read;
mod reworded;
mod rules;
mod suppression;
mod traits;
mod turnover;

pub use crate::policy::TagCase;
pub use attributes::parse as parse_attributes;
pub use brief::{Brief, Told, Words};
pub use code::Code;
pub use decode::{Skip, decode};
pub use detect::Generated;
pub use exclude::Exclusion;
pub use find::{Glimpse, Prose, Scanned, Scanner, ScannerError, Search, Tag};
pub use flow::{Flow, FlowCounts, Steps, Stock, TeamFlow};
pub use held::held;
pub use item::{Attributes, CommentKind, Malformed, Marker, MarkerId, Place};
pub use listing::{Birth, LeftOut, Listing, MarkedFile, SearchedFile};
pub use proof::{Before, Briefs, Prover};
pub use rules::{Dates, Judged, Rules};
pub use suppression::Suppression;
pub use traits::{trait_of, traits};
pub use turnover::{Former, Gone, IsTaken, Turning, Turnover};
