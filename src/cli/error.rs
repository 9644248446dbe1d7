//! What the program itself could not do, and how each error ends.

use std::io;
use std::path::PathBuf;

use miette::Diagnostic;

use crate::cli::exit::Exit;
use crate::cli::supervise;
use crate::config;
use crate::config::ConfigError;
use crate::config::LanguagesError;
use crate::ledger::LedgerError;
use crate::policy::Policy;
use crate::repo::RepoError;
use crate::repo::trusted::BadPath;

/// Why a run could not be finished.
#[derive(Debug)]
pub(super) enum Fault {
    /// An error with its code, place and remedy.
    Told(Exit, Box<dyn Diagnostic>),
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
    #[diagnostic(
        code("policy-unreadable"),
        help("--config and DEBTLINT_CONFIG name a file, relative to the working directory")
    )]
    PolicyUnreadable { path: PathBuf, reason: String },

    #[error("the policy has no team `{name}`")]
    #[diagnostic(code("no-such-team"))]
    NoSuchTeam {
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

    #[error("there is no pack `{name}`")]
    #[diagnostic(code("no-such-pack"), help("{}", nearest.map_or("`debtlint rules` lists them".to_owned(), |name| format!("perhaps `{name}`; `debtlint rules` lists all"))))]
    NoSuchPack { name: String, nearest: Option<&'static str> },

    #[error("`{what}` is neither a commit of the judged window nor the code of a finding")]
    #[diagnostic(code("nothing-to-explain"))]
    NothingToExplain {
        what: String,
        #[help]
        help: String,
    },

    #[error("`{what}` may be {} commits of the window", .candidates.len())]
    #[diagnostic(code("ambiguous-commit"), help("write more of it: {}", .candidates.join(", ")))]
    AmbiguousCommit { what: String, candidates: Vec<String> },
}

impl CliError {
    /// A team that the policy does not have, with the one that was probably meant.
    pub(super) fn no_such_team(name: &str, policy: &Policy) -> Self {
        let names: Vec<_> = policy.teams.iter().map(|team| team.name.as_str()).collect();
        let help = match config::nearest(name, names.iter().copied()) {
            Some(nearest) => format!("perhaps `{nearest}`"),
            None => format!("it has {}", names.join(", ")),
        };
        Self::NoSuchTeam { name: name.to_owned(), help }
    }
}

impl Fault {
    fn told(exit: Exit, error: impl Diagnostic + 'static) -> Self {
        Self::Told(exit, Box::new(error))
    }
}

impl From<CliError> for Fault {
    fn from(error: CliError) -> Self {
        Self::told(Exit::Usage, error)
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

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::told(Exit::CannotJudge, error)
    }
}

impl From<supervise::Abnormal> for Fault {
    fn from(ended: supervise::Abnormal) -> Self {
        let line = miette::MietteDiagnostic::new(ended.to_string()).with_code("could-not-judge");
        Self::told(Exit::CannotJudge, line)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}
