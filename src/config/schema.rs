//! What a policy may say, for editors.

use schemars::generate::SchemaSettings;
use serde_json::Value as Json;

use crate::config::raw::File;

/// The JSON Schema of a policy. It comes from the declarations that also read policies.
#[must_use]
pub fn policy_schema() -> Json {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<File>();
    schema.insert("title".to_owned(), "debtlint policy".into());
    schema.to_value()
}
