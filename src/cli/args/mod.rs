//! What may be typed, a file a command. What it means is in [`crate::cli::settings`].

mod change;
mod check;
mod config;
mod doctor;
mod explain;
mod hook;
mod idle;
mod init;
mod judging;
mod labels;
mod limits;
mod man;
mod markers;
mod offered;
mod past;
#[cfg(test)]
mod reference;
mod relabel;
mod report;

use std::ffi::OsString;
use std::io;

use clap::ColorChoice;
use clap::CommandFactory as _;
use clap::FromArgMatches as _;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap::builder::Resettable;
use clap::builder::StringValueParser;

use crate::cli::outputs;
use crate::cli::settings;
use crate::config::packs;

pub(super) use change::ChangeArgs;
pub(super) use check::CheckArgs;
pub(super) use config::ConfigArgs;
pub(super) use config::ConfigCheckArgs;
pub(super) use config::ConfigCommand;
pub(super) use doctor::DoctorArgs;
pub(super) use doctor::DoctorFormat;
pub(super) use explain::ExplainArgs;
pub(super) use hook::CommitMsgArgs;
pub(super) use hook::HookCommand;
pub(super) use hook::PrePushArgs;
pub(super) use init::InitArgs;
pub(super) use judging::AllocationArgs;
pub(super) use judging::CacheArgs;
pub(super) use judging::EvidenceArgs;
pub(super) use judging::JudgingArgs;
pub(super) use judging::StateArgs;
pub(super) use judging::TeamArgs;
pub(super) use judging::TermsArgs;
pub(super) use labels::ImportArgs;
pub(super) use labels::LabelsCommand;
pub(super) use limits::LimitArgs;
pub(super) use limits::OwnerArgs;
pub(super) use man::ManArgs;
pub(super) use markers::ListFormat;
pub(super) use markers::MarkersArgs;
pub(super) use markers::SortBy;
use offered::Offered;
pub(super) use past::PastArgs;
pub(super) use relabel::RelabelArgs;
pub(super) use report::ReportArgs;

/// Fails the build of a team whose share of debt paydown falls below its protected allocation.
#[derive(Debug, Parser)]
#[command(name = "debtlint", version, max_term_width = 100, arg_required_else_help = true, after_help = BEGINNING)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,

    /// Colour the output
    ///
    /// `auto` uses colour on a terminal; NO_COLOR and CLICOLOR_FORCE are honoured.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(super) color: ColorChoice,

    /// Format for this many columns
    ///
    /// By default COLUMNS, else the terminal's width, else 80.
    #[arg(long, global = true, value_name = "COLUMNS", value_parser = settings::width, help_heading = "Output")]
    pub(super) width: Option<usize>,
}

const BEGINNING: &str = "\
Getting started:
  debtlint check     judge the repository you are in; no policy needed
  debtlint init      draft a policy from its history
  debtlint doctor    check that CI really runs the gate as a gate";

const RULES_EXAMPLES: &str = "\
Examples:
  debtlint rules                         the packs that a policy may extend
  debtlint rules conventional-commits    one pack in full";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  debtlint schema > policy.schema.json    for an editor to check a policy with
  debtlint schema report                  what a program may rely on in `check --format json`";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  debtlint completions bash > ~/.local/share/bash-completion/completions/debtlint
  debtlint completions zsh > ~/.zfunc/_debtlint    with ~/.zfunc in `fpath`
  debtlint completions fish > ~/.config/fish/completions/debtlint.fish
  debtlint completions powershell >> $PROFILE
  debtlint completions elvish >> ~/.config/elvish/rc.elv";

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge the teams of a repository
    #[command(after_help = check::EXAMPLES)]
    Check(CheckArgs),
    /// List tagged debt comments (TODO, FIXME, ...) and what the policy says about them
    #[command(after_help = markers::EXAMPLES)]
    #[command(mut_arg("team", |arg| arg.help("List markers of this team's paths; may be given several times")))]
    #[command(mut_arg("window", |arg| arg.help("The window for --sort interest, in weeks or days: 13w, 90d")))]
    Markers(MarkersArgs),
    /// Check a policy, or print it in full
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Check the CI configuration for anything that would let a change slip past the gate
    ///
    /// Reads GitHub Actions, with the repository's own workflows and actions that they call; GitLab CI, Azure Pipelines, Bitbucket
    /// Pipelines and Jenkins. It cannot see what only the host knows: which checks are required, and who may push.
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(DoctorArgs),
    /// Explain how a commit was read, or what a code means
    #[command(after_help = explain::EXAMPLES)]
    Explain(ExplainArgs),
    /// Run as a git hook
    #[command(subcommand)]
    Hook(HookCommand),
    /// Draft a policy for a repository that has none, from its history
    ///
    /// Looks at the last year: teams come from CODEOWNERS, or else from the top-level folders in which several people do most of
    /// their work; allocations are today's shares, rounded down. Comments in the draft say what was found, for people to decide
    /// on. An existing policy is never overwritten.
    #[command(after_help = init::EXAMPLES)]
    Init(InitArgs),
    /// Import the labels of merged pull requests
    #[command(subcommand)]
    Labels(LabelsCommand),
    /// Say what kind of work a landed commit was, as the lead of its team
    ///
    /// Appends an entry to `.debtlint/relabels.yml` in the working tree, and commits nothing. The entry counts once it has
    /// landed; one that gives a team more credit counts only if the team's lead has signed the commit, and up to the policy's
    /// `relabel-cap`.
    #[command(after_help = relabel::EXAMPLES)]
    Relabel(RelabelArgs),
    /// Write an HTML page: each team's share over time, its work, what to pay first
    ///
    /// One HTML file that needs no network and no other file: for a meeting, an archive or a build artifact. It shows what
    /// `check`, `trend` and `markers --sort interest` say.
    #[command(after_help = report::EXAMPLES)]
    Report(ReportArgs),
    /// List the packs of rules that ship with debtlint, or print one
    #[command(after_help = RULES_EXAMPLES)]
    Rules {
        /// The pack to print
        #[arg(value_parser = pack_name(), hide_possible_values = true)]
        name: Option<String>,
    },
    /// Show what the gate would have said of the past: weeks short, landings blocked
    ///
    /// Judges every landing in the span as `check --base` judges a merge, on top of the mainline as it was before, and every week
    /// as `check --as-of` does: by today's policy, teams and labels.
    #[command(after_help = past::SIMULATE_EXAMPLES)]
    Simulate(PastArgs),
    /// Print a JSON Schema
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// What the schema describes
        #[arg(default_value = "policy")]
        of: SchemaOf,
    },
    /// Show the teams' shares over time, week by week
    ///
    /// Judges each week as `check --as-of` does: by today's policy and teams, with a rolling window.
    #[command(after_help = past::TREND_EXAMPLES)]
    Trend(PastArgs),
    /// Print shell completions
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command
    #[command(after_help = man::EXAMPLES)]
    Man(ManArgs),
}

