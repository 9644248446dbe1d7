//! Packs written byte by byte, and their indexes.

use std::sync::Arc;

use sha1::Digest as _;
use sha1::Sha1;
use sha2::Sha256;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::object::name_of;
use crate::repo::pack::Packed;
use crate::repo::pack::Packs;
use crate::repo::testing::TestRepo;
use crate::repo::testing::deflate;

pub(super) const BLOB: u8 = 3;
pub(super) const BEHIND: u8 = 6;
pub(super) const NAMED: u8 = 7;

/// A pack in the making.
pub(super) struct Pack {
    pub(super) format: ObjectFormat,
    pub(super) bytes: Vec<u8>,
    pub(super) starts: Vec<(ObjectId, u64)>,
}

impl Pack {
    pub(super) fn new() -> Self {
        Self::of(ObjectFormat::Sha1)
    }

    pub(super) fn of(format: ObjectFormat) -> Self {
        Self { format, bytes: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), starts: Vec::new() }
    }

    /// Writes an entry as it is told; where it starts.
    pub(super) fn raw(&mut self, id: ObjectId, kind: u8, size: u64, base: &[u8], data: &[u8]) -> u64 {
        let start = u64::try_from(self.bytes.len()).unwrap();
        self.starts.push((id, start));
        let mut byte = (kind << 4) | u8::try_from(size & 15).unwrap();
        let mut rest = size >> 4;
        while rest > 0 {
            self.bytes.push(byte | 0x80);
            byte = u8::try_from(rest & 0x7f).unwrap();
            rest >>= 7;
        }
        self.bytes.push(byte);
        self.bytes.extend_from_slice(base);
        self.bytes.extend_from_slice(data);
        start
    }

    pub(super) fn entry(&mut self, id: ObjectId, kind: u8, base: &[u8], data: &[u8]) -> u64 {
        self.raw(id, kind, u64::try_from(data.len()).unwrap(), base, &deflate(data))
    }

    pub(super) fn blob(&mut self, content: &[u8]) -> ObjectId {
        let id = name_of(self.format, ObjectKind::Blob, content);
        self.entry(id, BLOB, b"", content);
        id
    }

    pub(super) fn behind(&mut self, id: ObjectId, distance: u64, delta: &[u8]) -> u64 {
        self.entry(id, BEHIND, &distance_bytes(distance), delta)
    }

    pub(super) fn end(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap()
    }

    pub(super) fn index(&self) -> Vec<u8> {
        let starts: Vec<_> = self.starts.iter().map(|(id, start)| (*id, u32::try_from(*start).unwrap())).collect();
        index(self.format, starts, &[], &trailer(self.format, &self.finished()))
    }

    pub(super) fn finished(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes[8..12].copy_from_slice(&u32::try_from(self.starts.len()).unwrap().to_be_bytes());
        bytes.extend(hash(self.format, &bytes));
        bytes
    }

    pub(super) fn write(&self, repo: &TestRepo) {
        self.write_as("1", repo);
    }

    pub(super) fn write_as(&self, name: &str, repo: &TestRepo) {
        repo.file(&format!("objects/pack/pack-{name}.pack"), self.finished());
        repo.file(&format!("objects/pack/pack-{name}.idx"), self.index());
    }
}

pub(super) fn hash(format: ObjectFormat, bytes: &[u8]) -> Vec<u8> {
    match format {
        ObjectFormat::Sha1 => Sha1::digest(bytes).to_vec(),
        ObjectFormat::Sha256 => Sha256::digest(bytes).to_vec(),
    }
}

pub(super) fn trailer(format: ObjectFormat, bytes: &[u8]) -> Vec<u8> {
    bytes[bytes.len() - format.width()..].to_vec()
}

/// An index of names, the starts given as they will stand there.
pub(super) fn index(format: ObjectFormat, mut starts: Vec<(ObjectId, u32)>, far: &[u64], pack: &[u8]) -> Vec<u8> {
    starts.sort_unstable();
    let mut bytes = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255_u8 {
        let up_to = starts.iter().filter(|(id, _)| id.as_bytes()[0] <= first).count();
        bytes.extend_from_slice(&u32::try_from(up_to).unwrap().to_be_bytes());
    }
    bytes.extend(starts.iter().flat_map(|(id, _)| id.as_bytes()));
    bytes.extend(starts.iter().flat_map(|_| [0; 4]));
    bytes.extend(starts.iter().flat_map(|(_, start)| start.to_be_bytes()));
    bytes.extend(far.iter().flat_map(|start| start.to_be_bytes()));
    bytes.extend_from_slice(pack);
    bytes.extend(hash(format, &bytes));
    bytes
}

pub(super) fn distance_bytes(distance: u64) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(distance & 0x7f).unwrap()];
    let mut rest = distance >> 7;
    while rest > 0 {
        rest -= 1;
        bytes.insert(0, 0x80 | u8::try_from(rest & 0x7f).unwrap());
        rest >>= 7;
    }
    bytes
}

pub(super) fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

/// A delta that keeps the first bytes of its base and puts others behind them.
pub(super) fn delta(base: &[u8], keep: usize, more: &[u8]) -> Vec<u8> {
    let mut bytes = [number(base.len()), number(keep + more.len())].concat();
    let mut at = 0;
    while at < keep {
        let length = (keep - at).min(0xffff);
        bytes.push(0xbf);
        bytes.extend_from_slice(&u32::try_from(at).unwrap().to_le_bytes());
        bytes.extend_from_slice(&u16::try_from(length).unwrap().to_le_bytes());
        at += length;
    }
    for piece in more.chunks(127) {
        bytes.push(u8::try_from(piece.len()).unwrap());
        bytes.extend_from_slice(piece);
    }
    bytes
}

pub(super) fn id(number: u8) -> ObjectId {
    ObjectId::from_bytes([number; 20])
}

pub(super) fn packed(repo: &TestRepo) -> Packed {
    Packed::new(Arc::new(Packs::open(&[repo.path().join("objects")], repo.format)), 1 << 20)
}
