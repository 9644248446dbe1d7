//! The same past in a repository that names its objects by SHA-256: whatever is named, in objects and in texts, is named anew.
#![expect(clippy::disallowed_types, reason = "objects are read with another library than the program's own reader")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use git2::ObjectType;
use sha2::Digest as _;
use sha2::Sha256;

/// The new names of objects, by the old.
#[derive(Debug, Default)]
pub(crate) struct Renamed(BTreeMap<String, String>);

/// Rewrites a bare repository of loose objects in its place.
pub(crate) fn renamed(path: &Path) -> Renamed {
    let mut renamed = Renamed::default();
    let mut left: BTreeMap<String, (ObjectType, Vec<u8>)> = BTreeMap::new();
    {
        let repo = git2::Repository::open_bare(path).unwrap();
        let odb = repo.odb().unwrap();
        odb.foreach(|id| {
            let object = odb.read(*id).unwrap();
            left.insert(id.to_string(), (object.kind(), object.data().to_vec()));
            true
        })
        .unwrap();
    }
    fs::remove_dir_all(path.join("objects")).unwrap();
    fs::create_dir(path.join("objects")).unwrap();
    while !left.is_empty() {
        // Whatever names nothing that is left; of the rest some name what goes now.
        let is_ready = |bytes: &[u8], kind| !names(bytes, kind).iter().any(|name| left.contains_key(name));
        let ready: Vec<String> =
            left.iter().filter(|(_, (kind, bytes))| is_ready(bytes, *kind)).map(|(id, _)| id.clone()).collect();
        assert!(!ready.is_empty(), "no object names itself");
        for id in ready {
            let (kind, bytes) = left.remove(&id).unwrap();
            let name = write(path, kind, &renamed.object(kind, &bytes));
            renamed.0.insert(id, name);
        }
    }
    for file in ["HEAD", "packed-refs", "shallow"] {
        renamed.file(&path.join(file));
    }
    renamed.folder(&path.join("refs"));
    fs::write(
        path.join("config"),
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n",
    )
    .unwrap();
    renamed
}

/// The objects that an object names.
fn names(bytes: &[u8], kind: ObjectType) -> Vec<String> {
    match kind {
        ObjectType::Tree => entries(bytes).into_iter().map(|(_, id)| hex(id)).collect(),
        _ => words(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
            .into_iter()
            .map(str::to_owned)
            .collect(),
    }
}

/// Mode and name of each entry, and its id.
fn entries(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    while let Some(end) = bytes.iter().position(|byte| *byte == 0) {
        let (head, rest) = bytes.split_at(end + 1);
        let (id, rest) = rest.split_at(20);
        found.push((head, id));
        bytes = rest;
    }
    found
}

/// What a text has that may be a name, or how one begins.
fn words(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| may_name(word)).collect()
}

fn may_name(word: &str) -> bool {
    (7..=40).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(path: &Path, kind: ObjectType, content: &[u8]) -> String {
    let whole = [format!("{kind} {}\0", content.len()).as_bytes(), content].concat();
    let name = hex(&Sha256::digest(&whole));
    let mut packed = vec![0; zlib_rs::compress_bound(whole.len())];
    let (packed, _code) = zlib_rs::compress_slice(&mut packed, &whole, zlib_rs::DeflateConfig::default());
    let folder = path.join("objects").join(&name[..2]);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(&name[2..]), packed).unwrap();
    name
}

impl Renamed {
    /// A text that names objects, as it reads with their new names. What begins as a name does is taken for its beginning.
    pub(crate) fn text(&self, text: &str) -> String {
        let word = |letter: char| letter.is_ascii_alphanumeric();
        let (mut told, mut rest) = (String::new(), text);
        while let Some(start) = rest.find(word) {
            let end = rest[start..].find(|letter| !word(letter)).map_or(rest.len(), |length| start + length);
            told.push_str(&rest[..start]);
            told.push_str(&self.word(&rest[start..end]));
            rest = &rest[end..];
        }
        told + rest
    }

    fn word(&self, word: &str) -> String {
        if !may_name(word) {
            return word.to_owned();
        }
        let lower = word.to_lowercase();
        let mut alike = self.0.range(lower.clone()..).take_while(|(old, _)| old.starts_with(&lower));
        match (alike.next(), alike.next()) {
            (Some((_, new)), None) if word.len() < 40 => new[..word.len()].to_owned(),
            (Some((_, new)), _) if word.len() == 40 => new.clone(),
            // Of what is not there: a name that nothing has.
            _ if word.len() == 40 => hex(&Sha256::digest(lower)),
            _ => word.to_owned(),
        }
    }

    fn object(&self, kind: ObjectType, bytes: &[u8]) -> Vec<u8> {
        if kind == ObjectType::Tree {
            let one = |(head, id): (&[u8], &[u8])| [head, &self.id(id)[..]].concat();
            return entries(bytes).into_iter().flat_map(one).collect();
        }
        // Each byte is a letter meanwhile, so that none is lost.
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        self.text(&text).chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect()
    }

    fn id(&self, old: &[u8]) -> Vec<u8> {
        let new = self.word(&hex(old));
        (0..64).step_by(2).map(|at| u8::from_str_radix(&new[at..at + 2], 16).unwrap()).collect()
    }

    /// Rewrites a text file, if it is there.
    pub(crate) fn file(&self, path: &Path) {
        if let Ok(text) = fs::read_to_string(path) {
            fs::write(path, self.text(&text)).unwrap();
        }
    }

    fn folder(&self, path: &Path) {
        for entry in fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { self.folder(&entry) } else { self.file(&entry) }
        }
    }
}
