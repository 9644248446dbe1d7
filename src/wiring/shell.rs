//! Shell scripts, as far as it takes to see what becomes of a command's exit code.

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
    /// A piece of the script's text that shows where it is.
    pub(super) piece: String,
    /// How its exit code is lost, if it is.
    pub(super) lost: Option<Lost>,
}

/// How an exit code is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
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
    pub(super) const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::OrElse => ("what stands behind `||` takes its exit code away", "remove `||` and what follows it"),
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

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// `;` and the end of a line.
    End,
    Or,
    And,
    Pipe,
    Background,
}

/// The calls of `debtlint check` in a script.
pub(super) fn calls(script: &str, shell: Shell) -> Vec<Call> {
    let tokens = tokens(&without_here_documents(script));
    let mut found = Vec::new();
    let mut shell = shell;
    let (mut start, mut depth, mut joined) = (0_usize, 0_usize, false);
    while start < tokens.len() {
        let rest = tokens.get(start..).unwrap_or_default();
        let words: Vec<&str> = rest.iter().map_while(word).collect();
        match words.first().copied().unwrap_or_default() {
            "if" | "while" | "until" | "for" | "case" | "{" | "(" => depth = depth.saturating_add(1),
            "fi" | "done" | "esac" | "}" | ")" => depth = depth.saturating_sub(1),
            _ if words.last() == Some(&"{") => depth = depth.saturating_add(1),
            _ => {}
        }
        let is_alone = depth == 0 && !joined && matches!(rest.get(words.len()), None | Some(Token::End));
        joined = matches!(rest.get(words.len()), Some(Token::Or | Token::And | Token::Pipe));
        match words.as_slice() {
            // Nothing behind it is run.
            ["exit" | "return", ..] if is_alone => break,
            ["exec", program, ..] if is_alone && !is_redirection(program) && arguments(&words).is_none() => break,
            ["set", options @ ..] => shell = shell.after(options),
            words => {
                if let Some(arguments) = arguments(words) {
                    let behind = rest.get(words.len()..).unwrap_or_default();
                    let lost = lost(words, behind, shell);
                    found.push(Call { arguments, piece: piece(script, words), lost });
                }
            }
        }
        start = start.saturating_add(words.len()).saturating_add(1);
    }
    found
}

impl Shell {
    fn after(mut self, options: &[&str]) -> Self {
        for (at, option) in options.iter().enumerate() {
            let on = option.starts_with('-');
            if (on || option.starts_with('+')) && !option.starts_with("--") {
                if option.contains('e') {
                    self.errexit = on;
                }
                if option.contains('o') && options.get(at.saturating_add(1)) == Some(&"pipefail") {
                    self.pipefail = on;
                }
            }
        }
        self
    }
}

fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// What stands behind `debtlint check` in a simple command, if it is one.
fn arguments(words: &[&str]) -> Option<Vec<String>> {
    let is_program = |word: &&str| {
        let name = word.rsplit(['/', '\\', '(', '`', '=']).next().unwrap_or_default();
        name.strip_suffix(".exe").unwrap_or(name) == "debtlint"
    };
    let at = words.iter().position(is_program)?;
    let (before, behind) = (words.get(..at)?, words.get(at.saturating_add(1)..)?);
    let mut programs = before.iter().skip_while(|word| is_opening(word) || assigned(word).is_some());
    if programs.next().is_some_and(|program| ONLY_NAMES.contains(program)) {
        return None;
    }
    let as_options = |word: &&str| {
        let (name, value) = assigned(word)?;
        let option = OF_ENVIRONMENT.into_iter().find(|(variable, _)| *variable == name)?.1;
        Some(format!("{option}={value}"))
    };
    let from_environment = before.iter().filter_map(as_options);
    // Options of all commands may stand before it, with their values.
    let mut words = behind.iter();
    loop {
        match words.next()?.trim_end_matches([')', '`']) {
            "check" => return Some(from_environment.chain(words.map(|word| (*word).to_owned())).collect()),
            "--color" | "--width" => drop(words.next()),
            option if option.starts_with('-') => {}
            _ => return None,
        }
    }
}

/// Programs that run nothing of what is named behind them.
const ONLY_NAMES: [&str; 15] = [
    ":", "[", "alias", "cat", "echo", "export", "false", "grep", "logger", "man", "printf", "test", "true", "type",
    "which",
];

/// Variables of the environment that stand for an option, as far as it matters whose policy judges.
pub(super) const OF_ENVIRONMENT: [(&str, &str); 2] =
    [("DEBTLINT_CONFIG", "--config"), ("DEBTLINT_ORG_POLICY", "--org-policy")];

/// A variable that is set for the command alone: `NAME=value`.
fn assigned<'w>(word: &&'w str) -> Option<(&'w str, &'w str)> {
    let is_name = |name: &str| name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    word.split_once('=').filter(|(name, _)| !name.is_empty() && is_name(name))
}

/// `exec > log` runs on, with its output elsewhere.
fn is_redirection(word: &str) -> bool {
    word.trim_start_matches(|char: char| char.is_ascii_digit() || char == '&').starts_with(['<', '>'])
}

