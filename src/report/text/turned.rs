//! What became of markers since a base.

use crate::marker::Former;
use crate::report::figures;
use crate::report::markers::Change;
use crate::report::markers::Counts;
use crate::report::markers::Fate;
use crate::report::markers::Markers;
use crate::report::markers::Row;

use super::View;
use super::markers::listed;
use super::style;

/// So much of a former text is shown.
const TEXT: usize = 60;

/// The markers by what became of them, in the order of what it means for whoever reads it.
pub(super) fn turned(found: &Markers, view: View) -> String {
    let mut text = String::new();
    for (fate, title) in [
        ("added", "Added"),
        ("edited", "Edited"),
        ("copied", "Copied"),
        ("moved", "Moved to another file"),
        ("removed", "Removed"),
    ] {
        let is_so = |row: &&Row| row.fate.as_ref().is_some_and(|of| of.name() == fate);
        let rows: Vec<Row> = found.rows.iter().filter(is_so).cloned().collect();
        if rows.is_empty() {
            continue;
        }
        let count = figures::count(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        text.push_str(&format!(
            "\n{}{}\n",
            style::paint(style::BOLD, title),
            style::paint(style::DIM, &format!(", {count}"))
        ));
        text.push_str(listed(&rows, found, view).trim_start_matches('\n'));
    }
    text
}

/// What it comes to, in a line or two.
pub(super) fn summary(found: &Markers, change: &Change, view: View) -> String {
    let Counts { added, edited, removed, with_file, moved, copied } = change.counts;
    let listed = found.listed();
    if found.total == 0 {
        return "\nNo marker was added, edited, removed or moved.\n".to_owned();
    }
    let mut parts = vec![format!("{} added", figures::count(added)), format!("{} removed", figures::count(removed))];
    if with_file > 0 {
        let whole = if with_file == 1 {
            "1 with its file".to_owned()
        } else {
            format!("{} with their files", figures::count(with_file))
        };
        parts.pop();
        parts.push(format!("{} removed ({whole})", figures::count(removed)));
    }
    for (count, what) in [(edited, "edited"), (moved, "moved"), (copied, "copied")] {
        if count > 0 {
            parts.push(format!("{} {what}", figures::count(count)));
        }
    }
    let net = change.counts.net();
    let by = figures::counted(net.unsigned_abs(), "marker", "markers");
    let net = match net.signum() {
        1 => format!("{by} taken on"),
        0 => "as many as before".to_owned(),
        _ => format!("{by} paid"),
    };
    let of = if listed == found.total { String::new() } else { format!("; {} of them listed", figures::count(listed)) };
    let line = format!("{}: {}{}", style::paint(style::BOLD, &net), parts.join(", "), style::paint(style::DIM, &of));
    format!("\n{}\n", view.wrapped(&line, ""))
}

/// What a marker was, in a few words.
pub(super) fn was(row: &Row, view: View) -> Option<String> {
    let former: &Former = row.fate.as_ref().and_then(Fate::former)?;
    let before = &former.before;
    let mut parts = Vec::new();
    if before.tag != row.marker.tag {
        parts.push(view.sink.word(&before.tag));
    }
    if before.text != row.marker.text {
        parts.push(format!("\"{}\"", view.sink.limited(before.text.expose(), TEXT)));
    }
    if former.from != former.path {
        parts.push(format!("in {}:{}", view.sink.word(former.from.to_text().expose()), before.place.line));
    }
    Some(match parts.is_empty() {
        false => format!("was {}", parts.join(" ")),
        true if before.attributes.is_empty() => "had no brackets".to_owned(),
        true => "had other brackets".to_owned(),
    })
}
