//! Packs written byte by byte: good ones, forged ones, damaged ones. libgit2 is the oracle for the good ones.

use std::path::PathBuf;

use proptest::prelude::*;
use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::Blob;
use crate::repo::ObjectKind;
use crate::repo::Objects as _;
use crate::repo::RepoError;
use crate::repo::object::name_of;
use crate::repo::objects::Unpacked;
use crate::repo::pack::Packed;
use crate::repo::testing::TestRepo;
use crate::repo::testing::deflate;
use crate::repo::tests::packing::BEHIND;
use crate::repo::tests::packing::BLOB;
use crate::repo::tests::packing::NAMED;
use crate::repo::tests::packing::Pack;
use crate::repo::tests::packing::delta;
use crate::repo::tests::packing::id;
use crate::repo::tests::packing::index;
use crate::repo::tests::packing::number;
use crate::repo::tests::packing::packed;
use crate::repo::tests::packing::trailer;
use crate::repo::tests::storage::Oracle;

/// Bytes that do not get smaller.
fn noise(length: usize) -> Vec<u8> {
    let numbers = std::iter::successors(Some(88_172_645_463_325_252_u64), |state| {
        let state = state ^ (state << 13);
        let state = state ^ (state >> 7);
        Some(state ^ (state << 17))
    });
    numbers.flat_map(u64::to_le_bytes).take(length).collect()
}

#[test]
fn chains_of_deltas() {
    chains(ObjectFormat::Sha1);
    chains(ObjectFormat::Sha256);
}

fn chains(format: ObjectFormat) {
    let repo = TestRepo::of(format);
    let mut pack = Pack::of(format);
    // Over many of the pieces that are read at a time.
    let first = noise(300_000);
    let mut contents = vec![b"".to_vec(), b"small\n".to_vec(), first.clone()];
    pack.blob(b"");
    pack.blob(b"small\n");
    let mut base_start = pack.end();
    let mut base_id = pack.blob(&first);
    for round in 0..20 {
        let base = contents.last().unwrap().clone();
        let keep = base.len() - 5_000;
        let content = [&base[..keep], format!("round {round}\n").as_bytes()].concat();
        let name = name_of(format, ObjectKind::Blob, &content);
        let told = delta(&base, keep, format!("round {round}\n").as_bytes());
        base_start = if round % 3 == 0 {
            pack.entry(name, NAMED, base_id.as_bytes(), &told)
        } else {
            pack.behind(name, pack.end() - base_start, &told)
        };
        base_id = name;
        contents.push(content);
    }
    pack.write(&repo);
    let (store, oracle) = (repo.open().store().unwrap(), Oracle::open(&repo));
    for content in contents.iter().rev().chain(&contents) {
        let name = name_of(format, ObjectKind::Blob, content);
        assert!(matches!(oracle.blob(name, 1 << 20), Ok(Blob::Bytes(bytes)) if *bytes == *content));
        let Blob::Bytes(bytes) = store.blob(name, 1 << 20).unwrap() else { panic!("too large") };
        assert_eq!(*bytes, *content);
    }
    // The size alone, of what stands on nothing and of what stands on something, known already or not.
    for store in [store, repo.open().store().unwrap()] {
        for content in [&contents[2], &contents[5]] {
            let name = name_of(format, ObjectKind::Blob, content);
            let limit = u64::try_from(content.len()).unwrap();
            assert!(matches!(store.blob(name, limit - 1), Ok(Blob::TooLarge(size)) if size == limit));
            assert!(matches!(store.blob(name, limit), Ok(Blob::Bytes(_))));
        }
    }
    assert!(packed(&repo).read(id(9), 10).unwrap().is_none());
}

