//! Objects that lie in files of their own.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use zlib_rs::Inflate;
use zlib_rs::InflateFlush;
use zlib_rs::Status;

use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::RepoError;
use crate::repo::objects::Unpacked;
use crate::repo::open::unreadable;

/// The longest header that there is: `commit 18446744073709551615` and a zero byte.
const LONGEST_HEADER: usize = 32;

/// The loose objects of some object directories.
#[derive(Debug)]
pub(super) struct Loose {
    dirs: Vec<PathBuf>,
    /// Which objects there are, by the first byte of their names, listed when first asked for. A fresh clone has none,
    /// and then this costs nothing for any one object.
    listed: RefCell<BTreeMap<u8, BTreeSet<ObjectId>>>,
}

impl Loose {
    pub(super) const fn new(dirs: Vec<PathBuf>) -> Self {
        Self { dirs, listed: RefCell::new(BTreeMap::new()) }
    }

    pub(super) fn dirs(&self) -> &[PathBuf] {
        &self.dirs
    }

    /// Reads an object, unchecked; `None` when it is not loose.
    pub(super) fn read(&self, id: ObjectId, limit: u64) -> Result<Option<Unpacked>, RepoError> {
        let Some(file) = self.file(id)? else { return Ok(None) };
        let (kind, size, mut unpacking) = Unpacking::begin(&file).map_err(|reason| corrupt(id, reason))?;
        if size > limit {
            return Ok(Some(Unpacked::TooLarge(kind, size)));
        }
        let content = unpacking.finish(&file, size).map_err(|reason| corrupt(id, reason))?;
        Ok(Some(Unpacked::Content(kind, Arc::new(content))))
    }

    /// The packed content of an object's file.
    fn file(&self, id: ObjectId) -> Result<Option<Vec<u8>>, RepoError> {
        if !self.is_listed(id) {
            return Ok(None);
        }
        for path in self.paths(id) {
            match fs::read(&path) {
                Ok(file) => return Ok(Some(file)),
                // In another directory, or packed since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(unreadable(&path, &error)),
            }
        }
        Ok(None)
    }

    /// Whether an object is there, as a file with something in it. What it holds is seen when it is read.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        let holds = |path: PathBuf| fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0);
        self.is_listed(id) && self.paths(id).any(holds)
    }

    fn paths(&self, id: ObjectId) -> impl Iterator<Item = PathBuf> {
        let name = id.to_string();
        let (fan, rest) = name.split_at(2);
        let inner = Path::new(fan).join(rest);
        self.dirs.iter().map(move |dir| dir.join(&inner))
    }

    /// Whether something of an object's name is there, by the listing.
    pub(super) fn is_listed(&self, id: ObjectId) -> bool {
        let first = id.as_bytes().first().copied().unwrap_or_default();
        let mut listed = self.listed.borrow_mut();
        listed.entry(first).or_insert_with(|| self.list(first)).contains(&id)
    }

    fn list(&self, first: u8) -> BTreeSet<ObjectId> {
        let fan = format!("{first:02x}");
        let mut found = BTreeSet::new();
        for dir in &self.dirs {
            // A directory that cannot be listed is one without loose objects; what is missing then is missed later.
            for entry in fs::read_dir(dir.join(&fan)).into_iter().flatten().flatten() {
                let name = entry.file_name();
                found.extend(name.to_str().and_then(|rest| format!("{fan}{rest}").parse::<ObjectId>().ok()));
            }
        }
        found
    }
}

/// A file that is being unpacked.
struct Unpacking {
    inflate: Inflate,
    /// What came out behind the header so far.
    begun: Vec<u8>,
}

impl Unpacking {
    /// Unpacks just the header: the kind, and the size that the content should have.
    fn begin(file: &[u8]) -> Result<(ObjectKind, u64, Self), &'static str> {
        let mut inflate = Inflate::new(true, 15);
        let mut head = [0; LONGEST_HEADER];
        inflate.decompress(file, &mut head, InflateFlush::NoFlush).map_err(|_why| "it cannot be unpacked")?;
        let head = usize::try_from(inflate.total_out()).ok().and_then(|out| head.get(..out)).unwrap_or_default();
        let end = head.iter().position(|byte| *byte == 0).ok_or("its header does not end")?;
        let (header, begun) = head.split_at(end);
        let (kind, size) = parse_header(header).ok_or("its header is malformed")?;
        Ok((kind, size, Self { inflate, begun: begun.get(1..).unwrap_or_default().to_vec() }))
    }

    /// Unpacks the rest, which must have exactly the size that the header states.
    fn finish(&mut self, file: &[u8], size: u64) -> Result<Vec<u8>, &'static str> {
        const TOO_SHORT: &str = "it ends too early";
        const STEP: usize = 1 << 20;
        let size = usize::try_from(size).map_err(|_too_large| "it does not fit into memory")?;
        let mut content = std::mem::take(&mut self.begun);
        let mut filled = content.len();
        loop {
            // Grown as bytes arrive, with room for one too many: a header cannot make us take memory.
            content.resize(size.saturating_add(1).min(filled.saturating_add(STEP)).max(filled), 0);
            let before = (self.inflate.total_in(), self.inflate.total_out());
            let input = usize::try_from(before.0).ok().and_then(|used| file.get(used..)).ok_or(TOO_SHORT)?;
            let room = content.get_mut(filled..).unwrap_or_default();
            let status =
                self.inflate.decompress(input, room, InflateFlush::NoFlush).map_err(|_why| "it cannot be unpacked")?;
            let after = (self.inflate.total_in(), self.inflate.total_out());
            filled = filled.saturating_add(usize::try_from(after.1.saturating_sub(before.1)).unwrap_or(0));
            if filled > size {
                return Err("it is longer than its header says");
            }
            match status {
                Status::StreamEnd if filled == size => {
                    content.truncate(size);
                    return Ok(content);
                }
                Status::StreamEnd => return Err(TOO_SHORT),
                // No way forward: this is where libgit2 goes round for ever.
                Status::Ok | Status::BufError if before == after => return Err(TOO_SHORT),
                Status::Ok | Status::BufError => {}
            }
        }
    }
}

/// `type size`, in decimal without sign or leading zero.
fn parse_header(header: &[u8]) -> Option<(ObjectKind, u64)> {
    let at = header.iter().position(|byte| *byte == b' ')?;
    let (kind, size) = header.split_at(at);
    let digits = size.get(1..)?;
    let well_formed = digits.iter().all(u8::is_ascii_digit) && (digits.len() == 1 || !digits.starts_with(b"0"));
    let size = std::str::from_utf8(digits).ok().filter(|_digits| well_formed)?.parse().ok()?;
    Some((ObjectKind::from_name(kind)?, size))
}

fn corrupt(id: ObjectId, reason: &str) -> RepoError {
    RepoError::Corrupt { id, reason: format!("as a loose object, {reason}") }
}
