//! Windows of histories with odd shapes and odd times.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::ObjectKind;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::Walk;
use crate::repo::newest_at;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::testing::commit_bytes;
use crate::repo::testing::ids;
use crate::repo::testing::sorted;
use crate::repo::walk::count_all;

fn time(seconds: i64) -> UnixTime {
    UnixTime::new(seconds).unwrap()
}

/// Which mainline commit each commit landed with, by their messages.
fn landed(walk: &Walk) -> Vec<(String, ObjectId)> {
    walk.commits.iter().map(|fact| (fact.message.subject.expose().to_owned(), fact.landing.commit)).collect()
}

#[test]
fn the_edge_is_half_open() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 20, NOW);
    let walk = repo.window(commits[19], 7).unwrap();
    // Seven days back to the second is outside.
    assert_eq!(walk.mainline, commits[13..]);
    assert_eq!(ids(&walk), sorted(&commits[13..]));
    assert_eq!(walk.boundary, Some(commits[12]));
    assert_eq!((walk.as_of, walk.start), (time(NOW), time(NOW - 7 * DAY)));
    assert!(walk.commits.windows(2).all(|pair| pair[0].landing.time <= pair[1].landing.time));

    assert_eq!(repo.window(commits[19], 1).unwrap().mainline, commits[19..], "as-of itself is inside");

    let whole = repo.window(commits[19], 100).unwrap();
    assert_eq!((whole.boundary, whole.commits.len()), (None, 20));
    assert_eq!(count_all(&repo.open(), commits[19], &Quiet).unwrap(), 20);
}

#[test]
fn as_of_moves_the_tip_back() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 20, NOW);
    let walk = repo.window_as_of(commits[19], NOW - 5 * DAY - 1, 3).unwrap();
    assert_eq!((walk.tip, walk.mainline.as_slice()), (Some(commits[13]), &commits[11..14]));
    assert_eq!(newest_at(&repo.open(), commits[19], time(NOW - 5 * DAY)).unwrap(), Some(commits[14]));
    // The newest that is not later, whatever came before it.
    assert_eq!(newest_at(&repo.open(), commits[19], time(NOW + 5 * DAY)).unwrap(), Some(commits[19]));
    let none = repo.window_as_of(commits[19], NOW - 100 * DAY, 3).unwrap();
    assert_eq!((none.tip, none.boundary, none.commits.len()), (None, None, 0));
    let quiet = repo.window_as_of(commits[19], NOW + 100 * DAY, 3).unwrap();
    assert_eq!((quiet.tip, quiet.boundary, quiet.commits.len()), (Some(commits[19]), Some(commits[19]), 0));
}

#[test]
fn a_tip_dated_1970_moves_nothing() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 200, NOW);
    let tip = repo.commit(&[commits[199]], 0, "old\n");
    let walk = repo.window(tip, 11).unwrap();
    // The median of the last eleven lies five days back.
    assert_eq!(walk.as_of, time(NOW - 5 * DAY));
    // Dated after that: in the future, not in the running maximum, and in the window by what came before.
    assert_eq!(walk.mainline, [&commits[184..], &[tip]].concat());
    assert_eq!(walk.commits.last().unwrap().landing.time, time(NOW - 5 * DAY));
}

#[test]
fn commits_in_between_dated_1970_or_2099_hide_nothing() {
    let repo = TestRepo::new();
    let mut all = repo.chain(None, 50, NOW - 50 * DAY);
    for (at, seconds) in [0, NOW - 40 * DAY, 4_000_000_000, 5, NOW - 39 * DAY, 7].into_iter().enumerate() {
        let id = repo.commit(&[*all.last().unwrap()], seconds, &format!("odd {at}\n"));
        all.push(id);
    }
    all.extend(repo.chain(all.last().copied(), 12, NOW));
    let walk = repo.window(*all.last().unwrap(), 45).unwrap();
    assert_eq!(walk.mainline, all[51..]);
    assert_eq!(walk.boundary, Some(all[50]));
    let times: Vec<_> = walk.commits.iter().take(5).map(|fact| fact.landing.time).collect();
    assert_eq!(times, [NOW - 40 * DAY, NOW - 40 * DAY, NOW - 40 * DAY, NOW - 39 * DAY, NOW - 39 * DAY].map(time));
}

