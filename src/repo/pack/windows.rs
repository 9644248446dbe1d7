//! Pieces of packs that were read last.

use crate::repo::pack::Damage;
use crate::repo::pack::Pack;
use crate::repo::pack::entry;
use crate::repo::pack::table::read_exact_at;

/// So far apart pieces start.
const STRIDE: u64 = 16 << 10;
/// So long a piece is: what starts in its first part and is not large lies in it whole.
const LENGTH: u64 = 20 << 10;
const _: () = assert!(LENGTH - STRIDE >= entry::LONGEST, "a header lies in one piece");

/// So many pieces are kept. Each has one place where it may be, so that their memory is used again.
const PLACES: usize = 256;

/// Pieces of packs.
pub(super) struct Windows(Vec<Window>);

#[derive(Default, Clone)]
struct Window {
    /// The pack's number and the piece's.
    of: Option<(usize, u64)>,
    bytes: Vec<u8>,
}

impl Windows {
    pub(super) fn new() -> Self {
        Self(vec![Window::default(); PLACES])
    }

    /// The bytes from a place in a pack on, at least as many as a header has; none behind the last object.
    pub(super) fn at(&mut self, number: usize, pack: &Pack, at: u64) -> Result<&[u8], Damage> {
        let piece = at / STRIDE;
        let start = piece.saturating_mul(STRIDE);
        let place = usize::try_from(piece).unwrap_or_default().wrapping_add(number.wrapping_mul(31)) % PLACES;
        let Some(window) = self.0.get_mut(place) else { return Ok(&[]) };
        if window.of != Some((number, piece)) {
            let length = pack.end.saturating_sub(start).min(LENGTH);
            window.of = None;
            window.bytes.resize(usize::try_from(length).unwrap_or_default(), 0);
            read_exact_at(&pack.file, &mut window.bytes, start)?;
            window.of = Some((number, piece));
        }
        let within = usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX);
        Ok(window.bytes.get(within..).unwrap_or_default())
    }
}
