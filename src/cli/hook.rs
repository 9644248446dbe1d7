//! `debtlint hook`: what git runs before a commit is made, and before commits are pushed.
//!
//! git sets variables such as `GIT_DIR` and `GIT_INDEX_FILE` for hooks. None of them is obeyed, here as elsewhere: the
//! repository is the one around the working directory, which git makes the top of the working tree.

mod commit_msg;

use std::io::Read as _;
use std::path::PathBuf;

use crate::cli::args::JudgingArgs;
use crate::cli::args::PrePushArgs;
use crate::cli::args::StateArgs;
use crate::cli::check;
use crate::cli::check::Judged;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::outputs::Outputs;
use crate::cli::outputs::variable;
use crate::cli::request::Request;
use crate::cli::settings::Settings;
use crate::cli::settings::Strictness;
use crate::facts::ObjectId;
use crate::repo::OwnerCheck;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::report::Outcome;
use crate::report::json::Items;
use crate::report::text;

pub(super) use commit_msg::commit_msg;

/// More lines than anybody pushes refs at once.
const MOST_INPUT: u64 = 16 << 20;

/// The commits that are pushed, each once: git's lines on the input, or pre-commit's variables.
pub(super) fn pushed() -> Result<Vec<String>, Fault> {
    let by_pre_commit = variable("PRE_COMMIT_TO_REF").filter(|_| variable("PRE_COMMIT").is_some());
    let lines = match by_pre_commit {
        Some(id) => {
            let name = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_default();
            format!("{} {id} refs/heads/x x", if name.is_empty() { "HEAD" } else { &name })
        }
        None => {
            // Names of refs are bytes; of a line only its id and `refs/tags/` are looked at.
            let mut bytes = Vec::new();
            let unread = CliError::refused("read the lines of the hook pre-push", "git writes them to standard input");
            std::io::stdin().lock().take(MOST_INPUT).read_to_end(&mut bytes).map_err(unread)?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let mut all = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(id) = head_of(line)? {
            all.push(id.to_string());
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

/// The commit of a line `<local ref> <local id> <remote ref> <remote id>`; `None` for a deletion and for a tag.
fn head_of(line: &str) -> Result<Option<ObjectId>, CliError> {
    let bad = || CliError::PushLine { line: line.escape_debug().to_string() };
    let words: Vec<&str> = line.split_whitespace().collect();
    let [_local, id, remote, _old] = words[..] else { return Err(bad()) };
    if remote.starts_with("refs/tags/") {
        return Ok(None);
    }
    let id = id.parse().map_err(|_no_id| bad())?;
    Ok((id != ObjectId::NULL).then_some(id))
}

/// Judges each of the pushed commits.
pub(super) fn pre_push(typed: PrePushArgs, outputs: &mut Outputs) -> Result<Exit, Fault> {
    let show = outputs.show().unless(typed.terms.no_progress);
    let base = match typed.base {
        Some(base) => base,
        None => {
            let remote = Remote::named(typed.remote, typed.url);
            match default_branch(&remote, typed.terms.limits.owner.check())? {
                Some(branch) => branch,
                None => {
                    let said = format!(
                        "no branch of `{}` has been fetched yet, so this push is not judged; the gate will judge the change",
                        remote.name
                    );
                    outputs.remark(Some(&said));
                    return Ok(Exit::Passed);
                }
            }
        }
    };
    let PrePushArgs { terms, teams, allocation, cache, evidence, pushed, .. } = typed;
    let judging = JudgingArgs { state: StateArgs::of_head(), terms, teams, allocation, cache, evidence };
    let settings = Settings::new(PathBuf::from("."), judging, Strictness::Fail);
    let mut exit = Exit::Passed;
    for head in pushed {
        let settings = settings.clone().for_change(Some(base.clone()), head, Request::default());
        let Judged { report, unkept, .. } = show.during(|bar| check::judge(&settings, bar))?;
        outputs.remark(unkept.as_deref());
        outputs.print(&text::render(&report, Items::Omitted, outputs.view()))?;
        if report.outcome() == Outcome::Failed {
            exit = Exit::Failed;
        }
    }
    Ok(exit)
}

/// Where it is pushed to.
struct Remote {
    name: String,
    /// Whether it has no name: git then gives its address instead.
    is_address: bool,
}

impl Remote {
    /// As git says it to its hook, or else pre-commit in its variables.
    fn named(name: Option<String>, url: Option<String>) -> Self {
        let (name, url) = match name {
            Some(name) => (Some(name), url),
            None => (variable("PRE_COMMIT_REMOTE_NAME"), variable("PRE_COMMIT_REMOTE_URL")),
        };
        Self { is_address: name.is_some() && name == url, name: name.unwrap_or_else(|| "origin".to_owned()) }
    }
}

/// Where the remote's default branch was when it was last fetched; `None` where nothing was ever fetched of the remote: the
/// first push to a new one has nothing to stand on. An address does not say what is known of whoever answers there.
fn default_branch(remote: &Remote, owner: OwnerCheck) -> Result<Option<String>, Fault> {
    let Remote { name: remote, is_address } = remote;
    let repository = Repository::open(&PathBuf::from("."), owner)?;
    for name in ["HEAD", "main", "master"] {
        let full = format!("refs/remotes/{remote}/{name}");
        match repository.resolve(&full) {
            Ok(Some(_commit)) => return Ok(Some(full)),
            // A remote that is an address has no branches here.
            Ok(None) | Err(RepoError::NoSuchRevision { .. } | RepoError::RevisionSyntax { .. }) => {}
            Err(error) => return Err(Fault::from(error)),
        }
    }
    if *is_address {
        return Err(Fault::from(CliError::NoDefaultBranch {
            remote: remote.clone(),
            help: "push to a remote that has a name, or name the base with --base".to_owned(),
        }));
    }
    if !repository.knows_branches_of(remote)? {
        return Ok(None);
    }
    Err(Fault::from(CliError::NoDefaultBranch {
        remote: remote.clone(),
        help: format!(
            "fetch it (`git fetch {remote}`, `git remote set-head {remote} --auto`), or name the base with --base"
        ),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_git() {
        let id = "0123456789012345678901234567890123456789";
        let zero = "0".repeat(40);
        for (line, expected) in [
            (format!("refs/heads/x {id} refs/heads/x {zero}"), Ok(Some(id))),
            (format!("(delete) {zero} refs/heads/x {id}"), Ok(None)),
            (format!("refs/tags/v1 {id} refs/tags/v1 {zero}"), Ok(None)),
            (format!("HEAD~1 {id} refs/heads/x {id}"), Ok(Some(id))),
            (format!("refs/heads/x main refs/heads/x {id}"), Err(())),
            ("refs/heads/x".to_owned(), Err(())),
        ] {
            let found = head_of(&line).map(|id| id.map(|id| id.to_string()));
            assert_eq!(found.as_ref().map(Option::as_deref).map_err(|_told| ()), expected, "{line}");
        }
    }
}
