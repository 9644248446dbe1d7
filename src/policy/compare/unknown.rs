//! What is written under keys whose meaning is compared nowhere: a difference there is held against the change.

use std::collections::BTreeMap;

use crate::policy::Policy;
use crate::policy::Step;
use crate::policy::Written;

use super::Difference;
use super::Direction;
use super::Pair;
use super::Side;

/// The keys whose whole meaning lies in fields that are compared, or that mean nothing to a judgement. `*` is any name or
/// number; what lies below belongs to them.
pub(super) const UNDERSTOOD: [&str; 47] = [
    "version",
    "description",
    "extends",
    "packs.*.name",
    "sponsor",
    "sponsor-proof",
    "sponsor-handle",
    "relabel-cap",
    "enforce",
    "waivers",
    "window",
    "effort",
    "attribution",
    "allocation",
    "minimum-effort.people",
    "minimum-effort.developer-weeks",
    "fail-when",
    "teams.*.lead",
    "teams.*.allocation",
    "teams.*.members",
    "teams.*.paths",
    "teams.*.codeowners",
    "labels.*.id",
    "labels.*.type",
    "labels.*.scope",
    "labels.*.trailer",
    "labels.*.matches",
    "labels.*.subject",
    "labels.*.pull-request",
    "labels.*.author",
    "labels.*.path",
    "labels.*.commit",
    "labels.*.kind",
    "labels.*.share",
    "labels.*.share-from-value",
    "exempt.*.id",
    "exempt.*.author",
    "exempt.*.commit",
    "exempt.*.path",
    "exempt.*.reason",
    "ignore",
    "pull-request-labels",
    "require-label",
    "exempt-changes",
    "bot-paths",
    "unproven-credit",
    "marker-flow",
];

/// The lists of a pack that is written out, which mean there what they mean in a file.
const PACK: [&str; 4] = ["labels", "exempt", "ignore", "bot-paths"];

pub(super) fn compare(pair: &Pair<'_>, all: &mut Vec<Difference>) {
    let (base, head) = (not_understood(pair.base), not_understood(pair.head));
    let places = base.keys().chain(head.keys().filter(|place| !base.contains_key(*place)));
    for place in places {
        let (old, new) = (base.get(place), head.get(place));
        if old.map(|one| &one.value) == new.map(|one| &one.value) {
            continue;
        }
        let (pack, path) = place;
        let key = pack.map_or_else(|| shown(path), |pack| format!("{pack}: {}", shown(path)));
        let found = Difference::new(format!("`{key}`"), key, Direction::Looser);
        let side = |written: &&Written| Side::at(&written.value, &written.at);
        all.push(Difference {
            base: old.map(side),
            head: new.map(side),
            ..found.because("what it means is not compared, so it cannot be shown to be harmless")
        });
    }
}

/// The pack, if it is not the policy itself, and what leads there: in words two places could read alike.
type Place<'p> = (Option<&'p str>, &'p [Step]);

/// Lists of which an empty one says what none says.
const LISTS: [&str; 3] = ["labels", "exempt", "packs"];
/// Mappings of which the same is true, in `markers`.
const MAPPINGS: [&str; 3] = ["budgets", "languages", "rules"];

fn not_understood(policy: &Policy) -> BTreeMap<Place<'_>, &Written> {
    let is_nothing = |path: &[Step], value: &str| match path {
        [Step::Key(list)] if value == "[]" => LISTS.contains(&list.as_str()),
        [Step::Key(markers), within @ ..] if value == "{}" && markers == "markers" => match within {
            [] => true,
            [Step::Key(mapping)] => MAPPINGS.contains(&mapping.as_str()),
            _ => false,
        },
        _ => false,
    };
    let is_understood = |path: &[Step]| UNDERSTOOD.iter().any(|key| lies_below(path, key));
    let unknown = policy.written.iter().filter(|written| {
        let path = in_its_pack(&written.path);
        !is_nothing(path, &written.value) && !is_understood(path)
    });
    let own = policy.texts.first().map(|text| &text.name);
    unknown
        .map(|written| {
            // A pack keeps its name, while the policy itself may move.
            let pack = (Some(&written.at.file) != own).then_some(&*written.at.file);
            ((pack, written.path.as_slice()), written)
        })
        .collect()
}

/// What leads to a value within the pack that it lies in, if it is one that is written out.
fn in_its_pack(path: &[Step]) -> &[Step] {
    match path {
        [Step::Key(packs), Step::Entry(_), Step::Key(list), ..]
            if packs == "packs" && PACK.contains(&list.as_str()) =>
        {
            path.get(2..).unwrap_or_default()
        }
        _ => path,
    }
}

/// Whether a path begins with a key's, which ends at a whole step.
fn lies_below(path: &[Step], key: &str) -> bool {
    let mut steps = path.iter();
    key.split('.').all(|part| match steps.next() {
        Some(Step::Key(name)) => part == "*" || part == name,
        Some(Step::Entry(_)) => part == "*",
        None => false,
    })
}

fn shown(path: &[Step]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Entry(number) => number.to_string(),
        })
        .collect();
    parts.join(".")
}
