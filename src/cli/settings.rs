//! What was typed and what it means.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::args::JudgingArgs;
use crate::cli::event::Ends;
use crate::cli::exit::Exit;
use crate::cli::request::Request;
use crate::config;
use crate::facts::ObjectId;
use crate::facts::UnixTime;
use crate::policy::BasisPoints;
use crate::policy::Policy;
use crate::repo::OwnerCheck;
use crate::report::Outcome;

/// What to judge, and by what.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// A path in the repository.
    pub(super) path: PathBuf,
    /// Where the policy comes from.
    pub(super) policy: PolicyChoice,
    /// The floor under the policy.
    pub(super) org_policy: Option<PathBuf>,
    /// The judged revision, as it was named; of a change, its base.
    pub(super) revision: String,
    /// The head of the change that is judged, if one is.
    pub(super) head: Option<String>,
    /// The option that it was named with.
    pub(super) head_option: &'static str,
    /// What a build service may have built of base and head: judged in their stead if it is the merge of them.
    pub(super) merge: Option<ObjectId>,
    /// What was told of its pull request.
    pub(super) request: Request,
    /// The end of the window.
    pub(super) as_of: Option<UnixTime>,
    /// The length of the window, in days, instead of the policy's.
    pub(super) window_days: Option<u32>,
    /// The teams to judge, by name; none for all.
    pub(super) teams: Vec<String>,
    /// The allocation of every team, instead of the policy's.
    pub(super) allocation: Option<BasisPoints>,
    /// Whether something is looked for that bears labels out, although no credit hangs on it.
    pub(super) evidence: Evidence,
    /// Whether the flow of markers is looked for.
    pub(super) flow: Flow,
    /// What to do about a repository that belongs to another user.
    pub(super) owner: OwnerCheck,
    /// Where facts are kept from run to run.
    pub(super) facts: FactsKept,
    /// Whether a team that is short fails the run.
    pub(super) strictness: Strictness,
}

/// Where the policy comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PolicyChoice {
    /// The judged revision's own tree.
    Discover,
    /// A file that was named.
    File(PathBuf),
}

/// Where facts are kept from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FactsKept {
    /// Nowhere.
    Nowhere,
    /// In the user's cache folder, if there is one and the run is nobody's but the user's.
    InUsersCache,
    /// In a folder that was named.
    In(PathBuf),
}

/// Whether something is looked for that bears labels out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    /// It is.
    Sought,
    /// Only where the policy lets credit hang on it.
    WhereItCounts,
}

impl Evidence {
    /// Whether it is looked for under a policy.
    pub(super) fn is_sought(self, policy: &Policy) -> bool {
        self == Self::Sought || policy.unproven_credit < BasisPoints::WHOLE
    }
}

/// Whether the flow of markers is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// It is, and the run ends where it cannot be known.
    Sought,
    /// It is, as far as it can be known.
    Shown,
    /// Only where the policy speaks of markers: the run has to be quick.
    WhereMarkersMatter,
    /// Only where a team fails by it.
    LeftUnlessDecided,
    /// It is not: the run is about something else.
    Left,
}

/// Whether a team that is short fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// It does.
    Fail,
    /// It is told, and the exit code is 0.
    ExitZero,
}

impl Strictness {
    /// How a run ends by what its judgement comes to.
    pub(super) const fn exit(self, outcome: Outcome) -> Exit {
        match (outcome, self) {
            (Outcome::Failed, Self::Fail) => Exit::Failed,
            (Outcome::Failed, Self::ExitZero) | (Outcome::Passed, _) => Exit::Passed,
        }
    }
}

impl Settings {
    /// What the arguments mean.
    #[must_use]
    pub(super) fn new(path: PathBuf, typed: JudgingArgs, strictness: Strictness) -> Self {
        let JudgingArgs { state, terms, teams, allocation, cache, evidence } = typed;
        let mut teams = teams.team;
        teams.sort();
        teams.dedup();
        Self {
            // An empty variable is no choice, as elsewhere.
            policy: match terms.config.filter(|file| !file.as_os_str().is_empty()) {
                Some(file) => PolicyChoice::File(file),
                None => PolicyChoice::Discover,
            },
            org_policy: terms.org_policy,
            revision: state.rev,
            as_of: state.as_of,
            window_days: terms.window,
            teams,
            allocation: allocation.allocation,
            evidence: if evidence.evidence { Evidence::Sought } else { Evidence::WhereItCounts },
            facts: match cache.cache.filter(|folder| !folder.as_os_str().is_empty()) {
                _ if cache.no_cache => FactsKept::Nowhere,
                Some(folder) => FactsKept::In(folder),
                None => FactsKept::InUsersCache,
            },
            strictness,
            ..Self::of_head(path, terms.limits.owner.check())
        }
    }

