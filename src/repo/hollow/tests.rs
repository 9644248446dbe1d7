//! What is work and what is not, as files before and after.

use super::*;
use crate::repo::Cached;
use crate::repo::Kept;
use crate::repo::gains::Gains;
use crate::repo::memory::Memory;
use crate::repo::memory::fact;
use crate::repo::memory::number;

type Files<'f> = &'f [(&'f str, &'f str)];

/// What a commit lacks. In `.c` files `//` begins a comment; files with `ignored` in their names are ignored.
fn lacks(before: Files<'_>, after: Files<'_>) -> Option<Hollow> {
    of_merge(&[before], after)
}

/// What a commit of some parents lacks.
fn of_merge(before: &[Files<'_>], after: Files<'_>) -> Option<Hollow> {
    let mut memory = Memory::default();
    let parents: Vec<u8> = (1..).take(before.len()).collect();
    let trees = parents.iter().zip(before).map(|(parent, files)| (number(*parent), memory.files(files))).collect();
    let new = memory.files(after);
    let objects = Cached::new(memory);
    let reader = Reader { objects: &objects, trees: &trees, kept: &Kept::default(), gains: &Gains::default() };
    let commit = fact(9, new, &parents, 9);
    let ignored = |path: &RepoPath| Ok(path.to_text().expose().contains("ignored"));
    let changes = reader.changes(&commit, &ignored).unwrap().changes;
    let without_comments = |path: &RepoPath, text: &[u8]| {
        let uncommented = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
        let text = String::from_utf8(text.to_vec()).unwrap();
        path.as_bytes().ends_with(b".c").then(|| text.lines().map(uncommented).collect::<String>().into_bytes())
    };
    let claims = Claims {
        claimed: &BTreeSet::from([commit.id]),
        changes: &HashMap::from([(commit.id, changes)]),
        whole: None,
        coming: &BTreeSet::new(),
        ignored: &ignored,
        without_comments: &without_comments,
        rules: b"",
    };
    Look { reader: &reader, claims: &claims }.at(&commit).unwrap()
}

const NOTHING: Option<Hollow> = Some(Hollow::WithoutChange);
const TOGETHER: Option<Hollow> = Some(Hollow::PutTogether);

#[test]
fn small_changes() {
    let table: [(Files<'_>, Files<'_>, Option<Hollow>); 23] = [
        (&[("a", "1\n")], &[("a", "1\n")], NOTHING),
        (&[("a", "1\n")], &[("a", "2\n")], None),
        (&[("a", "f(1)\n")], &[("a", "  f( 1 )\n\n")], NOTHING),
        (&[("a", "f(1)\r\n")], &[("a", "f(1)\n")], NOTHING),
        // Comments go where the language is known.
        (&[("a.c", "x // one\n")], &[("a.c", "x // two\n// three\n")], NOTHING),
        (&[("a.c", "x // TODO: y\n")], &[("a.c", "x\n")], NOTHING),
        (&[("a.c", "x // one\n")], &[("a.c", "y // one\n")], None),
        (&[("a", "x // one\n")], &[("a", "x // two\n")], None),
        (&[], &[("new.c", "// nothing but words\n")], NOTHING),
        (&[("old.c", "//\n")], &[], NOTHING),
        // One file of work is enough.
        (&[("a", "1\n"), ("b", "1\n")], &[("a", " 1\n"), ("b", "2\n")], None),
        // Names and modes.
        (&[("a", "1\n")], &[("b", "1\n")], NOTHING),
        (&[("a.c", "1 // x\n")], &[("d/b.c", " 1\n")], NOTHING),
        (&[("a", "1\n")], &[("b", "2\n")], None),
        (&[("a", "1\n"), ("b", "1\n")], &[("c", "1\n")], None),
        (&[("a", "1\n")], &[("a", "1\n"), ("c", "1\n")], None),
        (&[("a", "1\n")], &[("x:a", "1\n")], NOTHING),
        (&[], &[("a", "")], NOTHING),
        (&[], &[("a", " \n\n")], NOTHING),
        // What has no text.
        (&[("a", "1\0")], &[("a", "1 \0")], None),
        (&[("a", "1\0")], &[("b", "1\0")], NOTHING),
        (&[("s:m", "1")], &[("s:m", "2")], None),
        (&[("ignored", "1\n"), ("a", "1\n")], &[("ignored", "2\n"), ("a", "1 \n")], NOTHING),
    ];
    for (before, after, lacking) in table {
        assert_eq!(lacks(before, after), lacking, "{before:?} to {after:?}");
    }
}

/// So many files with the first text, then with the second; and one more file with the third, then the fourth.
fn mass(files: usize, [before, after, more_before, more_after]: [&str; 4]) -> Option<Hollow> {
    let names: Vec<String> = (0..files).map(|number| format!("{number}")).collect();
    let of = |text, more| -> Vec<(&str, &str)> {
        names.iter().map(|name| (name.as_str(), text)).chain([("more", more)]).collect()
    };
    lacks(&of(before, more_before), &of(after, more_after))
}

#[test]
fn masses() {
    let mass_change = Some(Hollow::MassChange);
    let long = "a\nb\nc\nd\ne\nf\n";
    for (files, texts, lacking) in [
        // Quotes, commas and the order of lines are looks.
        (20, ["use b;\nuse a;\nf('x')\n", "use a;\nuse b;\nf(\"x\",)\n", "", ""], mass_change),
        (19, ["use b;\nuse a;\n", "use a;\nuse b;\n", "", ""], None),
        // With a leaf of work, and with more than that.
        (20, ["'x'\n", "\"x\"\n", "1\n", "2\n"], mass_change),
        (19, ["'x'\n", "\"x\"\n", "1\n", "2\n"], mass_change),
        (20, ["'x'\n", "\"x\"\n", "", long], None),
        (20, [" x\n", "x\n", "1\n", "2\n"], mass_change),
        (20, [" x\n", "x\n", "1\n", "1 \n"], NOTHING),
        // A sign more, or another word, is work in every file.
        (20, ["f(&x)\n", "f(x)\n", "", ""], None),
        (20, ["x == None\n", "x is None\n", "", ""], None),
        (20, ["one two\n", "onetwo\n", "", ""], NOTHING),
    ] {
        assert_eq!(mass(files, texts), lacking, "{files} {texts:?}");
    }
}

#[test]
fn merges() {
    let table: [(&[Files<'_>], Files<'_>, Option<Hollow>); 21] = [
        // What is of its own is blanks, comments, names.
        (&[&[("a", "f(1)\n")], &[("a", "f(1)\n"), ("b", "2\n")]], &[("a", "f( 1 )\n\n"), ("b", "2\n")], TOGETHER),
        (
            &[&[("a.c", "x // 1\n")], &[("a.c", "x // 1\n"), ("b", "2\n")]],
            &[("a.c", "x // 2\n"), ("b", "2\n")],
            NOTHING,
        ),
        (&[&[("a", "1\n")], &[("a", "1\n"), ("b", "2\n")]], &[("c", "1\n"), ("b", "2\n")], NOTHING),
        (&[&[("a", "1\n")], &[("a", "1\n"), ("b", "2\n")]], &[("c", "1 \n"), ("b", "2\n")], NOTHING),
        (&[&[("a", "1\n")], &[("b", "2\n")]], &[("a", "1\n"), ("b", "2\n"), ("c", " \n")], NOTHING),
        // What is not.
        (&[&[("a", "1\n")], &[("a", "1\n"), ("b", "2\n")]], &[("a", "3\n"), ("b", "2\n")], None),
        (&[&[("a", "1\n")], &[("a", "2\n")]], &[("a", "3\n")], None),
        (&[&[("a", "1\n")], &[("b", "2\n")]], &[("a", "1\n"), ("b", "2\n"), ("c", "1\n")], None),
        (&[&[("a", "1\n"), ("b", "2\n")], &[("a", "1\n")]], &[("a", "1\n"), ("b", "2\n"), ("c", "3\n")], None),
        (&[&[("a", "1\n"), ("b", "2\n")], &[("a", "1\n"), ("c", "3\n")]], &[("b", "2\n"), ("c", "3\n")], None),
        // One side's version, but for blanks, however the other differs.
        (&[&[("a", "1\n")], &[("a", "2\n")]], &[("a", " 2\n")], TOGETHER),
        // Both sides' lines, put together, and blanks; line ends among them, and a word more.
        (&[&[("a", "1\nm\nn\n2\n")], &[("a", "0\nm\nn\n3\n")]], &[("a", " 1\n m\n n\n 3\n")], TOGETHER),
        (&[&[("a", "1\nm\nn\n2\n")], &[("a", "0\nm\nn\n3\n")]], &[("a", "1 m n\n3\n")], TOGETHER),
        // A comment is no change, but its words are the merge's own.
        (&[&[("a.c", "1;\nm;\nn;\n2\n")], &[("a.c", "0;\nm;\nn;\n3\n")]], &[("a.c", "1;\nm;\nn;\n3 // 4\n")], NOTHING),
        (
            &[&[("a.c", "1;\nm;\nn;\n2 // 4\n")], &[("a.c", "0;\nm;\nn;\n3\n")]],
            &[("a.c", "1;\nm;\nn;\n3 // 4\n")],
            TOGETHER,
        ),
        (&[&[("a", "1;\nm;\nn;\nn;\n2\n")], &[("a", "0;\nm;\nn;\nn;\n3\n")]], &[("a", "1 m o n;\n3\n")], None),
        (&[&[("a", "1;\nm;\nn;\nn;\n2\n")], &[("a", "0;\nm;\nn;\nn;\n3\n")]], &[("a", "1 m;\n3\n")], None),
        // One side renamed what the other edited.
        (&[&[("a", "1\n")], &[("b", "1\n2\n3\n")]], &[("a", "1\n2\n3\n")], NOTHING),
        (&[&[("a", "1\n")], &[("b", "1\n2\n3\n")]], &[("a", "1\n2\n4\n")], None),
        // Out of sight.
        (&[&[("a", "1\n")], &[("a", "1\n"), ("b", "2\n")]], &[("ignored", "1\n"), ("b", "2\n")], NOTHING),
        (&[&[("a", "1\n")], &[("a", "1\n"), ("b", "2\n")]], &[("ignored", "3\n"), ("b", "2\n")], None),
    ];
    for (before, after, lacking) in table {
        assert_eq!(of_merge(before, after), lacking, "{before:?} to {after:?}");
    }
}

#[test]
fn masses_in_merges() {
    let names: Vec<String> = (0..20).map(|number| format!("{number}")).collect();
    let of = |text| -> Vec<(&str, &str)> { names.iter().map(|name| (name.as_str(), text)).collect() };
    let side = [&of("f('x')\n")[..], &[("side", "1\n")]].concat();
    for (text, lacking) in [("f(\"x\",)\n", Some(Hollow::MassChange)), (" f( 'x' )\n", TOGETHER), ("f(&x)\n", None)] {
        let merged = [&of(text)[..], &[("side", "1\n")]].concat();
        assert_eq!(of_merge(&[&of("f('x')\n"), &side], &merged), lacking, "{text}");
    }
}

#[test]
fn to_where_nobody_looks() {
    let table: [(Files<'_>, Files<'_>, Option<Hollow>); 9] = [
        (&[("a", "1\n")], &[("ignored", "1\n")], NOTHING),
        (&[("ignored", "1\n")], &[("a", "1\n")], NOTHING),
        // Another object: nobody reads what is ignored.
        (&[("a", "1\n")], &[("ignored", "1 \n")], None),
        (&[("a", "1\n"), ("ignored/b", "1\n")], &[("ignored/b", "1\n")], None),
        (&[("a", "1\n"), ("ignored/b", "1\n")], &[], None),
        // One came for two that went.
        (&[("a", "1\n"), ("b", "1\n")], &[("ignored", "1\n")], None),
        (&[("a", "1\n"), ("b", "1\n")], &[("ignored", "1\n"), ("c", "1\n")], NOTHING),
        // Whom an ignored file can stand in for, that one is left to.
        (&[("a", "1\n"), ("b", " 1\n")], &[("ignored", "1\n"), ("c", "1  \n")], NOTHING),
        (&[("a", " 1\n"), ("b", "1\n")], &[("ignored", "1\n"), ("c", "1  \n")], NOTHING),
    ];
    for (before, after, lacking) in table {
        assert_eq!(lacks(before, after), lacking, "{before:?} to {after:?}");
    }
}
