//! The shares of the teams, and of a change what it makes of them.

use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::classify;
use crate::classify::Context;
use crate::classify::WorkItem;
use crate::cli::contents;
use crate::cli::contents::Contents;
use crate::cli::contents::Left;
use crate::cli::error::Fault;
use crate::cli::gate;
use crate::cli::gate::Work;
use crate::cli::loosened::Said;
use crate::cli::proofs::Looked;
use crate::cli::proofs::Proofs;
use crate::cli::revisions::Revisions;
use crate::cli::settings::Settings;
use crate::facts::ObjectId;
use crate::facts::Retrace;
use crate::ledger;
use crate::ledger::Ledger;
use crate::policy::TeamId;
use crate::repo::Ahead;
use crate::repo::Progress;
use crate::repo::Walk;
use crate::repo::both;
use crate::repo::changes::Compared;
use crate::repo::trusted::Trusted;
use crate::report::Change;
use crate::verdict;
use crate::verdict::Verdict;

/// What the shares are measured from.
pub(super) struct Scales<'a> {
    pub(super) settings: &'a Settings,
    pub(super) revisions: &'a Revisions,
    /// The base's window with the change landed.
    pub(super) history: &'a Walk,
    pub(super) ahead: Option<&'a Ahead>,
    pub(super) trusted: Option<&'a Trusted>,
    pub(super) left: Left<'a>,
    /// Where what bears labels out is looked for; its window is the base's.
    pub(super) looked: Looked<'a>,
    /// What is known of commits before their content is looked into.
    pub(super) context: Context<'a>,
    pub(super) chosen: &'a [TeamId],
    /// Whether the policy is only what the change proposes.
    pub(super) is_proposed: bool,
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

impl<'a> Scales<'a> {
    /// Measures them; what was `begun` while history was walked is not read again.
    pub(super) fn weigh(&self, begun: HashMap<ObjectId, Compared>, progress: &dyn Progress) -> Result<Weighed, Fault> {
        let Looked { repository, walk, policy, .. } = self.looked;
        let mut contents =
            contents::look(repository, self.history, self.ahead, self.left, begun, &self.context, progress)?;
        let mut readings = std::mem::take(&mut contents.readings);
        // Those of a change's commits behind them are the gate's alone.
        let all = self.revisions.head.map(|_| readings.clone()).unwrap_or_default();
        readings.truncate(walk.commits.len());
        let context = Context { hollow: &contents.hollow, ..self.context };
        let landed = landed(walk, &contents.retraces);
        let mut items = classify::classify(&walk.commits, readings, &contents.changed, &landed, &context);
        let mut proofs = Proofs::default();
        proofs.prove(&self.looked, &walk.commits, &mut items)?;
        let work = self.work(&contents);
        let base = || -> Result<_, Fault> {
            let ledger = ledger::post(&items, policy)?;
            let mut verdicts = verdict::judge(&ledger, policy, self.chosen);
            verdict::waive(&mut verdicts, policy, walk.as_of.day());
            Ok((ledger, verdicts))
        };
        // How the base stands is asked only when the change's work is counted.
        let (base, counted) = both(base, || {
            self.revisions.head.map(|head| Ok::<_, Fault>((head, gate::count(head, all, &work, &context, proofs)?)))
        });
        let ((ledger, verdicts), counted) = (base?, counted.transpose()?);
        let edits = match self.ahead.filter(|_| !self.is_proposed) {
            Some(ahead) => gate::edits(self.settings, self.revisions, ahead, &work, policy)?,
            None => Said::default(),
        };
        let change = counted
            .map(|(head, counted)| gate::judge(self.settings, head, counted, &verdicts, &edits, &work, &context));
        Ok(Weighed { contents, items, ledger, verdicts, change, edits })
    }

    /// What is known of the base and the change together.
    pub(super) fn work<'w>(&'w self, contents: &'w Contents) -> Work<'w> {
        Work {
            history: self.history,
            base: self.looked.walk,
            changed: &contents.changed,
            retraces: &contents.retraces,
            forks: self.ahead.map(|ahead| ahead.forks.as_slice()).unwrap_or_default(),
            looked: &self.looked,
            trusted: self.trusted,
        }
    }
}

/// The retraces among what has landed: a change that is not there yet takes nothing away from the base.
fn landed(walk: &Walk, retraces: &[Retrace]) -> Vec<Retrace> {
    let known: BTreeSet<ObjectId> = walk.commits.iter().map(|fact| fact.id).collect();
    retraces.iter().filter(|retrace| known.contains(&retrace.later)).copied().collect()
}
