//! Prints the ids of the commits in a window, to be compared with `git rev-list TIP --not BOUNDARY`, and on stderr
//! what it took: `cargo run --release --example walk -- PATH [REV [DAYS]]`. With 0 days: all history is counted.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use debtlint::facts::Identity;
use debtlint::repo::OwnerCheck;
use debtlint::repo::Quiet;
use debtlint::repo::Repository;
use debtlint::repo::Span;
use debtlint::repo::walk;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let help = error.downcast_ref::<debtlint::repo::RepoError>().and_then(miette::Diagnostic::help);
            let help = help.map(|help| format!("\nhelp: {help}")).unwrap_or_default();
            let told = writeln!(std::io::stderr(), "{error}{help}");
            if told.is_ok() { ExitCode::from(3) } else { ExitCode::FAILURE }
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let path = arguments.first().ok_or("which repository?")?;
    let rev = arguments.get(1).map_or("HEAD", String::as_str);
    let days = arguments.get(2).map_or(Ok(91), |days| days.parse())?;
    let begun = Instant::now();
    let repository = Repository::open(Path::new(path), OwnerCheck::Accept)?;
    let tip = repository.resolve(rev)?.ok_or("no commit yet")?;
    let opened = begun.elapsed();
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    if days == 0 {
        let count = walk::count_all(&repository, tip, &Quiet)?;
        writeln!(out, "{count}")?;
        return Ok(writeln!(err, "open {opened:.3?}, all {:.3?}", begun.elapsed())?);
    }
    let walk = walk::window(&repository, tip, Span { as_of: None, days }, &Identity::clone, &Quiet)?;
    let took = begun.elapsed();
    for commit in &walk.commits {
        writeln!(out, "{}", commit.id)?;
    }
    let boundary = walk.boundary.map_or_else(String::new, |id| id.to_string());
    writeln!(
        err,
        "tip {tip} boundary {boundary} as-of {} mainline {} commits {} defects {} open {opened:.3?} walk {took:.3?}",
        walk.as_of.rfc3339(),
        walk.mainline.len(),
        walk.commits.len(),
        walk.commits.iter().filter(|commit| !commit.defects.is_empty()).count(),
    )?;
    Ok(())
}
