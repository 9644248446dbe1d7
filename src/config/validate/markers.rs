//! What is agreed about markers.

use std::collections::BTreeMap;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::Problems;
use crate::config::error::nearest;
use crate::config::error::quoted;
use crate::config::languages::LanguagesError;
use crate::config::languages::RawLanguage;
use crate::config::languages::languages;
use crate::config::raw;
use crate::config::read::At;
use crate::config::read::Mapping as _;
use crate::config::read::OneOrMany;
use crate::config::validate::rules::together;
use crate::config::values::Switch;
use crate::config::values::Text;
use crate::finding::Code;
use crate::policy::Language;
use crate::policy::MarkerBudget;
use crate::policy::MarkerPolicy;
use crate::policy::RuleLevel;
use crate::policy::TagCase;
use crate::policy::TagRule;
use crate::policy::Team;
use crate::policy::TeamId;

/// What a policy says of markers.
pub(super) fn markers(written: At<raw::Markers>, teams: &[Team], problems: &mut Problems) -> MarkerPolicy {
    let raw::Markers { tags, tickets, prose, rules, stale_after, budgets, languages, .. } = written.value;
    if let Some(At { at, .. }) = tags.as_ref().filter(|tags| tags.value.is_empty() && problems.count() == 0) {
        let problem = Problem::new(Fault::NoValue, "`tags` has no tag").at_place(at);
        problems.push(
            problem.help(format!(
                "name one, or remove the key: without it {} are looked for",
                MarkerPolicy::TAGS.join(", ")
            )),
        );
    }
    let tags = tags.into_iter().flat_map(|tags| tags.value).map(|entry| tag(entry, problems)).collect();
    let tickets = tickets.into_iter().flat_map(|tickets| tickets.value).map(|ticket| ticket.value).collect();
    let mut budgeted = Vec::new();
    for (team, budget) in budgets.into_iter().flat_map(|budgets| budgets.value.0) {
        if budget.keys().is_empty() {
            let problem =
                Problem::new(Fault::MissingKey, "a budget has none of `markers`, `marker-days`").at_place(&team.at);
            problems.push(problem.help("say what the team may have at most, as in `{ markers: 40 }`"));
        }
        match teams.iter().position(|known| known.name == team.value.0) {
            Some(place) => budgeted.push(MarkerBudget {
                team: TeamId(place),
                markers: budget.markers.map(|markers| markers.value.0),
                marker_days: budget.marker_days.map(|days| days.value.0),
                at: team.at,
            }),
            None => {
                let message = format!("there is no team {}", quoted(&team.value.0));
                let problem = Problem::new(Fault::UnknownName, message).at_place(&team.at);
                problems.push(match nearest(&team.value.0, teams.iter().map(|team| team.name.as_str())) {
                    Some(name) => problem.help(format!("did you mean `{name}`?")),
                    None => problem.help("a budget is that of one of the policy's `teams`"),
                });
            }
        }
    }
    MarkerPolicy {
        tags,
        tickets,
        prose: prose.is_some_and(|prose| prose.value.0),
        languages: more_languages(languages, problems),
        levels: levels(rules),
        stale_after_days: stale_after.map(|after| after.value.0),
        budgets: budgeted,
        ..MarkerPolicy::default()
    }
}

