//! Errors and grave findings, with the line that they are about.

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use miette::Diagnostic;
use miette::GraphicalReportHandler;
use miette::GraphicalTheme;
use miette::LabeledSpan;
use miette::MietteError;
use miette::MietteSpanContents;
use miette::Severity;
use miette::SourceCode;
use miette::SourceSpan;
use miette::SpanContents;
use miette::ThemeCharacters;
use miette::ThemeStyles;
use textwrap::WordSeparator;
use textwrap::WordSplitter;

use crate::report::sink::Sink;

use super::View;

/// A diagnostic, below those that it relates to.
///
/// Whatever they say and quote is made harmless on the way: policies and repositories speak through them.
#[must_use]
pub fn diagnostic(told: &dyn Diagnostic, view: View) -> String {
    // What it comes to is said last, nearest to the reader's prompt.
    let related: String = told.related().into_iter().flatten().map(|one| diagnostic(one, view) + "\n").collect();
    related + &drawn(&Harmless::new(told, told.source_code().map(Source::Any), view.sink), view)
}

/// A diagnostic with the lines of a text that it points into. However long that is, no more of it is read than these lines.
pub(super) fn quoted(told: &dyn Diagnostic, name: &str, text: &str, view: View) -> String {
    drawn(&Harmless::new(told, Some(Source::Text { name, text }), view.sink), view)
}

fn drawn(harmless: &Harmless<'_>, view: View) -> String {
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles: ThemeStyles::ansi() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(view.width.clamp(40, 100))
        .with_links(false)
        // Options, paths and codes stay whole.
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .without_cause_chain()
        .tab_width(4);
    let mut drawn = String::new();
    match handler.render_report(&mut drawn, harmless) {
        Ok(()) => drawn,
        // The place lies outside of its source: say it without one.
        Err(fmt::Error) => format!("{harmless}\n"),
    }
}

/// An error and its causes in one line: `a: b: c`.
#[must_use]
pub fn one_line(error: &dyn Error, sink: Sink) -> String {
    let mut text = sink.prose(&error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = sink.prose(&error.to_string());
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// A diagnostic whose every text is harmless.
struct Harmless<'d> {
    told: &'d dyn Diagnostic,
    source: Option<HarmlessSource<'d>>,
    sink: Sink,
}

/// A source whose pieces are harmless, byte for byte as long as they were.
struct HarmlessSource<'d> {
    source: Source<'d>,
    sink: Sink,
    pieces: Pieces,
}

enum Source<'d> {
    Any(&'d dyn SourceCode),
    Text { name: &'d str, text: &'d str },
}

/// The harmless pieces: they must live as long as the source, which is only lent out shared, so the list grows at its
/// end through a shared borrow.
#[derive(Default)]
struct Pieces(OnceLock<Box<(Vec<u8>, Self)>>);

impl<'d> Harmless<'d> {
    fn new(told: &'d dyn Diagnostic, source: Option<Source<'d>>, sink: Sink) -> Self {
        let source = source.map(|source| HarmlessSource { source, sink, pieces: Pieces::default() });
        Self { told, source, sink }
    }
}

impl fmt::Display for Harmless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let causes = self.told.source().map(|cause| one_line(cause, self.sink));
        let text = bounded(&self.sink.prose(&self.told.to_string()));
        match causes {
            Some(causes) if !text.contains(&causes) => write!(f, "{text}: {causes}"),
            _ => f.write_str(&text),
        }
    }
}

/// The text, of whose words none is endless: a name is repeated as it was typed.
fn bounded(text: &str) -> String {
    const LONGEST: usize = 400;
    let mut bounded = String::new();
    let mut length = 0_usize;
    for character in text.chars() {
        length = if character.is_whitespace() { 0 } else { length.saturating_add(1) };
        match length.cmp(&LONGEST) {
            Ordering::Less => bounded.push(character),
            Ordering::Equal => bounded.push('…'),
            Ordering::Greater => {}
        }
    }
    bounded
}

impl fmt::Debug for Harmless<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Harmless<'_> {}

impl Diagnostic for Harmless<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.sink.word(&self.told.code()?.to_string())))
    }

    fn severity(&self) -> Option<Severity> {
        self.told.severity()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.sink.prose(&self.told.help()?.to_string())))
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.sink.word(&self.told.url()?.to_string())))
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let sink = self.sink;
        Some(Box::new(self.told.labels()?.map(move |label| {
            let text = label.label().map(|text| sink.prose(text));
            if label.primary() {
                LabeledSpan::new_primary_with_span(text, *label.inner())
            } else {
                LabeledSpan::new_with_span(text, *label.inner())
            }
        })))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| {
            let source: &dyn SourceCode = source;
            source
        })
    }
}

