//! Unpacks the data of objects.
//!
//! Nearly all of them fit into memory together with what they become: those are unpacked in one go, which is about twice as
//! fast. What does not come out so, whatever the reason, is unpacked once more, piece by piece, and that is
//! what counts and what says what is wrong.

use std::mem;

use libdeflater::Decompressor;
use zlib_rs::Inflate;
use zlib_rs::InflateFlush;
use zlib_rs::Status;

use crate::repo::pack::Damage;

/// Room behind the data: without it the last of them would be unpacked byte by byte.
const ROOM: usize = 512;

/// So much memory is taken at a time, as data turn up: what is said of their size may be wrong.
const STEP: usize = 4 << 20;

/// More than this is handed on rather than copied.
const LARGE: usize = 256 << 10;

/// Unpacks one stream after the other into memory that is used again.
pub(super) struct Unpacker {
    at_once: Decompressor,
    inflate: Inflate,
    room: Vec<u8>,
    size: usize,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        Self { at_once: Decompressor::new(), inflate: Inflate::new(true, 15), room: Vec::new(), size: 0 }
    }

    /// Unpacks what these bytes begin with, which must become `size` bytes.
    pub(super) fn run(&mut self, packed: &[u8], size: u64) -> Result<(), Damage> {
        match usize::try_from(size) {
            Ok(wanted) if wanted <= STEP && self.all_at_once(packed, wanted) => Ok(()),
            _ => self.piece_by_piece(packed, size),
        }
    }

    /// Whether it could be unpacked so.
    fn all_at_once(&mut self, packed: &[u8], size: usize) -> bool {
        let end = size.saturating_add(ROOM);
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        let room = self.room.get_mut(..end).unwrap_or_default();
        self.size = size;
        self.at_once.zlib_decompress(packed, room) == Ok(size)
    }

    fn piece_by_piece(&mut self, packed: &[u8], size: u64) -> Result<(), Damage> {
        const CUT: Damage = "an object's data are cut off";
        const WRONG: Damage = "an object's data have another size than they should";
        let size = usize::try_from(size).map_err(|_too_large| WRONG)?;
        let end = size.saturating_add(ROOM);
        self.inflate.reset(true);
        self.size = 0;
        let (mut used, mut done) = (0_usize, 0_usize);
        loop {
            let wanted = end.min(done.saturating_add(STEP));
            if self.room.len() < wanted {
                self.room.resize(wanted, 0);
            }
            let input = packed.get(used..).unwrap_or_default();
            // No more than zlib counts in 32 bits.
            let input = input.get(..STEP).unwrap_or(input);
            let until = end.min(self.room.len());
            let room = self.room.get_mut(done..until).unwrap_or_default();
            let status = self
                .inflate
                .decompress(input, room, InflateFlush::Finish)
                .map_err(|_why| "an object's data cannot be unpacked")?;
            let as_size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let before = mem::replace(&mut done, as_size(self.inflate.total_out()));
            let read = mem::replace(&mut used, as_size(self.inflate.total_in()));
            if done > size {
                return Err(WRONG);
            }
            match status {
                Status::StreamEnd if done == size => {
                    self.size = size;
                    return Ok(());
                }
                Status::StreamEnd => return Err(WRONG),
                Status::Ok | Status::BufError if before == done && read == used => return Err(CUT),
                Status::Ok | Status::BufError => {}
            }
        }
    }

    /// What was unpacked last.
    pub(super) fn bytes(&self) -> &[u8] {
        self.room.get(..self.size).unwrap_or_default()
    }

    /// What was unpacked last, to be kept.
    pub(super) fn take(&mut self) -> Vec<u8> {
        if self.size < LARGE {
            return self.bytes().to_vec();
        }
        let mut taken = mem::take(&mut self.room);
        taken.truncate(mem::take(&mut self.size));
        taken.shrink_to_fit();
        taken
    }
}
