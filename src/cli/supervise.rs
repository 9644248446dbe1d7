//! The judging runs in a second process of our own, so that it ends and says so.
//!
//! The library that reads objects can hang for ever or crash on a corrupt file, and an allocation that fails aborts.
//! None of that can be caught in the process where it happens. So the program starts itself again as a worker, which
//! has a limit of memory; the supervisor waits for it, with a deadline, and turns every abnormal end into exit 3 with
//! a reason. The worker writes to the same outputs.

use std::ffi::OsString;
use std::io;
use std::io::Read as _;
use std::num::NonZero;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use shared_child::SharedChild;

use crate::cli::exit::Exit;
use crate::cli::outputs;

/// The first argument of a worker. Not for people: what it leaves out is the supervision.
pub(super) const WORKER: &str = "--worker";

/// What the allocator is told by: glibc's, or in a static program for Linux our own (`main.rs`). Nobody else reads it.
const ALLOCATOR: &str = if cfg!(target_env = "musl") { "MIMALLOC_ALLOW_THP" } else { "GLIBC_TUNABLES" };

/// Memory in large pages where the system has them: a worker fills its caches once, and a tenth of its time would go into
/// getting them page by page.
const LARGE_PAGES: &str = "glibc.malloc.hugetlb=1";

/// What a large page has, in bytes.
const LARGE_PAGE: u64 = 2 << 20;

/// So much memory each thread's heap takes at a time, at most. Only what is taken in one go can be in large pages; many
/// of them that are used in part cost more than they save where the system is itself a guest of another one.
const MOST_AT_A_TIME: u64 = 2 * LARGE_PAGE;

/// Larger blocks do not come from a heap, and are given back at once: of what grows with the number of commits, each former size
/// would stay behind. (From 1 MiB on it costs time: docs/performance-steps.md.)
const LARGEST_BLOCK: u64 = 2 * LARGE_PAGE;

/// Of the memory that a worker may have, what its heaps take in advance is at most one part in so many.
const PART_IN_ADVANCE: u64 = 8;

/// Heaps beside those of the threads that share the work: the other threads share it. Each heap keeps what was given back to it
/// for its own threads.
const OTHER_HEAPS: u64 = 1;

/// Where somebody can tell us of a fault.
pub(super) const REPORT_TO: &str = "please report this with the command line and, if you may, the repository";

/// Why there is no exit code of a worker to hand on.
#[derive(Debug, thiserror::Error)]
pub(super) enum Abnormal {
    #[error("the judging process could not be started: {0}")]
    Start(#[source] io::Error),
    #[error("the judging process was lost: {0}")]
    Lost(#[source] io::Error),
    #[error(
        "no thread could be started: {0}; a limit of processes (`ulimit -u`, a container's `pids`) or of memory is too low"
    )]
    Thread(#[source] io::Error),
    #[error(
        "judging took longer than the deadline of {0:?} (--deadline): the repository is very large, or damaged (git fsck)"
    )]
    Deadline(Duration),
    #[error("the judging process ended by signal {signal}{}", hint(*.signal))]
    Signal { signal: i32 },
    #[error("the judging process ended with the unknown code {0}; {REPORT_TO}")]
    Code(i32),
}

impl Abnormal {
    /// What would mend it, where the words do not say so already.
    pub(super) const fn help(&self) -> Option<&'static str> {
        match self {
            Self::Deadline(_) => {
                Some("give it more time, as in `--deadline 30m`; a shorter window (`--window`) has less to read")
            }
            Self::Start(_) | Self::Lost(_) | Self::Thread(_) | Self::Signal { .. } | Self::Code(_) => None,
        }
    }
}

/// Runs the program again as a worker with the same arguments, and hands its exit on.
pub(super) fn supervise(arguments: &[OsString], deadline: Duration, memory_limit: u64) -> Result<Exit, Abnormal> {
    let program = std::env::current_exe().map_err(Abnormal::Start)?;
    let mut worker = Command::new(program);
    if outputs::variable(ALLOCATOR).is_none() {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let told = tunables(memory_limit, u64::try_from(threads).unwrap_or(u64::MAX));
        // mimalloc takes whole blocks of large pages for each size of things: half as much again, and slower.
        worker.env(ALLOCATOR, if cfg!(target_env = "musl") { "0".to_owned() } else { told });
    }
    // We keep the other end: when we are killed the worker reads its end and goes too.
    worker.arg(WORKER).args(arguments.iter().skip(1)).stdin(Stdio::piped());
    let child = Arc::new(SharedChild::spawn(&mut worker).map_err(Abnormal::Start)?);
    let life_line = child.take_stdin();
    let ended = wait(&child, deadline);
    drop(life_line);
    exit(ended?)
}

/// What glibc's allocator is told: where there is memory enough, to take much of it at a time and to keep it.
fn tunables(memory_limit: u64, threads: u64) -> String {
    let heaps = threads.saturating_add(OTHER_HEAPS);
    let share = memory_limit.checked_div(PART_IN_ADVANCE.saturating_mul(heaps)).unwrap_or_default();
    let at_a_time = share.min(MOST_AT_A_TIME) / LARGE_PAGE * LARGE_PAGE;
    if at_a_time == 0 {
        return LARGE_PAGES.to_owned();
    }
    let more = [
        ("top_pad", at_a_time),
        ("trim_threshold", memory_limit),
        ("mmap_threshold", LARGEST_BLOCK),
        ("arena_max", heaps),
    ];
    more.iter().fold(LARGE_PAGES.to_owned(), |all, (name, value)| format!("{all}:glibc.malloc.{name}={value}"))
}

