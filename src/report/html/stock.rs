//! The stock of markers: how old they are, and which to pay first.

use crate::policy::TeamId;
use crate::report::figures;
use crate::report::markers::Markers;
use crate::report::markers::Row;
use crate::report::sink::Sink;

use super::NAME;

/// So many markers are listed of all, and so many of a team.
const FIRST: usize = 50;
const FIRST_OF_TEAM: usize = 10;
/// How many characters of a marker's text are shown.
const TEXT: usize = 160;
/// How wide the longest bar is.
const BAR: u64 = 400;

/// The ages that are told apart: up to so many days.
const AGES: [(&str, u32); 6] = [
    ("up to a month", 30),
    ("1 to 3 months", 91),
    ("3 to 12 months", 365),
    ("1 to 2 years", 730),
    ("2 to 5 years", 1_826),
    ("over 5 years", u32::MAX),
];

pub(super) struct Stock {
    pub(super) total: String,
    pub(super) ages: Vec<Age>,
    pub(super) first: Vec<Marker>,
    pub(super) is_rated: bool,
    pub(super) more: String,
}

/// How many markers are of an age.
pub(super) struct Age {
    pub(super) name: &'static str,
    pub(super) count: String,
    pub(super) share: String,
    pub(super) bar: u64,
}

#[derive(Clone)]
pub(super) struct Marker {
    pub(super) tag: String,
    pub(super) text: String,
    pub(super) place: String,
    pub(super) age: String,
    pub(super) owner: String,
    pub(super) ticket: String,
    pub(super) due: String,
    pub(super) estimate: String,
}

/// The whole stock.
pub(super) fn stock(markers: &Markers, sink: Sink) -> Stock {
    let total = markers.listed();
    let mut counts = [0_u64; AGES.len()];
    let mut unknown = 0_u64;
    for row in &markers.rows {
        let age = row.birth.as_ref().and_then(|birth| AGES.iter().position(|(_, days)| birth.days <= *days));
        match age.and_then(|age| counts.get_mut(age)) {
            Some(count) => *count = count.saturating_add(1),
            None => unknown = unknown.saturating_add(1),
        }
    }
    let names = AGES.into_iter().map(|(name, _)| name).zip(counts);
    let told = names.chain((unknown > 0).then_some(("unknown", unknown)));
    let most = counts.into_iter().chain([unknown]).max().unwrap_or_default();
    let ages = told.map(|(name, count)| Age {
        name,
        count: figures::count(count),
        share: figures::percent(count, total, figures::Rounding::Nearest),
        bar: count.saturating_mul(BAR).checked_div(most).unwrap_or_default(),
    });
    let more = total.saturating_sub(u64::try_from(FIRST).unwrap_or_default());
    Stock {
        total: figures::counted(total, "marker", "markers"),
        ages: ages.collect(),
        first: markers.rows.iter().take(FIRST).map(|row| marker(row, sink)).collect(),
        is_rated: markers.rows.iter().any(|row| row.interest.is_some()),
        more: if more > 0 { figures::count(more) } else { String::new() },
    }
}

/// What a team has to pay first, and how much of it there is.
pub(super) fn of_team(markers: &Markers, team: TeamId, sink: Sink) -> (Vec<Marker>, String) {
    let own = || markers.rows.iter().filter(|row| row.teams.contains(&team));
    let first = own().take(FIRST_OF_TEAM).map(|row| marker(row, sink));
    (first.collect(), figures::counted(own().count(), "marker", "markers"))
}

fn marker(row: &Row, sink: Sink) -> Marker {
    let attributes = &row.marker.attributes;
    Marker {
        tag: sink.limited(&row.marker.tag, NAME),
        text: sink.limited(row.marker.text.expose(), TEXT),
        place: format!("{}:{}", sink.limited(row.path.to_text().expose(), TEXT), row.marker.place.line),
        age: row.birth.as_ref().map(|birth| age(birth.days)).unwrap_or_default(),
        owner: row.owner().map(|owner| sink.limited(owner.expose(), NAME)).unwrap_or_default(),
        ticket: attributes.tickets.first().map(|ticket| sink.limited(ticket.expose(), NAME)).unwrap_or_default(),
        due: attributes.due.map(|due| due.date().to_string()).unwrap_or_default(),
        estimate: attributes.estimate_minutes.map(figures::estimate).unwrap_or_default(),
    }
}

fn age(days: u32) -> String {
    let days = u64::from(days);
    match days {
        0..=90 => figures::counted(days, "day", "days"),
        91..=729 => figures::counted(days.div_euclid(30), "month", "months"),
        _ => figures::counted(days.div_euclid(365), "year", "years"),
    }
}
