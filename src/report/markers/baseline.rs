//! A baseline: the markers that were there when somebody began to count, one a line, by content.
//!
//! Sorted, without places and figures: what moves changes no line, and two branches' files merge line by line.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::marker::Marker;
use crate::report::sink::Sink;

/// The first line.
const TITLE: &str = "# debtlint baseline 1";

/// So much of a marker's text stands behind its key, for people.
const TEXT: usize = 80;

/// The markers of a baseline: how many there may be of each content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    left: BTreeMap<String, usize>,
}

/// A line that is none of a baseline's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Counted from 1.
    pub line: usize,
    /// Why, as the end of "it is ...".
    pub reason: &'static str,
}

/// The lines of a baseline.
#[must_use]
pub fn write<'m>(markers: impl Iterator<Item = &'m Marker>) -> String {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = BTreeSet::new();
    for marker in markers {
        let content = marker.content_id().to_string();
        let count = seen.entry(content.clone()).or_default();
        *count = count.saturating_add(1);
        // The first of its content has no number, so that a second one adds a line and changes none.
        let key = if *count == 1 { content } else { format!("{content}-{count}") };
        let text = Sink::Terminal.limited(marker.text.expose(), TEXT);
        lines.insert(format!("{key} {} {text}", marker.tag).trim_end().to_owned());
    }
    std::iter::once(TITLE.to_owned()).chain(lines).map(|line| line + "\n").collect()
}

impl Baseline {
    /// Reads a baseline. Its order does not matter, nor what stands twice: so it may be what a merge of two made.
    ///
    /// # Errors
    /// The first line that is none of a baseline's.
    pub fn read(text: &str) -> Result<Self, Damage> {
        let mut keys = BTreeSet::new();
        let mut lines = text.lines().map(str::trim_end).enumerate();
        if lines.next().is_none_or(|(_, line)| line != TITLE) {
            return Err(Damage {
                line: 1,
                reason: "not `# debtlint baseline 1`: no baseline, or one of another version",
            });
        }
        for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let damage = |reason| Damage { line: number.saturating_add(1), reason };
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
                return Err(damage("left of a merge that stopped"));
            }
            let key = line.split(' ').next().unwrap_or_default();
            keys.insert(parse(key).ok_or_else(|| damage("no key of a marker: sixteen hexadecimal digits"))?);
        }
        let mut left = BTreeMap::new();
        for (content, _) in keys {
            let count: &mut usize = left.entry(content).or_default();
            *count = count.saturating_add(1);
        }
        Ok(Self { left })
    }

    /// Whether a marker is one of the baseline's, which it then no longer has.
    pub fn take(&mut self, marker: &Marker) -> bool {
        let Some(count) = self.left.get_mut(&marker.content_id().to_string()).filter(|count| **count > 0) else {
            return false;
        };
        *count = count.saturating_sub(1);
        true
    }

    /// How many it still has.
    #[must_use]
    pub fn left(&self) -> usize {
        self.left.values().copied().fold(0, usize::saturating_add)
    }
}

fn parse(key: &str) -> Option<(String, usize)> {
    let (content, number) = match key.split_once('-') {
        Some((content, number)) => (content, number.parse().ok().filter(|number| *number > 1)?),
        None => (key, 1),
    };
    let is_content = content.len() == 16 && content.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_content.then(|| (content.to_owned(), number))
}
