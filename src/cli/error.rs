//! What the program itself could not do, and how each error ends.

use std::fmt;
use std::io;
use std::path::PathBuf;

use miette::Diagnostic;
use miette::LabeledSpan;
use miette::Severity;
use miette::SourceCode;

use crate::cli::exit::Exit;
use crate::cli::org_policy;
use crate::cli::supervise;
use crate::config;
use crate::config::ConfigError;
use crate::config::LanguagesError;
use crate::finding::first_of;
use crate::ledger::LedgerError;
use crate::marker::ScannerError;
use crate::policy::Policy;
use crate::repo::RepoError;
use crate::repo::trusted::BadPath;

/// Why a run could not be finished.
#[derive(Debug)]
pub(super) enum Fault {
    /// An error with its code, place and remedy.
    Told(Exit, Box<dyn Diagnostic + Send + Sync>),
    /// The report could not be written.
    Write(io::Error),
}

/// Errors of the program itself.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum CliError {
    #[error("{} and {} are both there: it is not clear which policy holds", .found.first().map_or("", |one| *one), .found.get(1).map_or("", |one| *one))]
    #[diagnostic(code("several-policies"), help("keep one of them"))]
    SeveralPolicies { found: Vec<&'static str> },

    #[error("cannot read the policy {}: {reason}", path.display())]
    #[diagnostic(code("policy-unreadable"), help("{named}"))]
    PolicyUnreadable { path: PathBuf, reason: String, named: &'static str },

    #[error("there is a policy already: {}", path.display())]
    #[diagnostic(
        code("policy-exists"),
        help("`debtlint config show` prints it whole; `debtlint init --stdout` prints a new one and writes nothing")
    )]
    PolicyExists { path: PathBuf },

    #[error("{} has no working tree to write a policy to", path.display())]
    #[diagnostic(code("no-working-tree"), help("print it: `debtlint init --stdout`"))]
    NoWorkingTree { path: PathBuf },

    #[error("cannot write the policy {}: {reason}", path.display())]
    #[diagnostic(code("policy-unwritable"), help("print it: `debtlint init --stdout`"))]
    PolicyUnwritable { path: PathBuf, reason: String },

    #[error("{}: line {line} is {reason}", file.display())]
    #[diagnostic(
        code("baseline-damaged"),
        help(
            "write it again with `debtlint markers --write-baseline FILE`; `FILE merge=union` in .gitattributes keeps both \
             sides of a merge"
        )
    )]
    BaselineDamaged { file: PathBuf, line: usize, reason: &'static str },

    #[error("cannot read the baseline {}: {reason}", file.display())]
    #[diagnostic(code("baseline-unreadable"), help("`debtlint markers --write-baseline FILE` writes one"))]
    BaselineUnreadable { file: PathBuf, reason: String },

    #[error("cannot write the baseline {}: {reason}", file.display())]
    #[diagnostic(code("baseline-unwritable"), help("the folder has to be there, and writable"))]
    BaselineUnwritable { file: PathBuf, reason: String },

    #[error("two outputs go to {place}")]
    #[diagnostic(
        code("outputs-collide"),
        help(
            "give each a file of its own: `--output sarif=debt.sarif --output json=debt.json`; one may go to standard output"
        )
    )]
    OutputsCollide { place: String },

    #[error("cannot write the report to {}: {reason}", file.display())]
    #[diagnostic(
        code("output-unwritable"),
        help("the folder has to be there, and writable; nothing was judged as passed")
    )]
    OutputUnwritable { file: PathBuf, reason: String },

    #[error("the cache must not lie inside the repository that it is about: {}", folder.display())]
    #[diagnostic(
        code("cache-in-repository"),
        help("name a folder outside it with --cache or DEBTLINT_CACHE, or use --no-cache")
    )]
    CacheInRepository { folder: PathBuf },

    #[error("an organisation's policy may not have the key `{key}`, but {file} has it")]
    #[diagnostic(
        code("not-of-an-organisation"),
        help("allowed: {}; docs/org-policy.md says what each means", org_policy::held())
    )]
    NotOfAnOrganisation { key: String, file: String },

    #[error(
        "the globs of `ignore` in the organisation's policy and the repository's cannot be used together: {reason}"
    )]
    #[diagnostic(code("floor-too-big"), help("shorten one of the two lists"))]
    FloorTooBig { reason: String },

    #[error("cannot read the event {} that GITHUB_EVENT_PATH names: {reason}", path.display())]
    #[diagnostic(
        code("event-unreadable"),
        help("--no-ci-labels judges without the labels and title from the build service")
    )]
    EventUnreadable { path: PathBuf, reason: String },

    #[error("the event does not say what to judge: {reason}")]
    #[diagnostic(
        code("event-unclear"),
        help("name both ends of a change with --base and --head, or a revision with --rev, instead of --event")
    )]
    EventUnclear { reason: String },

    #[error(
        "`pull_request_target` is not judged: it runs with the repository's secrets, on the base and not on the change"
    )]
    #[diagnostic(
        code("event-refused"),
        help(
            "write `on: pull_request` into the workflow: judging needs no secret, and nothing beyond `contents: read`"
        )
    )]
    EventRefused,

    #[error("the event is for the base `{found}`, not for `{expected}` (--expect-base)")]
    #[diagnostic(
        code("event-other-base"),
        help(
            "if it was made for `{found}`, let this gate run for `{expected}` only (GitHub: `branches:` of the workflow; \
             GitLab: `rules:` of the job) and give `{found}` one of its own; if it was retargeted, a pass by `{found}`'s \
             policy does not count for `{expected}`"
        )
    )]
    OtherBase { found: String, expected: String },

    #[error("cannot read the labels in {}: {reason}", path.display())]
    #[diagnostic(
        code("labels-unreadable"),
        help(
            "one JSON object a line, as `debtlint labels import` writes, or what `gh pr list --json number,title,labels,mergeCommit` prints"
        )
    )]
    LabelsUnreadable { path: PathBuf, reason: String },

    #[error("cannot read the commit message {}: {reason}", path.display())]
    #[diagnostic(code("message-unreadable"), help("git passes the file's name to its commit-msg hook"))]
    MessageUnreadable { path: PathBuf, reason: String },

    #[error("cannot {what}: {reason}")]
    #[diagnostic(code("system-refused"))]
    SystemRefused {
        what: &'static str,
        reason: String,
        #[help]
        help: &'static str,
    },

    #[error("`{line}` is not what git gives its pre-push hook")]
    #[diagnostic(code("push-line"), help("a line has the form `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`"))]
    PushLine { line: String },

    #[error("the default branch of {remote} is not known")]
    #[diagnostic(code("no-default-branch"))]
    NoDefaultBranch {
        remote: String,
        #[help]
        help: String,
    },

    #[error("the policy of HEAD names no file for labels of pull requests")]
    #[diagnostic(
        code("no-labels-file"),
        help(
            "add `pull-request-labels: .debtlint/pull-requests.ndjson` to the policy and commit it, or give --output FILE"
        )
    )]
    NoLabelsFile,

    #[error("cannot write {}: {reason}", path.display())]
    #[diagnostic(code("labels-unwritable"), help("nothing was changed; --output names another file"))]
    LabelsUnwritable { path: PathBuf, reason: String },

    #[error("`{what}` is not a commit that landed in HEAD's window")]
    #[diagnostic(
        code("no-such-commit"),
        help("`debtlint check --items` lists those that did: only they are measured and can be relabelled")
    )]
    NoSuchCommit { what: String },

    #[error("cannot write {}: {reason}", path.display())]
    #[diagnostic(code("relabels-unwritable"), help("relabel as somebody who may write to it; nothing was changed"))]
    RelabelsUnwritable { path: PathBuf, reason: String },

    #[error("cannot put an entry into {}: {reason}", path.display())]
    #[diagnostic(code("relabels-no-place"), help("{remedy}; nothing was changed"))]
    RelabelsNoPlace { path: PathBuf, reason: &'static str, remedy: &'static str },

    #[error("cannot write the manual to {}: {reason}", folder.display())]
    #[diagnostic(code("manual-unwritable"), help("name a folder that can be written to; a missing one is created"))]
    ManualUnwritable { folder: PathBuf, reason: String },

    #[error("it is not clear which repository on the host is meant")]
    #[diagnostic(code("no-host-repository"), help("name it with --repo owner/name"))]
    NoHostRepository,

    #[error("{url}: {reason}")]
    #[diagnostic(
        code("host-failed"),
        help(
            "check the network, and that GITHUB_TOKEN or GITLAB_TOKEN holds a token that may read pull requests; or import the output of `gh pr list` with --from FILE"
        )
    )]
    HostFailed { url: String, reason: String },

    #[cfg(not(feature = "network"))]
    #[error("this debtlint was built without a network client")]
    #[diagnostic(
        code("no-network"),
        help("import the output of `gh pr list --json number,title,labels,mergeCommit` with --from FILE")
    )]
    NoNetwork,

    #[error("the policy has no team `{name}`")]
    #[diagnostic(code("no-such-team"))]
    NoSuchTeam {
        name: String,
        #[help]
        help: String,
    },

    #[error("the policy has no tag `{name}`")]
    #[diagnostic(code("no-such-tag"))]
    NoSuchTag {
        name: String,
        #[help]
        help: String,
    },

    #[error(transparent)]
    #[diagnostic(code("bad-path"))]
    BadPath(#[from] BadPath),

    #[error(transparent)]
    #[diagnostic(transparent)]
    Languages(#[from] LanguagesError),
    #[error("--path is not a glob: {reason}")]
    #[diagnostic(code("bad-glob"), help("as in `--path 'src/**'`: `*` stays in a folder, `**` crosses folders"))]
    BadGlob { reason: String },

    #[error("{option}: {error}")]
    #[diagnostic(forward(error))]
    Revision { option: &'static str, error: RepoError },

    #[error("{error}; only the ages of markers need it: `--no-age` lists them without")]
    #[diagnostic(forward(error))]
    Ages { error: RepoError },

    #[error("there is no pack `{name}`")]
    #[diagnostic(code("no-such-pack"), help("{}", nearest.map_or("`debtlint rules` lists the packs".to_owned(), |name| format!("did you mean `{name}`? `debtlint rules` lists all packs"))))]
    NoSuchPack { name: String, nearest: Option<&'static str> },

    #[error("`{what}` is neither a commit of the judged window nor the code of a finding")]
    #[diagnostic(code("nothing-to-explain"))]
    NothingToExplain {
        what: String,
        #[help]
        help: String,
    },

    #[error("`{what}` is ambiguous: it may be any of {} commits", .candidates.len())]
    #[diagnostic(code("ambiguous-commit"), help("write more digits: {}", .candidates.join(", ")))]
    AmbiguousCommit { what: String, candidates: Vec<String> },
}

/// A longer list says no more.
const MOST_NAMES: usize = 20;

impl CliError {
    /// What the system did not do, and what helps: as the end of "cannot ...".
    pub(super) fn refused(what: &'static str, help: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| Self::SystemRefused { what, reason: error.to_string(), help }
    }

    /// A team that the policy does not have, with the one that was probably meant.
    pub(super) fn no_such_team(name: &str, policy: &Policy) -> Self {
        let names: Vec<_> = policy.teams.iter().map(|team| team.name.as_str()).collect();
        let help = match config::nearest(name, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if names.len() > MOST_NAMES => {
                let first = first_of(names.iter(), MOST_NAMES);
                format!("its teams are {first}; `debtlint config show` prints them")
            }
            None => format!("its teams: {}", names.join(", ")),
        };
        Self::NoSuchTeam { name: name.to_owned(), help }
    }

    /// A tag that the policy does not look for: a list of nothing would read as if there were none.
    pub(super) fn no_such_tag(name: &str, policy: &Policy) -> Self {
        let tags: Vec<_> = policy.markers.search_tags().into_iter().map(|(tag, _)| tag).collect();
        let help = match config::nearest(name, tags.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("its tags: {}; `markers: {{ tags: [...] }}` in a policy names others", tags.join(", ")),
        };
        Self::NoSuchTag { name: name.to_owned(), help }
    }
}

impl Fault {
    /// The same of a policy by which a change was to be judged: whoever made the change can do nothing about it.
    pub(super) fn of_base(self) -> Self {
        match self {
            Self::Told(Exit::Usage, error) => Self::Told(Exit::Usage, Box::new(OfBase(error))),
            other => other,
        }
    }

    fn told(exit: Exit, error: impl Diagnostic + Send + Sync + 'static) -> Self {
        Self::Told(exit, Box::new(error))
    }
}

/// An error in the policy of a change's base.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct OfBase(Box<dyn Diagnostic + Send + Sync>);

impl Diagnostic for OfBase {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.code()
    }

    fn severity(&self) -> Option<Severity> {
        self.0.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let own = self.0.help().map(|help| format!("{help}; ")).unwrap_or_default();
        Some(Box::new(format!(
            "{own}it is the base's policy, by which every change is judged: somebody who may land past the gate has to \
             repair it; `--config FILE` judges by another policy meanwhile"
        )))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.0.related()
    }
}

impl From<CliError> for Fault {
    fn from(error: CliError) -> Self {
        // What a host or a disk does is nothing that somebody typed.
        let not_typed = matches!(
            error,
            CliError::HostFailed { .. }
                | CliError::SystemRefused { .. }
                | CliError::OutputUnwritable { .. }
                | CliError::ManualUnwritable { .. }
                | CliError::PolicyUnwritable { .. }
                | CliError::BaselineUnwritable { .. }
                | CliError::LabelsUnwritable { .. }
                | CliError::RelabelsUnwritable { .. }
                | CliError::Ages { .. }
        );
        let exit = if not_typed { Exit::CannotJudge } else { Exit::Usage };
        Self::told(exit, error)
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self::told(Exit::Usage, error)
    }
}

impl From<RepoError> for Fault {
    fn from(error: RepoError) -> Self {
        let exit = if error.is_usage() { Exit::Usage } else { Exit::CannotJudge };
        Self::told(exit, error)
    }
}

impl From<LanguagesError> for Fault {
    fn from(error: LanguagesError) -> Self {
        Self::told(Exit::Usage, error)
    }
}

impl From<ScannerError> for Fault {
    fn from(error: ScannerError) -> Self {
        Self::told(Exit::Usage, error)
    }
}

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::told(Exit::CannotJudge, error)
    }
}

impl From<supervise::Abnormal> for Fault {
    fn from(ended: supervise::Abnormal) -> Self {
        let line = miette::MietteDiagnostic::new(ended.to_string()).with_code("could-not-judge");
        let line = match ended.help() {
            Some(help) => line.with_help(help),
            None => line,
        };
        Self::told(Exit::CannotJudge, line)
    }
}
