//! The tables that ship inside the program, and are no policies: YAML becomes whatever is declared for them.
//!
//! By the same tree that policies are read by. The YAML library's own deserializer would do it too, and would be a
//! twentieth of the whole program.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::config::error::Problems;
use crate::config::node;
use crate::config::node::Node;
use crate::config::node::Value;

/// Reads a table.
///
/// # Errors
/// It is no YAML, or not what is declared: in words.
pub(super) fn table<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut problems = Problems::default();
    let root = node::parse(&Arc::from("table"), text, &mut problems);
    let Some(root) = root.filter(|_| problems.count() == 0) else {
        return Err("it is not the YAML that policies are written in".to_owned());
    };
    serde_json::from_value(json(root)).map_err(|error| error.to_string())
}

fn json(node: Node) -> Json {
    match node.value {
        Value::Null | Value::Reported => Json::Null,
        Value::Text { text, quoted: true } => Json::String(text),
        Value::Text { text, .. } => match text.as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => text.parse::<u64>().map_or(Json::String(text), Json::from),
        },
        Value::List(items) => items.into_iter().map(json).collect(),
        Value::Map(entries) => entries.into_iter().map(|entry| (entry.key, json(entry.value))).collect(),
    }
}
