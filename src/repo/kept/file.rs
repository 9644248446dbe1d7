//! The file that facts are kept in: a header, then records, each with its length and a checksum, sorted by key.
//!
//! It is written beside the old one and then takes its place, so that a reader sees one of them whole. A file that is
//! somebody else's, of another version, or not one of ours is as good as none; so is a damaged record.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::BufWriter;
use std::io::Read as _;
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::kept::Key;
use crate::repo::kept::Kind;
use crate::repo::kept::witness::Witness;

/// The first line. The number is raised when records mean something else, or are written otherwise; another release
/// may count lines in another way, and begins anew.
const HEADER: &str = concat!("debtlint facts 7, by ", env!("CARGO_PKG_VERSION"), "\n");

/// How a file's name begins.
const PREFIX: &str = "facts-";

/// The bytes of a file, at most: what the run used, then of the rest what has room.
const LARGEST_FILE: usize = 64 << 20;

/// The bytes of all files of a folder, at most; the oldest go first.
const LARGEST_FOLDER: u64 = 512 << 20;

/// A length and a checksum.
const FRAME: usize = 8;

/// The bit beside a kind that says that all objects which a record rests on lay in the witness's packs.
const PACKED: u8 = 0x80;

/// The bit beside a kind that says that the name is by SHA-256, and so the longer one.
const LONG: u8 = 0x40;

/// What was kept.
#[derive(Default)]
pub(super) struct File {
    bytes: Vec<u8>,
    /// The packs that were there when it was written.
    pub(super) witness: Witness,
    /// Sorted by key, no key twice.
    records: Vec<Record>,
    /// How the names in them begin, close together: names are looked up by the ten thousand.
    beginnings: Vec<u64>,
    /// Where the records of each kind stand.
    kinds: BTreeMap<Kind, Range<usize>>,
}

struct Record {
    key: Key,
    /// Where its content stands.
    content: Range<usize>,
    /// Whether all objects that it rests on lay in the witness's packs.
    is_packed: bool,
    /// Whether this run asked for it.
    used: AtomicBool,
}

impl Record {
    fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether the witness says that all is there which it rests on.
    const fn is_proven(&self, is_confirmed: bool) -> bool {
        self.is_packed && is_confirmed
    }
}

/// The file for the repository at a place.
pub(super) fn path(folder: &Path, repository: &Path) -> PathBuf {
    let name = Sha1::digest(repository.as_os_str().as_encoded_bytes());
    let digits: String = name.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    folder.join(format!("{PREFIX}{digits}"))
}

impl File {
    /// What a file holds; nothing where it cannot be used.
    pub(super) fn read(path: &Path) -> Self {
        let bytes = bytes(path).unwrap_or_default();
        let (witness, records) = records(&bytes).unwrap_or_default();
        let beginnings = records.iter().map(|record| beginning(record.key.1)).collect();
        let mut kinds = BTreeMap::new();
        let mut from = 0;
        for some in records.chunk_by(|a, b| a.key.0 == b.key.0) {
            let until = from + some.len();
            kinds.extend(some.first().map(|first| (first.key.0, from..until)));
            from = until;
        }
        Self { bytes, witness, records, beginnings, kinds }
    }

    /// The content of a record, and whether all that it rests on lay in the witness's packs.
    pub(super) fn get(&self, key: Key) -> Option<(&[u8], bool)> {
        let place = self.kinds.get(&key.0)?.clone();
        let (wanted, beginnings) = (beginning(key.1), self.beginnings.get(place.clone())?);
        let first = beginnings.partition_point(|beginning| *beginning < wanted);
        let of_kind = self.records.get(place)?.get(first..)?;
        let mut alike = of_kind.iter().take_while(|record| beginning(record.key.1) == wanted);
        let record = alike.find(|record| record.key == key)?;
        record.used.store(true, Ordering::Relaxed);
        Some((self.bytes.get(record.content.clone())?, record.is_packed))
    }

    /// The records that were used and of which the witness says nothing.
    pub(super) fn used_unproven(&self, is_confirmed: bool) -> impl Iterator<Item = (Key, &[u8])> {
        let is_asked = move |record: &&Record| record.is_used() && !record.is_proven(is_confirmed);
        self.records.iter().filter(is_asked).map(|record| (record.key, self.content(record)))
    }

    /// Whether a record was used that the witness says nothing of.
    pub(super) fn was_used_unproven(&self, is_confirmed: bool) -> bool {
        !is_confirmed && self.records.iter().any(Record::is_used)
    }

    fn content(&self, record: &Record) -> &[u8] {
        self.bytes.get(record.content.clone()).unwrap_or_default()
    }
}

