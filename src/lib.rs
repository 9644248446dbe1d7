//! debtlint measures which share of each team's recent work pays technical debt down, and judges it against the
//! allocation that the team's sponsor protects.
//!
//! The library serves the program and its tests; it promises no stable interface. Data flows one way, and modules
//! import only from modules below them. Lowest first: [`facts`], [`finding`], [`policy`], then [`config`] and
//! [`repo`], [`classify`], [`marker`] and [`wiring`], [`ledger`], [`verdict`], [`report`], [`cli`].

pub mod classify;
#[cfg(feature = "program")]
pub mod cli;
pub mod config;
pub mod facts;
pub mod finding;
pub mod ledger;
pub mod marker;
pub mod policy;
pub mod repo;
pub mod report;
pub mod verdict;
pub mod wiring;
