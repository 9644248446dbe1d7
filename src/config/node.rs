//! YAML as a tree of texts with their places.
//!
//! The tree is built from the YAML library's events and not by its deserializer, because a policy is checked whole:
//! the deserializer stops at the first thing that does not fit, resolves anchors, drops tags, and turns a commit id
//! of decimal digits into a floating-point number. Here every scalar stays the text that was written.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as MapEntry;
use std::ops::Range;
use std::sync::Arc;

use serde_yaml::granit_parser::Event;
use serde_yaml::granit_parser::Parser;
use serde_yaml::granit_parser::ScalarStyle;
use serde_yaml::granit_parser::ScanError;
use serde_yaml::granit_parser::Span;
use serde_yaml::granit_parser::StrInput;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::quoted;
use crate::config::remedy;
use crate::config::text;
use crate::finding::Location;
use crate::policy::Step;
use crate::policy::Written;

/// Deeper and larger than any policy that somebody wrote.
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 100_000;
/// Places beyond these are not pointed at in one problem.
pub(super) const MAX_PLACES: usize = 8;

/// A value as written.
#[derive(Debug)]
pub(super) struct Node {
    /// The value; of one that spans several lines, the first of them.
    pub(super) at: Location,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    /// No value, `~` or `null`.
    Null,
    /// A scalar, quoted or not.
    Text {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// What stood here is reported already.
    Reported,
}

/// A key with its value; no two of a mapping have the same key.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_at: Location,
    pub(super) value: Node,
}

/// Reads a text; `None` when it has no document or no end can be made of it, which is then reported.
pub(super) fn parse(name: &Arc<str>, text: &str, problems: &mut Problems) -> Option<Node> {
    let mut options = serde_yaml::granit_parser::Options::default();
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.emit_anchor_events = true;
    options.emit_unresolved_aliases = true;
    options.emit_comments = false;
    let parser = Parser::new_from_str_with_options(text, options);
    Builder {
        name,
        text,
        problems,
        parser,
        open: Vec::new(),
        anchors: Vec::new(),
        has_anchors: false,
        root: None,
        documents: 0,
        nodes: 0,
    }
    .build()
}

impl Node {
    /// Every value that holds no others, with the way to it.
    pub(super) fn flat(&self) -> Vec<Written> {
        let mut all = Vec::new();
        self.flatten(&mut Vec::new(), &mut all);
        all
    }

    /// Goes as deep as the parser let it.
    fn flatten(&self, path: &mut Vec<Step>, all: &mut Vec<Written>) {
        let value = match &self.value {
            Value::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    path.push(Step::Key(entry.key.clone()));
                    entry.value.flatten(path, all);
                    path.pop();
                }
                return;
            }
            Value::List(items) if !items.is_empty() => {
                for (number, item) in items.iter().enumerate() {
                    path.push(Step::Entry(number));
                    item.flatten(path, all);
                    path.pop();
                }
                return;
            }
            Value::Text { text, .. } => text.clone(),
            Value::List(_) => "[]".to_owned(),
            Value::Map(_) => "{}".to_owned(),
            Value::Null | Value::Reported => "null".to_owned(),
        };
        all.push(Written { path: path.clone(), value, at: self.at.clone() });
    }
}

impl Value {
    /// What it is, for messages.
    pub(super) const fn what(&self) -> &'static str {
        match self {
            Self::Null => "no value",
            Self::Text { .. } => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
            Self::Reported => "something else",
        }
    }
}

struct Builder<'t, 'p> {
    name: &'p Arc<str>,
    text: &'t str,
    problems: &'p mut Problems,
    parser: Parser<'t, StrInput<'t>>,
    open: Vec<Open>,
    anchors: Vec<Location>,
    /// Whether any of them is more than an alias.
    has_anchors: bool,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
}

/// A collection whose end has not come yet.
struct Open {
    at: Location,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: BTreeMap<String, Location>, key: Option<Node> },
}

impl Builder<'_, '_> {
    fn build(mut self) -> Option<Node> {
        let root = self.events();
        self.note_anchors();
        root
    }

