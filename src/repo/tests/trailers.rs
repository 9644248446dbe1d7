//! Subjects and trailers, as `git log --format='%s'` and `--format='%(trailers:only,unfold)'` give them.

use crate::facts::Message;
use crate::repo::message::parse;

/// A message, its subject, and its trailers.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What git 2.47 says of each; recorded, not thought out.
const AS_GIT: &[Case] = &[
    ("s\n\nbody\n\nDebt: yes\n", "s", &[("Debt", "yes")]),
    ("s\n\nbody\n\nDebt: yes\nTeam: a\n", "s", &[("Debt", "yes"), ("Team", "a")]),
    ("Debt: yes\n", "Debt: yes", &[]),
    ("Debt: yes\nTeam: a\n", "Debt: yes Team: a", &[]),
    ("s\nDebt: yes\n", "s Debt: yes", &[]),
    ("s\n\nDebt: yes\n\nbody\n", "s", &[]),
    ("s\n\nDebt: yes\nsome words here\n", "s", &[]),
    ("s\n\nSigned-off-by: A <a@b>\none\ntwo\nthree\n", "s", &[("Signed-off-by", "A <a@b>")]),
    ("s\n\nSigned-off-by: A <a@b>\none\ntwo\nthree\nfour\n", "s", &[]),
    ("s\n\nDebt: yes\n(cherry picked from commit 0123456789012345678901234567890123456789)\n", "s", &[("Debt", "yes")]),
    (
        "s\n\nwords\nDebt: yes\n(cherry picked from commit 0123456789012345678901234567890123456789)\n",
        "s",
        &[("Debt", "yes")],
    ),
    ("s\n\nDebt: yes\n  and more\n\tand more\nTeam: a\n", "s", &[("Debt", "yes and more and more"), ("Team", "a")]),
    ("s\n\n  indented\nDebt: yes\n", "s", &[]),
    ("s\r\n\r\nbody\r\n\r\nDebt: yes\r\nTeam: a\r\n", "s", &[("Debt", "yes"), ("Team", "a")]),
    ("s\n\nDebt:\nTeam: a\n", "s", &[("Debt", ""), ("Team", "a")]),
    ("s\n\nDebt : yes\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt is: yes\n", "s", &[]),
    ("s\n\nDebt_x: yes\n", "s", &[]),
    ("s\n\nDebt= yes\n", "s", &[]),
    ("s\n\nhttps://example.com/x\n", "s", &[("https", "//example.com/x")]),
    ("s\n\nbody\n---\nDebt: no\n\nDebt: yes\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: no\n\n---\n\nDebt: yes\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: no\n# ------------------------ >8 ------------------------\n\nDebt: yes\n", "s", &[("Debt", "no")]),
    (
        "# ------------------------ >8 ------------------------\n\nDebt: yes\n",
        "# ------------------------ >8 ------------------------",
        &[],
    ),
    (
        "s\n# ------------------------ >8 ------------------------\n\nDebt: yes\n",
        "s # ------------------------ >8 ------------------------",
        &[],
    ),
    ("s\n\nDebt: yes\n # ------------------------ >8 ------------------------\n\nTeam: a\n", "s", &[("Team", "a")]),
    ("s\n\nDebt: yes\n# ------------------------ >8 ------------------------", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: yes\n# note\n\n#123\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: yes\n# note\nTeam: a\n", "s", &[("Debt", "yes"), ("Team", "a")]),
    (
        "s\n\nSigned-off-by: A <a@b>\nDebt: yes\n# note\n  and more\n",
        "s",
        &[("Signed-off-by", "A <a@b>"), ("Debt", "yes")],
    ),
    ("s\n\nDebt: yes\n\nConflicts:\n\ta\n\tb\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: yes\n\n\n  \n", "s", &[("Debt", "yes")]),
    ("\n\n  \ns\n\nDebt: yes\n", "s", &[("Debt", "yes")]),
    ("s\n\nDebt: yes", "s", &[("Debt", "yes")]),
    ("s\n\nDebt:\u{a0}yes\n", "s", &[("Debt", "\u{a0}yes")]),
    ("s\n\n\u{a0}Debt: yes\n", "s", &[]),
    ("s (#1)\n\n* one\n\nDebt: yes\n\n* two\n\nCo-authored-by: B <b@c>\n", "s (#1)", &[("Co-authored-by", "B <b@c>")]),
    ("s\n\n> Debt: yes\n", "s", &[]),
    ("s\n\ndebt: yes\n", "s", &[("debt", "yes")]),
    ("s\n\n: yes\nDebt: yes\n", "s", &[]),
    ("s\n\nDebt: yes\n   \nTeam: a\n", "s", &[("Team", "a")]),
    ("# c\ns\n\nDebt: yes\n", "# c s", &[("Debt", "yes")]),
    ("#x\n\nDebt: yes\n", "#x", &[("Debt", "yes")]),
    ("s\n\nSigned-off-by:A <a@b>\none\ntwo\n", "s", &[]),
];

/// Where we differ from git: squash merges whose co-authors stand in a paragraph of their own.
const SQUASHED: &[Case] = &[
    (
        "s\n\nDebt: yes\nRefs: 1\n\nCo-authored-by: B <b>\n",
        "s",
        &[("Debt", "yes"), ("Refs", "1"), ("Co-authored-by", "B <b>")],
    ),
    (
        "s\n\nDebt: yes\n and no\n\n---------\n\nCo-authored-by: B <b>\n",
        "s",
        &[("Debt", "yes and no"), ("Co-authored-by", "B <b>")],
    ),
    (
        "s\r\n\r\nDebt: yes\r\n\r\n---\r\n\r\nCo-authored-by: B <b>\r\n",
        "s",
        &[("Debt", "yes"), ("Co-authored-by", "B <b>")],
    ),
    // Not all its lines are trailers.
    (
        "s\n\nDebt: no\n(cherry picked from commit 0123)\n\nCo-authored-by: B <b>\n",
        "s",
        &[("Debt", "no"), ("Co-authored-by", "B <b>")],
    ),
    ("s\n\nwords\nDebt: yes\n\nCo-authored-by: B <b>\n", "s", &[("Co-authored-by", "B <b>")]),
    ("s\n\n folded\nDebt: yes\n\nCo-authored-by: B <b>\n", "s", &[("Co-authored-by", "B <b>")]),
    // Bullets quote other messages, wherever they stand.
    ("s\n\n* one\n\nDebt: yes\n\nCo-authored-by: B <b>\n", "s", &[("Co-authored-by", "B <b>")]),
    ("s\n\n- one\n\nDebt: yes\n\nCo-authored-by: B <b>\n", "s", &[("Co-authored-by", "B <b>")]),
    // The last paragraph has other trailers.
    ("s\n\nDebt: yes\n\nCo-authored-by: B <b>\nRefs: 1\n", "s", &[("Co-authored-by", "B <b>"), ("Refs", "1")]),
    // Only the one paragraph before.
    ("s\n\nDebt: yes\n\nbody\n\nCo-authored-by: B <b>\n", "s", &[("Co-authored-by", "B <b>")]),
    ("s\n\nDebt: yes\n\nRefs: 1\n\nCo-authored-by: B <b>\n", "s", &[("Refs", "1"), ("Co-authored-by", "B <b>")]),
    // The subject never counts.
    ("Debt: yes\n\nCo-authored-by: B <b>\n", "Debt: yes", &[("Co-authored-by", "B <b>")]),
];

fn pairs(message: &Message) -> Vec<(&str, &str)> {
    message.trailers.iter().map(|trailer| (trailer.key.expose(), trailer.value.expose())).collect()
}

#[test]
fn as_git_reads_them() {
    for (text, subject, trailers) in AS_GIT {
        let message = parse(text);
        assert_eq!(message.subject.expose(), *subject, "{text:?}");
        assert_eq!(pairs(&message), *trailers, "{text:?}");
    }
}

#[test]
fn squash_merges() {
    for (text, subject, trailers) in SQUASHED {
        let message = parse(text);
        assert_eq!(message.subject.expose(), *subject, "{text:?}");
        assert_eq!(pairs(&message), *trailers, "{text:?}");
    }
}

#[test]
fn the_body_is_what_follows_the_subject() {
    for (text, body) in [("s\n", ""), ("s\n\n\nb\n\nc\n", "b\n\nc\n"), ("\n\ns\nt\n \n  b\n", "  b\n"), ("", "")] {
        assert_eq!(parse(text).body.expose(), body, "{text:?}");
    }
}
