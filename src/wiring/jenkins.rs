//! A `Jenkinsfile`: a program, of which only the lines that call debtlint are looked at.

use std::sync::Arc;

use crate::finding::Code;
use crate::finding::Level;
use crate::finding::Location;

use super::Examined;
use super::File;
use super::Run;
use super::What;
use super::look_at;
use super::shell;
use super::shell::Environment;
use super::shell::Shell;

/// `sh` runs what it is given with `-xe`.
const STEP: Shell = Shell { errexit: true, pipefail: false };

pub(super) fn examine(file: &File, found: &mut Examined) {
    let name: Arc<str> = Arc::from(file.path.as_str());
    let text: Arc<str> = Arc::from(String::from_utf8_lossy(&file.bytes));
    found.know(&name, &text);
    let mut start = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let begins = start;
        start += line.len();
        let code = line.trim();
        if code.starts_with("//") || !code.contains("debtlint") {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let at = Location {
            file: Arc::clone(&name),
            line: number,
            column: u32::try_from(indent).unwrap_or(u32::MAX).saturating_add(1),
            span: begins + indent..begins + indent + code.len(),
        };
        // What `sh` is given stands in quotes, or in a text of several lines.
        let quoted = code.find(['\'', '"']).zip(code.rfind(['\'', '"'])).filter(|(open, close)| open < close);
        let script = quoted.and_then(|(open, close)| code.get(open..close)).unwrap_or(code);
        for call in shell::calls(script.trim_matches(['\'', '"']), STEP, &mut Environment::default()) {
            found.gates.insert(file.path.clone());
            let mut of_call = Examined::default();
            look_at(&call, &at, &mut of_call);
            let swallowed = ["returnStatus: true", "catchError", "warnError"]
                .into_iter()
                .find(|word| if word.contains(':') { code.contains(word) } else { text.contains(word) });
            if let Some(word) = swallowed {
                let message = format!("a gate that fails here may fail nothing: `{word}`");
                let help = "let the step fail the build: call it by itself";
                of_call.add((Code::GateIgnored, Level::Error), What::of_run(word), at.clone(), message, help);
            }
            found.take(&of_call, Run { job: String::new(), call: call.name() });
        }
    }
}
