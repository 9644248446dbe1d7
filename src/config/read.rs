//! How a tree of YAML becomes the structs of [`raw`](super::raw).
//!
//! One declaration with [`written!`] makes the struct, its reader, and its JSON Schema, so that none of them can know a
//! key that the others do not. Readers never stop: what cannot be read is noted and left out.

use std::borrow::Cow;

use schemars::Schema;
use schemars::SchemaGenerator;
use serde_json::Map;
use serde_json::Value as Json;
use serde_json::json;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::nearest;
use crate::config::error::quoted;
use crate::config::node::Entry;
use crate::config::node::Node;
use crate::config::node::Value;
use crate::config::remedy;
use crate::finding::Location;

/// Something that can be read from a policy.
pub(super) trait Read: Sized {
    /// What has to be written, for messages: `a percentage such as 20%`.
    const WHAT: &'static str;
    /// How many of it one list may hold.
    const MOST: usize = 10_000;

    /// Reads a value that is not [`Value::Null`]; notes what is wrong.
    fn read(node: &Node, problems: &mut Problems) -> Option<Self>;

    /// What an editor may know about it.
    fn schema(generator: &mut SchemaGenerator) -> Schema;
}

/// A [`Read`] that is written as one scalar.
pub(super) trait Word: Sized {
    /// See [`Read::WHAT`].
    const WHAT: &'static str;
    /// See [`Read::MOST`].
    const MOST: usize = 10_000;

    /// Reads the text; the problem has no place yet.
    fn parse(text: &str) -> Result<Self, Problem>;

    /// Reads a text that ships with the program: nothing about it is in doubt, so what proving that takes can be left out.
    fn shipped(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }

    /// Whether quotes make it something else, as they do with a number.
    fn is_text() -> bool {
        true
    }

    /// What an editor may know about it.
    fn schema() -> Json;
}

/// A value with its place.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) at: Location,
}

/// A list that may be written without brackets when it has one item; never empty.
#[derive(Debug)]
pub(super) struct OneOrMany<T>(pub(super) Vec<At<T>>);

/// A mapping from free names to values of one sort, in the order of the file.
#[derive(Debug)]
pub(super) struct Named<N, T>(pub(super) Vec<(At<N>, T)>);

/// A mapping with fixed keys.
pub(super) trait Mapping {
    /// The keys that are there, readable or not.
    fn keys(&self) -> &[At<String>];

    /// Whether a key is there, readable or not.
    fn has(&self, key: &str) -> bool {
        self.keys().iter().any(|there| there.value == key)
    }
}

/// What a list is called in messages.
const LIST: &str = "a list";

/// The keys that a mapping may have.
pub(super) struct Keys {
    /// What the mapping is called in messages.
    pub(super) owner: &'static str,
    /// Each key with what its value has to be.
    pub(super) known: &'static [(&'static str, Need, &'static str)],
    /// Of each group exactly one must be there.
    pub(super) groups: &'static [&'static [&'static str]],
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Required,
    Optional,
}

impl<T: Word> Read for T {
    const WHAT: &'static str = T::WHAT;
    const MOST: usize = T::MOST;

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.value {
            Value::Text { quoted: true, .. } if !T::is_text() => {
                let message = format!("{} has to be {}, without quotes", subject(problems), T::WHAT);
                problems.push(Problem::new(Fault::WrongType, message).at_place(&node.at));
                None
            }
            Value::Text { text, .. } => match if problems.are_shipped() { T::shipped(text) } else { T::parse(text) } {
                Ok(value) => Some(value),
                Err(problem) => {
                    problems.push(problem.at_place(&node.at));
                    None
                }
            },
            _ => wrong_type(node, T::WHAT, problems),
        }
    }

    fn schema(_generator: &mut SchemaGenerator) -> Schema {
        Schema::try_from(T::schema()).unwrap_or_default()
    }
}

impl<T: Read> Read for Vec<At<T>> {
    const WHAT: &'static str = LIST;

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::List(items) = &node.value else { return wrong_form(node, Self::WHAT, "[...]", problems) };
        if let Some(beyond) = items.get(T::MOST) {
            let message = format!("a list of {} entries, more than the {} it may have", items.len(), T::MOST);
            problems.push(Problem::new(Fault::TooManyEntries, message).noting(&beyond.at, "one too many"));
        }
        let entry = match problems.subject() {
            Some(list) => format!("an entry of {list}"),
            None => "an entry".to_owned(),
        };
        let items = items.iter().take(T::MOST);
        Some(problems.reading(|| entry, |problems| items.filter_map(|item| read_item(item, problems)).collect()))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let items = T::schema(generator);
        schemars::json_schema!({ "type": "array", "items": items, "maxItems": T::MOST })
    }
}

