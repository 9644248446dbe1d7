//! The files of the working tree, without what `.gitignore` names.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::mem;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use ignore::DirEntry;
use ignore::WalkBuilder;
use ignore::WalkState;

use crate::facts::RepoPath;
use crate::repo::Progress;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use crate::repo::files::Content;
use crate::repo::files::Gather;
use crate::repo::files::Visit;
use crate::repo::open::unreadable;
use crate::repo::shared::locked;

impl Repository {
    /// Visits all files of the working tree that lie below a folder (the empty one is the root), or the file of that path:
    /// tracked or not, without what the `.gitignore` files and `info/exclude` name. The user's own list of ignored
    /// files is not read, links are not followed, and other repositories are not entered.
    ///
    /// A file that cannot be read is [`Content::Unreadable`] and ends nothing.
    ///
    /// # Errors
    /// The repository has no working tree; the visitor's own.
    pub fn visit_working_tree<V: Visit, G: Gather<Found = V::Found>>(
        &self,
        below: &RepoPath,
        visit: &V,
        progress: &dyn Progress,
    ) -> Result<G, RepoError> {
        if self.is_bare() {
            return Err(RepoError::NoWorkingTree { path: self.root.clone() });
        }
        let all = Mutex::new(Ok(G::default()));
        let walked = Walked { root: &self.root, visit, done: AtomicU64::new(0) };
        let mut walk = WalkBuilder::new(self.root.join(native(below)));
        // Names with a dot are files like others; what decides is `.gitignore`.
        walk.hidden(false).ignore(false).git_global(false).git_ignore(true).git_exclude(true).parents(true);
        walk.threads(rayon::current_num_threads()).filter_entry(|entry| entry.file_name() != ".git");
        walk.build_parallel().run(|| {
            let mut buffer = Vec::new();
            let mut own = Own { found: Ok(G::default()), all: &all };
            let walked = &walked;
            Box::new(move |entry| match walked.entry(entry, &mut buffer) {
                Ok((found, then)) => {
                    if let (Ok(own), Some((path, found))) = (&mut own.found, found) {
                        own.add(path, found);
                    }
                    let done = walked.done.fetch_add(1, Ordering::Relaxed).saturating_add(1);
                    progress.tick(done, 0, "reading files");
                    then
                }
                Err(error) => {
                    own.found = Err(error);
                    WalkState::Quit
                }
            })
        });
        let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner)?;
        all.sort();
        Ok(all)
    }
}

impl Repository {
    /// Where a path lies in the repository; empty for its root, and in a bare one.
    ///
    /// # Errors
    /// There is nothing at the path.
    pub fn inside(&self, path: &Path) -> Result<RepoPath, RepoError> {
        let path = path.canonicalize().map_err(|error| unreadable(path, &error))?;
        let is_within = !self.is_bare() && path.starts_with(&self.root) && !path.starts_with(&self.git_dir);
        Ok(RepoPath::new(if is_within { in_repository(&path, &self.root) } else { Vec::new() }))
    }
}

/// What an entry came to, and whether to go into it.
type Step<F> = (Option<(RepoPath, F)>, WalkState);

/// What all threads of a walk share.
struct Walked<'w, V: Visit> {
    root: &'w Path,
    visit: &'w V,
    done: AtomicU64,
}

/// What one thread has found; given to all when the thread has done.
struct Own<'w, G: Gather> {
    found: Result<G, RepoError>,
    all: &'w Mutex<Result<G, RepoError>>,
}

impl<G: Gather> Drop for Own<'_, G> {
    fn drop(&mut self) {
        let mut all = locked(self.all);
        match (&mut *all, mem::replace(&mut self.found, Ok(G::default()))) {
            (Ok(all), Ok(found)) => all.join(found),
            (Ok(_), failed) => *all = failed,
            (Err(_), _) => {}
        }
    }
}

