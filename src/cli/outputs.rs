//! Where the program writes to, and what it knows of the readers.

use std::ffi::OsStr;
use std::ffi::OsString;
use std::io;
use std::io::BufWriter;
use std::io::IsTerminal as _;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::path::PathBuf;

use anstream::AutoStream;
use clap::ColorChoice;

use crate::cli::deliver::Service;
use crate::cli::error::Fault;
use crate::cli::event;
use crate::cli::exit::Exit;
use crate::cli::progress::Show;
use crate::cli::supervise::REPORT_TO;
use crate::report::sink::Sink;
use crate::report::text;
use crate::report::text::View;

/// Build services that take commands from their logs, by the variable that each sets.
const COMMAND_LOGS: [&str; 3] = ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"];
/// So many characters of a remark are shown: a path may be long, and the reason stands behind it.
const REMARK: usize = 4_096;
/// Columns where nobody says how many there are.
const COLUMNS: usize = 80;

/// The outputs of the program.
pub(super) struct Outputs {
    stdout: AutoStream<Box<dyn Write>>,
    stderr: AutoStream<Box<dyn Write>>,
    view: View,
    show: Show,
    service: Option<Service>,
    /// What was said last beside the report.
    remarked: Option<String>,
}

impl Outputs {
    /// Those of the process.
    pub(super) fn of_process() -> Self {
        let command_log = COMMAND_LOGS.iter().any(|name| variable(name).is_some());
        Self {
            stdout: stream(ColorChoice::Auto, Which::Out),
            stderr: stream(ColorChoice::Auto, Which::Err),
            view: View { width: columns(), sink: if command_log { Sink::CommandLog } else { Sink::Terminal } },
            show: if io::stderr().is_terminal() { Show::OnTerminal } else { Show::Never },
            service: service(),
            remarked: None,
        }
    }

    /// Takes what was typed about them into account.
    pub(super) fn adjust(&mut self, color: ColorChoice, width: Option<usize>) {
        if color != ColorChoice::Auto {
            self.stdout = stream(color, Which::Out);
            self.stderr = stream(color, Which::Err);
        }
        self.view.width = width.unwrap_or(self.view.width);
    }

    pub(super) const fn sink(&self) -> Sink {
        self.view.sink
    }

    pub(super) const fn view(&self) -> View {
        self.view
    }

    /// The build service around us, if it is one that shows reports.
    pub(super) const fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }

    pub(super) const fn show(&self) -> Show {
        self.show
    }

    /// Prints a text, all of it.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Fault> {
        self.write(|out| out.write_all(text.as_bytes()))
    }

    /// Lets a writer write, all of it. Nobody reading on is not an error: whoever closes a pipe has seen enough.
    pub(super) fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
        let mut out = BufWriter::new(&mut self.stdout);
        let written = write(&mut out).and_then(|()| out.flush());
        // What a failed writer still holds is not tried again when it is dropped.
        drop(out.into_parts());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::Write(error)),
            _ => Ok(()),
        }
    }

    /// Prints what clap has to say: help, the version, or what is wrong with the arguments.
    pub(super) fn help(&mut self, said: &clap::Error, typed: &[OsString]) -> Result<Exit, Fault> {
        let text = said.render().ansi().to_string();
        if said.use_stderr() {
            self.complain(&harmless(text, typed, self.sink()));
            Ok(Exit::Usage)
        } else {
            self.print(&text).map(|()| Exit::Passed)
        }
    }

    /// Tells an error, and how it ends.
    pub(super) fn tell(&mut self, fault: &Fault) -> Exit {
        match fault {
            Fault::Told(exit, told) => {
                let text = text::diagnostic(told.as_ref(), self.view);
                self.complain(&text);
                let code = told.code().map(|code| code.to_string()).unwrap_or_default();
                if let (Some(Service::Github { .. }), Some(lines)) = (&self.service, event::checkout_lines(&code)) {
                    self.complain(lines);
                }
                *exit
            }
            Fault::Write(error) => {
                self.complain(&format!("debtlint: the report could not be written: {error}\n"));
                Exit::CannotJudge
            }
        }
    }

    /// Says something beside the report, if there is something, in one line, and once.
    pub(super) fn remark(&mut self, said: Option<&str>) {
        let Some(said) = said.filter(|said| self.remarked.as_deref() != Some(*said)) else { return };
        self.remarked = Some(said.to_owned());
        self.complain(&format!("debtlint: {}\n", self.sink().limited(said, REMARK)));
    }

    /// Tells a fault of ours in one line.
    pub(super) fn tell_panic(&mut self, panicked: &PanicHookInfo<'_>, sink: Sink) {
        let payload = panicked.payload();
        let what = payload.downcast_ref::<&str>().copied();
        let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("unknown");
        let place = panicked.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        self.complain(&format!("debtlint {version}: internal fault: {}{place}; {REPORT_TO}\n", sink.word(what)));
    }

    /// Writes to the error output. There is nobody left to tell when that fails; the exit code still says it.
    fn complain(&mut self, text: &str) {
        drop(self.stderr.write_all(text.as_bytes()).and_then(|()| self.stderr.flush()));
    }
}

#[derive(Debug, Clone, Copy)]
enum Which {
    Out,
    Err,
}

fn stream(color: ColorChoice, which: Which) -> AutoStream<Box<dyn Write>> {
    let found = match which {
        Which::Out => AutoStream::choice(&io::stdout()),
        Which::Err => AutoStream::choice(&io::stderr()),
    };
    let choice = match color {
        ColorChoice::Auto => found,
        ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    // What knows about colour writes piece by piece.
    let raw: Box<dyn Write> = match which {
        Which::Out => Box::new(BufWriter::new(io::stdout())),
        Which::Err => Box::new(BufWriter::new(io::stderr())),
    };
    AutoStream::new(raw, choice)
}

/// What clap says of arguments, which it repeats as they were typed: each in one line, and not endless.
fn harmless(said: String, typed: &[OsString], sink: Sink) -> String {
    let typed: Vec<_> = typed.iter().skip(1).map(|typed| typed.to_string_lossy()).collect();
    let parts = typed.iter().flat_map(|typed| {
        let sides = typed.split_once('=').map(|(before, behind)| [before, behind]);
        std::iter::once(typed.as_ref()).chain(sides.into_iter().flatten())
    });
    parts.fold(said, |said, part| match sink.word(part) {
        shown if shown == part || !said.contains(part) => said,
        // It stands in quotes, and once more in the middle of some: a blank or a line break is all over the place.
        shown if part.trim().len() > 1 => said.replace(part, &shown),
        shown => said.replace(&format!("'{part}'"), &format!("'{shown}'")),
    })
}

fn service() -> Option<Service> {
    let is_set = |name| variable(name).is_some();
    if is_set("GITHUB_ACTIONS") {
        return Some(Service::Github { summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from) });
    }
    if is_set("GITLAB_CI") {
        return Some(Service::Gitlab);
    }
    is_set("TF_BUILD").then_some(Service::Azure)
}

fn columns() -> usize {
    let said = variable("COLUMNS").and_then(|columns| columns.parse::<usize>().ok()).filter(|columns| *columns >= 20);
    let there =
        || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).filter(|columns| *columns >= 20);
    said.or_else(there).unwrap_or(COLUMNS).min(1_000)
}

/// A variable of the environment that says something.
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is cli")]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a variable is set, to nothing.
pub(super) fn is_blank(name: &OsStr) -> bool {
    #[expect(clippy::disallowed_methods, reason = "this is cli")]
    std::env::var_os(name).is_some_and(|value| value.is_empty())
}
