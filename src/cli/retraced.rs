//! Whether what a change seems to take back, or to bring once more, is so: the lines alone do not tell.
//!
//! A change undoes or repeats another by the lines that it removes and adds (`repo/retrace`), wherever they stand. That may take credit
//! away; to let work land although a team is short asks for more.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use crate::classify;
use crate::cli::coming;
use crate::cli::gate::Work;
use crate::facts::Changes;
use crate::facts::CommitFact;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Retrace;
use crate::facts::RetraceKind;
use crate::repo::IsIgnored;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::content;
use crate::repo::content::Content;
use crate::repo::content::Sides;
use crate::repo::merge;
use crate::repo::merge::Merged;
use crate::repo::retrace;

/// How often each line is there.
type Lines = BTreeMap<Vec<u8>, usize>;

/// The retraces without those that the trees do not bear out: those of the change's commits, and of what these follow.
///
/// What takes back leaves what git's own revert would leave there. What brings once more leaves nothing in the change's end that the base
/// has not, but for what other commits of the change bring.
pub(super) fn borne_out(head: ObjectId, work: &Work<'_>) -> Result<Vec<Retrace>, RepoError> {
    let new: BTreeSet<ObjectId> = work.history.coming().iter().map(|fact| fact.id).collect();
    let followed = followed(work.retraces, &new);
    let (asked, mut all): (Vec<Retrace>, Vec<Retrace>) =
        work.retraces.iter().copied().partition(|retrace| followed.contains(&retrace.later));
    if asked.is_empty() {
        return Ok(all);
    }
    let repository = &work.given.repository;
    let facts: HashMap<ObjectId, &CommitFact> = work.whole.commits.iter().map(|fact| (fact.id, fact)).collect();
    let repeats = asked.iter().map(|retrace| (retrace.kind, retrace.later));
    let repeats = repeats.filter(|(kind, later)| *kind == RetraceKind::Repeats && new.contains(later));
    let copies: BTreeSet<ObjectId> = repeats.map(|(_, later)| later).collect();
    let fresh = match work.history.walk.tip {
        Some(base) => fresh(work, (base, head), &copies)?,
        None => BTreeSet::new(),
    };
    // What undoes several together was found so by the trees.
    let together: BTreeSet<ObjectId> = asked.iter().filter(|one| one.together).map(|one| one.later).collect();
    for retrace in asked {
        let is_so = match (retrace.kind, facts.get(&retrace.later), facts.get(&retrace.earlier)) {
            (RetraceKind::Repeats, ..) => !fresh.contains(&retrace.later),
            (RetraceKind::Undoes, ..) if together.contains(&retrace.later) => true,
            (RetraceKind::Undoes, Some(later), Some(earlier)) => {
                undoes(repository, later, earlier, work.looked.ignored)?
            }
            (RetraceKind::Undoes, ..) => false,
        };
        all.extend(is_so.then_some(retrace));
    }
    Ok(all)
}

/// The commits of the change that bring back what had been undone, of which the change's end does not have all: what came back may have
/// gone again in pieces, none of which undoes it. Where commits that are paydown (`paid`) go on from it, nine tenths are enough.
pub(super) fn fleeting(
    head: ObjectId,
    paid: &BTreeSet<ObjectId>,
    work: &Work<'_>,
) -> Result<BTreeSet<ObjectId>, RepoError> {
    let coming = work.history.coming();
    let reviving = classify::reviving(&coming.iter().map(|fact| fact.id).collect(), work.retraces);
    let may_edit = |fact: &&CommitFact| reviving.contains(&fact.id) || paid.contains(&fact.id);
    // Of what is left out at sight it is not known what it touches.
    let by_others: Option<Vec<&Changes>> =
        coming.iter().filter(|fact| !may_edit(fact)).map(|fact| work.changed.get(&fact.id)).collect();
    let by_others = by_others.map(|all| -> BTreeSet<&RepoPath> {
        all.into_iter().flat_map(|changes| &changes.paths).map(|change| &change.path).collect()
    });
    let mut found = BTreeSet::new();
    for fact in coming.iter().filter(|fact| reviving.contains(&fact.id)) {
        let brought = made(&work.given.repository, fact, &|_path: &RepoPath| Ok(false))?;
        let brought: BTreeMap<&RepoPath, &Sides> = brought.iter().map(|sides| (&sides.path, sides)).collect();
        let elsewhere = |path: &RepoPath| Ok(!brought.contains_key(path));
        let since = content::between(&work.given.repository, fact.id, head, &elsewhere, b"both sides", Some)?;
        let is_there = |now: &Sides| {
            let is_mended = by_others.as_ref().is_some_and(|others| !others.contains(&now.path));
            is_mended && brought.get(&now.path).is_some_and(|then| is_mostly_there(then, now))
        };
        if !since.iter().all(is_there) {
            found.insert(fact.id);
        }
    }
    Ok(found)
}

/// Whether of the lines that came and went nine tenths are still so, or more.
fn is_mostly_there(then: &Sides, now: &Sides) -> bool {
    let ((more, less), (added, removed)) = (turned(then), turned(now));
    let all = length(&more).saturating_add(length(&less));
    let gone = common(&more, &removed).saturating_add(common(&less, &added));
    all > 0 && gone.saturating_mul(10) <= all
}

