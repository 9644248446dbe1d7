//! A marker, and what is known of it from its file alone.

use std::fmt;
use std::ops::Range;

use crate::facts::Day;
use crate::facts::Untrusted;

/// A tagged debt comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// What makes it the same marker elsewhere: after a move, a rename, a re-indentation.
    pub id: MarkerId,
    /// The tag as the policy writes it.
    pub tag: String,
    /// What its brackets say.
    pub attributes: Attributes,
    /// What is to be done: one line, blanks in one, without the signs of the comment; at most 4,096 bytes.
    pub text: Untrusted,
    /// Its place among markers of the same content in its file, from 0.
    pub ordinal: u32,
    /// Where the tag stands.
    pub place: Place,
    /// The bytes of the tag.
    pub tag_span: Range<usize>,
    /// From the tag to the end of its line, as it stands there; empty where all that is to be done stands on the lines
    /// after, and where it has more than 4,096 bytes.
    pub line: Box<[u8]>,
    /// The bytes from the tag to the end of the text.
    pub span: Range<usize>,
    /// The line on which the text ends, from 1.
    pub end_line: u32,
    /// What kind of comment it stands in.
    pub comment: CommentKind,
}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// From 1, in bytes of UTF-8.
    pub byte_column: u32,
}

/// What kind of comment a marker stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommentKind {
    /// To the end of a line.
    Line,
    /// Between two texts.
    Block,
    /// A string that documents what it stands in.
    Doc,
    /// No comment: a file of prose that the policy asked to search.
    Prose,
}

/// What the brackets after a tag say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attributes {
    /// `@handle`, `handle`, `team/payments`, without the `@`.
    pub owners: Vec<Untrusted>,
    /// `#12`, `TD-12`, a URL.
    pub tickets: Vec<Untrusted>,
    /// The day by which it is to be done.
    pub due: Option<Day>,
    /// How long it will take, in minutes; a day has eight hours.
    pub estimate_minutes: Option<u32>,
    /// What could not be understood.
    pub malformed: Vec<Malformed>,
}

/// A part of the brackets that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// The part.
    pub text: Untrusted,
    /// Why, as the end of "it is ...".
    pub reason: &'static str,
}

/// The identity of a marker: of its tag, attributes, text, and place among equals in a file; not of its path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkerId([u8; 8]);

impl MarkerId {
    pub(super) const fn new(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl Attributes {
    /// Whether there are none, not even a malformed one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl CommentKind {
    /// The kind as reports write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Block => "block",
            Self::Doc => "doc",
            Self::Prose => "prose",
        }
    }
}

impl fmt::Display for MarkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MarkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
