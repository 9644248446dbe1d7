//! Any text between a marker's brackets.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "the other target has use for the rest")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::attributes(text));
