//! What is concluded from all files of a tree, where a partial clone left some out.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::facts::ObjectId;
use crate::repo::Conclusion;
use crate::repo::ObjectKind;
use crate::repo::Quiet;
use crate::repo::RepoError;
use crate::repo::folders::Folder;
use crate::repo::folders::standing;
use crate::repo::memory::entry;
use crate::repo::testing::TestRepo;

/// The bytes of all files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Size(u8);

impl Conclusion for Size {
    const WHAT: &'static str = "size";

    fn to_bytes(&self) -> Option<Vec<u8>> {
        Some(vec![self.0])
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(*bytes.first()?))
    }
}

#[test]
fn what_is_absent_is_not_sought_while_it_is() {
    for is_partial in [true, false] {
        absent(is_partial);
    }
}

fn absent(is_partial: bool) {
    let repo = TestRepo::new();
    let store = tempfile::tempdir().unwrap();
    let file = |text: &str| repo.object(ObjectKind::Blob, text.as_bytes());
    let (here, gone, ignored) = (file("here"), file("gone"), file("ignored"));
    let below = repo.object(ObjectKind::Tree, &entry("100644", "b", gone));
    let entries = [entry("100644", "a", here), entry("40000", "d", below), entry("100644", "x", ignored)];
    let tree = repo.object(ObjectKind::Tree, &entries.concat());
    let commit = format!("tree {tree}\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nx\n");
    let commit = repo.object(ObjectKind::Commit, commit.as_bytes());
    repo.remove(gone);
    repo.remove(ignored);
    if is_partial {
        repo.file("config", "[remote \"origin\"]\n\tpromisor = true\n");
    }

    // What it comes to, and how many files were asked for.
    let found = |rules: &str| {
        let repository = repo.open().with_facts_kept_in(store.path());
        let asked = AtomicUsize::new(0);
        let work = |folder: &Folder<'_>| {
            let mut size = 0;
            for (_, id) in folder.files() {
                asked.fetch_add(1, Ordering::Relaxed);
                size += u8::try_from(folder.bytes(id, 100)?.unwrap().len()).unwrap();
            }
            Ok(Size(size))
        };
        let whole = [rules.as_bytes()];
        let found = standing(
            &repository,
            commit,
            &|path| Ok(path.as_bytes() == b"x"),
            (&whole, &whole),
            &Quiet,
            work,
            |a, b| Size(a.0 + b.0),
        );
        repository.keep_facts().unwrap();
        (found.map_err(told), asked.into_inner())
    };
    let lacking = Err((gone, 1));
    assert_eq!(found("r"), (lacking.clone(), 2));
    assert_eq!(found("r"), (lacking.clone(), 0), "while nothing came it is known");
    assert_eq!(found("s"), (lacking, 2), "by other rules it is another question");
    file("gone");
    assert_eq!(found("r"), (Ok(Size(8)), 1), "what came is read");
    assert_eq!(found("r"), (Ok(Size(8)), 0));
}

fn told(error: RepoError) -> (ObjectId, usize) {
    match error {
        RepoError::PartialBlobs { first, count } => (first, count),
        RepoError::Missing { id, kind: ObjectKind::Blob } => (id, 1),
        other => panic!("{other}"),
    }
}
