//! The integration tests, one binary.

mod architecture;
mod scenarios;
mod support;
