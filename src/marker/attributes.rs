//! `(@ada, TD-12, due: 2026-12-31, 4h)`: what the brackets after a tag say.

use crate::facts::Day;
use crate::facts::Untrusted;
use crate::marker::item::Attributes;
use crate::marker::item::Malformed;

/// More parts than anybody writes.
const MOST_PARTS: usize = 32;

const MINUTES_AN_HOUR: u32 = 60;
const MINUTES_A_DAY: u32 = 8 * MINUTES_AN_HOUR;

/// One part, understood.
enum Part {
    Owner(String),
    Ticket(String),
    Due(Day),
    Estimate(u32),
}

/// Reads what stands between the brackets. Total: what cannot be understood is recorded as malformed.
///
/// `ticket` says which texts the policy takes for tickets beside `#12`, `TD-12` and URLs.
#[must_use]
pub fn parse(text: &str, ticket: &dyn Fn(&str) -> bool) -> Attributes {
    let mut attributes = Attributes::default();
    for (place, part) in text.split(',').enumerate() {
        let part = part.trim();
        if place >= MOST_PARTS {
            attributes.push_malformed(part, "one of too many parts");
            break;
        }
        match understand(part, ticket) {
            Ok(Part::Owner(owner)) => attributes.owners.push(Untrusted::new(owner)),
            Ok(Part::Ticket(ticket)) => attributes.tickets.push(Untrusted::new(ticket)),
            Ok(Part::Due(day)) if attributes.due.is_none() => attributes.due = Some(day),
            Ok(Part::Due(_)) => attributes.push_malformed(part, "a second due date"),
            Ok(Part::Estimate(minutes)) if attributes.estimate_minutes.is_none() => {
                attributes.estimate_minutes = Some(minutes);
            }
            Ok(Part::Estimate(_)) => attributes.push_malformed(part, "a second estimate"),
            Err(reason) => attributes.push_malformed(part, reason),
        }
    }
    attributes
}

impl Attributes {
    pub(super) fn push_malformed(&mut self, text: &str, reason: &'static str) {
        self.malformed.push(Malformed { text: Untrusted::new(text), reason });
    }
}

fn understand(part: &str, ticket: &dyn Fn(&str) -> bool) -> Result<Part, &'static str> {
    if part.is_empty() {
        return Err("empty");
    }
    if let Some((key, value)) = keyed(part) {
        return match key.to_ascii_lowercase().as_str() {
            "due" | "until" | "by" => due(value).unwrap_or(Err("no date as 2026-12-31")),
            "estimate" | "est" => estimate(value).unwrap_or(Err("no estimate as 30m, 4h or 2d")),
            "owner" => owner(value).map(Part::Owner).ok_or("no owner"),
            "ticket" | "issue" if !value.is_empty() && !value.contains(char::is_whitespace) => {
                Ok(Part::Ticket(value.to_owned()))
            }
            "ticket" | "issue" => Err("no ticket"),
            _ => Err("of no known key: due, estimate, owner, ticket"),
        };
    }
    if is_ticket(part) || ticket(part) {
        return Ok(Part::Ticket(part.to_owned()));
    }
    if let Some(understood) = due(part).or_else(|| estimate(part)) {
        return understood;
    }
    owner(part).map(Part::Owner).ok_or("no owner, ticket, date or estimate")
}

/// `key: value` or `key=value`; a URL is neither.
fn keyed(part: &str) -> Option<(&str, &str)> {
    let (key, value) = part.split_once([':', '='])?;
    let named = !key.is_empty() && key.trim().bytes().all(|byte| byte.is_ascii_alphabetic());
    (named && !value.starts_with("//")).then(|| (key.trim(), value.trim()))
}

/// `2026-12-31`; `None` when the text does not look like a date at all.
fn due(text: &str) -> Option<Result<Part, &'static str>> {
    let shape = |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return None;
    }
    let date: Result<jiff::civil::Date, _> = text.parse();
    Some(date.map(|date| Part::Due(Day::from_date(date))).or(Err("a day that no calendar has")))
}

/// `30m`, `4h`, `2d`; `None` when the text does not look like an estimate at all.
fn estimate(text: &str) -> Option<Result<Part, &'static str>> {
    let unit = match text.bytes().last()? {
        b'm' => 1,
        b'h' => MINUTES_AN_HOUR,
        b'd' => MINUTES_A_DAY,
        _ => return None,
    };
    let digits = text.get(..text.len().checked_sub(1)?)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let minutes = digits.parse::<u32>().ok().and_then(|number| number.checked_mul(unit));
    Some(minutes.map(Part::Estimate).ok_or("an estimate that is too long"))
}

