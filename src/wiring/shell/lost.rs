//! What becomes of an exit code.

use super::Shell;
use super::blocks::Kind;
use super::blocks::Placed;
use super::blocks::Script;
use super::environment::assigned;
use super::is_closing;
use super::tokens::Token;

/// How an exit code is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wiring) enum Lost {
    /// `|| true`
    OrElse,
    /// `| tee`, where the pipe's last command decides.
    Pipe,
    /// `&`
    Background,
    /// `if debtlint check`, `! debtlint check`
    Condition,
    /// `&&`, with commands behind it that run anyway.
    Chain,
    /// Commands behind it run anyway.
    NotLast,
}

impl Lost {
    /// What is so, and what to write instead.
    pub(in crate::wiring) const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::OrElse => ("what follows `||` replaces its exit code", "remove `||` and what follows it"),
            Self::Pipe => (
                "it is piped into another command, whose exit code counts",
                "write the report with `--output FORMAT=FILE` instead, or begin with `set -o pipefail`",
            ),
            Self::Background => ("it runs in the background, and nobody waits for its exit code", "remove the `&`"),
            Self::Condition => ("it is a condition: the step goes on whatever it says", "call it by itself"),
            Self::Chain => (
                "`&&` keeps its exit code from ending the step, and more commands follow",
                "put what follows `&&` on a line of its own",
            ),
            Self::NotLast => (
                "its exit code does not end the step, and more commands follow",
                "begin the script with `set -e`, or make it the last command",
            ),
        }
    }
}

/// A function may call another; so deep is followed.
const DEEPEST: usize = 3;

/// Longer than what anybody writes behind `||`.
const LONGEST: usize = 500;

/// How the exit code of a command is lost, by what stands behind it, and behind the blocks around it.
pub(super) fn lost(script: &Script<'_>, placed: &Placed<'_>, shell: Shell) -> Option<Lost> {
    of_place(script, placed, shell, DEEPEST)
}

fn of_place(script: &Script<'_>, placed: &Placed<'_>, shell: Shell, deepest: usize) -> Option<Lost> {
    let mut outer = placed.around.iter().rev().filter_map(|(at, asks)| Some((script.blocks.get(*at)?, *asks)));
    let is_asked = placed.around.iter().any(|(_, asks)| *asks);
    if is_asked || placed.command.words.first().is_some_and(|first| *first == "!") {
        return Some(Lost::Condition);
    }
    let mut from = Some(placed.end);
    // Within what hangs on `||` or `&&`, no failure ends the script.
    let is_in_list = outer.clone().any(|(block, _)| {
        let behind = block.end.map(|end| script.behind(end, None)).unwrap_or_default();
        matches!(behind, [Token::Or | Token::And, ..])
    });
    let shell = Shell { errexit: shell.errexit && !is_in_list, ..shell };
    while let Some(end) = from {
        let block = outer.next().map(|(block, _)| block);
        let behind = script.behind(end, block.and_then(|block| block.end));
        match after(behind, shell) {
            After::Lost(lost) => return Some(lost),
            After::Exits => return None,
            After::Fails => {}
        }
        match block.map(|block| &block.kind) {
            Some(Kind::Function(name)) => return of_calls(script, name, shell, deepest),
            _ => from = block.and_then(|block| block.end),
        }
    }
    None
}

/// Of a function: of the places that call it, one that fails is enough.
fn of_calls(script: &Script<'_>, name: &str, shell: Shell, deepest: usize) -> Option<Lost> {
    let deeper = deepest.checked_sub(1)?;
    let calls = script.calls.get(name).into_iter().flatten().filter_map(|at| script.commands.get(*at));
    let all: Vec<Option<Lost>> = calls.map(|placed| of_place(script, placed, shell, deeper)).collect();
    all.iter().find(|lost| lost.is_none()).or(all.first()).copied().flatten()
}

/// The program, or the function, that a command calls.
pub(super) fn called<'w>(words: &[&'w str]) -> Option<&'w str> {
    let name = words.iter().find(|word| !super::is_opening(word) && assigned(word).is_none())?;
    Some(name.trim_start_matches('(').trim_end_matches([')', ';']))
}

/// What comes of a failure.
enum After {
    Lost(Lost),
    /// The script ends with it.
    Exits,
    /// What is around it fails with it.
    Fails,
}

