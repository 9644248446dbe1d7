//! The rules of a floor: packs that every repository extends, and what alone may be left out of the measure.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::cli::error::CliError;
use crate::cli::error::Fault;
use crate::config;
use crate::finding::Location;
use crate::policy;
use crate::policy::ExemptRule;
use crate::policy::PathGlobs;
use crate::policy::Policy;
use crate::policy::PolicyText;
use crate::policy::Step;

use super::Onto;
use super::below;

impl Onto<'_> {
    /// Packs that the floor extends and the policy does not: their rules are asked behind all others.
    pub(super) fn packs(&mut self) {
        let Some(stated) = self.floor.written_at(&["extends"]) else { return };
        let has = |texts: &[PolicyText], name: &str| texts.iter().any(|text| &*text.name == name);
        let asked = self.floor.texts.iter().skip(1);
        let name_of = |text: &PolicyText| {
            let pack = config::packs().iter().find(|pack| pack.file == &*text.name);
            pack.map_or_else(|| text.name.to_string(), |pack| pack.name.to_owned())
        };
        let is_there = |text: &&PolicyText| has(&self.policy.texts, &text.name) || self.written_out.has(&name_of(text));
        let missing: Vec<PolicyText> = asked.filter(|text| !is_there(text)).cloned().collect();
        for text in missing {
            let name = name_of(&text);
            let own = self.policy.written_at(&["extends"]);
            let extended = own.map_or("the default", |own| if own.value == "[]" { "nothing" } else { "other packs" });
            let at = own.map(|own| own.at.clone());
            let at = at.or_else(|| self.policy.texts.first().map(|own| Location::start_of(&own.name)));
            let finding = below(self.level, "`extends`", extended, &format!("the pack {name}"));
            let finding =
                finding.help("its rules are asked after all others; extend the pack to say where they belong");
            let finding = finding.beside(stated.at.clone(), format!("the organisation asks for {name}"));
            self.found.push(finding.at(at));
            let (policy, floor) = (&mut *self.policy, self.floor);
            let of_pack = |at: &Location| at.file == text.name;
            for rule in floor.labels.iter().filter(|rule| of_pack(&rule.at)) {
                if policy.labels.iter().all(|own| own.id != rule.id) {
                    policy.labels.push(rule.clone());
                }
            }
            for rule in floor.exempt.iter().filter(|rule| of_pack(&rule.at)) {
                if policy.exempt.iter().all(|own| own.id != rule.id) {
                    policy.exempt.push(rule.clone());
                }
            }
            policy.ignore.extend(floor.ignore.iter().filter(|rule| of_pack(&rule.at)).cloned());
            policy.texts.push(text);
        }
    }

    /// Rules of the policy's own that leave commits out, and that the floor does not list: they do not hold.
    pub(super) fn exempt(&mut self) {
        let Some(stated) = self.floor.written_at(&["exempt"]) else { return };
        let floor = self.floor;
        let lists = |rule: &ExemptRule| {
            let same =
                |one: &&ExemptRule| one.reason == rule.reason && policy::same_exemptions(&one.matches, &rule.matches);
            floor.exempt.iter().any(|one| same(&one))
        };
        let out = &self.written_out;
        let (kept, dropped): (Vec<_>, Vec<_>) =
            self.policy.exempt.drain(..).partition(|rule| is_shipped(&rule.at) || out.holds(&rule.at) || lists(rule));
        self.policy.exempt = kept;
        for rule in dropped {
            self.drop_one("`exempt`", &policy::exempt_in_words(&rule), rule.at, &stated.at);
        }
    }

    /// Paths that the policy itself leaves out, and that the floor does not list: they count.
    pub(super) fn ignored(&mut self) -> Result<(), Fault> {
        let floor = self.floor;
        if let Some(stated) = floor.written_at(&["ignore"]) {
            let lists = |glob: &str| floor.ignore.iter().any(|rule| rule.glob == glob);
            let out = &self.written_out;
            let (kept, dropped): (Vec<_>, Vec<_>) = self
                .policy
                .ignore
                .drain(..)
                .partition(|rule| is_shipped(&rule.at) || out.holds(&rule.at) || lists(&rule.glob));
            self.policy.ignore = kept;
            for rule in dropped {
                self.drop_one("`ignore`", &rule.glob, rule.at, &stated.at);
            }
        }
        let ignore = &self.policy.ignore;
        let keep = |glob: &str| ignore.iter().any(|rule| rule.glob == glob);
        let ignored = PathGlobs::kept(&[&self.policy.ignored, &floor.ignored], &keep);
        self.policy.ignored =
            ignored.map_err(|error| Fault::from(CliError::FloorTooBig { reason: error.kind().to_string() }))?;
        Ok(())
    }

    fn drop_one(&mut self, what: &str, own: &str, at: Location, stated: &Location) {
        let finding = below(self.level, what, own, "no such thing");
        let finding =
            finding.help("it counts; take it out of the repository's policy, or have the organisation list it");
        self.found
            .push(finding.at(at).beside(stated.clone(), "the organisation lists all that may be left out".to_owned()));
    }
}