impl<T: Read> Read for OneOrMany<T> {
    const WHAT: &'static str = T::WHAT;

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.value {
            Value::List(items) if items.is_empty() => {
                let message = format!("an empty list, where {} is needed", T::WHAT);
                problems.push(Problem::new(Fault::NoValue, message).at_place(&node.at));
                None
            }
            Value::List(_) => Vec::read(node, problems).map(Self),
            _ => Some(Self(vec![read_item(node, problems)?])),
        }
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let item = T::schema(generator);
        schemars::json_schema!({ "anyOf": [item, { "type": "array", "items": item, "minItems": 1, "maxItems": T::MOST }] })
    }
}

impl<N: Word, T: Read> Read for Named<N, T> {
    const WHAT: &'static str = "a mapping";

    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            return wrong_form(node, Self::WHAT, "{ NAME: ... }", problems);
        };
        let mut named = Vec::with_capacity(entries.len());
        for entry in entries {
            let name = match N::parse(&entry.key) {
                Ok(name) => Some(name),
                Err(problem) => {
                    problems.push(problem.at_place(&entry.key_at));
                    None
                }
            };
            let value: Option<T> = read_entry(entry, Need::Optional, problems);
            if let (Some(name), Some(value)) = (name, value) {
                named.push((At { value: name, at: entry.key_at.clone() }, value));
            }
        }
        Some(Self(named))
    }

    fn schema(generator: &mut SchemaGenerator) -> Schema {
        let (names, values) = (N::schema(), T::schema(generator));
        schemars::json_schema!({
            "type": "object", "propertyNames": names, "additionalProperties": values, "minProperties": 1
        })
    }
}

impl Keys {
    /// The entries of a mapping with these keys. Notes unknown, missing and conflicting ones.
    pub(super) fn entries<'n>(&self, node: &'n Node, problems: &mut Problems) -> Option<&'n [Entry]> {
        let Value::Map(entries) = &node.value else {
            let form = match &node.value {
                // What was meant is one of the keys, and its name was left out.
                Value::List(_) => {
                    self.known.iter().find(|(.., what)| *what == LIST).map(|(key, ..)| format!("{{ {key}: [...] }}"))
                }
                _ => None,
            };
            let form = form.or_else(|| self.known.first().map(|(key, ..)| format!("{{ {key}: ... }}")));
            return wrong_form(node, "a mapping of keys to values", &form.unwrap_or_default(), problems);
        };
        let find = |key: &str| entries.iter().find(|entry| entry.key == key);
        for entry in entries {
            if !self.known.iter().any(|(key, ..)| *key == entry.key) {
                problems.push(self.unknown(entry));
            }
        }
        for (key, need, what) in self.known {
            if *need == Need::Required && find(key).is_none() {
                let message = format!("{} has no `{key}`, which it needs", self.owner);
                let help = format!("add `{key}`: {what}");
                problems.push(Problem::new(Fault::MissingKey, message).at_place(&node.at).help(help));
            }
        }
        for group in self.groups {
            let mut there = group.iter().filter_map(|key| find(key));
            let Some(first) = there.next() else {
                let first = self.known.iter().find(|(key, ..)| group.contains(key));
                let such_as = first.map(|(key, _, what)| format!(", such as `{key}`: {what}")).unwrap_or_default();
                let list = group.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                let message = format!("{} has none of {list}, of which it needs one", self.owner);
                let help = format!("add one of them{such_as}");
                problems.push(Problem::new(Fault::MissingKey, message).at_place(&node.at).help(help));
                continue;
            };
            for other in there {
                let message =
                    format!("{} has both `{}` and `{}`, of which it may have one", self.owner, first.key, other.key);
                let problem = Problem::new(Fault::ConflictingKeys, message).noting(&other.key_at, "second");
                problems.push(problem.noting(&first.key_at, "first").help("keep one of them, or write two rules"));
            }
        }
        Some(entries)
    }

    fn unknown(&self, entry: &Entry) -> Problem {
        let known = || self.known.iter().map(|(key, ..)| *key);
        let glued = entry.key.split_once(':').filter(|(key, _)| known().any(|known| known == *key));
        let help = match (glued, nearest(&entry.key, known())) {
            (Some((key, value)), _) => remedy::of_glued(key, value),
            (None, Some(key)) => format!("did you mean `{key}`?"),
            (None, None) => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("{} has no key {}", self.owner, quoted(&entry.key));
        Problem::new(Fault::UnknownKey, message).at_place(&entry.key_at).help(help)
    }
}

/// The value of a key, if it is there and readable.
pub(super) fn value_of<T: Read>(entries: &[Entry], key: &str, need: Need, problems: &mut Problems) -> Option<At<T>> {
    let entry = entries.iter().find(|entry| entry.key == key)?;
    Some(At { value: read_entry(entry, need, problems)?, at: entry.value.at.clone() })
}