    fn events(&mut self) -> Option<Node> {
        while let Some(next) = self.parser.next_event() {
            let (event, span) = match next {
                Ok(event) => event,
                Err(error) => {
                    self.syntax(&error);
                    return None;
                }
            };
            let at = self.location(span);
            self.tag(&event, span);
            match event {
                Event::DocumentStart(..) => {
                    self.documents += 1;
                    if self.documents > 1 {
                        let problem =
                            Problem::new(Fault::SeveralDocuments, "a policy is a single document; another begins here");
                        self.problems.push(problem.at_place(&at).help("remove `---` and what follows"));
                        return self.root.take();
                    }
                }
                Event::Scalar(text, style, ..) => {
                    let value = self.scalar(&text, style, &at);
                    self.add(Node { at, value });
                }
                Event::Alias(_) | Event::UnresolvedAlias(_) => {
                    self.anchors.push(at.clone());
                    self.add(Node { at, value: Value::Reported });
                }
                Event::Anchor(..) => {
                    self.anchors.push(at);
                    self.has_anchors = true;
                }
                Event::SequenceStart(..) => self.open.push(Open { at, content: Content::List(Vec::new()) }),
                Event::MappingStart(..) => {
                    let content = Content::Map { entries: Vec::new(), seen: BTreeMap::new(), key: None };
                    self.open.push(Open { at, content });
                }
                Event::SequenceEnd | Event::MappingEnd => self.close(span),
                _ => {}
            }
            self.nodes += 1;
            if self.nodes > MAX_NODES {
                let message = format!("{} has more than {MAX_NODES} values", self.name);
                self.problems.push(Problem::new(Fault::FileTooLarge, message).help("a policy is written by hand"));
                return None;
            }
        }
        self.root.take()
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, at: &Location) -> Value {
        // A quoted scalar can spell what the text itself may not have: "\x1b".
        if let Some(bad) = text.chars().find(|character| text::is_control(*character)) {
            let help = "in double quotes `\\b` and its like mean such a character: single quotes for regular expressions, or remove it";
            self.problems.push(text::control_character(bad).at_place(at).help(help));
            return Value::Reported;
        }
        let quoted = style != ScalarStyle::Plain;
        match text {
            "" | "~" | "null" | "Null" | "NULL" if !quoted => Value::Null,
            _ => Value::Text { text: text.to_owned(), quoted },
        }
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, seen, key }) => {
                let Some(named) = key.take() else {
                    *key = Some(node);
                    return;
                };
                let Some(text) = key_text(&named) else {
                    if !matches!(named.value, Value::Reported) {
                        let message = format!("a key must be a text, this is {}", named.value.what());
                        self.problems.push(Problem::new(Fault::WrongType, message).at_place(&named.at));
                    }
                    return;
                };
                match seen.entry(text.clone()) {
                    MapEntry::Occupied(first) => self.problems.push(
                        Problem::new(Fault::DuplicateKey, format!("the key {} appears twice", quoted(&text)))
                            .noting(&named.at, "again")
                            .noting(first.get(), "first")
                            .help("keep one: readers would disagree about which of them holds"),
                    ),
                    MapEntry::Vacant(place) => {
                        place.insert(named.at.clone());
                        entries.push(Entry { key: text, key_at: named.at, value: node });
                    }
                }
            }
        }
    }

    fn close(&mut self, end: Span) {
        let Some(Open { mut at, content }) = self.open.pop() else { return };
        let end = end.byte_range().map_or(at.span.end, |range| range.end);
        at.span = first_line(self.text, at.span.start..end);
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, .. } => Value::Map(entries),
        };
        self.add(Node { at, value });
    }

    /// Anchors and aliases come in swarms and have one remedy: one problem for all of them.
    fn note_anchors(&mut self) {
        if self.anchors.is_empty() {
            return;
        }
        let message = format!("anchors and aliases are not allowed in a policy; found: {}", self.anchors.len());
        let problem = Problem::new(Fault::AnchorOrAlias, message);
        let problem = self.anchors.iter().take(MAX_PLACES).fold(problem, |problem, at| problem.at_place(at));
        let first = self.anchors.first().and_then(|at| self.text.get(at.span.clone())).unwrap_or_default();
        self.problems.push(problem.help(remedy::of_anchors(first, self.has_anchors)));
    }

    fn tag(&mut self, event: &Event<'_>, span: Span) {
        let Some(tag) = event.tag() else { return };
        let at = self.location(span.tag_span().unwrap_or(span));
        let problem =
            Problem::new(Fault::Tag, format!("the tag {} has no meaning in a policy", quoted(&tag.original())));
        self.problems.push(problem.at_place(&at).help("remove it"));
    }

    fn syntax(&mut self, error: &ScanError) {
        let marker = *error.marker();
        let found = self.location(Span::empty(marker));
        let (elsewhere, help) = remedy::of_syntax(self.text, found.span.start, &error.info());
        let mut at = elsewhere.map_or(found, |place| text::locate(self.name, self.text, place, place));
        // A caret of no width would not be seen; at the end of the text it has to go back by one.
        let width = |rest: &str| rest.chars().next().map(|character| character.len_utf8());
        match self.text.get(at.span.start..).and_then(width) {
            Some(width) => at.span.end = at.span.start + width,
            None => at.span.start = at.span.start.saturating_sub(1),
        }
        let problem = Problem::new(Fault::YamlSyntax, format!("this is not YAML: {}", error.info()));
        self.problems.push(problem.at_place(&at).help(help));
    }

    fn location(&self, span: Span) -> Location {
        location(self.name, self.text, span)
    }
}

