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

impl Show {
    /// The same, or never where that was typed.
    pub(super) const fn unless(self, is_refused: bool) -> Self {
        if is_refused { Self::Never } else { self }
    }

    /// Does some work, and takes the bar off the terminal behind it, so that what is told of it stands alone.
    pub(super) fn during<T>(self, work: impl FnOnce(&dyn Progress) -> T) -> T {
        let bar = Bar::new(self);
        let done = work(&bar);
        bar.finish();
        done
    }
}

/// A bar on the standard error output.
struct Bar {
    start: Instant,
    /// None until it is worth showing, or for ever.
    bar: Mutex<Option<ProgressBar>>,
    show: Show,
}

impl Bar {
    fn new(show: Show) -> Self {
        Self { start: Instant::now(), bar: Mutex::new(None), show }
    }

    fn finish(&self) {
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
            ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND))
        });
        show(bar, done, total, what);
    }
}

/// Shows how far it has come. Each setter but those of a style and of `with_message` draws: what a stage begins with is set
/// before anything is drawn, or the terminal would show a bar of another form, or the last stage's count of the next one's.
fn show(bar: &mut ProgressBar, done: u64, total: u64, what: &'static str) {
    if bar.length() == Some(total) && bar.message() == what {
        bar.set_position(done);
        return;
    }
    let template = if total == 0 { "{msg} {pos}" } else { "{msg} {bar:20} {pos}/{len}" };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("━╸─"));
    }
    *bar = bar.clone().with_message(what);
    bar.update(|state| {
        state.set_len(total);
        state.set_pos(done);
    });
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps all that is drawn on it.
    #[derive(Debug, Clone, Default)]
    struct Drawn(Arc<Mutex<Vec<String>>>);

    impl TermLike for Drawn {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _lines: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _lines: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _columns: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _columns: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push(text.trim().to_owned());
            Ok(())
        }

        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_frame_is_of_one_stage() {
        let drawn = Drawn::default();
        // As often as it is told something: no frame is left out by chance.
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(drawn.clone()), u8::MAX);
        let mut bar = ProgressBar::with_draw_target(None, target);
        let stages = [
            (0, 6_199, "comparing commits"),
            (4_237, 6_199, "comparing commits"),
            (5, 434, "counting lines"),
            (7, 0, "reading files"),
        ];
        for (done, total, what) in stages {
            std::thread::sleep(Duration::from_millis(10));
            show(&mut bar, done, total, what);
        }
        let frames: Vec<String> = drawn.0.lock().unwrap().iter().filter(|text| !text.is_empty()).cloned().collect();
        let bars: Vec<String> = frames.iter().map(|frame| frame.replace(['━', '╸', '─', ' '], "")).collect();
        assert_eq!(
            bars,
            ["comparingcommits0/6199", "comparingcommits4237/6199", "countinglines5/434", "readingfiles7"],
            "{frames:?}"
        );
    }
}
