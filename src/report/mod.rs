//! All results as one value, and the ways to tell them.

pub mod doctor;
mod document;
pub mod figures;
#[cfg(feature = "program")]
pub mod formats;
#[cfg(feature = "program")]
pub mod html;
pub mod json;
pub mod markers;
pub mod pages;
pub mod past;
mod sheet;
pub mod sink;
#[cfg(feature = "program")]
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::classify::Following;
use crate::classify::Uses;
use crate::classify::WorkItem;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::ledger::Ledger;
use crate::marker::Flow;
use crate::policy;
use crate::policy::LabelMatch;
use crate::policy::Policy;
use crate::policy::PolicyText;
use crate::policy::Shadow;
use crate::policy::TeamId;
use crate::verdict::ChangeVerdict;
use crate::verdict::Verdict;
use crate::verdict::fails;

/// What was judged, by what, and with which result. The only input of every format.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was judged.
    pub subject: Subject,
    /// By what.
    pub policy: Policy,
    /// Every commit of the window, sorted by landing time, then by the mainline's order, then by commit id.
    pub items: Vec<WorkItem>,
    /// All effort.
    pub ledger: Ledger,
    /// One a judged team, in the order of the policy.
    pub verdicts: Vec<Verdict>,
    /// Everything found, gravest first, then by code and team.
    pub findings: Vec<Finding>,
    /// With a base: what the change on top of it means. All the above is then how the base stands.
    pub change: Option<Change>,
    /// Every relabel of the window's commits, in the order of the file.
    pub relabels: Vec<Relabel>,
    /// Why nothing is enforced: the policy is tried out. What would fail the run is then a warning.
    pub shadow: Option<InShadow>,
    /// What became of markers in the window, where that was looked for.
    pub flow: Option<Flow>,
    /// Why that is not known, where it was looked for in vain.
    pub flow_lacks: Option<String>,
    /// The texts of files of a change that errors are about.
    pub sources: BTreeMap<RepoPath, String>,
}

/// What somebody said of a commit after it had landed, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relabel {
    /// What was said.
    pub entry: policy::Relabel,
    /// Who is proven to have said it, or else is named as the author of the commit that brought it in.
    pub by: Untrusted,
    /// That commit, where it was looked for and found.
    pub origin: Option<ObjectId>,
    /// The teams whose lead it was.
    pub leads: Vec<String>,
    /// Whether it counts.
    pub counting: Counting,
    /// Why it does not, or not wholly.
    pub why: Option<String>,
}

/// Whether something counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// It does.
    Yes,
    /// A part of it does.
    InPart,
    /// It does not.
    No,
}

impl Counting {
    /// As reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::InPart => "in-part",
            Self::No => "no",
        }
    }
}

/// A judgement that is only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InShadow {
    /// How long.
    pub why: Shadow,
    /// How many findings would fail the run.
    pub failing: u64,
}

/// A change that is about to land, and what it means for the teams.
#[derive(Debug, Clone)]
pub struct Change {
    /// The head as it was named.
    pub head_name: Untrusted,
    /// The last commit of the change.
    pub head: ObjectId,
    /// Its commits, by the merge that would land them, then by id.
    pub items: Vec<WorkItem>,
    /// Base and change together; the items of the base come first.
    pub ledger: Ledger,
    /// Which of them are copies, take back or bring back, by what has landed.
    pub following: Following,
    /// Those of the ledger's items that are the base's.
    pub base_items: usize,
    /// One a judged team, in the order of the policy.
    pub verdicts: Vec<ChangeVerdict>,
    /// The texts that findings about it point into, besides those of the policy.
    pub texts: Vec<PolicyText>,
    /// Whether it was judged by a policy that the change itself brings, so that nothing is enforced.
    pub is_proposed: bool,
    /// Its pull request, where something was told of it and read.
    pub request: Option<Request>,
    /// How often each rule of `exempt-changes` was used at the base.
    pub uses: BTreeMap<Arc<str>, Uses>,
    /// Whether all of it takes earlier work back, or cannot wait.
    pub is_excused: bool,
    /// Whether all of it takes earlier work back, to the last line.
    pub takes_back: bool,
    /// What becomes of markers with it, where that was looked for.
    pub flow: Option<Flow>,
}

