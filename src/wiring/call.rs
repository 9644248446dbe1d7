//! What a call of `debtlint check` asks for.

use std::collections::BTreeSet;

use super::checkout::below_checkout;
use super::reach::asks;
use super::shell::Call;

impl Call {
    /// A name for it among the calls of a job.
    pub(super) fn name(&self) -> String {
        self.arguments.join(" ")
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.value(option).is_some()
    }

    /// What it asks for beside the policy.
    pub(super) fn asks(&self) -> BTreeSet<String> {
        asks(self.value("--org-policy"), self.has("--no-ci-labels"))
    }

    /// The value of an option; empty where it has none.
    pub(super) fn value(&self, option: &str) -> Option<&str> {
        let mut words = self.arguments.iter().take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            if let Some(rest) = word.strip_prefix(option) {
                match rest.strip_prefix('=') {
                    Some(value) => return Some(value),
                    None if rest.is_empty() => return Some(words.next().map_or("", String::as_str)),
                    None => {}
                }
            }
        }
        None
    }

    /// Arguments of which it cannot be told what they ask for, as what a variable says may be any option: `$MORE`, `--{exit-zero,x}`. The
    /// values of options are not among them.
    pub(super) fn open(&self) -> Vec<String> {
        let all = with_expressions(&self.arguments);
        let mut words = all.iter().map(String::as_str);
        let mut open = Vec::new();
        while let Some(word) = words.next() {
            if VALUED.contains(&word) {
                words.next();
            } else if word.contains(['>', '<']) && word.trim_matches(is_of_redirection).is_empty() {
                // Into which file is no matter.
                words.next();
            } else if !word.contains(['>', '<']) && is_open(word) {
                open.push(word.to_owned());
            }
        }
        open
    }
}

/// The options of `debtlint check` that have a value behind them; the declaration of the arguments is held to this list.
pub const VALUED: [&str; 20] = [
    "--allocation",
    "--as-of",
    "--base",
    "--cache",
    "--color",
    "--config",
    "--deadline",
    "--expect-base",
    "--format",
    "--head",
    "--label",
    "--memory-limit",
    "--org-policy",
    "--output",
    "--pr-labels",
    "--rev",
    "--team",
    "--title",
    "--width",
    "--window",
];

/// `>`, `2>`, `&>>`: the file stands behind it.
const fn is_of_redirection(char: char) -> bool {
    matches!(char, '>' | '<' | '&' | '0'..='9')
}

fn is_open(word: &str) -> bool {
    let is_folder = below_checkout(word).is_some();
    let name = if word.starts_with('-') { word.split('=').next().unwrap_or_default() } else { word };
    !is_folder && name.contains(['$', '`', '{', '*', '?'])
}

/// The words, of which one expression of GitHub's is one, whatever blanks there are in it.
fn with_expressions(words: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut is_within = false;
    for word in words {
        match all.last_mut().filter(|_| is_within) {
            Some(last) => {
                last.push(' ');
                last.push_str(word);
            }
            None => all.push(word.clone()),
        }
        let begins = word.rfind("${{");
        let ends = word.rfind("}}");
        is_within = match (begins, ends) {
            (Some(begins), Some(ends)) => begins > ends,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => is_within,
        };
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::wiring::shell;
    use crate::wiring::shell::Environment;
    use crate::wiring::shell::Shell;

    #[test]
    fn arguments_that_may_ask_for_anything() {
        for (arguments, expected) in [
            ("--event --expect-base main", &[][..]),
            ("--base \"$BASE\" --head=$HEAD --format json", &[]),
            ("--base ${{ github.event.pull_request.base.sha }} --no-progress", &[]),
            ("--base refs/remotes/origin/${{ github.base_ref }}", &[]),
            ("--event . --output sarif=$PWD/x 2> $LOG > \"$OUT\"", &[]),
            ("--event $GITHUB_WORKSPACE", &[]),
            ("--event $MORE", &["$MORE"]),
            ("--event \"$@\"", &["$@"]),
            ("--event ${{ vars.MORE }}", &["${{ vars.MORE }}"]),
            ("--event $'--exit-zero'", &["$--exit-zero"]),
            ("--event --{exit-zero,no-progress}", &["--{exit-zero,no-progress}"]),
            ("--event --exit-${ZERO}", &["--exit-${ZERO}"]),
            ("--event `cat options`", &["`cat", "options`"]),
            ("--event $(cat options)", &["$(cat"]),
        ] {
            let script = format!("debtlint check {arguments}");
            let shell = Shell { errexit: true, pipefail: true };
            let calls = shell::calls(&script, shell, &mut Environment::default());
            let [call] = calls.as_slice() else { panic!("{script}") };
            assert_eq!(call.open(), expected, "{script}");
        }
    }
}
