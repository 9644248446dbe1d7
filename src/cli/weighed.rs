//! The shares of the teams, and of a change what it makes of them.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::classify;
use crate::classify::Context;
use crate::classify::WorkItem;
use crate::cli::contents;
use crate::cli::contents::Contents;
use crate::cli::error::Fault;
use crate::cli::gate;
use crate::cli::gate::Work;
use crate::cli::given::Given;
use crate::cli::history::History;
use crate::cli::loosened::Said;
use crate::cli::noticed;
use crate::cli::pathless;
use crate::cli::proofs::Looked;
use crate::cli::proofs::Proofs;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::finding::Finding;
use crate::finding::Level;
use crate::ledger;
use crate::ledger::Ledger;
use crate::repo::IsIgnored;
use crate::repo::Progress;
use crate::repo::Walk;
use crate::repo::both;
use crate::repo::changes::Compared;
use crate::report::Change;
use crate::verdict;
use crate::verdict::Verdict;

/// What the shares are measured from.
pub(super) struct Scales<'a> {
    pub(super) given: &'a Given,
    pub(super) history: &'a History,
    /// The window with the change landed.
    pub(super) whole: &'a Walk,
    pub(super) ignored: &'a IsIgnored<'a>,
    /// What is known of commits before their content is looked into.
    pub(super) context: Context<'a>,
}

/// What they come to.
pub(super) struct Weighed {
    /// Of all commits; the readings are in the items.
    pub(super) contents: Contents,
    pub(super) items: Vec<WorkItem>,
    pub(super) ledger: Ledger,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) change: Option<Change>,
    /// What the change edits of what decides.
    pub(super) edits: Said,
}

impl Scales<'_> {
    /// Measures them; what was `begun` while history was walked is not read again.
    pub(super) fn weigh(&self, begun: HashMap<ObjectId, Compared>, progress: &dyn Progress) -> Result<Weighed, Fault> {
        let (given, walk) = (self.given, &self.history.walk);
        let (left, ahead) = (given.left(self.ignored), self.history.ahead.as_ref());
        let mut contents = contents::look(&given.repository, self.whole, ahead, left, begun, &self.context, progress)?;
        let mut readings = std::mem::take(&mut contents.readings);
        // Those of a change's commits behind them are the gate's alone.
        let all = given.revisions.head.map(|_| readings.clone()).unwrap_or_default();
        readings.truncate(walk.commits.len());
        let context = Context { hollow: &contents.hollow, ..self.context };
        let landed = landed(walk, &contents.retraces);
        let mut items = classify::classify(&walk.commits, readings, &contents.changed, &landed, &context);
        let mut proofs = Proofs::default();
        let work = self.work(&contents);
        proofs.prove(&work.looked, &walk.commits, &mut items)?;
        let base = || -> Result<_, Fault> {
            let ledger = ledger::post(&items, &given.policy)?;
            let mut verdicts = verdict::judge(&ledger, &given.policy, &given.chosen);
            verdict::waive(&mut verdicts, &given.policy, walk.as_of.day());
            Ok((ledger, verdicts))
        };
        // How the base stands is asked only when the change's work is counted.
        let (base, counted) = both(base, || {
            given.revisions.head.map(|head| Ok::<_, Fault>((head, gate::count(head, all, &work, &context, proofs)?)))
        });
        let ((ledger, verdicts), counted) = (base?, counted.transpose()?);
        let edits = if given.is_proposed { Said::default() } else { gate::edits(&work)? };
        let change = counted.map(|(head, counted)| gate::judge(head, counted, &verdicts, &edits, &work, &context));
        Ok(Weighed { contents, items, ledger, verdicts, change, edits })
    }

    /// What is to be said of them, of the policy, and of what was left out.
    pub(super) fn findings(&self, weighed: &mut Weighed) -> Vec<Finding> {
        let Given { repository, policy, warnings, trusted, owners, chosen, is_proposed, .. } = self.given;
        let History { walk, pull_requests, .. } = self.history;
        let Weighed { contents, items, ledger, verdicts, change, edits } = weighed;
        let context = Context { hollow: &contents.hollow, ..self.context };
        let mut all = warnings.clone();
        all.extend_from_slice(&pull_requests.findings);
        all.extend(noticed::findings(repository, walk, policy, trusted.as_ref()));
        all.extend(pathless::findings(policy, owners));
        match change {
            None => {
                all.extend(pathless::unnamed_owners(policy, owners));
                all.extend(classify::findings(&walk.commits, &contents.changed, items, &context));
                all.extend(verdict::findings(ledger, policy, verdicts));
            }
            Some(change) => {
                change.is_proposed = *is_proposed;
                change.request.clone_from(&pull_requests.told);
                all.extend(gate::findings(change, std::mem::take(edits), &self.work(contents), &context));
            }
        }
        // A change is held up by what it does itself.
        let level = if change.is_some() { Level::Warning } else { Level::Error };
        all.extend(verdict::waiver_findings(policy, chosen, walk.as_of.day(), level));
        all
    }

    /// What is known of the base and the change together.
    fn work<'w>(&'w self, contents: &'w Contents) -> Work<'w> {
        let Self { given, history, whole, ignored, .. } = *self;
        Work {
            given,
            history,
            whole,
            changed: &contents.changed,
            retraces: &contents.retraces,
            looked: Looked { given, walk: &history.walk, ignored, days: given.policy.window_days },
        }
    }
}

/// The retraces among what has landed: a change that is not there yet takes nothing away from the base.
fn landed(walk: &Walk, retraces: &[Retrace]) -> Vec<Retrace> {
    let known: BTreeSet<ObjectId> = walk.commits.iter().map(|fact| fact.id).collect();
    retraces.iter().filter(|retrace| known.contains(&retrace.later)).copied().collect()
}