#[test]
fn forged_entries() {
    let base = b"0123456789";
    let told = delta(base, 5, b"x");
    type Forge<'f> = Box<dyn Fn(&mut Pack) -> u64 + 'f>;
    let cases: Vec<(&str, Forge<'_>)> = vec![
        ("a delta has no base", Box::new(|pack| pack.behind(id(1), 5_000, &told))),
        ("a delta has no base", Box::new(|pack| pack.behind(id(1), 0, &told))),
        ("a delta has no base", Box::new(|pack| pack.entry(id(1), NAMED, &[7; 20], &told))),
        ("without end", Box::new(|pack| pack.entry(id(1), NAMED, &[1; 20], &told))),
        (
            "without end",
            Box::new(|pack| {
                pack.entry(id(2), NAMED, &[1; 20], &told);
                pack.entry(id(1), NAMED, &[2; 20], &told)
            }),
        ),
        ("another size", Box::new(|pack| pack.raw(id(1), BLOB, 9, b"", &deflate(base)))),
        ("another size", Box::new(|pack| pack.raw(id(1), BLOB, 11, b"", &deflate(base)))),
        ("another size", Box::new(|pack| pack.raw(id(1), BLOB, 1, b"", &deflate(&[0; 900])))),
        ("larger than it can be", Box::new(|pack| pack.raw(id(1), BLOB, 1 << 40, b"", &deflate(base)))),
        ("larger than it can be", Box::new(|pack| pack.raw(id(1), BEHIND, 1 << 59, &[5], &deflate(base)))),
        ("cannot be unpacked", Box::new(|pack| pack.raw(id(1), BLOB, 10, b"", b"no zlib data at all"))),
        ("cut off", Box::new(|pack| pack.raw(id(1), BLOB, 10, b"", &deflate(base)[..12]))),
        ("cut off", Box::new(|pack| pack.raw(id(1), BLOB, 10, b"", b""))),
        ("no known kind", Box::new(|pack| pack.entry(id(1), 5, b"", base))),
        ("no known kind", Box::new(|pack| pack.entry(id(1), 0, b"", base))),
        (
            "a base of another size",
            Box::new(|pack| {
                let start = pack.entry(id(2), BLOB, b"", &base[1..]);
                pack.behind(id(1), pack.end() - start, &told)
            }),
        ),
        (
            "gives another size",
            Box::new(|pack| {
                let start = pack.entry(id(2), BLOB, b"", base);
                // A few bytes that promise half a gigabyte.
                let promise = [number(10), number(500 << 20), vec![1, b'x']].concat();
                pack.behind(id(1), pack.end() - start, &promise)
            }),
        ),
        ("whose content has the name", Box::new(|pack| pack.entry(id(1), BLOB, b"", base))),
    ];
    for (number, (reason, forge)) in cases.into_iter().enumerate() {
        let repo = TestRepo::new();
        let mut pack = Pack::new();
        forge(&mut pack);
        pack.write(&repo);
        let store = repo.open().store().unwrap();
        // What it stands on is looked for first, and comes to an end.
        store.start(id(1)).unwrap().iter_mut().for_each(|start| store.roots().complete(start));
        let error = store.blob(id(1), 1 << 30).map(drop).unwrap_err();
        let told = error.to_string();
        let is_mismatch = matches!(error, RepoError::HashMismatch { .. }) && reason.starts_with("whose");
        assert!(
            (is_mismatch || told.contains(reason)) && told.contains(&id(1).to_string()),
            "{number} {reason}: {told}"
        );
    }
}

#[test]
fn starts_beyond_two_gigabytes() {
    let repo = TestRepo::new();
    let mut pack = Pack::new();
    let content = b"far\n";
    let name = pack.blob(content);
    let start = pack.starts[0].1;
    pack.write(&repo);
    let reads = |stated: u32, far: &[u64]| {
        repo.file(
            "objects/pack/pack-1.idx",
            index(pack.format, vec![(name, stated)], far, &trailer(pack.format, &pack.finished())),
        );
        packed(&repo).read(name, 100)
    };
    assert!(matches!(reads(0x8000_0000, &[start]), Ok(Some(Unpacked::Content(_, bytes))) if **bytes == *content));
    for (stated, far) in [(0x8000_0000, u64::MAX), (0x8000_0000, 1 << 33), (0x7fff_ffff, start)] {
        assert!(matches!(reads(stated, &[far]), Err(RepoError::Corrupt { .. })), "{stated:x} {far:x}");
    }
    // It names a start that it does not have: others say what they think of it.
    assert!(matches!(reads(0x8000_0001, &[start]), Ok(None)));
}

#[test]
fn indexes_of_other_shapes_are_left_to_others() {
    let mut pack = Pack::new();
    let name = pack.blob(b"x");
    let good = pack.index();
    let mut falling = good.clone();
    falling[8..12].copy_from_slice(&[0, 0, 0, 9]);
    let mut newer = good.clone();
    newer[7] = 3;
    let huge = [&good[..8], &[0xff; 1024], &good[1032..]].concat();
    for index in
        [falling, newer, huge, good[8..].to_vec(), good[..good.len() - 1].to_vec(), good[..600].to_vec(), vec![]]
    {
        let repo = TestRepo::new();
        pack.write(&repo);
        repo.file("objects/pack/pack-1.idx", index);
        assert!(packed(&repo).read(name, 100).unwrap().is_none());
    }
    // And a pack of another version, or with another number of objects, or without any.
    for (at, byte) in [(0, b'X'), (7, 4), (11, 2)] {
        let repo = TestRepo::new();
        pack.write(&repo);
        let mut bytes = pack.finished();
        bytes[at] = byte;
        repo.file("objects/pack/pack-1.pack", bytes);
        assert!(packed(&repo).read(name, 100).unwrap().is_none());
    }
}

