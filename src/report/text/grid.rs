//! A table without lines, whose cells may have colours.

use anstyle::Style;
use comfy_table::CellAlignment;
use comfy_table::Table;
use comfy_table::presets::NOTHING;
use unicode_width::UnicodeWidthStr as _;

use super::style;

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
