//! The blocks of a script: what stands around a command, and on what it hangs whether it is run.

use std::collections::BTreeMap;

use super::Command;
use super::Commands;
use super::tokens::Token;

/// So deep blocks are followed; what lies deeper is taken for a part of what is around it.
const DEEPEST: usize = 64;
/// So much is kept of the words that begin a block, or stand before a command in its list.
const MOST_WORDS: usize = 20;
const LONGEST: usize = 300;
/// So many places are kept that call a function.
const CALLS: usize = 10;

/// A script, taken apart.
pub(super) struct Script<'t> {
    tokens: &'t [Token],
    pub(super) commands: Vec<Placed<'t>>,
    pub(super) blocks: Vec<Block>,
    /// Where each program, or function, is called.
    pub(super) calls: BTreeMap<&'t str, Vec<usize>>,
}

/// A command where it stands.
pub(super) struct Placed<'t> {
    pub(super) command: Command<'t>,
    /// How many tokens stand before what follows it.
    pub(super) end: usize,
    /// The blocks around it, the outermost first, and whether it is a condition of theirs.
    pub(super) around: Vec<(usize, bool)>,
    /// What stands before it in its list: `a && b ||`.
    pub(super) joined: Option<String>,
}

/// `if`, `{`, a function, and so on.
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The words that begin it.
    pub(super) says: String,
    /// How many tokens stand before what follows it; none, where it does not end.
    pub(super) end: Option<usize>,
    /// What stands before it in its list.
    pub(super) joined: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// What is run depends on a condition: `if`, `while`, `for`, `case`.
    Asking,
    /// `{`, `(`
    Group,
    /// A function, by its name.
    Function(String),
}

impl<'t> Script<'t> {
    pub(super) fn of(tokens: &'t [Token]) -> Self {
        let mut reading = Reading {
            script: Self { tokens, commands: Vec::new(), blocks: Vec::new(), calls: BTreeMap::new() },
            open: Vec::new(),
            too_deep: 0,
            joined: None,
        };
        for command in Commands::of(tokens) {
            reading.take(command);
        }
        reading.script
    }

    /// What follows a place, to the end of the script or of a block.
    pub(super) fn behind(&self, from: usize, to: Option<usize>) -> &'t [Token] {
        let all = self.tokens.get(..to.unwrap_or(self.tokens.len())).unwrap_or_default();
        all.get(from..).unwrap_or_default()
    }
}

struct Reading<'t> {
    script: Script<'t>,
    /// Blocks that are open, and whether their condition is being read.
    open: Vec<(usize, bool)>,
    /// How many more are open.
    too_deep: usize,
    joined: Option<String>,
}

impl<'t> Reading<'t> {
    fn take(&mut self, command: Command<'t>) {
        let end = self.script.tokens.len().saturating_sub(command.behind.len());
        let joined = self.joined.take();
        let known = self.script.blocks.len();
        self.begin(&command.words, joined.as_ref());
        let around = self.open.clone();
        self.close(&command.words, end);
        let said = joined.clone().unwrap_or_default();
        let with = |sign: &str| {
            let words = short(&command.words);
            let words = if said.len() < LONGEST { words } else { String::new() };
            Some(if words.is_empty() && said.ends_with(&format!("{sign} ")) {
                said.clone()
            } else {
                format!("{said}{words} {sign} ")
            })
        };
        self.joined = match command.behind {
            [Token::And, ..] => with("&&"),
            [Token::Or, ..] => with("||"),
            [Token::Pipe, ..] => joined.clone(),
            _ => None,
        };
        // What begins a block hangs on nothing else than the block.
        let joined = joined.filter(|_| self.script.blocks.len() == known);
        if let Some(name) = super::lost::called(&command.words) {
            let known = self.script.calls.entry(name).or_default();
            if known.len() < CALLS {
                known.push(self.script.commands.len());
            }
        }
        self.script.commands.push(Placed { command, end, around, joined });
    }

    fn begin(&mut self, words: &[&str], joined: Option<&String>) {
        let mut rest = words;
        while let [word, behind @ ..] = rest {
            let kind = match (*word, behind) {
                ("then" | "else" | "do" | "elif", _) => {
                    if let Some((_, is_condition)) = self.open.last_mut() {
                        *is_condition = *word == "elif";
                    }
                    rest = behind;
                    continue;
                }
                ("!" | "time", _) => {
                    rest = behind;
                    continue;
                }
                ("if" | "while" | "until" | "for" | "select" | "case", _) => Kind::Asking,
                ("{" | "(", _) => Kind::Group,
                ("function", [name, ..]) => Kind::Function(name.trim_end_matches("()").to_owned()),
                (name, ["()", ..]) => Kind::Function(name.to_owned()),
                (name, _) if name.len() > 2 && name.ends_with("()") => {
                    Kind::Function(name.trim_end_matches("()").to_owned())
                }
                (name, _) if name.starts_with('(') && !name.starts_with("((") => Kind::Group,
                _ => return,
            };
            if *word == "{" && self.takes_brace() {
                rest = behind;
                continue;
            }
            let asks = matches!(*word, "if" | "while" | "until");
            let is_function = matches!(kind, Kind::Function(_));
            if self.open.len() < DEEPEST {
                self.open.push((self.script.blocks.len(), asks));
                self.script.blocks.push(Block { kind, says: short(rest), end: None, joined: joined.cloned() });
            } else {
                self.too_deep = self.too_deep.saturating_add(1);
            }
            // The brace of a function opens no other block.
            rest = match behind {
                _ if is_function => {
                    let from =
                        behind.iter().position(|word| *word == "{").map_or(behind.len(), |at| at.saturating_add(1));
                    behind.get(from..).unwrap_or_default()
                }
                _ if matches!(*word, "for" | "select" | "case") => return,
                behind => behind,
            };
        }
    }

    /// Whether a brace is that of a function whose name stands before it.
    fn takes_brace(&mut self) -> bool {
        let last = self.open.last().and_then(|(at, _)| self.script.blocks.get_mut(*at));
        let function = last.filter(|block| matches!(block.kind, Kind::Function(_)) && !block.says.contains('{'));
        function.map(|block| block.says.push_str(" {")).is_some()
    }

    fn close(&mut self, words: &[&str], end: usize) {
        let is_group = |script: &Script<'_>, at: usize| {
            script.blocks.get(at).is_some_and(|block| block.kind == Kind::Group && block.says.starts_with('('))
        };
        match words.first() {
            Some(&("fi" | "done" | "esac" | "}" | ")")) => self.pop(end),
            _ => {
                let counted = |char: char| words.iter().map(|word| word.matches(char).count()).sum::<usize>();
                // `$(a)` and `f()` are whole in themselves.
                let mut left = if counted(')') > counted('(') || words.iter().any(|word| word.starts_with('(')) {
                    words.iter().rev().take_while(|word| word.ends_with(')')).count()
                } else {
                    0
                };
                while left > 0 && self.open.last().is_some_and(|(at, _)| is_group(&self.script, *at)) {
                    self.pop(end);
                    left = left.saturating_sub(1);
                }
            }
        }
    }

    fn pop(&mut self, end: usize) {
        if self.too_deep > 0 {
            self.too_deep = self.too_deep.saturating_sub(1);
            return;
        }
        if let Some(block) = self.open.pop().and_then(|(at, _)| self.script.blocks.get_mut(at)) {
            block.end = Some(end);
        }
    }
}

/// Words on one line, not too many.
fn short(words: &[&str]) -> String {
    let text = words.get(..MOST_WORDS).unwrap_or(words).join(" ");
    text.chars().take(LONGEST).collect()
}
