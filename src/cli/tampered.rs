//! Files that changes are judged by, and that a change edits: said, and never applied.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::cli::doctor::Names;
use crate::cli::pipelines;
use crate::config;
use crate::facts::CommitFact;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::first_of;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::Shadow;
use crate::repo;
use crate::repo::Ahead;
use crate::repo::Files;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::Visit;
use crate::repo::Visited;
use crate::repo::content;
use crate::repo::merge;
use crate::repo::merge::Merged;
use crate::repo::proof::AllowedSigners;
use crate::repo::trusted::CodeOwners;
use crate::wiring;
use crate::wiring::Examined;

pub(super) const ATTRIBUTES: &str = ".gitattributes";
/// So many files are named.
const NAMED: usize = 5;
/// Of files that are larger, nothing is compared but whether they are the same.
const LARGEST: u64 = 16 << 20;
/// Where a run of debtlint is set up, besides the pipelines of build services.
const HOOKS: [&str; 2] = [".pre-commit-config.yaml", ".pre-commit-config.yml"];

/// A change, and the files of it that may decide.
pub(super) struct Tampered<'a> {
    pub(super) repository: &'a Repository,
    files: Files,
    pub(super) base: ObjectId,
    pub(super) head: ObjectId,
    pub(super) ahead: &'a Ahead,
    /// Those that the change edits, adds or deletes, sorted.
    pub(super) paths: BTreeSet<RepoPath>,
    /// The names of the base's gates, once they are asked for.
    pub(super) gate_names: OnceCell<BTreeSet<String>>,
    /// The pipelines that judge changes once this one has landed, once they are asked for.
    pub(super) gates_left: OnceCell<Vec<(RepoPath, Examined)>>,
}

/// What lies at a path, to be compared.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    Nothing,
    File(Vec<u8>),
    /// A link, a directory, or more bytes than are read.
    Else,
}

impl<'a> Tampered<'a> {
    /// The trusted files that the change edits, adds or deletes, and the pipelines that run debtlint.
    pub(super) fn find(
        repository: &'a Repository,
        (base, head): (ObjectId, ObjectId),
        ahead: &'a Ahead,
        policy: &Policy,
    ) -> Result<Self, RepoError> {
        let (files, paths) = (repository.files()?, BTreeSet::new());
        let (gate_names, gates_left) = (OnceCell::new(), OnceCell::new());
        let mut tampered = Self { repository, files, base, head, ahead, paths, gate_names, gates_left };
        let (deciding, pipelines) = tampered.candidates(policy)?;
        for path in deciding {
            if tampered.edits(&path)? {
                tampered.paths.insert(path);
            }
        }
        for path in pipelines {
            let speaks = tampered.content(base, &path)?.runs() || tampered.content(head, &path)?.runs();
            // It may run debtlint through an action, and not speak of it, or pass itself off as what does.
            let decides = speaks || pipelines::is_gate(&tampered, &path)? || pipelines::takes_a_name(&tampered, &path)?;
            if decides && tampered.edits(&path)? {
                tampered.paths.insert(path);
            }
        }
        Ok(tampered)
    }

    /// The pipelines of the base that run debtlint.
    pub(super) fn pipelines(&self) -> Result<BTreeSet<RepoPath>, RepoError> {
        let mut found = BTreeSet::new();
        for path in wiring::PIPELINES.into_iter().chain(HOOKS) {
            if self.content(self.base, path)?.runs() {
                found.insert(path.into());
            }
        }
        let below = wiring::WORKFLOWS.into();
        let workflows: Visited<bool> = self.repository.visit_tree(self.base, &below, &Runs, &Quiet)?;
        let runs = workflows.into_iter().filter(|(_, runs)| *runs).map(|(path, _)| path);
        found.extend(runs.filter(is_pipeline));
        Ok(found)
    }

    /// The workflows of a commit.
    pub(super) fn workflows(&self, commit: ObjectId) -> Result<BTreeSet<RepoPath>, RepoError> {
        let names: Visited<()> = self.repository.visit_tree(commit, &wiring::WORKFLOWS.into(), &Names, &Quiet)?;
        Ok(names.into_iter().map(|(path, ())| path).filter(is_pipeline).collect())
    }

