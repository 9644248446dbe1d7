//! `--org-policy`: a floor under every repository's policy. Where a repository asks for less, the stricter of both holds.

mod rules;

use std::path::Path;
use std::sync::Arc;

use crate::cli::agreed;
use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::config;
use crate::config::Loaded;
use crate::config::Source;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::all_of;
use crate::policy::Allocation;
use crate::policy::BasisPoints;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::PolicyText;
use crate::policy::Step;
use crate::policy::Written;

use rules::WrittenOut;

/// What becomes of a value that is less than the floor's.
const STRICTER: &str = "judged by the organisation's; a repository may ask for more than that, and not for less";
/// Of two that cannot be ordered.
const SAME: &str = "judged by the organisation's; neither of two is the stricter one, so the repository has to say the same, or nothing";

/// What every policy says of itself.
const FORM: [&str; 2] = ["version", "description"];

/// What a floor may hold, as it is told to people.
const HELD: [(&str, Held); 12] = [
    ("`allocation`", Held::Keys(&[&["allocation"]])),
    ("`teams` with their allocations", Held::Keys(&[&["teams", ANY, "allocation"]])),
    ("`minimum-effort`", Held::Keys(&[&["minimum-effort", ANY]])),
    ("`fail-when`", Held::Keys(&[&["fail-when"]])),
    ("`marker-flow`", Held::Keys(&[&["marker-flow"]])),
    ("`window`", Held::Keys(&[&["window"]])),
    ("`effort`", Held::Keys(&[&["effort"]])),
    ("`relabel-cap`", Held::Keys(&[&["relabel-cap"]])),
    ("`enforce`", Held::Keys(&[&["enforce"], &["enforce", "from"]])),
    ("`extends`", Held::All("extends")),
    ("`exempt`", Held::All("exempt")),
    ("`ignore`", Held::All("ignore")),
];

/// Whatever name stands there.
const ANY: &str = "*";

