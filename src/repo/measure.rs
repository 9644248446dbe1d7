//! What is measured of a path at which a commit differs: lines, and what it gains.

use std::sync::Arc;

use crate::facts::Lines;
use crate::repo::Objects;
use crate::repo::RepoError;
use crate::repo::changes::Failure;
use crate::repo::changes::Reader;
use crate::repo::gist;
use crate::repo::gist::Gain;
use crate::repo::lines;
use crate::repo::lines::Difference;
use crate::repo::lines::Middle;
use crate::repo::merge_lines;
use crate::repo::tree::Delta;
use crate::repo::tree::Entry;
use crate::repo::tree::Mode;

impl<O: Objects> Reader<'_, O> {
    /// The lines of a path, and of an ordinary commit what the path gains. `None` where a path of a merge was put together
    /// from its parents' sides.
    pub(super) fn measure(&self, delta: &Delta, is_merge: bool) -> Result<(Option<Lines>, Gain), Failure> {
        if is_merge {
            return Ok((self.own_lines(delta)?, Gain::default()));
        }
        let (lines, gain) = self.lines(delta)?;
        Ok((Some(lines), gain))
    }

    /// The lines of a path that an ordinary commit changed, and what the path gains.
    fn lines(&self, delta: &Delta) -> Result<(Lines, Gain), Failure> {
        let Some((old, new)) = self.texts(delta)? else { return Ok((Lines::None, gain_of_objects(delta))) };
        let Difference { added, removed, gain } = lines::difference(&Middle::of(&old, &new), gist::number_of_line);
        let gain = if has_submodule(delta) { gain_of_objects(delta) } else { Gain::from_number(gain) };
        Ok((Lines::Text { added, removed }, gain))
    }

    /// What a path gains against the first of the old trees.
    pub(super) fn gain(&self, delta: &Delta) -> Result<Gain, Failure> {
        Ok(match self.texts(delta)? {
            Some((old, new)) if !has_submodule(delta) => Gain::of_text(&Middle::of(&old, &new)),
            _ => gain_of_objects(delta),
        })
    }

    /// The texts on both sides of a path, where these are texts and not the same one.
    fn texts(&self, delta: &Delta) -> Result<Option<Texts>, Failure> {
        let old = delta.first_old();
        let is_same = old.map(|entry| entry.id) == delta.new.map(|entry| entry.id);
        if is_same || !old.into_iter().chain(delta.new).any(|entry| entry.mode.is_blob()) {
            return Ok(None);
        }
        let Some(before) = self.text(old)? else { return Ok(None) };
        let Some(after) = self.text(delta.new)? else { return Ok(None) };
        self.objects.show(&delta.path, old, &before);
        self.objects.show(&delta.path, delta.new, &after);
        Ok(Some((before, after)))
    }

    /// The lines of a path that are a merge's own work; `None` when the path was put together from its parents' sides.
    fn own_lines(&self, delta: &Delta) -> Result<Option<Lines>, Failure> {
        let id = |entry: &Option<Entry>| entry.map(|entry| entry.id);
        let mode = |entry: &Option<Entry>| entry.map(|entry| entry.mode);
        let own_content = !delta.old.iter().any(|old| id(old) == id(&delta.new));
        // Something of its own to say about what the path is, whether it is there at all included.
        let own_mode = !delta.old.iter().any(|old| mode(old) == mode(&delta.new));
        let otherwise = || own_mode.then_some(Lines::None);
        let all = || delta.old.iter().chain([&delta.new]).flatten();
        if !own_content || !all().any(|entry| entry.mode.is_blob()) {
            return Ok(if own_content { Some(Lines::None) } else { otherwise() });
        }
        let mut parents = Vec::new();
        for old in &delta.old {
            match self.text(*old)? {
                Some(text) => parents.push(text),
                None => return Ok(Some(Lines::None)),
            }
        }
        let Some(new) = self.text(delta.new)? else { return Ok(Some(Lines::None)) };
        match merge_lines::own(&new, &parents) {
            (0, 0) => Ok(otherwise()),
            (added, removed) => Ok(Some(Lines::Text { added, removed })),
        }
    }

    /// The text of an entry, empty where there is none or where it is a submodule; `None` for a binary file.
    pub(super) fn text(&self, entry: Option<Entry>) -> Result<Option<Arc<Vec<u8>>>, RepoError> {
        match entry {
            Some(Entry { mode: Mode::File | Mode::Executable | Mode::Symlink, id }) => {
                Ok(self.objects.blob(id)?.filter(|content| !lines::is_binary(content)))
            }
            _ => Ok(Some(Arc::default())),
        }
    }
}

/// The old text and the new one.
type Texts = (Arc<Vec<u8>>, Arc<Vec<u8>>);

fn gain_of_objects(delta: &Delta) -> Gain {
    Gain::of_objects(delta.first_old(), delta.new)
}

/// Where one side is a submodule the fingerprint takes the objects, and so do we.
fn has_submodule(delta: &Delta) -> bool {
    delta.first_old().into_iter().chain(delta.new).any(|entry| !entry.mode.is_blob())
}