/// What was told of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// Its title.
    pub title: Option<Said>,
    /// Its labels.
    pub labels: Vec<Said>,
}

/// A text, and who told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The text.
    pub text: Untrusted,
    /// An option, a variable of the environment.
    pub from: Untrusted,
}

impl Request {
    /// Whether nothing was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.title.is_none() && self.labels.is_empty()
    }

    /// The labels that a rule of the policy gives a kind or a share to. Whoever set one of them expects something of it;
    /// most labels are for other readers.
    pub fn known<'r>(&'r self, policy: &'r Policy) -> impl Iterator<Item = &'r Said> {
        let is_known = |said: &&Said| {
            policy.labels.iter().any(|rule| match &rule.matches {
                LabelMatch::PullRequest(pattern) => pattern.matches(said.text.expose()),
                _ => false,
            })
        };
        self.labels.iter().filter(is_known)
    }
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The path of the repository, as found.
    pub repository: Untrusted,
    /// The judged revision as it was named: `HEAD`, a ref, an id.
    pub revision_name: Untrusted,
    /// The judged revision; `None` on a branch without a commit, or where none had landed by a time that was typed.
    pub revision: Option<ObjectId>,
    /// The commit whose tree is trusted: the one that was named, whatever time was typed.
    pub trusted: Option<ObjectId>,
    /// The last mainline commit before the window; `None` when the window reaches back to the first.
    pub boundary: Option<ObjectId>,
    /// The end of the window, which belongs to it; `None` on a branch without a commit.
    pub as_of: Option<UnixTime>,
    /// The start of the window, which does not belong to it.
    pub start: Option<UnixTime>,
    /// The options that change what is judged, with their values, sorted.
    pub overrides: Vec<(&'static str, String)>,
    /// The teams that `--team` chose; empty for all.
    pub chosen: Vec<TeamId>,
    /// What is known of the policy's file, where one was named.
    pub named: Option<NamedFile>,
}

/// A policy that was named, instead of the judged revision's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// What named it: an option, a variable of the environment.
    pub by: &'static str,
    /// The file as the repository's working tree has it; `None` where it lies elsewhere.
    pub in_tree: Option<String>,
}

/// What a judgement comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// No team is short, and no finding fails the run.
    Passed,
    /// A team is short, or a finding fails the run.
    Failed,
}

impl Outcome {
    /// Failed where one of some findings fails a run.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let fails = findings.iter().any(|finding| finding.level == Level::Error);
        if fails { Self::Failed } else { Self::Passed }
    }
}

impl Report {
    /// The commit whose tree the policy was read from, if it was read from one.
    #[must_use]
    pub fn policy_revision(&self) -> Option<ObjectId> {
        match &self.change {
            Some(change) if change.is_proposed => Some(change.head),
            _ => self.subject.trusted,
        }
    }

    /// The text that a location lies in.
    #[must_use]
    pub fn text_at(&self, at: &Location) -> Option<&PolicyText> {
        let brought = || self.change.iter().flat_map(|change| &change.texts).find(|text| text.name == at.file);
        self.policy.text_at(at).or_else(brought)
    }

    /// Whether the policy decides the exit code: it does not while it is tried out, or only proposed.
    #[must_use]
    pub fn is_enforced(&self) -> bool {
        self.shadow.is_none() && !self.change.as_ref().is_some_and(|change| change.is_proposed)
    }

    /// What the judgement comes to.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        // Of a base it is only told how it stands: the change is what is judged, and its findings say so.
        let short = self.shadow.is_none()
            && self.change.is_none()
            && self.verdicts.iter().any(|verdict| fails(verdict, &self.policy));
        if short { Outcome::Failed } else { Outcome::of(&self.findings) }
    }
}
