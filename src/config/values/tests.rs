//! What is just in, and what is just out.

use super::*;
use crate::config::values::marker::Days;
use crate::config::values::marker::MarkerTag;
use crate::config::values::pattern::AuthorPattern;
use crate::config::values::pattern::Glob;
use crate::config::values::pattern::OwnedPath;
use crate::policy::TextPattern;

/// Each of some texts is taken, each of the others is refused.
fn takes<W: Word>(these: &[&str], not_those: &[&str]) {
    for (texts, taken) in [(these, true), (not_those, false)] {
        for text in texts {
            assert_eq!(W::parse(text).is_ok(), taken, "{}: {text:?} of {} bytes", W::WHAT, text.len());
        }
    }
}

/// What each of some texts is read as.
fn reads<W: Word, T: PartialEq + std::fmt::Debug>(number: impl Fn(W) -> T, those: &[(&str, T)]) {
    for (text, expected) in those {
        assert_eq!(W::parse(text).ok().map(&number).as_ref(), Some(expected), "{}: {text:?}", W::WHAT);
    }
}

#[test]
fn numbers() {
    takes::<People>(
        &["0", "2", "000002", "100000"],
        &["", "100001", "0000002", "-1", "+1", "1x", "x1", " 1", "1.0", "٣"],
    );
    takes::<Hundredths>(
        &["0", "1.5", "0.25", "100000", "100000.00"],
        &["", "100000.01", "1000000", "1.", ".5", "1.255", "1e3", "-1", "+1", "1x", "x1", "1.x5"],
    );
    reads::<Hundredths, _>(|number| number.0, &[("2", 200), ("1.5", 150), ("0.05", 5), ("100000", 10_000_000)]);
    takes::<Days>(&["0", "30", "100000000"], &["", "100000001", "+30", "-1", "3x", "x3", "4294967296"]);
    reads::<Days, _>(|days| days.0, &[("030", 30)]);
    takes::<Window>(
        &["1d", "13w", "000001d", "1826d"],
        &["", "d", "w", "0d", "0000001d", "+1d", "-1d", "1x2d", "x1d", "13", "13W", "1.5w", "999999w", "1827d"],
    );
    reads::<Window, _>(|window| window.0, &[("13w", 91), ("90d", 90)]);
    takes::<Percent>(&["1%", "100%", "50 %"], &["0%", "101%", "1.5%", "50", "%"]);
    takes::<Day>(
        &["2026-01-31", "2024-02-29"],
        &[
            "",
            "2026-1-31",
            "2026-02-29",
            "2026-13-01",
            "20260131",
            "2026/01/31",
            "2026-01-3x",
            "2026-01-31T",
            "x026-01-31",
        ],
    );
}

/// What a conventional title can say, and what it cannot: a rule for that would fit nothing, for ever.
#[test]
fn words_of_commits() {
    takes::<CommitType>(&["fix", "FIX", "a,b", "tech-debt"], &["", "fix:", "fix!", "fix(api)", "fix me", " fix"]);
    takes::<CommitScope>(&["api", "tech debt", "npm:x", "a!"], &["", "api, ui", "(api)", " api"]);
    reads::<CommitType, _>(|word| word.0, &[("FIX", "fix".to_owned())]);
}

#[test]
fn percentages_without_a_sign_are_helped() {
    for (text, help) in [
        ("0.2", "write `20%`? Allowed: 0% to 100%, with at most two decimals"),
        ("0", "write `0%`? Allowed: 0% to 100%, with at most two decimals"),
        ("1", "write `1%`? Allowed: 0% to 100%, with at most two decimals"),
        ("100", "write `100%`? Allowed: 0% to 100%, with at most two decimals"),
        ("101", "allowed: 0% to 100%, with at most two decimals"),
        ("inf", "allowed: 0% to 100%, with at most two decimals"),
    ] {
        let problem = BasisPoints::parse(text).unwrap_err();
        let told = miette::Diagnostic::help(&problem).map(|help| help.to_string());
        assert_eq!(told.as_deref(), Some(help), "{text}");
    }
}

#[test]
fn lengths() {
    let long = |length: usize, end: &str| format!("{}{end}", "a".repeat(length.checked_sub(end.len()).unwrap()));
    takes::<AddressPattern>(
        &["a@b", &long(254, "@x.io")],
        &["a", "a@", "@b", "a@b@c", "a b@c", "<a@b>", &long(255, "@x.io")],
    );
    let owner = |length: usize| format!("@{}", "a".repeat(length - 1));
    takes::<CodeOwner>(&["@a", "a@b", &owner(254)], &["", "@", "a", "@a b", &owner(255)]);
    takes::<MarkerTag>(&["T", &long(64, ""), "!T"], &["", &long(65, ""), "A B", "A:", "!"]);
    takes::<TextPattern>(&["a", &long(512, "")], &["", &long(513, ""), "("]);
    takes::<AuthorPattern>(&["a", &long(512, "")], &["", "*", "?@*", &long(513, "")]);
    takes::<Glob>(&["a", &long(512, "")], &["", &long(513, ""), "/a", "./a", "a/", "!a", "a/../b", "["]);
    takes::<OwnedPath>(&["a", "/a/", &long(512, "")], &["", &long(513, ""), " a", "#a", "./a", "/", "!/", "a/../b"]);
}
