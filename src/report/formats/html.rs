//! One HTML file for people: the judgement, without what only `debtlint report` looks for.

use std::io;
use std::io::Write;

use crate::report::Report;
use crate::report::html;
use crate::report::html::Page;
use crate::report::html::People;
use crate::report::sink::Sink;

pub(super) fn write(report: &Report, sink: Sink, out: &mut dyn Write) -> io::Result<()> {
    html::write(&Page { report, past: None, markers: None, people: People::Untold, sink }, out)
}
