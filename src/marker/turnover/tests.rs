//! What becomes of markers, by files before and after.

use super::*;
use crate::marker::Prose;
use crate::marker::Scanner;
use crate::marker::Search;

/// What a change of these files comes to; `-` is no file.
fn turned(files: &[(&str, &str, &str)]) -> Vec<String> {
    told(&turnover(files))
}

fn turnover(files: &[(&str, &str, &str)]) -> Turnover {
    let scanner = Scanner::new(crate::config::languages().unwrap(), Search::default()).unwrap();
    let mut turning = Turning::default();
    for (path, old, new) in files {
        let path = RepoPath::new(path.as_bytes());
        let markers = |text: &str| scanner.scan(&path, text.as_bytes(), Prose::Comments).unwrap().markers;
        let fate = match (*old, *new) {
            ("-", _) => Fate::Created,
            (_, "-") => Fate::Deleted,
            _ => Fate::Edited,
        };
        turning.path(&path, fate, markers(old), markers(new));
    }
    turning.done()
}

fn told(done: &Turnover) -> Vec<String> {
    let name = |path: &RepoPath, marker: &Marker| format!("{} {}", path.to_text().expose(), marker.text.expose());
    let mut all: Vec<String> = done.added.iter().map(|(path, one)| format!("+ {}", name(path, one))).collect();
    all.extend(done.removed.iter().map(|gone| {
        format!("- {}{}", name(&gone.path, &gone.marker), if gone.with_file { " with its file" } else { "" })
    }));
    all.extend(
        done.edited.iter().map(|one| format!("~ {} {}", one.before.text.expose(), name(&one.path, &one.marker))),
    );
    all.extend(
        done.moved.iter().map(|one| format!("> {} {}", one.from.to_text().expose(), name(&one.path, &one.marker))),
    );
    all.extend(done.copied.iter().map(|(path, one)| format!("= {}", name(path, one))));
    all
}

#[test]
fn what_becomes_of_markers() {
    let (one, two) = ("// TODO: one\n", "// TODO: one\n\nx();\n\n// TODO: two\n");
    for (files, expected) in [
        (&[("a.rs", "x();\n", one)][..], &["+ a.rs one"][..]),
        (&[("a.rs", one, "x();\n")], &["- a.rs one"]),
        (&[("a.rs", one, "-")], &["- a.rs one with its file"]),
        // Another line, another indentation, another style of comment.
        (&[("a.rs", one, "x();\n    /* TODO: one */\n")], &[]),
        // Other brackets, another tag.
        (&[("a.rs", one, "// FIXME(@ada, TD-1): one\n")], &["~ one a.rs one"]),
        (&[("a.rs", one, "// TODO: won\n")], &["+ a.rs won", "- a.rs one"]),
        // Renamed, moved, copied.
        (&[("a.rs", two, "-"), ("b.rs", "-", two)], &["> a.rs b.rs one", "> a.rs b.rs two"]),
        (&[("a.rs", two, one), ("b.rs", "x();\n", "// TODO: two\n")], &["> a.rs b.rs two"]),
        (&[("a.rs", one, two), ("b.rs", "-", one)], &["+ a.rs two", "= b.rs one"]),
        (&[("a.rs", one, "// TODO: one\n\nx();\n// TODO: one\n")], &["= a.rs one"]),
        // Nothing by which a bare tag could be known again.
        (&[("a.rs", "// TODO\n", "// FIXME\n")], &["+ a.rs ", "- a.rs "]),
        (&[("a.rs", "// TODO\n", "// TODO\nx();\n// TODO\n")], &["+ a.rs "]),
        // Of twins one.
        (&[("a.rs", "// TODO: one\n\nx();\n// TODO: one\n", one)], &["- a.rs one"]),
        // Moved once, copied the other time.
        (&[("a.rs", one, "-"), ("b.rs", "-", one), ("c.rs", "-", one)], &["+ c.rs one", "> a.rs b.rs one"]),
    ] {
        assert_eq!(turned(files), expected, "{files:?}");
    }
}
#[test]
fn what_was_rewritten() {
    let rewritten = |files: &[(&str, &str, &str)]| told(&turnover(files).with_rewritten());
    for (old, new, expected) in [
        (
            "// TODO: pay the old engine down\n",
            "// TODO: pay the old tax engine down\n",
            "~ pay the old engine down a.rs pay the old tax engine down",
        ),
        ("// TODO(TD-1): this\n", "// TODO(TD-1): that other thing\n", "~ this a.rs that other thing"),
        // Half of the longer one's words, and two: no less will do.
        ("// TODO: pay it\n", "// TODO: pay it down soon\n", "~ pay it a.rs pay it down soon"),
        ("// TODO: pay it down soon\n", "// TODO: pay it\n", "~ pay it down soon a.rs pay it"),
        // The one with the most in common; with a ticket in common before all others.
        (
            "// TODO: pay the engine\n\nx();\n// TODO: pay the old engine\n",
            "// TODO: pay the old tax engine\n\nx();\n// TODO: pay the engine\n",
            "~ pay the old engine a.rs pay the old tax engine",
        ),
        (
            "// TODO(TD-1): this\n\nx();\n// TODO: pay the old engine down\n",
            "// TODO(TD-1): pay the old engine now\n\nx();\n// TODO: pay the old engine down\n",
            "~ this a.rs pay the old engine now",
        ),
    ] {
        assert_eq!(rewritten(&[("a.rs", old, new)]), [expected]);
    }
    for (old, new) in [
        ("pay it", "pay it down very soon"),
        ("pay it down very soon", "pay it"),
        ("pay", "pay it"),
        // Each word counts as often as it stands there.
        ("pay pay pay pay", "pay it or not"),
        ("pay it or not", "pay pay pay pay"),
        ("pay it down", "pay it a b c d e"),
    ] {
        let (old, new) = (format!("// TODO: {old}\n"), format!("// TODO: {new}\n"));
        assert_eq!(rewritten(&[("a.rs", &old, &new)]).len(), 2, "{old}{new}");
    }
    // Of two the one with the ticket, however many words the other has in common.
    let two = "// TODO: pay the old engine down\n\nx();\n\n// TODO(TD-1): this\n";
    assert_eq!(
        rewritten(&[("a.rs", two, "// TODO(TD-1): pay the old engine down now\n")]),
        ["- a.rs pay the old engine down", "~ this a.rs pay the old engine down now"]
    );
    let (old, new) = ("// TODO: pay it down\n", "// FIXME: crash on an empty list\n");
    assert_eq!(rewritten(&[("a.rs", old, new)]), ["+ a.rs crash on an empty list", "- a.rs pay it down"]);
    // With its file elsewhere only the same words are known again.
    let new = "// FIXME(@ada): pay it down\n";
    assert_eq!(rewritten(&[("a.rs", old, "-"), ("b.rs", "-", new)]), ["~ pay it down b.rs pay it down"]);
}

