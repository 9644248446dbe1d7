//! Unpacks the data of objects.
//!
//! Nearly all of them lie in memory whole, together with room for what they become: those are unpacked in one go, which is
//! about twice as fast. What does not come out so, whatever the reason, is unpacked once more, piece by piece, and that is
//! what counts and what says what is wrong.

use std::mem;

use libdeflater::Decompressor;
use zlib_rs::Inflate;
use zlib_rs::InflateFlush;
use zlib_rs::Status;

use crate::repo::pack::Damage;
use crate::repo::pack::Pack;
use crate::repo::pack::windows::Windows;

/// Room behind the data: without it the last of them would be unpacked byte by byte.
const ROOM: usize = 512;

/// So much memory is taken at a time, as data arrive.
const STEP: usize = 4 << 20;

/// More than this is handed on rather than copied.
const LARGE: usize = 256 << 10;

/// Texts and deltas become at least so many times smaller, nearly always.
const LIKELY_RATIO: usize = 2;

/// What a stream has beside its data: its header and checksum, and what is put between data that become no smaller.
const AROUND: usize = 64;

/// Unpacks one stream after the other into memory that is used again.
pub(super) struct Unpacker {
    at_once: Decompressor,
    inflate: Inflate,
    /// Packed data that do not lie in one piece of the pack.
    packed: Vec<u8>,
    room: Vec<u8>,
    size: usize,
}

impl Unpacker {
    pub(super) fn new() -> Self {
        Self {
            at_once: Decompressor::new(),
            inflate: Inflate::new(true, 15),
            packed: Vec::new(),
            room: Vec::new(),
            size: 0,
        }
    }

    /// Unpacks what starts at a place in a pack and must have `size` bytes.
    pub(super) fn run(
        &mut self,
        windows: &mut Windows,
        pack: (usize, &Pack),
        start: u64,
        size: u64,
    ) -> Result<(), Damage> {
        match usize::try_from(size) {
            Ok(wanted) if wanted <= STEP && self.all_at_once(windows, pack, start, wanted)? => Ok(()),
            _ => self.piece_by_piece(windows, pack, start, size),
        }
    }

    /// Whether it could be unpacked so.
    fn all_at_once(
        &mut self,
        windows: &mut Windows,
        (number, pack): (usize, &Pack),
        start: u64,
        size: usize,
    ) -> Result<bool, Damage> {
        let end = size.saturating_add(ROOM);
        if self.room.len() < end {
            self.room.resize(end, 0);
        }
        let room = self.room.get_mut(..end).unwrap_or_default();
        self.size = size;
        let at_hand = windows.at(number, pack, start)?;
        let likely = (size / LIKELY_RATIO).saturating_add(AROUND);
        if at_hand.len() >= likely && self.at_once.zlib_decompress(at_hand, room) == Ok(size) {
            return Ok(true);
        }
        let most = size.saturating_add(size / 1_000).saturating_add(AROUND);
        for length in [likely, most] {
            // Less than that was at hand, and not enough.
            if length <= at_hand.len() {
                continue;
            }
            pack.read(start, length, &mut self.packed)?;
            if self.at_once.zlib_decompress(&self.packed, room) == Ok(size) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn piece_by_piece(
        &mut self,
        windows: &mut Windows,
        (number, pack): (usize, &Pack),
        start: u64,
        size: u64,
    ) -> Result<(), Damage> {
        const CUT: Damage = Damage::Broken("an object's data are cut off");
        const WRONG: Damage = Damage::Broken("an object's data have another size than they should");
        let size = usize::try_from(size).map_err(|_too_large| WRONG)?;
        let end = size.saturating_add(ROOM);
        self.inflate.reset(true);
        self.size = 0;
        let mut done = 0_usize;
        loop {
            let wanted = end.min(done.saturating_add(STEP));
            if self.room.len() < wanted {
                self.room.resize(wanted, 0);
            }
            let used = self.inflate.total_in();
            let input = windows.at(number, pack, start.saturating_add(used))?;
            let until = end.min(self.room.len());
            let room = self.room.get_mut(done..until).unwrap_or_default();
            let status = self
                .inflate
                .decompress(input, room, InflateFlush::Finish)
                .map_err(|_why| Damage::Broken("an object's data cannot be unpacked"))?;
            let before = mem::replace(&mut done, usize::try_from(self.inflate.total_out()).unwrap_or(usize::MAX));
            if done > size {
                return Err(WRONG);
            }
            match status {
                Status::StreamEnd if done == size => {
                    self.size = size;
                    return Ok(());
                }
                Status::StreamEnd => return Err(WRONG),
                Status::Ok | Status::BufError if before == done && used == self.inflate.total_in() => return Err(CUT),
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
