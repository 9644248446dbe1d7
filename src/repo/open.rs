//! Finding a repository, and refusing those that cannot be read right.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::Overrides;
use crate::repo::OwnerCheck;
use crate::repo::RepoError;
use crate::repo::Repository;
use crate::repo::error::shown;
use crate::repo::refs;
use crate::repo::refs::Storage;

/// Extensions that change nothing about objects and references; names in lower case, as the configuration gives them.
/// (Where objects have second names, too, they are kept under the first.)
const HARMLESS: [&str; 8] = [
    "noop",
    "noop-v1",
    "preciousobjects",
    "partialclone",
    "worktreeconfig",
    "relativeworktrees",
    "submodulepathconfig",
    "compatobjectformat",
];

/// How deep alternates of alternates go; git's own limit.
const ALTERNATES_DEPTH: usize = 5;

impl Repository {
    /// Finds the repository that a path lies in, and learns its layout.
    ///
    /// The path itself and the directories above it are tried, up to the root of its file system. git's environment
    /// variables are not read.
    ///
    /// # Errors
    /// There is none; it belongs to somebody else; its format is one that cannot be read; its files cannot be read.
    pub fn open(path: &Path, trust: OwnerCheck) -> Result<Self, RepoError> {
        let layout = discover(path)?;
        if trust == OwnerCheck::Enforce {
            layout.check_owner()?;
        }
        let Format { is_partial, objects, references } = check_format(&layout.common_dir)?;
        let mut repository = Self {
            packs: Arc::default(),
            idle: Arc::default(),
            gains: Arc::default(),
            object_dirs: object_dirs(&layout.common_dir.join("objects"))?,
            shallow: shallow(&layout.common_dir, objects)?,
            overrides: Overrides { grafts: grafts(&layout.common_dir, objects)?, replace_refs: 0 },
            is_partial,
            format: objects,
            references,
            kept: Arc::default(),
            watch: None,
            root: layout.root,
            git_dir: layout.git_dir,
            common_dir: layout.common_dir,
        };
        repository.overrides.replace_refs = refs::below(&repository, "refs/replace/")?;
        Ok(repository)
    }

    pub(super) fn objects_dir(&self) -> PathBuf {
        self.common_dir.join("objects")
    }
}

/// Where a repository's parts lie.
#[derive(Debug)]
struct Layout {
    root: PathBuf,
    /// A `.git` that is a file.
    link: Option<PathBuf>,
    git_dir: PathBuf,
    common_dir: PathBuf,
}

fn discover(path: &Path) -> Result<Layout, RepoError> {
    let start = fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
    let device = device(&start);
    for dir in start.ancestors() {
        if self::device(dir) != device {
            break;
        }
        if let Some(layout) = at(dir)? {
            return Ok(layout);
        }
    }
    Err(RepoError::NotFound { path: path.to_owned() })
}

/// The repository whose working tree's root, or whose own directory, is `dir`.
fn at(dir: &Path) -> Result<Option<Layout>, RepoError> {
    let dot_git = dir.join(".git");
    match fs::metadata(&dot_git) {
        Ok(found) if found.is_dir() => {
            let layout = layout(dir, None, dot_git.clone())?;
            let reason = "it has no HEAD, or no objects, or no refs".to_owned();
            return layout.map(Some).ok_or(RepoError::BrokenLink { path: dot_git, reason });
        }
        Ok(_file) => return follow(dir, &dot_git).map(Some),
        // Not there, or `dir` is a file.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
        Err(error) => return Err(unreadable(&dot_git, &error)),
    }
    layout(dir, None, dir.to_owned())
}

/// A `.git` file names the repository.
fn follow(root: &Path, link: &Path) -> Result<Layout, RepoError> {
    const LONGEST: u64 = 1 << 16;
    let broken = |reason: String| RepoError::BrokenLink { path: link.to_owned(), reason };
    let size = fs::metadata(link).map_err(|error| unreadable(link, &error))?.len();
    if size > LONGEST {
        return Err(broken("it is too long for a path".to_owned()));
    }
    let text = fs::read(link).map_err(|error| unreadable(link, &error))?;
    let target =
        text.strip_prefix(b"gitdir: ").map(path_in).ok_or_else(|| broken("it has no `gitdir: `".to_owned()))?;
    let git_dir = root.join(target);
    let found = layout(root, Some(link.to_owned()), git_dir.clone())?;
    found.ok_or_else(|| broken(format!("there is no repository at {}", shown(git_dir.to_string_lossy().as_bytes()))))
}

/// The layout of a git directory; `None` when it is none.
fn layout(root: &Path, link: Option<PathBuf>, git_dir: PathBuf) -> Result<Option<Layout>, RepoError> {
    // HEAD may be a symbolic link to a branch that is not born yet. Without it nothing else says anything here.
    if !fs::symlink_metadata(git_dir.join("HEAD")).is_ok_and(|head| !head.is_dir()) {
        return Ok(None);
    }
    let common_dir = match read(&git_dir.join("commondir"))? {
        Some(text) => git_dir.join(path_in(&text)),
        None => git_dir.clone(),
    };
    let is_one = common_dir.join("objects").is_dir() && common_dir.join("refs").is_dir();
    Ok(is_one.then(|| Layout { root: root.to_owned(), link, git_dir, common_dir }))
}

