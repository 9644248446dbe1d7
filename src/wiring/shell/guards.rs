//! What decides whether a command of a script is run, and what may put another program in its place.
//!
//! A script may ask what it likes: this is held against what it asked before, and is not wrong in itself.

use std::collections::BTreeSet;

use crate::wiring::checkout::is_in_checkout;

use super::blocks::Block;
use super::blocks::Kind;
use super::blocks::Placed;
use super::blocks::Script;
use super::environment::assigned;
use super::is_closing;
use super::lost::called;

/// So much is told of one script.
const MOST: usize = 20;

/// By which services say what their run is about, as `--event` and labels are found.
const OF_EVENTS: [&str; 9] = [
    "GITHUB_EVENT_NAME",
    "GITHUB_EVENT_PATH",
    "GITHUB_REF",
    "GITHUB_SHA",
    "GITLAB_CI",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_BRANCH",
    "CI_COMMIT_SHA",
    "CI_PIPELINE_SOURCE",
];

/// What was said so far.
pub(super) struct Guards<'s, 't> {
    script: &'s Script<'t>,
    said: Vec<String>,
    /// The functions that may end the script.
    ending: BTreeSet<&'s str>,
}

impl<'s, 't> Guards<'s, 't> {
    pub(super) fn of(script: &'s Script<'t>) -> Self {
        let ending = script.commands.iter().filter(|placed| ends_well(placed)).filter_map(|placed| {
            placed.around.iter().rev().find_map(|(at, _)| match &script.blocks.get(*at)?.kind {
                Kind::Function(name) => Some(name.as_str()),
                _ => None,
            })
        });
        let ending = ending.collect();
        // The other one is called where there is no program of a name.
        let replaces = |of: &str| matches!(of, "debtlint" | "command_not_found_handle");
        let is_own = |block: &&Block| matches!(&block.kind, Kind::Function(of) if replaces(of));
        let said = script.blocks.iter().find(is_own).map(|block| block.says.clone());
        Self { script, said: said.into_iter().collect(), ending }
    }

    /// Takes what a command means for those behind it.
    pub(super) fn after(&mut self, placed: &Placed<'t>) {
        let words = placed.command.words.as_slice();
        let name = called(words).unwrap_or_default();
        let is_defined = self.blocks(placed).any(|block| matches!(block.kind, Kind::Function(_)));
        let may_end = (ends_well(placed) && !is_defined) || self.ending.contains(name);
        if may_end {
            let mut said = self.conditions(placed);
            said.push(words.join(" "));
            self.say(said.join("; "));
        } else if replaces(name, words) {
            self.say(words.join(" "));
        }
        path_of(words).into_iter().for_each(|guard| self.say(guard));
    }

    /// What a command hangs on; `before` stands before its name.
    pub(super) fn around(&self, placed: &Placed<'t>, (before, name): (&[&str], &str)) -> Vec<String> {
        let mut all = self.said.clone();
        all.extend(self.conditions(placed));
        all.extend(path_of(before));
        all.extend(elsewhere(before));
        let name = name.trim_start_matches(['(', '`']).trim_start_matches("$(");
        if name.contains(['/', '\\']) && is_in_checkout(name) {
            all.push(format!("the program {name}"));
        }
        all
    }

    /// The blocks around a command, but for those whose condition it is itself.
    fn blocks(&self, placed: &Placed<'t>) -> impl Iterator<Item = &'s Block> {
        let script = self.script;
        let around = placed.around.iter().filter(|(_, is_condition)| !is_condition);
        around.map(|(at, _)| *at).collect::<Vec<_>>().into_iter().filter_map(|at| script.blocks.get(at))
    }

    fn conditions(&self, placed: &Placed<'t>) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for block in self.blocks(placed) {
            all.extend(block.joined.as_deref().and_then(|joined| self.hangs_on(joined, block.end)));
            match &block.kind {
                Kind::Asking => all.push(block.says.clone()),
                Kind::Function(name) if !self.is_called(name) => all.push(block.says.clone()),
                Kind::Function(_) | Kind::Group => {}
            }
        }
        all.extend(placed.joined.as_deref().and_then(|joined| self.hangs_on(joined, Some(placed.end))));
        all
    }

