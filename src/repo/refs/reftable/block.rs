//! One block of a table: records in the order of their names, each without what its name shares with the one before.

use std::io;

use super::damaged;
use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::refs::Target;

/// A name, and what is said of it.
pub(super) type Record<T> = (Vec<u8>, T);

/// The records of a block of references, which begin at `first`; `None` says that there is no such reference any more.
pub(super) fn references(block: &[u8], first: usize, format: ObjectFormat) -> io::Result<Vec<Record<Option<Target>>>> {
    records(block, first, |kind, fields| {
        fields.number()?; // when it was written
        match kind {
            0 => Ok(None),
            1 => fields.object(format).map(Some),
            // The second one is what an annotated tag leads to.
            2 => fields.object(format).and_then(|tag| fields.object(format).map(|_tagged| Some(tag))),
            3 => {
                let length = fields.number()?;
                Ok(Some(Target::Symbolic(fields.bytes(length)?.to_vec())))
            }
            _ => Err(damaged("there is a record of an unknown kind")),
        }
    })
}

/// The records of a block of an index: the last name in another block, and where that begins.
pub(super) fn places(block: &[u8], first: usize) -> io::Result<Vec<Record<u64>>> {
    records(block, first, |_kind, fields| fields.number())
}

fn records<'b, T>(
    block: &'b [u8],
    first: usize,
    mut value: impl FnMut(u64, &mut Fields<'b>) -> io::Result<T>,
) -> io::Result<Vec<Record<T>>> {
    // Behind the records stand the places of those with whole names. They are for a search by halves: a block is small, and
    // read from its beginning here.
    let body = block.split_last_chunk::<2>().and_then(|(rest, count)| {
        let count = usize::from(u16::from_be_bytes(*count));
        rest.get(first..rest.len().checked_sub(3 * count)?).filter(|_body| count > 0)
    });
    let mut fields = Fields(body.ok_or_else(|| damaged("a block is too short for what it holds"))?);
    let mut found: Vec<Record<T>> = Vec::new();
    while !fields.0.is_empty() {
        let (shared, length_and_kind) = (fields.number()?, fields.number()?);
        let suffix = fields.bytes(length_and_kind >> 3)?;
        let former = found.last().map_or(&[][..], |(name, _value)| name);
        let (common, own) = usize::try_from(shared)
            .ok()
            .and_then(|shared| former.split_at_checked(shared))
            .ok_or_else(|| damaged("a name shares more than the one before it has"))?;
        if suffix <= own {
            return Err(damaged("the names are not in order"));
        }
        let name = [common, suffix].concat();
        found.push((name, value(length_and_kind & 7, &mut fields)?));
    }
    Ok(found)
}

/// What is left to be read of the records.
struct Fields<'b>(&'b [u8]);

impl<'b> Fields<'b> {
    /// A number of seven bits a byte, the highest first, without the forms that would be longer than needed.
    fn number(&mut self) -> io::Result<u64> {
        let mut number = 0_u64;
        loop {
            let [byte] = *self.bytes(1)? else { return Err(cut_off()) };
            number |= u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            number = number.checked_add(1).and_then(|more| more.checked_mul(128)).ok_or_else(cut_off)?;
        }
    }

    fn bytes(&mut self, length: u64) -> io::Result<&'b [u8]> {
        let parts = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (bytes, rest) = parts.ok_or_else(cut_off)?;
        self.0 = rest;
        Ok(bytes)
    }

    fn object(&mut self, format: ObjectFormat) -> io::Result<Target> {
        let (id, rest) = self.0.split_at_checked(format.width()).ok_or_else(cut_off)?;
        self.0 = rest;
        ObjectId::from_slice(id).map(Target::Object).ok_or_else(cut_off)
    }
}

fn cut_off() -> io::Error {
    damaged("a record is cut off")
}
