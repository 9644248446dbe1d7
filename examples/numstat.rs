//! Prints what the commits of a window changed, as `git log --numstat --format=%H` does for those that are no merges, and the
//! time it took: `numstat PATH DAYS [retrace] [merges] [skip=PATH]`. Made for comparing both with git.

use std::error::Error;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use debtlint::facts::Lines;
use debtlint::facts::RepoPath;
use debtlint::repo::OwnerCheck;
use debtlint::repo::Quiet;
use debtlint::repo::Repository;
use debtlint::repo::Span;
use debtlint::repo::changes::changes;
use debtlint::repo::retrace::retraced;
use debtlint::repo::walk::window;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("numstat PATH DAYS [retrace] [merges] [skip=PATH]")?;
    let days = arguments.get(1).ok_or("how many days?")?.parse()?;
    let asked = |word: &str| arguments.iter().skip(2).any(|argument| argument == word);
    let skipped = arguments.iter().find_map(|argument| argument.strip_prefix("skip="));
    let ignored = |path: &RepoPath| Ok(Some(path.to_text().expose()) == skipped);
    let repository = Repository::open(Path::new(path), OwnerCheck::Accept)?;
    let tip = repository.resolve("HEAD")?.ok_or("no commit yet")?;
    let start = Instant::now();
    let walk = window(&repository, tip, Span { as_of: None, days }, &Clone::clone, &Quiet)?;
    let walked = start.elapsed();
    let commits: Vec<_> = walk.commits.iter().filter(|commit| commit.is_merge() == asked("merges")).collect();
    let start = Instant::now();
    let all = changes(&repository, &commits, &ignored, &Quiet)?;
    let compared = start.elapsed();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (commit, compared) in commits.iter().zip(&all) {
        writeln!(out, "{}", commit.id)?;
        for change in &compared.changes.paths {
            match change.lines {
                Lines::Text { added, removed } => write!(out, "{added}\t{removed}\t")?,
                Lines::None | Lines::Ignored => write!(out, "-\t-\t")?,
            }
            out.write_all(change.path.as_bytes())?;
            writeln!(out)?;
        }
    }
    if asked("retrace") {
        let counted: Vec<_> = commits.iter().copied().zip(&all).collect();
        let start = Instant::now();
        let found = retraced(&repository, &walk, &counted, &ignored)?;
        writeln!(io::stderr(), "retrace {:?}, {} found", start.elapsed(), found.len())?;
        for retrace in found {
            writeln!(out, "{:?} {} {}", retrace.kind, retrace.later, retrace.earlier)?;
        }
    }
    writeln!(
        io::stderr(),
        "{} of {} commits: walk {walked:?}, changes {compared:?}",
        commits.len(),
        walk.commits.len()
    )?;
    Ok(out.flush()?)
}
