//! Which teams own the paths that a commit changed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::classify::Context;
use crate::classify::Owner;
use crate::facts::Changes;
use crate::facts::Lines;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::finding::Location;
use crate::policy::Attribution;
use crate::policy::Policy;
use crate::policy::Team;
use crate::policy::TeamId;
use crate::policy::lies_below;
use crate::repo::trusted::taken_in_by;

/// Beyond so many lines a change to one commit weighs no more, as within a day.
pub const LINES_CAP: u64 = 400;

/// What a change of so many lines weighs: `1 + min(lines, 400)`.
#[must_use]
pub const fn weight(lines: u64) -> u64 {
    let capped = if lines < LINES_CAP { lines } else { LINES_CAP };
    capped.saturating_add(1)
}

/// The places of those entries of a team's paths that decide about none of some paths.
pub(super) fn unmatched<'t>(team: &'t Team, paths: &BTreeSet<&RepoPath>) -> Vec<&'t (String, Location)> {
    // Each entry for itself: one that a later entry always overrides still matches something.
    let matches_none = |entry: &&(String, Location)| {
        let text = entry.0.trim_start_matches('!').to_owned();
        let below = lies_below(&text).to_owned();
        if is_found(&text, &below, paths) {
            return false;
        }
        // What is no pattern is an error of its own.
        taken_in_by(&text).is_some_and(|is_taken_in| !any_beginning_with(&below, paths, is_taken_in))
    };
    team.paths.iter().filter(matches_none).collect()
}

/// Whether a pattern without a wildcard, as most are, names a path or a directory that there is: that is found without
/// compiling it.
fn is_found(pattern: &str, below: &str, paths: &BTreeSet<&RepoPath>) -> bool {
    if below.is_empty() || pattern.trim_matches('/') != below {
        return false;
    }
    let (file, inside) = (RepoPath::new(below.as_bytes()), RepoPath::new(format!("{below}/").into_bytes()));
    let first_inside = paths.range::<&RepoPath, _>(&inside..).next();
    (!pattern.ends_with('/') && paths.contains(&file))
        || first_inside.is_some_and(|path| path.as_bytes().starts_with(inside.as_bytes()))
}

/// Whether some of the paths are as wanted: of those that begin with a text, and of those of forged trees that matchers
/// read as if they did.
fn any_beginning_with(text: &str, paths: &BTreeSet<&RepoPath>, wanted: impl Fn(&RepoPath) -> bool) -> bool {
    let forged: &[&str] = if text.is_empty() { &[] } else { &["/", "./"] };
    std::iter::once(&text).chain(forged).any(|start| {
        let first = RepoPath::new(start.as_bytes());
        let from = paths.range::<&RepoPath, _>(&first..);
        from.take_while(|path| path.as_bytes().starts_with(start.as_bytes())).any(|path| wanted(path))
    })
}

/// How much of a commit lies with each owner: `1 + min(lines in its paths, 400)`, in the order of the teams, with
/// nobody last. Ignored paths have no owner. A path of several teams counts for each; a commit without paths is
/// nobody's, and where everybody is of one team, all of it is that team's.
pub(super) fn owners(changes: &Changes, policy: &Policy, of: impl Fn(&RepoPath) -> Vec<TeamId>) -> Vec<Owner> {
    if let Some(team) = policy.everyone() {
        return vec![Owner { team: Some(team), weight: weight(changes.lines()) }];
    }
    // Nobody sorts last.
    let mut lines: BTreeMap<(bool, Option<TeamId>), u64> = BTreeMap::new();
    for change in changes.paths.iter().filter(|change| change.lines != Lines::Ignored) {
        let teams: BTreeSet<TeamId> = of(&change.path).into_iter().collect();
        let nobody = teams.is_empty().then_some(None);
        for team in teams.into_iter().map(Some).chain(nobody) {
            let sum = lines.entry((team.is_none(), team)).or_default();
            *sum = sum.saturating_add(change.lines.count());
        }
    }
    if lines.is_empty() {
        lines.insert((true, None), 0);
    }
    lines.into_iter().map(|((_, team), lines)| Owner { team, weight: weight(lines) }).collect()
}

