//! Tables as git 2.47 wrote them (`tests/reftable/`), and others that it never would.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;

const ONE: &str = "c29b3412b24ec135f9768f86f67e8fec1e3fa62e";
const TWO: &str = "da15bf890d6b8a175fd8312964d8b2a7526cce67";

fn object(id: &str) -> Option<Target> {
    Some(Target::Object(id.parse().unwrap()))
}

/// What `git init --ref-format=reftable` and the commands named beside each use left behind.
fn of_git(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reftable").join(name)
}

/// `reftable.blockSize=256`, 500 references in one `git update-ref --stdin`, `git pack-refs --all`.
#[test]
fn an_index_of_several_levels_leads_to_each() {
    let mut stack = Stack::open(&of_git("deep"), ObjectFormat::Sha1).unwrap();
    for number in 1..=500 {
        let id = if number % 2 == 0 { ONE } else { TWO };
        assert_eq!(stack.find(&format!("refs/pull/{number}/head")).unwrap(), object(id), "{number}");
    }
    assert_eq!(stack.find("HEAD").unwrap(), Some(Target::Symbolic(b"refs/heads/main".to_vec())));
    for absent in ["A", "refs/pull/0/head", "refs/pull/501/head", "refs/pull/77", "refs/pull/77/headx", "refs/zz"] {
        assert_eq!(stack.find(absent).unwrap(), None, "{absent}");
    }
    for (prefix, count) in [("refs/pull/", 500), ("refs/pull/4", 111), ("refs/", 501), ("", 502), ("refs/tags/", 0)] {
        assert_eq!(stack.below(prefix).unwrap().len(), count, "{prefix}");
    }
    stack.look_through().unwrap();
}

/// `git pack-refs --all`, then `git update-ref -d refs/heads/old` and two more updates without joining the tables.
#[test]
fn the_newer_table_holds() {
    let mut stack = Stack::open(&of_git("stack"), ObjectFormat::Sha1).unwrap();
    assert_eq!(stack.tables.len(), 3);
    for (name, said) in [
        ("HEAD", Some(Target::Symbolic(b"refs/heads/main".to_vec()))),
        ("refs/heads/main", object(TWO)),
        ("refs/heads/new", object(ONE)),
        ("refs/heads/old", None),
        ("refs/remotes/origin/HEAD", Some(Target::Symbolic(b"refs/remotes/origin/main".to_vec()))),
        ("refs/remotes/origin/main", object(TWO)),
        ("refs/tags/v1", object("1dad1b15e8295e386f0e59fc6cdf2d849029130c")),
    ] {
        assert_eq!(stack.find(name).unwrap(), said, "{name}");
    }
    let heads: Vec<_> = stack.below("refs/heads/").unwrap().into_iter().collect();
    assert_eq!(heads, [b"refs/heads/main".to_vec(), b"refs/heads/new".to_vec()]);
    stack.look_through().unwrap();
}

#[test]
fn no_list_no_table_and_what_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let told = |list: &str| {
        fs::write(dir.path().join("tables.list"), list).unwrap();
        Stack::open(dir.path(), ObjectFormat::Sha1).map(|stack| stack.tables.len()).map_err(|error| error.to_string())
    };
    fs::write(dir.path().join("short.ref"), "REFT").unwrap();
    fs::write(dir.path().join("other.ref"), "x".repeat(200)).unwrap();
    fs::write(dir.path().join("later.ref"), format!("REFT\u{3}{}", "x".repeat(200))).unwrap();
    for (list, said) in [
        ("gone.ref\n", "gone.ref: "),
        ("short.ref\n", "cut off"),
        ("other.ref\n", "does not begin as a table"),
        ("later.ref\n", "a table of version 3"),
        ("../short.ref\n", "`../short.ref` is no name of a table"),
        (".hidden\n", "is no name of a table"),
        ("short ref\n", "is no name of a table"),
    ] {
        let error = told(list).unwrap_err();
        assert!(error.contains(said), "{list}: {error}");
    }
    assert_eq!(told("").unwrap(), 0);
    fs::remove_file(dir.path().join("tables.list")).unwrap();
    assert!(Stack::open(dir.path(), ObjectFormat::Sha1).is_err());
}

