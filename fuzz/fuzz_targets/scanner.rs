//! Any bytes as a file of any language. The first two bytes say which, and whether prose is searched.
#![no_main]

#[path = "../checks.rs"]
#[allow(dead_code, reason = "the other target has use for the rest")]
mod checks;

use std::sync::LazyLock;

use checks::Scanners;
use libfuzzer_sys::fuzz_target;

static SCANNERS: LazyLock<Scanners> = LazyLock::new(Scanners::new);

fuzz_target!(|input: &[u8]| {
    if let [language, prose, bytes @ ..] = input {
        SCANNERS.scan(usize::from(*language), prose % 2 == 1, bytes);
    }
});
