//! What a changed safeguard does to what a policy protects.

use debtlint::policy::Direction;
use debtlint::policy::Known;
use debtlint::policy::Policy;
use debtlint::policy::compare;

use crate::policies::load;

fn policy(more: &str) -> Policy {
    let text =
        format!("version: 1\nsponsor: cto@example.com\nteams: {{ a: {{ members: [ann@example.com] }} }}\n{more}\n");
    load("p.yml", text.as_bytes()).unwrap().policy
}

fn differences(base: &str, head: &str) -> Vec<(String, Direction)> {
    let found = compare(&policy(base), &policy(head), &Known::default());
    found.into_iter().map(|difference| (difference.key, difference.direction)).collect()
}

#[test]
fn what_is_enforced_later_is_looser() {
    let order = ["enforce: true", "enforce: { from: 2026-06-01 }", "enforce: { from: 2026-07-01 }", "enforce: false"];
    for (place, base) in order.into_iter().enumerate() {
        for (other, head) in order.into_iter().enumerate() {
            let direction = if other > place { Direction::Looser } else { Direction::Tighter };
            let expected = (place != other).then(|| ("enforce".to_owned(), direction));
            assert_eq!(differences(base, head), Vec::from_iter(expected), "{base} {head}");
        }
    }
    assert_eq!(differences("", "enforce: true"), []);
}

#[test]
fn a_waiver_loosens_and_its_end_tightens() {
    let waiver = |until: &str| {
        format!("waivers: [{{ team: a, until: {until}, reason: a release, approved-by: cto@example.com }}]")
    };
    let (june, july) = (waiver("2026-06-30"), waiver("2026-07-31"));
    let one = |until: &str, direction| (format!("waivers.a.{until}"), direction);
    assert_eq!(differences("", &june), [one("2026-06-30", Direction::Looser)]);
    assert_eq!(differences(&june, ""), [one("2026-06-30", Direction::Tighter)]);
    assert_eq!(differences(&june, &june), []);
    // A nearer end may be one that holds at last.
    let moved = [one("2026-07-31", Direction::Tighter), one("2026-06-30", Direction::Looser)];
    assert_eq!(differences(&july, &june), moved);
}

#[test]
fn the_proof_is_part_of_it() {
    let (review, handle) = ("sponsor-proof: review", "sponsor-handle: \"@ann\"");
    assert_eq!(differences("", review), [("sponsor-proof".to_owned(), Direction::Looser)]);
    assert_eq!(differences(review, ""), [("sponsor-proof".to_owned(), Direction::Tighter)]);
    assert_eq!(differences("", handle), [("sponsor-handle".to_owned(), Direction::Looser)]);
}
