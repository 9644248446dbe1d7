//! What the badge of Shields asks an endpoint for.

use serde::Serialize;

use crate::report::Outcome;
use crate::report::Report;
use crate::report::figures;
use crate::verdict::Standing;

/// The document; its keys are those of Shields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Endpoint {
    schema_version: u8,
    label: &'static str,
    message: String,
    color: &'static str,
}

/// One team's share, or how many teams meet their allocations.
pub(super) fn endpoint(report: &Report) -> Endpoint {
    let judged = || report.verdicts.iter().filter(|verdict| verdict.standing != Standing::NotEnoughWork);
    let met = judged().filter(|verdict| verdict.standing == Standing::Met).count();
    let all = judged().count();
    let message = match report.verdicts.as_slice() {
        _ if all == 0 => "not enough work".to_owned(),
        [one] => figures::share(one),
        _ => format!("{met} of {all} teams"),
    };
    // A badge is looked at by people who never see the report: one that is only tried out must not look like a promise.
    let message = if report.is_enforced() || all == 0 { message } else { format!("{message}, not enforced") };
    let color = match report.outcome() {
        _ if all == 0 => "lightgrey",
        Outcome::Failed => "red",
        Outcome::Passed if met == all => "brightgreen",
        Outcome::Passed => "yellow",
    };
    Endpoint { schema_version: 1, label: "debt paydown", message, color }
}