/// The shipped packs that a policy has under `packs`, as `config show` writes them: all of each, and nothing else. With the bytes
/// of the policy's text that they stand in.
#[derive(Debug, Default)]
pub(super) struct WrittenOut {
    packs: Vec<(String, Range<usize>)>,
    file: Option<Arc<str>>,
}

impl WrittenOut {
    pub(super) fn of(policy: &Policy) -> Result<Self, Fault> {
        let mut all: BTreeMap<usize, (Vec<Said<'_>>, Range<usize>)> = BTreeMap::new();
        let mut file = None;
        for one in &policy.written {
            if let [Step::Key(key), Step::Entry(number), path @ ..] = one.path.as_slice()
                && key == "packs"
            {
                file = Some(Arc::clone(&one.at.file));
                let (said, bytes) = all.entry(*number).or_insert_with(|| (Vec::new(), one.at.span.clone()));
                said.push((path, &one.value));
                *bytes = bytes.start.min(one.at.span.start)..bytes.end.max(one.at.span.end);
            }
        }
        if all.is_empty() {
            return Ok(Self::default());
        }
        let shipped = config::load(None, &|_path: &str| Ok(None))?.policy;
        let packs = all.into_values().filter_map(|(said, bytes)| {
            let name = said.iter().find(|(path, _)| matches!(path, [Step::Key(key)] if key == "name"))?.1;
            let pack = config::packs().iter().find(|pack| pack.name == name)?;
            let of_pack = shipped.written.iter().filter(|one| *one.at.file == *pack.file);
            let of_pack = of_pack.map(|one| (one.path.as_slice(), one.value.as_str())).filter(is_of_list);
            said.iter().copied().filter(is_of_list).eq(of_pack).then(|| (name.to_owned(), bytes))
        });
        Ok(Self { packs: packs.collect(), file })
    }

    fn has(&self, pack: &str) -> bool {
        self.packs.iter().any(|(name, _)| name == pack)
    }

    /// Whether something stands in one of them.
    fn holds(&self, at: &Location) -> bool {
        self.file.as_ref() == Some(&at.file) && self.packs.iter().any(|(_, bytes)| bytes.contains(&at.span.start))
    }
}

/// A value, and what leads to it.
type Said<'a> = (&'a [Step], &'a str);

fn is_of_list((path, _): &Said<'_>) -> bool {
    matches!(path.first(), Some(Step::Key(key)) if config::PACK_LISTS.contains(&key.as_str()))
}

/// Whether it came with the program: `extends` is what decides on these.
fn is_shipped(at: &Location) -> bool {
    config::packs().iter().any(|pack| Arc::from(pack.file) == at.file)
}
