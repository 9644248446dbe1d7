//! How far a long run has come, on a terminal only and only when it is long.

use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

use crate::repo::Progress;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often a terminal is drawn on, at most.
const DRAWS_A_SECOND: u8 = 10;

/// Whether progress may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    OnTerminal,
    Never,
}

/// A bar on the standard error output.
pub(super) struct Bar {
    start: Instant,
    /// None until it is worth showing, or for ever.
    bar: Mutex<Option<ProgressBar>>,
    show: Show,
}

impl Bar {
    pub(super) fn new(show: Show) -> Self {
        Self { start: Instant::now(), bar: Mutex::new(None), show }
    }

    /// Takes the bar off the terminal, so that the report stands alone.
    pub(super) fn finish(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn tick(&self, done: u64, total: u64, what: &'static str) {
        if self.show == Show::Never || self.start.elapsed() < PATIENCE {
            return;
        }
        // Another thread is telling just now: this tick may be lost.
        let Ok(mut bar) = self.bar.try_lock() else { return };
        let bar = bar.get_or_insert_with(|| {
            ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND))
        });
        if bar.length() != Some(total) || bar.message() != what {
            bar.set_length(total);
            bar.set_message(what);
            let template = if total == 0 { "{msg} {pos}" } else { "{msg} {bar:20} {pos}/{len}" };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("━╸─"));
            }
        }
        bar.set_position(done);
    }
}
