//! The console blocks of README and docs are true.

/// What ```` ```console ```` blocks show after `$ debtlint ...` is what the program prints, run in an empty folder without a
/// home, a clock or colours. Blocks of other languages are not run.
#[test]
fn documents() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env("TZ", "UTC")
        .env("HOME", "/nowhere")
        .env("CI", "true")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .case("README.md")
        .case("docs/*.md");
}
