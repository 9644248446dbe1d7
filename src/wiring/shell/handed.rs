//! What a step of GitHub's hands to the steps behind it, through the files that `GITHUB_ENV` and `GITHUB_PATH` name.

use std::collections::BTreeMap;

use crate::wiring::checkout::is_in_checkout;

use super::Commands;
use super::environment::OF_ENVIRONMENT;
use super::environment::assigned;
use super::tokens::Token;
use super::tokens::tokens;

/// What is handed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::wiring) enum Handed {
    /// A variable that debtlint or a shell looks at, and its value.
    Variable(&'static str, String),
    /// A folder in which programs are looked for, before all others.
    Path(String),
}

/// How a script may name the file of variables.
const ENVIRONMENT: [&str; 5] = ["$GITHUB_ENV", "${GITHUB_ENV", "$env:GITHUB_ENV", "%GITHUB_ENV%", "github.env"];
/// How it may name that of folders.
const PATH: [&str; 5] = ["$GITHUB_PATH", "${GITHUB_PATH", "$env:GITHUB_PATH", "%GITHUB_PATH%", "github.path"];

/// Variables that shells look at, or the system.
const OF_SHELLS: [&str; 5] = ["BASH_ENV", "BASH_FUNC_debtlint%%", "LD_PRELOAD", "PATH", "SHELLOPTS"];

/// So many folders are told.
pub(in crate::wiring) const FOLDERS: usize = 20;

/// What a script hands on, each with a line of the script that shows where.
///
/// A statement that names the file, and holds what is written there, is taken for one that writes it: `echo A=b >> FILE`,
/// `{ echo A=b; } >> FILE`, `echo A=b | tee -a FILE`, `cat >> FILE <<END`.
pub(in crate::wiring) fn handed(script: &str) -> Vec<(Handed, String)> {
    if !names(script, &ENVIRONMENT) && !names(script, &PATH) {
        return Vec::new();
    }
    let tokens = tokens(script);
    // Of variables the last holds.
    let (mut last, mut first) = (BTreeMap::new(), Vec::new());
    let (mut variables, mut folders): (Vec<(&str, String)>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut is_environment, mut is_path) = (false, false);
    for command in Commands::of(&tokens) {
        is_environment |= command.words.iter().any(|word| names(word, &ENVIRONMENT));
        is_path |= command.words.iter().any(|word| names(word, &PATH));
        // What is set for this shell alone; PowerShell writes a text by its name.
        let is_assignment = command.words.first().is_some_and(|first| *first == "export" || assigned(first).is_some());
        if !is_assignment || matches!(command.behind, [Token::Pipe, ..]) {
            command.words.iter().chain(&command.texts).for_each(|text| find_variables(text, &mut variables));
        }
        find_folder(&command.words, &command.texts, &mut folders);
        if command.ends_statement {
            let written = std::mem::take(&mut variables).into_iter().filter(|_| is_environment);
            for (name, value) in written {
                // Not all of it may be run: what is the change's stays.
                if is_in_checkout(&value) || !last.get(name).is_some_and(|known: &String| is_in_checkout(known)) {
                    last.insert(name, value);
                }
            }
            let written = std::mem::take(&mut folders).into_iter().filter(|_| is_path);
            first.extend(written.take(FOLDERS.saturating_sub(first.len())));
            (is_environment, is_path) = (false, false);
        }
    }
    let variables = last.into_iter().map(|(name, value)| {
        let line = line_of(script, &[name, &value]).or_else(|| line_of(script, &[name]));
        (Handed::Variable(name, value), line.unwrap_or_default())
    });
    let folders = first.into_iter().map(|folder| {
        let line = line_of(script, &[&folder]).unwrap_or_default();
        (Handed::Path(folder), line)
    });
    variables.chain(folders).collect()
}

/// Whether a text names a file, in one of these ways.
fn names(text: &str, file: &[&str]) -> bool {
    file.iter().any(|name| text.contains(name))
}

