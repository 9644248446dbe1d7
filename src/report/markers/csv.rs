//! The markers for spreadsheets.

use std::collections::BTreeMap;
use std::io;

use crate::facts::UnixTime;
use crate::facts::Untrusted;
use crate::report::markers::Fate;
use crate::report::markers::Markers;
use crate::report::markers::Row;
use crate::report::sheet;
use crate::report::sink::Sink;

/// The columns; new ones are added at the end.
const COLUMNS: [&str; 22] = [
    "repository",
    "revision",
    "as_of",
    "file",
    "line",
    "column",
    "tag",
    "text",
    "owners",
    "tickets",
    "due",
    "estimate_minutes",
    "malformed",
    "teams",
    "birth_commit",
    "birth_by",
    "birth_at",
    "birth_days",
    "interest",
    "fate",
    "codes",
    "id",
];

/// One row a marker that was asked for, in the order that was asked for; `codes` are those of the findings about it.
///
/// # Errors
///
/// When the writer refuses.
pub fn write(found: &Markers, sink: Sink, out: &mut dyn io::Write) -> io::Result<()> {
    let mut codes: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for finding in &found.findings {
        if let Some(place) = &finding.found {
            codes.entry((&place.path, place.line, place.column)).or_default().push(finding.code.name());
        }
    }
    let row = |row: &Row| {
        let place = (&row.path, row.marker.place.line, row.marker.place.column);
        fields(row, found, codes.get(&place).map(|codes| listed(codes.iter().copied())).unwrap_or_default())
    };
    sheet::write(&COLUMNS, found.rows.iter().map(row), sink, out)
}

fn fields(row: &Row, found: &Markers, codes: String) -> Vec<String> {
    let Row { path, marker, teams, birth, interest, fate } = row;
    let attributes = &marker.attributes;
    let birth = birth.as_ref();
    let teams = teams.iter().filter_map(|team| found.policy.team(*team));
    let fields: [String; 22] = [
        found.ground.repository.expose().to_owned(),
        sheet::id(found.ground.revision),
        found.ground.as_of.map(UnixTime::rfc3339).unwrap_or_default(),
        path.to_text().expose().to_owned(),
        marker.place.line.to_string(),
        marker.place.column.to_string(),
        marker.tag.clone(),
        marker.text.expose().to_owned(),
        listed(attributes.owners.iter().map(Untrusted::expose)),
        listed(attributes.tickets.iter().map(Untrusted::expose)),
        attributes.due.map(|due| due.date().to_string()).unwrap_or_default(),
        attributes.estimate_minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
        listed(attributes.malformed.iter().map(|part| part.text.expose())),
        listed(teams.map(|team| team.name.as_str())),
        birth.map(|birth| birth.commit.to_string()).unwrap_or_default(),
        birth.map(|birth| birth.by.expose().to_owned()).unwrap_or_default(),
        birth.map(|birth| birth.at.rfc3339()).unwrap_or_default(),
        birth.map(|birth| birth.days.to_string()).unwrap_or_default(),
        interest.map(|interest| interest.to_string()).unwrap_or_default(),
        fate.as_ref().map(Fate::name).unwrap_or_default().to_owned(),
        codes,
        marker.id.to_string(),
    ];
    fields.into()
}

/// Several things in one field.
fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join("; ")
}
