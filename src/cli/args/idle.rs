//! What clap takes and no command could use: options that can do nothing beside others, and values that are none.

use std::ffi::OsStr;
use std::ffi::OsString;

use clap::Arg;
use clap::ArgMatches;
use clap::Command as Declared;
use clap::Error;
use clap::error::ErrorKind;
use clap::parser::ValueSource;

use super::Args;
use super::CheckArgs;
use super::Command;
use super::ImportArgs;
use super::LabelsCommand;
use super::MarkersArgs;
use super::SortBy;
use crate::cli::deliver;
use crate::cli::explain;
use crate::cli::host::Host;

/// What all commands take: it says how something is written, whatever that is.
const OF_ALL: [&str; 2] = ["color", "width"];

/// Refuses what was typed and says nothing: whoever typed it expects something of it.
///
/// # Errors
///
/// An option without a value, as a variable that is not set leaves it; one that can change nothing here.
pub(super) fn refuse(command: &Declared, matches: &ArgMatches, typed: &Args) -> Result<(), Error> {
    let (mut command, mut matches) = (command, matches);
    while let Some((name, inner)) = matches.subcommand()
        && let Some(found) = command.find_subcommand(name)
    {
        (command, matches) = (found, inner);
    }
    let options: Vec<&Arg> = command.get_arguments().filter(|arg| is_typed(matches, arg.get_id().as_str())).collect();
    for option in options.iter().copied().filter(|arg| arg.get_long().is_some()) {
        let values = matches.get_raw(option.get_id().as_str()).unwrap_or_default();
        if values.into_iter().any(OsStr::is_empty) {
            let why = format!("a value is required for '{option}' but an empty one was supplied");
            return Err(Error::raw(ErrorKind::InvalidValue, why).format(&mut command.clone()));
        }
    }
    let typed_one = |ids: &[&str]| options.iter().copied().find(|arg| ids.contains(&arg.get_id().as_str()));
    let found = match &typed.command {
        Command::Check(check) => typed_one(&["items"]).filter(|_| !lists_items(check)).map(|option| {
            (option, "lists commits in `text` and `json`, and neither is written; `ndjson` has them anyway")
        }),
        Command::Markers(markers) => of_markers(markers, &typed_one),
        Command::Explain(explained) => {
            let is_page = explained.what.as_deref().is_none_or(|what| explain::page(what).is_some());
            let others = options
                .iter()
                .copied()
                .find(|arg| !["what", "list"].iter().chain(&OF_ALL).any(|id| arg.get_id() == id));
            others
                .filter(|_| is_page)
                .map(|option| (option, "has to do with commits: what a code means is the same everywhere"))
        }
        Command::Labels(LabelsCommand::Import(import)) => of_import(import, &typed_one),
        _ => None,
    };
    let both = || Some((typed_one(&["cache"])?, "says where facts are kept, and '--no-cache' that none are"));
    let found = found.or_else(|| typed_one(&["no_cache"]).and_then(|_| both()));
    match found.map(|(option, why)| format!("'{option}' {why}")) {
        Some(why) => Err(Error::raw(ErrorKind::ArgumentConflict, why).format(&mut command.clone())),
        None => Ok(()),
    }
}

/// Whether it was typed, and not said by a variable or by nobody.
fn is_typed(matches: &ArgMatches, id: &str) -> bool {
    matches!(matches.try_contains_id(id), Ok(true)) && matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Whether some output has commits where they are asked for.
fn lists_items(check: &CheckArgs) -> bool {
    let typed = check.output.iter().map(|output| (output.format, output.file.is_none()));
    let typed: Vec<_> = typed.chain(check.format.map(|format| (format, true))).collect();
    typed.iter().all(|(_, to_stdout)| !to_stdout) || typed.iter().any(|(format, _)| deliver::lists_items(*format))
}

fn of_import<'a>(
    import: &ImportArgs,
    typed_one: &dyn Fn(&[&str]) -> Option<&'a Arg>,
) -> Option<(&'a Arg, &'static str)> {
    let of_hosts = typed_one(&["repo", "since", "api_url"]).filter(|_| Host::named(&import.from).is_none());
    let of_repository = typed_one(&["path", "accept_owner"]).filter(|_| import.output.is_some());
    let of_hosts = of_hosts.map(|option| (option, "is for hosts: a file is taken as it is"));
    of_hosts.or(of_repository.map(|option| (option, "is about whose policy names the file, and '--output' names one")))
}

fn of_markers<'a>(
    markers: &MarkersArgs,
    typed_one: &dyn Fn(&[&str]) -> Option<&'a Arg>,
) -> Option<(&'a Arg, &'static str)> {
    let by_history = matches!(markers.sort, SortBy::Age | SortBy::Interest);
    if markers.base.is_some() {
        let ages = || typed_one(&["sort"]).filter(|_| by_history);
        let option = typed_one(&["no_age"]).or_else(ages);
        return option
            .or_else(|| typed_one(&["window"]))
            .map(|option| (option, "has to do with ages, and markers of a change have none yet"));
    }
    if markers.sort != SortBy::Interest
        && let Some(option) = typed_one(&["window"])
    {
        return Some((option, "has to do with '--sort interest' alone"));
    }
    if by_history && (markers.no_age || markers.worktree) {
        return typed_one(&["sort"])
            .map(|option| (option, "needs the ages of markers: a working tree has none, nor a run with '--no-age'"));
    }
    None
}