/// `NAME=value`, and `NAME<<END` with the value on the next line, anywhere in a text.
fn find_variables(text: &str, found: &mut Vec<(&'static str, String)>) {
    for name in OF_ENVIRONMENT.into_iter().map(|(name, _)| name).chain(OF_SHELLS) {
        for (at, _) in text.match_indices(name) {
            let is_other = text.get(..at).is_some_and(|before| before.ends_with(['_', '$', '{']));
            let behind = text.get(at.saturating_add(name.len())..).unwrap_or_default();
            let value = match (behind.strip_prefix('='), behind.strip_prefix("<<")) {
                _ if is_other => continue,
                (Some(value), _) => value.split(['\n', '\r', '\\', '`', '>']).next(),
                (None, Some(lines)) => lines.lines().nth(1),
                (None, None) => continue,
            };
            // `(echo A=b)`
            let value = value.unwrap_or_default().trim();
            let value = if value.contains('(') { value } else { value.trim_end_matches(')') };
            found.push((name, value.to_owned()));
        }
    }
}

/// `echo FOLDER`, and lines of a here-document; of other commands only what names the checkout is taken for a folder.
fn find_folder(words: &[&str], texts: &[&str], found: &mut Vec<String>) {
    let from = words.iter().take_while(|word| super::is_opening(word)).count();
    let words = words.get(from..).unwrap_or_default();
    let is_redirection = |word: &&&str| word.starts_with(['>', '<']) || names(word, &PATH);
    let said = words.iter().skip(1).filter(|word| !word.starts_with('-') && !is_redirection(word));
    let said: Vec<&&str> = said.filter(|word| !word.contains('%')).collect();
    match (words.first(), said.as_slice()) {
        (Some(&("echo" | "printf")), [one]) if !one.contains([')', '`']) || one.starts_with("$(pwd)") => {
            found.push(one.trim_end_matches("\\n").to_owned());
        }
        (Some(&("echo" | "printf")), _) => {}
        _ => {
            let named = words.iter().filter(|word| crate::wiring::checkout::below_checkout(word).is_some());
            found.extend(named.map(|word| (*word).to_owned()));
        }
    }
    found.extend(texts.iter().flat_map(|text| text.lines()).map(|line| line.trim().to_owned()));
}

fn line_of(script: &str, pieces: &[&str]) -> Option<String> {
    let line = script.lines().find(|line| pieces.iter().all(|piece| line.contains(piece)))?;
    Some(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_later_steps_are_given() {
        let variable = |value: &str| Handed::Variable("DEBTLINT_CONFIG", value.to_owned());
        let path = |folder: &str| Handed::Path(folder.to_owned());
        for (script, expected) in [
            ("echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV", vec![variable("my.yml")]),
            ("echo \"DEBTLINT_CONFIG=my.yml\" >> \"$GITHUB_ENV\"", vec![variable("my.yml")]),
            ("echo 'DEBTLINT_CONFIG=my.yml' >>${GITHUB_ENV}", vec![variable("my.yml")]),
            ("echo DEBTLINT_CONFIG=my.yml >> ${{ github.env }}", vec![variable("my.yml")]),
            ("echo DEBTLINT_CONFIG=my.yml | tee -a $GITHUB_ENV", vec![variable("my.yml")]),
            ("echo DEBTLINT_CONFIG=my.yml | sudo tee --append \"$GITHUB_ENV\" > /dev/null", vec![variable("my.yml")]),
            ("printf 'A=b\\nDEBTLINT_CONFIG=my.yml\\n' >> $GITHUB_ENV", vec![variable("my.yml")]),
            ("cat <<END >> $GITHUB_ENV\nA=b\nDEBTLINT_CONFIG=my.yml\nEND", vec![variable("my.yml")]),
            ("cat >> $GITHUB_ENV <<'END'\nDEBTLINT_CONFIG<<X\nmy.yml\nX\nEND", vec![variable("my.yml")]),
            ("tee -a $GITHUB_ENV <<< DEBTLINT_CONFIG=my.yml", vec![variable("my.yml")]),
            ("{ echo A=b; echo DEBTLINT_CONFIG=my.yml; } >> $GITHUB_ENV", vec![variable("my.yml")]),
            ("{\n  echo A=b\n  echo DEBTLINT_CONFIG=my.yml\n} >> $GITHUB_ENV", vec![variable("my.yml")]),
            ("(echo A=b; echo DEBTLINT_CONFIG=my.yml) >> $GITHUB_ENV", vec![variable("my.yml")]),
            ("if x; then\n  echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV\nfi", vec![variable("my.yml")]),
            ("\"DEBTLINT_CONFIG=my.yml\" | Out-File -FilePath $env:GITHUB_ENV -Append", vec![variable("my.yml")]),
            ("Add-Content $env:GITHUB_ENV 'DEBTLINT_CONFIG=my.yml'", vec![variable("my.yml")]),
            ("echo DEBTLINT_CONFIG=my.yml>>%GITHUB_ENV%", vec![variable("my.yml")]),
            ("echo DEBTLINT_CONFIG= >> $GITHUB_ENV", vec![variable("")]),
            (
                "echo 'BASH_FUNC_debtlint%%=() { true; }' >> $GITHUB_ENV",
                vec![Handed::Variable("BASH_FUNC_debtlint%%", "() { true; }".to_owned())],
            ),
            ("echo SHELLOPTS=noexec >> $GITHUB_ENV", vec![Handed::Variable("SHELLOPTS", "noexec".to_owned())]),
            ("echo DEBTLINT_CACHE=facts >> $GITHUB_ENV", vec![Handed::Variable("DEBTLINT_CACHE", "facts".to_owned())]),
            (
                "echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV\nif x; then echo DEBTLINT_CONFIG=/a >> $GITHUB_ENV; fi",
                vec![variable("my.yml")],
            ),
            // Nothing of debtlint's, or nothing that is handed on.
            ("echo A=b >> $GITHUB_ENV", vec![]),
            ("echo MY_DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV", vec![]),
            ("echo DEBTLINT_CONFIG=my.yml", vec![]),
            ("echo DEBTLINT_CONFIG=my.yml >> $GITHUB_OUTPUT\necho A=b >> $GITHUB_ENV", vec![]),
            ("export DEBTLINT_CONFIG=my.yml\necho A=b >> $GITHUB_ENV", vec![]),
            ("# echo DEBTLINT_CONFIG=my.yml >> $GITHUB_ENV", vec![]),
            ("cat <<END > $GITHUB_STEP_SUMMARY\necho DEBTLINT_CONFIG=a >> $GITHUB_ENV\nEND", vec![]),
            ("echo \"X<<END\" >> $GITHUB_ENV\necho DEBTLINT_CONFIG=a\necho END >> $GITHUB_ENV", vec![]),
            ("echo bin >> $GITHUB_PATH", vec![path("bin")]),
            ("echo \"$GITHUB_WORKSPACE/bin\" >> \"$GITHUB_PATH\"", vec![path("$GITHUB_WORKSPACE/bin")]),
            ("printf '%s\\n' \"$PWD/bin\" >> $GITHUB_PATH", vec![path("$PWD/bin")]),
            ("echo $(pwd)/bin >> $GITHUB_PATH", vec![path("$(pwd)/bin")]),
            ("echo $(go env GOPATH)/bin >> $GITHUB_PATH", vec![]),
            ("Add-Content $env:GITHUB_PATH \"$env:GITHUB_WORKSPACE/bin\"", vec![path("$env:GITHUB_WORKSPACE/bin")]),
            ("bin/setup --to $GITHUB_PATH", vec![]),
        ] {
            let found: Vec<Handed> = handed(script).into_iter().map(|(handed, _)| handed).collect();
            assert_eq!(found, expected, "{script}");
        }
    }
}
