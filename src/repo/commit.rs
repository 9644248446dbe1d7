//! Commit objects, taken apart.
//!
//! The parser is total: every byte string gives a record and the list of what is wrong with it. git, libgit2 and
//! `git fsck` read malformed commits in different ways (of two committer lines git takes the last, libgit2 the first,
//! and fsck is content); here, whatever could be read in two ways is a [`Defect`].

use bstr::ByteSlice as _;

use crate::facts::Defect;
use crate::facts::Identity;
use crate::facts::Message;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::repo::message;
use crate::repo::object::EMPTY_TREE;
use crate::repo::objects::LONG_COMMIT;

/// More parents than this are a defect, and are left out of the record; history follows all of them.
const MOST_PARENTS: usize = 1_000;

/// How much of a message that is too long is kept, to be shown.
const SHOWN_OF_LONG: usize = 4_096;

/// A commit, as its object says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) tree: ObjectId,
    pub(super) parents: Vec<ObjectId>,
    pub(super) author: Identity,
    pub(super) committed: Option<UnixTime>,
    pub(super) message: Message,
    /// Whom trailers name as co-authors, in order; nobody where the words do not count.
    pub(super) co_authors: Vec<Identity>,
    /// Sorted, each once.
    pub(super) defects: Vec<Defect>,
}

/// What the shape of history needs of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Links {
    /// All of them, as git would follow them.
    pub(super) parents: Vec<ObjectId>,
    pub(super) committed: Option<UnixTime>,
}

/// Takes a commit apart, which names others as it is named itself.
pub(super) fn parse(format: ObjectFormat, bytes: &[u8]) -> Parsed {
    let Headers { tree, mut parents, author, committer, encoding, message, mut defects } = headers(format, bytes);
    let author = identity(author.unwrap_or_default()).unwrap_or_else(|unsure| {
        defects.push(Defect::Author);
        unsure
    });
    let committed = committed(committer, &mut defects);
    if parents.len() > MOST_PARENTS {
        defects.push(Defect::Parents);
        parents.truncate(MOST_PARENTS);
    }
    let mut text = message.unwrap_or_default();
    if let Some(nul) = text.find_byte(0) {
        defects.push(Defect::Nul);
        text = text.get(..nul).unwrap_or_default();
    }
    if bytes.len() > LONG_COMMIT {
        defects.push(Defect::TooLong);
        text = text.get(..SHOWN_OF_LONG).unwrap_or(text);
    }
    let encoding = encoding.map_or(Encoding::Utf8, Encoding::named);
    if encoding == Encoding::Opaque {
        defects.push(Defect::NotText);
    }
    let author = Identity { name: encoding.decode(author.name), email: encoding.decode(author.email) };
    let message = message::parse(encoding.decode(text).expose());
    defects.sort_unstable();
    defects.dedup();
    let co_authors = if defects.is_empty() { message::co_authors(&message) } else { Vec::new() };
    parents.shrink_to_fit();
    defects.shrink_to_fit();
    Parsed { tree, parents, author, committed, message, co_authors, defects }
}

/// Only what the shape of history needs.
pub(super) fn links(format: ObjectFormat, bytes: &[u8]) -> Links {
    let headers = headers(format, bytes);
    Links { committed: committed(headers.committer, &mut Vec::new()), parents: headers.parents }
}

/// The tree, and what the shape of history needs, both at once.
pub(super) fn tree_and_links(format: ObjectFormat, bytes: &[u8]) -> (ObjectId, Links) {
    let headers = headers(format, bytes);
    let committed = committed(headers.committer, &mut Vec::new());
    (headers.tree, Links { committed, parents: headers.parents })
}

/// Only the tree; the empty one where the commit names none.
pub(super) fn tree_of(format: ObjectFormat, bytes: &[u8]) -> ObjectId {
    headers(format, bytes).tree
}

/// The headers, as they stand.
struct Headers<'c> {
    tree: ObjectId,
    parents: Vec<ObjectId>,
    /// The first `author` line.
    author: Option<&'c [u8]>,
    /// The `committer` line, if there is exactly one.
    committer: Option<&'c [u8]>,
    encoding: Option<&'c [u8]>,
    /// What follows the first empty line.
    message: Option<&'c [u8]>,
    defects: Vec<Defect>,
}

/// How far the headers have come; git writes them in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Tree,
    ParentOrAuthor,
    Committer,
    Others,
}