#[test]
fn what_is_of_a_change_with_two_beginnings() {
    let (theirs, both) = ("y();\n// TODO: theirs\n", "// TODO: mine\n\ny();\n// TODO: theirs\n");
    let one = turnover(&[("a.rs", "x();\n", both)]);
    let other = turnover(&[("a.rs", theirs, both)]);
    let all = [&one, &other];
    assert_eq!(Turnover::contested(&all), [RepoPath::new(&b"a.rs"[..])].into());
    // The second brought it in, or the first took it away.
    assert_eq!(told(&Turnover::own(&all, &|_, _, _| false)), ["+ a.rs mine"]);
    let taken = |(had, took): (usize, usize), _: &RepoPath, _| (had, took) == (1, 0);
    assert_eq!(told(&Turnover::own(&all, &taken)), ["+ a.rs mine", "+ a.rs theirs"]);
    // Where it stood in another file there.
    let other = turnover(&[("b.rs", theirs, "y();\n"), ("a.rs", "x();\n", both)]);
    let all = [&one, &other];
    assert_eq!(Turnover::contested(&all).len(), 2);
    let taken = |_, path: &RepoPath, _| path.as_bytes() == b"b.rs";
    assert_eq!(told(&Turnover::own(&all, &taken)), ["+ a.rs mine", "+ a.rs theirs"]);
    assert_eq!(told(&Turnover::own(&all, &|_, path, _| path.as_bytes() == b"a.rs")), ["+ a.rs mine"]);
}
#[test]
fn what_moved_or_went_is_of_the_change_where_it_did_so_against_each_beginning() {
    let (one, two) = ("// TODO: one\n", "// TODO: one\n\nx();\n\n// TODO: two\n");
    let (moved, at) = ([("a.rs", two, one), ("b.rs", "x();\n", "// TODO: two\n")], "> a.rs b.rs two");
    let gone = [("a.rs", two, one)];
    for (first, second, expected) in [
        (&moved[..], &moved[..], vec![at]),
        (&moved, &gone, vec![]),
        (&gone, &moved, vec![]),
        (&gone, &gone, vec!["- a.rs two"]),
        (&gone, &[("b.rs", two, one)], vec![]),
        (&gone, &[("a.rs", two, "// TODO: two\n")], vec![]),
    ] {
        let (first, second) = (turnover(first), turnover(second));
        assert_eq!(told(&Turnover::own(&[&first, &second], &|_, _, _| false)), expected);
    }
    for (is_new, expected) in [(true, "+ b.rs two"), (false, at)] {
        let mut turned = turnover(&moved);
        turned.renew(|former| is_new && former.path.as_bytes() == b"b.rs");
        assert_eq!(told(&turned), [expected]);
    }
}

#[test]
fn what_there_is_more_and_less_of_at_a_path() {
    let paths = |all: BTreeSet<(&RepoPath, [u8; 20])>| -> String {
        all.into_iter().map(|(path, _)| path.to_text().expose().to_owned()).collect::<Vec<_>>().join(" ")
    };
    let (none, one) = ("x();\n", "// TODO: one\n");
    for (files, gone, come) in [
        (&[("a.rs", none, one)][..], "", "a.rs"),
        (&[("a.rs", one, none)], "a.rs", ""),
        (&[("a.rs", one, "// FIXME: one\n")], "a.rs", "a.rs"),
        (&[("a.rs", one, none), ("b.rs", none, one)], "a.rs", "b.rs"),
        (&[("a.rs", one, "x();\n// TODO: one\n"), ("b.rs", none, one)], "", "b.rs"),
    ] {
        let turned = turnover(files);
        assert_eq!((paths(turned.gone()), paths(turned.come())), (gone.to_owned(), come.to_owned()), "{files:?}");
    }
}

/// This would take minutes if each marker were held against each of another beginning.
#[test]
fn many_that_moved_or_went_against_two_beginnings() {
    let many = |of: &str| (0..20_000).map(|one| format!("// TODO: {of} {one}\nx();\n")).collect::<String>();
    let (moved, gone) = (many("moved"), many("gone"));
    let one = turnover(&[("a.rs", &moved, "x();\n"), ("b.rs", "-", &moved), ("c.rs", &gone, "-")]);
    let own = Turnover::own(&[&one, &one], &|_, _, _| false);
    assert_eq!((own.moved.len(), own.removed.len()), (20_000, 20_000));
}
