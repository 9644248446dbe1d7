//! What can keep effort from being counted.

use crate::facts::ObjectId;

/// Effort could not be counted; nothing was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum LedgerError {
    /// A sum or product left its range: no history of people does that.
    #[error("{what} is too large to be counted")]
    #[diagnostic(
        code("ledger-overflow"),
        help("judge a shorter window; if this is an ordinary repository, please report it")
    )]
    Overflow {
        /// What was being counted.
        what: &'static str,
    },
    /// One commit changes more lines than can be counted.
    #[error("commit {commit} changes {lines} lines, which is too many to be counted")]
    #[diagnostic(
        code("ledger-too-many-lines"),
        help("leave its paths out with `ignore`, or the commit with an `exempt` rule")
    )]
    TooManyLines {
        /// The commit.
        commit: ObjectId,
        /// How many lines it says it changes.
        lines: u64,
    },
    /// A work item has no worker, which `classify` never makes.
    #[error("commit {commit} is work of nobody")]
    #[diagnostic(code("ledger-nobody"), help("this is a fault of debtlint's: please report it"))]
    Nobody {
        /// The commit.
        commit: ObjectId,
    },
}
