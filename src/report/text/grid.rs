//! A table without lines, whose cells may have colours.

use anstyle::Style;
use comfy_table::CellAlignment;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use unicode_width::UnicodeWidthStr as _;

use super::style;

/// How far what goes below a row's first cell is indented.
const BELOW: usize = 4;

/// How many blanks there are between two columns.
const BETWEEN: usize = 2;

/// Titles and rows, laid out in columns.
pub(super) struct Grid {
    titles: Vec<(&'static str, Align)>,
    rows: Vec<Vec<Cell>>,
}

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// One cell: pieces of text, each in its style.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell(Vec<(String, Style)>);

impl Cell {
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self(vec![(text.into(), style)])
    }

    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::new(text, style::PLAIN)
    }

    pub(super) fn and(mut self, text: impl Into<String>, style: Style) -> Self {
        self.0.push((text.into(), style));
        self
    }

    /// Without the blanks that put its figures in a column.
    fn flush_left(&self) -> Self {
        let mut pieces = self.0.clone();
        if let Some((first, _)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        Self(pieces)
    }

    fn text(&self) -> String {
        self.0.iter().map(|(text, _)| text.as_str()).collect()
    }

    pub(super) fn painted(&self) -> String {
        self.0.iter().map(|(text, style)| style::paint(*style, text)).collect()
    }
}

impl Grid {
    pub(super) fn new(titles: Vec<(&'static str, Align)>) -> Self {
        Self { titles, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// The table; where there is no room for it, each row as a list: its first cell, and below it the others, each behind
    /// its title, as many in a line as there is room for.
    pub(super) fn folded(&self, width: usize) -> Vec<String> {
        self.lines(width).unwrap_or_else(|| self.rows.iter().flat_map(|row| self.list(row, width)).collect())
    }

    /// The lines of the table; `None` when one would be wider than `width`.
    pub(super) fn lines(&self, width: usize) -> Option<Vec<String>> {
        let mut table = Table::new();
        table.load_style(NOTHING);
        table.set_header(self.titles.iter().map(|(title, _)| *title));
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::text));
        }
        for (column, (_, align)) in table.column_iter_mut().zip(&self.titles) {
            column.set_padding((0, 2));
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        let head: Vec<Cell> = self.titles.iter().map(|(title, _)| Cell::new(*title, style::DIM)).collect();
        let laid_out: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        if laid_out.iter().any(|line| line.width() > width) {
            return None;
        }
        Some(std::iter::once(&head).chain(&self.rows).zip(laid_out).map(|(cells, line)| colour(cells, &line)).collect())
    }

    fn list(&self, row: &[Cell], width: usize) -> Vec<String> {
        let mut lines: Vec<(usize, String)> =
            row.first().map(|cell| (usize::MAX, cell.painted())).into_iter().collect();
        for ((title, _), cell) in self.titles.iter().zip(row).skip(1) {
            let title = if title.is_empty() { String::new() } else { format!("{title} ") };
            let text = cell.text();
            let taken = title.width().saturating_add(text.trim().width());
            let piece = style::paint(style::DIM, &title) + &cell.flush_left().painted();
            match lines.last_mut() {
                _ if text.trim().is_empty() => {}
                Some((so_far, line)) if so_far.saturating_add(BETWEEN).saturating_add(taken) <= width => {
                    *so_far = so_far.saturating_add(BETWEEN).saturating_add(taken);
                    line.push_str(&format!("{:BETWEEN$}{piece}", ""));
                }
                _ if taken.saturating_add(BELOW) <= width => {
                    lines.push((taken.saturating_add(BELOW), format!("{:BELOW$}{piece}", "")));
                }
                // What is too long for a line of its own is prose, in one style.
                _ => {
                    let style = cell.0.first().map_or(style::PLAIN, |(_, style)| *style);
                    let broken = textwrap::wrap(&text, width.saturating_sub(BELOW).max(BELOW));
                    let broken = broken.iter().map(|line| style::paint(style, line.trim()));
                    let title = (!title.is_empty()).then(|| style::paint(style::DIM, title.trim()));
                    lines.extend(
                        title.into_iter().chain(broken).map(|line| (usize::MAX, format!("{:BELOW$}{line}", ""))),
                    );
                }
            }
        }
        lines.into_iter().map(|(_, line)| line).collect()
    }
}

/// Puts the styles of the cells into their laid-out line. (The table's own support for escape sequences would bring a
/// terminal library in.) Between two cells are blanks only, so that each is found where it stands.
fn colour(cells: &[Cell], line: &str) -> String {
    let mut coloured = String::new();
    let mut rest = line;
    for cell in cells {
        let text = cell.text();
        let Some((before, after)) = (!text.is_empty()).then(|| rest.split_once(&text)).flatten() else { continue };
        coloured.push_str(before);
        coloured.push_str(&cell.painted());
        rest = after;
    }
    coloured.push_str(rest);
    coloured
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_room_for_a_table_each_row_is_a_list() {
        let titles = [("  Team", Align::Left), ("Paydown", Align::Right), ("Run", Align::Right), ("", Align::Left)];
        let mut grid = Grid::new(titles.to_vec());
        let row = |cells: [&str; 4]| cells.map(|text| Cell::new(text, style::BAD)).to_vec();
        grid.row(row(["  payments", "  6.6%", "12.3%", "short"]));
        grid.row(row(["✓ web", "", "1%", "the team meets its allocation"]));
        for (width, lines) in [
            (
                60,
                &[
                    "  Team      Paydown    Run",
                    "  payments     6.6%  12.3%  short",
                    "✓ web                   1%  the team meets its allocation",
                ][..],
            ),
            (
                40,
                &[
                    "  payments",
                    "    Paydown 6.6%  Run 12.3%  short",
                    "✓ web",
                    "    Run 1%",
                    "    the team meets its allocation",
                ],
            ),
            (
                24,
                &[
                    "  payments",
                    "    Paydown 6.6%",
                    "    Run 12.3%  short",
                    "✓ web",
                    "    Run 1%",
                    "    the team meets its",
                    "    allocation",
                ],
            ),
        ] {
            let told = grid.folded(width);
            let told: Vec<_> = told.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect();
            assert_eq!(told, lines, "{width}");
        }
    }
}
