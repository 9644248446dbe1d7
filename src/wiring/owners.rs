//! Who owns what the gate is made of.

use crate::facts::RepoPath;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::repo::proof::AllowedSigners;
use crate::repo::trusted::CodeOwners;

use super::Examined;
use super::Setup;

/// A `CODEOWNERS` file.
#[derive(Debug)]
pub struct CodeOwnersFile {
    /// Its path.
    pub path: String,
    /// What it says.
    pub owners: CodeOwners,
}

/// Without owners, whoever may land a change may land one that takes the gate out.
pub(super) fn examine(setup: &Setup<'_>, found: &mut Examined) {
    // Other services know no owners of files.
    let is_known = |path: &&String| path.starts_with(super::WORKFLOWS) || path.starts_with(".gitlab-ci");
    let gates = found.gates.iter().filter(is_known).cloned();
    let mut paths: Vec<String> = gates.collect();
    if paths.is_empty() {
        return;
    }
    paths.extend(setup.policy.clone());
    // By these keys the policy may be loosened.
    paths.extend(AllowedSigners::PATHS.into_iter().filter(|path| (setup.read)(path).is_some()).map(str::to_owned));
    let Some(file) = &setup.codeowners else {
        let is_github = paths.iter().any(|path| path.starts_with(super::WORKFLOWS));
        let own = if is_github { ".github/CODEOWNERS" } else { ".gitlab/CODEOWNERS" };
        // It names itself: who may edit it may take the owner from the others.
        paths.push(own.to_owned());
        let message = "there is no CODEOWNERS: whoever may land a change may land one that takes the gate out";
        let help = format!("write {own} with {}, and require reviews from code owners", lines(&paths));
        found.weaknesses.push(Finding::new(Code::GateUnowned, Level::Warning, message).help(help).into());
        return;
    };
    paths.push(file.path.clone());
    paths.retain(|path| file.owners.reviewers(&RepoPath::new(path.as_bytes())).is_empty());
    if !paths.is_empty() {
        let message = format!("{} names no owner of {}", file.path, paths.join(", "));
        let help =
            format!("add {}, after all lines that match more, and require reviews from code owners", lines(&paths));
        found.weaknesses.push(Finding::new(Code::GateUnowned, Level::Warning, message).help(help).into());
    }
}

/// The lines of CODEOWNERS that give files to somebody.
fn lines(paths: &[String]) -> String {
    let lines: Vec<_> = paths.iter().map(|path| format!("`/{path} @owner`")).collect();
    match lines.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => lines.join(""),
    }
}