/// A table of our own: references in blocks of so many, padded to a size or not, with so many places in a block of the index.
struct Written {
    /// The second for SHA-256, which the first cannot have.
    version: u8,
    format: ObjectFormat,
    block_size: usize,
    each: usize,
    /// None for a table without an index.
    fan: Option<usize>,
}

fn number(mut value: u64) -> Vec<u8> {
    let mut bytes = vec![(value & 0x7f) as u8];
    while value >= 128 {
        value = (value >> 7) - 1;
        bytes.insert(0, (value & 0x7f) as u8 | 0x80);
    }
    bytes
}

/// A block whose records have whole names.
fn block(kind: u8, header: usize, records: &[(String, u64, Vec<u8>)]) -> Vec<u8> {
    let (mut body, mut restarts) = (Vec::new(), Vec::new());
    for (name, of_kind, value) in records {
        restarts.extend_from_slice(&((header + 4 + body.len()) as u32).to_be_bytes()[1..]);
        body.extend(
            [number(0), number(((name.len() as u64) << 3) | of_kind), name.clone().into(), value.clone()].concat(),
        );
    }
    let length = (header + 4 + body.len() + restarts.len() + 2) as u32;
    let count = (records.len() as u16).to_be_bytes();
    [&[kind], &length.to_be_bytes()[1..], &body, &restarts, &count].concat()
}

impl Written {
    fn table(&self, names: &[String]) -> Vec<u8> {
        let mut header = b"REFT".to_vec();
        header.extend_from_slice(&((u32::from(self.version) << 24) | self.block_size as u32).to_be_bytes());
        header.extend_from_slice(&[0; 16]);
        if self.version == 2 {
            header.extend_from_slice(if self.format == ObjectFormat::Sha1 { b"sha1" } else { b"s256" });
        }
        let mut table = header.clone();
        let mut places = Vec::new();
        for chunk in names.chunks(self.each) {
            self.pad(&mut table, header.len());
            let place = if places.is_empty() { 0 } else { table.len() };
            let records: Vec<_> =
                chunk.iter().map(|name| (name.clone(), 1, [number(0), said(self.format, name)].concat())).collect();
            table.extend(block(b'r', if place == 0 { header.len() } else { 0 }, &records));
            places.push((chunk.last().unwrap().clone(), 0, number(place as u64)));
        }
        let mut index = 0;
        while let Some(fan) = self.fan.filter(|fan| index == 0 || places.len() > *fan) {
            let mut level = Vec::new();
            for (number_of, chunk) in places.chunks(fan).enumerate() {
                self.pad(&mut table, header.len());
                index = if number_of == 0 { table.len() } else { index };
                level.push((chunk.last().unwrap().0.clone(), 0, number(table.len() as u64)));
                table.extend(block(b'i', 0, chunk));
            }
            places = level;
        }
        table.extend(footer(&header, index as u64));
        table
    }

    fn pad(&self, table: &mut Vec<u8>, header: usize) {
        if self.block_size > 0 && table.len() > header {
            table.resize(table.len().next_multiple_of(self.block_size), 0);
        }
    }
}

fn footer(header: &[u8], index: u64) -> Vec<u8> {
    let fields = [header, &index.to_be_bytes(), &[0; 32]].concat();
    let sum = crc32fast::hash(&fields).to_be_bytes();
    [fields.as_slice(), &sum].concat()
}

/// The object that a reference of ours leads to.
fn said(format: ObjectFormat, name: &str) -> Vec<u8> {
    let mut id = vec![1; format.width()];
    id.splice(..4, crc32fast::hash(name.as_bytes()).to_be_bytes());
    id
}

fn stack_of(format: ObjectFormat, table: &[u8]) -> (TempDir, Result<Stack, RepoError>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.ref"), table).unwrap();
    fs::write(dir.path().join("tables.list"), "a.ref\n").unwrap();
    let stack = Stack::open(dir.path(), format);
    (dir, stack)
}

