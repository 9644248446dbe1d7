//! What became of markers in the window: debt taken on and paid, by team.

use crate::marker::FlowCounts;
use crate::report::Report;
use crate::report::figures;
use crate::report::sink::Sink;

use super::team;

/// How wide half of a row of bars is.
const HALF: u64 = 200;

/// A team's line.
pub(super) struct Row {
    pub(super) team: String,
    pub(super) added: String,
    pub(super) removed: String,
    pub(super) with_file: String,
    pub(super) edited: String,
    pub(super) moved: String,
    pub(super) copied: String,
    pub(super) net: String,
    pub(super) tone: &'static str,
    pub(super) removed_bar: u64,
    pub(super) added_bar: u64,
}

impl Row {
    /// Where the bar of what was added begins: it ends in the middle.
    pub(super) fn added_at(&self) -> u64 {
        HALF.saturating_sub(self.added_bar)
    }
}

/// A line a team to which something happened; `None` where nobody looked.
pub(super) fn rows(report: &Report, sink: Sink) -> Option<Vec<Row>> {
    let teams = &report.flow.as_ref()?.teams;
    let most = teams.values().map(|flow| flow.counts.added.max(flow.counts.removed)).max().unwrap_or_default();
    let bar = |count: u64| count.saturating_mul(HALF).checked_div(most).unwrap_or_default();
    let row = |(team, counts): (String, FlowCounts)| Row {
        team,
        added: figures::count(counts.added),
        removed: figures::count(counts.removed),
        with_file: figures::count(counts.with_file),
        edited: figures::count(counts.edited),
        moved: figures::count(counts.moved),
        copied: figures::count(counts.copied),
        net: figures::signed(counts.net()),
        tone: match counts.net().signum() {
            1 => "warn",
            0 => "none",
            _ => "good",
        },
        removed_bar: bar(counts.removed),
        added_bar: bar(counts.added),
    };
    let named = teams.iter().map(|(team, flow)| {
        let name = team.map_or_else(|| "no team".to_owned(), |team| team::name(report, team, sink));
        (name, flow.counts)
    });
    Some(named.map(row).collect())
}