fn is_opening(word: &str) -> bool {
    matches!(
        word,
        "if" | "elif" | "while" | "until" | "then" | "else" | "do" | "!" | "{" | "(" | "env" | "sudo" | "time"
    )
}

/// A script without the texts that it hands to commands: `<<END` and what follows up to that line.
fn without_here_documents(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut ends: Vec<&str> = Vec::new();
    for line in script.split_inclusive('\n') {
        if let Some(end) = ends.first() {
            if line.trim() == *end {
                ends.remove(0);
            }
            continue;
        }
        kept.push_str(line);
        let mut rest = if line.trim_start().starts_with('#') { "" } else { line };
        while let Some((before, behind)) = rest.split_once("<<") {
            // `$((1 << 2))` is a number.
            if before.rsplit_once("((").is_some_and(|(_, number)| !number.contains("))")) {
                rest = behind;
                continue;
            }
            // `<<<` is a word.
            let word = behind.trim_start_matches(['-', '~']).trim_start();
            let is_text = !behind.starts_with('<');
            let quoted = word.split(['"', '\'']).nth(1).filter(|_| word.starts_with(['"', '\'']));
            let bare = word.split(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).next();
            ends.extend(quoted.or(bare).filter(|word| is_text && !word.is_empty()));
            rest = behind.trim_start_matches('<');
        }
    }
    kept
}

fn lost(words: &[&str], behind: &[Token], shell: Shell) -> Option<Lost> {
    if words.first().is_some_and(|first| matches!(*first, "if" | "elif" | "while" | "until" | "!")) {
        return Some(Lost::Condition);
    }
    // To the end of the pipe.
    let mut rest = behind;
    while let [Token::Pipe, after @ ..] = rest {
        if !shell.pipefail {
            return Some(Lost::Pipe);
        }
        rest = after.get(after.iter().take_while(|token| word(token).is_some()).count()..).unwrap_or_default();
    }
    let follows = |tokens: &[Token]| tokens.iter().any(|token| word(token).is_some_and(|word| !is_closing(word)));
    match rest {
        [Token::Or, alternative @ ..] => (!fails(alternative)).then_some(Lost::OrElse),
        [Token::Background, ..] => Some(Lost::Background),
        [Token::And, then @ ..] => {
            let end = then.iter().position(|token| *token == Token::End).unwrap_or(then.len());
            follows(then.get(end..).unwrap_or_default()).then_some(Lost::Chain)
        }
        [Token::End, then @ ..] => (!shell.errexit && follows(then)).then_some(Lost::NotLast),
        _ => None,
    }
}

fn is_closing(word: &str) -> bool {
    matches!(word, "fi" | "done" | "esac" | "}" | ")")
}

/// Whether what stands behind `||` fails as well: `exit 1`, `{ echo; exit 3; }`, `false`.
fn fails(alternative: &[Token]) -> bool {
    let is_group = alternative.first().is_some_and(|token| *token == Token::Word("{".to_owned()));
    let end = |token: &&Token| match token {
        Token::Word(word) => !(is_group && word == "}"),
        Token::End => is_group,
        _ => true,
    };
    let words: Vec<_> = alternative.iter().take_while(end).collect();
    words.iter().zip(words.iter().skip(1).map(Some).chain([None])).any(|(token, next)| match word(token) {
        Some("false") => true,
        Some("exit" | "return") => next.and_then(|next| word(next)) != Some("0"),
        _ => false,
    })
}

/// The words as they stand in the script, if they do on one line.
fn piece(script: &str, words: &[&str]) -> String {
    let name = words.iter().find(|word| word.contains("debtlint")).copied().unwrap_or_default();
    let is_call = |line: &&str| line.contains(name) && line.contains("check");
    let line = script.lines().find(is_call).or_else(|| script.lines().find(|line| line.contains(name)));
    line.unwrap_or_default().trim().to_owned()
}

