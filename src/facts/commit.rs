//! What the repository says of one commit.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::facts::Untrusted;

/// One commit, as its object says; the identities are those after the trusted `.mailmap`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitFact {
    /// The commit's name.
    pub id: ObjectId,
    /// The tree that it records; the empty one where it names none.
    pub tree: ObjectId,
    /// Its parents, in order and without repeats: naming one parent twice makes no merge. At most 1,000: see [`Defect::Parents`].
    pub parents: Vec<ObjectId>,
    /// Who wrote it, after the mailmap.
    pub author: Identity,
    /// Who wrote it, as the object says.
    pub author_as_written: Identity,
    /// When it was committed, by its own word; `None` where that cannot be read.
    pub committed: Option<UnixTime>,
    /// Its message.
    pub message: Message,
    /// Whom its `Co-authored-by` trailers name, after the mailmap, in order, no address twice. Nobody where its words do
    /// not count.
    pub co_authors: Vec<Identity>,
    /// How it came to the mainline.
    pub landing: Landing,
    /// What is wrong with the object. With any of it readers could see different words, so that the commit carries no label.
    pub defects: Vec<Defect>,
}

impl CommitFact {
    /// A commit that has yet to be made: only its message is known.
    #[must_use]
    pub fn about_to_be(message: Message) -> Self {
        let nothing = ObjectId::NULL;
        Self {
            id: nothing,
            tree: nothing,
            parents: Vec::new(),
            author: Identity::default(),
            author_as_written: Identity::default(),
            committed: None,
            message,
            co_authors: Vec::new(),
            landing: Landing { commit: nothing, time: UnixTime::EPOCH },
            defects: Vec::new(),
        }
    }

    /// Drops the body of its message, which is the longest part of most facts. A merge keeps its own: the title of a pull
    /// request may stand there. Of other commits the body is only searched for evidence.
    pub fn forget_body(&mut self) {
        if !self.is_merge() {
            self.message.body = Untrusted::default();
        }
    }

    /// Whether it has more than one parent.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    /// Whether the commit's own words may say what kind of work it is: an ambiguous or malformed commit may not.
    #[must_use]
    pub fn words_count(&self) -> bool {
        self.defects.is_empty()
    }
}

/// A name and an address, as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Identity {
    /// The name before the address.
    pub name: Untrusted,
    /// The address between the angle brackets.
    pub email: Untrusted,
}

impl Identity {
    /// The address as people are told apart by it: without surrounding blanks, in lower case.
    #[must_use]
    pub fn address(&self) -> String {
        self.email.expose().trim().to_lowercase()
    }
}

/// The mainline commit that brought a commit in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Landing {
    /// The mainline commit; a mainline commit lands with itself.
    pub commit: ObjectId,
    /// Its committer time, made non-decreasing along the mainline.
    pub time: UnixTime,
}

/// A commit's message, taken apart as git does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// The first paragraph, its lines joined by a blank, as `git log --format=%s` shows it.
    pub subject: Untrusted,
    /// What follows the first paragraph, trailers included; see [`CommitFact::forget_body`].
    pub body: Untrusted,
    /// The trailers that count (docs/measure.md says which), in order.
    pub trailers: Vec<Trailer>,
    /// The commits that it says it reverts, in git's words: hexadecimal, perhaps cut short; in their order, no more than
    /// [`Message::MOST_REVERTS`] and one.
    pub reverts: Vec<String>,
}

impl Message {
    /// One commit may take back this many others; where its message names more, none of them is tried.
    pub const MOST_REVERTS: usize = 100;

    /// How git and forges begin the subject of a revert.
    pub const REVERT: &str = "Revert \"";
}

/// One `Key: value` line of a message's trailer block, its folded lines joined by a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    /// What stands before the separator.
    pub key: Untrusted,
    /// What stands behind it, without surrounding blanks; may be empty.
    pub value: Untrusted,
}

/// What is wrong with a commit object that could nevertheless be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Defect {
    /// Not exactly one `tree` header, in its place.
    Tree,
    /// Not exactly one well-formed `author` header.
    Author,
    /// Not exactly one well-formed `committer` header; git reads the last of several, libgit2 the first.
    Committer,
    /// More than one `encoding` header.
    Encoding,
    /// The committer's date is absent, no plain number, or outside the years -9999 to 9999. Its zone does not matter.
    Date,
    /// More than 1,000 parents; history follows them all.
    Parents,
    /// No blank line between the headers and the message, or a header that is none.
    Header,
    /// The message has a NUL byte, at which git and libgit2 cut it.
    Nul,
    /// The commit names an encoding that is no superset of ASCII, or an unknown one: a reader may see other characters
    /// than the bytes say. Bytes that are not UTF-8 where no encoding is named are no defect: they become U+FFFD.
    NotText,
    /// The object is larger than 1 MiB; only the beginning of its message is kept.
    TooLong,
}

impl Defect {
    /// A name for reports, in kebab-case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tree => "tree-header",
            Self::Author => "author-header",
            Self::Committer => "committer-header",
            Self::Encoding => "encoding-header",
            Self::Date => "date-out-of-range",
            Self::Parents => "too-many-parents",
            Self::Header => "header-malformed",
            Self::Nul => "nul-in-message",
            Self::NotText => "message-not-text",
            Self::TooLong => "message-too-long",
        }
    }
}
