//! What is taken on and paid; and that both together are what the tree has more of.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config;
use crate::config::Source;
use crate::finding::Finding;
use crate::marker::Brief;
use crate::marker::Marker;
use crate::marker::Prose;
use crate::marker::Scanner;
use crate::marker::Search;
use crate::marker::Turning;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::repo::content::Fate;

type Tree<'t> = BTreeMap<&'t str, String>;

fn markers(scanner: &Scanner, path: &str, text: &str) -> Vec<Marker> {
    scanner.scan(&RepoPath::new(path.as_bytes()), text.as_bytes(), Prose::Comments).unwrap().markers
}

fn scanner() -> Scanner {
    Scanner::new(config::languages().unwrap(), Search::default()).unwrap()
}

fn all(scanner: &Scanner, tree: &Tree<'_>) -> Vec<Marker> {
    tree.iter().flat_map(|(path, text)| markers(scanner, path, text)).collect()
}

fn turnover(scanner: &Scanner, old: &Tree<'_>, new: &Tree<'_>) -> Turnover<Brief> {
    let mut turning = Turning::default();
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    for path in paths.into_iter().filter(|path| old.get(path) != new.get(path)) {
        let (before, after) = (old.get(path), new.get(path));
        let of = |text: Option<&String>| text.map(|text| markers(scanner, path, text)).unwrap_or_default();
        let fate = match (before, after) {
            (None, _) => Fate::Created,
            (_, None) => Fate::Deleted,
            _ => Fate::Edited,
        };
        let brief = |markers: Vec<Marker>| markers.iter().map(Brief::of).collect();
        turning.path(&RepoPath::new(path.as_bytes()), fate, brief(of(before)), brief(of(after)));
    }
    turning.done()
}

/// Team 0 owns what is below `a`, team 1 what is below `b`, both what is below `ab`.
fn owners(path: &RepoPath) -> Vec<TeamId> {
    let folder = path.as_bytes().split(|byte| *byte == b'/').next().unwrap_or_default();
    [(b'a', 0), (b'b', 1)].into_iter().filter(|(name, _)| folder.contains(name)).map(|(_, team)| TeamId(team)).collect()
}