/// Behind twenty old commits one lies that belongs to the window, and the tip brings in again what that one had brought in:
/// the work that begins early gets another window than the one that is found, and other landings.
/// A year too early is believed of so many in a row as there are: of 255 even more.
#[test]
fn how_wrong_clocks_may_be() {
    for (days_before, wrong, is_found) in [(300, 300, true), (500, 255, true), (500, 256, false)] {
        let repo = TestRepo::new();
        let first = repo.commit(&[], NOW - 20 * DAY, "first\n");
        let last = (0..wrong).fold(first, |parent, number| {
            repo.commit(&[parent], NOW - days_before * DAY, &format!("wrong {number}\n"))
        });
        let tip = repo.commit(&[last], NOW, "tip\n");
        let found = repo.window(tip, 30).unwrap().mainline.len();
        assert_eq!(found, if is_found { wrong + 2 } else { 1 }, "{wrong} commits, {days_before} days too early");
    }
}

#[test]
fn a_wrong_guess_decides_nothing() {
    let repo = TestRepo::new();
    let root = repo.chain(None, 3, NOW - 60 * DAY);
    let twice = repo.commit(&[root[0]], NOW - 4 * DAY, "twice\n");
    let late = repo.commit(&[root[2], twice], NOW - 2 * DAY, "late\n");
    let old = repo.chain(Some(late), 20, NOW - 40 * DAY);
    let side = repo.commit(&[root[0]], NOW - 3 * DAY, "side\n");
    let tip = repo.commit(&[*old.last().unwrap(), side, twice], NOW, "tip\n");
    let (walk, guessed) = repo.window_and_guess(tip, 7).unwrap();
    let guessed = guessed.unwrap();
    assert_eq!((guessed.mainline.as_slice(), guessed.boundary), ([tip].as_slice(), old.last().copied()));
    assert_eq!(walk.boundary, Some(root[2]));
    assert_eq!(walk, repo.window(tip, 7).unwrap());
    let expected = [&old[..], &[late, side, twice, tip]].concat();
    assert_eq!(ids(&walk), sorted(&expected));
    let landed = |walk: &Walk, id| walk.commits.iter().find(|fact| fact.id == id).map(|fact| fact.landing.commit);
    assert_eq!((landed(&guessed, twice), landed(&walk, twice)), (Some(tip), Some(late)));
}

#[test]
fn commits_without_a_time() {
    let repo = TestRepo::new();
    let dateless =
        |parents: &[ObjectId]| repo.object(ObjectKind::Commit, commit_bytes(parents, "never", "x\n").as_bytes());
    let root = dateless(&[]);
    // Nobody knows when it landed: it is in.
    let walk = repo.window(root, 10).unwrap();
    assert_eq!((walk.mainline.as_slice(), walk.as_of), ([root].as_slice(), UnixTime::EPOCH));
    let commits = repo.chain(Some(root), 5, NOW);
    let tip = dateless(&[commits[4]]);
    let walk = repo.window(tip, 10).unwrap();
    assert_eq!((walk.commits.len(), walk.boundary), (7, None));
    assert_eq!(walk.as_of, time(NOW - 2 * DAY));
    assert!(walk.commits.iter().all(|fact| fact.landing.time <= walk.as_of));
    // With the first that has one.
    let landed = |id| walk.commits.iter().find(|fact| fact.id == id).map(|fact| fact.landing.time);
    assert_eq!((landed(root), walk.commits[0].id), (landed(commits[0]), root));
    // Behind a known commit before the window, it is out.
    let walk = repo.window(tip, 1).unwrap();
    assert_eq!(walk.boundary, Some(commits[1]));
}

#[test]
fn side_branches_land_with_the_oldest_merge_that_holds_them() {
    let repo = TestRepo::new();
    let base = repo.chain(None, 30, NOW - 20 * DAY);
    let fork = base[10];
    // Two commits on a branch, by their own dates long before the window and long after it.
    let one = repo.commit(&[fork], 1000, "one\n");
    let two = repo.commit(&[one], 4_000_000_000, "two\n");
    let three = repo.commit(&[two], NOW - 15 * DAY, "three\n");
    let merge = repo.commit(&[base[29], two], NOW - 10 * DAY, "merge\n");
    let octopus = repo.commit(&[merge, three, two, fork, three], NOW, "octopus\n");
    let walk = repo.window(octopus, 15).unwrap();
    assert_eq!(walk.mainline, [merge, octopus]);
    assert_eq!(walk.boundary, Some(base[29]));
    let mut expected = vec![("one", merge), ("two", merge), ("merge", merge), ("three", octopus), ("octopus", octopus)];
    let mut found = landed(&walk);
    found.sort();
    expected.sort_unstable();
    assert_eq!(found, expected.into_iter().map(|(what, id)| (what.to_owned(), id)).collect::<Vec<_>>());
    let parents = &walk.commits.iter().find(|fact| fact.id == octopus).unwrap().parents;
    assert_eq!(*parents, [merge, three, two, fork], "each once");
}