impl<V: Visit> Walked<'_, V> {
    /// What an entry comes to, nothing for a directory; and whether to go into it.
    fn entry(&self, entry: Result<DirEntry, ignore::Error>, buffer: &mut Vec<u8>) -> Result<Step<V::Found>, RepoError> {
        let entry = match entry {
            Ok(entry) => entry,
            // A directory that cannot be read, or a `.gitignore` that nobody understands.
            Err(error) => {
                let path = RepoPath::new(place(&error, self.root));
                let found = self.visit.read(&path, Content::Unreadable(shown(error.to_string().as_bytes())));
                return Ok((Some((path, found)), WalkState::Continue));
            }
        };
        let path = RepoPath::new(in_repository(entry.path(), self.root));
        let Some(kind) = entry.file_type() else { return Ok((None, WalkState::Continue)) };
        if kind.is_dir() {
            if entry.path() == self.root || !is_repository(entry.path()) {
                return Ok((None, WalkState::Continue));
            }
            let found = self.visit.read(&path, Content::Submodule);
            return Ok((Some((path, found)), WalkState::Skip));
        }
        let found = if kind.is_symlink() {
            self.visit.read(&path, Content::Symlink)
        } else if !kind.is_file() {
            self.visit.read(&path, Content::Unreadable("it is no file".to_owned()))
        } else if let Some(found) = self.visit.at_sight(&self.visit.folder(path.folder())?, &path)? {
            found
        } else {
            match read(entry.path(), self.visit.limit(), buffer) {
                Ok(Some(size)) => self.visit.read(&path, Content::TooLarge(size)),
                Ok(None) => self.visit.read(&path, Content::Bytes(buffer)),
                Err(error) => self.visit.read(&path, Content::Unreadable(shown(error.to_string().as_bytes()))),
            }
        };
        Ok((Some((path, found)), WalkState::Continue))
    }
}

/// Reads a file; its size alone if that is beyond the limit.
fn read(path: &Path, limit: u64, buffer: &mut Vec<u8>) -> io::Result<Option<u64>> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(Some(size));
    }
    // Nearly always it has as many bytes as it says: then it need not be asked for more.
    let mut file = file.take(limit.saturating_add(1));
    buffer.resize(usize::try_from(size).unwrap_or_default().saturating_add(1), 0);
    let first = loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read?,
        }
    };
    buffer.truncate(first);
    if u64::try_from(first) != Ok(size) || first == 0 {
        // It grows or shrinks while it is read, or comes in pieces.
        file.read_to_end(buffer)?;
    }
    let read = u64::try_from(buffer.len()).unwrap_or(u64::MAX);
    Ok((read > limit).then_some(read))
}

/// Whether a directory is another repository's working tree, as git sees it.
fn is_repository(directory: &Path) -> bool {
    directory.join(".git").symlink_metadata().is_ok()
}

/// Where an error of the walk happened.
fn place(error: &ignore::Error, root: &Path) -> Vec<u8> {
    match error {
        ignore::Error::WithPath { path, .. } => in_repository(path, root),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place(err, root),
        ignore::Error::Partial(errors) => errors.first().map(|first| place(first, root)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

#[cfg(unix)]
fn in_repository(path: &Path, root: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    // What the walk gives begins with the root as it was given: comparing part by part takes much longer.
    let within = path.as_os_str().as_bytes().strip_prefix(root.as_os_str().as_bytes());
    if let Some(within) = within.and_then(|within| within.strip_prefix(b"/")).filter(|within| is_plain(within)) {
        return within.to_vec();
    }
    path.strip_prefix(root).unwrap_or(path).as_os_str().as_bytes().to_vec()
}

/// Whether a path is written as git would write it.
#[cfg(unix)]
fn is_plain(path: &[u8]) -> bool {
    use bstr::ByteSlice as _;
    !path.starts_with(b"/") && !path.ends_with(b"/") && !path.contains_str(b"//") && !path.contains_str(b"/./")
}

#[cfg(not(unix))]
fn in_repository(path: &Path, root: &Path) -> Vec<u8> {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/").into_bytes()
}

#[cfg(unix)]
fn native(path: &RepoPath) -> &Path {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(std::ffi::OsStr::from_bytes(path.as_bytes()))
}

#[cfg(not(unix))]
fn native(path: &RepoPath) -> std::path::PathBuf {
    std::path::PathBuf::from(path.to_text().expose())
}
