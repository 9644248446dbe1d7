//! Ancestors by number, as git writes them behind a name: `main~3`, `HEAD^2`. They mean one thing where the name does.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use crate::repo::graph::Graph;
use crate::repo::graph::Keep;
use crate::repo::graph::Presence;
use crate::repo::mainline;

/// A name that was typed leads past the beginning of history, or to a parent that a commit has not.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("`{name}` asks for {}{of}, which has {}", asked(*.nth, *.count), number(*.count))]
#[diagnostic(code("repository-no-such-parent"), help("`git log --graph --oneline` shows which parents there are"))]
pub struct NoParent {
    /// As it was typed.
    name: String,
    /// Whose parent is asked for.
    of: ObjectId,
    /// Which one, from 1 on.
    nth: u32,
    /// How many parents it has.
    count: usize,
}

/// A step from a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// `~n`: so many first parents back.
    Back(u32),
    /// `^n`: to this parent, from 1 on; 0 is the commit itself.
    Parent(u32),
}

/// The name that an expression begins with, and the steps from there: no reference's name holds `~` or `^`. `None` if what
/// follows is none of them.
pub(super) fn split(rev: &str) -> Option<(&str, Vec<Step>)> {
    let (name, mut rest) = rev.split_at(rev.find(['~', '^']).unwrap_or(rev.len()));
    if name.is_empty() {
        return None;
    }
    let mut steps = Vec::new();
    while let Some(sign) = rest.chars().next() {
        let behind = rest.strip_prefix(['~', '^'])?;
        let (digits, further) = behind.split_at(behind.find(['~', '^']).unwrap_or(behind.len()));
        let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
        let count = if digits.is_empty() { 1 } else { digits.parse().ok().filter(|_| is_number)? };
        steps.push(if sign == '~' { Step::Back(count) } else { Step::Parent(count) });
        rest = further;
    }
    Some((name, steps))
}

/// The commit that the steps lead to.
///
/// # Errors
/// There is no such parent, it cannot be read, or the clone does not reach back so far.
pub(super) fn find(
    repository: &Repository,
    rev: &str,
    commit: ObjectId,
    steps: &[Step],
) -> Result<ObjectId, RepoError> {
    let store = repository.store()?;
    let mut graph = Graph::new(&store, repository, &Quiet);
    let mut at = graph.start(commit, Keep::Links)?;
    for step in steps {
        let (times, nth) = match *step {
            Step::Back(times) => (times, 1),
            Step::Parent(0) => (0, 1),
            Step::Parent(nth) => (1, nth),
        };
        for _generation in 0..times {
            let of = graph.id(at);
            let place = usize::try_from(nth).map_err(|_wide| RepoError::TooManyCommits)?.saturating_sub(1);
            let Some(parent) = graph.parent_at(at, place) else {
                let count = graph.parents(at).len();
                return Err(RepoError::from(NoParent { name: shown(rev.as_bytes()), of, nth, count }));
            };
            if graph.parent(at, parent, Keep::Links)? == Presence::Cut {
                return Err(mainline::cut(of, graph.time(at).unwrap_or(UnixTime::EPOCH)));
            }
            at = parent;
        }
    }
    Ok(graph.id(at))
}

fn asked(nth: u32, count: usize) -> String {
    if count == 0 { "a parent of ".to_owned() } else { format!("parent {nth} of ") }
}

fn number(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}