    /// What HEAD's own policy says, and nothing typed.
    #[must_use]
    pub(super) fn of_head(path: PathBuf, owner: OwnerCheck) -> Self {
        Self {
            path,
            policy: PolicyChoice::Discover,
            revision: "HEAD".to_owned(),
            head: None,
            head_option: "--head",
            merge: None,
            request: Request::default(),
            as_of: None,
            window_days: None,
            teams: Vec::new(),
            allocation: None,
            org_policy: None,
            evidence: Evidence::WhereItCounts,
            flow: Flow::WhereMarkersMatter,
            owner,
            facts: FactsKept::Nowhere,
            strictness: Strictness::Fail,
        }
    }

    /// The same for a change on top of a base.
    #[must_use]
    pub(super) fn for_change(self, base: Option<String>, head: String, request: Request) -> Self {
        match base {
            Some(base) => Self { revision: base, head: Some(head), request, ..self },
            None => self,
        }
    }

    /// The same for what a build service says that its run is about.
    #[must_use]
    pub(super) fn for_event(self, ends: &Ends, request: Request) -> Self {
        match ends {
            Ends::Change { base, head, merge } => {
                Self { merge: *merge, ..self.for_change(Some(base.to_string()), head.to_string(), request) }
            }
            // What was typed of a pull request is told of, although there is none.
            Ends::Window(of) => Self { revision: of.to_string(), request, ..self },
        }
    }

    /// The options that change what is judged or how it ends, with their values, sorted: every report shows them.
    #[must_use]
    pub(super) fn overrides(&self) -> Vec<(&'static str, String)> {
        let mut typed = Vec::new();
        if let Some(allocation) = self.allocation {
            typed.push(("allocation", allocation.to_string()));
        }
        if let Some(as_of) = self.as_of {
            typed.push(("as-of", as_of.rfc3339()));
        }
        if self.strictness == Strictness::ExitZero {
            typed.push(("exit-zero", String::new()));
        }
        if let Some(path) = &self.org_policy {
            typed.push(("org-policy", path.to_string_lossy().into_owned()));
        }
        typed.extend(self.request.typed_labels.iter().map(|label| ("label", label.clone())));
        if self.request.is_service_refused {
            typed.push(("no-ci-labels", String::new()));
        }
        typed.extend(self.request.file.iter().map(|path| ("pr-labels", path.to_string_lossy().into_owned())));
        typed.extend(self.teams.iter().map(|team| ("team", team.clone())));
        typed.extend(self.request.typed_title.iter().map(|title| ("title", title.clone())));
        if let Some(days) = self.window_days {
            typed.push(("window", format!("{days}d")));
        }
        typed
    }
}

/// What is told of a time that is none of ours.
const OUT_OF_RANGE: &str = "out of range: at the latest 9999-12-29";

/// Reads RFC 3339, or a date, which means the last second of that day in UTC: the day belongs to the window.
pub(super) fn as_of(text: &str) -> Result<UnixTime, String> {
    let second = match text.parse::<Date>() {
        Ok(date) if text.len() == "2026-01-31".len() => {
            let end = date.at(23, 59, 59, 0).to_zoned(TimeZone::UTC);
            end.map(|end| end.timestamp().as_second()).map_err(|_beyond| OUT_OF_RANGE.to_owned())
        }
        _ => text.parse::<Timestamp>().map(Timestamp::as_second).map_err(|_unclear| {
            "neither a date such as `2026-06-30` nor a time such as `2026-06-30T12:00:00Z`".to_owned()
        }),
    }?;
    UnixTime::new(second).ok_or_else(|| OUT_OF_RANGE.to_owned())
}

/// Reads RFC 3339, or a date, which means its first second in UTC.
pub(super) fn since(text: &str) -> Result<UnixTime, String> {
    as_of(text).and_then(|end| match text.parse::<Timestamp>() {
        Ok(_time) => Ok(end),
        Err(_date) => UnixTime::new(end.seconds().saturating_sub(86_399)).ok_or_else(|| OUT_OF_RANGE.to_owned()),
    })
}

/// Ten years.
const MOST_DAYS: u32 = 3_660;

/// Reads `13w` or `90d`.
pub(super) fn window(text: &str) -> Result<u32, String> {
    let days = days(text, &[('w', 7), ('d', 1)], "write weeks or days, such as `13w` or `90d`")?;
    days.filter(|days| (1..=MOST_DAYS).contains(days)).ok_or_else(|| format!("from `1d` to `{MOST_DAYS}d`"))
}

/// Reads `1y`, `26w` or `90d`; a year is 52 weeks.
pub(super) fn span(text: &str) -> Result<u32, String> {
    let units = [('y', 364), ('w', 7), ('d', 1)];
    let days = days(text, &units, "write years, weeks or days, such as `1y`, `26w` or `90d`")?;
    days.filter(|days| (7..=MOST_DAYS).contains(days)).ok_or_else(|| "from `1w` to `10y`".to_owned())
}

