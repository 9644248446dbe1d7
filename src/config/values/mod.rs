//! The values of a policy, one scalar each: what they must look like and what to write instead.

mod choice;
mod marker;
mod pattern;

use jiff::civil;
use serde_json::Value as Json;
use serde_json::json;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::quoted;
use crate::config::read::Word;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::policy::BasisPoints;
use crate::policy::Percent;
use crate::policy::WildcardPattern;

pub(super) use marker::{Days, MarkerTag, Switch};
pub(super) use pattern::{AuthorPattern, Extended, Glob, OwnedPath, PullRequestLabel, TreePath};

/// The longest name of any sort, in characters.
pub(super) const MAX_NAME: usize = 100;
/// Five years, one or two leap days among them.
const MAX_WINDOW_DAYS: u32 = 1826;

/// The version of the format.
#[derive(Debug)]
pub(super) struct Version;

/// Free text in one line.
#[derive(Debug)]
pub(super) struct Text(pub(super) String);

/// One literal address, as written.
#[derive(Debug)]
pub(super) struct Address(pub(super) String);

/// An address in lower case, or a wildcard for many.
#[derive(Debug)]
pub(super) struct AddressPattern(pub(super) WildcardPattern);

/// A length of time in days.
#[derive(Debug)]
pub(super) struct Window(pub(super) u32);

/// A number of people.
#[derive(Debug)]
pub(super) struct People(pub(super) u32);

/// A number with at most two decimals, in hundredths.
#[derive(Debug)]
pub(super) struct Hundredths(pub(super) u32);

/// The name of a team.
#[derive(Debug)]
pub(super) struct TeamName(pub(super) String);

/// The id of a rule.
#[derive(Debug)]
pub(super) struct RuleId(pub(super) String);

/// A type of conventional commits, in lower case.
#[derive(Debug)]
pub(super) struct CommitType(pub(super) String);

/// A scope of conventional commits, in lower case.
#[derive(Debug)]
pub(super) struct CommitScope(pub(super) String);

/// The key of a trailer.
#[derive(Debug)]
pub(super) struct TrailerKey(pub(super) String);

/// An owner as CODEOWNERS names it.
#[derive(Debug)]
pub(super) struct CodeOwner(pub(super) String);

/// The word `true`.
#[derive(Debug)]
pub(super) struct True;

impl Word for Version {
    const WHAT: &'static str = "the number 1";

    fn parse(text: &str) -> Result<Self, Problem> {
        if text == "1" {
            return Ok(Self);
        }
        let problem = Problem::new(Fault::UnsupportedVersion, format!("the version {} is not supported", quoted(text)));
        Err(problem.help("this debtlint reads `version: 1`"))
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "const": 1 })
    }
}

impl Word for Text {
    const WHAT: &'static str = "a text";

    fn parse(text: &str) -> Result<Self, Problem> {
        name(text, Self::WHAT, |_| true).map(Self)
    }

    fn schema() -> Json {
        json!({ "type": "string", "minLength": 1, "maxLength": MAX_NAME })
    }
}

impl Word for Address {
    const WHAT: &'static str = "an e-mail address";

    fn parse(text: &str) -> Result<Self, Problem> {
        let address = AddressPattern::parse(text)?;
        if address.0.has_wildcard() {
            let problem = Problem::new(Fault::BadAddress, format!("{} is a wildcard, not one address", quoted(text)));
            return Err(problem.help("wildcards can be members, nothing else"));
        }
        Ok(Self(text.to_owned()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^@*?\\s]+@[^@*?\\s]+$" })
    }
}

impl Word for AddressPattern {
    const WHAT: &'static str = "an e-mail address";