#[test]
fn a_branch_that_the_boundary_holds_by_a_way_with_wrong_dates() {
    let repo = TestRepo::new();
    let base = repo.chain(None, 40, NOW - 30 * DAY);
    let side = repo.chain(Some(base[20]), 5, NOW - 25 * DAY);
    // The boundary reaches the side branch only through a commit dated 1970.
    let hidden = repo.commit(&[side[4]], 0, "hidden\n");
    let boundary = repo.commit(&[base[39], hidden], NOW - 20 * DAY, "boundary\n");
    let tip = repo.commit(&[boundary, side[4]], NOW, "tip\n");
    let walk = repo.window(tip, 10).unwrap();
    assert_eq!((walk.boundary, ids(&walk)), (Some(boundary), vec![tip]));
}

#[test]
fn criss_cross_merges() {
    let repo = TestRepo::new();
    let base = repo.chain(None, 3, NOW - 30 * DAY);
    let left = repo.commit(&[base[2]], NOW - 20 * DAY, "left\n");
    let right = repo.commit(&[base[2]], NOW - 20 * DAY, "right\n");
    let left_merge = repo.commit(&[left, right], NOW - 9 * DAY, "left merge\n");
    let right_merge = repo.commit(&[right, left], NOW - 9 * DAY, "right merge\n");
    let tip = repo.commit(&[left_merge, right_merge], NOW, "tip\n");
    let walk = repo.window(tip, 10).unwrap();
    assert_eq!(walk.boundary, Some(left));
    let mut found = landed(&walk);
    found.sort();
    let expected = [("left merge", left_merge), ("right", left_merge), ("right merge", tip), ("tip", tip)];
    assert_eq!(found, expected.map(|(what, id)| (what.to_owned(), id)));
}

#[test]
fn an_unrelated_history_that_is_merged() {
    let repo = TestRepo::new();
    let base = repo.chain(None, 300, NOW - 20 * DAY);
    let other = repo.chain(None, 10, NOW - 2_000 * DAY);
    let tip = repo.commit(&[base[299], other[9]], NOW, "tip\n");
    let walk = repo.window(tip, 10).unwrap();
    assert_eq!(ids(&walk), sorted(&[other.as_slice(), &[tip]].concat()));
}

#[test]
fn many_parents_are_all_followed() {
    let repo = TestRepo::new();
    let base = repo.commit(&[], NOW - 50 * DAY, "base\n");
    let heads: Vec<_> = (0..1_100).map(|at| repo.commit(&[base], NOW - DAY, &format!("{at}\n"))).collect();
    let tip = repo.commit(&[&[base], heads.as_slice()].concat(), NOW, "tip\n");
    let walk = repo.window(tip, 10).unwrap();
    assert_eq!(walk.commits.len(), 1_101);
    assert!(!walk.commits.iter().find(|fact| fact.id == tip).unwrap().words_count());
}

fn is_shallow(result: &Result<Walk, RepoError>, at: ObjectId) -> bool {
    matches!(result, Err(RepoError::Shallow { at: found, .. }) if *found == at)
}

#[test]
fn shallow_clones() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 40, NOW);
    let tip = commits[39];
    repo.file("shallow", format!("{}\n", commits[20]));
    assert_eq!(repo.window(tip, 30).unwrap().commits.len(), 30, "nothing is missing: a forged file hides nothing");
    for id in &commits[..20] {
        repo.remove(*id);
    }
    assert!(is_shallow(&repo.window(tip, 30), commits[20]), "cut inside");
    assert!(is_shallow(&repo.window(tip, 20), commits[20]), "cut at the edge: the boundary is not there");
    let walk = repo.window(tip, 19).unwrap();
    assert_eq!((walk.commits.len(), walk.boundary), (19, Some(commits[20])));
    assert!(is_shallow(&repo.window_as_of(tip, NOW - 30 * DAY, 5), commits[20]), "as of a time before the cut");
    let RepoError::Shallow { since, .. } = repo.window(tip, 30).unwrap_err() else { panic!() };
    assert_eq!(since, time(NOW - 120 * DAY).day().date().to_string());
    // Of a branch that rested, no date gets what is missing; and where git once fetched by date, it may refuse to fetch the rest.
    let help =
        miette::Diagnostic::help(&repo.window(tip, 30).unwrap_err()).map_or_else(String::new, |help| help.to_string());
    assert!(help.starts_with("run `git fetch --unshallow origin`, after `git prune --expire=never`"), "{help}");
    repo.file("shallow", "");
    let error = repo.window(tip, 30).unwrap_err();
    assert!(matches!(error, RepoError::Missing { id, .. } if id == commits[19]), "the list was lost: {error}");
}

