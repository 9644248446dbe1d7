//! The packs that ship with the program, and the files that a policy extends.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::OnceLock;

use crate::config::ReadFile;
use crate::config::Source;
use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::escaped;
use crate::config::error::nearest;
use crate::config::error::quoted;
use crate::config::node;
use crate::config::node::Node;
use crate::config::raw;
use crate::config::read::At;
use crate::config::read::Mapping as _;
use crate::config::read::Read as _;
use crate::config::text;
use crate::config::values::Extended;
use crate::policy::Written;

/// How many files of the repository a policy may extend, and how far the chain may go.
const MAX_FILES: usize = 16;
const MAX_DEPTH: usize = 5;
/// The keys of a file that others extend; all others belong to the policy itself.
const KEYS: [&str; 7] = ["version", "description", "extends", "labels", "exempt", "ignore", "bot-paths"];

/// A set of rules that ships with the program, in the form of a policy.
#[derive(Debug, Clone, Copy)]
pub struct Pack {
    /// How `extends` names it.
    pub name: &'static str,
    /// What it is for, in one line.
    pub description: &'static str,
    /// The name of its file, as [`Location`](crate::finding::Location) gives it.
    pub file: &'static str,
    /// The file: YAML, with comments.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+) => {
        [$(($name, concat!("rules/", $name, ".yml"), include_str!(concat!("../../rules/", $name, ".yml")))),+]
    };
}

/// What `default` is for lies in its file; that there is one must not be in doubt.
static DEFAULT: Pack = Pack {
    name: "default",
    description: "What judges a repository without a policy; names the other packs",
    file: "rules/default.yml",
    text: include_str!("../../rules/default.yml"),
};

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let files = shipped![
        "debt-trailers",
        "subject-tags",
        "pull-request-labels",
        "conventional-commits",
        "gitmoji",
        "bots",
        "generated"
    ];
    let described = |text: &'static str| text.lines().find_map(|line| line.strip_prefix("description: "));
    let pack = |(name, file, text)| Pack { name, file, text, description: described(text).unwrap_or_default() };
    std::iter::once(DEFAULT).chain(files.into_iter().map(pack)).collect()
});

/// The packs as trees, in their order.
static TREES: LazyLock<Vec<OnceLock<Option<Node>>>> = LazyLock::new(|| PACKS.iter().map(|_| OnceLock::new()).collect());

/// Takes the shipped packs apart, which takes a while: to be called on another thread while there is other work. Whoever needs
/// one before takes it apart himself.
pub fn read_ahead() {
    // Whoever needs them begins with the first.
    for pack in packs().iter().rev() {
        pack.tree();
    }
}

/// The packs that ship with the program, `default` first.
#[must_use]
pub fn packs() -> &'static [Pack] {
    &PACKS
}

/// Whether a file, as locations and texts name it, ships with the program.
#[must_use]
pub fn is_shipped(file: &str) -> bool {
    packs().iter().any(|pack| pack.file == file)
}

/// The pack of that name.
#[must_use]
pub fn pack(name: &str) -> Option<&'static Pack> {
    packs().iter().find(|pack| pack.name == name)
}

/// The pack that applies where nothing else is said.
pub(super) const fn default() -> &'static Pack {
    &DEFAULT
}

/// What the pack that applies where nothing else is said writes behind a key, a setting on one line.
pub(super) fn default_value(key: &str) -> &'static str {
    let value = |line: &'static str| line.strip_prefix(key)?.strip_prefix(": ");
    DEFAULT.text.lines().find_map(value).unwrap_or_default()
}

/// A file whose rules a policy takes over.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) file: raw::File,
    pub(super) name: Arc<str>,
    pub(super) text: Arc<str>,
    pub(super) written: Vec<Written>,
}

/// Follows `extends`, depth first, so that a file's own rules come before those of the files that it extends in turn.
pub(super) struct Follower<'a> {
    pub(super) read: &'a ReadFile<'a>,
    pub(super) problems: &'a mut Problems,
    /// In order; each file once, where it first came.
    pub(super) layers: Vec<Layer>,
    seen: BTreeSet<String>,
    files: usize,
}

impl Pack {
    pub(super) fn read(&self, problems: &mut Problems) -> Option<Layer> {
        let (name, text) = (Arc::from(self.file), Arc::from(self.text));
        problems.know(&name, &text);
        let tree = self.tree()?;
        let file = problems.in_shipped(|problems| raw::File::read(tree, problems))?;
        Some(Layer { file, name, text, written: tree.flat() })
    }

    /// Nothing is wrong with one that ships: a test says so.
    fn tree(&self) -> Option<&'static Node> {
        let place = packs().iter().position(|pack| pack.name == self.name)?;
        let parsed = || node::parse(&Arc::from(self.file), self.text, &mut Problems::default());
        TREES.get(place)?.get_or_init(parsed).as_ref()
    }
}

/// Reads one file as far as it can be read.
pub(super) fn read_file(source: &Source<'_>, problems: &mut Problems) -> Option<Layer> {
    let (name, text) = (&source.name, text::decode(source, problems)?);
    let before = problems.count();
    let root = node::parse(name, &text, problems);
    let empty = root.as_ref().is_none_or(|root| matches!(root.value, node::Value::Null));
    if empty && problems.count() == before {
        let problem = Problem::new(Fault::EmptyFile, format!("{name} is empty"));
        problems.push(
            problem.help("the shortest policy is `version: 1`: one team, `everyone`, judged by the default rules"),
        );
    }
    let root = root.filter(|_| !empty)?;
    if !matches!(root.value, node::Value::Map(_)) {
        return not_keys(&root, problems);
    }
    let file = raw::File::read(&root, problems)?;
    Some(Layer { file, name: Arc::clone(name), text, written: root.flat() })
}

