//! Values of the policy's `markers`.

use serde_json::Value as Json;
use serde_json::json;

use crate::config::error::Fault;
use crate::config::error::Problem;
use crate::config::error::quoted;
use crate::config::read::Word;
use crate::config::values::number_problem;

/// The longest tag, in bytes.
const MAX_TAG: usize = 64;
const MOST_DAYS: u32 = 100_000_000;

/// A tag.
#[derive(Debug)]
pub(in crate::config) struct MarkerTag(pub(in crate::config) String);

/// The word `true` or `false`.
#[derive(Debug)]
pub(in crate::config) struct Switch(pub(in crate::config) bool);

/// A number of days.
#[derive(Debug)]
pub(in crate::config) struct Days(pub(in crate::config) u32);

impl Word for MarkerTag {
    const WHAT: &'static str = "a tag such as `TODO`";

    fn parse(text: &str) -> Result<Self, Problem> {
        let fault = if text.is_empty() || text.len() > MAX_TAG {
            "it must have 1 to 64 bytes"
        } else if text.contains(|sign: char| sign.is_whitespace() || sign.is_control() || "()[]:,".contains(sign)) {
            "it has a space, a bracket, a colon or a comma in it"
        } else if !text.contains(char::is_alphanumeric) {
            "it has no letter in it"
        } else {
            return Ok(Self(text.to_owned()));
        };
        Err(Problem::new(Fault::BadName, format!("{} is not a tag: {fault}", quoted(text)))
            .help("a word, such as `TODO`"))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^\\s()\\[\\]:,]+$", "maxLength": MAX_TAG })
    }
}

impl Word for Switch {
    const WHAT: &'static str = "`true` or `false`";

    fn parse(text: &str) -> Result<Self, Problem> {
        match text {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => {
                let message = format!("{} is neither `true` nor `false`", quoted(text));
                Err(Problem::new(Fault::WrongType, message).help("write one of them, in small letters"))
            }
        }
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "type": "boolean" })
    }
}

impl Word for Days {
    const WHAT: &'static str = "a whole number of days";

    fn parse(text: &str) -> Result<Self, Problem> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && *number <= MOST_DAYS);
        let problem = || number_problem(text, &format!("a whole number from 0 to {MOST_DAYS}"), "30");
        number.map(Self).ok_or_else(problem)
    }

    fn is_text() -> bool {
        false
    }

    fn schema() -> Json {
        json!({ "type": "integer", "minimum": 0, "maximum": MOST_DAYS })
    }
}
