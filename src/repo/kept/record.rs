//! What stands in a record: the facts as bytes, and back.

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;

use crate::facts::Lines;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::UnixTime;
use crate::repo::commit::Links;
use crate::repo::gist::Gain;
use crate::repo::kept::Key;
use crate::repo::kept::Kind;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::Listing;
use crate::repo::tree::Mode;
use crate::repo::tree::Old;

/// Where a commit differs from others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::repo) struct Differences {
    /// The paths, in their order.
    pub(in crate::repo) paths: Vec<Difference>,
    /// The trees that were compared, and the commits whose trees they are.
    pub(in crate::repo) rests_on: Vec<ObjectId>,
}

/// A path, and what was measured of it so far: blobs are read only for who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::repo) struct Difference {
    pub(in crate::repo) delta: Delta,
    /// The lines; of a merge that put the path together from its parents' sides, `Some(None)`.
    pub(in crate::repo) lines: Option<Option<Lines>>,
    pub(in crate::repo) gain: Option<Gain>,
    /// Made of few paths: most of them take no room for it.
    pub(in crate::repo) print: Option<Box<Print>>,
}

/// What a path has to a fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repo) struct Print {
    /// What is done.
    pub(in crate::repo) forward: [u8; 20],
    /// What would take it back.
    pub(in crate::repo) inverse: [u8; 20],
    /// Whether there is more to it than blanks.
    pub(in crate::repo) has_content: bool,
}

#[derive(Serialize, Deserialize)]
struct WrittenLinks<'r> {
    committed: Option<i64>,
    #[serde(borrow)]
    parents: Cow<'r, [u8]>,
}

#[derive(Serialize, Deserialize)]
struct WrittenDifferences<'r> {
    #[serde(borrow)]
    rests_on: Cow<'r, [u8]>,
    #[serde(borrow)]
    paths: Vec<WrittenDifference<'r>>,
}

#[derive(Serialize, Deserialize)]
struct WrittenDifference<'r> {
    #[serde(borrow)]
    path: Cow<'r, [u8]>,
    /// The new entry, then the old ones.
    #[serde(borrow)]
    entries: Cow<'r, [u8]>,
    lines: WrittenLines,
    gain: Option<u64>,
    #[serde(borrow)]
    print: Option<Cow<'r, [u8]>>,
}

#[derive(Serialize, Deserialize)]
enum WrittenLines {
    Unknown,
    NotItsOwn,
    None,
    Text(u64, u64),
}

#[derive(Serialize, Deserialize)]
struct WrittenListing<'r> {
    #[serde(borrow)]
    names: Vec<&'r [u8]>,
    trees: Cow<'r, [u8]>,
    attributes: Cow<'r, [u8]>,
}

#[derive(Serialize, Deserialize)]
struct WrittenConclusion<'r> {
    #[serde(borrow)]
    rests_on: Cow<'r, [u8]>,
    content: &'r [u8],
}

pub(super) fn of_links(links: &Links) -> Option<Vec<u8>> {
    let committed = links.committed.map(UnixTime::seconds);
    postcard::to_allocvec(&WrittenLinks { committed, parents: joined(&links.parents).into() }).ok()
}

pub(super) fn links(record: &[u8]) -> Option<Links> {
    let written: WrittenLinks<'_> = postcard::from_bytes(record).ok()?;
    let committed = match written.committed {
        Some(seconds) => Some(UnixTime::new(seconds)?),
        None => None,
    };
    Some(Links { parents: split(&written.parents)?, committed })
}

pub(super) fn of_differences(known: &Differences) -> Option<Vec<u8>> {
    let paths = known.paths.iter().map(|path| WrittenDifference {
        path: path.delta.path.as_bytes().into(),
        entries: entries(&path.delta).into(),
        lines: match path.lines {
            // What is ignored is asked anew.
            None | Some(Some(Lines::Ignored)) => WrittenLines::Unknown,
            Some(None) => WrittenLines::NotItsOwn,
            Some(Some(Lines::None)) => WrittenLines::None,
            Some(Some(Lines::Text { added, removed })) => WrittenLines::Text(added, removed),
        },
        gain: path.gain.map(Gain::number),
        print: path.print.as_deref().map(|print| {
            let end = [u8::from(print.has_content)];
            Cow::Owned([print.forward.as_slice(), &print.inverse, &end].concat())
        }),
    });
    let written = WrittenDifferences { rests_on: joined(&known.rests_on).into(), paths: paths.collect() };
    postcard::to_allocvec(&written).ok()
}

/// Of an entry, or of a name, about as many bytes are written; more by SHA-256.
const ABOUT_AN_ENTRY: usize = 21;