    fn parse(text: &str) -> Result<Self, Problem> {
        let fault = match text.split_once('@') {
            None => Some("it has no `@`"),
            Some((_, domain)) if domain.contains('@') => Some("it has more than one `@`"),
            Some(("", _)) => Some("there is nothing before the `@`"),
            Some((_, "")) => Some("there is nothing after the `@`"),
            Some(_) if text.contains(char::is_whitespace) => Some("it has a space in it"),
            Some(_) if text.contains(['<', '>', '(', ')', ',', ';', ':', '"', '\\']) => Some("it has signs around it"),
            Some(_) if text.len() > 254 => Some("it is longer than 254 bytes"),
            Some(_) => None,
        };
        let Some(fault) = fault else { return Ok(Self(WildcardPattern::new(text))) };
        let problem = Problem::new(Fault::BadAddress, format!("{} is not an e-mail address: {fault}", quoted(text)));
        Err(problem.help("write only the address, as in `dev@example.com`; `git shortlog -se` lists them"))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$" })
    }
}

impl Word for Window {
    const WHAT: &'static str = "a length of time such as `13w` or `90d`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let days = |number: &str, factor: u32| {
            let digits = number.len() <= 6 && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            number.parse::<u32>().ok().filter(|_| digits)?.checked_mul(factor)
        };
        let found = match (text.strip_suffix('d'), text.strip_suffix('w')) {
            (Some(number), _) => days(number, 1),
            (_, Some(number)) => days(number, 7),
            _ => None,
        };
        let message = match found {
            Some(days) if (1..=MAX_WINDOW_DAYS).contains(&days) => return Ok(Self(days)),
            Some(days) => format!("a window of {days} days is out of range"),
            None => format!("{} is not {}", quoted(text), Self::WHAT),
        };
        let help = format!("whole weeks or days, from `1d` to `{MAX_WINDOW_DAYS}d` (`{}w`)", MAX_WINDOW_DAYS / 7);
        Err(Problem::new(Fault::BadWindow, message).help(help))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]{1,6}[dw]$", "examples": ["13w", "90d"] })
    }
}

impl Word for BasisPoints {
    const WHAT: &'static str = "a percentage such as `20%`";

    fn parse(text: &str) -> Result<Self, Problem> {
        Self::parse_percentage(text).ok_or_else(|| percentage(text, "0% to 100%, with at most two decimals"))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(100(\\.0{1,2})?|[0-9]{1,2}(\\.[0-9]{1,2})?) ?%$", "examples": ["20%"] })
    }
}

impl Word for Percent {
    const WHAT: &'static str = "a percentage such as `50%`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let points = BasisPoints::parse_percentage(text).map(BasisPoints::get);
        let whole = points.filter(|points| points % 100 == 0).and_then(|points| u8::try_from(points / 100).ok());
        whole.and_then(Self::new).ok_or_else(|| percentage(text, "1% to 100%, in whole per cents"))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(100|[1-9][0-9]?) ?%$", "examples": ["50%"] })
    }
}

fn percentage(text: &str, range: &str) -> Problem {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let message = match number {
        Some(_) => format!("{} has no per cent sign", quoted(text)),
        None => format!("{} is not a percentage in the allowed range", quoted(text)),
    };
    let help = match number {
        Some(part) if part > 0.0 && part < 1.0 => {
            format!("write `{}%`? Allowed: {range}", (part * 10_000.0).round() / 100.0)
        }
        Some(number) if (0.0..=100.0).contains(&number) => format!("write `{}%`? Allowed: {range}", text.trim()),
        _ => format!("allowed: {range}"),
    };
    Problem::new(Fault::BadPercentage, message).help(help)
}

impl Word for People {
    const WHAT: &'static str = "a whole number";

    fn parse(text: &str) -> Result<Self, Problem> {
        let digits = text.len() <= 6 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && *number <= 100_000);
        number.map(Self).ok_or_else(|| number_problem(text, "a whole number from 0 to 100000", "2"))
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0, "maximum": 100_000 })
    }
}

impl Word for Hundredths {
    const WHAT: &'static str = "a number";

    fn parse(text: &str) -> Result<Self, Problem> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let number = (digits(whole, 6) && digits(decimals, 2)).then(|| format!("{whole}{decimals:0<2}"));
        let hundredths = number.and_then(|number| number.parse().ok()).filter(|number| *number <= 10_000_000);
        hundredths
            .map(Self)
            .ok_or_else(|| number_problem(text, "a number from 0 to 100000 with at most two decimals", "1.5"))
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "type": "number", "minimum": 0, "maximum": 100_000 })
    }
}

pub(super) fn number_problem(text: &str, wanted: &str, example: &str) -> Problem {
    let problem = Problem::new(Fault::BadNumber, format!("{} is not {wanted}", quoted(text)));
    problem.help(format!("write digits without a sign or a unit, as in `{example}`"))
}

impl Word for Day {
    const WHAT: &'static str = "a date such as `2026-01-31`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(index, byte)| match index {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let problem = || Problem::new(Fault::BadDate, format!("{} is not {}", quoted(text), Self::WHAT));
        if !shape {
            return Err(problem().help("year, month and day, in this order"));
        }
        match text.parse::<civil::Date>() {
            Ok(date) => Ok(Self::from_date(date)),
            Err(_) => Err(problem().help("there is no such day")),
        }
    }

    fn schema() -> Json {
        json!({ "type": "string", "format": "date" })
    }
}

