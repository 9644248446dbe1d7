//! The program `debtlint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    debtlint::cli::main().into()
}