/// Whether some commits take back all that they change, also what is left out of the measure.
pub(super) fn are_whole(
    reverts: &BTreeMap<ObjectId, BTreeSet<ObjectId>>,
    sound: &[Retrace],
    work: &Work<'_>,
) -> Result<bool, RepoError> {
    // Nothing but markers asks.
    if !coming::is_asked(&work.given.policy) {
        return Ok(false);
    }
    let facts: HashMap<ObjectId, &CommitFact> = work.whole.commits.iter().map(|fact| (fact.id, fact)).collect();
    let mut whole = BTreeSet::new();
    let mut together: BTreeMap<ObjectId, Vec<&CommitFact>> = BTreeMap::new();
    for retrace in sound.iter().filter(|one| one.kind == RetraceKind::Undoes && reverts.contains_key(&one.later)) {
        let (Some(later), Some(earlier)) = (facts.get(&retrace.later), facts.get(&retrace.earlier)) else { continue };
        if retrace.together {
            together.entry(retrace.later).or_default().push(earlier);
        } else if undoes(&work.given.repository, later, earlier, &|_path| Ok(false))? {
            whole.insert(retrace.later);
        }
    }
    for (id, earlier) in together {
        if let Some(later) = facts.get(&id)
            && retrace::takes_back(&work.given.repository, later, &earlier, &|_path| Ok(false))?
        {
            whole.insert(id);
        }
    }
    Ok(reverts.keys().all(|commit| whole.contains(commit)))
}

/// Some commits, and all that they undo or repeat, and what that does, and so on.
fn followed(retraces: &[Retrace], new: &BTreeSet<ObjectId>) -> BTreeSet<ObjectId> {
    let mut earlier: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
    for retrace in retraces {
        earlier.entry(retrace.later).or_default().push(retrace.earlier);
    }
    let mut known = new.clone();
    let mut pending: Vec<ObjectId> = new.iter().copied().collect();
    while let Some(later) = pending.pop() {
        let follows = earlier.get(&later).into_iter().flatten().copied();
        pending.extend(follows.filter(|earlier| known.insert(*earlier)));
    }
    known
}

/// What a change leaves at a path once it has landed.
struct Left {
    added: Lines,
    removed: Lines,
    /// The file, which may be binary.
    file: Option<ObjectId>,
}

/// What the change makes of the base. Where the base has moved on since, the two are merged: what the head only lacks is no work of its.
fn left(
    repository: &Repository,
    (base, head): (ObjectId, ObjectId),
    forks: &[ObjectId],
    ignored: &IsIgnored<'_>,
) -> Result<BTreeMap<RepoPath, Left>, RepoError> {
    let sides = |old| content::between(repository, old, head, ignored, b"both sides", Some);
    let beginnings: Option<HashMap<RepoPath, Sides>> = match forks {
        [fork] if *fork != base => Some(sides(*fork)?.into_iter().map(|sides| (sides.path.clone(), sides)).collect()),
        _ => None,
    };
    let mut all = BTreeMap::new();
    for mut of_base in sides(base)? {
        match beginnings.as_ref().map(|beginnings| beginnings.get(&of_base.path)) {
            Some(None) => continue,
            Some(Some(begun)) => {
                if let Merged::Clean(text) = merge::texts(&begun.old, &of_base.old, &of_base.new) {
                    of_base.new = Arc::new(text);
                }
            }
            None => {}
        }
        let (added, removed) = turned(&of_base);
        all.insert(of_base.path, Left { added, removed, file: of_base.new_file });
    }
    Ok(all)
}

/// What a commit made of each path, against its first parent.
fn made(repository: &Repository, fact: &CommitFact, ignored: &IsIgnored<'_>) -> Result<Vec<Sides>, RepoError> {
    let all = |_fact: &CommitFact, content: &Content<'_>| content.sides().collect::<Result<Vec<_>, _>>();
    Ok(content::landed(repository, &[fact], ignored, all)?.pop().unwrap_or_default())
}

/// Whether one commit leaves what git's revert of the other would leave, but for blanks.
fn undoes(
    repository: &Repository,
    later: &CommitFact,
    earlier: &CommitFact,
    ignored: &IsIgnored<'_>,
) -> Result<bool, RepoError> {
    let undone: HashMap<RepoPath, Sides> =
        made(repository, earlier, ignored)?.into_iter().map(|sides| (sides.path.clone(), sides)).collect();
    let is_so = |now: &Sides| {
        let Some(then) = undone.get(&now.path) else { return false };
        match merge::texts(&then.new, &now.old, &then.old) {
            Merged::Clean(text) => bare(&text).eq(bare(&now.new)),
            Merged::Conflict => false,
        }
    };
    Ok(made(repository, later, ignored)?.iter().all(is_so))
}

