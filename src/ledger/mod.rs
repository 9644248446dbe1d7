//! All effort, posted once. Pure, in integers.

mod account;

pub use account::{Account, Efforts, Ledger, Posting, Sums};
