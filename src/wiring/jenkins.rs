//! A `Jenkinsfile`: a program, of which the texts are looked at that call debtlint, and the blocks in which they stand.

mod groovy;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Event;
use super::Examined;
use super::File;
use super::Run;
use super::What;
use super::look_at;
use super::shell;
use super::shell::Call;
use super::shell::Environment;
use super::shell::Shell;

use groovy::Block;
use groovy::Program;
use groovy::Return;
use groovy::Text;

/// `sh` runs what it is given with `-xe`.
const STEP: Shell = Shell { errexit: true, pipefail: false };
/// So many blocks of a block are looked at, and texts of a list.
const MOST: usize = 200;
/// Steps that run what they are given.
const SHELLS: [&str; 4] = ["bat", "powershell", "pwsh", "sh"];
/// Steps that say what they are given, and run nothing.
const ONLY_SAY: [&str; 5] = ["echo", "error", "print", "println", "unstable"];

pub(super) fn examine(file: &File, found: &mut Examined) {
    let name: Arc<str> = Arc::from(file.path.as_str());
    let text: Arc<str> = Arc::from(String::from_utf8_lossy(&file.bytes));
    found.know(&name, &text);
    let program = groovy::read(&text);
    let read = Read::new(&name, &text, &program);
    for script in program.texts.iter().filter(|script| is_of_debtlint(script)) {
        read.look_at_script(script, found);
    }
}

fn is_of_debtlint(script: &Text<'_>) -> bool {
    script.says.contains("debtlint")
}

struct Read<'s> {
    name: &'s Arc<str>,
    text: &'s str,
    program: &'s Program<'s>,
    /// Where lines end; found once, for a file may have any number of calls.
    newlines: Vec<usize>,
    /// What is set for all that runs: `env.NAME = 'value'`.
    assigned: Vec<(&'s str, &'s Text<'s>)>,
    /// The statements that call debtlint, by their places; each is taken apart once, for it may hold any number of calls.
    statements: BTreeMap<(usize, usize), Statement<'s>>,
}

/// What is said of a call beside its text.
struct Statement<'s> {
    /// The step.
    step: &'s str,
    /// Where the name of the first step ends that runs what it is given.
    shell: Option<usize>,
    /// Whether a failure is handed back and ends nothing.
    returns_status: bool,
}

impl<'s> Statement<'s> {
    fn of(text: &'s str, (start, end): (usize, usize)) -> Self {
        let whole = text.get(start..end).unwrap_or_default();
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let mut at = start;
        let mut words = whole.split_inclusive(|char| !is_of_name(char));
        let shell = words.find_map(|word| {
            let name = word.trim_end_matches(|char| !is_of_name(char));
            let ends = at.saturating_add(name.len());
            at = at.saturating_add(word.len());
            SHELLS.contains(&name).then_some(ends)
        });
        let step = whole.trim().split(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
        let said: String = whole.chars().filter(|char| !char.is_whitespace()).collect();
        Self { step, shell, returns_status: said.contains("returnStatus:true") }
    }
}

impl<'s> Read<'s> {
    fn new(name: &'s Arc<str>, text: &'s str, program: &'s Program<'s>) -> Self {
        let newlines = text.match_indices('\n').map(|(at, _)| at).collect();
        let name_of = |value: &Text<'_>| {
            let statement = text.get(value.statement.0..value.start).unwrap_or_default().trim_start();
            statement.strip_prefix("env.").and_then(|rest| rest.split_once('=')).map(|(name, _)| name.trim())
        };
        let assigned = program.texts.iter().filter_map(|value| Some((name_of(value)?, value))).collect();
        let mut statements = BTreeMap::new();
        for script in program.texts.iter().filter(|script| is_of_debtlint(script)) {
            statements.entry(script.statement).or_insert_with(|| Statement::of(text, script.statement));
        }
        Self { name, text, program, newlines, assigned, statements }
    }

