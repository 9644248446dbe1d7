//! What a change does to what its base protects: told difference by difference, and never applied.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::cli::agreed;
use crate::cli::error::Fault;
use crate::cli::exit::Exit;
use crate::cli::settings::PolicyChoice;
use crate::cli::settings::Settings;
use crate::cli::side_files;
use crate::cli::tampered;
use crate::cli::tampered::Content;
use crate::cli::tampered::Tampered;
use crate::config;
use crate::config::Loaded;
use crate::facts::Day;
use crate::facts::ObjectId;
use crate::facts::RepoPath;
use crate::facts::Untrusted;
use crate::finding::Code;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Location;
use crate::policy;
use crate::policy::Difference;
use crate::policy::Direction;
use crate::policy::Known;
use crate::policy::Policy;
use crate::policy::PolicySource;
use crate::policy::PolicyText;
use crate::policy::Side;
use crate::verdict;

/// What is said of a change's edits, and the texts that it points into.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) findings: Vec<Finding>,
    pub(super) texts: Vec<PolicyText>,
}

/// What some files of a change mean.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) differences: Vec<Difference>,
    /// The texts of the base and of the head that sides point into, each by the name of its locations.
    pub(super) base_texts: Vec<PolicyText>,
    pub(super) head_texts: Vec<PolicyText>,
    /// The files that all this is about: the commits that brought it are those that touch one.
    pub(super) paths: BTreeSet<RepoPath>,
}

/// All that is to be said of the trusted files that a change edits.
pub(super) fn findings(tampered: &Tampered<'_>, settings: &Settings, known: &Known, today: Day) -> Result<Said, Fault> {
    let head_name = settings.head.as_deref().unwrap_or("HEAD");
    let base = agreed::written(tampered.repository, Some(tampered.base), settings)?.policy;
    let mut said = Said::default();
    let mut untold = tampered.paths.clone();
    let mut meanings = Vec::new();
    let mut guard = Guard { sponsor: base.sponsor.as_deref(), is_named: false };
    let mut head = None;
    if let Some((meaning, of_head)) = of_policy(tampered, settings, &base, known)? {
        if let Some(head) = &of_head {
            guard.is_named = head.sponsor.is_some();
            said.findings.extend(waivers(&base, head, today, head_name));
        }
        meanings.push((meaning, if of_head.is_some() { Code::PolicyLoosened } else { Code::PolicyUnusable }));
        head = of_head;
    }
    let others = side_files::compare(tampered, &base, head.as_ref(), known)?;
    meanings.extend(others.into_iter().map(|meaning| (meaning, Code::PolicyLoosened)));
    for (meaning, loosened) in meanings {
        // A difference that is told needs no second word, and one of form only needs none.
        let neutral = |found: &Difference| found.direction == Direction::Neutral;
        if !meaning.differences.iter().any(neutral) {
            untold.retain(|path| !meaning.paths.contains(path));
        }
        if meaning.differences.iter().all(neutral) {
            continue;
        }
        let commits = tampered.touching(&meaning.paths)?;
        for found in &meaning.differences {
            said.findings.extend(told(found, &commits, (loosened, guard), head_name));
        }
        said.texts.extend(meaning.base_texts);
        said.texts.extend(
            meaning
                .head_texts
                .into_iter()
                .map(|text| PolicyText { name: of_head(head_name, &text.name), text: text.text }),
        );
    }
    said.findings.extend(tampered::changed(&untold));
    Ok(said)
}

/// Who guards a policy.
#[derive(Debug, Clone, Copy)]
struct Guard<'a> {
    /// Whom the base names.
    sponsor: Option<&'a str>,
    /// Whether the change leaves somebody named.
    is_named: bool,
}

impl Guard<'_> {
    /// Whether what loosens fails the run: a policy without a sponsor has nobody who could carry a loosening. What leaves none that
    /// could be used nobody can carry: no change could be judged behind it.
    const fn level(self, loosened: Code) -> Level {
        match (loosened, self.sponsor) {
            (Code::PolicyUnusable, _) | (_, Some(_)) => Level::Error,
            (_, None) => Level::Warning,
        }
    }
}

/// The waivers that the change brings, and that will not hold once it has landed.
fn waivers(base: &Policy, head: &Policy, today: Day, head_name: &str) -> Vec<Finding> {
    let of = |policy: &Policy| verdict::waiver_findings(policy, &[], today, Level::Warning);
    let known: Vec<Untrusted> = of(base).into_iter().map(|finding| finding.message).collect();
    let mut found = of(head);
    found.retain(|finding| finding.code != Code::AllocationWaived && !known.contains(&finding.message));
    for at in found.iter_mut().filter_map(|finding| finding.at.as_mut()) {
        at.file = of_head(head_name, &at.file);
    }
    found
}

