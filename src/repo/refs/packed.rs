//! The file of references that are packed together: a line each, by name where its head says so.

use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::open::is_absent;
use crate::repo::open::unreadable;

/// Where lines are looked for; hosts give a reference to each pull request, so that there may be megabytes of them.
const PAGE: u64 = 4096;

/// The packed references of a repository.
#[derive(Debug)]
pub(super) struct PackedRefs {
    path: PathBuf,
    file: BufReader<File>,
    pages: u64,
    is_sorted: bool,
}

impl PackedRefs {
    /// Opens the file; `None` when there is none.
    pub(super) fn open(common_dir: &Path) -> Result<Option<Self>, RepoError> {
        let path = common_dir.join("packed-refs");
        let opened = File::open(&path).and_then(|file| {
            let pages = file.metadata()?.len().div_ceil(PAGE);
            let (mut file, mut head) = (BufReader::new(file), Vec::new());
            file.read_until(b'\n', &mut head)?;
            Ok((file, pages, head))
        });
        match opened {
            Ok((file, pages, head)) => {
                let is_sorted = head.starts_with(b"# pack-refs with:")
                    && head.split(u8::is_ascii_whitespace).any(|word| word == b"sorted");
                Ok(Some(Self { path, file, pages, is_sorted }))
            }
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// What a reference says. Where its name stands twice, git takes the later.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<ObjectId>, RepoError> {
        let mut found = None;
        self.each(name, |id, whole| {
            if whole == name.as_bytes() {
                found = id.or(found);
            }
        })?;
        Ok(found)
    }

    /// How many references there are whose names begin so.
    pub(super) fn count(&mut self, prefix: &str) -> Result<usize, RepoError> {
        let mut count = 0_usize;
        self.each(prefix, |id, _| count = count.saturating_add(usize::from(id.is_some())))?;
        Ok(count)
    }

    /// Hands over each reference whose name begins so, in the order of the file; no id where a line has none.
    fn each(&mut self, prefix: &str, mut take: impl FnMut(Option<ObjectId>, &[u8])) -> Result<(), RepoError> {
        let prefix = prefix.as_bytes();
        let mut each = || -> io::Result<()> {
            let start = self.start(prefix)?;
            self.file.seek(SeekFrom::Start(start))?;
            while let Some((_, line)) = self.next()? {
                let (id, name) = parts(&line);
                if name.starts_with(prefix) {
                    take(id, name);
                } else if self.is_sorted && name > prefix {
                    break;
                }
            }
            Ok(())
        };
        each().map_err(|error| unreadable(&self.path, &error))
    }

    /// A place from which on every name is that does not stand before another one: as git, by the middle of what is left.
    fn start(&mut self, wanted: &[u8]) -> io::Result<u64> {
        let (mut start, mut low, mut high) = (0, 0, if self.is_sorted { self.pages } else { 0 });
        while low < high {
            let middle = low.midpoint(high);
            match self.from(middle.saturating_mul(PAGE))? {
                Some((at, line)) if parts(&line).1 < wanted => (start, low) = (at, middle.saturating_add(1)),
                _ => high = middle,
            }
        }
        Ok(start)
    }

    /// The first line with a name that begins at some place or behind it.
    fn from(&mut self, place: u64) -> io::Result<Option<(u64, Vec<u8>)>> {
        self.file.seek(SeekFrom::Start(place.saturating_sub(1)))?;
        if place > 0 {
            self.file.skip_until(b'\n')?;
        }
        self.next()
    }

    /// The next line with a name, and where it begins: not the head, nor what a tag leads to.
    fn next(&mut self) -> io::Result<Option<(u64, Vec<u8>)>> {
        let mut line = Vec::new();
        loop {
            let at = self.file.stream_position()?;
            line.clear();
            if self.file.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if !parts(&line).1.is_empty() {
                return Ok(Some((at, line)));
            }
        }
    }
}

/// The id and the name in a line; an empty name where it has none.
fn parts(line: &[u8]) -> (Option<ObjectId>, &[u8]) {
    let entry = Some(line).filter(|line| !line.starts_with(b"#"));
    let parts = entry
        .and_then(|line| line.split_at_checked(40))
        .and_then(|(id, name)| Some((id, name.strip_prefix(b" ")?.trim_ascii_end())));
    let Some((id, name)) = parts else { return (None, b"") };
    (std::str::from_utf8(id).ok().and_then(|id| id.parse().ok()), name)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn packed(text: &str) -> (tempfile::TempDir, PackedRefs) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("packed-refs"), text).unwrap();
        let packed = PackedRefs::open(dir.path()).unwrap().unwrap();
        (dir, packed)
    }

    fn id(number: usize) -> ObjectId {
        format!("{number:040x}").parse().unwrap()
    }

    const SORTED: &str = "# pack-refs with: peeled fully-peeled sorted \n";

    #[test]
    fn each_of_many_is_found() {
        let names: Vec<String> = (0..600).map(|number| format!("refs/pull/{number:05}/head")).collect();
        for head in [SORTED, "# pack-refs with: peeled fully-peeled\n", ""] {
            let mut text = head.to_owned();
            for (number, name) in names.iter().enumerate() {
                writeln!(text, "{} {name}", id(number)).unwrap();
                if number % 7 == 0 {
                    writeln!(text, "^{}", id(number + 1000)).unwrap();
                }
            }
            let (_dir, mut packed) = packed(&text);
            assert_eq!(packed.is_sorted, head == SORTED);
            for (number, name) in names.iter().enumerate() {
                assert_eq!(packed.find(name).unwrap(), Some(id(number)), "{name}");
            }
            for absent in ["refs/a", "refs/pull/00300", "refs/pull/00300/headx", "refs/pull/00300a", "refs/z"] {
                assert_eq!(packed.find(absent).unwrap(), None, "{absent}");
            }
            for (prefix, count) in [("refs/", 600), ("refs/pull/002", 100), ("refs/heads/", 0), ("refs/pull/00599/", 1)]
            {
                assert_eq!(packed.count(prefix).unwrap(), count, "{prefix}");
            }
        }
    }

    #[test]
    fn odd_files() {
        let (name, long) = ("refs/heads/a", format!("refs/heads/{}", "l".repeat(20_000)));
        for (text, found) in [
            (String::new(), None),
            (format!("{SORTED}{} {name}", id(1)), Some(id(1))),
            (format!("{:<40} z\n{} {name}\n", "# pack-refs with: sorted", id(1)), Some(id(1))),
            (format!("{SORTED}{} {name}\r\n", id(1)), Some(id(1))),
            (format!("{SORTED}{} {name}\n{} {name}\n", id(1), id(2)), Some(id(2))),
            (format!("{SORTED}{} {name}\n{} {long}\n", id(1), id(2)), Some(id(1))),
            (format!("{} {long}\n{} {name}\n", id(2), id(1)), Some(id(1))),
            (format!("{SORTED}no id\n{} {name}\n", id(1)), Some(id(1))),
            (format!("{SORTED}{} {name}\n", "g".repeat(40)), None),
        ] {
            let (_dir, mut packed) = packed(&text);
            assert_eq!(packed.find(name).unwrap(), found, "{text}");
            assert_eq!(packed.find(&long).unwrap().is_some(), text.contains(&long));
        }
        assert!(PackedRefs::open(tempfile::tempdir().unwrap().path()).unwrap().is_none());
    }
}
