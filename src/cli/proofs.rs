//! What bears out the labels of credited commits: looked for in their contents only.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use miette::Diagnostic;

use crate::classify;
use crate::classify::WorkItem;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::given::Given;
use crate::cli::sighted::Sighted;
use crate::config;
use crate::facts::Age;
use crate::facts::CommitFact;
use crate::facts::Grade;
use crate::facts::ObjectId;
use crate::facts::Proof;
use crate::facts::RepoPath;
use crate::marker::Before;
use crate::marker::Prover;
use crate::policy::BasisPoints;
use crate::policy::MarkerPolicy;
use crate::repo::IsIgnored;
use crate::repo::Walk;
use crate::repo::content;
use crate::repo::content::Earlier;
use crate::repo::content::Past;

/// What is removed after so long was old.
const OLD_DAYS: u32 = 90;

/// Where it is looked for.
pub(super) struct Looked<'a> {
    pub(super) given: &'a Given,
    /// The window that decides which history is read.
    pub(super) walk: &'a Walk,
    pub(super) ignored: &'a IsIgnored<'a>,
    /// How many days before its end the history begins.
    pub(super) days: u32,
}

/// What the contents of credited commits say for their labels, as far as it was asked.
#[derive(Debug, Default)]
pub(super) struct Proofs(BTreeMap<ObjectId, Proof>);

impl Proofs {
    /// Adds to each credited commit what its content says for its label; what is known by now is not looked for again.
    pub(super) fn prove(
        &mut self,
        looked: &Looked<'_>,
        facts: &[CommitFact],
        items: &mut [WorkItem],
    ) -> Result<(), Fault> {
        if !looked.given.settings.evidence.is_sought(&looked.given.policy) {
            return Ok(());
        }
        let credited: BTreeSet<ObjectId> = classify::credited(items).collect();
        let is_asked = |fact: &&CommitFact| credited.contains(&fact.id) && !self.0.contains_key(&fact.id);
        let commits: Vec<&CommitFact> = facts.iter().filter(is_asked).collect();
        if !commits.is_empty() {
            self.0.extend(commits.iter().map(|fact| fact.id).zip(found(looked, &commits)?));
        }
        classify::prove(items, &self.0);
        Ok(())
    }
}

/// What the contents of some credited commits say for their labels.
///
/// The age of lines asks for history before the window. Where that cannot be read, as in a shallow clone, the age stays
/// unknown and the report says so; unless the policy makes credit hang on it: then that is an error, as everywhere.
fn found(looked: &Looked<'_>, commits: &[&CommitFact]) -> Result<Vec<Proof>, Fault> {
    let decides = looked.given.policy.unproven_credit < BasisPoints::WHOLE;
    // Made for the first content that is read: often an earlier run did.
    let prover = OnceLock::new();
    let usual = Sighted::new(&MarkerPolicy::default());
    let sighted = looked.given.sighted().filter(|sighted| sighted.is_usual()).unwrap_or(&usual);
    let briefs = |path: &RepoPath, file: Option<ObjectId>, text: &[u8]| sighted.briefs_of(path, file, text);
    let digest = config::tables_digest();
    let days = looked.days.saturating_add(OLD_DAYS);
    let past = match Past::of(&looked.given.repository, looked.walk, days) {
        Ok(past) => Some(past),
        Err(_untold) if !decides => None,
        Err(error) => return Err(Fault::from(error)),
    };
    let found = content::each(&looked.given.repository, commits, looked.ignored, |fact, content| {
        let before = past.as_ref().map(|past| past.at(fact.landing.time.minus_days(OLD_DAYS)));
        let text = |path: &RepoPath, read: Option<ObjectId>| match before.flatten() {
            Some(commit) => content.text_at(commit, path, read),
            None => Ok(Earlier::Nothing),
        };
        let prove = |before: Option<Option<ObjectId>>, text: Option<&Before<'_>>| {
            let at = before.map_or(vec![0], |at| at.map_or(vec![1], |at| at.as_bytes().to_vec()));
            content.concluded(&[&digest, &at], || match prover.get_or_init(|| self::prover().ok()) {
                Some(prover) => prover.prove(fact, || content.sides(), &briefs, text),
                None => Ok(Proof { grade: Grade::None, grounds: Vec::new(), age: Age::Unknown }),
            })
        };
        match prove(before, before.is_some().then_some(&text)) {
            // What the window itself needs is asked for again, and its errors are told.
            Err(_untold) if !decides => prove(None, None),
            other => other,
        }
    })?;
    sighted.settle()?;
    if let Some(None) = prover.into_inner() {
        // What was concluded without it is told to nobody.
        self::prover()?;
    }
    Ok(found)
}

/// The shipped tables can be used: a test reads them.
fn prover() -> Result<Prover, Fault> {
    let languages = config::languages().map_err(broken)?;
    let (signs, excluded) = (config::signs().map_err(broken)?, config::excluded(&languages).map_err(broken)?);
    Prover::new(&languages, signs, excluded).map_err(broken)
}

fn broken(error: impl Diagnostic + Send + Sync + 'static) -> Fault {
    Fault::Told(Exit::CannotJudge, Box::new(error))
}