/// About so many bytes will be written of differences.
pub(super) fn length_about(known: &Differences) -> usize {
    let of_path = |path: &Difference| {
        let entries = path.delta.old.len().saturating_add(1).saturating_mul(ABOUT_AN_ENTRY);
        path.delta.path.as_bytes().len().saturating_add(entries)
    };
    known.paths.iter().map(of_path).fold(known.rests_on.len().saturating_mul(ABOUT_AN_ENTRY), usize::saturating_add)
}

pub(super) fn differences(record: &[u8]) -> Option<Differences> {
    let written: WrittenDifferences<'_> = postcard::from_bytes(record).ok()?;
    let paths = written.paths.into_iter().map(difference).collect::<Option<_>>()?;
    Some(Differences { paths, rests_on: split(&written.rests_on)? })
}

fn difference(written: WrittenDifference<'_>) -> Option<Difference> {
    let mut rest = &*written.entries;
    let new = entry(&mut rest)?;
    let mut old = Old::new();
    while !rest.is_empty() {
        old.push(entry(&mut rest)?);
    }
    let print = match written.print {
        None => None,
        Some(print) => Some(Box::new(read_print(&print)?)),
    };
    Some(Difference {
        delta: Delta { path: RepoPath::new(written.path), new, old },
        lines: match written.lines {
            WrittenLines::Unknown => None,
            WrittenLines::NotItsOwn => Some(None),
            WrittenLines::None => Some(Some(Lines::None)),
            WrittenLines::Text(added, removed) => Some(Some(Lines::Text { added, removed })),
        },
        gain: written.gain.map(Gain::from_number),
        print,
    })
}

fn read_print(bytes: &[u8]) -> Option<Print> {
    let (forward, rest) = bytes.split_first_chunk::<20>()?;
    let (inverse, end) = rest.split_first_chunk::<20>()?;
    Some(Print { forward: *forward, inverse: *inverse, has_content: end == [1] })
}

/// The objects that a record rests on, beside the one that it is found by.
pub(super) fn rests_on((kind, _): Key, record: &[u8]) -> impl Iterator<Item = ObjectId> {
    let concluded = if kind == Kind::Conclusion { conclusion(record) } else { None };
    let known = matches!(kind, Kind::Own | Kind::Landing).then(|| differences(record)).flatten().unwrap_or_default();
    let entries = known.paths.into_iter().flat_map(|path| path.delta.old.into_iter().chain([path.delta.new]));
    let files = entries.flatten().filter(|entry| entry.mode.is_blob()).map(|entry| entry.id);
    let read = concluded.map(|(rests_on, _)| rests_on).unwrap_or_default();
    known.rests_on.into_iter().chain(files).chain(read)
}

pub(super) fn of_listing(listing: &Listing) -> Option<Vec<u8>> {
    let (names, trees): (_, Vec<ObjectId>) = listing.directories.iter().map(|(name, id)| (&**name, *id)).unzip();
    let attributes = joined(&listing.attributes).into();
    postcard::to_allocvec(&WrittenListing { names, trees: joined(&trees).into(), attributes }).ok()
}

pub(super) fn listing(record: &[u8]) -> Option<Listing> {
    let written: WrittenListing<'_> = postcard::from_bytes(record).ok()?;
    let trees = split(&written.trees)?;
    let is_whole = trees.len() == written.names.len();
    let directories = written.names.into_iter().map(Box::from).zip(trees).collect();
    is_whole.then_some(Listing { directories, attributes: split(&written.attributes)? })
}

pub(super) fn of_conclusion(rests_on: &[ObjectId], content: &[u8]) -> Option<Vec<u8>> {
    postcard::to_allocvec(&WrittenConclusion { rests_on: joined(rests_on).into(), content }).ok()
}

/// What a conclusion rests on, and what it says.
pub(super) fn conclusion(record: &[u8]) -> Option<(Vec<ObjectId>, &[u8])> {
    let written: WrittenConclusion<'_> = postcard::from_bytes(record).ok()?;
    Some((split(&written.rests_on)?, written.content))
}

/// The bit beside a mode that says that the name is by SHA-256; modes are letters.
const LONG: u8 = 0x80;

fn entries(delta: &Delta) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::iter::once(&delta.new).chain(&delta.old) {
        push_entry(*entry, &mut bytes);
    }
    bytes
}

/// Adds an entry: its mode and its name, or a zero where there is none.
fn push_entry(entry: Option<Entry>, bytes: &mut Vec<u8>) {
    let Some(Entry { mode, id }) = entry else { return bytes.push(0) };
    bytes.push(mode.code() | if id.format() == ObjectFormat::Sha256 { LONG } else { 0 });
    bytes.extend_from_slice(id.as_bytes());
}

/// Takes an entry from the bytes, if there is one; `None` where they are no entry.
fn entry(bytes: &mut &[u8]) -> Option<Option<Entry>> {
    let (mode, rest) = bytes.split_first()?;
    if *mode == 0 {
        *bytes = rest;
        return Some(None);
    }
    let format = if *mode & LONG == 0 { ObjectFormat::Sha1 } else { ObjectFormat::Sha256 };
    let (id, rest) = rest.split_at_checked(format.width())?;
    *bytes = rest;
    Some(Some(Entry { mode: Mode::from_code(*mode & !LONG)?, id: ObjectId::from_slice(id)? }))
}