fn opened(table: &[u8]) -> (TempDir, Stack) {
    let (dir, stack) = stack_of(ObjectFormat::Sha1, table);
    (dir, stack.unwrap())
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("refs/heads/{number:04}")).collect()
}

#[test]
fn padded_or_not_of_either_version_each_is_found() {
    let names = names(200);
    for (version, format) in [(1, ObjectFormat::Sha1), (2, ObjectFormat::Sha1), (2, ObjectFormat::Sha256)] {
        for block_size in [0, 1024, 4096] {
            for (each, fan) in [(7, Some(5)), (7, Some(300)), (7, None), (200, None), (1, Some(2))] {
                let table = Written { version, format, block_size, each, fan }.table(&names);
                let mut stack = stack_of(format, &table).1.unwrap();
                for name in &names {
                    let id = ObjectId::from_slice(&said(format, name)).unwrap();
                    let shape = (version, format, block_size, each, fan);
                    assert_eq!(stack.find(name).unwrap(), Some(Target::Object(id)), "{name} {shape:?}");
                }
                assert_eq!(stack.find("refs/heads/0100x").unwrap(), None);
                assert_eq!(stack.find("refs/heads/a").unwrap(), None);
                assert_eq!(stack.below("refs/heads/01").unwrap().len(), 100);
                stack.look_through().unwrap();
                let other = if format == ObjectFormat::Sha1 { ObjectFormat::Sha256 } else { ObjectFormat::Sha1 };
                let error = stack_of(other, &table).1.unwrap_err().to_string();
                assert!(error.contains("named in another way"), "{error}");
            }
        }
    }
    let empty = Written { version: 1, format: ObjectFormat::Sha1, block_size: 0, each: 1, fan: None }.table(&[]);
    let (_dir, mut stack) = opened(&empty);
    assert_eq!(stack.find("HEAD").unwrap(), None);
    stack.look_through().unwrap();
}

#[test]
fn damage_is_no_absence() {
    let whole = Written { version: 1, format: ObjectFormat::Sha1, block_size: 0, each: 5, fan: Some(3) };
    let good = whole.table(&names(40));
    let index_at = good.iter().rposition(|byte| *byte == b'i').unwrap();
    let second = usize::from(u16::from_be_bytes([good[26], good[27]]));
    let record = |name: &str, kind: u64, value: &[u8]| (name.to_owned(), kind, value.to_vec());
    let header = &good[..24];
    let one = |records: &[_]| [header, &block(b'r', 24, records), &footer(header, 0)].concat();
    let changed = |at: usize, byte: u8| {
        let mut table = good.clone();
        table[at] = byte;
        table
    };
    let id = said(ObjectFormat::Sha1, "x");
    let value = [number(0), id.clone()].concat();
    for (what, table, reason) in [
        ("a first block of another kind", changed(24, b'o'), "begins with no block of references"),
        ("references that are logs", changed(24, b'g'), "begins with no block of references"),
        ("a block that ends the references too early", changed(second, b'i'), ""),
        ("a length beyond the end", changed(25, 0xff), "cut off"),
        ("no restarts", changed(24 + 3, 5), "too short"),
        ("an index without records", changed(index_at, b'g'), "no block as its index and footer say"),
        ("a kind of record to come", one(&[record("refs/a", 4, &value)]), "unknown kind"),
        ("an id that is cut off", one(&[record("refs/a", 1, &value[..9])]), "record is cut off"),
        ("a target that is cut off", one(&[record("refs/a", 3, &[0, 30, b'r'])]), "record is cut off"),
        ("a number without end", one(&[record("refs/a", 1, &[0xff; 30])]), "record is cut off"),
        ("an order that is none", one(&[record("refs/b", 1, &value), record("refs/a", 1, &value)]), "not in order"),
        ("a name twice", one(&[record("refs/a", 1, &value), record("refs/a", 1, &value)]), "not in order"),
        ("an empty name", one(&[record("", 1, &value)]), "not in order"),
    ] {
        let (_dir, stack) = stack_of(ObjectFormat::Sha1, &table);
        let error = stack.and_then(|mut stack| stack.look_through()).map(|()| what).unwrap_err().to_string();
        assert!(error.contains(reason), "{what}: {error}");
    }
    // A name that shares more than there is.
    let mut shared = one(&[record("refs/a", 1, &value)]);
    shared[28] = 9;
    assert!(opened(&shared).1.find("refs/a").is_err());
    // The second version says how objects are named.
    let mut other =
        Written { version: 2, format: ObjectFormat::Sha1, block_size: 0, each: 5, fan: None }.table(&names(4));
    let hash = other.windows(4).position(|found| found == b"sha1").unwrap();
    for told in [b"s256", b"s512"] {
        other[hash..hash + 4].copy_from_slice(told);
        let error = stack_of(ObjectFormat::Sha1, &other).1.map(drop).unwrap_err().to_string();
        assert!(error.contains("named in another way"), "{error}");
    }
    // Cut off anywhere, it has no footer.
    for length in 0..good.len() {
        assert!(stack_of(ObjectFormat::Sha1, &good[..length]).1.is_err(), "{length}");
    }
}

