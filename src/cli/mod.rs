//! The program: arguments, the environment, the terminal, the exit code. The only place that knows of them.

mod agreed;
mod args;
mod baseline;
mod births;
mod cache;
mod carried;
mod check;
mod coming;
mod config_command;
mod contents;
mod deliver;
mod doctor;
mod error;
mod event;
mod exit;
mod explain;
mod flowing;
mod gate;
mod given;
mod history;
mod hook;
mod host;
mod hunt;
mod ignored;
mod init;
mod labels;
mod loosened;
mod man;
mod markers;
mod marks;
mod noticed;
mod opened;
mod org_policy;
mod outputs;
mod past;
mod pathless;
mod pipelines;
mod progress;
mod proofs;
mod pull_requests;
mod ratchet;
mod relabel;
mod relabels;
mod report;
mod request;
mod retraced;
mod revisions;
mod settings;
mod side_files;
mod sighted;
mod sources;
mod supervise;
mod tampered;
mod tree_file;
mod turned;
mod weighed;

use std::ffi::OsString;
use std::panic;
use std::thread;

use crate::config;
use crate::report::doctor as doctor_json;
use crate::report::json;
use crate::report::markers::json as markers_json;
use crate::report::past::json as past_json;
use crate::report::text;
use crate::report::text::View;

use args::Args;
use args::Command;
use args::ConfigCommand;
use args::HookCommand;
use args::LabelsCommand;
use args::LimitArgs;
use args::PrePushArgs;
use args::SchemaOf;
use error::CliError;
use error::Fault;
use outputs::Outputs;
use past::Question;

pub use exit::Exit;

/// What every thread but the first has: that one has what the system's limit leaves (`ulimit -s`).
const STACK: usize = 2 << 20;

/// Runs the program as it was called: in a thread of its own where the stack of this one could overflow.
#[must_use]
pub fn main() -> Exit {
    let begun = is_stack_small().then(|| thread::Builder::new().stack_size(STACK).spawn(as_called).ok()).flatten();
    match begun {
        None => as_called(),
        // A panic has ended the process by now.
        Some(thread) => thread.join().unwrap_or(Exit::CannotJudge),
    }
}

#[cfg(unix)]
fn is_stack_small() -> bool {
    rlimit::Resource::STACK.get_soft().is_ok_and(|limit| usize::try_from(limit).is_ok_and(|limit| limit < STACK))
}

#[cfg(not(unix))]
const fn is_stack_small() -> bool {
    false
}

fn as_called() -> Exit {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let role = if arguments.get(1).is_some_and(|first| first == supervise::WORKER) {
        arguments.remove(1);
        Role::Worker
    } else {
        Role::Program
    };
    let mut outputs = Outputs::of_process();
    let sink = outputs.sink();
    // A fault of ours is told in one line, without the paths of our sources on the way.
    panic::set_hook(Box::new(move |panicked| {
        Outputs::of_process().tell_panic(panicked, sink);
        end(Exit::CannotJudge);
    }));
    run(&arguments, role, &mut outputs)
}

/// Ends the process from whichever thread has panicked. As released the program cannot unwind: it would abort, which is no
/// exit code of ours.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "there is no way back to `main` from a panic")]
fn end(exit: Exit) -> ! {
    std::process::exit(exit.code().into())
}

/// Which of the two processes this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The one that was called, and supervises.
    Program,
    /// The one that judges.
    Worker,
}

fn run(arguments: &[OsString], role: Role, outputs: &mut Outputs) -> Exit {
    let done = match Args::read(arguments.iter().cloned()) {
        Ok(args) => {
            outputs.adjust(args.color, args.width);
            obey(args.command, arguments, role, outputs)
        }
        Err(refused) => outputs.help(&refused, arguments),
    };
    done.unwrap_or_else(|fault| outputs.tell(&fault))
}

