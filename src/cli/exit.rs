//! The exit codes, which are a contract: no other one leaves the process.

use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Judged, and passed; or did what was asked for.
    Passed,
    /// Judged, and failed.
    Failed,
    /// What was typed or written is wrong.
    Usage,
    /// Could not judge.
    CannotJudge,
}

impl Exit {
    /// The code that the process leaves.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::CannotJudge => 3,
        }
    }

    /// What the code of a process means; `None` for one that the contract does not know.
    #[must_use]
    pub const fn of(code: i32) -> Option<Self> {
        match code {
            0 => Some(Self::Passed),
            1 => Some(Self::Failed),
            2 => Some(Self::Usage),
            3 => Some(Self::CannotJudge),
            _ => None,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
