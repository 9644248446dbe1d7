//! The report for people, on a terminal.

mod change;
mod diagnostic;
mod doctor;
mod explain;
mod flow;
mod grid;
mod head;
mod items;
mod left_out;
mod markers;
mod page;
mod past;
mod problems;
mod relabels;
mod style;
mod teams;
mod turned;
mod verdict;

use crate::report::Report;
use crate::report::json::Items;
use crate::report::sink::Sink;

pub(super) use change::why;
pub use diagnostic::diagnostic;
pub use diagnostic::one_line;
pub use doctor::doctor;
pub use explain::{Place, commit};
pub(super) use items::{CountedAs, counted_as};
pub(super) use left_out::meaning;
pub use markers::markers;
pub use page::meanings;
pub use page::page;
pub use past::simulation;
pub use past::trend;
pub(super) use problems::commits;
pub use problems::in_brief;
pub use teams::{in_order, missing};
pub use verdict::{Sign, in_shadow, outcome, sign, spared};

/// For whom text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Columns there are.
    pub width: usize,
    /// What reads it.
    pub sink: Sink,
}

impl View {
    /// How many characters of a team's name are shown.
    const fn name_limit(self) -> usize {
        if self.width >= 100 { 32 } else { 20 }
    }

    /// A team's name, as long as there is room for: of a longer one the middle is left out, so that names which begin alike stay
    /// apart.
    fn team(self, name: &str) -> String {
        const END: usize = 6;
        let (limit, length) = (self.name_limit(), name.chars().count());
        if length <= limit {
            return self.sink.limited(name, limit);
        }
        let begin = self.sink.limited(name, limit.saturating_sub(END));
        let end: String = name.chars().skip(length.saturating_sub(END)).collect();
        begin + &self.sink.limited(&end, END)
    }

    /// A line of a report's head: what is told behind its name, further lines below it. Paths stay whole.
    fn fact(self, name: &str, room: usize, told: &str) -> String {
        let (first, others) = (format!("  {name:<room$}"), " ".repeat(room.saturating_add(2)));
        self.whole(told, &style::paint(style::DIM, &first), &others) + "\n"
    }

    /// Text that is as wide as the terminal, and whose words are not broken.
    fn whole(self, text: &str, first: &str, others: &str) -> String {
        let options = textwrap::Options::new(self.width.max(30))
            .initial_indent(first)
            .subsequent_indent(others)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false);
        textwrap::fill(text, options)
    }

    /// Prose, broken into lines that fit, each behind `indent`.
    fn wrapped(self, text: &str, indent: &str) -> String {
        self.hung(text, indent, indent)
    }

    /// The same, with something else before the first line.
    fn hung(self, text: &str, first: &str, others: &str) -> String {
        let width = self.width.clamp(30, 100);
        let options = textwrap::Options::new(width)
            .initial_indent(first)
            .subsequent_indent(others)
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::fill(text, options)
    }
}

/// Prose as wide as there is room for, a paragraph a line; what is to be typed, behind blanks, stays whole. Paths in it may
/// have any name.
#[must_use]
pub fn prose(text: &str, view: View) -> String {
    let text = view.sink.prose(text);
    let is_typed = |line: &str| line.starts_with("  ");
    text.lines().map(|line| if is_typed(line) { line.to_owned() } else { view.whole(line, "", "") } + "\n").collect()
}

/// The whole report. Colours are in it as escape sequences; the stream takes them out where they are not wanted.
#[must_use]
pub fn render(report: &Report, items: Items, view: View) -> String {
    let mut text = head::head(report, view);
    if has_work(report) {
        let measure = report.policy.effort.name();
        let whose = if report.change.is_some() { "Teams at the base" } else { "Teams" };
        section(&mut text, whose, &format!("in {measure}"), &teams::standings(report, view), view);
    }
    // Of a change it is short: `check` without a base tells the rest.
    if report.change.is_none() {
        text.push_str(&work(report, view));
    }
    text.push_str(&flow::window(report, view));
    text.push_str(&relabels::relabels(report, view));
    if items == Items::Listed {
        text.push_str(&items::items(report, view));
    }
    text.push_str(&change::change(report, items, view));
    text.push_str(&flow::change(report, view));
    text.push_str(&problems::problems(report, view));
    text.push('\n');
    text.push_str(&verdict::sentence(report, view));
    text.push_str(&verdict::shadow(report, view));
    text
}

/// What the work of the window was.
fn work(report: &Report, view: View) -> String {
    let mut text = String::new();
    if has_work(report) {
        let measure = report.policy.effort.name();
        section(&mut text, "What the work was", &format!("in {measure}"), &teams::kinds(report, view), view);
        section(
            &mut text,
            "Share of paydown in each measure",
            "the first one decides",
            &teams::measures(report, view),
            view,
        );
    }
    text.push_str(&left_out::left_out(report, view));
    text
}

fn has_work(report: &Report) -> bool {
    let ledger = &report.ledger;
    ledger.accounts.iter().chain([&ledger.unattributed]).any(|account| !account.by_kind.is_empty())
}

fn section(text: &mut String, title: &str, aside: &str, body: &str, view: View) {
    let title = format!("{}{}", style::paint(style::BOLD, title), style::paint(style::DIM, &format!(", {aside}")));
    text.push_str(&format!("\n{}\n", view.whole(&title, "", "")));
    text.push_str(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_teams_that_begin_alike_stay_apart() {
        for (width, name, shown) in [
            (80, "platform-engineering", "platform-engineering"),
            (80, "platform-engineering-eu", "platform-engin…ing-eu"),
            (80, "platform-engineering-us", "platform-engin…ing-us"),
            (80, "データ基盤とデータ活用を支える開発チーム東京第一", "データ基盤とデータ活用を支え…ーム東京第一"),
            (100, "platform-engineering-us", "platform-engineering-us"),
        ] {
            assert_eq!(View { width, sink: Sink::Terminal }.team(name), shown);
        }
    }
}