    fn look_at_script(&self, script: &Text<'_>, found: &mut Examined) {
        let Some(statement) = self.statements.get(&script.statement) else { return };
        if ONLY_SAY.contains(&statement.step) {
            return;
        }
        let shell = match script.says.trim_start().strip_prefix("#!").and_then(|said| said.lines().next()) {
            Some(line) => Shell { errexit: line.contains(" -e"), ..STEP },
            None => STEP,
        };
        let (mut environment, mut own) = (Environment::default(), Examined::default());
        for (name, value) in &self.assigned {
            set(name, value.says, &self.line_at(value.statement.0), &mut environment, &mut own);
        }
        let job = self.look_around(script, &mut environment, &mut own);
        own.guards.extend(runner(statement, script).map(|guard| (guard, self.line_at(script.statement.0))));
        let mut is_gate = false;
        for call in shell::calls(script.says, shell, &mut environment) {
            is_gate = true;
            found.gates.insert(self.name.to_string());
            let (at, mut of_call) = (self.place(script, &call), Examined::default());
            look_at(&call, &at, &mut of_call);
            if statement.returns_status {
                swallowed("returnStatus: true", &at, &mut of_call);
            }
            for word in ["catchError", "warnError"] {
                if self.blocks(script).any(|block| block.header.starts_with(word)) {
                    swallowed(word, &at, &mut of_call);
                }
            }
            let run = Run { job: job.clone(), call: call.name() };
            found.judges((run.clone(), &at), &call, "changes", Event::default());
            found.take(&of_call, run);
        }
        if is_gate {
            found.take(&own, Run { job, call: String::new() });
        }
    }

