//! Proof, without a look at any object, that objects are still there: the packs that held them are.
//!
//! A pack never changes, and git deletes it as a whole. So what lay in the packs of an earlier run still does while all
//! of them are there, with the same size and time. Objects that lie in files of their own prove nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// The packs of a repository and their indexes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Witness(BTreeSet<Vec<u8>>);

impl Witness {
    /// What is there now; nothing where that cannot be known.
    pub(super) fn of(object_dirs: &[PathBuf]) -> Self {
        let mut found = BTreeSet::new();
        for dir in object_dirs {
            if packs(&dir.join("pack"), &mut found).is_err() {
                return Self::default();
            }
        }
        Self(found)
    }

    /// Whether all that an earlier one saw is still there.
    pub(super) fn confirms(&self, earlier: &Self) -> bool {
        !earlier.0.is_empty() && earlier.0.is_subset(&self.0)
    }

    /// As bytes, to be kept.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_allocvec(&self.0).unwrap_or_default()
    }

    /// One that was kept.
    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        postcard::from_bytes(bytes).map(Self).unwrap_or_default()
    }
}

fn packs(dir: &Path, found: &mut BTreeSet<Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "pack" || ending == "idx") {
            let known = entry.metadata()?;
            // A time only has to be the same one again, so that it is written as the platform shows it.
            let time = format!("{:?}", known.modified()?);
            let size = known.len().to_string();
            found.insert([path.as_os_str().as_encoded_bytes(), size.as_bytes(), time.as_bytes()].join(&0));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_that_are_still_there() {
        let dir = tempfile::tempdir().unwrap();
        let dirs = [dir.path().to_owned()];
        let put = |name: &str, text: &str| fs::write(dir.path().join("pack").join(name), text).unwrap();
        assert!(!Witness::of(&dirs).confirms(&Witness::of(&dirs)), "without packs nothing is proven");
        fs::create_dir(dir.path().join("pack")).unwrap();
        assert!(!Witness::of(&dirs).confirms(&Witness::of(&dirs)), "without packs nothing is proven");
        put("a.pack", "1");
        let before = Witness::from_bytes(&Witness::of(&dirs).to_bytes());
        put("a.keep", "");
        put("b.pack", "2");
        let after = Witness::of(&dirs);
        assert!(after.confirms(&before) && !before.confirms(&after));
        put("b.pack", "22");
        assert!(!Witness::of(&dirs).confirms(&after), "another size");
        fs::remove_file(dir.path().join("pack/a.pack")).unwrap();
        assert!(!Witness::of(&dirs).confirms(&before), "gone");
        assert_eq!(Witness::from_bytes(b"\xff"), Witness::default());
    }
}
