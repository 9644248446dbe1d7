//! Markers of the texts that are read anyway, noted when they are: the flow asks for them later.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

use crate::cli::error::Fault;
use crate::cli::hunt::Tools;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::marker::Brief;
use crate::marker::Generated;
use crate::marker::Glimpse;
use crate::policy::MarkerPolicy;
use crate::repo::RepoError;
use crate::repo::Watch;

/// Says which markers a file has; each is searched once, whoever asks how often.
#[derive(Debug)]
pub(super) struct Sighted {
    markers: MarkerPolicy,
    /// Tells most texts without a marker, and is made in no time.
    glimpse: OnceLock<Option<Glimpse>>,
    /// Made for the first file that is searched: often there is none, or an earlier run did that.
    tools: OnceLock<Option<Arc<Tools>>>,
    known: Mutex<HashMap<ObjectId, Known>>,
}

/// What was found in a file at a path: its name says which language it is in.
#[derive(Debug, Clone)]
struct Known {
    path: RepoPath,
    /// `None` is none.
    found: Option<Arc<[Brief]>>,
}

impl Sighted {
    /// By what a policy says of markers.
    pub(super) fn new(markers: &MarkerPolicy) -> Self {
        Self { markers: markers.clone(), glimpse: OnceLock::new(), tools: OnceLock::new(), known: Mutex::default() }
    }

    /// Whether these markers are those that are looked for where a policy says nothing of them.
    pub(super) fn is_usual(&self) -> bool {
        Tools::digest(&self.markers) == Tools::digest(&MarkerPolicy::default())
    }

    /// What finds the markers.
    ///
    /// # Errors
    /// It cannot be made. What was found without it is nothing.
    pub(super) fn tools(&self) -> Result<Arc<Tools>, Fault> {
        match self.made() {
            Some(tools) => Ok(Arc::clone(tools)),
            None => Tools::new(&self.markers).map(Arc::new),
        }
    }

    /// Tells the error that there was in making what finds the markers, if it was needed.
    pub(super) fn settle(&self) -> Result<(), Fault> {
        match self.tools.get() {
            Some(None) => self.tools().map(drop),
            _ => Ok(()),
        }
    }

    /// The markers of a file, which is read only if nobody saw it before. `is_excluded` is asked only where it matters.
    pub(super) fn briefs(
        &self,
        path: &RepoPath,
        id: ObjectId,
        is_excluded: impl Fn(&Tools) -> bool,
        read: impl FnOnce(u64) -> Result<Option<Arc<Vec<u8>>>, RepoError>,
    ) -> Result<Vec<Brief>, RepoError> {
        let known = self.known(path, id);
        if known.as_ref().is_some_and(|known| known.found.is_none()) {
            return Ok(Vec::new());
        }
        let Some(tools) = self.made().filter(|tools| !is_excluded(tools)) else { return Ok(Vec::new()) };
        let found = match known {
            Some(known) => known.found,
            None => match read(tools.limit())? {
                Some(bytes) => self.search(path, id, &bytes),
                None => None,
            },
        };
        Ok(found.map(|found| found.to_vec()).unwrap_or_default())
    }

    /// The markers of a file of that text, of a path that is searched.
    pub(super) fn briefs_of(&self, path: &RepoPath, id: Option<ObjectId>, text: &[u8]) -> Vec<Brief> {
        let found = match id.map(|id| (id, self.known(path, id))) {
            Some((_, Some(known))) => known.found,
            Some((id, None)) => self.search(path, id, text),
            None => self.found(path, text),
        };
        found.map(|found| found.to_vec()).unwrap_or_default()
    }

    fn made(&self) -> Option<&Arc<Tools>> {
        self.tools.get_or_init(|| Tools::new(&self.markers).ok().map(Arc::new)).as_ref()
    }

    fn known(&self, path: &RepoPath, id: ObjectId) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).filter(|known| known.path.name() == path.name()).cloned()
    }

    fn search(&self, path: &RepoPath, id: ObjectId, bytes: &[u8]) -> Option<Arc<[Brief]>> {
        let found = self.found(path, bytes);
        self.note(path, id, found.clone());
        found
    }

    fn note(&self, path: &RepoPath, id: ObjectId, found: Option<Arc<[Brief]>>) {
        let known = Known { path: path.clone(), found };
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, known);
    }

    fn found(&self, path: &RepoPath, bytes: &[u8]) -> Option<Arc<[Brief]>> {
        if self.may_have(bytes) { sought(self.made()?, path, bytes) } else { None }
    }

    fn may_have(&self, bytes: &[u8]) -> bool {
        let glimpse = self.glimpse.get_or_init(|| Glimpse::new(Tools::tags(&self.markers)).ok());
        glimpse.as_ref().is_none_or(|glimpse| glimpse.may_see(bytes))
    }
}

impl Watch for Sighted {
    fn see(&self, path: &RepoPath, id: ObjectId, bytes: &[u8]) {
        if self.known(path, id).is_some() {
            return;
        }
        if !self.may_have(bytes) {
            self.note(path, id, None);
        } else if let Some(tools) = self.made().filter(|tools| !tools.is_excluded(path)) {
            self.note(path, id, sought(tools, path, bytes));
        }
    }
}

fn sought(tools: &Tools, path: &RepoPath, bytes: &[u8]) -> Option<Arc<[Brief]>> {
    let markers = tools.side(path, bytes, Generated::LeftOut).markers;
    if markers.is_empty() { None } else { Some(markers.iter().map(Brief::of).collect()) }
}
