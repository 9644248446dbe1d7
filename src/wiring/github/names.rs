//! What the checks of a job may be called, as far as its file says.

use std::collections::BTreeSet;

use crate::config::document::Entry;
use crate::config::document::Yaml;

/// What a check may be called. A host knows a check by its name alone, whatever made it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::wiring) struct CheckName(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Said(String),
    /// What a matrix gives: one of these, or several of them with commas between.
    OneOf(Vec<String>),
    /// What is known only when it runs.
    Anything,
}

impl CheckName {
    /// Those of a job: its name, or its key; and with a matrix the same with values behind it.
    pub(super) fn of(job: &Entry) -> Vec<Self> {
        let name = job.value.get("name").and_then(Yaml::text).unwrap_or(&job.key);
        let matrix = job.value.get("strategy").and_then(|strategy| strategy.get("matrix"));
        let values = matrix.map(|matrix| {
            let texts = matrix.texts().into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
            let is_known = !texts.is_empty() && !texts.iter().any(|text| text.contains("${{"));
            if is_known { Piece::OneOf(texts) } else { Piece::Anything }
        });
        let pieces = pieces(name, values.as_ref());
        let with_values = values.map(|values| {
            let [before, behind] = [" (", ")"].map(|sign| Piece::Said(sign.to_owned()));
            Self(pieces.iter().cloned().chain([before, values, behind]).collect())
        });
        [Self(pieces)].into_iter().chain(with_values).collect()
    }

    /// The name, where it can be no other.
    pub(in crate::wiring) fn plain(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Said(name)] => Some(name),
            _ => None,
        }
    }

    /// Whether a check may be called so.
    pub(in crate::wiring) fn may_be(&self, name: &str) -> bool {
        fits(&self.0, name)
    }
}

/// A name, divided at its expressions.
fn pieces(name: &str, matrix: Option<&Piece>) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut rest = name;
    while let Some((said, expression, behind)) =
        rest.split_once("${{").and_then(|(said, rest)| rest.split_once("}}").map(|(inner, rest)| (said, inner, rest)))
    {
        let text = expression.trim();
        let literal = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        all.extend((!said.is_empty()).then(|| Piece::Said(said.to_owned())));
        all.push(match (literal.filter(|literal| !literal.contains('\'')), matrix) {
            (Some(literal), _) => Piece::Said(literal.to_owned()),
            (None, Some(matrix)) if is_of_matrix(text) => matrix.clone(),
            (None, _) => Piece::Anything,
        });
        rest = behind;
    }
    if !rest.is_empty() || all.is_empty() {
        all.push(Piece::Said(rest.to_owned()));
    }
    all
}

fn is_of_matrix(text: &str) -> bool {
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
    text.strip_prefix("matrix.").is_some_and(|rest| rest.chars().all(is_name))
}

/// Piece by piece, from all places where the former one may end: a name of many expressions is done as soon as any other.
fn fits(pieces: &[Piece], name: &str) -> bool {
    let mut ends = BTreeSet::from([0]);
    for piece in pieces {
        ends = ends.into_iter().flat_map(|from| piece.ends(name, from)).collect();
    }
    ends.contains(&name.len())
}

impl Piece {
    /// Where it may end that begins there.
    fn ends(&self, name: &str, from: usize) -> Vec<usize> {
        let rest = name.get(from..).unwrap_or_default();
        let all = || rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = match self {
            Self::Said(said) => rest.starts_with(said.as_str()).then_some(said.len()).into_iter().collect(),
            Self::Anything => all().collect(),
            Self::OneOf(values) => {
                let is_known = |value: &str| values.iter().any(|known| known == value);
                let own =
                    |at: &usize| rest.get(..*at).is_some_and(|own| !own.is_empty() && own.split(", ").all(is_known));
                all().filter(own).collect()
            }
        };
        ends.into_iter().map(|end| from.saturating_add(end)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::document;

    #[test]
    fn what_a_check_may_be_called() {
        let gate = "debtlint (main)";
        for (job, expected) in [
            ("debtlint: { name: debtlint (main) }", true),
            ("debtlint (main): {}", true),
            ("x: { name: 'debtlint (${{ github.base_ref }})' }", true),
            ("x: { name: \"${{ 'debtlint (main)' }}\" }", true),
            ("x: { name: '${{ inputs.name }}' }", true),
            ("x: { name: '${{ matrix.name }}', strategy: { matrix: { name: [a, debtlint (main)] } } }", true),
            ("x: { name: '${{ matrix.name }}', strategy: { matrix: { include: [{ name: debtlint (main) }] } } }", true),
            ("x: { name: '${{ matrix.name }}', strategy: { matrix: '${{ fromJSON(inputs.all) }}' } }", true),
            ("debtlint: { strategy: { matrix: { branch: [main] } } }", true),
            ("x: { name: debtlint, strategy: { matrix: { branch: ['${{ github.base_ref }}'] } } }", true),
            ("debtlint: {}", false),
            ("x: { name: 'test (${{ github.base_ref }})' }", false),
            ("x: { name: '${{ matrix.name }}', strategy: { matrix: { name: [a, b] } } }", false),
            ("x: { name: '${{ matrix.a }} (${{ matrix.b }})', strategy: { matrix: { a: [a], b: [main] } } }", false),
            ("debtlint: { strategy: { matrix: { branch: [next] } } }", false),
        ] {
            let read = document::read("w.yml", job.as_bytes()).unwrap();
            let names = CheckName::of(read.root.entries().first().unwrap());
            assert_eq!(names.iter().any(|name| name.may_be(gate)), expected, "{job}: {names:?}");
        }
    }
    #[test]
    fn a_name_of_many_expressions() {
        let name = |end: &str| format!("x: {{ name: '{}{end}' }}", "${{ a }}d".repeat(40));
        for (job, expected) in [(name("${{ a }}"), true), (name("x"), false)] {
            let read = document::read("w.yml", job.as_bytes()).unwrap();
            let names = CheckName::of(read.root.entries().first().unwrap());
            assert_eq!(names.iter().any(|one| one.may_be(&"d".repeat(80))), expected);
        }
    }
}
