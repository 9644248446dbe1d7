//! From a name to the commit that it means; only names that cannot mean two things.

mod ancestor;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::ObjectKind;
use crate::repo::ObjectStore;
use crate::repo::Objects as _;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::commit;
use crate::repo::error::shown;
use crate::repo::refs;
use crate::repo::refs::Followed;
pub use ancestor::NoParent;

/// How many tags may stand before one another.
const TAG_DEPTH: usize = 16;

/// Where git looks for a short name.
const PLACES: [&str; 4] = ["refs/", "refs/heads/", "refs/remotes/", "refs/tags/"];

impl Repository {
    /// The commit that a name means: `HEAD` (or `@`), a full object id, a full reference name, or a short one that exists in
    /// one place only; or an ancestor of such a commit, as in `main~3` and `HEAD^2`. `None` when HEAD's branch has no commit yet.
    ///
    /// # Errors
    /// The name means nothing, several things, or something that is no commit; or what it means cannot be read.
    pub fn resolve(&self, rev: &str) -> Result<Option<ObjectId>, RepoError> {
        let (name, steps) =
            ancestor::split(rev).ok_or_else(|| RepoError::RevisionSyntax { name: shown(rev.as_bytes()) })?;
        match self.named(name)? {
            Some(commit) if !steps.is_empty() => ancestor::find(self, rev, commit, &steps).map(Some),
            found => Ok(found),
        }
    }

    fn named(&self, rev: &str) -> Result<Option<ObjectId>, RepoError> {
        let store = self.store()?;
        if matches!(rev, "HEAD" | "@") {
            return match refs::follow(self, "HEAD")? {
                Followed::Object(id) => head(&store, id).map(Some),
                Followed::Nothing(name) if name == "HEAD" => Err(RepoError::Head { reason: "it is gone".to_owned() }),
                // A gate lets through what it has no commit for: nothing may only look so.
                Followed::Nothing(_unborn) => refs::look_through(self).map(|()| None),
                Followed::Broken(reason) => Err(RepoError::Head { reason }),
            };
        }
        let (id, is_typed) = match self.format.id(rev.as_bytes()) {
            Some(id) => (id, true),
            None => (self.reference(rev)?, false),
        };
        match peel(&store, id) {
            Ok(Ok(commit)) => Ok(Some(commit)),
            Ok(Err(kind)) => Err(RepoError::NotACommit { name: shown(rev.as_bytes()), kind }),
            Err(error) if is_typed && error.lacks(id) => Err(RepoError::NoSuchRevision { name: shown(rev.as_bytes()) }),
            Err(error) => Err(error),
        }
    }

    /// The parents of a commit, as its object names them: whether they are there is another question.
    ///
    /// # Errors
    /// The commit is absent, damaged, or no commit.
    pub fn parents(&self, id: ObjectId) -> Result<Vec<ObjectId>, RepoError> {
        Ok(commit::links(id.format(), &self.store()?.commit(id)?).parents)
    }

    fn reference(&self, name: &str) -> Result<ObjectId, RepoError> {
        let shown_name = || shown(name.as_bytes());
        let full: Vec<String> = if name.starts_with("refs/") {
            vec![name.to_owned()]
        } else {
            PLACES.iter().map(|place| format!("{place}{name}")).collect()
        };
        if !full.iter().any(|name| refs::is_valid(name)) {
            return Err(RepoError::RevisionSyntax { name: shown_name() });
        }
        let mut found = Vec::new();
        for full in full.into_iter().filter(|name| refs::is_valid(name)) {
            match refs::follow(self, &full)? {
                Followed::Object(id) => found.push((full, id)),
                Followed::Nothing(_absent) => {}
                Followed::Broken(reason) => return Err(RepoError::Reference { name: full, reason }),
            }
        }
        match found.as_slice() {
            [(_name, id)] => Ok(*id),
            [] if is_abbreviated(name, self.format) => {
                Err(RepoError::AbbreviatedId { name: shown_name(), digits: self.format.digits() })
            }
            [] => Err(RepoError::NoSuchRevision { name: shown_name() }),
            _ => {
                let candidates = found.into_iter().map(|(name, _id)| name).collect();
                Err(RepoError::AmbiguousRevision { name: shown_name(), candidates })
            }
        }
    }
}

/// What HEAD names must be there and be a commit: whoever runs us did not choose it.
fn head(store: &ObjectStore, id: ObjectId) -> Result<ObjectId, RepoError> {
    peel(store, id)?.map_err(|kind| RepoError::Head { reason: format!("it names the {kind} {id}, not a commit") })
}

/// The commit behind annotated tags; or the kind of what else is there.
fn peel(store: &ObjectStore, id: ObjectId) -> Result<Result<ObjectId, ObjectKind>, RepoError> {
    let mut at = id;
    for _depth in 0..TAG_DEPTH {
        let (kind, bytes) = store.any(at)?;
        match kind {
            ObjectKind::Commit => return Ok(Ok(at)),
            ObjectKind::Tag => at = tagged(at, &bytes)?,
            other => return Ok(Err(other)),
        }
    }
    Ok(Err(ObjectKind::Tag))
}

fn tagged(tag: ObjectId, bytes: &[u8]) -> Result<ObjectId, RepoError> {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let id = first.strip_prefix(b"object ").and_then(|id| tag.format().id(id));
    id.ok_or_else(|| RepoError::Corrupt { id: tag, reason: "as a tag, it names no object".to_owned() })
}

fn is_abbreviated(name: &str, format: ObjectFormat) -> bool {
    (4..format.digits()).contains(&name.len()) && name.bytes().all(|digit| digit.is_ascii_hexdigit())
}
