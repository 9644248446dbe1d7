//! Shell scripts, as far as it takes to see what becomes of a command's exit code, and by which variables it judges.

mod blocks;
mod environment;
mod guards;
mod handed;
mod lost;
mod named;
mod nested;
mod tokens;

pub(super) use environment::Environment;
pub(super) use environment::OF_ENVIRONMENT;
pub(super) use environment::Variables;
pub(super) use guards::of_variable;
pub(super) use handed::FOLDERS;
pub(super) use handed::Handed;
pub(super) use handed::handed;
pub(super) use lost::Lost;
pub(super) use named::is_plain;
pub(super) use named::of_line;

use blocks::Script;
use environment::assigned;
use tokens::Token;
use tokens::tokens;

/// What the shell does with exit codes, before the script says anything itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shell {
    /// A command that fails ends the script (`set -e`).
    pub(super) errexit: bool,
    /// A pipe fails with any of its commands (`set -o pipefail`).
    pub(super) pipefail: bool,
}

/// A call of `debtlint check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// What stands behind `check`.
    pub(super) arguments: Vec<String>,
    /// The variables of the environment that it is given.
    pub(super) given: Variables,
    /// Whether the program is looked for, and not named by its path.
    pub(super) is_on_path: bool,
    /// A piece of the script's text that shows where it is.
    pub(super) piece: String,
    /// How its exit code is lost, if it is.
    pub(super) lost: Option<Lost>,
    /// What decides whether it is run, and what may put another program in its place.
    pub(super) guards: Vec<String>,
}

/// A shell may be handed a script by another; so deep is followed.
const DEEPEST: usize = 4;

/// The calls of `debtlint check` in a script, and what it leaves of the variables that it began with.
pub(super) fn calls(script: &str, shell: Shell, environment: &mut Environment) -> Vec<Call> {
    let mut reading = Reading { script, found: Vec::new() };
    reading.read(script, shell, environment, DEEPEST);
    reading.found
}

struct Reading<'s> {
    script: &'s str,
    found: Vec<Call>,
}

impl Reading<'_> {
    fn read(&mut self, text: &str, mut shell: Shell, environment: &mut Environment, deepest: usize) {
        let tokens = tokens(text);
        let script = Script::of(&tokens);
        let mut guards = guards::Guards::of(&script);
        let mut piped: Option<&str> = None;
        for placed in &script.commands {
            let command = &placed.command;
            let words = command.words.as_slice();
            let program = Program::of(words);
            let inner = deepest.checked_sub(1).zip(nested::script(command, piped.take()));
            match words {
                // Nothing behind it is run.
                ["exit" | "return", ..] if command.is_alone => break,
                ["set", options @ ..] if command.is_alone && reads_on(options) => break,
                ["exec", name, ..]
                    if command.is_alone && !is_redirection(name) && program.is_none() && inner.is_none() =>
                {
                    break;
                }
                _ => {}
            }
            if let ["set", options @ ..] = words {
                shell = shell.after(options);
            }
            let lost = || lost::lost(&script, placed, shell);
            if let Some(Program { before, name, arguments }) = program {
                let arguments = arguments.iter().map(|word| (*word).to_owned()).collect();
                self.found.push(Call {
                    arguments: whole(arguments),
                    given: environment.of_program(before),
                    is_on_path: !name.contains(['/', '\\']),
                    piece: piece(self.script, words),
                    lost: lost(),
                    guards: guards.around(placed, (before, name)),
                });
            } else if let Some((deeper, inner)) = inner {
                let from = self.found.len();
                self.read(
                    &inner.text,
                    inner.shell.unwrap_or(shell),
                    &mut environment.of_programs(inner.before),
                    deeper,
                );
                for call in self.found.iter_mut().skip(from) {
                    call.lost = call.lost.or_else(lost);
                    call.guards.extend(guards.around(placed, (inner.before, "")));
                }
            } else {
                environment.after(words, command.is_alone);
                guards.after(placed);
            }
            if matches!((words, command.behind), (["cat"] | ["cat", "-"], [Token::Pipe, ..])) {
                piped = command.texts.last().copied();
            }
        }
    }
}

/// Whether a shell only reads from there on, `set -n`, or ends well: `set -t`.
fn reads_on(options: &[&str]) -> bool {
    let is_short = |option: &&str| option.starts_with('-') && !option.starts_with("--") && option.contains(['n', 't']);
    let is_named = |pair: &[&str]| matches!(pair, ["-o", "noexec" | "onecmd"]);
    options.iter().any(is_short) || options.windows(2).any(is_named)
}

/// Arguments without what closes a substitution around the call: `x=$(debtlint check --event)`.
fn whole(mut arguments: Vec<String>) -> Vec<String> {
    let count = |char: char| arguments.iter().map(|word| word.matches(char).count()).sum::<usize>();
    let mut left = count(')').saturating_sub(count('(')).saturating_add(count('`') % 2);
    if let Some(last) = arguments.last_mut() {
        while left > 0 && last.ends_with(['`', ')']) {
            last.pop();
            left = left.saturating_sub(1);
        }
    }
    arguments
}

/// A simple command.
struct Command<'t> {
    words: Vec<&'t str>,
    /// The here-documents that it is handed.
    texts: Vec<&'t str>,
    /// What follows it, from the operator on.
    behind: &'t [Token],
    /// Whether it is run whatever the others do, and no other by its exit code.
    is_alone: bool,
    /// Whether the next one has nothing to do with it: no pipe, no block, no chain goes on.
    ends_statement: bool,
}

