//! The relabels of the document.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::Report;

use super::Place;

/// What somebody said of a commit after it had landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Relabel {
    /// The commit.
    pub commit: String,
    /// What it is said to be: `paydown`, `feature`, `run` or `other`.
    pub kind: &'static str,
    /// The part that is said to pay debt down, in ten-thousandths; null where the kind tells.
    pub share_bp: Option<u16>,
    /// Why.
    pub reason: String,
    /// Who is proven to have said so, or else is named as the author of `origin`.
    pub by: Option<String>,
    /// The commit that brought it in, where that decides and was found.
    pub origin: Option<String>,
    /// The teams whose lead is proven to have said so.
    pub lead_of: Vec<String>,
    /// Whether it counts: `yes`, `in-part` or `no`.
    pub counts: &'static str,
    /// Why it does not, or not wholly.
    pub why: Option<String>,
    /// Where it is written.
    pub at: Place,
}

pub(super) fn relabels(report: &Report) -> Option<Vec<Relabel>> {
    let told = report.relabels.iter().map(|one| Relabel {
        commit: one.entry.commit.to_string(),
        kind: one.entry.kind.name(),
        share_bp: one.entry.share.map(|share| share.get()),
        reason: one.entry.reason.expose().to_owned(),
        by: Some(one.by.expose().to_owned()).filter(|by| !by.is_empty()),
        origin: one.origin.map(|id| id.to_string()),
        lead_of: one.leads.clone(),
        counts: one.counting.name(),
        why: one.why.clone(),
        at: Place { file: one.entry.at.file.to_string(), line: one.entry.at.line, column: one.entry.at.column },
    });
    (!report.relabels.is_empty()).then(|| told.collect())
}
