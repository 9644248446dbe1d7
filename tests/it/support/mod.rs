//! What the integration tests share.

mod history;
mod keys;
mod room;

pub(crate) use history::{History, Written};
pub(crate) use room::{Room, Told};