/// The place of what the parser read, to the end of its first line.
pub(super) fn location(name: &Arc<str>, text: &str, span: Span) -> Location {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let range = span.byte_range().unwrap_or_default();
    Location {
        file: Arc::clone(name),
        line: count(span.start.line()),
        column: count(span.start.col() + 1),
        span: first_line(text, range),
    }
}

fn key_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text { text, .. } => Some(text.clone()),
        Value::Null => Some(String::new()),
        Value::List(_) | Value::Map(_) | Value::Reported => None,
    }
}

/// The part of a range up to the end of its first line, so that a caret stays readable.
fn first_line(text: &str, range: Range<usize>) -> Range<usize> {
    let line = text.get(range.clone()).and_then(|part| part.lines().next()).map_or(0, |line| line.trim_end().len());
    range.start..range.start + line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        let mut problems = Problems::default();
        let node = parse(&"p.yml".into(), text, &mut problems).unwrap();
        assert_eq!(problems.count(), 0, "{text}");
        node
    }

    #[test]
    fn places_are_bytes_lines_and_characters() {
        let text = "é: {ü: \"日本\", b: [1, ~]}\r\nx:\r\n  y: z\r\n";
        let Value::Map(entries) = tree(text).value else { panic!() };
        let Value::Map(inner) = &entries[0].value.value else { panic!() };
        assert_eq!(&text[inner[0].value.at.span.clone()], "\"日本\"");
        assert_eq!((inner[0].value.at.line, inner[0].value.at.column), (1, 8));
        assert_eq!(&text[entries[0].value.at.span.clone()], "{ü: \"日本\", b: [1, ~]}");
        let Value::List(items) = &inner[1].value.value else { panic!() };
        assert!(matches!(items[1].value, Value::Null));
        assert_eq!(&text[entries[1].value.at.span.clone()], "y: z");
        assert_eq!((entries[1].value.at.line, entries[1].value.at.column), (3, 3));
    }

    #[test]
    fn scalars_stay_as_written() {
        for text in ["0123456789012345678901234567890123456789", "1e999", "no", "0x10", "2026-01-01", "1_000", ".nan"] {
            assert!(matches!(tree(text).value, Value::Text { text: read, quoted: false } if read == text));
        }
        assert!(matches!(tree("'~'").value, Value::Text { quoted: true, .. }));
    }
}
