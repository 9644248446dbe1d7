//! Where each format of a report goes: what was typed, and what the build service around us understands.

use std::fs::File;
use std::io;
use std::io::BufWriter;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::cli::outputs::Outputs;
use crate::cli::tree_file;
use crate::report::Report;
use crate::report::formats;
use crate::report::formats::Format;
use crate::report::json::Items;
use crate::report::sink::Sink;
use crate::report::text::View;

/// Where GitLab's own name for the report is looked for.
const CODE_QUALITY: &str = "gl-code-quality-report.json";

/// One output that was asked for: `FORMAT`, or `FORMAT=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// Standard output where there is none.
    pub(super) file: Option<PathBuf>,
}

/// A build service that shows reports of its own kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Service {
    /// GitHub Actions, with the file of the step's summary if there is one.
    Github { summary: Option<PathBuf> },
    /// GitLab CI.
    Gitlab,
    /// Azure Pipelines.
    Azure,
}

/// Reads what was typed.
pub(super) fn parse(text: &str) -> Result<Output, String> {
    let (name, file) = match text.split_once('=') {
        // As `report --output` has it.
        Some((name, "-")) => (name, None),
        Some((_, "")) => return Err("the name of a file is missing after the `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let names = Format::ALL.map(Format::name);
    match Format::ALL.into_iter().find(|format| format.name() == name) {
        Some(format) => Ok(Output { format, file }),
        None => {
            let near = crate::config::nearest(name, names);
            let perhaps = near.map_or(".".to_owned(), |near| format!("; did you mean `{near}`?"));
            Err(format!("there is no format `{name}`{perhaps} Formats: {}", names.join(", ")))
        }
    }
}

/// Whether a format has more commits in it where they are asked for.
pub(super) const fn lists_items(format: Format) -> bool {
    matches!(format, Format::Text | Format::Json)
}

/// Reads a format for standard output.
pub(super) fn parse_format(text: &str) -> Result<Format, String> {
    match parse(text)? {
        Output { format, file: None } => Ok(format),
        Output { format, file: Some(_) } => Err(format!("for a file write `--output {}=FILE`", format.name())),
    }
}

/// All outputs of a run, those to standard output first: what was typed, text where nothing else goes to standard output,
/// and beside that text what the service understands.
///
/// # Errors
///
/// When two go to the same place.
pub(super) fn plan(typed: Vec<Output>, service: Option<&Service>) -> Result<Vec<Output>, CliError> {
    let to_stdout = typed.iter().filter(|output| output.file.is_none()).count();
    if to_stdout > 1 {
        return Err(CliError::OutputsCollide { place: "standard output".to_owned() });
    }
    for (at, output) in typed.iter().enumerate() {
        if let Some(file) = &output.file
            && typed.iter().skip(at.saturating_add(1)).any(|other| other.file.as_ref() == Some(file))
        {
            return Err(CliError::OutputsCollide { place: file.display().to_string() });
        }
    }
    let mut all = Vec::new();
    if to_stdout == 0 {
        all.push(Output { format: Format::Text, file: None });
        match service {
            Some(Service::Github { summary }) => {
                all.push(Output { format: Format::Github, file: None });
                let summary = summary.iter().map(|file| Output { format: Format::Markdown, file: Some(file.clone()) });
                // Markdown is appended: whoever types the step's own file would find it there twice.
                all.extend(summary.filter(|summary| !typed.contains(summary)));
            }
            Some(Service::Gitlab) if !typed.iter().any(|output| output.format == Format::Gitlab) => {
                all.push(Output { format: Format::Gitlab, file: Some(PathBuf::from(CODE_QUALITY)) });
            }
            Some(Service::Azure) => all.push(Output { format: Format::Azure, file: None }),
            Some(Service::Gitlab) | None => {}
        }
    }
    all.extend(typed);
    all.sort_by_key(|output| output.file.is_some());
    Ok(all)
}

/// Whether every file can be written, before anything is judged for it.
///
/// # Errors
///
/// When one cannot.
pub(super) fn probe(all: &[Output]) -> Result<(), CliError> {
    all.iter().filter_map(|output| output.file.as_ref()).try_for_each(|file| probe_file(file))
}

/// The same of one file.
pub(super) fn probe_file(file: &Path) -> Result<(), CliError> {
    tree_file::probe(file)
        .map_err(|error| CliError::OutputUnwritable { file: file.to_owned(), reason: error.to_string() })
}

/// Writes the report to every output.
pub(super) fn deliver(report: &Report, items: Items, all: &[Output], outputs: &mut Outputs) -> Result<(), Fault> {
    let view = outputs.view();
    for output in all {
        match &output.file {
            None => outputs.write(|out| formats::write(report, output.format, items, view, out))?,
            Some(file) => {
                let written = write_file(report, items, output.format, view, file);
                written
                    .map_err(|reason| CliError::OutputUnwritable { file: file.clone(), reason: reason.to_string() })?;
            }
        }
    }
    Ok(())
}

fn write_file(report: &Report, items: Items, format: Format, view: View, file: &Path) -> io::Result<()> {
    // A step's summary belongs to all that run in it.
    let opened = if format == Format::Markdown {
        File::options().create(true).append(true).open(file)?
    } else {
        File::create(file)?
    };
    // What is no text is read by programs, which a build's log has nothing to do with: the same there as anywhere.
    let view = if format == Format::Text { view } else { View { sink: Sink::Terminal, ..view } };
    let mut out = BufWriter::new(anstream::StripStream::new(opened));
    formats::write(report, format, items, view, &mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs(typed: &[&str]) -> Vec<Output> {
        typed.iter().map(|text| parse(text).unwrap()).collect()
    }

    fn written(all: &[Output]) -> Vec<String> {
        let place =
            |output: &Output| output.file.as_ref().map_or_else(String::new, |file| format!("={}", file.display()));
        all.iter().map(|output| format!("{}{}", output.format.name(), place(output))).collect()
    }

    #[test]
    fn what_goes_where() {
        let github = Service::Github { summary: Some(PathBuf::from("/s")) };
        let cases: [(&[&str], Option<&Service>, &[&str]); 14] = [
            (&[], None, &["text"]),
            (&["json"], None, &["json"]),
            (&["json=-"], None, &["json"]),
            (&["sarif=a.sarif", "text=-"], Some(&Service::Azure), &["text", "sarif=a.sarif"]),
            (&["sarif=a.sarif"], None, &["text", "sarif=a.sarif"]),
            (&["sarif=a.sarif", "json"], None, &["json", "sarif=a.sarif"]),
            (&[], Some(&github), &["text", "github", "markdown=/s"]),
            (&["sarif=a.sarif"], Some(&github), &["text", "github", "markdown=/s", "sarif=a.sarif"]),
            (&["text"], Some(&github), &["text"]),
            (&["markdown=/s"], Some(&github), &["text", "github", "markdown=/s"]),
            (&["markdown=/t"], Some(&github), &["text", "github", "markdown=/s", "markdown=/t"]),
            (&[], Some(&Service::Gitlab), &["text", "gitlab=gl-code-quality-report.json"]),
            (&["gitlab=q.json"], Some(&Service::Gitlab), &["text", "gitlab=q.json"]),
            (&[], Some(&Service::Azure), &["text", "azure"]),
        ];
        for (typed, service, expected) in cases {
            assert_eq!(written(&plan(outputs(typed), service).unwrap()), expected, "{typed:?}");
        }
    }

    #[test]
    fn what_collides() {
        for typed in [&["json", "text"], &["json=-", "text"], &["json=a", "sarif=a"]] {
            assert!(plan(outputs(typed), None).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_output() {
        for (typed, said) in [
            ("sarf", "there is no format `sarf`; did you mean `sarif`? Formats: text, json"),
            ("json=", "the name of a file is missing after the `=`"),
            ("=x", "there is no format ``. Formats: text, json"),
        ] {
            assert!(parse(typed).unwrap_err().starts_with(said), "{typed}: {:?}", parse(typed));
        }
        assert_eq!(parse("json=a=b").unwrap().file, Some(PathBuf::from("a=b")));
    }
}
