//! Scripts that a shell is handed by another, or by itself: `bash <<END`, `bash -c '...'`, `eval '...'`.

use std::borrow::Cow;

use super::Command;
use super::Shell;
use super::environment::assigned;
use super::tokens::HERE_WORD;

/// A script within a script.
pub(super) struct Nested<'t> {
    pub(super) text: Cow<'t, str>,
    /// The shell that runs it; none, where it is the one that is there.
    pub(super) shell: Option<Shell>,
    /// What stands before the shell's name.
    pub(super) before: &'t [&'t str],
}

pub(super) const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];
/// Programs that run the one behind them; what they are told begins with a dash or a digit.
const LAUNCHERS: [&str; 5] = ["command", "exec", "nice", "nohup", "timeout"];

/// The script that a command hands to a shell, if it does; `piped` is what a pipe brings.
pub(super) fn script<'t>(command: &'t Command<'t>, piped: Option<&'t str>) -> Option<Nested<'t>> {
    let is_before = |word: &&&str| {
        super::is_opening(word)
            || assigned(word).is_some()
            || LAUNCHERS.contains(*word)
            || word.starts_with(|char: char| char == '-' || char.is_ascii_digit())
    };
    let at = command.words.iter().take_while(is_before).count();
    let (before, [name, options @ ..]) = command.words.split_at_checked(at)? else { return None };
    // What `eval` is given is run by the shell itself.
    if *name == "eval" {
        return Some(Nested { text: Cow::Owned(options.join(" ")), shell: None, before });
    }
    if !SHELLS.contains(&name.rsplit('/').next().unwrap_or_default()) {
        return None;
    }
    let mut shell = Shell { errexit: false, pipefail: false };
    let mut text = command.texts.last().copied().or(piped);
    let (mut has_script, mut reads_input) = (false, false);
    let mut words = options.iter().copied();
    while let Some(word) = words.next() {
        match word {
            HERE_WORD => text = words.next(),
            "--rcfile" | "--init-file" => drop(words.next()),
            "--" | "-" | "/dev/stdin" => {}
            // Nothing is run, or what is read comes from elsewhere.
            "--help" | "--version" | "--dump-strings" => return None,
            _ if word.starts_with('<') => return None,
            ">" | ">>" | "2>" | "&>" => drop(words.next()),
            _ if super::is_redirection(word) || word.starts_with("--") => {}
            _ if word.starts_with(['-', '+']) => {
                let name = word.ends_with('o').then(|| words.next()).flatten().unwrap_or_default();
                if word.starts_with('-') && (word.contains(['n', 'D']) || name == "noexec") {
                    return None;
                }
                shell = shell.after(&[word, name]);
                reads_input |= word.contains('s');
                has_script |= word.contains('c');
            }
            given if has_script => {
                text = Some(given);
                break;
            }
            // Arguments of the script that it reads.
            _ if reads_input => {}
            // A file: what it reads is no script.
            _ => return None,
        }
    }
    text.map(|text| Nested { text: Cow::Borrowed(text), shell: Some(shell), before })
}
