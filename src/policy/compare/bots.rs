//! What a commit of a change may touch and yet be left out by its author.

use crate::finding::first_of;
use crate::policy::Policy;

use super::Difference;
use super::Direction;
use super::Pair;
use super::scalars::side;

/// So many globs are named.
const NAMED: usize = 3;

/// The globs that went, and those that came: each way one difference, since a pack brings many.
pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (pair.base, pair.head);
    let difference = |direction| Difference::new("the paths in which authors are believed", "bot-paths", direction);
    let gone = lacking(base, head);
    if !gone.is_empty() {
        all.push(difference(Direction::Tighter).base(side(base, &["bot-paths"], in_words(&gone))));
    }
    let come = lacking(head, base);
    if !come.is_empty() {
        let found = difference(Direction::Looser).head(side(head, &["bot-paths"], in_words(&come)));
        all.push(found.because("whoever claims to be a bot may then change them unjudged"));
    }
}

/// The globs of the one that the other lacks.
fn lacking<'p>(one: &'p Policy, other: &Policy) -> Vec<&'p str> {
    let others = other.bot_paths.texts();
    one.bot_paths.texts().iter().filter(|glob| !others.contains(glob)).map(String::as_str).collect()
}

fn in_words(globs: &[&str]) -> String {
    first_of(globs.iter(), NAMED)
}
