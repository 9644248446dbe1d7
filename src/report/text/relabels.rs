//! The lead's hand: every relabel, with who, why, and whether it counts.

use crate::report::Counting;
use crate::report::Relabel;
use crate::report::Report;
use crate::report::figures;

use super::View;
use super::section;
use super::style;

pub(super) fn relabels(report: &Report, view: View) -> String {
    let mut text = String::new();
    let count = figures::counted(report.relabels.len(), "entry", "entries");
    if !report.relabels.is_empty() {
        let all: String = report.relabels.iter().map(|one| told(one, view)).collect();
        section(&mut text, "Relabelled", &format!("{count} about the commits of the window"), &all, view);
    }
    text
}

/// What one says, and what came of it.
pub(super) fn told(one: &Relabel, view: View) -> String {
    let share = one.entry.share.map(|share| format!(" ({share} paydown)")).unwrap_or_default();
    let says = format!("{} is {}{share}", one.entry.commit.short(), one.entry.kind.name());
    let by = match (one.by.expose(), one.leads.as_slice()) {
        ("", _) => String::new(),
        (_, []) => format!(", by {}", view.sink.line(&one.by)),
        (_, leads) => {
            let leads: Vec<_> = leads.iter().map(|team| view.sink.word(team).to_string()).collect();
            format!(", by {}, lead of {}", view.sink.line(&one.by), leads.join(" and "))
        }
    };
    let (mark, colour, counts) = match one.counting {
        Counting::Yes => ("✓", style::GOOD, "it counts"),
        Counting::InPart => ("~", style::DIM, "it counts in part"),
        Counting::No => ("✗", style::DIM, "it does not count"),
    };
    let why = one.why.as_ref().map(|why| format!(", since {}", view.sink.prose(why))).unwrap_or_default();
    let sentence = format!("{says}{by}: \"{}\"; {counts}{why}.", view.sink.line(&one.entry.reason));
    let wrapped = view.wrapped(&sentence, "    ");
    let body = wrapped.strip_prefix("    ").unwrap_or(&wrapped);
    format!("  {} {body}\n", style::paint(colour, mark))
}
