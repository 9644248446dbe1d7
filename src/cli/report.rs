//! `debtlint report`: one page to look at, with the judgement, how it came to that, and what to pay first.

use std::fs::File;
use std::path::Path;

use crate::cli::args::ReportArgs;
use crate::cli::check;
use crate::cli::check::Judged;
use crate::cli::deliver;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::markers;
use crate::cli::outputs::Outputs;
use crate::cli::past;
use crate::cli::past::Question;
use crate::cli::settings::Flow;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::report::html;
use crate::report::html::Page;
use crate::report::html::People;
use crate::report::sink::Sink;
use crate::report::text;

/// Writes the page, and says where.
pub(super) fn report(typed: ReportArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let show = outputs.show().unless(typed.judging.terms.no_progress);
    let settings = Settings::new(typed.path, typed.judging, Strictness::Fail);
    let flow = if typed.no_markers { Flow::Left } else { Flow::Sought };
    let settings = Settings { flow, ..settings };
    if typed.output != Path::new("-") {
        deliver::probe_file(&typed.output)?;
    }
    let (Judged { report: judged, unkept, .. }, past, markers) = show.during(|bar| -> Result<_, Fault> {
        let judged = check::judge(&settings, bar)?;
        let (past, _same) = past::look_back(&settings, typed.since, Question::Trend, bar)?;
        let markers = if typed.no_markers { None } else { Some(markers::stock(&settings, bar)?) };
        Ok((judged, past, markers))
    })?;
    outputs.remark(unkept.as_deref());
    let page = Page {
        report: &judged,
        past: Some(&past).filter(|past| !past.points.is_empty()),
        markers: markers.as_ref(),
        people: if typed.people { People::Listed } else { People::Untold },
        sink: Sink::Terminal,
    };
    if typed.output == Path::new("-") {
        let page = Page { sink: outputs.sink(), ..page };
        outputs.write(|out| html::write(&page, out))?;
        return Ok(Exit::Passed);
    }
    let unwritable = |reason: String| CliError::OutputUnwritable { file: typed.output.clone(), reason };
    let mut file = File::create(&typed.output).map_err(|error| unwritable(error.to_string()))?;
    html::write(&page, &mut file).map_err(|error| unwritable(error.to_string()))?;
    let (told, sink) = (text::outcome(&judged, outputs.sink()), outputs.sink());
    let shadow = text::in_shadow(&judged).map(|said| format!("{said}\n")).unwrap_or_default();
    outputs.print(&format!("{told}\n{shadow}written to {}\n", sink.path(&typed.output)))?;
    Ok(Exit::Passed)
}
