//! Commit facts become classified work: which kind, whose, for which team, and why. Pure.

mod item;

pub use item::{Counted, Evidence, Exempt, FoundLabel, Inherited, Owner, Reading, WorkItem, Worker, WorkerId};
