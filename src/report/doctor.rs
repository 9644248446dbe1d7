//! What was found in the configuration of build services: for people in [`crate::report::text::doctor`], for programs here,
//! `debtlint.doctor/1`. These structs are frozen as those of [`crate::report::json`] are.

use std::io;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::Untrusted;
use crate::finding;
use crate::report;
use crate::report::document;
use crate::report::json::Finding;
use crate::report::json::Outcome;
use crate::report::json::told_finding;

/// The version of the document.
pub const VERSION: &str = "debtlint.doctor/1";

/// What was found.
#[derive(Debug)]
pub struct Doctor {
    /// The path of the repository, as found.
    pub repository: Untrusted,
    /// The revision as it was named; `None` for the working tree.
    pub revision: Option<Untrusted>,
    /// The files that were looked at, sorted.
    pub files: Vec<String>,
    /// Those of them that run the gate on changes, sorted.
    pub gates: Vec<String>,
    /// What would let a change slip past it, gravest first.
    pub findings: Vec<finding::Finding>,
    /// The texts that places point into, by name.
    pub texts: Vec<(Arc<str>, Arc<str>)>,
}

impl Doctor {
    /// Failed where something lets the gate be skipped for certain.
    #[must_use]
    pub fn outcome(&self) -> report::Outcome {
        report::Outcome::of(&self.findings)
    }
}

/// What `debtlint doctor --format json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DoctorDocument")]
pub struct Document {
    /// The version of this document's shape: `debtlint.doctor/1`.
    pub schema: &'static str,
    /// The version of debtlint that wrote it.
    pub version: &'static str,
    /// `passed` or `failed`: exit code 0 or 1.
    pub outcome: Outcome,
    /// The path of the repository, as found.
    pub repository: String,
    /// The revision as it was named; null for the working tree.
    pub revision: Option<String>,
    /// The files that were looked at, sorted.
    pub files: Vec<String>,
    /// Those of them that run the gate on changes, sorted.
    pub gates: Vec<String>,
    /// What would let a change slip past the gate, gravest first, then by place.
    pub findings: Vec<Finding>,
}

/// Writes what was found as one JSON document with a line break at its end.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(found: &Doctor, writer: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        schema: VERSION,
        version: env!("CARGO_PKG_VERSION"),
        outcome: found.outcome().into(),
        repository: found.repository.expose().to_owned(),
        revision: found.revision.as_ref().map(|name| name.expose().to_owned()),
        files: found.files.clone(),
        gates: found.gates.clone(),
        findings: found.findings.iter().map(told_finding).collect(),
    };
    document::write(&document, writer)
}

/// The JSON Schema of the document.
#[must_use]
pub fn schema() -> serde_json::Value {
    document::schema::<Document>(VERSION)
}
