//! Rows for spreadsheets: the one writer of CSV.

use std::io;
use std::io::Write;

use ::csv::QuoteStyle;
use ::csv::WriterBuilder;

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::policy::BasisPoints;
use crate::policy::Kind;
use crate::policy::Policy;
use crate::report::Subject;
use crate::report::figures;
use crate::report::sink::Sink;
use crate::report::sink::csv_field;
use crate::verdict::Share;
use crate::verdict::Verdict;

/// The first columns wherever a row is a team at some time.
pub(super) const STANDING: [&str; 15] = [
    "repository",
    "revision",
    "as_of",
    "window_days",
    "team",
    "standing",
    "allocation_percent",
    "share_percent",
    "measure",
    "paydown",
    "feature",
    "run",
    "other",
    "unlabelled",
    "total",
];

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
    sheet.write_record(titles).map_err(refused)?;
    for row in rows {
        sheet.write_record(row.iter().map(|field| csv_field(field, sink))).map_err(refused)?;
    }
    sheet.flush()
}

/// What the writer below said, of its own kind: a closed pipe is not a full disk.
fn refused(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The fields below [`STANDING`], in the measure that decides; `of` is what the team did of a kind.
pub(super) fn standing(
    subject: &Subject,
    as_of: Option<UnixTime>,
    policy: &Policy,
    verdict: &Verdict,
    of: impl Fn(Kind) -> u64,
) -> Option<[String; 15]> {
    let measure = policy.effort;
    let amount = |units: u64| figures::exact(units, measure.scale());
    Some([
        subject.repository.expose().to_owned(),
        id(subject.revision),
        as_of.map(UnixTime::rfc3339).unwrap_or_default(),
        policy.window_days.to_string(),
        policy.team(verdict.team)?.name.clone(),
        verdict.standing.name().to_owned(),
        hundredths(verdict.allocation.0),
        verdict.share.map(Share::basis_points_floor).map(hundredths).unwrap_or_default(),
        measure.name().to_owned(),
        amount(verdict.share.map_or(0, |share| share.paydown)),
        amount(of(Kind::Feature)),
        amount(of(Kind::Run)),
        amount(of(Kind::Other)),
        amount(of(Kind::Unlabelled)),
        amount(verdict.share.map_or(0, |share| share.total.get())),
    ])
}

/// A commit's full id; nothing of none.
pub(super) fn id(commit: Option<ObjectId>) -> String {
    commit.map(|commit| commit.to_string()).unwrap_or_default()
}

/// Basis points as a number of per cents.
pub(super) fn hundredths(points: BasisPoints) -> String {
    format!("{}.{:02}", points.get().div_euclid(100), points.get().rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody reads on.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_closed_pipe_is_told_as_one() {
        for rows in [0, 10, 10_000] {
            let rows = std::iter::repeat_n(vec!["payments".to_owned()], rows);
            let error = write(&["team"], rows, Sink::Terminal, &mut Closed).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        }
    }
}