/// The schema of a mapping with fixed keys.
pub(super) fn mapping_schema(about: &str, keys: &Keys, properties: Vec<(&str, &str, Schema)>) -> Schema {
    let of_key = |(key, about, schema): (&str, &str, Schema)| {
        let mut schema = schema;
        schema.insert("description".to_owned(), Json::String(tidy(about)));
        (key.to_owned(), schema.to_value())
    };
    let properties: Map<String, Json> = properties.into_iter().map(of_key).collect();
    let required: Vec<_> =
        keys.known.iter().filter(|(_, need, _)| *need == Need::Required).map(|(key, ..)| *key).collect();
    let one_of =
        |group: &&[&str]| json!({ "oneOf": group.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() });
    let groups: Vec<Json> = keys.groups.iter().map(one_of).collect();
    let mut schema = schemars::json_schema!({
        "description": tidy(about), "type": "object", "additionalProperties": false, "properties": properties
    });
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if !groups.is_empty() {
        schema.insert("allOf".to_owned(), Json::Array(groups));
    }
    schema
}

/// Doc comments begin each line with a blank.
fn tidy(about: &str) -> String {
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read_item<T: Read>(item: &Node, problems: &mut Problems) -> Option<At<T>> {
    if matches!(item.value, Value::Null) {
        let message = format!("an entry without a value, where {} is needed", T::WHAT);
        problems.push(Problem::new(Fault::NoValue, message).at_place(&item.at));
        return None;
    }
    Some(At { value: T::read(item, problems)?, at: item.at.clone() })
}

fn read_entry<T: Read>(entry: &Entry, need: Need, problems: &mut Problems) -> Option<T> {
    if matches!(entry.value.value, Value::Null) {
        let problem = Problem::new(Fault::NoValue, format!("{} has no value", quoted(&entry.key)));
        let or_else = if need == Need::Required { "" } else { ", or remove the key" };
        problems.push(problem.at_place(&entry.key_at).help(format!("give it {}{or_else}", T::WHAT)));
        return None;
    }
    problems.reading(|| quoted(&entry.key), |problems| T::read(&entry.value, problems))
}

/// What is read now; the caret stands under it where it has no name.
fn subject(problems: &Problems) -> &str {
    problems.subject().unwrap_or("here")
}

pub(super) fn wrong_type<T>(node: &Node, wanted: &str, problems: &mut Problems) -> Option<T> {
    if !matches!(node.value, Value::Reported) {
        problems.push(type_problem(node, wanted, problems));
    }
    None
}

/// As [`wrong_type`], with the form in which a key's value of that type is written.
fn wrong_form<T>(node: &Node, wanted: &str, form: &str, problems: &mut Problems) -> Option<T> {
    let Some(subject) = problems.subject().filter(|_| !matches!(node.value, Value::Reported)) else {
        return wrong_type(node, wanted, problems);
    };
    let help = match subject.strip_prefix('`').and_then(|key| key.strip_suffix('`')) {
        Some(key) => format!("write `{key}: {form}`"),
        None => format!("write `{form}`"),
    };
    problems.push(type_problem(node, wanted, problems).help(help));
    None
}

fn type_problem(node: &Node, wanted: &str, problems: &Problems) -> Problem {
    let message = format!("{} has to be {wanted}, this is {}", subject(problems), node.value.what());
    Problem::new(Fault::WrongType, message).at_place(&node.at)
}

/// The name of a type in the schema's `$defs`.
pub(super) fn schema_name(name: &'static str) -> Cow<'static, str> {
    name.into()
}

/// Declares what a mapping of the policy may hold: the struct, its reader and its schema at once.
///
/// `one of [...]` names keys of which exactly one must be there.
macro_rules! written {
    (
        $(#[doc = $about:literal])+
        $name:ident, $owner:literal $(, most $most:literal)? $(, one of [$($group:literal)+])* {
            $( $(#[doc = $doc:literal])+ $need:ident $key:literal $field:ident: $type:ty, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug)]
        pub(super) struct $name {
            keys: Vec<At<String>>,
            $( $(#[doc = $doc])+ pub(super) $field: Option<At<$type>>, )+
        }

        impl $name {
            const KEYS: Keys = Keys {
                owner: $owner,
                known: &[$(($key, Need::$need, <$type as Read>::WHAT),)+],
                groups: &[$(&[$($group),+]),*],
            };
        }

        impl Mapping for $name {
            fn keys(&self) -> &[At<String>] {
                &self.keys
            }
        }

        impl Read for $name {
            const WHAT: &'static str = "a mapping of keys to values";
            $( const MOST: usize = $most; )?

            fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
                let entries = Self::KEYS.entries(node, problems)?;
                Some(Self {
                    keys: entries.iter().map(|entry| At { value: entry.key.clone(), at: entry.key_at.clone() }).collect(),
                    $( $field: value_of(entries, $key, Need::$need, problems), )+
                })
            }

            fn schema(generator: &mut SchemaGenerator) -> Schema {
                generator.subschema_for::<Self>()
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                schema_name(stringify!($name))
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let properties = vec![$( ($key, concat!($($doc),+), <$type as Read>::schema(generator)), )+];
                mapping_schema(concat!($($about),+), &Self::KEYS, properties)
            }
        }
    };
}
pub(super) use written;