fn headers(format: ObjectFormat, bytes: &[u8]) -> Headers<'_> {
    let (lines, message) = match bytes.find(b"\n\n") {
        Some(end) => (bytes.get(..end), bytes.get(end.saturating_add(2)..)),
        None => (bytes.strip_suffix(b"\n").or(Some(bytes)), None),
    };
    let lines = lines.unwrap_or_default();
    let mut read = Headers {
        tree: EMPTY_TREE,
        parents: Vec::new(),
        author: None,
        committer: None,
        encoding: None,
        message,
        defects: Vec::new(),
    };
    let (mut trees, mut authors, mut committers, mut encodings) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut next = Next::Tree;
    if message.is_none() || lines.contains(&0) {
        read.defects.push(Defect::Header);
    }
    let mut rest = Some(lines);
    while let Some(text) = rest {
        // Signatures are long: a line's end is sought many bytes at a time.
        let (line, behind) = cut(text, b'\n').map_or((text, None), |(line, behind)| (line, Some(behind)));
        rest = behind;
        // A folded line belongs to the header before it: signatures, tags that were merged.
        if next == Next::Others && line.starts_with(b" ") {
            continue;
        }
        let (key, value) = cut(line, b' ').unwrap_or((line, b""));
        if next == Next::Tree && key != b"tree" {
            read.defects.push(Defect::Tree);
            next = Next::ParentOrAuthor;
        }
        match key {
            b"tree" => {
                trees = trees.saturating_add(1);
                match format.id(value) {
                    Some(tree) if next == Next::Tree => read.tree = tree,
                    _ => read.defects.push(Defect::Tree),
                }
                next = next.max(Next::ParentOrAuthor);
            }
            b"parent" => match format.id(value) {
                Some(parent) if next == Next::ParentOrAuthor => read.parents.push(parent),
                // git does not follow a parent in another place either.
                _ => read.defects.push(Defect::Header),
            },
            b"author" => {
                authors = authors.saturating_add(1);
                if next != Next::ParentOrAuthor {
                    read.defects.push(Defect::Author);
                }
                read.author = read.author.or(Some(value));
                next = next.max(Next::Committer);
            }
            b"committer" => {
                committers = committers.saturating_add(1);
                if next != Next::Committer {
                    read.defects.push(Defect::Committer);
                }
                read.committer = Some(value);
                next = Next::Others;
            }
            b"encoding" if next == Next::Others => {
                encodings = encodings.saturating_add(1);
                read.encoding = Some(value);
            }
            // git's own tools and others add headers here; what they say is theirs.
            _ if next == Next::Others && !key.is_empty() && key.len() < line.len() => {}
            _ => read.defects.push(Defect::Header),
        }
    }
    for (count, defect) in [(trees, Defect::Tree), (authors, Defect::Author), (committers, Defect::Committer)] {
        if count != 1 {
            read.defects.push(defect);
        }
    }
    if committers != 1 {
        read.committer = None;
    }
    if encodings > 1 {
        read.defects.push(Defect::Encoding);
    }
    read
}

/// What stands before the first of a byte, and what behind it.
fn cut(text: &[u8], byte: u8) -> Option<(&[u8], &[u8])> {
    let at = text.find_byte(byte)?;
    text.get(..at).zip(text.get(at.checked_add(1)?..))
}

/// The time that a committer line ends with.
fn committed(line: Option<&[u8]>, defects: &mut Vec<Defect>) -> Option<UnixTime> {
    let line = line?;
    if identity(line).is_err() {
        defects.push(Defect::Committer);
    }
    let behind = line.rsplit_once_str(b">").map_or(b"".as_slice(), |(_who, when)| when);
    let time = seconds(behind.trim_ascii());
    if time.is_none() {
        defects.push(Defect::Date);
    }
    time
}

/// The number that a date begins with. The zone behind it moves no point in time, and is not looked at.
fn seconds(date: &[u8]) -> Option<UnixTime> {
    let number = date.split(u8::is_ascii_whitespace).next().filter(|number| number.iter().all(u8::is_ascii_digit))?;
    std::str::from_utf8(number).ok()?.parse().ok().and_then(UnixTime::new)
}

/// A name and an address, as bytes.
struct RawIdentity<'c> {
    name: &'c [u8],
    email: &'c [u8],
}

/// A name and an address from `Name <address>`, as git takes it apart. An error where others would do so differently.
fn identity(line: &[u8]) -> Result<RawIdentity<'_>, RawIdentity<'_>> {
    let (name, behind) = line.split_once_str(b"<").unwrap_or((line, b""));
    let (email, rest) = behind.split_once_str(b">").unwrap_or((behind, b""));
    let read = RawIdentity { name: name.trim_ascii(), email };
    let is_plain = line.contains(&b'<')
        && behind.contains(&b'>')
        && !name.contains(&b'>')
        && !behind.contains(&b'<')
        && !rest.contains(&b'>');
    if is_plain { Ok(read) } else { Err(read) }
}

/// A name and an address from the text of a trailer; `None` where there is no address.
pub(super) fn identity_in(text: &str) -> Option<Identity> {
    let read = identity(text.as_bytes()).ok()?;
    let email = read.email.trim_ascii();
    (!email.is_empty())
        .then(|| Identity { name: Untrusted::from_bytes(read.name), email: Untrusted::from_bytes(email) })
}

/// What an `encoding` header says of the bytes of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// UTF-8, or bytes of which nothing is said: most often UTF-8, else something that ASCII can be read out of.
    Utf8,
    /// ISO-8859-1, which is easily turned into text.
    Latin1,
    /// Another superset of ASCII: a byte below 128 means what it means in ASCII.
    Superset,
    /// Anything else: bytes that look like ASCII may be shown to a reader as other characters.
    Opaque,
}

impl Encoding {
    fn named(name: &[u8]) -> Self {
        let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase().replace(['-', '_'], "");
        match name.as_str() {
            "utf8" | "ascii" | "usascii" | "ansix3.41968" => Self::Utf8,
            "iso88591" | "latin1" => Self::Latin1,
            "koi8r" | "koi8u" | "eucjp" | "euckr" | "euccn" | "gb2312" | "macintosh" => Self::Superset,
            _ => {
                let pages = ["iso8859", "latin", "windows125", "cp125", "cp437", "cp85", "cp86", "ibm85", "ibm86"];
                let rest = pages.iter().find_map(|page| name.strip_prefix(page));
                match rest {
                    Some(number) if number.bytes().all(|digit| digit.is_ascii_digit()) => Self::Superset,
                    _ => Self::Opaque,
                }
            }
        }
    }

    fn decode(self, bytes: &[u8]) -> Untrusted {
        match self {
            Self::Latin1 => Untrusted::new(bytes.iter().copied().map(char::from).collect::<String>()),
            Self::Utf8 | Self::Superset | Self::Opaque => Untrusted::from_bytes(bytes),
        }
    }
}