/// By an index whose names lie before those of the blocks a reference is looked for behind where it stands.
#[test]
fn an_index_that_passes_a_reference_by() {
    let mut table =
        Written { version: 1, format: ObjectFormat::Sha1, block_size: 0, each: 2, fan: Some(9) }.table(&names(6));
    let index = table.windows(15).rposition(|found| found == b"refs/heads/0001").unwrap();
    let (_dir, mut stack) = opened(&table);
    assert!(stack.find("refs/heads/0001").unwrap().is_some());
    stack.look_through().unwrap();
    table[index + 14] = b'0';
    let (_dir, mut stack) = opened(&table);
    assert_eq!(stack.find("refs/heads/0001").unwrap(), None);
    let error = stack.look_through().unwrap_err().to_string();
    assert!(error.contains("its index leads elsewhere than to its references"), "{error}");
}

/// An index that leads to itself, or to the same block again and again, ends.
#[test]
fn an_index_in_circles() {
    let header = [b"REFT".as_slice(), &[1, 0, 0, 0], &[0; 16]].concat();
    let references = block(b'r', 24, &[("refs/a".to_owned(), 1, [number(0), said(ObjectFormat::Sha1, "x")].concat())]);
    let at = (header.len() + references.len()) as u64;
    for leads_to in [vec![at], vec![0, at], vec![at + 5, 0], vec![u64::from(u32::MAX)], vec![1, 2, 3]] {
        let records: Vec<_> = leads_to
            .iter()
            .enumerate()
            .map(|(number_of, place)| (format!("refs/b{number_of}"), 0, number(*place)))
            .collect();
        let table = [header.clone(), references.clone(), block(b'i', 0, &records), footer(&header, at)].concat();
        let (_dir, mut stack) = opened(&table);
        let error = stack.look_through().unwrap_err().to_string();
        assert!(leads_to != [at] || error.contains("leads elsewhere than to its next level"), "{error}");
        drop(stack.find("refs/a"));
        drop(stack.find("refs/b1"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a table says, reading it ends, and without a panic.
    #[test]
    fn any_bytes_are_read_to_an_end(changes in prop::collection::vec((0_usize..1500, any::<u8>()), 1..6), is_padded: bool) {
        let written = Written { version: 1, format: ObjectFormat::Sha1, block_size: if is_padded { 512 } else { 0 }, each: 6, fan: Some(2) };
        let mut table = written.table(&names(30));
        let end = table.len() - 68;
        for (at, byte) in changes {
            table[24 + at % (end - 24)] = byte;
        }
        let (_dir, Ok(mut stack)) = stack_of(ObjectFormat::Sha1, &table) else { return Ok(()) };
        let is_whole = stack.look_through().is_ok();
        for name in names(30) {
            let found = stack.find(&name);
            // What was looked through is found, unless its own name is another now.
            prop_assert!(!is_whole || found.is_ok());
        }
        drop(stack.below("refs/"));
    }
}
