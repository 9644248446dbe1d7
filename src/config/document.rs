//! YAML that is not a policy: what build services are told to run.
//!
//! Read as their own readers do, with anchors, merge keys and tags; each value knows its place. A policy is read by
//! `node`, which has none of these.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde_yaml::granit_parser::Event;
use serde_yaml::granit_parser::Options;
use serde_yaml::granit_parser::Parser;
use serde_yaml::granit_parser::ScalarStyle;
use serde_yaml::granit_parser::Span;

use crate::config::node::location;
use crate::finding::Location;

/// Larger and deeper than any pipeline that somebody wrote.
const MAX_BYTES: usize = 1 << 20;
const MAX_DEPTH: usize = 64;
const MAX_NODES: usize = 100_000;

/// A file.
#[derive(Debug, Clone)]
pub struct Document {
    /// What messages call it.
    pub name: Arc<str>,
    /// Its text, which places point into.
    pub text: Arc<str>,
    /// Its last document.
    pub root: Yaml,
    /// What readers do not agree on, and where: a key twice in a mapping, several documents.
    pub doubt: Option<(Location, &'static str)>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Yaml {
    /// The value; of one that spans several lines, the first of them.
    pub at: Location,
    /// What it is.
    pub value: Value,
}

/// A value.
#[derive(Debug, Clone)]
pub enum Value {
    /// None, `~` or `null`.
    Null,
    /// A scalar, as it was written.
    Text(String),
    /// A list.
    List(Vec<Yaml>),
    /// A mapping, in the order of its text.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub at: Location,
    /// Its value.
    pub value: Yaml,
}

/// A file that cannot be read as YAML.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// From where on it cannot be understood.
    pub at: Location,
    /// The text; one line break where it is too large or not UTF-8.
    pub text: Arc<str>,
    /// Why.
    pub reason: String,
}

/// Reads a file.
///
/// # Errors
/// It is no YAML, or more of it than anybody writes.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, Unreadable> {
    let name: Arc<str> = Arc::from(name);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let refused =
        |text: Arc<str>, reason: &str| Unreadable { at: Location::start_of(&name), text, reason: reason.to_owned() };
    if bytes.len() > MAX_BYTES {
        return Err(refused("\n".into(), "it has more than 1 MiB"));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(refused("\n".into(), "it is not UTF-8")) };
    let text: Arc<str> = Arc::from(text);
    let mut reader = Reader {
        name: &name,
        text: &text,
        open: Vec::new(),
        anchors: BTreeMap::new(),
        nodes: 0,
        root: None,
        doubt: None,
    };
    reader.read().map_err(|(at, reason)| Unreadable { at, text: Arc::clone(&text), reason })?;
    let nothing = Yaml { at: Location::start_of(&name), value: Value::Null };
    let root = reader.root.take().unwrap_or(nothing);
    let doubt = reader.doubt.take();
    Ok(Document { name, text, root, doubt })
}

impl Document {
    /// The place of a piece of text that a value holds; the value's own, where it does not stand there as it is.
    #[must_use]
    pub fn place_of(&self, within: &Yaml, piece: &str) -> Location {
        let rest = self.text.get(within.at.span.start..).unwrap_or_default();
        let Some(offset) = rest.find(piece).filter(|_| !piece.is_empty()) else { return within.at.clone() };
        let start = within.at.span.start.saturating_add(offset);
        let before = self.text.get(..start).unwrap_or_default();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        Location {
            file: Arc::clone(&self.name),
            // Counted for every call of a long file: bytes are counted many times faster than matches.
            line: count(before.bytes().filter(|byte| *byte == b'\n').count()),
            column: count(column),
            span: start..start.saturating_add(piece.len()),
        }
    }
}

impl Yaml {
    /// The entry of a key of a mapping; of several the last.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key == key)
    }

    /// The value of a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries of a mapping; none of what is something else.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list, or the one value that stands for a list of it.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// A scalar's text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// All scalars in a value, in the order of the text.
    #[must_use]
    pub fn texts(&self) -> Vec<(&Self, &str)> {
        match &self.value {
            Value::Text(text) => vec![(self, text)],
            Value::List(items) => items.iter().flat_map(Self::texts).collect(),
            Value::Map(entries) => entries.iter().flat_map(|entry| entry.value.texts()).collect(),
            Value::Null => Vec::new(),
        }
    }

    fn count(&self) -> usize {
        let inner: usize = match &self.value {
            Value::List(items) => items.iter().map(Self::count).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.value.count()).sum(),
            _ => 0,
        };
        inner + 1
    }
}

