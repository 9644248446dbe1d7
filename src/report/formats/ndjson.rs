//! One JSON document a line and commit, for whoever sums up many repositories.

use std::io;
use std::io::Write;

use serde::Serialize as _;

use crate::report::Report;
use crate::report::json;
use crate::report::sink::JsonLine;

/// Every commit of the window, then those of a change, in the report's order.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for line in json::lines(report) {
        let mut serializer = serde_json::Serializer::with_formatter(&mut *out, JsonLine::default());
        line.serialize(&mut serializer).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
