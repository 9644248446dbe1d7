//! Pieces of packs that were read last.

use crate::repo::pack::Damage;
use crate::repo::pack::Pack;
use crate::repo::pack::entry;
use crate::repo::pack::table::read_exact_at;

/// So many pieces are kept. Each has one place where it may be, so that their memory is used again.
const PLACES: usize = 256;

/// Pieces of packs.
pub(super) struct Windows {
    /// So far apart pieces start.
    stride: u64,
    /// So much longer they are: what starts in a piece and has no more bytes than this lies in it whole.
    overlap: u64,
    kept: Vec<Window>,
}

#[derive(Default, Clone)]
struct Window {
    /// The pack's number and the piece's.
    of: Option<(usize, u64)>,
    bytes: Vec<u8>,
}

impl Windows {
    /// None yet. `overlap` has at least the bytes of a header.
    pub(super) fn new(stride: u64, overlap: u64) -> Self {
        Self { stride, overlap: overlap.max(entry::LONGEST), kept: vec![Window::default(); PLACES] }
    }

    /// The bytes from a place in a pack on, at least as many as a header has; none behind the last object.
    pub(super) fn at(&mut self, number: usize, pack: &Pack, at: u64) -> Result<&[u8], Damage> {
        let piece = at / self.stride;
        let start = piece.saturating_mul(self.stride);
        let place = usize::try_from(piece).unwrap_or_default().wrapping_add(number.wrapping_mul(31)) % PLACES;
        let Some(window) = self.kept.get_mut(place) else { return Ok(&[]) };
        if window.of != Some((number, piece)) {
            let length = pack.end.saturating_sub(start).min(self.stride.saturating_add(self.overlap));
            window.of = None;
            window.bytes.resize(usize::try_from(length).unwrap_or_default(), 0);
            read_exact_at(&pack.file, &mut window.bytes, start)?;
            window.of = Some((number, piece));
        }
        let within = usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        Ok(window.bytes.get(within..).unwrap_or_default())
    }
}
