//! In which order packs are read: the packs are written byte by byte.

use crate::repo::testing::TestRepo;
use crate::repo::tests::packing::BLOB;
use crate::repo::tests::packing::NAMED;
use crate::repo::tests::packing::Pack;
use crate::repo::tests::packing::delta;
use crate::repo::tests::packing::id;
use crate::repo::tests::packing::packed;

#[test]
fn in_the_order_of_what_they_stand_on() {
    let repo = TestRepo::new();
    let mut pack = Pack::new();
    let told = delta(b"0123456789", 5, b"x");
    let (first, second) = (pack.entry(id(9), BLOB, b"", b"0123456789"), pack.entry(id(2), BLOB, b"", b"0123456789"));
    let on_second = pack.behind(id(8), pack.end() - second, &told);
    pack.behind(id(5), pack.end() - first, &told);
    pack.behind(id(1), pack.end() - on_second, &told);
    // Told by name, on itself, and on what is before the pack.
    pack.entry(id(4), NAMED, id(9).as_bytes(), &told);
    pack.behind(id(3), 0, &told);
    pack.behind(id(6), 50_000, &told);
    pack.write(&repo);
    let packed = packed(&repo);
    let mut roots = packed.roots();
    let mut turns: Vec<_> = (1..10)
        .filter_map(|number| {
            let mut start = packed.start(id(number)).unwrap()?;
            roots.complete(&mut start);
            Some((start, number))
        })
        .collect();
    turns.sort_unstable();
    assert_eq!(turns.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [9, 5, 2, 8, 1, 4, 3, 6]);
}
