//! What was concluded from the content of a commit, so that no later run reads that content again.
//!
//! A conclusion is kept under a name made of all that decides: the commit, which of its paths took part, and what whoever
//! asks says that it depends on, such as the rules that it goes by. It rests on every object that was read on the way,
//! and is used only where all of them are there ([`kept`](crate::repo::kept)).

use sha1::Digest as _;
use sha1::Sha1;

use crate::facts::ObjectId;
use crate::repo::Objects;
use crate::repo::changes::Reader;
use crate::repo::tree::Delta;

/// Something that the content of a commit says.
///
/// It must depend on nothing but what the reader reads for it and what it is asked with. Another version of the program
/// concludes everything anew.
pub trait Conclusion: Sized {
    /// Which conclusion it is: no other has these words.
    const WHAT: &'static str;

    /// What is kept of it; `None` where it cannot be.
    fn to_bytes(&self) -> Option<Vec<u8>>;

    /// Reads what was kept; `None` where the bytes are no such conclusion.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl<O: Objects> Reader<'_, O> {
    /// What some work concludes about a commit from these of its paths, or concluded in an earlier run.
    ///
    /// `decided_by` is all else that decides, in bytes. The work may read with this reader only.
    pub(super) fn concluded<C: Conclusion, E>(
        &self,
        commit: ObjectId,
        paths: &[Delta],
        decided_by: &[&[u8]],
        work: impl FnOnce() -> Result<C, E>,
    ) -> Result<C, E> {
        if !self.kept.is_on() {
            return work();
        }
        let name = name(C::WHAT, commit, paths, decided_by);
        if let Some(known) = self.kept.conclusion(name, |id| self.objects.objects().has(id), C::from_bytes) {
            return Ok(known);
        }
        self.objects.forget_asked();
        let found = work()?;
        let mut rests_on = self.objects.take_asked();
        rests_on.sort_unstable();
        rests_on.dedup();
        self.kept.learn_conclusion(name, &rests_on, found.to_bytes());
        Ok(found)
    }
}

/// In place of a commit where something is concluded about no single one.
pub(super) const NO_COMMIT: ObjectId = ObjectId::NULL;

/// The name of a conclusion: the same only where the same is asked about the same.
pub(super) fn name(what: &str, commit: ObjectId, paths: &[Delta], decided_by: &[&[u8]]) -> ObjectId {
    let mut hash = Sha1::new();
    // Each with its length in front, so that no two lists run together to the same bytes.
    let mut add = |part: &[u8]| {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    };
    add(what.as_bytes());
    add(commit.as_bytes());
    add(&decided_by.len().to_le_bytes());
    decided_by.iter().for_each(|part| add(part));
    // A merge differs from its first parent in other ways than from all of them, at the same paths perhaps.
    for delta in paths {
        add(delta.path.as_bytes());
        for entry in delta.old.iter().chain([&delta.new]) {
            add(entry.as_ref().map_or(&[], |entry| entry.id.as_bytes()));
        }
    }
    ObjectId::from_bytes(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::facts::RepoPath;
    use crate::repo::memory::number;
    use crate::repo::tree::Old;

    #[test]
    fn what_has_a_name_of_its_own() {
        let paths = |names: &[&str]| -> Vec<Delta> {
            names
                .iter()
                .map(|name| Delta { path: RepoPath::new(name.as_bytes()), new: None, old: Old::new() })
                .collect()
        };
        let names = [
            name("x", number(1), &paths(&["a", "b"]), &[b"r"]),
            name("y", number(1), &paths(&["a", "b"]), &[b"r"]),
            name("x", number(2), &paths(&["a", "b"]), &[b"r"]),
            name("x", number(1), &paths(&["a"]), &[b"r"]),
            name("x", number(1), &paths(&["ab"]), &[b"r"]),
            name("x", number(1), &paths(&["a", "b"]), &[b"s"]),
            name("x", number(1), &paths(&["b"]), &[b"r", b"a"]),
            name("x", number(1), &paths(&["a", "b"]), &[b"r", b""]),
            name("x", number(1), &paths(&["r", "a", "b"]), &[]),
            name(
                "x",
                number(1),
                &[Delta { path: RepoPath::new(b"a".as_slice()), new: None, old: [None].into() }],
                &[b"r"],
            ),
        ];
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert_eq!(names[0], name("x", number(1), &paths(&["a", "b"]), &[b"r"]));
    }
}