/// `#12`, `owner/repository#12`, `TD-12`, `https://…`.
fn is_ticket(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((before, number)) = text.rsplit_once('#') {
        let repository = before.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        return digits(number) && repository;
    }
    if let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) {
        return !rest.is_empty() && !rest.contains(char::is_whitespace);
    }
    text.split_once('-').is_some_and(|(project, number)| {
        project.starts_with(|c: char| c.is_ascii_uppercase())
            && project.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
            && digits(number)
    })
}

/// `@handle`, `handle`, `team/payments`, `@org/team`, an address.
fn owner(text: &str) -> Option<String> {
    let name = text.strip_prefix('@').unwrap_or(text);
    let word = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic())
            && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let parts = |separator| name.split(separator).count() <= 2 && name.split(separator).all(word);
    let address = name.contains('@') && name.len() == text.len() && parts('@');
    (address || (!name.contains('@') && parts('/'))).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let found = parse(text, &|text| text.starts_with("b/"));
        let mut out = String::new();
        found.owners.iter().for_each(|owner| write!(out, "owner {} ", owner.expose()).unwrap());
        found.tickets.iter().for_each(|ticket| write!(out, "ticket {} ", ticket.expose()).unwrap());
        found.due.iter().for_each(|due| write!(out, "due {} ", due.date()).unwrap());
        found.estimate_minutes.iter().for_each(|minutes| write!(out, "{minutes} min ").unwrap());
        found.malformed.iter().for_each(|bad| write!(out, "bad {} ", bad.text.expose()).unwrap());
        out.trim_end().to_owned()
    }

    #[test]
    fn parts_in_any_order() {
        for (text, means) in [
            ("ada", "owner ada"),
            ("@ada", "owner ada"),
            ("ada@example.com", "owner ada@example.com"),
            ("team/payments", "owner team/payments"),
            ("@acme/payments", "owner acme/payments"),
            ("zoë.o-neil", "owner zoë.o-neil"),
            ("#12", "ticket #12"),
            ("TD-12", "ticket TD-12"),
            ("rust-lang/rust#12", "ticket rust-lang/rust#12"),
            ("https://tracker.example/TD-12", "ticket https://tracker.example/TD-12"),
            ("b/12345", "ticket b/12345"),
            ("b/1=2", "ticket b/1=2"),
            ("T_D2-12", "ticket T_D2-12"),
            // Nearly a ticket, a date, an estimate.
            ("Td-12", "owner Td-12"),
            ("TD-1x", "owner TD-1x"),
            ("x026-12-31", "owner x026-12-31"),
            ("x4h", "owner x4h"),
            ("ticket: 12", "ticket 12"),
            ("2026-12-31", "due 2026-12-31"),
            ("due: 2026-12-31", "due 2026-12-31"),
            ("due=2026-12-31", "due 2026-12-31"),
            ("30m", "30 min"),
            ("4h", "240 min"),
            ("2d", "960 min"),
            ("4h, TD-12,@ada , 2026-02-28", "owner ada ticket TD-12 due 2026-02-28 240 min"),
            ("@ada, @grace, #1, #2", "owner ada owner grace ticket #1 ticket #2"),
        ] {
            assert_eq!(shown(text), means, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_recorded() {
        for text in [
            "",
            " ",
            "this should be fixed",
            "12",
            "2026-02-30",
            "due: soon",
            "due: 31.12.2026",
            "99999999999d",
            "@",
            "@@ada",
            "@ada@example.com",
            "a/b/c",
            "a@b@c",
            "#",
            "#x",
            "colour: red",
            "ticket:",
            "https://",
            "-12",
            "x y@z",
        ] {
            assert_eq!(shown(text), format!("bad {}", text.trim()).trim_end(), "{text}");
        }
        assert_eq!(shown("1h, 2h"), "60 min bad 2h");
        assert_eq!(shown("2026-01-01, 2026-01-02"), "due 2026-01-01 bad 2026-01-02");
        assert_eq!(shown("ada,"), "owner ada bad");
        let many = parse(&"a,".repeat(10_000), &|_| false);
        assert_eq!((many.owners.len(), many.malformed.len()), (MOST_PARTS, 1));
    }

    proptest! {
        #[test]
        fn nothing_disappears(text in any::<String>()) {
            let found = parse(&text, &|_| false);
            let parts = found.owners.len() + found.tickets.len() + found.malformed.len()
                + usize::from(found.due.is_some()) + usize::from(found.estimate_minutes.is_some());
            prop_assert_eq!(parts, text.split(',').count().min(MOST_PARTS + 1));
        }
    }
}
