//! The file of references that are packed together: a line each, by name where its head says so.
//!
//! Whatever is looked at has to be whole: a branch whose line is damaged would else count as one without a commit.

use std::fs::File;
use std::io;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

use crate::facts::ObjectFormat;
use crate::facts::ObjectId;
use crate::repo::RepoError;
use crate::repo::open::unreadable;

/// Where lines are looked for; hosts give a reference to each pull request, so that there may be megabytes of them.
const PAGE: u64 = 4096;

/// The packed references of a repository.
#[derive(Debug)]
pub(super) struct PackedRefs {
    path: PathBuf,
    format: ObjectFormat,
    file: BufReader<File>,
    pages: u64,
    is_sorted: bool,
}

impl PackedRefs {
    /// Opens the file; `None` when there is none.
    pub(super) fn open(common_dir: &Path, format: ObjectFormat) -> Result<Option<Self>, RepoError> {
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
                Ok(Some(Self { path, format, file, pages, is_sorted }))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// What a reference says. Where its name stands twice, git takes the later.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<ObjectId>, RepoError> {
        let mut found = None;
        self.each(name, |id, whole| {
            if whole == name.as_bytes() {
                found = Some(id);
            }
        })?;
        Ok(found)
    }

    /// How many references there are whose names begin so.
    pub(super) fn count(&mut self, prefix: &str) -> Result<usize, RepoError> {
        let mut count = 0_usize;
        self.each(prefix, |_, _| count = count.saturating_add(1))?;
        Ok(count)
    }

    /// Fails where any line is damaged, or none can be found by its name: for whoever is about to believe that a reference
    /// does not exist.
    pub(super) fn look_through(&mut self) -> Result<(), RepoError> {
        let mut each = || -> io::Result<()> {
            self.file.seek(SeekFrom::Start(0))?;
            let mut last = Vec::new();
            while let Some(Packed { at, name, .. }) = self.next()? {
                if self.is_sorted && name < last {
                    return Err(damaged(at, "the references are not in order, as the head says", &name));
                }
                last = name;
            }
            Ok(())
        };
        each().map_err(|error| unreadable(&self.path, &error))
    }