struct Reader<'t> {
    name: &'t Arc<str>,
    text: &'t str,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Yaml>,
    nodes: usize,
    root: Option<Yaml>,
    doubt: Option<(Location, &'static str)>,
}

/// A collection whose end has not come yet.
struct Open {
    at: Location,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Yaml>),
    Map(Vec<Entry>, Option<Yaml>),
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), (Location, String)> {
        let mut options = Options::default();
        options.flow_nesting_limit = MAX_DEPTH;
        options.block_nesting_limit = MAX_DEPTH;
        options.emit_comments = false;
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        while let Some(next) = parser.next_event() {
            let (event, span) = next.map_err(|error| {
                (location(self.name, self.text, Span::empty(*error.marker())), error.info().to_owned())
            })?;
            let at = location(self.name, self.text, span);
            match event {
                Event::Scalar(text, style, anchor, _) => {
                    let is_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                    let value = if is_null { Value::Null } else { Value::Text(text.into_owned()) };
                    self.add(Yaml { at, value }, anchor);
                }
                Event::Alias(anchor) => {
                    let found = self.anchors.get(&anchor).cloned().unwrap_or(Yaml { at, value: Value::Null });
                    self.nodes = self.nodes.saturating_add(found.count());
                    self.add(found, 0);
                }
                Event::SequenceStart(_, anchor, _) => {
                    self.open.push(Open { at, anchor, content: Content::List(Vec::new()) });
                }
                Event::MappingStart(_, anchor, _) => {
                    self.open.push(Open { at, anchor, content: Content::Map(Vec::new(), None) });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(),
                _ => {}
            }
            self.nodes = self.nodes.saturating_add(1);
            if self.nodes > MAX_NODES {
                let reason = format!("it has more than {MAX_NODES} values");
                return Err((Location::start_of(self.name), reason));
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(Open { at, anchor, content }) = self.open.pop() else { return };
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map(entries, _) => {
                let mut known = BTreeSet::new();
                let twice = entries.iter().find(|entry| entry.key != "<<" && !known.insert(entry.key.as_str()));
                let twice = twice.map(|entry| (entry.at.clone(), "a key appears there twice"));
                self.doubt = self.doubt.take().or(twice);
                Value::Map(merged(entries))
            }
        };
        self.add(Yaml { at, value }, anchor);
    }

    fn add(&mut self, node: Yaml, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => {
                let is_second = self.root.as_ref().is_some_and(|root| !matches!(root.value, Value::Null));
                let second = is_second.then(|| (node.at.clone(), "it holds several documents"));
                self.doubt = self.doubt.take().or(second);
                self.root = Some(node);
            }
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(named) => {
                    let text = named.text().unwrap_or_default().to_owned();
                    entries.push(Entry { key: text, at: named.at, value: node });
                }
            },
        }
    }
}

/// The entries with those of merge keys (`<<`), which hold where nothing else is said.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (taken, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "<<");
    for entry in taken.iter().flat_map(|entry| entry.value.items()).flat_map(Yaml::entries) {
        if own.iter().all(|known| known.key != entry.key) {
            own.push(entry.clone());
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_merge_keys_tags_and_places() {
        let text = "on: push\n.base: &base\n  a: 1\n  b: 2\njob:\n  <<: *base\n  b: 3\n  run: |\n    one\n    two\n  x: !reference [y, z]\n";
        let read = read("x.yml", text.as_bytes()).unwrap();
        let job = read.root.get("job").unwrap();
        assert_eq!(job.get("a").and_then(Yaml::text), Some("1"));
        assert_eq!(job.get("b").and_then(Yaml::text), Some("3"));
        assert_eq!(read.root.get("on").and_then(Yaml::text), Some("push"));
        assert_eq!(job.get("x").unwrap().items().len(), 2);
        let at = read.place_of(job.get("run").unwrap(), "two");
        assert_eq!((at.line, at.column, &text[at.span]), (10, 5, "two"));
        let own = &job.entry("b").unwrap().at;
        assert_eq!((own.line, own.column), (7, 3));
    }

    #[test]
    fn what_is_no_yaml_says_where() {
        let error = read("x.yml", b"a: [1\nb: 2\n").unwrap_err();
        assert!(error.at.line >= 2, "{error:?}");
        assert!(read("x.yml", b"\xff").is_err());
        let bomb = (1..30)
            .fold("a0: &a0 [x, x]\n".to_owned(), |text, n| text + &format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1));
        assert!(read("x.yml", bomb.as_bytes()).unwrap_err().reason.contains("values"));
    }
}
