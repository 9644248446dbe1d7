//! What files are known to gain: a merge mostly lands what one of its commits did to a file, from the same text to the same.

use std::sync::Mutex;

use foldhash::HashMap;

use crate::facts::ObjectId;
use crate::repo::gist::Gain;
use crate::repo::shared::locked;
use crate::repo::tree::Delta;

/// So many are remembered at most: what is not known is read again.
const MOST: usize = 200_000;

/// Gains by the files before and after.
#[derive(Debug, Default)]
pub(super) struct Gains(Mutex<HashMap<Files, Gain>>);

type Files = (Option<ObjectId>, Option<ObjectId>);

impl Gains {
    /// What a path gains against the first of the old trees, if both its files were compared before.
    pub(super) fn of(&self, delta: &Delta) -> Option<Gain> {
        locked(&self.0).get(&files(delta)?).copied()
    }

    /// Remembers what some paths gain.
    pub(super) fn learn<'d>(&self, known: impl Iterator<Item = (&'d Delta, Gain)>) {
        let mut all = locked(&self.0);
        for (delta, gain) in known {
            if let Some(files) = files(delta).filter(|_| all.len() < MOST) {
                all.insert(files, gain);
            }
        }
    }
}

/// The files on both sides; `None` where one side is no file, or nothing changed but the mode.
fn files(delta: &Delta) -> Option<Files> {
    let old = delta.first_old();
    let is_file = old.into_iter().chain(delta.new).all(|entry| entry.mode.is_blob());
    let files = (old.map(|entry| entry.id), delta.new.map(|entry| entry.id));
    (is_file && files.0 != files.1).then_some(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::RepoPath;
    use crate::repo::memory::number;
    use crate::repo::tree::Entry;
    use crate::repo::tree::Mode;

    #[test]
    fn known_by_both_files_wherever_they_are() {
        let entry = |mode, id| Some(Entry { mode, id: number(id) });
        let delta = |path: &str, old, new| Delta { path: RepoPath::new(path.as_bytes()), old: [old].into(), new };
        let (one, two) = (entry(Mode::File, 1), entry(Mode::Executable, 2));
        let gains = Gains::default();
        let gain = Gain::from_number(7);
        let module = delta("a", entry(Mode::Submodule, 1), two);
        gains.learn([(&delta("a", one, two), gain), (&delta("c", None, one), gain), (&module, gain)].into_iter());
        for (asked, known) in [
            (delta("b", one, two), Some(gain)),
            (delta("c", None, one), Some(gain)),
            (delta("a", two, one), None),
            (delta("a", one, one), None),
            (delta("a", one, None), None),
            (module, None),
        ] {
            assert_eq!(gains.of(&asked), known, "{asked:?}");
        }
    }
}
