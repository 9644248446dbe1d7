//! What commits did: read from the repository, as far as the judgement needs it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::OnceLock;

use crate::classify;
use crate::classify::Context;
use crate::classify::Reading;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::settings::Settings;
use crate::config;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::Hollow;
use crate::facts::Identity;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Retrace;
use crate::marker::Code;
use crate::policy::Policy;
use crate::repo::Ahead;
use crate::repo::IsIgnored;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Span;
use crate::repo::Walk;
use crate::repo::changes;
use crate::repo::changes::Compared;
use crate::repo::each;
use crate::repo::hollow;
use crate::repo::hollow::Claims;
use crate::repo::hollow::WithoutComments;
use crate::repo::retrace;
use crate::repo::trusted::Trusted;
use crate::repo::walk;

/// What is left out of comparing.
#[derive(Clone, Copy)]
pub(super) struct Left<'l> {
    pub(super) policy: &'l Policy,
    /// Paths whose content is not read.
    pub(super) ignored: &'l IsIgnored<'l>,
    pub(super) revisions: &'l BTreeSet<ObjectId>,
}

impl Left<'_> {
    /// Those of some commits that are compared with their parents: what is exempt at sight is not.
    pub(super) fn of<'c>(&self, commits: &'c [CommitFact]) -> Vec<&'c CommitFact> {
        commits.iter().filter(|fact| !classify::exempt_at_sight(fact, self.policy, self.revisions)).collect()
    }
}

/// What landed in so many days before the end of the window of the judged revision, or of the base; and what was found out
/// about its commits while the rest was read.
pub(super) fn walked(
    repository: &Repository,
    tip: Option<ObjectId>,
    settings: &Settings,
    days: u32,
    trusted: Option<&Trusted>,
    left: Left<'_>,
    progress: &dyn Progress,
) -> Result<(Walk, HashMap<ObjectId, Compared>), RepoError> {
    let span = Span { as_of: settings.as_of, days };
    let (Some(tip), Some(trusted)) = (tip, trusted) else {
        return Ok((Walk::empty(repository, span), HashMap::new()));
    };
    // Whatever cannot be read is asked for again, and told, once it is known what landed.
    let early = |walk: &Walk| {
        let compared = left.of(&walk.commits);
        let changed = changes::changes(repository, &compared, left.ignored, progress).unwrap_or_default();
        compared.iter().map(|fact| fact.id).zip(changed).collect()
    };
    let identities = |identity: &Identity| trusted.mailmap.map(identity);
    let (mut walk, begun) = walk::window_with(repository, tip, span, &identities, progress, Some(early))?;
    if !settings.evidence.is_sought(left.policy) {
        walk.commits.iter_mut().for_each(CommitFact::forget_body);
    }
    Ok((walk, begun.unwrap_or_default()))
}

/// What was found in the content of commits.
pub(super) struct Contents {
    /// What each of them changed; those that are exempt at sight are not there.
    pub(super) changed: HashMap<ObjectId, Changes>,
    /// Which undo or repeat others.
    pub(super) retraces: Vec<Retrace>,
    /// How each of them is read for itself.
    pub(super) readings: Vec<Reading>,
    /// Those that claim credit for paydown and in which nothing was done.
    pub(super) hollow: BTreeMap<ObjectId, Hollow>,
}

/// Looks into the commits of a history; what was begun while it was walked is not read again.
pub(super) fn look(
    repository: &Repository,
    history: &Walk,
    ahead: Option<&Ahead>,
    left: Left<'_>,
    begun: HashMap<ObjectId, Compared>,
    context: &Context<'_>,
    progress: &dyn Progress,
) -> Result<Contents, Fault> {
    let compared = left.of(&history.commits);
    let changed = changes::changes_beside(begun, repository, &compared, left.ignored, progress)?;
    let paired: Vec<(&CommitFact, &Compared)> = compared.iter().copied().zip(&changed).collect();
    let retraces = retrace::retraced(repository, history, &paired, left.ignored)?;
    let changed: HashMap<ObjectId, Changes> =
        compared.iter().map(|fact| fact.id).zip(changed.into_iter().map(|compared| compared.changes)).collect();
    let reader = classify::Reader::of(&history.commits, &changed, context);
    let readings = each(&history.commits, |fact| reader.read(fact));
    let claimed = classify::claimed(&history.commits, &readings);
    let hollow = hollow(repository, history, (&changed, &claimed), ahead, context, left.ignored)?;
    Ok(Contents { changed, retraces, readings, hollow })
}

/// The commits that claim credit for paydown and in which nothing was done.
fn hollow(
    repository: &Repository,
    history: &Walk,
    (changes, claimed): (&HashMap<ObjectId, Changes>, &BTreeSet<ObjectId>),
    ahead: Option<&Ahead>,
    context: &Context<'_>,
    ignored: &IsIgnored<'_>,
) -> Result<BTreeMap<ObjectId, Hollow>, Fault> {
    if claimed.is_empty() {
        return Ok(BTreeMap::new());
    }
    // Read for the first text that is looked into: often an earlier run did.
    let code = OnceLock::new();
    let without_comments = |path: &RepoPath, text: &[u8]| {
        let code = code.get_or_init(|| config::languages().map(Code::new));
        code.as_ref().ok()?.without_comments(path, text)
    };
    let whole = ahead.and_then(|ahead| Some((ahead.forks.as_slice(), *ahead.mainline.last()?)));
    let whole = whole.filter(|(forks, _)| !forks.is_empty());
    let without_comments: &WithoutComments<'_> = &without_comments;
    let rules = &config::tables_digest();
    let claims = Claims { claimed, changes, whole, coming: context.coming, ignored, without_comments, rules };
    let found = hollow::hollow(repository, &history.commits, &claims)?;
    match code.into_inner() {
        Some(Err(error)) => Err(CliError::from(error).into()),
        _ => Ok(found),
    }
}
