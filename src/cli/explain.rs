//! `debtlint explain`: how a commit was read, or the page of a code.

use crate::cli::args::ExplainArgs;
use crate::cli::check;
use crate::cli::check::Judged;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::progress::Bar;
use crate::cli::progress::Show;
use crate::cli::settings::Evidence;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::config;
use crate::facts::CommitFact;
use crate::finding::Code;
use crate::report::pages;
use crate::report::text;
use crate::report::text::Place;

/// Fewer digits name too many commits.
const FEWEST_DIGITS: usize = 4;

/// The page of a code, if `what` is one. Errors bring their remedies along and share a page by where they occur.
pub(super) fn page(what: &str) -> Option<&'static str> {
    let policy_error = || what == "policy-invalid" || config::Fault::ALL.iter().any(|fault| fault.name() == what);
    let repository_error = || what == "could-not-judge" || what.starts_with("repository-");
    pages::named(what)
        .or_else(|| policy_error().then_some(pages::POLICY_ERRORS))
        .or_else(|| repository_error().then_some(pages::REPOSITORY_ERRORS))
}

/// Explains how a commit of the window was read.
pub(super) fn explain(typed: ExplainArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let what = typed.what.to_ascii_lowercase();
    if what.len() < FEWEST_DIGITS || what.len() > 40 || !what.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Fault::from(nothing(&typed.what)));
    }
    let show = if typed.judging.terms.no_progress { Show::Never } else { outputs.show() };
    let settings = Settings::new(typed.path, typed.judging, Strictness::Fail);
    let settings = Settings { evidence: Evidence::Sought, flow: Flow::Left, ..settings };
    let settings = check::settings(settings, typed.change)?;
    let bar = Bar::new(show);
    let judged = check::judge(&settings, &bar);
    bar.finish();
    let judged = judged?;
    let (place, fact) = find(&judged, &what)?;
    outputs.print(&text::commit(&judged.report, place, fact, outputs.view()))?;
    Ok(Exit::Passed)
}

/// The one commit of the window, or of the change, whose id begins so.
fn find<'j>(judged: &'j Judged, digits: &str) -> Result<(Place, &'j CommitFact), CliError> {
    let window = judged.facts.iter().enumerate().map(|(at, fact)| (Place::InWindow(at), fact));
    let change = judged.coming.iter().enumerate().map(|(at, fact)| (Place::InChange(at), fact));
    let found: Vec<_> = window.chain(change).filter(|(_, fact)| fact.id.to_string().starts_with(digits)).collect();
    match found.as_slice() {
        [] => Err(CliError::NothingToExplain {
            what: digits.to_owned(),
            help: "the window holds what landed in it: `--window`, `--as-of` and `--rev` choose another; \
                   with `--base` or `--event` the commits of a change are there as well"
                .to_owned(),
        }),
        [one] => Ok(*one),
        several => Err(CliError::AmbiguousCommit {
            what: digits.to_owned(),
            candidates: several.iter().map(|(_, fact)| fact.id.to_string()).collect(),
        }),
    }
}

fn nothing(what: &str) -> CliError {
    let help = match config::nearest(what, Code::ALL.into_iter().map(Code::name)) {
        Some(code) => format!("perhaps `{code}`"),
        None => format!("codes: {}", Code::ALL.map(Code::name).join(", ")),
    };
    CliError::NothingToExplain { what: what.to_owned(), help }
}
