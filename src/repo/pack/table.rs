//! A table in a file: entries of one size, read a page at a time.

use std::fs::File;
use std::io;
use std::sync::OnceLock;

/// Bytes of a page, about. Names are asked for all over an index: with small pages the calls cost more than what they
/// read.
const PAGE: usize = 32_000;

/// Entries of `N` bytes each. A page that was read is kept: names are spread evenly, so that before long all are asked
/// for.
#[derive(Debug)]
pub(super) struct Table<const N: usize> {
    start: u64,
    count: usize,
    pages: Box<[OnceLock<Page<N>>]>,
}

type Page<const N: usize> = Box<[[u8; N]]>;

impl<const N: usize> Table<N> {
    /// Entries to a page.
    pub(super) const PER_PAGE: usize = PAGE / N;

    pub(super) fn new(start: u64, count: usize) -> Self {
        let pages = (0..count.div_ceil(Self::PER_PAGE)).map(|_| OnceLock::new()).collect();
        Self { start, count, pages }
    }

    /// A page of entries; empty behind the last.
    pub(super) fn page(&self, file: &File, number: usize) -> io::Result<&[[u8; N]]> {
        let Some(page) = self.pages.get(number) else { return Ok(&[]) };
        if let Some(known) = page.get() {
            return Ok(known);
        }
        let first = number.saturating_mul(Self::PER_PAGE);
        let mut entries = vec![[0; N]; self.count.saturating_sub(first).min(Self::PER_PAGE)];
        let at = u64::try_from(first.saturating_mul(N)).unwrap_or(u64::MAX);
        read_exact_at(file, entries.as_flattened_mut(), self.start.saturating_add(at))?;
        Ok(page.get_or_init(|| entries.into_boxed_slice()))
    }

    /// An entry.
    pub(super) fn get(&self, file: &File, at: usize) -> io::Result<Option<[u8; N]>> {
        Ok(self.page(file, at / Self::PER_PAGE)?.get(at % Self::PER_PAGE).copied())
    }
}

/// Fills a buffer from a place in a file.
pub(super) fn read_exact_at(file: &File, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match read_at(file, buffer, at) {
            Ok(0) => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file ends too early")),
            Ok(read) => {
                buffer = buffer.get_mut(read..).unwrap_or_default();
                at = at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}