impl Layout {
    /// git's rule: what decides where and how the repository is read must be our own.
    #[cfg(unix)]
    fn check_owner(&self) -> Result<(), RepoError> {
        use std::os::unix::fs::MetadataExt as _;

        let user = rustix::process::geteuid().as_raw();
        for path in [Some(&self.root), self.link.as_ref(), Some(&self.git_dir)].into_iter().flatten() {
            let owner = fs::symlink_metadata(path).map_err(|error| unreadable(path, &error))?.uid();
            if owner != user {
                return Err(RepoError::ForeignOwner { path: path.clone(), owner, user });
            }
        }
        Ok(())
    }

    /// Owners are not known here; nothing of the repository is executed anywhere.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "has the form that it has elsewhere")]
    fn check_owner(&self) -> Result<(), RepoError> {
        Ok(())
    }
}

/// What the configuration says of how the repository is kept.
struct Format {
    is_partial: bool,
    objects: ObjectFormat,
    references: Storage,
}

/// Refuses formats that cannot be read right.
fn check_format(common_dir: &Path) -> Result<Format, RepoError> {
    let mut format = Format { is_partial: false, objects: ObjectFormat::Sha1, references: Storage::Files };
    let path = common_dir.join("config");
    if read(&path)?.is_none() {
        return Ok(format);
    }
    let failed =
        |error: git2::Error| RepoError::Config { path: path.clone(), reason: shown(error.message().as_bytes()) };
    let config = git2::Config::open(&path).map_err(failed)?;
    let mut entries = config.entries(None).map_err(failed)?;
    let mut settings = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(failed)?;
        // git, too, looks at this file alone here, not at what it includes.
        if entry.include_depth() == 0 {
            let value = if entry.has_value() { entry.value_bytes() } else { b"true" };
            settings.push((entry.name_bytes().to_vec(), value.to_vec()));
        }
    }
    // The last one holds.
    let version = settings.iter().rev().find(|(name, _value)| name == b"core.repositoryformatversion");
    let version = version.map_or(b"0".as_slice(), |(_name, value)| value);
    if !matches!(version, b"0" | b"1") {
        return Err(RepoError::FormatVersion { version: shown(version) });
    }
    for (name, value) in &settings {
        format.is_partial |= name.starts_with(b"remote.") && name.ends_with(b".promisor") && value != b"false";
        let Some(extension) = name.strip_prefix(b"extensions.") else { continue };
        match extension {
            b"partialclone" => format.is_partial = true,
            b"objectformat" if value.eq_ignore_ascii_case(b"sha1") => format.objects = ObjectFormat::Sha1,
            // git opens none of version 0 that says so.
            b"objectformat" if value.eq_ignore_ascii_case(b"sha256") && version == b"1" => {
                format.objects = ObjectFormat::Sha256;
            }
            b"objectformat" => return Err(RepoError::ObjectFormat { format: shown(value) }),
            b"refstorage" => {
                let unknown = || RepoError::ReferenceFormat { storage: shown(value) };
                format.references = Storage::named(value).ok_or_else(unknown)?;
            }
            known if HARMLESS.iter().any(|harmless| harmless.as_bytes() == known) => {}
            // Version 0 knows no others, so that they mean nothing there.
            _ if version == b"0" => {}
            unknown => return Err(RepoError::Extension { name: shown(unknown) }),
        }
    }
    Ok(format)
}

/// An object directory and its alternates, each once.
fn object_dirs(own: &Path) -> Result<Vec<PathBuf>, RepoError> {
    let mut dirs = vec![own.to_owned()];
    let mut known = BTreeSet::from([own.to_owned()]);
    let mut level = dirs.clone();
    for _depth in 0..ALTERNATES_DEPTH {
        let mut next = Vec::new();
        for dir in &level {
            let text = read(&dir.join("info").join("alternates"))?.unwrap_or_default();
            for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
                let alternate = dir.join(path_in(line));
                // One that is not there is passed over as git does; an object that is missed is said then.
                if alternate.is_dir() && known.insert(alternate.clone()) {
                    next.push(alternate);
                }
            }
        }
        dirs.extend_from_slice(&next);
        level = next;
    }
    Ok(dirs)
}

fn shallow(common_dir: &Path, format: ObjectFormat) -> Result<BTreeSet<ObjectId>, RepoError> {
    let text = read(&common_dir.join("shallow"))?.unwrap_or_default();
    // A line that is no id says nothing; a commit that is missed because of it counts as damage, not as a cut.
    Ok(ids(&text, format).collect())
}

fn grafts(common_dir: &Path, format: ObjectFormat) -> Result<usize, RepoError> {
    let text = read(&common_dir.join("info").join("grafts"))?.unwrap_or_default();
    Ok(ids(&text, format).count())
}

/// The ids that lines begin with.
fn ids(text: &[u8], format: ObjectFormat) -> impl Iterator<Item = ObjectId> {
    text.split(|byte| *byte == b'\n').filter_map(move |line| format.id(line.get(..format.digits())?))
}

/// A file's content; `None` when it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, RepoError> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// Whether a file could not be read because there is none.
pub(super) fn is_absent(error: &io::Error) -> bool {
    // A name that is too long for a file is none of one.
    let kinds = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory, io::ErrorKind::InvalidFilename];
    kinds.contains(&error.kind())
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> RepoError {
    RepoError::Unreadable { path: path.to_owned(), reason: shown(error.to_string().as_bytes()) }
}

/// The path that a line of a file holds.
fn path_in(line: &[u8]) -> PathBuf {
    let line = line.trim_ascii_end();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        PathBuf::from(std::ffi::OsStr::from_bytes(line))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(line).into_owned())
    }
}

#[cfg(unix)]
fn device(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).ok().map(|found| found.dev())
}

#[cfg(not(unix))]
const fn device(_path: &Path) -> Option<u64> {
    None
}