impl SourceCode for HarmlessSource<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = match self.source {
            Source::Any(source) => source,
            Source::Text { name, text } => return self.lines(name, text, span, (lines_before, lines_after)),
        };
        let read = source.read_span(span, lines_before, lines_after)?;
        let text = self.sink.same_length(&String::from_utf8_lossy(read.data()));
        let data = self.pieces.keep(text.into_bytes());
        let (span, line, column, lines) = (*read.span(), read.line(), read.column(), read.line_count());
        Ok(match read.name() {
            Some(name) => {
                Box::new(MietteSpanContents::new_named(self.sink.word(name), data, span, line, column, lines))
            }
            None => Box::new(MietteSpanContents::new(data, span, line, column, lines)),
        })
    }
}

impl HarmlessSource<'_> {
    /// What `read_span` is for a whole text, from no more lines of it than are asked for.
    fn lines<'a>(
        &'a self,
        name: &str,
        text: &str,
        span: &SourceSpan,
        (before, after): (usize, usize),
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset().saturating_add(span.len()));
        let (Some(above), Some(below)) = (text.get(..start), text.get(end..)) else {
            return Err(MietteError::OutOfBounds);
        };
        // A line more on either side, so that the lines that are wanted are whole ones.
        let from = above.rmatch_indices('\n').nth(before.saturating_add(1)).map_or(0, |(at, _)| at.saturating_add(1));
        let to = below.match_indices('\n').nth(after.saturating_add(1));
        let to = to.map_or(text.len(), |(at, _)| end.saturating_add(at).saturating_add(1));
        let piece = self.pieces.keep(self.sink.same_length(text.get(from..to).unwrap_or_default()).into_bytes());
        let skipped = text.as_bytes().get(..from).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        let read = piece.read_span(&SourceSpan::new((start.saturating_sub(from)).into(), span.len()), before, after)?;
        let shown = SourceSpan::new(read.span().offset().saturating_add(from).into(), read.span().len());
        let (line, lines) = (read.line().saturating_add(skipped), read.line_count().saturating_add(skipped));
        let name = self.sink.word(name);
        Ok(Box::new(MietteSpanContents::new_named(name, read.data(), shown, line, read.column(), lines)))
    }
}

impl Pieces {
    fn keep(&self, piece: Vec<u8>) -> &[u8] {
        let mut end = self;
        while let Some(node) = end.0.get() {
            end = &node.1;
        }
        &end.0.get_or_init(|| Box::new((piece, Self::default()))).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use miette::MietteDiagnostic;
    use miette::NamedSource;
    use proptest::prelude::*;

    const SINKS: [Sink; 2] = [Sink::Terminal, Sink::CommandLog];

    proptest! {
        #[test]
        fn a_text_is_quoted_as_if_all_of_it_were_read(
            text in r"([a-dä#\[\x1b\r\t]{0,3}\r?\n){0,8}[a-d]{0,3}",
            from in 0_usize..40,
            length in 0_usize..12,
            sink in 0_usize..2,
        ) {
            let end = from.saturating_add(length);
            prop_assume!(text.get(from..end).is_some());
            let view = View { sink: SINKS[sink], width: 80 };
            let told = MietteDiagnostic::new("no").and_label(LabeledSpan::new_with_span(Some("here".into()), from..end));
            let source = NamedSource::new(view.sink.word("a::b"), view.sink.same_length(&text));
            let whole = miette::Report::new(told.clone()).with_source_code(source);
            prop_assert_eq!(quoted(&told, "a::b", &text, view), diagnostic(whole.as_ref(), view));
        }
    }

    #[test]
    fn no_more_is_read_than_what_is_shown() {
        let text = "line\n".repeat(10_000);
        let told = MietteDiagnostic::new("no");
        let source = Source::Text { name: "a", text: &text };
        let harmless = Harmless::new(&told, Some(source), Sink::Terminal);
        let source = harmless.source.as_ref().unwrap();
        let read = source.read_span(&(25_000, 4).into(), 1, 1).unwrap();
        assert_eq!((read.line(), read.data()), (4_999, &b"line\nline\nline\n"[..]));
        assert!(source.pieces.0.get().unwrap().0.len() < 50);
    }
}
