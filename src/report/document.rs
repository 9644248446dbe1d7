//! A document for programs: how it is written, and what its schema is called.

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::sink::JsonStrings;

/// Writes one JSON document with a line break at its end.
pub(super) fn write(document: &impl Serialize, writer: &mut dyn io::Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *writer, JsonStrings::default());
    document.serialize(&mut serializer).map_err(io::Error::from)?;
    writer.write_all(b"\n")
}

/// The JSON Schema of a document, with the name and version of its form as the title.
pub(super) fn schema<D: JsonSchema>(version: &str) -> serde_json::Value {
    let mut schema = schemars::schema_for!(D).to_value();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), serde_json::Value::from(version));
    }
    schema
}