/// A number behind which one of some units stands, each of so many days; `None` where there is no such number.
fn days(text: &str, units: &[(char, u32)], advice: &str) -> Result<Option<u32>, String> {
    in_whole_numbers(text)?;
    let found = units.iter().find_map(|(unit, days)| Some((text.strip_suffix(*unit)?, *days)));
    let (number, each) = found.ok_or_else(|| advice.to_owned())?;
    Ok(number.parse::<u32>().ok().and_then(|number| number.checked_mul(each)))
}

fn in_whole_numbers(text: &str) -> Result<(), String> {
    let number = text.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let is_fraction = number.split_once(['.', ',']).is_some_and(|(whole, part)| {
        !(whole.is_empty() && part.is_empty())
            && [whole, part].iter().all(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
    });
    if is_fraction {
        return Err("a fraction: write whole weeks or days, `10d` for a week and a half".to_owned());
    }
    Ok(())
}

/// Reads what a file of relabels can hold as a reason.
pub(super) fn reason(text: &str) -> Result<String, String> {
    let found = Some(text.to_owned()).filter(|text| config::is_reason(text));
    found.ok_or_else(|| {
        "write one line of 1 to 100 characters, without spaces around it and without control characters".to_owned()
    })
}

/// Reads `20%`.
pub(super) fn allocation(text: &str) -> Result<BasisPoints, String> {
    BasisPoints::parse_percentage(text).ok_or_else(|| "write 0% to 100%, with at most two decimals".to_owned())
}

/// Reads `90s`, `10m`, `1h30m`, or a number of seconds.
pub(super) fn deadline(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<u64>().map(Duration::from_secs).ok();
    let friendly = || text.parse::<jiff::SignedDuration>().ok().and_then(|span| Duration::try_from(span).ok());
    let found = seconds.or_else(friendly).filter(|time| *time >= Duration::from_millis(1));
    found.ok_or_else(|| "write a time such as `90s` or `10m`".to_owned())
}

/// Reads `512MiB`, `4GiB`, or a number of bytes; at least 64 MiB, without which nothing starts.
pub(super) fn memory(text: &str) -> Result<u64, String> {
    const LEAST: u64 = 64 << 20;
    let units =
        [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("K", 10), ("M", 20), ("G", 30), ("T", 40), ("", 0)];
    let found = units.iter().find_map(|(unit, power)| Some((text.strip_suffix(unit)?, *power)));
    let bytes = found.and_then(|(number, power)| number.trim_end().parse::<u64>().ok()?.checked_mul(1 << power));
    bytes
        .filter(|bytes| *bytes >= LEAST)
        .ok_or_else(|| "write a size such as `512MiB` or `4GiB`, at least `64MiB`".to_owned())
}

/// Reads a number of columns.
pub(super) fn width(text: &str) -> Result<usize, String> {
    let found = text.parse::<usize>().ok().filter(|width| (20..=1_000).contains(width));
    found.ok_or_else(|| "write a number of columns from 20 to 1000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, time) in [
            ("2026-06-30", Some("2026-06-30T23:59:59Z")),
            ("2026-06-30T12:00:00Z", Some("2026-06-30T12:00:00Z")),
            ("2026-06-30T12:00:00+02:00", Some("2026-06-30T10:00:00Z")),
            ("2026-06-30T12:00:00", None),
            ("2026-13-01", None),
            ("now", None),
            ("", None),
        ] {
            assert_eq!(as_of(text).ok().map(UnixTime::rfc3339).as_deref(), time, "{text}");
        }
        assert!(as_of("9999-12-29").is_ok());
        for text in ["9999-12-30", "9999-12-31", "9999-12-31T23:59:59Z"] {
            assert!(as_of(text).is_err_and(|told| !told.contains("datetime")), "{text}");
        }
    }

    #[test]
    fn windows() {
        for (text, days) in [
            ("13w", Some(91)),
            ("90d", Some(90)),
            ("0d", None),
            ("13", None),
            ("w", None),
            ("-1w", None),
            ("9999999999w", None),
        ] {
            assert_eq!(window(text).ok(), days, "{text}");
        }
        for text in ["1.5w", "0,5w", "1.y"] {
            assert!(window(text).is_err_and(|told| told.starts_with("a fraction")), "{text}");
            assert!(span(text).is_err_and(|told| told.starts_with("a fraction")), "{text}");
        }
    }

    #[test]
    fn limits() {
        for (text, seconds) in
            [("90s", Some(90)), ("10m", Some(600)), ("1h30m", Some(5_400)), ("7", Some(7)), ("-3s", None)]
        {
            assert_eq!(deadline(text).ok().map(|time| time.as_secs()), seconds, "{text}");
        }
        for (text, bytes) in [
            ("4GiB", Some(4 << 30)),
            ("512 MiB", Some(512 << 20)),
            ("2G", Some(2 << 30)),
            ("1K", None),
            ("GiB", None),
            ("99999999TiB", None),
        ] {
            assert_eq!(memory(text).ok(), bytes, "{text}");
        }
    }
}