    /// Hands over each reference whose name begins so, in the order of the file.
    fn each(&mut self, prefix: &str, mut take: impl FnMut(ObjectId, &[u8])) -> Result<(), RepoError> {
        let prefix = prefix.as_bytes();
        let mut each = || -> io::Result<()> {
            let start = self.start(prefix)?;
            self.file.seek(SeekFrom::Start(start))?;
            while let Some(Packed { id, name, .. }) = self.next()? {
                if name.starts_with(prefix) {
                    take(id, &name);
                } else if self.is_sorted && name.as_slice() > prefix {
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
                Some(found) if found.name.as_slice() < wanted => (start, low) = (found.at, middle.saturating_add(1)),
                _ => high = middle,
            }
        }
        Ok(start)
    }

    /// The first reference whose line begins at some place or behind it.
    fn from(&mut self, place: u64) -> io::Result<Option<Packed>> {
        self.file.seek(SeekFrom::Start(place.saturating_sub(1)))?;
        if place > 0 {
            self.file.skip_until(b'\n')?;
        }
        self.next()
    }

    /// The next reference: what the head says, and what tags lead to, is passed over.
    fn next(&mut self) -> io::Result<Option<Packed>> {
        let mut line = Vec::new();
        loop {
            let at = self.file.stream_position()?;
            line.clear();
            if self.file.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let Some(text) = line.strip_suffix(b"\n") else { return Err(damaged(at, "it is cut off", &line)) };
            match text.strip_suffix(b"\r").unwrap_or(text) {
                [b'#', ..] => {}
                [b'^', id @ ..] if self.format.id(id).is_some() => {}
                text => {
                    let (id, name) =
                        parts(text, self.format).ok_or_else(|| damaged(at, "there is no reference", text))?;
                    return Ok(Some(Packed { at, id, name: name.to_vec() }));
                }
            }
        }
    }
}

/// A reference, and where its line begins.
struct Packed {
    at: u64,
    id: ObjectId,
    name: Vec<u8>,
}

fn damaged(at: u64, what: &str, line: &[u8]) -> io::Error {
    let begun: String = String::from_utf8_lossy(line).chars().take(60).collect();
    io::Error::new(io::ErrorKind::InvalidData, format!("at byte {at} {what}: `{begun}`"))
}

/// The id and the name in a line.
fn parts(line: &[u8], format: ObjectFormat) -> Option<(ObjectId, &[u8])> {
    let (id, name) = line.split_at_checked(format.digits())?;
    let name = name.strip_prefix(b" ").filter(|name| is_name(name))?;
    Some((format.id(id)?, name))
}

/// Whether a reference may have this name, in whatever encoding. What git merely warns of is not looked for.
fn is_name(name: &[u8]) -> bool {
    let is_odd = |byte: &u8| byte.is_ascii_control() || b" ~^:?*[\\".contains(byte);
    name.starts_with(b"refs/") && !name.ends_with(b"/") && !name.iter().any(is_odd)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn packed(text: &str) -> (tempfile::TempDir, PackedRefs) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("packed-refs"), text).unwrap();
        let packed = PackedRefs::open(dir.path(), ObjectFormat::Sha1).unwrap().unwrap();
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
            (format!("{:<40} z\n{} {name}\n", "# pack-refs with: sorted", id(1)), Some(id(1))),
            (format!("{SORTED}{} {name}\r\n", id(1)), Some(id(1))),
            (format!("{SORTED}{} {name}\n{} {name}\n", id(1), id(2)), Some(id(2))),
            (format!("{SORTED}{} {name}\n{} {long}\n", id(1), id(2)), Some(id(1))),
            (format!("{} {long}\n{} {name}\n", id(2), id(1)), Some(id(1))),
            (format!("{} {name}/\u{e9}\n", id(1)), None),
        ] {
            let (_dir, mut packed) = packed(&text);
            assert_eq!(packed.find(name).unwrap(), found, "{text}");
            assert_eq!(packed.find(&long).unwrap().is_some(), text.contains(&long));
            packed.look_through().unwrap();
        }
        assert!(PackedRefs::open(tempfile::tempdir().unwrap().path(), ObjectFormat::Sha1).unwrap().is_none());
    }

    #[test]
    fn damage_is_no_absence() {
        let (own, name) = (id(1), "refs/heads/a");
        for (text, said) in [
            (format!("{SORTED}{own} {name}"), "byte 46 it is cut off: `00000"),
            (format!("{SORTED}{own} refs/he"), "it is cut off"),
            ("# pack-refs with: pee".to_owned(), "at byte 0 it is cut off"),
            (format!("{SORTED}no id\n{own} {name}\n"), "there is no reference: `no id`"),
            (format!("{SORTED}{} {name}\n", "g".repeat(40)), "there is no reference"),
            (format!("{SORTED}{own}\n"), "there is no reference"),
            (format!("{SORTED}{own} heads/a\n"), "there is no reference"),
            (format!("{SORTED}{own} refs/heads/\0\n"), "there is no reference"),
            (format!("{SORTED}{own}  {name}\n"), "there is no reference"),
            (format!("{SORTED}^{}\n", "g".repeat(40)), "there is no reference"),
            (format!("{SORTED}\n{own} {name}\n"), "there is no reference"),
            ("\0".repeat(300), "it is cut off"),
        ] {
            let (_dir, mut packed) = packed(&text);
            let error = packed.find(name).unwrap_err();
            assert!(error.to_string().contains(said), "{text}: {error}");
            assert!(packed.count("refs/").is_err(), "{text}");
            assert!(packed.look_through().is_err(), "{text}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("packed-refs")).unwrap();
        assert!(PackedRefs::open(folder.path(), ObjectFormat::Sha1).is_err());
    }

    #[test]
    fn far_from_what_is_looked_for_damage_is_found_by_looking_through() {
        let names = |number: usize| format!("{} refs/pull/{number:05}/head\n", id(number));
        let mut text = SORTED.to_owned() + &(0..600).map(names).collect::<String>();
        for (end, said) in [("0000", "cut off"), (&format!("{} refs/heads/a\n", id(1)), "not in order")] {
            let whole = text.len();
            text.push_str(end);
            let (_dir, mut packed) = packed(&text);
            assert_eq!(packed.find("refs/heads/a").unwrap(), None);
            assert!(packed.look_through().unwrap_err().to_string().contains(said), "{end}");
            text.truncate(whole);
        }
    }
}