/// A name that the command itself looks up, and finds the nearest of.
fn pack_name() -> Offered<StringValueParser> {
    Offered { parser: StringValueParser::new(), names: packs().iter().map(|pack| pack.name).collect() }
}

/// What has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// The policy file.
    Policy,
    /// What `check --format json` prints.
    Report,
    /// What a line of `check --format ndjson` is.
    Item,
    /// What `markers --format json` prints.
    Markers,
    /// What `simulate --format json` prints.
    #[value(name = "simulate", alias = "simulation")]
    Simulation,
    /// What `trend --format json` prints.
    Trend,
    /// What `doctor --format json` prints.
    Doctor,
}

impl Args {
    /// Reads a command line, the program's name first.
    ///
    /// # Errors
    ///
    /// When it is none, or asks for help.
    pub(super) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let mut command = without_blank_variables(Self::command());
        let read = command.try_get_matches_from_mut(&arguments);
        let matches = read.map_err(|error| idle::named(&mut command, error, &arguments))?;
        let typed = Self::from_arg_matches(&matches)?;
        idle::refuse(&command, &matches, &typed)?;
        Ok(typed)
    }

    /// What a shell needs to complete them.
    pub(super) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Self::command(), "debtlint", &mut script);
        script
    }

    /// The manual pages, each with the name of its file; the program's own comes first.
    ///
    /// # Errors
    ///
    /// None: they are written to memory.
    pub(super) fn manual() -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut command = Self::command().disable_help_subcommand(true);
        command.build();
        let mut pages = Vec::new();
        man::pages(&command, &mut pages)?;
        Ok(pages)
    }
}

/// A variable that is set to nothing is as good as none; an option that is typed without a value is a slip.
fn without_blank_variables(command: clap::Command) -> clap::Command {
    let without = |arg: clap::Arg| match arg.get_env() {
        Some(variable) if outputs::is_blank(variable) => arg.env(Resettable::<clap::builder::OsStr>::Reset),
        _ => arg,
    };
    command.mut_args(without).mut_subcommands(without_blank_variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn options_with_a_value_are_known_to_who_reads_scripts() {
        let command = Args::command();
        let check = command.find_subcommand("check").unwrap();
        let mut valued: Vec<String> = check
            .get_arguments()
            .chain(command.get_arguments())
            .filter(|argument| argument.get_action().takes_values())
            .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
            .collect();
        valued.sort();
        assert_eq!(valued, crate::wiring::VALUED);
    }

    #[test]
    fn what_is_refused() {
        for line in [
            "",
            "judge",
            "check --colour",
            "check --window 13",
            "check --window 0w",
            "check --window 999999w",
            "check --as-of yesterday",
            "check --as-of 2026-02-30",
            "check --allocation 20",
            "check --allocation 101%",
            "check --deadline 0s",
            "check --deadline x",
            "check --memory-limit 3",
            "check --format sarf",
            "check --format sarif=x",
            "check --output",
            "check --output json=",
            "check --width 3",
            "check a b",
            "check --base main --rev topic",
            "check --base main --as-of 2026-01-01",
            "check --head topic",
            "check --label debt",
            "check --title x",
            "check --no-ci-labels",
            "check --event --base main",
            "check --event --head topic",
            "check --event --rev topic",
            "check --expect-base main",
            "check --base main --expect-base main",
            "config",
            "config check a --rev HEAD",
            "explain",
            "hook pre-push --rev main",
            "hook pre-push --as-of 2026-01-01",
            "markers --evidence",
            "markers --allocation 20%",
            "explain abcd --allocation 20%",
            "explain abcd --team a",
            "explain abcd --evidence",
            "markers --cache facts",
            "markers --no-cache",
            "simulate --evidence",
            "trend --evidence",
            "relabel abcd paydown",
            "relabel abcd debt --reason x",
            "relabel abcd run --reason x --share 140%",
            "relabel abcd run --reason=",
            "relabel abcd run --reason=\u{1b}[31m",
            "schema config",
            "completions",
            "completions tcsh",
        ] {
            let line = std::iter::once("debtlint").chain(line.split_whitespace()).map(OsString::from);
            let error = Args::read(line.collect::<Vec<_>>()).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{error}");
        }
    }
}