/// What a worker does first: it takes its limits on, and watches its supervisor.
pub(super) fn become_worker(memory_limit: u64) -> Result<(), Abnormal> {
    limit(memory_limit);
    let watch = || {
        // Nobody ever writes; reading ends when the supervisor does.
        let gone = io::stdin().lock().read(&mut [0]);
        if !matches!(gone, Err(ref error) if error.kind() == io::ErrorKind::Interrupted) {
            std::process::abort();
        }
    };
    thread::Builder::new().spawn(watch).map(drop).map_err(Abnormal::Thread)
}

/// The limit counts what the process writes to (heap, stacks), not the address space: pack files of many gigabytes are
/// mapped for reading.
#[cfg(target_os = "linux")]
fn limit(memory: u64) {
    let lower = |resource: rlimit::Resource, wanted: u64| -> io::Result<()> {
        let (_, hard) = resource.get()?;
        let wanted = wanted.min(hard);
        resource.set(wanted, wanted)
    };
    // A system that refuses has its reasons; the deadline still holds.
    drop(lower(rlimit::Resource::DATA, memory));
    // Nobody wants a core file of somebody's history.
    drop(lower(rlimit::Resource::CORE, 0));
}

#[cfg(not(target_os = "linux"))]
fn limit(_memory: u64) {}

/// Waits for the end, or for the deadline and makes it the end.
fn wait(child: &Arc<SharedChild>, deadline: Duration) -> Result<ExitStatus, Abnormal> {
    let (told, end) = mpsc::channel();
    let waited_for = Arc::clone(child);
    thread::Builder::new()
        // Nobody is there to be told when the deadline came first.
        .spawn(move || drop(told.send(waited_for.wait())))
        .map_err(Abnormal::Thread)?;
    match end.recv_timeout(deadline) {
        Ok(ended) => ended.map_err(Abnormal::Lost),
        Err(_late) => {
            child.kill().map_err(Abnormal::Lost)?;
            child.wait().map_err(Abnormal::Lost)?;
            Err(Abnormal::Deadline(deadline))
        }
    }
}

fn exit(status: ExitStatus) -> Result<Exit, Abnormal> {
    match status.code() {
        Some(code) => Exit::of(code).ok_or(Abnormal::Code(code)),
        None => Err(Abnormal::Signal { signal: signal(status) }),
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> i32 {
    std::os::unix::process::ExitStatusExt::signal(&status).unwrap_or_default()
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> i32 {
    0
}

/// What usually lies behind a signal.
const fn hint(signal: i32) -> &'static str {
    match signal {
        6 => {
            ": it ran out of memory (--memory-limit), or met a fault of ours; if more memory does not help, please report this"
        }
        9 => ": something killed it, usually the system for want of memory",
        7 | 11 => {
            ": reading crashed; a pack or its index may be damaged (git fsck says so), or was cut off meanwhile; if it was \
             not, please report this"
        }
        2 | 15 => ": it was asked to end",
        // The same numbers on Linux, macOS and the BSDs.
        24 => ": it used up the time of the processor that it may have (`ulimit -t`)",
        25 => ": a file became larger than a file may become (`ulimit -f`)",
        _ => "",
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    #[test]
    fn every_end_is_one_of_the_contract_or_abnormal() {
        for (raw, exit_code) in [
            (0, Some(0)),
            (1 << 8, Some(1)),
            (2 << 8, Some(2)),
            (3 << 8, Some(3)),
            (101 << 8, None),
            (6, None),
            (9, None),
            (11, None),
        ] {
            let ended = exit(ExitStatus::from_raw(raw));
            assert_eq!(ended.ok().map(Exit::code), exit_code, "{raw}");
        }
    }

    #[test]
    fn heaps_take_an_eighth_in_advance() {
        let said = |limit: u64, threads| tunables(limit, threads).replace("glibc.malloc.", "");
        let all = "hugetlb=1:top_pad=4194304:trim_threshold=4294967296:mmap_threshold=4194304";
        assert_eq!(said(4 << 30, 2), format!("{all}:arena_max=3"));
        assert_eq!(said(4 << 30, 64), format!("{all}:arena_max=65"));
        let some = "hugetlb=1:top_pad=2097152:trim_threshold=134217728:mmap_threshold=4194304:arena_max=5";
        assert_eq!(said(128 << 20, 4), some);
        assert_eq!(said(64 << 20, 8), "hugetlb=1");
        assert_eq!(said(0, u64::MAX), "hugetlb=1");
    }

    #[test]
    fn abnormal_ends_are_told() {
        let told = |raw| exit(ExitStatus::from_raw(raw)).unwrap_err().to_string();
        assert!(told(11).starts_with("the judging process ended by signal 11: reading crashed"));
        assert!(told(6).contains("--memory-limit"));
        assert!(told(24).contains("signal 24: it used up the time"));
        assert!(told(25).contains("`ulimit -f`"));
        let refused = io::Error::from(io::ErrorKind::WouldBlock);
        assert!(Abnormal::Thread(refused).to_string().contains("`ulimit -u`"));
        assert!(told(101 << 8).contains("unknown code 101"));
    }
}
