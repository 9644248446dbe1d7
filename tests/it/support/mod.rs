//! What the integration tests share.

mod history;
mod keys;
mod mainline;
mod room;
mod sha256;

pub(crate) use history::{History, Written};
pub(crate) use mainline::mainline;
pub(crate) use room::{Room, Told};
pub(crate) use sha256::renamed;