    /// The pipelines that the change leaves, where what runs in them can be told.
    pub(super) fn pipelines_left(&self) -> Result<BTreeSet<RepoPath>, RepoError> {
        // That one is run only where the project says so.
        let others = wiring::PIPELINES.into_iter().filter(|path| *path != ".gitlab-ci.yaml");
        let mut found: BTreeSet<RepoPath> = others.map(RepoPath::from).collect();
        for commit in [self.base, self.head] {
            found.extend(self.workflows(commit)?);
        }
        Ok(found)
    }

    pub(super) fn content(&self, commit: ObjectId, path: impl AsRef<[u8]>) -> Result<Content, RepoError> {
        match self.files.read(commit, path, LARGEST) {
            Ok(None) => Ok(Content::Nothing),
            Ok(Some(bytes)) => Ok(Content::File(bytes)),
            Err(RepoError::NotAFile { .. } | RepoError::FileTooLarge { .. }) => Ok(Content::Else),
            Err(error) => Err(error),
        }
    }

    /// The commits of the change that some files have got their content from.
    ///
    /// A commit counts when it differs from all of its parents. A merge that differs from some of them counts when no such
    /// commit has made what it holds: then it has chosen, say, an old file over the base's newer one.
    pub(super) fn touching<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p RepoPath>,
    ) -> Result<Vec<ObjectId>, RepoError> {
        let mut found = BTreeSet::new();
        for path in paths {
            let mut made: BTreeSet<Content> = BTreeSet::new();
            let mut chosen: Vec<(&CommitFact, Content)> = Vec::new();
            for fact in &self.ahead.commits {
                let own = self.content(fact.id, path)?;
                let parents = fact.parents.iter().map(|parent| self.content(*parent, path));
                let parents: Vec<Content> = parents.collect::<Result<_, _>>()?;
                if parents.iter().all(|parent| *parent != own) && (!parents.is_empty() || own != Content::Nothing) {
                    found.insert(fact.id);
                    made.insert(own);
                } else if parents.iter().any(|parent| *parent != own) {
                    chosen.push((fact, own));
                }
            }
            found.extend(chosen.iter().filter(|(_, own)| !made.contains(own)).map(|(fact, _)| fact.id));
        }
        Ok(found.into_iter().collect())
    }

    /// Where something that decides may lie, and where debtlint may be run from; sorted.
    fn candidates(&self, policy: &Policy) -> Result<(BTreeSet<RepoPath>, BTreeSet<RepoPath>), RepoError> {
        let fixed = config::CANDIDATES.into_iter().chain(CodeOwners::PATHS);
        let fixed = fixed.chain([".mailmap", ".git-blame-ignore-revs", ATTRIBUTES]).chain(AllowedSigners::PATHS);
        // The policy comes first, then what it extends.
        let packs = policy.texts.iter().skip(1).map(|text| text.name.to_string());
        let packs = packs.chain(policy.requests_file.iter().map(|(path, _)| path.clone()));
        // By the trees, not by what each commit changed: a merge that takes an older side changes nothing of its own.
        let forks = if self.ahead.forks.is_empty() { &[self.base][..] } else { &self.ahead.forks };
        let mut edited = BTreeSet::new();
        for fork in forks {
            edited.extend(content::paths_between(self.repository, *fork, self.head, &|_path| Ok(false))?);
        }
        let nested = edited.iter().filter(|path| path.name() == ATTRIBUTES.as_bytes()).cloned();
        let packs = packs.map(|path| RepoPath::from(path.as_str()));
        let deciding = fixed.map(RepoPath::from).chain(packs).chain(nested).collect();
        let runs = |path: &RepoPath| is_pipeline(path) || wiring::is_action(&path.to_name());
        Ok((deciding, edited.into_iter().filter(runs).collect()))
    }

    /// Whether the change edits, adds or deletes a file.
    pub(super) fn edits(&self, path: &RepoPath) -> Result<bool, RepoError> {
        Ok(self.landed(path)? != self.content(self.base, path)?)
    }

    /// What lies at a path once the change has landed: where the base has moved on since the change began, the two merged.
    ///
    /// Where that does not merge by itself, or the change begins at several commits that differ there, it is what the head has.
    pub(super) fn landed(&self, path: impl AsRef<[u8]> + Copy) -> Result<Content, RepoError> {
        let (base, head) = (self.content(self.base, path)?, self.content(self.head, path)?);
        if head == base {
            return Ok(head);
        }
        let forks = self.ahead.forks.iter().map(|fork| self.content(*fork, path));
        let forks = forks.collect::<Result<BTreeSet<_>, _>>()?;
        // Several commits that hold the same there are one beginning.
        let mut forks = forks.iter();
        let (Some(fork), None) = (forks.next(), forks.next()) else { return Ok(head) };
        // The change did nothing: it only lacks what the base has by now.
        if *fork == head {
            return Ok(base);
        }
        match (fork, &base, &head) {
            (Content::File(fork), Content::File(ours), Content::File(theirs)) if fork != ours => {
                Ok(match merge::texts(fork, ours, theirs) {
                    Merged::Clean(bytes) => Content::File(bytes),
                    Merged::Conflict => head,
                })
            }
            _ => Ok(head),
        }
    }
}