/// The first eight bytes of a name, as a number that sorts as they do.
fn beginning(id: ObjectId) -> u64 {
    id.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let is_taken = |found: &fs::Metadata| {
        found.is_file() && is_ours(found) && found.len() <= u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX)
    };
    // Opening a pipe waits for whoever writes to it; what is open may be another one than what was looked at.
    if !is_taken(&fs::metadata(path)?) {
        return Ok(Vec::new());
    }
    let mut file = fs::File::open(path)?;
    let found = file.metadata()?;
    if !is_taken(&found) {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether only we ourselves could have written it.
#[cfg(unix)]
fn is_ours(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0
}

#[cfg(not(unix))]
const fn is_ours(_found: &fs::Metadata) -> bool {
    true
}

/// The witness, which comes first, and the records behind it; `None` where the file is not one of ours.
fn records(bytes: &[u8]) -> Option<(Witness, Vec<Record>)> {
    let (sum, first) = frame(bytes, bytes.strip_prefix(HEADER.as_bytes()).map(|_| HEADER.len())?)?;
    let mut at = first.end;
    let text = bytes.get(first)?;
    let witness = if checksum(text) == sum { Witness::from_bytes(text) } else { Witness::default() };
    let mut found = Vec::new();
    // A length that is damaged leads to nowhere: what stands behind it is given up.
    while let Some((sum, content)) = frame(bytes, at) {
        at = content.end;
        let text = bytes.get(content.clone()).unwrap_or_default();
        if checksum(text) == sum
            && let Some((key, is_packed)) = key(text)
        {
            let content = content.start.saturating_add(length(key))..content.end;
            found.push(Record { key, content, is_packed, used: AtomicBool::new(false) });
        }
    }
    if !found.is_sorted_by(|a: &Record, b: &Record| a.key < b.key) {
        found.sort_by_key(|record| record.key);
        found.dedup_by_key(|record| record.key);
    }
    Some((witness, found))
}

/// The checksum of the record at a place, and where it stands.
fn frame(bytes: &[u8], at: usize) -> Option<(u32, Range<usize>)> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (sum, _) = rest.split_first_chunk::<4>()?;
    let start = at.checked_add(FRAME)?;
    let end = start.checked_add(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    (end <= bytes.len()).then(|| (u32::from_le_bytes(*sum), start..end))
}

fn key(record: &[u8]) -> Option<(Key, bool)> {
    let (kind, rest) = record.split_first()?;
    let format = if *kind & LONG == 0 { ObjectFormat::Sha1 } else { ObjectFormat::Sha256 };
    let id = ObjectId::from_slice(rest.get(..format.width())?)?;
    Some(((Kind::from_code(*kind & !(PACKED | LONG))?, id), *kind & PACKED != 0))
}

/// Bytes of a key: a kind and a name.
fn length((_, name): Key) -> usize {
    name.as_bytes().len().saturating_add(1)
}

fn checksum(record: &[u8]) -> u32 {
    // The length takes part: so many zero bytes are not as good as more of them.
    let mut sum = crc32fast::Hasher::new();
    sum.update(&record.len().to_le_bytes());
    sum.update(record);
    sum.finalize()
}

/// What goes into a file beside what was in it.
pub(super) struct New<'n> {
    pub(super) learned: &'n BTreeMap<Key, Cow<'n, [u8]>>,
    /// The packs that are there.
    pub(super) witness: &'n Witness,
    /// Whether those of the old file are among them.
    pub(super) is_confirmed: bool,
    /// Whether all objects that a record rests on lie in packs, if they are there.
    pub(super) is_packed: &'n dyn Fn(Key, &[u8]) -> bool,
}

/// Writes what was learned and what was kept to a new file, which takes the old one's place.
pub(super) fn write(path: &Path, old: &File, new: &New<'_>) -> io::Result<()> {
    write_within(LARGEST_FILE, path, old, new)?;
    shrink(path.parent().unwrap_or(path), LARGEST_FOLDER)
}

fn write_within(limit: usize, path: &Path, old: &File, new: &New<'_>) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    create(folder)?;
    let file = tempfile::Builder::new().prefix(&format!("{PREFIX}new-")).tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(1 << 18, file);
    out.write_all(HEADER.as_bytes())?;
    let witness = new.witness.to_bytes();
    write_frame(&mut out, &witness)?;
    let room = limit.saturating_sub(HEADER.len()).saturating_sub(FRAME).saturating_sub(witness.len());
    for (key, (content, is_packed)) in chosen(old, new, room) {
        let mut record = Vec::with_capacity(content.len().saturating_add(length(key)));
        let is_long = key.1.format() == ObjectFormat::Sha256;
        record.push(key.0.code() | if is_packed { PACKED } else { 0 } | if is_long { LONG } else { 0 });
        record.extend_from_slice(key.1.as_bytes());
        record.extend_from_slice(content);
        write_frame(&mut out, &record)?;
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.persist(path).map_err(|failed| failed.error)?;
    Ok(())
}

fn write_frame(out: &mut impl io::Write, record: &[u8]) -> io::Result<()> {
    out.write_all(&u32::try_from(record.len()).unwrap_or(u32::MAX).to_le_bytes())?;
    out.write_all(&checksum(record).to_le_bytes())?;
    out.write_all(record)
}

/// What goes into the new file, by key: what this run learned or used as far as it fits, then what is left of the old.
fn chosen<'f>(old: &'f File, new: &New<'f>, room: usize) -> BTreeMap<Key, (&'f [u8], bool)> {
    let mut left = room;
    let mut chosen = BTreeMap::new();
    let mut choose = |key: Key, content: &'f [u8], is_packed: bool| {
        let size = content.len().saturating_add(FRAME).saturating_add(length(key));
        if size <= left {
            left = left.saturating_sub(size);
            chosen.insert(key, (content, is_packed));
        }
    };
    for (key, content) in new.learned {
        choose(*key, content, (new.is_packed)(*key, content));
    }
    for was_used in [true, false] {
        for record in &old.records {
            if record.is_used() == was_used && !new.learned.contains_key(&record.key) {
                let content = old.content(record);
                // What was not used was not looked at: only the old witness can say something of it.
                let is_packed =
                    record.is_proven(new.is_confirmed) || (was_used && (new.is_packed)(record.key, content));
                choose(record.key, content, is_packed);
            }
        }
    }
    chosen
}

