//! What a change brings, on histories with odd shapes.

use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::repo::Ahead;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::ahead::ahead;
use crate::repo::testing::DAY;
use crate::repo::testing::NOW;
use crate::repo::testing::TestRepo;
use crate::repo::testing::sorted;

pub(super) fn between(repo: &TestRepo, base: ObjectId, head: ObjectId) -> Result<Ahead, RepoError> {
    ahead(&repo.open(), base, head, UnixTime::new(NOW).unwrap(), &Clone::clone, &Quiet)
}

fn ids(ahead: &Ahead) -> Vec<ObjectId> {
    sorted(&ahead.commits.iter().map(|fact| fact.id).collect::<Vec<_>>())
}

#[test]
fn nothing_is_ahead_of_itself_or_of_what_follows_it() {
    let repo = TestRepo::new();
    let line = repo.chain(None, 700, NOW);
    for (base, head) in [(699, 699), (699, 698), (699, 0), (5, 5)] {
        assert_eq!(between(&repo, line[base], line[head]).unwrap(), Ahead::default(), "{base} {head}");
    }
}

#[test]
fn all_of_it_is_of_now_whatever_it_claims() {
    let repo = TestRepo::new();
    let main = repo.chain(None, 300, NOW);
    // From before the base, and dated before everything, after everything, and as usual.
    for time in [0, -5 * DAY, 4_000_000_000, NOW + DAY] {
        let topic = repo.chain(Some(main[200]), 3, time);
        let ahead = between(&repo, main[299], topic[2]).unwrap();
        assert_eq!((ids(&ahead), &ahead.mainline), (sorted(&topic), &topic), "{time}");
        assert_eq!(ahead.forks, [main[200]]);
        assert!(ahead.commits.iter().all(|fact| fact.landing.time.seconds() == NOW));
        // A date that cannot be read stays none.
        assert!(ahead.commits.iter().all(|fact| fact.committed.is_none_or(|at| at.seconds() == NOW)));
    }
}

#[test]
fn merges_of_the_host_land_what_they_bring() {
    let repo = TestRepo::new();
    let main = repo.chain(None, 30, NOW);
    let one = repo.chain(Some(main[10]), 2, NOW - DAY);
    let other = repo.chain(Some(main[20]), 2, NOW - 2 * DAY);
    let first = repo.commit(&[main[29], one[1]], NOW + 1, "Merge one\n");
    let second = repo.commit(&[first, other[1]], NOW + 2, "Merge other\n");
    let ahead = between(&repo, main[29], second).unwrap();
    assert_eq!(ahead.mainline, [first, second]);
    let landed = |with: ObjectId| {
        let found = ahead.commits.iter().filter(|fact| fact.landing.commit == with).map(|fact| fact.id);
        sorted(&found.collect::<Vec<_>>())
    };
    assert_eq!(landed(first), sorted(&[one[0], one[1], first]));
    assert_eq!(landed(second), sorted(&[other[0], other[1], second]));
    assert_eq!(ids(&between(&repo, first, second).unwrap()), sorted(&[other[0], other[1], second]));

    // A topic that took the base in: what came from there is the base's.
    let back = repo.commit(&[one[1], main[25]], NOW, "Merge main into one\n");
    let ahead = between(&repo, main[29], back).unwrap();
    assert_eq!((ids(&ahead), ahead.mainline), (sorted(&[one[0], one[1], back]), vec![one[0], one[1], back]));
    assert_eq!(ahead.forks, [main[25]]);
}

#[test]
fn where_a_change_begins_is_told_by_history_and_not_by_dates() {
    let repo = TestRepo::new();
    let old = repo.chain(None, 5, NOW - 20 * DAY);
    let fork = repo.commit(&[old[4]], NOW + 9 * DAY, "dated too late\n");
    let main = repo.chain(Some(fork), 10, NOW);
    let topic = repo.chain(Some(fork), 2, NOW);
    let head = repo.commit(&[topic[1], main[5]], NOW, "Merge main into topic\n");
    assert_eq!(between(&repo, main[9], head).unwrap().forks, [main[5]], "the other one lies in its history");
}

#[test]
fn what_has_nothing_in_common_is_no_change() {
    let repo = TestRepo::new();
    let main = repo.chain(None, 10, NOW);
    let orphan = repo.chain(None, 3, NOW - 5);
    assert!(matches!(between(&repo, main[9], orphan[2]), Err(RepoError::Unrelated { .. })));
    // One that was merged in does have.
    let merge = repo.commit(&[orphan[2], main[9]], NOW, "Merge\n");
    assert_eq!(ids(&between(&repo, main[9], merge).unwrap()), sorted(&[orphan[0], orphan[1], orphan[2], merge]));
}

#[test]
fn a_cut_behind_the_fork_does_not_matter_and_one_before_it_does() {
    for (missing, fits) in [(5, true), (20, true), (26, false)] {
        let repo = TestRepo::new();
        let main = repo.chain(None, 40, NOW);
        let topic = repo.chain(Some(main[22]), 2, NOW);
        repo.remove(main[missing]);
        repo.file("shallow", format!("{}\n", main[missing + 1]));
        let found = between(&repo, main[39], topic[1]);
        if fits {
            assert_eq!(ids(&found.unwrap()), sorted(&topic), "{missing}");
        } else {
            assert!(matches!(found, Err(RepoError::Shallow { .. })), "{missing}: {found:?}");
        }
    }
}
