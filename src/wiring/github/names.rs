//! What the checks of a job may be called, as far as its file says.

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

fn fits(pieces: &[Piece], name: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else { return name.is_empty() };
    // Where the piece may end.
    let ends = name.char_indices().map(|(at, _)| at).chain([name.len()]);
    match first {
        Piece::Said(said) => name.strip_prefix(said.as_str()).is_some_and(|behind| fits(rest, behind)),
        Piece::Anything if rest.is_empty() => true,
        Piece::Anything => ends.into_iter().any(|at| name.get(at..).is_some_and(|behind| fits(rest, behind))),
        Piece::OneOf(values) => ends.into_iter().filter_map(|at| name.split_at_checked(at)).any(|(own, behind)| {
            let is_known = || own.split(", ").all(|value| values.iter().any(|known| known == value));
            !own.is_empty() && is_known() && fits(rest, behind)
        }),
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
}
