//! Rows for spreadsheets: the one writer of CSV.

use std::io;
use std::io::Write;

use ::csv::QuoteStyle;
use ::csv::WriterBuilder;

use crate::policy::BasisPoints;
use crate::report::sink::Sink;
use crate::report::sink::csv_field;

/// Writes titles and rows. Every field is in quotes, and none begins a formula.
///
/// # Errors
///
/// When the writer refuses, or a row has another number of fields than there are titles.
pub(super) fn write(
    titles: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    sink: Sink,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut sheet = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(out);
    sheet.write_record(titles)?;
    for row in rows {
        sheet.write_record(row.iter().map(|field| csv_field(field, sink)))?;
    }
    sheet.flush()
}

/// Basis points as a number of per cents.
pub(super) fn hundredths(points: BasisPoints) -> String {
    format!("{}.{:02}", points.get().div_euclid(100), points.get().rem_euclid(100))
}