#[test]
fn a_shallow_clone_whose_side_branches_are_cut() {
    let repo = TestRepo::new();
    let base = repo.chain(None, 40, NOW - 10 * DAY);
    let side = repo.commit(&[base[25]], NOW - 9 * DAY, "side\n");
    let tip = repo.commit(&[base[39], side], NOW, "tip\n");
    let full = repo.window(tip, 5).unwrap();
    assert_eq!(ids(&full), sorted(&[tip, side]));
    let cut_at = |at: usize| {
        for id in &base[..at] {
            let path = repo.path().join(crate::repo::testing::object_path(*id));
            if path.exists() {
                repo.remove(*id);
            }
        }
        repo.file("shallow", format!("{}\n{}\n", base[at], side));
        repo.window(tip, 5)
    };
    assert_eq!(cut_at(20).unwrap().commits, full.commits, "behind where the branch began");
    assert_eq!(cut_at(25).unwrap().commits, full.commits, "just where it began");
    assert!(is_shallow(&cut_at(26), side), "the branch itself is cut");
}

#[test]
fn a_shallow_clone_too_short_to_know_the_time() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 40, NOW);
    let tip = repo.commit(&[commits[39]], 0, "1970\n");
    for id in &commits[..36] {
        repo.remove(*id);
    }
    repo.file("shallow", format!("{}\n", commits[36]));
    // With the whole of history the median would be another.
    assert!(is_shallow(&repo.window(tip, 1), commits[36]));
}

#[test]
fn a_shallow_clone_in_which_six_commits_are_no_later_than_the_tip() {
    for no_later in [5, 6] {
        let repo = TestRepo::new();
        let missing = repo.commit(&[], NOW - 20 * DAY, "missing\n");
        let first = repo.commit(&[missing], NOW - 10 * DAY, "first\n");
        let later =
            (no_later..10).fold(first, |parent, at| repo.commit(&[parent], NOW + DAY, &format!("later {at}\n")));
        let tip = (1..no_later).fold(later, |parent, at| repo.commit(&[parent], NOW, &format!("now {at}\n")));
        repo.remove(missing);
        repo.file("shallow", format!("{first}\n"));
        let walk = repo.window(tip, 1);
        if no_later == 6 {
            assert_eq!(walk.unwrap().as_of, time(NOW));
        } else {
            assert!(is_shallow(&walk, first), "one commit more could move the median");
        }
    }
}

#[test]
fn what_is_missing_or_damaged_is_an_error() {
    let repo = TestRepo::new();
    let commits = repo.chain(None, 20, NOW);
    repo.remove(commits[10]);
    let error = repo.window(commits[19], 15).unwrap_err();
    assert!(matches!(error, RepoError::Missing { id, .. } if id == commits[10]), "{error}");
    assert!(!error.is_usage());
    repo.object_as(commits[10], ObjectKind::Commit, b"tree");
    let error = repo.window(commits[19], 15).unwrap_err();
    assert!(matches!(error, RepoError::HashMismatch { id, .. } if id == commits[10]), "{error}");
    let blob = repo.object(ObjectKind::Blob, b"x");
    let tip = repo.commit(&[blob], NOW, "x\n");
    assert!(matches!(repo.window(tip, 15), Err(RepoError::WrongKind { .. })));
}

#[test]
fn identities_are_mapped() {
    use crate::facts::Identity;
    use crate::facts::Untrusted;
    use crate::repo::Span;
    use crate::repo::walk::window;

    let repo = TestRepo::new();
    let message = "x\n\nCo-authored-by: Bob <bob@x>\nCo-authored-by: Robert <BOB@x>\nCo-authored-by: Eve <eve@x>\n";
    let tip = repo.commit(&[], NOW, message);
    let shout = |who: &Identity| Identity {
        name: who.name.clone(),
        email: Untrusted::new(who.email.expose().replace("eve", "bob")),
    };
    let walk = window(&repo.open(), tip, Span { as_of: None, days: 1 }, &shout, &Quiet).unwrap();
    assert_eq!(walk.commits[0].co_authors.len(), 1);
    assert_eq!(walk.commits[0].author_as_written.email.expose(), "ann@example.com");
}

/// Comparing each with every other would take minutes.
#[test]
fn as_many_co_authors_as_a_message_has_room_for() {
    let repo = TestRepo::new();
    let named: String = (0..30_000).map(|number| format!("Co-authored-by: A <a{}@x>\n", number % 29_999)).collect();
    let tip = repo.commit(&[], NOW, &format!("x\n\n{named}"));
    let walk = repo.window(tip, 1).unwrap();
    assert_eq!(walk.commits[0].co_authors.len(), 29_999);
}