fn after(behind: &[Token], shell: Shell) -> After {
    // To the end of the pipe.
    let mut rest = behind;
    while let [Token::Pipe, after @ ..] = rest {
        if !shell.pipefail {
            return After::Lost(Lost::Pipe);
        }
        rest = element(after).1;
    }
    let follows = |tokens: &[Token]| tokens.iter().any(|token| token.word().is_some_and(|word| !is_closing(word)));
    let mut is_chained = false;
    loop {
        match rest {
            [Token::Or, alternative @ ..] => {
                let (own, behind) = element(alternative);
                match ending(own, true, &statuses(own)) {
                    Ending::Exits => return After::Exits,
                    Ending::False => is_chained = false,
                    Ending::Goes => return After::Lost(Lost::OrElse),
                }
                rest = behind;
            }
            [Token::And, then @ ..] => {
                is_chained = true;
                rest = element(then).1;
            }
            [Token::Pipe, then @ ..] => rest = element(then).1,
            [Token::Background, ..] => return After::Lost(Lost::Background),
            [Token::End, then @ ..] if is_chained && follows(then) => return After::Lost(Lost::Chain),
            [Token::End, then @ ..] if !shell.errexit && follows(then) => return After::Lost(Lost::NotLast),
            _ => return After::Fails,
        }
    }
}

/// The command, or the block, that tokens begin with, and what follows it.
fn element(tokens: &[Token]) -> (&[Token], &[Token]) {
    let first = tokens.first().and_then(Token::word).unwrap_or_default();
    let mut depth = 0_usize;
    let mut end = 0_usize;
    for token in tokens {
        let word = token.word();
        if word.is_none() && depth == 0 && !token.is_of_command() {
            break;
        }
        match (word, first.chars().next()) {
            (Some("{" | "if" | "case" | "while" | "until" | "for"), _) => depth = depth.saturating_add(1),
            (Some("}" | "fi" | "esac" | "done"), _) => depth = depth.saturating_sub(1),
            (Some(word), Some('(')) => {
                depth = depth.saturating_add(word.matches('(').count()).saturating_sub(word.matches(')').count());
            }
            _ => {}
        }
        end = end.saturating_add(1);
    }
    tokens.split_at_checked(end).unwrap_or((tokens, &[]))
}

/// How what stands behind `||` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The script ends, and fails: `exit 1`.
    Exits,
    /// It fails as well: `false`.
    False,
    /// It may end well.
    Goes,
}

/// How an element ends; `is_first` says that `$?` is still that of what failed.
fn ending(own: &[Token], is_first: bool, statuses: &[&str]) -> Ending {
    match own.first().and_then(Token::word) {
        _ if own.len() > LONGEST => Ending::Goes,
        Some(word) if word == "{" || word.starts_with('(') && !word.starts_with("((") => {
            let inner: Vec<Token> = own.iter().map(|token| opened(token, word)).collect();
            let inner: Vec<Token> =
                inner.into_iter().filter(|token| token.word().is_none_or(|word| !word.is_empty())).collect();
            of_group(&inner, is_first, statuses)
        }
        Some("false") => Ending::False,
        Some("exit" | "return") => {
            let is_failing = match own.get(1).and_then(Token::word) {
                None | Some("$?") => is_first,
                Some(code) => match code.parse::<i64>() {
                    Ok(number) => number.rem_euclid(256) != 0,
                    Err(_variable) => statuses.contains(&code.trim_matches(['$', '{', '}'])),
                },
            };
            if is_failing { Ending::Exits } else { Ending::Goes }
        }
        _ => Ending::Goes,
    }
}

/// A token of a group without what opens or closes it.
fn opened(token: &Token, first: &str) -> Token {
    match token {
        Token::Word(word) if matches!(word.as_str(), "{" | "}") => Token::Word(String::new()),
        Token::Word(word) if first.starts_with('(') => Token::Word(word.trim_matches(['(', ')']).to_owned()),
        other => other.clone(),
    }
}

fn of_group(inner: &[Token], is_first: bool, statuses: &[&str]) -> Ending {
    let (mut rest, mut is_first, mut last) = (inner, is_first, Ending::Goes);
    while !rest.is_empty() {
        let (own, behind) = element(rest);
        last = ending(own, is_first, statuses);
        if last == Ending::Exits {
            return last;
        }
        is_first = false;
        rest = match behind {
            [Token::And, then @ ..] if always_goes(own) => then,
            // Whether what follows is run is not known.
            [Token::And | Token::Or | Token::Pipe, ..] => {
                last = Ending::Goes;
                let end = behind.iter().position(|token| *token == Token::End).unwrap_or(behind.len());
                behind.get(end..).unwrap_or_default()
            }
            [_, then @ ..] => then,
            [] => &[],
        };
        while let [Token::End, then @ ..] = rest {
            rest = then;
        }
    }
    last
}

fn always_goes(own: &[Token]) -> bool {
    matches!(own.first().and_then(Token::word), Some("echo" | "printf" | "true" | ":"))
}

/// Variables that keep the exit code: `code=$?`.
fn statuses(own: &[Token]) -> Vec<&str> {
    let words = own.iter().filter_map(Token::word);
    words.filter_map(|word| word.trim_start_matches('(').strip_suffix("=$?")).collect()
}