/// Names that lie close together, too: then guessing where a name lies does not help.
#[test]
fn every_name_is_found() {
    let repo = TestRepo::new();
    let mut pack = Pack::new();
    let content = b"x";
    let start = u32::try_from(pack.entry(id(0), BLOB, b"", content)).unwrap();
    let spread = |number: u32| ObjectId::from_bytes(Sha1::digest(number.to_be_bytes()).into());
    let close = |number: u32| {
        let mut name = [0x77; 20];
        name[16..].copy_from_slice(&number.to_be_bytes());
        ObjectId::from_bytes(name)
    };
    let names: Vec<_> = (0..6_000).map(spread).chain((0..6_000).map(|number| close(number * 2))).collect();
    pack.starts = names.iter().map(|name| (*name, u64::from(start))).collect();
    pack.write(&repo);
    let absent: Vec<_> = (6_000..6_500)
        .map(spread)
        .chain((0..6_100).map(|number| close(number * 2 + 1)))
        .chain([id(0), id(255)])
        .collect();
    let finds = |packed: &Packed, name: ObjectId| packed.read(name, 10).unwrap().is_some();
    let many = packed(&repo);
    names.iter().for_each(|name| assert!(finds(&many, *name), "{name}"));
    absent.iter().for_each(|name| assert!(!finds(&many, *name), "{name}"));
    // A few are looked up in another way.
    for (named, is_there) in [(names, true), (absent, false)] {
        for few in named.chunks(30).step_by(7) {
            let afresh = packed(&repo);
            few.iter().for_each(|name| assert_eq!(finds(&afresh, *name), is_there, "{name}"));
        }
    }
}

/// Contents that share much, as versions of a file do.
fn versions() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let edit = (any::<prop::sample::Index>(), 0_usize..40, "[a-z\n]{0,30}");
    (proptest::collection::vec(any::<u8>(), 0..3_000), proptest::collection::vec(edit, 0..25)).prop_map(
        |(first, edits)| {
            let mut versions = vec![first];
            for (at, remove, put) in edits {
                let mut next = versions.last().unwrap().clone();
                let at = at.index(next.len() + 1);
                let until = (at + remove).min(next.len());
                next.splice(at..until, put.bytes());
                versions.push(next);
            }
            versions
        },
    )
}

/// A pack of some contents as libgit2 writes it, and their names.
#[expect(clippy::disallowed_types, reason = "libgit2 writes the packs here")]
fn written(contents: &[Vec<u8>]) -> (TestRepo, Vec<ObjectId>) {
    let repo = TestRepo::new();
    let ids: Vec<_> = contents.iter().map(|content| repo.object(ObjectKind::Blob, content)).collect();
    let git = git2::Repository::open_bare(repo.path()).unwrap();
    let mut builder = git.packbuilder().unwrap();
    for id in &ids {
        builder.insert_object(git2::Oid::from_bytes(id.as_bytes()).unwrap(), Some("file")).unwrap();
    }
    builder.write(&repo.path().join("objects/pack"), 0).unwrap();
    for id in ids.iter().collect::<std::collections::BTreeSet<_>>() {
        repo.remove(*id);
    }
    (repo, ids)
}

fn file(repo: &TestRepo, extension: &str) -> PathBuf {
    let mut files = std::fs::read_dir(repo.path().join("objects/pack")).unwrap().flatten().map(|entry| entry.path());
    files.find(|path| path.extension().is_some_and(|found| found == extension)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// libgit2 is the oracle.
    #[test]
    #[expect(clippy::disallowed_types, reason = "another reader, to compare with")]
    fn as_libgit2_reads_it(contents in versions()) {
        let (repo, ids) = written(&contents);
        let git = git2::Repository::open_bare(repo.path()).unwrap();
        let odb = git.odb().unwrap();
        let packed = packed(&repo);
        for (id, content) in ids.iter().zip(&contents) {
            let Some(Unpacked::Content(kind, bytes)) = packed.read(*id, 1 << 20).unwrap() else { panic!("not there") };
            let theirs = odb.read(git2::Oid::from_bytes(id.as_bytes()).unwrap()).unwrap();
            prop_assert_eq!(kind, ObjectKind::Blob);
            prop_assert_eq!(bytes.as_slice(), theirs.data());
            prop_assert_eq!(bytes.as_slice(), content.as_slice());
        }
    }

    /// Whatever a pack and its index hold, reading ends: with the right bytes, with others that their name gives away, or
    /// with an error.
    #[test]
    fn damaged_packs(
        contents in versions(),
        extension in prop_oneof![Just("pack"), Just("idx")],
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (repo, ids) = written(&contents);
        let path = file(&repo, extension);
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let packed = packed(&repo);
        for id in ids {
            if let Ok(Some(Unpacked::Content(_, bytes))) = packed.read(id, 1 << 20) {
                prop_assert!(bytes.len() <= 1 << 20);
            }
        }
    }
}
