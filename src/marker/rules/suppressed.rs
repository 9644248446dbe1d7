//! What the suppressions of a file take away. A comment of thousands of markers may have as many of them, each about all of it:
//! so no finding is held against each.

use std::collections::BTreeMap;

use crate::marker::Suppression;
use crate::marker::rules::Found;

/// The lines that some suppressions are about, by the codes that they name.
#[derive(Default)]
pub(super) struct Covered<'s>(BTreeMap<&'s str, Spans>);

/// Where spans of lines begin, and where they are over; both sorted.
#[derive(Default)]
struct Spans {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl<'s> Covered<'s> {
    /// By those of some suppressions that give a reason.
    pub(super) fn by(suppressions: &[&'s Suppression]) -> Self {
        let mut covered = Self::default();
        for suppression in suppressions.iter().filter(|suppression| suppression.reason.is_some()) {
            for code in &suppression.codes {
                let spans = covered.0.entry(code).or_default();
                spans.starts.push(suppression.lines.start);
                spans.ends.push(suppression.lines.end);
            }
        }
        for spans in covered.0.values_mut() {
            spans.starts.sort_unstable();
            spans.ends.sort_unstable();
        }
        covered
    }

    /// Whether one of them is about what was found.
    pub(super) fn has(&self, found: &Found) -> bool {
        self.0.get(found.finding.code.name()).is_some_and(|spans| {
            let begun = spans.starts.partition_point(|start| *start <= found.line);
            let over = spans.ends.partition_point(|end| *end <= found.line);
            begun > over
        })
    }
}

/// For each of some suppressions whether it is about anything that was found.
pub(super) fn used(suppressions: &[Suppression], found: &[Found]) -> Vec<bool> {
    let mut lines: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for one in found {
        lines.entry(one.finding.code.name()).or_default().push(one.line);
    }
    lines.values_mut().for_each(|lines| lines.sort_unstable());
    let is_used = |suppression: &Suppression| {
        let has_any = |code: &String| {
            lines.get(code.as_str()).is_some_and(|lines| {
                let first = lines.partition_point(|line| *line < suppression.lines.start);
                lines.get(first).is_some_and(|line| *line < suppression.lines.end)
            })
        };
        suppression.reason.is_some() && suppression.codes.iter().any(has_any)
    };
    suppressions.iter().map(is_used).collect()
}
