use super::*;
use crate::classify::sample::id;
use crate::facts::Landing;
use crate::facts::Message;
use crate::facts::UnixTime;
use RetraceKind::Repeats;
use RetraceKind::Undoes;

fn all(retraces: &[(u8, RetraceKind, u8)]) -> Vec<Retrace> {
    let retrace =
        |(later, kind, earlier): &_| Retrace { later: id(*later), earlier: id(*earlier), kind: *kind, together: false };
    retraces.iter().map(retrace).collect()
}

fn numbers<'i>(found: impl Iterator<Item = &'i ObjectId>) -> Vec<u8> {
    found.map(|id| id.as_bytes()[0]).collect()
}

fn lost(landings: &[(u8, u8)], retraces: &[(u8, RetraceKind, u8)]) -> Vec<u8> {
    let commits: Vec<_> = landings.iter().map(|(number, landing)| (id(*number), id(*landing))).collect();
    numbers(withdrawn(&commits, &all(retraces), &BTreeSet::new()).keys())
}

/// A commit's number, its landing and its parents.
type Numbered<'n> = (u8, u8, &'n [u8]);

fn fact((number, landing, parents): &Numbered<'_>) -> CommitFact {
    CommitFact {
        id: id(*number),
        parents: parents.iter().map(|parent| id(*parent)).collect(),
        landing: Landing { commit: id(*landing), time: UnixTime::EPOCH },
        ..CommitFact::about_to_be(Message::default())
    }
}

