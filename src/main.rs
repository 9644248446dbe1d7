//! The program `debtlint`.

fn main() {}
