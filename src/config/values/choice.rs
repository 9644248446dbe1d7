//! Values that are one of a few names.

use serde_json::Value as Json;
use serde_json::json;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::nearest;
use crate::config::error::quoted;
use crate::config::read::Word;
use crate::finding::Level;
use crate::policy::Attribution;
use crate::policy::ChangeReason;
use crate::policy::ExemptReason;
use crate::policy::FailWhen;
use crate::policy::Kind;
use crate::policy::MarkerFlow;
use crate::policy::Measure;
use crate::policy::Required;
use crate::policy::RuleLevel;
use crate::policy::SponsorProof;

macro_rules! one_of {
    ($($type:ty, $what:literal, $choices:literal, $name:path, [$($value:path),+];)+) => {
        $(impl Word for $type {
            const WHAT: &'static str = concat!($what, ", one of ", $choices);

            fn parse(text: &str) -> Result<Self, Problem> {
                const KNOWN: &[$type] = &[$($value),+];
                let known = || KNOWN.iter().map(|value| $name(*value));
                KNOWN.iter().find(|value| $name(**value) == text).copied().ok_or_else(|| unknown_name(text, $what, known()))
            }

            fn schema() -> Json {
                json!({ "enum": [$($name($value)),+] })
            }
        })+
    };
}

one_of! {
    Measure, "a measure of effort", "`developer-weeks`, `developer-days`, `commits`, `lines`", Measure::name,
        [Measure::DeveloperWeeks, Measure::DeveloperDays, Measure::Commits, Measure::Lines];
    Attribution, "an attribution", "`roster`, `paths`", Attribution::name, [Attribution::Roster, Attribution::Paths];
    FailWhen, "a time to fail", "`below`, `clearly-below`", FailWhen::name, [FailWhen::Below, FailWhen::ClearlyBelow];
    Kind, "a kind of work", "`paydown`, `feature`, `run`, `other`", Kind::name, [Kind::Paydown, Kind::Feature, Kind::Run, Kind::Other];
    SponsorProof, "a proof", "`signature`, `review`", SponsorProof::name, [SponsorProof::Signature, SponsorProof::Review];
    ExemptReason, "a reason", "`bot`, `import`, `ignored-revision`, `ignored-paths`", ExemptReason::name,
        [ExemptReason::Bot, ExemptReason::Import, ExemptReason::IgnoredRevision, ExemptReason::IgnoredPaths];
    ChangeReason, "a reason", "`security`, `incident`, `revert`", ChangeReason::name,
        [ChangeReason::Security, ChangeReason::Incident, ChangeReason::Revert];
    Level, "a level", "`warn`, `error`", level, [Level::Warning, Level::Error];
    MarkerFlow, "a flow of markers", "`not-rising`, `any`", MarkerFlow::name, [MarkerFlow::NotRising, MarkerFlow::Any];
    RuleLevel, "a level", "`off`, `warn`, `error`", RuleLevel::name, [RuleLevel::Off, RuleLevel::Warn, RuleLevel::Error];
    Required, "something that a marker can have", "`owner`, `ticket`, `due`, `estimate`", Required::name,
        [Required::Owner, Required::Ticket, Required::Due, Required::Estimate];
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warn",
        Level::Error => "error",
    }
}

fn unknown_name<'n>(text: &str, what: &str, known: impl Iterator<Item = &'n str> + Clone) -> Problem {
    let all = known.clone().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let help = match nearest(text, known) {
        Some(name) => format!("did you mean `{name}`? Allowed: {all}"),
        None => format!("allowed: {all}"),
    };
    Problem::new(Fault::UnknownName, format!("{} is not {what}", quoted(text))).help(help)
}