/// An error about an argument that is no UTF-8, with the option that it belongs to: clap does not say which.
pub(super) fn named(command: &mut Declared, error: Error, arguments: &[OsString]) -> Error {
    if error.kind() != ErrorKind::InvalidUtf8 {
        return error;
    }
    let Some(at) = arguments.iter().position(|argument| argument.to_str().is_none()) else { return error };
    let text = arguments.get(at).map(|argument| argument.to_string_lossy()).unwrap_or_default();
    let before = at.checked_sub(1).and_then(|before| arguments.get(before)?.to_str());
    let option = match text.split_once('=') {
        Some((option, _)) if option.starts_with("--") => Some(option),
        _ => before.filter(|before| before.starts_with("--")),
    };
    match option {
        Some(option) => command.error(ErrorKind::InvalidUtf8, format!("the value for '{option}' is not UTF-8")),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(line: &[&str]) -> Result<(), String> {
        let line = std::iter::once(&"debtlint").chain(line).map(OsString::from);
        Args::read(line).map(drop).map_err(|error| {
            assert_eq!(error.exit_code(), 2, "{error}");
            error.to_string()
        })
    }

    #[test]
    fn what_could_change_nothing_is_refused() {
        for (line, option) in [
            ("check --format sarif --items", "--items"),
            ("check --output csv --output json=x --output badge=y --items", ""),
            ("check --output csv --output badge=y --items", "--items"),
            ("check --output sarif=x --items", ""),
            ("check --items", ""),
            ("check --cache x --no-cache", "--cache <DIR>"),
            ("trend --cache x --no-cache", "--cache <DIR>"),
            ("check --no-cache", ""),
            ("explain allocation-short", ""),
            ("explain allocation-short --width 40 --color never", ""),
            ("explain allocation-short --rev main", "--rev <REVISION>"),
            ("explain allocation-short ..", "[PATH]"),
            ("explain --list --no-cache", "--no-cache"),
            ("explain abcd .. --rev main --no-cache", ""),
            ("labels import --from pulls.json --since 2026-01-01", "--since <TIME>"),
            ("labels import --from pulls.json --repo a/b", "--repo <NAME>"),
            ("labels import --from github --repo a/b --since 2026-01-01", ""),
            ("labels import .. --from pulls.json", ""),
            ("labels import --from pulls.json --output x", ""),
            ("labels import .. --from pulls.json --output x", "[PATH]"),
            ("labels import --from github --accept-owner --output x", "--accept-owner"),
            ("markers --window 4w", "--window <LENGTH>"),
            ("markers --window 4w --sort interest", ""),
            ("markers --sort age --no-age", "--sort <ORDER>"),
            ("markers --sort interest --worktree", "--sort <ORDER>"),
            ("markers --sort team --worktree --no-age", ""),
            ("markers --base main --sort age", "--sort <ORDER>"),
            ("markers --base main --no-age", "--no-age"),
            ("markers --base main --window 4w", "--window <LENGTH>"),
            ("markers --base main --sort owner", ""),
            ("markers --write-baseline x --sort age", "--sort <ORDER>"),
            ("markers --write-baseline x --exit-zero", "--exit-zero"),
            ("markers --write-baseline x --format text", "--format <FORMAT>"),
            ("markers --write-baseline x --as-of 2026-01-01", ""),
        ] {
            match told(&line.split(' ').collect::<Vec<_>>()) {
                Ok(()) => assert_eq!(option, "", "{line}"),
                Err(error) => assert!(!option.is_empty() && error.contains(option), "{line}: {error}"),
            }
        }
    }

    #[test]
    fn a_variable_that_is_not_set_is_no_value() {
        for line in [
            ["check", "--base="],
            ["check", "--rev="],
            ["check", "--team="],
            ["check", "--config="],
            ["markers", "--tag="],
            ["markers", "--path="],
            ["report", "--output="],
            ["doctor", "--rev="],
            ["trend", "--since="],
        ] {
            let error = told(&line).unwrap_err();
            assert!(error.contains(line[1].trim_end_matches('=')) && error.contains("value"), "{error}");
        }
        assert!(told(&["check", "--base", "main", "--title", ""]).unwrap_err().contains("'--title <TITLE>'"));
    }

    #[cfg(unix)]
    #[test]
    fn an_option_is_named_whose_value_is_no_text() {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = |text: &[u8]| OsString::from_vec(text.to_vec());
        for (line, says) in [
            (vec![bytes(b"check"), bytes(b"--team"), bytes(b"\xff")], "'--team'"),
            (vec![bytes(b"check"), bytes(b"--window=\xff")], "'--window'"),
            (vec![bytes(b"rules"), bytes(b"\xff")], "UTF-8"),
        ] {
            let error = Args::read(std::iter::once(bytes(b"debtlint")).chain(line)).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains(says), "{error}");
        }
    }
}