/// Those of some commits that bring something which the base has not, although another commit brought the same lines before.
fn fresh(
    work: &Work<'_>,
    ends: (ObjectId, ObjectId),
    copies: &BTreeSet<ObjectId>,
) -> Result<BTreeSet<ObjectId>, RepoError> {
    if copies.is_empty() {
        return Ok(BTreeSet::new());
    }
    let repository = &work.given.repository;
    let (copies, others): (Vec<_>, Vec<_>) = work.history.coming().iter().partition(|fact| copies.contains(&fact.id));
    let mut asked: Vec<(ObjectId, Sides)> = Vec::new();
    for fact in copies {
        asked.extend(made(repository, fact, work.looked.ignored)?.into_iter().map(|sides| (fact.id, sides)));
    }
    // Nothing else is read: the base may have gone far.
    let paths: BTreeSet<&RepoPath> = asked.iter().map(|(_, sides)| &sides.path).collect();
    let elsewhere = |path: &RepoPath| Ok(!paths.contains(path));
    let mut left = left(repository, ends, work.history.forks(), &elsewhere)?;
    // Of a merge what it brought in is asked for itself.
    for fact in others.into_iter().filter(|fact| !fact.is_merge()) {
        for sides in made(repository, fact, &elsewhere)? {
            let Some(left) = left.get_mut(&sides.path) else { continue };
            let (more, less) = turned(&sides);
            take(&mut left.added, &more);
            take(&mut left.removed, &less);
        }
    }
    let is_fresh = |sides: &Sides| {
        let Some(left) = left.get(&sides.path) else { return false };
        let (more, less) = turned(sides);
        let is_text = !more.is_empty() || !less.is_empty();
        let is_same_file = !is_text && sides.new_file.is_some() && sides.new_file == left.file;
        shares(&more, &left.added) || shares(&less, &left.removed) || is_same_file
    };
    Ok(asked.iter().filter(|(_, sides)| is_fresh(sides)).map(|(id, _)| *id).collect())
}

/// The lines that the new side has more, and those that the old one has more.
fn turned(sides: &Sides) -> (Lines, Lines) {
    let (old, new) = (count(&sides.old), count(&sides.new));
    let (mut more, mut less) = (new.clone(), old.clone());
    take(&mut more, &old);
    take(&mut less, &new);
    (more, less)
}

fn count(text: &[u8]) -> Lines {
    let mut lines = Lines::new();
    // A bracket alone is the same everywhere.
    for line in bare(text).filter(|line| line.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())) {
        let count = lines.entry(line).or_default();
        *count = count.saturating_add(1);
    }
    lines
}

/// Lines without blanks, and no blank ones.
fn bare(text: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let without = |line: &[u8]| line.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<u8>>();
    text.split(|byte| *byte == b'\n').map(without).filter(|line| !line.is_empty())
}

fn take(from: &mut Lines, these: &Lines) {
    for (line, count) in these {
        if let Some(there) = from.get_mut(line) {
            *there = there.saturating_sub(*count);
        }
    }
    from.retain(|_, count| *count > 0);
}

fn length(lines: &Lines) -> usize {
    lines.values().fold(0, |sum, count| sum.saturating_add(*count))
}

/// How many lines are in both.
fn common(these: &Lines, those: &Lines) -> usize {
    let both = these.iter().filter_map(|(line, count)| Some(*count.min(those.get(line)?)));
    both.fold(0, usize::saturating_add)
}

fn shares(these: &Lines, those: &Lines) -> bool {
    these.keys().any(|line| those.contains_key(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sides(old: &str, new: &str) -> Sides {
        Sides {
            path: RepoPath::new(&b"a"[..]),
            old: old.as_bytes().to_vec().into(),
            new: new.as_bytes().to_vec().into(),
            old_file: None,
            new_file: None,
            fate: content::Fate::Edited,
        }
    }

    #[test]
    fn nine_tenths_are_mostly_there() {
        let lines = |many: usize| (0..many).map(|number| format!("line {number}\n")).collect::<String>();
        let then = sides("", &lines(10));
        for (left, is_there) in [(10, true), (9, true), (8, false), (0, false)] {
            assert_eq!(is_mostly_there(&then, &sides(&lines(10), &lines(left))), is_there, "{left}");
        }
        assert!(!is_mostly_there(&sides("a\n", "a\n"), &sides("a\n", "a\n")), "nothing came");
    }

    #[test]
    fn what_lines_are_more_and_less() {
        let says = |lines: &Lines| {
            let line = |(line, count): (&Vec<u8>, &usize)| format!("{count} {}", String::from_utf8_lossy(line));
            lines.iter().map(line).collect::<Vec<_>>()
        };
        for (old, new, more, less) in [
            ("a\nb\n", "b\na\n", &[][..], &[][..]),
            ("a\n", "a\na\n  a  \n\n}\n", &["2 a"], &[]),
            ("a b\nc", "ab\n", &[], &["1 c"]),
            ("", "ü\n", &["1 ü"], &[]),
        ] {
            let (added, removed) = turned(&sides(old, new));
            assert_eq!(
                (says(&added), says(&removed)),
                (more.iter().map(|s| s.to_string()).collect(), less.iter().map(|s| s.to_string()).collect()),
                "{old:?} {new:?}"
            );
        }
    }
}
