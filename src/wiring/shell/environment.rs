//! The variables of the environment that debtlint looks at, as a script sets and unsets them.

use std::collections::BTreeMap;

use crate::finding::Location;

/// Variables that stand for an option, as far as it matters whose policy judges, and by which facts. None stands for
/// `--org-policy`: a floor is typed.
pub(in crate::wiring) const OF_ENVIRONMENT: [(&str, &str); 2] =
    [("DEBTLINT_CONFIG", "--config"), ("DEBTLINT_CACHE", "--cache")];

/// What a variable was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wiring) struct Given {
    /// The value, as it is written.
    pub(in crate::wiring) value: String,
    /// Where; nowhere, when the script of the call itself says so.
    pub(in crate::wiring) at: Option<Location>,
}

/// What the variables are.
pub(in crate::wiring) type Variables = BTreeMap<&'static str, Given>;

/// The variables as a script goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::wiring) struct Environment {
    /// Those that programs are given.
    exported: Variables,
    /// Those of the shell's own.
    own: Variables,
    /// `set -a`: whatever is assigned is exported.
    all: bool,
}

impl Environment {
    /// Sets a variable outside of a script: in the settings of a job, say.
    pub(in crate::wiring) fn give(&mut self, name: &str, value: &str, at: &Location) {
        if let Some(name) = known(name) {
            self.exported.insert(name, Given { value: value.to_owned(), at: Some(at.clone()) });
        }
    }

    /// Those that programs are given.
    pub(in crate::wiring) const fn exported(&self) -> &Variables {
        &self.exported
    }

    /// Those that are left for the next shell.
    pub(super) fn of_programs(&self, before: &[&str]) -> Self {
        Self { exported: self.of_program(before), ..Self::default() }
    }

    /// Those that a program is given, before whose name these words stand: `env -u A B=c program`.
    pub(super) fn of_program(&self, before: &[&str]) -> Variables {
        let mut given = self.exported.clone();
        for (word, next) in before.iter().zip(before.iter().skip(1).map(Some).chain([None])) {
            if let Some((name, value)) = assigned(word) {
                set(&mut given, name, value);
            }
            let unset = word.strip_prefix("--unset=").or_else(|| next.copied().filter(|_| *word == "-u"));
            unset.map(|name| given.remove(name));
        }
        given
    }

    /// What a command makes of them. What may not be run unsets nothing, and mends nothing.
    pub(super) fn after(&mut self, words: &[&str], is_always_run: bool) {
        let before = (!is_always_run).then(|| self.clone());
        self.change(words, is_always_run);
        for (name, given) in before.map(|before| before.exported).unwrap_or_default() {
            if crate::wiring::checkout::is_in_checkout(&given.value) && !self.names_checkout(name) {
                self.exported.insert(name, given);
            }
        }
    }

    fn names_checkout(&self, name: &str) -> bool {
        self.exported.get(name).is_some_and(|given| crate::wiring::checkout::is_in_checkout(&given.value))
    }

    fn change(&mut self, words: &[&str], is_always_run: bool) {
        let from = words.iter().take_while(|word| super::is_opening(word)).count();
        let Some((first, rest)) = words.get(from..).and_then(<[&str]>::split_first) else { return };
        let has = |sign: char, flag: char| rest.iter().any(|word| word.starts_with(sign) && word.contains(flag));
        match *first {
            "export" if has('-', 'n') => rest.iter().for_each(|name| self.keep_to_itself(name)),
            "export" => rest.iter().for_each(|word| self.export(word)),
            "declare" | "typeset" | "local" | "readonly" => {
                for word in rest {
                    match assigned(word) {
                        _ if has('-', 'x') => self.export(word),
                        Some((name, value)) => self.assign(name, value),
                        None if has('+', 'x') => self.keep_to_itself(word),
                        None => {}
                    }
                }
            }
            "unset" if is_always_run => {
                self.exported.retain(|known, _| !rest.contains(known));
                self.own.retain(|known, _| !rest.contains(known));
            }
            "set" => {
                let is_all = |on: &str, flag: char| {
                    has(flag, 'a') && rest.iter().any(|word| word.starts_with(flag) && !word.starts_with("--"))
                        || rest.windows(2).any(|pair| pair == [on, "allexport"])
                };
                self.all = (self.all || is_all("-o", '-')) && !is_all("+o", '+');
            }
            word if word.starts_with("$env:") => self.of_powershell(word, rest),
            _ => {
                let words = words.get(from..).unwrap_or_default();
                if words.iter().all(|word| assigned(word).is_some()) {
                    words.iter().filter_map(assigned).for_each(|(name, value)| self.assign(name, value));
                }
            }
        }
    }

    /// `$env:NAME = 'value'`
    fn of_powershell(&mut self, word: &str, rest: &[&str]) {
        let said = word.trim_start_matches("$env:");
        let (name, value) = match (said.split_once('='), rest) {
            (Some((name, "")), [value, ..]) => (name, *value),
            (Some(pair), _) => pair,
            (None, ["=", value, ..]) => (said, *value),
            (None, [value, ..]) if value.starts_with('=') => (said, value.trim_start_matches('=')),
            _ => return,
        };
        set(&mut self.exported, name, if value == "$null" { "" } else { value });
    }

    fn export(&mut self, word: &str) {
        if let Some((name, value)) = assigned(&word) {
            set(&mut self.exported, name, value);
        } else if let Some((name, given)) = self.own.remove_entry(word) {
            self.exported.insert(name, given);
        }
    }

    fn assign(&mut self, name: &str, value: &str) {
        let is_exported = self.all || self.exported.contains_key(name);
        set(if is_exported { &mut self.exported } else { &mut self.own }, name, value);
    }

    fn keep_to_itself(&mut self, name: &str) {
        if let Some((name, given)) = self.exported.remove_entry(name) {
            self.own.insert(name, given);
        }
    }
}

fn set(variables: &mut Variables, name: &str, value: &str) {
    if let Some(name) = known(name) {
        variables.insert(name, Given { value: value.to_owned(), at: None });
    }
}

fn known(name: &str) -> Option<&'static str> {
    OF_ENVIRONMENT.into_iter().map(|(known, _)| known).find(|known| *known == name)
}

/// A variable that is set: `NAME=value`.
pub(super) fn assigned<'w>(word: &&'w str) -> Option<(&'w str, &'w str)> {
    let is_name = |name: &str| name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    word.split_once('=').filter(|(name, _)| !name.is_empty() && is_name(name))
}