fn flow(trees: &[Tree<'_>]) -> Flow {
    let scanner = scanner();
    let mut stock = Stock::of(all(&scanner, &trees[0]).iter());
    let mut flow = Flow::default();
    for (number, pair) in (1_u8..).zip(trees.windows(2)) {
        let landing = ObjectId::from_bytes([number; 20]);
        flow.land(landing, &Steps::of(&turnover(&scanner, &pair[0], &pair[1])), &mut stock, &owners);
    }
    flow
}

/// Added, removed (with their files), edited, moved, copied, copies removed.
fn counts(flow: &Flow, team: Option<usize>) -> [u64; 7] {
    let found = flow.teams.get(&team.map(TeamId)).map(|flow| flow.counts).unwrap_or_default();
    let FlowCounts { added, removed, with_file, edited, moved, copied, copies_removed } = found;
    [added, removed, with_file, edited, moved, copied, copies_removed]
}

#[test]
fn what_is_taken_on_and_paid() {
    let tree = |files: &[(&'static str, &str)]| -> Tree<'static> {
        files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect()
    };
    let (one, two) = ("// TODO: one\n", "// TODO: two\n");
    let start = tree(&[("a/x.rs", one), ("b/x.rs", "y();\n")]);
    for (steps, a, b) in [
        (vec![tree(&[("a/x.rs", &format!("{one}\n{two}"))])], [1, 0, 0, 0, 0, 0, 0], [0; 7]),
        (vec![tree(&[("b/x.rs", "y();\n")])], [0, 1, 1, 0, 0, 0, 0], [0; 7]),
        (vec![tree(&[("a/x.rs", "y();\n")])], [0, 1, 0, 0, 0, 0, 0], [0; 7]),
        // Moved to the other team, whose debt it is from then on.
        (vec![tree(&[("a/x.rs", ""), ("b/x.rs", one)]), tree(&[("b/x.rs", "y();\n")])], [0; 7], [0, 1, 0, 0, 1, 0, 0]),
        (vec![tree(&[("a/x.rs", "// FIXME(@ada): one\n")])], [0, 0, 0, 1, 0, 0, 0], [0; 7]),
        // Copied out of a file that did not change; then both go.
        (vec![tree(&[("a/x.rs", one), ("b/x.rs", one)])], [0; 7], [0, 0, 0, 0, 0, 1, 0]),
        (
            vec![tree(&[("a/x.rs", one), ("b/x.rs", one)]), tree(&[("b/x.rs", one)]), tree(&[])],
            [0, 0, 0, 0, 0, 0, 1],
            [0, 1, 1, 0, 0, 1, 0],
        ),
        // A bare tag is no copy of another.
        (vec![tree(&[("a/x.rs", "// TODO: one\n\nx();\n// TODO\ny();\n// TODO\n")])], [2, 0, 0, 0, 0, 0, 0], [0; 7]),
    ] {
        let trees: Vec<Tree<'_>> = [start.clone()].into_iter().chain(steps).collect();
        let flow = flow(&trees);
        assert_eq!((counts(&flow, Some(0)), counts(&flow, Some(1))), (a, b), "{trees:?}");
    }
}

#[test]
fn whose_it_is() {
    let new: Tree<'_> = [("ab/x.rs", "// TODO: one\n".to_owned()), ("c.rs", "// TODO: two\n".to_owned())].into();
    let flow = flow(&[Tree::new(), new]);
    assert_eq!([Some(0), Some(1), None].map(|team| counts(&flow, team)[0]), [1, 1, 1]);
    assert_eq!(flow.teams[&None].landings, [(ObjectId::from_bytes([1; 20]), flow.teams[&None].counts)]);
    assert_eq!((flow.net(TeamId(0)), flow.net(TeamId(9))), (1, 0));
}

fn policy(flow: &str) -> Policy {
    let teams = "{ a: { members: [ann@x.example] }, b: { members: [bob@x.example] } }";
    let text = format!("version: 1\nmarker-flow: {flow}\nteams: {teams}\n");
    let name: Arc<str> = Arc::from("p.yml");
    let source = PolicySource::File { path: Arc::clone(&name) };
    let loaded = config::load(Some((source, Source { name, bytes: text.as_bytes() })), &|_| Ok(None));
    loaded.unwrap_or_else(|error| panic!("{error:?}")).policy
}

/// Team 0 has this in the window, and the change brings that.
fn with(window: (u64, u64), change: (u64, u64), is_excused: bool, rule: &str) -> (Vec<String>, Vec<String>) {
    let counts = |(added, removed)| FlowCounts { added, removed, ..FlowCounts::default() };
    let flow = |of| {
        let landings = vec![(ObjectId::from_bytes([1; 20]), counts(of))];
        Flow { teams: [(Some(TeamId(0)), TeamFlow { counts: counts(of), landings })].into() }
    };
    let policy = policy(rule);
    let told = |findings: Vec<Finding>| -> Vec<String> {
        let help = |one: &Finding| one.help.as_ref().map(|help| help.expose().to_owned()).unwrap_or_default();
        findings
            .iter()
            .map(|one| {
                let (help, said) = (help(one), format!("{} {}", one.level.name(), one.message.expose()));
                // Only with a change it says how many.
                help.strip_suffix(" out with it: a change that adds no more than it removes passes")
                    .map_or(said.clone(), |take| format!("{said}; {take}"))
            })
            .collect()
    };
    let window = flow(window);
    (told(window.rising(&policy, &[])), told(window.rising_with(&flow(change), is_excused, &policy, &[])))
}

#[test]
fn a_team_may_not_take_on_more_than_it_pays() {
    let rises = "error a took on 2 markers more than it paid in the window: +3 -1";
    let with_it = "with this change (+1 -0) a takes on 3 markers more than it pays in the window";
    for (window, change, is_excused, rule, expected, expected_with) in [
        ((3, 1), (1, 0), false, "not-rising", vec![rises], vec![format!("error {with_it}; take 1 marker")]),
        ((3, 1), (1, 0), true, "not-rising", vec![rises], vec![format!("warning {with_it}; take 1 marker")]),
        ((3, 1), (1, 0), false, "any", vec![], vec![]),
        // A change that adds no more than it removes passes, whatever the team has taken on before.
        ((3, 1), (2, 2), false, "not-rising", vec![rises], vec![]),
        ((3, 1), (0, 1), false, "not-rising", vec![rises], vec![]),
        // As many as it pays is not more.
        ((2, 2), (1, 1), false, "not-rising", vec![], vec![]),
        // What was paid in the window may be taken on.
        ((1, 2), (1, 0), false, "not-rising", vec![], vec![]),
        (
            (1, 2),
            (2, 0),
            false,
            "not-rising",
            vec![],
            // No more has to go than what the window does not pay for.
            vec![
                "error with this change (+2 -0) a takes on 1 marker more than it pays in the window; take 1 marker"
                    .to_owned(),
            ],
        ),
    ] {
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(with(window, change, is_excused, rule), (expected, expected_with), "{window:?} {change:?} {rule}");
    }
}

#[test]
fn what_took_markers_on_is_told_of_the_chosen_teams() {
    let id = |number| ObjectId::from_bytes([number; 20]);
    let counts = |added, removed| FlowCounts { added, removed, ..FlowCounts::default() };
    let landings = vec![(id(1), counts(3, 1)), (id(2), counts(1, 1)), (id(3), counts(0, 1)), (id(4), counts(2, 0))];
    let flow = Flow { teams: [(Some(TeamId(0)), TeamFlow { counts: counts(6, 3), landings })].into() };
    let policy = policy("not-rising");
    for (chosen, expected) in
        [(vec![], vec![vec![id(1), id(4)]]), (vec![TeamId(0)], vec![vec![id(1), id(4)]]), (vec![TeamId(1)], vec![])]
    {
        let found: Vec<_> = flow.rising(&policy, &chosen).into_iter().map(|finding| finding.commits).collect();
        assert_eq!(found, expected, "{chosen:?}");
    }
}

fn tree() -> impl Strategy<Value = Tree<'static>> {
    let lines = ["// TODO: one", "// TODO(@ada): one", "// FIXME: two", "// TODO", "x();", "// HACK(TD-1): three"];
    let text = prop::collection::vec(prop::sample::select(lines.to_vec()), 0..5);
    let text = text.prop_map(|lines| lines.iter().map(|line| format!("{line}\n\n")).collect::<String>());
    prop::collection::btree_map(prop::sample::select(vec!["c.rs", "d.rs", "e/f.rs"]), text, 0..4)
}

proptest! {
    /// What was taken on less what was paid is what the last tree has more of than the first: different words, and
    /// bare tags. Nothing in between can move it.
    #[test]
    fn flow_is_the_difference_of_the_trees(trees in prop::collection::vec(tree(), 2..6)) {
        let scanner = scanner();
        let debts = |tree: &Tree<'_>| {
            let markers = all(&scanner, tree);
            let texts: BTreeSet<&str> = markers.iter().map(|marker| marker.text.expose()).collect();
            let bare = markers.iter().filter(|marker| marker.text.expose().is_empty()).count();
            let words = texts.iter().filter(|text| !text.is_empty()).count();
            i64::try_from(words + bare).unwrap()
        };
        let flow = flow(&trees);
        let net = flow.teams.get(&None).map_or(0, |flow| flow.counts.net());
        prop_assert_eq!(net, debts(&trees[trees.len() - 1]) - debts(&trees[0]));
    }
}