fn tag(entry: At<raw::TagEntry>, problems: &mut Problems) -> TagRule {
    let At { value, at } = entry;
    let rule = match value {
        raw::TagEntry::Tag(tag) => {
            return TagRule {
                tag: tag.0,
                case: TagCase::Exact,
                level: RuleLevel::Off,
                requires: Vec::new(),
                allow: Vec::new(),
                paths: None,
                at: Some(at),
            };
        }
        raw::TagEntry::Rule(rule) => *rule,
    };
    let requires: Vec<_> = rule.requires.into_iter().flat_map(|all| all.value.0).map(|one| one.value).collect();
    // Who asks for something and says no level means it.
    let unsaid = if requires.is_empty() { RuleLevel::Off } else { RuleLevel::Error };
    TagRule {
        // A tag that cannot be read is reported, and the policy is not used.
        tag: rule.tag.map(|tag| tag.value.0).unwrap_or_default(),
        case: if rule.any_case.is_some_and(|At { value: Switch(any), .. }| any) {
            TagCase::Any
        } else {
            TagCase::Exact
        },
        level: rule.level.map_or(unsaid, |level| level.value),
        requires,
        allow: rule.allow.into_iter().flat_map(|all| all.value.0).map(|one| one.value).collect(),
        paths: rule.paths.map(|globs| together(globs, problems)),
        at: Some(at),
    }
}

fn levels(rules: Option<At<raw::MarkerRules>>) -> BTreeMap<Code, (RuleLevel, Option<crate::finding::Location>)> {
    let mut levels: BTreeMap<_, _> =
        MarkerPolicy::RULES.into_iter().map(|(code, level)| (code, (level, None))).collect();
    let Some(At { value: rules, .. }) = rules else { return levels };
    for (code, written) in [
        (Code::MarkerWithoutTicket, rules.without_ticket),
        (Code::MarkerWithoutOwner, rules.without_owner),
        (Code::MarkerWithoutDue, rules.without_due),
        (Code::MarkerWithoutEstimate, rules.without_estimate),
        (Code::MarkerOwnerUnknown, rules.owner_unknown),
        (Code::MarkerMalformed, rules.malformed),
        (Code::MarkerExpired, rules.expired),
        (Code::MarkerStale, rules.stale),
        (Code::MarkerBudget, rules.budget),
        (Code::UnusedSuppression, rules.unused_suppression),
    ] {
        if let Some(At { value, at }) = written {
            levels.insert(code, (value, Some(at)));
        }
    }
    levels
}

/// Languages that the policy adds.
fn more_languages(
    written: Option<At<crate::config::read::Named<Text, raw::LanguageEntry>>>,
    problems: &mut Problems,
) -> Vec<Language> {
    let Some(written) = written else { return Vec::new() };
    let mut more = Vec::new();
    let mut table = match languages() {
        Ok(table) => table,
        Err(error) => {
            problems.push(Problem::new(Fault::UnknownName, error.to_string()).at_place(&written.at));
            return more;
        }
    };
    for (name, entry) in written.value.0 {
        let texts = |texts: Option<At<OneOrMany<Text>>>| -> Vec<String> {
            texts.into_iter().flat_map(|all| all.value.0).map(|one| one.value.0).collect()
        };
        let blocks = entry.block.into_iter().flat_map(|block| block.value.0);
        let raw = RawLanguage {
            name: name.value.0.to_lowercase(),
            like: entry.like.as_ref().map(|like| like.value.0.clone()),
            extensions: texts(entry.extensions).iter().map(|one| one.trim_start_matches('.').to_lowercase()).collect(),
            file_names: texts(entry.file_names),
            interpreters: texts(entry.interpreters),
            line: texts(entry.line),
            block: blocks.map(|(open, close)| (open.value.0, close.0)).collect(),
            quotes: texts(entry.quotes),
            ..RawLanguage::default()
        };
        match raw.agreed(&table) {
            Ok(language) => {
                table.extend(vec![language.clone()]);
                more.push(language);
            }
            Err(error) => {
                let at = entry.like.as_ref().map_or(&name.at, |like| &like.at);
                let problem = Problem::new(Fault::UnknownName, error.to_string()).at_place(at);
                let known = table.list.iter().map(|language| language.name.as_str());
                problems.push(match &error {
                    LanguagesError::Unknown { missing, .. } => match nearest(missing, known) {
                        Some(name) => problem.help(format!("did you mean `{name}`?")),
                        None => problem.help("rules/languages.yml has the names of the shipped languages"),
                    },
                    _ => problem,
                });
            }
        }
    }
    more
}