/// The teams whose paths a commit touches. With attribution by paths its effort tells them already.
#[must_use]
pub fn touched(commit: ObjectId, changes: &HashMap<ObjectId, Changes>, context: &Context<'_>) -> BTreeSet<TeamId> {
    if context.policy.attribution == Attribution::Paths {
        return BTreeSet::new();
    }
    let changed = changes.get(&commit).map(|changes| changes.paths.as_slice()).unwrap_or_default();
    let seen = changed.iter().filter(|change| change.lines != Lines::Ignored);
    seen.flat_map(|change| (context.owners)(&change.path)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::sample::changes;
    use crate::classify::sample::place;
    use crate::classify::sample::policy;
    use crate::repo::trusted::PathOwners;

    fn with_paths(paths: &[&[&str]]) -> Policy {
        let mut policy = policy(&["a: ann@x.example", "b: bob@x.example"]);
        for (team, paths) in policy.teams.iter_mut().zip(paths) {
            team.paths = paths.iter().map(|path| ((*path).to_owned(), place())).collect();
        }
        policy
    }

    #[test]
    fn entries_without_a_path() {
        let policy = with_paths(&[&["/services/", "/gone/", "!/services/ui/", "!/never/", "/{b,c}"]]);
        let touched = [RepoPath::new(*b"services/ui/a"), RepoPath::new(*b"b")];
        let none: Vec<&str> =
            unmatched(&policy.teams[0], &touched.iter().collect()).into_iter().map(|e| &*e.0).collect();
        assert_eq!(none, ["/gone/", "!/never/", "/{b,c}"], "braces stand for themselves");
    }

    proptest! {
        /// What is found without compiling a pattern is what it matches.
        #[test]
        fn patterns_without_wildcards(
            pattern in "/?([ab]{1,2}/){0,2}[ab*]{1,2}/? ?",
            paths in proptest::collection::btree_set("/?([ab]{1,2}/){0,3}[ab]{1,2}", 1..6),
        ) {
            let paths: Vec<RepoPath> = paths.iter().map(|path| RepoPath::new(path.as_bytes())).collect();
            let paths: BTreeSet<&RepoPath> = paths.iter().collect();
            let is_taken_in = taken_in_by(&pattern).unwrap();
            let is_matched = paths.iter().any(|path| is_taken_in(path));
            prop_assert!(is_matched || !is_found(&pattern, lies_below(&pattern), &paths));
        }
    }

    #[test]
    fn weights_of_owners() {
        let policy = with_paths(&[&["/a/", "/both/"], &["/b/", "/both/"]]);
        let paths = PathOwners::new(&policy.teams, None).unwrap();
        let parts = |list: &[(&str, Option<u64>)]| {
            let owners = owners(&changes(list), &policy, |path| paths.owners(path));
            owners.into_iter().map(|owner| (owner.team.map(|team| team.0), owner.weight)).collect::<Vec<_>>()
        };
        assert_eq!(parts(&[]), [(None, 1)]);
        assert_eq!(parts(&[("a/x", None)]), [(None, 1)], "ignored paths have no owner");
        assert_eq!(parts(&[("a/x", Some(0)), ("b/y", Some(500))]), [(Some(0), 1), (Some(1), 401)]);
        assert_eq!(
            parts(&[("a/x", Some(7)), ("both/y", Some(5)), ("c", Some(1))]),
            [(Some(0), 13), (Some(1), 6), (None, 2)]
        );
        let everyone = crate::classify::sample::policy(&[]);
        let all = owners(&changes(&[("a/x", Some(7))]), &everyone, |_| Vec::new());
        assert_eq!(all, [Owner { team: Some(TeamId(0)), weight: 8 }]);
        // Where CODEOWNERS says what the one team owns, it does not own the rest.
        let mut named = crate::classify::sample::policy(&[]);
        named.teams[0].codeowners.push(("@org/x".to_owned(), place()));
        let some = owners(&changes(&[("a/x", Some(7))]), &named, |_| Vec::new());
        assert_eq!(some, [Owner { team: None, weight: 8 }]);
    }
}
