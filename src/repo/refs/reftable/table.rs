//! One table: blocks of references, an index over them where they are many, and a footer that says where what lies.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::Path;

use super::block;
use super::block::Record;
use super::damaged;
use crate::facts::ObjectFormat;
use crate::repo::refs::Target;

/// Bytes before a block's records: its kind, and how long it is.
const BLOCK_HEAD: usize = 4;

/// Bytes of a footer besides the header that it repeats.
const FOOTER: usize = 44;

/// How many indexes may lead to one another.
const INDEX_DEPTH: usize = 8;

const REFERENCES: u8 = b'r';
const INDEX: u8 = b'i';

/// A block's records, and where the next block of its kind is.
type Block<T> = (Vec<Record<T>>, Option<u64>);

/// A table, whose footer is whole.
#[derive(Debug)]
pub(super) struct Table {
    file: File,
    format: ObjectFormat,
    /// Bytes of the header, which the first block shares.
    header: usize,
    /// What blocks are filled up to; 0 where each begins behind the one before.
    block_size: u64,
    /// Whether it has any: a table may hold logs alone.
    has_references: bool,
    /// Where the highest level of the index over them begins, if there is one; the lower levels lie before it.
    index: Option<u64>,
    /// Where all of these end.
    end: u64,
}

impl Table {
    /// Opens a table, and learns what its header and footer say.
    pub(super) fn open(path: &Path, format: ObjectFormat) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let Some(&[b'R', b'E', b'F', b'T', version, a, b, c]) = bytes(&mut file, 0, 8)?.first_chunk() else {
            return Err(damaged("it does not begin as a table"));
        };
        let header = match version {
            1 => 24,
            2 => 28,
            _ => return Err(damaged(format!("it is a table of version {version}"))),
        };
        let start = bytes(&mut file, 0, header + 1)?;
        let (first_kind, start) = start.split_last().ok_or_else(no_footer)?;
        let found = match start.last_chunk::<4>().filter(|_| version == 2) {
            None | Some(b"sha1") => Some(ObjectFormat::Sha1),
            Some(b"s256") => Some(ObjectFormat::Sha256),
            Some(_) => None,
        };
        if found != Some(format) {
            return Err(damaged("its objects are named in another way than the repository's"));
        }
        let footer_at = length.checked_sub((header + FOOTER) as u64).ok_or_else(no_footer)?;
        let footer = bytes(&mut file, footer_at, header + FOOTER)?;
        let (whole, sum) = footer.split_last_chunk::<4>().ok_or_else(no_footer)?;
        let fields = whole.strip_prefix(start).filter(|_| crc32fast::hash(whole) == u32::from_be_bytes(*sum));
        let (places, _none_left) = fields.ok_or_else(no_footer)?.as_chunks::<8>();
        let &[index, objects, _object_index, logs, _log_index] = places else { return Err(no_footer()) };
        let index = Some(u64::from_be_bytes(index)).filter(|place| *place > 0);
        let has_references = match *first_kind {
            REFERENCES => true,
            // Logs alone, or nothing at all.
            b'g' if index.is_none() => false,
            _ if footer_at == header as u64 => false,
            _ => return Err(damaged("it begins with no block of references")),
        };
        // The lower bits tell how long the objects' names are.
        let sections = [u64::from_be_bytes(objects) >> 5, u64::from_be_bytes(logs), footer_at];
        Ok(Self {
            file,
            format,
            header,
            block_size: u64::from(u32::from_be_bytes([0, a, b, c])),
            has_references,
            index,
            end: sections.into_iter().filter(|place| *place > 0).min().unwrap_or(footer_at),
        })
    }

    /// What is said of a reference, which may be that there is none any more; `None` where nothing is.
    pub(super) fn find(&mut self, name: &[u8]) -> io::Result<Option<Option<Target>>> {
        let mut found = None;
        self.from(name, |known, said| {
            if known == name {
                found = Some(said);
            }
            known < name
        })?;
        Ok(found)
    }

    /// Hands over what is said of each reference whose name begins so.
    pub(super) fn each(&mut self, prefix: &[u8], mut take: impl FnMut(&[u8], Option<Target>)) -> io::Result<()> {
        self.from(prefix, |name, said| {
            let is_below = name.starts_with(prefix);
            if is_below {
                take(name, said);
            }
            is_below || name < prefix
        })
    }

    /// Fails where any block of references is damaged, or the index leads elsewhere.
    pub(super) fn look_through(&mut self) -> io::Result<()> {
        let (mut blocks, mut last) = (Vec::new(), Vec::new());
        let mut place = self.has_references.then_some(0);
        while let Some(at) = place {
            let (records, next) = self.references(at)?;
            if records.first().is_none_or(|(name, _said)| *name <= last) {
                return Err(damaged(format!("the block at byte {at} is empty, or not in order")));
            }
            last = records.into_iter().next_back().map_or_else(Vec::new, |(name, _said)| name);
            blocks.push((last.clone(), at));
            place = next;
        }
        let mut leads_to = Vec::new();
        let mut level = self.index;
        while let Some(at) = level {
            let (records, next) = self.places(at)?;
            self.leaves(at, records, INDEX_DEPTH, &mut leads_to)?;
            level = next;
        }
        if self.index.is_some() && leads_to != blocks {
            return Err(damaged("its index leads elsewhere than to its references"));
        }
        Ok(())
    }

    /// Hands over references, the first one or one before the wanted name first, as long as more is asked for.
    fn from(&mut self, wanted: &[u8], mut take: impl FnMut(&[u8], Option<Target>) -> bool) -> io::Result<()> {
        let mut place = self.start(wanted)?;
        while let Some(at) = place {
            let (records, next) = self.references(at)?;
            for (name, said) in records {
                if !take(&name, said) {
                    return Ok(());
                }
            }
            place = next;
        }
        Ok(())
    }

    /// The first block that may hold a name or a later one.
    fn start(&mut self, wanted: &[u8]) -> io::Result<Option<u64>> {
        let Some(mut index) = self.index else { return Ok(self.has_references.then_some(0)) };
        for _depth in 0..INDEX_DEPTH {
            let place = loop {
                let (records, next) = self.places(index)?;
                if let Some((_last, place)) = records.into_iter().find(|(last, _place)| last.as_slice() >= wanted) {
                    break place;
                }
                let Some(next) = next else { return Ok(None) };
                index = next;
            };
            if self.kind(place)? == REFERENCES {
                return Ok(Some(place));
            }
            index = place;
        }
        Err(too_deep())
    }

    /// Adds the blocks of references that the records of an index lead to, in the end.
    fn leaves(
        &mut self,
        at: u64,
        records: Vec<Record<u64>>,
        depth: usize,
        found: &mut Vec<Record<u64>>,
    ) -> io::Result<()> {
        let lower = depth.checked_sub(1).ok_or_else(too_deep)?;
        for (last, place) in records {
            if self.kind(place)? == REFERENCES {
                found.push((last, place));
                continue;
            }
            let (below, _next) = self.places(place)?;
            // By its last name alone a block is led to once only, however often an index were to name it.
            if place >= at || below.last().is_none_or(|(name, _place)| *name != last) {
                return Err(damaged(format!("its index at byte {at} leads elsewhere than to its next level")));
            }
            self.leaves(place, below, lower, found)?;
        }
        Ok(())
    }

    /// The records of a block of references, and where the next such block is.
    fn references(&mut self, at: u64) -> io::Result<Block<Option<Target>>> {
        let (block, first, next) = self.block(at, REFERENCES)?;
        // The index follows where there is one. Whether it says the same is asked by whoever looks through.
        let next = match next {
            Some(next) if self.index.is_some() && self.kind(next)? == INDEX => None,
            next => next,
        };
        Ok((block::references(&block, first, self.format)?, next))
    }

    /// The records of a block of the index, and where the next one is.
    fn places(&mut self, at: u64) -> io::Result<Block<u64>> {
        let (block, first, next) = self.block(at, INDEX)?;
        Ok((block::places(&block, first)?, next))
    }

    /// A block, where in it the records begin, and where the next one is.
    fn block(&mut self, at: u64, kind: u8) -> io::Result<(Vec<u8>, usize, Option<u64>)> {
        let shared = self.shared(at);
        let first = shared + BLOCK_HEAD;
        let head = bytes(&mut self.file, at, first)?;
        let length = match head.get(shared..) {
            Some(&[found, a, b, c]) if found == kind => u32::from_be_bytes([0, a, b, c]),
            _ => return Err(damaged(format!("at byte {at} there is no block as its index and footer say"))),
        };
        let behind = at.checked_add(u64::from(length)).filter(|behind| *behind <= self.end);
        let behind = behind.ok_or_else(|| damaged(format!("the block at byte {at} is cut off")))?;
        let block = bytes(&mut self.file, at, length as usize)?;
        Ok((block, first, self.next(at, behind)?))
    }

    /// What a block is one of.
    fn kind(&mut self, at: u64) -> io::Result<u8> {
        let place = at.checked_add(self.shared(at) as u64).unwrap_or(at);
        bytes(&mut self.file, place, 1)?.first().copied().ok_or_else(no_footer)
    }

    /// Bytes of the header that a block begins behind.
    const fn shared(&self, at: u64) -> usize {
        if at == 0 { self.header } else { 0 }
    }

    /// Where the block behind another begins: at the next whole block size, where what is between is empty.
    fn next(&mut self, at: u64, behind: u64) -> io::Result<Option<u64>> {
        let is_filled = self.block_size > 0 && behind < self.end && bytes(&mut self.file, behind, 1)? == [0];
        let next = if is_filled { at + (behind - at).next_multiple_of(self.block_size) } else { behind };
        Ok((next < self.end).then_some(next))
    }
}

/// So many bytes of a file.
fn bytes(file: &mut File, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length {
        return Err(damaged("it is cut off"));
    }
    Ok(bytes)
}

fn no_footer() -> io::Error {
    damaged("its footer is not whole")
}

fn too_deep() -> io::Error {
    damaged("its index has too many levels")
}