/// Says what the top of a policy has to be. Here no key is read that a message could name.
fn not_keys<T>(root: &Node, problems: &mut Problems) -> Option<T> {
    let help = match &root.value {
        // What an anchor stands for is told where it stands.
        node::Value::Reported => return None,
        node::Value::List(_) => "write the keys without `- ` in front; the shortest policy is the line `version: 1`",
        _ => "write a colon and a space after each key; the shortest policy is the line `version: 1`",
    };
    let message = format!("a policy is a mapping of keys to values; this is {}", root.value.what());
    problems.push(Problem::new(Fault::WrongType, message).at_place(&root.at).help(help));
    None
}

impl<'a> Follower<'a> {
    pub(super) fn new(read: &'a ReadFile<'a>, problems: &'a mut Problems) -> Self {
        Self { read, problems, layers: Vec::new(), seen: BTreeSet::new(), files: 0 }
    }

    /// Follows what a policy itself extends.
    pub(super) fn follow_from(&mut self, own: &Layer) {
        if let Some(extends) = &own.file.extends {
            self.follow(&extends.value, &[own.name.to_string()]);
        }
    }

    /// Follows the entries of one file; `chain` holds the names of the files that led here.
    fn follow(&mut self, entries: &[At<Extended>], chain: &[String]) {
        for entry in entries {
            match &entry.value {
                Extended::Pack(name) => self.shipped(name, entry, chain),
                Extended::Path(path) => self.file(path, entry, chain),
            }
        }
    }

    /// Takes over a shipped pack, without an entry that names it.
    pub(super) fn take(&mut self, pack: &Pack, chain: &[String]) {
        if !self.seen.insert(pack.file.to_owned()) {
            return;
        }
        if let Some(layer) = pack.read(self.problems) {
            self.enter(layer, chain, pack.file);
        }
    }

    fn shipped(&mut self, name: &str, entry: &At<Extended>, chain: &[String]) {
        if let Some(pack) = pack(name) {
            self.take(pack, chain);
            return;
        }
        let names = || packs().iter().map(|pack| pack.name);
        let help = match nearest(name, names()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!(
                "the shipped packs are {}; a file in the repository is written `./name.yml`",
                names().collect::<Vec<_>>().join(", ")
            ),
        };
        let problem = Problem::new(Fault::UnknownPack, format!("no pack is called {}", quoted(name)));
        self.problems.push(problem.at_place(&entry.at).help(help));
    }

    fn file(&mut self, path: &str, entry: &At<Extended>, chain: &[String]) {
        if is_shipped(path) {
            // Files are told apart by their names: one of the two would be left out, and the one be shown for the other.
            let message = format!("{} is what a file that ships with debtlint is called", quoted(path));
            let problem = Problem::new(Fault::BadName, message).at_place(&entry.at);
            self.problems.push(problem.help("call it something else, such as `./debtlint/labels.yml`"));
            return;
        }
        if chain.iter().any(|above| above == path) {
            let circle = chain.iter().map(String::as_str).chain([path]).collect::<Vec<_>>().join(" → ");
            self.refuse(entry, format!("files extend each other in a circle: {circle}"));
            return;
        }
        if chain.len() > MAX_DEPTH {
            self.refuse(entry, format!("the chain of files is longer than {MAX_DEPTH}"));
            return;
        }
        if !self.seen.insert(path.to_owned()) {
            return;
        }
        self.files += 1;
        if self.files > MAX_FILES {
            self.refuse(entry, format!("a policy may extend at most {MAX_FILES} files, with those that they extend"));
            return;
        }
        let unreadable = |reason: &str| {
            let problem = Problem::new(Fault::UnreadableFile, format!("cannot read {}: {reason}", quoted(path)));
            problem.at_place(&entry.at).help("the path is taken from the repository's root, in the judged revision")
        };
        let bytes = match (self.read)(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return self.problems.push(unreadable("there is no such file")),
            Err(reason) => return self.problems.push(unreadable(&escaped(&reason))),
        };
        let source = Source { name: path.into(), bytes: &bytes };
        if let Some(layer) = read_file(&source, self.problems) {
            for key in layer.file.keys().iter().filter(|key| !KEYS.contains(&key.value.as_str())) {
                // An unknown key is reported already.
                if raw::File::knows(&key.value) {
                    let message =
                        format!("`{}` belongs in the policy itself, not in a file that it extends", key.value);
                    let problem = Problem::new(Fault::KeyNotInPack, message).at_place(&key.at);
                    self.problems.push(problem.help("move it there"));
                }
            }
            self.enter(layer, chain, path);
        }
    }

    fn enter(&mut self, mut layer: Layer, chain: &[String], name: &str) {
        let extends = layer.file.extends.take();
        self.layers.push(layer);
        if let Some(extends) = extends {
            let chain: Vec<String> = chain.iter().cloned().chain([name.to_owned()]).collect();
            self.follow(&extends.value, &chain);
        }
    }

    fn refuse(&mut self, entry: &At<Extended>, message: String) {
        self.problems.push(
            Problem::new(Fault::ExtendsTooFar, message).at_place(&entry.at).help("let fewer files extend others"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken for granted of them when they are read: that they are text, and each pattern compiles.
    #[test]
    fn what_ships_is_as_right_as_what_does_not_must_be() {
        for pack in packs() {
            let mut problems = Problems::default();
            let source = Source { name: pack.file.into(), bytes: pack.text.as_bytes() };
            let layer = read_file(&source, &mut problems).unwrap();
            assert_eq!(problems.count(), 0, "{}", pack.file);
            assert_eq!(*layer.text, *pack.text, "{}", pack.file);
        }
    }
}