/// Names one behind the other: by SHA-1 alone, or each in the room that one by SHA-256 takes, and then a zero more. So the
/// number of bytes, even or odd, says which.
pub(in crate::repo) fn joined(ids: &[ObjectId]) -> Vec<u8> {
    if ids.iter().all(|id| id.format() == ObjectFormat::Sha1) {
        return ids.iter().flat_map(|id| id.as_bytes()).copied().collect();
    }
    ids.iter().flat_map(|id| id.padded()).copied().chain([0]).collect()
}

/// The names that were joined; `None` where the bytes are none.
pub(in crate::repo) fn split(bytes: &[u8]) -> Option<Vec<ObjectId>> {
    if bytes.len().is_multiple_of(2) {
        let (ids, rest) = bytes.as_chunks();
        return rest.is_empty().then(|| ids.iter().copied().map(ObjectId::from_bytes).collect());
    }
    let (ids, rest) = bytes.as_chunks();
    (rest == [0] && !ids.is_empty()).then(|| ids.iter().copied().map(ObjectId::from_sha256).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::memory::number;

    fn known(number: fn(u8) -> ObjectId) -> Differences {
        let entry = |mode, id| Some(Entry { mode, id: number(id) });
        let print = Print { forward: [7; 20], inverse: [8; 20], has_content: true };
        let path = |name: &[u8], old: Vec<_>, new, lines| Difference {
            delta: Delta { path: RepoPath::new(name), new, old: old.into() },
            lines,
            gain: None,
            print: None,
        };
        let text = Some(Some(Lines::Text { added: 300, removed: 2 }));
        let first = path(b"a", vec![None], entry(Mode::File, 1), text);
        let paths = vec![
            Difference { gain: Some(Gain::from_number(9)), print: Some(Box::new(print)), ..first },
            path(b"b", vec![entry(Mode::Symlink, 2), entry(Mode::Submodule, 3)], None, Some(None)),
            path(b"\xff", vec![entry(Mode::Executable, 4)], None, Some(Some(Lines::None))),
            path(b"d", vec![entry(Mode::Tree, 4)], None, None),
        ];
        Differences { paths, rests_on: vec![number(5), number(6)] }
    }

    #[test]
    fn what_is_written_is_read_again() {
        is_read_again(number);
        is_read_again(|id| ObjectId::from_sha256([id; 32]));
    }

    fn is_read_again(number: fn(u8) -> ObjectId) {
        let record = of_differences(&known(number)).unwrap();
        assert_eq!(differences(&record).unwrap(), known(number));
        let used: Vec<_> = rests_on((Kind::Own, number(0)), &record).collect();
        assert_eq!(used, [5, 6, 1, 2, 4].map(number), "neither what is no blob nor anything twice");
        for committed in [None, UnixTime::new(-1)] {
            let known = Links { parents: vec![number(1), number(1)], committed };
            assert_eq!(links(&of_links(&known).unwrap()).unwrap(), known);
        }
        let known = Listing { directories: vec![(b"a".as_slice().into(), number(1))], attributes: vec![number(2)] };
        assert_eq!(listing(&of_listing(&known).unwrap()).unwrap(), known);
        let known = of_conclusion(&[number(1), number(2)], b"said").unwrap();
        assert_eq!(conclusion(&known).unwrap(), (vec![number(1), number(2)], b"said".as_slice()));
        assert!(rests_on((Kind::Conclusion, number(0)), &known).eq([1, 2].map(number)));
        for cut in 0..record.len() {
            assert_eq!(differences(&record[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn names_by_either_hash_or_both() {
        let (short, long) = (number(1), ObjectId::from_sha256([2; 32]));
        for ids in [&[][..], &[short], &[short; 3], &[long], &[long; 5], &[short, long], &[long, short, ObjectId::NULL]]
        {
            let bytes = joined(ids);
            assert_eq!(split(&bytes).as_deref(), Some(ids));
            for other in [[&bytes[..], &[0]].concat(), bytes.iter().copied().skip(1).collect()] {
                if ids.is_empty() && other.is_empty() {
                    continue;
                }
                assert_ne!(split(&other).as_deref(), Some(ids), "{other:?}");
            }
        }
        assert_eq!((split(&[0; 21]), split(&[1; 33]), split(&[1; 22])), (None, None, None));
    }

    /// Where this fails, records are written otherwise: raise the number in the file's header, then change this.
    #[test]
    fn the_form_is_that_of_the_version_in_the_header() {
        let sum = crc32fast::hash(&of_differences(&known(number)).unwrap());
        assert_eq!(sum, 1_033_338_550);
    }
}
