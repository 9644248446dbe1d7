//! `debtlint explain`: how a commit was read, or the page of a code.

use std::path::Path;

use crate::cli::args::AllocationArgs;
use crate::cli::args::EvidenceArgs;
use crate::cli::args::ExplainArgs;
use crate::cli::args::JudgingArgs;
use crate::cli::args::TeamArgs;
use crate::cli::check;
use crate::cli::check::Judged;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::revisions;
use crate::cli::revisions::FEWEST_DIGITS;
use crate::cli::settings::Evidence;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::config;
use crate::facts::CommitFact;
use crate::finding::Code;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::report::pages;
use crate::report::text;
use crate::report::text::Place;
use crate::report::text::View;

/// What every refusal to judge a repository begins with; docs/errors/repository.md is the page of all of them.
const OF_REPOSITORY: &str = "repository-";
/// A run that ended abnormally.
const COULD_NOT_JUDGE: &str = "could-not-judge";

/// The page of a code, if `what` is one. Errors bring their remedies along and share a page by where they occur.
pub(super) fn page(what: &str) -> Option<String> {
    let policy_error = || what == "policy-invalid" || config::Fault::ALL.iter().any(|fault| fault.name() == what);
    let repository_error = || what == COULD_NOT_JUDGE || what.starts_with(OF_REPOSITORY);
    let run_error = || pages::run_errors().any(|(code, _)| code == what);
    pages::named(what)
        .or_else(|| policy_error().then_some(pages::POLICY_ERRORS))
        .or_else(|| run_error().then_some(pages::RUN_ERRORS))
        .or_else(|| repository_error().then_some(pages::REPOSITORY_ERRORS))
        .map(str::to_owned)
}

/// Every code that there is, with what it means in a sentence.
pub(super) fn list(view: View) -> String {
    let findings = Code::ALL.map(|code| (code.name(), pages::in_a_sentence(pages::page(code))));
    let errors: Vec<_> = pages::run_errors().map(|(code, meaning)| (code, meaning.to_owned())).collect();
    let mut text = format!("Findings\n{}", text::meanings(&findings, "  ", view));
    text.push_str(&format!("\nErrors in a run\n{}", text::meanings(&errors, "  ", view)));
    text.push_str("\nErrors in a policy: one page for all\n");
    for fault in config::Fault::ALL {
        text.push_str(&format!("  {}\n", fault.name()));
    }
    text.push_str("\nErrors in a repository: one page for all\n");
    text.push_str(&format!("  {COULD_NOT_JUDGE}\n  {OF_REPOSITORY}...\n"));
    text
}

/// Explains how a commit of the window was read.
pub(super) fn explain(typed: ExplainArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let digits = meant(&typed)?;
    let what = typed.what.unwrap_or_default();
    let show = outputs.show().unless(typed.terms.no_progress);
    let judging = JudgingArgs {
        state: typed.state,
        terms: typed.terms,
        teams: TeamArgs::default(),
        allocation: AllocationArgs::default(),
        cache: typed.cache,
        evidence: EvidenceArgs::default(),
    };
    let settings = Settings::new(typed.path, judging, Strictness::Fail);
    let settings = Settings { evidence: Evidence::Sought, flow: Flow::Left, ..settings };
    let settings = check::settings(settings, typed.change)?;
    let judged = show.during(|bar| check::judge(&settings, bar))?;
    outputs.remark(judged.unkept.as_deref());
    let (place, fact) = find(&judged, &what, &digits)?;
    outputs.print(&text::commit(&judged.report, place, fact, outputs.view()))?;
    Ok(Exit::Passed)
}

/// The id of what is to be explained, or how it begins: what is no id is the name of a revision.
fn meant(typed: &ExplainArgs) -> Result<String, Fault> {
    // Without anything to explain the codes are listed, which is done by now.
    let what = typed.what.as_deref().unwrap_or_default();
    if let Some(digits) = revisions::digits(what) {
        return Ok(digits);
    }
    let nothing = || nothing(what);
    let found =
        Repository::open(&typed.path, typed.terms.limits.owner.check()).and_then(|repository| repository.resolve(what));
    match found {
        Ok(Some(commit)) => Ok(commit.to_string()),
        Ok(None) => {
            let help = "the branch has no commit yet".to_owned();
            Err(Fault::from(CliError::NothingToExplain { what: what.to_owned(), help }))
        }
        Err(RepoError::NoSuchRevision { .. } | RepoError::RevisionSyntax { .. }) => Err(Fault::from(nothing())),
        // Most other commands take the repository first.
        Err(_) if Path::new(what).is_dir() && !typed.path.exists() => {
            let help = format!("the commit comes first: `debtlint explain {} {what}`", typed.path.display());
            Err(Fault::from(CliError::NothingToExplain { what: what.to_owned(), help }))
        }
        // A code that is spelled wrong has nothing to do with any repository.
        Err(RepoError::NotFound { .. }) if is_like_a_code(what) => Err(Fault::from(nothing())),
        Err(error) => Err(Fault::from(error)),
    }
}

/// The one commit of the window, or of the change, whose id begins so.
fn find<'j>(judged: &'j Judged, what: &str, digits: &str) -> Result<(Place, &'j CommitFact), CliError> {
    let window = judged.facts.iter().enumerate().map(|(at, fact)| (Place::InWindow(at), fact));
    let change = judged.coming.iter().enumerate().map(|(at, fact)| (Place::InChange(at), fact));
    let found: Vec<_> = window.chain(change).filter(|(_, fact)| fact.id.to_string().starts_with(digits)).collect();
    match found.as_slice() {
        [] => Err(CliError::NothingToExplain {
            what: what.to_owned(),
            help: "the window holds what landed in it: `--window`, `--as-of` and `--rev` choose another; \
                   with `--base` or `--event` the commits of a change are there as well"
                .to_owned(),
        }),
        [one] => Ok(*one),
        several => Err(CliError::AmbiguousCommit {
            what: what.to_owned(),
            candidates: several.iter().map(|(_, fact)| fact.id.to_string()).collect(),
        }),
    }
}

fn nothing(what: &str) -> CliError {
    let help = match nearest_code(what) {
        Some(code) => format!("did you mean `{code}`?"),
        None if is_like_a_code(what) => "`debtlint explain --list` lists the codes".to_owned(),
        None if revisions::is_hexadecimal(what) && what.len() < FEWEST_DIGITS => {
            format!("of a commit's id at least {FEWEST_DIGITS} digits are needed")
        }
        None => format!(
            "a commit is named by its id, or at least its first {FEWEST_DIGITS} digits, or as with `--rev`: HEAD, HEAD~1, a branch, a tag"
        ),
    };
    CliError::NothingToExplain { what: what.to_owned(), help }
}

fn nearest_code(what: &str) -> Option<&'static str> {
    config::nearest(what, Code::ALL.into_iter().map(Code::name).chain(pages::run_errors().map(|(code, _)| code)))
}

/// Whether somebody who writes this means a code: words with `-` between them, or nearly one that there is.
fn is_like_a_code(what: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    nearest_code(what).is_some() || (what.contains('-') && what.split('-').all(is_word))
}