/// Keys of a policy.
#[derive(Debug, Clone, Copy)]
enum Held {
    /// These, each with what leads to it.
    Keys(&'static [&'static [&'static str]]),
    /// One, with all that is in it.
    All(&'static str),
}

impl Held {
    fn has(&self, written: &Written) -> bool {
        match self {
            Self::Keys(keys) => keys.iter().any(|key| is_at(written, key)),
            Self::All(key) => matches!(written.path.first(), Some(Step::Key(first)) if first == key),
        }
    }
}

/// What a floor may hold, as a list of words.
pub(super) fn held() -> String {
    listed(HELD.iter())
}

/// What a floor holds, as a list of words.
pub(super) fn stated(floor: &Policy) -> String {
    listed(HELD.iter().filter(|(_, held)| own(floor).any(|written| held.has(written))))
}

fn listed<'a>(held: impl Iterator<Item = &'a (&'static str, Held)>) -> String {
    let words: Vec<&str> = held.map(|(words, _)| *words).collect();
    if words.is_empty() { "nothing".to_owned() } else { all_of(&words) }
}

/// Reads a floor from the disk, and raises a policy onto it. Says where the policy asked for less.
pub(super) fn raise(policy: &mut Policy, path: &Path, level: Level) -> Result<Vec<Finding>, Fault> {
    let floor = read(path)?.policy;
    let mut found = Vec::new();
    let written_out = WrittenOut::of(policy)?;
    let mut onto = Onto { policy, floor: &floor, level, written_out, found: &mut found };
    onto.allocations();
    onto.settings();
    onto.packs();
    onto.exempt();
    onto.ignored()?;
    policy.texts.extend(floor.texts.first().cloned());
    Ok(found)
}

/// Reads a floor from the disk.
pub(super) fn read(path: &Path) -> Result<Loaded, Fault> {
    let bytes = agreed::bytes_in_worker(path, "--org-policy names a file, relative to the working directory")?;
    // Apart from any file of the repository's own.
    let name: Arc<str> = Arc::from(format!("{}{}", PolicyText::ORGANISATION, path.display()));
    let source = PolicySource::File { path: Arc::clone(&name) };
    let read = |_path: &str| Err("an organisation's policy extends shipped packs only".to_owned());
    let floor = config::load_floor(source, Source { name, bytes: &bytes }, &read)?;
    if let Some(written) = own(&floor.policy).find(|written| !is_known(written)) {
        let key = written.path.iter().map(shown).collect::<Vec<_>>().join(".");
        return Err(Fault::from(CliError::NotOfAnOrganisation { key, file: written.at.file.to_string() }));
    }
    Ok(floor)
}

/// A policy that is raised onto a floor.
struct Onto<'a> {
    policy: &'a mut Policy,
    floor: &'a Policy,
    level: Level,
    written_out: WrittenOut,
    found: &'a mut Vec<Finding>,
}

impl Onto<'_> {
    fn allocations(&mut self) {
        let Self { policy, floor, level, found, .. } = self;
        let stated = floor.written_at(&["allocation"]);
        let general = stated.and_then(|one| Some((BasisPoints::parse_percentage(&one.value)?, one.at.clone())));
        for team in &mut policy.teams {
            let stated = floor.written_at(&["teams", &team.name, "allocation"]);
            let named = stated.and_then(|one| Some((BasisPoints::parse_percentage(&one.value)?, one.at.clone())));
            let Some((least, at)) = named.or_else(|| general.clone()) else { continue };
            if team.allocation.0 >= least {
                continue;
            }
            // What a repository leaves to the default asks for nothing, and contradicts nobody.
            if !config::is_shipped(&team.allocation_at.file) {
                let what = format!("the allocation of {}", team.name);
                let finding = below(*level, &what, &team.allocation.0.to_string(), &least.to_string()).help(STRICTER);
                let finding = finding.of_team(&team.name).at(team.allocation_at.clone());
                found.push(finding.beside(at.clone(), format!("the organisation says {least}")));
            }
            team.allocation = Allocation(least);
            team.allocation_at = at;
        }
    }

    /// Each setting that the floor states: whether the policy's is less, and how it comes to be the floor's.
    fn settings(&mut self) {
        let floor = self.floor;
        let days = |policy: &Policy| policy.window_days;
        self.setting(
            &["window"],
            |policy| days(policy) != days(floor),
            |policy| policy.window_days = floor.window_days,
        );
        self.setting(&["effort"], |policy| policy.effort != floor.effort, |policy| policy.effort = floor.effort);
        let later = |policy: &Policy| policy.fail_when > floor.fail_when;
        self.setting(&["fail-when"], later, |policy| policy.fail_when = floor.fail_when);
        let freer = |policy: &Policy| policy.markers.flow > floor.markers.flow;
        let hold = |policy: &mut Policy| {
            (policy.markers.flow, policy.markers.flow_at) = (floor.markers.flow, floor.markers.flow_at.clone());
        };
        self.setting(&["marker-flow"], freer, hold);
        let more = |policy: &Policy| policy.minimum.people > floor.minimum.people;
        self.setting(&["minimum-effort", "people"], more, |policy| policy.minimum.people = floor.minimum.people);
        let hundredths = |policy: &Policy| policy.minimum.developer_week_hundredths;
        let more = |policy: &Policy| hundredths(policy) > hundredths(floor);
        let lower = |policy: &mut Policy| policy.minimum.developer_week_hundredths = hundredths(floor);
        self.setting(&["minimum-effort", "developer-weeks"], more, lower);
        let cap = |policy: &Policy| policy.safeguards.relabel_cap;
        let higher = |policy: &Policy| cap(policy) > cap(floor);
        self.setting(&["relabel-cap"], higher, |policy| policy.safeguards.relabel_cap = cap(floor));
        let enforced = |policy: &Policy| policy.safeguards.enforcement;
        let later = |policy: &Policy| enforced(policy) > enforced(floor);
        self.setting(&["enforce"], later, |policy| policy.safeguards.enforcement = enforced(floor));
    }

    fn setting(&mut self, keys: &[&str], is_less: impl Fn(&Policy) -> bool, raise: impl Fn(&mut Policy)) {
        let Some(stated) = self.floor.written_at(keys) else { return };
        if !is_less(self.policy) {
            return;
        }
        if let Some(own) = self.policy.written_at(keys) {
            let what = format!("`{}`", keys.join("."));
            let help = if matches!(keys, ["window" | "effort"]) { SAME } else { STRICTER };
            let finding = below(self.level, &what, &own.value, &stated.value).help(help).at(own.at.clone());
            self.found.push(finding.beside(stated.at.clone(), format!("the organisation says {}", stated.value)));
        }
        raise(self.policy);
    }
}

fn below(level: Level, what: &str, own: &str, stated: &str) -> Finding {
    let message = format!("{what}: {own} in the repository's policy, {stated} in the organisation's");
    Finding::new(Code::BelowOrgPolicy, level, message)
}

fn own(floor: &Policy) -> impl Iterator<Item = &Written> {
    let name = floor.texts.first().map(|text| &text.name);
    floor.written.iter().filter(move |written| Some(&written.at.file) == name)
}

/// Whether a floor may say so.
fn is_known(written: &Written) -> bool {
    FORM.iter().any(|key| is_at(written, &[key])) || HELD.iter().any(|(_, held)| held.has(written))
}

fn is_at(written: &Written, key: &[&str]) -> bool {
    let fits = |(step, part): (&Step, &&str)| matches!(step, Step::Key(name) if *part == ANY || name == part);
    written.path.len() == key.len() && written.path.iter().zip(key).all(fits)
}

fn shown(step: &Step) -> String {
    match step {
        Step::Key(key) => key.clone(),
        Step::Entry(number) => number.to_string(),
    }
}