fn obey(command: Command, arguments: &[OsString], role: Role, outputs: &mut Outputs) -> Result<Exit, Fault> {
    match command {
        Command::Check(typed) => {
            supervised(typed.judging.terms.limits, arguments, role, || check::check(typed, outputs))
        }
        Command::Markers(typed) => supervised(typed.terms.limits, arguments, role, || markers::markers(typed, outputs)),
        Command::Config(ConfigCommand::Check(typed)) => config_command::check(&typed, outputs),
        Command::Config(ConfigCommand::Show(typed)) => config_command::show(&typed, outputs),
        Command::Doctor(typed) => doctor::doctor(&typed, outputs),
        Command::Explain(typed) => match typed.what.as_deref().map(explain::page) {
            None => outputs.print(&explain::list(outputs.view())).map(|()| Exit::Passed),
            Some(Some(page)) => outputs.print(&text::page(&page, outputs.view())).map(|()| Exit::Passed),
            Some(None) => supervised(typed.terms.limits, arguments, role, || explain::explain(typed, outputs)),
        },
        Command::Hook(HookCommand::CommitMsg(typed)) => hook::commit_msg(typed, outputs),
        Command::Hook(HookCommand::PrePush(typed)) => pre_push(*typed, arguments, role, outputs),
        Command::Init(typed) => supervised(typed.limits, arguments, role, || init::init(&typed, outputs)),
        Command::Completions { shell } => {
            outputs.write(|out| out.write_all(&Args::completions(shell))).map(|()| Exit::Passed)
        }
        Command::Man(typed) => man::man(&typed, outputs),
        Command::Labels(LabelsCommand::Import(typed)) => labels::import(&typed, outputs),
        Command::Relabel(typed) => relabel::relabel(typed, outputs),
        Command::Report(typed) => {
            supervised(typed.judging.terms.limits, arguments, role, || report::report(typed, outputs))
        }
        Command::Rules { name } => outputs.print(&rules(name.as_deref(), outputs.view())?).map(|()| Exit::Passed),
        Command::Simulate(typed) => {
            supervised(typed.terms.limits, arguments, role, || past::past(typed, Question::Simulation, outputs))
        }
        Command::Trend(typed) => {
            supervised(typed.terms.limits, arguments, role, || past::past(typed, Question::Trend, outputs))
        }
        Command::Schema { of } => {
            let schema = match of {
                SchemaOf::Policy => config::policy_schema(),
                SchemaOf::Report => json::schema(),
                SchemaOf::Item => json::line_schema(),
                SchemaOf::Markers => markers_json::schema(),
                SchemaOf::Simulation => past_json::simulation_schema(),
                SchemaOf::Trend => past_json::trend_schema(),
                SchemaOf::Doctor => doctor_json::schema(),
            };
            outputs.print(&format!("{schema:#}\n")).map(|()| Exit::Passed)
        }
    }
}

/// In the process that was called: lets a worker do the work. In the worker: takes the limits on, and does it.
fn supervised(
    limits: LimitArgs,
    arguments: &[OsString],
    role: Role,
    work: impl FnOnce() -> Result<Exit, Fault>,
) -> Result<Exit, Fault> {
    match role {
        Role::Program => Ok(supervise::supervise(arguments, limits.deadline, limits.memory_limit)?),
        Role::Worker => {
            supervise::become_worker(limits.memory_limit)?;
            work()
        }
    }
}

/// As [`supervised`]: git's lines stand on the input, which the worker needs for something else, so that they are handed
/// on as arguments.
fn pre_push(typed: PrePushArgs, arguments: &[OsString], role: Role, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let mut arguments = arguments.to_vec();
    if role == Role::Program {
        let pushed = hook::pushed()?;
        if pushed.is_empty() {
            return Ok(Exit::Passed);
        }
        arguments.extend(pushed.into_iter().map(|id| format!("--pushed={id}").into()));
    }
    supervised(typed.terms.limits, &arguments, role, || hook::pre_push(typed, outputs))
}

/// The packs in a list, or the text of one.
fn rules(name: Option<&str>, view: View) -> Result<String, Fault> {
    let Some(name) = name else {
        let packs: Vec<_> = config::packs().iter().map(|pack| (pack.name, pack.description.to_owned())).collect();
        return Ok(text::meanings(&packs, "", view));
    };
    match config::pack(name) {
        Some(pack) => Ok(pack.text.to_owned()),
        None => {
            let nearest = config::nearest(name, config::packs().iter().map(|pack| pack.name));
            Err(Fault::from(CliError::NoSuchPack { name: name.to_owned(), nearest }))
        }
    }
}
