//! Label rules held against each other: which edits loosen, which tighten, and which are neither.

use debtlint::policy::Difference;
use debtlint::policy::Direction;
use debtlint::policy::Direction::Looser;
use debtlint::policy::Direction::Neutral;
use debtlint::policy::Direction::Tighter;
use debtlint::policy::Known;
use debtlint::policy::compare;

use crate::policies::load;
use crate::policies::render;

/// Rules in short: `a: kind` is a rule called a for the types behind it, or for its own name.
fn differences(base: &str, head: &str, more: &str) -> Vec<Difference> {
    let policy = |rules: &str| {
        let rule = |rule: &str| {
            let (id, says) = rule.split_once(": ").unwrap();
            let (outcome, types) = says.split_once(" of ").unwrap_or((says, id));
            let key = if outcome.ends_with('%') { "share" } else { "kind" };
            format!("  - {{ id: {id}, type: [{types}], {key}: {outcome} }}\n")
        };
        let rules: String = rules.split("; ").map(rule).collect();
        let text = format!("version: 1\nextends: []\nlabels:\n{rules}{more}");
        load("p.yml", text.as_bytes()).unwrap_or_else(|error| panic!("{}\n{text}", render(&error))).policy
    };
    compare(&policy(base), &policy(head), &Known::default())
}

#[track_caller]
fn assert_told(base: &str, head: &str, more: &str, expected: Option<(Direction, &str)>) {
    let found = differences(base, head, more);
    let told: Vec<(Direction, &str)> = found.iter().map(|one| (one.direction, one.what.as_str())).collect();
    assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{base} becomes {head}");
}

/// A claim (`feature`, `run`) contradicts paydown, and its loss may let paydown count.
#[test]
fn kinds() {
    for (base, head, direction) in [
        ("a: feature", "a: feature", None),
        ("a: feature", "a: run", Some(Neutral)),
        ("a: feature", "a: other", Some(Looser)),
        ("a: other", "a: feature", Some(Tighter)),
        ("a: feature", "a: paydown", Some(Looser)),
        ("a: other", "a: paydown", Some(Looser)),
        ("a: paydown", "a: feature", Some(Tighter)),
        ("a: paydown", "a: other", Some(Tighter)),
        ("a: feature of x, y", "a: feature of Y, X", None),
        ("a: feature of x", "a: feature of x, y", Some(Tighter)),
        ("a: feature of x, y", "a: feature of x", Some(Looser)),
        ("a: feature of x", "a: feature of y", Some(Looser)),
        ("a: other of x", "a: run of x, y", Some(Tighter)),
        ("a: run of x", "a: other of x, y", Some(Looser)),
        ("a: other of x, y", "a: run of x", Some(Looser)),
        ("a: paydown of x, y", "a: paydown of x", Some(Tighter)),
        ("a: paydown of x", "a: paydown of x, y", Some(Looser)),
        ("a: paydown of x", "a: paydown of y", Some(Looser)),
    ] {
        assert_told(base, head, "", direction.map(|direction| (direction, "the label rule `a`")));
    }
}

/// Two shares of one rank that differ in one commit give none: less of one may be more of both.
#[test]
fn shares() {
    let another = "  - { id: b, type: [z], share: 10% }\n";
    let of_a_pack = "packs: [{ name: more, labels: [{ id: b, type: [z], share: 10% }] }]\n";
    let of_a_kind = "  - { id: b, type: [z], kind: paydown }\n";
    for (base, head, more, direction) in [
        ("a: 30%", "a: 30%", "", None),
        ("a: 30%", "a: 20%", "", Some(Tighter)),
        ("a: 30%", "a: 40%", "", Some(Looser)),
        ("a: 30% of x", "a: 30% of x, y", "", Some(Looser)),
        ("a: 30% of x", "a: 20% of x, y", "", Some(Looser)),
        ("a: 30%", "a: 20%", another, Some(Looser)),
        ("a: 30%", "a: 20%", of_a_pack, Some(Tighter)),
        ("a: 30%", "a: 20%", of_a_kind, Some(Tighter)),
        ("a: 30%", "a: paydown", "", Some(Looser)),
    ] {
        assert_told(base, head, more, direction.map(|direction| (direction, "the label rule `a`")));
    }
}

/// The first rule that matches wins.
#[test]
fn the_order() {
    let [a_b, a_c, b_c] =
        ["`a` and `b`", "`a` and `c`", "`b` and `c`"].map(|both| format!("the order of the label rules {both}"));
    let [a_b, a_c, b_c] = [&a_b, &a_c, &b_c].map(String::as_str);
    for (base, head, expected) in [
        ("a: feature; b: paydown", "b: paydown; a: feature", Some((Looser, a_b))),
        ("a: paydown; b: feature", "b: feature; a: paydown", Some((Tighter, a_b))),
        ("a: feature; b: run", "b: run; a: feature", None),
        ("a: paydown; b: paydown", "b: paydown; a: paydown", None),
        ("a: paydown; b: 30%", "b: 30%; a: paydown", Some((Looser, a_b))),
        ("a: feature; b: run; c: paydown", "b: run; a: feature; c: paydown", None),
        ("a: feature; b: run; c: paydown", "a: feature; c: paydown; b: run", Some((Looser, b_c))),
        ("a: feature; b: run; c: paydown", "c: paydown; a: feature; b: run", Some((Looser, a_c))),
        // What loosens is told before what tightens.
        ("a: paydown; b: feature; c: 30%", "b: feature; c: 30%; a: paydown", Some((Looser, a_c))),
    ] {
        assert_told(base, head, "", expected);
    }
}