/// The commands of a script, as they stand.
struct Commands<'t> {
    rest: &'t [Token],
    /// Blocks that are open, and subshells.
    depth: usize,
    subshells: usize,
    /// Whether what went before decides if, or how, the next one is run.
    joined: bool,
}

impl<'t> Commands<'t> {
    const fn of(tokens: &'t [Token]) -> Self {
        Self { rest: tokens, depth: 0, subshells: 0, joined: false }
    }
}

impl<'t> Iterator for Commands<'t> {
    type Item = Command<'t>;

    fn next(&mut self) -> Option<Command<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let length = self.rest.iter().take_while(|token| token.is_of_command()).count();
        let (own, behind) = self.rest.split_at_checked(length)?;
        self.rest = behind.get(1..).unwrap_or_default();
        let words: Vec<&str> = own.iter().filter_map(Token::word).collect();
        let first = words.first().copied().unwrap_or_default();
        match first {
            "if" | "while" | "until" | "for" | "case" | "{" | "(" => self.depth = self.depth.saturating_add(1),
            "fi" | "done" | "esac" | "}" | ")" => self.depth = self.depth.saturating_sub(1),
            _ if words.last() == Some(&"{") => self.depth = self.depth.saturating_add(1),
            _ => {}
        }
        self.subshells = self.subshells.saturating_add(usize::from(first.len() > 1 && first.starts_with('(')));
        let closes = words.iter().any(|word| word.ends_with(')') && !word.contains("$("));
        self.subshells = self.subshells.saturating_sub(usize::from(closes));
        let ends_line = matches!(behind.first(), None | Some(Token::End));
        let is_alone = self.depth == 0 && !self.joined && ends_line;
        self.joined = matches!(behind.first(), Some(Token::Or | Token::And | Token::Pipe));
        let ends_statement = behind.len() <= 1 || (self.depth == 0 && self.subshells == 0 && !self.joined);
        let texts = own.iter().filter_map(Token::text).collect();
        Some(Command { words, texts, behind, is_alone, ends_statement })
    }
}

impl Shell {
    fn after(mut self, options: &[&str]) -> Self {
        for (at, option) in options.iter().enumerate() {
            let on = option.starts_with('-');
            if (on || option.starts_with('+')) && !option.starts_with("--") {
                if option.contains('e') {
                    self.errexit = on;
                }
                match options.get(at.saturating_add(1)).filter(|_| option.contains('o')) {
                    Some(&"pipefail") => self.pipefail = on,
                    Some(&"errexit") => self.errexit = on,
                    _ => {}
                }
            }
        }
        self
    }
}

/// A call of `debtlint check`, taken apart.
struct Program<'w> {
    /// What stands before the program's name.
    before: &'w [&'w str],
    name: &'w str,
    /// What stands behind `check`.
    arguments: &'w [&'w str],
}

impl<'w> Program<'w> {
    /// A simple command, if it is such a call.
    fn of(words: &'w [&'w str]) -> Option<Self> {
        let is_program = |word: &&str| {
            let name = word.rsplit(['/', '\\', '(', '`', '=']).next().unwrap_or_default();
            name.strip_suffix(".exe").unwrap_or(name) == "debtlint"
        };
        let at = words.iter().position(is_program)?;
        let (before, [name, behind @ ..]) = words.split_at_checked(at)? else { return None };
        let mut programs =
            before.iter().skip_while(|word| is_opening(word) || word.ends_with("()") || assigned(word).is_some());
        let program = programs.next().copied().unwrap_or_default();
        // `command -v debtlint` says where it is.
        let looks = |word: &&str| word.starts_with('-') && word.contains(['v', 'V']);
        if ONLY_NAMES.contains(&program) || (program == "command" && programs.next().is_some_and(looks)) {
            return None;
        }
        // Options of all commands may stand before it, with their values.
        let mut rest = behind;
        while let [word, behind @ ..] = rest {
            rest = behind;
            match word.trim_end_matches([')', '`']) {
                "check" => return Some(Self { before, name, arguments: rest }),
                "--color" | "--width" => rest = rest.get(1..).unwrap_or_default(),
                // Nothing behind it is looked at.
                "--help" | "--version" | "-h" | "-V" => return None,
                option if option.starts_with('-') => {}
                _ => return None,
            }
        }
        None
    }
}

/// Programs that run nothing of what is named behind them, or end well however that ends: `local x=$(debtlint check)`.
const ONLY_NAMES: [&str; 19] = [
    ":", "[", "alias", "cat", "declare", "echo", "export", "false", "grep", "local", "logger", "man", "printf",
    "readonly", "test", "true", "type", "typeset", "which",
];

/// `exec > log` runs on, with its output elsewhere.
fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(|char: char| char.is_ascii_digit() || char == '&').starts_with(['<', '>'])
}

fn is_closing(word: &str) -> bool {
    matches!(word, "fi" | "done" | "esac" | "}" | ")")
}

fn is_opening(word: &str) -> bool {
    matches!(
        word,
        "if" | "elif" | "while" | "until" | "then" | "else" | "do" | "!" | "{" | "(" | "env" | "sudo" | "time"
    )
}

/// The words as they stand in the script, if they do on one line.
fn piece(script: &str, words: &[&str]) -> String {
    let name = words.iter().find(|word| word.contains("debtlint")).copied().unwrap_or_default();
    let is_call = |line: &&str| line.contains(name) && line.contains("check");
    let line = script.lines().find(is_call).or_else(|| script.lines().find(|line| line.contains(name)));
    line.unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
