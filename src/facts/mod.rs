//! What a repository says, as plain data: no judgement, no input or output, no git library.

mod change;
mod commit;
mod id;
mod path;
mod proof;
mod request;
mod retrace;
mod text;
mod time;

pub use change::{Changes, Lines, PathChange};
pub use commit::{CommitFact, Defect, Identity, Landing, Message, Trailer};
pub use id::{ObjectFormat, ObjectId, ParseIdError};
pub use path::RepoPath;
pub use proof::{Age, Grade, Ground, Proof};
pub use request::Request;
pub use retrace::{Hollow, Retrace, RetraceKind};
pub use text::Untrusted;
pub use time::{Day, IsoWeek, UnixTime};