    /// What stands before something in its list, where that may keep it from being run without a failure.
    fn hangs_on(&self, joined: &str, end: Option<usize>) -> Option<String> {
        let is_nothing = |one: &str| {
            let name = one.split_whitespace().next().unwrap_or_default();
            matches!(name, "echo" | "printf" | ":" | "true" | "cd") || is_closing(name)
        };
        let behind = end.map(|end| self.script.behind(end, None)).unwrap_or_default();
        let goes_on = behind.iter().any(|token| token.word().is_some_and(|word| !is_closing(word)));
        let may_pass = joined.contains("|| ") || goes_on;
        let is_all_nothing =
            !joined.contains("|| ") && joined.split("&& ").all(|one| one.trim().is_empty() || is_nothing(one));
        (may_pass && !is_all_nothing).then(|| joined.trim_end().to_owned())
    }

    fn is_called(&self, name: &str) -> bool {
        self.script.calls.contains_key(name)
    }

    /// Says it once, and not too much.
    fn say(&mut self, guard: String) {
        if self.said.len() < MOST && !self.said.contains(&guard) {
            self.said.push(guard);
        }
    }
}

/// Whether a command may end the script, and end it well.
fn ends_well(placed: &Placed<'_>) -> bool {
    let words = placed.command.words.as_slice();
    // `stop() { exit 0; }`
    let is_header = |word: &&&str| super::is_opening(word) || **word == "function" || word.ends_with("()");
    let from = words.iter().take_while(is_header).count();
    match words.get(from..).unwrap_or_default() {
        ["exit"] => !placed.joined.as_deref().is_some_and(|joined| joined.trim_end().ends_with("||")),
        ["exit", code, ..] => {
            let code = code.trim_end_matches([')', ';']);
            code.parse::<i64>().map_or(code != "$?", |number| number.rem_euclid(256) == 0)
        }
        _ => false,
    }
}

/// Whether a command may put something else in the place of debtlint, or of how the script ends.
fn replaces(name: &str, words: &[&str]) -> bool {
    let speaks = || words.iter().any(|word| word.contains("debtlint"));
    let argument = words.iter().skip_while(|word| **word != name).nth(1);
    match name {
        "." | "source" => argument.is_some_and(|file| is_in_checkout(file)),
        "alias" | "enable" | "hash" | "unalias" => speaks(),
        "trap" => argument.is_some_and(|text| text.contains("exit") && !text.contains("exit 1")),
        _ => false,
    }
}

/// What runs a command in another place, where another program may have its name: `docker run IMAGE`, whatever the version.
fn elsewhere(before: &[&str]) -> Option<String> {
    let from = before.iter().position(|word| ELSEWHERE.contains(word))?;
    let plain = |word: &&str| {
        let name = word.split('@').next().unwrap_or_default();
        name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name).to_owned()
    };
    Some(before.iter().skip(from).map(plain).collect::<Vec<_>>().join(" "))
}

/// Programs that run another one elsewhere.
const ELSEWHERE: [&str; 7] = ["chroot", "docker", "kubectl", "nerdctl", "podman", "ssh", "su"];

/// What a command assigns that may put something else in the place of debtlint.
fn path_of(words: &[&str]) -> Option<String> {
    words.iter().filter_map(assigned).find_map(|(name, value)| of_variable(name, value))
}

/// A variable that may put something else in the place of debtlint, before it, or in the place of what it judges: a folder of the
/// checkout on the `PATH`, a file of it that shells read, another event.
pub(in crate::wiring) fn of_variable(name: &str, value: &str) -> Option<String> {
    let is_so = match name {
        "PATH" => value.split([':', ';']).any(is_in_checkout),
        "BASH_ENV" | "ENV" | "LD_PRELOAD" | "LD_LIBRARY_PATH" => is_in_checkout(value),
        // The shell then only reads what it is given, or one command of it.
        "SHELLOPTS" => value.split(':').any(|option| matches!(option, "noexec" | "onecmd")),
        // By these it is told what is judged.
        _ if OF_EVENTS.contains(&name) || name.starts_with("CI_MERGE_REQUEST_") => true,
        _ => name.starts_with("BASH_FUNC_"),
    };
    is_so.then(|| format!("{name}={value}"))
}
