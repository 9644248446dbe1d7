//! Files of the working tree that a command writes.

use std::fs::File;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// Where a path of the repository lies in the working tree; its folder is made.
pub(super) fn place(root: &Path, path: &str) -> io::Result<PathBuf> {
    let root = root.canonicalize()?;
    let target = root.join(path);
    // A directory may be a link to somewhere else; the file itself is replaced, never followed.
    let folder = target.parent().unwrap_or(&root);
    std::fs::create_dir_all(folder)?;
    if !folder.canonicalize()?.starts_with(&root) {
        return Err(io::Error::other("a link leads out of the repository"));
    }
    Ok(target)
}

/// Whether a file can be written in its place; asked before the work whose result it is to hold. What is no plain file
/// (a pipe, a device) is not touched: somebody may read at its other end.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Ok(there) if there.is_file() => File::options().append(true).open(path).map(drop),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            File::options().write(true).create_new(true).open(path)?;
            std::fs::remove_file(path)
        }
        Err(error) => Err(error),
    }
}

/// The whole file or none of it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".debtlint.");
    #[cfg(unix)]
    {
        // A file of the working tree, for everybody whom the umask lets read; not a secret as others of this sort.
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(plain)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// What the system said, without the name of the temporary file: nobody typed that.
fn plain(error: io::Error) -> io::Error {
    let told = error.to_string();
    // As `tempfile` words it; the error inside cannot be reached.
    match told.rsplit_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("there"), "x").unwrap();
        assert!(probe(&at("there")).is_ok() && probe(&at("new")).is_ok());
        assert!(
            probe(folder.path()).is_err() && probe(&at("absent/file")).is_err() && probe(&at("there/file")).is_err()
        );
        assert_eq!(std::fs::read_to_string(at("there")).unwrap(), "x");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_told_without_the_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let told = write(&folder.path().join("absent/file"), b"x").unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::NotFound);
        assert!(!told.to_string().contains(".debtlint."), "{told}");
    }
}