impl Word for True {
    const WHAT: &'static str = "the word `true`";

    fn parse(text: &str) -> Result<Self, Problem> {
        if text == "true" {
            return Ok(Self);
        }
        Err(Problem::new(Fault::WrongType, format!("{} is not `true`", quoted(text)))
            .help("write `true`, or remove the key"))
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "const": true })
    }
}

impl Word for TeamName {
    const WHAT: &'static str = "a team's name";

    fn parse(text: &str) -> Result<Self, Problem> {
        if ["unattributed", "(no team)"].iter().any(|taken| text.eq_ignore_ascii_case(taken)) {
            let message = format!("a team cannot be called {}: reports call so what belongs to no team", quoted(text));
            return Err(Problem::new(Fault::BadName, message).help("call it something else"));
        }
        name(text, Self::WHAT, |_| true).map(Self)
    }

    fn schema() -> Json {
        Text::schema()
    }
}

impl Word for RuleId {
    const WHAT: &'static str = "a rule's id such as `debt-ticket`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let problem = |problem: Problem| problem.help("letters, digits, `-`, `_` and `.`, at most 100");
        name(text, "a rule's id", |character| character.is_ascii_alphanumeric() || "-_.".contains(character))
            .map(Self)
            .map_err(problem)
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,100}$" })
    }
}

impl Word for CommitType {
    const WHAT: &'static str = "a type of conventional commits";

    fn parse(text: &str) -> Result<Self, Problem> {
        let problem = |problem: Problem| problem.help("the word alone, such as `refactor` for `refactor(api)!: ...`");
        name(text, Self::WHAT, |character| !"():!".contains(character) && !character.is_whitespace())
            .map(|word| Self(word.to_lowercase()))
            .map_err(problem)
    }

    fn schema() -> Json {
        Text::schema()
    }
}

impl Word for CommitScope {
    const WHAT: &'static str = "a scope of conventional commits";

    fn parse(text: &str) -> Result<Self, Problem> {
        // Those that stand in one commit are taken apart at commas.
        let problem =
            |problem: Problem| problem.help("one each, such as `[api, debt]` for `refactor(api, debt)!: ...`");
        name(text, Self::WHAT, |character| !"(),".contains(character))
            .map(|word| Self(word.to_lowercase()))
            .map_err(problem)
    }

    fn schema() -> Json {
        Text::schema()
    }
}

impl Word for TrailerKey {
    const WHAT: &'static str = "a trailer's key such as `Debt`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let problem =
            |problem: Problem| problem.help("letters, digits and `-`; what follows the `:` goes to `matches`");
        name(text, "a trailer's key", |character| character.is_ascii_alphanumeric() || character == '-')
            .map(Self)
            .map_err(problem)
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9-]{1,100}$" })
    }
}

impl Word for CodeOwner {
    const WHAT: &'static str = "an owner such as `@org/team`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let handle = text.strip_prefix('@').is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
        if handle && text.len() <= 254 || Address::parse(text).is_ok() {
            return Ok(Self(text.to_owned()));
        }
        let problem =
            Problem::new(Fault::BadName, format!("{} is not an owner as CODEOWNERS writes them", quoted(text)));
        Err(problem.help("`@org/team`, `@user`, or an e-mail address"))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(@[^\\s]+|[^@*?\\s]+@[^@*?\\s]+)$" })
    }
}

fn name(text: &str, what: &str, allowed: impl Fn(char) -> bool) -> Result<String, Problem> {
    let help = "write one line of 1 to 100 characters, without spaces around it";
    let wrong = |message| Err(Problem::new(Fault::BadName, message).help(help));
    let fault = if text.is_empty() {
        return wrong(format!("{what} may not be empty"));
    } else if text.chars().count() > MAX_NAME {
        "it is longer than 100 characters"
    } else if text.trim() != text || text.contains('\n') {
        "it has spaces around it, or several lines"
    } else if !text.chars().all(allowed) {
        "it has a character that is not allowed in it"
    } else {
        return Ok(text.to_owned());
    };
    wrong(format!("{} is not {what}: {fault}", quoted(text)))
}

impl Word for ObjectId {
    const WHAT: &'static str = "a full commit id";

    fn parse(text: &str) -> Result<Self, Problem> {
        text.parse().map_err(|error: crate::facts::ParseIdError| {
            let problem = Problem::new(Fault::BadCommit, format!("{} is not a commit id: {error}", quoted(text)));
            problem.help("`git rev-parse REVISION` prints the full id; a short one may come to mean another commit")
        })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})$" })
    }
}

#[cfg(test)]
mod tests;