fn told(
    found: &Difference,
    commits: &[ObjectId],
    (loosened, guard): (Code, Guard<'_>),
    head_name: &str,
) -> Option<Finding> {
    let (code, level) = match found.direction {
        Direction::Looser => (loosened, guard.level(loosened)),
        Direction::Tighter => (Code::PolicyTightened, Level::Note),
        Direction::Neutral => return None,
    };
    let value = |side: &Option<Side>| side.as_ref().map_or("nothing", |side| &side.value).to_owned();
    let mut message =
        format!("{}: {} in the base, {} in the change", found.what, value(&found.base), value(&found.head));
    if let Some(why) = found.why {
        message.push_str(&format!("; {why}"));
    }
    let mut finding = Finding::new(code, level, message).of_commits(commits.iter().copied());
    if let Some(team) = &found.team {
        finding = finding.of_team(team);
    }
    finding = finding.at(found.base.as_ref().and_then(|side| side.at.clone()));
    if let Some(side) = &found.head
        && let Some(at) = &side.at
    {
        let at = Location { file: of_head(head_name, &at.file), ..at.clone() };
        finding = finding.beside(at, format!("the change says {}", side.value));
    }
    Some(match (code, guard.sponsor) {
        (Code::PolicyUnusable, _) => {
            finding.help("fix it in this change: no later change could be judged, not even one that fixes it")
        }
        (Code::PolicyLoosened, Some(sponsor)) => finding
            .help(format!("only the sponsor, {sponsor}, may loosen what the base protects: take it out of the change")),
        (Code::PolicyLoosened, None) if !guard.is_named => {
            finding.help("nobody guards this policy: name a `sponsor`, and a loosening fails the run")
        }
        _ => finding,
    })
}

/// A file of the head as findings name it, as git does: `topic:.debtlint.yml`.
fn of_head(head_name: &str, file: &str) -> Arc<str> {
    // What ships with the program is the same on both sides.
    if config::is_shipped(file) {
        return Arc::from(file);
    }
    Arc::from(format!("{head_name}:{file}"))
}

/// The base's policy and the head's, where the change edits one of their files; no head's where it leaves one that cannot be used.
fn of_policy(
    tampered: &Tampered<'_>,
    settings: &Settings,
    base: &Policy,
    known: &Known,
) -> Result<Option<(Meaning, Option<Policy>)>, Fault> {
    let named = base.texts.iter().map(|text| &*text.name);
    let files: BTreeSet<RepoPath> = config::CANDIDATES.into_iter().chain(named).map(RepoPath::from).collect();
    let mut paths: BTreeSet<RepoPath> = tampered.paths.intersection(&files).cloned().collect();
    if paths.is_empty() || base.source == PolicySource::Default {
        return Ok(None);
    }
    // As it will be once it has landed, and not as it is on the topic: there the base's own later edits are missing.
    let head = match landed_policy(tampered, settings)? {
        Ok(head) => head.policy,
        Err(reason) => {
            let differences = vec![gone(base, &reason)];
            return Ok(Some((Meaning { differences, paths, ..Meaning::default() }, None)));
        }
    };
    if head.source == PolicySource::Default {
        // What ships holds then, and that may be less: it is a loosening like others.
        let differences = vec![gone(base, "none")];
        return Ok(Some((Meaning { differences, paths, ..Meaning::default() }, Some(head))));
    }
    let differences = policy::compare(base, &head, known);
    let extended = head.texts.iter().map(|text| &*text.name);
    let extended = extended.filter(|path| !config::is_shipped(path));
    paths.extend(extended.map(RepoPath::from));
    let meaning = Meaning { differences, base_texts: Vec::new(), head_texts: head.texts.clone(), paths };
    Ok(Some((meaning, Some(head))))
}

fn gone(base: &Policy, there: &str) -> Difference {
    let side = base.texts.first().map(|text| Side::at(text.name.as_ref(), &Location::start_of(&text.name)));
    let found = Difference::new("the policy", "", Direction::Looser).head(Side::new(there, None));
    Difference { base: side, ..found }.because("no change after it could be held to anything")
}

/// The policy that would hold once the change has landed, or what is there that cannot be used.
fn landed_policy(tampered: &Tampered<'_>, settings: &Settings) -> Result<Result<Loaded, String>, Fault> {
    if settings.policy == PolicyChoice::Discover {
        for path in config::CANDIDATES {
            if tampered.landed(path)? == Content::Else {
                return Ok(Err(format!("{path}, which is no file that could be read")));
            }
        }
    }
    let read = |path: &str| match tampered.landed(path)? {
        Content::File(bytes) => Ok(Some(bytes)),
        Content::Nothing => Ok(None),
        Content::Else => tampered.repository.read_file(tampered.head, path, agreed::LARGEST),
    };
    match agreed::written_in(&read, settings) {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(Fault::Told(Exit::Usage, error)) => {
            let first = error.related().and_then(|mut all| all.next()).map(|one| format!(": {one}"));
            Ok(Err(format!("one that cannot be used ({error}{})", first.unwrap_or_default())))
        }
        Err(fault) => Err(fault),
    }
}
