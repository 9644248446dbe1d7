//! The few colours of the terminal's output. Everything is written with them; the stream that is handed in takes them
//! out where nobody would see them.

use anstyle::AnsiColor;
use anstyle::Style;

use crate::verdict::Standing;

pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();
pub(super) const NOTE: Style = AnsiColor::Cyan.on_default();

/// The colour of a standing.
pub(super) const fn of(standing: Standing) -> Style {
    match standing {
        Standing::Met => GOOD,
        Standing::Short => BAD,
        Standing::Waived => WARN,
        Standing::NotEnoughWork => DIM,
    }
}

/// The mark of a standing, so that colour is never the only sign.
pub(super) const fn mark(standing: Standing) -> char {
    match standing {
        Standing::Met => '✓',
        Standing::Short => '✗',
        Standing::Waived => '~',
        Standing::NotEnoughWork => '·',
    }
}

/// A text in a style.
pub(super) fn paint(style: Style, text: &str) -> String {
    if text.is_empty() || style == PLAIN {
        return text.to_owned();
    }
    format!("{style}{text}{style:#}")
}