impl Content {
    /// Whether a pipeline speaks of debtlint.
    pub(super) fn runs(&self) -> bool {
        match self {
            Self::File(bytes) => String::from_utf8_lossy(bytes).contains("debtlint"),
            Self::Nothing => false,
            Self::Else => true,
        }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::File(bytes) => bytes,
            Self::Nothing | Self::Else => &[],
        }
    }
}

/// Whether a file speaks of debtlint.
struct Runs;

impl Visit for Runs {
    type Found = bool;
    type Folder = ();

    fn folder(&self, _path: &[u8]) -> Result<(), RepoError> {
        Ok(())
    }

    fn at_sight(&self, _folder: &(), path: &RepoPath) -> Result<Option<bool>, RepoError> {
        Ok((!is_pipeline(path)).then_some(false))
    }

    fn read(&self, _path: &RepoPath, content: repo::Content<'_>) -> bool {
        match content {
            repo::Content::Bytes(bytes) => Content::File(bytes.to_vec()).runs(),
            _ => false,
        }
    }

    fn limit(&self) -> u64 {
        LARGEST
    }
}

/// The base has no policy and the change proposes one.
pub(super) fn proposed(policy: &Policy, today: Day) -> Finding {
    let path = match &policy.source {
        PolicySource::Tree { path } | PolicySource::File { path } => path,
        PolicySource::Default => "the default",
    };
    let message =
        format!("the base has no policy: the change was judged by {path} as it proposes, and nothing is enforced");
    let finding = Finding::new(Code::PolicyProposed, Level::Note, message);
    finding.help(match policy.safeguards.enforcement.shadow(Some(today)) {
        None => "once the policy has landed it is the base's, and is enforced".to_owned(),
        Some(Shadow::Until(day)) => {
            format!("once the policy has landed it is the base's, and is enforced from {} on", day.date())
        }
        Some(Shadow::Open) => {
            "once the policy has landed it is the base's; it is enforced when it no longer says `enforce: false`"
                .to_owned()
        }
    })
}

/// What is said of edited files whose meaning is not compared, or holds nothing that loosens.
pub(super) fn changed(paths: &BTreeSet<RepoPath>) -> Option<Finding> {
    if paths.is_empty() {
        return None;
    }
    let named = first_of(paths.iter().map(RepoPath::to_name), NAMED);
    let message = format!("the change edits {named}; it was judged by what the base says");
    let finding = Finding::new(Code::PolicyChanged, Level::Warning, message);
    Some(finding.help("whoever approves this decides what later changes are judged by: ask the sponsor"))
}

/// Whether debtlint may be run from there.
pub(super) fn is_pipeline(path: &RepoPath) -> bool {
    let mut others = wiring::PIPELINES.into_iter().chain(HOOKS);
    path.folder() == wiring::WORKFLOWS.as_bytes() || others.any(|other| other.as_bytes() == path.as_bytes())
}