fn tokens(script: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = script.chars().peekable();
    let mut quote = None;
    while let Some(char) = rest.next() {
        match (quote, char) {
            (Some(open), close) if open == close => quote = None,
            (Some('\''), inner) => word.get_or_insert_default().push(inner),
            (_, '\\') => {
                if let Some(escaped) = rest.next().filter(|next| *next != '\n') {
                    word.get_or_insert_default().push(escaped);
                }
            }
            (Some(_), inner) => word.get_or_insert_default().push(inner),
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => while rest.next_if(|next| *next != '\n').is_some() {},
            (None, ' ' | '\t' | '\r') => found.extend(word.take().map(Token::Word)),
            (None, '>' | '<') if rest.peek() == Some(&'&') => {
                // `2>&1` is no background.
                word.get_or_insert_default().push(char);
                word.get_or_insert_default().extend(rest.next());
            }
            (None, '&') if rest.next_if_eq(&'>').is_some() => word.get_or_insert_default().push_str("&>"),
            (None, ';' | '\n' | '|' | '&') => {
                found.extend(word.take().map(Token::Word));
                let is_double = matches!(char, '|' | '&') && rest.next_if_eq(&char).is_some();
                found.push(match (char, is_double) {
                    ('|', true) => Token::Or,
                    ('&', true) => Token::And,
                    ('|', false) => {
                        rest.next_if_eq(&'&');
                        Token::Pipe
                    }
                    ('&', false) => Token::Background,
                    _ => Token::End,
                });
                // A line may end behind an operator.
                if matches!(found.last(), Some(Token::Or | Token::And | Token::Pipe)) {
                    while rest.next_if(|next| next.is_whitespace()).is_some() {}
                }
            }
            (None, other) => word.get_or_insert_default().push(other),
        }
    }
    found.extend(word.map(Token::Word));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Shell = Shell { errexit: true, pipefail: false };
    const STRICT: Shell = Shell { errexit: true, pipefail: true };
    const LAX: Shell = Shell { errexit: false, pipefail: false };

    #[test]
    fn what_becomes_of_the_exit_code() {
        for (script, shell, expected) in [
            ("debtlint check --event", PLAIN, None),
            ("./bin/debtlint check\necho done", PLAIN, None),
            ("debtlint check\necho done", LAX, Some(Lost::NotLast)),
            ("set -e\ndebtlint check\necho done", LAX, None),
            ("set -euo pipefail\ndebtlint check | tee log", LAX, None),
            ("set +e\ndebtlint check\necho $?", PLAIN, Some(Lost::NotLast)),
            ("debtlint check || true", STRICT, Some(Lost::OrElse)),
            ("debtlint check ||\n  true", STRICT, Some(Lost::OrElse)),
            ("debtlint check --a \\\n  --b || :", STRICT, Some(Lost::OrElse)),
            ("debtlint check || exit 0", STRICT, Some(Lost::OrElse)),
            ("debtlint check || exit 1", STRICT, None),
            ("debtlint check || { echo short; exit 1; }", STRICT, None),
            ("debtlint check || { echo short; }\nexit 1", STRICT, Some(Lost::OrElse)),
            ("debtlint check || echo 'exit 1'", STRICT, Some(Lost::OrElse)),
            ("debtlint check | tee log", PLAIN, Some(Lost::Pipe)),
            ("debtlint check |& tee log", PLAIN, Some(Lost::Pipe)),
            ("debtlint check | tee log", STRICT, None),
            ("debtlint check | tee log || true", STRICT, Some(Lost::OrElse)),
            ("debtlint check > log 2>&1", PLAIN, None),
            ("debtlint check &> log", PLAIN, None),
            ("debtlint check &\nwait", PLAIN, Some(Lost::Background)),
            ("if debtlint check; then echo ok; fi", PLAIN, Some(Lost::Condition)),
            ("! debtlint check", PLAIN, Some(Lost::Condition)),
            ("debtlint check && echo ok", PLAIN, None),
            ("debtlint check && echo ok\necho done", PLAIN, Some(Lost::Chain)),
            ("debtlint check # || true", PLAIN, None),
            ("debtlint check '|| true'", PLAIN, None),
            ("debtlint --color never check", PLAIN, None),
            ("out=$(debtlint check)", PLAIN, None),
            ("sudo env A=b debtlint check", PLAIN, None),
            ("[ -f x ] || exit 0\ndebtlint check", PLAIN, None),
            ("if x; then exit 0; fi\ndebtlint check", PLAIN, None),
            ("exec debtlint check", PLAIN, None),
            ("exec > log\ndebtlint check", PLAIN, None),
            ("exec 2>&1\nexec &> >(tee log)\ndebtlint check", PLAIN, None),
            ("stop() {\n  exit 0\n}\ndebtlint check", PLAIN, None),
            ("cat <<END > x\ntext\nEND\ndebtlint check", PLAIN, None),
            ("cat <<< END\ndebtlint check", PLAIN, None),
            ("# a << b\nx=$((1 << 2))\ny=$((1<<x))\ndebtlint check", PLAIN, None),
        ] {
            let found = calls(script, shell);
            assert_eq!(found.len(), 1, "{script}");
            assert_eq!(found[0].lost, expected, "{script}");
        }
    }

    #[test]
    fn what_is_no_call() {
        for script in
            ["echo debtlint", "debtlint rules", "# debtlint check", "cd debtlint; check", "debtlint explain check"]
                .into_iter()
                .chain([
                    "echo debtlint check --event",
                    "if true; then echo debtlint check; fi",
                    "exit 0; debtlint check",
                    "exit\ndebtlint check",
                    "exec true\ndebtlint check",
                    "cat <<END\ndebtlint check\nEND\necho",
                    "cat <<-'END OF IT'\n\tdebtlint check\n\tEND OF IT\n",
                ])
        {
            assert_eq!(calls(script, PLAIN), [], "{script}");
        }
    }

    #[test]
    fn arguments_are_words() {
        let found = calls("debtlint check --base \"refs/$X\" --label 'a b'", PLAIN);
        assert_eq!(found[0].arguments, ["--base", "refs/$X", "--label", "a b"]);
        let found = calls("A=b DEBTLINT_CONFIG=my.yml debtlint check --event", PLAIN);
        assert_eq!(found[0].arguments, ["--config=my.yml", "--event"]);
    }
}