/// Creates the folder, for ourselves alone, and says to those who make backups what it is.
fn create(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    fs::write(folder.join("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n# Facts kept by debtlint\n")
}

/// Deletes the oldest files of ours until the folder is not too large; among them those that a killed run left behind.
fn shrink(folder: &Path, limit: u64) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Another run may have renamed or deleted it meanwhile.
        let Ok(found) = entry.metadata() else { continue };
        if found.is_file() && entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes()) {
            files.push((found.modified()?, entry.path(), found.len()));
        }
    }
    files.sort_unstable();
    let mut total = files.iter().fold(0_u64, |sum, (_, _, size)| sum.saturating_add(*size));
    for (_, path, size) in files {
        if total <= limit {
            break;
        }
        drop(fs::remove_file(path));
        total = total.saturating_sub(size);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit, each other one by SHA-256.
    fn key(name: u8) -> Key {
        let long = name % 2 == 1;
        (Kind::Commit, if long { ObjectId::from_sha256([name; 32]) } else { ObjectId::from_bytes([name; 20]) })
    }

    /// Writes records of 100 bytes beside what a file holds.
    fn add(limit: usize, path: &Path, old: &File, names: &[u8]) {
        let learned = names.iter().map(|name| (key(*name), Cow::Owned(vec![*name; 100]))).collect();
        let new =
            New { learned: &learned, witness: &Witness::default(), is_confirmed: false, is_packed: &|_, _| false };
        write_within(limit, path, old, &new).unwrap();
    }

    fn held(path: &Path) -> Vec<u8> {
        let file = File::read(path);
        let all = (0..=u8::MAX).filter(|name| file.get(key(*name)) == Some((&[*name; 100], false)));
        all.collect()
    }

    #[test]
    fn what_was_used_stays_and_of_the_rest_what_has_room() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facts-x");
        add(10_000, &path, &File::default(), &[1, 2, 3, 4]);
        assert_eq!(held(&path), [1, 2, 3, 4]);
        let limit = HEADER.len() + 20 + 3 * (100 + FRAME + length(key(1)));
        let old = File::read(&path);
        assert!(old.get(key(3)).is_some());
        add(limit, &path, &old, &[9]);
        assert_eq!(held(&path), [1, 3, 9]);
        assert!(fs::metadata(&path).unwrap().len() <= u64::try_from(limit).unwrap());
    }

    #[test]
    fn damage_costs_a_record_or_what_stands_behind_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facts-x");
        add(10_000, &path, &File::default(), &[1, 2, 3]);
        let whole = fs::read(&path).unwrap();
        let second = whole.len() - [2, 3].map(|name| 100 + FRAME + length(key(name))).iter().sum::<usize>();
        for (at, left) in [(whole.len() - 1, &[1, 2][..]), (second + FRAME + 40, &[1, 3]), (second + 2, &[1]), (3, &[])]
        {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x40;
            fs::write(&path, bytes).unwrap();
            assert_eq!(held(&path), left, "at {at}");
        }
        fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(held(&path), [1, 2]);
    }

    #[test]
    fn the_oldest_files_go_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let time = fs::metadata(folder.path()).unwrap().modified().unwrap();
        for (name, age) in [("facts-new-killed", 3), ("facts-a", 2), ("facts-b", 1), ("somebody-else", 9)] {
            let path = folder.path().join(name);
            fs::write(&path, [0; 100]).unwrap();
            let earlier = time - jiff::SignedDuration::from_secs(age).unsigned_abs();
            fs::File::options().write(true).open(&path).unwrap().set_modified(earlier).unwrap();
        }
        shrink(folder.path(), 150).unwrap();
        let left =
            ["facts-new-killed", "facts-a", "facts-b", "somebody-else"].map(|name| folder.path().join(name).exists());
        assert_eq!(left, [false, false, true, true]);
    }
}