/// What some commits of a change that stands on all others copy and take back.
fn followed(coming: &[Numbered<'_>], retraces: &[(u8, RetraceKind, u8)]) -> (Vec<u8>, Vec<u8>) {
    let coming: Vec<CommitFact> = coming.iter().map(fact).collect();
    let Following { copies, reverts, .. } = following(&coming, &all(retraces), &BTreeSet::new());
    (numbers(copies.keys()), numbers(reverts.keys()))
}

/// What comes back with each of some commits of a change.
fn revived(coming: &[Numbered<'_>], retraces: &[(u8, RetraceKind, u8)], fleeting: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let coming: Vec<CommitFact> = coming.iter().map(fact).collect();
    let fleeting = fleeting.iter().map(|number| id(*number)).collect();
    let Following { revivals, .. } = following(&coming, &all(retraces), &fleeting);
    revivals.iter().map(|(id, revival)| (id.as_bytes()[0], numbers(revival.works.iter()))).collect()
}

#[test]
fn what_comes_back_is_what_was_there_before_anybody_took_it_away() {
    let landed = [(2, Undoes, 1), (3, Undoes, 2), (3, Repeats, 1)];
    let (merge, side): (Numbered<'_>, Numbered<'_>) = ((9, 9, &[4, 8]), (8, 9, &[4]));
    for (retraces, fleeting, expected) in [
        (&[][..], &[][..], &[][..]),
        (&[(9, Undoes, 1)], &[], &[]),
        (&[landed[0], (9, Undoes, 2), (9, Repeats, 1)], &[], &[9]),
        (&[landed[0], (9, Undoes, 2)], &[9], &[]),
        // The second time: what takes away is 4.
        (&[landed[0], landed[1], landed[2], (4, Undoes, 3), (9, Undoes, 4)], &[], &[9]),
        // What has come back since: no more of it can.
        (&[landed[0], landed[1], (9, Undoes, 2)], &[], &[]),
        // Taken away and brought back in the change itself.
        (&[(8, Undoes, 1), (9, Undoes, 8)], &[], &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|number| (*number, vec![1])).collect();
        assert_eq!(revived(&[(8, 8, &[4]), (9, 9, &[8])], retraces, fleeting), expected, "{retraces:?}");
    }
    // What a merge brought in shares its lot, unless the change goes on from there.
    let retraces = [landed[0], (9, Undoes, 2)];
    assert_eq!(revived(&[side, merge], &retraces, &[]), [(8, vec![1]), (9, vec![1])]);
    assert_eq!(revived(&[side, merge, (10, 10, &[9, 8])], &retraces, &[]), [(9, vec![1])]);
}

/// 9 undoes 1 and 2 together.
#[test]
fn what_takes_several_back_takes_all_of_them_back() {
    let both: Vec<Retrace> = all(&[(9, Undoes, 2), (9, Undoes, 1)])
        .into_iter()
        .map(|retrace| Retrace { together: true, ..retrace })
        .collect();
    let reverts = |coming: &[Numbered<'_>], landed: &[(u8, RetraceKind, u8)]| {
        let coming: Vec<CommitFact> = coming.iter().map(fact).collect();
        let Following { reverts, revivals, .. } =
            following(&coming, &[all(landed), both.clone()].concat(), &BTreeSet::new());
        let reverts: Vec<_> = reverts.iter().map(|(id, taken)| (id.as_bytes()[0], numbers(taken.iter()))).collect();
        (reverts, numbers(revivals.keys()))
    };
    let alone: Numbered<'_> = (9, 9, &[4]);
    assert_eq!(reverts(&[alone], &[]), (vec![(9, vec![1, 2])], vec![]));
    // One of them is the change's own, or is gone.
    assert_eq!(reverts(&[(2, 2, &[4]), (9, 9, &[2])], &[]), (vec![], vec![]));
    assert_eq!(reverts(&[alone], &[(3, Undoes, 2)]), (vec![], vec![]));
    // Both take work away: it brings that in again.
    assert_eq!(reverts(&[alone], &[(1, Undoes, 5), (2, Undoes, 6)]), (vec![], vec![9]));
    let commits: Vec<_> = (1..=9).map(|number| (id(number), id(number))).collect();
    let again = [both.clone(), all(&[(10, Undoes, 9)])].concat();
    assert_eq!(numbers(withdrawn(&commits, &both, &BTreeSet::new()).keys()), [1, 2, 9]);
    assert_eq!(numbers(withdrawn(&commits, &again, &BTreeSet::new()).keys()), [9]);
}

#[test]
fn what_takes_back_brings_in_again_and_so_on() {
    let landed = [(2, Undoes, 1), (3, Undoes, 2), (3, Repeats, 1)];
    for (retraces, expected) in [
        (&[][..], &[][..]),
        (&[(9, Undoes, 1)], &[9]),
        // Of 1, 2 undoes it and 9 undoes that: the work is back.
        (&[landed[0], (9, Undoes, 2)], &[]),
        // And 3 had brought it back: whoever undoes that takes it away.
        (&[landed[0], landed[1], landed[2], (9, Undoes, 3)], &[9]),
        (&[landed[0], landed[1], (4, Undoes, 3), (9, Undoes, 4)], &[]),
    ] {
        assert_eq!(followed(&[(9, 9, &[3])], retraces), (vec![], expected.to_vec()), "{retraces:?}");
    }
}

/// 9 merges 5, whose parent is 1; 9 as a whole undoes, or repeats, what has landed.
#[test]
fn a_merge_from_whose_side_the_change_goes_on_says_nothing_of_it() {
    let (merge, side): (Numbered<'_>, Numbered<'_>) = ((9, 9, &[1, 5]), (5, 9, &[1]));
    for (coming, expected) in [
        (&[side, merge][..], &[5, 9][..]),
        // Something that goes on behind the merge.
        (&[side, merge, (10, 10, &[9])], &[5, 9]),
        // Once more, so that what the merge left out of it comes in behind it.
        (&[side, merge, (10, 10, &[9, 5])], &[9]),
        (&[side, merge, (6, 10, &[5]), (10, 10, &[9, 6])], &[9]),
    ] {
        assert_eq!(followed(coming, &[(9, Undoes, 1)]), (vec![], expected.to_vec()), "{coming:?}");
        assert_eq!(followed(coming, &[(9, Repeats, 1)]), (expected.to_vec(), vec![]), "{coming:?}");
    }
}

#[test]
fn what_is_brought_back_and_does_not_last_gives_no_credit_back() {
    let commits: Vec<_> = (1..=3).map(|number| (id(number), id(number))).collect();
    let retraces = all(&[(2, Undoes, 1), (3, Undoes, 2), (3, Repeats, 1)]);
    let lost = |fleeting: &[u8]| {
        let fleeting = fleeting.iter().map(|number| id(*number)).collect();
        numbers(withdrawn(&commits, &retraces, &fleeting).keys())
    };
    assert_eq!(lost(&[]), [2, 3]);
    assert_eq!(lost(&[3]), [1, 2, 3]);
}

#[test]
fn chains_on_the_mainline() {
    let line = [(1, 1), (2, 2), (3, 3), (4, 4)];
    let undone = (2, Undoes, 1);
    let again = [undone, (3, Undoes, 2), (3, Repeats, 1)];
    let gone = [undone, (3, Undoes, 2), (3, Repeats, 1), (4, Undoes, 3), (4, Undoes, 1), (4, Repeats, 2)];
    for (retraces, expected) in [
        (&[][..], &[][..]),
        (&[undone], &[1, 2]),
        // Back again: the first has its credit, the restoring earns none.
        (&again, &[2, 3]),
        (&gone, &[1, 2, 3, 4]),
        // What was undone already, the reader does not report again.
        (&[undone, (3, Undoes, 2)], &[2, 3]),
        (&[undone, (3, Undoes, 2), (4, Undoes, 3)], &[1, 2, 3, 4]),
        (&[(2, Repeats, 1), (3, Repeats, 2)], &[2, 3]),
        // Who undoes a repeat undoes what it repeats.
        (&[(2, Repeats, 1), (3, Undoes, 2), (3, Undoes, 1), (4, Repeats, 3)], &[1, 2, 3, 4]),
        // A repeat of what is gone is new work.
        (&[(2, Undoes, 1), (4, Repeats, 1)], &[1, 2]),
        // What cannot be is not helped.
        (&[(2, Undoes, 1), (1, Undoes, 2)], &[1, 2]),
        (&[(1, Undoes, 1)], &[]),
    ] {
        assert_eq!(lost(&line, retraces), expected, "{retraces:?}");
    }
}

#[test]
fn merges_stand_for_what_they_brought_in() {
    // 3 merges 1 and 2; 6 merges 5.
    let landings = [(1, 3), (2, 3), (3, 3), (4, 4), (5, 6), (6, 6)];
    for (retraces, expected) in [
        // One commit undoes the whole merge.
        (&[(4, Undoes, 3)][..], &[1, 2, 3, 4][..]),
        // A merge undoes one of the commits: it earns nothing, nor does what it brought.
        (&[(6, Undoes, 1), (5, Undoes, 1)], &[1, 5, 6]),
        // The other merge restores what the commit undid.
        (&[(4, Undoes, 3), (6, Undoes, 4), (5, Undoes, 4), (6, Repeats, 3)], &[4, 5, 6]),
        // A merge of one commit has that commit's change: one change, credited once.
        (&[(6, Repeats, 5)], &[]),
        (&[(5, Repeats, 6)], &[]),
        // Undone within one landing.
        (&[(2, Undoes, 1)], &[1, 2]),
    ] {
        assert_eq!(lost(&landings, retraces), expected, "{retraces:?}");
    }
}