    fn blocks<'b>(&'b self, script: &'b Text<'_>) -> impl Iterator<Item = &'b Block<'b>> {
        script.around.iter().filter_map(|at| self.program.blocks.get(*at))
    }

    /// Looks at the blocks around a text; says in which stage it stands.
    fn look_around(&self, script: &Text<'_>, environment: &mut Environment, found: &mut Examined) -> String {
        let mut stage = String::new();
        self.look_above(script, &self.program.returns, found);
        for at in &script.around {
            let Some(block) = self.program.blocks.get(*at) else { continue };
            self.look_above(script, &block.returns, found);
            let place = self.line_at(block.start);
            let first: String = block.header.chars().take_while(|char| char.is_ascii_alphanumeric()).collect();
            match first.as_str() {
                "stage" => stage = block.header.to_owned(),
                "if" | "else" | "for" | "while" | "switch" | "case" => found.guards.push((plain(block.header), place)),
                "try" => {
                    // What is caught may be thrown again.
                    let caught = self.behind(*at, "catch");
                    let is_lost =
                        caught.is_some_and(|caught| !["throw ", "error"].iter().any(|word| caught.body.contains(word)));
                    found.guards.extend(is_lost.then(|| ("try".to_owned(), place)));
                }
                // Nobody may call it.
                "def" if self.is_named_once(block.header) => found.guards.push((plain(block.header), place)),
                "withEnv" => {
                    let from = self.program.texts.partition_point(|text| text.start < block.start);
                    let texts = self.program.texts.iter().skip(from).take_while(|text| within(text.start, block));
                    for text in texts.take(MOST) {
                        let pair = text.says.split_once('=');
                        pair.into_iter().for_each(|(name, value)| set(name, value, &place, environment, found));
                    }
                }
                _ => {}
            }
            for inner in self.within(*at) {
                self.look_at_directive(inner, environment, found);
            }
        }
        stage
    }

    /// Whether what is around a text may be left before it comes to it.
    fn look_above(&self, script: &Text<'_>, returns: &[Return], found: &mut Examined) {
        let above = returns.iter().take(MOST).take_while(|one| one.at < script.start);
        found.guards.extend(above.map(|one| (plain(&format!("{} return", one.under)), self.line_at(one.at))));
    }

    /// Whether the name of what a block defines stands nowhere else: `def check() {`, `def check = {`.
    fn is_named_once(&self, header: &str) -> bool {
        let is_of_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
        let rest = header.strip_prefix("def").unwrap_or_default().trim_start();
        let name: String = rest.chars().take_while(|char| is_of_name(*char)).collect();
        !name.is_empty() && self.text.split(|char| !is_of_name(char)).filter(|word| *word == name).count() == 1
    }

    /// What is said of the stage, or of the whole: when it is run, with which variables, and what comes of it.
    fn look_at_directive(&self, block: &Block<'_>, environment: &mut Environment, found: &mut Examined) {
        let place = self.line_at(block.start);
        match block.header {
            "when" => {
                let said = plain(block.body);
                if !["changeRequest()", "beforeAgent true changeRequest()"].contains(&said.as_str()) {
                    found.guards.push((format!("when {said}"), place));
                }
            }
            "environment" => {
                for (name, value) in block.body.lines().filter_map(|line| line.split_once('=')) {
                    set(name.trim(), value.trim().trim_matches(['\'', '"']), &place, environment, found);
                }
            }
            // A name of its own holds no version.
            "agent" if block.body.contains("docker") => {
                found.guards.push((format!("agent {}", plain(block.body)), place));
            }
            "post" if block.body.contains("currentBuild.result") => {
                found.guards.push((format!("post {}", plain(block.body)), place));
            }
            _ => {}
        }
    }

    /// The blocks in a block, as many as anybody writes.
    fn within(&self, block: usize) -> impl Iterator<Item = &Block<'_>> {
        let inner = self.program.blocks.get(block).into_iter().flat_map(|block| &block.inner).take(MOST);
        inner.filter_map(|at| self.program.blocks.get(*at))
    }

    /// The block that follows one, if its words begin so.
    fn behind(&self, block: usize, word: &str) -> Option<&Block<'_>> {
        let parent = self.program.blocks.get(block)?.parent;
        let all = self.program.blocks.get(block.saturating_add(1)..)?;
        all.iter().take(MOST).find(|one| one.parent == parent).filter(|one| one.header.starts_with(word))
    }

    fn place(&self, script: &Text<'_>, call: &Call) -> Location {
        let offset = script.says.find(&call.piece).unwrap_or_default();
        self.line_at(script.start.saturating_add(offset))
    }

    /// The line in which something stands, without its blanks.
    fn line_at(&self, at: usize) -> Location {
        // A statement begins behind the blanks of the line before.
        let blanks = self.text.get(at..).map_or(0, |rest| rest.len().saturating_sub(rest.trim_start().len()));
        let at = at.saturating_add(blanks);
        let before = self.text.get(..at).unwrap_or_default();
        let begins = before.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let line = self.text.get(begins..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let indent = line.len().saturating_sub(line.trim_start().len());
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let start = begins.saturating_add(indent);
        Location {
            file: Arc::clone(self.name),
            line: count(self.newlines.partition_point(|newline| *newline < at)),
            column: count(indent),
            span: start..start.saturating_add(line.trim().len()),
        }
    }
}

/// What runs a text, where that is no shell that ends as the text does.
fn runner(statement: &Statement<'_>, script: &Text<'_>) -> Option<String> {
    if statement.shell.is_none_or(|ends| ends > script.start) {
        return Some("a text that no shell is handed".to_owned());
    }
    let line = script.says.trim_start().strip_prefix("#!")?.lines().next()?.trim();
    let named = line.strip_prefix("/usr/bin/env ").unwrap_or(line);
    (!shell::is_plain(&format!("{named} {{0}}"))).then(|| format!("#!{line}"))
}

fn within(at: usize, block: &Block<'_>) -> bool {
    (block.start..block.start.saturating_add(block.header.len()).saturating_add(1)).contains(&at)
}

fn set(name: &str, value: &str, at: &Location, environment: &mut Environment, found: &mut Examined) {
    environment.give(name, value, at);
    // `PATH+X=folder` puts one before the others.
    let bare = name.split('+').next().unwrap_or(name);
    found.guards.extend(shell::of_variable(bare, value).map(|guard| (guard, at.clone())));
}

/// A piece of the program on one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn swallowed(word: &str, at: &Location, found: &mut Examined) {
    let message = format!("a gate that fails here may fail nothing: `{word}`");
    let help = "let the step fail the build: call it by itself";
    found.add((Code::GateIgnored, Level::Error), What::of_run(word), at.clone(), message, help);
}
